#include "bench/base/parse.h"
#include "tests/support.h"

enum { CPUS = 3, MOST_EXPECTED = 12 };

static const struct number_rule any = {.most = UINT64_MAX, .cpus = CPUS};
static const struct number_rule without_cpus = {.most = UINT64_MAX};
static const struct number_rule narrow = {.least = 2, .most = 10};
static const struct number_rule workers = {1, 1 << 20, CPUS, true, true, false};

/* ------------------------------------------------------------------------------- numbers */

struct number_case {
    const char *text;
    uint64_t value;
};

static void check_numbers(const struct number_rule *rule, const struct number_case cases[],
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error error = {0};
        uint64_t value = 77;
        parse_number("--sizes", cases[i].text, rule, &value, &error);
        assert_no_error(&error);
        if (value != cases[i].value)
            stop_test("'%s' is %llu, not %llu", cases[i].text, (unsigned long long)value,
                      (unsigned long long)cases[i].value);
    }
}

/* Of what {size} stands for. */
static void decimals_are_read_as_billionths(void **state)
{
    (void)state;
    static const struct number_rule rule = {.most = UINT64_C(1) << 62, .billionths = true};
    static const uint64_t expected[] = {10000000, 1000000000, 500000000, 1, 2500000000, 3000000000};
    struct error error = {0}, decimals = {0}, large = {0};
    struct numbers list = {0};
    assert_int_equal(parse_numbers("--sizes", "0.01,1,.5,1e-9,2.5..3:+.5", &rule, &list, &error),
                     0);
    assert_int_equal(list.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.values[i], expected[i]);
    numbers_free(&list);
    assert_int_equal(parse_numbers("--sizes", "0.0000000001", &rule, &list, &decimals), -1);
    assert_non_null(strstr(decimals.text, "at most 9 decimals"));
    assert_int_equal(parse_numbers("--sizes", "1e12", &rule, &list, &large), -1);
}

static void numbers_are_read_exactly(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0", 0},
        {"4096", 4096},
        {"007", 7},
        {"1e7", 10000000},
        {"1E3", 1000},
        {"1e+3", 1000},
        {"1500e-2", 15},
        {"2.5e1", 25},
        {"1.50e1", 15},
        {"18446744073709551615", UINT64_MAX},
        {"1e19", UINT64_C(10000000000000000000)},
        {"0e99", 0},
    };
    check_numbers(&any, cases, COUNT_OF(cases));
}

static void sizes_take_decimal_and_binary_units(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"1.5k", 1500},        {"64k", 64000},    {"0.25M", 250000}, {"3G", 3000000000},
        {"4Ki", 4096},         {"0.5Ki", 512},    {"2Mi", 2097152},  {"1Gi", 1073741824},
        {"18G", 18000000000u}, {"1e3k", 1000000},
    };
    check_numbers(&any, cases, COUNT_OF(cases));
}

static void cpus_stands_for_the_usable_cpus(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"cpus", 3}, {"1cpus", 3}, {"4cpus", 12}, {"0cpus", 0}, {"1e1cpus", 30}};
    check_numbers(&any, cases, COUNT_OF(cases));
}

static void workers_count_cpus_from_either_end(void **state)
{
    (void)state;
    static const struct number_case cases[] = {{"0", 3},  {"all", 3},  {"-1", 3}, {"-2", 2},
                                               {"-3", 1}, {"-4", 1},   {"-9", 1}, {"1", 1},
                                               {"8", 8},  {"2cpus", 6}};
    check_numbers(&workers, cases, COUNT_OF(cases));
}

struct bad_case {
    const char *text;
    const struct number_rule *rule;
    const char *part; /* of the message */
};

