/* When the caller has the first result, where it takes them one by one. */
#include "bench/base/text.h"
#include "bench/report/table/table.h"

#include <math.h>
#include <string.h>

enum { TEXT_BYTES = 128 };

const struct summary *table_first_result(const struct panel *panel, const struct line *line)
{
    const struct summary *row =
        panel_row(panel, line, panel_full_workers(panel, line), panel_most_timed(panel), "warm");
    return row != NULL && isfinite(row->first_result_ns) ? row : NULL;
}

static int name_width(const struct panel *panel, const struct lines *lines)
{
    char name[TEXT_BYTES];
    size_t width = strlen("strategy");
    for (size_t i = 0; i < lines->count; i++) {
        if (table_first_result(panel, &lines->lines[i]) == NULL)
            continue;
        line_label(lines, &lines->lines[i], name, sizeof name);
        width = strlen(name) > width ? strlen(name) : width;
    }
    return (int)width;
}

static void print_heading(FILE *file, const struct panel *panel, int width)
{
    char jobs[80];
    panel_describe_jobs(panel, panel->jobs, (double)panel_most_timed(panel), jobs, sizeof jobs);
    fprintf(file,
            "  When the caller has the first result and when all: %s, warm, %llu worker%s\n\n"
            "  %-*s %12s %12s %10s\n",
            jobs, (unsigned long long)panel->full_workers, text_plural(panel->full_workers), width,
            "strategy", "the first", "all", "first/all");
}

void table_print_first_results(FILE *file, const struct panel *panel, const struct lines *lines)
{
    int width = name_width(panel, lines);
    size_t printed = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct summary *row = table_first_result(panel, &lines->lines[i]);
        char name[TEXT_BYTES], first[32], all[32];
        if (row == NULL)
            continue;
        if (printed++ == 0)
            print_heading(file, panel, width);
        line_label(lines, &lines->lines[i], name, sizeof name);
        text_duration(first, sizeof first, row->first_result_ns);
        text_duration(all, sizeof all, row->median_ns);
        fprintf(file, "  %-*s %12s %12s %10.2f\n", width, name, first, all,
                row->first_result_ns / row->median_ns);
    }
    if (printed > 0)
        fputc('\n', file);
}
