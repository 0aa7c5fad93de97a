/* A trace for people. */
#include "bench/base/text.h"
#include "bench/report/timeline/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double since_start_us(uint64_t ns)
{
    return (double)ns / 1e3;
}

static void print_time(FILE *file, uint64_t ns)
{
    if (ns == TIMELINE_NO_TIME)
        fprintf(file, " %11s", "-");
    else
        fprintf(file, " %11.1f", since_start_us(ns));
}

static void print_known(FILE *file, int width, long long number, bool known)
{
    if (known)
        fprintf(file, " %*lld", width, number);
    else
        fprintf(file, " %*s", width, "-");
}

/* ------------------------------------------------------------------------------- jobs */

static void describe_result(const struct timeline *timeline, uint64_t index, char *text,
                            size_t bytes)
{
    const struct ran_job *job = &timeline->jobs[index];
    switch ((enum ran)job->ran) {
    case RAN_DONE:
        timeline->result_text(timeline->results + index * timeline->result_bytes, text, bytes);
        break;
    case RAN_FAILED:
        snprintf(text, bytes, "failed: exit code %d", job->code);
        break;
    case RAN_CRASHED:
        snprintf(text, bytes, "crashed: signal %d (%s)", job->code, strsignal(job->code));
        break;
    case RAN_TIMED_OUT:
        snprintf(text, bytes, "timed out");
        break;
    case RAN_LOST:
    case RAN_COUNT:
        snprintf(text, bytes, "lost");
        break;
    }
}

static void print_job(FILE *file, const struct timeline *timeline, uint64_t index)
{
    const struct ran_job *job = &timeline->jobs[index];
    char result[128];
    describe_result(timeline, index, result, sizeof result);
    fprintf(file, "%6llu", (unsigned long long)index);
    print_known(file, 6, job->worker, job->worker != TIMELINE_NO_WORKER);
    print_known(file, 7, job->pid, job->pid != 0);
    print_known(file, 7, job->thread, job->thread != 0);
    print_known(file, 3, job->cpu, job->cpu >= 0);
    print_time(file, job->start_ns);
    print_time(file, job->end_ns);
    fprintf(file, "  %s", result);
    if (job->reruns > 0)
        fprintf(file, " (run again: %u)", job->reruns);
    fputc('\n', file);
}

static void print_phase(FILE *file, const char *name, uint64_t start_ns, uint64_t end_ns)
{
    fprintf(file, "%6s %6s %7s %7s %3s", name, "", "", "", "");
    print_time(file, start_ns);
    print_time(file, end_ns);
    fputc('\n', file);
}

static void print_jobs(FILE *file, const struct timeline *timeline)
{
    fprintf(file, "%6s %6s %7s %7s %3s %11s %11s  %s\n", "job", "worker", "pid", "thread", "cpu",
            "start us", "end us", "result");
    if (timeline->cold)
        print_phase(file, "open", 0, timeline->map_ns);
    for (uint64_t i = 0; i < timeline->count; i++)
        print_job(file, timeline, i);
    if (timeline->cold)
        print_phase(file, "close", timeline->mapped_ns, timeline->closed_ns);
}

/* ------------------------------------------------------------------------------- workers */

static void print_share(FILE *file, int width, double share)
{
    if (isfinite(share))
        fprintf(file, " %*.1f%%", width - 1, 100 * share);
    else
        fprintf(file, " %*s", width, "-");
}

static void print_who(FILE *file, int32_t who, bool many)
{
    if (many)
        fprintf(file, " %7s", "many");
    else
        print_known(file, 7, who, who != 0);
}

static void print_shift(FILE *file, const struct timeline *timeline, uint32_t worker,
                        const struct shift *shift)
{
    char busy[32];
    text_duration(busy, sizeof busy, (double)shift->busy_ns);
    fprintf(file, "%6u", worker);
    print_who(file, shift->pid, shift->many_pids);
    print_who(file, shift->thread, shift->many_threads);
    fprintf(file, " %10llu %9s", (unsigned long long)shift->jobs, busy);
    print_share(file, 6, shift_idle(timeline, shift));
    print_time(file, shift->first_ns);
    print_time(file, shift->last_ns);
    fputc('\n', file);
}

static int print_shifts(FILE *file, const struct timeline *timeline, struct error *error)
{
    struct shift *shifts;
    if (timeline_shifts(timeline, &shifts, error) != 0)
        return -1;
    fprintf(file, "%6s %7s %7s %10s %9s %6s %11s %11s\n", "worker", "pid", "thread", "jobs", "busy",
            "idle", "first us", "last us");
    for (uint32_t i = 0; i < timeline->workers; i++)
        print_shift(file, timeline, i, &shifts[i]);
    free(shifts);
    return 0;
}

/* More names would bury the table. */
enum { MOST_NAMES = 16, COLUMNS = 80 };

