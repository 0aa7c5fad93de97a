#include "bench/assets/assets.h"
#include "bench/run/suite.h"
#include "strategies/strategy.h"
#include "tests/keys.h"
#include "tests/support.h"

enum { CPUS = 3 };

/* What options the test gives: key, value pairs up to a NULL value. */
struct option {
    enum suite_key key;
    const char *value;
};

#define NO_OPTIONS                                                                                 \
    (const struct option[])                                                                        \
    {                                                                                              \
        {                                                                                          \
            KEY_work, NULL                                                                         \
        }                                                                                          \
    }

static struct settings make_settings(const struct option options[])
{
    struct settings settings = {0};
    struct error error = {0};
    for (; options->value != NULL; options++) {
        char origin[64];
        snprintf(origin, sizeof origin, "--%s", suite_keys[options->key]);
        settings_set(&settings, options->key, options->value, origin, &error);
    }
    assert_no_error(&error);
    return settings;
}

static int read_named(const char *name, const struct option options[], struct suite *suite,
                      struct error *error)
{
    struct settings settings = make_settings(options);
    int result = suite_read(name, &settings, CPUS, suite, error);
    settings_free(&settings);
    return result;
}

/* Reads a suite file my.ini of that text. */
static int read_text(void **state, const char *text, const struct option options[],
                     struct suite *suite, struct error *error)
{
    char *path = scratch_file(state, "my.ini", text);
    int result = read_named(path, options, suite, error);
    free(path);
    return result;
}

static struct suite read_well(void **state, const char *text, const struct option options[])
{
    struct error error = {0};
    struct suite suite;
    read_text(state, text, options, &suite, &error);
    assert_no_error(&error);
    return suite;
}

