#include "bench/report/html/html.h"
#include "bench/base/text.h"
#include "bench/report/html/html_svg.h"
#include "bench/report/picture/picture.h"
#include "bench/report/table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool html_asks_for_sizes(const struct html *html)
{
    bool any = html->along_jobs_count == 0;
    for (size_t i = 0; i < html->panel_count; i++)
        any = any || !html->panels[i].panel->told_by_jobs;
    return any;
}

/* False where the panels have another baseline than *baseline, which is set where it is NULL. */
static bool have_baseline(const struct html_panel panels[], size_t count, const char **baseline)
{
    for (size_t i = 0; i < count; i++) {
        const char *own = panel_baseline(panels[i].panel);
        *baseline = *baseline == NULL ? own : *baseline;
        if (!text_equal(own, *baseline))
            return false;
    }
    return true;
}

const char *html_baseline(const struct html *html)
{
    const char *baseline = NULL;
    if (!have_baseline(html->panels, html->panel_count, &baseline) ||
        !have_baseline(html->along_jobs, html->along_jobs_count, &baseline))
        return "their baseline";
    return baseline != NULL ? baseline : "serial";
}

void html_panel_name(const struct html *html, const struct html_panel *of)
{
    char jobs[64], runtime[LABEL_BYTES];
    panel_describe_runtime(of->panel, runtime, sizeof runtime);
    text_html_escaped(html->file, of->panel->work);
    text_html_escaped(html->file, runtime);
    panel_describe_jobs(of->panel, 0, (double)of->panel->least_size, jobs, sizeof jobs);
    if (of->panel->axis == DIMENSION_jobs)
        fprintf(html->file, "%s%s", *jobs != '\0' ? ", " : "", jobs);
    else if (!of->panel->only_jobs)
        fprintf(html->file, ", %llu job%s", (unsigned long long)of->panel->jobs,
                text_plural(of->panel->jobs));
}

void html_panel_heading(const struct html *html, const struct html_panel *of)
{
    if (html->panel_count + html->along_jobs_count < 2)
        return;
    fputs("<h3>", html->file);
    html_panel_name(html, of);
    fputs("</h3>\n", html->file);
}

void html_open_box(const struct html *html, const char *class, const char *name)
{
    fprintf(html->file, "<div class=\"box %s\" tabindex=\"0\" role=\"group\" aria-label=\"", class);
    text_html_escaped(html->file, name);
    fputs("\">\n", html->file);
}

void html_close_box(const struct html *html)
{
    fputs("</div>\n", html->file);
}

void html_cell(const struct html *html, double sorted_by, const char *text)
{
    if (isfinite(sorted_by))
        fprintf(html->file, "<td data-by=\"%.6g\">", sorted_by);
    else
        fputs("<td data-by=\"\">", html->file);
    text_html_escaped(html->file, text);
    fputs("</td>", html->file);
}

void html_range(char *text, size_t bytes, const char *low, const char *high)
{
    bool no_low = text_equal(low, "-"), no_high = text_equal(high, "-");
    if (no_low && no_high)
        snprintf(text, bytes, "-");
    else if (no_low || no_high)
        snprintf(text, bytes, no_low ? "up to %s" : "from %s on", no_low ? high : low);
    else if (text_equal(low, high))
        snprintf(text, bytes, "%s", low);
    else
        snprintf(text, bytes, "%s to %s", low, high);
}

void html_duration_range(char *text, size_t bytes, double low_ns, double high_ns)
{
    char low[32], high[32];
    text_duration(low, sizeof low, low_ns);
    text_duration(high, sizeof high, high_ns);
    html_range(text, bytes, low, high);
}

void html_speedup(char *text, size_t bytes, double speedup)
{
    if (isfinite(speedup))
        snprintf(text, bytes, "%.*f", table_decimals(speedup), speedup);
    else
        snprintf(text, bytes, "-");
}

void html_line_name(const struct html *html, const struct html_panel *of, const struct line *line)
{
    char label[LABEL_BYTES];
    line_label(&of->lines, line, label, sizeof label);
    fprintf(html->file, "<span class=\"key k-%s\"></span>", picture_strategy_of(&line->key));
    text_html_escaped(html->file, label);
}

/* ------------------------------------------------------------------------------- pictures */

/* What each kind of picture shows: its title, which follows the work's name, and what a reader who
 * does not see it should know. */