static void bad_numbers_are_refused_by_name(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"", &any, "the value is empty"},
        {"-1", &any, "'-1' is not a whole number"},
        {"-10", &workers, "'-10' is not a whole number"},
        {"-0", &workers, "'-0' is not a whole number"},
        {"+1", &any, "not a whole number"},
        {"x", &any, "'x' is not a whole number"},
        {"all", &any, "'all' is not a whole number"},
        {"nan", &any, "not a whole number"},
        {"inf", &any, "not a whole number"},
        {"0x10", &any, "not a whole number"},
        {"1.5", &any, "'1.5' is not a whole number"},
        {"1e-1", &any, "not a whole number"},
        {"1.2345k", &any, "not a whole number"},
        {"1.5cpus", &any, "not a whole number"},
        {".", &any, "not a whole number"},
        {"1.2.3", &any, "not a whole number"},
        {"1e", &any, "not a whole number"},
        {"1e+", &any, "not a whole number"},
        {" 1", &any, "not a whole number"},
        {"1 ", &any, "not a whole number"},
        {"4Kb", &any, "not a whole number"},
        {"4kk", &any, "not a whole number"},
        {"k", &any, "not a whole number"},
        {"1,2", &any, "not a whole number"},
        {"1..2", &any, "not a whole number"},
        {"4cpus", &without_cpus, "'4cpus' is not a whole number"},
        {"cpus", &without_cpus, "'cpus' is not a whole number"},
        {"cpus4", &any, "not a whole number"},
        {"1e30", &any, "'1e30' is too large"},
        {"1e99999999999999999999", &any, "too large"},
        {"18446744073709551616", &any, "'18446744073709551616' is too large"},
        {"184467440737095516150", &any, "too large"},
        {"99999999999G", &any, "'99999999999G' is too large"},
        {"9223372036854775807cpus", &any, "too large"},
        {"1", &narrow, "1 is out of range; allowed are 2 to 10"},
        {"11", &narrow, "11 is out of range; allowed are 2 to 10"},
        {"0cpus", &workers, "0cpus is out of range; allowed are 1 to 1048576"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        uint64_t value = 77;
        assert_int_equal(parse_number("--sizes", cases[i].text, cases[i].rule, &value, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i].part);
        assert_ptr_equal(strstr(error.text, "--sizes: "), error.text);
        assert_int_equal(value, 77);
    }
}

static void a_refused_number_is_told_what_is_allowed(void **state)
{
    (void)state;
    struct error error = {0};
    uint64_t value;
    parse_number("--workers", "many", &workers, &value, &error);
    assert_error(&error, ERROR_USAGE, "allowed are 1 to 1048576 (0, all: every CPU)");
}

/* ------------------------------------------------------------------------------- lists */

struct list_case {
    const char *text;
    const struct number_rule *rule;
    size_t count;
    uint64_t values[MOST_EXPECTED];
};

static void check_list(const struct list_case *wanted)
{
    struct error error = {0};
    struct numbers list = {0};
    parse_numbers("--sizes", wanted->text, wanted->rule, &list, &error);
    assert_no_error(&error);
    if (list.count != wanted->count)
        stop_test("'%s' has %zu values, not %zu", wanted->text, list.count, wanted->count);
    for (size_t i = 0; i < list.count; i++)
        if (list.values[i] != wanted->values[i])
            stop_test("'%s': value %zu is %llu, not %llu", wanted->text, i,
                      (unsigned long long)list.values[i], (unsigned long long)wanted->values[i]);
    numbers_free(&list);
}

static void check_lists(const struct list_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_list(&cases[i]);
}

static void lists_keep_their_order_and_each_value_once(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"5", &any, 1, {5}},
        {"1e4,1e3", &any, 2, {10000, 1000}},
        {"1,2,1,2,3", &any, 3, {1, 2, 3}},
        {" 1 ,\t2 ", &any, 2, {1, 2}},
        {"1k,1000", &any, 1, {1000}},
        {"0", &any, 1, {0}},
    };
    check_lists(cases, COUNT_OF(cases));
}

static void range_by_ten_includes_both_ends(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"1e2..1e7", &any, 6, {100, 1000, 10000, 100000, 1000000, 10000000}},
        {"1..100", &any, 3, {1, 10, 100}},
        {"7..7", &any, 1, {7}},
    };
    check_lists(cases, COUNT_OF(cases));
}

