#include "bench/report/panel/panel.h"
#include "bench/report/picture/picture.h"
#include "bench/report/words/beside.h"
#include "tests/samples.h"

/* A run of two runtimes, which only what is told together has to tell apart. */

enum { ROUNDS = 7, MOST_SAMPLES = 512 };

struct run {
    struct sample rows[MOST_SAMPLES];
    struct samples samples;
    struct visits visits;
    struct findings found;
    struct panels panels;
};

/* Rounds of a cell, warm; ns for each iteration of each of 8 jobs. */
static void add(struct run *run, const char *strategy, const char *python, uint64_t size, double ns)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        double noise = 1 + 0.001 * (double)round;
        struct sample sample = warm_sample(round, strategy, 8 * (double)size * ns * noise);
        sample.key.size = size;
        sample.key.workers = strstr(strategy, "serial") != NULL ? 1 : 2;
        sample.key.python = python;
        sample.key.baseline = *python != '\0' ? "py-serial" : "";
        assert_true(run->samples.count < MOST_SAMPLES);
        run->rows[run->samples.count++] = sample;
    }
}

static void fail_first(struct run *run, const char *strategy)
{
    for (size_t i = 0; i < run->samples.count; i++) {
        struct sample *sample = &run->rows[i];
        if (!text_equal(sample->key.strategy, strategy))
            continue;
        sample->temperature = "cold";
        sample->status = "crashed";
        sample->ns_per_map = NAN;
        return;
    }
}

static void find(struct run *run)
{
    struct error error = {0};
    run->samples.rows = run->rows;
    run->found.host.cpus_usable = 2;
    visits_reduce(&run->samples, &run->visits, &error);
    assert_no_error(&error);
    speedup_summarise(&run->visits, 2, &run->found.summaries, &error);
    assert_no_error(&error);
    crossover_find(&run->found.summaries, &run->found.crossovers, &error);
    assert_no_error(&error);
    panels_find(&run->found, &run->panels, &error);
    assert_no_error(&error);
}

static struct run *new_run(void)
{
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    return run;
}

static void free_run(struct run *run)
{
    panels_free(&run->panels);
    free(run->found.summaries.rows);
    free(run->found.crossovers.rows);
    visits_free(&run->visits);
    free(run);
}

static struct run *make_both(void)
{
    struct run *run = new_run();
    for (uint64_t size = 100; size <= 10000; size *= 10) {
        add(run, "serial", "", size, 1);
        add(run, "threadpool", "", size, 0.5);
        add(run, "py-serial", "python3", size, 60);
        add(run, "py-pool", "python3", size, size > 1000 ? 31 : 90);
    }
    return run;
}

static void assert_named(const struct panel *panel, const char *wanted)
{
    char name[176];
    picture_name(panel, "overhead", name, sizeof name);
    assert_string_equal(name, wanted);
}

static struct lines lines_of(const struct panel *panel)
{
    struct error error = {0};
    struct lines lines;
    panel_lines(panel, &lines, &error);
    assert_no_error(&error);
    return lines;
}

/* ------------------------------------------------------------------------------- tests */

static void each_runtime_has_a_panel_and_all_have_a_joint_one(void **state)
{
    struct run *run = make_both();
    char text[160];
    (void)state;
    find(run);
    assert_int_equal(run->panels.count, 2);
    assert_int_equal(run->panels.joint_count, 1);
    const struct panel *c = &run->panels.rows[0], *python = &run->panels.rows[1];
    const struct panel *joint = &run->panels.joint[0];
    assert_ptr_equal(c->joint, joint);
    assert_ptr_equal(python->joint, joint);
    assert_true(panel_comes_first(c));
    assert_false(panel_comes_first(python));
    assert_named(c, "squares-overhead");
    assert_named(python, "squares-py-serial-overhead");
    assert_named(joint, "squares-overhead");
    panel_describe_runtime(python, text, sizeof text);
    assert_string_equal(text, " beside py-serial");
    panel_describe_runtime(c, text, sizeof text);
    assert_string_equal(text, "");
    panel_describe_baselines(joint, text, sizeof text);
    assert_string_equal(text, "serial or py-serial");
    free_run(run);
}

