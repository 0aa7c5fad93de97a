/* What our script says of Python's strategies is what the table says of them. */
#include "bench/base/text.h"
#include "strategies/runner/known.h"
#include "tests/support.h"

static const json_t *hello; /* NULL: there is no python3 that is new enough */

static int ask(void **state)
{
    struct error error = {0};
    (void)state;
    describe_program = getenv("BREAKEVEN");
    hello = python_hello("python3", &error);
    return 0;
}

/* An executor does so from Python 3.11 on. */
static bool replaces_workers(void)
{
    int minor = 0;
    return sscanf(hello_runtime(hello), "CPython 3.%d", &minor) == 1 && minor >= 11;
}

static void compare(const struct strategy_ops *ops, const struct runner_strategy *told)
{
    const unsigned taken = STRATEGY_ONE_WORKER | STRATEGY_SHARES_MEMORY | STRATEGY_CHUNKS |
                           STRATEGY_STARTS | STRATEGY_RECYCLES | STRATEGY_STREAMS | STRATEGY_LIMITS;
    unsigned table = ops->flags & taken;
    if (text_equal(ops->name, "py-executor") && !replaces_workers())
        table &= ~(unsigned)STRATEGY_RECYCLES;
    assert_string_equal(told->summary, ops->summary);
    assert_string_equal(told->elsewhere, ops->elsewhere);
    if ((runner_flags(told) & taken) != table)
        stop_test("%s: the script says %#x, the table %#x", ops->name, runner_flags(told) & taken,
                  table);
    assert_int_equal(told->is_baseline, text_equal(ops->name, ops->baseline));
}

static void the_script_has_the_strategies_of_the_table(void **state)
{
    const struct strategy_ops *ops;
    size_t count = 0;
    (void)state;
    if (hello == NULL)
        skip();
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++) {
        struct runner_strategy told;
        if ((ops->flags & STRATEGY_PYTHON) == 0)
            continue;
        count++;
        if (!hello_find(hello, ops->name, &told))
            stop_test("the script does not have %s", ops->name);
        compare(ops, &told);
    }
    assert_int_equal(hello_count(hello), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_script_has_the_strategies_of_the_table),
    };
    return cmocka_run_group_tests_name("python", tests, ask, NULL);
}
