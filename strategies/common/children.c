#include "strategies/common/children.h"
#include "strategies/common/alive.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct children {
    children_launch *launch;
    int image; /* what launch starts; -1: nothing */
    struct slots *slots;
    struct carrier *carrier; /* NULL: payload stays in shared memory */
};

int children_open(children_launch *launch, int image, const struct strategy_config *config,
                  void **state, struct error *error)
{
    struct children *children = calloc(1, sizeof *children);
    if (children == NULL) {
        if (image >= 0)
            close(image);
        return fail_errno(error, ENOMEM, "no memory for %u workers", config->workers);
    }
    children->launch = launch;
    children->image = image;
    children->slots = slots_open(config->workers, error);
    if (children->slots == NULL || carrier_open(config, &children->carrier, error) != 0) {
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
    struct carrier_end end = carrier_end(children->carrier, slot);
    pid_t pid = children->launch(children->image, batch, index, end, error);
    if (pid < 0)
        return -1;
    children->slots->slot[slot].pid = pid;
    carrier_owe(children->carrier, slot);
    return 0;
}

static int wait_any(void *state, struct batch *batch, struct ended *ended, struct error *error)
{
    struct children *children = state;
    (void)batch;
    for (;;) {
        ended->pid = waitpid(-1, &ended->wait_status, 0);
        if (ended->pid < 0 && errno != EINTR)
            return fail_errno(error, errno, "waitpid");
        for (uint32_t slot = 0; slot < children->slots->count; slot++)
            if (ended->pid > 0 && children->slots->slot[slot].pid == ended->pid) {
                children->slots->slot[slot].pid = 0;
                ended->slot = slot;
                carrier_clear(children->carrier, slot, &ended->wait_status, error);
                return 0;
            }
        carrier_note_reaped(children->carrier, ended->pid);
    }
}

int children_map(void *state, struct batch *batch, struct error *error)
{
    static const struct starter starter = {start, wait_any};
    struct children *children = state;
    carrier_begin(children->carrier, batch);
    return alive_map(&starter, state, children->slots, batch, error);
}

void children_usage(void *state, struct strategy_usage *usage)
{
    struct children *children = state;
    carrier_usage(children->carrier, usage);
}

void children_close(void *state)
{
    struct children *children = state;
    carrier_close(children->carrier);
    if (children->image >= 0)
        close(children->image);
    slots_close(children->slots);
    free(children);
}

void children_follow_parent(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_REFUSED);
}
