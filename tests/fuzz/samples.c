/* samples.csv and all that a report makes of it before it draws: what is read is written as it was,
 * and no number in it upsets the analysis. */
#include "bench/findings/findings.h"
#include "bench/report/table/answer.h"
#include "bench/report/table/table.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>

static void print(const struct findings *found)
{
    struct error error = {0};
    struct panels panels;
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    must(panels_find(found, &panels, &error) == 0);
    must(table_print(file, &panels, &error) == 0);
    must(answer_print(file, &panels, &error) == 0);
    table_print_disturbances(file, &found->disturbances);
    must(fclose(file) == 0);
    panels_free(&panels);
    free(text);
}

static void must_be_readable(const struct csv_format *format, void *rows, size_t count)
{
    const struct csv_rows table = {rows, count};
    must_come_back(format, &table);
}

static void report(struct samples *samples)
{
    const struct cost_fit_pages pages = {4096, 2 << 20};
    const struct scaling_machine machine = {8, 8, 4, NAN};
    struct error error = {0};
    struct findings found = {
        .host = {.cpus_usable = 2, .page_bytes = 4096, .huge_page_bytes = 2e6}};
    struct summaries *summaries = &found.summaries;
    must(disturbed_mark(samples, &found.disturbances, &error) == 0);
    must(visits_reduce(samples, &found.visits, &error) == 0);
    must(speedup_summarise(&found.visits, 2, summaries, &error) == 0);
    must(crossover_find(summaries, &found.crossovers, &error) == 0);
    must(cost_fit_find(summaries, &pages, &found.cost_fits, &error) == 0);
    must(scaling_find(&found.visits, summaries, &machine, &found.scalings, &error) == 0);
    must_be_readable(&scaling_format, found.scalings.rows, found.scalings.count);
    must_be_readable(&summary_format, summaries->rows, summaries->count);
    must_be_readable(&crossover_format, found.crossovers.rows, found.crossovers.count);
    must_be_readable(&cost_fit_format, found.cost_fits.rows, found.cost_fits.count);
    print(&found);
    findings_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct samples samples = {0};
    struct csv_rows rows = {0};
    if (read_table(&samples_format, data, size, &samples.strings, &rows) == 0) {
        samples.rows = rows.rows;
        samples.count = rows.count;
        report(&samples);
    }
    samples_free(&samples);
    return 0;
}
