#include "bench/analyse/model/advice.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>

const char *const advice_verdicts[ADVICE_VERDICT_COUNT] = {"parallel", "serial", "untold"};

static const struct interval unknown = {NAN, NAN, NAN};

bool advice_is_known(const struct advice_row *row)
{
    return isfinite(row->ns.median);
}

static bool is_same_strategy(const struct advice_row *a, const struct advice_row *b)
{
    return a->line == b->line ||
           (a->line != NULL && b->line != NULL && text_equal(a->line->strategy, b->line->strategy));
}

static bool holds(const struct interval *interval, double value)
{
    return value >= interval->low && value <= interval->high;
}

/* Both know the same of the jobs, so that speedups tell them apart where times do not. Of two that
 * overlap only at their ends, one is the better guess. */
static bool can_be_told_apart(const struct advice_row *a, const struct advice_row *b)
{
    return !holds(&a->speedup, b->speedup.median) && !holds(&b->speedup, a->speedup.median);
}

/* The loop, then fewer workers, then threads (nothing is copied to them), then a pool before a
 * process for each job. */
static bool is_simpler(const struct advice_row *a, const struct advice_row *b)
{
    if (a->line == NULL || b->line == NULL)
        return b->line != NULL;
    if (a->line->workers != b->line->workers)
        return a->line->workers < b->line->workers;
    if (a->line->traits.shares_memory != b->line->traits.shares_memory)
        return a->line->traits.shares_memory;
    return !a->line->traits.starts_each_job && b->line->traits.starts_each_job;
}

static int fill_rows(const struct model *model, struct advice *out, struct error *error)
{
    struct model_choice *choices = calloc(model->count + 1, sizeof *choices);
    out->rows = calloc(model->count + 1, sizeof *out->rows);
    if (choices == NULL || out->rows == NULL) {
        free(choices);
        return fail(error, ERROR_REFUSED, "advise: out of memory");
    }
    out->count = model_rank(model, &out->question, choices);
    for (size_t i = 0; i < out->count; i++) {
        struct advice_row *row = &out->rows[i];
        *row = (struct advice_row){
            .line = choices[i].line,
            .ns = choices[i].ns,
            .speedup = choices[i].speedup,
            .is_best = true,
            .even_job_ns = unknown,
            .even_jobs = unknown,
        };
        for (size_t k = 0; k < i; k++)
            row->is_best = row->is_best && !is_same_strategy(row, &out->rows[k]);
        if (row->line == NULL)
            out->serial = i;
    }
    free(choices);
    return 0;
}

/* The fastest that is no loop; count: there is none. */
static size_t fastest_parallel(const struct advice *advice)
{
    size_t at = 0;
    while (at < advice->count &&
           (advice->rows[at].line == NULL || !advice_is_known(&advice->rows[at])))
        at++;
    return at;
}

/* Of those that cannot be told from the fastest and are hardly slower, the simplest. */
static size_t simplest_like(const struct advice *advice, size_t fastest)
{
    const struct advice_row *rows = advice->rows;
    size_t chosen = fastest;
    for (size_t i = 0; i < advice->count; i++) {
        bool is_close = rows[i].ns.median <= (1 + ADVICE_SIMPLER_SHARE) * rows[fastest].ns.median;
        if (rows[i].line != NULL && is_close && !can_be_told_apart(&rows[i], &rows[fastest]) &&
            is_simpler(&rows[i], &rows[chosen]))
            chosen = i;
    }
    return chosen;
}

/* The row that is fastest if the jobs only compute, and its speedup then. */
static size_t fastest_if_computing(const struct model *model, const struct advice *advice,
                                   struct interval *speedup)
{
    struct model_question question = advice->question;
    size_t fastest = advice->nearest;
    *speedup = unknown;
    question.contention = CONTENTION_COMPUTE;
    for (size_t i = 0; i < advice->count; i++) {
        if (advice->rows[i].line == NULL)
            continue;
        struct interval own = model_speedup(model, advice->rows[i].line, &question);
        if (!isfinite(own.median) || speedup->median >= own.median)
            continue;
        *speedup = own;
        fastest = i;
    }
    return fastest;
}

static bool is_worth_it(const struct interval *speedup)
{
    return speedup->median > ADVICE_WORTH_IT &&
           (speedup->median >= ADVICE_GAINS_MUCH || speedup->low >= ADVICE_LEAST_SPEEDUP);
}

static void choose(const struct model *model, struct advice *advice)
{
    advice->chosen = advice->serial;
    advice->verdict = ADVICE_SERIAL;
    advice->nearest = fastest_parallel(advice);
    advice->if_computing = unknown;
    if (advice->nearest == advice->count)
        return;
    const struct advice_row *fastest = &advice->rows[advice->nearest];
    if (advice->question.contention == CONTENTION_UNKNOWN &&
        !(fastest->speedup.low > ADVICE_WORTH_IT)) {
        struct interval speedup;
        size_t row = fastest_if_computing(model, advice, &speedup);
        if (!(speedup.median > ADVICE_WORTH_IT))
            return;
        advice->verdict = ADVICE_UNTOLD;
        advice->if_computing = speedup;
        advice->chosen = advice->nearest = row;
    } else {
        size_t row = simplest_like(advice, advice->nearest);
        if (!is_worth_it(&advice->rows[row].speedup))
            return;
        advice->verdict = ADVICE_PARALLEL;
        advice->chosen = advice->nearest = row;
    }
}

static void mark_like_chosen(struct advice *advice)
{
    const struct advice_row *chosen = &advice->rows[advice->chosen];
    for (size_t i = 0; i < advice->count; i++) {
        struct advice_row *row = &advice->rows[i];
        row->is_like_chosen = row->is_best && advice_is_known(row) &&
                              !is_same_strategy(row, chosen) && !can_be_told_apart(row, chosen);
    }
}

static void find_break_evens(const struct model *model, bool all, struct advice *advice)
{
    for (size_t i = 0; i < advice->count; i++) {
        struct advice_row *row = &advice->rows[i];
        if (row->line == NULL || !advice_is_known(row) || !(all || i == advice->nearest))
            continue;
        row->even_job_ns = model_crossover_job_ns(model, row->line, &advice->question);
        row->even_jobs = model_crossover_jobs(model, row->line, &advice->question);
    }
}

int advice_make(const struct model *model, const struct model_question *question,
                bool all_break_evens, struct advice *out, struct error *error)
{
    *out = (struct advice){.question = *question};
    if (fill_rows(model, out, error) != 0)
        return -1;
    choose(model, out);
    mark_like_chosen(out);
    find_break_evens(model, all_break_evens, out);
    return 0;
}

void advice_free(struct advice *advice)
{
    free(advice->rows);
    *advice = (struct advice){.count = 0};
}
