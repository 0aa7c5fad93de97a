/* usage: relay DELAY_NS PORT...: makes a TAP interface of each name, 16 at most, says "ready", and
 * carries frames between them, each DELAY_NS after it came. What stands in for a bridge with `tc
 * netem delay` where the kernel has no netem.
 *
 * The last byte of an address is the number of its port, from 0 on, which tests/cluster.sh sees to.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
    PORTS = 16,
    FRAME_BYTES = 2048,
    FRAMES = 1 << 14
}; /* 32 MiB of frames that are under way; what comes then is lost */

struct frame {
    int64_t due_ns;
    size_t bytes;
    unsigned from;
    unsigned char data[FRAME_BYTES];
};

/* All are delayed by the same time, so that the first that came is the first that is due. */
static struct frame frames[FRAMES];
static unsigned long came, left;
static struct pollfd ports[PORTS];
static unsigned port_count;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int open_port(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    int port = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (port == -1 || strlen(name) >= sizeof request.ifr_name)
        return -1;
    memcpy(request.ifr_name, name, strlen(name) + 1);
    return ioctl(port, TUNSETIFF, &request) == 0 ? port : -1;
}

static void receive(unsigned from, int64_t delay_ns)
{
    while (came - left < FRAMES) {
        struct frame *frame = &frames[came % FRAMES];
        ssize_t bytes = read(ports[from].fd, frame->data, sizeof frame->data);
        if (bytes <= 0)
            return;
        frame->due_ns = now_ns() + delay_ns;
        frame->bytes = (size_t)bytes;
        frame->from = from;
        came++;
    }
}

/* A frame for all has an odd first byte. What an interface that is down or full does not take is
 * lost, as on a wire. */
static void send_frame(const struct frame *frame)
{
    for (unsigned to = 0; to < port_count; to++)
        if (to != frame->from && ((frame->data[0] & 1) != 0 || frame->data[5] == to))
            if (write(ports[to].fd, frame->data, frame->bytes) == -1 && errno == EBADF)
                return;
}

static void carry(int64_t delay_ns)
{
    struct timespec wait = {0}, *until = NULL;
    if (left != came) {
        int64_t wait_ns = frames[left % FRAMES].due_ns - now_ns();
        if (wait_ns < 0)
            wait_ns = 0;
        wait = (struct timespec){wait_ns / 1000000000, wait_ns % 1000000000};
        until = &wait;
    }
    if (ppoll(ports, port_count, until, NULL) > 0)
        for (unsigned from = 0; from < port_count; from++)
            if (ports[from].revents & POLLIN)
                receive(from, delay_ns);
    while (left != came && frames[left % FRAMES].due_ns <= now_ns())
        send_frame(&frames[left++ % FRAMES]);
}

int main(int count, char *arguments[])
{
    if (count < 3 || count > PORTS + 2)
        return 2;
    int64_t delay_ns = atoll(arguments[1]);
    port_count = (unsigned)count - 2;
    for (unsigned i = 0; i < port_count; i++) {
        ports[i] = (struct pollfd){.fd = open_port(arguments[i + 2]), .events = POLLIN};
        if (ports[i].fd == -1) {
            printf("/dev/net/tun: %s: %s\n", arguments[i + 2], strerror(errno));
            return 1;
        }
    }
    prctl(PR_SET_TIMERSLACK, 1UL); /* by default a wait is up to 50 us longer */
    puts("ready");
    fflush(stdout);
    for (;;)
        carry(delay_ns);
}
