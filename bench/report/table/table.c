#include "bench/report/table/table.h"
#include "bench/analyse/job_time.h"
#include "bench/analyse/means.h"
#include "bench/analyse/payload.h"
#include "bench/report/panel/key_words.h"
#include "bench/report/table/folded.h"
#include "bench/report/words/beside.h"
#include "bench/report/words/over_hosts.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 96 };

/* The caller that a cost fit's sentence gives as an example. */
#define FIT_SHOWN_BYTES 1073741824.0

/* " +-9%" or " x/3.5": how far the interval of a crossover reaches from it, at most. */
static void describe_spread(const struct crossover *crossover, char *text, size_t bytes)
{
    double below = crossover->size / crossover->size_low;
    double above = crossover->size_high / crossover->size;
    double factor = fmax(below, above);
    if (factor < 1.995)
        snprintf(text, bytes, " +-%.0f%%", 100 * (factor - 1));
    else
        snprintf(text, bytes, " x/%.*f", factor < 9.95 ? 1 : 0, factor);
}

/* "14 jobs (12 to 16)"; "at most 16 jobs" where it is open below. */
static void describe_at_jobs(const struct crossover *crossover, char *text, size_t bytes)
{
    struct crossover_place place = crossover_place_of(crossover);
    if (crossover_is_censored(crossover))
        snprintf(text, bytes, "at most %.0f jobs", place.high);
    else
        snprintf(text, bytes, "%.0f jobs (%.0f to %.0f)", place.at, place.low, place.high);
}

/* "31.6k +-8% (22.1 us)": the job size, its interval and its serial time; "at most 31.6k (22.1 us)"
 * where it is open below. */
static void describe_at(const struct panel *panel, const struct crossover *crossover, char *text,
                        size_t bytes)
{
    char size[32], spread[24], job[32];
    if (panel->axis == DIMENSION_jobs) {
        describe_at_jobs(crossover, text, bytes);
        return;
    }
    bool censored = crossover_is_censored(crossover);
    double at = censored ? crossover->size_high : crossover->size;
    double job_ns = censored ? verdict_range_of(panel, crossover).high_told : crossover->job_ns;
    panel_describe_size(panel, at, size, sizeof size);
    text_duration(job, sizeof job, job_ns);
    describe_spread(crossover, spread, sizeof spread);
    snprintf(text, bytes, "%s%s%s (%s)", censored ? "at most " : "", size, censored ? "" : spread,
             job);
}

void table_describe_verdict(const struct panel *panel, const struct crossover *crossover,
                            char *text, size_t bytes)
{
    char size[32];
    if (crossover == NULL) {
        snprintf(text, bytes, "-");
        return;
    }
    switch (crossover_kind_of(crossover)) {
    case CROSSOVER_AT:
        describe_at(panel, crossover, text, bytes);
        break;
    case CROSSOVER_ALWAYS:
        verdict_describe_place(panel, crossover_place_of(crossover).at, size, sizeof size);
        if (panel->axis == DIMENSION_jobs || panel_has_sizes(panel))
            snprintf(text, bytes, "always (<= %s)", size);
        else
            snprintf(text, bytes, "always");
        break;
    case CROSSOVER_BETWEEN:
        verdict_describe_between_places(panel, crossover, text, bytes);
        break;
    case CROSSOVER_NEVER:
    case CROSSOVER_NOISY:
    case CROSSOVER_EVEN:
        snprintf(text, bytes, "%s", crossover->verdict);
        break;
    }
}

int table_decimals(double speedup)
{
    return speedup < 0.0001 ? 7 : speedup < 0.01 ? 5 : speedup < 0.1 ? 3 : 2;
}

typedef void label_function(const struct lines *lines, const struct line *line, char *text,
                            size_t bytes);

/* The width of a column of strategies that is labelled so. */
static int width_of(const struct lines *lines, label_function *write_label)
{
    int width = 12;
    for (size_t i = 0; i < lines->count; i++) {
        char label[TEXT_BYTES];
        write_label(lines, &lines->lines[i], label, sizeof label);
        width = (int)strlen(label) > width ? (int)strlen(label) : width;
    }
    return width;
}

/* "1.90 at 10M", "1.90 with 256 jobs"; "-" where no place has rounds enough for an interval. */
static void describe_best(const struct panel *panel, const struct summary *best, char *text,
                          size_t bytes)
{
    bool jobs = panel->axis == DIMENSION_jobs;
    double speedup = panel_best_speedup(panel, best);
    char place[32];
    if (jobs)
        snprintf(place, sizeof place, "%llu job%s", (unsigned long long)best->key.jobs,
                 text_plural(best->key.jobs));
    else
        panel_describe_size(panel, (double)best->key.size, place, sizeof place);
    bool placed = jobs || panel_has_sizes(panel);
    if (isfinite(speedup))
        snprintf(text, bytes, "%4.*f%s%s%s", table_decimals(speedup), speedup,
                 !placed ? ""
                 : jobs  ? " with "
                         : " at ",
                 placed ? place : "",
                 best->best_noise == 1            ? ", noise"
                 : panel_is_beyond(best, speedup) ? ", doubtful"
                                                  : "");
    else
        snprintf(text, bytes, "   -");
}

