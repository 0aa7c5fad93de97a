/* The table of crossovers: a row a strategy, worker count and start; and what starting costs. */
#include "bench/base/text.h"
#include "bench/report/html/html.h"
#include "bench/report/words/verdict.h"

#include <math.h>

/* Where the boxes that choose rows find their words: a column of the table. */
static void write_filter(const struct html *html, const char *name, const char *column)
{
    fprintf(
        html->file,
        "<label>%s <select data-column=\"%s\"><option value=\"\">all</option></select></label>\n",
        name, column);
}

/* Without a script they do nothing, so it shows them. */
static void write_filters(const struct html *html)
{
    fputs("<form class=\"filters\" hidden aria-label=\"Rows of the table of crossovers\">\n",
          html->file);
    write_filter(html, "Work", "work");
    write_filter(html, "Strategy", "strategy");
    write_filter(html, "Workers", "workers");
    write_filter(html, "Start", "start");
    fputs("<button type=\"reset\">Show all</button>\n<output "
          "aria-live=\"polite\"></output>\n</form>\n",
          html->file);
}

static void open_table(const struct html *html)
{
    html_open_box(html, "table", "Table of crossovers");
    fprintf(
        html->file,
        "<table class=\"sorts\" id=\"crossover-table\">\n<caption><span>From which job size each "
        "strategy beats %s, with 95 %% intervals</span></caption>\n<thead><tr>",
        html_baseline(html));
    fputs("<th scope=\"col\" data-name=\"work\">Work</th>"
          "<th scope=\"col\" data-name=\"strategy\">Strategy</th>"
          "<th scope=\"col\" data-name=\"workers\">Workers</th>"
          "<th scope=\"col\" data-name=\"start\">Start</th>"
          "<th scope=\"col\">Pays from</th><th scope=\"col\">Size, 95&nbsp;%</th>"
          "<th scope=\"col\">One job</th><th scope=\"col\">METG(50)</th>"
          "<th scope=\"col\">METG(95)</th>"
          "<th scope=\"col\">METG(50) as Task Bench counts</th>"
          "<th scope=\"col\">Best speedup</th>"
          "<th scope=\"col\">Speedup, 95&nbsp;%</th><th scope=\"col\">At "
          "size</th></tr></thead>\n<tbody>\n",
          html->file);
}

static void write_duration(const struct html *html, double ns)
{
    char text[32];
    text_duration(text, sizeof text, ns);
    html_cell(html, ns, text);
}

static void write_size(const struct html *html, const struct panel *panel, double size)
{
    char text[32];
    panel_describe_size(panel, size, text, sizeof text);
    html_cell(html, size, text);
}

/* The size of the crossover, or why there is none. */
static void write_verdict(const struct html *html, const struct panel *panel,
                          const struct crossover *crossover)
{
    char size[32], low[32], high[32], text[80];
    enum crossover_kind kind = crossover_kind_of(crossover);
    panel_describe_size(panel, crossover->size, size, sizeof size);
    panel_describe_size(panel, crossover->size_low, low, sizeof low);
    panel_describe_size(panel, crossover->size_high, high, sizeof high);
    if (kind == CROSSOVER_ALWAYS)
        snprintf(text, sizeof text, "always (<= %s)", size);
    else if (kind == CROSSOVER_BETWEEN)
        verdict_describe_between_places(panel, crossover, text, sizeof text);
    else if (crossover_is_censored(crossover))
        snprintf(text, sizeof text, "at most %s", high);
    else
        snprintf(text, sizeof text, "%s", kind == CROSSOVER_AT ? size : crossover->verdict);
    html_cell(html, crossover->size, text);
    html_range(text, sizeof text, low, high);
    html_cell(html, crossover->size_low, kind == CROSSOVER_ALWAYS ? "-" : text);
}

