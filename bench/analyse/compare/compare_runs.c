#include "bench/analyse/compare/compare.h"
#include "bench/analyse/compare/drafts.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A change of exactly the threshold is within it, whatever its last bit says. */
#define ROUNDING 1e-9

/* An overhead of less than a round trip, or of less than this share of the time, is a small
 * difference of large numbers. */
#define LEAST_OVERHEAD_SHARE 0.5

/* Rounds without which there is no interval, and more than anybody waits for. */
enum { LEAST_ROUNDS = 6 };
#define MOST_ROUNDS 1e9

/* A quantity of one run; low is 0 where it is open below. */
struct value {
    double value, low, high;
    uint64_t rounds;
};

/* Rows of both runs, in their order, and where to put what is found. */
struct merge {
    const struct summary **base, **new;
    size_t base_count, new_count;
    const struct crossover **base_curves, **new_curves;
    size_t base_curve_count, new_curve_count;
    double *numbers; /* one a row of the larger run */
    double threshold;
    struct drafts drafts;
};

/* ------------------------------------------------------------------------------- verdicts */

static bool has_interval(struct value value)
{
    return isfinite(value.low) && isfinite(value.high) && value.high > 0;
}

/* How far the interval reaches from the value, as a logarithm. */
static double half_width(const double value[3])
{
    double above = log(value[2] / value[0]);
    return value[1] > 0 ? fmax(above, log(value[0] / value[1])) : above;
}

struct compare_change compare_intervals(const double base[3], const double new[3], double threshold)
{
    double change = log(new[0] / base[0]), bound = log1p(threshold);
    bool apart = new[1] > base[2] || new[2] < base[1];
    bool changed = fabs(change) > bound + ROUNDING;
    double half = changed ? half_width(base) + half_width(new) /* until they are apart */
                          : hypot(half_width(base), half_width(new));
    return (struct compare_change){
        .differs = changed && apart,
        .same = !changed && half <= bound + ROUNDING,
        .overlap = changed && !apart,
        .half = half,
        .wanted = changed ? fabs(change) : bound,
    };
}

static uint64_t rounds_of_both(struct value base, struct value new)
{
    return base.rounds < new.rounds ? base.rounds : new.rounds;
}

/* Intervals shrink as the root of the rounds: how many more until together they are that narrow. */
static uint64_t more_rounds(uint64_t rounds, double half, double wanted)
{
    double needed = fmin(ceil((double)rounds * pow(half / wanted, 2)), MOST_ROUNDS);
    needed = fmax(needed, LEAST_ROUNDS);
    return needed > (double)rounds ? (uint64_t)(needed - (double)rounds) : 1;
}

static void fill(struct comparison *row, struct value base, struct value new)
{
    row->base = base.value;
    row->base_low = base.low;
    row->base_high = base.high;
    row->new = new.value;
    row->new_low = new.low;
    row->new_high = new.high;
    row->change = new.value / base.value - 1;
    if (has_interval(base) && has_interval(new)) {
        row->change_low = new.low / base.high - 1;
        if (base.low > 0)
            row->change_high = new.high / base.low - 1;
    }
    row->rounds = rounds_of_both(base, new);
}

static void judge(struct draft *draft, struct value base, struct value new)
{
    double change = log(new.value / base.value);
    fill(&draft->row, base, new);
    uint64_t rounds = draft->row.rounds;
    if (!has_interval(base) || !has_interval(new)) {
        draft_judge(draft, VERDICT_NOISY);
        draft->row.more_rounds = more_rounds(rounds, 0, 1);
        draft_explain(draft, "no interval: fewer than six rounds");
        return;
    }
    struct compare_change found =
        compare_intervals((double[]){base.value, base.low, base.high},
                          (double[]){new.value, new.low, new.high}, draft->row.threshold);
    if (found.differs) {
        draft_judge_change(draft, change);
    } else if (found.same) {
        draft_judge(draft, VERDICT_SAME);
    } else {
        draft_judge(draft, VERDICT_NOISY);
        draft->row.more_rounds = more_rounds(rounds, found.half, found.wanted);
        draft_explain(draft, "%s", found.overlap ? "the intervals overlap" : "");
    }
}

