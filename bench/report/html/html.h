/* The parts of report.html, and what they share. Each part writes a section of its own, or nothing
 * where the run has nothing of it. Texts of files go through text_html_escaped alone. */
#ifndef BREAKEVEN_REPORT_HTML_HTML_H
#define BREAKEVEN_REPORT_HTML_HTML_H

#include "bench/analyse/model/model.h"
#include "bench/report/html/html_plots.h"
#include "bench/report/panel/panel.h"

#include <stdio.h>

/* One work of the run with one number of jobs, or with one size, and its lines. */
struct html_panel {
    const struct panel *panel;
    struct lines lines;
};

/* What all parts look at. */
struct html {
    FILE *file;
    const struct summaries *summaries;
    const struct cost_fits *cost_fits;
    const struct scalings *scalings;
    const struct model *model;
    const struct host *host;
    const struct disturbances *disturbances;
    const struct error *tool; /* why pictures are missing */
    const char *samples;      /* the name of their file */
    struct html_panel *panels, *along_jobs;
    size_t panel_count, along_jobs_count;
    struct html_plots plots;
    struct error *error;
};

/* A part of the page: its heading and what writes it, unless it has nothing to write. */
typedef int html_write_function(struct html *html);
typedef bool html_asks_function(const struct html *html);

html_write_function html_answer, html_calculator, html_crossovers, html_speedups, html_scaling,
    html_overheads, html_callers, html_payload, html_timeline, html_more_pictures, html_machine,
    html_files, html_glossary;
html_asks_function html_has_calculator, html_has_scaling, html_has_callers, html_has_payload,
    html_has_timeline, html_has_more_pictures;

/* ------------------------------------------------------------------------------- building blocks
 */

/* False where all that was measured is told along jobs. */
bool html_asks_for_sizes(const struct html *html);

/* What the run's strategies are compared with: "serial", or the baseline of all of them; "their
 * baseline" where these differ. */
const char *html_baseline(const struct html *html);

/* "squares", "squares beside py-serial, 8 jobs", "squares, jobs of size 30k": how a panel is named
 * in headings. */
void html_panel_name(const struct html *html, const struct html_panel *of);

/* A panel's heading within a part; nothing where the run has but one panel. */
void html_panel_heading(const struct html *html, const struct html_panel *of);

/* True where the calculator has a model that predicts anything; its script is needed then. */
bool html_calculates(const struct html *html);

/* Writes a file of bench/report/page/ as it is. */
void html_asset(FILE *file, const char *name);

/* A box that what is wide scrolls in, also by keyboard; name: for screen readers. */
void html_open_box(const struct html *html, const char *class, const char *name);
void html_close_box(const struct html *html);

/* A field with the number that it is sorted by; what is not known (NaN) is sorted last. */
void html_cell(const struct html *html, double sorted_by, const char *text);

/* "x", or "a to b"; "-" where neither end is known. */
void html_range(char *text, size_t bytes, const char *low, const char *high);

/* The same for durations in ns, with an interval that may not be known. */
void html_duration_range(char *text, size_t bytes, double low_ns, double high_ns);

/* "1.87", with as many decimals as tables have; "-" where it is not known. */
void html_speedup(char *text, size_t bytes, double speedup);

/* A line's name in its strategy's colour. */
void html_line_name(const struct html *html, const struct html_panel *of, const struct line *line);

/* Shows a panel's picture of that kind, with its title, what it says and links to its files; where
 * there is none, nothing. */
void html_picture(const struct html *html, const struct html_panel *of, const char *kind);

bool html_has_picture(const struct html *html, const struct html_panel *of, const char *kind);

/* Marks the pictures that belong to a panel; others are shown on their own. */
void html_know_pictures(struct html *html);

#endif
