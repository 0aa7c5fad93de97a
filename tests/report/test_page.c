#include "bench/report/html/page.h"
#include "bench/report/words/scaling_text.h"
#include "tests/support.h"

#include <sys/stat.h>

/* The golden page: with BREAKEVEN_UPDATE_GOLDEN=1 in the environment it is written, not compared.
 * Look at what changed, in a browser too, before you keep it. */

/* A small run: the golden files that the tables write. */
struct run {
    struct findings found;
    struct model model;
    struct error tool; /* why not all pictures were drawn */
};

static void read_rows(struct run *run, const char *path, const struct csv_format *format,
                      void *rows, size_t *count)
{
    struct error error = {0};
    struct csv_rows read;
    csv_read_file(path, format, &run->found.strings, &read, &error);
    assert_no_error(&error);
    memcpy(rows, &read.rows, sizeof read.rows);
    *count = read.count;
}

static struct run *read_run(const char *summary, const char *crossover)
{
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    read_rows(run, summary, &summary_format, &run->found.summaries.rows,
              &run->found.summaries.count);
    read_rows(run, crossover, &crossover_format, &run->found.crossovers.rows,
              &run->found.crossovers.count);
    run->found.host = (struct host){.cpus_usable = 2,
                                    .seed = 7,
                                    .page_bytes = 4096,
                                    .model = "Some CPU",
                                    .architecture = "x86_64",
                                    .kernel = "Linux 6.1",
                                    .started = "2026-11-22 13:14 UTC",
                                    .suite = "quick",
                                    .commit = "0123abc",
                                    .load_average = NAN,
                                    .warnings = {{"turbo is on; turn it off"}, 1}};
    run->found.disturbances = (struct disturbances){20, 2, 100, {.count = 0}};
    return run;
}

static struct run *read_golden(void)
{
    return read_run("tests/golden/summary.csv", "tests/golden/crossover.csv");
}

static void free_run(struct run *run)
{
    findings_free(&run->found);
    model_free(&run->model);
    free(run);
}

/* A folder of the test's own for a run; the caller frees the path. */
static char *make_folder(void **state, const char *name)
{
    char *folder = scratch_path(state, name), *plots = NULL;
    assert_true(asprintf(&plots, "%s/plots", folder) > 0);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(mkdir(plots, 0777), 0);
    free(plots);
    return folder;
}

static void add_plot(const char *folder, const char *name, const char *text)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/plots/%s", folder, name) > 0);
    file_write(path, text, strlen(text));
    free(path);
}

static int write_page(const struct run *run, const char *folder, struct error *error)
{
    struct panels panels;
    int result = panels_find(&run->found, &panels, error);
    if (result == 0)
        result = page_write(folder, &panels, &run->model, &run->tool, error);
    panels_free(&panels);
    return result;
}

/* The page of a run; the caller frees it. */
static char *page_of(const struct run *run, const char *folder)
{
    struct error error = {0};
    char *path = NULL;
    write_page(run, folder, &error);
    assert_no_error(&error);
    assert_true(asprintf(&path, "%s/report.html", folder) > 0);
    char *text = file_read(path);
    free(path);
    return text;
}

/* Cuts out what stands between two tags. */
static void cut(char *text, const char *open, const char *close)
{
    char *from = strstr(text, open), *to = from != NULL ? strstr(from, close) : NULL;
    assert_non_null(to);
    memmove(from + strlen(open), to, strlen(to) + 1);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

#define PICTURE                                                                                    \
    "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 10 10\"><title>Gnuplot</title><g id=\"a\"/><use " \
    "xlink:href='#a' color='rgb(  0, 114, 178)'/></svg>\n"

/* ------------------------------------------------------------------------------- tests */

static void the_page_of_a_small_run_is_the_golden_one(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "golden");
    add_plot(folder, "squares-speedup-size-warm.svg", PICTURE);
    add_plot(folder, "squares-speedup-size-warm.gp", "plot\n");
    add_plot(folder, "squares-overhead.svg", PICTURE);
    char *page = page_of(run, folder);
    cut(page, "<style>\n", "</style>");
    cut(page, "<script>\n", "</script>");
    if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL)
        file_write("tests/golden/page.html", page, strlen(page));
    char *wanted = file_read("tests/golden/page.html");
    if (strcmp(page, wanted) != 0)
        stop_test("tests/golden/page.html differs from what is written now:\n%s", page);
    free(wanted);
    free(page);
    free(folder);
    free_run(run);
}

