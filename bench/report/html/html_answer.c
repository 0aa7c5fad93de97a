/* The answer, before all else: a sentence a strategy, what went wrong, the picture of crossovers.
 */
#include "bench/base/text.h"
#include "bench/report/html/html.h"
#include "bench/report/picture/picture.h"
#include "bench/report/table/table.h"
#include "bench/report/words/beside.h"
#include "bench/report/words/over_hosts.h"

#include <stdlib.h>

/* What a function of the tables writes, escaped and between two tags; nothing where it writes
 * nothing. */
struct said {
    char *text;
    size_t bytes;
    FILE *file;
};

static int open_said(const struct html *html, struct said *said)
{
    *said = (struct said){0};
    said->file = open_memstream(&said->text, &said->bytes);
    return said->file != NULL ? 0 : fail(html->error, ERROR_REFUSED, "report: out of memory");
}

static int write_said(const struct html *html, struct said *said, bool any, const char *before,
                      const char *after)
{
    bool lost = fclose(said->file) != 0;
    if (!lost && any) {
        fputs(before, html->file);
        text_html_escaped(html->file, said->text);
        fputs(after, html->file);
    }
    free(said->text);
    return lost ? fail(html->error, ERROR_REFUSED, "report: out of memory") : 0;
}

/* Of callers of several sizes the smallest has a sentence. */
static bool is_said(const struct html_panel *of, const struct line *line)
{
    return line->key.parent_mib == panel_least_caller(of->panel) && !key_is_baseline(&line->key);
}

static int write_sentences(const struct html *html, const struct html_panel *of)
{
    struct said said;
    fputs("<ul class=\"answer\">\n", html->file);
    for (size_t i = 0; i < of->lines.count; i++) {
        const struct line *line = &of->lines.lines[i];
        if (!is_said(of, line))
            continue;
        if (open_said(html, &said) != 0)
            return -1;
        char before[80];
        snprintf(before, sizeof before, "<li><span class=\"key k-%s\"></span>",
                 picture_strategy_of(&line->key));
        bool any = table_write_sentence(said.file, of->panel, &of->lines, line);
        if (write_said(html, &said, any, before, "</li>\n") != 0)
            return -1;
    }
    fputs("</ul>\n", html->file);
    return 0;
}

static int write_ranking(const struct html *html, const struct html_panel *of)
{
    struct said said;
    if (open_said(html, &said) != 0)
        return -1;
    bool any = table_write_ranking(said.file, of->panel, &of->lines);
    return write_said(html, &said, any, "<p>", "</p>\n");
}

static int write_over_hosts(const struct html *html, const struct html_panel *of)
{
    struct standings standings;
    struct said said;
    if (of->panel->most_hosts < 2)
        return 0;
    int result = standings_find(of->panel, &of->lines, &standings, html->error);
    if (result == 0 && (result = open_said(html, &said)) == 0) {
        bool any = over_hosts_write(said.file, of->panel, &of->lines, &standings);
        result = write_said(html, &said, any, "<p>", "</p>\n");
    }
    free(standings.rows);
    return result;
}

static int write_beside(const struct html *html, const struct html_panel *of)
{
    struct said said;
    if (open_said(html, &said) != 0)
        return -1;
    bool any = beside_write_ratio(said.file, of->panel, &of->lines);
    return write_said(html, &said, any, "<p>", ".</p>\n");
}

static int write_troubles(const struct html *html, const struct html_panel *of)
{
    struct said said;
    bool opened = false;
    for (size_t i = 0; i < html->summaries->count; i++) {
        const struct summary *row = &html->summaries->rows[i];
        if (text_equal(row->status, "ok")) /* nearly all */
            continue;
        if (open_said(html, &said) != 0)
            return -1;
        bool any = table_write_trouble(said.file, of->panel, row);
        if (any && !opened)
            fputs("<p>What went wrong:</p>\n<ul class=\"trouble\">\n", html->file);
        opened = opened || any;
        if (write_said(html, &said, any, "<li>", "</li>\n") != 0)
            return -1;
    }
    fputs(opened ? "</ul>\n" : "", html->file);
    return 0;
}

static int write_panel(struct html *html, const struct html_panel *of)
{
    char cells[160], runtime[LABEL_BYTES];
    table_describe_panel(of->panel, cells, sizeof cells);
    panel_describe_runtime(of->panel, runtime, sizeof runtime);
    fputs("<h3>", html->file);
    text_html_escaped(html->file, of->panel->work);
    text_html_escaped(html->file, runtime);
    fputs(": ", html->file);
    text_html_escaped(html->file, cells);
    fputs("</h3>\n", html->file);
    if (write_sentences(html, of) != 0 || write_ranking(html, of) != 0 ||
        write_over_hosts(html, of) != 0 || write_beside(html, of) != 0 ||
        write_troubles(html, of) != 0)
        return -1;
    bool jobs = of->panel->axis == DIMENSION_jobs;
    html_picture(html, of, jobs ? "crossover-jobs" : "crossover");
    html_picture(html, of, "batch-cold");
    html_picture(html, of, jobs ? "speedup-jobs-cold" : "speedup-size-warm");
    return 0;
}

