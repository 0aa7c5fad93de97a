/* Two builds in the same rounds. */
#include "bench/analyse/compare/compare.h"
#include "tests/samples.h"

enum { MOST_SAMPLES = 512, ROUNDS = 12 };

/* Made-up samples; nothing is kept but the rows. */
struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

/* Appends a warm reading; the test changes what it is about. */
static struct sample *add(struct made *made, const char *build, const char *strategy,
                          uint64_t round, double ns)
{
    assert_true(made->count < MOST_SAMPLES);
    struct sample *row = &made->rows[made->count++];
    *row = warm_sample(round, strategy, ns);
    row->key.build = build;
    return row;
}

/* A visit that went wrong has no time; it is told as a cold one. */
static void add_trouble(struct made *made, const char *build, const char *strategy,
                        const char *status)
{
    struct sample *row = add(made, build, strategy, 1, NAN);
    row->temperature = "cold";
    row->status = status;
    row->detail = "why";
}

/* Rounds in which the base takes 100, and the new build `ratio` times that, give or take `spread`
 * by turns. */
static void add_rounds(struct made *made, const char *strategy, uint64_t rounds, double ratio,
                       double spread)
{
    for (uint64_t round = 1; round <= rounds; round++) {
        double off = spread * ((double)((round - 1) % 3) - 1);
        add(made, "base", strategy, round, 100);
        add(made, "new", strategy, round, 100 * ratio * (1 + off));
    }
}

/* Rounds of one cell started cold. */
static void add_starts(struct made *made, const char *strategy, double base_ns, double new_ns)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        add(made, "base", strategy, round, base_ns)->temperature = "cold";
        add(made, "new", strategy, round, new_ns)->temperature = "cold";
    }
}

static struct visits visits_to(struct made *made)
{
    struct error error = {0};
    struct samples samples = {.rows = made->rows, .count = made->count};
    struct visits visits;
    visits_reduce(&samples, &visits, &error);
    assert_no_error(&error);
    return visits;
}

static struct comparisons compare(struct made *first, struct made *fresh)
{
    struct error error = {0};
    struct visits visits = visits_to(first), fresh_visits = {0};
    struct comparisons found;
    if (fresh != NULL)
        fresh_visits = visits_to(fresh);
    compare_builds(&visits, fresh != NULL ? &fresh_visits : NULL, 0.05, &found, &error);
    assert_no_error(&error);
    visits_free(&visits);
    visits_free(&fresh_visits);
    return found;
}

/* The suspected cells, and how many; the caller frees them. */
static struct key *candidates_of(struct made *made, size_t *count)
{
    struct error error = {0};
    struct visits visits = visits_to(made);
    struct key *keys;
    compare_candidates(&visits, 0.05, &keys, count, &error);
    assert_no_error(&error);
    visits_free(&visits);
    return keys;
}

/* The row of that quantity. */
static const struct comparison *row_of(const struct comparisons *found, const char *strategy,
                                       const char *quantity)
{
    for (size_t i = 0; i < found->count; i++)
        if (text_equal(found->rows[i].key.strategy, strategy) &&
            text_equal(found->rows[i].quantity, quantity))
            return &found->rows[i];
    stop_test("no row for the %s of %s", quantity, strategy);
    return NULL;
}

/* ------------------------------------------------------------------------------- rows */

static void every_cell_has_its_time_and_all_but_serial_their_speedup(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        double drift = (double)round; /* it is the same for all that share a round */
        add(&made, "base", "serial", round, 200 * drift);
        add(&made, "new", "serial", round, 200 * drift);
        add(&made, "base", "fork", round, 100 * drift);
        add(&made, "new", "fork", round, 125 * drift);
    }
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 3);
    const struct comparison *serial = row_of(&found, "serial", "time");
    const struct comparison *time = row_of(&found, "fork", "time");
    const struct comparison *speedup = row_of(&found, "fork", "speedup");
    assert_near(serial->change, 0);
    assert_near(serial->p, 1);
    assert_near(time->change, 0.25);
    assert_near(time->change_low, 0.25);
    assert_near(time->change_high, 0.25);
    assert_near(time->base, 100 * sqrt(6 * 7)); /* the median of logarithms */
    assert_near(time->new, 125 * sqrt(6 * 7));
    assert_near(speedup->change, -0.2);
    assert_near(speedup->base, 2);
    assert_near(speedup->base_low, 2);
    assert_near(speedup->new, 1.6);
    assert_near(time->p, 3 * pow(2, 1 - ROUNDS)); /* Holm: the smallest of three */
    assert_int_equal(time->rounds, ROUNDS);
    assert_string_equal(time->key.build, "");
    assert_string_equal(time->temperature, "warm");
    assert_near(time->threshold, 0.05);
    free(found.rows);
}