/* What a name from a file may not become. */
#define HOSTILE "</h1><script>alert('x')</script>\" onload=\"x & \x1b[31m"
#define HARMLESS                                                                                   \
    "&lt;/h1&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;x &amp; "       \
    "\\x1b[31m"

static void no_text_of_a_file_is_markup(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "hostile");
    for (size_t i = 0; i < run->found.summaries.count; i++)
        if (strcmp(run->found.summaries.rows[i].key.work, "stream") == 0)
            run->found.summaries.rows[i].key.work = HOSTILE;
        else if (strcmp(run->found.summaries.rows[i].key.strategy, "fork") == 0)
            run->found.summaries.rows[i].key.strategy = HOSTILE;
        else if (strcmp(run->found.summaries.rows[i].status, "ok") != 0)
            run->found.summaries.rows[i].detail = HOSTILE;
    for (size_t i = 0; i < run->found.crossovers.count; i++)
        if (strcmp(run->found.crossovers.rows[i].key.strategy, "fork") == 0)
            run->found.crossovers.rows[i].key.strategy = HOSTILE;
    char *const texts[] = {run->found.host.model,      run->found.host.kernel,
                           run->found.host.hypervisor, run->found.host.suite,
                           run->found.host.started,    run->found.host.title,
                           run->found.host.commit,     run->found.host.warnings.texts[0]};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        strcpy(texts[i], i == 4 ? "<script>" : i == 6 || i == 2 ? "</script><b>\"" : HOSTILE);
    run->tool = (struct error){ERROR_REFUSED, HOSTILE};
    char *page = page_of(run, folder);
    assert_true(count_of(page, HARMLESS) >= 10);
    assert_int_equal(count_of(page, "<script"), 1);
    assert_int_equal(count_of(page, "</script"), 1);
    assert_int_equal(count_of(page, "</h1>"), 1);
    assert_null(strstr(page, "onload=\""));
    assert_null(strstr(page, "\x1b"));
    assert_null(strstr(page, "<b>\""));
    free(page);
    free(folder);
    free_run(run);
}

static void a_page_without_pictures_has_its_tables_and_says_why(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "without");
    run->tool = (struct error){ERROR_REFUSED, "gnuplot: not found; install it: make deps"};
    char *page = page_of(run, folder);
    assert_contains(page, "Not all pictures are here: gnuplot: not found; install it: make deps");
    assert_contains(page, "id=\"crossover-table\"");
    assert_contains(page, "Speedups of threadpool");
    assert_null(strstr(page, "<figure>"));
    assert_null(strstr(page, "id=\"scaling\"")); /* a part of pictures alone */
    assert_null(strstr(page, "#scaling"));
    free(page);
    free(folder);
    free_run(run);
}

static void pictures_of_no_panel_are_shown_on_their_own(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "alone");
    add_plot(folder, "squares-timeline.svg", PICTURE);
    add_plot(folder, "mine.svg", PICTURE);
    add_plot(folder, "bad name.svg", PICTURE);
    add_plot(folder, "note.txt", "x");
    char *page = page_of(run, folder);
    assert_contains(page, "<h2 id=\"h-timeline\">The timeline</h2>");
    assert_contains(page, "id=\"p-squares-timeline-title\"");
    assert_contains(page, "<h2 id=\"h-pictures\">More pictures</h2>");
    assert_contains(page, "id=\"p-mine-title\"");
    assert_contains(page, "href=\"#p-mine-a\"");
    assert_int_equal(count_of(page, "<div class=\"paper\"><svg"), 2);
    assert_null(strstr(page, "bad name"));
    assert_null(strstr(page, "note.txt"));
    free(page);
    free(folder);
    free_run(run);
}