static void write_names(FILE *file, const struct timeline *timeline)
{
    uint32_t shown = timeline->workers < MOST_NAMES ? timeline->workers : MOST_NAMES;
    for (uint32_t i = 0; i < shown; i++)
        fprintf(file, "%s%u is %s", i > 0 ? ", " : "", i, timeline_who(timeline, i));
    if (shown < timeline->workers)
        fprintf(file, ", and so on; trace.csv has the other %u", timeline->workers - shown);
    fputc('.', file);
}

/* "Worker 0 is rank 1 on node7, 1 is rank 2 on node8." */
static void print_names(FILE *file, const struct timeline *timeline)
{
    char *text = NULL;
    size_t bytes;
    FILE *names = timeline->who != NULL ? open_memstream(&text, &bytes) : NULL;
    if (names == NULL)
        return;
    write_names(names, timeline);
    if (fclose(names) == 0)
        text_fold(file, text, "Worker ", "  ", COLUMNS);
    free(text);
}

/* ------------------------------------------------------------------------------- the whole */

static void print_total(FILE *file, const struct timeline *timeline)
{
    char total[32], opening[32], closing[32];
    size_t processes = timeline_processes(timeline);
    text_duration(total, sizeof total, (double)timeline->closed_ns);
    fprintf(file, "%llu job%s by %u of %u worker%s in %zu process%s: %s",
            (unsigned long long)timeline->count, text_plural(timeline->count),
            timeline_workers_taken(timeline), timeline->workers, text_plural(timeline->workers),
            processes, processes == 1 ? "" : "es", total);
    if (timeline->cold) {
        text_duration(opening, sizeof opening, (double)timeline->map_ns);
        text_duration(closing, sizeof closing, (double)(timeline->closed_ns - timeline->mapped_ns));
        fprintf(file, " (open %s, close %s)", opening, closing);
    }
    fputc('\n', file);
}

static void print_heading(FILE *file, const struct timeline *timeline)
{
    char size[32];
    text_size(size, sizeof size, (double)timeline->size);
    fprintf(file, "%s, %s: %llu job%s of %s of size %s, %u worker%s\n", timeline->strategy,
            timeline_temperature(timeline), (unsigned long long)timeline->count,
            timeline->count == 1 ? "" : "s", timeline->work, size, timeline->workers,
            timeline->workers == 1 ? "" : "s");
}

static int print_timeline(FILE *file, const struct timeline *timeline, bool all,
                          struct error *error)
{
    if (all || timeline->count <= TIMELINE_MOST_LINES)
        print_jobs(file, timeline);
    else if (print_shifts(file, timeline, error) != 0)
        return -1;
    print_total(file, timeline);
    print_names(file, timeline);
    if (timeline->told != NULL && *timeline->told != '\0')
        fprintf(file, "%s: %s\n", timeline->strategy, timeline->told);
    return 0;
}

/* The share of the map that its workers spent in jobs. */
static int busy_of(const struct timeline *timeline, double *busy, struct error *error)
{
    struct shift *shifts;
    double idle = 0;
    if (timeline_shifts(timeline, &shifts, error) != 0)
        return -1;
    for (uint32_t i = 0; i < timeline->workers; i++)
        idle += shift_idle(timeline, &shifts[i]);
    *busy = 1 - idle / timeline->workers;
    free(shifts);
    return 0;
}

static int print_comparison(FILE *file, const struct timelines *timelines, struct error *error)
{
    const struct timeline *serial = timeline_serial(timelines->timelines, timelines->count);
    fprintf(file, "%-13s %7s %10s %10s %10s %10s %7s\n", "strategy", "workers", "total", "open",
            "close", "speedup", "busy");
    for (size_t i = 0; i < timelines->count; i++) {
        const struct timeline *timeline = &timelines->timelines[i];
        char total[32], opening[32] = "-", closing[32] = "-", speedup[32] = "-";
        double busy, ratio = timeline_speedup(timeline, serial);
        if (busy_of(timeline, &busy, error) != 0)
            return -1;
        text_duration(total, sizeof total, (double)timeline->closed_ns);
        if (timeline->cold) {
            text_duration(opening, sizeof opening, (double)timeline->map_ns);
            text_duration(closing, sizeof closing,
                          (double)(timeline->closed_ns - timeline->mapped_ns));
        }
        if (isfinite(ratio))
            snprintf(speedup, sizeof speedup, "%.2f", ratio);
        fprintf(file, "%-13s %7u %10s %10s %10s %10s", timeline->strategy, timeline->workers, total,
                opening, closing, speedup);
        print_share(file, 7, busy);
        fputc('\n', file);
    }
    return 0;
}

int timelines_print(FILE *file, const struct timelines *timelines, bool all, struct error *error)
{
    bool several = timelines->count > 1;
    for (size_t i = 0; i < timelines->count; i++) {
        if (several)
            print_heading(file, &timelines->timelines[i]);
        if (print_timeline(file, &timelines->timelines[i], all, error) != 0)
            return -1;
        if (several)
            fputc('\n', file);
    }
    if (several && print_comparison(file, timelines, error) != 0)
        return -1;
    if (timelines->takes > 1)
        fprintf(file, "Of each strategy that is the fastest of %llu batches.\n",
                (unsigned long long)timelines->takes);
    return 0;
}
