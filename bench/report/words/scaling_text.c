#include "bench/report/words/scaling_text.h"
#include "bench/base/text.h"

#include <math.h>

enum { LABEL_BYTES = 160 };

static bool is_of_line(const struct panel *panel, const struct line *line,
                       const struct scaling *row)
{
    return row->key.jobs == panel->jobs && text_equal(row->key.work, panel->work) &&
           text_equal(row->mode, "strong") &&
           key_compare_but(&row->key, &line->key, DIMENSION_BIT(size) | DIMENSION_BIT(workers)) ==
               0;
}

const struct scaling *scaling_of_line(const struct panel *panel, const struct line *line)
{
    const struct scaling *found = NULL;
    for (size_t i = 0; i < panel->scalings->count; i++) {
        const struct scaling *row = &panel->scalings->rows[i];
        if (row->key.workers > 1 && is_of_line(panel, line, row) &&
            (found == NULL || scaling_has_room(row->place)))
            found = row;
    }
    return found;
}

const struct scaling *scaling_with(const struct panel *panel, const struct line *line,
                                   uint64_t workers)
{
    for (size_t i = 0; i < panel->scalings->count; i++) {
        const struct scaling *row = &panel->scalings->rows[i];
        if (row->key.workers == workers && is_of_line(panel, line, row))
            return row;
    }
    return NULL;
}

/* ------------------------------------------------------------------------------- growing batches
 */

static bool is_growing(const struct panel *panel, const struct scaling *row)
{
    return text_equal(row->mode, "weak") && text_equal(row->key.work, panel->work) &&
           key_same_runtime(&row->key, &panel->runtime);
}

bool scaling_grows(const struct panel *panel)
{
    for (size_t i = 0; i < panel->scalings->count; i++)
        if (is_growing(panel, &panel->scalings->rows[i]))
            return true;
    return false;
}

/* Whether the panel's batches are the largest of those that grow over so many hosts: the more there
 * are, the larger they get. */
static bool has_largest(const struct panel *panel, uint64_t hosts)
{
    uint64_t most = 0;
    for (size_t i = 0; i < panel->scalings->count; i++) {
        const struct scaling *row = &panel->scalings->rows[i];
        if (is_growing(panel, row) && row->key.hosts == hosts && row->key.jobs > most)
            most = row->key.jobs;
    }
    return most > 0 && most == panel->jobs;
}

static bool is_growing_line(const struct panel *panel, const struct line *line,
                            const struct scaling *row)
{
    return is_growing(panel, row) &&
           key_compare_but(&row->key, &line->key,
                           DIMENSION_BIT(size) | DIMENSION_BIT(workers) | DIMENSION_BIT(jobs)) == 0;
}

const struct scaling *scaling_of_growing(const struct panel *panel, const struct line *line,
                                         uint64_t workers)
{
    const struct scaling *found = NULL;
    if (!has_largest(panel, line->key.hosts))
        return NULL;
    for (size_t i = 0; i < panel->scalings->count; i++) {
        const struct scaling *row = &panel->scalings->rows[i];
        bool wanted = workers > 0 ? row->key.workers == workers
                                  : found == NULL || scaling_has_room(row->place);
        if (wanted && is_growing_line(panel, line, row))
            found = row;
    }
    return found;
}

uint64_t scaling_next_growing(const struct panel *panel, uint64_t last)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < panel->scalings->count; i++) {
        const struct scaling *row = &panel->scalings->rows[i];
        if (is_growing(panel, row) && row->key.workers > last && row->key.workers < next &&
            has_largest(panel, row->key.hosts))
            next = row->key.workers;
    }
    return next;
}

