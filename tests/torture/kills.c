/* Kills workers of a pool at random instants while it runs batch after batch, and counts what that
 * costs: usage: kills [KILLS [STRATEGY [RESULTS IN-FLIGHT JOBS-PER-WORKER]]]. A process of its own,
 * the subject, runs the batches; this one kills its children. One line of CSV on stdout, told of on
 * stderr; exit 1 where anything was lost but the job in hand. */
#include "bench/job/batch.h"
#include "bench/machine/cpus.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    JOBS = 10000,
    WORKERS = 2,
    TURNS = 12000,        /* of a job: some 20 us */
    MOST_CHILDREN = 16,   /* that are looked at */
    PATIENCE_S = 10,      /* with a map, before it counts as hung */
    MEAN_PAUSE_US = 8000, /* between kills */
    POLL_US = 20,
};

/* What subject and killer share. */
struct stand {
    _Atomic uint64_t maps, jobs, crashed, lost, twice, wrong;
    _Atomic int stop;
    struct error trouble;         /* why the subject gave up */
    _Atomic uint32_t ended[JOBS]; /* how often each job came to its end in this map */
    _Atomic uint32_t taken[JOBS]; /* how often the caller got its result, where it takes them */
};

static struct stand *stand;

/* What the pool is asked for beside its workers. */
static struct strategy_config asked;

static bool takes(void)
{
    return asked.results != RESULTS_BATCH || asked.in_flight > 0;
}

static void take(void *taker, uint64_t job)
{
    (void)taker;
    atomic_fetch_add(&stand->taken[job], 1);
}

static uint64_t value_of(uint64_t index)
{
    uint64_t value = index;
    for (int i = 0; i < TURNS; i++)
        value = value * UINT64_C(6364136223846793005) + 1;
    return value;
}

static int run(const struct job *job, void *result)
{
    uint64_t value = value_of(job->index);
    memcpy(result, &value, sizeof value);
    atomic_fetch_add(&stand->ended[job->index], 1);
    return 0;
}

static const struct work work = {
    .name = "torture",
    .summary = "counts its ends",
    .unit = "ignored",
    .result_bytes = sizeof(uint64_t),
    .run = run,
    .result_text = work_text_u64,
};

/* ------------------------------------------------------------------------------- the subject */

static void check_job(const struct batch *batch, uint64_t index, uint64_t wanted)
{
    const struct outcome *outcome = &batch->outcomes[index];
    uint32_t ended = atomic_load(&stand->ended[index]);
    uint64_t value;
    memcpy(&value, batch->results + index * sizeof value, sizeof value);
    if (!batch_settled(batch, index))
        atomic_fetch_add(&stand->lost, 1);
    else if (outcome->status == JOB_CRASHED && outcome->code == SIGKILL)
        atomic_fetch_add(&stand->crashed, 1);
    else if (outcome->status != JOB_DONE || value != wanted)
        atomic_fetch_add(&stand->wrong, 1);
    if (ended > 1 || (batch_settled(batch, index) && outcome->status == JOB_DONE && ended != 1))
        atomic_fetch_add(&stand->twice, 1);
    if (takes() && atomic_load(&stand->taken[index]) != 1)
        atomic_fetch_add(atomic_load(&stand->taken[index]) == 0 ? &stand->lost : &stand->twice, 1);
}

static int map_once(const struct strategy_ops *strategy, void *state, struct batch *batch,
                    const uint64_t wanted[], struct error *error)
{
    memset(batch->results, 0, JOBS * sizeof *wanted);
    memset((void *)stand->ended, 0, sizeof stand->ended);
    memset((void *)stand->taken, 0, sizeof stand->taken);
    batch_begin(batch);
    if (strategy->map(state, batch, error) != 0)
        return -1;
    for (uint64_t i = 0; i < JOBS; i++)
        check_job(batch, i, wanted[i]);
    atomic_fetch_add(&stand->jobs, JOBS);
    atomic_fetch_add(&stand->maps, 1);
    return 0;
}

static void be_subject(const struct strategy_ops *strategy)
{
    struct strategy_config config = {.workers = WORKERS,
                                     .cpus = cpus_read().usable,
                                     .schedule = SCHEDULE_DYNAMIC,
                                     .spin_ns = STRATEGY_SPIN_NS,
                                     .results = asked.results,
                                     .in_flight = asked.in_flight,
                                     .jobs_per_worker = asked.jobs_per_worker,
                                     .take = take};
    struct batch_request request = {
        .work = &work, .jobs = JOBS, .size = 1, .input_fd = -1, .streamed = takes()};
    struct error *error = &stand->trouble;
    uint64_t wanted[JOBS];
    void *state;
    for (uint64_t i = 0; i < JOBS; i++)
        wanted[i] = value_of(i);
    struct batch *batch = batch_create(&request, error);
    if (batch != NULL && strategy->open(&config, &state, error) == 0) {
        while (atomic_load(&stand->stop) == 0 &&
               map_once(strategy, state, batch, wanted, error) == 0)
            ;
        strategy->close(state);
    }
    batch_free(batch);
}

/* ------------------------------------------------------------------------------- the killer */

static double uniform(uint64_t *random)
{
    return (double)(work_random(random) >> 11) * 0x1p-53;
}

static size_t children_of(pid_t pid, pid_t children[MOST_CHILDREN])
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && count < MOST_CHILDREN && fscanf(file, "%d", &children[count]) == 1)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

/* Kills a process and waits until its parent has noticed: a child that was not waited for can still
 * be sent signals. The time in ms; NaN: it was gone before, or is not noticed. */
