#include "bench/machine/hosts.h"
#include "tests/support.h"

/* "a:4 b:1": the hosts with their slots. */
static void check_hosts(const struct hosts *hosts, const char *expected)
{
    char text[4096] = "";
    for (size_t i = 0; i < hosts->count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s%s:%u", i > 0 ? " " : "",
                 hosts->values[i].name, hosts->values[i].slots);
    }
    assert_string_equal(text, expected);
}

static void a_list_is_read_in_its_order(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a", "a:1"},
        {"a:4,b:4", "a:4 b:4"},
        {"node-2.example.org:16,node_1", "node-2.example.org:16 node_1:1"},
        {"10.77.0.1:2,b", "10.77.0.1:2 b:1"},
        {"[fe80::1]:4,[::1]", "fe80::1:4 ::1:1"},
        {"a:65536", "a:65536"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct hosts hosts = {0};
        hosts_parse("--hosts", cases[i][0], &hosts, &error);
        assert_no_error(&error);
        check_hosts(&hosts, cases[i][1]);
        hosts_free(&hosts);
    }
}

static void what_is_wrong_with_a_list_is_told(void **state)
{
    (void)state;
    char long_name[400] = "";
    memset(long_name, 'a', sizeof long_name - 1);
    const char *const cases[][2] = {
        {"", "--hosts: a host's name is missing; hosts are given as a:4,b:4"},
        {"a,,b", "a host's name is missing"},
        {"a,", "a host's name is missing"},
        {":4", "a host's name is missing"},
        {"[]:4", "a host's name is missing"},
        {"a:", "--hosts: slots of 'a'"},
        {"a:0", "--hosts: slots of 'a'"},
        {"a:65537", "--hosts: slots of 'a'"},
        {"a:-1", "--hosts: slots of 'a'"},
        {"a:4:5", "--hosts: slots of 'a'"},
        {"a:4,b,a:2", "--hosts: host 'a' is given twice"},
        {"-oProxyCommand=x", "--hosts: '-oProxyCommand=x' is not a host; letters"},
        {"a b", "'a b' is not a host"},
        {"a;b", "'a;b' is not a host"},
        {"a\nb", "is not a host"},
        {"[fe80::1", "'[fe80::1' is not an address in brackets"},
        {"[fe80::1]4", "is not an address in brackets"},
        {"[here]:4", "'here' is not a host"},
        {long_name, "is longer than 253 characters"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct hosts hosts = {0};
        assert_int_equal(hosts_parse("--hosts", cases[i][0], &hosts, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i][1]);
        assert_null(hosts.values);
        assert_int_equal(hosts.count, 0);
    }
}

/* "h0,h1,...": so many. */
static char *list_of(unsigned count)
{
    char *text = malloc(8 * (size_t)count + 1), *at = text;
    assert_non_null(text);
    for (unsigned i = 0; i < count; i++)
        at += sprintf(at, "%sh%u", i > 0 ? "," : "", i);
    return text;
}

static void more_hosts_than_are_allowed_are_refused(void **state)
{
    (void)state;
    struct error error = {0};
    struct hosts hosts = {0};
    char *most = list_of(MOST_HOSTS), *more = list_of(MOST_HOSTS + 1);
    hosts_parse("--hosts", most, &hosts, &error);
    assert_no_error(&error);
    assert_int_equal(hosts.count, MOST_HOSTS);
    hosts_free(&hosts);
    assert_int_equal(hosts_parse("--hosts", more, &hosts, &error), -1);
    assert_error(&error, ERROR_USAGE, "--hosts: at most 4096 hosts are allowed");
    free(most);
    free(more);
}

static void a_list_that_was_written_is_read_as_it_was(void **state)
{
    (void)state;
    struct error error = {0};
    struct hosts hosts = {0}, again = {0};
    char text[HOSTS_TEXT_BYTES];
    hosts_parse("--hosts", "a,[fe80::1]:4,b:2", &hosts, &error);
    assert_true(hosts_text(&hosts, text));
    assert_string_equal(text, "a:1,[fe80::1]:4,b:2");
    hosts_parse("--hosts", text, &again, &error);
    assert_no_error(&error);
    check_hosts(&again, "a:1 fe80::1:4 b:2");
    assert_int_equal(hosts_slots(&again, 2), 5);
    assert_int_equal(hosts_slots(&again, 9), 7);
    hosts_free(&hosts);
    hosts_free(&again);
    char *most = list_of(MOST_HOSTS);
    hosts_parse("--hosts", most, &hosts, &error);
    for (size_t i = 0; i < hosts.count; i++)
        hosts.values[i].slots = MOST_SLOTS;
    assert_false(hosts_text(&hosts, text));
    hosts_free(&hosts);
    free(most);
    assert_true(hosts_text(&hosts, text));
    assert_string_equal(text, "");
}

static void files_of_open_mpi_and_mpich_are_read(void **state)
{
    struct error error = {0};
    struct hosts hosts = {0};
    char *path = scratch_file(state, "hosts",
                              "# the cluster\n\na slots=4 max_slots=8\n  b:2\t# behind\nc\r\n"
                              "d max-slots=2 slots=2\n[fe80::1] slots=3");
    hosts_read("--hostfile", path, &hosts, &error);
    assert_no_error(&error);
    check_hosts(&hosts, "a:4 b:2 c:1 d:2 fe80::1:3");
    hosts_free(&hosts);
    free(path);
}

static void what_is_wrong_with_a_file_is_told_with_its_line(void **state)
{
    static const char *const cases[][2] = {
        {"", "names no host; a line for each is needed"},
        {"# nothing\n\n", "names no host"},
        {"a\nb slots=x\n", "hosts:2: slots of 'b'"},
        {"a slots=\n", "hosts:1: slots of 'a'"},
        {"a\n\na\n", "hosts:3: host 'a' is given twice"},
        {"a cpus=4\n", "hosts:1: 'cpus=4' is not known; NAME, NAME:N and NAME slots=N are allowed"},
        {"a slots=1 slots=2\n", "hosts:1: 'slots=2' is not known"},
        {"a:1 slots=2\n", "hosts:1: the slots of 'a' are given twice"},
        {"a,b\n", "hosts:1: 'a,b' is not a host"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct hosts hosts = {0};
        char *path = scratch_file(state, "hosts", cases[i][0]);
        assert_int_equal(hosts_read("--hostfile", path, &hosts, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i][1]);
        assert_contains(error.text, "--hostfile: ");
        assert_null(hosts.values);
        free(path);
    }
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    struct error absent = {0}, nul = {0};
    struct hosts hosts = {0};
    char *path = scratch_path(state, "none");
    assert_int_equal(hosts_read("--hostfile", path, &hosts, &absent), -1);
    assert_error(&absent, ERROR_USAGE, "none: cannot be read: ");
    assert_contains(absent.text, "--hostfile: ");
    file_write(path, "a\0b\n", 4);
    assert_int_equal(hosts_read("--hostfile", path, &hosts, &nul), -1);
    assert_error(&nul, ERROR_USAGE, "none:1: a NUL byte");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_in_its_order),
        cmocka_unit_test(what_is_wrong_with_a_list_is_told),
        cmocka_unit_test(more_hosts_than_are_allowed_are_refused),
        cmocka_unit_test(a_list_that_was_written_is_read_as_it_was),
        cmocka_unit_test(files_of_open_mpi_and_mpich_are_read),
        cmocka_unit_test(what_is_wrong_with_a_file_is_told_with_its_line),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests_name("hosts", tests, scratch_make, scratch_remove);
}
