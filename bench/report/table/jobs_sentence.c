/* From how many jobs on a line pays, in a sentence: started cold first. */
#include "bench/report/table/table.h"
#include "bench/report/words/standing.h"
#include "bench/report/words/verdict.h"

#include <math.h>

enum { TEXT_BYTES = 96 };

/* With how many jobs it pays. */
static void print_pays(FILE *file, const struct panel *panel, const struct crossover *crossover)
{
    char jobs[TEXT_BYTES];
    switch (crossover_kind_of(crossover)) {
    case CROSSOVER_AT:
    case CROSSOVER_ALWAYS:
        verdict_describe_job(panel, crossover, jobs, sizeof jobs);
        fprintf(file, "pays from %s on", jobs);
        break;
    case CROSSOVER_BETWEEN:
        verdict_describe_between(panel, crossover, jobs, sizeof jobs);
        fprintf(file, "pays with %s only", jobs);
        break;
    case CROSSOVER_NEVER:
        fprintf(file, "does not pay with up to %llu job%s",
                (unsigned long long)panel_most_place(panel), text_plural(panel_most_place(panel)));
        break;
    case CROSSOVER_EVEN:
        fprintf(file, "is as fast as %s, within %.0f %%", panel_baseline(panel),
                100 * CROSSOVER_EVEN_SHARE);
        break;
    case CROSSOVER_NOISY:
        fprintf(file, "cannot be told from %s: too few rounds or too noisy", panel_baseline(panel));
        break;
    }
}

/* The same with the workers where these are others than were told: with how many, then, or 0. */
static uint64_t print_clause(FILE *file, const struct panel *panel, const struct line *line,
                             const char *temperature, uint64_t told)
{
    uint64_t workers = standing_workers(panel, line, temperature);
    const struct crossover *crossover = workers > 0
                                            ? panel_crossover(panel, line, workers, temperature)
                                            : standing_most_telling(panel, line, temperature);
    print_pays(file, panel, crossover);
    bool pays = workers > 0 || crossover_kind_of(crossover) == CROSSOVER_BETWEEN;
    if (!pays || crossover->key.workers == told)
        return told;
    fprintf(file, " with %llu worker%s", (unsigned long long)crossover->key.workers,
            text_plural(crossover->key.workers));
    return crossover->key.workers;
}

static bool never_pays(const struct panel *panel, const struct line *line)
{
    return standing_workers(panel, line, "cold") == 0 &&
           standing_workers(panel, line, "warm") == 0 &&
           crossover_kind_of(standing_most_telling(panel, line, "cold")) == CROSSOVER_NEVER &&
           crossover_kind_of(standing_most_telling(panel, line, "warm")) == CROSSOVER_NEVER;
}

static void print_best(FILE *file, const struct panel *panel, const struct summary *best)
{
    double speedup = panel_best_speedup(panel, best);
    if (!isfinite(speedup))
        return;
    fprintf(file, ", at best %.*f times as fast with %llu job%s", table_decimals(speedup), speedup,
            (unsigned long long)best->key.jobs, text_plural(best->key.jobs));
}

bool table_write_jobs_sentence(FILE *file, const struct panel *panel, const struct lines *lines,
                               const struct line *line)
{
    const struct summary *best = standing_best(panel, line);
    bool cold = standing_most_telling(panel, line, "cold") != NULL;
    bool warm = standing_most_telling(panel, line, "warm") != NULL;
    char label[TEXT_BYTES];
    uint64_t workers = 0;
    if (!cold && !warm)
        return false;
    line_label(lines, line, label, sizeof label);
    fprintf(file, "%s, %s ", cold ? "started cold" : "kept open", label);
    if (cold) {
        workers = print_clause(file, panel, line, "cold", 0);
        if (best != NULL)
            print_best(file, panel, best);
    }
    if (cold && warm)
        fputs("; kept open, it ", file);
    if (warm && cold && never_pays(panel, line))
        fputs("does not either", file);
    else if (warm)
        print_clause(file, panel, line, "warm", workers);
    fputc('.', file);
    return true;
}
