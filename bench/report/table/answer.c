#include "bench/report/table/answer.h"
#include "bench/analyse/command_cost.h"
#include "bench/analyse/job_time.h"
#include "bench/report/table/folded.h"
#include "bench/report/table/own_answer.h"
#include "bench/report/table/table.h"
#include "bench/report/words/beside.h"
#include "bench/report/words/over_hosts.h"
#include "bench/report/words/standing.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Behind the answer stand how the budget was spent, where the tables are and where the page is. */
enum {
    MOST_LINES = ANSWER_MOST_LINES - 3,
    LEAST_DOUBT_LINES = 2,
    MOST_DOUBT_LINES = 4,
    TEXT_BYTES = 160
};

/* What is told of one panel. */
struct told {
    const struct panel *panel;
    struct lines lines;
    struct standings standings;
};

/* ------------------------------------------------------------------------------- words */

static bool along_jobs(const struct told *told)
{
    return told->panel->axis == DIMENSION_jobs;
}

/* "1 to 256 jobs of 41.7 us". */
static void describe_numbers(const struct told *told, char *text, size_t bytes)
{
    const struct panel *panel = told->panel;
    uint64_t most = panel_most_place(panel), middle = panel_middle_timed(panel);
    char job[32], of[48] = "";
    double job_ns =
        panel_serial_ns(panel, &told->lines.lines[0].key, (double)middle) / (double)middle;
    text_duration(job, sizeof job, job_ns);
    if (isfinite(job_ns))
        snprintf(of, sizeof of, " of %s", job);
    snprintf(text, bytes, "%llu to %llu jobs%s", (unsigned long long)panel_least_place(panel),
             (unsigned long long)most, of);
}

/* "8 jobs of 5.53 ns to 6.29 ms": by the time of one job, done serially. */
static void describe_jobs(const struct told *told, char *text, size_t bytes)
{
    const struct panel *panel = told->panel;
    const struct key *key = &told->lines.lines[0].key;
    if (along_jobs(told)) {
        describe_numbers(told, text, bytes);
        return;
    }
    double least_ns = job_time_ns(panel->summaries, key, (double)panel_least_timed(panel));
    double most_ns = job_time_ns(panel->summaries, key, (double)panel_most_timed(panel));
    char least[32], most[32];
    text_duration(least, sizeof least, fmin(least_ns, most_ns));
    text_duration(most, sizeof most, fmax(least_ns, most_ns));
    bool range = panel_count_timed(panel) > 1 && !text_equal(least, most);
    int used = snprintf(text, bytes, "%llu job%s", (unsigned long long)panel->jobs,
                        text_plural(panel->jobs));
    if (!isfinite(least_ns) || !isfinite(most_ns))
        return;
    snprintf(text + used, bytes - (size_t)used, " of %s%s%s", least, range ? " to " : "",
             range ? most : "");
}

static double speedup_of(const struct told *told, const struct standing *row)
{
    return panel_best_speedup(told->panel, row->best);
}

/* The row whose best speedup is the highest of those that are no noise nor doubtful; NULL where
 * none is known.
 */
static const struct standing *find_best(const struct told *told)
{
    const struct standings *standings = &told->standings;
    const struct standing *best = NULL;
    for (size_t i = 0; i < standings->count; i++) {
        double speedup = speedup_of(told, &standings->rows[i]);
        bool better = best == NULL || speedup > speedup_of(told, best);
        if (isfinite(speedup) && standings->rows[i].best->best_noise != 1 &&
            !panel_is_beyond(standings->rows[i].best, speedup) && better)
            best = &standings->rows[i];
    }
    return best;
}

/* "squares, 8 jobs of 5.53 ns to 6.29 ms: at best 2.00 times as fast (forkteam)"; where the
 * baseline is not serial and no other line tells of it: "; py-serial takes 60 times as long as
 * serial". */
static void print_heading(FILE *file, const struct told *told, bool tell_baseline)
{
    const struct standing *best = find_best(told);
    struct folded folded;
    char jobs[TEXT_BYTES], label[TEXT_BYTES], runtime[TEXT_BYTES];
    if (!folded_begin(&folded))
        return;
    describe_jobs(told, jobs, sizeof jobs);
    panel_describe_runtime(told->panel, runtime, sizeof runtime);
    fprintf(folded.stream, "%s%s, %s", told->panel->work, runtime, jobs);
    if (best != NULL) {
        double speedup = speedup_of(told, best);
        line_label(&told->lines, best->line, label, sizeof label);
        fprintf(folded.stream, ": %sat best %.*f times as fast (%s)",
                along_jobs(told) ? "cold " : "", table_decimals(speedup), speedup, label);
    }
    if (tell_baseline && isfinite(beside_ratio_of(told->panel, &told->lines).least)) {
        fputs("; ", folded.stream);
        beside_write_ratio(folded.stream, told->panel, &told->lines);
    }
    folded_end(&folded, file, "", "    ");
}

