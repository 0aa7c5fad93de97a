#include "bench/report/export/export.h"
#include "bench/analyse/disturbed.h"
#include "bench/report/export/export_text.h"
#include "bench/report/export/threshold_names.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

const struct export_format export_formats[] = {
    {"markdown", EXPORT_ROWS, export_markdown,
     "a job summary or a comment: verdict first, under 64 KiB"},
    {"junit", EXPORT_ROWS, export_junit, "what shows test results: Jenkins, GitLab, ..."},
    {"google-benchmark", EXPORT_ROUNDS, export_google,
     "Google Benchmark's compare.py, and who reads its JSON"},
    {"benchstat", EXPORT_ROUNDS, export_benchstat, "benchstat: the text of Go's benchmarks"},
    {"github-action-benchmark", EXPORT_ROWS, export_action, "its tool customSmallerIsBetter"},
    {"bencher", EXPORT_ROWS, export_bencher, "Bencher's adapter json: Bencher Metric Format"},
    {"c-header", EXPORT_THRESHOLDS, export_c_header,
     "C and C++: thresholds for `#pragma omp parallel for if(n >= ...)` and the like"},
    {"cmake", EXPORT_THRESHOLDS, export_cmake, "CMake: the same thresholds for include()"},
    {"json", EXPORT_THRESHOLDS, export_json, "any program: the same thresholds"},
    {"env", EXPORT_THRESHOLDS, export_env, "shells and containers: the same thresholds"},
};

const size_t export_formats_count = sizeof export_formats / sizeof *export_formats;

int export_find(const char *name, const struct export_format **format, struct error *error)
{
    const char *names[sizeof export_formats / sizeof *export_formats];
    char known[256] = "", nearest_text[64] = "";
    for (size_t i = 0, used = 0; i < export_formats_count; i++) {
        names[i] = export_formats[i].name;
        if (text_equal(name, names[i])) {
            *format = &export_formats[i];
            return 0;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                                 names[i]);
    }
    const char *nearest = text_nearest(name, names, export_formats_count);
    if (nearest != NULL)
        snprintf(nearest_text, sizeof nearest_text, " (did you mean '%s'?)", nearest);
    return fail(error, ERROR_USAGE, "--format: '%.80s' is not known%s; known are %s", name,
                nearest_text, known);
}

/* ------------------------------------------------------------------------------- reading */

static bool holds(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct error ignored = {0};
    return findings_path(folder, name, path, &ignored) == 0 &&
           (access(path, F_OK) == 0 || csv_is_packed(path));
}

/* Of a comparison's rows, those of one build stay. One that was compared with a stored run has no
 * build. */
static void keep_build(struct summaries *summaries, const char *build)
{
    size_t kept = 0;
    for (size_t i = 0; i < summaries->count; i++) {
        const char *own = summaries->rows[i].key.build;
        if (text_equal(own, build) || (*own == '\0' && text_equal(build, "new")))
            summaries->rows[kept++] = summaries->rows[i];
    }
    summaries->count = kept;
}

static int read_rounds(const char *folder, struct exported *out, struct error *error)
{
    char path[PATH_MAX];
    struct findings *found = &out->found;
    struct samples *samples = &out->samples;
    uint32_t cpus = found->host.cpus_usable > 0 ? found->host.cpus_usable : 1;
    if (findings_path(folder, "samples.csv", path, error) != 0 ||
        samples_read(path, samples, error) != 0 ||
        host_check_samples(&found->host, path, samples->count, error) != 0 ||
        csv_make_printable(&samples_format, samples->rows, samples->count, &samples->strings,
                           error) != 0 ||
        disturbed_mark(samples, &found->disturbances, error) != 0 ||
        visits_reduce(samples, &found->visits, error) != 0)
        return -1;
    return speedup_summarise(&found->visits, cpus, &found->summaries, error);
}

static int read_comparisons(const char *folder, struct exported *out, struct error *error)
{
    char path[PATH_MAX];
    return findings_path(folder, "comparison.csv", path, error) == 0
               ? comparisons_read(path, &out->found.strings, &out->comparisons, error)
               : -1;
}

/* One size, or one number of jobs, tells of no threshold: where one of both is swept, the other is
 * not. */
static void keep_curves(struct thresholds *thresholds)
{
    size_t kept = 0;
    for (size_t i = 0; i < thresholds->count; i++)
        if (thresholds->rows[i].places > 1)
            thresholds->rows[kept++] = thresholds->rows[i];
    thresholds->count = kept;
}

/* Of its library; "" where it is built in. */
static const char *path_of_strategy(const struct host *host, const char *name)
{
    for (size_t i = 0; i < host->strategy_count; i++)
        if (text_equal(host->strategies[i].name, name))
            return host->strategies[i].path;
    return "";
}

