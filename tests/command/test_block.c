/* The block that tells every process what a command is, and the command lines that are made of it.
 */
#include "bench/command/block.h"
#include "bench/command/inputs.h"
#include "bench/command/template.h"
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The block of a command text, mapped. */
static const unsigned char *make_block(const char *text, unsigned flags, const char *const inputs[],
                                       size_t count, uint64_t *bytes)
{
    struct error error = {0};
    struct template template;
    struct stat status;
    assert_int_equal(template_parse("--command", text, false, &template, &error), 0);
    struct command_parts parts = {
        .flags = flags,
        .program = "",
        .scratch = "/scratch",
        .prepare = "sync",
        .cleanup = "",
        .words = template.words,
        .word_count = template.count,
        .inputs = inputs,
        .input_count = count,
    };
    int fd = command_block_make(&parts, &error);
    assert_true(fd >= 0);
    template_free(&template);
    assert_int_equal(fstat(fd, &status), 0);
    *bytes = (uint64_t)status.st_size;
    void *block = mmap(NULL, *bytes, PROT_READ, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(block, MAP_FAILED);
    close(fd);
    return block;
}

static void a_job_finds_its_input_by_its_index_and_starts_again_behind_the_last(void **state)
{
    const char *const inputs[] = {"a", "b\n'c'"};
    uint64_t bytes;
    struct command command;
    struct command_line line;
    (void)state;
    const unsigned char *block =
        make_block("x {input} -o {output}.z {size} {index}", 0, inputs, 2, &bytes);
    assert_true(command_read(block, bytes, &command));
    assert_string_equal(command.prepare, "sync");
    assert_true(command_line_make(&command, 3, 20, &line));
    const char *const words[] = {"x", "b\n'c'", "-o", "/scratch/o3.z", "20", "3"};
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(line.arguments[i], words[i]);
    assert_null(line.arguments[6]);
    assert_string_equal(line.program, "x");
    assert_null(line.stdout_path);
    command_line_free(&line);
    assert_true(command_line_make(&command, 0, 20, &line));
    assert_string_equal(line.arguments[1], "a");
    command_line_free(&line);
    assert_false(command_read(block, bytes - 1, &command));
    assert_false(command_read(NULL, 0, &command));
    munmap((void *)(uintptr_t)block, bytes);
}

static void a_command_whose_output_is_verified_has_a_file_of_its_own_for_it(void **state)
{
    uint64_t bytes;
    struct command command;
    struct command_line line;
    (void)state;
    const unsigned char *block = make_block("x", COMMAND_DIGESTS, NULL, 0, &bytes);
    assert_true(command_read(block, bytes, &command));
    assert_true(command_line_make(&command, 12, 0, &line));
    assert_string_equal(line.stdout_path, "/scratch/s12");
    command_line_free(&line);
    munmap((void *)(uintptr_t)block, bytes);
}

static void a_size_is_written_as_it_was_given(void **state)
{
    char text[COMMAND_SIZE_BYTES];
    (void)state;
    command_size_text(10000000, true, text);
    assert_string_equal(text, "0.01");
    command_size_text(2000000000, true, text);
    assert_string_equal(text, "2");
    command_size_text(1, true, text);
    assert_string_equal(text, "0.000000001");
    command_size_text(UINT64_MAX, true, text);
    assert_string_equal(text, "18446744073.709551615");
    command_size_text(1000, false, text);
    assert_string_equal(text, "1000");
}

static void inputs_are_what_a_pattern_matches_and_none_looks_like_an_option(void **state)
{
    struct error error = {0};
    struct inputs inputs;
    char folder[] = "/tmp/breakeven-test-XXXXXX";
    const char *const names[] = {"-rf", "b c.png", "a\n.png", "x.txt"};
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < 4; i++)
        fclose(fopen(names[i], "w"));
    assert_int_equal(inputs_find("--inputs", "*", &inputs, &error), 0);
    assert_int_equal(inputs.count, 4);
    assert_string_equal(inputs.paths[0], "./-rf");
    inputs_free(&inputs);
    assert_int_equal(inputs_find("--inputs", "*.{png,txt}", &inputs, &error), 0);
    assert_int_equal(inputs.count, 3);
    assert_string_equal(inputs.paths[0], "a\n.png");
    inputs_free(&inputs);
    assert_int_equal(inputs_find("--inputs", "*.jpg", &inputs, &error), -1);
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_string_equal(error.text, "--inputs: '*.jpg' matches no file");
    for (size_t i = 0; i < 4; i++)
        unlink(names[i]);
    assert_int_equal(chdir("/"), 0);
    rmdir(folder);
}

static void a_program_is_found_as_a_shell_finds_it(void **state)
{
    struct error none = {0}, missing = {0}, not_executable = {0}, folder = {0};
    char path[PATH_MAX];
    (void)state;
    assert_int_equal(inputs_find_program("--command", "sh", path, &none), 0);
    assert_int_equal(path[0], '/');
    assert_int_equal(inputs_find_program("--command", "/bin/sh", path, &none), 0);
    assert_string_equal(path, "/bin/sh");
    assert_int_equal(inputs_find_program("--command", "no-such-program", path, &missing), -1);
    assert_non_null(strstr(missing.text, "no program 'no-such-program' is in PATH"));
    assert_int_equal(inputs_find_program("--command", "/etc/passwd", path, &not_executable), -1);
    assert_non_null(strstr(not_executable.text, "cannot be executed: Permission denied"));
    assert_int_equal(inputs_find_program("--command", "/etc", path, &folder), -1);
    assert_non_null(strstr(folder.text, "Is a directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_finds_its_input_by_its_index_and_starts_again_behind_the_last),
        cmocka_unit_test(a_command_whose_output_is_verified_has_a_file_of_its_own_for_it),
        cmocka_unit_test(a_size_is_written_as_it_was_given),
        cmocka_unit_test(inputs_are_what_a_pattern_matches_and_none_looks_like_an_option),
        cmocka_unit_test(a_program_is_found_as_a_shell_finds_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
