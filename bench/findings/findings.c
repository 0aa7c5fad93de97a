#include "bench/findings/findings.h"
#include "bench/analyse/crossover/mode_crossovers.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int findings_path(const char *folder, const char *name, char path[PATH_MAX], struct error *error)
{
    return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX
               ? 0
               : fail(error, ERROR_USAGE, "%.80s...: the path is too long", folder);
}

/* ------------------------------------------------------------------------------- reading */

int findings_read_host(const char *folder, bool optional, struct findings *found,
                       struct error *error)
{
    char path[PATH_MAX];
    if (findings_path(folder, "host.json", path, error) != 0)
        return -1;
    return optional && access(path, F_OK) != 0 ? 0 : host_read(path, &found->host, error);
}

/* Who reads rounds comes by here, so that all refuse the same runs; exports of single readings
 * check the same (host_check_samples). */
static int read_visits(const char *folder, const struct host *host, struct visits *visits,
                       struct disturbances *disturbances, struct error *error)
{
    char path[PATH_MAX];
    if (findings_path(folder, "samples.csv", path, error) != 0 ||
        visits_read(path, visits, disturbances, error) != 0)
        return -1;
    return host_check_samples(host, path, visits->samples, error);
}

int findings_check_samples(const char *folder, const struct findings *found, struct error *error)
{
    char path[PATH_MAX];
    struct visits visits = {0};
    struct disturbances disturbances;
    if (findings_path(folder, "samples.csv", path, error) != 0)
        return -1;
    if (access(path, F_OK) != 0 && !csv_is_packed(path))
        return 0;
    int result = read_visits(folder, &found->host, &visits, &disturbances, error);
    visits_free(&visits);
    return result;
}

/* Reads a table of the folder. */
static int read_table(const char *folder, const char *name, const struct csv_format *format,
                      struct findings *found, struct csv_rows *rows, struct error *error)
{
    char path[PATH_MAX];
    *rows = (struct csv_rows){0};
    if (findings_path(folder, name, path, error) != 0)
        return -1;
    return csv_read_file(path, format, &found->strings, rows, error);
}

int findings_read_summaries(const char *folder, struct findings *found, struct error *error)
{
    struct csv_rows rows;
    int result = read_table(folder, "summary.csv", &summary_format, found, &rows, error);
    found->summaries = (struct summaries){rows.rows, rows.count};
    return result;
}

int findings_read_crossovers(const char *folder, struct findings *found, struct error *error)
{
    struct csv_rows rows;
    int result = read_table(folder, "crossover.csv", &crossover_format, found, &rows, error);
    found->crossovers = (struct crossovers){rows.rows, rows.count};
    crossovers_complete(&found->crossovers);
    return result;
}

static bool holds(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct error ignored = {0};
    return findings_path(folder, name, path, &ignored) == 0 &&
           (access(path, F_OK) == 0 || csv_is_packed(path));
}

bool findings_are_floors(const char *folder)
{
    return holds(folder, "floors.csv") && !holds(folder, "samples.csv");
}

int findings_read_floors(const char *folder, struct findings *found, struct error *error)
{
    struct csv_rows rows;
    if (findings_read_host(folder, false, found, error) != 0)
        return -1;
    int result = read_table(folder, "floors.csv", &floor_format, found, &rows, error);
    found->floors = (struct floor_rows){rows.rows, rows.count};
    return result;
}

/* ------------------------------------------------------------------------------- analysing */

static int analyse(struct findings *found, struct error *error)
{
    const struct host *host = &found->host;
    struct cost_fit_pages pages = {host->page_bytes, host->huge_page_bytes};
    struct scaling_machine machine = {host->cpus_usable, host->affinity, host->cores, host->quota};
    if (speedup_summarise(&found->visits, host->cpus_usable, &found->summaries, error) != 0 ||
        crossover_find(&found->summaries, &found->crossovers, error) != 0 ||
        mode_crossovers_find(&found->visits, &found->disturbances, host->cpus_usable,
                             &found->mode_crossovers, error) != 0 ||
        cost_fit_find(&found->summaries, &pages, &found->cost_fits, error) != 0)
        return -1;
    mode_crossovers_note(&found->crossovers, &found->disturbances);
    return scaling_find(&found->visits, &found->summaries, &machine, &found->scalings, error);
}

