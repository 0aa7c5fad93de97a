#include "bench/session/advice/timed_job.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/run/named_work.h"
#include "bench/session/advice/brief_run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUDGET_NS (400 * NS_PER_MS)
/* A batch of jobs takes no longer, so that several can be timed. */
#define BATCH_NS (10 * NS_PER_MS)
enum { MAPS_OF_VISIT = 9, MOST_ROUNDS = 12, MOST_JOBS = 100000 };

/* Larger caches are shared with others, and what lies in them may be gone. */
#define MOST_CACHE_BYTES (32.0 * (1 << 20))

/* ------------------------------------------------------------------------------- which job */

static const struct work *know_path(const struct timed_job_request *request, struct error *error)
{
    const char *pythons = request->settings->values[KEY_python];
    const char *text = request->settings->values[KEY_arguments];
    char *arguments = text != NULL ? realpath(text, NULL) : NULL;
    const struct named_work named = {
        .text = request->work,
        .pythons = pythons != NULL ? pythons : suite_default(KEY_python),
        .arguments = arguments,
    };
    const struct work *work = NULL;
    if (text != NULL && arguments == NULL)
        fail(error, ERROR_USAGE, "--arguments: %.200s: %s", text, strerror(errno));
    else
        work = named_work_know("advise", &named, error);
    free(arguments);
    return work;
}

static const struct work *know_work(const struct timed_job_request *request, struct error *error)
{
    char suggestion[128];
    if (request->work == NULL)
        return &work_command;
    if (named_work_is(request->work))
        return know_path(request, error);
    const struct work *work = work_find(request->work);
    if (work == NULL) {
        text_suggestion(suggestion, sizeof suggestion, request->work, work_names(),
                        work_names_count());
        fail(error, ERROR_USAGE, "advise: '%.80s' is not a work%s", request->work, suggestion);
    }
    return work;
}

const struct work *timed_job_find(const struct timed_job_request *request, struct error *error)
{
    const struct work *work = know_work(request, error);
    if (work == NULL || work->is_command || work->is_sizeless ||
        request->settings->values[KEY_sizes] != NULL)
        return work;
    fail(error, ERROR_USAGE, "--size: is needed: how much a job of %s does, in %s", work->name,
         work->unit);
    return NULL;
}

/* ------------------------------------------------------------------------------- timing */

static int set(struct settings *settings, enum suite_key key, uint64_t value, struct error *error)
{
    char text[32], origin[64];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    snprintf(origin, sizeof origin, "--%s", suite_keys[key]);
    free(settings->values[key]);
    free(settings->origins[key]);
    settings->values[key] = settings->origins[key] = NULL;
    return settings_set(settings, key, text, origin, error);
}

static int copy_settings(const struct settings *from, struct settings *to, struct error *error)
{
    for (int i = 0; i < SUITE_KEY_COUNT; i++)
        if (from->values[i] != NULL &&
            settings_set(to, (enum suite_key)i, from->values[i], from->origins[i], error) != 0)
            return -1;
    return 0;
}

/* What checks a suite knows a list of sizes. */
static void name_own_option(struct error *error)
{
    static const char list[] = "--sizes";
    for (char *at = error->text; (at = strstr(at, list)) != NULL;)
        memmove(at + strlen(list) - 1, at + strlen(list), strlen(at + strlen(list)) + 1);
}

/* Batches of so many jobs, in so many rounds. */
static int time_batches(const struct timed_job_request *request, const struct work *work,
                        uint64_t jobs, uint64_t rounds, struct samples *samples,
                        uint64_t *elapsed_ns, struct error *error)
{
    struct settings settings = {0};
    char text[256];
    snprintf(text, sizeof text, "[suite]\ntitle = one job\nworkers = 1\nstrategies = %s\n[%s]\n",
             named_work_is_function(work) ? "py-serial" : "serial",
             work->is_command ? "empty" : work->name);
    const struct brief_run run = {
        .suite_name = work->is_command ? "the command" : work->name,
        .suite_text = text,
        .settings = &settings,
        .command_line = request->command_line,
    };
    *samples = (struct samples){0};
    int result = copy_settings(request->settings, &settings, error);
    if (result == 0)
        result = set(&settings, KEY_jobs, jobs, error);
    if (result == 0)
        result = set(&settings, KEY_rounds, rounds, error);
    if (result == 0)
        result = brief_run_measure(&run, samples, elapsed_ns, error);
    settings_free(&settings);
    if (result != 0)
        name_own_option(error);
    return result;
}

/* ------------------------------------------------------------------------------- what it does */

/* The end of an interval where there are too few readings for one by ranks: the extremes. */
static void widen(struct interval *interval, const double values[], size_t count)
{
    if (isfinite(interval->low) || count == 0)
        return;
    interval->low = values[0]; /* they are sorted */
    interval->high = values[count - 1];
}

static bool is_timed(const struct sample *row)
{
    return text_equal(row->status, "ok") && text_equal(row->temperature, "warm");
}

/* The processor's share of the visit's warm readings, among which it is told as equal parts. */
static double busy_of_visit(const struct samples *samples, uint64_t round)
{
    double cpu_ns = 0, all_ns = 0;
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *row = &samples->rows[i];
        if (row->round != round || !is_timed(row))
            continue;
        cpu_ns += row->user_ns + row->sys_ns;
        all_ns += row->ns_per_map * (double)row->maps;
    }
    return cpu_ns / all_ns;
}