/* Which mode of the host the numbers are of. */
static int write_modes(const struct html *html)
{
    struct said said;
    if (open_said(html, &said) != 0)
        return -1;
    bool any = table_write_modes(said.file, html->disturbances);
    return write_said(html, &said, any, "<p class=\"note\">", "</p>\n");
}

static void write_doubts(const struct html *html)
{
    size_t count = html->host->warnings.count;
    if (count > 0)
        fprintf(html->file,
                "<p class=\"note\">%zu condition%s may spoil these numbers: see <a "
                "href=\"#machine\">the machine</a>.</p>\n",
                count, count == 1 ? "" : "s");
    if (html->tool->kind != ERROR_NONE) {
        fputs("<p class=\"note\">Not all pictures are here: ", html->file);
        text_html_escaped(html->file, html->tool->text);
        fputs("</p>\n", html->file);
    }
}

int html_answer(struct html *html)
{
    int result = write_modes(html);
    write_doubts(html);
    if (html->panel_count == 0)
        fputs("<p>Nothing was measured.</p>\n", html->file);
    for (size_t i = 0; result == 0 && i < html->panel_count; i++)
        if (!html->panels[i].panel->told_by_jobs)
            result = write_panel(html, &html->panels[i]);
    for (size_t i = 0; result == 0 && i < html->along_jobs_count; i++)
        result = write_panel(html, &html->along_jobs[i]);
    return result;
}

/* ------------------------------------------------------------------------------- the caller's
 * memory */

bool html_has_callers(const struct html *html)
{
    return html->cost_fits->count > 0;
}

static void write_cost_fit_row(const struct html *html, const struct html_panel *of,
                               const struct cost_fit *fit)
{
    struct line line = {fit->key};
    char base[32], base_range[80], page[32], page_range[80], kind[32];
    text_duration(base, sizeof base, fit->base_ns);
    text_duration(base_range, sizeof base_range, fit->base_error_ns);
    text_duration(page, sizeof page, fit->per_page_ns);
    text_duration(page_range, sizeof page_range, fit->per_page_error_ns);
    cost_fit_page_label(fit, kind, sizeof kind);
    fputs("<tr><th scope=\"row\">", html->file);
    html_line_name(html, of, &line);
    fprintf(html->file, "</th><td>%llu</td><td>%s</td><td>%s</td>",
            (unsigned long long)fit->key.workers, kind, fit->verdict);
    html_cell(html, fit->base_ns, base);
    html_cell(html, fit->base_error_ns, base_range);
    html_cell(html, fit->per_page_ns, page);
    html_cell(html, fit->per_page_error_ns, page_range);
    fprintf(html->file, "<td>%llu</td></tr>\n", (unsigned long long)fit->points);
}

static void write_cost_fit_table(const struct html *html, const struct html_panel *of,
                                 const struct shown_fits *shown)
{
    html_open_box(html, "table", "What the caller's memory costs");
    fputs("<table class=\"sorts\">\n<caption><span>What the caller's memory costs one job, warm; ± "
          "is "
          "half the 95 % interval</span></caption>\n<thead><tr><th scope=\"col\">Strategy</th><th "
          "scope=\"col\">Workers</th><th scope=\"col\">Counted in</th><th scope=\"col\">Law</th>"
          "<th scope=\"col\">One job</th><th scope=\"col\">±</th><th scope=\"col\">For each "
          "page</th><th scope=\"col\">±</th><th scope=\"col\">Callers</th></tr></thead>\n<tbody>\n",
          html->file);
    for (size_t i = 0; i < shown->count; i++)
        write_cost_fit_row(html, of, shown->cost_fits[i]);
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

static int write_cost_fits(const struct html *html, const struct html_panel *of,
                           const struct shown_fits *shown)
{
    int result = 0;
    fputs("<ul>\n", html->file);
    for (size_t i = 0; result == 0 && i < shown->count; i++) {
        struct said said;
        result = open_said(html, &said);
        if (result != 0)
            break;
        table_write_cost_fit(said.file, &of->lines, shown->cost_fits[i]);
        result = write_said(html, &said, true, "<li>", "</li>\n");
    }
    fputs("</ul>\n", html->file);
    write_cost_fit_table(html, of, shown);
    return result;
}

int html_callers(struct html *html)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < html->panel_count; i++) {
        const struct html_panel *of = &html->panels[i];
        struct shown_fits shown;
        if (panel_cost_fits(of->panel, &shown, html->error) != 0)
            return -1;
        if (shown.count > 0) {
            html_panel_heading(html, of);
            result = write_cost_fits(html, of, &shown);
            html_picture(html, of, "parent");
        }
        free(shown.cost_fits);
    }
    return result;
}
