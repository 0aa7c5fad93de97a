#include "bench/analyse/model/fit_points.h"
#include "bench/base/memory.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>

/* Fewer rounds tell no interval. */
enum { LEAST_ROUNDS = 6 };

/* The least relative error of a median of few rounds, else half of all they span; and what no
 * median is taken to be better than. */
#define FEW_ROUNDS_ERROR 0.1
#define LEAST_ERROR 0.03
/* A batch far from where it begins to pay is taken to be worse by so much for each factor e of its
 * speedup, below 1 at most by so much: what matters is near 1. */
#define ERROR_BELOW 0.1
#define MOST_ERROR_BELOW 0.3
#define ERROR_ABOVE 0.03
#define BYTES_PER_MIB 1048576.0

/* True where nothing is unusual that the model has no place for. */
static bool is_usual(const struct key *key)
{
    const dimension_set usual_ones =
        DIMENSION_BIT(env) | DIMENSION_BIT(bind) | DIMENSION_BIT(spin_ns) |
        DIMENSION_BIT(neighbours) | DIMENSION_BIT(build) | DIMENSION_BIT(options) |
        DIMENSION_BIT(start_method) | DIMENSION_BIT(jobs_per_worker) | DIMENSION_BIT(results) |
        DIMENSION_BIT(in_flight) | DIMENSION_BIT(hosts);
    for (int i = 0; i < DIMENSION_ROWS; i++)
        if ((usual_ones & dimension_bit((enum dimension)i)) != 0 &&
            !key_lacks(key, (enum dimension)i) && !key_is_usual(key, (enum dimension)i))
            return false;
    return key->jobs > 0;
}

/* How many things are changed of the plain cell. */
static int count_changes(const struct key *key)
{
    bool chunked = key->chunk != CSV_UNKNOWN && key->chunk != 0;
    return chunked + (key->parent_mib > 0) + (key->idle_ns > 0) +
           (key->payload_in + key->payload_out > 0);
}

static enum fit_use use_of_work(const char *work)
{
    if (text_equal(work, "empty") || text_equal(work, "squares"))
        return FIT_BASE;
    if (text_equal(work, "stream"))
        return FIT_MEMORY;
    if (text_equal(work, "mmap"))
        return FIT_ADDRESS_SPACE;
    bool other =
        text_equal(work, "skewed") || text_equal(work, "sleep") || text_equal(work, "lock");
    return other ? FIT_USES : FIT_OTHER;
}

/* FIT_USES where the model has no use for it. */
static enum fit_use use_of(const struct key *key)
{
    enum fit_use work = use_of_work(key->work);
    int changes = count_changes(key);
    if (!is_usual(key) || changes > 1)
        return FIT_USES;
    if (changes == 0)
        return work;
    if (work != FIT_BASE && work != FIT_OTHER)
        return FIT_USES;
    if (key->parent_mib > 0)
        return FIT_PAGE;
    if (key->idle_ns > 0)
        return FIT_IDLE;
    if (text_equal(key->transport, "message"))
        return FIT_USES;
    if (key->payload_in + key->payload_out > 0)
        return text_equal(key->transport, "pipe") ? FIT_PIPED_BYTE : FIT_SHARED_BYTE;
    return key->chunk == 1 && text_equal(key->schedule, "dynamic") ? FIT_SINGLE : FIT_USES;
}

static const enum contention contention_of[FIT_USES] = {
    [FIT_BASE] = CONTENTION_COMPUTE,
    [FIT_OTHER] = CONTENTION_COMPUTE,
    [FIT_SINGLE] = CONTENTION_COMPUTE,
    [FIT_SHARED_BYTE] = CONTENTION_COMPUTE,
    [FIT_PIPED_BYTE] = CONTENTION_COMPUTE,
    [FIT_PAGE] = CONTENTION_COMPUTE,
    [FIT_IDLE] = CONTENTION_COMPUTE,
    [FIT_MEMORY] = CONTENTION_MEMORY,
    [FIT_ADDRESS_SPACE] = CONTENTION_ADDRESS_SPACE,
};

