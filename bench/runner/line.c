#include "bench/runner/line.h"
#include "bench/base/clock.h"
#include "bench/process/processes.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_ROOM = 4096, LOOK_MS = 20 };

/* Forgets the line that was read last. */
static void drop_taken(struct line *line)
{
    if (line->taken == 0)
        return;
    memmove(line->text, line->text + line->taken, line->used - line->taken);
    line->used -= line->taken;
    line->taken = 0;
}

/* Room for one byte more at least, and for the NUL. */
static bool grow(struct line *line)
{
    size_t room = line->room > 0 ? 2 * line->room : FIRST_ROOM;
    if (line->used + 1 < line->room)
        return true;
    char *grown = realloc(line->text, room);
    if (grown == NULL)
        return false;
    line->text = grown;
    line->room = room;
    return true;
}

/* True where a line is whole; `searched` bytes have been looked at. */
static bool take(struct line *line, size_t searched, const char **text, size_t *length)
{
    char *end =
        line->used > searched ? memchr(line->text + searched, '\n', line->used - searched) : NULL;
    if (end == NULL)
        return false;
    *end = '\0';
    *text = line->text;
    *length = (size_t)(end - line->text);
    line->taken = *length + 1;
    return true;
}

/* For poll: rounded up; where the child's end is not told it is looked for now and then. */
static int wait_ms(uint64_t left_ns, int pidfd)
{
    uint64_t most = pidfd >= 0 ? INT_MAX : LOOK_MS;
    uint64_t left = left_ns / NS_PER_MS + 1;
    return (int)(left < most ? left : most);
}

/* True where the descriptor has something, or is at its end; *ended: the child has ended. */
static bool await(const struct line *line, int pidfd, pid_t pid, uint64_t left_ns, bool *ended)
{
    struct pollfd polled[2] = {{.fd = line->fd, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
    int ready = poll(polled, 2, wait_ms(left_ns, pidfd));
    *ended = ready > 0 && polled[1].revents != 0;
    if (pidfd < 0 && ready == 0)
        *ended = process_has_ended(pid);
    if (*ended) /* it may have written a moment before */
        ready = poll(polled, 1, 0);
    return ready > 0 && polled[0].revents != 0;
}

static ssize_t read_more(struct line *line)
{
    ssize_t got;
    do
        got = read(line->fd, line->text + line->used, line->room - line->used - 1);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        line->used += (size_t)got;
    return got;
}

enum line_end line_read(struct line *line, int pidfd, pid_t pid, uint64_t most_ns,
                        size_t most_bytes, const char **text, size_t *length)
{
    uint64_t start = clock_now_ns();
    drop_taken(line);
    for (size_t searched = 0; !take(line, searched, text, length);) {
        uint64_t passed = clock_now_ns() - start;
        bool ended = false;
        searched = line->used;
        if (searched > most_bytes)
            return LINE_TOO_LONG;
        if (passed >= most_ns)
            return LINE_LATE;
        if (!grow(line))
            return LINE_NO_MEMORY;
        if (await(line, pidfd, pid, most_ns - passed, &ended) ? read_more(line) <= 0 : ended)
            return LINE_CUT_OFF;
    }
    return *length > most_bytes ? LINE_TOO_LONG : LINE_WHOLE;
}

void line_free(struct line *line)
{
    if (line->fd >= 0)
        close(line->fd);
    free(line->text);
    *line = (struct line){.fd = -1};
}
