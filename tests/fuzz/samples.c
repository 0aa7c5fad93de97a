/* samples.csv and all that a report makes of it before it draws: what is read is written as it was,
 * and no number in it upsets the analysis. */
#include "bench/data/samples.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/crossover/law.h"
#include "bench/analyse/disturbed.h"
#include "bench/analyse/scaling/scaling.h"
#include "bench/analyse/speedup.h"
#include "bench/data/host.h"
#include "bench/report/table/table.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>

static void print(const struct summaries *summaries, const struct crossovers *crossovers,
                  const struct laws *laws, const struct disturbances *found)
{
    static const struct host host = {.cpus_usable = 2, .page_bytes = 4096, .huge_page_bytes = 2e6};
    struct error error = {0};
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    must(table_print(file, summaries, crossovers, laws, &host, &error) == 0);
    table_print_disturbances(file, found);
    must(fclose(file) == 0);
    free(text);
}

static void must_be_readable(const struct csv_format *format, void *rows, size_t count)
{
    const struct csv_rows table = {rows, count};
    must_come_back(format, &table);
}

static void report(struct samples *samples)
{
    const struct law_pages pages = {4096, 2 << 20};
    const struct scaling_machine machine = {8, 8, 4, NAN};
    struct error error = {0};
    struct disturbances found;
    struct summaries summaries;
    struct crossovers crossovers;
    struct laws laws;
    struct scalings scalings;
    struct visits visits;
    must(disturbed_mark(samples, &found, &error) == 0);
    must(visits_reduce(samples, &visits, &error) == 0);
    must(speedup_summarise(&visits, 2, &summaries, &error) == 0);
    must(crossover_find(&summaries, &crossovers, &error) == 0);
    must(law_find(&summaries, &pages, &laws, &error) == 0);
    must(scaling_find(&visits, &summaries, &machine, &scalings, &error) == 0);
    must_be_readable(&scaling_format, scalings.rows, scalings.count);
    must_be_readable(&summary_format, summaries.rows, summaries.count);
    must_be_readable(&crossover_format, crossovers.rows, crossovers.count);
    must_be_readable(&law_format, laws.rows, laws.count);
    print(&summaries, &crossovers, &laws, &found);
    free(summaries.rows);
    free(crossovers.rows);
    free(laws.rows);
    free(scalings.rows);
    visits_free(&visits);
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