static void check_numbers(const struct numbers *numbers, const uint64_t wanted[], size_t count)
{
    assert_int_equal(numbers->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(numbers->values[i], wanted[i]);
}

#define assert_numbers(numbers, ...)                                                               \
    check_numbers(numbers, (const uint64_t[]){__VA_ARGS__}, COUNT_OF(((uint64_t[]){__VA_ARGS__})))

/* The names of the works in order, with blanks between them. */
static void assert_works(const struct suite *suite, const char *wanted)
{
    char names[256] = "";
    for (size_t i = 0; i < suite->count; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i > 0 ? " " : "",
                 suite->series[i].work->name);
    assert_string_equal(names, wanted);
}

/* ------------------------------------------------------------------------------- files */

static const char whole_file[] = "; a comment\n"
                                 "[suite]\n"
                                 "title = what it is about\n"
                                 "budget = 20s\n"
                                 "timeout = 500ms\n"
                                 "seed = 7\n"
                                 "rounds = 9\n"
                                 "jobs = 2cpus\n"
                                 "workers = 1,all\n"
                                 "\n"
                                 "[squares]\n"
                                 "sizes = 1e2..1e3\n"
                                 "strategies = fork,openmp\n"
                                 "schedule = static,dynamic\n"
                                 "chunk = 0,4\n"
                                 "\n"
                                 "[slow]\n"
                                 "work = sleep\n"
                                 "sizes = 5\n"
                                 "workers = 2\n";

static void a_file_is_read_section_by_section(void **state)
{
    struct suite suite = read_well(state, whole_file, NO_OPTIONS);
    assert_string_equal(suite.name, "my");
    assert_string_equal(suite.title, "what it is about");
    assert_int_equal(suite.budget_ns, 20000000000);
    assert_int_equal(suite.timeout_ns, 500000000);
    assert_int_equal(suite.seed, 7);
    assert_int_equal(suite.rounds, 9);
    assert_null(suite.input);
    assert_works(&suite, "squares sleep");
    assert_numbers(&suite.series[0].lists[KEY_sizes].numbers, 100, 1000);
    assert_numbers(&suite.series[0].lists[KEY_chunk].numbers, 0, 4);
    assert_int_equal(suite.series[0].lists[KEY_strategies].words.count, 2);
    assert_string_equal(suite.series[0].lists[KEY_strategies].words.values[1], "openmp");
    assert_int_equal(suite.series[0].lists[KEY_schedule].words.count, 2);
    assert_numbers(&suite.series[1].lists[KEY_sizes].numbers, 5);
    suite_free(&suite);
}

static void sections_override_what_the_suite_says(void **state)
{
    struct suite suite = read_well(state, whole_file, NO_OPTIONS);
    assert_numbers(&suite.series[0].lists[KEY_jobs].numbers, 2 * CPUS);
    assert_numbers(&suite.series[0].lists[KEY_workers].numbers, 1, CPUS);
    assert_numbers(&suite.series[1].lists[KEY_jobs].numbers, 2 * CPUS);
    assert_numbers(&suite.series[1].lists[KEY_workers].numbers, 2);
    suite_free(&suite);
}

static void options_override_sections(void **state)
{
    struct suite suite = read_well(state, whole_file,
                                   (const struct option[]){{KEY_sizes, "3,4"},
                                                           {KEY_workers, "5"},
                                                           {KEY_budget, "1s"},
                                                           {KEY_seed, "8"},
                                                           {KEY_rounds, "0"},
                                                           {KEY_strategies, "threads"},
                                                           {KEY_input, "some.txt"},
                                                           {KEY_work, NULL}});
    for (size_t i = 0; i < suite.count; i++) {
        assert_numbers(&suite.series[i].lists[KEY_sizes].numbers, 3, 4);
        assert_numbers(&suite.series[i].lists[KEY_workers].numbers, 5);
        assert_int_equal(suite.series[i].lists[KEY_strategies].words.count, 1);
        assert_string_equal(suite.series[i].lists[KEY_strategies].words.values[0], "threads");
    }
    assert_int_equal(suite.budget_ns, 1000000000);
    assert_int_equal(suite.seed, 8);
    assert_int_equal(suite.rounds, 0);
    assert_string_equal(suite.input, "some.txt");
    suite_free(&suite);
}

static size_t count_peers(void)
{
    size_t peers = 0;
    for (size_t i = 0; i < strategies_count; i++)
        peers += (strategies[i]->flags & STRATEGY_BY_NAME) != 0;
    return peers;
}

static void jobs_may_be_for_each_worker(void **state)
{
    struct suite suite = read_well(state, "[squares]\njobs = 4w\nworkers = 1,2\n", NO_OPTIONS);
    assert_numbers(&suite.series[0].lists[KEY_jobs].numbers, 4);
    assert_true(suite.series[0].jobs_each);
    suite_free(&suite);
}

static void a_section_without_keys_takes_what_is_built_in(void **state)
{
    struct suite suite = read_well(state, "[squares]\n", NO_OPTIONS);
    const struct series *series = &suite.series[0];
    assert_works(&suite, "squares");
    assert_numbers(&series->lists[KEY_sizes].numbers, 10, 100, 1000, 10000, 100000, 1000000);
    assert_numbers(&series->lists[KEY_jobs].numbers, 4 * CPUS);
    assert_numbers(&series->lists[KEY_workers].numbers, CPUS);
    assert_numbers(&series->lists[KEY_chunk].numbers, 0);
    assert_int_equal(series->lists[KEY_strategies].words.count, strategies_count - count_peers());
    assert_int_equal(series->lists[KEY_schedule].words.count, 1);
    assert_string_equal(series->lists[KEY_schedule].words.values[0], "auto");
    assert_int_equal(series->lists[KEY_env].words.count, 1);
    assert_string_equal(series->lists[KEY_env].words.values[0], "");
    assert_int_equal(suite.seed, 1);
    assert_int_equal(suite.rounds, 0);
    assert_string_equal(suite.title, "my");
    suite_free(&suite);
}

static void one_section_may_name_several_works(void **state)
{
    struct suite suite =
        read_well(state, "[both]\nwork = squares,sleep\nsizes = 5\n[lock]\n", NO_OPTIONS);
    assert_works(&suite, "squares sleep lock");
    assert_numbers(&suite.series[1].lists[KEY_sizes].numbers, 5);
    suite_free(&suite);
}

static void jobs_count_as_given_only_for_the_works_they_are_given_to(void **state)
{
    static const char text[] = "[suite]\njobs = 5\n[deflate]\n[squares]\njobs = 6\n";
    struct suite suite = read_well(state, text, NO_OPTIONS);
    assert_false(suite.series[0].jobs_given);
    assert_true(suite.series[1].jobs_given);
    suite_free(&suite);
    suite = read_well(state, text, (const struct option[]){{KEY_jobs, "7"}, {KEY_work, NULL}});
    assert_true(suite.series[0].jobs_given);
    suite_free(&suite);
}

/* ------------------------------------------------------------------------------- --work */

static void work_chooses_among_the_suites_works_or_adds(void **state)
{
    static const struct {
        const char *chosen, *works;
    } cases[] = {
        {"sleep", "sleep"},
        {"sleep,squares", "squares sleep"}, /* in the suite's order */
        {"lock", "lock"},
        {"lock,squares", "squares lock"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct suite suite =
            read_well(state, whole_file,
                      (const struct option[]){{KEY_work, cases[i].chosen}, {KEY_work, NULL}});
        assert_works(&suite, cases[i].works);
        suite_free(&suite);
    }
}

static void an_added_work_takes_what_the_suite_says(void **state)
{
    struct suite suite =
        read_well(state, whole_file,
                  (const struct option[]){{KEY_work, "lock"}, {KEY_sizes, "42"}, {KEY_work, NULL}});
    assert_numbers(&suite.series[0].lists[KEY_sizes].numbers, 42);
    assert_numbers(&suite.series[0].lists[KEY_jobs].numbers, 2 * CPUS);
    assert_numbers(&suite.series[0].lists[KEY_workers].numbers, 1, CPUS);
    suite_free(&suite);
}

/* ------------------------------------------------------------------------------- env */

static void assert_envs(const struct series *series, const char *const wanted[], size_t count)
{
    assert_int_equal(series->lists[KEY_env].words.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(series->lists[KEY_env].words.values[i], wanted[i]);
}

static void env_values_multiply(void **state)
{
    static const char *const wanted[] = {"A=1;B=x", "A=1;B=y", "A=1;B=z",
                                         "A=2;B=x", "A=2;B=y", "A=2;B=z"};
    struct suite suite = read_well(
        state, "[squares]\n",
        (const struct option[]){{KEY_env, "A=1,2"}, {KEY_env, "B=x,y,z"}, {KEY_work, NULL}});
    assert_envs(&suite.series[0], wanted, COUNT_OF(wanted));
    suite_free(&suite);
}

static void env_keys_of_a_section_multiply_too(void **state)
{
    static const char *const wanted[] = {"A=1;B=x", "A=2;B=x"};
    struct suite suite = read_well(state, "[squares]\nenv = A=1,2\nenv = B=x\n", NO_OPTIONS);
    assert_envs(&suite.series[0], wanted, COUNT_OF(wanted));
    suite_free(&suite);
}

static void env_values_may_be_empty_or_hold_equals_signs(void **state)
{
    static const char *const wanted[] = {"A=", "A=b=c"};
    struct suite suite = read_well(state, "[squares]\n",
                                   (const struct option[]){{KEY_env, "A=,b=c"}, {KEY_work, NULL}});
    assert_envs(&suite.series[0], wanted, COUNT_OF(wanted));
    suite_free(&suite);
}

/* ------------------------------------------------------------------------------- errors */

struct bad_file {
    const char *text;
    const char *part; /* of the message */
};

static void bad_files_are_refused_with_file_and_line(void **state)
{
    static const struct bad_file cases[] = {
        {"", "my.ini:1: the suite has no [section] that names a work"},
        {"[suite]\nbudget = 1s\n", "my.ini:2: the suite has no [section] that names a work"},
        {"[squares]\nsize = 5\n",
         "my.ini:2: size: the key 'size' is not known; did you mean 'sizes'?"},
        {"[squares]\nzzzzzzzz = 5\n", "my.ini:2: zzzzzzzz: the key 'zzzzzzzz' is not known"},
        {"[suite]\nbugdet = 5s\n[squares]\n",
         "my.ini:2: bugdet: the key 'bugdet' is not known; did "
         "you mean 'budget'?"},
        {"[sqares]\n", "my.ini:1: 'sqares' is not known; did you mean 'squares'?"},
        {"\n[a]\nsizes = 5\nwork = slep\n",
         "my.ini:4: work: 'slep' is not known; did you mean 'sleep'?"},
        {"[squares]\nstrategies = frok\n",
         "my.ini:2: strategies: 'frok' is not known; did you mean 'fork'?"},
        {"[squares]\nschedule = dynamik\n",
         "my.ini:2: schedule: 'dynamik' is not known; did you mean 'dynamic'?"},
        {"[squares]\n\nsizes = 1,x\n", "my.ini:3: sizes: 'x' is not a whole number"},
        {"[squares]\nworkers = 9999999\n", "my.ini:2: workers: 9999999 is out of range"},
        {"[suite]\nbudget = 5\n[squares]\n", "my.ini:2: budget: '5' is not a duration"},
        {"[squares]\nenv = A\n", "my.ini:2: env: 'A' is not of the form NAME=VALUE"},
        {"[squares]\nenv = =1\n", "my.ini:2: env: '=1' is not of the form"},
        {"sizes = 5\n[squares]\n", "my.ini:1: sizes: 'sizes' stands before the first [section]"},
        {"[squares]\nsizes = 5\nwhat is this\n", "my.ini:3: neither [section] nor key = value"},
        {"hello\n", "my.ini:1: neither [section] nor key = value"},
        {"[squares\nsizes = 5\n", "my.ini:1: a section is written [name]"},
        {"[]\nsizes = 5\n", "my.ini:1: a section is written [name]"},
        {"\n[a name that is much longer than the parser of the file keeps]\n",
         "my.ini:2: a section is written [name], with 1 to 48 characters"},
        {"[squares]\nsizes = 10,\n  20\n", "my.ini:3: neither [section] nor key = value"},
        {"[squares]\nbudget = 5s\n", "my.ini:2: budget: 'budget' belongs into [suite]"},
        {"[suite]\nwork = lock\n[squares]\n", "my.ini:2: work: 'work' belongs into the section"},
        {"[squares]\nsizes = "
         "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,"
         "33,"
         "34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,"
         "63,"
         "64,65,66,67,68\n",
         "my.ini:2: the line is longer than 198 characters"},
        {"[squares]\nsizes =\n", "my.ini:2: sizes: the list is empty"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct suite suite;
        assert_int_equal(read_text(state, cases[i].text, NO_OPTIONS, &suite, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i].part);
        assert_null(suite.series);
    }
}

static void indented_keys_are_keys_of_their_own(void **state)
{
    struct suite suite = read_well(
        state, "[suite]\n  title = x\n  budget = 5s\n [squares]\n\tsizes = 7\n", NO_OPTIONS);
    assert_string_equal(suite.title, "x");
    assert_int_equal(suite.budget_ns, UINT64_C(5000000000));
    assert_int_equal(suite.series[0].lists[KEY_sizes].numbers.values[0], 7);
    suite_free(&suite);
}

static void all_among_strategies_means_every_one_but_peers(void **state)
{
    struct suite suite = read_well(state, "[squares]\nstrategies = fork,all\n", NO_OPTIONS);
    const struct words *words = &suite.series[0].lists[KEY_strategies].words;
    assert_true(count_peers() > 0);
    assert_int_equal(words->count, strategies_count - count_peers());
    for (size_t i = 0; i < words->count; i++)
        assert_int_equal(strategy_find(words->values[i])->flags & STRATEGY_BY_NAME, 0);
    suite_free(&suite);
}

static void a_peer_beside_all_is_measured_too(void **state)
{
    struct suite suite = read_well(state, "[squares]\nstrategies = all,glib\n", NO_OPTIONS);
    const struct words *words = &suite.series[0].lists[KEY_strategies].words;
    assert_int_equal(words->count, strategies_count - count_peers() + 1);
    assert_string_equal(words->values[words->count - 1], "glib");
    suite_free(&suite);
}

static void bad_options_are_refused_by_name(void **state)
{
    static const struct {
        struct option option;
        const char *part;
    } cases[] = {
        {{KEY_work, "sqares"}, "--work: 'sqares' is not known; did you mean 'squares'?"},
        {{KEY_strategies, "forks"}, "--strategies: 'forks' is not known; did you mean 'fork'?"},
        {{KEY_sizes, "-1"}, "--sizes: '-1' is not a whole number"},
        {{KEY_jobs, "1e13"}, "--jobs: 1e13 is out of range"},
        {{KEY_chunk, ""}, "--chunk: the list is empty"},
        {{KEY_schedule, "fast"}, "--schedule: 'fast' is not known"},
        {{KEY_budget, "soon"}, "--budget: 'soon' is not a duration"},
        {{KEY_timeout, "0s"}, "--timeout: '0s' is not a duration"},
        {{KEY_seed, "x"}, "--seed: 'x' is not a whole number"},
        {{KEY_rounds, "1000001"}, "--rounds: 1000001 is out of range"},
        {{KEY_env, "A=1;B=2"}, "--env: 'A=1;B=2' is not of the form"},
        {{KEY_env, "1,2"}, "--env: '1,2' is not of the form"},
        {{KEY_precision, "0"}, "--precision: '0' is not a percentage"},
        {{KEY_parent_mib, "16777217"}, "--parent-mib: 16777217 is out of range"},
        {{KEY_parent_pages, "2m"}, "--parent-pages: '2m' is not known"},
        {{KEY_payload, "1Ki/"}, "--payload: "},
        {{KEY_payload, "1Ki,,2"}, "--payload: "},
        {{KEY_payload, "/"}, "--payload: "},
        {{KEY_transport, "pip"}, "--transport: 'pip' is not known; did you mean 'pipe'?"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct suite suite;
        const struct option options[] = {cases[i].option, {KEY_work, NULL}};
        assert_int_equal(read_text(state, whole_file, options, &suite, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i].part);
        assert_ptr_equal(strstr(error.text, "--"), error.text);
    }
}

static void payloads_are_both_ways_or_in_and_out(void **state)
{
    static const struct payload wanted[] = {{0, 0}, {1024, 1024}, {1000, 0}, {10, 10}, {100, 100}};
    const struct option options[] = {{KEY_payload, "0,1Ki,1k/0,10..100,1Ki/1024"},
                                     {KEY_work, NULL}};
    struct suite suite = read_well(state, "[squares]\n", options);
    assert_int_equal(suite.series[0].payload_count, COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_int_equal(suite.series[0].payloads[i].in, wanted[i].in);
        assert_int_equal(suite.series[0].payloads[i].out, wanted[i].out);
    }
    suite_free(&suite);
}

static void what_nobody_says_is_no_payload_and_no_parent(void **state)
{
    struct suite suite = read_well(state, "[squares]\n", NO_OPTIONS);
    const struct series *series = &suite.series[0];
    assert_int_equal(series->payload_count, 1);
    assert_int_equal(series->payloads[0].in, 0);
    assert_int_equal(series->payloads[0].out, 0);
    assert_numbers(&series->lists[KEY_parent_mib].numbers, 0);
    assert_int_equal(series->lists[KEY_parent_pages].words.count, 1);
    assert_int_equal(series->lists[KEY_transport].words.count, 1);
    assert_near(suite.precision, 0.02);
    suite_free(&suite);
}

static void too_many_env_combinations_are_refused(void **state)
{
    struct error error = {0};
    struct suite suite;
    const struct option options[] = {{KEY_env, "A=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"},
                                     {KEY_env, "B=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"},
                                     {KEY_env, "C=1,2"},
                                     {KEY_work, NULL}};
    assert_int_equal(read_text(state, "[squares]\n", options, &suite, &error), -1);
    assert_error(&error, ERROR_USAGE, "more than 256 combinations");
}

static void a_missing_file_is_named(void **state)
{
    struct error error = {0};
    struct suite suite;
    char *path = scratch_path(state, "missing.ini");
    assert_int_equal(read_named(path, NO_OPTIONS, &suite, &error), -1);
    assert_error(&error, ERROR_USAGE, path);
    assert_contains(error.text, "No such file or directory");
    free(path);
}

static void an_unknown_suite_gets_a_suggestion(void **state)
{
    (void)state;
    struct error error = {0};
    struct suite suite;
    assert_int_equal(read_named("quik", NO_OPTIONS, &suite, &error), -1);
    assert_error(&error, ERROR_USAGE, "suite 'quik' is not known; did you mean 'quick'?");
}

static void a_file_with_a_nul_is_refused(void **state)
{
    static const char bytes[] = "[squares]\nsizes = 5\0 6\n";
    struct error error = {0};
    struct suite suite;
    char *path = scratch_path(state, "nul.ini");
    file_write(path, bytes, sizeof bytes - 1);
    assert_int_equal(read_named(path, NO_OPTIONS, &suite, &error), -1);
    assert_error(&error, ERROR_USAGE, "nul.ini:2: a control character (0x00)");
    free(path);
}

/* ------------------------------------------------------------------------------- built in */

static void built_in_suites_can_be_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < asset_suites_count; i++) {
        struct error error = {0};
        struct suite suite;
        read_named(asset_suite_names[i], NO_OPTIONS, &suite, &error);
        assert_no_error(&error);
        assert_string_equal(suite.name, asset_suite_names[i]);
        assert_string_not_equal(suite.title, suite.name); /* each says what it is about */
        assert_true(suite.count > 0);
        suite_free(&suite);
    }
}

static void the_suites_of_the_help_are_built_in(void **state)
{
    (void)state;
    static const char *const names[] = {"default", "quick", "article", "peers"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_non_null(asset_find(asset_suites, asset_suites_count, names[i]));
}

static void the_article_is_four_jobs_of_ten_million(void **state)
{
    (void)state;
    struct error error = {0};
    struct suite suite;
    read_named("article", NO_OPTIONS, &suite, &error);
    assert_no_error(&error);
    for (size_t i = 0; i < suite.count; i++) {
        assert_numbers(&suite.series[i].lists[KEY_sizes].numbers, 10000000);
        assert_numbers(&suite.series[i].lists[KEY_jobs].numbers, 4);
    }
    suite_free(&suite);
}

/* ------------------------------------------------------------------------------- keys */

static void must_refuse_key(const struct key *key, const char *why)
{
    struct error error = {0};
    assert_int_equal(suite_check_key("X", key, &error), -1);
    assert_error(&error, ERROR_USAGE, why);
}

static void a_key_must_have_values_that_a_suite_could_have(void **state)
{
    struct error error = {0};
    struct key good = full_key(), key;
    (void)state;
    good.build = "";
    assert_int_equal(suite_check_key("X", &good, &error), 0);
    good.env = "A=1;B=;C==";
    assert_int_equal(suite_check_key("X", &good, &error), 0);
    assert_no_error(&error);
    key = good;
    key.schedule = "sideways";
    must_refuse_key(&key, "X: schedule is 'sideways', which is not known");
    key = good;
    key.workers = 0;
    must_refuse_key(&key, "X: workers is 0");
    key = good;
    key.jobs = UINT64_C(1) << 50;
    must_refuse_key(&key, "X: jobs is 1125899906842624");
    key = good;
    key.payload_out = UINT64_C(1) << 50;
    must_refuse_key(&key, "X: payload_out is");
    key = good;
    key.work = "nothing";
    must_refuse_key(&key, "X: work is 'nothing'");
    key = good;
    key.build = "new";
    must_refuse_key(&key, "one of two builds");
    static const char *const envs[] = {"A", "=1", "A=1;", "A=1;;B=2", "A=1\nB=2"};
    for (size_t i = 0; i < COUNT_OF(envs); i++) {
        key = good;
        key.env = envs[i];
        must_refuse_key(&key, "X: env is not K=V;K=V");
    }
}

static void a_suite_that_is_a_text_goes_by_its_name(void **state)
{
    struct error error = {0};
    struct settings none = {0};
    struct suite suite;
    (void)state;
    assert_int_equal(suite_read_text("check", "[suite]\ntitle = a b\n[squares]\nsizes = 7\n", &none,
                                     2, &suite, &error),
                     0);
    assert_string_equal(suite.name, "check");
    assert_string_equal(suite.title, "a b");
    assert_int_equal(suite.series[0].lists[KEY_sizes].numbers.values[0], 7);
    suite_free(&suite);
    assert_int_equal(suite_read_text("check", "[sq]\n", &none, 2, &suite, &error), -1);
    assert_error(&error, ERROR_USAGE, "check:1");
}

/* It is registered to the end of the process, which other tests of this file do not see: they name
 * the works that they mean. */
static void jobs_without_a_size_are_measured_by_their_number(void **state)
{
    static const struct work work = {
        .name = "answer", .summary = "", .unit = "", .result_bytes = 1, .is_sizeless = true};
    struct error error = {0};
    assert_int_equal(work_register(&work, &error), 0);
    static const char text[] = "[suite]\nsizes = 5,6\njobs = 7\n[answer]\n";
    struct suite suite = read_well(state, text, NO_OPTIONS);
    assert_numbers(&suite.series[0].lists[KEY_sizes].numbers, 1);
    assert_numbers(&suite.series[0].lists[KEY_jobs].numbers, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
                   1024, 2048, 4096);
    suite_free(&suite);
    suite = read_well(state, text, (const struct option[]){{KEY_jobs, "3,9"}, {KEY_work, NULL}});
    assert_numbers(&suite.series[0].lists[KEY_sizes].numbers, 1);
    assert_numbers(&suite.series[0].lists[KEY_jobs].numbers, 3, 9);
    suite_free(&suite);
    suite = read_well(state, text, (const struct option[]){{KEY_sizes, "10"}, {KEY_work, NULL}});
    assert_numbers(&suite.series[0].lists[KEY_sizes].numbers, 10);
    assert_numbers(&suite.series[0].lists[KEY_jobs].numbers, 7);
    suite_free(&suite);
}

static void check_hosts_of(const struct suite *suite, const char *expected)
{
    char text[HOSTS_TEXT_BYTES];
    assert_true(hosts_text(&suite->hosts, text));
    assert_string_equal(text, expected);
}

/* Relative paths of a suite begin where it lies, those of options in the working directory. */
static void hosts_are_a_list_or_a_file(void **state)
{
    static const char text[] = "[suite]\nhosts = hosts.txt\nstrategies = mpi\n[squares]\n";
    char *path = scratch_file(state, "hosts.txt", "a slots=2\nb:3\n");
    struct suite suite = read_well(state, text, NO_OPTIONS);
    check_hosts_of(&suite, "a:2,b:3");
    assert_numbers(&suite.series[0].lists[KEY_hosts].numbers, 1, 2);
    suite_free(&suite);
    suite =
        read_well(state, text, (const struct option[]){{KEY_hosts, "c,d:4,e"}, {KEY_work, NULL}});
    check_hosts_of(&suite, "c:1,d:4,e:1");
    assert_numbers(&suite.series[0].lists[KEY_hosts].numbers, 1, 2, 3);
    suite_free(&suite);
    suite = read_well(state, text, (const struct option[]){{KEY_hosts, path}, {KEY_work, NULL}});
    check_hosts_of(&suite, "a:2,b:3");
    suite_free(&suite);
    free(path);
}

/* sleep's own are twice the CPUs. */
static void workers_that_nobody_asked_for_fit_into_the_slots(void **state)
{
    const struct option options[] = {
        {KEY_work, "sleep"}, {KEY_strategies, "mpi"}, {KEY_hosts, "a:2,b:1"}, {KEY_work, NULL}};
    const struct option asked[] = {{KEY_work, "sleep"},
                                   {KEY_strategies, "mpi"},
                                   {KEY_hosts, "a:2,b:1"},
                                   {KEY_workers, "2cpus,all"},
                                   {KEY_work, NULL}};
    struct error error = {0};
    struct suite suite;
    (void)state;
    read_named("default", options, &suite, &error);
    assert_no_error(&error);
    assert_numbers(suite_workers(&suite.series[0], 1), 2);
    assert_numbers(suite_workers(&suite.series[0], 2), 3);
    suite_free(&suite);
    read_named("default", asked, &suite, &error);
    assert_no_error(&error);
    assert_numbers(suite_workers(&suite.series[0], 2), 6, 3);
    suite_free(&suite);
}

static void hosts_of_a_suite_may_be_for_other_strategies_and_those_of_an_option_not(void **state)
{
    static const char text[] = "[suite]\nhosts = a:2\nstrategies = fork\n[squares]\n";
    struct suite suite = read_well(state, text, NO_OPTIONS);
    assert_numbers(&suite.series[0].lists[KEY_hosts].numbers, 0);
    suite_free(&suite);
    struct error error = {0};
    assert_int_equal(read_text(state, text,
                               (const struct option[]){{KEY_hosts, "a:2"}, {KEY_work, NULL}},
                               &suite, &error),
                     -1);
    assert_error(&error, ERROR_USAGE,
                 "--hosts: none of these strategies runs over hosts; mpi and mpi-static do");
}

static void hosts_that_are_wrong_are_refused_by_name(void **state)
{
    static const char *const cases[][2] = {
        {"a:4,,b", "--hosts: a host's name is missing"},
        {"./no-such-file", "--hosts: ./no-such-file"},
        {"a:0", "--hosts: slots of 'a'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct suite suite;
        assert_int_equal(
            read_text(state, "[suite]\nstrategies = mpi\n[squares]\n",
                      (const struct option[]){{KEY_hosts, cases[i][0]}, {KEY_work, NULL}}, &suite,
                      &error),
            -1);
        assert_error(&error, ERROR_USAGE, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_section_by_section),
        cmocka_unit_test(sections_override_what_the_suite_says),
        cmocka_unit_test(options_override_sections),
        cmocka_unit_test(jobs_may_be_for_each_worker),
        cmocka_unit_test(a_section_without_keys_takes_what_is_built_in),
        cmocka_unit_test(one_section_may_name_several_works),
        cmocka_unit_test(jobs_count_as_given_only_for_the_works_they_are_given_to),
        cmocka_unit_test(work_chooses_among_the_suites_works_or_adds),
        cmocka_unit_test(an_added_work_takes_what_the_suite_says),
        cmocka_unit_test(env_values_multiply),
        cmocka_unit_test(env_keys_of_a_section_multiply_too),
        cmocka_unit_test(env_values_may_be_empty_or_hold_equals_signs),
        cmocka_unit_test(bad_files_are_refused_with_file_and_line),
        cmocka_unit_test(indented_keys_are_keys_of_their_own),
        cmocka_unit_test(all_among_strategies_means_every_one_but_peers),
        cmocka_unit_test(a_peer_beside_all_is_measured_too),
        cmocka_unit_test(bad_options_are_refused_by_name),
        cmocka_unit_test(payloads_are_both_ways_or_in_and_out),
        cmocka_unit_test(what_nobody_says_is_no_payload_and_no_parent),
        cmocka_unit_test(too_many_env_combinations_are_refused),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(an_unknown_suite_gets_a_suggestion),
        cmocka_unit_test(a_file_with_a_nul_is_refused),
        cmocka_unit_test(built_in_suites_can_be_read),
        cmocka_unit_test(the_suites_of_the_help_are_built_in),
        cmocka_unit_test(the_article_is_four_jobs_of_ten_million),
        cmocka_unit_test(a_key_must_have_values_that_a_suite_could_have),
        cmocka_unit_test(a_suite_that_is_a_text_goes_by_its_name),
        cmocka_unit_test(jobs_without_a_size_are_measured_by_their_number),
        cmocka_unit_test(hosts_are_a_list_or_a_file),
        cmocka_unit_test(hosts_of_a_suite_may_be_for_other_strategies_and_those_of_an_option_not),
        cmocka_unit_test(hosts_that_are_wrong_are_refused_by_name),
        cmocka_unit_test(workers_that_nobody_asked_for_fit_into_the_slots),
    };
    return cmocka_run_group_tests_name("suite", tests, scratch_make, scratch_remove);
}