int findings_read_rounds(const char *folder, struct findings *found, struct error *error)
{
    if (findings_read_host(folder, false, found, error) != 0)
        return -1;
    return read_visits(folder, &found->host, &found->visits, &found->disturbances, error);
}

int findings_read(const char *folder, struct findings *found, struct error *error)
{
    return findings_read_rounds(folder, found, error) == 0 ? analyse(found, error) : -1;
}

/* ------------------------------------------------------------------------------- handing on */

/* Only where there are rows: most runs have no cost fits. */
static int write_some(const char *folder, const char *name, const struct csv_format *format,
                      const void *rows, size_t count, struct error *error)
{
    char path[PATH_MAX];
    if (findings_path(folder, name, path, error) != 0)
        return -1;
    if (count > 0)
        return csv_write_file(path, format, rows, count, error);
    unlink(path);
    return 0;
}

static int write_summaries(const char *folder, const struct summaries *summaries,
                           struct error *error)
{
    char path[PATH_MAX];
    return findings_path(folder, "summary.csv", path, error) == 0
               ? csv_write_file(path, &summary_format, summaries->rows, summaries->count, error)
               : -1;
}

int findings_write_summaries(const char *folder, struct findings *found, struct error *error)
{
    return speedup_summarise(&found->visits, found->host.cpus_usable, &found->summaries, error) == 0
               ? write_summaries(folder, &found->summaries, error)
               : -1;
}

int findings_write(const char *folder, const struct findings *found, struct error *error)
{
    const struct crossovers *crossovers = &found->crossovers;
    const struct crossovers *modes = &found->mode_crossovers;
    const struct cost_fits *cost_fits = &found->cost_fits;
    const struct scalings *scalings = &found->scalings;
    char path[PATH_MAX];
    if (write_summaries(folder, &found->summaries, error) != 0 ||
        findings_path(folder, "crossover.csv", path, error) != 0 ||
        csv_write_file(path, &crossover_format, crossovers->rows, crossovers->count, error) != 0)
        return -1;
    if (write_some(folder, "modes.csv", &crossover_format, modes->rows, modes->count, error) != 0 ||
        write_some(folder, "law.csv", &cost_fit_format, cost_fits->rows, cost_fits->count, error) !=
            0)
        return -1;
    return write_some(folder, "scaling.csv", &scaling_format, scalings->rows, scalings->count,
                      error);
}

int findings_make_printable(struct findings *found, struct error *error)
{
    struct strings *strings = &found->strings;
    struct summaries *summaries = &found->summaries;
    struct crossovers *crossovers = &found->crossovers;
    struct crossovers *modes = &found->mode_crossovers;
    struct cost_fits *cost_fits = &found->cost_fits;
    struct scalings *scalings = &found->scalings;
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
    if (csv_make_printable(&cost_fit_format, cost_fits->rows, cost_fits->count, strings, error) !=
            0 ||
        csv_make_printable(&floor_format, found->floors.rows, found->floors.count, strings,
                           error) != 0)
        return -1;
    return csv_make_printable(&scaling_format, scalings->rows, scalings->count, strings, error);
}

void findings_free(struct findings *found)
{
    free(found->summaries.rows);
    free(found->crossovers.rows);
    free(found->mode_crossovers.rows);
    free(found->cost_fits.rows);
    free(found->scalings.rows);
    free(found->floors.rows);
    visits_free(&found->visits);
    strings_free(&found->strings);
    *found = (struct findings){0};
}