static void a_picture_that_is_none_is_linked_and_not_shown(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "none");
    char *target = scratch_file(state, "elsewhere.svg", PICTURE), *link = NULL;
    char *large = malloc((1 << 20) + sizeof PICTURE);
    assert_non_null(large);
    memset(large, ' ', 1 << 20);
    strcpy(large + (1 << 20), PICTURE);
    add_plot(folder, "squares-speedup-size-warm.svg",
             "<svg viewBox=\"0 0 1 1\"><script>alert(1)</script></svg>");
    add_plot(folder, "squares-overhead.svg", large);
    assert_true(asprintf(&link, "%s/plots/linked.svg", folder) > 0);
    assert_int_equal(symlink(target, link), 0);
    char *page = page_of(run, folder);
    assert_null(strstr(page, "alert(1)"));
    assert_null(strstr(page, "linked"));
    assert_contains(page, "The picture <a href=\"plots/squares-speedup-size-warm.svg\">");
    assert_contains(page, "The picture <a href=\"plots/squares-overhead.svg\">");
    assert_true(strlen(page) < 1 << 20);
    free(page);
    free(large);
    free(link);
    free(target);
    free(folder);
    free_run(run);
}

static void a_run_that_measured_nothing_has_a_page(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "nothing");
    run->found.summaries.count = run->found.crossovers.count = 0;
    run->found.disturbances = (struct disturbances){.roundtrip_ns = NAN};
    char *page = page_of(run, folder);
    assert_contains(page, "<p>Nothing was measured.</p>");
    assert_null(strstr(page, ">nan"));
    free(page);
    free(folder);
    free_run(run);
}

/* Nine strategies with three worker counts at each of 22 sizes, warm and cold. */
static void make_full(struct run *run)
{
    static const char *const names[] = {"fork",       "spawn",    "forkserver",
                                        "forkpool",   "forkteam", "threads",
                                        "threadpool", "openmp",   "openmp-tasks"};
    struct summary like = run->found.summaries.rows[0];
    size_t room = COUNT_OF(names) * 3 * 22 * 2;
    run->found.summaries.rows = reallocarray(run->found.summaries.rows, room, sizeof like);
    assert_non_null(run->found.summaries.rows);
    run->found.summaries.count = run->found.crossovers.count = 0;
    for (size_t i = 0; i < room; i++) {
        struct summary *row = &run->found.summaries.rows[run->found.summaries.count++];
        *row = like;
        row->temperature = i % 2 ? "cold" : "warm";
        row->key.workers = (uint64_t)1 << i / 2 % 3;
        row->key.size = 10 + i / 6 % 22;
        row->key.strategy = names[i / 132];
        row->speedup = 0.02 + (double)i / 1000;
        row->speedup_low = 0.9 * row->speedup;
        row->speedup_high = 1.1 * row->speedup;
    }
    qsort(run->found.summaries.rows, run->found.summaries.count, sizeof like, summary_compare);
}

/* A picture takes about 45 KiB; a work measured in full has six, and the default suite has one such
 * work and four that are measured at a few sizes. */
static void the_tables_of_a_work_measured_in_full_leave_room_for_its_pictures(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "full");
    make_full(run);
    char *page = page_of(run, folder);
    assert_int_equal(count_of(page, "Speedups of "), 9);
    assert_int_equal(count_of(page, "<small>"), run->found.summaries.count);
    assert_true(strlen(page) < 192 << 10);
    free(page);
    free(folder);
    free_run(run);
}

/* What a strategy of the model takes, by parameters that are all known. */
static void add_line(struct run *run, const char *strategy, uint32_t workers, double unit_ns)
{
    struct model *model = &run->model;
    model->lines = reallocarray(model->lines, model->count + 1, sizeof *model->lines);
    assert_non_null(model->lines);
    struct model_line *line = &model->lines[model->count++];
    *line = (struct model_line){.strategy = strategy, .workers = workers};
    for (size_t i = 0; i < MODEL_PARAMETER_COUNT; i++)
        line->parameters[i] = (struct interval){unit_ns, 0.9 * unit_ns, 1.1 * unit_ns};
    for (size_t i = 0; i < CONTENTION_COUNT; i++)
        line->company[i] = (struct interval){1, 1, 1};
    model->cpus = 2;
    model->page_bytes = 4096;
}

static void a_page_with_a_model_has_a_calculator(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "calculator");
    add_line(run, "threadpool", 2, 100);
    char *page = page_of(run, folder);
    assert_contains(page, "<h2 id=\"h-calculator\">Calculator</h2>");
    assert_contains(page, "<form id=\"asks\"");
    assert_contains(page, "\nconst breakevenModel = ");
    assert_contains(page, "\"key\":\"threadpool\",\"workers\":2,");
    assert_contains(page, "\"region_ns\":[100.0,90.0,110.0]");
    assert_contains(page, "\"share\":[1.0,");
    assert_contains(page, "<th scope=\"row\">10000 jobs of 1.00 ms</th><td>10.0 s</td>"
                          "<td><span class=\"key k-threadpool\"></span>threadpool, 2 workers</td>");
    free(page);
    free(folder);
    free_run(run);
}

