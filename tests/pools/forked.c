/* A strategy of processes: each map forks its workers, which take every n-th job. A worker that
 * dies is told of, and the jobs behind are run by another. With the option `kill` one kills itself.
 */
#include "include/breakeven/strategy.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct forked {
    uint32_t workers;
    int kills;
};

static int open_forked(const struct breakeven_config *config, void **state, char *why,
                       size_t why_bytes)
{
    struct forked *forked = malloc(sizeof *forked);
    if (forked == NULL) {
        snprintf(why, why_bytes, "out of memory");
        return -1;
    }
    forked->workers = config->workers;
    forked->kills = strcmp(config->options, "kill") == 0;
    *state = forked;
    return 0;
}

/* The first job of a worker that is not done; jobs where all are. */
static uint64_t next_job(const struct forked *forked, const struct breakeven_batch *batch,
                         uint32_t worker)
{
    uint64_t job = worker;
    while (job < batch->jobs && batch->is_done(batch, job))
        job += forked->workers;
    return job;
}

static pid_t start(const struct forked *forked, const struct breakeven_batch *batch,
                   uint32_t worker)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    for (uint64_t job = next_job(forked, batch, worker); job < batch->jobs;
         job += forked->workers) {
        if (forked->kills && job == 3)
            raise(SIGKILL);
        batch->run(batch, job, job + 1, worker);
    }
    _exit(0);
}

static int map_forked(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes)
{
    const struct forked *forked = state;
    pid_t pids[64];
    for (uint32_t i = 0; i < forked->workers && i < 64; i++)
        if ((pids[i] = start(forked, batch, i)) < 0) {
            snprintf(why, why_bytes, "a fork is refused");
            return -1;
        }
    for (uint32_t i = 0; i < forked->workers && i < 64; i++)
        for (int status = 0; pids[i] > 0;) {
            waitpid(pids[i], &status, 0);
            uint64_t job = next_job(forked, batch, i);
            if (!WIFSIGNALED(status) || job >= batch->jobs)
                break;
            batch->died(batch, job, i, pids[i], status);
            pids[i] = start(forked, batch, i);
        }
    return 0;
}

static void close_forked(void *state)
{
    free(state);
}

static const struct breakeven_strategy forked = {
    BREAKEVEN_STRATEGY_HEAD,
    .name = "forked",
    .summary = "processes that are forked for each batch",
    .flags = BREAKEVEN_PROCESSES | BREAKEVEN_ISOLATES_CRASHES | BREAKEVEN_CALLER_WAITS,
    .unit = BREAKEVEN_UNIT_REGION,
    .floor = BREAKEVEN_FLOOR_FORK,
    .open = open_forked,
    .map = map_forked,
    .close = close_forked,
};
BREAKEVEN_STRATEGIES(&forked)
