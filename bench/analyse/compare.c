#include "bench/analyse/compare.h"

#include <math.h>
#include <stdlib.h>

/* A change of exactly the threshold is within it, whatever its last bit says. */
#define ROUNDING 1e-9

static bool is_ok(const struct summary *row)
{
    return text_equal(row->status, "ok") && isfinite(row->speedup) && row->speedup > 0;
}

/* Without an interval on both sides (fewer than six rounds) nothing can be told. */
static bool has_interval(const struct summary *row)
{
    return isfinite(row->speedup_low) && isfinite(row->speedup_high);
}

/* Unavailable is not broken: the other machine or build lacks the strategy. */
static bool is_broken(const struct summary *row)
{
    return !text_equal(row->status, "ok") && !text_equal(row->status, "unavailable");
}

static struct comparison judge(const struct summary *base, const struct summary *new)
{
    struct comparison row = {base, new, COMPARED_SAME, NAN};
    if (is_ok(base) && is_broken(new)) {
        row.verdict = COMPARED_BROKEN;
    } else if (!is_ok(base)) {
        row.verdict = COMPARED_MISSING_BASE;
    } else if (!is_ok(new)) {
        row.verdict = COMPARED_MISSING_NEW;
    } else if (!has_interval(base) || !has_interval(new)) {
        row.verdict = COMPARED_UNTOLD;
    } else {
        row.change = new->speedup / base->speedup - 1;
        if (row.change < -COMPARE_THRESHOLD - ROUNDING && new->speedup_high < base->speedup_low)
            row.verdict = COMPARED_WORSE;
        else if (row.change > COMPARE_THRESHOLD + ROUNDING && new->speedup_low > base->speedup_high)
            row.verdict = COMPARED_BETTER;
    }
    return row;
}

static void append(struct comparisons *out, struct comparison row)
{
    switch (row.verdict) {
    case COMPARED_WORSE:
    case COMPARED_BROKEN:
        out->worse++;
        out->compared++;
        break;
    case COMPARED_BETTER:
        out->better++;
        out->compared++;
        break;
    case COMPARED_SAME:
        out->compared++;
        break;
    case COMPARED_UNTOLD:
        out->untold++;
        break;
    case COMPARED_MISSING_BASE:
    case COMPARED_MISSING_NEW:
        out->missing++;
        break;
    }
    out->rows[out->count++] = row;
}

int compare_runs(const struct summaries *base, const struct summaries *new, struct comparisons *out,
                 struct error *error)
{
    size_t i = 0, k = 0;
    *out = (struct comparisons){.rows = calloc(base->count + new->count + 1, sizeof *out->rows)};
    if (out->rows == NULL)
        return fail(error, EXIT_REFUSED, "compare: out of memory");
    while (i < base->count || k < new->count) {
        const struct summary *left = i < base->count ? &base->rows[i] : NULL;
        const struct summary *right = k < new->count ? &new->rows[k] : NULL;
        int order = left == NULL ? 1 : right == NULL ? -1 : summary_compare(left, right);
        const struct summary *either = order <= 0 ? left : right;
        i += order <= 0;
        k += order >= 0;
        if (text_equal(either->key.strategy, "serial") ||
            (order != 0 && text_equal(either->status, "unavailable")))
            continue;
        if (order == 0 && !is_ok(left) && !is_ok(right))
            continue; /* measured in neither */
        if (order == 0)
            append(out, judge(left, right));
        else if (order < 0)
            append(out, (struct comparison){left, NULL, COMPARED_MISSING_NEW, NAN});
        else
            append(out, (struct comparison){NULL, right, COMPARED_MISSING_BASE, NAN});
    }
    return 0;
}