static void readings_of_a_visit_count_by_their_median(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", ROUNDS, 1, 0);
    for (uint64_t round = 1; round <= ROUNDS; round++)
        for (uint64_t reading = 1; reading <= 2; reading++)
            add(&made, "new", "serial", round, reading == 1 ? 150 : 9000)->reading = reading;
    struct comparisons found = compare(&made, NULL);
    assert_near(row_of(&found, "serial", "time")->change, 0.5);
    free(found.rows);
}

static void what_cannot_be_paired_is_left_out(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", ROUNDS, 1, 0);
    add(&made, "base", "serial", ROUNDS + 1, 1);
    add(&made, "new", "serial", ROUNDS + 2, 1);
    add(&made, "base", "serial", ROUNDS + 3, 1)->disturbed = 1;
    add(&made, "new", "serial", ROUNDS + 3, 500);
    add(&made, "base", "serial", ROUNDS + 4, 1);
    add(&made, "new", "serial", ROUNDS + 4, 500)->disturbed = 1;
    add(&made, "", "serial", 1, 500);
    add(&made, "other", "fork", 1, 500);
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.rows->rounds, ROUNDS);
    assert_near(found.rows->change_high, 0);
    free(found.rows);
}

static void temperatures_are_rows_of_their_own(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", ROUNDS, 1, 0);
    add_starts(&made, "serial", 1e5, 2e5);
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.rows[0].temperature, "cold");
    assert_near(found.rows[0].change, 1);
    assert_string_equal(found.rows[1].temperature, "warm");
    assert_near(found.rows[1].change, 0);
    free(found.rows);
}

static void the_order_of_the_samples_does_not_matter(void **state)
{
    (void)state;
    struct made made = {0}, reversed = {0};
    add_rounds(&made, "serial", ROUNDS, 1, 0.1);
    add_rounds(&made, "fork", ROUNDS, 1.5, 0.1);
    for (size_t i = made.count; i-- > 0;)
        reversed.rows[reversed.count++] = made.rows[i];
    struct comparisons left = compare(&made, &made), right = compare(&reversed, &reversed);
    assert_int_equal(left.count, right.count);
    for (size_t i = 0; i < left.count; i++) {
        assert_string_equal(left.rows[i].verdict, right.rows[i].verdict);
        assert_near(left.rows[i].change_low, right.rows[i].change_low);
    }
    free(left.rows);
    free(right.rows);
}

/* ------------------------------------------------------------------------------- verdicts */

struct verdict_case {
    const char *name;
    double ratio, spread;             /* of the first rounds */
    uint64_t fresh_rounds;            /* 0: no fresh rounds */
    double fresh_ratio, fresh_spread; /* of the fresh ones */
    const char *verdict, *detail;
};

static const struct verdict_case verdict_cases[] = {
    {"nothing changed", 1, 0.01, 0, 1, 0, "same", ""},
    {"less than the threshold", 1.049, 0, 0, 1, 0, "same", ""},
    {"less than the threshold, beyond chance", 1.02, 0.01, 0, 1, 0, "same", ""},
    {"the interval reaches the threshold", 1, 0.06, 0, 1, 0, "noisy", ""},
    {"it reaches it below", 0.99, 0.06, 0, 1, 0, "noisy", ""},
    {"no fresh rounds", 1.5, 0, 0, 1, 0, "noisy", "not confirmed: no fresh rounds"},
    {"exactly the threshold", 1.05, 0, ROUNDS, 1.05, 0, "regression", ""},
    {"exactly the threshold, down", 1 / 1.05, 0, ROUNDS, 1 / 1.05, 0, "improvement", ""},
    {"beyond it", 1.5, 0.01, ROUNDS, 1.4, 0.01, "regression", ""},
    {"down", 0.7, 0.01, ROUNDS, 0.8, 0.01, "improvement", ""},
    {"the interval goes over the threshold", 1.045, 0.02, ROUNDS, 1.045, 0.02, "regression", ""},
    {"not again", 1.5, 0, ROUNDS, 1, 0.01, "same", "not confirmed by fresh rounds"},
    {"again, but less", 1.5, 0, ROUNDS, 1.04, 0, "same", "not confirmed by fresh rounds"},
    {"the other way", 1.5, 0, ROUNDS, 0.7, 0, "noisy",
     "not confirmed: fresh rounds say the opposite"},
    {"again, but noisy", 1.5, 0, ROUNDS, 1.05, 0.2, "noisy",
     "not confirmed: fresh rounds do not tell"},
    {"too few fresh rounds", 1.5, 0, 5, 1.5, 0, "noisy", "not confirmed: fresh rounds do not tell"},
};

