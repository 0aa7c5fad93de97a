/* What can be known of a shared library before it is loaded. */
#include "bench/plugin/describe.h"
#include "bench/plugin/library.h"
#include "tests/support.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <sys/wait.h>

static void a_place_is_a_path_and_a_name(void **state)
{
    struct library_place place;
    struct error error = {0};
    char here[PATH_MAX], wanted[PATH_MAX + 16];
    (void)state;
    assert_int_equal(library_place("/lib/liba.so", NULL, &place, &error), 0);
    assert_string_equal(place.path, "/lib/liba.so");
    assert_string_equal(place.name, "");
    assert_int_equal(library_place("./liba:1.so:mine", "/my/suites", &place, &error), 0);
    assert_string_equal(place.path, "/my/suites/liba:1.so");
    assert_string_equal(place.name, "mine");
    assert_int_equal(library_place("/od:d/liba.so", "/my", &place, &error), 0);
    assert_string_equal(place.path, "/od:d/liba.so");
    assert_non_null(getcwd(here, sizeof here));
    snprintf(wanted, sizeof wanted, "%s/liba.so", here);
    assert_int_equal(library_place("./liba.so", NULL, &place, &error), 0);
    assert_string_equal(place.path, wanted);
    assert_no_error(&error);
    assert_true(library_is_named_by("./liba.so"));
    assert_false(library_is_named_by("squares"));
}

static void a_name_that_is_none_is_refused(void **state)
{
    char text[PATH_MAX + 100];
    struct library_place place;
    struct error none = {0}, longer = {0}, path = {0};
    (void)state;
    library_place("./liba.so:", NULL, &place, &none);
    assert_error(&none, ERROR_USAGE, "./liba.so:: behind ':' stands a name of 1 to 63 characters");
    snprintf(text, sizeof text, "./liba.so:%064d", 1);
    library_place(text, NULL, &place, &longer);
    assert_error(&longer, ERROR_USAGE, "1 to 63");
    memset(text, 'a', sizeof text);
    memcpy(text, "./", 2);
    text[sizeof text - 1] = '\0';
    library_place(text, NULL, &place, &path);
    assert_error(&path, ERROR_USAGE, "too long");
}

static void assert_refused(const char *path, const char *why)
{
    char identity[LIBRARY_IDENTITY_BYTES];
    struct error error = {0};
    assert_int_equal(library_identify(path, identity, &error), -1);
    assert_error(&error, ERROR_USAGE, why);
    assert_contains(error.text, path);
}

static void what_is_no_library_is_told_by_its_cause(void **state)
{
    char *script =
        scratch_file(state, "script.so", "#!/bin/sh\necho a script of some length here\n");
    char *empty = scratch_file(state, "empty.so", ""), *missing = scratch_path(state, "missing.so");
    assert_refused(script, "no shared library; link it as a shared library");
    assert_refused(empty, "no shared library: it is empty");
    assert_refused(missing, "cannot be opened: No such file");
    assert_refused(*state, "a folder, not a shared library");
    assert_refused("/dev/null", "no file, not a shared library");
    free(script);
    free(empty);
    free(missing);
}

/* A file that begins as this program does, but for what is changed. */
static char *altered_program(void **state, unsigned machine, unsigned type, size_t bytes)
{
    ElfW(Ehdr) header;
    char *path = scratch_path(state, "altered.so");
    FILE *own = fopen("/proc/self/exe", "re");
    assert_int_equal(fread(&header, 1, sizeof header, own), sizeof header);
    fclose(own);
    header.e_machine = machine != 0 ? (ElfW(Half))machine : header.e_machine;
    header.e_type = (ElfW(Half))type;
    header.e_phnum = 0; /* nothing behind the header is to be loaded */
    file_write(path, (const char *)&header, bytes);
    return path;
}

static void another_kind_of_elf_file_is_told_by_its_kind(void **state)
{
    const struct {
        unsigned machine, type;
        size_t bytes;
        const char *why;
    } cases[] = {
        {EM_VAX, ET_DYN, sizeof(ElfW(Ehdr)), "a library for another architecture, where"},
        {EM_S390, ET_DYN, sizeof(ElfW(Ehdr)), "a library for s390, where this program is for"},
        {0, ET_REL, sizeof(ElfW(Ehdr)), "an object file, not a shared library"},
        {0, ET_EXEC, sizeof(ElfW(Ehdr)), "a program, not a shared library; link it"},
        {0, ET_DYN, 20, "it is cut off"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *path = altered_program(state, cases[i].machine, cases[i].type, cases[i].bytes);
        assert_refused(path, cases[i].why);
        free(path);
    }
}

static void a_file_that_was_replaced_is_another(void **state)
{
    char *path = altered_program(state, 0, ET_DYN, sizeof(ElfW(Ehdr)));
    char identity[LIBRARY_IDENTITY_BYTES];
    struct error error = {0}, replaced = {0}, gone = {0};
    assert_int_equal(library_identify(path, identity, &error), 0);
    assert_int_equal(library_check_same(path, identity, &error), 0);
    assert_no_error(&error);
    char *other = scratch_path(state, "other.so");
    assert_int_equal(rename(path, other), 0);
    library_check_same(path, identity, &gone);
    assert_error(&gone, ERROR_REFUSED, "it was there when the run began");
    free(altered_program(state, 0, ET_DYN, sizeof(ElfW(Ehdr))));
    library_check_same(path, identity, &replaced);
    assert_error(&replaced, ERROR_REFUSED, "the library was replaced while the run goes on");
    free(path);
    free(other);
}

static void what_cannot_be_loaded_is_told_once(void **state)
{
    char *path = altered_program(state, 0, ET_DYN, sizeof(ElfW(Ehdr)));
    struct error error = {0};
    assert_null(library_open(path, &error));
    assert_error(&error, ERROR_USAGE, path);
    assert_null(strstr(strstr(error.text, path) + 1, path));
    free(path);
}

/* The child is started in earnest: a kind that it does not know is its own mistake to tell. */
static void the_child_that_describes_ends_and_is_reaped(void **state)
{
    char *path = altered_program(state, 0, ET_DYN, sizeof(ElfW(Ehdr)));
    struct error error = {0}, none = {0};
    size_t before = open_descriptors();
    describe_program = getenv("BREAKEVEN");
    assert_non_null(describe_program);
    assert_null(describe_library("no such kind", path, "", &error));
    assert_error(&error, ERROR_USAGE, "the process that loads it ended with exit code 2");
    describe_program = NULL;
    assert_null(describe_library("work", path, "", &none));
    assert_error(&none, ERROR_REFUSED, "no process can be started");
    assert_int_equal(open_descriptors(), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_a_path_and_a_name),
        cmocka_unit_test(a_name_that_is_none_is_refused),
        cmocka_unit_test(what_is_no_library_is_told_by_its_cause),
        cmocka_unit_test(another_kind_of_elf_file_is_told_by_its_kind),
        cmocka_unit_test(a_file_that_was_replaced_is_another),
        cmocka_unit_test(what_cannot_be_loaded_is_told_once),
        cmocka_unit_test(the_child_that_describes_ends_and_is_reaped),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
