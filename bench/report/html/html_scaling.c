/* How it scales: the picture, a sentence for each curve, and a table of worker counts. */
#include "bench/base/text.h"
#include "bench/report/html/html.h"
#include "bench/report/words/scaling_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_rows(const struct html_panel *of)
{
    for (size_t i = 0; i < of->lines.count; i++)
        if (scaling_of_line(of->panel, &of->lines.lines[i]) != NULL)
            return true;
    return false;
}

static bool scales(const struct html *html, const struct html_panel *of)
{
    return html_has_picture(html, of, "speedup-workers") ||
           html_has_picture(html, of, "speedup-hosts") ||
           html_has_picture(html, of, "time-size-warm") || has_rows(of) ||
           scaling_next_growing(of->panel, 0) != UINT64_MAX;
}

bool html_has_scaling(const struct html *html)
{
    for (size_t i = 0; i < html->panel_count; i++)
        if (scales(html, &html->panels[i]))
            return true;
    return false;
}

/* ------------------------------------------------------------------------------- sentences */

typedef void write_function(FILE *file, const struct lines *lines, const struct scaling *row);

static int write_sentence(const struct html *html, const struct html_panel *of,
                          write_function *write, const struct scaling *row)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    if (file == NULL)
        return fail(html->error, ERROR_REFUSED, "report: out of memory");
    write(file, &of->lines, row);
    fclose(file);
    fputs("<li>", html->file);
    text_html_escaped(html->file, text);
    fputs("</li>\n", html->file);
    free(text);
    return 0;
}

static int write_sentences(const struct html *html, const struct html_panel *of)
{
    const char *refusal = scaling_common_refusal(of->panel, &of->lines);
    write_function *write = refusal != NULL ? scaling_write_but_law : scaling_write;
    int result = 0;
    fputs("<ul>\n", html->file);
    for (size_t i = 0; result == 0 && i < of->lines.count; i++) {
        const struct scaling *row = scaling_of_line(of->panel, &of->lines.lines[i]);
        if (row != NULL)
            result = write_sentence(html, of, write, row);
    }
    fputs("</ul>\n", html->file);
    if (refusal != NULL) {
        fputs("<p>No law is fitted: ", html->file);
        text_html_escaped(html->file, refusal);
        fputs(".</p>\n", html->file);
    }
    return result;
}

static int write_growing(const struct html *html, const struct html_panel *of)
{
    int result = 0;
    fputs("<ul>\n", html->file);
    for (size_t i = 0; result == 0 && i < of->lines.count; i++) {
        const struct scaling *row = scaling_of_growing(of->panel, &of->lines.lines[i], 0);
        if (row != NULL)
            result = write_sentence(html, of, scaling_write_growing, row);
    }
    fputs("</ul>\n", html->file);
    return result;
}

/* ------------------------------------------------------------------------------- the table */

static void write_number(const struct html *html, double number, const char *format, double scale)
{
    char text[32] = "-";
    if (isfinite(number))
        snprintf(text, sizeof text, format, scale * number);
    html_cell(html, number, text);
}

static void write_range(const struct html *html, double low, double high, const char *format,
                        double scale)
{
    char first[32] = "-", last[32] = "-", text[80];
    if (isfinite(low))
        snprintf(first, sizeof first, format, scale * low);
    if (isfinite(high))
        snprintf(last, sizeof last, format, scale * high);
    html_range(text, sizeof text, first, last);
    html_cell(html, low, text);
}

/* The serial share and its interval, in percent. */
static void write_shares(const struct html *html, const struct scaling *row)
{
    char share[32], low[32], high[32], range[80];
    scaling_percent(share, sizeof share, row->serial_share);
    scaling_percent(low, sizeof low, row->serial_share_low);
    scaling_percent(high, sizeof high, row->serial_share_high);
    html_range(range, sizeof range, low, high);
    html_cell(html, row->serial_share, share);
    html_cell(html, row->serial_share_low, range);
}

/* The job size for an efficiency; "<= 10" where the smallest one is efficient enough. */
static void write_size(const struct html *html, const struct panel *panel,
                       const struct scaling *row, double size)
{
    char number[32] = "", text[40] = "-";
    panel_describe_size(panel, size, number, sizeof number);
    if (isfinite(size))
        snprintf(text, sizeof text, "%s%s", size <= row->size_least ? "<= " : "", number);
    html_cell(html, size, text);
}

static void write_row(const struct html *html, const struct html_panel *of, const struct line *line,
                      const struct scaling *row)
{
    fputs("<tr><th scope=\"row\">", html->file);
    html_line_name(html, of, line);
    fprintf(html->file, "</th><td>%llu</td><td>%s</td>", (unsigned long long)row->key.workers,
            row->place);
    write_number(html, row->speedup, "%.2f", 1);
    write_range(html, row->speedup_low, row->speedup_high, "%.2f", 1);
    write_number(html, row->efficiency, "%.0f %%", 100);
    write_shares(html, row);
    write_number(html, row->fitted, "%.2f", 1);
    write_range(html, row->fitted_low, row->fitted_high, "%.2f", 1);
    write_size(html, of->panel, row, row->size50);
    write_size(html, of->panel, row, row->size80);
    write_size(html, of->panel, row, row->size95);
    write_number(html, row->pays_after, "%.0f", 1);
    fputs("</tr>\n", html->file);
}

static void write_table(const struct html *html, const struct html_panel *of)
{
    static const char *const heads[] = {"Strategy",   "Workers",   "They have", "Speedup", "95 %",
                                        "Efficiency", "Serial, %", "95 %",      "Law",     "95 %",
                                        "50 % from",  "80 % from", "95 % from", "Batches"};
    fputs("<p>Serial share by Karp and Flatt: what of the work would have to be serial for this "
          "speedup. The job sizes are those from which on so many workers are 50, 80 and 95 % "
          "efficient; batches: after how many a pool that is opened once has won back its "
          "start. Laws are fitted to counts whose workers have a core each, and told no further "
          "than twice the largest of these.</p>\n",
          html->file);
    html_open_box(html, "table", "Scaling by workers");
    fputs("<table>\n<caption><span>How each strategy scales with its workers</span></caption>\n"
          "<thead><tr>",
          html->file);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        fprintf(html->file, "<th scope=\"col\">%s</th>", heads[i]);
    fputs("</tr></thead>\n<tbody>\n", html->file);
    for (size_t i = 0; i < of->lines.count; i++)
        for (uint64_t workers = panel_next_workers(of->panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(of->panel, workers)) {
            const struct line *line = &of->lines.lines[i];
            const struct scaling *row = scaling_with(of->panel, line, workers);
            if (row != NULL)
                write_row(html, of, line, row);
        }
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

int html_scaling(struct html *html)
{
    for (size_t i = 0; i < html->panel_count; i++) {
        const struct html_panel *of = &html->panels[i];
        if (of->panel->is_repeated || !scales(html, of))
            continue;
        html_panel_heading(html, of);
        html_picture(html, of, "speedup-workers");
        html_picture(html, of, "speedup-hosts");
        if (has_rows(of)) {
            if (write_sentences(html, of) != 0)
                return -1;
            write_table(html, of);
        }
        if (scaling_next_growing(of->panel, 0) != UINT64_MAX) {
            html_picture(html, of, "scaled-speedup");
            if (write_growing(html, of) != 0)
                return -1;
        }
        html_picture(html, of, "time-size-warm");
    }
    return 0;
}
