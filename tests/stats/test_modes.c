#include "bench/analyse/crossover/mode_crossovers.h"
#include "tests/samples.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

enum { CANARIES = 1000, JOBS = 8, ROUNDS = 16, MOST_SAMPLES = 2 * 3 * 2 * ROUNDS };

/* Canaries about these round trips, in these shares, ascending. */
static struct modes modes_about(const double trips_ns[], const double shares[], size_t count,
                                size_t canaries, double noise)
{
    double values[CANARIES];
    size_t used = 0;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < (size_t)(shares[i] * (double)canaries + 0.5); k++)
            values[used++] = trips_ns[i] * exp(gsl_ran_gaussian(random, noise));
    gsl_rng_free(random);
    gsl_sort(values, 1, used);
    return modes_find(values, used);
}

static void the_modes_of_a_host_are_found_with_their_shares(void **state)
{
    (void)state;
    static const double trips_ns[] = {28, 97, 410}, shares[] = {0.04, 0.86, 0.10};
    struct modes modes = modes_about(trips_ns, shares, 3, CANARIES, 0.06);
    assert_int_equal(modes.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(fabs(modes.modes[i].roundtrip_ns / trips_ns[i] - 1) < 0.03);
        assert_true(fabs(modes.modes[i].share - shares[i]) < 0.005);
        assert_int_equal(modes_of(&modes, trips_ns[i]), i);
    }
    assert_int_equal(modes_main(&modes), 1);
    assert_int_equal(modes_of(&modes, 1), 0);
    assert_int_equal(modes_of(&modes, 1e9), 2);
    assert_int_equal(modes_of(&modes, NAN), modes.count);
}

static void a_host_that_only_varies_has_one_mode(void **state)
{
    (void)state;
    static const double trip_ns[] = {97}, share[] = {1};
    static const double noises[] = {0, 0.02, 0.1, 0.3};
    for (size_t i = 0; i < COUNT_OF(noises); i++)
        assert_int_equal(modes_about(trip_ns, share, 1, CANARIES, noises[i]).count, 1);
}

static void few_canaries_are_one_mode_and_none_is_none(void **state)
{
    (void)state;
    static const double trips_ns[] = {28, 410}, shares[] = {0.5, 0.5};
    assert_int_equal(modes_about(trips_ns, shares, 2, 30, 0.02).count, 1);
    assert_int_equal(modes_about(trips_ns, shares, 2, 60, 0.02).count, 2);
    assert_int_equal(modes_find(NULL, 0).count, 0);
}

/* ------------------------------------------------------------------------------- crossovers */

struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

static void add(struct made *made, uint64_t size, uint64_t round, const char *strategy, double ns,
                double trip_ns)
{
    for (int warm = 0; warm < 2; warm++) {
        assert_true(made->count < MOST_SAMPLES);
        struct sample *row = &made->rows[made->count++];
        *row = warm_sample(round, strategy, ns);
        row->key.size = size;
        row->key.jobs = JOBS;
        row->temperature = warm ? "warm" : "cold";
        row->roundtrip_ns = trip_ns;
    }
}

/* Every second round the host is slow to hand over: 8 us a batch in place of 1 us. */
static void add_rounds(struct made *made, uint64_t size)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        double trip_ns = round % 2 ? 100 : 400, wobble = 1 + 0.001 * (double)round;
        double serial_ns = JOBS * (double)size * wobble;
        add(made, size, round, "serial", serial_ns, trip_ns);
        add(made, size, round, "fork", serial_ns / 2 + (round % 2 ? 1000 : 8000), trip_ns);
    }
}

/* By the batch's size, fork crosses serial at 250 ns a job in the fast mode and at 2000 in the slow
 * one. */
static void each_mode_has_its_own_crossover(void **state)
{
    (void)state;
    struct error error = {0};
    struct made *made = calloc(1, sizeof *made);
    struct visits visits;
    struct disturbances found;
    struct crossovers crossovers;
    assert_non_null(made);
    for (uint64_t size = 100; size <= 10000; size *= 10)
        add_rounds(made, size);
    struct samples samples = {.rows = made->rows, .count = made->count};
    disturbed_mark(&samples, &found, &error);
    visits_reduce(&samples, &visits, &error);
    assert_int_equal(found.modes.count, 2);
    mode_crossovers_find(&visits, &found, 2, &crossovers, &error);
    assert_no_error(&error);
    assert_int_equal(crossovers.count, 4); /* cold and warm, in two modes */
    for (size_t i = 0; i < crossovers.count; i++) {
        bool slow = i % 2;
        assert_string_equal(crossovers.rows[i].verdict, "at");
        assert_near(crossovers.rows[i].mode_ns, slow ? 400 : 100);
        assert_near(crossovers.rows[i].mode_share, 0.5);
        double truth = slow ? 2000 : 250;
        assert_true(crossovers.rows[i].size_low <= truth && truth <= crossovers.rows[i].size_high);
    }
    for (size_t i = 0; i < visits.count; i++)
        assert_false(visits.rows[i].disturbed); /* as before: 400 is not three times the median */
    mode_crossovers_note(&crossovers, &found);
    assert_near(crossovers.rows[0].mode_share, 0.5);
    free(crossovers.rows);
    visits_free(&visits);
    free(made);
}

static void what_is_told_is_of_the_mode_that_most_of_what_counts_was_in(void **state)
{
    (void)state;
    double trips_ns[100];
    for (size_t i = 0; i < 100; i++)
        trips_ns[i] = i < 10 ? 30 : i < 80 ? 100 : 400;
    struct disturbances found = disturbances_of(trips_ns, 100);
    assert_int_equal(found.disturbed, 20);
    assert_near(disturbances_mode(&found).roundtrip_ns, 100);
    assert_near(disturbances_mode(&found).share, 0.7 / 0.8);
    found = disturbances_of(trips_ns, 0);
    assert_unknown(disturbances_mode(&found).roundtrip_ns);
    assert_unknown(disturbances_mode(&found).share);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_modes_of_a_host_are_found_with_their_shares),
        cmocka_unit_test(a_host_that_only_varies_has_one_mode),
        cmocka_unit_test(few_canaries_are_one_mode_and_none_is_none),
        cmocka_unit_test(each_mode_has_its_own_crossover),
        cmocka_unit_test(what_is_told_is_of_the_mode_that_most_of_what_counts_was_in),
    };
    return cmocka_run_group_tests_name("modes", tests, NULL, NULL);
}
