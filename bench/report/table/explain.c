#include "bench/report/table/explain.h"
#include "bench/analyse/job_time.h"
#include "bench/base/text.h"
#include "bench/report/table/folded.h"
#include "bench/report/table/table.h"
#include "bench/report/table/why.h"
#include "bench/report/words/scaling_text.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 64, LABEL_BYTES = 160 };

/* A cost is worth advice from this share of the time on; so small is what advice aims at. */
#define WORTH_A_WORD 0.1
#define SMALL 0.05

/* One batch of one line, and what is known of it. */
struct batch_of_line {
    FILE *file;
    const struct panel *panel;
    const struct lines *lines;
    const struct line *line;
    struct key key; /* with size and workers */
    struct costs costs;
};

/* ------------------------------------------------------------------------------- which batch */

static double distance(uint64_t size, double wanted)
{
    return size > 0 ? fabs(log((double)size / wanted)) : INFINITY;
}

/* The measured size nearest to the warm crossover; the largest where there is none. */
static uint64_t choose_size(const struct panel *panel, const struct line *line, uint64_t workers)
{
    const struct crossover *crossover = panel_crossover(panel, line, workers, "warm");
    uint64_t chosen = panel->most_size;
    if (crossover == NULL || !(crossover->size > 0))
        return chosen;
    for (uint64_t size = panel_next_size(panel, 0, true); size != UINT64_MAX;
         size = panel_next_size(panel, size, false))
        if (distance(size, crossover->size) < distance(chosen, crossover->size) &&
            panel_row(panel, line, workers, size, "warm") != NULL)
            chosen = size;
    return chosen;
}

/* ------------------------------------------------------------------------------- where it goes */

static void print_part(const struct batch_of_line *batch, double ns, double whole_ns,
                       const char *what)
{
    char time[TEXT_BYTES];
    if (!isfinite(ns) || !(whole_ns > 0))
        return;
    text_duration(time, sizeof time, fabs(ns));
    fprintf(batch->file, "  %4.0f %%  %s%-9s %s\n", 100 * ns / whole_ns, ns < 0 ? "-" : " ", time,
            what);
}

static void print_total(const struct batch_of_line *batch, double ns, const char *what)
{
    char time[TEXT_BYTES];
    double times = batch->costs.serial_ns / ns;
    if (!isfinite(ns))
        return;
    text_duration(time, sizeof time, ns);
    fprintf(batch->file, "  %-28s %9s", what, time);
    if (times != 1)
        fprintf(batch->file, "   %.*f times as fast as %s",
                times < 0.005 ? table_decimals(times) : 2, times, panel_baseline(batch->panel));
    fputc('\n', batch->file);
}

static void print_parts(const struct batch_of_line *batch)
{
    const struct costs *costs = &batch->costs;
    const char *baseline = panel_baseline(batch->panel);
    char share[96], faster[96];
    double whole_ns = isfinite(costs->cold_ns) ? costs->cold_ns : costs->warm_ns;
    fprintf(batch->file, "\nWhere the time of a batch goes%s:\n",
            isfinite(costs->cold_ns) ? " that starts cold" : "");
    print_part(batch, costs->open_ns, whole_ns, "opening the strategy");
    print_part(batch, costs->close_ns, whole_ns, "closing it");
    print_part(batch, costs->settling_ns, whole_ns,
               "that the first map takes longer than later ones");
    print_part(batch, costs->handover_ns, whole_ns,
               "handing over and collecting, as the smallest jobs tell");
    snprintf(share, sizeof share, "the jobs themselves: %.40s's time divided by %.0f", baseline,
             costs->serial_ns / costs->share_ns);
    snprintf(faster, sizeof faster, "jobs that ran faster than %.40s's, or noise", baseline);
    print_part(batch, costs->share_ns, whole_ns, share);
    print_part(batch, costs->rest_ns, whole_ns,
               costs->rest_ns < 0 ? faster
                                  : "the rest: uneven shares, waiting, shared memory and caches");
}

/* ------------------------------------------------------------------------------- what would help
 */

/* One item of the list. */
__attribute__((format(printf, 2, 3))) static void advise(const struct batch_of_line *batch,
                                                         const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_fold(batch->file, text, "  - ", "    ", FOLDED_COLUMNS);
}

static double job_ns_of(const struct batch_of_line *batch)
{
    return job_time_ns(batch->panel->summaries, &batch->key, (double)batch->key.size);
}

