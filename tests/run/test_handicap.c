/* The job of `squares` as `make handicap` builds it. */
#define BREAKEVEN_HANDICAP
#define work_squares handicapped_squares
#define work_handicap more_of
#include "bench/work/squares.c"

#include "tests/support.h"

static uint64_t percent;

uint64_t more_of(uint64_t size)
{
    return size * percent / 100;
}

static void a_job_that_is_made_longer_has_the_same_result(void **state)
{
    static const uint64_t sizes[] = {0, 1, 2, 3, 7, 100, 1000, 170000, 3000000};
    static const uint64_t percents[] = {1, 5, 10, 100};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (size_t k = 0; k < COUNT_OF(percents); k++) {
            struct job job = {.size = sizes[i]};
            uint128 result, wanted = add_squares(sizes[i]);
            percent = percents[k];
            assert_int_equal(handicapped_squares.run(&job, &result), 0);
            assert_memory_equal(&result, &wanted, sizeof wanted);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_that_is_made_longer_has_the_same_result),
    };
    return cmocka_run_group_tests_name("handicap", tests, NULL, NULL);
}
