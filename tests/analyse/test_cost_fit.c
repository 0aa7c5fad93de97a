#include "bench/analyse/crossover/cost_fit.h"
#include "tests/support.h"

enum { MOST_ROWS = 64 };

/* 4 KiB and 2 MiB, wherever the test runs. */
static const struct cost_fit_pages pages = {4096, 2 << 20};

/* Made-up summaries. */
struct made {
    struct summary rows[MOST_ROWS];
    size_t count;
};

/* Appends a warm row of which nothing but the overhead is looked at. */
static struct summary *add(struct made *made, const char *strategy, uint64_t mib, const char *kind,
                           double overhead_ns)
{
    assert_true(made->count < MOST_ROWS);
    struct summary *row = &made->rows[made->count++];
    *row = (struct summary){
        .key.work = "empty",
        .key.size = 1,
        .key.jobs = 8,
        .key.strategy = strategy,
        .key.workers = 1,
        .key.schedule = "",
        .key.chunk = CSV_UNKNOWN,
        .key.env = "",
        .key.parent_mib = mib,
        .key.parent_pages = mib > 0 ? kind : "",
        .key.transport = "",
        .key.bind = "",
        .key.build = "",
        .key.options = "",
        .key.baseline = "",
        .key.python = "",
        .key.start_method = "",
        .key.results = "",
        .key.spin_ns = CSV_UNKNOWN,
        .temperature = "warm",
        .overhead_ns_per_job = overhead_ns,
        .status = "ok",
        .detail = "",
    };
    return row;
}

static const uint64_t callers_mib[] = {0, 32, 64, 128, 256, 512};

/* Noise that is a share of the value, the same in every run of the test. */
static const double noise[] = {0.03, -0.04, 0.05, -0.02, 0.04, -0.05};

static double pages_of(uint64_t mib, double page_bytes)
{
    return (double)mib * (1 << 20) / page_bytes;
}

/* One row a caller on the line base + per_page x pages; with noise, off it by up to share x 5 %. */
static void add_line(struct made *made, const char *strategy, const char *kind, double base_ns,
                     double per_page_ns, double share)
{
    double page_bytes = text_equal(kind, "thp") ? pages.huge_bytes : pages.small_bytes;
    for (size_t i = 0; i < COUNT_OF(callers_mib); i++) {
        double ns = base_ns + per_page_ns * pages_of(callers_mib[i], page_bytes);
        add(made, strategy, callers_mib[i], kind, ns * (1 + share * noise[i]));
    }
}

static struct cost_fits find_all(struct made *made)
{
    struct error error = {0};
    struct summaries summaries = {made->rows, made->count};
    struct cost_fits cost_fits;
    cost_fit_find(&summaries, &pages, &cost_fits, &error);
    assert_no_error(&error);
    return cost_fits;
}

static struct cost_fit find_one(struct made *made)
{
    struct cost_fits cost_fits = find_all(made);
    assert_int_equal(cost_fits.count, 1);
    struct cost_fit fit = cost_fits.rows[0];
    free(cost_fits.rows);
    return fit;
}

static void assert_none(struct made *made)
{
    struct cost_fits cost_fits = find_all(made);
    assert_int_equal(cost_fits.count, 0);
    free(cost_fits.rows);
}

static void assert_within(double got, double wanted, double share)
{
    if (!(fabs(got - wanted) <= share * fabs(wanted)))
        stop_test("%g is not within %g %% of %g", got, 100 * share, wanted);
}

/* -------------------------------------------------------------------------- the line */

static void a_line_without_noise_is_found_exactly(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "4k", 150000, 7, 0);
    struct cost_fit fit = find_one(&made);
    assert_string_equal(fit.verdict, "linear");
    assert_within(fit.base_ns, 150000, 1e-9);
    assert_within(fit.per_page_ns, 7, 1e-9);
    assert_true(fit.base_error_ns < 1 && fit.per_page_error_ns < 1e-4);
    assert_true(fit.worst_residual < 1e-9);
    assert_int_equal(fit.points, COUNT_OF(callers_mib));
}