static void print_row(FILE *file, const struct panel *panel, const struct lines *lines,
                      const struct line *line, uint64_t workers)
{
    char label[TEXT_BYTES], warm[TEXT_BYTES], cold[TEXT_BYTES], text[TEXT_BYTES];
    const struct summary *best = panel_best(panel, line, workers, panel_view(panel));
    bool jobs = panel->axis == DIMENSION_jobs;
    if (best == NULL)
        return;
    line_label(lines, line, label, sizeof label);
    table_describe_verdict(panel, panel_crossover(panel, line, workers, "warm"), warm, sizeof warm);
    table_describe_verdict(panel, panel_crossover(panel, line, workers, "cold"), cold, sizeof cold);
    describe_best(panel, best, text, sizeof text);
    fprintf(file, "  %-*s%7llu  %-21s %-21s %s\n", width_of(lines, line_label), label,
            (unsigned long long)workers, jobs ? cold : warm, jobs ? warm : cold, text);
}

static void print_rows(FILE *file, const struct panel *panel, const struct lines *lines)
{
    bool jobs = panel->axis == DIMENSION_jobs;
    fprintf(file, "  %-*s%7s  %-21s %-21s %s\n", width_of(lines, line_label), "strategy", "workers",
            jobs ? "pays from, cold" : "pays from, warm", jobs ? "kept open" : "started cold",
            jobs ? "best speedup, cold" : "best speedup");
    for (size_t i = 0; i < lines->count; i++)
        for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(panel, workers))
            if (!key_is_baseline(&lines->lines[i].key))
                print_row(file, panel, lines, &lines->lines[i], workers);
}

/* What a curve says where nothing is told of the whole of it. */
struct partly {
    bool wrong;   /* its largest size went wrong */
    double ahead; /* the size from which it is known to be ahead; NaN where there is none */
};

static struct partly partly_of(const struct panel *panel, const struct crossover *crossover)
{
    struct partly partly = {false, NAN};
    struct line line = {crossover->key};
    uint64_t workers = crossover->key.workers;
    for (uint64_t size = panel_next_size(panel, 0, true); size != UINT64_MAX;
         size = panel_next_size(panel, size, false)) {
        const struct summary *row = panel_row(panel, &line, workers, size, crossover->temperature);
        if (row != NULL && row->speedup_low > 1)
            partly.ahead = isnan(partly.ahead) ? (double)size : partly.ahead;
        else if (row != NULL || panel_went_wrong(panel, &line, workers, size))
            partly.ahead = NAN;
        partly.wrong =
            row == NULL ? partly.wrong || panel_went_wrong(panel, &line, workers, size) : false;
    }
    return partly;
}

/* "with 2 workers" */
static void print_workers(FILE *file, uint64_t workers)
{
    fprintf(file, " with %llu worker%s", (unsigned long long)workers, text_plural(workers));
}

/* "from jobs of 256 ns on". */
static void print_from(FILE *file, const struct panel *panel, const struct crossover *crossover)
{
    char job[96];
    verdict_describe_job(panel, crossover, job, sizeof job);
    fprintf(file, "from jobs of %s on", job);
}

/* Of a curve that is noisy, what is known of it. */
static void print_partly(FILE *file, const struct panel *panel, const struct crossover *crossover)
{
    struct partly partly = partly_of(panel, crossover);
    char job[32];
    text_duration(job, sizeof job, job_time_ns(panel->summaries, &crossover->key, partly.ahead));
    if (partly.wrong) {
        fprintf(file, "cannot be told from %s here: its largest size went wrong",
                panel_baseline(panel));
    } else if (isfinite(partly.ahead)) {
        fprintf(file, "is ahead of %s from jobs of %s on", panel_baseline(panel), job);
        print_workers(file, crossover->key.workers);
        fputs(", and cannot be told from it below", file);
    } else {
        fprintf(file, "cannot be told from %s here: too few rounds or too noisy",
                panel_baseline(panel));
    }
}

/* A line that is not ahead to the end with any number of workers. */
static void print_not_ahead(FILE *file, const struct panel *panel, const struct crossover *told)
{
    char jobs[96];
    switch (crossover_kind_of(told)) {
    case CROSSOVER_BETWEEN:
        verdict_describe_between(panel, told, jobs, sizeof jobs);
        fprintf(file, "beats %s with jobs %s only,", panel_baseline(panel), jobs);
        print_workers(file, told->key.workers);
        break;
    case CROSSOVER_NOISY:
        print_partly(file, panel, told);
        break;
    case CROSSOVER_EVEN:
        fprintf(file, "is as fast as %s here, within %.0f %%", panel_baseline(panel),
                100 * CROSSOVER_EVEN_SHARE);
        break;
    default:
        fprintf(file, "does not stay ahead of %s here", panel_baseline(panel));
    }
}