/* A job's time and between what it is known to be: "66.8 us (3.30 us to 210 us)". */
static void write_metg(const struct html *html, double ns, double low_ns, double high_ns)
{
    char text[32], range[80], both[128];
    text_duration(text, sizeof text, ns);
    html_duration_range(range, sizeof range, low_ns, high_ns);
    bool any = isfinite(low_ns) || isfinite(high_ns);
    snprintf(both, sizeof both, "%s%s%s%s", text, any ? " (" : "", any ? range : "",
             any ? ")" : "");
    html_cell(html, ns, both);
}

static void write_best(const struct html *html, const struct panel *panel,
                       const struct summary *best)
{
    char text[48], speedup[32], low[32], high[32], range[80];
    if (best == NULL) {
        fputs("<td data-by=\"\">-</td><td data-by=\"\">-</td><td data-by=\"\">-</td>", html->file);
        return;
    }
    html_speedup(speedup, sizeof speedup, best->best_speedup);
    html_speedup(low, sizeof low, best->best_low);
    html_speedup(high, sizeof high, best->best_high);
    html_range(range, sizeof range, low, high);
    snprintf(text, sizeof text, "%s%s", speedup, best->best_noise == 1 ? " (noise)" : "");
    html_cell(html, best->best_speedup, text);
    html_cell(html, best->best_low, range);
    write_size(html, panel, (double)best->key.size);
}

/* Serial's time at the place that the row shows, or at both: of one job, or of so many. */
static void write_time(const struct html *html, const struct html_panel *of,
                       const struct crossover *crossover, bool batch)
{
    const struct panel *panel = of->panel;
    bool jobs = panel->axis == DIMENSION_jobs;
    bool between = crossover_kind_of(crossover) == CROSSOVER_BETWEEN;
    bool wide = crossover_kind_of(crossover) == CROSSOVER_AT && jobs &&
                verdict_range_of(panel, crossover).wide;
    struct crossover_place place = crossover_place_of(crossover);
    double from = wide ? place.low : place.high, to = between ? crossover->until_low : place.high;
    char text[80];
    bool at_the_crossover = !between && !wide && !crossover_is_censored(crossover);
    if (at_the_crossover || (jobs && !batch)) {
        write_duration(html, batch ? crossover->batch_ns : crossover->job_ns);
        return;
    }
    from = jobs ? from * crossover->job_ns : verdict_told(panel, crossover, from);
    to = jobs ? to * crossover->job_ns : verdict_told(panel, crossover, to);
    if (from < to)
        html_duration_range(text, sizeof text, from, to);
    else
        text_duration(text, sizeof text, to);
    html_cell(html, to, text);
}

static void write_row(const struct html *html, const struct html_panel *of, const struct line *line,
                      uint64_t workers, const char *temperature)
{
    const struct crossover *crossover = panel_crossover(of->panel, line, workers, temperature);
    if (crossover == NULL)
        return;
    fputs("<tr><td>", html->file);
    html_panel_name(html, of);
    fputs("</td><th scope=\"row\">", html->file);
    html_line_name(html, of, line);
    fprintf(html->file, "</th><td>%llu</td><td>%s</td>", (unsigned long long)workers, temperature);
    write_verdict(html, of->panel, crossover);
    write_time(html, of, crossover, false);
    write_metg(html, crossover->metg50_ns, crossover->metg50_low_ns, crossover->metg50_high_ns);
    write_metg(html, crossover->metg95_ns, crossover->metg95_low_ns, crossover->metg95_high_ns);
    write_duration(html, crossover->task_bench50_ns);
    write_best(html, of->panel, panel_best(of->panel, line, workers, temperature));
    fputs("</tr>\n", html->file);
}