static void names_in_a_model_are_no_markup(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "model-hostile");
    add_line(run, HOSTILE, 2, 100);
    add_line(run, "\xff\"]}", 2, 100);
    char *page = page_of(run, folder);
    assert_int_equal(count_of(page, "<script"), 2);
    assert_int_equal(count_of(page, "</script"), 2);
    assert_contains(page, "\"name\":\"\\u003c/h1\\u003e\\u003cscript\\u003ealert('x')");
    assert_contains(page, "\"name\":\"\\\\xff\\\"]}\"");
    assert_contains(page, HARMLESS ", 2 workers");
    assert_null(strstr(page, "\x1b"));
    free(page);
    free(folder);
    free_run(run);
}

static void a_run_that_tells_no_parameters_has_no_calculator_and_says_why(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "untold");
    add_line(run, "threadpool", 2, NAN);
    for (size_t i = 0; i < CONTENTION_COUNT; i++)
        run->model.lines[0].company[i] = (struct interval){NAN, NAN, NAN};
    char *page = page_of(run, folder);
    assert_contains(page, "<p>This run tells nothing of jobs that it did not measure");
    assert_null(strstr(page, "id=\"asks\""));
    assert_null(strstr(page, "breakevenModel"));
    free(page);
    free(folder);
    free_run(run);
}

static void laws_have_sentences_and_a_table(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "laws");
    read_rows(run, "tests/golden/law.csv", &cost_fit_format, &run->found.cost_fits.rows,
              &run->found.cost_fits.count);
    for (size_t i = 0; i < run->found.cost_fits.count; i++) { /* what the file does not hold */
        run->found.cost_fits.rows[i].page_bytes = 4096;
        run->found.cost_fits.rows[i].key.parent_mib = 0;
    }
    char *page = page_of(run, folder);
    assert_contains(page, "<h2 id=\"h-callers\">The caller's memory</h2>");
    assert_contains(page, "<li>fork, 2 workers: 100 us a job + 10.0 ns (± 0 %) for each 4 KiB page "
                          "that the caller holds: 2.72 ms at 1 GiB.</li>");
    assert_contains(page, "<caption><span>What the caller's memory costs one job");
    assert_contains(page, "href=\"law.csv\"");
    free(page);
    free(folder);
    free_run(run);
}

static void scaling_has_sentences_and_a_table(void **state)
{
    struct run *run = read_golden();
    struct error error = {0};
    const struct scaling_machine machine = {2, 2, 2, NAN};
    const struct visits none = {0};
    char *folder = make_folder(state, "scaling");
    scaling_find(&none, &run->found.summaries, &machine, &run->found.scalings, &error);
    assert_no_error(&error);
    assert_true(run->found.scalings.count > 0);
    char *page = page_of(run, folder);
    assert_contains(page, "<h2 id=\"h-scaling\">Scaling</h2>");
    assert_contains(page,
                    "<li>threadpool: 2 times as fast with 2 workers: next to nothing is lost.");
    assert_contains(page, "<p>No law is fitted: Amdahl&#39;s law needs 3 worker counts");
    assert_null(strstr(page, " No law is fitted")); /* once, and not in each line */
    assert_contains(page, "aria-label=\"Scaling by workers\"");
    assert_contains(page, "href=\"scaling.csv\"");
    free(page);
    free(folder);
    free_run(run);
}

/* What a sentence says of a made-up row of scaling.csv. */
static char *sentence_of(const struct scaling *row)
{
    const struct lines lines = {NULL, 0};
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    assert_non_null(file);
    scaling_write(file, &lines, row);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void the_time_of_a_crossover_is_of_the_size_beside_it(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "at-most");
    struct crossover *rows = run->found.crossovers.rows;
    for (size_t i = 0; i < run->found.crossovers.count; i++)
        if (text_equal(rows[i].verdict, "at")) {
            rows[i].size_low = NAN;
            rows[i].size_high = 1000;
        }
    char *page = page_of(run, folder);
    const char *row = strstr(page, ">at most 1k</td>");
    assert_non_null(row);
    const char *time = strstr(row, "2.56 us</td>"), *end = strstr(row, "</tr>");
    assert_true(time != NULL && time < end);
    assert_null(memmem(row, (size_t)(end - row), ">256 ns</td>", 12));
    free(page);
    free(folder);
    free_run(run);
}