/* On an open strategy. */
static void print_warm(FILE *file, const struct panel *panel, const struct line *line,
                       uint64_t workers)
{
    const struct crossover *told = standing_most_telling(panel, line, "warm");
    if (workers > 0) {
        const struct crossover *warm = panel_crossover(panel, line, workers, "warm");
        bool always = crossover_kind_of(warm) == CROSSOVER_ALWAYS;
        fprintf(file, "beats %s %s", panel_baseline(panel), always ? "throughout, " : "");
        print_from(file, panel, warm);
        print_workers(file, workers);
    } else if (told != NULL) {
        print_not_ahead(file, panel, told);
    } else {
        fputs("has no crossover here", file);
    }
}

/* Of a line that is not ahead to the end when it starts cold; false where nothing is said. */
static bool print_cold_not_ahead(FILE *file, const struct panel *panel,
                                 const struct crossover *told, bool pays_warm)
{
    char jobs[96];
    switch (crossover_kind_of(told)) {
    case CROSSOVER_BETWEEN:
        verdict_describe_between(panel, told, jobs, sizeof jobs);
        fprintf(file, "; started cold, with jobs %s only,", jobs);
        print_workers(file, told->key.workers);
        break;
    case CROSSOVER_NOISY:
        fputs("; started cold, too noisy to tell", file);
        break;
    default:
        if (pays_warm && crossover_kind_of(told) == CROSSOVER_EVEN)
            fprintf(file, "; started cold, as fast as %s", panel_baseline(panel));
        else if (pays_warm)
            fputs("; started cold, never", file);
        return pays_warm;
    }
    return true;
}

/* "; started cold, from jobs of 310 us on", with the workers where they are others: a strategy may
 * pay cold where it does not pay warm, or with another number of workers. False where nothing is
 * said. */
static bool print_cold(FILE *file, const struct panel *panel, const struct line *line,
                       uint64_t warm_workers)
{
    uint64_t workers = standing_workers(panel, line, "cold");
    const struct crossover *cold = panel_crossover(panel, line, workers, "cold");
    const struct crossover *told = standing_most_telling(panel, line, "cold");
    const struct crossover *warm = panel_crossover(panel, line, warm_workers, "warm");
    if (told == NULL)
        return false;
    if (workers == 0)
        return print_cold_not_ahead(file, panel, told, warm_workers > 0);
    if (crossover_kind_of(cold) == CROSSOVER_ALWAYS &&
        crossover_kind_of(warm) == CROSSOVER_ALWAYS) {
        fputs("; started cold, just as well", file);
    } else {
        fputs("; started cold, ", file);
        print_from(file, panel, cold);
    }
    if (workers != warm_workers)
        print_workers(file, workers);
    return true;
}

/* Where a curve is ahead between two sizes only, and the best is not one of these. */
static bool is_outside(const struct panel *panel, const struct line *line,
                       const struct summary *best)
{
    const struct crossover *own =
        panel_crossover(panel, line, best->key.workers, best->temperature);
    double size = (double)best->key.size;
    return crossover_kind_of(own) == CROSSOVER_BETWEEN &&
           (size < crossover_place_of(own).high || size > own->until_low);
}

/* After what is said of it when it starts cold, it says that the best is of an open strategy. */
static void print_best(FILE *file, const struct panel *panel, const struct line *line,
                       const struct summary *best, bool after_cold)
{
    char job[32];
    double job_ns = job_time_ns(panel->summaries, &best->key, (double)best->key.size);
    text_duration(job, sizeof job, job_ns);
    fprintf(file, "; %sat best %.*f times as fast", after_cold ? "kept open, " : "",
            table_decimals(best->best_speedup), best->best_speedup);
    if (isfinite(job_ns)) /* empty batches have no jobs */
        fprintf(file, ", with jobs of %s", job);
    if (best->best_noise == 1)
        fprintf(file, ", where what is above %.0f is noise", best->parallelism);
    else if (panel_is_beyond(best, best->best_speedup))
        fprintf(file,
                ", which is more than %.0f at once account for: %s was slowed down, "
                "or a job is cheaper beside others",
                best->parallelism, panel_baseline(panel));
    else if (is_outside(panel, line, best))
        fputs(", where it is not surely ahead", file);
}

/* " By mean times, ...": where slow visits, which medians pass over, change the answer. */
static void print_means(FILE *file, const struct panel *panel, const struct line *line,
                        uint64_t workers)
{
    char job[32];
    struct key key = line->key;
    key.workers = workers;
    struct means_story story = means_story_of(panel->summaries, &key, "warm");
    if (workers == 0 || !story.differs)
        return;
    text_duration(job, sizeof job, story.job_ns);
    fputs(" By mean times, in which slow visits count, it ", file);
    if (isfinite(story.job_ns))
        fprintf(file, "pays from jobs of %s on", job);
    else
        fprintf(file, "does not stay ahead of %s", panel_baseline(panel));
    fprintf(file, ": a tenth of its visits took %.1f times the median or more.", story.slow);
}

