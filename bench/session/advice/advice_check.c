#include "bench/session/advice/advice_check.h"
#include "bench/base/clock.h"
#include "bench/base/pages.h"
#include "bench/base/text.h"
#include "bench/session/advice/brief_run.h"
#include "bench/visit/cell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Batches that take longer would be measured for minutes; long ones are measured less often, and so
 * are those for which each visit starts an interpreter. */
#define MOST_BATCH_NS (2.0 * NS_PER_S)
#define LONG_BATCH_NS (0.2 * NS_PER_S)
enum { ROUNDS = 6, ROUNDS_OF_LONG = 3, NAME_BYTES = 64 };

/* What workers sleep before each batch where they are to be asleep. */
#define IDLE_NS (10 * NS_PER_MS)

/* A work of each contention, and a size by which its time is found. */
static const struct stand_in {
    const char *work;
    uint64_t size;
} stand_ins[CONTENTION_COUNT] = {
    [CONTENTION_NONE] = {"sleep", NS_PER_MS},   [CONTENTION_COMPUTE] = {"squares", 100000},
    [CONTENTION_MEMORY] = {"stream", 1000000},  [CONTENTION_ADDRESS_SPACE] = {"mmap", 10},
    [CONTENTION_UNKNOWN] = {"squares", 100000},
};

/* The work that is measured: that which was timed, or one that takes as long. */
static int find_work(const struct advise_request *request, const struct advise_answer *answer,
                     const struct work **work, uint64_t *size, struct error *error)
{
    const struct model_question *question = &answer->advice.question;
    const struct stand_in *like = &stand_ins[question->contention];
    struct settings settings = {0};
    struct timed_job timed;
    char text[32];
    *work = answer->job.work;
    *size = answer->job.size > 0 ? answer->job.size : 1;
    if (*work != NULL)
        return 0;
    const struct timed_job_request probe = {.work = like->work,
                                            .settings = &settings,
                                            .jobs = question->jobs,
                                            .command_line = request->command_line};
    snprintf(text, sizeof text, "%llu", (unsigned long long)like->size);
    int result = settings_set(&settings, KEY_sizes, text, "--check", error);
    if (result == 0)
        result = timed_job_measure(&probe, work_find(like->work), &timed, error);
    settings_free(&settings);
    if (result != 0)
        return -1;
    double wanted = round((double)like->size * question->job_ns.median / timed.facts.ns.median);
    *work = timed.work;
    *size = wanted > 1 ? (uint64_t)wanted : 1;
    return 0;
}

/* ------------------------------------------------------------------------------- the cells */

static const struct strategy_ops *strategy_of(const struct advise_answer *answer,
                                              const struct advice_row *row)
{
    return strategy_find(row->line != NULL ? row->line->strategy : answer->told.serial);
}

static struct key key_for(const struct advise_request *request, const struct advise_answer *answer,
                          const struct strategy_ops *ops, uint32_t workers, const struct work *work,
                          uint64_t size)
{
    const struct model_question *question = &answer->advice.question;
    const char *python = request->times_job ? request->job.settings->values[KEY_python] : NULL;
    bool schedules = (ops->flags & STRATEGY_SCHEDULES) != 0;
    struct cell cell = cell_make(ops, workers, schedules ? SCHEDULE_AUTO : SCHEDULE_NONE, work,
                                 size, question->jobs);
    struct key *key = &cell.key;
    key->payload_in = (uint64_t)question->payload_in;
    key->payload_out = (uint64_t)question->payload_out;
    if (key->payload_in + key->payload_out > 0 && (ops->flags & STRATEGY_TRANSPORTS) != 0)
        key->transport = transport_name(question->by_pipe ? TRANSPORT_PIPE : TRANSPORT_SHM);
    if (key->payload_in + key->payload_out > 0 && (ops->flags & STRATEGY_MESSAGES) != 0)
        key->transport = transport_name(TRANSPORT_MESSAGE);
    key->parent_mib = (uint64_t)ceil(question->caller_bytes / (1 << 20));
    if (key->parent_mib > 0)
        key->parent_pages = pages_names[0];
    key->idle_ns = question->is_idle ? IDLE_NS : 0;
    if ((ops->flags & STRATEGY_PYTHON) != 0)
        key->python = python != NULL ? python : suite_default(KEY_python);
    if ((ops->flags & STRATEGY_RUNNER) != 0)
        key->baseline = answer->told.serial;
    if ((ops->flags & STRATEGY_STARTS) != 0)
        key->start_method = start_method_names[0];
    if ((ops->flags & STRATEGY_CHUNKS) != 0)
        key->chunk = 0;
    return *key;
}

/* The first three strategies, each with its best number of workers, and serial; what this build
 * does not have is left out. */
