#include "bench/data/host.h"
#include "bench/run/asked.h"
#include "tests/support.h"

#include <math.h>

#include <jansson.h>

static const char *const runtimes[] = {"libgomp.so.1", "libomp.so.5", NULL};
static const char *const command_line[] = {"breakeven", "run", "quick", "--env", "A=\"1\"", NULL};

/* A machine of which little is known. */
static struct conditions unknown_conditions(void)
{
    return (struct conditions){
        .cpus = {.online = 8, .affinity = 4, .quota = NAN, .usable = 3},
        .turbo = -1,
        .turbo_off = "",
        .load_average = NAN,
        .aslr = -1,
        .optimised = true,
        .sanitizer = "",
        .steal_share = NAN,
        .throttled_count = NAN,
        .throttled_s = NAN,
    };
}

/* A run of which little is known: no title, not over yet. */
static struct host_run unfinished_run(const struct conditions *conditions)
{
    return (struct host_run){
        .conditions = conditions,
        .seed = 7,
        .suite = "quick",
        .title = "",
        .command_line = command_line,
        .runtimes = runtimes,
        .elapsed_s = NAN,
    };
}

/* What host_write writes, as JSON; the caller frees it by json_decref. */
static json_t *written(void **state, const struct host_run *run)
{
    struct error error = {0};
    json_error_t problem;
    char *path = scratch_path(state, "host.json");
    host_write(path, run, &error);
    assert_no_error(&error);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        stop_test("host.json:%d: %s", problem.line, problem.text);
    free(path);
    return root;
}

/* root.section.key */
static const json_t *at(const json_t *root, const char *section, const char *key)
{
    const json_t *value = json_object_get(json_object_get(root, section), key);
    if (value == NULL)
        stop_test("%s.%s is missing", section, key);
    return value;
}

/* ------------------------------------------------------------------------------- writing */

/* Reports need them where their own program does not know the work. */
static void works_that_are_not_built_in_come_back(void **state)
{
    static const struct host_work told[] = {
        {"mine", "words", "what I do", "/lib/libmine.so", NAN, NAN, NAN},
        {"other", "", "", "/lib/libmine.so", 4e5, 7e5, NAN}};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    struct error error = {0};
    struct host host;
    run.works = told;
    run.work_count = COUNT_OF(told);
    json_decref(written(state, &run));
    char *path = scratch_path(state, "host.json");
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_int_equal(host.work_count, 2);
    assert_string_equal(host_find_work(&host, "mine")->unit, "words");
    assert_string_equal(host_find_work(&host, "mine")->summary, "what I do");
    assert_string_equal(host_find_work(&host, "other")->path, "/lib/libmine.so");
    assert_true(isnan(host_find_work(&host, "mine")->spawn_ns));
    assert_true(host_find_work(&host, "other")->spawn_ns == 4e5);
    assert_true(host_find_work(&host, "other")->dynamic_ns == 7e5);
    assert_null(host_find_work(&host, "squares"));
    free(path);
}

static void strategies_that_are_not_built_in_come_back(void **state)
{
    static const struct host_strategy told[] = {{"mine", "a pool of my own", "/lib/libmine.so"},
                                                {"other", "", "/lib/libmine.so"}};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    struct error error = {0};
    struct host host;
    run.strategies = told;
    run.strategy_count = COUNT_OF(told);
    json_decref(written(state, &run));
    char *path = scratch_path(state, "host.json");
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_int_equal(host.strategy_count, 2);
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        assert_string_equal(host.strategies[i].name, told[i].name);
        assert_string_equal(host.strategies[i].summary, told[i].summary);
        assert_string_equal(host.strategies[i].path, told[i].path);
    }
    free(path);
}

