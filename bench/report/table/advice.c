#include "bench/report/table/advice.h"
#include "bench/base/text.h"
#include "bench/report/table/folded.h"
#include "bench/report/table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 25, TEXT_BYTES = 48, NAME_BYTES = 96, LEAST_NAME_COLUMNS = 12 };

/* Speedups below this are told as such. */
#define LEAST_TIMES 0.01

/* An interval that is narrower than this share of its median is not worth a word. */
#define NARROW 0.005

static const char *name_of(const struct advice_told *told, const struct advice_row *row)
{
    return row->line != NULL ? row->line->strategy : told->serial;
}

static const char *plural_of(const struct advice_row *row)
{
    return row->line->workers == 1 ? "" : "s";
}

static bool is_wide(const struct interval *interval)
{
    return isfinite(interval->low) &&
           interval->high - interval->low > NARROW * fabs(interval->median);
}

/* "1.95"; of what is hopeless it is not told how hopeless. */
static void describe_times(double times, char *text, size_t bytes)
{
    if (times < LEAST_TIMES)
        snprintf(text, bytes, "<0.01");
    else
        snprintf(text, bytes, "%.*f", times >= 9.95 ? 1 : 2, times);
}

/* " (1.90 to 1.97)"; "" where that says nothing. */
static void write_range_of_times(FILE *file, const struct interval *times)
{
    char low[TEXT_BYTES], high[TEXT_BYTES];
    if (!is_wide(times) || times->high < LEAST_TIMES)
        return;
    describe_times(times->low, low, sizeof low);
    describe_times(times->high, high, sizeof high);
    if (!text_equal(low, high))
        fprintf(file, " (%s to %s)", low, high);
}

/* ------------------------------------------------------------------------------- the sentence */

/* "200 jobs of 40.0 us"; "a job of 40.0 us". */
static void write_jobs(FILE *file, const struct model_question *question)
{
    char jobs[TEXT_BYTES], job[TEXT_BYTES];
    text_count(jobs, sizeof jobs, (double)question->jobs);
    text_duration(job, sizeof job, question->job_ns.median);
    if (question->jobs == 1)
        fprintf(file, "one job of %s", job);
    else
        fprintf(file, "%s jobs of %s", jobs, job);
}

/* "Keep threadpool open with 2 workers", "Use fork with 2 workers". */
static void write_deed(FILE *file, const struct advice_told *told, size_t at)
{
    const struct advice_row *row = &told->advice->rows[at];
    bool keeps = told->keeps_workers != NULL && told->keeps_workers[at];
    bool is_cold = told->advice->question.is_cold;
    fprintf(file, "%s %s%s with %u worker%s%s", keeps ? is_cold ? "Open" : "Keep" : "Use",
            name_of(told, row), keeps && !is_cold ? " open" : "", (unsigned)row->line->workers,
            plural_of(row), keeps && is_cold ? " for the batch" : "");
}

static void write_parallel(FILE *file, const struct advice_told *told)
{
    const struct advice *advice = told->advice;
    const struct advice_row *row = &advice->rows[advice->chosen];
    char own[TEXT_BYTES], serial[TEXT_BYTES], times[TEXT_BYTES];
    text_duration(own, sizeof own, row->ns.median);
    text_duration(serial, sizeof serial, advice->rows[advice->serial].ns.median);
    describe_times(row->speedup.median, times, sizeof times);
    write_deed(file, told, advice->chosen);
    fputs(": ", file);
    write_jobs(file, &advice->question);
    fprintf(file, " take%s about %s in place of %s, %s times as fast as a loop",
            advice->question.jobs == 1 ? "s" : "", own, serial, times);
    write_range_of_times(file, &row->speedup);
    fputc('.', file);
    if (row->speedup.low < 1)
        fputs(" That is likely, not sure.", file);
}