bool table_write_sentence(FILE *file, const struct panel *panel, const struct lines *lines,
                          const struct line *line)
{
    char label[TEXT_BYTES];
    const struct summary *best = standing_best(panel, line);
    if (best == NULL || panel->axis == DIMENSION_jobs)
        return best != NULL && table_write_jobs_sentence(file, panel, lines, line);
    uint64_t workers = standing_workers(panel, line, "warm");
    line_label(lines, line, label, sizeof label);
    fprintf(file, "%s ", label);
    print_warm(file, panel, line, workers);
    bool after_cold = print_cold(file, panel, line, workers);
    if (isfinite(best->best_speedup))
        print_best(file, panel, line, best, after_cold);
    fputc('.', file);
    print_means(file, panel, line, workers);
    return true;
}

static void print_ranking(FILE *file, const struct panel *panel, const struct lines *lines)
{
    struct folded folded;
    if (!folded_begin(&folded))
        return;
    table_write_ranking(folded.stream, panel, lines);
    folded_end(&folded, file, "  ", "    ");
}

/* From which jobs on more hosts than this one pay. */
static int print_over_hosts(FILE *file, const struct panel *panel, const struct lines *lines,
                            struct error *error)
{
    struct standings standings;
    struct folded folded;
    if (panel->most_hosts < 2)
        return 0;
    int result = standings_find(panel, lines, &standings, error);
    if (result == 0 && folded_begin(&folded)) {
        over_hosts_write(folded.stream, panel, lines, &standings);
        folded_end(&folded, file, "  ", "    ");
    }
    free(standings.rows);
    return result;
}

/* "py-serial takes 60 times as long as serial." */
static void print_beside(FILE *file, const struct panel *panel, const struct lines *lines)
{
    struct folded folded;
    if (!folded_begin(&folded))
        return;
    if (beside_write_ratio(folded.stream, panel, lines))
        fputc('.', folded.stream);
    folded_end(&folded, file, "  ", "    ");
}

static void print_sentence(FILE *file, const struct panel *panel, const struct lines *lines,
                           const struct line *line)
{
    struct folded folded;
    if (standing_best(panel, line) == NULL || !folded_begin(&folded))
        return;
    table_write_sentence(folded.stream, panel, lines, line);
    folded_end(&folded, file, "  ", "    ");
}

/* Larger callers have rows and cost fits, but no sentences: there would be too many to read. */
static void print_sentences(FILE *file, const struct panel *panel, const struct lines *lines)
{
    uint64_t least_mib = panel_least_caller(panel);
    for (size_t i = 0; i < lines->count; i++) {
        const struct key *key = &lines->lines[i].key;
        if (key->parent_mib == least_mib && !key_is_baseline(key))
            print_sentence(file, panel, lines, &lines->lines[i]);
    }
}

/* True where the cost is of the panel's smallest size and shown worker count. */
static bool shows_cost(const struct panel *panel, const struct payload_cost *cost)
{
    const struct line line = {cost->key};
    return cost->key.jobs == panel->jobs && text_equal(cost->key.work, panel->work) &&
           key_same_runtime(&cost->key, &panel->runtime) && cost->key.size == panel->least_size &&
           cost->key.workers == panel_full_workers(panel, &line) &&
           (isfinite(cost->shm_ns) || isfinite(cost->pipe_ns) || isfinite(cost->message_ns));
}

/* A strategy can be so near to the ideal that noise hides what it costs. */
static void describe_overhead(double ns, char *text, size_t bytes)
{
    if (ns <= 0)
        snprintf(text, bytes, "none");
    else
        text_duration(text, bytes, ns);
}

/* messages: some payload of the table is sent by message. */
static void print_cost(FILE *file, const struct lines *lines, const struct payload_cost *cost,
                       int width, bool messages)
{
    const struct line line = {cost->key};
    char name[TEXT_BYTES], in[32], out[32], payload[80], shm[32], pipe[32], ratio[32] = "-";
    char message[32];
    line_name(lines, &line, name, sizeof name);
    text_bytes(in, sizeof in, cost->key.payload_in);
    text_bytes(out, sizeof out, cost->key.payload_out);
    snprintf(payload, sizeof payload, "%s/%s", in, out);
    describe_overhead(cost->shm_ns, shm, sizeof shm);
    describe_overhead(cost->pipe_ns, pipe, sizeof pipe);
    if (isfinite(cost->ratio))
        snprintf(ratio, sizeof ratio, "%.2f", cost->ratio);
    fprintf(file, "  %-*s %-13s %16s %12s %10s", width, name, payload, shm, pipe, ratio);
    describe_overhead(cost->message_ns, message, sizeof message);
    if (messages)
        fprintf(file, " %12s", message);
    fputc('\n', file);
}