static void advise_on_size(const struct batch_of_line *batch, const char *temperature,
                           const char *how)
{
    const struct crossover *crossover =
        panel_crossover(batch->panel, batch->line, batch->key.workers, temperature);
    char job[2 * TEXT_BYTES];
    if (crossover == NULL)
        return;
    switch (crossover_kind_of(crossover)) {
    case CROSSOVER_AT:
        verdict_describe_job(batch->panel, crossover, job, sizeof job);
        advise(batch, "%s it pays from jobs of %s on.", how, job);
        break;
    case CROSSOVER_ALWAYS:
        advise(batch, "%s it pays at every size that was measured.", how);
        break;
    case CROSSOVER_NEVER:
        advise(batch, "%s it pays at no size that was measured.", how);
        break;
    case CROSSOVER_EVEN:
        advise(batch, "%s it is as fast as %s, within %.0f %%.", how, panel_baseline(batch->panel),
               100 * CROSSOVER_EVEN_SHARE);
        break;
    case CROSSOVER_BETWEEN:
        verdict_describe_between(batch->panel, crossover, job, sizeof job);
        advise(batch, "%s it pays with jobs %s only.", how, job);
        break;
    case CROSSOVER_NOISY:
        advise(batch, "%s it cannot be told from which jobs on it pays: measure longer.", how);
        break;
    }
}

static void advise_on_start(const struct batch_of_line *batch)
{
    const struct costs *costs = &batch->costs;
    double start_ns = costs->open_ns + costs->close_ns + fmax(costs->settling_ns, 0);
    char start[TEXT_BYTES];
    if (!(start_ns > WORTH_A_WORD * costs->cold_ns))
        return;
    text_duration(start, sizeof start, start_ns);
    advise(batch, "Keep it open: start and end take %s, as long as %.3g batches on an open one.",
           start, start_ns / costs->warm_ns);
}

/* Two digits are enough of how many times: 28, 890, 1.1k. */
static void describe_times(double times, char *text, size_t bytes)
{
    double unit = times > 0 ? pow(10, floor(log10(times)) - 1) : 1;
    text_size(text, bytes, round(times / unit) * unit);
}

static void advise_on_handover(const struct batch_of_line *batch)
{
    const struct costs *costs = &batch->costs;
    double jobs = (double)batch->key.jobs;
    char each[TEXT_BYTES], job[TEXT_BYTES], times[TEXT_BYTES];
    if (!(costs->handover_ns > WORTH_A_WORD * costs->warm_ns) || !(jobs > 0))
        return;
    text_duration(each, sizeof each, costs->handover_ns / jobs);
    text_duration(job, sizeof job, job_ns_of(batch));
    describe_times(costs->handover_ns / (SMALL * costs->share_ns), times, sizeof times);
    advise(batch,
           "Larger jobs%s: handing over costs %s for a job of %s; with %s times the work in each "
           "it would be %.0f %% of it.",
           batch->key.chunk != CSV_UNKNOWN ? ", or several handed over at once (chunk)" : "", each,
           job, times, 100 * SMALL);
}

static void advise_on_rest(const struct batch_of_line *batch)
{
    const struct costs *costs = &batch->costs;
    const char *baseline = panel_baseline(batch->panel);
    if (costs->participation < 0.999 && !line_chooses(batch->line))
        advise(batch,
               "Only %.0f %% of the workers ran a job: more jobs than workers, or "
               "smaller chunks.",
               100 * costs->participation);
    if (!(costs->rest_ns > WORTH_A_WORD * costs->warm_ns))
        return;
    if (costs->cpu_ratio > 1 + WORTH_A_WORD)
        advise(batch,
               "The workers' CPU time is %.2f times %s's: they wait awake, or slow each other "
               "down by what they share (memory, caches, the two threads of a core).",
               costs->cpu_ratio, baseline);
    else
        advise(batch,
               "Uneven shares or waiting asleep: the workers' CPU time is %.2f times "
               "%s's. More, smaller jobs or the schedule dynamic divide them "
               "better.",
               costs->cpu_ratio, baseline);
}

static void advise_on_workers(const struct batch_of_line *batch)
{
    const struct summary *own = NULL, *best = NULL;
    for (uint64_t workers = panel_next_workers(batch->panel, 0); workers != UINT64_MAX;
         workers = panel_next_workers(batch->panel, workers)) {
        const struct summary *row =
            panel_row(batch->panel, batch->line, workers, batch->key.size, "warm");
        if (row == NULL)
            continue;
        own = workers == batch->key.workers ? row : own;
        best = panel_is_better(row, best) ? row : best;
    }
    if (own != NULL && best != own && best->speedup_low > own->speedup_high)
        advise(batch, "With %llu worker%s it is %.2f times as fast as %s, not %.2f.",
               (unsigned long long)best->key.workers, best->key.workers == 1 ? "" : "s",
               best->speedup, panel_baseline(batch->panel), own->speedup);
}

/* With how many workers another line is looked at: as many, but over other hosts all of theirs. */
static uint64_t workers_beside(const struct batch_of_line *batch, const struct line *other)
{
    return other->key.hosts == batch->key.hosts ? batch->key.workers
                                                : panel_full_workers(batch->panel, other);
}

