/* Functions of the user's that a runner calls: which texts name one, and what is known of it. */
#include "bench/base/text.h"
#include "bench/job/function.h"
#include "bench/plugin/function_files.h"
#include "strategies/strategy.h"
#include "tests/support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void a_file_in_python_names_a_function_and_nothing_else_does(void **state)
{
    (void)state;
    static const char *const functions[] = {"m.py", "m.py:f", "./m.py:f", "/a b/it's.py:f",
                                            "/a:b/m.py"};
    static const char *const others[] = {"squares", "./libm.so", "./libm.so:f", "m.pyc",
                                         "py",      "m.py/x",    "./m.py.so:f", ""};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        assert_true(function_is_named_by(functions[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(function_is_named_by(others[i]));
}

static void a_function_is_a_work_that_only_runners_run(void **state)
{
    (void)state;
    struct error error = {0};
    const struct function function = {.name = "my_task",
                                      .summary = "",
                                      .reference = "/somewhere/m.py:my_task",
                                      .identity = "one"};
    const struct work *work = function_register(&function, &error);
    assert_non_null(work);
    assert_ptr_equal(work_find("my_task"), work);
    assert_true(work->is_of_runner && work_is_users(work) && !work_is_library(work));
    assert_false(work->is_sizeless);
    assert_ptr_equal(function_register(&function, &error), work);
    assert_non_null(strategy_unavailable_for(strategy_find("fork"), work));
    struct function other = function;
    other.reference = "/elsewhere/m.py:my_task";
    assert_null(function_register(&other, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void files_that_are_replaced_are_noticed(void **state)
{
    (void)state;
    char folder[] = "/tmp/breakeven-function-XXXXXX", module[64], lines[64], reference[80];
    char identity[FUNCTION_IDENTITY_BYTES];
    struct error error = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(module, sizeof module, "%s/m.py", folder);
    snprintf(lines, sizeof lines, "%s/l.jsonl", folder);
    snprintf(reference, sizeof reference, "%s:f", module);
    write_file(module, "def f(n): return n\n");
    write_file(lines, "1\n");
    assert_int_equal(function_identify(reference, lines, identity, &error), 0);
    const struct function function = {.name = "f",
                                      .summary = "",
                                      .reference = reference,
                                      .arguments = lines,
                                      .identity = identity};
    assert_int_equal(function_check_same(&function, &error), 0);
    write_file(lines, "1\n2\n");
    assert_int_equal(function_check_same(&function, &error), -1);
    assert_int_equal(error.kind, ERROR_REFUSED);
    assert_non_null(strstr(error.text, "l.jsonl: the file was replaced"));
    assert_int_equal(unlink(lines), 0);
    error = (struct error){0};
    assert_int_equal(function_identify(reference, lines, identity, &error), -1);
    assert_non_null(strstr(error.text, "--arguments: "));
    assert_int_equal(unlink(module), 0);
    error = (struct error){0};
    assert_int_equal(function_check_same(&function, &error), -1);
    assert_non_null(strstr(error.text, "m.py: cannot be opened"));
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_in_python_names_a_function_and_nothing_else_does),
        cmocka_unit_test(a_function_is_a_work_that_only_runners_run),
        cmocka_unit_test(files_that_are_replaced_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
