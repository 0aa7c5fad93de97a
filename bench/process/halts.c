#include "bench/process/halts.h"
#include "bench/base/clock.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

static volatile sig_atomic_t child;       /* that is waited for; 0: it is not started yet */
static volatile sig_atomic_t was_stopped; /* the child, or this process before it waited */
/* Their ends end epoll_wait, too. */
static volatile sig_atomic_t orphan_has_ended, child_has_ended;

static void note_child(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    if (info->si_pid != child)
        orphan_has_ended = 1;
    else if (info->si_code == CLD_STOPPED || info->si_code == CLD_CONTINUED)
        was_stopped = 1;
    else
        child_has_ended = 1;
}

static void note_continued(int number)
{
    (void)number;
    was_stopped = 1;
}

int halts_open(struct halts *halts, struct error *error)
{
    struct sigaction of_child = {.sa_sigaction = note_child, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction of_this = {.sa_handler = note_continued, .sa_flags = SA_RESTART};
    sigemptyset(&of_child.sa_mask);
    sigemptyset(&of_this.sa_mask);
    *halts = (struct halts){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    if (halts->epoll < 0)
        return fail_errno(error, errno, "epoll_create1");
    child = was_stopped = child_has_ended = 0;
    sigaction(SIGCHLD, &of_child, &halts->child_before);
    sigaction(SIGCONT, &of_this, &halts->continued_before);
    return 0;
}

int halts_add(struct halts *halts, int fd, struct error *error)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
    if (epoll_ctl(halts->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return fail_errno(error, errno, "epoll_ctl");
    return 0;
}

void halts_drop(struct halts *halts, int fd)
{
    epoll_ctl(halts->epoll, EPOLL_CTL_DEL, fd, NULL);
}

void halts_watch(pid_t pid)
{
    child = pid;
}

int halts_wait(struct halts *halts, uint64_t timeout_ns, const sigset_t *mask)
{
    struct epoll_event event;
    uint64_t timeout_ms = timeout_ns / NS_PER_MS + (timeout_ns % NS_PER_MS != 0);
    int most_ms = timeout_ns == UINT64_MAX ? -1 : timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX;
    orphan_has_ended = 0;
    int ready = epoll_pwait(halts->epoll, &event, 1, most_ms, mask);
    int why = errno;
    halts->seen =
        halts->seen || (ready < 0 && why == EINTR && !orphan_has_ended && !child_has_ended);
    errno = why;
    return ready;
}

bool halts_close(struct halts *halts)
{
    if (halts->epoll < 0)
        return false;
    sigaction(SIGCHLD, &halts->child_before, NULL);
    sigaction(SIGCONT, &halts->continued_before, NULL);
    close(halts->epoll);
    halts->epoll = -1;
    return halts->seen || was_stopped != 0;
}