/* The line's cost at the panel's smallest size; NULL where it has none. Lines that differ in how
 * payload travels have one in common. */
static const struct payload_cost *cost_of(const struct panel *panel, const struct line *line,
                                          const struct payload_costs *costs)
{
    for (size_t i = 0; i < costs->count; i++) {
        if (key_compare_but(&costs->rows[i].key, &line->key,
                            DIMENSION_BIT(size) | DIMENSION_BIT(workers) |
                                DIMENSION_BIT(transport)) == 0 &&
            shows_cost(panel, &costs->rows[i]))
            return &costs->rows[i];
    }
    return NULL;
}

static bool has_messages(const struct panel *panel, const struct lines *lines,
                         const struct payload_costs *costs)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct payload_cost *cost = cost_of(panel, &lines->lines[i], costs);
        if (cost != NULL && isfinite(cost->message_ns))
            return true;
    }
    return false;
}

static void print_costs(FILE *file, const struct panel *panel, const struct lines *lines,
                        const struct payload_costs *costs)
{
    const struct payload_cost *last = NULL;
    bool messages = has_messages(panel, lines, costs);
    int width = width_of(lines, line_name);
    char size[32];
    text_size(size, sizeof size, (double)panel->least_size);
    for (size_t i = 0; i < lines->count; i++) {
        const struct payload_cost *cost = cost_of(panel, &lines->lines[i], costs);
        if (cost == NULL || cost == last)
            continue;
        if (last == NULL)
            fprintf(file,
                    "  What payload costs: overhead of one job of size %s, warm, %llu worker%s\n\n"
                    "  %-*s %-13s %16s %12s %10s%s\n",
                    size, (unsigned long long)panel->full_workers, text_plural(panel->full_workers),
                    width, "strategy", "bytes in/out", "in shared memory", "by pipe", "pipe/shm",
                    messages ? "   by message" : "");
        print_cost(file, lines, cost, width, messages);
        last = cost;
    }
    if (last != NULL)
        fputc('\n', file);
}

static bool is_trouble(const struct panel *panel, const struct summary *row)
{
    return panel_has(panel, row) && !text_equal(row->status, "ok") &&
           !text_equal(row->temperature, "warm");
}

bool table_write_trouble(FILE *file, const struct panel *panel, const struct summary *row)
{
    enum { MOST_DETAIL = 240 }; /* summary.csv has all of it */
    char detail[MOST_DETAIL + 64], size[32];
    if (!is_trouble(panel, row))
        return false;
    fprintf(file, "%s, %llu worker%s", row->key.strategy, (unsigned long long)row->key.workers,
            text_plural(row->key.workers));
    if (panel_has_sizes(panel)) {
        panel_describe_exactly(panel, row->key.size, size, sizeof size);
        fprintf(file, ", size %s", size);
    }
    if (panel->axis == DIMENSION_jobs)
        fprintf(file, ", %llu job%s", (unsigned long long)row->key.jobs,
                text_plural(row->key.jobs));
    key_write_title(file, &row->key);
    text_clipped(detail, sizeof detail, row->detail, MOST_DETAIL);
    fprintf(file, ": %s: %s", row->status, detail);
    return true;
}

/* What went wrong, once for each cell. */
static void print_troubles(FILE *file, const struct panel *panel)
{
    for (size_t i = 0; i < panel->summaries->count; i++) {
        struct folded folded;
        if (!is_trouble(panel, &panel->summaries->rows[i]) || !folded_begin(&folded))
            continue;
        table_write_trouble(folded.stream, panel, &panel->summaries->rows[i]);
        folded_end(&folded, file, "  ! ", "    ");
    }
}

void table_write_cost_fit(FILE *file, const struct lines *lines, const struct cost_fit *fit)
{
    struct line line = {fit->key};
    char label[TEXT_BYTES], page[32], base[32], per_page[32], whole[32];
    line_label(lines, &line, label, sizeof label);
    cost_fit_page_label(fit, page, sizeof page);
    text_duration(base, sizeof base, fit->base_ns);
    text_duration(per_page, sizeof per_page, fit->per_page_ns);
    text_duration(whole, sizeof whole, cost_fit_value(fit, FIT_SHOWN_BYTES));
    fprintf(file, "%s, %llu worker%s: ", label, (unsigned long long)fit->key.workers,
            text_plural(fit->key.workers));
    if (text_equal(fit->verdict, "flat"))
        fprintf(file, "flat, %s a job (± %.0f %%) whatever the caller holds in %ss.", base,
                100 * fit->base_error_ns / fit->base_ns, page);
    else if (text_equal(fit->verdict, "noisy"))
        fprintf(file, "too noisy to tell what a %s costs; %s a job on average.", page, base);
    else
        fprintf(file, "%s a job + %s (± %.0f %%) for each %s that the caller holds: %s at 1 GiB.",
                base, per_page, 100 * fit->per_page_error_ns / fit->per_page_ns, page, whole);
    if (fit->left_out > 0)
        fprintf(file, " Left out: %llu caller%s that went wrong or cost no more than %s.",
                (unsigned long long)fit->left_out, text_plural(fit->left_out),
                key_baseline(&fit->key));
}

