#include "bench/report/table/calibration_table.h"
#include "bench/base/text.h"

#include <math.h>

enum { TEXT_BYTES = 64, TIME_WIDTH = 29 };

/* Four jobs for each CPU, which compute, on an open strategy: what runs measure where nobody says
 * otherwise. */
static struct model_question usual_question(const struct model *model)
{
    return (struct model_question){
        .job_ns = {1e6, 1e6, 1e6},
        .jobs = 4 * (uint64_t)model->cpus,
        .spread = 1,
        .busy = 1,
        .contention = CONTENTION_COMPUTE,
    };
}

static struct interval pays_from(const struct model *model, const struct model_line *line)
{
    struct model_question question = usual_question(model);
    return model_crossover_job_ns(model, line, &question);
}

/* The strategy's line that pays soonest; of lines of which nothing is told, that with most
 * workers. NULL for a strategy that has been told already. */
static const struct model_line *best_line(const struct model *model, size_t first)
{
    const struct model_line *best = &model->lines[first];
    double least = INFINITY;
    for (size_t i = 0; i < model->count; i++) {
        const struct model_line *line = &model->lines[i];
        if (!text_equal(line->strategy, model->lines[first].strategy))
            continue;
        if (i < first)
            return NULL;
        double ns = pays_from(model, line).median;
        if (ns < least || (isinf(least) && line->workers > best->workers)) {
            best = line;
            least = ns < least ? ns : least;
        }
    }
    return best;
}

/* "2.10 us [2.00 us, 2.20 us]". */
static void describe_time(const struct interval *ns, char *text, size_t bytes)
{
    char median[TEXT_BYTES / 4], low[TEXT_BYTES / 4], high[TEXT_BYTES / 4];
    text_duration(median, sizeof median, ns->median);
    text_duration(low, sizeof low, ns->low);
    text_duration(high, sizeof high, ns->high);
    if (isfinite(ns->low) && isfinite(ns->high))
        snprintf(text, bytes, "%s [%s, %s]", median, low, high);
    else
        snprintf(text, bytes, "%s", median);
}

static void describe_crossover(const struct interval *ns, char *text, size_t bytes)
{
    if (isinf(ns->median))
        snprintf(text, bytes, "never");
    else if (ns->median <= 0)
        snprintf(text, bytes, "always");
    else
        describe_time(ns, text, bytes);
}

static void print_line(FILE *file, const struct model *model, const struct model_line *line)
{
    char open[TEXT_BYTES], region[TEXT_BYTES], job[TEXT_BYTES], from[TEXT_BYTES];
    struct interval crossover = pays_from(model, line);
    enum model_parameter each = line->traits.starts_each_job ? MODEL_single_ns : MODEL_job_ns;
    describe_time(&line->parameters[MODEL_open_ns], open, sizeof open);
    describe_time(&line->parameters[MODEL_region_ns], region, sizeof region);
    describe_time(&line->parameters[each], job, sizeof job);
    describe_crossover(&crossover, from, sizeof from);
    fprintf(file, "  %-16s %7u  %-*s  %-*s  %-*s  %s\n", line->strategy, line->workers, TIME_WIDTH,
            open, TIME_WIDTH, region, TIME_WIDTH, job, from);
}

void calibration_print(FILE *file, const char *python, const struct model *model)
{
    char of[80] = "";
    if (python != NULL)
        text_clipped(of, sizeof of, python, sizeof of - 40);
    fprintf(
        file,
        "What parallelism costs here%s%s, %u CPU%s; jobs pay from so long a time on, where there "
        "are %llu of\nthem and they compute:\n\n  %-16s %7s  %-*s  %-*s  %-*s  %s\n",
        python != NULL ? " with " : "", of, model->cpus, text_plural(model->cpus),
        4 * (unsigned long long)model->cpus, "strategy", "workers", TIME_WIDTH, "start", TIME_WIDTH,
        "batch", TIME_WIDTH, "job", "pays from");
    for (size_t i = 0; i < model->count; i++) {
        const struct model_line *line = best_line(model, i);
        if (line != NULL)
            print_line(file, model, line);
    }
}
