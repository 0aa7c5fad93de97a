#include "bench/report/report.h"
#include "bench/analyse/crossover.h"
#include "bench/analyse/law.h"
#include "bench/host.h"
#include "bench/report/gnuplot.h"
#include "bench/report/table.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* Only where there are laws: most runs have none. */
static int write_laws(const char *folder, const struct laws *laws, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/law.csv", folder);
    if (laws->count > 0)
        return csv_write_file(path, &law_format, laws->rows, laws->count, error);
    unlink(path);
    return 0;
}

static int write_files(const char *folder, const struct summaries *summaries,
                       const struct crossovers *crossovers, const struct laws *laws,
                       struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/summary.csv", folder);
    if (csv_write_file(path, &summary_format, summaries->rows, summaries->count, error) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/crossover.csv", folder);
    if (csv_write_file(path, &crossover_format, crossovers->rows, crossovers->count, error) != 0)
        return -1;
    return write_laws(folder, laws, error);
}

static int analyse(const char *folder, struct samples *samples, const struct host *host, FILE *file,
                   struct report_result *result, struct error *error)
{
    struct summaries summaries = {0};
    struct crossovers crossovers = {0};
    struct laws laws = {0};
    struct law_pages pages = {host->page_bytes, host->huge_page_bytes};
    struct disturbances found;
    int status = disturbed_mark(samples, &found, error);
    if (status == 0)
        status = speedup_summarise(samples, host->cpus_usable, &summaries, error);
    if (status == 0)
        status = crossover_find(&summaries, &crossovers, error);
    if (status == 0)
        status = law_find(&summaries, &pages, &laws, error);
    if (status == 0)
        status = write_files(folder, &summaries, &crossovers, &laws, error);
    if (status == 0)
        gnuplot_draw(folder, &summaries, &crossovers, &laws, host, &result->pictures,
                     &result->pictures_error);
    if (status == 0 && file != NULL)
        status = table_print(file, &summaries, &crossovers, &laws, host, error);
    if (status == 0 && file != NULL)
        table_print_disturbances(file, &found);
    free(summaries.rows);
    free(crossovers.rows);
    free(laws.rows);
    return status;
}

/* A file that lost its last rows is a whole file; only the run knows how many it wrote. */
static int check_count(const char *path, const struct samples *samples, const struct host *host,
                       struct error *error)
{
    if (host->samples == 0 || samples->count == host->samples)
        return 0;
    return fail(error, EXIT_USAGE,
                "%s:%zu: the last of %zu rows, where host.json tells of %llu; the run is not whole",
                path, samples->count + 1, samples->count, (unsigned long long)host->samples);
}

int report_make(const char *folder, FILE *file, struct report_result *result, struct error *error)
{
    char path[PATH_MAX];
    struct host host;
    struct samples samples;
    *result = (struct report_result){0};
    snprintf(path, sizeof path, "%s/host.json", folder);
    if (host_read(path, &host, error) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/samples.csv", folder);
    if (samples_read(path, &samples, error) != 0)
        return -1;
    int status = check_count(path, &samples, &host, error);
    if (status == 0)
        status = analyse(folder, &samples, &host, file, result, error);
    samples_free(&samples);
    return status;
}