/* ------------------------------------------------------------------------------- cells */

static bool has_speedup(const struct summary *row)
{
    return row != NULL && text_equal(row->status, "ok") && isfinite(row->speedup) &&
           row->speedup > 0;
}

static bool is_unavailable(const struct summary *row)
{
    return row == NULL || text_equal(row->status, "unavailable");
}

/* Unavailable is not wrong: the other machine or build lacks the strategy. */
static bool is_wrong(const struct summary *row)
{
    return !is_unavailable(row) && !text_equal(row->status, "ok");
}

/* "crashed: 1 of 4 jobs died", or why there is nothing. */
static void describe(const struct summary *row, char *text, size_t bytes)
{
    char detail[160];
    text_clipped(detail, sizeof detail, row != NULL ? row->detail : "", 120);
    if (row == NULL)
        snprintf(text, bytes, "not measured");
    else if (text_equal(row->status, "ok"))
        snprintf(text, bytes, "no speedup was measured");
    else
        snprintf(text, bytes, "%s%s%s", row->status, *detail ? ": " : "", detail);
}

/* Whether a run has the row's curve at any size; rows are in order. */
static bool has_curve(const struct summary *const rows[], size_t count, const struct summary *row)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (summary_compare_curve(rows[middle], row) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && summary_compare_curve(rows[low], row) == 0;
}

/* True for a size that steering chose in one run alone. */
static bool is_lone_size(const struct merge *merge, const struct summary *base,
                         const struct summary *new)
{
    if (base != NULL && new != NULL)
        return false;
    return base != NULL ? !is_wrong(base) && has_curve(merge->new, merge->new_count, base)
                        : !is_wrong(new) && has_curve(merge->base, merge->base_count, new);
}

/* The row of a cell that cannot be compared. Either is not NULL. */
static int add_trouble(struct merge *merge, const struct summary *base, const struct summary *new,
                       struct error *error)
{
    const struct summary *either = base != NULL ? base : new;
    char base_text[200], new_text[200];
    if ((!has_speedup(base) && !has_speedup(new) && !is_wrong(base) && !is_wrong(new)) ||
        is_lone_size(merge, base, new))
        return 0; /* measured in neither, or not meant to be in both */
    struct draft *draft = drafts_add(&merge->drafts, &either->key, either->temperature,
                                     QUANTITY_SPEEDUP, merge->threshold, error);
    if (draft == NULL)
        return -1;
    describe(base, base_text, sizeof base_text);
    describe(new, new_text, sizeof new_text);
    draft->row.rounds = 0;
    if (is_wrong(base) && is_wrong(new)) {
        draft_judge(draft, VERDICT_NOISY);
        draft_explain(draft, "went wrong in both runs: base %s; new %s", base_text, new_text);
    } else if (is_wrong(new)) {
        draft_judge(draft, VERDICT_CRASHED);
        draft_explain(draft, "%s", new_text);
    } else if (has_speedup(new)) {
        draft_judge(draft, VERDICT_NEW);
        draft_explain(draft, "base: %s", base_text);
    } else {
        draft_judge(draft, VERDICT_MISSING);
        draft_explain(draft, "new: %s%s%s", new_text, is_wrong(base) ? "; base: " : "",
                      is_wrong(base) ? base_text : "");
    }
    return 0;
}

static int add_value(struct merge *merge, const struct key *key, const char *temperature,
                     enum quantity quantity, struct value base, struct value new,
                     struct error *error)
{
    struct draft *draft =
        drafts_add(&merge->drafts, key, temperature, quantity, merge->threshold, error);
    if (draft == NULL)
        return -1;
    judge(draft, base, new);
    return 0;
}