/* "from 91.4 ns", "at all sizes", "never". */
static void describe(const struct panel *panel, const struct crossover *crossover, char *text,
                     size_t bytes)
{
    if (crossover == NULL)
        snprintf(text, bytes, "-");
    else if (crossover_kind_of(crossover) == CROSSOVER_ALWAYS && panel->axis == DIMENSION_size)
        snprintf(text, bytes, "at %s", panel_count_timed(panel) > 1 ? "all sizes" : "this size");
    else
        verdict_describe_short(panel, crossover, text, bytes);
}

static const struct crossover *told_crossover(const struct standing *row, bool cold)
{
    return cold ? row->cold : row->warm;
}

/* ------------------------------------------------------------------------------- a line a strategy
 */

/* The same with the number of workers where it pays: "from 91.4 ns (2)". */
static void describe_with_workers(const struct panel *panel, const struct crossover *crossover,
                                  char *text, size_t bytes)
{
    describe(panel, crossover, text, bytes);
    size_t used = strlen(text);
    if (crossover != NULL &&
        (crossover_stays_ahead(crossover) || crossover_kind_of(crossover) == CROSSOVER_BETWEEN))
        snprintf(text + used, bytes - used, " (%llu)", (unsigned long long)crossover->key.workers);
}

/* The width of a column of crossovers. */
static int width_of_places(const struct told *told, bool cold)
{
    int width = 25;
    for (size_t i = 0; i < told->standings.count; i++) {
        char text[TEXT_BYTES];
        describe_with_workers(told->panel, told_crossover(&told->standings.rows[i], cold), text,
                              sizeof text);
        width = (int)strlen(text) > width ? (int)strlen(text) : width;
    }
    return width;
}

static void print_row(FILE *file, const struct told *told, const struct standing *row, int width)
{
    char label[TEXT_BYTES], warm[TEXT_BYTES], cold[TEXT_BYTES], best[32] = "-";
    double speedup = speedup_of(told, row);
    line_label(&told->lines, row->line, label, sizeof label);
    describe_with_workers(told->panel, row->warm, warm, sizeof warm);
    describe_with_workers(told->panel, row->cold, cold, sizeof cold);
    if (isfinite(speedup))
        snprintf(best, sizeof best, "%.*f", table_decimals(speedup), speedup);
    if (row->best->best_noise == 1)
        snprintf(best, sizeof best, "noise");
    else if (panel_is_beyond(row->best, speedup))
        snprintf(best, sizeof best, "%.*f?", table_decimals(speedup), speedup);
    bool jobs = along_jobs(told);
    fprintf(file, "  %-*s  %-*s  %-*s  %s\n", width, label, width_of_places(told, jobs),
            jobs ? cold : warm, width_of_places(told, !jobs), jobs ? warm : cold, best);
}

static void print_rows(FILE *file, const struct told *told)
{
    const struct standings *standings = &told->standings;
    int width = 12;
    for (size_t i = 0; i < standings->count; i++) {
        char label[TEXT_BYTES];
        line_label(&told->lines, standings->rows[i].line, label, sizeof label);
        width = (int)strlen(label) > width ? (int)strlen(label) : width;
    }
    const char *open = "kept open (workers)", *started = "started cold (workers)";
    bool jobs = along_jobs(told);
    fprintf(file, "  %-*s  %-*s  %-*s  %s\n", width, "strategy", width_of_places(told, jobs),
            jobs ? started : open, width_of_places(told, !jobs), jobs ? open : started, "at best");
    for (size_t i = 0; i < standings->count; i++)
        print_row(file, told, &standings->rows[i], width);
}

/* ------------------------------------------------------------------------------- three lines a
 * work
 */

/* A line that grows as long as it fits. */
struct clause {
    char text[512];
    size_t used;
};

static bool clause_add(struct clause *clause, size_t most, const char *text)
{
    size_t bytes = strlen(text);
    if (clause->used + bytes > most || clause->used + bytes >= sizeof clause->text)
        return false;
    memcpy(clause->text + clause->used, text, bytes + 1);
    clause->used += bytes;
    return true;
}

/* Rows of which something is told alike, in their order. */
struct answer_group {
    const struct standing **rows;
    size_t count;
};

/* The worker count of a row, where it pays with others than the panel is told for; else 0. */
static uint64_t other_workers(const struct told *told, const struct standing *row, bool cold)
{
    const struct crossover *crossover = told_crossover(row, cold);
    return crossover_stays_ahead(crossover) && crossover->key.workers != told->panel->full_workers
               ? crossover->key.workers
               : 0;
}

