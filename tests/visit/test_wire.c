/* What harness and visit say to each other. */
#include "bench/visit/wire.h"
#include "tests/keys.h"
#include "tests/support.h"

static struct visit_request a_request(void)
{
    static const struct visit_request told = {
        .kind = VISIT_MEASURE,
        .seed = UINT64_MAX - 4,
        .job_timeout_ns = 5,
        .timeout_ns = 19,
        .maps = 18,
        .cpus = 7,
        .retries = 8,
        .order_count = 3,
        .order = {2, 0, 1},
        .input_fd = -1,
        .reference_fd = 15,
        .canary_cpus = {0, 16},
        .harness = 17,
    };
    struct visit_request request;
    memcpy(&request, &told, sizeof request); /* with what lies between the fields, which is 0 */
    request.key = full_key();
    request.key.env = request.key.build = request.key.baseline =
        ""; /* the harness alone needs them */
    CPU_SET(0, &request.mask);
    CPU_SET(1023, &request.mask);
    return request;
}

static struct reading a_reading(void)
{
    return (struct reading){
        .cold = 1,
        .reading = 2,
        .maps = 3,
        .ns_per_map = 0.1,
        .open_ns = 5.5,
        .close_ns = NAN,
        .used = {6, 7, 8, 9, 10, 11},
        .maxrss_kib = 12,
        .participation = 1.0 / 3,
        .roundtrip_ns = 14.5,
        .wake_ns = NAN,
        .first_result_ns = NAN,
        .steal_ticks = UINT64_MAX, /* not known */
        .status = STATUS_TIMED_OUT,
        .detail = "a \"quoted\" word,\nand \xff, which is no UTF-8",
        .runtime = "libgomp.so.1",
        .stages.ns = {[STAGE_PLAN] = 15, [STAGE_MAP] = 16, [STAGE_REPORT] = 17},
    };
}

static void read_request(const char *text, struct visit_request *request, struct error *error)
{
    *error = (struct error){0};
    wire_read_request(text, strlen(text), request, error);
}

/* ------------------------------------------------------------------------------- requests */

static void a_request_arrives_as_it_was_sent(void **state)
{
    (void)state;
    struct visit_request sent = a_request(), got;
    struct error error;
    char *text = wire_write_request(&sent);
    assert_non_null(text);
    read_request(text, &got, &error);
    assert_no_error(&error);
    for (size_t i = sent.order_count; i < PLACEMENT_CPUS; i++)
        sent.order[i] = -1;
    assert_int_equal(key_compare(&sent.key, &got.key), 0);
    sent.key = got.key; /* whose texts are this build's own */
    memcpy(sent.texts, got.texts, sizeof sent.texts);
    sent.texts_used = got.texts_used;
    assert_memory_equal(&sent, &got, sizeof sent);
    free(text);
}

static void hosts_arrive_with_how_many_of_them_are_meant(void **state)
{
    (void)state;
    struct visit_request sent = a_request(), got;
    struct error error;
    sent.key.hosts = 3;
    snprintf(sent.host_list, sizeof sent.host_list, "a:4,[fe80::1]:2,c:1,d:1");
    char *text = wire_write_request(&sent);
    read_request(text, &got, &error);
    assert_no_error(&error);
    assert_int_equal(got.key.hosts, 3);
    assert_string_equal(got.host_list, sent.host_list);
    free(text);
}

/* Its name is no word that the visit knows before it has opened the work. */
static void a_work_that_is_not_built_in_arrives_with_its_reference(void **state)
{
    (void)state;
    struct visit_request sent = a_request(), got;
    struct error error;
    sent.key.work = "mine";
    snprintf(sent.work_reference, sizeof sent.work_reference, "/lib/lib \"m\".so:mine");
    snprintf(sent.work_identity, sizeof sent.work_identity, "1:2 3 bytes of 4.5");
    snprintf(sent.work_arguments, sizeof sent.work_arguments, "/lib/it's \"mine\".jsonl");
    char *text = wire_write_request(&sent);
    read_request(text, &got, &error);
    assert_no_error(&error);
    assert_string_equal(got.work_arguments, sent.work_arguments);
    assert_string_equal(got.key.work, "mine");
    assert_string_equal(got.work_reference, sent.work_reference);
    assert_string_equal(got.work_identity, sent.work_identity);
    free(text);
    sent.work_reference[0] = '\0';
    text = wire_write_request(&sent);
    read_request(text, &got, &error);
    assert_error(&error, ERROR_NOT_COMPARABLE, "this build has no work 'mine'");
    free(text);
}

