/* What handing over costs beside the machine's floor, and what moving data costs. */
#include "bench/analyse/overhead.h"
#include "bench/base/text.h"
#include "bench/report/html/html.h"
#include "bench/report/table/table.h"

#include <math.h>

/* ------------------------------------------------------------------------------- overheads */

static void write_overhead(const struct html *html, const struct summary *row, bool in_trips)
{
    char text[32] = "-", range[80] = "-", trips[32] = "-";
    struct overhead found = {NAN, NAN, NAN, NAN};
    if (row != NULL)
        found = overhead_of_row(row);
    if (isfinite(found.ns)) {
        text_duration(text, sizeof text, found.ns);
        html_duration_range(range, sizeof range, found.low_ns, found.high_ns);
    }
    if (isfinite(found.roundtrips))
        snprintf(trips, sizeof trips, found.roundtrips < 10 ? "%.2f" : "%.0f", found.roundtrips);
    html_cell(html, found.ns, text);
    html_cell(html, found.low_ns, range);
    if (in_trips)
        html_cell(html, found.roundtrips, trips);
}

static void write_row(const struct html *html, const struct html_panel *of, const struct line *line)
{
    const struct panel *panel = of->panel;
    uint64_t workers = panel_full_workers(panel, line);
    const struct summary *warm = panel_row(panel, line, workers, panel->least_size, "warm");
    const struct summary *cold = panel_row(panel, line, workers, panel->least_size, "cold");
    char share[32] = "-";
    if (key_is_baseline(&line->key) || (warm == NULL && cold == NULL))
        return;
    fputs("<tr><th scope=\"row\">", html->file);
    html_line_name(html, of, line);
    fputs("</th>", html->file);
    write_overhead(html, warm, true);
    write_overhead(html, cold, false);
    double participation = warm != NULL ? warm->participation : (double)NAN;
    if (isfinite(participation))
        snprintf(share, sizeof share, "%.2f", participation);
    html_cell(html, participation, share);
    fputs("</tr>\n", html->file);
}

static void open_table(const struct html *html, const struct html_panel *of)
{
    char jobs[80];
    panel_describe_jobs(of->panel, of->panel->jobs, (double)of->panel->least_size, jobs,
                        sizeof jobs);
    html_open_box(html, "table", "Overhead of one job");
    fprintf(
        html->file,
        "<table class=\"sorts\">\n<caption><span>Overhead of one job: %s, "
        "workers: %llu. A strategy without one is as good as the ideal, or noise hides "
        "it</span></caption>\n<thead><tr><th scope=\"col\">Strategy</th><th scope=\"col\">Warm</th>"
        "<th scope=\"col\">Warm, 95&nbsp;%%</th><th scope=\"col\">In round trips</th>"
        "<th scope=\"col\">Cold</th><th scope=\"col\">Cold, 95&nbsp;%%</th>"
        "<th scope=\"col\">Participation</th></tr></thead>\n<tbody>\n",
        jobs, (unsigned long long)of->panel->full_workers);
}

/* True where any strategy costs more than serial. */
static bool has_overheads(const struct html_panel *of)
{
    const struct panel *panel = of->panel;
    for (size_t i = 0; i < of->lines.count; i++)
        for (int cold = 0; cold < 2; cold++) {
            const struct line *line = &of->lines.lines[i];
            const struct summary *row = panel_row(panel, line, panel_full_workers(panel, line),
                                                  panel->least_size, cold ? "cold" : "warm");
            if (row != NULL && isfinite(overhead_of_row(row).ns))
                return true;
        }
    return false;
}

static void write_table(const struct html *html, const struct html_panel *of)
{
    if (!has_overheads(of)) {
        fputs("<p>No overhead was found.</p>\n", html->file);
        return;
    }
    open_table(html, of);
    for (size_t k = 0; k < of->lines.count; k++)
        write_row(html, of, &of->lines.lines[k]);
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

/* ------------------------------------------------------------------------------- first results */

static void open_first_results(const struct html *html, const struct panel *panel)
{
    char jobs[80];
    panel_describe_jobs(panel, panel->jobs, (double)panel_most_timed(panel), jobs, sizeof jobs);
    html_open_box(html, "table", "When results are there");
    fprintf(html->file,
            "<table class=\"sorts\">\n<caption><span>When the caller has the first result and when "
            "all: %s, warm, workers: %llu</span></caption>\n<thead><tr><th "
            "scope=\"col\">Strategy</th><th scope=\"col\">The first</th><th "
            "scope=\"col\">All</th></tr></thead>\n<tbody>\n",
            jobs, (unsigned long long)panel->full_workers);
}

static void write_first_results(const struct html *html, const struct html_panel *of)
{
    size_t written = 0;
    for (size_t i = 0; i < of->lines.count; i++) {
        const struct summary *row = table_first_result(of->panel, &of->lines.lines[i]);
        char first[32], all[32];
        if (row == NULL)
            continue;
        if (written++ == 0)
            open_first_results(html, of->panel);
        text_duration(first, sizeof first, row->first_result_ns);
        text_duration(all, sizeof all, row->median_ns);
        fputs("<tr><th scope=\"row\">", html->file);
        html_line_name(html, of, &of->lines.lines[i]);
        fputs("</th>", html->file);
        html_cell(html, row->first_result_ns, first);
        html_cell(html, row->median_ns, all);
        fputs("</tr>\n", html->file);
    }
    if (written > 0) {
        fputs("</tbody>\n</table>\n", html->file);
        html_close_box(html);
    }
}

int html_overheads(struct html *html)
{
    char trip[32];
    text_duration(trip, sizeof trip, html->disturbances->roundtrip_ns);
    const char *baseline = html_baseline(html);
    fprintf(html->file, "<p>What a job costs beyond its share of %s's time, at the smallest size.",
            baseline);
    if (isfinite(html->disturbances->roundtrip_ns))
        fprintf(html->file,
                " The floor of this machine: a cache line needs %s to another CPU and back (the "
                "run's median), and a hand-over that is not shared by several jobs needs that at "
                "least.",
                trip);
    fputs("</p>\n", html->file);
    for (size_t i = 0; i < html->panel_count; i++) {
        const struct html_panel *of = &html->panels[i];
        if (of->panel->is_repeated)
            continue;
        html_panel_heading(html, of);
        html_picture(html, of, "handover");
        html_picture(html, of, "overhead");
        html_picture(html, of, "recycling");
        write_table(html, of);
        write_first_results(html, of);
    }
    return 0;
}

/* ------------------------------------------------------------------------------- payload */

bool html_has_payload(const struct html *html)
{
    for (size_t i = 0; i < html->panel_count; i++)
        if (html_has_picture(html, &html->panels[i], "payload"))
            return true;
    return false;
}

int html_payload(struct html *html)
{
    for (size_t i = 0; i < html->panel_count; i++)
        html_picture(html, &html->panels[i], "payload");
    return 0;
}