static void range_ends_at_the_last_step_that_fits(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"1..99", &any, 2, {1, 10}},
        {"1..10:x3", &any, 3, {1, 3, 9}},
        {"1..10:+4", &any, 3, {1, 5, 9}},
        /* the next step would pass 2^64 */
        {"1e19..18446744073709551615", &any, 1, {UINT64_C(10000000000000000000)}},
        {"18446744073709551614..18446744073709551615:+2", &any, 1, {UINT64_MAX - 1}},
    };
    check_lists(cases, COUNT_OF(cases));
}

static void range_takes_the_step_that_is_named(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"1..8:x2", &any, 4, {1, 2, 4, 8}},        {"1..9:+2", &any, 5, {1, 3, 5, 7, 9}},
        {"0..4:+2", &any, 3, {0, 2, 4}},           {"1k..3k:+1k", &any, 3, {1000, 2000, 3000}},
        {"1..4,4..16:x2", &any, 4, {1, 4, 8, 16}},
    };
    check_lists(cases, COUNT_OF(cases));
}

static void worker_ranges_step_by_one(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"1..8", &workers, 8, {1, 2, 3, 4, 5, 6, 7, 8}},
        {"1..cpus", &workers, CPUS, {1, 2, 3}},
        {"1..-2", &workers, 2, {1, 2}},
        {"1..all,2cpus", &workers, 4, {1, 2, 3, 6}},
    };
    check_lists(cases, COUNT_OF(cases));
}

static void worker_lists_name_each_count_once(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"1..cpus:x2,all", &workers, 3, {1, 2, 3}},
        {"all,0,-1,cpus,3", &workers, 1, {3}},
    };
    check_lists(cases, COUNT_OF(cases));
}

static void bad_lists_are_refused_by_name(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"", &any, "the list is empty"},
        {",", &any, "empty item"},
        {"1,,2", &any, "empty item"},
        {"1,", &any, "empty item"},
        {",1", &any, "empty item"},
        {"  ", &any, "empty item"},
        {"1,x,2", &any, "'x' is not a whole number"},
        {"1,-5", &any, "'-5' is not a whole number"},
        {"5,11", &narrow, "11 is out of range"},
        {"2..11:+1", &narrow, "11 is out of range"},
        {"10..1", &any, "the range 10..1 runs backwards"},
        {"1e7..1e2", &any, "runs backwards"},
        {"0..10", &any, "the range 0..10 multiplies from 0"},
        {"0..10:x2", &any, "multiplies from 0"},
        {"..5", &any, "'' is not a whole number"},
        {"1..", &any, "'' is not a whole number"},
        {"1..,2", &any, "'' is not a whole number"},
        {"1..5:", &any, "the step ':' is not of the form"},
        {"1..5:2", &any, "the step ':2' is not of the form"},
        {"1..5:x", &any, "the step ':x' is not of the form"},
        {"1..5:*2", &any, "the step ':*2' is not of the form"},
        {"1..5:x1", &any, "out of range"},
        {"1..5:x0", &any, "out of range"},
        {"1..5:+0", &any, "out of range"},
        {"1..5:x-2", &any, "'-2' is not a whole number"},
        {"1..5:x1.5", &any, "'1.5' is not a whole number"},
        {"1..2..3", &any, "not a whole number"},
        {"1 .. 3", &any, "not a whole number"},
        {"1..1001", &workers, "more than 1000 values"},
        {"0..18446744073709551615:+1", &any, "more than 1000 values"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct numbers list = {0};
        assert_int_equal(parse_numbers("--sizes", cases[i].text, cases[i].rule, &list, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i].part);
        assert_ptr_equal(strstr(error.text, "--sizes: "), error.text);
        assert_null(list.values);
    }
}