static size_t choose_rows(const struct advise_answer *answer, struct advice_check checks[])
{
    const struct advice *advice = &answer->advice;
    size_t count = 0;
    for (size_t i = 0; i < advice->count; i++) {
        const struct advice_row *row = &advice->rows[i];
        bool is_serial = row->line == NULL, is_chosen = i == advice->chosen;
        size_t most = is_serial || is_chosen ? ADVISE_CHECKED : ADVISE_CHECKED - 1;
        if ((row->is_best || is_chosen) && isfinite(row->ns.median) && count < most &&
            strategy_of(answer, row) != NULL)
            checks[count++].row = row;
    }
    return count;
}

/* ------------------------------------------------------------------------------- measuring */

static bool is_of(const struct sample *sample, const struct key *key, bool is_cold)
{
    return text_equal(sample->status, "ok") &&
           text_equal(sample->temperature, is_cold ? "cold" : "warm") &&
           text_equal(sample->key.strategy, key->strategy) && sample->key.workers == key->workers;
}

static int take_times(const struct samples *samples, const struct key *key, bool is_cold,
                      struct interval *ns, struct error *error)
{
    double *values = calloc(samples->count + 1, sizeof *values);
    size_t count = 0;
    if (values == NULL)
        return fail(error, ERROR_REFUSED, "advise: out of memory");
    for (size_t i = 0; i < samples->count; i++)
        if (is_of(&samples->rows[i], key, is_cold))
            values[count++] = samples->rows[i].ns_per_map;
    *ns = stats_interval(values, count);
    if (count > 0 && !isfinite(ns->low)) {
        ns->low = values[0];
        ns->high = values[count - 1];
    }
    free(values);
    return 0;
}

/* What else was said of the job, but for lists, which the keys are in place of. */
static int make_settings(const struct advise_request *request, uint64_t rounds,
                         struct settings *settings, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)rounds);
    for (int i = 0; request->times_job && i < SUITE_KEY_COUNT; i++)
        if (i != KEY_sizes && request->job.settings->values[i] != NULL &&
            settings_set(settings, (enum suite_key)i, request->job.settings->values[i],
                         request->job.settings->origins[i], error) != 0)
            return -1;
    return settings_set(settings, KEY_rounds, text, "--check", error);
}

static int measure(const struct advise_request *request, const struct key keys[], size_t count,
                   double serial_ns, struct samples *samples, struct error *error)
{
    struct settings settings = {0};
    char text[NAME_BYTES + WORK_NAME_BYTES];
    uint64_t elapsed_ns;
    snprintf(text, sizeof text, "[suite]\ntitle = predicted times, measured\n[%s]\nsizes = 1\n",
             keys[0].work);
    const struct brief_run run = {
        .suite_name = keys[0].work,
        .suite_text = text,
        .settings = &settings,
        .keys = keys,
        .key_count = count,
        .command_line = request->command_line,
    };
    bool is_slow = serial_ns > LONG_BATCH_NS || work_find(keys[0].work)->is_of_runner;
    int result = make_settings(request, is_slow ? ROUNDS_OF_LONG : ROUNDS, &settings, error);
    if (result == 0)
        result = brief_run_measure(&run, samples, &elapsed_ns, error);
    settings_free(&settings);
    return result;
}

int advice_check_measure(const struct advise_request *request, struct advise_answer *answer,
                         struct error *error)
{
    const struct model_question *question = &answer->advice.question;
    double serial_ns = answer->advice.rows[answer->advice.serial].ns.median;
    struct advice_check *checks = answer->checks;
    struct key keys[ADVISE_CHECKED];
    struct samples samples = {0};
    const struct work *work;
    uint64_t size;
    if (serial_ns > MOST_BATCH_NS)
        return fail(error, ERROR_USAGE,
                    "--check: a batch that takes %.3g s serially is too long to be measured; "
                    "allowed are %.0f s: fewer or shorter jobs",
                    serial_ns / NS_PER_S, MOST_BATCH_NS / NS_PER_S);
    if (find_work(request, answer, &work, &size, error) != 0)
        return -1;
    size_t count = choose_rows(answer, checks);
    for (size_t i = 0; i < count; i++)
        keys[i] =
            key_for(request, answer, strategy_of(answer, checks[i].row),
                    checks[i].row->line != NULL ? checks[i].row->line->workers : 1, work, size);
    int result = measure(request, keys, count, serial_ns, &samples, error);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = take_times(&samples, &keys[i], question->is_cold, &checks[i].ns, error);
    samples_free(&samples);
    answer->told.check_count = result == 0 ? count : 0;
    answer->told.check_work = work->name;
    answer->told.check_size =
        answer->job.work != NULL ? answer->told.size : timed_job_size(work, size);
    return result;
}
