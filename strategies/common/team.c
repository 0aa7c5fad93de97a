#include "strategies/common/team.h"
#include "bench/process/child.h"
#include "bench/process/processes.h"
#include "strategies/common/dispatch.h"
#include "strategies/common/relay.h"
#include "strategies/common/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the caller sleeps before it looks whether a worker has died, and how soon it looks again
 * where one is dying: some time passes until that can be seen. */
#define LOOK_NS (5 * NS_PER_MS)
#define SHORTEST_LOOK_NS (50 * NS_PER_US)

/* Deaths in a row of workers that held no job, within one map. */
enum {
    DEATHS_TOLERATED = 4,  /* before others are started more and more slowly */
    DEATHS_ENDURED = 12,   /* before the map fails; and as many for each worker */
    LONGEST_PAUSE_MS = 64, /* before a worker is started */
};

/* How many workers that were replaced may be about to end, for each that is there. */
enum { LEAVING_A_WORKER = 4 };

struct team_worker {
    pid_t pid;        /* 0: none */
    uint64_t job;     /* that it had in hand, as the caller last saw it */
    uint64_t held_ns; /* for how long the caller has seen it */
    bool killed;      /* that job's time was up */
};

struct team {
    struct dispatch *dispatch;
    struct relay *relay; /* NULL: payload stays in shared memory */
    uint32_t workers;
    uint32_t first_forked; /* 1 where the caller is worker 0 */
    uint32_t retries;      /* of a job that crashed or timed out */
    struct watch watch;    /* over the jobs in hand; looked_ns is 0 where a region begins */
    uint32_t vain_deaths;  /* in a row, of workers that held no job */
    bool broken;           /* a worker died and could not be replaced: all were ended */
    pid_t *leaving;        /* workers that have run all jobs they may and end, room for many */
    uint32_t leaving_count;
    struct team_worker members[];
};

static int start_worker(struct team *team, uint32_t worker, struct error *error)
{
    uint32_t region = dispatch_join(team->dispatch, worker);
    pid_t caller = getpid(), pid = fork();
    if (pid < 0)
        return fail_errno(error, errno, "fork of worker %u of %u", worker + 1, team->workers);
    if (pid == 0) {
        child_follow_parent(caller);
        dispatch_tell_death(team->dispatch);
        dispatch_serve(team->dispatch, worker, region);
        work_leave();
        _exit(0);
    }
    team->members[worker] = (struct team_worker){.pid = pid};
    return 0;
}

/* A job whose worker was killed in its stead, since the caller saw the one before, is run again
 * whatever --retries says. */
static void note_death(struct team *team, uint32_t worker, int wait_status)
{
    const struct team_worker *member = &team->members[worker];
    uint64_t job = dispatch_in_hand(team->dispatch, worker);
    bool mistaken = member->killed && job != member->job;
    struct ended ended = {worker, member->pid, wait_status, member->killed};
    bool in_vain =
        job == DISPATCH_NO_JOB && !member->killed && !dispatch_is_shut_out(team->dispatch, worker);
    team->vain_deaths = in_vain ? team->vain_deaths + 1 : 0;
    dispatch_note_death(team->dispatch, &ended, mistaken ? UINT32_MAX : team->retries);
    team->members[worker] = (struct team_worker){0};
}

/* Workers that die before they have a job will go on to: others are started ever more slowly, and
 * not for ever. */
static int pause_after_deaths(const struct team *team, int wait_status, struct error *error)
{
    uint32_t deaths = team->vain_deaths;
    if (deaths >= DEATHS_ENDURED + DEATHS_ENDURED * team->workers)
        return fail(error, ERROR_REFUSED,
                    "workers die before they have a job: %u in a row, the last of %s %d", deaths,
                    WIFSIGNALED(wait_status) ? "signal" : "exit code",
                    WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status));
    uint32_t rounds = deaths / team->workers;
    if (rounds > DEATHS_TOLERATED) {
        uint32_t shift = rounds - DEATHS_TOLERATED - 1;
        uint64_t pause_ms = shift < 6 ? UINT64_C(1) << shift : LONGEST_PAUSE_MS;
        clock_sleep_ns(pause_ms * NS_PER_MS);
    }
    return 0;
}