static void write_serial(FILE *file, const struct advice_told *told)
{
    const struct advice *advice = told->advice;
    char serial[TEXT_BYTES], own[TEXT_BYTES], times[TEXT_BYTES];
    text_duration(serial, sizeof serial, advice->rows[advice->serial].ns.median);
    fputs("Run them in a loop: ", file);
    write_jobs(file, &advice->question);
    fprintf(file, " take%s about %s there.", advice->question.jobs == 1 ? "s" : "", serial);
    if (advice->nearest == advice->count)
        return;
    const struct advice_row *row = &advice->rows[advice->nearest];
    text_duration(own, sizeof own, row->ns.median);
    describe_times(row->speedup.median, times, sizeof times);
    bool gains = row->speedup.median > 1;
    fprintf(file, " %s with %u worker%s %s %s: %s times as fast", name_of(told, row),
            (unsigned)row->line->workers, plural_of(row), gains ? "takes" : "comes nearest, with",
            own, times);
    write_range_of_times(file, &row->speedup);
    fputs(gains ? ", too little to be worth it, or too unsure." : ".", file);
}

static void write_untold(FILE *file, const struct advice_told *told)
{
    const struct advice *advice = told->advice;
    const struct advice_row *row = &advice->rows[advice->chosen];
    char times[TEXT_BYTES];
    describe_times(advice->if_computing.median, times, sizeof times);
    fprintf(file,
            "Whether it pays cannot be told: that hangs on what the jobs wait for. If they only "
            "compute, %s with %u worker%s is %s times as fast as a loop; if all need one lock, "
            "the loop is fastest. Say which with --contention, or measure them.",
            name_of(told, row), (unsigned)row->line->workers, plural_of(row), times);
}

void advice_write_sentence(FILE *file, const struct advice_told *told)
{
    switch (told->advice->verdict) {
    case ADVICE_PARALLEL:
        write_parallel(file, told);
        break;
    case ADVICE_UNTOLD:
        write_untold(file, told);
        break;
    default:
        write_serial(file, told);
    }
}

/* " forkteam and openmp cannot be told apart from it." */
static void write_like_chosen(FILE *file, const struct advice_told *told)
{
    const struct advice *advice = told->advice;
    size_t count = 0, at = 0;
    for (size_t i = 0; i < advice->count; i++)
        count += advice->rows[i].is_like_chosen;
    if (count == 0 || advice->verdict == ADVICE_UNTOLD)
        return;
    for (size_t i = 0; i < advice->count; i++)
        if (advice->rows[i].is_like_chosen)
            fprintf(file, "%s%s",
                    at++ == 0     ? " "
                    : at == count ? " and "
                                  : ", ",
                    name_of(told, &advice->rows[i]));
    fprintf(file, " cannot be told apart from %s.",
            advice->verdict == ADVICE_SERIAL ? "the loop" : "it");
}

/* ------------------------------------------------------------------------------- the ranking */

static void describe_range_of_ns(const struct interval *ns, char *text, size_t bytes)
{
    char low[TEXT_BYTES], high[TEXT_BYTES];
    *text = '\0';
    if (!is_wide(ns))
        return;
    text_duration(low, sizeof low, ns->low);
    text_duration(high, sizeof high, ns->high);
    snprintf(text, bytes, "%s..%s", low, high);
}

static void print_row(FILE *file, const struct advice_told *told, const struct advice_row *row,
                      int columns)
{
    char name[NAME_BYTES], ns[TEXT_BYTES], range[3 * TEXT_BYTES], times[TEXT_BYTES],
        low[TEXT_BYTES], high[TEXT_BYTES];
    text_printable(name, sizeof name, name_of(told, row));
    text_duration(ns, sizeof ns, row->ns.median);
    describe_range_of_ns(&row->ns, range, sizeof range);
    fprintf(file, "%-*s %7u  %9s", columns, name,
            row->line != NULL ? (unsigned)row->line->workers : 1, ns);
    if (row->line == NULL) {
        fprintf(file, "  %-18s %6s\n", range, "1");
        return;
    }
    describe_times(row->speedup.median, times, sizeof times);
    describe_times(row->speedup.low, low, sizeof low);
    describe_times(row->speedup.high, high, sizeof high);
    fprintf(file, "  %-18s %6s", range, times);
    if (is_wide(&row->speedup) && row->speedup.high >= LEAST_TIMES && !text_equal(low, high))
        fprintf(file, "  %s..%s", low, high);
    fputc('\n', file);
}

