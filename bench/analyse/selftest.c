#include "bench/analyse/selftest.h"
#include "bench/analyse/compare.h"
#include "bench/analyse/stats.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

/* The two halves of the rounds; they share the strings of what they are halves of. */
struct halves {
    struct sample *rows; /* of that environment */
    size_t count;
    uint64_t rounds;
    unsigned char *fresh; /* of each round, from 1: in the second half? */
    struct samples first, second;
};

static int make_halves(const struct samples *samples, const char *env, struct halves *halves,
                       struct error *error)
{
    size_t room = samples->count + 1;
    *halves = (struct halves){
        .rows = calloc(room, sizeof *halves->rows),
        .first.rows = calloc(room, sizeof *halves->rows),
        .second.rows = calloc(room, sizeof *halves->rows),
    };
    if (halves->rows == NULL || halves->first.rows == NULL || halves->second.rows == NULL)
        return fail(error, EXIT_REFUSED, "selftest: out of memory");
    for (size_t i = 0; i < samples->count; i++)
        if (text_equal(samples->rows[i].key.env, env)) {
            halves->rows[halves->count++] = samples->rows[i];
            if (samples->rows[i].round > halves->rounds)
                halves->rounds = samples->rows[i].round;
        }
    halves->fresh = halves->rounds < SIZE_MAX ? calloc(halves->rounds + 1, 1) : NULL;
    return halves->fresh != NULL ? 0 : fail(error, EXIT_REFUSED, "selftest: out of memory");
}

static void free_halves(struct halves *halves)
{
    free(halves->rows);
    free(halves->fresh);
    free(halves->first.rows);
    free(halves->second.rows);
}

/* Deals the rounds to both halves, as many to each. */
static void split(struct halves *halves, gsl_rng *chance)
{
    for (uint64_t i = 0; i <= halves->rounds; i++)
        halves->fresh[i] = i % 2 == 1;
    if (halves->rounds > 0)
        gsl_ran_shuffle(chance, halves->fresh + 1, halves->rounds, 1);
    halves->first.count = halves->second.count = 0;
    for (size_t i = 0; i < halves->count; i++) {
        const struct sample *row = &halves->rows[i];
        struct samples *half = halves->fresh[row->round] ? &halves->second : &halves->first;
        half->rows[half->count++] = *row;
    }
}

/* Counts what one comparison called; sizes of regressions are appended to changes. */
static void count_calls(const struct comparisons *found, struct selftest_rate *rate,
                        double changes[], size_t *change_count)
{
    size_t worse = comparisons_of(found, VERDICT_REGRESSION);
    rate->gates++;
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

int selftest_rate(const struct samples *samples, const char *env, double threshold, size_t splits,
                  uint64_t seed, struct selftest_rate *rate, struct error *error)
{
    gsl_rng *chance = gsl_rng_alloc(gsl_rng_mt19937);
    struct halves halves;
    size_t change_count = 0;
    double *changes = calloc(splits * (samples->count + 1), sizeof *changes);
    *rate = (struct selftest_rate){.change = NAN};
    int result = make_halves(samples, env, &halves, error);
    if (result == 0 && (chance == NULL || changes == NULL))
        result = fail(error, EXIT_REFUSED, "selftest: out of memory");
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
