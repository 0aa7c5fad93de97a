#include "bench/runner/guard.h"
#include "bench/process/processes.h"
#include "bench/runner/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the guard reads where it may go. */
static const char dismissal = 'q';

/* It holds nothing that others wait for the end of. */
static void let_go(int end)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC), last = 1 << 16;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(nowhere, fd);
    dup2(end, STDERR_FILENO + 1);
#ifdef SYS_close_range
    if (syscall(SYS_close_range, STDERR_FILENO + 2, ~0U, 0) == 0)
        return;
#endif
    for (int fd = STDERR_FILENO + 2; fd < last; fd++)
        close(fd);
}

/* Who was killed lets go of the folder a moment later; on a busy machine somebody may still have
 * written to it, or have made a part of it again. */
static void sweep(void)
{
    static const useconds_t moments_us[] = {10000, 90000, 400000};
    for (size_t i = 0; i < sizeof moments_us / sizeof *moments_us; i++) {
        usleep(moments_us[i]);
        runner_folder_sweep();
    }
}

static void keep_watch(int end, pid_t group)
{
    char said = '\0';
    ssize_t got;
    setpgid(0, 0);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    let_go(end);
    do
        got = read(STDERR_FILENO + 1, &said, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1)
        _exit(0);
    process_kill(-group);
    sweep();
    _exit(0);
}

int guard_start(struct guard *guard, struct error *error)
{
    int ends[2];
    pid_t group = getpgrp();
    *guard = (struct guard){0, -1};
    if (group != getpid())
        return 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail_errno(error, errno, "the runner's guard: no pipe");
    guard->pid = fork();
    if (guard->pid == 0) {
        close(ends[1]);
        keep_watch(ends[0], group);
    }
    int why = errno;
    close(ends[0]);
    guard->end = ends[1];
    if (guard->pid > 0)
        return 0;
    close(ends[1]);
    *guard = (struct guard){0, -1};
    return fail_errno(error, why, "the runner's guard");
}

void guard_stop(struct guard *guard)
{
    int status;
    if (guard->pid <= 0)
        return;
    bool told = write(guard->end, &dismissal, 1) == 1;
    close(guard->end);
    process_end(guard->pid, told || process_kill(guard->pid), 0, &status);
    *guard = (struct guard){0, -1};
}