static double kill_and_time(pid_t pid)
{
    uint64_t start_ns = clock_now_ns();
    if (kill(pid, SIGKILL) != 0)
        return NAN;
    while (kill(pid, 0) == 0) {
        if (clock_now_ns() - start_ns > PATIENCE_S * NS_PER_S)
            return NAN;
        usleep(POLL_US);
    }
    return (double)(clock_now_ns() - start_ns) / (double)NS_PER_MS;
}

/* One attack: mostly on one worker, at times on two in a row or on all at once. The time until the
 * last was noticed. */
static double attack(pid_t subject, uint64_t *random, uint64_t *kills)
{
    pid_t children[MOST_CHILDREN];
    size_t count = children_of(subject, children);
    double kind = uniform(random);
    if (count == 0)
        return NAN;
    size_t chosen = (size_t)(uniform(random) * (double)count);
    bool all = kind < 0.1;
    for (size_t i = 0; all && i < count; i++)
        if (i != chosen && kill(children[i], SIGKILL) == 0)
            (*kills)++;
    double ms = kill_and_time(children[chosen]);
    (*kills)++;
    if (kind > 0.9) { /* the one that takes its place */
        count = children_of(subject, children);
        if (count > 0 && kill(children[count - 1], SIGKILL) == 0)
            (*kills)++;
    }
    return ms;
}

static bool hangs(uint64_t *maps, uint64_t *since_ns)
{
    uint64_t now_ns = clock_now_ns(), made = atomic_load(&stand->maps);
    if (made != *maps) {
        *maps = made;
        *since_ns = now_ns;
    }
    return now_ns - *since_ns > PATIENCE_S * NS_PER_S;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct findings {
    uint64_t kills, timed;
    bool hung;
    double *noticed_ms; /* timed of them, sorted at the end */
};

static void torture(pid_t subject, uint64_t wanted_kills, struct findings *findings)
{
    uint64_t random = 42, maps = 0, since_ns = clock_now_ns();
    while (findings->kills < wanted_kills && !findings->hung && stand->trouble.kind == ERROR_NONE) {
        usleep((useconds_t)(-log(1 - uniform(&random)) * MEAN_PAUSE_US));
        double ms = attack(subject, &random, &findings->kills);
        if (!isnan(ms) && findings->timed < wanted_kills)
            findings->noticed_ms[findings->timed++] = ms;
        findings->hung = hangs(&maps, &since_ns);
    }
    uint64_t last = atomic_load(&stand->maps);
    atomic_store(&stand->stop, 1);
    for (uint64_t i = 0; i < PATIENCE_S * 1000 && !findings->hung; i++) {
        if (waitpid(subject, NULL, WNOHANG) == subject)
            break;
        findings->hung = i + 1 == PATIENCE_S * 1000;
        usleep(1000);
    }
    if (findings->hung) {
        fprintf(stderr, "kills: no map came to its end in %d s, %llu before\n", PATIENCE_S,
                (unsigned long long)last);
        kill(subject, SIGKILL);
        waitpid(subject, NULL, 0);
    }
    qsort(findings->noticed_ms, findings->timed, sizeof *findings->noticed_ms, by_value);
}

static double quantile(const struct findings *findings, double share)
{
    if (findings->timed == 0)
        return NAN;
    return findings->noticed_ms[(uint64_t)(share * (double)(findings->timed - 1))];
}

static int report(const char *strategy, const struct findings *findings)
{
    unsigned long long lost = stand->lost, twice = stand->twice, wrong = stand->wrong;
    fprintf(stderr, "%s: noticed after %.2f ms (median), %.2f (99 of 100), %.2f (all)\n", strategy,
            quantile(findings, 0.5), quantile(findings, 0.99), quantile(findings, 1));
    if (stand->trouble.kind != ERROR_NONE)
        fprintf(stderr, "%s: %s\n", strategy, stand->trouble.text);
    printf("%s,%llu,%d,%llu,%llu,%llu,%llu,%llu,%.2f\n", strategy,
           (unsigned long long)findings->kills, findings->hung ? 1 : 0,
           (unsigned long long)stand->jobs, (unsigned long long)stand->crashed, lost, twice, wrong,
           quantile(findings, 0.99));
    return findings->hung || lost + twice + wrong > 0 || stand->trouble.kind != ERROR_NONE ||
           stand->jobs == 0 || stand->crashed > findings->kills;
}

int main(int count, char *arguments[])
{
    uint64_t kills = count > 1 ? strtoull(arguments[1], NULL, 10) : 1000;
    const struct strategy_ops *strategy = strategy_find(count > 2 ? arguments[2] : "forkpool");
    if (count > 5) {
        asked.results = results_find(arguments[3]);
        asked.in_flight = strtoull(arguments[4], NULL, 10);
        asked.jobs_per_worker = strtoull(arguments[5], NULL, 10);
    }
    struct findings findings = {.noticed_ms = calloc(kills + 1, sizeof(double))};
    stand = mmap(NULL, sizeof *stand, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (strategy == NULL || kills == 0 || findings.noticed_ms == NULL || stand == MAP_FAILED) {
        fprintf(stderr, "usage: kills [KILLS [STRATEGY [RESULTS IN-FLIGHT JOBS-PER-WORKER]]]\n");
        return 2;
    }
    pid_t killer = getpid(), subject = fork();
    if (subject == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == killer)
            be_subject(strategy);
        _exit(0);
    }
    if (subject < 0) {
        fprintf(stderr, "kills: fork: %s\n", strerror(errno));
        return 4;
    }
    torture(subject, kills, &findings);
    int result = report(strategy->name, &findings);
    free(findings.noticed_ms);
    return result;
}
