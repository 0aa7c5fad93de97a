#include "strategies/common/children.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/common/alive.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct children {
    children_launch *launch;
    int fd;             /* what launch needs; -1: nothing */
    bool runs_commands; /* whose exit codes are part of their results */
    struct slots *slots;
    struct pollfd *ends; /* of the process in each slot; NULL: jobs may take for ever */
    struct relay *relay; /* NULL: payload stays in shared memory */
};

/* Who waits with a timeout polls pidfds: readable from when the process has ended. */
static int make_ends(struct children *children, const struct strategy_config *config,
                     struct error *error)
{
    if (config->job_timeout_ns == 0)
        return 0;
    children->ends = calloc(config->workers, sizeof *children->ends);
    if (children->ends == NULL)
        return fail(error, ERROR_REFUSED, "no memory for %u workers", config->workers);
    for (uint32_t i = 0; i < config->workers; i++)
        children->ends[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    return 0;
}

static int watch_end(struct children *children, uint32_t slot, pid_t pid, struct error *error)
{
    if (children->ends == NULL)
        return 0;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) {
        fail_errno(error, errno, "--job-timeout: a descriptor for worker %u of %u", slot + 1,
                   children->slots->count);
        process_end(pid, process_kill(pid), 0, NULL);
        return -1;
    }
    children->ends[slot].fd = fd;
    return 0;
}

static void forget_end(struct children *children, uint32_t slot)
{
    if (children->ends == NULL)
        return;
    close(children->ends[slot].fd);
    children->ends[slot].fd = -1;
}

/* waitpid of any child; those whose time is up are killed meanwhile. */
static pid_t wait_child(struct children *children, int *wait_status)
{
    pid_t pid;
    if (children->ends == NULL)
        return waitpid(-1, wait_status, 0);
    while ((pid = waitpid(-1, wait_status, WNOHANG)) == 0)
        poll(children->ends, children->slots->count, slots_kill_overdue(children->slots));
    return pid;
}

int children_open(children_launch *launch, int fd, const struct strategy_config *config,
                  void **state, struct error *error)
{
    struct children *children = calloc(1, sizeof *children);
    if (children == NULL) {
        if (fd >= 0)
            close(fd);
        return fail_errno(error, ENOMEM, "no memory for %u workers", config->workers);
    }
    children->launch = launch;
    children->fd = fd;
    children->runs_commands = config->runs_commands;
    children->slots = slots_open(config, error);
    if (children->slots == NULL || make_ends(children, config, error) != 0 ||
        relay_open(config, &children->relay, error) != 0) {
        children_close(children);
        return -1;
    }
    fflush(NULL); /* no child inherits unwritten output */
    *state = children;
    return 0;
}

static int start(void *state, struct batch *batch, uint64_t index, uint32_t slot,
                 struct error *error)
{
    struct children *children = state;
    struct relay_end end = relay_end(children->relay, slot);
    pid_t pid = children->launch(children->fd, batch, index, end, error);
    if (pid < 0 || watch_end(children, slot, pid, error) != 0)
        return -1;
    slots_started(children->slots, slot, pid);
    relay_expect(children->relay, slot);
    return 0;
}

static int wait_any(void *state, struct batch *batch, struct ended *ended, struct error *error)
{
    struct children *children = state;
    for (;;) {
        int wait_status;
        pid_t pid = wait_child(children, &wait_status);
        if (pid < 0 && errno != EINTR)
            return fail_errno(error, errno, "waitpid");
        if (pid > 0 && slots_ended(children->slots, pid, wait_status, ended)) {
            forget_end(children, ended->worker);
            if (children->runs_commands)
                launch_note_end(batch, children->slots->slot[ended->worker].job, ended);
            relay_clear(children->relay, ended->worker, &ended->wait_status, error);
            return 0;
        }
        relay_note_reaped(children->relay, pid);
    }
}

int children_map(void *state, struct batch *batch, struct error *error)
{
    static const struct starter starter = {start, wait_any};
    struct children *children = state;
    relay_begin(children->relay, batch);
    return alive_map(&starter, state, children->slots, batch, error);
}

void children_usage(void *state, struct strategy_usage *usage)
{
    struct children *children = state;
    relay_usage(children->relay, usage);
}

void children_close(void *state)
{
    struct children *children = state;
    relay_close(children->relay);
    if (children->fd >= 0)
        close(children->fd);
    slots_close(children->slots);
    free(children->ends);
    free(children);
}
