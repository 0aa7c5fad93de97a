/* Which strategy is fastest where the first one pays, and which cannot be told from it. */
#include "bench/analyse/ranking.h"
#include "bench/analyse/job_time.h"
#include "bench/report/table/table.h"

#include <math.h>
#include <stdlib.h>

enum { LABEL_BYTES = 160 };

/* The line's row at that size that ranks among the rivals of another (NULL: of anyone). */
static const struct summary *row_of(const struct panel *panel, const struct line *line,
                                    uint64_t size, const struct summary *rival)
{
    const struct summary *row = panel_row(panel, line, panel->full_workers, size, "warm");
    bool ranks =
        row != NULL && isfinite(row->behind) && (rival == NULL || ranking_are_rivals(row, rival));
    return ranks ? row : NULL;
}

/* True where the line's crossover says that it pays there. */
static bool pays_at(const struct panel *panel, const struct line *line, const struct summary *row)
{
    const struct crossover *own = panel_crossover(panel, line, panel->full_workers, "warm");
    enum crossover_kind kind = crossover_kind_of(own);
    bool pays = kind == CROSSOVER_AT || kind == CROSSOVER_ALWAYS || kind == CROSSOVER_BETWEEN;
    return pays && row->speedup_low > 1 &&
           (double)row->key.size >= crossover_place_of(own).high * (1 - 1e-9);
}

/* The fastest of those that are compared with this row. */
static const struct summary *find_fastest(const struct panel *panel, const struct lines *lines,
                                          const struct summary *like)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct summary *row = row_of(panel, &lines->lines[i], like->key.size, like);
        if (row != NULL && row->behind == 1)
            return row;
    }
    return like;
}

/* The fastest row of the smallest size at which any pays; NULL where none does. */
static const struct summary *find_first(const struct panel *panel, const struct lines *lines)
{
    for (uint64_t size = panel_next_size(panel, 0, true); size != UINT64_MAX;
         size = panel_next_size(panel, size, false))
        for (size_t i = 0; i < lines->count; i++) {
            const struct summary *row = row_of(panel, &lines->lines[i], size, NULL);
            if (row != NULL && pays_at(panel, &lines->lines[i], row))
                return find_fastest(panel, lines, row);
        }
    return NULL;
}

/* "forkteam, threadpool and openmp": the rows that cannot be told from the first, which is among
 * them; returns how many. */
static size_t write_tied(FILE *file, const struct panel *panel, const struct lines *lines,
                         const struct summary *first)
{
    size_t tied = 0, written = 0;
    char label[LABEL_BYTES];
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < lines->count; i++) {
            const struct summary *row = row_of(panel, &lines->lines[i], first->key.size, first);
            if (row == NULL || !ranking_is_tied(row))
                continue;
            if (pass == 0) {
                tied++;
                continue;
            }
            line_label(lines, &lines->lines[i], label, sizeof label);
            fprintf(file, "%s%s", written == 0 ? "" : written + 1 == tied ? " and " : ", ", label);
            written++;
        }
    return tied;
}

/* "; openmp, the next, takes 1.45 times as long". */
static void write_next(FILE *file, const struct panel *panel, const struct lines *lines,
                       const struct summary *first)
{
    const struct summary *next = NULL;
    const struct line *line = NULL;
    char label[LABEL_BYTES];
    for (size_t i = 0; i < lines->count; i++) {
        const struct summary *row = row_of(panel, &lines->lines[i], first->key.size, first);
        if (row == NULL || ranking_is_tied(row) || (next != NULL && row->behind >= next->behind))
            continue;
        next = row;
        line = &lines->lines[i];
    }
    if (next == NULL)
        return;
    line_label(lines, line, label, sizeof label);
    fprintf(file, "; %s, the next, takes %.3g times as long", label, next->behind);
}

/* The lines that have a row to be ranked there. */
static size_t count_rivals(const struct panel *panel, const struct lines *lines,
                           const struct summary *first)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += row_of(panel, &lines->lines[i], first->key.size, first) != NULL;
    return count;
}

bool table_write_ranking(FILE *file, const struct panel *panel, const struct lines *lines)
{
    const struct summary *first = panel->axis == DIMENSION_size ? find_first(panel, lines) : NULL;
    char job[32];
    if (first == NULL || count_rivals(panel, lines, first) < 2)
        return false;
    double job_ns = job_time_ns(panel->summaries, &first->key, (double)first->key.size);
    text_duration(job, sizeof job, job_ns);
    fprintf(file, "At jobs of %s, the smallest measured at which any pays with %llu worker%s, ",
            job, (unsigned long long)first->key.workers, first->key.workers == 1 ? "" : "s");
    size_t tied = write_tied(file, panel, lines, first);
    fputs(tied > 1 ? " are fastest and cannot be told apart" : " is fastest", file);
    write_next(file, panel, lines, first);
    fputc('.', file);
    return true;
}
