#include "bench/data/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const ran_names[RAN_COUNT] = {
    [RAN_DONE] = "done",           [RAN_FAILED] = "failed", [RAN_CRASHED] = "crashed",
    [RAN_TIMED_OUT] = "timed_out", [RAN_LOST] = "lost",
};

const char *timeline_temperature(const struct timeline *timeline)
{
    return timeline->cold ? "cold" : "warm";
}

const char *timeline_who(const struct timeline *timeline, uint32_t worker)
{
    bool known = timeline->who != NULL && worker < timeline->workers;
    return known ? timeline->who + (size_t)worker * TIMELINE_WHO_BYTES : "";
}

bool ran_whole(const struct ran_job *job)
{
    return job->worker != TIMELINE_NO_WORKER && job->start_ns != TIMELINE_NO_TIME &&
           job->end_ns != TIMELINE_NO_TIME;
}

uint64_t timeline_last_end_ns(const struct timeline *timeline)
{
    uint64_t last = timeline->map_ns;
    for (uint64_t i = 0; i < timeline->count; i++)
        if (ran_whole(&timeline->jobs[i]) && timeline->jobs[i].end_ns > last)
            last = timeline->jobs[i].end_ns;
    return last;
}

static int compare_pids(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

size_t timeline_processes(const struct timeline *timeline)
{
    size_t known = 0, count = 0;
    int32_t *pids = calloc(timeline->count + 1, sizeof *pids);
    for (uint64_t i = 0; pids != NULL && i < timeline->count; i++)
        if (timeline->jobs[i].pid != 0)
            pids[known++] = timeline->jobs[i].pid;
    if (pids != NULL)
        qsort(pids, known, sizeof *pids, compare_pids);
    for (size_t i = 0; i < known; i++)
        count += i == 0 || pids[i] != pids[i - 1];
    free(pids);
    return count;
}

uint32_t timeline_workers_taken(const struct timeline *timeline)
{
    uint32_t taken = 0;
    unsigned char *seen = calloc(timeline->workers, 1);
    for (uint64_t i = 0; seen != NULL && i < timeline->count; i++) {
        uint32_t worker = timeline->jobs[i].worker;
        if (worker < timeline->workers && !seen[worker]) {
            seen[worker] = 1;
            taken++;
        }
    }
    free(seen);
    return taken;
}

const struct timeline *timeline_serial(const struct timeline timelines[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(timelines[i].strategy, "serial") == 0)
            return &timelines[i];
    return NULL;
}

double timeline_speedup(const struct timeline *timeline, const struct timeline *serial)
{
    if (serial == NULL || serial->closed_ns == 0 || timeline->closed_ns == 0)
        return NAN;
    return (double)serial->closed_ns / (double)timeline->closed_ns;
}

/* ------------------------------------------------------------------------------- shifts */

static void add_to_shift(struct shift *shift, const struct ran_job *job)
{
    if (shift->jobs++ == 0) {
        shift->pid = job->pid;
        shift->thread = job->thread;
    }
    shift->many_pids = shift->many_pids || job->pid != shift->pid;
    shift->many_threads = shift->many_threads || job->thread != shift->thread;
    if (job->start_ns != TIMELINE_NO_TIME && job->start_ns < shift->first_ns)
        shift->first_ns = job->start_ns;
    if (!ran_whole(job))
        return;
    shift->busy_ns += job->end_ns - job->start_ns;
    if (shift->last_ns == TIMELINE_NO_TIME || job->end_ns > shift->last_ns)
        shift->last_ns = job->end_ns;
}

int timeline_shifts(const struct timeline *timeline, struct shift **shifts, struct error *error)
{
    *shifts = calloc((size_t)timeline->workers + 1, sizeof **shifts);
    if (*shifts == NULL)
        return fail(error, ERROR_REFUSED, "trace: out of memory");
    for (uint32_t i = 0; i < timeline->workers; i++)
        (*shifts)[i].first_ns = (*shifts)[i].last_ns = TIMELINE_NO_TIME;
    for (uint64_t i = 0; i < timeline->count; i++)
        if (timeline->jobs[i].worker < timeline->workers)
            add_to_shift(&(*shifts)[timeline->jobs[i].worker], &timeline->jobs[i]);
    return 0;
}

double shift_idle(const struct timeline *timeline, const struct shift *shift)
{
    double map_ns = (double)(timeline->mapped_ns - timeline->map_ns);
    return map_ns > 0 ? 1 - (double)shift->busy_ns / map_ns : NAN;
}

/* ------------------------------------------------------------------------------- stretches */

/* Bins are told apart by so many steps of colour and of how busy they are. */
enum { COLOUR_STEPS = 64, BUSY_STEPS = 16 };

/* The bin that is being filled: short jobs of one worker. */
struct bin {
    uint64_t number;          /* it begins at number x grain */
    double busy_ns, index_ns; /* index_ns: the sum of indices, each times its time */
    bool open;
};

struct merging {
    const struct timeline *timeline;
    double grain_ns;
    struct stretches *out;
    struct bin bin;
    uint32_t worker;
};

static int compare_runs(const void *a, const void *b)
{
    const struct ran_job *x = *(const struct ran_job *const *)a;
    const struct ran_job *y = *(const struct ran_job *const *)b;
    if (x->worker != y->worker)
        return x->worker < y->worker ? -1 : 1;
    return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

/* Those that can be drawn; the caller frees it. NULL: no memory. */
static const struct ran_job **sort_jobs(const struct timeline *timeline, size_t *count)
{
    const struct ran_job **sorted = calloc(timeline->count + 1, sizeof *sorted);
    *count = 0;
    for (uint64_t i = 0; sorted != NULL && i < timeline->count; i++)
        if (ran_whole(&timeline->jobs[i]))
            sorted[(*count)++] = &timeline->jobs[i];
    if (sorted != NULL)
        qsort(sorted, *count, sizeof *sorted, compare_runs);
    return sorted;
}

static double step_of(double share, int steps)
{
    return floor(share * steps + 0.5);
}

/* True where the stretch goes on from the last one and looks as it does. */
static bool looks_alike(const struct merging *merging, const struct stretch *last,
                        const struct stretch *next)
{
    double jobs = (double)merging->timeline->count;
    return !last->single && last->worker == next->worker &&
           fabs(last->end_ns - next->start_ns) < merging->grain_ns / 2 &&
           step_of(last->busy, BUSY_STEPS) == step_of(next->busy, BUSY_STEPS) &&
           step_of(last->index / jobs, COLOUR_STEPS) == step_of(next->index / jobs, COLOUR_STEPS);
}

/* Ends the bin in hand: a stretch of its own, or more of the last one. */
static void end_bin(struct merging *merging)
{
    struct bin *bin = &merging->bin;
    struct stretches *out = merging->out;
    double start_ns = (double)bin->number * merging->grain_ns;
    struct stretch next = {
        .start_ns = start_ns,
        .end_ns = start_ns + merging->grain_ns,
        .worker = merging->worker,
        .busy = fmin(1, bin->busy_ns / merging->grain_ns),
        .index = bin->busy_ns > 0 ? bin->index_ns / bin->busy_ns : 0,
    };
    struct stretch *last = out->count > 0 ? &out->stretches[out->count - 1] : NULL;
    if (!bin->open || bin->busy_ns <= 0)
        ;
    else if (last != NULL && looks_alike(merging, last, &next))
        last->end_ns = next.end_ns;
    else
        out->stretches[out->count++] = next;
    *bin = (struct bin){0};
}

static void add_to_bin(struct merging *merging, uint64_t number, double ns, double index)
{
    struct bin *bin = &merging->bin;
    if (!bin->open || bin->number != number) {
        end_bin(merging);
        bin->number = number;
        bin->open = true;
    }
    bin->busy_ns += ns;
    bin->index_ns += ns * index;
}

/* A job that is shorter than a bin lies in one or in two; one that took no time the clock can tell
 * is there all the same. */
static void add_short(struct merging *merging, const struct ran_job *job, double index)
{
    double start = (double)job->start_ns, end = fmax((double)job->end_ns, start + 0.5);
    double border = (floor(start / merging->grain_ns) + 1) * merging->grain_ns;
    uint64_t number = (uint64_t)(start / merging->grain_ns);
    add_to_bin(merging, number, fmin(end, border) - start, index);
    if (end > border)
        add_to_bin(merging, number + 1, end - border, index);
}

static void add_single(struct merging *merging, const struct ran_job *job, double index)
{
    end_bin(merging);
    merging->out->stretches[merging->out->count++] = (struct stretch){
        .start_ns = (double)job->start_ns,
        .end_ns = (double)job->end_ns,
        .worker = job->worker,
        .busy = 1,
        .index = index,
        .single = true,
    };
}

static void merge(struct merging *merging, const struct ran_job *const sorted[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct ran_job *job = sorted[i];
        double index = (double)(job - merging->timeline->jobs);
        if (job->worker != merging->worker)
            end_bin(merging);
        merging->worker = job->worker;
        if ((double)(job->end_ns - job->start_ns) < merging->grain_ns)
            add_short(merging, job, index);
        else
            add_single(merging, job, index);
    }
    end_bin(merging);
}

int timeline_stretches(const struct timeline *timeline, double grain_ns,
                       struct stretches *stretches, struct error *error)
{
    size_t count;
    const struct ran_job **sorted = sort_jobs(timeline, &count);
    struct merging merging = {.timeline = timeline, .grain_ns = grain_ns, .out = stretches};
    *stretches = (struct stretches){calloc(2 * count + 1, sizeof *stretches->stretches), 0};
    if (sorted == NULL || stretches->stretches == NULL) {
        free(sorted);
        free(stretches->stretches);
        *stretches = (struct stretches){NULL, 0};
        return fail(error, ERROR_REFUSED, "trace: out of memory");
    }
    merge(&merging, sorted, count);
    free(sorted);
    return 0;
}
