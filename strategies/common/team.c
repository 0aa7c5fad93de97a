#include "strategies/common/team.h"
#include "strategies/common/carrier.h"
#include "strategies/common/children.h"
#include "strategies/common/dispatch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the caller sleeps before it looks whether a worker has died. */
#define WATCH_NS (5 * NS_PER_MS)

struct team {
    struct dispatch *dispatch;
    struct carrier *carrier; /* NULL: payload stays in shared memory */
    uint32_t workers;
    uint32_t first_forked; /* 1 where the caller is worker 0 */
    bool broken;           /* a worker died and could not be replaced: all were ended */
    pid_t pids[];          /* of each worker; 0: none */
};

static int start_worker(struct team *team, uint32_t worker, struct error *error)
{
    uint32_t region = dispatch_region(team->dispatch);
    pid_t caller = getpid(), pid = fork();
    if (pid < 0)
        return fail_errno(error, errno, "fork of worker %u of %u", worker + 1, team->workers);
    if (pid == 0) {
        children_follow_parent(caller);
        dispatch_serve(team->dispatch, worker, region);
        _exit(0);
    }
    team->pids[worker] = pid;
    return 0;
}

/* Reaps workers that have died and puts others in their place. Returns how many had died, -1 where
 * a worker cannot be replaced. */
static int replace_dead(struct team *team, struct error *error)
{
    int died = 0;
    for (uint32_t i = team->first_forked; i < team->workers; i++) {
        int wait_status;
        if (team->pids[i] == 0 || waitpid(team->pids[i], &wait_status, WNOHANG) != team->pids[i])
            continue;
        dispatch_bury(team->dispatch, i, team->pids[i], wait_status);
        team->pids[i] = 0;
        died++;
        if (carrier_clear(team->carrier, i, &wait_status, error) != 0 ||
            start_worker(team, i, error) != 0)
            return -1;
    }
    return died;
}

/* Waits for the end of every worker. */
static void reap_workers(struct team *team)
{
    for (uint32_t i = 0; i < team->workers; i++) {
        while (team->pids[i] > 0 && waitpid(team->pids[i], NULL, 0) < 0 && errno == EINTR)
            ;
        team->pids[i] = 0;
    }
}

static void kill_workers(struct team *team)
{
    for (uint32_t i = 0; i < team->workers; i++)
        if (team->pids[i] > 0)
            kill(team->pids[i], SIGKILL);
    reap_workers(team);
    team->broken = true;
}

/* Runs one region to its end. Returns how many workers died in it, -1 on failure. */
static int run_region(struct team *team, enum dispatch_command command, struct batch *batch,
                      struct error *error)
{
    int died = 0;
    dispatch_begin(team->dispatch, command, batch);
    if (team->first_forked == 1)
        dispatch_work(team->dispatch);
    while (!dispatch_wait(team->dispatch, WATCH_NS)) {
        int more = replace_dead(team, error);
        if (more < 0) {
            kill_workers(team);
            return -1;
        }
        died += more;
    }
    return died;
}

int team_map(void *state, struct batch *batch, struct error *error)
{
    struct team *team = state;
    if (team->broken)
        return fail(error, EXIT_REFUSED, "the pool lost its workers in an earlier map");
    carrier_begin(team->carrier, batch);
    int died = run_region(team, DISPATCH_RUN, batch, error);
    /* What the dead had claimed is not settled: run it, until nobody dies. */
    while (died > 0 && batch_count(batch, team->workers).lost > 0)
        died = run_region(team, DISPATCH_REPAIR, batch, error);
    return died < 0 ? -1 : carrier_settle(team->carrier, error);
}

void team_usage(void *state, struct strategy_usage *usage)
{
    struct team *team = state;
    struct error ignored = {0};
    if (!team->broken && run_region(team, DISPATCH_USAGE, NULL, &ignored) >= 0)
        dispatch_sum_usage(team->dispatch, team->first_forked, usage);
    carrier_usage(team->carrier, usage);
}

void team_close(void *state)
{
    struct team *team = state;
    dispatch_begin(team->dispatch, DISPATCH_STOP, NULL);
    reap_workers(team);
    dispatch_destroy(team->dispatch);
    carrier_close(team->carrier);
    free(team);
}

int team_open(const struct strategy_config *config, bool caller_works, void **state,
              struct error *error)
{
    struct team *team = calloc(1, sizeof *team + config->workers * sizeof *team->pids);
    if (team == NULL)
        return fail_errno(error, ENOMEM, "no memory for %u workers", config->workers);
    team->workers = config->workers;
    team->first_forked = caller_works ? 1 : 0;
    if (carrier_open(config, &team->carrier, error) == 0)
        team->dispatch = dispatch_create(config, caller_works, team->carrier, error);
    if (team->dispatch == NULL) {
        carrier_close(team->carrier);
        free(team);
        return -1;
    }
    fflush(NULL); /* no worker inherits unwritten output */
    for (uint32_t i = team->first_forked; i < team->workers; i++)
        if (start_worker(team, i, error) != 0) {
            team_close(team);
            return -1;
        }
    *state = team;
    return 0;
}
