#include "bench/report/table/own_answer.h"
#include "bench/base/text.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <string.h>

/* Jobs that are nearer to what pays are no smaller as far as can be told. */
#define LEAST_TOO_SMALL 1.1

static const struct crossover *told_crossover(const struct panel *panel, const struct standing *row)
{
    return text_equal(panel_view(panel), "cold") ? row->cold : row->warm;
}

/* The row of the class that pays earliest; where none pays, the first; NULL where none is of it. */
static const struct standing *find_row(const struct panel *panel, const struct standings *standings,
                                       enum line_class wanted)
{
    const struct standing *first = NULL;
    for (size_t i = 0; i < standings->count; i++) {
        const struct standing *row = &standings->rows[i];
        if (line_class_of(row->line) != wanted)
            continue;
        if (crossover_stays_ahead(told_crossover(panel, row)))
            return row;
        first = first == NULL ? row : first;
    }
    return first;
}

/* "threadpool with 2 workers", "a process pool (forkpool)", "fork per job", "a process per job
 * (py-process)". */
static void write_name(FILE *file, const struct lines *lines, const struct standing *row,
                       const struct crossover *crossover, enum line_class of)
{
    char label[160];
    line_label(lines, row->line, label, sizeof label);
    if (of == LINE_OF_A_PROCESS_A_JOB && text_equal(label, "fork"))
        fputs("fork per job", file);
    else if (of == LINE_OF_A_PROCESS_A_JOB)
        fprintf(file, "a process per job (%s)", label);
    else if (of == LINE_OF_A_PROCESS_POOL)
        fprintf(file, "a process pool (%s)", label);
    else
        fputs(label, file);
    if (of == LINE_OF_THREADS && crossover != NULL)
        fprintf(file, " with %llu worker%s", (unsigned long long)crossover->key.workers,
                crossover->key.workers == 1 ? "" : "s");
}

/* "yours are too small by 12 times", where they are. */
static void write_shortfall(FILE *file, double told_ns, double own_ns)
{
    double times = told_ns / own_ns;
    if (isfinite(times) && times > LEAST_TOO_SMALL)
        fprintf(file, ": yours are too small by %.*f times", times < 10, times);
}

static void write_class(FILE *file, const struct panel *panel, const struct lines *lines,
                        const struct standing *row, enum line_class of, double own_ns)
{
    const struct crossover *crossover = told_crossover(panel, row);
    const struct summary *best = row->best;
    char place[160];
    bool pays = crossover_stays_ahead(crossover), along_sizes = panel->axis == DIMENSION_size;
    bool is_from = crossover_kind_of(crossover) == CROSSOVER_AT;
    double told_ns = pays && along_sizes ? standing_place_of(panel, crossover).told : (double)NAN;
    verdict_describe_short(panel, crossover, place, sizeof place);
    write_name(file, lines, row, crossover, of);
    fprintf(file, "%s%s%s%s", is_from ? " " : ": ",
            of == LINE_OF_A_PROCESS_A_JOB && is_from ? "only " : "", place,
            is_from && along_sizes && of == LINE_OF_THREADS ? " a job" : "");
    if (of == LINE_OF_THREADS && best != NULL && best->best_noise != 1 &&
        !panel_is_beyond(best, best->best_speedup) && isfinite(best->best_speedup) &&
        best->best_speedup > 1)
        fprintf(file, " (%.2f times as fast at best)", best->best_speedup);
    if (is_from)
        write_shortfall(file, told_ns, own_ns);
}

/* ------------------------------------------------------------------------------- in Python */

/* "a warm py-pool of 2 workers", "a fresh py-process per job", "py-threads". */
static void write_python_name(FILE *file, const struct panel *panel, const struct lines *lines,
                              const struct standing *row, const struct crossover *crossover,
                              enum line_class of)
{
    char label[160];
    bool is_kept = !text_equal(panel_view(panel), "cold");
    uint64_t workers = crossover != NULL ? crossover->key.workers : 0;
    line_label(lines, row->line, label, sizeof label);
    if (of == LINE_OF_A_PROCESS_A_JOB)
        fprintf(file, "a fresh %s per job", label);
    else if (of == LINE_OF_A_PROCESS_POOL && workers > 0)
        fprintf(file, "a %s %s of %llu worker%s", is_kept ? "warm" : "fresh", label,
                (unsigned long long)workers, text_plural(workers));
    else
        fputs(label, file);
}

/* "pays from 310 us a job on", "never pays"; without the verb where it was said before. */
static void write_python_place(FILE *file, const struct panel *panel,
                               const struct crossover *crossover, bool has_verb)
{
    char place[160];
    enum crossover_kind kind = crossover_kind_of(crossover);
    bool pays = kind == CROSSOVER_AT || kind == CROSSOVER_ALWAYS || kind == CROSSOVER_BETWEEN;
    verdict_describe_short(panel, crossover, place, sizeof place);
    const char *verb = has_verb && pays ? "pays " : kind == CROSSOVER_EVEN ? "is " : "";
    fprintf(file, "%s %s%s", kind == CROSSOVER_NOISY ? ":" : "", verb, place);
    if (kind == CROSSOVER_AT)
        fputs(panel->axis == DIMENSION_jobs ? " jobs on" : " a job on", file);
    if (has_verb && kind == CROSSOVER_NEVER)
        fputs(" pays", file);
}

