/* Heat maps: the speedup of each size and worker count, a table a strategy. */
#include "bench/base/text.h"
#include "bench/report/html/html.h"
#include "bench/report/picture/picture.h"

#include <math.h>
#include <stdlib.h>

/* Where one colour ends and the next begins: h0 is below the first, h4 around serial. */
static const double levels[] = {0.1, 0.3, 0.6, 0.95, 1.05, 1.4, 1.8, 3};
enum { LEVELS = sizeof levels / sizeof *levels };

#define LEAST_SHOWN 0.01

enum { TEMPERATURES = 2 };
static const char *const temperatures_shown[TEMPERATURES] = {"warm", "cold"};

static int level_of(double speedup)
{
    int level = 0;
    while (level < LEVELS && speedup >= levels[level])
        level++;
    return level;
}

/* Two digits, but for what is too small to matter: its digits would only take room. */
static void describe(char *text, size_t bytes, double speedup)
{
    if (speedup < LEAST_SHOWN)
        snprintf(text, bytes, "<%g", LEAST_SHOWN);
    else if (speedup < 0.1)
        snprintf(text, bytes, "%.3f", speedup);
    else
        html_speedup(text, bytes, speedup);
}

/* "1.87" in its colour, its interval below; bold where the interval excludes 1. Without an interval
 * it has no colour. */
static void write_heat(const struct html *html, const struct summary *row)
{
    char speedup[32], low[32], high[32];
    if (row == NULL || !isfinite(row->speedup)) {
        fputs("<td>-</td>", html->file);
        return;
    }
    bool sure = row->speedup_low > 1 || row->speedup_high < 1;
    describe(speedup, sizeof speedup, row->speedup);
    describe(low, sizeof low, row->speedup_low);
    describe(high, sizeof high, row->speedup_high);
    if (panel_is_sure(row))
        fprintf(html->file, "<td class=\"h%d\">", level_of(row->speedup));
    else
        fputs("<td>", html->file);
    fputs(sure ? "<b>" : "", html->file);
    text_html_escaped(html->file, speedup);
    fputs(sure ? "</b>" : "", html->file);
    if (row->speedup_high >= LEAST_SHOWN) {
        fputs("<small>", html->file);
        text_html_escaped(html->file, low);
        fputs("–", html->file);
        text_html_escaped(html->file, high);
        fputs("</small>", html->file);
    }
    fputs("</td>", html->file);
}

/* True where the panel has a speedup of the line (NULL: any) at that temperature and count. */
static bool is_column(const struct html_panel *of, const struct line *line, uint64_t workers,
                      const char *temperature)
{
    for (size_t i = 0; line == NULL && i < of->lines.count; i++)
        if (is_column(of, &of->lines.lines[i], workers, temperature))
            return true;
    return line != NULL && !key_is_baseline(&line->key) &&
           panel_best(of->panel, line, workers, temperature) != NULL;
}

/* The columns of a table, found once: to look for them takes long. */
struct columns {
    struct column {
        const char *temperature;
        uint64_t workers;
    } * columns;
    size_t count, of_warm;
};

