/* What a trace looks like in files and on the terminal. */
#include "bench/base/csv.h"
#include "bench/base/text.h"
#include "tests/fixtures.h"

#include "bench/report/timeline/timeline.h"

#include <jansson.h>

enum { JOBS = 5 };

static const char hostile[] = "\"<script>alert(1)</script>'`touch x`\n\x1b[31m,\\";

static void print_result(const void *result, char *text, size_t bytes)
{
    snprintf(text, bytes, "%d", *(const unsigned char *)result);
}

static const unsigned char results[JOBS] = {7, 8, 9, 10, 11};

/* Two workers; job 2 crashed, job 3 failed in its second run, job 4 never ran. */
static const struct ran_job some_jobs[JOBS] = {
    {100000, 200500, 0, 11, 21, 0, RAN_DONE, 0, 0},
    {100000, 300000, 1, 12, 22, 1, RAN_DONE, 0, 0},
    {210000, TIMELINE_NO_TIME, 0, 11, 21, 0, RAN_CRASHED, 11, 0},
    {310000, 400000, 1, 12, 22, 1, RAN_FAILED, 3, 1},
    {TIMELINE_NO_TIME, TIMELINE_NO_TIME, TIMELINE_NO_WORKER, 0, 0, -1, RAN_LOST, 0, 0},
};

static struct timeline made(const char *strategy, bool cold, struct ran_job jobs[], uint64_t count)
{
    return (struct timeline){.strategy = strategy,
                             .work = "squares",
                             .size = 1000,
                             .workers = 2,
                             .cold = cold,
                             .map_ns = cold ? 50000 : 0,
                             .mapped_ns = 500000,
                             .closed_ns = cold ? 600000 : 500000,
                             .jobs = jobs,
                             .count = count,
                             .results = results,
                             .result_bytes = 1,
                             .result_text = print_result};
}

static struct host made_host(void)
{
    struct host host = {.cpus_usable = 2};
    snprintf(host.model, sizeof host.model, "%s", hostile);
    snprintf(host.kernel, sizeof host.kernel, "Linux \xff");
    return host;
}

/* ------------------------------------------------------------------------------- CSV */

/* The fields of a line of a file, which has no quotes; the caller frees the line, fields[0]. */
static size_t split_line(const char *text, size_t number, char *fields[], size_t most)
{
    size_t count = 0;
    for (; number > 0; number--)
        text = strchr(text, '\n') + 1;
    char *rest = strndup(text, strcspn(text, "\n")), *field;
    while (count < most && (field = strsep(&rest, ",")) != NULL)
        fields[count++] = field;
    return count;
}

static char *write_csv(void **state, const struct timelines *timelines)
{
    struct error error = {0};
    char *path = scratch_path(state, "trace.csv");
    if (timelines_write_csv(path, timelines, &error) != 0)
        stop_test("%s", error.text);
    char *text = file_read(path);
    free(path);
    return text;
}

static void rows_of_a_cold_trace_have_its_start_and_end(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("forkpool", true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    char *text = write_csv(state, &timelines);
    assert_string_equal(
        text,
        "strategy,work,size,temperature,span,job,worker,pid,thread,cpu,start_ns,end_ns,outcome,"
        "code,reruns,who\n"
        "forkpool,squares,1000,cold,open,,,,,,0,50000,,,,\n"
        "forkpool,squares,1000,cold,map,,,,,,50000,500000,,,,\n"
        "forkpool,squares,1000,cold,job,0,0,11,21,0,100000,200500,done,,0,\n"
        "forkpool,squares,1000,cold,job,1,1,12,22,1,100000,300000,done,,0,\n"
        "forkpool,squares,1000,cold,job,2,0,11,21,0,210000,,crashed,11,0,\n"
        "forkpool,squares,1000,cold,job,3,1,12,22,1,310000,400000,failed,3,1,\n"
        "forkpool,squares,1000,cold,job,4,,,,,,,lost,,,\n"
        "forkpool,squares,1000,cold,close,,,,,,500000,600000,,,,\n");
    free(text);
}

static void a_warm_trace_has_neither_start_nor_end(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("forkpool", false, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    char *text = write_csv(state, &timelines), *fields[16];
    assert_int_equal(split_line(text, 1, fields, 16), 16);
    assert_string_equal(fields[4], "map");
    free(fields[0]);
    assert_null(strstr(text, ",open,"));
    assert_null(strstr(text, ",close,"));
    free(text);
}

static void hostile_names_stay_one_field(void **state)
{
    struct timeline timeline = made(hostile, false, NULL, 0);
    struct timelines timelines = {&timeline, 1, 1};
    char *text = write_csv(state, &timelines);
    assert_contains(text, "\n\"\"\"<script>alert(1)</script>'`touch x`\n\x1b[31m,\\\",squares,");
    free(text);
}

/* ------------------------------------------------------------------------------- trace events */

static json_t *write_json(void **state, const struct timelines *timelines)
{
    struct error error = {0};
    struct host host = made_host();
    json_error_t problem;
    char *path = scratch_path(state, "trace.json");
    if (timelines_write_json(path, timelines, &host, &error) != 0)
        stop_test("%s", error.text);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        stop_test("%s:%d: %s", path, problem.line, problem.text);
    free(path);
    return root;
}

static const json_t *events_of(const json_t *root)
{
    const json_t *events = json_object_get(root, "traceEvents");
    assert_true(json_is_array(events));
    return events;
}

/* The event of that process and name; NULL where there is none. */
static const json_t *find_event(const json_t *root, int process, const char *name)
{
    const json_t *events = events_of(root);
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i);
        if (json_integer_value(json_object_get(event, "pid")) == process &&
            text_equal(json_string_value(json_object_get(event, "name")), name))
            return event;
    }
    return NULL;
}

