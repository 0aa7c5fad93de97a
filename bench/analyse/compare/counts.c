#include "bench/analyse/compare/counts.h"

#include <gsl/gsl_statistics.h>

/* A change of exactly the threshold reaches it, whatever its last bit says. */
#define ROUNDING 1e-9

/* The countings of one build: their middle and their ends. */
struct counted_range {
    double middle, low, high;
};

/* Not known where nothing was counted. */
static struct counted_range span_of(const struct counts *counts)
{
    struct counted_range span = {NAN, NAN, NAN};
    if (counts->state == COUNTS_KNOWN) {
        span.middle = gsl_stats_mean(counts->per_map, 1, COUNTS_COUNTINGS);
        gsl_stats_minmax(&span.low, &span.high, counts->per_map, 1, COUNTS_COUNTINGS);
    }
    return span;
}

/* How far apart they are, as a share of the least. */
static double spread(const struct counted_range *span)
{
    return span->high / span->low - 1;
}

static void fill(struct comparison *row, const struct counted_range *base,
                 const struct counted_range *new)
{
    row->base = base->middle;
    row->base_low = base->low;
    row->base_high = base->high;
    row->new = new->middle;
    row->new_low = new->low;
    row->new_high = new->high;
    row->change = new->middle / base->middle - 1;
    row->change_low = new->low / base->high - 1;
    row->change_high = new->high / base->low - 1;
}

/* True where a change, as a logarithm, is as large as the threshold. */
static bool reaches(double log_change, double threshold)
{
    return fabs(log_change) >= log1p(threshold) - ROUNDING;
}

/* Whether all of the change, from its low to its high end, lies on one side and reaches. */
static bool is_clear(const struct comparison *row)
{
    double low = log1p(row->change_low), high = log1p(row->change_high);
    double nearest = low > 0 ? low : high < 0 ? high : 0;
    return nearest != 0 && reaches(nearest, row->threshold);
}

static void judge(struct draft *draft, const struct counted_range *base,
                  const struct counted_range *new)
{
    struct comparison *row = &draft->row;
    const struct counted_range *farther = spread(base) > spread(new) ? base : new;
    bool repeats = spread(farther) <= COUNTS_REPEAT + ROUNDING;
    double log_change = log1p(row->change);
    if (is_clear(row) || (repeats && reaches(log_change, row->threshold)))
        draft_judge_change(draft, log_change);
    else if (!repeats)
        draft_judge(draft, VERDICT_NOISY);
    if (!repeats)
        draft_explain(draft, "two countings of %s differ by %.2g %%",
                      farther == base ? "the base" : "the new one", 100 * spread(farther));
}

static void judge_without_counts(struct draft *draft, const struct counts *base,
                                 const struct counts *new)
{
    bool base_wrong = base->state == COUNTS_WRONG;
    if (new->state == COUNTS_KNOWN) {
        draft_judge(draft, VERDICT_NEW);
        draft_explain(draft, "base: %s", base->trouble);
    } else if (new->state == COUNTS_MISSING) {
        draft_judge(draft, VERDICT_MISSING);
        draft_explain(draft, "new: %s%s%s", new->trouble, base_wrong ? "; base: " : "",
                      base_wrong ? base->trouble : "");
    } else if (!base_wrong) {
        draft_judge(draft, VERDICT_CRASHED);
        draft_explain(draft, "%s", new->trouble);
    } else {
        draft_judge(draft, VERDICT_NOISY);
        draft_explain(draft, "went wrong in both builds: base: %.120s; new: %.120s", base->trouble,
                      new->trouble);
    }
}

int counts_compare(struct drafts *drafts, const struct key *key, const struct counts *base,
                   const struct counts *new, double threshold, struct error *error)
{
    struct counted_range base_span = span_of(base), new_span = span_of(new);
    if (base->state == COUNTS_MISSING && new->state == COUNTS_MISSING)
        return 0;
    struct draft *draft = drafts_add(drafts, key, "", QUANTITY_INSTRUCTIONS, threshold, error);
    if (draft == NULL)
        return -1;
    draft->row.rounds = CSV_UNKNOWN;
    fill(&draft->row, &base_span, &new_span);
    if (base->state == COUNTS_KNOWN && new->state == COUNTS_KNOWN)
        judge(draft, &base_span, &new_span);
    else
        judge_without_counts(draft, base, new);
    return 0;
}