/* The columns of a line's table (NULL: of one of all lines); the caller frees columns->columns. */
static int find_columns(const struct html *html, const struct html_panel *of,
                        const struct line *line, struct columns *found)
{
    size_t room = 1;
    for (uint64_t workers = panel_next_workers(of->panel, 0); workers != UINT64_MAX;
         workers = panel_next_workers(of->panel, workers))
        room += TEMPERATURES;
    *found = (struct columns){calloc(room, sizeof *found->columns), 0, 0};
    if (found->columns == NULL)
        return fail(html->error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < TEMPERATURES; i++) {
        for (uint64_t workers = panel_next_workers(of->panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(of->panel, workers))
            if (is_column(of, line, workers, temperatures_shown[i]))
                found->columns[found->count++] = (struct column){temperatures_shown[i], workers};
        found->of_warm = i == 0 ? found->count : found->of_warm;
    }
    return 0;
}

/* Two rows of headings: warm and cold, and below each the worker counts. */
static void write_head(const struct html *html, const struct columns *columns, const char *heads)
{
    const size_t counts[TEMPERATURES] = {columns->of_warm, columns->count - columns->of_warm};
    fprintf(html->file, "<thead><tr>%s", heads);
    for (size_t i = 0; i < TEMPERATURES; i++)
        if (counts[i] > 0)
            fprintf(html->file, "<th colspan=\"%zu\" scope=\"colgroup\">%s, workers</th>",
                    counts[i], temperatures_shown[i]);
    fputs("</tr>\n<tr>", html->file);
    for (size_t i = 0; i < columns->count; i++)
        fprintf(html->file, "<th scope=\"col\">%llu</th>",
                (unsigned long long)columns->columns[i].workers);
    fputs("</tr></thead>\n<tbody>\n", html->file);
}

/* A cell that went wrong does not pass for one that was not measured. */
static void write_cell(const struct html *html, const struct html_panel *of,
                       const struct line *line, const struct column *column, uint64_t place)
{
    const struct summary *row =
        panel_row(of->panel, line, column->workers, place, column->temperature);
    if (row == NULL && panel_went_wrong(of->panel, line, column->workers, place))
        fputs("<td>went wrong</td>", html->file);
    else
        write_heat(html, row);
}

static void write_heats(const struct html *html, const struct html_panel *of,
                        const struct columns *columns, const struct line *line, uint64_t place)
{
    for (size_t i = 0; i < columns->count; i++)
        write_cell(html, of, line, &columns->columns[i], place);
    fputs("</tr>\n", html->file);
}

/* True where the line was visited at that size, or with so many jobs. */
static bool has_size(const struct html_panel *of, const struct columns *columns,
                     const struct line *line, uint64_t place)
{
    for (size_t i = 0; i < columns->count; i++)
        if (panel_row(of->panel, line, columns->columns[i].workers, place,
                      columns->columns[i].temperature) != NULL ||
            panel_went_wrong(of->panel, line, columns->columns[i].workers, place))
            return true;
    return false;
}

/* "1k", and what one such job, or the batch, takes serially. */
static void write_size(const struct html *html, const struct html_panel *of,
                       const struct line *line, uint64_t place)
{
    char text[32], job[32];
    if (of->panel->axis == DIMENSION_jobs)
        text_size(text, sizeof text, (double)place);
    else
        panel_describe_size(of->panel, (double)place, text, sizeof text);
    text_duration(job, sizeof job, panel_serial_ns(of->panel, &line->key, (double)place));
    fprintf(html->file, "<tr><th scope=\"row\">%s</th><td>%s</td>", text, job);
}

static void write_map(const struct html *html, const struct html_panel *of,
                      const struct columns *columns, const struct line *line)
{
    char name[LABEL_BYTES + 40], label[LABEL_BYTES];
    line_label(&of->lines, line, label, sizeof label);
    snprintf(name, sizeof name, "Speedups of %s", label);
    html_open_box(html, "table heat", name);
    fputs("<table>\n<caption><span>", html->file);
    html_line_name(html, of, line);
    fputs("</span></caption>\n", html->file);
    bool jobs = of->panel->axis == DIMENSION_jobs;
    write_head(html, columns,
               jobs ? "<th rowspan=\"2\" scope=\"col\">Jobs</th><th rowspan=\"2\" "
                      "scope=\"col\">The batch</th>"
                    : "<th rowspan=\"2\" scope=\"col\">Size</th><th rowspan=\"2\" "
                      "scope=\"col\">One job</th>");
    for (uint64_t place = panel_next_place(of->panel, 0, true); place != UINT64_MAX;
         place = panel_next_place(of->panel, place, false))
        if (has_size(of, columns, line, place)) {
            write_size(html, of, line, place);
            write_heats(html, of, columns, line, place);
        }
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

/* A table for each line, of its sizes. */
static int write_maps(const struct html *html, const struct html_panel *of)
{
    for (size_t i = 0; i < of->lines.count; i++) {
        struct columns columns;
        if (find_columns(html, of, &of->lines.lines[i], &columns) != 0)
            return -1;
        if (columns.count > 0)
            write_map(html, of, &columns, &of->lines.lines[i]);
        free(columns.columns);
    }
    return 0;
}

/* Where there is one size only: one table, of all lines. */
static int write_flat_map(const struct html *html, const struct html_panel *of)
{
    struct columns columns;
    if (find_columns(html, of, NULL, &columns) != 0)
        return -1;
    if (columns.count == 0) {
        fputs("<p>No speedup was found.</p>\n", html->file);
        free(columns.columns);
        return 0;
    }
    html_open_box(html, "table heat", "Speedups");
    fputs("<table>\n<caption><span>", html->file);
    html_panel_name(html, of);
    fputs("</span></caption>\n", html->file);
    write_head(html, &columns, "<th rowspan=\"2\" scope=\"col\">Strategy</th>");
    for (size_t i = 0; i < of->lines.count; i++) {
        const struct line *line = &of->lines.lines[i];
        if (key_is_baseline(&line->key) || !has_size(of, &columns, line, of->panel->least_size))
            continue;
        fputs("<tr><th scope=\"row\">", html->file);
        html_line_name(html, of, line);
        fputs("</th>", html->file);
        write_heats(html, of, &columns, line, of->panel->least_size);
    }
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
    free(columns.columns);
    return 0;
}

static void write_legend(const struct html *html)
{
    fprintf(html->file,
            "<p>How many times as fast as %s, by job size and workers, with the 95 %% interval "
            "below; bold where that excludes 1.</p>\n<p class=\"legend\">",
            html_baseline(html));
    fprintf(html->file, "<span class=\"h0\">below %g</span> ", levels[0]);
    for (int i = 1; i < LEVELS; i++)
        fprintf(html->file, "<span class=\"h%d\">%g to %g</span> ", i, levels[i - 1], levels[i]);
    fprintf(html->file, "<span class=\"h%d\">%g and more</span></p>\n", LEVELS, levels[LEVELS - 1]);
}

int html_speedups(struct html *html)
{
    int result = 0;
    write_legend(html);
    for (size_t i = 0; result == 0 && i < html->along_jobs_count; i++) {
        html_panel_heading(html, &html->along_jobs[i]);
        fputs("<div class=\"maps\">\n", html->file);
        result = write_maps(html, &html->along_jobs[i]);
        fputs("</div>\n", html->file);
    }
    for (size_t i = 0; result == 0 && i < html->panel_count; i++) {
        const struct html_panel *of = &html->panels[i];
        bool flat = of->panel->least_size == of->panel->most_size;
        if (of->panel->told_by_jobs)
            continue;
        html_panel_heading(html, of);
        fputs("<div class=\"maps\">\n", html->file);
        result = flat ? write_flat_map(html, of) : write_maps(html, of);
        fputs("</div>\n", html->file);
    }
    return result;
}
