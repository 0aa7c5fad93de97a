#include "bench/assets/assets.h"
#include "bench/base/csv.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/report/html/html.h"
#include "bench/report/html/page.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool always(const struct html *html)
{
    return html != NULL;
}

/* The parts of the page in their order. */
static const struct part {
    const char *id, *title;
    html_asks_function *has;
    html_write_function *write;
} parts[] = {
    {"answer", "The answer", always, html_answer},
    {"calculator", "Calculator", html_has_calculator, html_calculator},
    {"crossovers", "Crossovers", always, html_crossovers},
    {"speedups", "Speedups", always, html_speedups},
    {"scaling", "Scaling", html_has_scaling, html_scaling},
    {"overhead", "Overhead", always, html_overheads},
    {"callers", "The caller's memory", html_has_callers, html_callers},
    {"payload", "Payload", html_has_payload, html_payload},
    {"timeline", "The timeline", html_has_timeline, html_timeline},
    {"pictures", "More pictures", html_has_more_pictures, html_more_pictures},
    {"machine", "The machine", always, html_machine},
    {"files", "Files", always, html_files},
    {"words", "Words", always, html_glossary},
};
enum { PARTS = sizeof parts / sizeof *parts };

void html_asset(FILE *file, const char *name)
{
    const struct asset *asset = asset_find(asset_pages, asset_pages_count, name);
    fwrite(asset->text, 1, (size_t)(asset->end - asset->text), file);
}

/* A script without indentation and lines that are comments, which are for those who edit it. */
static void write_script(FILE *file, const char *name)
{
    const struct asset *asset = asset_find(asset_pages, asset_pages_count, name);
    for (const char *line = asset->text, *next; line < asset->end; line = next) {
        const char *end = memchr(line, '\n', (size_t)(asset->end - line));
        next = end != NULL ? end + 1 : asset->end;
        line += strspn(line, " ");
        if (line < next && *line != '\n' && strncmp(line, "/*", 2) != 0)
            fwrite(line, 1, (size_t)(next - line), file);
    }
}

static void write_head(const struct html *html)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
          "base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n<title>breakeven: ",
          html->file);
    text_html_escaped(html->file, html->host->suite);
    fputs(" on ", html->file);
    text_html_escaped(html->file, *html->host->model ? html->host->model : "this machine");
    fputs("</title>\n<style>\n", html->file);
    html_asset(html->file, "page.css");
    fputs("</style>\n</head>\n", html->file);
}

/* "AMD EPYC, 2 CPUs, Linux 6.1 on KVM, 2026-11-22 13:14 UTC, suite quick". */
static void write_origin(const struct html *html)
{
    const struct host *host = html->host;
    char text[800], suite[400];
    host_describe_suite(host, false, suite, sizeof suite);
    snprintf(text, sizeof text, "%s%s%u CPU%s, %s%s%s. Measured %s, %s.", host->model,
             *host->model ? ", " : "", host->cpus_usable, host->cpus_usable == 1 ? "" : "s",
             host->kernel, *host->hypervisor ? " on " : "", host->hypervisor, host->started, suite);
    fputs("<p class=\"origin\">", html->file);
    text_html_escaped(html->file, text);
    fputs("</p>\n", html->file);
}

static void write_top(const struct html *html)
{
    fprintf(html->file,
            "<body>\n<a class=\"skip\" href=\"#answer\">Skip to the answer</a>\n<header>\n"
            "<h1>From %s does running in parallel pay?</h1>\n",
            html_asks_for_sizes(html) ? "which job size" : "how many jobs");
    write_origin(html);
    fputs("</header>\n<nav aria-label=\"Parts of this page\">\n<ul>\n", html->file);
    for (size_t i = 0; i < PARTS; i++)
        if (parts[i].has(html))
            fprintf(html->file, "<li><a href=\"#%s\">%s</a></li>\n", parts[i].id, parts[i].title);
    fputs("</ul>\n</nav>\n<main>\n", html->file);
}

static int write_parts(struct html *html)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < PARTS; i++) {
        if (!parts[i].has(html))
            continue;
        fprintf(html->file,
                "<section id=\"%s\" aria-labelledby=\"h-%s\" tabindex=\"-1\">\n"
                "<h2 id=\"h-%s\">%s</h2>\n",
                parts[i].id, parts[i].id, parts[i].id, parts[i].title);
        result = parts[i].write(html);
        fputs("</section>\n", html->file);
    }
    return result;
}

static void write_end(const struct html *html)
{
    fputs("</main>\n<footer><p>Made by breakeven from the files of this folder; <code>breakeven "
          "report</code> makes it again.</p></footer>\n<script>\n",
          html->file);
    html_asset(html->file, "page.js");
    if (html_calculates(html)) {
        write_script(html->file, "model.js");
        write_script(html->file, "calculator.js");
    }
    fputs("</script>\n</body>\n</html>\n", html->file);
}

/* ------------------------------------------------------------------------------- the run */

/* So many panels with their lines. */
static int find_lines(const struct html *html, const struct panel panels[], size_t count,
                      struct html_panel **found, size_t *found_count)
{
    int result = 0;
    *found = calloc(count + 1, sizeof **found);
    if (*found == NULL)
        result = fail(html->error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; result == 0 && i < count; i++) {
        (*found)[i].panel = &panels[i];
        result = panel_lines(&panels[i], &(*found)[i].lines, html->error);
        *found_count += result == 0;
    }
    return result;
}

static void free_lines(struct html_panel panels[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(panels[i].lines.lines);
    free(panels);
}

static void free_html(struct html *html)
{
    free_lines(html->panels, html->panel_count);
    free_lines(html->along_jobs, html->along_jobs_count);
    html_plots_free(&html->plots);
}

static int write_file(struct html *html, const char *path)
{
    struct whole whole;
    if (whole_open(&whole, path, html->error) != 0)
        return -1;
    html->file = whole.stream;
    write_head(html);
    write_top(html);
    int result = write_parts(html);
    write_end(html);
    if (result == 0)
        return whole_close(&whole, html->error);
    fclose(whole.stream);
    free(whole.text);
    return -1;
}

static const char *name_samples(const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/samples.csv", folder);
    return csv_is_packed(path) ? "samples.csv" CSV_PACKED : "samples.csv";
}

int page_write(const char *folder, const struct panels *panels, const struct model *model,
               const struct error *tool, struct error *error)
{
    const struct findings *found = panels->findings;
    char path[PATH_MAX];
    struct html html = {
        .summaries = &found->summaries,
        .cost_fits = &found->cost_fits,
        .scalings = &found->scalings,
        .model = model,
        .host = &found->host,
        .disturbances = &found->disturbances,
        .tool = tool,
        .samples = name_samples(folder),
        .plots.folder = -1,
        .error = error,
    };
    snprintf(path, sizeof path, "%s/report.html", folder);
    int result = find_lines(&html, panels->rows, panels->count, &html.panels, &html.panel_count);
    if (result == 0)
        result = find_lines(&html, panels->along_jobs, panels->along_jobs_count, &html.along_jobs,
                            &html.along_jobs_count);
    if (result == 0)
        result = html_plots_find(folder, &html.plots, error);
    if (result == 0) {
        html_know_pictures(&html);
        result = write_file(&html, path);
    }
    free_html(&html);
    return result;
}