static void verdicts_follow_the_interval_and_the_fresh_rounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(verdict_cases); i++) {
        const struct verdict_case *wanted = &verdict_cases[i];
        struct made first = {0}, fresh = {0};
        add_rounds(&first, "serial", ROUNDS, wanted->ratio, wanted->spread);
        add_rounds(&fresh, "serial", wanted->fresh_rounds, wanted->fresh_ratio,
                   wanted->fresh_spread);
        struct comparisons found = compare(&first, wanted->fresh_rounds > 0 ? &fresh : NULL);
        assert_int_equal(found.count, 1);
        if (!text_equal(found.rows->verdict, wanted->verdict) ||
            !text_equal(found.rows->detail, wanted->detail))
            stop_test("%s: %s (%s), not %s (%s)", wanted->name, found.rows->verdict,
                      found.rows->detail, wanted->verdict, wanted->detail);
        assert_int_equal(found.rows->more_rounds == CSV_UNKNOWN,
                         !text_equal(wanted->verdict, "noisy"));
        free(found.rows);
    }
}

static void a_speedup_that_fell_is_a_regression_and_one_that_rose_an_improvement(void **state)
{
    (void)state;
    static const double ratios[] = {2, 0.5};
    static const char *const verdicts[] = {"regression", "improvement"};
    for (size_t i = 0; i < COUNT_OF(ratios); i++) {
        struct made made = {0};
        add_rounds(&made, "serial", ROUNDS, 1, 0);
        add_rounds(&made, "fork", ROUNDS, ratios[i], 0);
        struct comparisons found = compare(&made, &made);
        assert_string_equal(row_of(&found, "serial", "time")->verdict, "same");
        assert_string_equal(row_of(&found, "fork", "time")->verdict, verdicts[i]);
        assert_string_equal(row_of(&found, "fork", "speedup")->verdict, verdicts[i]);
        free(found.rows);
    }
}

/* All got slower alike: each build's speedup is over its own serial. */
static void a_slower_serial_is_not_a_better_speedup_of_the_base(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", ROUNDS, 1.3, 0);
    add_rounds(&made, "fork", ROUNDS, 1.3, 0);
    struct comparisons found = compare(&made, &made);
    assert_string_equal(row_of(&found, "serial", "time")->verdict, "regression");
    assert_string_equal(row_of(&found, "fork", "time")->verdict, "regression");
    assert_string_equal(row_of(&found, "fork", "speedup")->verdict, "same");
    free(found.rows);
}

static void the_size_that_is_told_is_that_of_the_fresh_rounds(void **state)
{
    (void)state;
    struct made first = {0}, fresh = {0};
    add_rounds(&first, "serial", ROUNDS, 1.5, 0);
    add_rounds(&fresh, "serial", 2 * ROUNDS, 1.2, 0);
    struct comparisons found = compare(&first, &fresh);
    assert_string_equal(found.rows->verdict, "regression");
    assert_near(found.rows->change, 0.5);
    assert_near(found.rows->fresh_change, 0.2);
    assert_near(found.rows->fresh_low, 0.2);
    assert_near(found.rows->fresh_high, 0.2);
    assert_near(found.rows->fresh_p, pow(2, 1 - 2 * ROUNDS));
    assert_int_equal(found.rows->rounds, ROUNDS);
    assert_int_equal(found.rows->fresh_rounds, 2 * ROUNDS);
    free(found.rows);
}

