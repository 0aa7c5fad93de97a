#include "bench/report/report.h"
#include "bench/analyse/model/fit.h"
#include "bench/base/whole.h"
#include "bench/report/html/page.h"
#include "bench/report/json.h"
#include "bench/report/panel/traits.h"
#include "bench/report/picture/gnuplot.h"
#include "bench/report/table/answer.h"
#include "bench/report/table/floors_table.h"
#include "bench/report/table/table.h"

static int print_tables(FILE *file, const struct panels *panels, struct error *error)
{
    const struct findings *found = panels->findings;
    table_print_modes(file, &found->disturbances);
    if (table_print(file, panels, error) != 0)
        return -1;
    table_print_mode_crossovers(file, &found->mode_crossovers, &found->disturbances);
    table_print_disturbances(file, &found->disturbances);
    return 0;
}

static int write_tables(const char *folder, const struct panels *panels, struct error *error)
{
    char path[PATH_MAX];
    struct whole whole;
    if (findings_path(folder, "tables.txt", path, error) != 0 ||
        whole_open(&whole, path, error) != 0)
        return -1;
    if (print_tables(whole.stream, panels, error) == 0)
        return whole_close(&whole, error);
    whole_drop(&whole);
    return -1;
}

static int print(const char *folder, const struct panels *panels,
                 const struct report_request *request, struct error *error)
{
    FILE *file = request->file;
    if (file == NULL)
        return 0;
    if (request->output == REPORT_JSON)
        return json_print(file, folder, panels->findings, error);
    if (request->output == REPORT_CHART) {
        table_print_modes(file, &panels->findings->disturbances);
        return chart_print(file, &request->terminal, panels, error);
    }
    if (request->verbose && print_tables(file, panels, error) != 0)
        return -1;
    return answer_print(file, panels, error);
}

/* The page, with what the run's rounds tell of jobs that it did not measure. */
static int write_page(const char *folder, const struct panels *panels, const struct error *tool,
                      struct error *error)
{
    const struct host *host = &panels->findings->host;
    struct model model = {0};
    int result = model_fit(&panels->findings->visits, host->cpus_usable, (double)host->page_bytes,
                           panel_traits, &model, error);
    panel_leave_choosing(&model);
    if (result == 0)
        result = page_write(folder, panels, &model, tool, error);
    model_free(&model);
    return result;
}

/* Where pictures cannot be written, the answer is printed all the same. */
static int show(const char *folder, const struct panels *panels,
                const struct report_request *request, struct report_result *result,
                struct error *error)
{
    struct error *tool = &result->gnuplot_error;
    int status = gnuplot_draw(folder, panels, &request->formats, request->interrupted,
                              &result->pictures, tool, error);
    if (status == 0)
        status = write_page(folder, panels, tool, error);
    if (error->kind == ERROR_INTERRUPTED)
        return status;
    if (print(folder, panels, request, error) != 0)
        return -1;
    result->printed = request->file != NULL;
    return status;
}

static int report_floors(const char *folder, const struct report_request *request,
                         struct report_result *result, struct error *error)
{
    struct findings found = {0};
    FILE *file = request->file;
    result->floors = true;
    int status = findings_read_floors(folder, &found, error);
    if (status == 0)
        status = findings_make_printable(&found, error);
    if (status == 0 && file != NULL && request->output == REPORT_JSON)
        status = json_print_floors(file, folder, &found, error);
    else if (status == 0 && file != NULL)
        floors_print(file, &found);
    result->printed = status == 0 && file != NULL;
    findings_free(&found);
    return status;
}

int report_make(const char *folder, const struct report_request *request,
                struct report_result *result, struct error *error)
{
    struct findings found = {0};
    struct panels panels = {0};
    *result = (struct report_result){0};
    if (findings_are_floors(folder))
        return report_floors(folder, request, result, error);
    int status = findings_read(folder, &found, error);
    if (status == 0)
        status = findings_write(folder, &found, error);
    if (status == 0)
        status = findings_make_printable(&found, error);
    if (status == 0)
        status = panels_find(&found, &panels, error);
    if (status == 0)
        status = write_tables(folder, &panels, error);
    if (status == 0)
        status = show(folder, &panels, request, result, error);
    panels_free(&panels);
    findings_free(&found);
    return status;
}