static void write_rows(const struct html *html, const struct html_panel *of)
{
    for (size_t i = 0; i < of->lines.count; i++)
        for (uint64_t workers = panel_next_workers(of->panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(of->panel, workers)) {
            write_row(html, of, &of->lines.lines[i], workers, "warm");
            write_row(html, of, &of->lines.lines[i], workers, "cold");
        }
}

static void write_jobs_row(const struct html *html, const struct html_panel *of,
                           const struct line *line, uint64_t workers, const char *temperature)
{
    const struct crossover *crossover = panel_crossover(of->panel, line, workers, temperature);
    char pays[96], low[32], high[32], range[80];
    if (crossover == NULL)
        return;
    struct crossover_place place = crossover_place_of(crossover);
    fputs("<tr><td>", html->file);
    html_panel_name(html, of);
    fputs("</td><th scope=\"row\">", html->file);
    html_line_name(html, of, line);
    fprintf(html->file, "</th><td>%llu</td><td>%s</td>", (unsigned long long)workers, temperature);
    verdict_describe_short(of->panel, crossover, pays, sizeof pays);
    text_size(low, sizeof low, place.low);
    text_size(high, sizeof high, place.high);
    html_range(range, sizeof range, low, high);
    html_cell(html, place.at, pays);
    html_cell(html, place.low, crossover_kind_of(crossover) == CROSSOVER_ALWAYS ? "-" : range);
    write_time(html, of, crossover, false);
    write_time(html, of, crossover, true);
    fputs("</tr>\n", html->file);
}

/* The crossovers along jobs: a table of their own, those that start cold first. */
static void write_along_jobs(const struct html *html)
{
    if (html->along_jobs_count == 0)
        return;
    fputs("<p>From how many jobs on, each of one size: from the number on from which the interval "
          "stays above 1, those that start cold first.</p>\n",
          html->file);
    html_open_box(html, "table", "Table of crossovers along jobs");
    fprintf(html->file,
            "<table class=\"sorts\" id=\"jobs-table\">\n<caption><span>From how many jobs each "
            "strategy beats %s, with 95 %% intervals</span></caption>\n<thead><tr>",
            html_baseline(html));
    fputs("<th scope=\"col\">Work</th><th scope=\"col\">Strategy</th>"
          "<th scope=\"col\">Workers</th><th scope=\"col\">Start</th>"
          "<th scope=\"col\">Pays</th><th scope=\"col\">Jobs, 95&nbsp;%</th>"
          "<th scope=\"col\">One job</th><th scope=\"col\">The batch</th></tr></thead>\n<tbody>\n",
          html->file);
    for (size_t i = 0; i < html->along_jobs_count; i++) {
        const struct html_panel *of = &html->along_jobs[i];
        for (size_t k = 0; k < of->lines.count; k++)
            for (uint64_t workers = panel_next_workers(of->panel, 0); workers != UINT64_MAX;
                 workers = panel_next_workers(of->panel, workers)) {
                write_jobs_row(html, of, &of->lines.lines[k], workers, "cold");
                write_jobs_row(html, of, &of->lines.lines[k], workers, "warm");
            }
    }
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
    for (size_t i = 0; i < html->along_jobs_count; i++)
        html_picture(html, &html->along_jobs[i], "speedup-jobs-warm");
}

/* The crossovers along sizes of all panels that no panel along jobs tells of. */
static void write_along_sizes(const struct html *html)
{
    fprintf(
        html->file,
        "<p>A strategy pays from the size on from which the 95 %% interval of its speedup stays "
        "above 1. <em>At most</em>: it may pay at all sizes; <em>never</em>: it is surely not "
        "ahead at the largest size; <em>between</em>: nor is it, but it is at sizes between "
        "these; <em>even</em>: it is as fast as %s, within 3&nbsp;%%; <em>always</em>: it is "
        "ahead at the smallest size; <em>noisy</em>: the intervals are too wide to tell, or "
        "missing. <em>Best speedup</em> is the median over the rounds of all sizes that cannot be "
        "told from the best one; the tables of speedups have each size by itself.</p>\n",
        html_baseline(html));
    write_filters(html);
    open_table(html);
    for (size_t i = 0; i < html->panel_count; i++)
        if (!html->panels[i].panel->told_by_jobs)
            write_rows(html, &html->panels[i]);
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
    for (size_t i = 0; i < html->panel_count; i++)
        html_picture(html, &html->panels[i], "speedup-size-cold");
}

int html_crossovers(struct html *html)
{
    if (html_asks_for_sizes(html))
        write_along_sizes(html);
    write_along_jobs(html);
    return 0;
}