static struct value speedup_of(const struct summary *row)
{
    return (struct value){row->speedup, row->speedup_low, row->speedup_high, row->rounds};
}

/* The overhead of a map in round trips. False where it means nothing. A run of an older build has
 * no interval of the overhead in its file: there the time's stands in for it. */
static bool find_overhead(const struct summary *row, struct value *out)
{
    double overhead_ns = row->overhead_ns_per_job * (double)row->key.jobs;
    double serial_ns = row->median_ns - overhead_ns, trip = row->roundtrip_ns;
    *out = (struct value){overhead_ns / trip, fmax(0, (row->low_ns - serial_ns) / trip),
                          (row->high_ns - serial_ns) / trip, row->rounds};
    if (isnan(row->low_ns))
        out->low = NAN; /* fmax would hide it */
    if (isfinite(row->overhead_low_ns_per_job)) {
        double jobs = (double)row->key.jobs;
        out->low = fmax(0, row->overhead_low_ns_per_job * jobs / trip);
        out->high = row->overhead_high_ns_per_job * jobs / trip;
    }
    return trip > 0 && isfinite(out->value) && out->value >= 1 &&
           overhead_ns >= LEAST_OVERHEAD_SHARE * row->median_ns;
}

static int add_cell(struct merge *merge, const struct summary *base, const struct summary *new,
                    struct error *error)
{
    struct value base_overhead, new_overhead;
    if (!has_speedup(base) || !has_speedup(new))
        return add_trouble(merge, base, new, error);
    if (add_value(merge, &base->key, base->temperature, QUANTITY_SPEEDUP, speedup_of(base),
                  speedup_of(new), error) != 0)
        return -1;
    if (!find_overhead(base, &base_overhead) || !find_overhead(new, &new_overhead))
        return 0;
    return add_value(merge, &base->key, base->temperature, QUANTITY_OVERHEAD, base_overhead,
                     new_overhead, error);
}

static int add_cells(struct merge *merge, struct error *error)
{
    size_t i = 0, k = 0;
    while (i < merge->base_count || k < merge->new_count) {
        const struct summary *base = i < merge->base_count ? merge->base[i] : NULL;
        const struct summary *new = k < merge->new_count ? merge->new[k] : NULL;
        int order = base == NULL ? 1 : new == NULL ? -1 : summary_compare(base, new);
        i += order <= 0;
        k += order >= 0;
        if (add_cell(merge, order <= 0 ? base : NULL, order >= 0 ? new : NULL, error) != 0)
            return -1;
    }
    return 0;
}

/* ------------------------------------------------------------------------------- curves */

static int compare_curves(const struct crossover *a, const struct crossover *b)
{
    int order = key_compare_curve(&a->key, &b->key);
    return order ? order : strcmp(a->temperature, b->temperature);
}

/* How much of the sizes a curve is ahead at. */
enum gain { GAINS_NOWHERE, GAINS_BETWEEN, GAINS_TO_THE_END };

static enum gain gain_of(const struct crossover *curve)
{
    return crossover_stays_ahead(curve)                    ? GAINS_TO_THE_END
           : crossover_kind_of(curve) == CROSSOVER_BETWEEN ? GAINS_BETWEEN
                                                           : GAINS_NOWHERE;
}

/* The job size of a crossover in round trips: the median of those beside its curve. The ends of the
 * interval are the sizes', whose serial times are taken to be in proportion. A curve that always
 * pays has its smallest job as upper end. The value is NaN where there is no round trip. */