/* "(the GIL is on)", of threads that do not pay. */
static void write_gil(FILE *file, const struct panel *panel, const struct standing *row,
                      const struct crossover *crossover)
{
    const struct host_runner *runner = host_find_runner(panel->host, panel->runtime.python);
    enum crossover_kind kind = crossover_kind_of(crossover);
    bool has_own_gil = text_equal(row->line->key.strategy, "py-interpreters");
    if (kind != CROSSOVER_NOISY && !crossover_stays_ahead(crossover) && !has_own_gil &&
        runner != NULL && text_equal(runner->gil, "on"))
        fputs(" (the GIL is on)", file);
}

static void write_python_class(FILE *file, const struct panel *panel, const struct lines *lines,
                               const struct standing *row, enum line_class of, bool is_first)
{
    const struct crossover *crossover = told_crossover(panel, row);
    const struct summary *best = row->best;
    write_python_name(file, panel, lines, row, crossover, of);
    write_python_place(file, panel, crossover, is_first);
    if (crossover_stays_ahead(crossover) && best != NULL && best->best_noise != 1 &&
        !panel_is_beyond(best, best->best_speedup) && best->best_speedup > 1)
        fprintf(file, " (%.2f times as fast%s)", best->best_speedup, is_first ? " at best" : "");
    if (of == LINE_OF_THREADS)
        write_gil(file, panel, row, crossover);
}

/* " in python3 (CPython 3.11.2)" */
static void write_interpreter(FILE *file, const struct panel *panel)
{
    const char *python = panel->runtime.python;
    const struct host_runner *runner = host_find_runner(panel->host, python);
    if (*python == '\0')
        return;
    fprintf(file, " in %s", python);
    if (runner != NULL && *runner->runtime != '\0')
        fprintf(file, " (%s)", runner->runtime);
}

/* ------------------------------------------------------------------------------- the sentence */

/* "mine: one job of 1k takes 38.0 us. In a batch of 8: " */
static double write_begin(FILE *file, const struct panel *panel, const struct lines *lines)
{
    bool along_sizes = panel->axis == DIMENSION_size;
    double middle = (double)panel_middle_timed(panel);
    double own_ns =
        panel_serial_ns(panel, &lines->lines[0].key, middle) / (along_sizes ? 1 : middle);
    char takes[32], how_much[32];
    text_duration(takes, sizeof takes, own_ns);
    panel_describe_size(panel, middle, how_much, sizeof how_much);
    fprintf(file, "%s: one job", panel->work);
    if (along_sizes)
        fprintf(file, " of %s", how_much);
    if (isfinite(own_ns))
        fprintf(file, " takes %s", takes);
    write_interpreter(file, panel);
    fputs(". ", file);
    if (along_sizes)
        fprintf(file, "In a batch of %llu: ", (unsigned long long)panel->jobs);
    else
        fputs("Started for one batch: ", file);
    return own_ns;
}

/* "1 of 3 sizes could not be measured. " */
static void write_unmeasured(FILE *file, const struct panel *panel)
{
    size_t asked = panel->axis == DIMENSION_size ? panel->sizes.count : panel->numbers.count;
    size_t timed = panel_count_timed(panel);
    if (timed < asked)
        fprintf(file, "%zu of %zu %s could not be measured. ", asked - timed, asked,
                panel->axis == DIMENSION_size ? "sizes" : "numbers of jobs");
}

void own_answer_write(FILE *file, const struct panel *panel, const struct lines *lines,
                      const struct standings *standings)
{
    const struct host_work *work = host_find_work(panel->host, panel->work);
    static const enum line_class orders[][3] = {
        {LINE_OF_THREADS, LINE_OF_A_PROCESS_POOL, LINE_OF_A_PROCESS_A_JOB},
        {LINE_OF_A_PROCESS_POOL, LINE_OF_A_PROCESS_A_JOB, LINE_OF_THREADS}, /* in Python */
    };
    bool begun = false, in_python = *panel->runtime.python != '\0';
    double own_ns = NAN;
    if (work == NULL || strchr(work->path, '/') == NULL || lines->count == 0)
        return;
    for (size_t i = 0; i < sizeof *orders / sizeof **orders; i++) {
        enum line_class of = orders[in_python][i];
        const struct standing *row = find_row(panel, standings, of);
        if (row == NULL)
            continue;
        if (!begun)
            own_ns = write_begin(file, panel, lines);
        fputs(begun ? "; " : "", file);
        if (in_python)
            write_python_class(file, panel, lines, row, of, !begun);
        else
            write_class(file, panel, lines, row, of, own_ns);
        begun = true;
    }
    fputs(begun ? ". " : "", file);
    if (begun)
        write_unmeasured(file, panel);
}