static bool is_shown(const struct advice_row *row)
{
    return row->is_best && advice_is_known(row);
}

static size_t count_shown(const struct advice *advice)
{
    size_t shown = 0;
    for (size_t i = 0; i < advice->count; i++)
        shown += is_shown(&advice->rows[i]);
    return shown;
}

static int name_columns(const struct advice_told *told)
{
    size_t columns = LEAST_NAME_COLUMNS;
    for (size_t i = 0; i < told->advice->count; i++) {
        size_t length = strlen(name_of(told, &told->advice->rows[i]));
        columns = length > columns ? length : columns;
    }
    return (int)columns;
}

/* In at most so many lines, of which the loop has one. */
static void print_ranking(FILE *file, const struct advice_told *told, size_t most)
{
    const struct advice *advice = told->advice;
    int columns = name_columns(told);
    size_t shown = count_shown(advice), left = shown > most ? most - 1 : shown, told_of = 0;
    bool loop_is_due = true;
    fprintf(file, "\n%-*s %7s  %9s  %-18s %6s\n", columns, "strategy", "workers", "a batch",
            "surely within", "times as fast");
    for (size_t i = 0; i < advice->count && told_of < left; i++) {
        const struct advice_row *row = &advice->rows[i];
        if (!is_shown(row) || (row->line != NULL && loop_is_due && left - told_of == 1))
            continue;
        loop_is_due = loop_is_due && row->line != NULL;
        print_row(file, told, row, columns);
        told_of++;
    }
    if (shown > left)
        fprintf(file, "and %zu more, none of which is faster\n", shown - left);
}

/* ------------------------------------------------------------------------------- the break-even */

/* "from jobs of 1.24 us on (1.10 us to 1.40 us)". */
static void write_even_job(FILE *file, const struct interval *even)
{
    char at[TEXT_BYTES], low[TEXT_BYTES], high[TEXT_BYTES];
    if (even->median <= 0) {
        fputs("however short the jobs are", file);
        return;
    }
    if (isinf(even->median)) {
        fputs("for no length of jobs", file);
        return;
    }
    text_duration(at, sizeof at, even->median);
    fprintf(file, "from jobs of %s on", at);
    if (!is_wide(even))
        return;
    text_duration(low, sizeof low, even->low);
    text_duration(high, sizeof high, even->high);
    if (isinf(even->high))
        fprintf(file, " (%s at least)", low);
    else
        fprintf(file, " (%s to %s)", low, high);
}

/* "from 4 jobs on (3 to 5)". */
static void write_even_jobs(FILE *file, const struct interval *even)
{
    char at[TEXT_BYTES], low[TEXT_BYTES], high[TEXT_BYTES];
    if (isinf(even->median)) {
        fputs("for no number of them", file);
        return;
    }
    text_size(at, sizeof at, ceil(fmax(even->median, 1)));
    fprintf(file, "from %s job%s on", at, text_equal(at, "1") ? "" : "s");
    if (!isfinite(even->low))
        return;
    text_size(low, sizeof low, ceil(fmax(even->low, 1)));
    text_size(high, sizeof high, ceil(even->high));
    if (isinf(even->high))
        fprintf(file, " (%s at least)", low);
    else if (!text_equal(low, high))
        fprintf(file, " (%s to %s)", low, high);
}

static void write_break_even(FILE *file, const struct advice_told *told)
{
    const struct advice *advice = told->advice;
    char jobs[TEXT_BYTES], job[TEXT_BYTES];
    if (advice->nearest == advice->count || advice->verdict == ADVICE_UNTOLD)
        return;
    const struct advice_row *row = &advice->rows[advice->nearest];
    if (isnan(row->even_job_ns.median) || isnan(row->even_jobs.median))
        return;
    text_count(jobs, sizeof jobs, (double)advice->question.jobs);
    text_duration(job, sizeof job, advice->question.job_ns.median);
    fprintf(file, "Break-even of %s with %u worker%s: with %s job%s, ", name_of(told, row),
            (unsigned)row->line->workers, plural_of(row), jobs, text_plural(advice->question.jobs));
    write_even_job(file, &row->even_job_ns);
    fprintf(file, "; with jobs of %s, ", job);
    write_even_jobs(file, &row->even_jobs);
    fputc('.', file);
}

