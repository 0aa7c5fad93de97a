/* Heat maps: the speedup of each size and worker count, a table a strategy. */
#include "bench/analyse/overhead.h"
#include "bench/base/text.h"
#include "bench/report/html.h"
#include "bench/report/picture.h"

#include <math.h>

/* Where one colour ends and the next begins: h0 is below the first, h4 around serial. */
static const double levels[] = {0.1, 0.3, 0.6, 0.95, 1.05, 1.4, 1.8, 3};
enum { LEVELS = sizeof levels / sizeof *levels };

#define LEAST_SHOWN 0.01

static const char *const temperatures_shown[] = {"warm", "cold"};

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
        snprintf(text, bytes, "%.2g", speedup);
    else
        html_speedup(text, bytes, speedup);
}

/* "1.87" in its colour, its interval below; bold where the interval excludes 1. */
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
    fprintf(html->file, "<td class=\"h%d\">%s", level_of(row->speedup), sure ? "<b>" : "");
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

static size_t count_workers(const struct html_scene *of)
{
    size_t count = 0;
    for (uint64_t workers = scene_next_workers(&of->scene, 0); workers != UINT64_MAX;
         workers = scene_next_workers(&of->scene, workers))
        count++;
    return count;
}

/* Two rows of headings: warm and cold, and below each the worker counts. */
static void write_head(const struct html *html, const struct html_scene *of, const char *first,
                       const char *second)
{
    size_t count = count_workers(of);
    fprintf(html->file, "<thead><tr><th rowspan=\"2\" scope=\"col\">%s</th>", first);
    if (*second != '\0')
        fprintf(html->file, "<th rowspan=\"2\" scope=\"col\">%s</th>", second);
    for (size_t i = 0; i < 2; i++)
        fprintf(html->file, "<th colspan=\"%zu\" scope=\"colgroup\">%s, workers</th>", count,
                temperatures_shown[i]);
    fputs("</tr>\n<tr>", html->file);
    for (size_t i = 0; i < 2; i++)
        for (uint64_t workers = scene_next_workers(&of->scene, 0); workers != UINT64_MAX;
             workers = scene_next_workers(&of->scene, workers))
            fprintf(html->file, "<th scope=\"col\">%llu</th>", (unsigned long long)workers);
    fputs("</tr></thead>\n<tbody>\n", html->file);
}

static void write_heats(const struct html *html, const struct html_scene *of,
                        const struct line *line, uint64_t size)
{
    for (size_t i = 0; i < 2; i++)
        for (uint64_t workers = scene_next_workers(&of->scene, 0); workers != UINT64_MAX;
             workers = scene_next_workers(&of->scene, workers))
            write_heat(html, scene_row(&of->scene, line, workers, size, temperatures_shown[i]));
    fputs("</tr>\n", html->file);
}

/* True where the line has a speedup at that size (any: UINT64_MAX). */
static bool is_measured(const struct html_scene *of, const struct line *line, uint64_t size)
{
    for (uint64_t workers = scene_next_workers(&of->scene, 0); workers != UINT64_MAX;
         workers = scene_next_workers(&of->scene, workers))
        for (size_t i = 0; i < 2; i++)
            if (size == UINT64_MAX
                    ? scene_best(&of->scene, line, workers, temperatures_shown[i]) != NULL
                    : scene_row(&of->scene, line, workers, size, temperatures_shown[i]) != NULL)
                return !text_equal(line->key.strategy, "serial");
    return false;
}

/* "1k", and what one such job takes serially. */
static void write_size(const struct html *html, const struct html_scene *of, uint64_t size)
{
    const struct summary *serial = scene_row(&of->scene, &of->lines.lines[0], 1, size, "warm");
    char text[32], job[32] = "-";
    text_size(text, sizeof text, (double)size);
    if (serial != NULL && text_equal(serial->key.strategy, "serial"))
        text_duration(job, sizeof job, overhead_serial_job_ns(serial));
    fprintf(html->file, "<tr><th scope=\"row\">%s</th><td>%s</td>", text, job);
}

static void write_map(const struct html *html, const struct html_scene *of, const struct line *line)
{
    char name[LABEL_BYTES + 40], label[LABEL_BYTES];
    line_label(&of->lines, line, label, sizeof label);
    snprintf(name, sizeof name, "Speedups of %s", label);
    html_open_box(html, "table heat", name);
    fputs("<table>\n<caption>", html->file);
    html_line_name(html, of, line);
    fputs("</caption>\n", html->file);
    write_head(html, of, "Size", "One job");
    for (uint64_t size = scene_next_size(&of->scene, 0, true); size != UINT64_MAX;
         size = scene_next_size(&of->scene, size, false))
        if (is_measured(of, line, size)) {
            write_size(html, of, size);
            write_heats(html, of, line, size);
        }
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

/* Where there is one size only: a row a strategy. */
static void write_flat_map(const struct html *html, const struct html_scene *of)
{
    html_open_box(html, "table heat", "Speedups");
    fputs("<table>\n<caption>", html->file);
    html_scene_name(html, of);
    fputs("</caption>\n", html->file);
    write_head(html, of, "Strategy", "");
    for (size_t i = 0; i < of->lines.count; i++) {
        const struct line *line = &of->lines.lines[i];
        if (!is_measured(of, line, UINT64_MAX))
            continue;
        fputs("<tr><th scope=\"row\">", html->file);
        html_line_name(html, of, line);
        fputs("</th>", html->file);
        write_heats(html, of, line, of->scene.least_size);
    }
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

static void write_maps(const struct html *html, const struct html_scene *of)
{
    fputs("<div class=\"maps\">\n", html->file);
    if (of->scene.least_size == of->scene.most_size)
        write_flat_map(html, of);
    else
        for (size_t i = 0; i < of->lines.count; i++)
            if (is_measured(of, &of->lines.lines[i], UINT64_MAX))
                write_map(html, of, &of->lines.lines[i]);
    fputs("</div>\n", html->file);
}

static void write_legend(const struct html *html)
{
    fputs("<p>How many times as fast as serial, by job size and workers, with the 95 % interval "
          "below; bold where that excludes 1.</p>\n<p class=\"legend\">",
          html->file);
    fprintf(html->file, "<span class=\"h0\">below %g</span> ", levels[0]);
    for (int i = 1; i < LEVELS; i++)
        fprintf(html->file, "<span class=\"h%d\">%g to %g</span> ", i, levels[i - 1], levels[i]);
    fprintf(html->file, "<span class=\"h%d\">%g and more</span></p>\n", LEVELS, levels[LEVELS - 1]);
}

int html_speedups(struct html *html)
{
    write_legend(html);
    for (size_t i = 0; i < html->scene_count; i++) {
        html_scene_heading(html, &html->scenes[i]);
        write_maps(html, &html->scenes[i]);
    }
    return 0;
}