static void a_panel_has_the_lines_of_its_runtime_the_baseline_first(void **state)
{
    static const char *const all[] = {"serial", "threadpool", "py-serial", "py-pool"};
    struct run *run = make_both();
    (void)state;
    find(run);
    struct lines python = lines_of(&run->panels.rows[1]), joint = lines_of(&run->panels.joint[0]);
    assert_int_equal(python.count, 2);
    assert_string_equal(python.lines[0].key.strategy, "py-serial");
    assert_string_equal(python.lines[1].key.strategy, "py-pool");
    assert_int_equal(joint.count, COUNT_OF(all));
    for (size_t i = 0; i < COUNT_OF(all); i++)
        assert_string_equal(joint.lines[i].key.strategy, all[i]);
    assert_ptr_equal(panel_part_of(&run->panels.joint[0], &joint.lines[3]), &run->panels.rows[1]);
    free(python.lines);
    free(joint.lines);
    free_run(run);
}

static void interpreters_are_runtimes_of_their_own(void **state)
{
    struct run *run = make_both();
    char text[160];
    (void)state;
    add(run, "py-serial", "python3.13", 100, 30);
    add(run, "py-pool", "python3.13", 100, 16);
    find(run);
    assert_int_equal(run->panels.count, 3);
    panel_name_baseline(&run->panels.rows[2], text, sizeof text);
    assert_string_equal(text, "py-serial (python3.13)");
    panel_name_baseline(&run->panels.rows[0], text, sizeof text);
    assert_string_equal(text, "serial");
    assert_named(&run->panels.rows[1], "squares-py-serial-python3-overhead");
    free_run(run);
}

static void a_baseline_alone_has_a_panel_only_where_it_went_wrong(void **state)
{
    (void)state;
    for (int wrong = 0; wrong < 2; wrong++) {
        struct run *run = new_run();
        add(run, "serial", "", 1000, 1);
        add(run, "py-serial", "python3", 1000, 60);
        add(run, "py-pool", "python3", 1000, 31);
        if (wrong == 1)
            fail_first(run, "serial");
        find(run);
        assert_int_equal(run->panels.count, 1 + wrong);
        assert_int_equal(run->panels.joint_count, 0);
        assert_null(run->panels.rows[0].joint);
        free_run(run);
    }
    struct run *run = new_run();
    add(run, "serial", "", 1000, 1);
    find(run);
    assert_int_equal(run->panels.count, 1);
    free_run(run);
}

static void a_baseline_is_told_beside_serial(void **state)
{
    struct run *run = make_both();
    char *text = NULL;
    size_t bytes;
    (void)state;
    find(run);
    struct lines python = lines_of(&run->panels.rows[1]), c = lines_of(&run->panels.rows[0]);
    struct beside_ratio ratio = beside_ratio_of(&run->panels.rows[1], &python);
    assert_float_equal(ratio.least, 60, 0.1);
    assert_float_equal(ratio.most, 60, 0.1);
    FILE *file = open_memstream(&text, &bytes);
    assert_non_null(file);
    assert_true(beside_write_ratio(file, &run->panels.rows[1], &python));
    assert_false(beside_write_ratio(file, &run->panels.rows[0], &c));
    fclose(file);
    assert_string_equal(text, "py-serial takes 60 times as long as serial");
    free(text);
    free(python.lines);
    free(c.lines);
    free_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_runtime_has_a_panel_and_all_have_a_joint_one),
        cmocka_unit_test(a_panel_has_the_lines_of_its_runtime_the_baseline_first),
        cmocka_unit_test(interpreters_are_runtimes_of_their_own),
        cmocka_unit_test(a_baseline_alone_has_a_panel_only_where_it_went_wrong),
        cmocka_unit_test(a_baseline_is_told_beside_serial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
