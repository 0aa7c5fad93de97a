/* What is said of two builds whose instructions were counted. */
#include "bench/analyse/compare/counts.h"
#include "tests/support.h"

static const struct key key = {
    .work = "empty",
    .size = 1,
    .jobs = 2,
    .strategy = "threadpool",
    .workers = 1,
    .schedule = "static",
    .env = "",
    .parent_pages = "",
    .transport = "",
    .bind = "none",
    .build = "new",
    .options = "",
    .baseline = "",
    .python = "",
    .start_method = "",
    .results = "",
};

static struct counts counted(double first, double second)
{
    return (struct counts){.state = COUNTS_KNOWN, .per_map = {first, second}};
}

static struct counts not_counted(enum counts_state state, const char *trouble)
{
    struct counts counts = {.state = state};
    snprintf(counts.trouble, sizeof counts.trouble, "%s", trouble);
    return counts;
}

static struct comparisons compare(struct counts base, struct counts new, double threshold)
{
    struct drafts drafts = {0};
    struct comparisons out;
    struct error error = {0};
    counts_compare(&drafts, &key, &base, &new, threshold, &error);
    drafts_finish(&drafts, &out, &error);
    assert_no_error(&error);
    return out;
}

static void assert_verdict(struct counts base, struct counts new, enum verdict verdict,
                           const char *detail)
{
    struct comparisons out = compare(base, new, COUNTS_THRESHOLD);
    assert_int_equal(out.count, 1);
    assert_string_equal(out.rows[0].verdict, verdict_names[verdict]);
    assert_string_equal(out.rows[0].detail, detail);
    free(out.rows);
}

static void a_row_holds_both_countings_and_what_lies_between(void **state)
{
    (void)state;
    struct comparisons out = compare(counted(1000, 1000.5), counted(1100.5, 1100), 0.05);
    const struct comparison *row = &out.rows[0];
    assert_int_equal(out.count, 1);
    assert_string_equal(row->key.strategy, "threadpool");
    assert_string_equal(row->key.build, "");
    assert_string_equal(row->temperature, "");
    assert_string_equal(row->quantity, "instructions");
    assert_near(row->base, 1000.25);
    assert_near(row->base_low, 1000);
    assert_near(row->base_high, 1000.5);
    assert_near(row->new, 1100.25);
    assert_near(row->new_low, 1100);
    assert_near(row->new_high, 1100.5);
    assert_near(row->change, 1100.25 / 1000.25 - 1);
    assert_near(row->change_low, 1100 / 1000.5 - 1);
    assert_near(row->change_high, 1100.5 / 1000 - 1);
    assert_near(row->threshold, 0.05);
    assert_unknown(row->p);
    assert_unknown(row->fresh_change);
    assert_true(row->rounds == CSV_UNKNOWN);
    assert_true(row->more_rounds == CSV_UNKNOWN);
    free(out.rows);
}

static void a_change_counts_from_the_threshold_on_either_way(void **state)
{
    (void)state;
    assert_verdict(counted(1000, 1000), counted(1000, 1000), VERDICT_SAME, "");
    assert_verdict(counted(1000, 1000), counted(1009.9, 1009.9), VERDICT_SAME, "");
    assert_verdict(counted(1000, 1000), counted(1010, 1010), VERDICT_REGRESSION, "");
    assert_verdict(counted(1010, 1010), counted(1000, 1000), VERDICT_IMPROVEMENT, "");
    assert_verdict(counted(1009.9, 1009.9), counted(1000, 1000), VERDICT_SAME, "");
}

static void a_count_that_repeats_goes_by_its_middle(void **state)
{
    (void)state;
    assert_verdict(counted(1000, 1001), counted(1010.5, 1011), VERDICT_REGRESSION, "");
    assert_verdict(counted(1000, 1001), counted(1010.5, 1010), VERDICT_SAME, "");
}

static void a_count_that_does_not_repeat_is_noisy(void **state)
{
    (void)state;
    assert_verdict(counted(1000, 1002), counted(1001, 1001), VERDICT_NOISY,
                   "two countings of the base differ by 0.2 %");
    assert_verdict(counted(1000, 1000), counted(1020, 1000), VERDICT_NOISY,
                   "two countings of the new one differ by 2 %");
    assert_verdict(counted(1020, 1000), counted(1000, 1000), VERDICT_NOISY,
                   "two countings of the base differ by 2 %");
}

/* A build may have become worse by hanging on chance. */
static void a_change_beyond_all_countings_is_told_all_the_same(void **state)
{
    (void)state;
    assert_verdict(counted(1000, 1000), counted(1500, 1900), VERDICT_REGRESSION,
                   "two countings of the new one differ by 27 %");
    assert_verdict(counted(1900, 1500), counted(1000, 1000), VERDICT_IMPROVEMENT,
                   "two countings of the base differ by 27 %");
}

static void what_one_build_lacks_is_missing_or_new(void **state)
{
    (void)state;
    struct counts known = counted(1000, 1000);
    struct counts missing = not_counted(COUNTS_MISSING, "no OpenMP");
    struct counts wrong = not_counted(COUNTS_WRONG, "crashed: signal 11");
    assert_verdict(known, missing, VERDICT_MISSING, "new: no OpenMP");
    assert_verdict(missing, known, VERDICT_NEW, "base: no OpenMP");
    assert_verdict(wrong, known, VERDICT_NEW, "base: crashed: signal 11");
    assert_verdict(wrong, missing, VERDICT_MISSING, "new: no OpenMP; base: crashed: signal 11");
}

static void what_went_wrong_in_the_new_build_alone_is_a_crash(void **state)
{
    (void)state;
    struct counts missing = not_counted(COUNTS_MISSING, "no OpenMP");
    struct counts wrong = not_counted(COUNTS_WRONG, "crashed: signal 11");
    assert_verdict(counted(1000, 1000), wrong, VERDICT_CRASHED, "crashed: signal 11");
    assert_verdict(missing, wrong, VERDICT_CRASHED, "crashed: signal 11");
    assert_verdict(not_counted(COUNTS_WRONG, "timed out"), wrong, VERDICT_NOISY,
                   "went wrong in both builds: base: timed out; new: crashed: signal 11");
}

static void only_what_was_counted_has_numbers(void **state)
{
    (void)state;
    struct comparisons out =
        compare(counted(1000, 1000), not_counted(COUNTS_MISSING, "none"), COUNTS_THRESHOLD);
    assert_near(out.rows[0].base, 1000);
    assert_unknown(out.rows[0].new);
    assert_unknown(out.rows[0].new_high);
    assert_unknown(out.rows[0].change);
    free(out.rows);
}

static void what_both_builds_lack_has_no_row(void **state)
{
    (void)state;
    struct counts missing = not_counted(COUNTS_MISSING, "none");
    struct comparisons out = compare(missing, missing, COUNTS_THRESHOLD);
    assert_int_equal(out.count, 0);
    free(out.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_holds_both_countings_and_what_lies_between),
        cmocka_unit_test(a_change_counts_from_the_threshold_on_either_way),
        cmocka_unit_test(a_count_that_repeats_goes_by_its_middle),
        cmocka_unit_test(a_count_that_does_not_repeat_is_noisy),
        cmocka_unit_test(a_change_beyond_all_countings_is_told_all_the_same),
        cmocka_unit_test(what_one_build_lacks_is_missing_or_new),
        cmocka_unit_test(what_went_wrong_in_the_new_build_alone_is_a_crash),
        cmocka_unit_test(only_what_was_counted_has_numbers),
        cmocka_unit_test(what_both_builds_lack_has_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