static struct value crossover_of_curve(const struct crossover *curve,
                                       const struct summary *const rows[], size_t count,
                                       double numbers[])
{
    size_t trips = 0;
    uint64_t rounds = 0;
    for (size_t i = 0; i < count; i++) {
        if (key_compare_curve(&rows[i]->key, &curve->key) != 0 ||
            !text_equal(rows[i]->temperature, curve->temperature))
            continue;
        if (rows[i]->roundtrip_ns > 0)
            numbers[trips++] = rows[i]->roundtrip_ns;
        if (rows[i]->rounds > rounds)
            rounds = rows[i]->rounds;
    }
    double value = curve->job_ns / stats_median(numbers, trips);
    bool always = crossover_kind_of(curve) == CROSSOVER_ALWAYS;
    struct value result = {value, 0, value, rounds};
    if (!always && curve->size_low > 0)
        result.low = value * curve->size_low / curve->size;
    if (!always)
        result.high = value * curve->size_high / curve->size;
    return result;
}

static void judge_crossovers(const struct merge *merge, const struct crossover *base,
                             const struct crossover *new, struct draft *draft)
{
    struct value left = crossover_of_curve(base, merge->base, merge->base_count, merge->numbers);
    struct value right = crossover_of_curve(new, merge->new, merge->new_count, merge->numbers);
    bool known = isfinite(left.value) && isfinite(right.value) && left.value > 0 && right.value > 0;
    if (known)
        fill(&draft->row, left, right);
    draft->row.rounds = rounds_of_both(left, right);
    if (crossover_kind_of(base) == CROSSOVER_ALWAYS && crossover_kind_of(new) == CROSSOVER_ALWAYS) {
        draft_explain(draft, "pays at every size in both");
    } else if (known) {
        judge(draft, left, right);
    } else {
        draft_judge(draft, VERDICT_NOISY);
        draft_explain(draft, "no round trip was measured");
    }
}

static void judge_curves(const struct merge *merge, const struct crossover *base,
                         const struct crossover *new, struct draft *draft)
{
    enum gain was = gain_of(base), is = gain_of(new);
    if (was == is && is > GAINS_NOWHERE) {
        judge_crossovers(merge, base, new, draft);
    } else if (crossover_kind_of(base) == CROSSOVER_NOISY ||
               crossover_kind_of(new) == CROSSOVER_NOISY) {
        draft_judge(draft, VERDICT_NOISY);
        draft_explain(draft, "the crossover is %s in the base, %s in the new run", base->verdict,
                      new->verdict);
    } else if (was == is) { /* never, or even */
        draft_explain(draft, "never pays in both");
    } else {
        draft_judge(draft, is < was ? VERDICT_REGRESSION : VERDICT_IMPROVEMENT);
        draft_explain(draft, "was '%s', is '%s' now", base->verdict, new->verdict);
    }
}

static struct draft *add_curve_draft(struct merge *merge, const struct crossover *curve,
                                     struct error *error)
{
    struct key key = curve->key;
    key.size = CSV_UNKNOWN;
    struct draft *draft = drafts_add(&merge->drafts, &key, curve->temperature, QUANTITY_CROSSOVER,
                                     merge->threshold, error);
    if (draft != NULL)
        draft->row.rounds = CSV_UNKNOWN;
    return draft;
}

/* A curve that one run alone has. */
static int add_lone_curve(struct merge *merge, const struct crossover *curve, enum verdict verdict,
                          struct error *error)
{
    struct draft *draft = add_curve_draft(merge, curve, error);
    if (draft == NULL)
        return -1;
    draft_judge(draft, verdict);
    draft_explain(draft, "%s: no crossover of this curve", verdict == VERDICT_NEW ? "base" : "new");
    return 0;
}

static int add_curve_pair(struct merge *merge, const struct crossover *base,
                          const struct crossover *new, struct error *error)
{
    struct draft *draft = add_curve_draft(merge, base, error);
    if (draft == NULL)
        return -1;
    judge_curves(merge, base, new, draft);
    return 0;
}