static void a_strategy_of_a_library_arrives_with_its_options(void **state)
{
    (void)state;
    struct visit_request sent = a_request(), got;
    struct error error;
    sent.key.strategy = "mine";
    sent.key.options = "threads=busy&\"x\"";
    snprintf(sent.strategy_reference, sizeof sent.strategy_reference, "/lib/lib \"m\".so");
    snprintf(sent.strategy_identity, sizeof sent.strategy_identity, "1:2 3 bytes of 4.5");
    char *text = wire_write_request(&sent);
    read_request(text, &got, &error);
    assert_no_error(&error);
    free(text);
    assert_string_equal(got.key.strategy, "mine");
    assert_string_equal(got.key.options, sent.key.options);
    assert_string_equal(got.strategy_reference, sent.strategy_reference);
    assert_string_equal(got.strategy_identity, sent.strategy_identity);
    sent.strategy_reference[0] = '\0';
    text = wire_write_request(&sent);
    read_request(text, &got, &error);
    assert_error(&error, ERROR_NOT_COMPARABLE, "this build has no strategy 'mine'");
    free(text);
}

static void texts_that_are_too_long_are_refused(void **state)
{
    (void)state;
    static char options[WIRE_TEXTS_BYTES + 1];
    struct visit_request sent = a_request(), got;
    struct error error;
    memset(options, 'x', sizeof options - 1);
    sent.key.options = options;
    char *text = wire_write_request(&sent);
    read_request(text, &got, &error);
    assert_error(&error, ERROR_NOT_COMPARABLE, "'options'");
    free(text);
}

/* Whoever reads it tells by its name alone what it is to do. */
static void every_kind_of_visit_has_its_name(void **state)
{
    (void)state;
    static const char *const names[] = {
        [VISIT_PREPARE] = "\"prepare\"",
        [VISIT_MEASURE] = "\"measure\"",
        [VISIT_FLOORS] = "\"floors\"",
        [VISIT_COUNT] = "\"count\"",
    };
    assert_int_equal(COUNT_OF(names), VISIT_KINDS);
    for (int kind = 0; kind < VISIT_KINDS; kind++) {
        struct visit_request sent = a_request(), got;
        struct error error;
        sent.kind = (enum visit_kind)kind;
        char *text = wire_write_request(&sent);
        assert_contains(text, names[kind]);
        read_request(text, &got, &error);
        assert_no_error(&error);
        assert_int_equal(got.kind, kind);
        assert_int_equal(got.maps, 18);
        free(text);
    }
}

/* So builds that do not know a field are not bothered with it before it is used. */
static void what_is_not_used_is_not_sent(void **state)
{
    (void)state;
    struct visit_request sent = {.key = key_of_nothing(),
                                 .input_fd = -1,
                                 .reference_fd = -1,
                                 .output_fd = -1,
                                 .canary_cpus = {-1, -1},
                                 .harness = 1};
    char *text = wire_write_request(&sent);
    assert_string_equal(text, "{\"kind\":\"prepare\",\"order\":[],\"mask\":[],\"canary_cpus\":[],"
                              "\"harness\":1,\"strategy\":\"serial\",\"workers\":1}");
    free(text);
}

static void a_request_that_would_measure_something_else_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"kind\":\"measure\",\"colour\":1}", "'colour'"},
        {"{\"kind\":\"guess\"}", "'kind'"},
        {"{\"schedule\":\"fair\"}", "'schedule'"},
        {"{\"workers\":-1}", "'workers'"},
        {"{\"maps\":\"many\"}", "'maps'"},
        {"{\"workers\":4294967296}", "'workers'"},
        {"{\"work\":\"a work that nobody knows\"}", "no work 'a work that nobody knows'"},
        {"{\"work\":\"empty\",\"strategy\":\"none\"}", "no strategy 'none'"},
        {"{\"work\":\"empty\"}", "no strategy ''"},
        {"{\"work\":7}", "'work'"},
        {"{\"mask\":[1024]}", "'mask'"},
        {"{\"canary_cpus\":[0,1,2]}", "'canary_cpus'"},
        {"{\"order_count\":1025}", "more than 1024 CPUs"},
        {"{\"a\\u001bb\":1}", "does not know what is asked for"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct visit_request request;
        struct error error;
        read_request(cases[i][0], &request, &error);
        assert_error(&error, ERROR_NOT_COMPARABLE, cases[i][1]);
    }
}