/* Six rounds of one row: p is 3.1 %. With two rows Holm asks for seven. */
static void more_rows_need_more_rounds(void **state)
{
    (void)state;
    struct made one = {0}, two = {0};
    assert_int_equal(compare_least_rounds(0), 6);
    assert_int_equal(compare_least_rounds(1), 6);
    assert_int_equal(compare_least_rounds(2), 7);
    add_rounds(&one, "serial", 6, 2, 0);
    struct comparisons found = compare(&one, &one);
    assert_string_equal(found.rows->verdict, "regression");
    free(found.rows);
    add_rounds(&two, "serial", 6, 2, 0);
    for (size_t i = 0, count = two.count; i < count; i++) {
        two.rows[two.count] = two.rows[i];
        two.rows[two.count++].key.size = 7;
    }
    found = compare(&two, &two);
    assert_int_equal(found.count, 2);
    assert_near(found.rows->p, 2 * pow(2, -5));
    assert_string_equal(found.rows->verdict, "noisy");
    assert_int_equal(found.rows->more_rounds, 1);
    free(found.rows);
}

/* Each of them is confirmed by six rounds alone, but not beside the other. */
static void fresh_rounds_are_corrected_for_all_that_are_suspected(void **state)
{
    (void)state;
    struct made first = {0}, fresh = {0};
    add_rounds(&first, "serial", ROUNDS, 1, 0);
    add_rounds(&first, "fork", ROUNDS, 2, 0); /* its time and its speedup */
    add_rounds(&fresh, "serial", 6, 1, 0);
    add_rounds(&fresh, "fork", 6, 2, 0);
    struct comparisons found = compare(&first, &fresh);
    assert_near(row_of(&found, "fork", "time")->fresh_p, 2 * pow(2, -5));
    assert_string_equal(row_of(&found, "fork", "time")->verdict, "noisy");
    assert_string_equal(row_of(&found, "fork", "speedup")->verdict, "noisy");
    assert_unknown(row_of(&found, "serial", "time")->fresh_p);
    free(found.rows);
}

/* Rounds that are equal are no sign, but the interval knows of them. */
static void where_most_rounds_are_equal_nothing_is_suspected(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", 32, 1, 0);
    for (size_t i = 0; i < 12; i++)
        made.rows[2 * i + 1].ns_per_map = 200;
    struct comparisons found = compare(&made, &made);
    assert_near(found.rows->p, pow(2, -11));
    assert_near(found.rows->change, 0);
    assert_string_equal(found.rows->verdict, "noisy");
    assert_unknown(found.rows->fresh_change);
    free(found.rows);
}

/* 16 of 20 rounds are slower, of eight cells: the logarithm of p grows with the rounds. R:
 * ceiling(20 * log(0.05 / 8) / log(binom.test(16, 20)$p.value)) */
static void a_change_that_chance_could_make_tells_how_many_rounds_the_test_wants(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t size = 1; size <= 8; size++) {
        size_t first = made.count;
        add_rounds(&made, "serial", 20, 1.1, 0);
        for (size_t i = first; i < made.count; i++) {
            made.rows[i].key.size = size;
            if (made.rows[i].round > 16 && text_equal(made.rows[i].key.build, "new"))
                made.rows[i].ns_per_map = 99;
        }
    }
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 8);
    assert_near(found.rows->change_low, 0.1);
    assert_string_equal(found.rows->verdict, "noisy");
    assert_int_equal(found.rows->more_rounds, 23 - 20);
    free(found.rows);
}

static void fewer_than_six_rounds_tell_nothing(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", 4, 2, 0);
    struct comparisons found = compare(&made, NULL);
    assert_string_equal(found.rows->verdict, "noisy");
    assert_near(found.rows->change, 1);
    assert_unknown(found.rows->change_low);
    assert_int_equal(found.rows->more_rounds, 2);
    free(found.rows);
}

/* The interval of 12 rounds is +- 6 % in logarithms: it takes (6 / log(1.05))^2 times as many. */
static void more_rounds_grow_with_the_square_of_the_width(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", ROUNDS, 1, 0);
    for (size_t i = 1; i < made.count; i += 2)
        made.rows[i].ns_per_map = 100 * exp((i / 2) % 2 ? 0.1 : -0.1);
    struct comparisons found = compare(&made, NULL);
    assert_string_equal(found.rows->verdict, "noisy");
    assert_near(found.rows->change_high, expm1(0.1));
    double needed = ceil(ROUNDS * pow(0.1 / log(1.05), 2));
    assert_int_equal(found.rows->more_rounds, (uint64_t)needed - ROUNDS);
    free(found.rows);
}