static const struct picture_words {
    const char *kind, *title, *description;
} picture_kinds[] = {
    {"crossover", "from which jobs each strategy pays",
     "A bar a strategy, the earliest on top, on a logarithmic axis of job time; it begins where "
     "the "
     "strategy begins to pay, pale on an open strategy, full started cold. The sentences of the "
     "answer and the table of crossovers say the same."},
    {"crossover-jobs", "from how many jobs each strategy pays",
     "A bar a strategy, the earliest on top, on a logarithmic axis of the number of jobs; it "
     "begins "
     "where the strategy begins to pay, pale on an open strategy, full started cold. The sentences "
     "of the answer and the table of crossovers say the same."},
    {"speedup-jobs-cold", "speedup against the number of jobs, started cold",
     "A line a strategy, its 95 % interval as a band; where it crosses 1.0 the strategy begins to "
     "pay, with opening and closing it for each batch. The sentences of the answer say the same."},
    {"speedup-jobs-warm", "speedup against the number of jobs on an open strategy (warm)",
     "The same on a strategy that is kept open; the warm rows of the table of crossovers say the "
     "same."},
    {"speedup-size-warm", "speedup against job size on an open strategy (warm)",
     "A line a strategy, its 95 % interval as a band; where it crosses 1.0 the strategy begins to "
     "pay. The sentences of the answer and the table of crossovers say the same."},
    {"speedup-size-cold", "speedup against job size, started cold",
     "The same with opening and closing the strategy for each batch; the cold rows of the table of "
     "crossovers say the same."},
    {"speedup-workers", "speedup against workers at the largest size",
     "A line a strategy, the ideal of one CPU a worker dashed. The last rows of the tables of "
     "speedups say the same."},
    {"speedup-hosts", "speedup against the number of hosts",
     "A line a strategy and job size, its 95 % interval as whiskers; that of the best strategy on "
     "this host alone is flat, the ideal of a CPU for each worker dashed. The sentence of the "
     "answer on hosts says from which jobs more of them pay."},
    {"scaled-speedup", "scaled speedup: batches that grow with the workers",
     "A line a strategy, as many jobs for each worker, the ideal of one CPU a worker dashed. The "
     "sentences beside it say the same."},
    {"time-size-warm", "time of one batch against job size (warm)",
     "A line a strategy on logarithmic axes; the thick one is what they are compared with. Where a "
     "line is below it the strategy is faster."},
    {"batch-cold", "how long one batch takes, started cold",
     "A bar a strategy, the fastest on top, on a logarithmic axis of time, with its 95 % interval; "
     "what strategies are compared with is a line across the bars. The tables of speedups say the "
     "same."},
    {"overhead", "what handing over one job costs",
     "A pair of bars a strategy, warm and cold, the cheapest first, on a logarithmic axis. The "
     "table beside it has the numbers."},
    {"recycling", "what replacing workers costs",
     "A line a strategy on logarithmic axes; workers that stay stand at the right edge. The table "
     "beside it has the numbers."},
    {"handover", "what handing over empty jobs takes",
     "A dot a strategy, the fastest on top, with its 95 % interval, beside the time that a cache "
     "line needs to another CPU and back."},
    {"parent", "overhead of one job against the memory of its caller",
     "A line a strategy on logarithmic axes, the fitted cost dashed. The sentences and the table "
     "beside it have the numbers."},
    {"payload", "overhead of one job against the bytes that go into it and out of it",
     "A line a strategy and way of moving data, on logarithmic axes."},
};

static void write_links(const struct html *html, const struct html_plot *plot)
{
    static const char *const names[PLOT_FILES] = {"SVG", "PNG", "PDF", "gnuplot script", "data"};
    const char *separator = " ";
    for (int kind = 0; kind < PLOT_FILES; kind++)
        if (plot->has[kind]) {
            fprintf(html->file, "%s<a href=\"plots/%s.%s\">%s</a>", separator, plot->name,
                    plot_extensions[kind], names[kind]);
            separator = ", ";
        }
}

/* A picture of no panel may have any colours: it stands on white also in the dark. */
static void write_figure(const struct html *html, const struct html_plot *plot, const char *svg,
                         const char *title)
{
    fputs("<figure>\n", html->file);
    html_open_box(html, "picture", title);
    fprintf(html->file, "%s%s%s", plot->known ? "" : "<div class=\"paper\">", svg,
            plot->known ? "" : "</div>");
    html_close_box(html);
    fputs("<figcaption>", html->file);
    text_html_escaped(html->file, title);
    fputs(".", html->file);
    write_links(html, plot);
    fputs("</figcaption>\n</figure>\n", html->file);
}

