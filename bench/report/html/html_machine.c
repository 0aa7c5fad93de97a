/* Where the numbers come from: the machine and what may spoil them, the files, the words. */
#include "bench/base/text.h"
#include "bench/report/html/html.h"

#include <math.h>

static void write_fact(const struct html *html, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    fprintf(html->file, "<div><dt>%s</dt><dd>", name);
    text_html_escaped(html->file, value);
    fputs("</dd></div>\n", html->file);
}

static void write_facts(const struct html *html)
{
    const struct host *host = html->host;
    char cpus[32], seed[32], load[32] = "";
    snprintf(cpus, sizeof cpus, "%u usable", host->cpus_usable);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)host->seed);
    if (isfinite(host->load_average))
        snprintf(load, sizeof load, "%.2f at the start", host->load_average);
    fputs("<dl class=\"facts\">\n", html->file);
    write_fact(html, "CPU", host->model);
    write_fact(html, "CPUs", cpus);
    write_fact(html, "Architecture", host->architecture);
    write_fact(html, "Kernel", host->kernel);
    write_fact(html, "Hypervisor", host->hypervisor);
    write_fact(html, "Governor", host->governor);
    write_fact(html, "Load average", load);
    write_fact(html, "Measured", host->started);
    write_fact(html, "Suite", host->suite);
    write_fact(html, "Seed", seed);
    write_fact(html, "Commit", host->commit);
    write_fact(html, "Base", host->base);
    write_fact(html, "New", host->new);
    fputs("</dl>\n", html->file);
}

static void write_warnings(const struct html *html)
{
    const struct warnings *warnings = &html->host->warnings;
    if (warnings->count == 0) {
        fputs("<p>No condition was found that may spoil these numbers.</p>\n", html->file);
        return;
    }
    fputs("<h3>What may spoil these numbers</h3>\n<ul class=\"trouble\">\n", html->file);
    for (size_t i = 0; i < warnings->count; i++) {
        fputs("<li>", html->file);
        text_html_escaped(html->file, warnings->texts[i]);
        fputs("</li>\n", html->file);
    }
    fputs("</ul>\n", html->file);
}

int html_machine(struct html *html)
{
    const struct disturbances *found = html->disturbances;
    char trip[32];
    write_facts(html);
    write_warnings(html);
    text_duration(trip, sizeof trip, found->roundtrip_ns);
    if (found->disturbed > 0)
        fprintf(html->file,
                "<p>%zu of %zu visit%s left out: beside %s a cache line took more than %.0f "
                "times the run's median of %s to another CPU and back.</p>\n",
                found->disturbed, found->visits, found->disturbed == 1 ? " is" : "s are",
                found->disturbed == 1 ? "it" : "them", DISTURBED_FACTOR, trip);
    fputs("<p>Caches, memory, compiler, flags, libraries and the command line are in <a "
          "href=\"host.json\">host.json</a>.</p>\n",
          html->file);
    return 0;
}

/* ------------------------------------------------------------------------------- files */

static void write_file(const struct html *html, const char *name, const char *what)
{
    fprintf(html->file, "<li><a href=\"%s\">%s</a>: %s</li>\n", name, name, what);
}

static void write_plot(const struct html *html, const struct html_plot *plot)
{
    fprintf(html->file, "<tr><th scope=\"row\">%s</th>", plot->name);
    for (int kind = 0; kind < PLOT_FILES; kind++) {
        if (plot->has[kind])
            fprintf(html->file, "<td><a href=\"plots/%s.%s\" aria-label=\"%s.%s\">%s</a></td>",
                    plot->name, plot_extensions[kind], plot->name, plot_extensions[kind],
                    plot_extensions[kind]);
        else
            fputs("<td>-</td>", html->file);
    }
    fputs("</tr>\n", html->file);
}

