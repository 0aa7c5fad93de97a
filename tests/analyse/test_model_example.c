#include "bench/analyse/model/fit.h"
#include "bench/findings/findings.h"
#include "bench/report/panel/traits.h"
#include "tests/support.h"

/* The model that a few sizes of an example tell, beside what was measured of all the others. The
 * example is of a machine that others used, too; its numbers say how far the model may be trusted.
 * BREAKEVEN_SHOW=1 shows each crossover. */

#define FOLDER "results/examples/two-cpus"

enum { MOST = 1000 };

/* Visits that the model is fitted to: squares of seven sizes out of more than twenty, and one size
 * each of the works that share memory and the address space. */
static bool is_fitted(const struct key *key)
{
    static const uint64_t sizes[] = {10, 100, 1000, 10000, 31600, 316000, 1000000};
    if (text_equal(key->work, "stream"))
        return key->size == 1000000;
    if (text_equal(key->work, "mmap"))
        return key->size == 18;
    for (size_t i = 0; i < COUNT_OF(sizes) && text_equal(key->work, "squares"); i++)
        if (key->size == sizes[i])
            return true;
    return false;
}

struct setup {
    struct findings found;
    struct visits fitted; /* borrows those of found */
    struct model model;
};

static int set_up(void **state)
{
    static struct setup setup;
    struct error error = {0};
    findings_read(FOLDER, &setup.found, &error);
    assert_no_error(&error);
    setup.fitted = setup.found.visits;
    setup.fitted.rows = calloc(setup.found.visits.count, sizeof *setup.fitted.rows);
    setup.fitted.count = 0;
    for (size_t i = 0; i < setup.found.visits.count; i++)
        if (is_fitted(setup.found.visits.rows[i].key))
            setup.fitted.rows[setup.fitted.count++] = setup.found.visits.rows[i];
    model_fit(&setup.fitted, setup.found.host.cpus_usable, 4096, panel_traits, &setup.model,
              &error);
    assert_no_error(&error);
    *state = &setup;
    return 0;
}

static int tear_down(void **state)
{
    struct setup *setup = *state;
    model_free(&setup->model);
    free(setup->fitted.rows);
    findings_free(&setup->found);
    return 0;
}

static const struct model_line *line_of(const struct setup *setup, const struct key *key)
{
    for (size_t i = 0; i < setup->model.count; i++)
        if (text_equal(setup->model.lines[i].strategy, key->strategy) &&
            setup->model.lines[i].workers == key->workers)
            return &setup->model.lines[i];
    return NULL;
}

/* The work skewed hands jobs out one by one, which is no strategy's own schedule. */
static bool is_asked(const struct key *key)
{
    return !text_equal(key->work, "skewed") && !text_equal(key->work, "sleep");
}

static struct model_question question_of(const struct key *key, const char *temperature,
                                         double job_ns)
{
    bool memory = text_equal(key->work, "stream"), maps = text_equal(key->work, "mmap");
    return (struct model_question){
        .job_ns = {job_ns, job_ns, job_ns},
        .jobs = key->jobs,
        .spread = 1,
        .busy = 1,
        .contention = memory ? CONTENTION_MEMORY
                      : maps ? CONTENTION_ADDRESS_SPACE
                             : CONTENTION_COMPUTE,
        .is_cold = text_equal(temperature, "cold"),
    };
}

/* Serial's time of one job of a curve at that temperature and size, between measured ones. */
static double job_ns_at(const struct setup *setup, const struct crossover *crossover)
{
    struct key serial = key_of_baseline(&crossover->key);
    double x0 = 0, y0 = 0, size = crossover->size;
    for (size_t i = 0; i < setup->found.summaries.count; i++) {
        const struct summary *row = &setup->found.summaries.rows[i];
        double x1 = (double)row->key.size, y1 = row->median_ns / (double)row->key.jobs;
        if (!text_equal(row->temperature, crossover->temperature) ||
            key_compare_curve(&row->key, &serial) != 0)
            continue;
        if (x1 >= size)
            return x0 > 0 ? stats_log_value(x0, y0, x1, y1, size) : y1;
        x0 = x1;
        y0 = y1;
    }
    return NAN;
}

static void crossovers_are_predicted_within_a_quarter(void **state)
{
    const struct setup *setup = *state;
    double off[MOST];
    size_t count = 0, near = 0, held = 0;
    for (size_t i = 0; i < setup->found.crossovers.count; i++) {
        const struct crossover *row = &setup->found.crossovers.rows[i];
        const struct model_line *line = line_of(setup, &row->key);
        if (crossover_kind_of(row) != CROSSOVER_AT || !is_asked(&row->key) || line == NULL)
            continue;
        double job_ns = job_ns_at(setup, row);
        struct model_question question = question_of(&row->key, row->temperature, job_ns);
        struct interval told = model_crossover_job_ns(&setup->model, line, &question);
        off[count++] = fabs(log(told.median / job_ns));
        near += off[count - 1] < log(1.25);
        held += told.low <= job_ns && job_ns <= told.high;
        if (getenv("BREAKEVEN_SHOW") != NULL)
            print_message("%-8s %-12s %s: %.4g ns, predicted %.4g [%.4g, %.4g], %.2f times\n",
                          row->key.work, row->key.strategy, row->temperature, job_ns, told.median,
                          told.low, told.high, told.median / job_ns);
    }
    print_message("%zu crossovers: median error %.1f %%, %zu within 1.25 times, %zu in intervals\n",
                  count, 100 * (exp(stats_median(off, count)) - 1), near, held);
    assert_true(count >= 25);
    assert_true(stats_median(off, count) < log(1.1));
    assert_true((double)near >= 0.85 * (double)count);
    assert_true((double)held >= 0.9 * (double)count);
}

static void intervals_hold_medians_and_choices_are_right(void **state)
{
    const struct setup *setup = *state;
    size_t count = 0, held = 0, sure = 0, right = 0;
    for (size_t i = 0; i < setup->found.summaries.count; i++) {
        const struct summary *row = &setup->found.summaries.rows[i];
        const struct model_line *line = line_of(setup, &row->key);
        if (!is_asked(&row->key) || line == NULL || !(row->median_ns > 0) ||
            !(row->serial_ns > 0) || is_fitted(&row->key))
            continue;
        struct model_question question =
            question_of(&row->key, row->temperature, row->serial_ns / (double)row->key.jobs);
        struct interval told = model_batch_ns(&setup->model, line, &question);
        count++;
        held += told.low <= row->median_ns && row->median_ns <= told.high;
        bool is_sure = row->speedup_low > 1 || row->speedup_high < 1;
        sure += is_sure;
        right += is_sure && (told.median < row->serial_ns) == (row->speedup > 1);
    }
    print_message("%zu batches: %zu medians in intervals; %zu of %zu choices right\n", count, held,
                  right, sure);
    assert_true(count >= 200);
    assert_true((double)held >= 0.85 * (double)count);
    assert_true((double)right >= 0.95 * (double)sure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossovers_are_predicted_within_a_quarter),
        cmocka_unit_test(intervals_hold_medians_and_choices_are_right),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