static void a_law_is_told_beside_what_it_predicts(void **state)
{
    (void)state;
    struct scaling row = {
        .key = {.work = "squares",
                .strategy = "threadpool",
                .workers = 16,
                .schedule = "",
                .chunk = CSV_UNKNOWN,
                .env = "",
                .parent_pages = "",
                .transport = "",
                .bind = "",
                .spin_ns = CSV_UNKNOWN,
                .build = "",
                .options = "",
                .baseline = "",
                .python = "",
                .start_method = "",
                .results = ""},
        .speedup = 9,
        .speedup_low = 8.9,
        .speedup_high = 9.1,
        .serial_share = 0.05,
        .serial_share_low = 0.04,
        .serial_share_high = 0.06,
        .trend = "rising",
        .cause = "lock",
        .law = "usl",
        .refused = "",
        .counts = 7,
        .contention = 0.012,
        .contention_low = 0.01,
        .contention_high = 0.014,
        .coherence = 0.002,
        .coherence_low = 0.001,
        .coherence_high = 0.003,
        .peak = 22,
        .peak_low = 20,
        .peak_high = 25,
        .predicted = 11,
        .predicted_low = 10,
        .predicted_high = 12,
        .pays_after = 3,
    };
    char *text = sentence_of(&row);
    assert_contains(text, "9 times as fast with 16 workers: it loses as if 5 % (4 to 6 %) of the "
                          "work were serial, and less with fewer workers.");
    assert_contains(text, "a lock: workers sleep for each other");
    assert_contains(text, "fits (7 worker counts): 1.2 % (1 to 1.4 %) is done one after the other");
    assert_contains(text, "it is fastest with 22 workers (20 to 25).");
    assert_contains(text, "predicts 11 (10 to 12) there; measured: 9, which it does not hold");
    assert_contains(text, "won back its start after 3 batches.");
    free(text);
}

static void a_page_replaces_a_link_and_does_not_follow_it(void **state)
{
    struct run *run = read_golden();
    char *folder = make_folder(state, "link"), *path = NULL;
    char *victim = scratch_file(state, "victim", "mine\n");
    assert_true(asprintf(&path, "%s/report.html", folder) > 0);
    assert_int_equal(symlink(victim, path), 0);
    free(page_of(run, folder));
    char *left = file_read(victim);
    assert_string_equal(left, "mine\n");
    free(left);
    free(victim);
    free(path);
    free(folder);
    free_run(run);
}

static void a_folder_that_is_gone_is_refused_by_name(void **state)
{
    struct run *run = read_golden();
    struct error error = {0};
    char *folder = scratch_path(state, "gone");
    assert_int_equal(write_page(run, folder, &error), -1);
    assert_error(&error, ERROR_REFUSED, "gone/report.html: cannot be written");
    free(folder);
    free_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_of_a_crossover_is_of_the_size_beside_it),
        cmocka_unit_test(the_page_of_a_small_run_is_the_golden_one),
        cmocka_unit_test(no_text_of_a_file_is_markup),
        cmocka_unit_test(a_page_without_pictures_has_its_tables_and_says_why),
        cmocka_unit_test(pictures_of_no_panel_are_shown_on_their_own),
        cmocka_unit_test(a_picture_that_is_none_is_linked_and_not_shown),
        cmocka_unit_test(a_run_that_measured_nothing_has_a_page),
        cmocka_unit_test(the_tables_of_a_work_measured_in_full_leave_room_for_its_pictures),
        cmocka_unit_test(a_page_with_a_model_has_a_calculator),
        cmocka_unit_test(names_in_a_model_are_no_markup),
        cmocka_unit_test(a_run_that_tells_no_parameters_has_no_calculator_and_says_why),
        cmocka_unit_test(laws_have_sentences_and_a_table),
        cmocka_unit_test(scaling_has_sentences_and_a_table),
        cmocka_unit_test(a_law_is_told_beside_what_it_predicts),
        cmocka_unit_test(a_page_replaces_a_link_and_does_not_follow_it),
        cmocka_unit_test(a_folder_that_is_gone_is_refused_by_name),
    };
    return cmocka_run_group_tests_name("page", tests, scratch_make, scratch_remove);
}