static int add_curves(struct merge *merge, struct error *error)
{
    size_t i = 0, k = 0;
    int result = 0;
    while (result == 0 && (i < merge->base_curve_count || k < merge->new_curve_count)) {
        const struct crossover *base = i < merge->base_curve_count ? merge->base_curves[i] : NULL;
        const struct crossover *new = k < merge->new_curve_count ? merge->new_curves[k] : NULL;
        int order = base == NULL ? 1 : new == NULL ? -1 : compare_curves(base, new);
        i += order <= 0;
        k += order >= 0;
        if (order < 0)
            result = add_lone_curve(merge, base, VERDICT_MISSING, error);
        else if (order > 0)
            result = add_lone_curve(merge, new, VERDICT_NEW, error);
        else
            result = add_curve_pair(merge, base, new, error);
    }
    return result;
}

/* ------------------------------------------------------------------------------- the whole */

static int compare_summary_pointers(const void *a, const void *b)
{
    return summary_compare(*(const struct summary *const *)a, *(const struct summary *const *)b);
}

static int compare_curve_pointers(const void *a, const void *b)
{
    return compare_curves(*(const struct crossover *const *)a, *(const struct crossover *const *)b);
}

/* The rows that count, in order; NULL where memory is exhausted. */
static const struct summary **sorted_rows(const struct summaries *rows, size_t *count)
{
    const struct summary **sorted = calloc(rows->count + 1, sizeof *sorted);
    *count = 0;
    for (size_t i = 0; sorted != NULL && i < rows->count; i++)
        if (*rows->rows[i].key.build == '\0' && !key_is_baseline(&rows->rows[i].key))
            sorted[(*count)++] = &rows->rows[i];
    if (*count > 0)
        qsort(sorted, *count, sizeof *sorted, compare_summary_pointers);
    return sorted;
}

/* Those along sizes: a number of jobs is no time, of which round trips could be made. */
static const struct crossover **sorted_curves(const struct crossovers *curves, size_t *count)
{
    const struct crossover **sorted = calloc(curves->count + 1, sizeof *sorted);
    *count = 0;
    for (size_t i = 0; sorted != NULL && i < curves->count; i++)
        if (*curves->rows[i].key.build == '\0' &&
            crossover_axis(&curves->rows[i]) == DIMENSION_size)
            sorted[(*count)++] = &curves->rows[i];
    if (*count > 0)
        qsort(sorted, *count, sizeof *sorted, compare_curve_pointers);
    return sorted;
}

static bool merge_open(struct merge *merge, const struct compared_run *base,
                       const struct compared_run *new, double threshold)
{
    size_t most = base->summaries.count + new->summaries.count;
    *merge = (struct merge){.threshold = threshold};
    merge->base = sorted_rows(&base->summaries, &merge->base_count);
    merge->new = sorted_rows(&new->summaries, &merge->new_count);
    merge->base_curves = sorted_curves(&base->crossovers, &merge->base_curve_count);
    merge->new_curves = sorted_curves(&new->crossovers, &merge->new_curve_count);
    merge->numbers = calloc(most + 1, sizeof *merge->numbers);
    return merge->base != NULL && merge->new != NULL && merge->base_curves != NULL &&
           merge->new_curves != NULL && merge->numbers != NULL;
}

static void merge_close(struct merge *merge)
{
    free(merge->base);
    free(merge->new);
    free(merge->base_curves);
    free(merge->new_curves);
    free(merge->numbers);
    drafts_free(&merge->drafts);
}

int compare_runs(const struct compared_run *base, const struct compared_run *new, double threshold,
                 struct comparisons *out, struct error *error)
{
    struct merge merge;
    int result = 0;
    *out = (struct comparisons){0};
    if (!merge_open(&merge, base, new, threshold))
        result = fail(error, ERROR_REFUSED, "compare: out of memory");
    if (result == 0)
        result = add_cells(&merge, error);
    if (result == 0)
        result = add_curves(&merge, error);
    if (result == 0)
        result = drafts_finish(&merge.drafts, out, error);
    merge_close(&merge);
    return result;
}