/* ------------------------------------------------------------------------------- what it rests on
 */

static const char *describe_contention(enum contention contention)
{
    switch (contention) {
    case CONTENTION_NONE:
        return "that wait";
    case CONTENTION_COMPUTE:
        return "that compute";
    case CONTENTION_MEMORY:
        return "that read more memory than caches hold";
    case CONTENTION_ADDRESS_SPACE:
        return "that map memory";
    default:
        return "whose contention is not known";
    }
}

static void write_bytes(FILE *file, const char *before, double bytes, const char *behind)
{
    char text[TEXT_BYTES];
    text_bytes(text, sizeof text, (uint64_t)bytes);
    fprintf(file, "%s%s%s", before, text, behind);
}

static void write_payload(FILE *file, const struct model_question *question)
{
    if (question->payload_in <= 0 && question->payload_out <= 0)
        return;
    write_bytes(file, ", ", question->payload_in, " bytes into");
    write_bytes(file, " and ", question->payload_out, " out of each");
    if (question->by_pipe)
        fputs(" by pipes", file);
}

/* "Asked of jobs that compute, all alike, workers awake." */
static void write_question(FILE *file, const struct advice_told *told)
{
    const struct model_question *question = &told->advice->question;
    fprintf(file, "For jobs %s", describe_contention(question->contention));
    if (question->computing > 0)
        fprintf(file, " for %.0f %% of their time", 100 * (1 - question->computing));
    fputs(", ", file);
    if (question->spread > 1)
        fprintf(file, "the longest %.3g times the mean", question->spread);
    else
        fputs("all alike", file);
    write_payload(file, question);
    if (question->caller_bytes > 0)
        write_bytes(file, ", in a process of ", question->caller_bytes, " bytes");
    fprintf(file, "; workers %s.",
            question->is_cold   ? "are started for the batch and ended after it"
            : question->is_idle ? "are open, and asleep when it comes"
                                : "are open, and awake when it comes");
}

/* " (timed: squares, size 1e4: 12.3 us, of which 99 % on a CPU, ...)". */
static void write_facts(FILE *file, const struct advice_told *told)
{
    const struct job_facts *facts = &told->facts;
    char job[TEXT_BYTES], size[TEXT_BYTES], work[NAME_BYTES];
    if (told->work == NULL)
        return;
    text_duration(job, sizeof job, facts->ns.median);
    text_size(size, sizeof size, told->size);
    text_clipped(work, sizeof work, told->work, NAME_BYTES / 2);
    fprintf(file, " One job of %s", work);
    if (told->size > 0)
        fprintf(file, ", size %s,", size);
    fprintf(file, " took %s", job);
    if (isfinite(facts->user_ns))
        fprintf(file, ": %.0f %% of it busy, %.0f %% in the kernel", 100 * job_facts_busy(facts),
                100 * fmin(facts->sys_ns / facts->ns.median, 1));
    if (isfinite(facts->faults))
        fprintf(file, ", %.*f page faults", facts->faults > 0 && facts->faults < 9.95 ? 1 : 0,
                facts->faults);
    fputc('.', file);
}

static void describe_age(int64_t age_s, char *text, size_t bytes)
{
    long long age = age_s > 0 ? age_s : 0;
    if (age < 120)
        snprintf(text, bytes, "%lld s", age);
    else if (age < 7200)
        snprintf(text, bytes, "%lld min", age / 60);
    else if (age < 172800)
        snprintf(text, bytes, "%lld h", age / 3600);
    else
        snprintf(text, bytes, "%lld days", age / 86400);
}