/* Reaps those that have gone, and waits for the first where there are too many. */
static void reap_leaving(struct team *team, uint32_t most)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < team->leaving_count; i++) {
        int wait_status;
        if (waitpid(team->leaving[i], &wait_status, WNOHANG) == 0)
            team->leaving[kept++] = team->leaving[i];
    }
    while (kept > most) {
        int wait_status;
        process_await_end(team->leaving[--kept], &wait_status);
    }
    team->leaving_count = kept;
}

/* Puts others in the place of workers that have run as many jobs as they may, and does not wait
 * until they are gone. */
static int replace_retired(struct team *team, struct error *error)
{
    for (uint32_t i = team->first_forked; i < team->workers; i++) {
        if (!dispatch_has_retired(team->dispatch, i))
            continue;
        reap_leaving(team, LEAVING_A_WORKER * team->workers - 1);
        team->leaving[team->leaving_count++] = team->members[i].pid;
        team->members[i].pid = 0;
        if (start_worker(team, i, error) != 0)
            return -1;
    }
    return 0;
}

/* Reaps workers that have died and puts others in their place. Returns how many had died, -1 where
 * a worker cannot be replaced. */
static int replace_dead(struct team *team, struct error *error)
{
    int died = 0;
    for (uint32_t i = team->first_forked; i < team->workers; i++) {
        int wait_status;
        pid_t pid = team->members[i].pid;
        if (pid == 0 || dispatch_has_retired(team->dispatch, i) ||
            waitpid(pid, &wait_status, WNOHANG) != pid)
            continue;
        if (dispatch_has_retired(team->dispatch, i)) { /* just now */
            if (start_worker(team, i, error) != 0)
                return -1;
            continue;
        }
        note_death(team, i, wait_status);
        died++;
        if (relay_clear(team->relay, i, &wait_status, error) != 0 ||
            pause_after_deaths(team, wait_status, error) != 0 || start_worker(team, i, error) != 0)
            return -1;
    }
    return died;
}

/* Kills workers whose job takes too long, and those that do not get to have one: stopped ones. */
static void kill_overdue(struct team *team)
{
    bool first_look = team->watch.looked_ns == 0;
    uint64_t since_ns = watch_look_ns(&team->watch);
    for (uint32_t i = team->first_forked; i < team->workers; i++) {
        struct team_worker *member = &team->members[i];
        uint64_t job = dispatch_in_hand(team->dispatch, i);
        if (member->killed || dispatch_has_finished(team->dispatch, i))
            continue;
        bool begins = first_look || job != member->job || dispatch_is_shut_out(team->dispatch, i);
        member->held_ns = begins ? 0 : member->held_ns + since_ns;
        member->job = job;
        member->killed = member->held_ns >= team->watch.timeout_ns;
        if (member->killed)
            kill(member->pid, SIGKILL);
    }
}

/* Looks after workers that have died, after those that should, and after those that are to be
 * replaced. As replace_dead. */
static int look_after(struct team *team, struct error *error)
{
    if (team->watch.timeout_ns > 0)
        kill_overdue(team);
    int died = replace_dead(team, error);
    return died >= 0 && replace_retired(team, error) != 0 ? -1 : died;
}

static uint64_t longest_look_ns(const struct team *team)
{
    uint64_t interval_ns = watch_interval_ns(&team->watch);
    return team->watch.timeout_ns > 0 && interval_ns < LOOK_NS ? interval_ns : LOOK_NS;
}

/* Waits for the end of every worker that lives. */
static void reap_workers(struct team *team)
{
    for (uint32_t i = team->first_forked; i < team->workers; i++) {
        int wait_status;
        if (team->members[i].pid > 0)
            process_await_end(team->members[i].pid, &wait_status);
        team->members[i].pid = 0;
    }
    reap_leaving(team, 0);
}