/* The fastest of all lines at this size, where it leaves no doubt. */
static void advise_on_strategy(const struct batch_of_line *batch)
{
    const struct panel *panel = batch->panel;
    const struct summary *own =
        panel_row(panel, batch->line, batch->key.workers, batch->key.size, "warm");
    const struct summary *best = own;
    const struct line *line = NULL;
    char label[LABEL_BYTES];
    for (size_t i = 0; own != NULL && i < batch->lines->count; i++) {
        const struct line *other = &batch->lines->lines[i];
        const struct summary *row =
            panel_row(panel, other, workers_beside(batch, other), batch->key.size, "warm");
        if (row == NULL || !panel_is_better(row, best))
            continue;
        best = row;
        line = other;
    }
    if (line == NULL || !(best->speedup_low > own->speedup_high))
        return;
    if (key_is_baseline(&line->key)) {
        advise(batch, "Of what was measured nothing is faster here than %s.",
               panel_baseline(panel));
        return;
    }
    line_label(batch->lines, line, label, sizeof label);
    advise(batch, "Of what was measured %s is fastest here: %.2f times as fast as %s.", label,
           best->speedup, panel_baseline(panel));
}

/* ------------------------------------------------------------------------------- the whole */

/* Medians of what went well, or of too few rounds, are told as what they are. */
static void print_doubts(const struct batch_of_line *batch)
{
    const struct key *key = &batch->key;
    const struct summary *row =
        panel_row(batch->panel, batch->line, key->workers, key->size, "warm");
    if (panel_went_wrong(batch->panel, batch->line, key->workers, key->size))
        fputs("\nSome of its visits went wrong, which tables.txt tells; this is of the others.\n",
              batch->file);
    else if (row != NULL && !panel_is_sure(row))
        fputs("\nThese are of too few rounds to be sure of.\n", batch->file);
}

/* How the line's largest jobs go with the number of workers, where it was measured with several. */
static void print_scaling(const struct batch_of_line *batch)
{
    const struct scaling *row = scaling_of_line(batch->panel, batch->line);
    struct folded folded;
    if (row == NULL || !folded_begin(&folded))
        return;
    scaling_write(folded.stream, batch->lines, row);
    fputs("\nHow it goes with more workers:\n", batch->file);
    folded_end(&folded, batch->file, "  ", "  ");
}

/* The same of batches that grow with the workers. */
static void print_growing(const struct batch_of_line *batch)
{
    const struct scaling *row = scaling_of_growing(batch->panel, batch->line, 0);
    struct folded folded;
    if (row == NULL || !folded_begin(&folded))
        return;
    scaling_write_growing(folded.stream, batch->lines, row);
    fputs("\nHow it goes with more workers, where the batch grows with them:\n", batch->file);
    folded_end(&folded, batch->file, "  ", "  ");
}

/* Sizes in a row for which it chose the same. */
struct choice {
    double least_ns, most_ns; /* of a job, done serially */
    bool alone;
    size_t sizes; /* 0: none yet */
};

static void print_choice(FILE *file, const struct choice *choice)
{
    char least[TEXT_BYTES], most[TEXT_BYTES];
    text_duration(least, sizeof least, choice->least_ns);
    text_duration(most, sizeof most, choice->most_ns);
    if (choice->sizes > 0)
        fprintf(file, "  jobs of %s%s%s: %s\n", least, choice->sizes > 1 ? " to " : "",
                choice->sizes > 1 ? most : "",
                choice->alone ? "alone in the caller" : "together with its workers");
}

/* What a strategy that chooses believed of each size, by who ran the jobs of its warm batches. */
static int print_choices(const struct batch_of_line *batch, const struct visits *visits,
                         struct error *error)
{
    const struct panel *panel = batch->panel;
    struct choice choice = {0};
    if (!line_chooses(batch->line))
        return 0;
    fputs("\nWhat it chose on an open strategy:\n", batch->file);
    for (uint64_t size = panel_next_size(panel, 0, true); size != UINT64_MAX;
         size = panel_next_size(panel, size, false)) {
        struct key key = batch->key;
        key.size = size;
        struct costs costs =
            costs_of(visits, &key, panel->least_size, panel->host->cpus_usable, error);
        if (error->kind != ERROR_NONE)
            return -1;
        double job_ns = costs.serial_ns / (double)key.jobs;
        bool alone = costs.participation * (double)key.workers < 1.5;
        if (!isfinite(job_ns) || !isfinite(costs.participation))
            continue;
        if (choice.sizes > 0 && choice.alone != alone) {
            print_choice(batch->file, &choice);
            choice.sizes = 0;
        }
        if (choice.sizes++ == 0)
            choice.least_ns = job_ns;
        choice.most_ns = job_ns;
        choice.alone = alone;
    }
    print_choice(batch->file, &choice);
    return 0;
}