/* ------------------------------------------------------------------------------- what went wrong
 */

struct trouble_case {
    const char *name;
    bool base_ok, new_ok;                 /* there are rounds */
    const char *base_status, *new_status; /* NULL: no visit went wrong */
    const char *verdict;                  /* NULL: no row */
    const char *detail;
};

static const struct trouble_case trouble_cases[] = {
    {"crashed", true, false, NULL, "crashed", "crashed", "crashed: why"},
    {"crashed at times", true, true, NULL, "crashed", "crashed", "crashed: why"},
    {"wrong", true, false, NULL, "wrong", "crashed", "wrong: why"},
    {"crashed more than before", true, false, "crashed", "crashed", "crashed", "crashed: why"},
    {"a new cell that crashes", false, false, NULL, "crashed", "crashed", "crashed: why"},
    {"crashed, was unavailable", false, false, "unavailable", "crashed", "crashed", "crashed: why"},
    {"crashed in both", false, false, "crashed", "wrong", "noisy",
     "went wrong in both builds: base crashed: why; new wrong: why"},
    {"crashed in both at times", true, true, "crashed", "crashed", "noisy",
     "went wrong in both builds: base crashed: why; new crashed: why"},
    {"unavailable now", true, false, NULL, "unavailable", "missing", "new: unavailable: why"},
    {"not visited now", true, false, NULL, NULL, "missing", "new: not visited"},
    {"crashed, now unavailable", false, false, "crashed", "unavailable", "missing",
     "new: unavailable: why; base: crashed: why"},
    {"unavailable before", false, true, "unavailable", NULL, "new", "base: unavailable: why"},
    {"not visited before", false, true, NULL, NULL, "new", "base: not visited"},
    {"mended", false, true, "crashed", NULL, "new", "base: crashed: why"},
    {"mended, had crashed at times", true, true, "crashed", NULL, "same",
     "the base went wrong in 1 visit: crashed: why"},
    {"unavailable in both", false, false, "unavailable", "unavailable", NULL, NULL},
};

static void add_trouble_case(struct made *made, const struct trouble_case *wanted)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        if (wanted->base_ok)
            add(made, "base", "serial", round, 100);
        if (wanted->new_ok)
            add(made, "new", "serial", round, 100);
    }
    if (wanted->base_status != NULL)
        add_trouble(made, "base", "serial", wanted->base_status);
    if (wanted->new_status != NULL)
        add_trouble(made, "new", "serial", wanted->new_status);
}

static void what_went_wrong_is_never_passed_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(trouble_cases); i++) {
        const struct trouble_case *wanted = &trouble_cases[i];
        struct made made = {0};
        add_trouble_case(&made, wanted);
        struct comparisons found = compare(&made, NULL);
        if (found.count != (wanted->verdict != NULL))
            stop_test("%s: %zu rows", wanted->name, found.count);
        if (found.count > 0 && (!text_equal(found.rows->verdict, wanted->verdict) ||
                                !text_equal(found.rows->detail, wanted->detail)))
            stop_test("%s: %s (%s), not %s (%s)", wanted->name, found.rows->verdict,
                      found.rows->detail, wanted->verdict, wanted->detail);
        free(found.rows);
    }
}

static void where_serial_changed_a_speedup_that_changed_with_it_is_left_out(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "serial", ROUNDS, 0.7, 0);
    add_rounds(&made, "fork", ROUNDS, 1, 0);
    add_rounds(&made, "threads", ROUNDS, 0.7, 0);
    struct comparisons found = compare(&made, &made);
    assert_string_equal(row_of(&found, "serial", "time")->verdict, "improvement");
    assert_string_equal(row_of(&found, "fork", "time")->verdict, "same");
    assert_string_equal(row_of(&found, "threads", "speedup")->verdict, "same");
    assert_int_equal(comparisons_of(&found, VERDICT_REGRESSION), 0);
    assert_int_equal(found.count, 4); /* fork's speedup is not among them */
    free(found.rows);
}

