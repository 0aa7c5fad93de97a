#include "bench/neighbours.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void be_busy(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    for (volatile uint64_t turns = 0;; turns++)
        ;
}

int neighbours_start(struct neighbours *neighbours, uint32_t count, struct error *error)
{
    *neighbours = (struct neighbours){0};
    if (count == 0)
        return 0;
    neighbours->pids = calloc(count, sizeof *neighbours->pids);
    if (neighbours->pids == NULL)
        return fail(error, EXIT_REFUSED, "--neighbours: out of memory");
    pid_t parent = getpid();
    for (; neighbours->count < count; neighbours->count++) {
        pid_t pid = fork();
        if (pid == 0)
            be_busy(parent);
        if (pid < 0) {
            fail_errno(error, errno, "--neighbours: fork of %u of %u", neighbours->count + 1,
                       count);
            neighbours_stop(neighbours);
            return -1;
        }
        neighbours->pids[neighbours->count] = pid;
    }
    return 0;
}

void neighbours_stop(struct neighbours *neighbours)
{
    for (uint32_t i = 0; i < neighbours->count; i++)
        kill(neighbours->pids[i], SIGKILL);
    for (uint32_t i = 0; i < neighbours->count; i++)
        while (waitpid(neighbours->pids[i], NULL, 0) < 0 && errno == EINTR)
            ;
    free(neighbours->pids);
    *neighbours = (struct neighbours){0};
}