static int print_cost_fits(FILE *file, const struct panel *panel, const struct lines *lines,
                           struct error *error)
{
    struct shown_fits shown;
    if (panel_cost_fits(panel, &shown, error) != 0)
        return -1;
    if (shown.count > 0)
        fprintf(file, "\n  What the caller's memory costs:\n");
    for (size_t i = 0; i < shown.count; i++) {
        struct folded folded;
        if (!folded_begin(&folded))
            break;
        table_write_cost_fit(folded.stream, lines, shown.cost_fits[i]);
        folded_end(&folded, file, "  ", "    ");
    }
    free(shown.cost_fits);
    return 0;
}

void table_describe_panel(const struct panel *panel, char *text, size_t bytes)
{
    char jobs[64], sizes[160] = "", least[32], most[32];
    const char *unit = panel_unit(panel);
    bool several = panel->most_size > panel->least_size && panel->axis == DIMENSION_size;
    panel_describe_size(panel, (double)panel->least_size, least, sizeof least);
    panel_describe_size(panel, (double)panel->most_size, most, sizeof most);
    if (panel->axis == DIMENSION_jobs)
        snprintf(jobs, sizeof jobs, "%llu to %llu jobs",
                 (unsigned long long)panel_least_place(panel),
                 (unsigned long long)panel_most_place(panel));
    else
        snprintf(jobs, sizeof jobs, "%llu job%s", (unsigned long long)panel->jobs,
                 text_plural(panel->jobs));
    if (panel_has_sizes(panel))
        snprintf(sizes, sizeof sizes, " of size %s%s%s%s%.60s%s", least, several ? " to " : "",
                 several ? most : "", *unit != '\0' ? " (" : "", unit, *unit != '\0' ? ")" : "");
    snprintf(text, bytes, "%s%s, %u CPU%s", jobs, sizes, panel->host->cpus_usable,
             text_plural(panel->host->cpus_usable));
}

/* What each table begins with; the caller frees lines->lines. */
static int print_heading_and_rows(FILE *file, const struct panel *panel, struct lines *lines,
                                  struct error *error)
{
    char cells[160], runtime[TEXT_BYTES];
    if (panel_lines(panel, lines, error) != 0)
        return -1;
    table_describe_panel(panel, cells, sizeof cells);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    fprintf(file, "%s%s: %s\n\n", panel->work, runtime, cells);
    print_rows(file, panel, lines);
    fputc('\n', file);
    return 0;
}

static int print_panel(FILE *file, const struct panel *panel, const struct payload_costs *costs,
                       struct error *error)
{
    struct lines lines;
    if (print_heading_and_rows(file, panel, &lines, error) != 0)
        return -1;
    print_costs(file, panel, &lines, costs);
    lines_keep_least_payload(&lines);
    table_print_first_results(file, panel, &lines);
    print_sentences(file, panel, &lines);
    print_ranking(file, panel, &lines);
    int result = print_over_hosts(file, panel, &lines, error);
    print_beside(file, panel, &lines);
    print_troubles(file, panel);
    if (result == 0)
        result = print_cost_fits(file, panel, &lines, error);
    fputc('\n', file);
    free(lines.lines);
    return result;
}

/* What went wrong with a batch that is shown by itself is told there. */
static void print_troubles_along_jobs(FILE *file, const struct panels *panels,
                                      const struct panel *panel)
{
    for (size_t i = 0; i < panels->count; i++)
        if (panels->rows[i].is_repeated && panels->rows[i].least_size == panel->least_size &&
            text_equal(panels->rows[i].work, panel->work) &&
            key_same_runtime(&panels->rows[i].runtime, &panel->runtime))
            print_troubles(file, &panels->rows[i]);
}

static int print_along_jobs(FILE *file, const struct panels *panels, const struct panel *panel,
                            struct error *error)
{
    struct lines lines;
    if (print_heading_and_rows(file, panel, &lines, error) != 0)
        return -1;
    lines_keep_least_payload(&lines);
    print_sentences(file, panel, &lines);
    int result = print_over_hosts(file, panel, &lines, error);
    print_beside(file, panel, &lines);
    print_troubles_along_jobs(file, panels, panel);
    fputc('\n', file);
    free(lines.lines);
    return result;
}