/* True where all rows of a group have the same other workers, which are told once. */
static bool shares_workers(const struct told *told, const struct answer_group *group, bool cold)
{
    uint64_t workers = other_workers(told, group->rows[0], cold);
    for (size_t i = 1; i < group->count; i++)
        if (other_workers(told, group->rows[i], cold) != workers)
            return false;
    return true;
}

static void describe_workers(uint64_t workers, char *text, size_t bytes)
{
    *text = '\0';
    if (workers > 0)
        snprintf(text, bytes, " (%llu worker%s)", (unsigned long long)workers,
                 text_plural(workers));
}

/* "forkteam, threadpool (4 workers) or openmp"; "forkteam, threadpool or 3 more (4 workers)" where
 * no more fits into so many columns. */
static void join_names(const struct told *told, const struct answer_group *group, bool cold,
                       size_t most, struct clause *out)
{
    bool once = shares_workers(told, group, cold);
    char shared[32];
    describe_workers(once ? other_workers(told, group->rows[0], cold) : 0, shared, sizeof shared);
    for (size_t i = 0; i < group->count; i++) {
        const struct standing *row = group->rows[i];
        bool last = i + 1 == group->count;
        char name[TEXT_BYTES], own[32], piece[TEXT_BYTES + 48];
        size_t kept = strlen(shared) + (last ? 0 : strlen(" or 99 more"));
        line_label(&told->lines, row->line, name, sizeof name);
        describe_workers(once ? 0 : other_workers(told, row, cold), own, sizeof own);
        snprintf(piece, sizeof piece, "%s%s%s", i == 0 ? "" : last ? " or " : ", ", name, own);
        bool fits = i == 0 || most == SIZE_MAX || out->used + strlen(piece) + kept <= most;
        if (fits && clause_add(out, SIZE_MAX, piece))
            continue;
        snprintf(piece, sizeof piece, " or %zu more", group->count - i);
        clause_add(out, SIZE_MAX, piece);
        break;
    }
    clause_add(out, SIZE_MAX, shared);
}

/* What the payers of a panel are sorted by. */
struct order {
    const struct panel *panel;
    bool cold;
};

static int compare_payers(const void *a, const void *b, void *user)
{
    const struct order *order = user;
    const struct standing *x = *(const struct standing *const *)a;
    const struct standing *y = *(const struct standing *const *)b;
    double left = standing_place_of(order->panel, told_crossover(x, order->cold)).told,
           right = standing_place_of(order->panel, told_crossover(y, order->cold)).told;
    return left != right ? (left > right) - (left < right) : (x > y) - (x < y);
}

/* The rows that pay, the earliest first. */
static void find_payers(const struct told *told, bool cold, struct answer_group *out)
{
    out->count = 0;
    for (size_t i = 0; i < told->standings.count; i++)
        if (crossover_stays_ahead(told_crossover(&told->standings.rows[i], cold)))
            out->rows[out->count++] = &told->standings.rows[i];
    struct order order = {told->panel, cold};
    if (cold != along_jobs(told) && out->count > 1) /* otherwise they are in order */
        qsort_r(out->rows, out->count, sizeof(struct standing *), compare_payers, &order);
}

/* The first rows of a group that begin to pay where its first one does, as far as can be told. */
static size_t count_tied(const struct told *told, const struct answer_group *payers, bool cold)
{
    struct standing_place first =
        standing_place_of(told->panel, told_crossover(payers->rows[0], cold));
    size_t count = 1;
    while (count < payers->count &&
           standing_place_of(told->panel, told_crossover(payers->rows[count], cold)).low <=
               first.high)
        count++;
    return count;
}

/* "forkteam or threadpool from 91.4 ns": as many names as fit into so many columns. What follows
 * another group that is "from" somewhere says "openmp 203 ns". *from: the last group was. */
static void describe_group(const struct told *told, const struct answer_group *tied, bool cold,
                           size_t most, bool first, bool *from, struct clause *out)
{
    char place[TEXT_BYTES];
    const char *shown = place;
    describe(told->panel, told_crossover(tied->rows[0], cold), place, sizeof place);
    bool begins = strncmp(place, "from ", strlen("from ")) == 0;
    if (begins && *from)
        shown += strlen("from ");
    *from = begins;
    clause_add(out, SIZE_MAX, first ? "" : ", ");
    join_names(told, tied, cold, first ? most - strlen(place) - 1 : SIZE_MAX, out);
    clause_add(out, SIZE_MAX, " ");
    clause_add(out, SIZE_MAX, shown);
}

