#include "bench/analyse/compare/selftest.h"
#include "bench/analyse/compare/compare.h"
#include "bench/stats/stats.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

/* The two halves of the rounds; they share what they are halves of. */
struct halves {
    const struct visits *whole;
    const char *env; /* whose cells count */
    uint64_t rounds;
    unsigned char *fresh; /* of each round, from 1: in the second half? */
    struct visits first, second;
};

static bool make_half(const struct visits *whole, struct visits *half)
{
    *half = (struct visits){
        .rows = calloc(whole->count + 1, sizeof *half->rows),
        .troubles = calloc(whole->trouble_count + 1, sizeof *half->troubles),
    };
    return half->rows != NULL && half->troubles != NULL;
}

static int make_halves(const struct visits *visits, const char *env, struct halves *halves,
                       struct error *error)
{
    *halves = (struct halves){.whole = visits, .env = env};
    bool room = make_half(visits, &halves->first) && make_half(visits, &halves->second);
    for (size_t i = 0; i < visits->count; i++)
        if (visits->rows[i].round > halves->rounds)
            halves->rounds = visits->rows[i].round;
    for (size_t i = 0; i < visits->trouble_count; i++)
        if (visits->troubles[i].round > halves->rounds)
            halves->rounds = visits->troubles[i].round;
    halves->fresh = halves->rounds < SIZE_MAX ? calloc(halves->rounds + 1, 1) : NULL;
    return room && halves->fresh != NULL ? 0
                                         : fail(error, ERROR_REFUSED, "selftest: out of memory");
}

static void free_halves(struct halves *halves)
{
    free(halves->fresh);
    visits_free(&halves->first);
    visits_free(&halves->second);
}

/* Deals the rounds to both halves, as many to each. */
static void split(struct halves *halves, gsl_rng *chance)
{
    const struct visits *whole = halves->whole;
    struct visits *half[] = {&halves->first, &halves->second};
    for (uint64_t i = 0; i <= halves->rounds; i++)
        halves->fresh[i] = i % 2 == 1;
    if (halves->rounds > 0)
        gsl_ran_shuffle(chance, halves->fresh + 1, halves->rounds, 1);
    for (size_t i = 0; i < 2; i++)
        half[i]->count = half[i]->trouble_count = 0;
    for (size_t i = 0; i < whole->count; i++) {
        struct visits *own = half[halves->fresh[whole->rows[i].round]];
        if (text_equal(whole->rows[i].key->env, halves->env))
            own->rows[own->count++] = whole->rows[i];
    }
    for (size_t i = 0; i < whole->trouble_count; i++) {
        struct visits *own = half[halves->fresh[whole->troubles[i].round]];
        if (text_equal(whole->troubles[i].key->env, halves->env))
            own->troubles[own->trouble_count++] = whole->troubles[i];
    }
}

/* Counts what one comparison called; sizes of regressions are appended to changes. */
static void count_calls(const struct comparisons *found, struct selftest_rate *rate,
                        double changes[], size_t *change_count)
{
    size_t worse = comparisons_of(found, VERDICT_REGRESSION);
    rate->gates++;
    rate->quantities = found->count > rate->quantities ? found->count : rate->quantities;
    rate->found += worse > 0;
    rate->alarmed += worse + comparisons_of(found, VERDICT_IMPROVEMENT) > 0;
    for (size_t i = 0; i < found->count; i++) {
        const struct comparison *row = &found->rows[i];
        if (!text_equal(row->quantity, quantity_names[QUANTITY_TIME]))
            continue;
        rate->rows++;
        rate->rows_suspected += row->fresh_rounds != CSV_UNKNOWN;
        if (text_equal(row->verdict, verdict_names[VERDICT_REGRESSION])) {
            rate->rows_found++;
            changes[(*change_count)++] = row->fresh_change;
        }
    }
}

int selftest_rate(const struct visits *visits, const char *env, double threshold, size_t splits,
                  uint64_t seed, struct selftest_rate *rate, struct error *error)
{
    gsl_rng *chance = gsl_rng_alloc(gsl_rng_mt19937);
    struct halves halves;
    size_t change_count = 0;
    double *changes = calloc(splits * (visits->count + 1), sizeof *changes);
    *rate = (struct selftest_rate){.change = NAN};
    int result = make_halves(visits, env, &halves, error);
    if (result == 0 && (chance == NULL || changes == NULL))
        result = fail(error, ERROR_REFUSED, "selftest: out of memory");
    if (result == 0)
        gsl_rng_set(chance, seed);
    for (size_t i = 0; result == 0 && i < splits; i++) {
        struct comparisons found = {0};
        split(&halves, chance);
        result = compare_builds(&halves.first, &halves.second, threshold, &found, error);
        if (result == 0)
            count_calls(&found, rate, changes, &change_count);
        free(found.rows);
    }
    rate->change = stats_median(changes, change_count);
    free(changes);
    free_halves(&halves);
    if (chance != NULL)
        gsl_rng_free(chance);
    return result;
}