/* What becomes of a cell that the new build's visits were refused in the first rounds, the fresh
 * ones or both. */
static void what_the_machine_refuses_must_be_refused_again(void **state)
{
    (void)state;
    static const struct {
        bool first, fresh;
        const char *status, *verdict;
    } cases[] = {
        {true, false, "refused", "noisy"},    {false, true, "refused", "noisy"},
        {true, true, "refused", "crashed"},   {true, false, "timed_out", "noisy"},
        {true, true, "timed_out", "crashed"}, {true, false, "wrong", "crashed"},
        {false, true, "crashed", "crashed"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct made first = {0}, fresh = {0};
        size_t count;
        add_rounds(&first, "serial", ROUNDS, 1, 0);
        add_rounds(&fresh, "serial", ROUNDS, 1, 0);
        if (cases[i].first)
            add_trouble(&first, "new", "serial", cases[i].status);
        if (cases[i].fresh)
            add_trouble(&fresh, "new", "serial", cases[i].status);
        struct comparisons found = compare(&first, &fresh);
        for (size_t k = 0; k < found.count; k++)
            assert_string_equal(found.rows[k].verdict, cases[i].verdict);
        free(found.rows);
        free(candidates_of(&first, &count));
        assert_int_equal(count, cases[i].first); /* so that it is visited again */
    }
}

static void a_crash_in_the_fresh_rounds_counts(void **state)
{
    (void)state;
    struct made first = {0}, fresh = {0};
    add_rounds(&first, "serial", ROUNDS, 2, 0);
    add_trouble(&fresh, "new", "serial", "crashed");
    struct comparisons found = compare(&first, &fresh);
    assert_int_equal(comparisons_of(&found, VERDICT_CRASHED), 1);
    assert_int_equal(found.count, 1);
    free(found.rows);
}

static void without_a_serial_there_is_no_speedup(void **state)
{
    (void)state;
    struct made made = {0};
    add_rounds(&made, "fork", ROUNDS, 1, 0);
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.rows->quantity, "time");
    free(found.rows);
    for (uint64_t round = 1; round <= ROUNDS; round++)
        add(&made, "base", "serial", round, 100);
    found = compare(&made, NULL);
    const struct comparison *speedup = row_of(&found, "fork", "speedup");
    assert_string_equal(speedup->verdict, "missing");
    assert_string_equal(speedup->detail, "new has no serial to compare with");
    assert_string_equal(row_of(&found, "serial", "time")->verdict, "missing");
    free(found.rows);
}

static void rounds_that_never_meet_are_told(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= ROUNDS; round++)
        add(&made, round % 2 ? "base" : "new", "serial", round, 100);
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.rows->verdict, "noisy");
    assert_int_equal(found.rows->rounds, 0);
    assert_unknown(found.rows->p);
    assert_contains(found.rows->detail, "no round");
    free(found.rows);
}

static void nothing_has_no_rows(void **state)
{
    (void)state;
    struct made none = {0};
    struct comparisons found = compare(&none, &none);
    assert_int_equal(found.count, 0);
    free(found.rows);
}

/* ------------------------------------------------------------------------------- candidates */

static void candidates_are_the_suspected_cells_once_each(void **state)
{
    (void)state;
    struct made made = {0};
    size_t count;
    add_rounds(&made, "serial", ROUNDS, 1, 0);
    add_rounds(&made, "fork", ROUNDS, 2, 0); /* its time and its speedup */
    add_rounds(&made, "threads", ROUNDS, 1, 0.1);
    struct key *keys = candidates_of(&made, &count);
    assert_int_equal(count, 1);
    assert_string_equal(keys[0].strategy, "fork");
    assert_string_equal(keys[0].build, "");
    assert_int_equal(keys[0].size, 1000);
    free(keys);
}

static void where_nothing_changed_there_are_no_candidates(void **state)
{
    (void)state;
    struct made made = {0};
    size_t count;
    add_rounds(&made, "serial", ROUNDS, 1, 0.01);
    struct key *keys = candidates_of(&made, &count);
    assert_int_equal(count, 0);
    assert_non_null(keys);
    free(keys);
}

/* ------------------------------------------------------------------------------- resolution */