static void thousand_values_are_not_too_many(void **state)
{
    (void)state;
    struct error error = {0};
    struct numbers list = {0};
    parse_numbers("--workers", "1..1000", &workers, &list, &error);
    assert_no_error(&error);
    assert_int_equal(list.count, 1000);
    assert_int_equal(list.values[999], 1000);
    numbers_free(&list);
}

static void a_refused_list_leaves_the_old_one(void **state)
{
    (void)state;
    struct error error = {0};
    struct numbers list = {0};
    assert_int_equal(parse_numbers("--sizes", "1,2", &any, &list, &error), 0);
    assert_int_equal(parse_numbers("--sizes", "3,x", &any, &list, &error), -1);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.values[1], 2);
    numbers_free(&list);
}

/* ------------------------------------------------------------------------------- durations */

static void durations_are_read_in_ns(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"1ns", 1},
        {"50us", 50000},
        {"20ms", 20000000},
        {"1.5s", 1500000000},
        {"60s", 60000000000},
        {"2m", 120000000000},
        {"2min", 120000000000},
        {"0.5us", 500},
        {"1e3ns", 1000},
        {"9223372036854775807ns", INT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        uint64_t ns = 0;
        parse_duration("--budget", cases[i].text, &ns, &error);
        assert_no_error(&error);
        assert_int_equal(ns, cases[i].value);
    }
}

static void lists_of_durations_take_0_without_a_unit(void **state)
{
    (void)state;
    static const uint64_t wanted[] = {0, 50000, 1000000};
    struct error error = {0};
    struct numbers list = {0};
    parse_durations("--spin", "0,50us,1ms,0", &list, &error);
    assert_no_error(&error);
    assert_int_equal(list.count, COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_int_equal(list.values[i], wanted[i]);
    assert_int_equal(parse_durations("--spin", "1ms,5", &list, &error), -1);
    assert_error(&error, ERROR_USAGE, "--spin: '5' is not a duration above 0");
    assert_int_equal(list.count, COUNT_OF(wanted));
    numbers_free(&list);
}

static void bad_durations_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "'' is not a duration above 0"},
        {"5", "'5' is not a duration above 0"},
        {"0s", "not a duration above 0"},
        {"-1s", "not a duration above 0"},
        {"0.5ns", "not a duration above 0"},
        {"1 s", "not a duration above 0"},
        {"s", "not a duration above 0"},
        {"1h", "not a duration above 0"},
        {"1ss", "not a duration above 0"},
        {"1.2.3s", "not a duration above 0"},
        {"infs", "not a duration above 0"},
        {"1e30s", "'1e30s' is too long a time"},
        {"18446744073709551616ns", "too long a time"},
        {"9223372036854775808ns", "too long a time"},
        {"10000000000s", "too long a time"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        uint64_t ns = 77;
        assert_int_equal(parse_duration("--budget", cases[i][0], &ns, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i][1]);
        assert_ptr_equal(strstr(error.text, "--budget: "), error.text);
        assert_int_equal(ns, 77);
    }
}

static void percentages_may_bear_their_sign(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double share;
    } cases[] = {{"2", 0.02}, {"2%", 0.02}, {"0.5%", 0.005}, {"100%", 1}, {"1e1", 0.1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        double share = 0;
        parse_percent("--precision", cases[i].text, &share, &error);
        assert_no_error(&error);
        assert_near(share, cases[i].share);
    }
}

static void bad_percentages_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const cases[] = {"",    "0",   "0%",  "-1", "101", "2%%",
                                        "two", "2 %", "nan", "%",  "inf", "1e30"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        double share = 0.25;
        assert_int_equal(parse_percent("--precision", cases[i], &share, &error), -1);
        assert_error(&error, ERROR_USAGE, "--precision: ");
        assert_near(share, 0.25);
    }
}

/* ------------------------------------------------------------------------------- words */

static const char *const known[] = {"static", "dynamic", "guided", "auto"};