static void a_line_is_found_in_noise_and_its_intervals_hold_the_truth(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "4k", 150000, 7, 1);
    struct cost_fit fit = find_one(&made);
    assert_string_equal(fit.verdict, "linear");
    assert_within(fit.per_page_ns, 7, 0.1);
    assert_true(fabs(fit.base_ns - 150000) <= fit.base_error_ns);
    assert_true(fabs(fit.per_page_ns - 7) <= fit.per_page_error_ns);
    assert_true(fit.per_page_error_ns < 0.15 * 7);
    assert_true(fit.worst_residual > 0.02 && fit.worst_residual < 0.1);
}

/* Plain least squares would follow the largest caller and miss the base by much. */
static void an_error_at_the_largest_caller_does_not_move_the_base(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "4k", 150000, 120, 0);
    made.rows[made.count - 1].overhead_ns_per_job *= 1.1;
    assert_within(find_one(&made).base_ns, 150000, 0.05);
}

static void a_huge_page_counts_as_one_page(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "thp", 150000, 400, 0);
    struct cost_fit fit = find_one(&made);
    assert_string_equal(fit.key.parent_pages, "thp");
    assert_within(fit.per_page_ns, 400, 1e-9);
    assert_within(cost_fit_value(&fit, 1073741824.0), 150000 + 512 * 400, 1e-9);
}

static void a_base_is_never_below_0(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, "fork", 64, "4k", 1e6);
    add(&made, "fork", 128, "4k", 2.1e6);
    add(&made, "fork", 256, "4k", 4.3e6);
    add(&made, "fork", 512, "4k", 8.7e6);
    struct cost_fit fit = find_one(&made);
    assert_string_equal(fit.verdict, "linear");
    assert_true(fit.base_ns == 0);
    assert_unknown(fit.base_error_ns);
    assert_within(cost_fit_value(&fit, 512.0 * (1 << 20)), 8.7e6, 0.1);
}

/* -------------------------------------------------------------------------- flat */

static void assert_flat(const struct cost_fit *fit, double base_ns)
{
    assert_string_equal(fit->verdict, "flat");
    assert_within(fit->base_ns, base_ns, 0.03);
    assert_true(fit->base_error_ns > 0 && fit->base_error_ns < 0.1 * base_ns);
    assert_unknown(fit->per_page_ns);
    assert_unknown(fit->per_page_error_ns);
}

static void noise_around_one_cost_is_flat(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "spawn", "4k", 2.7e6, 0, 1);
    struct cost_fit fit = find_one(&made);
    assert_flat(&fit, 2.7e6);
    assert_true(fit.worst_residual > 0.02 && fit.worst_residual < 0.08);
    assert_near(cost_fit_value(&fit, 1e9), fit.base_ns);
}

static void a_cost_that_falls_is_flat(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "spawn", "4k", 2.7e6, -1, 0);
    struct cost_fit fit = find_one(&made);
    assert_flat(&fit, 2.7e6);
}

static void growth_below_a_tenth_is_flat_however_exact(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "spawn", "4k", 2.7e6, 0.05 * 2.7e6 / (512 * 256), 0);
    struct cost_fit fit = find_one(&made);
    assert_flat(&fit, 2.7e6 * 1.015);
}

/* A run on a busy machine: fork and huge pages, which do cost. */
static void growth_that_may_be_chance_is_noisy(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, "fork", 0, "", 204000);
    add(&made, "fork", 64, "thp", 614000);
    add(&made, "fork", 256, "thp", 655000);
    add(&made, "fork", 1024, "thp", 1325000);
    struct cost_fit fit = find_one(&made);
    assert_string_equal(fit.verdict, "noisy");
    assert_within(fit.base_ns, 574000, 0.01);
    assert_unknown(fit.per_page_ns);
    assert_unknown(fit.per_page_error_ns);
    assert_true(fit.worst_residual > 0.5);
}

/* -------------------------------------------------------------------------- which rows */