static void print_warnings(FILE *file, const struct warnings *warnings)
{
    if (warnings->count > 0)
        fputs("What may spoil these numbers:\n", file);
    for (size_t i = 0; i < warnings->count; i++)
        text_fold(file, warnings->texts[i], "  warning: ", "    ", FOLDED_COLUMNS);
    if (warnings->count > 0)
        fputc('\n', file);
}

int table_print(FILE *file, const struct panels *panels, struct error *error)
{
    struct payload_costs costs = {0};
    int result = payload_costs_find(&panels->findings->summaries, &costs, error);
    for (size_t i = 0; result == 0 && i < panels->count; i++)
        if (!panels->rows[i].told_by_jobs)
            result = print_panel(file, &panels->rows[i], &costs, error);
    for (size_t i = 0; result == 0 && i < panels->along_jobs_count; i++)
        result = print_along_jobs(file, panels, &panels->along_jobs[i], error);
    for (size_t i = 0; result == 0 && i < panels->count; i++)
        if (panels->rows[i].told_by_jobs && !panels->rows[i].is_repeated)
            result = print_panel(file, &panels->rows[i], &costs, error);
    free(costs.rows);
    if (result == 0)
        print_warnings(file, &panels->findings->host.warnings);
    return result;
}

void table_print_disturbances(FILE *file, const struct disturbances *found)
{
    char trip[32];
    if (found->disturbed == 0)
        return;
    text_duration(trip, sizeof trip, found->roundtrip_ns);
    fprintf(file,
            "%zu of %zu visit%s left out: beside %s a cache line took more than\n"
            "%.0f times the run's median of %s to another CPU and back (column\n"
            "disturbed).\n\n",
            found->disturbed, found->visits, found->disturbed == 1 ? " is" : "s are",
            found->disturbed == 1 ? "it" : "them", DISTURBED_FACTOR, trip);
}

/* ------------------------------------------------------------------------------- comparisons */

/* How many rows of a kind of which there may be many are shown. */
enum { MOST_SHOWN = 8 };

static bool has_verdict(const struct comparison *row, enum verdict verdict)
{
    return text_equal(row->verdict, verdict_names[verdict]);
}

/* "regression  time of squares size 1000 x 8, fork, 2 workers, warm" */
static void print_compared(FILE *file, const struct comparison *row)
{
    const struct key *key = &row->key;
    fprintf(file, "%-11s %s of %s", row->verdict, row->quantity, key->work);
    if (key->size != CSV_UNKNOWN)
        fprintf(file, " size %llu", (unsigned long long)key->size);
    fprintf(file, " x %llu, %s", (unsigned long long)key->jobs, key->strategy);
    if (!key_is_baseline(key))
        fprintf(file, ", %llu worker%s", (unsigned long long)key->workers,
                text_plural(key->workers));
    key_write_title(file, key);
    fprintf(file, "%s%s", *row->temperature ? ", " : "", row->temperature);
}

/* A value in its quantity's unit, which is written once, behind the second of two. */
static void describe_value(const struct comparison *row, double value, bool unit, char *text,
                           size_t bytes)
{
    if (isnan(value))
        snprintf(text, bytes, "-");
    else if (text_equal(row->quantity, quantity_names[QUANTITY_TIME]))
        text_duration(text, bytes, value);
    else if (text_equal(row->quantity, quantity_names[QUANTITY_INSTRUCTIONS]))
        snprintf(text, bytes, "%.0f", value);
    else if (text_equal(row->quantity, quantity_names[QUANTITY_SPEEDUP]))
        snprintf(text, bytes, "%.3g", value);
    else
        snprintf(text, bytes, "%.3g%s", value, unit ? " round trips" : "");
}

static void print_change(FILE *file, double change, double low, double high)
{
    fprintf(file, "%+.1f %%", 100 * change);
    if (isfinite(low) && isfinite(high))
        fprintf(file, " [%+.1f, %+.1f]", 100 * low, 100 * high);
}

/* "100 us -> 112 us, paired +11.9 % [+9.5, +13.0] in fresh rounds, +12.3 % [+9.1, +14.0] before, p
 * 2e-05", as much of it as is known. What is paired need not agree with the medians before it. */
static void print_numbers(FILE *file, const struct comparison *row)
{
    char base[32], new[32];
    describe_value(row, row->base, false, base, sizeof base);
    describe_value(row, row->new, true, new, sizeof new);
    fprintf(file, "%12s%s -> %s%s", "", base, new, isfinite(row->p) ? ", paired " : ": ");
    if (isfinite(row->fresh_change)) {
        print_change(file, row->fresh_change, row->fresh_low, row->fresh_high);
        fprintf(file, " in fresh rounds,\n%12s", "");
    }
    print_change(file, row->change, row->change_low, row->change_high);
    if (isfinite(row->fresh_change))
        fprintf(file, " before");
    if (isfinite(row->p))
        fprintf(file, ", p %.1g", row->p);
    fputc('\n', file);
}

