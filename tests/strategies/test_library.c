/* Libraries are loaded when a strategy asks for them, and their absence is told. */
#include "strategies/common/library.h"
#include "tests/support.h"

static void a_library_that_is_there_is_loaded(void **state)
{
    void *function = NULL;
    const struct library_function functions[] = {{"zlibVersion", &function}};
    (void)state;
    assert_true(library_load("libz.so.1", functions, 1));
    assert_non_null(function);
    assert_string_equal(library_name(function), "libz.so.1");
}

static void a_library_that_is_not_there_is_told(void **state)
{
    void *function = NULL;
    const struct library_function functions[] = {{"zlibVersion", &function}};
    (void)state;
    assert_false(library_load("libnix-there-is-none.so", functions, 1));
    assert_null(function);
}

static void a_library_without_the_function_is_told(void **state)
{
    void *function = NULL;
    const struct library_function functions[] = {{"no_such_function_anywhere", &function}};
    (void)state;
    assert_false(library_load("libz.so.1", functions, 1));
}

static void no_function_lies_in_no_library(void **state)
{
    (void)state;
    assert_string_equal(library_name(NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_that_is_there_is_loaded),
        cmocka_unit_test(a_library_that_is_not_there_is_told),
        cmocka_unit_test(a_library_without_the_function_is_told),
        cmocka_unit_test(no_function_lies_in_no_library),
    };
    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