static void host_json_says_what_was_run(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *root = written(state, &run);
    assert_string_equal(json_string_value(at(root, "run", "suite")), "quick");
    assert_int_equal(json_integer_value(at(root, "run", "seed")), 7);
    const json_t *arguments = at(root, "run", "command_line");
    assert_int_equal(json_array_size(arguments), 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(json_string_value(json_array_get(arguments, i)), command_line[i]);
    const json_t *ran = at(root, "run", "runtimes");
    assert_int_equal(json_array_size(ran), 2);
    assert_string_equal(json_string_value(json_array_get(ran, 1)), "libomp.so.5");
    json_decref(root);
}

static void host_json_says_how_many_cpus_may_be_used(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *root = written(state, &run);
    assert_int_equal(json_integer_value(at(root, "cpus", "usable")), 3);
    assert_int_equal(json_integer_value(at(root, "cpus", "affinity")), 4);
    assert_int_equal(json_integer_value(at(root, "cpus", "online")), 8);
    json_decref(root);
}

static void the_real_machine_has_usable_cpus(void **state)
{
    struct cpus cpus = cpus_read();
    struct conditions now = conditions_read(&cpus);
    struct host_run run = unfinished_run(&now);
    json_t *root = written(state, &run);
    json_int_t usable = json_integer_value(at(root, "cpus", "usable"));
    assert_true(usable > 0);
    assert_true(usable <= json_integer_value(at(root, "cpus", "affinity")));
    assert_true(json_integer_value(json_object_get(root, "memory_bytes")) > 0);
    json_decref(root);
}

static void what_is_not_known_is_null(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *root = written(state, &run);
    assert_true(json_is_null(at(root, "cpus", "quota")));
    assert_true(json_is_null(at(root, "run", "title")));
    assert_true(json_is_null(at(root, "run", "elapsed_s")));
    assert_true(json_is_null(at(root, "run", "samples")));
    json_decref(root);
}

static void what_is_known_is_a_number(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    now.cpus.quota = 2.5;
    run.elapsed_s = 61.25;
    run.samples = 5820;
    json_t *root = written(state, &run);
    assert_near(json_number_value(at(root, "cpus", "quota")), 2.5);
    assert_near(json_number_value(at(root, "run", "elapsed_s")), 61.25);
    assert_int_equal(json_integer_value(at(root, "run", "samples")), 5820);
    json_decref(root);
}

static void host_json_has_what_the_contract_names(void **state)
{
    static const char *const keys[] = {"started",      "run",           "build",      "cpus",
                                       "memory_bytes", "governor",      "kernel",     "hypervisor",
                                       "load_average", "clock_step_ns", "conditions", "warnings"};
    static const char *const inner[][2] = {
        {"cpus", "model"},      {"cpus", "cores"},      {"cpus", "threads_per_core"},
        {"cpus", "caches"},     {"cpus", "numa_nodes"}, {"cpus", "architecture"},
        {"build", "compiler"},  {"build", "flags"},     {"build", "openmp_runtime"},
        {"build", "allocator"}, {"build", "commit"},    {"build", "version"},
    };
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *root = written(state, &run);
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (json_object_get(root, keys[i]) == NULL)
            stop_test("%s is missing", keys[i]);
    for (size_t i = 0; i < COUNT_OF(inner); i++)
        at(root, inner[i][0], inner[i][1]);
    json_decref(root);
}

static void conditions_that_are_not_known_are_null(void **state)
{
    static const char *const keys[] = {"smt",  "cores_used",  "turbo",           "thp",
                                       "aslr", "steal_share", "throttled_count", "throttled_s"};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *root = written(state, &run);
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (!json_is_null(at(root, "conditions", keys[i])))
            stop_test("%s is not null", keys[i]);
    assert_true(json_is_null(json_object_get(root, "governor")));
    assert_true(json_is_null(json_object_get(root, "hypervisor")));
    assert_true(json_is_null(json_object_get(root, "load_average")));
    assert_int_equal(json_object_size(at(root, "conditions", "environment")), 0);
    json_decref(root);
}

static void conditions_are_written_as_they_were_read(void **state)
{
    char *environment[] = {"A=1", "OMP_PLACES={0}", "LD_PRELOAD=\xff.so", "OMP_ALONE", NULL};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    now.smt = 2;
    now.cores = 4;
    now.turbo = 0;
    snprintf(now.huge_pages, sizeof now.huge_pages, "madvise");
    now.aslr = 2;
    now.layout_fixed = true;
    now.steal_share = 0.03125;
    now.throttled_count = 12;
    now.throttled_s = 0.5;
    now.environment = environment;
    json_t *root = written(state, &run);
    assert_int_equal(json_integer_value(at(root, "conditions", "smt")), 2);
    assert_int_equal(json_integer_value(at(root, "conditions", "cores_used")), 4);
    assert_true(json_is_false(at(root, "conditions", "turbo")));
    assert_string_equal(json_string_value(at(root, "conditions", "thp")), "madvise");
    assert_int_equal(json_integer_value(at(root, "conditions", "aslr")), 2);
    assert_true(json_is_true(at(root, "conditions", "layout_fixed")));
    assert_near(json_number_value(at(root, "conditions", "steal_share")), 0.03125);
    assert_near(json_number_value(at(root, "conditions", "throttled_count")), 12);
    assert_near(json_number_value(at(root, "conditions", "throttled_s")), 0.5);
    const json_t *variables = at(root, "conditions", "environment");
    assert_int_equal(json_object_size(variables), 2);
    assert_string_equal(json_string_value(json_object_get(variables, "OMP_PLACES")), "{0}");
    assert_string_equal(json_string_value(json_object_get(variables, "LD_PRELOAD")), "?.so");
    json_decref(root);
}

static void the_start_is_that_of_the_conditions(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    now.started_at = 1795353240;
    json_t *root = written(state, &run);
    assert_string_equal(json_string_value(json_object_get(root, "started")),
                        "2026-11-22 13:14 UTC");
    json_decref(root);
}

static void host_json_replaces_an_old_one(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    char *path = scratch_file(state, "host.json", "old");
    size_t before = folder_entries(*state);
    json_decref(written(state, &run));
    assert_int_equal(folder_entries(*state), before);
    free(path);
}

static void a_file_that_cannot_be_written_is_named(void **state)
{
    struct error error = {0};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    char *path = scratch_path(state, "no-such-folder/host.json");
    assert_int_equal(host_write(path, &run, &error), -1);
    assert_error(&error, ERROR_REFUSED, path);
    free(path);
}

/* ------------------------------------------------------------------------------- reading */

static void what_is_written_is_read(void **state)
{
    struct error error = {0};
    struct host host;
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    run.title = "a \"title\" \\ of \xc3\xa9";
    json_decref(written(state, &run));
    char *path = scratch_path(state, "host.json");
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_int_equal(host.cpus_usable, 3);
    assert_string_equal(host.suite, "quick");
    assert_string_equal(host.title, run.title);
    assert_contains(host.kernel, "Linux");
    assert_int_equal(strlen(host.started), strlen("2026-11-22 13:14 UTC"));
    free(path);
}

static void where_the_time_went_is_read_as_it_was_written(void **state)
{
    struct error error = {0};
    struct host host;
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    char *path = scratch_path(state, "host.json");
    for (int i = 0; i < STAGE_COUNT; i++)
        run.stages.ns[i] = (uint64_t)i * 1500000000;
    run.wall_ns = stages_total_ns(&run.stages);
    json_decref(written(state, &run));
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_memory_equal(&host.stages, &run.stages, sizeof run.stages);
    assert_true(host.wall_ns == run.wall_ns);
    run.stages = (struct stages){{0}};
    run.wall_ns = 0;
    json_decref(written(state, &run));
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_true(stages_total_ns(&host.stages) == 0 && host.wall_ns == 0);
    free(path);
}

static void warnings_are_read_as_they_were_found(void **state)
{
    struct error error = {0};
    struct warnings found;
    struct host host;
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    now.layout_fixed = true;
    json_decref(written(state, &run));
    char *path = scratch_path(state, "host.json");
    host_read(path, &host, &error);
    assert_no_error(&error);
    conditions_warn(&now, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(host.warnings.count, found.count);
    for (size_t i = 0; i < found.count; i++)
        assert_string_equal(host.warnings.texts[i], found.texts[i]);
    free(path);
}

/* The last `count` warnings of a run over these hosts. */
static void check_warnings_of_hosts(void **state, const char *hosts, const char *const expected[],
                                    size_t count)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *without = written(state, &run);
    size_t before = json_array_size(json_object_get(without, "warnings"));
    json_t *told = json_loads(hosts, 0, NULL);
    assert_non_null(told);
    assert_null(json_object_get(without, "hosts"));
    json_decref(without);
    run.hosts = told;
    json_t *root = written(state, &run);
    const json_t *warnings = json_object_get(root, "warnings");
    assert_true(json_equal(json_object_get(root, "hosts"), told));
    assert_int_equal(json_array_size(warnings), before + count);
    for (size_t i = 0; i < count; i++)
        assert_contains(json_string_value(json_array_get(warnings, before + i)), expected[i]);
    json_decref(root);
    json_decref(told);
}

static void hosts_are_told_and_what_differs_between_them_is_a_warning(void **state)
{
    static const char alike[] = "[{\"name\":\"a\",\"slots\":2,\"model\":\"X\",\"cpus\":2},"
                                "{\"name\":\"b\",\"slots\":1,\"model\":\"X\",\"cpus\":null}]";
    static const char unlike[] = "[{\"name\":\"a\",\"slots\":2,\"model\":\"X\",\"cpus\":2},"
                                 "{\"name\":\"b\",\"slots\":4,\"model\":\"Y\",\"cpus\":1},"
                                 "{\"name\":\"c\",\"slots\":4,\"model\":\"Z\",\"cpus\":1}]";
    static const char *const expected[] = {
        "host b has 1 CPU for 4 slots, so that ranks take turns there; --hosts b:1 gives each",
        "the hosts have different CPUs (a: X; b: Y)"};
    check_warnings_of_hosts(state, alike, NULL, 0);
    check_warnings_of_hosts(state, unlike, expected, COUNT_OF(expected));
}

static void only_texts_are_read_as_warnings_and_not_more_than_there_is_room_for(void **state)
{
    static const struct {
        const char *json;
        size_t count;
    } cases[] = {
        {"[]", 0},
        {"null", 0},
        {"\"a\"", 0},
        {"[\"a\", 1, null, \"b\"]", 2},
        {"[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,\"a\"]", 1},
        {"[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"a\"]",
         16},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct host host;
        char *text = NULL;
        assert_true(
            asprintf(&text, "{\"cpus\": {\"usable\": 2}, \"warnings\": %s}", cases[i].json) > 0);
        char *path = scratch_file(state, "host.json", text);
        host_read(path, &host, &error);
        assert_no_error(&error);
        assert_int_equal(host.warnings.count, cases[i].count);
        free(path);
        free(text);
    }
}

static void unknown_texts_are_read_as_empty(void **state)
{
    struct error error = {0};
    struct host host;
    char *path = scratch_file(state, "host.json",
                              "{\"cpus\": {\"usable\": 2, \"model\": null}, \"hypervisor\": null}");
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_int_equal(host.cpus_usable, 2);
    assert_string_equal(host.model, "");
    assert_string_equal(host.hypervisor, "");
    assert_string_equal(host.title, "");
    assert_string_equal(host.base, "");
    assert_unknown(host.load_average);
    free(path);
}

static void what_was_compared_and_where_is_read(void **state)
{
    struct error error = {0};
    struct host host;
    char *path = scratch_file(
        state, "host.json",
        "{\"cpus\": {\"usable\": 2}, \"load_average\": 1.5, \"governor\": \"performance\","
        " \"build\": {\"commit\": \"5abfd20\"},"
        " \"run\": {\"base\": \"the \\u001b[31mbase\", \"new\": \"the new one\"}}");
    host_read(path, &host, &error);
    assert_no_error(&error);
    assert_near(host.load_average, 1.5);
    assert_string_equal(host.governor, "performance");
    assert_string_equal(host.commit, "5abfd20");
    assert_string_equal(host.base, "the \\x1b[31mbase");
    assert_string_equal(host.new, "the new one");
    free(path);
}

static void damage_is_refused_with_file_and_line(void **state)
{
    static const char *const cases[][2] = {
        {"", "host.json:1: "},
        {"{\n\"cpus\": {\n\"usable\": 2,\n}}\n", "host.json:4: "},
        {"{\"cpus\": {\"usable\": 2}}\n{}", "host.json:2: "},
        {"{\n\"cpus\": {\"usable\": 2", "host.json:2: "},
        {"{\"a\": 1,\n\"a\": 2}", "host.json:2: "},
        {"{}", "host.json:1: cpus.usable is missing or not a count"},
        {"[]", "host.json:1: cpus.usable is missing or not a count"},
        {"{\"cpus\": {\"usable\": 0}}", "host.json:1: cpus.usable is missing or not a count"},
        {"{\"cpus\": {\"usable\": -2}}", "host.json:1: cpus.usable is missing or not a count"},
        {"{\"cpus\": {\"usable\": \"2\"}}", "host.json:1: cpus.usable is missing or not a count"},
        {"{\"cpus\": {\"usable\": 99999999999}}", "host.json:1: cpus.usable is missing"},
        {"{\"cpus\": {\"usable\": 2}, \"load_average\": \"1\"}", "load_average is not a number"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct host host;
        char *path = scratch_file(state, "host.json", cases[i][0]);
        assert_int_equal(host_read(path, &host, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i][1]);
        assert_ptr_equal(strstr(error.text, path), error.text);
        free(path);
    }
}

static void a_missing_file_is_named(void **state)
{
    struct error error = {0};
    struct host host;
    char *path = scratch_path(state, "missing.json");
    assert_int_equal(host_read(path, &host, &error), -1);
    assert_error(&error, ERROR_USAGE, path);
    assert_contains(error.text, "No such file or directory");
    free(path);
}

/* ------------------------------------------------------------------------------- the build */

/* ------------------------------------------------------------------------------- going on */

/* What host_check_same says of the run where another value stood in its host.json. */
static struct error checked(void **state, const struct host_run *run, json_t *root)
{
    struct error error = {0};
    char *path = scratch_path(state, "host.json");
    assert_int_equal(json_dump_file(root, path, 0), 0);
    host_check_same(path, "folder", run, &error);
    free(path);
    return error;
}

/* Sets or (value NULL) removes section.key, the section being "run.settings" at most. */
static void put(json_t *root, const char *section, const char *key, json_t *value)
{
    char name[64], *rest = name, *part;
    snprintf(name, sizeof name, "%s", section);
    while ((part = strsep(&rest, ".")) != NULL)
        root = *part != '\0' ? json_object_get(root, part) : root;
    assert_non_null(json_object_get(root, key));
    if (value != NULL)
        json_object_set_new(root, key, value);
    else
        json_object_del(root, key);
}

static void settings_that_this_build_must_have_told_are_not_passed_over(void **state)
{
    static const struct {
        const char *section, *key;
    } objects[] = {{"run", "settings"}, {"conditions", "environment"}};
    static char sizes[] = "100,1000";
    static char *environment[] = {NULL};
    const struct asked asked = {.settings = {{"size", sizes}}, .count = 1};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    run.asked = &asked;
    now.environment = environment;
    for (size_t i = 0; i < 2 * COUNT_OF(objects); i++) {
        const char *section = objects[i / 2].section, *key = objects[i / 2].key;
        json_t *root = written(state, &run);
        put(root, section, key, i % 2 == 0 ? json_null() : NULL);
        struct error error = checked(state, &run, root);
        assert_error(&error, ERROR_USAGE, key);
        assert_contains(error.text, "host.json: damaged: ");
        put(root, "build", "version", NULL);
        error = checked(state, &run, root);
        assert_no_error(&error); /* an older build may not have told it */
        json_decref(root);
    }
}

static void a_run_goes_on_where_it_was_begun_and_nowhere_else(void **state)
{
    static const struct {
        const char *section, *key, *words;
    } cases[] = {
        {"run", "suite", "suite 'other'"},
        {"run", "seed", "seed 'other', not 7"},
        {"run.settings", "size", "size 'other', not '100,1000'"},
        {"run.settings", "cells", "cells 'other', not '4'"},
        {"cpus", "usable", "usable CPUs 'other', not 3"},
        {"cpus", "model", "CPU model 'other'"},
        {"cpus", "architecture", "architecture 'other'"},
        {"", "kernel", "kernel 'other'"},
        {"", "page_bytes", "page size 'other'"},
        {"", "hypervisor", "hypervisor 'other'"},
        {"build", "version", "version 'other'"},
        {"build", "commit", "commit 'other'"},
        {"build", "compiler", "compiler 'other'"},
        {"build", "flags", "compiler flags 'other'"},
        {"build", "openmp_runtime", "OpenMP runtime 'other'"},
        {"build", "allocator", "allocator 'other'"},
    };
    static char sizes[] = "100,1000", cells[] = "4";
    static char variable[] = "OMP_DYNAMIC=true";
    static char *environment[] = {variable, NULL};
    const struct asked asked = {.settings = {{"size", sizes}, {"cells", cells}}, .count = 2};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    run.asked = &asked;
    now.environment = environment;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        json_t *root = written(state, &run);
        struct error error = checked(state, &run, root);
        assert_no_error(&error);
        put(root, cases[i].section, cases[i].key, json_string("other"));
        error = checked(state, &run, root);
        assert_error(&error, ERROR_USAGE, cases[i].words);
        assert_contains(error.text, "--resume: folder was begun with ");
        put(root, cases[i].section, cases[i].key, NULL);
        error = checked(state, &run, root);
        if (strcmp(cases[i].section, "build") != 0)
            assert_error(&error, ERROR_USAGE, " none, not ");
        json_object_del(json_object_get(root, "build"), "commit");
        error = checked(state, &run, root);
        if (strcmp(cases[i].section, "run.settings") != 0)
            assert_no_error(&error); /* an older build may not have told it */
        json_decref(root);
    }
}

static void a_variable_that_another_run_had_or_lacked_is_named(void **state)
{
    static char variable[] = "OMP_DYNAMIC=true";
    static char *with[] = {variable, NULL}, *without[] = {NULL};
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    now.environment = with;
    json_t *root = written(state, &run);
    now.environment = without;
    struct error error = checked(state, &run, root);
    assert_error(&error, ERROR_USAGE, "environment variable OMP_DYNAMIC 'true', not none");
    json_decref(root);
    root = written(state, &run);
    now.environment = with;
    error = checked(state, &run, root);
    assert_error(&error, ERROR_USAGE, "environment variable OMP_DYNAMIC none, not 'true'");
    json_decref(root);
}

static void more_differences_than_a_line_holds_are_counted(void **state)
{
    struct conditions now = unknown_conditions();
    struct host_run run = unfinished_run(&now);
    json_t *root = json_object();
    static const char *const keys[] = {"version", "commit",         "compiler",
                                       "flags",   "openmp_runtime", "allocator"};
    json_t *build = json_object();
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        json_object_set_new(build, keys[i],
                            json_string("a text of some sixty characters, so that a line is full"));
    json_object_set_new(root, "build", build);
    struct error error = checked(state, &run, root);
    assert_error(&error, ERROR_USAGE, "; and ");
    assert_contains(error.text, " more; rounds of both cannot be paired");
    json_decref(root);
}

static void the_build_names_version_and_compiler_on_one_line(void **state)
{
    (void)state;
    char text[512];
    host_build(text, sizeof text);
    assert_ptr_equal(strstr(text, "breakeven "), text);
    assert_null(strchr(text, '\n'));
#ifdef __clang__
    assert_contains(text, "clang " __clang_version__);
#else
    assert_contains(text, "gcc " __VERSION__);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_json_says_what_was_run),
        cmocka_unit_test(host_json_says_how_many_cpus_may_be_used),
        cmocka_unit_test(the_real_machine_has_usable_cpus),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(what_is_known_is_a_number),
        cmocka_unit_test(host_json_has_what_the_contract_names),
        cmocka_unit_test(conditions_that_are_not_known_are_null),
        cmocka_unit_test(conditions_are_written_as_they_were_read),
        cmocka_unit_test(the_start_is_that_of_the_conditions),
        cmocka_unit_test(host_json_replaces_an_old_one),
        cmocka_unit_test(a_file_that_cannot_be_written_is_named),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(where_the_time_went_is_read_as_it_was_written),
        cmocka_unit_test(warnings_are_read_as_they_were_found),
        cmocka_unit_test(hosts_are_told_and_what_differs_between_them_is_a_warning),
        cmocka_unit_test(only_texts_are_read_as_warnings_and_not_more_than_there_is_room_for),
        cmocka_unit_test(unknown_texts_are_read_as_empty),
        cmocka_unit_test(what_was_compared_and_where_is_read),
        cmocka_unit_test(damage_is_refused_with_file_and_line),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_run_goes_on_where_it_was_begun_and_nowhere_else),
        cmocka_unit_test(settings_that_this_build_must_have_told_are_not_passed_over),
        cmocka_unit_test(a_variable_that_another_run_had_or_lacked_is_named),
        cmocka_unit_test(more_differences_than_a_line_holds_are_counted),
        cmocka_unit_test(works_that_are_not_built_in_come_back),
        cmocka_unit_test(strategies_that_are_not_built_in_come_back),
        cmocka_unit_test(the_build_names_version_and_compiler_on_one_line),
    };
    return cmocka_run_group_tests_name("host", tests, scratch_make, scratch_remove);
}