const char *scaling_cause_text(const char *cause)
{
    static const char *const texts[][2] = {
        {"none", "next to nothing is lost"},
        {"serial-part", "a part that runs serially, whoever waits for it"},
        {"slower-jobs", "each job takes longer than it does serially, however few the workers"},
        {"hand-over", "handing the jobs over and collecting them"},
        {"lock", "a lock: workers sleep for each other"},
        {"bandwidth", "the memory's bandwidth: it is as near to its end as the work `stream` is"},
        {"shared", "something that running workers share, as caches, memory or a lock that they "
                   "wait for awake; the work `stream`, measured beside it, tells whether it is the "
                   "memory's bandwidth"},
        {"steal", "the hypervisor, which gave the CPUs to others"},
        {"idle", "workers that wait asleep, as for the longest share of uneven ones"},
        {"few-jobs", "too few jobs: some workers had none"},
        {"hyperthreads", "workers that share a core"},
        {"unknown", "not to be told from what was measured"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (text_equal(texts[i][0], cause))
            return texts[i][1];
    return cause;
}

/* ------------------------------------------------------------------------------- sentences */

void scaling_percent(char *text, size_t bytes, double share)
{
    double percent = 100 * share;
    if (isfinite(percent))
        snprintf(text, bytes, fabs(percent) < 10 ? "%.2g" : "%.0f", percent);
    else
        snprintf(text, bytes, "-");
}

/* "1.5 % (1.2 to 1.8 %)" */
static void print_percents(FILE *file, double value, double low, double high)
{
    char text[32], first[32], last[32];
    scaling_percent(text, sizeof text, value);
    scaling_percent(first, sizeof first, low);
    scaling_percent(last, sizeof last, high);
    fprintf(file, "%s %%", text);
    if (isfinite(low) && isfinite(high))
        fprintf(file, " (%s to %s %%)", first, last);
}

/* A share above one says no more than that it loses. */
static void print_share(FILE *file, const struct scaling *row)
{
    if (row->serial_share > 1) {
        fprintf(file, ": it takes longer than %s does. What holds it back: %s.",
                key_baseline(&row->key), scaling_cause_text(row->cause));
        return;
    }
    fputs(": it loses as if ", file);
    print_percents(file, row->serial_share, row->serial_share_low, row->serial_share_high);
    fputs(" of the work were serial", file);
    if (text_equal(row->trend, "constant"))
        fputs(", whatever the number of workers", file);
    else if (text_equal(row->trend, "rising"))
        fputs(", and less with fewer workers", file);
    else if (text_equal(row->trend, "falling"))
        fputs(", and more with fewer workers", file);
    fprintf(file, ". What holds it back: %s.", scaling_cause_text(row->cause));
}

static void print_prediction(FILE *file, const struct scaling *row)
{
    if (!isfinite(row->predicted) || !isfinite(row->predicted_low))
        return;
    bool outside = row->speedup_high < row->predicted_low || row->speedup_low > row->predicted_high;
    fprintf(file,
            " Fitted without the largest count it predicts %.3g (%.3g to %.3g) there; measured: "
            "%.3g%s.",
            row->predicted, row->predicted_low, row->predicted_high, row->speedup,
            outside ? ", which it does not hold: do not trust it further out" : "");
}

static void print_law(FILE *file, const struct scaling *row)
{
    if (text_equal(row->law, "none")) {
        fprintf(file, " No law is fitted: %s.", row->refused);
        return;
    }
    bool usl = text_equal(row->law, "usl");
    fprintf(file, " %s fits (%llu worker counts): ",
            usl ? "The Universal Scalability Law" : "Amdahl's law",
            (unsigned long long)row->counts);
    print_percents(file, row->contention, row->contention_low, row->contention_high);
    fputs(" is done one after the other", file);
    if (usl && row->coherence_low > 0)
        fprintf(file, ", and each pair of workers costs %.2g (%.2g to %.2g) of the work",
                row->coherence, row->coherence_low, row->coherence_high);
    else if (usl)
        fputs(", and what pairs of workers cost cannot be told from nothing", file);
    if (isfinite(row->peak))
        fprintf(file, "; it is fastest with %.0f workers", row->peak);
    if (isfinite(row->peak_low) && isfinite(row->peak_high))
        fprintf(file, " (%.0f to %.0f)", row->peak_low, row->peak_high);
    fputc('.', file);
    print_prediction(file, row);
}

const char *scaling_common_refusal(const struct panel *panel, const struct lines *lines)
{
    const char *common = NULL;
    for (size_t i = 0; i < lines->count; i++) {
        const struct scaling *row = scaling_of_line(panel, &lines->lines[i]);
        if (row == NULL)
            continue;
        if (!text_equal(row->law, "none") || (common != NULL && !text_equal(common, row->refused)))
            return NULL;
        common = row->refused;
    }
    return common;
}

static void write_sentence(FILE *file, const struct lines *lines, const struct scaling *row,
                           bool law)
{
    struct line line = {row->key};
    char label[LABEL_BYTES];
    line_label(lines, &line, label, sizeof label);
    fprintf(file, "%s: %.3g times as fast with %llu worker%s", label, row->speedup,
            (unsigned long long)row->key.workers, text_plural(row->key.workers));
    if (text_equal(row->cause, "none"))
        fputs(": next to nothing is lost.", file);
    else
        print_share(file, row);
    if (law)
        print_law(file, row);
    if (isfinite(row->pays_after))
        fprintf(file, " Opened once, it has won back its start after %.0f batch%s.",
                row->pays_after, row->pays_after > 1 ? "es" : "");
}

void scaling_write(FILE *file, const struct lines *lines, const struct scaling *row)
{
    write_sentence(file, lines, row, true);
}

void scaling_write_but_law(FILE *file, const struct lines *lines, const struct scaling *row)
{
    write_sentence(file, lines, row, false);
}

void scaling_write_growing(FILE *file, const struct lines *lines, const struct scaling *row)
{
    struct line line = {row->key};
    uint64_t each = row->key.jobs / row->key.workers;
    char label[LABEL_BYTES];
    line.key.jobs = lines->count > 0 ? lines->lines[0].key.jobs : row->key.jobs;
    line_label(lines, &line, label, sizeof label);
    fprintf(file, "%s, with %llu job%s for each worker: with %llu workers %.3g", label,
            (unsigned long long)each, each == 1 ? "" : "s", (unsigned long long)row->key.workers,
            row->speedup);
    if (isfinite(row->speedup_low) && isfinite(row->speedup_high))
        fprintf(file, " (%.3g to %.3g)", row->speedup_low, row->speedup_high);
    fprintf(file,
            " times as fast as %s does the same batch, %.0f %% of one each: a batch that grows "
            "so takes %.3g times as long as the share of one worker.",
            key_baseline(&row->key), 100 * row->efficiency, 1 / row->efficiency);
}
