#include "bench/analyse/scaling/scaling.h"
#include "bench/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(field, type) CSV_COLUMN(struct scaling, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(scaling, symbol, column)
#define WORD_COLUMN(field, words) CSV_WORD_COLUMN(struct scaling, field, #field, words)
#define BOUNDED(field, type)                                                                       \
    COLUMN(field, type), COLUMN(field##_low, type), COLUMN(field##_high, type)

static const char *const modes[] = {"strong", "weak", NULL};
static const char *const places[] = {"cores",          "hyperthreads", "quota",
                                     "oversubscribed", "slots",        NULL};
static const char *const trends[] = {"constant", "rising", "falling", "unknown", NULL};
static const char *const laws[] = {"none", "amdahl", "usl", NULL}; /* as the enum */

/* clang-format off */
static const struct csv_column columns[] = {
    DIMENSIONS_WORK(KEY_COLUMN)
    DIMENSIONS_SIZE(KEY_COLUMN)
    DIMENSIONS_BATCH(KEY_COLUMN)
    WORD_COLUMN(temperature, temperatures),
    DIMENSIONS_MEMORY(KEY_COLUMN)
    DIMENSIONS_DATA(KEY_COLUMN)
    DIMENSIONS_WAITING(KEY_COLUMN)
    DIMENSIONS_BUILD(KEY_COLUMN)
    WORD_COLUMN(mode, modes),
    WORD_COLUMN(place, places),
    BOUNDED(speedup, CSV_RATIO),
    COLUMN(efficiency, CSV_NUMBER),
    BOUNDED(serial_share, CSV_NUMBER),
    WORD_COLUMN(trend, trends),
    WORD_COLUMN(cause, scaling_causes),
    COLUMN(counts, CSV_KNOWN_COUNT),
    WORD_COLUMN(law, laws),
    COLUMN(refused, CSV_TEXT),
    BOUNDED(rate, CSV_NUMBER),
    BOUNDED(contention, CSV_SHARE),
    BOUNDED(coherence, CSV_NUMBER),
    BOUNDED(peak, CSV_NUMBER),
    COLUMN(fit_p, CSV_SHARE),
    BOUNDED(fitted, CSV_NUMBER),
    BOUNDED(predicted, CSV_NUMBER),
    COLUMN(size_least, CSV_NUMBER),
    COLUMN(size50, CSV_NUMBER),
    COLUMN(size80, CSV_NUMBER),
    COLUMN(size95, CSV_NUMBER),
    BOUNDED(pays_after, CSV_NUMBER),
    COLUMN(handover_share, CSV_NUMBER),
    COLUMN(steal_share, CSV_NUMBER),
    COLUMN(system_share, CSV_NUMBER),
    COLUMN(stall_share, CSV_NUMBER),
    COLUMN(idle_share, CSV_NUMBER),
    COLUMN(ceiling, CSV_RATIO),
    COLUMN(participation, CSV_SHARE),
    DIMENSIONS_ADDED(KEY_COLUMN)
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format scaling_format = {columns, sizeof columns / sizeof *columns,
                                          sizeof(struct scaling)};

const char *scaling_place(const struct scaling_machine *machine, const struct key *key)
{
    uint32_t cpus = machine->affinity > 0 ? machine->affinity : machine->cpus;
    uint64_t workers = key->workers;
    if (key->hosts > 0)
        return "slots";
    if (workers > cpus)
        return "oversubscribed";
    if ((double)workers > machine->quota || workers > machine->cpus)
        return "quota";
    return machine->cores > 0 && workers > machine->cores ? "hyperthreads" : "cores";
}

bool scaling_has_room(const char *place)
{
    return text_equal(place, "cores") || text_equal(place, "slots");
}

/* ------------------------------------------------------------------------------- the curves */

/* What the analysis of one curve looks at: rows that differ in workers alone; where it is weak, in
 * as many times the jobs, too. */
struct worker_curve {
    const struct visits *visits;
    const struct summaries *summaries;
    const struct scaling_machine *machine;
    const struct summary *const *rows;
    size_t count;
    bool weak;
};

static bool is_known(const struct summary *row)
{
    return text_equal(row->status, "ok") && text_equal(row->temperature, "warm") &&
           !key_is_baseline(&row->key) && isfinite(row->speedup) && row->speedup > 0 &&
           row->median_ns > 0 && row->serial_ns > 0 && row->key.jobs > 0;
}

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* The curve that a row is of, but for its size. */
static struct key key_of_curve(const struct key *key, bool weak)
{
    struct key curve = *key;
    curve.workers = 1;
    if (weak)
        curve.jobs = key->jobs / key->workers;
    return curve;
}

static int compare_curves(const struct summary *a, const struct summary *b, bool weak)
{
    struct key x = key_of_curve(&a->key, weak), y = key_of_curve(&b->key, weak);
    return key_compare_curve(&x, &y);
}

static int compare_rows(const struct summary *a, const struct summary *b, bool weak)
{
    int order = compare_curves(a, b, weak);
    order = order ? order : compare_counts(a->key.size, b->key.size);
    return order ? order : compare_counts(a->key.workers, b->key.workers);
}

static int compare_strong(const void *a, const void *b)
{
    return compare_rows(*(const struct summary *const *)a, *(const struct summary *const *)b,
                        false);
}

static int compare_weak(const void *a, const void *b)
{
    return compare_rows(*(const struct summary *const *)a, *(const struct summary *const *)b, true);
}

/* ------------------------------------------------------------------------------- errors of points
 */

/* The standard error that a row's 95 % interval tells: by Student's t, since the fewer rounds there
 * are, the wider it is for one error. */
static double error_of(const struct summary *row)
{
    double half = gsl_cdf_tdist_Pinv(0.975, (double)row->rounds - 1);
    return log(row->speedup_high / row->speedup_low) / 2 / half;
}

static bool has_error(const struct summary *row)
{
    return row->speedup_low > 0 && isfinite(row->speedup_high) && row->rounds > 1;
}

/* The visits of a row and those of serial that they are compared with. */
struct paired_rounds {
    const struct summary *row;
    struct rounds own, serial;
};

static struct paired_rounds pairs_of(const struct worker_curve *curve, const struct summary *row)
{
    struct key serial = key_of_baseline(&row->key);
    return (struct paired_rounds){
        .row = row,
        .own = visits_of(curve->visits, &row->key, row->temperature),
        .serial = visits_of(curve->visits, &serial, row->temperature),
    };
}

/* Ratios that differ by no more than rounding are one. */
#define SAME_LOG_RATIO 1e-9

/* 1 where the pair of that round is above the row's median, -1 where it is below; 0 where it is the
 * median, or there is none. */
static int side_of(const struct paired_rounds *pairs, uint64_t round)
{
    const struct visit *own = rounds_find(pairs->own, round);
    const struct visit *serial = rounds_find(pairs->serial, round);
    if (own == NULL || serial == NULL)
        return 0;
    double off = log(serial->ns / own->ns) - log(pairs->row->speedup);
    return (off > SAME_LOG_RATIO) - (off < -SAME_LOG_RATIO);
}

/* The correlation of the medians of two rows: as much as the signs of the pairs in the rounds that
 * they share agree (Babu and Rao, Journal of Multivariate Analysis 27, 1988). */
static double correlation_of(const struct paired_rounds *a, const struct paired_rounds *b)
{
    double agreed = 0;
    for (size_t i = 0; i < a->own.count; i++) {
        uint64_t round = a->own.rows[i].round;
        agreed += side_of(a, round) * side_of(b, round);
    }
    return agreed / sqrt((double)a->row->rounds * (double)b->row->rounds);
}

/* The standard error that all have in common: serial's visits are the same. */
static double shared_error(const struct worker_curve *curve, const struct summary *const rows[],
                           size_t count)
{
    double agreed = 0, squares = 0;
    size_t pairs = 0;
    for (size_t i = 0; i < count; i++) {
        struct paired_rounds one = pairs_of(curve, rows[i]);
        squares += pow(error_of(rows[i]), 2);
        for (size_t k = i + 1; k < count; k++) {
            struct paired_rounds other = pairs_of(curve, rows[k]);
            agreed += correlation_of(&one, &other);
            pairs++;
        }
    }
    double correlation = pairs > 0 ? fmin(1, fmax(0, agreed / (double)pairs)) : 0;
    return count > 0 ? sqrt(correlation * squares / (double)count) : 0;
}

static bool has_room(const struct worker_curve *curve, const struct summary *row)
{
    return scaling_has_room(scaling_place(curve->machine, &row->key));
}

/* The points that laws are fitted to; most_workers: none above. */
static void make_points(const struct worker_curve *curve, uint64_t most_workers,
                        struct scaling_points *points)
{
    const struct summary *rows[SCALING_MOST_COUNTS];
    double rounds = INFINITY;
    points->count = 0;
    for (size_t i = 0; i < curve->count && points->count < SCALING_MOST_COUNTS; i++) {
        const struct summary *row = curve->rows[i];
        if (!has_error(row) || row->key.workers > most_workers || !has_room(curve, row))
            continue;
        rows[points->count] = row;
        points->points[points->count++] = (struct scaling_point){
            .workers = (double)row->key.workers,
            .log_speedup = log(row->speedup),
            .error = error_of(row),
        };
        rounds = fmin(rounds, (double)row->rounds);
    }
    points->freedom = points->count > 0 ? fmax(1, rounds - 1) : 1;
    points->shared = shared_error(curve, rows, points->count);
}

/* ------------------------------------------------------------------------------- the laws */

static const char *fit_law(const struct scaling_points *points, struct scaling_fit *fit,
                           struct error *error)
{
    struct scaling_fit usl;
    if (points->count < AMDAHL_LEAST_COUNTS) {
        fit->law = LAW_NONE;
        return "Amdahl's law needs 3 worker counts, each worker with a core of its own";
    }
    if (scaling_fit(points, LAW_USL, &usl, error) != 0 ||
        scaling_fit(points, LAW_AMDAHL, fit, error) != 0)
        return "";
    if (points->count >= USL_LEAST_COUNTS) /* also where it comes near Amdahl's: to choose by the
                                              same numbers would make the intervals too narrow */
        *fit = usl;
    if (fit->law != LAW_NONE && fit->p >= SCALING_LEAST_P)
        return "";
    fit->law = LAW_NONE;
    return points->count < USL_LEAST_COUNTS
               ? "Amdahl's law does not fit, and the Universal Scalability Law needs 6 worker "
                 "counts, each worker with a core of its own"
               : "the Universal Scalability Law does not fit";
}

static void put(struct bounded bounded, double *value, double *low, double *high)
{
    *value = bounded.value;
    *low = bounded.low;
    *high = bounded.high;
}

#define PUT(bounded, row, field)                                                                   \
    put(bounded, &(row)->field, &(row)->field##_low, &(row)->field##_high)

static void put_fit(const struct scaling_fit *fit, struct scaling *row)
{
    row->law = laws[fit->law];
    if (fit->law == LAW_NONE)
        return;
    PUT(fit->rate, row, rate);
    PUT(fit->contention, row, contention);
    PUT(fit->coherence, row, coherence);
    PUT(fit->peak, row, peak);
    row->fit_p = fit->p;
    PUT(scaling_fit_at(fit, (double)row->key.workers), row, fitted);
}

/* The largest count that the law was fitted to, by the same law fitted to the others. */
static int predict(const struct worker_curve *curve, const struct scaling_fit *fit,
                   struct scaling *row, struct error *error)
{
    struct scaling_points points;
    struct scaling_fit others;
    make_points(curve, row->key.workers - 1, &points);
    if (scaling_fit(&points, fit->law, &others, error) != 0)
        return -1;
    PUT(scaling_fit_at(&others, (double)row->key.workers), row, predicted);
    return 0;
}

/* ------------------------------------------------------------------------------- evidence */

/* The row of a key, of the same temperature; NULL where there is none that is ok. */
static const struct summary *row_of(const struct summaries *summaries, const struct key *key,
                                    const char *temperature)
{
    struct summary like = {.key = *key, .temperature = temperature};
    size_t at = speedup_first_from(summaries, &like);
    bool found = at < summaries->count && summary_compare(&summaries->rows[at], &like) == 0 &&
                 text_equal(summaries->rows[at].status, "ok");
    return found ? &summaries->rows[at] : NULL;
}

/* A size whose jobs are so much shorter has next to nothing but the hand-over. */
#define SMALL_SHARE 0.1

/* What handing over a batch takes: of the smallest jobs, beyond their share of serial's time; no
 * less than a cache-line round trip for each worker that is waited for. */
static double handover_of(const struct worker_curve *curve, const struct summary *row)
{
    struct summary like = *row;
    like.key.size = 0;
    double floor_ns = row->roundtrip_ns * (double)(row->key.workers - 1);
    size_t at = speedup_first_from(curve->summaries, &like);
    for (; at < curve->summaries->count; at++) {
        const struct summary *small = &curve->summaries->rows[at];
        if (summary_compare_curve(small, row) != 0 || small->key.size >= row->key.size)
            break;
        if (is_known(small) && small->serial_ns <= SMALL_SHARE * row->serial_ns)
            return fmax(floor_ns, small->median_ns - small->serial_ns / (double)row->key.workers);
    }
    return floor_ns;
}

/* The best speedup of `stream`'s largest jobs in the same runtime with as many workers, over as
 * many hosts. */
static double ceiling_of(const struct worker_curve *curve, const struct summary *row)
{
    uint64_t size = 0;
    double best = NAN;
    for (size_t i = 0; i < curve->summaries->count; i++) {
        const struct summary *stream = &curve->summaries->rows[i];
        if (!text_equal(stream->key.work, "stream") || !is_known(stream) ||
            !key_same_runtime(&stream->key, &row->key) || stream->key.workers != row->key.workers ||
            stream->key.hosts != row->key.hosts || stream->key.size < size)
            continue;
        best = stream->key.size > size ? stream->speedup : fmax(best, stream->speedup);
        size = stream->key.size;
    }
    return best;
}

/* What the undisturbed visits of a row say of the kernel and the hypervisor. */
static int add_times(const struct worker_curve *curve, const struct summary *row,
                     struct scaling_evidence *evidence, struct error *error)
{
    enum { TICK_NS = 10000000 };
    struct rounds rounds = visits_of(curve->visits, &row->key, row->temperature);
    double *numbers = calloc(2 * rounds.count + 1, sizeof *numbers), stolen_ns = 0, whole_ns = 0;
    size_t count = 0, switches = 0;
    if (numbers == NULL)
        return fail(error, ERROR_REFUSED, "scaling: out of memory");
    for (const struct visit *visit = rounds.rows; visit < rounds.rows + rounds.count; visit++) {
        if (!visit->disturbed && isfinite(visit->sys_ns))
            numbers[count++] = visit->sys_ns;
        if (!visit->disturbed && isfinite(visit->switches))
            numbers[rounds.count + switches++] = visit->switches;
        if (isfinite(visit->steal_ticks) && visit->visit_ns > 0) {
            stolen_ns += visit->steal_ticks * TICK_NS;
            whole_ns += visit->visit_ns * curve->machine->cpus;
        }
    }
    evidence->sys_ns = stats_median(numbers, count);
    evidence->switches = stats_median(numbers + rounds.count, switches);
    evidence->steal_share = whole_ns > 0 ? stolen_ns / whole_ns : (double)NAN;
    free(numbers);
    return 0;
}

static int find_evidence(const struct worker_curve *curve, const struct summary *row,
                         struct scaling_evidence *evidence, struct error *error)
{
    struct key serial_key = key_of_baseline(&row->key);
    const struct summary *serial = row_of(curve->summaries, &serial_key, row->temperature);
    *evidence = (struct scaling_evidence){
        .workers = (double)row->key.workers,
        .jobs = (double)row->key.jobs,
        .median_ns = row->median_ns,
        .serial_ns = row->serial_ns,
        .efficiency_low = row->speedup_low / (double)row->key.workers,
        .handover_ns = handover_of(curve, row),
        .cpu_ns = row->cpu_ns,
        .serial_cpu_ns = serial != NULL ? serial->cpu_ns : (double)NAN,
        .participation = row->participation,
        .speedup = row->speedup,
        .ceiling = ceiling_of(curve, row),
    };
    return add_times(curve, row, evidence, error);
}

/* ------------------------------------------------------------------------------- sizes, batches */

/* The smallest size from which on the efficiency with so many workers is at that level; NaN where
 * it is not at the largest. */
static double size_of_efficiency(const struct worker_curve *curve, const struct summary *row,
                                 double level)
{
    struct summary like = *row;
    like.key.size = 0;
    double found = NAN, below = NAN, below_size = NAN, wanted = level * (double)row->key.workers;
    size_t at = speedup_first_from(curve->summaries, &like);
    for (; at < curve->summaries->count; at++) {
        const struct summary *point = &curve->summaries->rows[at];
        if (summary_compare_curve(point, row) != 0)
            break;
        if (!is_known(point) || point->key.size == 0)
            continue;
        double size = (double)point->key.size;
        if (point->speedup < wanted)
            found = NAN;
        else if (isnan(found))
            found = isnan(below)
                        ? size
                        : stats_log_crossing(below_size, below, size, point->speedup, wanted);
        below = point->speedup;
        below_size = size;
    }
    return found;
}

static double least_size(const struct worker_curve *curve, const struct summary *row)
{
    struct summary like = *row;
    like.key.size = 1;
    for (size_t at = speedup_first_from(curve->summaries, &like); at < curve->summaries->count;
         at++) {
        const struct summary *point = &curve->summaries->rows[at];
        if (summary_compare_curve(point, row) != 0)
            break;
        if (is_known(point))
            return (double)point->key.size;
    }
    return NAN;
}

/* Batches until what opening costs is won back: cold + (n - 1) warm = n serial. NaN: never, or not
 * known. */
static double batches(double cold_ns, double warm_ns, double serial_ns)
{
    bool wins = !isnan(cold_ns) && serial_ns > warm_ns;
    return wins ? fmax(1, ceil((cold_ns - warm_ns) / (serial_ns - warm_ns))) : (double)NAN;
}

static void put_batches(const struct worker_curve *curve, const struct summary *warm,
                        struct scaling *row)
{
    const struct summary *cold = row_of(curve->summaries, &warm->key, "cold");
    if (cold == NULL)
        return;
    double serial_ns = warm->serial_ns;
    row->pays_after = batches(cold->median_ns, warm->median_ns, serial_ns);
    row->pays_after_low = batches(cold->low_ns, serial_ns / warm->speedup_high, serial_ns);
    row->pays_after_high = batches(cold->high_ns, serial_ns / warm->speedup_low, serial_ns);
}

/* ------------------------------------------------------------------------------- the rows */

/* Gustafson's serial share of a weak curve (Communications of the ACM 31, 1988). */
static double share_of(const struct worker_curve *curve, double speedup, double workers)
{
    if (!curve->weak)
        return scaling_serial_share(speedup, workers);
    return workers > 1 ? (workers - speedup) / (workers - 1) : (double)NAN;
}

static struct scaling describe(const struct worker_curve *curve, const struct summary *row)
{
    double workers = (double)row->key.workers;
    return (struct scaling){
        .key = row->key,
        .temperature = row->temperature,
        .mode = modes[curve->weak],
        .place = scaling_place(curve->machine, &row->key),
        .speedup = row->speedup,
        .speedup_low = row->speedup_low,
        .speedup_high = row->speedup_high,
        .efficiency = row->speedup / workers,
        .serial_share = share_of(curve, row->speedup, workers),
        .serial_share_low = share_of(curve, row->speedup_high, workers),
        .serial_share_high = share_of(curve, row->speedup_low, workers),
        .trend = "unknown",
        .cause = "unknown",
        .law = "none",
        .refused = curve->weak ? "laws are of batches that stay the same" : "",
        .rate = NAN,
        .rate_low = NAN,
        .rate_high = NAN,
        .contention = NAN,
        .contention_low = NAN,
        .contention_high = NAN,
        .coherence = NAN,
        .coherence_low = NAN,
        .coherence_high = NAN,
        .peak = NAN,
        .peak_low = NAN,
        .peak_high = NAN,
        .fit_p = NAN,
        .fitted = NAN,
        .fitted_low = NAN,
        .fitted_high = NAN,
        .predicted = NAN,
        .predicted_low = NAN,
        .predicted_high = NAN,
        .size_least = least_size(curve, row),
        .size50 = size_of_efficiency(curve, row, 0.50),
        .size80 = size_of_efficiency(curve, row, 0.80),
        .size95 = size_of_efficiency(curve, row, 0.95),
        .pays_after = NAN,
        .pays_after_low = NAN,
        .pays_after_high = NAN,
        .ceiling = ceiling_of(curve, row),
        .participation = row->participation,
    };
}

/* The largest worker count that has cores, or else the smallest above 1: it tells the cause. */
static const struct summary *telling_row(const struct worker_curve *curve)
{
    const struct summary *found = NULL;
    for (size_t i = 0; i < curve->count; i++) {
        const struct summary *row = curve->rows[i];
        if (row->key.workers > 1 && (has_room(curve, row) || found == NULL))
            found = row;
    }
    return found;
}

static const char *find_cause(const struct worker_curve *curve, const char *trend,
                              struct scaling_evidence *evidence)
{
    const struct summary *row = telling_row(curve);
    const char *cause = scaling_cause(trend, evidence);
    if (has_room(curve, row) || text_equal(cause, "none"))
        return cause;
    return text_equal(scaling_place(curve->machine, &row->key), "hyperthreads") ? "hyperthreads"
                                                                                : "unknown";
}

static int add_evidence(const struct worker_curve *curve, const struct summary *of,
                        struct scaling *row, struct scaling_evidence *evidence, struct error *error)
{
    if (find_evidence(curve, of, evidence, error) != 0)
        return -1;
    struct scaling_shares shares = scaling_shares_of(evidence);
    row->handover_share = shares.handover;
    row->steal_share = shares.steal;
    row->system_share = shares.system;
    row->stall_share = shares.stall;
    row->idle_share = shares.idle;
    return 0;
}

/* What holds for the whole of a curve whose jobs stay the same. */
static int add_whole(const struct worker_curve *curve, struct scaling rows[], struct error *error)
{
    struct scaling_points points;
    struct scaling_fit fit;
    make_points(curve, UINT64_MAX, &points);
    const char *refused = fit_law(&points, &fit, error), *trend = scaling_trend(&points);
    const char *cause = "unknown";
    const struct summary *telling = telling_row(curve);
    for (size_t i = 0; error->kind == ERROR_NONE && i < curve->count; i++)
        if (curve->rows[i] == telling) {
            struct scaling_evidence evidence;
            if (find_evidence(curve, telling, &evidence, error) == 0)
                cause = find_cause(curve, trend, &evidence);
        }
    for (size_t i = 0; error->kind == ERROR_NONE && i < curve->count; i++) {
        rows[i].trend = trend;
        rows[i].cause = cause;
        rows[i].counts = points.count;
        rows[i].refused = refused;
        put_fit(&fit, &rows[i]);
        if (fit.law != LAW_NONE && (double)rows[i].key.workers == fit.most_workers)
            predict(curve, &fit, &rows[i], error);
    }
    return error->kind == ERROR_NONE ? 0 : -1;
}

static int append_curve(const struct worker_curve *curve, struct scalings *out, struct error *error)
{
    struct scaling *rows = &out->rows[out->count];
    for (size_t i = 0; i < curve->count; i++) {
        struct scaling_evidence evidence;
        rows[i] = describe(curve, curve->rows[i]);
        put_batches(curve, curve->rows[i], &rows[i]);
        if (add_evidence(curve, curve->rows[i], &rows[i], &evidence, error) != 0)
            return -1;
    }
    out->count += curve->count;
    return curve->weak ? 0 : add_whole(curve, rows, error);
}

/* ------------------------------------------------------------------------------- which curves */

/* Of rows[0..count), which are of one curve, those of the largest size that most worker counts were
 * measured at: *first and the number. */
static size_t choose_size(const struct summary *const rows[], size_t count, size_t *first)
{
    size_t most = 0;
    *first = 0;
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        while (next < count && rows[next]->key.size == rows[i]->key.size)
            next++;
        if (next - i >= most) {
            most = next - i;
            *first = i;
        }
    }
    return most;
}

static bool is_told(const struct summary *const rows[], size_t count, bool weak)
{
    if (weak)
        return count >= 2;
    return rows[count - 1]->key.workers > 1;
}

/* A curve of growing batches: as many jobs for each worker, with more than one worker count. */
static bool grows(const struct summary *row)
{
    return row->key.jobs % row->key.workers == 0;
}

/* Whether a row with one worker count of its own is a point of a weak curve. */
static bool is_weak_point(const struct scalings *weak, const struct summary *row)
{
    for (size_t i = 0; i < weak->count; i++)
        if (key_compare_curve(&weak->rows[i].key, &row->key) == 0)
            return true;
    return false;
}

static int append_curves(struct worker_curve *curve, const struct summary *sorted[], size_t count,
                         struct scalings *out, struct error *error)
{
    for (size_t i = 0, next, first; i < count; i = next) {
        next = i + 1;
        while (next < count && compare_curves(sorted[i], sorted[next], curve->weak) == 0)
            next++;
        curve->count = choose_size(sorted + i, next - i, &first);
        curve->rows = sorted + i + first;
        bool told = is_told(curve->rows, curve->count, curve->weak) &&
                    !(curve->count == 1 && is_weak_point(out, curve->rows[0]));
        if (told && append_curve(curve, out, error) != 0)
            return -1;
    }
    return 0;
}

/* Weak curves come first, so that their points are known as such. */
static int find_all(struct worker_curve *curve, const struct summary *sorted[],
                    struct scalings *out, struct error *error)
{
    const struct summaries *summaries = curve->summaries;
    for (int weak = 1; weak >= 0; weak--) {
        size_t count = 0;
        for (size_t i = 0; i < summaries->count; i++)
            if (is_known(&summaries->rows[i]) && (!weak || grows(&summaries->rows[i])))
                sorted[count++] = &summaries->rows[i];
        if (count > 0)
            qsort(sorted, count, sizeof *sorted, weak ? compare_weak : compare_strong);
        curve->weak = weak;
        if (append_curves(curve, sorted, count, out, error) != 0)
            return -1;
    }
    return 0;
}

int scaling_find(const struct visits *visits, const struct summaries *summaries,
                 const struct scaling_machine *machine, struct scalings *out, struct error *error)
{
    struct worker_curve curve = {.visits = visits, .summaries = summaries, .machine = machine};
    const struct summary **sorted = calloc(summaries->count + 1, sizeof *sorted);
    *out = (struct scalings){calloc(2 * summaries->count + 1, sizeof *out->rows), 0};
    bool room = sorted != NULL && out->rows != NULL;
    int result = room ? find_all(&curve, sorted, out, error)
                      : fail(error, ERROR_REFUSED, "scaling: out of memory");
    free(sorted);
    if (result == 0)
        return 0;
    free(out->rows);
    *out = (struct scalings){0};
    return result;
}
