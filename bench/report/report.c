#include "bench/report/report.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/crossover/law.h"
#include "bench/analyse/crossover/mode_crossovers.h"
#include "bench/analyse/scaling/scaling.h"
#include "bench/data/host.h"
#include "bench/report/html/page.h"
#include "bench/report/json.h"
#include "bench/report/picture/gnuplot.h"
#include "bench/report/scene/run_files.h"
#include "bench/report/table/table.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* Only where there are rows: most runs have no laws. */
static int write_some(const char *folder, const char *name, const struct csv_format *format,
                      const void *rows, size_t count, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (count > 0)
        return csv_write_file(path, format, rows, count, error);
    unlink(path);
    return 0;
}

/* What is read off samples.csv. */
struct findings {
    struct summaries summaries;
    struct crossovers crossovers, mode_crossovers;
    struct laws laws;
    struct scalings scalings;
    struct disturbances disturbances;
    struct strings strings; /* of texts that had to be changed to be shown */
};

static int write_files(const char *folder, const struct findings *found, struct error *error)
{
    const struct summaries *summaries = &found->summaries;
    const struct crossovers *crossovers = &found->crossovers;
    const struct crossovers *modes = &found->mode_crossovers;
    const struct laws *laws = &found->laws;
    const struct scalings *scalings = &found->scalings;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/summary.csv", folder);
    if (csv_write_file(path, &summary_format, summaries->rows, summaries->count, error) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/crossover.csv", folder);
    if (csv_write_file(path, &crossover_format, crossovers->rows, crossovers->count, error) != 0)
        return -1;
    if (write_some(folder, "modes.csv", &crossover_format, modes->rows, modes->count, error) != 0)
        return -1;
    if (write_some(folder, "law.csv", &law_format, laws->rows, laws->count, error) != 0)
        return -1;
    return write_some(folder, "scaling.csv", &scaling_format, scalings->rows, scalings->count,
                      error);
}

static void free_findings(struct findings *findings)
{
    free(findings->summaries.rows);
    free(findings->crossovers.rows);
    free(findings->mode_crossovers.rows);
    free(findings->laws.rows);
    free(findings->scalings.rows);
    strings_free(&findings->strings);
}

static int analyse(struct visits *visits, const struct host *host, struct findings *findings,
                   struct error *error)
{
    struct law_pages pages = {host->page_bytes, host->huge_page_bytes};
    struct scaling_machine machine = {host->cpus_usable, host->affinity, host->cores, host->quota};
    if (speedup_summarise(visits, host->cpus_usable, &findings->summaries, error) != 0 ||
        crossover_find(&findings->summaries, &findings->crossovers, error) != 0 ||
        mode_crossovers_find(visits, &findings->disturbances, host->cpus_usable,
                             &findings->mode_crossovers, error) != 0 ||
        law_find(&findings->summaries, &pages, &findings->laws, error) != 0)
        return -1;
    mode_crossovers_note(&findings->crossovers, &findings->disturbances);
    return scaling_find(visits, &findings->summaries, &machine, &findings->scalings, error);
}

/* From here on the rows are for people. What was made visible may stand elsewhere in the order. */
static int make_printable(struct findings *findings, struct error *error)
{
    struct strings *strings = &findings->strings;
    struct summaries *summaries = &findings->summaries;
    struct crossovers *crossovers = &findings->crossovers;
    struct crossovers *modes = &findings->mode_crossovers;
    struct laws *laws = &findings->laws;
    if (csv_make_printable(&summary_format, summaries->rows, summaries->count, strings, error) !=
            0 ||
        csv_make_printable(&crossover_format, crossovers->rows, crossovers->count, strings,
                           error) != 0 ||
        csv_make_printable(&crossover_format, modes->rows, modes->count, strings, error) != 0)
        return -1;
    if (summaries->count > 0)
        qsort(summaries->rows, summaries->count, sizeof *summaries->rows, summary_compare);
    if (crossovers->count > 0)
        qsort(crossovers->rows, crossovers->count, sizeof *crossovers->rows, crossover_compare);
    if (csv_make_printable(&law_format, laws->rows, laws->count, strings, error) != 0)
        return -1;
    return csv_make_printable(&scaling_format, findings->scalings.rows, findings->scalings.count,
                              strings, error);
}

static int print_tables(FILE *file, const struct findings *found, const struct host *host,
                        struct error *error)
{
    if (table_print(file, &found->summaries, &found->crossovers, &found->laws, host, error) != 0)
        return -1;
    table_print_mode_crossovers(file, &found->mode_crossovers, &found->disturbances);
    table_print_disturbances(file, &found->disturbances);
    return 0;
}

static int print(const char *folder, const struct findings *found, const struct host *host,
                 const struct report_request *request, struct error *error)
{
    FILE *file = request->file;
    if (file == NULL)
        return 0;
    if (request->output == REPORT_JSON)
        return json_print(file, folder, &found->summaries, &found->crossovers, &found->laws, error);
    table_print_modes(file, &found->disturbances);
    if (request->output == REPORT_CHART)
        return chart_print(file, &request->terminal, &found->summaries, &found->crossovers,
                           &found->laws, host, error);
    return print_tables(file, found, host, error);
}

static int write_page(const char *folder, const struct findings *found, const struct host *host,
                      const struct report_result *result, struct error *error)
{
    struct page page = {
        .summaries = &found->summaries,
        .crossovers = &found->crossovers,
        .laws = &found->laws,
        .scalings = &found->scalings,
        .disturbances = &found->disturbances,
        .host = host,
        .tool = &result->gnuplot_error,
    };
    return page_write(folder, &page, error);
}

/* Where pictures cannot be written, the tables are printed all the same. */
static int show(const char *folder, const struct findings *found, const struct host *host,
                const struct report_request *request, struct report_result *result,
                struct error *error)
{
    int status = gnuplot_draw(folder, &found->summaries, &found->crossovers, &found->laws,
                              &found->scalings, host, &request->formats, request->interrupted,
                              &result->pictures, &result->gnuplot_error, error);
    if (status == 0)
        status = write_page(folder, found, host, result, error);
    if (error->code == EXIT_INTERRUPTED)
        return status;
    if (print(folder, found, host, request, error) != 0)
        return -1;
    result->printed = request->file != NULL;
    return status;
}

int report_make(const char *folder, const struct report_request *request,
                struct report_result *result, struct error *error)
{
    struct run_files files;
    struct findings findings = {0};
    *result = (struct report_result){0};
    int status = run_files_read(folder, &files, error);
    const struct host *host = &files.host;
    findings.disturbances = files.disturbances;
    if (status == 0)
        status = analyse(&files.visits, host, &findings, error);
    if (status == 0)
        status = write_files(folder, &findings, error);
    if (status == 0)
        status = make_printable(&findings, error);
    if (status == 0)
        status = show(folder, &findings, host, request, result, error);
    free_findings(&findings);
    run_files_free(&files);
    return status;
}