/* "forkteam or threadpool from 91.4 ns, openmp 203 ns, 6 more later", in so many lines. */
static void print_payers(FILE *file, const struct told *told, bool cold, size_t lines,
                         struct answer_group *payers)
{
    static const char *const labels[] = {"  kept open     ", "  started cold  "};
    enum { INDENT = 16, SLACK = 12 };
    size_t columns = lines * (ANSWER_COLUMNS - INDENT) - (lines - 1) * SLACK;
    struct clause line = {.used = 0};
    struct answer_group left = *payers;
    bool from = false;
    while (left.count > 0) {
        struct answer_group tied = {left.rows, count_tied(told, &left, cold)};
        struct clause piece = {.used = 0};
        bool first = line.used == 0;
        size_t later = strlen(left.count - tied.count > 9 ? ", 99 more later" : ", 9 more later");
        size_t most = tied.count == left.count ? columns : columns - later;
        describe_group(told, &tied, cold, most, first, &from, &piece);
        if (!clause_add(&line, first ? SIZE_MAX : most, piece.text))
            break;
        left.rows += tied.count;
        left.count -= tied.count;
    }
    if (left.count > 0 && line.used > 0) {
        char later[48];
        snprintf(later, sizeof later, ", %zu more later", left.count);
        clause_add(&line, SIZE_MAX, later);
    }
    text_fold(file, line.used > 0 ? line.text : "nothing surely pays", labels[cold],
              "                ", ANSWER_COLUMNS);
}

/* What is said of rows that pay neither kept open nor started cold. */
enum rest { REST_BETWEEN, REST_NOISY, REST_EVEN, REST_NEVER, RESTS };

static enum rest rest_of(const struct standing *row)
{
    enum rest least = REST_NEVER;
    for (int cold = 0; cold < 2; cold++) {
        const struct crossover *crossover = told_crossover(row, cold);
        enum crossover_kind kind = crossover_kind_of(crossover);
        enum rest own = crossover == NULL           ? REST_NEVER
                        : kind == CROSSOVER_BETWEEN ? REST_BETWEEN
                        : kind == CROSSOVER_NOISY   ? REST_NOISY
                        : kind == CROSSOVER_EVEN    ? REST_EVEN
                                                    : REST_NEVER;
        least = own < least ? own : least;
    }
    return least;
}

static bool pays(const struct standing *row)
{
    return crossover_stays_ahead(row->warm) || crossover_stays_ahead(row->cold);
}

/* "never pays: fork or spawn; cannot be told: threads", in a line; nothing where all pay. */
static void print_rest(FILE *file, const struct told *told, struct answer_group *rows)
{
    char even[TEXT_BYTES];
    const char *const labels[RESTS] = {"pays in between only: ", "cannot be told: ", even,
                                       "never pays: "};
    struct clause line = {.used = 0};
    snprintf(even, sizeof even, "as fast as %s: ", panel_baseline(told->panel));
    for (int i = RESTS - 1; i >= 0; i--) {
        rows->count = 0;
        for (size_t k = 0; k < told->standings.count; k++)
            if (!pays(&told->standings.rows[k]) &&
                rest_of(&told->standings.rows[k]) == (enum rest)i)
                rows->rows[rows->count++] = &told->standings.rows[k];
        if (rows->count == 0)
            continue;
        clause_add(&line, SIZE_MAX, line.used > 0 ? "; " : "");
        clause_add(&line, SIZE_MAX, labels[i]);
        join_names(told, rows, false, ANSWER_COLUMNS - 2, &line);
    }
    if (line.used > 0)
        text_fold(file, line.text, "  ", "    ", ANSWER_COLUMNS);
}