/* By the crossovers that an earlier report found, or else by those of its summaries. */
static int read_thresholds(const char *folder, struct exported *out, struct error *error)
{
    struct findings *found = &out->found;
    if (findings_read_summaries(folder, found, error) != 0)
        return -1;
    if (holds(folder, "crossover.csv")
            ? findings_read_crossovers(folder, found, error) != 0
            : crossover_find(&found->summaries, &found->crossovers, error) != 0)
        return -1;
    if (thresholds_find(&found->summaries, &found->crossovers, out->objective, &out->thresholds,
                        error) != 0)
        return -1;
    keep_curves(&out->thresholds);
    for (size_t i = 0; i < out->thresholds.count; i++) {
        struct threshold *row = &out->thresholds.rows[i];
        const struct host_work *work = host_find_work(&found->host, row->key.work);
        row->work_path = work != NULL ? work->path : "";
        row->strategy_path = path_of_strategy(&found->host, row->key.strategy);
    }
    return threshold_names_make(&out->thresholds, &found->strings, error);
}

/* What tells rounds takes them from samples.csv; where that was not kept, medians alone. What tells
 * none is refused all the same where the rounds are not whole. */
static int read_rows(const char *folder, const struct export_format *format, const char *side,
                     struct exported *out, struct error *error)
{
    int result;
    if (format->tells != EXPORT_ROUNDS && findings_check_samples(folder, &out->found, error) != 0)
        return -1;
    if (format->tells != EXPORT_ROUNDS && out->compared)
        return read_comparisons(folder, out, error);
    if (format->tells == EXPORT_THRESHOLDS)
        return read_thresholds(folder, out, error);
    if (format->tells == EXPORT_ROUNDS && holds(folder, "samples.csv"))
        result = read_rounds(folder, out, error);
    else if (out->compared && !holds(folder, "summary.csv"))
        return fail(error, ERROR_NOT_COMPARABLE,
                    "export: %s holds no rounds for %s; export one of the runs that were compared",
                    folder, format->name);
    else
        result = findings_read_summaries(folder, &out->found, error);
    if (result == 0 && out->compared)
        keep_build(&out->found.summaries, side != NULL ? side : "new");
    return result;
}

static int check_side(const char *folder, const struct export_format *format, const char *side,
                      bool compared, struct error *error)
{
    if (side == NULL)
        return 0;
    if (!text_equal(side, "base") && !text_equal(side, "new"))
        return fail(error, ERROR_USAGE, "--side: '%.80s' is not base or new", side);
    if (!compared)
        return fail(error, ERROR_USAGE, "--side: %s holds one run, not a comparison", folder);
    if (format->tells != EXPORT_ROUNDS)
        return fail(error, ERROR_USAGE, "--side: %s tells of both builds at once", format->name);
    return 0;
}

int export_read(const char *folder, const struct export_format *format, const char *side,
                struct exported *out, struct error *error)
{
    out->compared = holds(folder, "comparison.csv");
    if (check_side(folder, format, side, out->compared, error) != 0)
        return -1;
    if (!out->compared && !holds(folder, "summary.csv"))
        return fail(error, ERROR_USAGE,
                    "export: %s holds neither comparison.csv nor summary.csv; give the folder of a "
                    "comparison or of a run",
                    folder);
    if (out->compared && format->tells == EXPORT_THRESHOLDS)
        return fail(error, ERROR_USAGE, "export: %s holds a comparison; %s is made of a run",
                    folder, format->name);
    if (findings_read_host(folder, out->compared, &out->found, error) != 0 ||
        read_rows(folder, format, side, out, error) != 0)
        return -1;
    return export_make_printable(out, error);
}

int export_make_printable(struct exported *rows, struct error *error)
{
    struct strings *strings = &rows->found.strings;
    const struct summaries *summaries = &rows->found.summaries;
    if (csv_make_printable(&comparison_format, rows->comparisons.rows, rows->comparisons.count,
                           strings, error) != 0)
        return -1;
    return csv_make_printable(&summary_format, summaries->rows, summaries->count, strings, error);
}

int export_write(FILE *file, const struct exported *from, const struct export_format *format,
                 struct error *error)
{
    size_t entries = format->write(file, from, error);
    if (error->kind != ERROR_NONE)
        return -1;
    if (entries == 0)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "export: there is nothing to export as %s: no row that it could tell of",
                    format->name);
    return 0;
}

void export_free(struct exported *rows)
{
    free(rows->comparisons.rows);
    free(rows->thresholds.rows);
    findings_free(&rows->found);
    samples_free(&rows->samples);
    *rows = (struct exported){0};
}