static int print_batch(const struct batch_of_line *batch, const struct visits *visits,
                       struct error *error)
{
    char label[LABEL_BYTES], size[32], job[TEXT_BYTES], runtime[LABEL_BYTES];
    const struct costs *costs = &batch->costs;
    line_label(batch->lines, batch->line, label, sizeof label);
    panel_describe_size(batch->panel, (double)batch->key.size, size, sizeof size);
    text_duration(job, sizeof job, job_ns_of(batch));
    panel_describe_runtime(batch->panel, runtime, sizeof runtime);
    fprintf(batch->file, "%s, %s%s: %llu job%s of size %s (%s each), %llu worker%s", label,
            batch->key.work, runtime, (unsigned long long)batch->key.jobs,
            text_plural(batch->key.jobs), size, job, (unsigned long long)batch->key.workers,
            batch->key.workers == 1 ? "" : "s");
    if (batch->key.hosts == 0)
        fprintf(batch->file, " on %u CPU%s", batch->panel->host->cpus_usable,
                text_plural(batch->panel->host->cpus_usable));
    fputs("\n\n", batch->file);
    print_total(batch, costs->serial_ns, panel_baseline(batch->panel));
    print_total(batch, costs->warm_ns, "on an open strategy");
    print_total(batch, costs->cold_ns, "started cold");
    print_doubts(batch);
    print_parts(batch);
    if (why_print(batch->file,
                  &(struct why_batch){batch->panel, batch->line, visits, &batch->key, costs},
                  error) != 0)
        return -1;
    if (print_choices(batch, visits, error) != 0)
        return -1;
    print_scaling(batch);
    print_growing(batch);
    fputs("\nWhat would make it pay:\n", batch->file);
    advise_on_size(batch, "warm", "On an open strategy");
    advise_on_size(batch, "cold", "Started cold");
    advise_on_start(batch);
    advise_on_handover(batch);
    advise_on_rest(batch);
    advise_on_workers(batch);
    advise_on_strategy(batch);
    fputc('\n', batch->file);
    return 0;
}

static int explain_line(FILE *file, const struct panel *panel, const struct lines *lines,
                        const struct line *line, const struct explain_request *request,
                        size_t *told, struct error *error)
{
    struct batch_of_line batch = {
        .file = file, .panel = panel, .lines = lines, .line = line, .key = line->key};
    batch.key.workers = request->workers > 0 ? request->workers : panel_full_workers(panel, line);
    batch.key.size =
        request->size > 0 ? request->size : choose_size(panel, line, batch.key.workers);
    batch.costs =
        costs_of(request->visits, &batch.key, panel->least_size, panel->host->cpus_usable, error);
    if (error->kind != ERROR_NONE)
        return -1;
    if (!isfinite(batch.costs.serial_ns) || !isfinite(batch.costs.warm_ns))
        return 0;
    ++*told;
    return print_batch(&batch, request->visits, error);
}

int explain_print(FILE *file, const struct panel *panel, const struct explain_request *request,
                  size_t *told, struct error *error)
{
    struct lines lines;
    int result = 0;
    if (request->work != NULL && !text_equal(request->work, panel->work))
        return 0;
    if (panel_lines(panel, &lines, error) != 0)
        return -1;
    for (size_t i = 0; result == 0 && i < lines.count; i++)
        if (text_equal(lines.lines[i].key.strategy, request->strategy))
            result = explain_line(file, panel, &lines, &lines.lines[i], request, told, error);
    free(lines.lines);
    return result;
}

int explain_print_jobs(FILE *file, const struct panel *panel, const struct explain_request *request,
                       struct error *error)
{
    struct lines lines;
    char cells[160], runtime[LABEL_BYTES];
    size_t told = 0;
    if ((request->work != NULL && !text_equal(request->work, panel->work)) ||
        (request->size > 0 && request->size != panel->least_size))
        return 0;
    if (panel_lines(panel, &lines, error) != 0)
        return -1;
    table_describe_panel(panel, cells, sizeof cells);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    for (size_t i = 0; i < lines.count; i++) {
        struct folded folded;
        if (!text_equal(lines.lines[i].key.strategy, request->strategy) || !folded_begin(&folded))
            continue;
        if (told++ == 0)
            fprintf(file, "%s, %s%s: %s\n\n", request->strategy, panel->work, runtime, cells);
        table_write_sentence(folded.stream, panel, &lines, &lines.lines[i]);
        folded_end(&folded, file, "  ", "    ");
    }
    fputs(told > 0 ? "\n" : "", file);
    free(lines.lines);
    return 0;
}