static void kill_workers(struct team *team)
{
    for (uint32_t i = team->first_forked; i < team->workers; i++)
        if (team->members[i].pid > 0)
            process_kill(team->members[i].pid);
    for (uint32_t i = team->first_forked; i < team->workers; i++) {
        struct team_worker *member = &team->members[i];
        if (member->pid > 0)
            process_end(member->pid, process_kill(member->pid), 0, NULL);
        member->pid = 0;
    }
    reap_leaving(team, 0);
    team->broken = true;
}

/* Runs one region to its end. Returns how many workers died in it, -1 on failure. */
static int run_region(struct team *team, enum dispatch_command command, struct batch *batch,
                      struct dispatch_part part, struct error *error)
{
    int died = 0;
    enum dispatch_wake wake;
    uint64_t most_ns = longest_look_ns(team), look_ns = most_ns;
    dispatch_begin_part(team->dispatch, command, batch, part);
    if (team->first_forked == 1)
        dispatch_work(team->dispatch);
    team->watch.looked_ns = 0;
    while ((wake = dispatch_wait(team->dispatch, look_ns)) != DISPATCH_FINISHED) {
        if (wake != DISPATCH_RETIRED)
            look_ns = wake == DISPATCH_WOKEN ? SHORTEST_LOOK_NS : 2 * look_ns;
        look_ns = look_ns < most_ns ? look_ns : most_ns;
        int more = look_after(team, error);
        if (more < 0) {
            kill_workers(team);
            return -1;
        }
        died += more;
    }
    return died;
}

static bool is_settled(const struct batch *batch, struct dispatch_part part)
{
    for (uint64_t i = part.first; i < part.end; i++)
        if (!batch_settled(batch, i))
            return false;
    return true;
}

int team_map_part(void *state, struct batch *batch, struct dispatch_part part, struct error *error)
{
    struct team *team = state;
    if (team->broken)
        return fail(error, ERROR_REFUSED, "the pool lost its workers in an earlier map");
    team->vain_deaths = 0;
    relay_begin(team->relay, batch);
    int died = run_region(team, DISPATCH_RUN, batch, part, error);
    /* What the dead had claimed is not settled: run it, until nobody dies. */
    while (died > 0 && !is_settled(batch, part))
        died = run_region(team, DISPATCH_REPAIR, batch, part, error);
    if (died < 0 || relay_settle(team->relay, error) != 0)
        return -1;
    return dispatch_check_bound(team->dispatch, error);
}

int team_map(void *state, struct batch *batch, struct error *error)
{
    return team_map_part(state, batch, (struct dispatch_part){0, batch->jobs}, error);
}

void team_usage(void *state, struct strategy_usage *usage)
{
    struct team *team = state;
    struct error ignored = {0};
    reap_leaving(team, 0); /* what they have used is that of children from then on */
    struct dispatch_part none = {0, 0};
    if (!team->broken && run_region(team, DISPATCH_USAGE, NULL, none, &ignored) >= 0)
        dispatch_sum_usage(team->dispatch, team->first_forked, usage);
    relay_usage(team->relay, usage);
}

void team_close(void *state)
{
    struct team *team = state;
    dispatch_begin(team->dispatch, DISPATCH_STOP, NULL);
    reap_workers(team);
    dispatch_destroy(team->dispatch);
    relay_close(team->relay);
    free(team->leaving);
    free(team);
}

int team_open(const struct strategy_config *config, bool caller_works, void **state,
              struct error *error)
{
    struct team *team = calloc(1, sizeof *team + config->workers * sizeof *team->members);
    if (team == NULL)
        return fail_errno(error, ENOMEM, "no memory for %u workers", config->workers);
    team->workers = config->workers;
    team->first_forked = caller_works ? 1 : 0;
    team->retries = config->retries;
    team->watch.timeout_ns = config->job_timeout_ns;
    team->leaving = calloc(LEAVING_A_WORKER * (size_t)config->workers, sizeof *team->leaving);
    if (team->leaving == NULL)
        fail_errno(error, ENOMEM, "no memory for %u workers", config->workers);
    else if (relay_open(config, &team->relay, error) == 0)
        team->dispatch = dispatch_create(config, caller_works, team->relay, error);
    if (team->dispatch == NULL) {
        relay_close(team->relay);
        free(team->leaving);
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