static void write_source(FILE *file, const struct advice_source *source)
{
    char path[1024], age[TEXT_BYTES];
    text_printable(path, sizeof path, source->path);
    describe_age(source->age_s, age, sizeof age);
    if (source->is_run)
        fprintf(file, "By the run in %s.", path);
    else if (source->measured)
        fprintf(file, "By a calibration that was made now%s%s.",
                *path != '\0' ? ": " : ", and could not be kept", path);
    else
        fprintf(file, "By the calibration of %s ago: %s.", age, path);
    if (source->was_busy)
        fputs(" The machine was busy then: `breakeven calibrate` makes a better one when it is "
              "quiet.",
              file);
}

/* ------------------------------------------------------------------------------- the check */

static void write_check(FILE *file, const struct advice_told *told,
                        const struct advice_check *check)
{
    char measured[TEXT_BYTES];
    const struct advice_row *row = check->row;
    double off = row->ns.median / check->ns.median - 1;
    fprintf(file, "%s", name_of(told, row));
    if (row->line != NULL)
        fprintf(file, " (%u)", (unsigned)row->line->workers);
    if (!isfinite(off)) {
        fputs(" could not be measured", file);
        return;
    }
    text_duration(measured, sizeof measured, check->ns.median);
    fprintf(file, " %s, predicted %.0f %% %s%s", measured, 100 * fabs(off),
            off < 0 ? "too low" : "too high",
            check->ns.low > row->ns.high || check->ns.high < row->ns.low ? ", outside its interval"
                                                                         : "");
}

static void write_checks(FILE *file, const struct advice_told *told)
{
    char work[NAME_BYTES], size[TEXT_BYTES];
    if (told->check_count == 0)
        return;
    text_clipped(work, sizeof work, told->check_work, NAME_BYTES / 2);
    text_size(size, sizeof size, told->check_size);
    fprintf(file, "Measured with %s", work);
    if (told->check_size > 0)
        fprintf(file, " of size %s", size);
    for (size_t i = 0; i < told->check_count; i++) {
        fputs(i == 0 ? ": " : "; ", file);
        write_check(file, told, &told->checks[i]);
    }
    fputc('.', file);
}

/* ------------------------------------------------------------------------------- the whole */

/* Prints what `write` says, folded. */
static void print_folded(FILE *file, const struct advice_told *told,
                         void (*write)(FILE *, const struct advice_told *))
{
    struct folded folded;
    if (!folded_begin(&folded))
        return;
    write(folded.stream, told);
    folded_end(&folded, file, "", "");
}

static void write_head(FILE *file, const struct advice_told *told)
{
    advice_write_sentence(file, told);
    write_like_chosen(file, told);
}

static void write_basis(FILE *file, const struct advice_told *told)
{
    write_question(file, told);
    write_facts(file, told);
    fputc(' ', file);
    write_source(file, &told->source);
}

/* What stands above or below the ranking; false where memory is exhausted. */
static bool make_part(const struct advice_told *told, bool below, char **text, size_t *lines)
{
    size_t bytes;
    FILE *stream = open_memstream(text, &bytes);
    if (stream == NULL)
        return false;
    if (below) {
        print_folded(stream, told, write_checks);
        print_folded(stream, told, write_break_even);
        print_folded(stream, told, write_basis);
    } else {
        print_folded(stream, told, write_head);
    }
    if (fclose(stream) != 0)
        return false;
    *lines = 0;
    for (const char *c = *text; *c != '\0'; c++)
        *lines += *c == '\n';
    return true;
}

void advice_print(FILE *file, const struct advice_told *told)
{
    char *above = NULL, *below = NULL;
    size_t lines_above, lines_below;
    enum { BESIDE_ROWS = 3, LEAST_ROWS = 4 }; /* two blank lines and the head */
    if (make_part(told, false, &above, &lines_above) &&
        make_part(told, true, &below, &lines_below)) {
        size_t taken = lines_above + lines_below + BESIDE_ROWS;
        size_t rows = taken + LEAST_ROWS < MOST_LINES ? MOST_LINES - taken : LEAST_ROWS;
        fputs(above, file);
        print_ranking(file, told, rows);
        fputc('\n', file);
        fputs(below, file);
    }
    free(above);
    free(below);
}