static double number_in(const json_t *event, const char *key)
{
    const json_t *value = json_object_get(event, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static const char *text_in(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    assert_non_null(text);
    return text;
}

static void a_job_is_a_complete_event_in_us_on_the_track_of_its_worker(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("forkpool", true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    json_t *root = write_json(state, &timelines);
    const json_t *job = find_event(root, 1, "job 0"), *arguments = json_object_get(job, "args");
    assert_string_equal(text_in(job, "ph"), "X");
    assert_near(number_in(job, "ts"), 100);
    assert_near(number_in(job, "dur"), 100.5);
    assert_near(number_in(job, "tid"), 1);
    assert_near(number_in(arguments, "job"), 0);
    assert_near(number_in(arguments, "size"), 1000);
    assert_near(number_in(arguments, "cpu"), 0);
    assert_near(number_in(arguments, "pid"), 11);
    assert_near(number_in(arguments, "thread"), 21);
    assert_string_equal(text_in(arguments, "outcome"), "done");
    assert_near(number_in(find_event(root, 1, "job 1"), "tid"), 2);
    json_decref(root);
}

static void a_job_that_did_not_end_is_an_instant_and_one_that_never_ran_is_none(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("forkpool", true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    json_t *root = write_json(state, &timelines);
    const json_t *crashed = find_event(root, 1, "job 2"), *failed = find_event(root, 1, "job 3");
    assert_string_equal(text_in(crashed, "ph"), "i");
    assert_null(json_object_get(crashed, "dur"));
    assert_near(number_in(crashed, "ts"), 210);
    assert_string_equal(text_in(json_object_get(crashed, "args"), "outcome"), "crashed");
    assert_near(number_in(json_object_get(crashed, "args"), "code"), 11);
    assert_near(number_in(json_object_get(failed, "args"), "reruns"), 1);
    assert_null(find_event(root, 1, "job 4"));
    json_decref(root);
}

static void strategies_are_processes_and_workers_are_threads_with_names(void **state)
{
    struct timeline both[] = {made("fork", true, NULL, 0), made("openmp", false, NULL, 0)};
    struct timelines timelines = {both, 2, 1};
    json_t *root = write_json(state, &timelines);
    size_t names = 0;
    const json_t *process = find_event(root, 2, "process_name");
    assert_string_equal(text_in(process, "ph"), "M");
    assert_string_equal(text_in(json_object_get(process, "args"), "name"), "openmp, warm");
    const json_t *events = events_of(root);
    for (size_t i = 0; i < json_array_size(events); i++)
        names += text_equal(text_in(json_array_get(events, i), "name"), "thread_name");
    assert_int_equal(names, 2 * 3);
    assert_non_null(find_event(root, 1, "open"));
    assert_non_null(find_event(root, 1, "close"));
    assert_null(find_event(root, 2, "open"));
    assert_non_null(find_event(root, 2, "map"));
    json_decref(root);
}

static void hostile_names_are_escaped(void **state)
{
    struct timeline timeline = made(hostile, true, NULL, 0);
    struct timelines timelines = {&timeline, 1, 1};
    json_t *root = write_json(state, &timelines);
    const json_t *name = json_object_get(find_event(root, 1, "process_name"), "args");
    assert_contains(text_in(name, "name"), "<script>");
    assert_string_equal(text_in(json_object_get(root, "otherData"), "model"), hostile);
    json_decref(root);
}

static void a_million_events_are_valid_and_not_held_in_memory(void **state)
{
    enum { KIB = 1024 };
    uint64_t many = fixture_jobs(1000000);
    struct ran_job *jobs = calloc(many, sizeof *jobs);
    struct timeline timeline = made("forkpool", true, jobs, many);
    struct timelines timelines = {&timeline, 1, 1};
    struct error error = {0};
    struct host host = made_host();
    struct rusage before, after;
    char *path = scratch_path(state, "million.json"), *line = NULL;
    size_t room = 0, jobs_read = 0;
    assert_non_null(jobs);
    for (uint64_t i = 0; i < many; i++)
        jobs[i] = (struct ran_job){i * 100, i * 100 + 50, i % 2, 11, 21, 0, RAN_DONE, 0, 0};
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(timelines_write_json(path, &timelines, &host, &error), 0);
    getrusage(RUSAGE_SELF, &after);
    if (!SANITIZED)
        assert_true(after.ru_maxrss - before.ru_maxrss < 16 * KIB);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
        line[length - 2] = line[length - 2] == ',' ? '\0' : line[length - 2];
        json_t *event =
            strncmp(line, "{\"name\":\"job ", 13) == 0 ? json_loads(line, 0, NULL) : NULL;
        jobs_read += event != NULL;
        json_decref(event);
    }
    assert_int_equal(jobs_read, many);
    fclose(file);
    free(line);
    free(path);
    free(jobs);
}

static const char two_ranks[2][TIMELINE_WHO_BYTES] = {"rank 1 on a", "rank 2 on <b>"};

static void a_worker_of_which_something_is_said_is_called_so_in_both_files(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("mpi", true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    timeline.who = two_ranks[0];
    char *text = write_csv(state, &timelines);
    assert_contains(text, "job,1,1,12,22,1,100000,300000,done,,0,rank 2 on <b>\n");
    assert_contains(text, "job,4,,,,,,,lost,,,\n");
    free(text);
    json_t *root = write_json(state, &timelines);
    bool found = false;
    for (size_t i = 0; i < json_array_size(events_of(root)); i++) {
        const json_t *event = json_array_get(events_of(root), i);
        const json_t *arguments = json_object_get(event, "args");
        found = found || (text_equal(text_in(event, "name"), "thread_name") &&
                          text_equal(text_in(arguments, "name"), "rank 2 on <b>"));
    }
    assert_true(found);
    json_decref(root);
}

/* ------------------------------------------------------------------------------- the terminal */

static char *print(const struct timelines *timelines, bool all)
{
    struct error error = {0};
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    assert_int_equal(timelines_print(file, timelines, all, &error), 0);
    fclose(file);
    return text;
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (; *text != '\0'; text += strcspn(text, "\n") + (text[strcspn(text, "\n")] != '\0'))
        longest = strcspn(text, "\n") > longest ? strcspn(text, "\n") : longest;
    return longest;
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void a_table_tells_below_who_each_worker_is(void **state)
{
    enum { MANY = 20 };
    static char many_ranks[MANY][TIMELINE_WHO_BYTES];
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("mpi", true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    (void)state;
    timeline.who = two_ranks[0];
    char *text = print(&timelines, false);
    assert_contains(text, "\nWorker 0 is rank 1 on a, 1 is rank 2 on <b>.\n");
    free(text);
    for (int i = 0; i < MANY; i++)
        snprintf(many_ranks[i], sizeof many_ranks[i], "rank %d on node%d", i + 1, i / 4);
    timeline.who = many_ranks[0];
    timeline.workers = MANY;
    text = print(&timelines, false);
    assert_contains(text, "rank 16 on node3, and so on;");
    assert_null(strstr(text, "rank 17"));
    free(text);
}

static void a_table_tells_each_job_and_what_became_of_it(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made("forkpool", true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    char *text = print(&timelines, false);
    (void)state;
    assert_string_equal(
        text, "   job worker     pid  thread cpu    start us      end us  result\n"
              "  open                                    0.0        50.0\n"
              "     0      0      11      21   0       100.0       200.5  7\n"
              "     1      1      12      22   1       100.0       300.0  8\n"
              "     2      0      11      21   0       210.0           -  crashed: signal 11 "
              "(Segmentation fault)\n"
              "     3      1      12      22   1       310.0       400.0  failed: exit code 3 "
              "(run again: 1)\n"
              "     4      -       -       -   -           -           -  lost\n"
              " close                                  500.0       600.0\n"
              "5 jobs by 2 of 2 workers in 2 processes: 600 us (open 50.0 us, close 100 us)\n");
    free(text);
}

static void a_table_of_four_jobs_of_the_article_fits_80_columns(void **state)
{
    struct ran_job jobs[] = {
        {100000, 12345678900, 63, 4194303, 4194303, 255, RAN_DONE, 0, 0},
    };
    struct timeline timeline = made("forkpool", true, jobs, 1);
    struct timelines timelines = {&timeline, 1, 1};
    (void)state;
    timeline.closed_ns = 12345678900;
    char *text = print(&timelines, false);
    /* the article's result has 21 digits; this one has a single one */
    const char *line = strstr(text, "     0 ");
    assert_non_null(line);
    assert_true(strcspn(line, "\n") + 20 <= 80);
    free(text);
}

static void many_jobs_are_told_by_worker_unless_all_are_asked_for(void **state)
{
    enum { MANY = 1000 };
    struct ran_job *jobs = calloc(MANY, sizeof *jobs);
    unsigned char *many_results = calloc(MANY, 1);
    struct timeline timeline = made("forkpool", true, jobs, MANY);
    struct timelines timelines = {&timeline, 1, 1};
    (void)state;
    assert_true(jobs != NULL && many_results != NULL);
    timeline.results = many_results;
    for (uint64_t i = 0; i < MANY; i++)
        jobs[i] =
            (struct ran_job){50000 + i * 100, 50050 + i * 100, i % 2, 11, 21, 0, RAN_DONE, 0, 0};
    char *few = print(&timelines, false), *all = print(&timelines, true);
    assert_int_equal(lines_of(few), 1 + 2 + 1);
    assert_int_equal(lines_of(all), 1 + MANY + 2 + 1);
    assert_contains(few,
                    "     0      11      21        500   25.0 us  94.4%        50.0       149.8");
    assert_true(longest_line(few) <= 80);
    free(few);
    free(all);
    free(many_results);
    free(jobs);
}

static void several_strategies_are_compared_with_serial(void **state)
{
    struct timeline both[] = {made("serial", false, NULL, 0), made("openmp", false, NULL, 0)};
    struct timelines timelines = {both, 2, 1};
    (void)state;
    both[1].closed_ns = 250000;
    char *text = print(&timelines, false);
    assert_contains(text, "serial, warm: 0 jobs of squares of size 1k, 2 workers\n");
    assert_contains(text, "openmp              2     250 us          -          -       2.00");
    assert_true(longest_line(text) <= 80);
    free(text);
}

/* ------------------------------------------------------------------------------- the picture */

/* Without gnuplot script and data are left, and *tool says why. */
static void names_in_a_picture_do_not_act(void **state)
{
    struct ran_job jobs[JOBS];
    memcpy(jobs, some_jobs, sizeof jobs);
    struct timeline timeline = made(hostile, true, jobs, JOBS);
    struct timelines timelines = {&timeline, 1, 1};
    struct host host = made_host();
    struct error tool = {0}, error = {0};
    bool drawn;
    timeline.work = hostile;
    assert_int_equal(timelines_draw(*state, &timelines, &host, &picture_formats_default, NULL,
                                    &drawn, &tool, &error),
                     0);
    char *path = scratch_path(state, "plots/timeline.gp"), *script = file_read(path);
    assert_null(strchr(script, '\x1b'));
    assert_contains(script,
                    "heading = '5 jobs of \"<script>alert(1)</script>'.\"\\047\".'`touch x`");
    assert_true(drawn || tool.kind != ERROR_NONE);
    free(script);
    free(path);
}

static void a_batch_of_no_jobs_has_no_picture(void **state)
{
    struct timeline timeline = made("forkpool", true, NULL, 0);
    struct timelines timelines = {&timeline, 1, 1};
    struct host host = made_host();
    struct error tool = {0}, error = {0};
    bool drawn;
    assert_int_equal(timelines_draw(*state, &timelines, &host, &picture_formats_default, NULL,
                                    &drawn, &tool, &error),
                     0);
    assert_false(drawn);
    assert_no_error(&tool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_cold_trace_have_its_start_and_end),
        cmocka_unit_test(a_warm_trace_has_neither_start_nor_end),
        cmocka_unit_test(hostile_names_stay_one_field),
        cmocka_unit_test(a_job_is_a_complete_event_in_us_on_the_track_of_its_worker),
        cmocka_unit_test(a_job_that_did_not_end_is_an_instant_and_one_that_never_ran_is_none),
        cmocka_unit_test(strategies_are_processes_and_workers_are_threads_with_names),
        cmocka_unit_test(hostile_names_are_escaped),
        cmocka_unit_test(a_worker_of_which_something_is_said_is_called_so_in_both_files),
        cmocka_unit_test(a_table_tells_below_who_each_worker_is),
        cmocka_unit_test(a_million_events_are_valid_and_not_held_in_memory),
        cmocka_unit_test(a_table_tells_each_job_and_what_became_of_it),
        cmocka_unit_test(a_table_of_four_jobs_of_the_article_fits_80_columns),
        cmocka_unit_test(many_jobs_are_told_by_worker_unless_all_are_asked_for),
        cmocka_unit_test(several_strategies_are_compared_with_serial),
        cmocka_unit_test(names_in_a_picture_do_not_act),
        cmocka_unit_test(a_batch_of_no_jobs_has_no_picture),
    };
    return cmocka_run_group_tests_name("timeline", tests, scratch_make, scratch_remove);
}