static void resolution_is_the_median_of_what_noisy_rows_want(void **state)
{
    (void)state;
    struct comparison rows[] = {
        {.verdict = "noisy", .rounds = 10, .fresh_rounds = CSV_UNKNOWN, .more_rounds = 5},
        {.verdict = "noisy", .rounds = 20, .fresh_rounds = CSV_UNKNOWN, .more_rounds = 100},
        {.verdict = "noisy", .rounds = 60, .fresh_rounds = 20, .more_rounds = 20},
        {.verdict = "noisy", .rounds = 0, .fresh_rounds = CSV_UNKNOWN, .more_rounds = CSV_UNKNOWN},
        {.verdict = "same", .rounds = 20, .more_rounds = CSV_UNKNOWN},
        {.verdict = "regression", .rounds = 20, .more_rounds = CSV_UNKNOWN},
        {.verdict = "crashed", .rounds = 20, .more_rounds = CSV_UNKNOWN},
    };
    struct comparisons comparisons = {rows, COUNT_OF(rows)};
    struct resolution found = compare_resolution(&comparisons);
    assert_int_equal(found.noisy, 3);
    assert_int_equal(found.compared, 6);
    assert_int_equal(found.rounds, 20);
    assert_int_equal(found.needed, 40);
}

static void a_start_of_cache_misses_is_not_compared_and_no_speedup_over_it(void **state)
{
    (void)state;
    struct made made = {0};
    add_starts(&made, "serial", 500, 700);
    add_starts(&made, "fork", 1e5, 1e5);
    struct comparisons found = compare(&made, NULL);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.rows[0].key.strategy, "fork");
    assert_string_equal(found.rows[0].quantity, "time");
    free(found.rows);
}

static void a_start_that_became_long_is_compared(void **state)
{
    (void)state;
    struct made made = {0}, fresh = {0};
    add_starts(&made, "threadpool", 9e3, 1.2e4);
    add_starts(&fresh, "threadpool", 9e3, 1.2e4);
    struct comparisons found = compare(&made, &fresh);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.rows[0].verdict, "regression");
    free(found.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_has_its_time_and_all_but_serial_their_speedup),
        cmocka_unit_test(readings_of_a_visit_count_by_their_median),
        cmocka_unit_test(what_cannot_be_paired_is_left_out),
        cmocka_unit_test(temperatures_are_rows_of_their_own),
        cmocka_unit_test(the_order_of_the_samples_does_not_matter),
        cmocka_unit_test(verdicts_follow_the_interval_and_the_fresh_rounds),
        cmocka_unit_test(a_speedup_that_fell_is_a_regression_and_one_that_rose_an_improvement),
        cmocka_unit_test(a_slower_serial_is_not_a_better_speedup_of_the_base),
        cmocka_unit_test(the_size_that_is_told_is_that_of_the_fresh_rounds),
        cmocka_unit_test(more_rows_need_more_rounds),
        cmocka_unit_test(fresh_rounds_are_corrected_for_all_that_are_suspected),
        cmocka_unit_test(where_most_rounds_are_equal_nothing_is_suspected),
        cmocka_unit_test(a_change_that_chance_could_make_tells_how_many_rounds_the_test_wants),
        cmocka_unit_test(fewer_than_six_rounds_tell_nothing),
        cmocka_unit_test(more_rounds_grow_with_the_square_of_the_width),
        cmocka_unit_test(what_went_wrong_is_never_passed_over),
        cmocka_unit_test(where_serial_changed_a_speedup_that_changed_with_it_is_left_out),
        cmocka_unit_test(what_the_machine_refuses_must_be_refused_again),
        cmocka_unit_test(a_crash_in_the_fresh_rounds_counts),
        cmocka_unit_test(without_a_serial_there_is_no_speedup),
        cmocka_unit_test(rounds_that_never_meet_are_told),
        cmocka_unit_test(nothing_has_no_rows),
        cmocka_unit_test(candidates_are_the_suspected_cells_once_each),
        cmocka_unit_test(where_nothing_changed_there_are_no_candidates),
        cmocka_unit_test(resolution_is_the_median_of_what_noisy_rows_want),
        cmocka_unit_test(a_start_of_cache_misses_is_not_compared_and_no_speedup_over_it),
        cmocka_unit_test(a_start_that_became_long_is_compared),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