static int print_brief(FILE *file, const struct told *told, size_t lines, struct error *error)
{
    struct answer_group rows = {calloc(told->standings.count + 1, sizeof(struct standing *)), 0};
    if (rows.rows == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    for (int i = 0; i < 2; i++) {
        bool cold = along_jobs(told) ? i == 0 : i == 1, known = false;
        for (size_t k = 0; k < told->standings.count; k++)
            known = known || told_crossover(&told->standings.rows[k], cold) != NULL;
        find_payers(told, cold, &rows);
        if (known)
            print_payers(file, told, cold, lines, &rows);
    }
    print_rest(file, told, &rows);
    free(rows.rows);
    return 0;
}

/* "py-serial takes 60 times as long as serial; kept open, py-pool pays from 316 us, threadpool from
 * 91.4 ns": a runtime beside serial's, where `serial` (NULL: it has no strategies) tells of that.
 */
static void print_beside(FILE *file, const struct told *told, const struct told *serial)
{
    struct folded folded;
    if (!folded_begin(&folded))
        return;
    bool any = beside_write_ratio(folded.stream, told->panel, &told->lines);
    if (any && serial != NULL)
        beside_write_first(folded.stream,
                           (struct beside){told->panel, &told->lines, &told->standings},
                           (struct beside){serial->panel, &serial->lines, &serial->standings});
    folded_end(&folded, file, "  ", "    ");
}

static void print_over_hosts(FILE *file, const struct told *told)
{
    struct folded folded;
    if (!folded_begin(&folded))
        return;
    over_hosts_write(folded.stream, told->panel, &told->lines, &told->standings);
    folded_end(&folded, file, "  ", "    ");
}

/* The row that pays first; NULL where none does. */
static const struct standing *first_payer(const struct told *told, bool cold)
{
    const struct standing *first = NULL;
    double least = INFINITY;
    for (size_t i = 0; i < told->standings.count; i++) {
        const struct standing *row = &told->standings.rows[i];
        double place = standing_place_of(told->panel, told_crossover(row, cold)).told;
        if (crossover_stays_ahead(told_crossover(row, cold)) && (first == NULL || place < least)) {
            first = row;
            least = place;
        }
    }
    return first;
}

/* "kept open py-pool from 49.9 us, cold py-process from 2.33 ms". */
static void write_first_payers(FILE *file, const struct told *told)
{
    static const char *const how[] = {"kept open", "cold"};
    const char *comma = "";
    for (int i = 0; i < 2; i++) {
        bool cold = along_jobs(told) ? i == 0 : i == 1;
        const struct standing *row = first_payer(told, cold);
        char name[TEXT_BYTES], place[TEXT_BYTES];
        if (row == NULL)
            continue;
        line_label(&told->lines, row->line, name, sizeof name);
        describe(told->panel, told_crossover(row, cold), place, sizeof place);
        fprintf(file, "%s%s %s %s", comma, how[cold], name, place);
        comma = ", ";
    }
    fputs(*comma == '\0' ? "nothing surely pays" : "", file);
}

/* A runtime beside serial's, where there is no room for more: "squares beside py-serial (60 times
 * as long as serial): kept open py-pool from 49.9 us, ...; at best 1.91 times as fast (py-pool)".
 */
static void print_short(FILE *file, const struct told *told)
{
    const struct standing *best = find_best(told);
    struct folded folded;
    char runtime[TEXT_BYTES], times[TEXT_BYTES], label[TEXT_BYTES];
    if (!folded_begin(&folded))
        return;
    panel_describe_runtime(told->panel, runtime, sizeof runtime);
    beside_describe_ratio(beside_ratio_of(told->panel, &told->lines), times, sizeof times);
    fprintf(folded.stream, "%s%s", told->panel->work, runtime);
    if (!told->panel->only_jobs && !along_jobs(told))
        fprintf(folded.stream, ", %llu job%s", (unsigned long long)told->panel->jobs,
                text_plural(told->panel->jobs));
    if (*times != '\0')
        fprintf(folded.stream, " (%s as serial)", times);
    fputs(": ", folded.stream);
    write_first_payers(folded.stream, told);
    if (best != NULL) {
        double speedup = speedup_of(told, best);
        line_label(&told->lines, best->line, label, sizeof label);
        fprintf(folded.stream, "; at best %.*f times as fast (%s)", table_decimals(speedup),
                speedup, label);
    }
    folded_end(&folded, file, "", "    ");
}

/* ------------------------------------------------------------------------------- doubts */

/* The first thing that went wrong, and how many did. */
static void write_troubles(FILE *file, const struct told told[], size_t count,
                           const struct summaries *summaries)
{
    size_t troubles = 0;
    for (size_t i = 0; i < summaries->count; i++)
        troubles += !text_equal(summaries->rows[i].status, "ok") &&
                    !text_equal(summaries->rows[i].temperature, "warm");
    if (troubles == 0)
        return;
    fprintf(file, "%zu cell%s not measured: ", troubles, troubles == 1 ? " was" : "s were");
    for (size_t i = 0; i < summaries->count; i++)
        for (size_t k = 0; k < count; k++)
            if (table_write_trouble(file, told[k].panel, &summaries->rows[i])) {
                fputs(troubles > 1 ? "; and so on. " : ". ", file);
                return;
            }
}

/* "One true takes 513 us, 83 us beyond a bare posix_spawn; with 2 at once 268 us (spawn)". */
static void write_command(FILE *file, const struct summaries *summaries,
                          const struct host_work *work, const struct panel *panel)
{
    struct command_cost cost = command_cost_of(summaries, work->name, work->spawn_ns);
    char text[32], size[32];
    if (isnan(cost.serial_ns))
        return;
    text_duration(text, sizeof text, cost.serial_ns);
    fprintf(file, "One %s ", work->name);
    if (panel_count_timed(panel) > 1 && panel->axis == DIMENSION_size) {
        panel_describe_size(panel, (double)cost.size, size, sizeof size);
        fprintf(file, "of size %s ", size);
    }
    fprintf(file, "takes %s", text);
    text_duration(text, sizeof text, fabs(cost.beyond_ns));
    if (isfinite(cost.beyond_ns))
        fprintf(file, ", %s %s than a bare posix_spawn", text,
                cost.beyond_ns < 0 ? "less" : "more");
    text_duration(text, sizeof text, cost.best_ns);
    if (cost.best != NULL)
        fprintf(file, "; with %llu at once %s (%s)", (unsigned long long)cost.best->key.workers,
                text, cost.best->key.strategy);
    fputs(". ", file);
}

/* "spawn loads mine in a program that is linked dynamically: a bare posix_spawn of it takes 701 us,
 * 276 us more than of the one for built-in works". */
static void write_dynamic_start(FILE *file, const struct host_work *work)
{
    char takes[32], more[32];
    if (!isfinite(work->dynamic_ns) || !isfinite(work->spawn_ns))
        return;
    text_duration(takes, sizeof takes, work->dynamic_ns);
    text_duration(more, sizeof more, fabs(work->dynamic_ns - work->spawn_ns));
    fprintf(
        file,
        "spawn loads %s in a program that is linked dynamically: a bare posix_spawn of it takes "
        "%s, %s %s than of the one for built-in works. ",
        work->name, takes, more, work->dynamic_ns < work->spawn_ns ? "less" : "more");
}

static void write_commands(FILE *file, const struct told told[], size_t count,
                           const struct findings *found)
{
    for (size_t i = 0; i < found->host.work_count; i++) {
        const struct host_work *work = &found->host.works[i];
        size_t of = 0;
        while (of < count && !text_equal(told[of].panel->work, work->name))
            of++;
        if (of < count && isfinite(work->spawn_ns) && strchr(work->path, '/') == NULL)
            write_command(file, &found->summaries, work, told[of].panel);
        else if (of < count)
            write_dynamic_start(file, work);
    }
}

/* True where the panel is the first of its baseline that has times of the work. */
static bool is_first_of_runtime(const struct told told[], size_t index, const char *work)
{
    const struct panel *panel = told[index].panel;
    if (!text_equal(panel->work, work) || panel->timed.count == 0)
        return false;
    for (size_t i = 0; i < index; i++)
        if (text_equal(told[i].panel->work, work) &&
            text_equal(panel_baseline(told[i].panel), panel_baseline(panel)))
            return false;
    return true;
}

/* "The first job of squares returns 285 under serial and py-serial", where a work was measured in
 * several runtimes; that all strategies return the same was checked. */
static void write_first(FILE *file, const struct told told[], size_t count,
                        const struct host_first *first)
{
    const char *between = "under ";
    size_t runtimes = 0;
    for (size_t i = 0; i < count; i++)
        runtimes += is_first_of_runtime(told, i, first->work);
    if (runtimes < 2)
        return;
    fprintf(file, "The first job of %s returns %s ", first->work, first->text);
    for (size_t i = 0; i < count; i++)
        if (is_first_of_runtime(told, i, first->work)) {
            fprintf(file, "%s%s", between, panel_baseline(told[i].panel));
            between = " and ";
        }
    fputs(". ", file);
}

/* All that may spoil the numbers: of what there is much the first, and how many there are. */
static void write_doubts(FILE *file, const struct told told[], size_t count,
                         const struct findings *found)
{
    const struct warnings *warnings = &found->host.warnings;
    const struct disturbances *disturbances = &found->disturbances;
    write_troubles(file, told, count, &found->summaries);
    if (warnings->count == 1)
        fprintf(file, "Warning: %s. ", warnings->texts[0]);
    else if (warnings->count > 1)
        fprintf(file, "%zu warnings, the first: %s. ", warnings->count, warnings->texts[0]);
    if (disturbances->disturbed > 0)
        fprintf(file, "%.2g %% of the visits were disturbed and are left out. ",
                100 * (double)disturbances->disturbed / (double)disturbances->visits);
    if (disturbances->modes.count > 1)
        fprintf(file, "The host was in %zu modes. ", disturbances->modes.count);
}

/* Prints the lines of a text, so many at most; where there are more, the last one says so. */
static size_t print_lines(FILE *file, const char *text, size_t most)
{
    static const char more[] = " ...";
    size_t printed = 0;
    for (const char *line = text; *line != '\0' && printed < most; printed++) {
        size_t bytes = strcspn(line, "\n");
        const char *next = line + bytes + (line[bytes] == '\n');
        bool cut = printed + 1 == most && *next != '\0';
        if (cut && bytes > ANSWER_COLUMNS - strlen(more))
            bytes = ANSWER_COLUMNS - strlen(more);
        while (cut && bytes > 0 && line[bytes] != ' ' && line[bytes] != '\n')
            bytes--;
        fprintf(file, "%.*s%s\n", (int)bytes, line, cut ? more : "");
        line = next;
    }
    return printed;
}

/* The doubts, folded; the caller frees the text. NULL where memory is exhausted. */
static char *fold_doubts(const struct told told[], size_t count, const struct findings *found)
{
    struct folded folded;
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    if (stream == NULL)
        return NULL;
    if (folded_begin(&folded)) {
        write_commands(folded.stream, told, count, found);
        for (size_t i = 0; i < found->host.first_count; i++)
            write_first(folded.stream, told, count, &found->host.firsts[i]);
        write_doubts(folded.stream, told, count, found);
        folded_end(&folded, stream, "", "");
    }
    fclose(stream);
    return text;
}

/* ------------------------------------------------------------------------------- the answer */

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* What is told of a panel: a line a strategy, or of those that pay so many lines; or of what stands
 * beside serial's the least. */
enum form { BY_ROWS, IN_A_LINE, IN_TWO_LINES, IN_SHORT };

/* What is told of the same work under serial; NULL where nothing is. */
static const struct told *serial_beside(const struct told *told)
{
    const struct panel *joint = told->panel->joint;
    for (size_t i = 0; joint != NULL && i < joint->part_count; i++)
        if (*joint->parts[i].runtime.baseline == '\0')
            return told - (told->panel - joint->parts) + i; /* they are told in their order */
    return NULL;
}

/* The caller frees it; NULL where that failed. */
static char *tell(const struct told *told, enum form form, struct error *error)
{
    char *text = NULL;
    size_t bytes;
    int result = 0;
    FILE *stream = open_memstream(&text, &bytes);
    if (stream != NULL && told->standings.count > 0 && form == IN_SHORT) {
        print_short(stream, told);
    } else if (stream != NULL && told->standings.count > 0) {
        print_heading(stream, told, form == IN_A_LINE);
        if (form == BY_ROWS)
            print_rows(stream, told);
        else
            result = print_brief(stream, told, form == IN_A_LINE ? 1 : 2, error);
        print_over_hosts(stream, told);
        if (form != IN_A_LINE && *told->panel->runtime.baseline != '\0')
            print_beside(stream, told, serial_beside(told));
    }
    if (stream == NULL || fclose(stream) != 0 || text == NULL)
        result = fail(error, ERROR_REFUSED, "report: out of memory");
    if (result == 0)
        return text;
    free(text);
    return NULL;
}

static void free_texts(char *texts[], size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

/* The texts of all panels; *lines: how many lines they have in all. NULL where that failed. */
static char **tell_all(const struct told told[], size_t count, enum form form, size_t *lines,
                       struct error *error)
{
    char **texts = calloc(count + 1, sizeof *texts);
    *lines = 0;
    if (texts == NULL)
        fail(error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; texts != NULL && i < count; i++) {
        texts[i] = tell(&told[i], form, error);
        if (texts[i] == NULL) {
            free_texts(texts, count);
            return NULL;
        }
        *lines += count_lines(texts[i]);
    }
    return texts;
}

/* Gives the panels that stand first a second line where there is room for it. */
static void widen(const struct told told[], size_t count, char *texts[], size_t *lines, size_t room)
{
    for (size_t i = 0; i < count; i++) {
        struct error ignored = {0};
        char *wide = tell(&told[i], IN_TWO_LINES, &ignored);
        size_t own = count_lines(texts[i]);
        if (wide != NULL && *lines - own + count_lines(wide) <= room) {
            *lines += count_lines(wide) - own;
            free(texts[i]);
            texts[i] = wide;
        } else {
            free(wide);
        }
    }
}

/* Tells of runtimes that stand beside serial's in short, the last first, until there is room. */
static void shorten(const struct told told[], size_t count, char *texts[], size_t *lines,
                    size_t room)
{
    for (size_t i = count; i-- > 0 && *lines > room;) {
        struct error ignored = {0};
        if (panel_comes_first(told[i].panel) || *told[i].panel->runtime.baseline == '\0')
            continue;
        char *brief = tell(&told[i], IN_SHORT, &ignored);
        if (brief == NULL)
            continue;
        *lines -= count_lines(texts[i]) - count_lines(brief);
        free(texts[i]);
        texts[i] = brief;
    }
}

/* Prints as many texts as there is room for; airy: with a line behind each. */
static size_t print_texts(FILE *file, char *texts[], size_t count, bool airy, size_t room)
{
    size_t used = 0, shown = 0;
    for (; shown < count; shown++) {
        size_t own = count_lines(texts[shown]) + airy;
        if (used + own + (shown + 1 < count) > room)
            break;
        fprintf(file, "%s%s", texts[shown], airy && own > 1 ? "\n" : "");
        used += own;
    }
    if (shown == count)
        return used;
    fprintf(file, "and %zu more batches, which tables.txt has\n", count - shown);
    return used + 1;
}

/* False where a line is too long, as labels of environments make it. */
static bool fit(char *texts[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (const char *line = texts[i]; *line != '\0';) {
            size_t bytes = strcspn(line, "\n");
            if (bytes > ANSWER_COLUMNS)
                return false;
            line += bytes + (line[bytes] == '\n');
        }
    return true;
}

/* The texts of all panels, by rows where these fit and leave room for all doubts. */
static char **tell_in(const struct told told[], size_t count, size_t room, size_t *lines,
                      struct error *error)
{
    char **texts = tell_all(told, count, BY_ROWS, lines, error);
    if (texts == NULL || (*lines <= room && fit(texts, count)))
        return texts;
    free_texts(texts, count);
    texts = tell_all(told, count, IN_A_LINE, lines, error);
    if (texts != NULL && *lines < room)
        widen(told, count, texts, lines, room);
    else if (texts != NULL)
        shorten(told, count, texts, lines, room);
    return texts;
}

/* Panels along jobs stand last. Nothing where there is no answer. */
static void print_question(FILE *file, const struct told told[], size_t count, uint32_t cpus)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++)
        rows += told[i].standings.count;
    if (rows == 0)
        return;
    bool sizes = count == 0 || !along_jobs(&told[0]);
    bool jobs = count > 0 && along_jobs(&told[count - 1]);
    const char *question = !jobs   ? "which jobs on, by the time of one job done serially"
                           : sizes ? "which or how many jobs on, by one job's serial time"
                                   : "how many jobs on";
    fprintf(file, "What pays from %s, %u CPU%s:\n", question, cpus, text_plural(cpus));
}

/* The sentences on works of the user's own, folded; the caller frees the text. NULL where memory is
 * exhausted. */
static char *fold_own_answers(const struct told told[], size_t count)
{
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    for (size_t i = 0; stream != NULL && i < count; i++) {
        struct folded folded;
        if (!folded_begin(&folded))
            continue;
        own_answer_write(folded.stream, told[i].panel, &told[i].lines, &told[i].standings);
        folded_end(&folded, stream, "", "  ");
    }
    if (stream != NULL)
        fclose(stream);
    return text;
}

/* In so many lines at most. */
static int print_rest_of_all(FILE *file, const struct told told[], size_t count,
                             const struct findings *found, size_t most_lines, struct error *error)
{
    char *doubts = fold_doubts(told, count, found);
    if (doubts == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    uint32_t cpus = found->host.cpus_usable;
    size_t lines, doubt_lines = count_lines(doubts);
    size_t least = doubt_lines < LEAST_DOUBT_LINES ? doubt_lines : LEAST_DOUBT_LINES;
    size_t most = doubt_lines < MOST_DOUBT_LINES ? doubt_lines : MOST_DOUBT_LINES;
    size_t room = most_lines - 1 - most;
    char **texts = tell_in(told, count, room, &lines, error);
    if (texts != NULL) {
        print_question(file, told, count, cpus);
        size_t used =
            print_texts(file, texts, count, lines + count <= room, most_lines - 1 - least);
        print_lines(file, doubts, most_lines - 1 - used);
    }
    free_texts(texts, count);
    free(doubts);
    return texts != NULL ? 0 : -1;
}

static int print_all(FILE *file, const struct told told[], size_t count,
                     const struct findings *found, struct error *error)
{
    enum { MOST_OWN_LINES = MOST_LINES / 2 };
    char *own = fold_own_answers(told, count);
    if (own == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    size_t lines = print_lines(file, own, MOST_OWN_LINES);
    free(own);
    return print_rest_of_all(file, told, count, found, MOST_LINES - lines, error);
}

static int find_told(const struct panel *panel, struct told *told, struct error *error)
{
    told->panel = panel;
    if (panel_lines(panel, &told->lines, error) != 0)
        return -1;
    lines_keep_least_payload(&told->lines);
    return standings_find(panel, &told->lines, &told->standings, error);
}

int answer_print(FILE *file, const struct panels *panels, struct error *error)
{
    size_t count = 0;
    struct told *told = calloc(panels->along_jobs_count + panels->count + 1, sizeof *told);
    int result = told != NULL ? 0 : fail(error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; result == 0 && i < panels->count; i++)
        if (!panels->rows[i].told_by_jobs)
            result = find_told(&panels->rows[i], &told[count++], error);
    for (size_t i = 0; result == 0 && i < panels->along_jobs_count; i++)
        result = find_told(&panels->along_jobs[i], &told[count++], error);
    if (result == 0)
        result = print_all(file, told, count, panels->findings, error);
    for (size_t i = 0; told != NULL && i < count; i++) {
        free(told[i].lines.lines);
        free(told[i].standings.rows);
    }
    free(told);
    return result;
}

void answer_print_places(FILE *file, const char *spent, const char *folder, size_t pictures)
{
    char shown[PATH_MAX];
    text_printable(shown, sizeof shown, folder);
    fprintf(file,
            "%s%s full tables are in %s/tables.txt; --verbose prints them.\n"
            "Look at %s/report.html",
            spent, *spent != '\0' ? "; the" : "The", shown, shown);
    if (pictures > 0)
        fprintf(file, "; %zu picture%s in %s/plots", pictures, pictures == 1 ? " is" : "s are",
                shown);
    fputs(".\n", file);
}