/* What a row says beside its name: its numbers, why it is so, how many rounds it wants. */
static void print_rest(FILE *file, const struct comparison *row)
{
    bool wants = has_verdict(row, VERDICT_NOISY) && row->more_rounds != CSV_UNKNOWN;
    if (isfinite(row->change))
        print_numbers(file, row);
    if (*row->detail || wants)
        fprintf(file, "%12s%s%s", "", row->detail, *row->detail && wants ? "; " : "");
    if (wants)
        fprintf(file, "%s%llu more round%s would tell",
                isfinite(row->change_low) ? "" : "at least ", (unsigned long long)row->more_rounds,
                text_plural(row->more_rounds));
    if (*row->detail || wants)
        fputc('\n', file);
}

static void print_verdicts(FILE *file, const struct comparisons *comparisons, enum verdict verdict,
                           size_t most)
{
    size_t count = comparisons_of(comparisons, verdict), shown = 0;
    for (size_t i = 0; i < comparisons->count && shown < most; i++) {
        if (!has_verdict(&comparisons->rows[i], verdict))
            continue;
        print_compared(file, &comparisons->rows[i]);
        fputc('\n', file);
        print_rest(file, &comparisons->rows[i]);
        shown++;
    }
    if (count > shown)
        fprintf(file, "%-11s and %zu more\n", verdict_names[verdict], count - shown);
}

/* Where most quantities are noisy, the threshold is beyond what was measured. */
static void print_resolution(FILE *file, const struct comparisons *comparisons)
{
    struct resolution found = compare_resolution(comparisons);
    if (2 * found.noisy <= found.compared)
        return;
    fprintf(file,
            "warning: this machine cannot see a change of %.3g %% in %llu rounds: %zu of %zu\n"
            "         quantities are too noisy; half of those could be told after %llu rounds\n",
            100 * comparisons->rows[0].threshold, (unsigned long long)found.rounds, found.noisy,
            found.compared, (unsigned long long)found.needed);
}

/* True where the quantity was measured on both sides, or should have been. */
static bool is_compared(const struct comparison *row)
{
    return !has_verdict(row, VERDICT_MISSING) && !has_verdict(row, VERDICT_NEW);
}

/* Cells of what was compared, each once; a curve is none. */
static size_t count_cells(const struct comparisons *comparisons)
{
    size_t count = 0;
    for (size_t i = 0; i < comparisons->count; i++) {
        const struct comparison *row = &comparisons->rows[i];
        bool first = is_compared(row) && row->key.size != CSV_UNKNOWN;
        for (size_t k = i; first && k-- > 0;)
            first = !is_compared(&comparisons->rows[k]) ||
                    key_compare(&comparisons->rows[k].key, &row->key) != 0;
        count += first;
    }
    return count;
}

static void print_counts(FILE *file, const struct comparisons *comparisons)
{
    const char *separator = "";
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        size_t count = comparisons_of(comparisons, (enum verdict)verdict);
        if (count == 0)
            continue;
        fprintf(file, "%s%s %zu", separator, verdict_names[verdict], count);
        separator = ", ";
    }
    fputs(*separator ? "\n" : "", file);
}

static void print_conclusion(FILE *file, const struct comparisons *comparisons)
{
    size_t regressions = comparisons_of(comparisons, VERDICT_REGRESSION);
    size_t crashed = comparisons_of(comparisons, VERDICT_CRASHED);
    size_t quantities = 0;
    for (size_t i = 0; i < comparisons->count; i++)
        quantities += is_compared(&comparisons->rows[i]);
    size_t cells = count_cells(comparisons);
    if (quantities == 0)
        fprintf(file, "nothing was compared");
    else if (comparisons_told(comparisons) == 0)
        fprintf(file, "nothing can be told");
    else if (regressions == 0)
        fprintf(file, "no regression");
    else
        fprintf(file, "%zu regression%s", regressions, text_plural(regressions));
    if (crashed > 0)
        fprintf(file, "%s %zu crashed", regressions > 0 ? " and" : ", but", crashed);
    if (quantities > 0)
        fprintf(file, " in %zu quantit%s of %zu cell%s", quantities, quantities == 1 ? "y" : "ies",
                cells, text_plural(cells));
    fputc('\n', file);
}

void table_print_comparison(FILE *file, const struct comparisons *comparisons)
{
    print_verdicts(file, comparisons, VERDICT_NEW, MOST_SHOWN);
    print_verdicts(file, comparisons, VERDICT_MISSING, MOST_SHOWN);
    print_verdicts(file, comparisons, VERDICT_NOISY, MOST_SHOWN);
    print_resolution(file, comparisons);
    print_verdicts(file, comparisons, VERDICT_IMPROVEMENT, SIZE_MAX);
    print_verdicts(file, comparisons, VERDICT_CRASHED, SIZE_MAX);
    print_verdicts(file, comparisons, VERDICT_REGRESSION, SIZE_MAX);
    print_counts(file, comparisons);
    print_conclusion(file, comparisons);
}