static void words_keep_their_order_and_each_once(void **state)
{
    (void)state;
    struct error error = {0};
    struct words list = {0};
    parse_words("--schedule", " guided ,static,guided", known, COUNT_OF(known), &list, &error);
    assert_no_error(&error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.values[0], "guided");
    assert_string_equal(list.values[1], "static");
    words_free(&list);
}

static void any_word_goes_where_none_is_known(void **state)
{
    (void)state;
    struct error error = {0};
    struct words list = {0};
    parse_words("--schedule", "whatever,you like", NULL, 0, &list, &error);
    assert_no_error(&error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.values[1], "you like");
    words_free(&list);
}

static void bad_words_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "--schedule: the list has an empty item"},
        {"static,", "--schedule: the list has an empty item"},
        {",static", "--schedule: the list has an empty item"},
        {"static,,auto", "--schedule: the list has an empty item"},
        {"static,dinamic", "--schedule: 'dinamic' is not known; did you mean 'dynamic'?"},
        {"Static", "--schedule: 'Static' is not known; did you mean 'static'?"},
        {"static auto", "--schedule: 'static auto' is not known"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct words list = {0};
        assert_int_equal(
            parse_words("--schedule", cases[i][0], known, COUNT_OF(known), &list, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i][1]);
        assert_null(list.values);
    }
}

static void a_word_like_none_gets_no_suggestion(void **state)
{
    (void)state;
    struct error error = {0};
    struct words list = {0};
    parse_words("--schedule", "zzz", known, COUNT_OF(known), &list, &error);
    assert_error(&error, ERROR_USAGE, "--schedule: 'zzz' is not known");
    assert_null(strstr(error.text, "did you mean"));
}

/* ------------------------------------------------------------------------------- errors */

static void the_first_error_stays(void **state)
{
    (void)state;
    struct error error = {0};
    uint64_t value;
    parse_number("--seed", "x", &any, &value, &error);
    parse_number("--rounds", "y", &any, &value, &error);
    assert_error(&error, ERROR_USAGE, "--seed: 'x'");
}

static void an_error_stays_on_one_line(void **state)
{
    (void)state;
    struct error error = {0};
    uint64_t value;
    parse_number("--seed", "a\nb\rc", &any, &value, &error);
    assert_error(&error, ERROR_USAGE, "--seed: 'a b c'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_read_as_billionths),
        cmocka_unit_test(numbers_are_read_exactly),
        cmocka_unit_test(sizes_take_decimal_and_binary_units),
        cmocka_unit_test(cpus_stands_for_the_usable_cpus),
        cmocka_unit_test(workers_count_cpus_from_either_end),
        cmocka_unit_test(bad_numbers_are_refused_by_name),
        cmocka_unit_test(a_refused_number_is_told_what_is_allowed),
        cmocka_unit_test(lists_keep_their_order_and_each_value_once),
        cmocka_unit_test(range_by_ten_includes_both_ends),
        cmocka_unit_test(range_ends_at_the_last_step_that_fits),
        cmocka_unit_test(range_takes_the_step_that_is_named),
        cmocka_unit_test(worker_ranges_step_by_one),
        cmocka_unit_test(worker_lists_name_each_count_once),
        cmocka_unit_test(bad_lists_are_refused_by_name),
        cmocka_unit_test(thousand_values_are_not_too_many),
        cmocka_unit_test(a_refused_list_leaves_the_old_one),
        cmocka_unit_test(durations_are_read_in_ns),
        cmocka_unit_test(lists_of_durations_take_0_without_a_unit),
        cmocka_unit_test(bad_durations_are_refused_by_name),
        cmocka_unit_test(percentages_may_bear_their_sign),
        cmocka_unit_test(bad_percentages_are_refused_by_name),
        cmocka_unit_test(words_keep_their_order_and_each_once),
        cmocka_unit_test(any_word_goes_where_none_is_known),
        cmocka_unit_test(bad_words_are_refused_by_name),
        cmocka_unit_test(a_word_like_none_gets_no_suggestion),
        cmocka_unit_test(the_first_error_stays),
        cmocka_unit_test(an_error_stays_on_one_line),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
