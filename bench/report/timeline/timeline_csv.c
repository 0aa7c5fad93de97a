/* A trace as rows. */
#include "bench/base/csv.h"
#include "bench/base/whole.h"
#include "bench/report/timeline/timeline.h"

struct row {
    const char *strategy, *work;
    uint64_t size;
    const char *temperature, *span;
    uint64_t job, worker, pid, thread, cpu, start_ns, end_ns;
    const char *outcome;
    uint64_t code, reruns;
    const char *who;
};

static const struct csv_column columns[] = {
    CSV_COLUMN(struct row, strategy, "strategy", CSV_KNOWN_TEXT),
    CSV_COLUMN(struct row, work, "work", CSV_KNOWN_TEXT),
    CSV_COLUMN(struct row, size, "size", CSV_KNOWN_COUNT),
    CSV_COLUMN(struct row, temperature, "temperature", CSV_KNOWN_TEXT),
    CSV_COLUMN(struct row, span, "span", CSV_KNOWN_TEXT),
    CSV_COLUMN(struct row, job, "job", CSV_COUNT),
    CSV_COLUMN(struct row, worker, "worker", CSV_COUNT),
    CSV_COLUMN(struct row, pid, "pid", CSV_COUNT),
    CSV_COLUMN(struct row, thread, "thread", CSV_COUNT),
    CSV_COLUMN(struct row, cpu, "cpu", CSV_COUNT),
    CSV_COLUMN(struct row, start_ns, "start_ns", CSV_COUNT),
    CSV_COLUMN(struct row, end_ns, "end_ns", CSV_COUNT),
    CSV_COLUMN(struct row, outcome, "outcome", CSV_TEXT),
    CSV_COLUMN(struct row, code, "code", CSV_COUNT),
    CSV_COLUMN(struct row, reruns, "reruns", CSV_COUNT),
    CSV_COLUMN(struct row, who, "who", CSV_TEXT),
};

static const struct csv_format format = {columns, sizeof columns / sizeof *columns,
                                         sizeof(struct row)};

_Static_assert(TIMELINE_NO_TIME == CSV_UNKNOWN, "what is not known becomes an empty field");

static struct row row_of(const struct timeline *timeline, const char *span)
{
    return (struct row){
        .strategy = timeline->strategy,
        .work = timeline->work,
        .size = timeline->size,
        .temperature = timeline_temperature(timeline),
        .span = span,
        .job = CSV_UNKNOWN,
        .worker = CSV_UNKNOWN,
        .pid = CSV_UNKNOWN,
        .thread = CSV_UNKNOWN,
        .cpu = CSV_UNKNOWN,
        .outcome = "",
        .code = CSV_UNKNOWN,
        .reruns = CSV_UNKNOWN,
        .who = "",
    };
}

static void write_phase(FILE *file, const struct timeline *timeline, const char *name,
                        uint64_t start_ns, uint64_t end_ns)
{
    struct row row = row_of(timeline, name);
    row.start_ns = start_ns;
    row.end_ns = end_ns;
    csv_write_row(file, &format, &row);
}

static uint64_t known(int64_t number, bool is_known)
{
    return is_known ? (uint64_t)number : CSV_UNKNOWN;
}

static void write_job(FILE *file, const struct timeline *timeline, uint64_t index)
{
    const struct ran_job *job = &timeline->jobs[index];
    struct row row = row_of(timeline, "job");
    row.job = index;
    row.worker = known(job->worker, job->worker != TIMELINE_NO_WORKER);
    row.pid = known(job->pid, job->pid != 0);
    row.thread = known(job->thread, job->thread != 0);
    row.cpu = known(job->cpu, job->cpu >= 0);
    row.start_ns = job->start_ns;
    row.end_ns = job->end_ns;
    row.outcome = ran_names[job->ran];
    row.code = known(job->code, job->ran == RAN_FAILED || job->ran == RAN_CRASHED);
    row.reruns = known(job->reruns, job->ran != RAN_LOST);
    row.who = timeline_who(timeline, job->worker);
    csv_write_row(file, &format, &row);
}

static void write_timeline(FILE *file, const struct timeline *timeline)
{
    if (timeline->cold)
        write_phase(file, timeline, "open", 0, timeline->map_ns);
    write_phase(file, timeline, "map", timeline->map_ns, timeline->mapped_ns);
    for (uint64_t i = 0; i < timeline->count; i++)
        write_job(file, timeline, i);
    if (timeline->cold)
        write_phase(file, timeline, "close", timeline->mapped_ns, timeline->closed_ns);
}

int timelines_write_csv(const char *path, const struct timelines *timelines, struct error *error)
{
    struct whole whole;
    if (whole_open_large(&whole, path, error) != 0)
        return -1;
    csv_write_header(whole.stream, &format);
    for (size_t i = 0; i < timelines->count; i++)
        write_timeline(whole.stream, &timelines->timelines[i]);
    return whole_close(&whole, error);
}