static void callers_that_hold_nothing_belong_to_both_kinds_of_pages(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "4k", 150000, 7, 0);
    for (size_t i = 1; i < COUNT_OF(callers_mib); i++)
        add(&made, "fork", callers_mib[i], "thp",
            150000 + 400 * pages_of(callers_mib[i], pages.huge_bytes));
    struct cost_fits cost_fits = find_all(&made);
    assert_int_equal(cost_fits.count, 2);
    assert_string_equal(cost_fits.rows[0].key.parent_pages, "4k");
    assert_string_equal(cost_fits.rows[1].key.parent_pages, "thp");
    assert_within(cost_fits.rows[0].per_page_ns, 7, 1e-9);
    assert_within(cost_fits.rows[1].per_page_ns, 400, 1e-9);
    assert_int_equal(cost_fits.rows[0].points, COUNT_OF(callers_mib));
    assert_int_equal(cost_fits.rows[1].points, COUNT_OF(callers_mib));
    free(cost_fits.rows);
}

static void fewer_than_three_callers_give_no_cost_fit(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, "fork", 0, "", 150000);
    add(&made, "fork", 64, "4k", 300000);
    assert_none(&made);
    add(&made, "fork", 64, "thp", 160000); /* another kind does not make it three */
    assert_none(&made);
}

static void callers_that_all_hold_nothing_give_no_cost_fit(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t size = 1; size <= 5; size++)
        add(&made, "fork", 0, "", 150000)->key.size = size;
    assert_none(&made);
}

static void serial_has_no_cost_fit(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "serial", "4k", 10, 1, 0);
    assert_none(&made);
}

static void rows_that_are_not_ok_not_warm_or_without_a_cost_are_left_out(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "4k", 150000, 7, 0);
    add(&made, "fork", 1024, "4k", 1)->status = "refused";
    add(&made, "fork", 1025, "4k", NAN);
    add(&made, "fork", 1026, "4k", -5);
    for (size_t i = 0; i < COUNT_OF(callers_mib); i++)
        add(&made, "fork", callers_mib[i], "4k", 1e9)->temperature = "cold";
    struct cost_fit fit = find_one(&made);
    assert_int_equal(fit.points, COUNT_OF(callers_mib));
    assert_int_equal(fit.left_out, 3);
    assert_string_equal(fit.temperature, "warm");
    assert_within(fit.per_page_ns, 7, 1e-9);
}

static void what_differs_in_anything_else_has_a_cost_fit_of_its_own(void **state)
{
    (void)state;
    struct made made = {0};
    add_line(&made, "fork", "4k", 150000, 7, 0);
    add_line(&made, "spawn", "4k", 2.7e6, 0, 1);
    add_line(&made, "fork", "4k", 300000, 9, 0);
    for (size_t i = 0; i < COUNT_OF(callers_mib); i++)
        made.rows[2 * COUNT_OF(callers_mib) + i].key.workers = 2;
    struct cost_fits cost_fits = find_all(&made);
    assert_int_equal(cost_fits.count, 3);
    assert_within(cost_fits.rows[0].per_page_ns, 7, 1e-9);
    assert_within(cost_fits.rows[1].per_page_ns, 9, 1e-9);
    assert_int_equal(cost_fits.rows[1].key.workers, 2);
    assert_string_equal(cost_fits.rows[2].verdict, "flat");
    free(cost_fits.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_without_noise_is_found_exactly),
        cmocka_unit_test(a_line_is_found_in_noise_and_its_intervals_hold_the_truth),
        cmocka_unit_test(an_error_at_the_largest_caller_does_not_move_the_base),
        cmocka_unit_test(a_huge_page_counts_as_one_page),
        cmocka_unit_test(a_base_is_never_below_0),
        cmocka_unit_test(noise_around_one_cost_is_flat),
        cmocka_unit_test(a_cost_that_falls_is_flat),
        cmocka_unit_test(growth_below_a_tenth_is_flat_however_exact),
        cmocka_unit_test(growth_that_may_be_chance_is_noisy),
        cmocka_unit_test(callers_that_hold_nothing_belong_to_both_kinds_of_pages),
        cmocka_unit_test(fewer_than_three_callers_give_no_cost_fit),
        cmocka_unit_test(callers_that_all_hold_nothing_give_no_cost_fit),
        cmocka_unit_test(serial_has_no_cost_fit),
        cmocka_unit_test(rows_that_are_not_ok_not_warm_or_without_a_cost_are_left_out),
        cmocka_unit_test(what_differs_in_anything_else_has_a_cost_fit_of_its_own),
    };
    return cmocka_run_group_tests_name("law", tests, NULL, NULL);
}