static void write_plots(const struct html *html)
{
    if (html->plots.count == 0)
        return;
    html_open_box(html, "table", "Files of the pictures");
    fputs("<table>\n<caption><span>The pictures, each beside the script and the data that made it; "
          "<code>gnuplot NAME.gp</code> in <code>plots/</code> draws it again</span></caption>\n"
          "<thead><tr><th scope=\"col\">Picture</th>",
          html->file);
    static const char *const heads[PLOT_FILES] = {"SVG", "PNG", "PDF", "Script", "Data"};
    for (int kind = 0; kind < PLOT_FILES; kind++)
        fprintf(html->file, "<th scope=\"col\">%s</th>", heads[kind]);
    fputs("</tr></thead>\n<tbody>\n", html->file);
    for (size_t i = 0; i < html->plots.count; i++)
        write_plot(html, &html->plots.rows[i]);
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
}

int html_files(struct html *html)
{
    fputs("<ul>\n", html->file);
    write_file(html, html->samples, "every reading, and what all else is made from");
    write_file(html, "summary.csv", "a row a cell and start: time, speedup, overhead, intervals");
    write_file(html, "crossover.csv", "a row a strategy, worker count and start");
    if (html->cost_fits->count > 0)
        write_file(html, "law.csv", "what one job costs by the memory of its caller");
    if (html->scalings->count > 0)
        write_file(html, "scaling.csv", "how the speedup grows with the workers");
    if (html_has_timeline(html)) {
        write_file(html, "trace.csv", "a row a job of the timeline");
        write_file(html, "trace.json", "the timeline for ui.perfetto.dev and chrome://tracing");
    }
    write_file(html, "host.json", "the machine, the build and the run");
    fputs("</ul>\n", html->file);
    write_plots(html);
    return 0;
}

/* ------------------------------------------------------------------------------- words */

static const struct {
    const char *word, *meaning;
} words[] = {
    {"work", "a kind of job, such as squares"},
    {"job", "one independent call of a work with a size; the unit that is handed out"},
    {"size", "how much one job does, in the work's own unit: iterations, bytes, nanoseconds"},
    {"batch", "the jobs that are handed over in one call; results come back in job order"},
    {"strategy", "a way of running a batch, which can be exchanged for another: open, map, close"},
    {"workers", "how many jobs may run at the same moment"},
    {"schedule, chunk", "how jobs are divided among workers; how many are claimed at once"},
    {"warm", "a batch on a strategy that is open already, as in a program that keeps its pool"},
    {"cold", "opening, one batch and closing, as in a script that makes a pool for one batch"},
    {"serial", "a loop in the caller: what all else is compared with"},
    {"baseline",
     "what a strategy is compared with: serial, or the serial loop of its own runtime, as "
     "py-serial is for those in Python. What is said of serial holds for each in its own "
     "runtime"},
    {"speedup", "serial's time / the strategy's, paired within the same round; efficiency is "
                "speedup / parallelism"},
    {"parallelism",
     "how many jobs can run at once: the smaller of workers and CPUs, or the workers "
     "where they run over several hosts, and where jobs wait rather than compute"},
    {"overhead", "(the strategy's time - serial's in the same round / parallelism) / jobs"},
    {"crossover", "the smallest job size, or number of jobs, from which the lower end of the "
                  "speedup's interval stays "
                  "above 1"},
    {"METG(50)",
     "the serial time of the smallest job that still runs at 50 % efficiency, and between "
     "which measured sizes it surely lies; METG(95) at 95 %. Task Bench counts the wall "
     "time times the parallelism by jobs, which is the serial time over the efficiency"},
    {"participation", "the share of the workers that ran at least one job of the batch"},
    {"round trip",
     "the time that a cache line needs to another CPU and back, measured beside every "
     "cell: the floor of a hand-over, and a canary of a disturbed machine"},
    {"interval",
     "where the true value lies, in 95 of 100 cases, from the rounds of this run alone"},
};

int html_glossary(struct html *html)
{
    fputs("<dl class=\"words\">\n", html->file);
    bool serial_alone = text_equal(html_baseline(html), "serial");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!serial_alone || !text_equal(words[i].word, "baseline"))
            fprintf(html->file, "<dt>%s</dt><dd>%s</dd>\n", words[i].word, words[i].meaning);
    fputs("</dl>\n", html->file);
    return 0;
}