/* Shows one of the folder's pictures; a link where it cannot be a part of a page. */
static void show_plot(const struct html *html, const struct html_plot *plot, const char *title,
                      const char *description)
{
    char prefix[sizeof plot->name + 8];
    struct html_alt alt = {title, description};
    char *text = html_plots_read(&html->plots, plot);
    snprintf(prefix, sizeof prefix, "p-%s", plot->name);
    char *svg = text != NULL ? html_svg(text, prefix, &alt) : NULL;
    if (svg != NULL)
        write_figure(html, plot, svg, title);
    else
        fprintf(html->file,
                "<p class=\"note\">The picture <a href=\"plots/%s.svg\">%s</a> is too large for "
                "this page, or not as gnuplot draws.</p>\n",
                plot->name, plot->name);
    free(svg);
    free(text);
}

static struct html_plot *plot_of(const struct html *html, const struct html_panel *of,
                                 const char *kind)
{
    const struct panel *panel = of->panel;
    char name[sizeof html->plots.rows->name];
    picture_name(panel, kind, name, sizeof name);
    struct html_plot *plot = html_plots_get(&html->plots, name);
    if (plot == NULL && panel->joint != NULL && panel_comes_first(panel)) {
        picture_name(panel->joint, kind, name, sizeof name);
        plot = html_plots_get(&html->plots, name);
    }
    return plot != NULL && plot->has[PLOT_SVG] ? plot : NULL;
}

void html_picture(const struct html *html, const struct html_panel *of, const char *kind)
{
    char title[300], own[sizeof html->plots.rows->name], runtime[LABEL_BYTES] = "";
    const struct picture_words *words = picture_kinds;
    const struct html_plot *plot = plot_of(html, of, kind);
    if (plot == NULL)
        return;
    while (!text_equal(words->kind, kind))
        words++;
    picture_name(of->panel, kind, own, sizeof own);
    if (text_equal(plot->name, own)) /* else it is of all runtimes */
        panel_describe_runtime(of->panel, runtime, sizeof runtime);
    snprintf(title, sizeof title, "%.100s%.80s: %s", of->panel->work, runtime, words->title);
    show_plot(html, plot, title, words->description);
}

bool html_has_picture(const struct html *html, const struct html_panel *of, const char *kind)
{
    return plot_of(html, of, kind) != NULL;
}

static void know_pictures(const struct html *html, const struct html_panel panels[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof picture_kinds / sizeof *picture_kinds; k++) {
            struct html_plot *plot = plot_of(html, &panels[i], picture_kinds[k].kind);
            if (plot != NULL)
                plot->known = true;
        }
}

void html_know_pictures(struct html *html)
{
    know_pictures(html, html->panels, html->panel_count);
    know_pictures(html, html->along_jobs, html->along_jobs_count);
}

/* ------------------------------------------------------------------------------- other pictures */

static bool is_timeline(const struct html_plot *plot)
{
    return strstr(plot->name, "timeline") != NULL;
}

/* A picture that is of no panel: a timeline or another one. */
static bool stands_alone(const struct html_plot *plot, bool timeline)
{
    return plot->has[PLOT_SVG] && !plot->known && is_timeline(plot) == timeline;
}

static bool has_alone(const struct html *html, bool timeline)
{
    for (size_t i = 0; i < html->plots.count; i++)
        if (stands_alone(&html->plots.rows[i], timeline))
            return true;
    return false;
}

static int show_alone(const struct html *html, bool timeline)
{
    for (size_t i = 0; i < html->plots.count; i++) {
        const struct html_plot *plot = &html->plots.rows[i];
        char title[sizeof plot->name + 40];
        snprintf(title, sizeof title, timeline ? "%s: who ran which job, and when" : "%s",
                 plot->name);
        if (stands_alone(plot, timeline))
            show_plot(html, plot, title,
                      timeline ? "A row a worker, a bar a job; the gaps between bars are overhead."
                               : "A picture of the run's folder that no other part shows.");
    }
    return 0;
}

bool html_has_timeline(const struct html *html)
{
    return has_alone(html, true);
}

int html_timeline(struct html *html)
{
    return show_alone(html, true);
}

bool html_has_more_pictures(const struct html *html)
{
    return has_alone(html, false);
}

int html_more_pictures(struct html *html)
{
    return show_alone(html, false);
}
