/* What is said of runs over several hosts. */
#include "bench/analyse/crossover/crossover.h"
#include "bench/report/words/over_hosts.h"
#include "tests/samples.h"

enum { ROUNDS = 8, MOST_SAMPLES = 1024, JOBS = 8 };

static const uint64_t sizes[] = {100, 1000, 10000, 100000};

/* A job takes a ns for each of its size. */
struct run {
    struct sample rows[MOST_SAMPLES];
    struct samples samples;
    struct findings found;
    struct panels panels;
};

/* What a batch takes beside its share of serial's time. */
static void add(struct run *run, const char *strategy, uint64_t hosts, uint64_t workers,
                double more_ns)
{
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (uint64_t round = 1; round <= ROUNDS; round++) {
            double serial_ns = JOBS * (double)sizes[i];
            double ns = (serial_ns / (double)workers + more_ns) * (1 + 1e-4 * (double)(round % 3));
            assert_true(run->samples.count < MOST_SAMPLES);
            struct sample *row = &run->rows[run->samples.count++];
            *row = warm_sample(round, strategy, ns);
            row->key.size = sizes[i];
            row->key.workers = workers;
            row->key.hosts = hosts;
        }
}

static int setup(void **state)
{
    struct run *run = calloc(1, sizeof *run);
    *state = run;
    if (run == NULL)
        return -1;
    run->samples.rows = run->rows;
    run->found.host.cpus_usable = 2;
    add(run, "serial", 0, 1, 0);
    add(run, "forkpool", 0, 2, 1000);
    return 0;
}

static int teardown(void **state)
{
    struct run *run = *state;
    panels_free(&run->panels);
    findings_free(&run->found);
    free(run);
    return 0;
}

/* The sentence, "" where there is none; the caller frees it. */
static char *said(struct run *run)
{
    struct error error = {0};
    struct lines lines;
    struct standings standings;
    char *text = NULL;
    size_t bytes;
    visits_reduce(&run->samples, &run->found.visits, &error);
    speedup_summarise(&run->found.visits, 2, &run->found.summaries, &error);
    crossover_find(&run->found.summaries, &run->found.crossovers, &error);
    panels_find(&run->found, &run->panels, &error);
    assert_no_error(&error);
    assert_int_equal(run->panels.count, 1);
    const struct panel *panel = &run->panels.rows[0];
    panel_lines(panel, &lines, &error);
    standings_find(panel, &lines, &standings, &error);
    assert_no_error(&error);
    FILE *file = open_memstream(&text, &bytes);
    bool any = over_hosts_write(file, panel, &lines, &standings);
    fclose(file);
    assert_int_equal(any, *text != '\0');
    free(standings.rows);
    free(lines.lines);
    return text;
}

static void it_is_said_from_which_jobs_on_so_many_hosts_pay_and_are_ahead_of_fewer(void **state)
{
    struct run *run = *state;
    add(run, "mpi", 1, 2, 5000);
    add(run, "mpi", 2, 4, 50000);
    char *text = said(run);
    assert_contains(text, "Kept open, over two hosts from jobs of ");
    assert_contains(text, " us (mpi, 4 workers), over one from ");
    assert_contains(text, " us (mpi, 2 workers), on this one alone from ");
    assert_contains(text, " ns (forkpool, 2 workers). Two hosts are surely ahead of fewer from "
                          "jobs of 100 us on.");
    free(text);
}

static void what_pays_first_over_so_many_hosts_is_named(void **state)
{
    struct run *run = *state;
    add(run, "mpi", 2, 4, 50000);
    add(run, "mpi-static", 2, 4, 20000);
    add(run, "mpi", 3, 6, 300000);
    char *text = said(run);
    assert_contains(text, "Kept open, over three hosts from jobs of ");
    assert_contains(text, "(mpi-static, 4 workers), on this one alone from ");
    assert_contains(
        text, " Three hosts are surely ahead of fewer with none of the jobs that were measured.");
    free(text);
}

static void hosts_that_never_pay_are_told_as_such(void **state)
{
    struct run *run = *state;
    add(run, "mpi", 1, 2, 5000);
    add(run, "mpi", 2, 4, 1e9);
    char *text = said(run);
    assert_contains(text, "Kept open, over two hosts it never pays (mpi), over one from jobs of ");
    assert_contains(
        text, " Two hosts are surely ahead of fewer with none of the jobs that were measured.");
    free(text);
}

static void a_run_over_one_host_or_none_has_no_such_sentence(void **state)
{
    struct run *run = *state;
    add(run, "mpi", 1, 2, 5000);
    char *text = said(run);
    assert_string_equal(text, "");
    free(text);
}

static void more_hosts_are_ahead_of_fewer_only_where_both_were_measured(void **state)
{
    struct run *run = *state;
    size_t serial = COUNT_OF(sizes) * ROUNDS;
    run->samples.count = serial; /* no forkpool */
    add(run, "mpi", 2, 4, 50000);
    char *text = said(run);
    assert_string_equal(text, "");
    free(text);
}

static void a_line_over_hosts_is_shown_with_all_its_workers(void **state)
{
    struct run *run = *state;
    struct error error = {0};
    struct lines lines;
    add(run, "mpi", 1, 1, 5000);
    add(run, "mpi", 1, 2, 5000);
    add(run, "mpi", 2, 2, 5000);
    add(run, "mpi", 2, 4, 5000);
    free(said(run));
    const struct panel *panel = &run->panels.rows[0];
    panel_lines(panel, &lines, &error);
    assert_int_equal(lines.count, 4);
    assert_int_equal(panel->full_workers, 2);
    for (size_t i = 0; i < lines.count; i++) {
        uint64_t hosts = lines.lines[i].key.hosts;
        assert_int_equal(panel_full_workers(panel, &lines.lines[i]), hosts > 1 ? 4 : 2);
    }
    free(lines.lines);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(it_is_said_from_which_jobs_on_so_many_hosts_pay_and_are_ahead_of_fewer),
        TEST(what_pays_first_over_so_many_hosts_is_named),
        TEST(hosts_that_never_pay_are_told_as_such),
        TEST(a_run_over_one_host_or_none_has_no_such_sentence),
        TEST(more_hosts_are_ahead_of_fewer_only_where_both_were_measured),
        TEST(a_line_over_hosts_is_shown_with_all_its_workers),
    };
    return cmocka_run_group_tests_name("answers over hosts", tests, NULL, NULL);
}
