/* A trace as Chrome's trace events: one JSON object in which each event is made, written and
 * forgotten. */
#include "bench/base/json.h"
#include "bench/base/whole.h"
#include "bench/report/timeline/timeline.h"

/* The thread that shows what the caller did; a worker's number is one less than that of its own. */
enum { CALLER = 0 };

struct writer {
    FILE *file;
    const struct timeline *timeline;
    size_t process; /* of the strategy, from 1 */
    bool written;   /* an event stands before the next one */
    bool lost;      /* memory was short */
};

/* Takes the event over. */
static void put(struct writer *writer, json_t *event)
{
    fputs(writer->written ? ",\n" : "\n", writer->file);
    if (event == NULL ||
        json_dumpf(event, writer->file, JSON_COMPACT | JSON_REAL_PRECISION(15)) != 0)
        writer->lost = true;
    writer->written = true;
    json_decref(event);
}

static json_int_t process_of(const struct writer *writer)
{
    return (json_int_t)writer->process;
}

/* A process or thread, or where it stands among others. */
static void put_metadata(struct writer *writer, const char *what, uint32_t thread, const char *key,
                         json_t *value)
{
    put(writer, json_pack("{s:s, s:s, s:I, s:I, s:{s:o}}", "name", what, "ph", "M", "pid",
                          process_of(writer), "tid", (json_int_t)thread, "args", key, value));
}

static void put_names(struct writer *writer)
{
    const struct timeline *timeline = writer->timeline;
    char name[TIMELINE_WHO_BYTES];
    snprintf(name, sizeof name, "%s, %s", timeline->strategy, timeline_temperature(timeline));
    put_metadata(writer, "process_name", CALLER, "name", json_of_text(name));
    put_metadata(writer, "process_sort_index", CALLER, "sort_index",
                 json_integer(process_of(writer)));
    put_metadata(writer, "thread_name", CALLER, "name", json_string("the batch"));
    for (uint32_t i = 0; i < timeline->workers; i++) {
        const char *who = timeline_who(timeline, i);
        snprintf(name, sizeof name, "worker %u", i);
        put_metadata(writer, "thread_name", i + 1, "name", json_of_text(*who != '\0' ? who : name));
        put_metadata(writer, "thread_sort_index", i + 1, "sort_index",
                     json_integer((json_int_t)i + 1));
    }
}

static double us(uint64_t ns)
{
    return (double)ns / 1e3;
}

static void put_phase(struct writer *writer, const char *name, uint64_t start_ns, uint64_t end_ns)
{
    put(writer, json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:f}", "name", name, "cat", "batch", "ph",
                          "X", "pid", process_of(writer), "tid", (json_int_t)CALLER, "ts",
                          us(start_ns), "dur", us(end_ns - start_ns)));
}

/* What is not known is left out. */
static json_t *arguments_of(const struct writer *writer, const struct ran_job *job)
{
    const struct timeline *timeline = writer->timeline;
    json_t *arguments =
        json_pack("{s:I, s:I, s:s}", "job", (json_int_t)(job - timeline->jobs), "size",
                  (json_int_t)timeline->size, "outcome", ran_names[job->ran]);
    if (job->cpu >= 0)
        json_object_set_new(arguments, "cpu", json_integer(job->cpu));
    if (job->pid != 0)
        json_object_set_new(arguments, "pid", json_integer(job->pid));
    if (job->thread != 0)
        json_object_set_new(arguments, "thread", json_integer(job->thread));
    if (job->ran == RAN_FAILED || job->ran == RAN_CRASHED)
        json_object_set_new(arguments, "code", json_integer(job->code));
    if (job->reruns > 0)
        json_object_set_new(arguments, "reruns", json_integer(job->reruns));
    return arguments;
}

/* A job that never began is on no line of time. */
static void put_job(struct writer *writer, const struct ran_job *job)
{
    bool placed = job->worker != TIMELINE_NO_WORKER;
    json_int_t thread = placed ? (json_int_t)job->worker + 1 : CALLER;
    char name[40];
    if (job->start_ns == TIMELINE_NO_TIME)
        return;
    snprintf(name, sizeof name, "job %zu", (size_t)(job - writer->timeline->jobs));
    json_t *event = json_pack("{s:s, s:s, s:s, s:I, s:I, s:f}", "name", name, "cat", "job", "ph",
                              ran_whole(job) ? "X" : "i", "pid", process_of(writer), "tid", thread,
                              "ts", us(job->start_ns));
    if (ran_whole(job))
        json_object_set_new(event, "dur", json_real(us(job->end_ns - job->start_ns)));
    else
        json_object_set_new(event, "s", json_string("t"));
    json_object_set_new(event, "args", arguments_of(writer, job));
    put(writer, event);
}

static void put_timeline(struct writer *writer)
{
    const struct timeline *timeline = writer->timeline;
    put_names(writer);
    if (timeline->cold)
        put_phase(writer, "open", 0, timeline->map_ns);
    put_phase(writer, "map", timeline->map_ns, timeline->mapped_ns);
    if (timeline->cold)
        put_phase(writer, "close", timeline->mapped_ns, timeline->closed_ns);
    for (uint64_t i = 0; i < timeline->count; i++)
        put_job(writer, &timeline->jobs[i]);
}

static void put_facts(struct writer *writer, const struct host *host)
{
    json_t *facts =
        json_pack("{s:s, s:o, s:o, s:o, s:o}", "program", "breakeven", "started",
                  json_of_text(host->started), "model", json_of_text(host->model), "kernel",
                  json_of_text(host->kernel), "hypervisor", json_of_text(host->hypervisor));
    fputs("\n],\n\"displayTimeUnit\":\"ns\",\n\"otherData\":", writer->file);
    if (facts == NULL || json_dumpf(facts, writer->file, 0) != 0)
        writer->lost = true;
    fputs("}\n", writer->file);
    json_decref(facts);
}

int timelines_write_json(const char *path, const struct timelines *timelines,
                         const struct host *host, struct error *error)
{
    struct whole whole;
    if (whole_open_large(&whole, path, error) != 0)
        return -1;
    struct writer writer = {.file = whole.stream};
    fputs("{\"traceEvents\":[", whole.stream);
    for (size_t i = 0; i < timelines->count; i++) {
        writer.timeline = &timelines->timelines[i];
        writer.process = i + 1;
        put_timeline(&writer);
    }
    put_facts(&writer, host);
    if (!writer.lost || ferror(whole.stream))
        return whole_close(&whole, error);
    whole_drop(&whole);
    return fail(error, ERROR_REFUSED, "%s: out of memory", path);
}
