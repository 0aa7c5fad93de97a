/* What one run of a command takes, and how much of it is the command's. */
#include "bench/analyse/command_cost.h"
#include "tests/support.h"

#include <math.h>

static struct summary row(const char *strategy, const char *temperature, uint64_t size,
                          uint64_t jobs, double median_ns)
{
    struct summary made = {.key = key_of_nothing(),
                           .temperature = temperature,
                           .status = "ok",
                           .median_ns = median_ns};
    made.key.work = "true";
    made.key.strategy = strategy;
    made.key.size = size;
    made.key.jobs = jobs;
    made.key.workers = 2;
    return made;
}

static void a_command_costs_what_it_takes_in_the_largest_batch_of_the_smallest_size(void **state)
{
    (void)state;
    struct summary rows[] = {
        row("serial", "warm", 1, 8, 8e3),   row("spawn", "warm", 1, 8, 1e3),
        row("serial", "warm", 1, 64, 64e5), row("spawn", "cold", 1, 64, 1e3),
        row("spawn", "warm", 1, 64, 32e5),  row("xargs", "warm", 1, 64, 48e5),
        row("serial", "warm", 9, 99, 99e9), row("forkserver", "warm", 9, 99, 1),
    };
    struct summaries summaries = {rows, sizeof rows / sizeof *rows};
    struct command_cost cost = command_cost_of(&summaries, "true", 4e4);
    assert_true(cost.serial_ns == 1e5);
    assert_true(cost.beyond_ns == 6e4);
    assert_true(cost.best_ns == 5e4);
    assert_string_equal(cost.best->key.strategy, "spawn");
    assert_true(isnan(command_cost_of(&summaries, "true", NAN).beyond_ns));
}

static void nothing_is_told_of_what_was_not_measured(void **state)
{
    (void)state;
    struct summary rows[] = {row("serial", "warm", 1, 8, 8e3)};
    rows[0].status = "failed";
    struct summaries summaries = {rows, 1};
    struct command_cost failed = command_cost_of(&summaries, "true", 4e4);
    assert_true(isnan(failed.serial_ns) && isnan(failed.best_ns) && failed.best == NULL);
    rows[0].status = "ok";
    struct command_cost alone = command_cost_of(&summaries, "true", 4e4);
    assert_true(alone.serial_ns == 1e3 && alone.best == NULL);
    assert_true(isnan(command_cost_of(&summaries, "false", 4e4).serial_ns));
}

static void another_runtime_tells_nothing_of_a_command(void **state)
{
    (void)state;
    struct summary rows[] = {
        row("serial", "warm", 1, 8, 8e3),
        row("spawn", "warm", 1, 8, 4e3),
        row("py-serial", "warm", 1, 8, 1e3),
        row("py-pool", "warm", 1, 8, 5e2),
    };
    rows[2].key.baseline = rows[3].key.baseline = "py-serial";
    struct summaries summaries = {rows, sizeof rows / sizeof *rows};
    struct command_cost cost = command_cost_of(&summaries, "true", 1e2);
    assert_true(cost.serial_ns == 1e3 && cost.best_ns == 5e2);
    assert_string_equal(cost.best->key.strategy, "spawn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_costs_what_it_takes_in_the_largest_batch_of_the_smallest_size),
        cmocka_unit_test(nothing_is_told_of_what_was_not_measured),
        cmocka_unit_test(another_runtime_tells_nothing_of_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
