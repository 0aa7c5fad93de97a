/* Suites, and the plans that they make: a refusal names file and line; what is accepted is a
 * product of bounded lists. */
#include "bench/run/suite.h"
#include "bench/plugin/describe.h"
#include "bench/run/plan.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_CELLS = 500 };

/* Plans of many cells are left to test_plan.c: here they would take all the time. */
static bool is_small(const struct suite *suite)
{
    size_t cells = 0;
    for (size_t i = 0; i < suite->count; i++) {
        const struct series *series = &suite->series[i];
        const size_t counts[] = {
            series->lists[KEY_jobs].numbers.count,
            series->lists[KEY_workers].numbers.count,
            series->lists[KEY_chunk].numbers.count,
            series->lists[KEY_strategies].words.count,
            series->lists[KEY_schedule].words.count,
            series->lists[KEY_transport].words.count,
            series->lists[KEY_bind].words.count,
            series->lists[KEY_spin].numbers.count,
            series->lists[KEY_idle].numbers.count,
            series->lists[KEY_neighbours].numbers.count,
            series->lists[KEY_parent_mib].numbers.count,
            series->lists[KEY_parent_pages].words.count,
            series->payload_count,
            series->lists[KEY_env].words.count,
        };
        size_t product = series->lists[KEY_sizes].numbers.count;
        for (size_t k = 0; product < MOST_CELLS && k < sizeof counts / sizeof *counts; k++)
            product *= counts[k];
        cells += product;
    }
    return cells < MOST_CELLS;
}

static void make_plan(const struct suite *suite)
{
    struct error error = {0};
    struct plan plan;
    if (plan_make(suite, 1 << 20, &plan, &error) != 0) {
        must_refuse(&error);
        return;
    }
    for (size_t i = 0; i < plan.group_count; i++)
        must(plan.groups[i].first + plan.groups[i].count <= plan.cell_count);
    plan_free(&plan);
}

static void must_be_whole(const struct series *series)
{
    must(series->work != NULL);
    must(series->lists[KEY_sizes].numbers.count > 0 && series->lists[KEY_jobs].numbers.count > 0 &&
         series->lists[KEY_workers].numbers.count > 0);
    must(series->lists[KEY_chunk].numbers.count > 0 &&
         series->lists[KEY_schedule].words.count > 0 &&
         series->lists[KEY_strategies].words.count > 0);
    must(series->lists[KEY_env].words.count > 0 && series->payload_count > 0 &&
         series->lists[KEY_parent_mib].numbers.count > 0);
    must(series->lists[KEY_bind].words.count > 0 && series->lists[KEY_spin].numbers.count > 0 &&
         series->lists[KEY_idle].numbers.count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct settings none = {0};
    struct error error = {0};
    struct suite suite;
    const char *path = memory_file(data, size);
    describe_program = NULL; /* no path in a suite starts anything */
    if (suite_read(path, &none, 3, &suite, &error) != 0) {
        must_refuse_file(&error, path);
        must(suite.series == NULL);
        return 0;
    }
    must(suite.count > 0 && suite.budget_ns > 0 && suite.timeout_ns > 0);
    for (size_t i = 0; i < suite.count; i++)
        must_be_whole(&suite.series[i]);
    if (is_small(&suite))
        make_plan(&suite);
    suite_free(&suite);
    return 0;
}