static struct model_question question_of(const struct key *key, enum fit_use use, bool is_cold,
                                         double serial_ns)
{
    double job_ns = serial_ns / (double)key->jobs;
    return (struct model_question){
        .job_ns = {job_ns, job_ns, job_ns},
        .jobs = key->jobs,
        .spread = 1,
        .payload_in = (double)key->payload_in,
        .payload_out = (double)key->payload_out,
        .caller_bytes = (double)key->parent_mib * BYTES_PER_MIB,
        .busy = 1,
        .contention = contention_of[use],
        .by_pipe = use == FIT_PIPED_BYTE,
        .each_itself = use == FIT_SINGLE,
        .is_cold = is_cold,
        .is_idle = use == FIT_IDLE,
    };
}

/* ------------------------------------------------------------------------------- numbers */

/* Rounds of one cell at one temperature beside those of serial, as numbers. */
struct columns {
    double *ns, *serial_ns, *open_ns, *close_ns, *extra_ns;
};

static size_t fill(const struct columns *columns, struct rounds own, struct rounds serial,
                   struct rounds warm)
{
    size_t count = 0;
    for (size_t i = 0; i < own.count; i++) {
        const struct visit *visit = &own.rows[i];
        const struct visit *alone = rounds_find(serial, visit->round);
        const struct visit *later = rounds_find(warm, visit->round);
        if (visit->disturbed || alone == NULL || !(visit->ns > 0) || !(alone->ns > 0))
            continue;
        columns->ns[count] = visit->ns;
        columns->serial_ns[count] = alone->ns;
        columns->open_ns[count] = visit->open_ns;
        columns->close_ns[count] = visit->close_ns;
        columns->extra_ns[count++] =
            later != NULL ? visit->ns - visit->open_ns - visit->close_ns - later->ns : (double)NAN;
    }
    return count;
}

static double median_of(double values[], size_t count)
{
    return stats_median(values, stats_keep_known(values, count));
}

/* The standard deviation of the logarithm of the median of times. */
static double error_of(double times[], size_t count, double speedup)
{
    struct interval interval = stats_interval(times, count); /* sorts */
    double own = count >= LEAST_ROUNDS
                     ? log(interval.high / interval.low) / 2 / 1.96
                     : fmax(FEW_ROUNDS_ERROR, log(times[count - 1] / times[0]) / 2);
    double away = speedup > 1 ? ERROR_ABOVE * log(speedup)
                              : fmin(-ERROR_BELOW * log(speedup), MOST_ERROR_BELOW);
    return sqrt(own * own + LEAST_ERROR * LEAST_ERROR) + away;
}

static int add_point(const struct visits *visits, struct rounds own, const struct columns *columns,
                     struct fit_points *out, struct error *error)
{
    const struct key *key = own.rows->key;
    bool is_cold = text_equal(own.rows->temperature, "cold");
    enum fit_use use = use_of(key);
    if (use == FIT_USES)
        return 0;
    struct key baseline = key_of_baseline(key);
    size_t count = fill(columns, own, visits_of(visits, &baseline, own.rows->temperature),
                        visits_of(visits, key, "warm"));
    if (count == 0)
        return 0;
    if (memory_grow(&out->rows, out->count, &out->room, sizeof *out->rows, "the model", error) != 0)
        return -1;
    double serial_ns = median_of(columns->serial_ns, count), ns = median_of(columns->ns, count);
    out->rows[out->count++] = (struct fit_point){
        .key = key,
        .use = use,
        .question = question_of(key, use, is_cold, serial_ns),
        .ns = ns,
        .error = error_of(columns->ns, count, serial_ns / ns),
        .open_ns = median_of(columns->open_ns, count),
        .close_ns = median_of(columns->close_ns, count),
        .extra_ns = median_of(columns->extra_ns, count),
        .rounds = count,
    };
    return 0;
}

int fit_points_find(const struct visits *visits, struct fit_points *out, struct error *error)
{
    enum { COLUMNS = 5 };
    size_t room = visits->count + 1;
    double *numbers = calloc(COLUMNS * room, sizeof *numbers);
    if (numbers == NULL)
        return fail(error, ERROR_REFUSED, "the model: out of memory");
    const struct columns columns = {numbers, numbers + room, numbers + 2 * room, numbers + 3 * room,
                                    numbers + 4 * room};
    int result = 0;
    for (size_t i = 0; i < visits->count && result == 0;) {
        struct rounds own = visits_from(visits, i);
        if (!key_is_baseline(own.rows->key))
            result = add_point(visits, own, &columns, out, error);
        i += own.count;
    }
    free(numbers);
    return result;
}