static void what_is_no_request_is_a_mistake_of_whoever_started_it(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "hello", "[]", "{\"kind\":\"measure\"", "{} {}", "{\"size\":1,\"size\":2}"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct visit_request request;
        struct error error;
        read_request(cases[i], &request, &error);
        assert_error(&error, ERROR_USAGE, "started by breakeven itself only");
    }
}

/* ------------------------------------------------------------------------------- readings */

static void readings_arrive_as_they_were_sent(void **state)
{
    (void)state;
    struct reading sent[READINGS_MOST], got[READINGS_MOST];
    struct error error = {0};
    uint32_t count;
    for (uint32_t i = 0; i < READINGS_MOST; i++) {
        sent[i] = a_reading();
        sent[i].reading = i;
        memset(sent[i].detail, '\x01', sizeof sent[i].detail - 1); /* six characters each in JSON */
    }
    sent[0] = a_reading();
    char *text = wire_write_readings(sent, READINGS_MOST);
    assert_non_null(text);
    assert_true(strlen(text) < WIRE_READINGS_BYTES);
    wire_read_readings(text, strlen(text), got, &count, &error);
    assert_no_error(&error);
    assert_int_equal(count, READINGS_MOST);
    assert_string_equal(got[0].detail, "a \"quoted\" word,\nand ?, which is no UTF-8");
    for (uint32_t i = 0; i < READINGS_MOST; i++) {
        assert_int_equal(got[i].reading, sent[i].reading);
        assert_true(got[i].ns_per_map == 0.1 && got[i].participation == 1.0 / 3);
        assert_unknown(got[i].close_ns);
        assert_memory_equal(&got[i].used, &sent[i].used, sizeof sent[i].used);
        assert_true(got[i].steal_ticks == UINT64_MAX);
        assert_int_equal(got[i].status, STATUS_TIMED_OUT);
        assert_memory_equal(&got[i].stages, &sent[i].stages, sizeof sent[i].stages);
        assert_string_equal(got[i].runtime, "libgomp.so.1");
    }
    free(text);
}

static void what_another_build_says_beyond_what_is_known_is_passed_over(void **state)
{
    (void)state;
    static const char text[] = "[{\"status\":\"ok\",\"ns_per_map\":7,\"colour\":\"red\"}]";
    struct reading readings[READINGS_MOST];
    struct error error = {0};
    uint32_t count;
    wire_read_readings(text, strlen(text), readings, &count, &error);
    assert_no_error(&error);
    assert_int_equal(count, 1);
    assert_true(readings[0].ns_per_map == 7);
    assert_unknown(readings[0].roundtrip_ns);
}

static void damaged_readings_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "not a list"},
        {"[]", "not a list"},
        {"[{},{},{},{},{},{},{},{},{},{},{}]", "not a list"},
        {"[1]", "no reading"},
        {"[{\"status\":\"fine\"}]", "'status'"},
        {"[{\"ns_per_map\":\"fast\"}]", "'ns_per_map'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading readings[READINGS_MOST];
        struct error error = {0};
        uint32_t count;
        wire_read_readings(cases[i][0], strlen(cases[i][0]), readings, &count, &error);
        assert_error(&error, ERROR_REFUSED, cases[i][1]);
        assert_int_equal(count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_arrives_as_it_was_sent),
        cmocka_unit_test(hosts_arrive_with_how_many_of_them_are_meant),
        cmocka_unit_test(a_work_that_is_not_built_in_arrives_with_its_reference),
        cmocka_unit_test(a_strategy_of_a_library_arrives_with_its_options),
        cmocka_unit_test(texts_that_are_too_long_are_refused),
        cmocka_unit_test(every_kind_of_visit_has_its_name),
        cmocka_unit_test(what_is_not_used_is_not_sent),
        cmocka_unit_test(a_request_that_would_measure_something_else_is_refused),
        cmocka_unit_test(what_is_no_request_is_a_mistake_of_whoever_started_it),
        cmocka_unit_test(readings_arrive_as_they_were_sent),
        cmocka_unit_test(what_another_build_says_beyond_what_is_known_is_passed_over),
        cmocka_unit_test(damaged_readings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