/* Sums over all warm readings, in the facts; how many jobs they are of. */
static double add_up(const struct samples *samples, struct job_facts *facts)
{
    double jobs = 0;
    *facts = (struct job_facts){.busy = NAN};
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *row = &samples->rows[i];
        if (!is_timed(row))
            continue;
        facts->user_ns += row->user_ns;
        facts->sys_ns += row->sys_ns;
        facts->faults += row->minflt != CSV_UNKNOWN ? (double)row->minflt : (double)NAN;
        facts->waits += row->nvcsw != CSV_UNKNOWN ? (double)row->nvcsw : (double)NAN;
        facts->busy = fmax(facts->busy, busy_of_visit(samples, row->round));
        jobs += (double)row->maps * (double)row->key.jobs;
    }
    return jobs;
}

/* Of one job, from the warm readings. */
static int read_facts(const struct samples *samples, struct job_facts *facts, struct error *error)
{
    double *ns = calloc(samples->count + 1, sizeof *ns);
    size_t count = 0;
    if (ns == NULL)
        return fail(error, ERROR_REFUSED, "advise: out of memory");
    double jobs = add_up(samples, facts);
    for (size_t i = 0; i < samples->count; i++)
        if (is_timed(&samples->rows[i]))
            ns[count++] = samples->rows[i].ns_per_map / (double)samples->rows[i].key.jobs;
    facts->ns = stats_interval(ns, count);
    widen(&facts->ns, ns, count);
    facts->user_ns /= jobs;
    facts->sys_ns /= jobs;
    facts->faults /= jobs;
    facts->waits /= jobs;
    free(ns);
    return count > 0 ? 0 : fail(error, ERROR_NOT_COMPARABLE, "advise: no job was timed to its end");
}

/* What a job reads of an input that all jobs share, where caches do not hold the whole of it. */
static double bytes_of(const struct work *work, uint64_t size, uint64_t jobs)
{
    long told = sysconf(_SC_LEVEL3_CACHE_SIZE);
    double cache = told > 0 ? fmin((double)told, MOST_CACHE_BYTES) : MOST_CACHE_BYTES;
    double all = work->input_is_file         ? (double)size * (double)jobs
                 : work->input_bytes != NULL ? (double)work->input_bytes(size, jobs)
                                             : 0;
    return all > cache ? all / (double)jobs : 0;
}

static void conclude(const struct timed_job_request *request, struct timed_job *out)
{
    const struct work *work = out->work;
    out->facts.bytes = bytes_of(work, out->size, request->jobs);
    out->contention = work->has_own_lock ? CONTENTION_UNKNOWN : job_facts_contention(&out->facts);
    if (work->is_command && out->contention == CONTENTION_ADDRESS_SPACE)
        out->contention = CONTENTION_COMPUTE; /* each has an address space of its own */
}

/* So many jobs that a batch can be timed often, and as many rounds as the budget allows. */
static void choose_batches(double job_ns, uint64_t visit_ns, uint64_t asked, uint64_t *jobs,
                           uint64_t *rounds)
{
    double most = BATCH_NS / fmax(job_ns, 1);
    *jobs = asked < MOST_JOBS ? asked : MOST_JOBS;
    if (!((double)*jobs < most))
        *jobs = most > 1 ? (uint64_t)most : 1;
    double round_ns = (double)visit_ns + MAPS_OF_VISIT * job_ns * (double)(*jobs - 1);
    double fit = ((double)BUDGET_NS - (double)visit_ns) / round_ns;
    *rounds = fit < MOST_ROUNDS ? (uint64_t)fmax(fit, 0) : MOST_ROUNDS;
}

static bool has_size(const struct timed_job_request *request, const struct work *work)
{
    return !work->is_sizeless &&
           (!work->is_command || request->settings->values[KEY_sizes] != NULL);
}

int timed_job_measure(const struct timed_job_request *request, const struct work *work,
                      struct timed_job *out, struct error *error)
{
    struct samples samples;
    uint64_t visit_ns, jobs, rounds;
    *out = (struct timed_job){.size = 0};
    int result = time_batches(request, work, 1, 1, &samples, &visit_ns, error);
    if (result == 0)
        result = read_facts(&samples, &out->facts, error);
    if (result == 0) {
        out->work = work_find(samples.rows[0].key.work);
        out->size = has_size(request, out->work) ? samples.rows[0].key.size : 0;
        choose_batches(out->facts.ns.median, visit_ns, request->jobs, &jobs, &rounds);
    }
    samples_free(&samples);
    if (result == 0 && rounds > 0) {
        result = time_batches(request, work, jobs, rounds, &samples, &visit_ns, error);
        if (result == 0)
            result = read_facts(&samples, &out->facts, error);
        samples_free(&samples);
    }
    if (result == 0)
        conclude(request, out);
    return result;
}

double timed_job_size(const struct work *work, uint64_t size)
{
    bool by_billionths =
        work != NULL && strncmp(work->unit, WORK_BILLIONTHS, strlen(WORK_BILLIONTHS)) == 0;
    return by_billionths ? (double)size / 1e9 : (double)size;
}
