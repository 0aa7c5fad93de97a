/* The modes of the host in words, and the crossovers that differ between them. */
#include "bench/base/text.h"
#include "bench/report/table/folded.h"
#include "bench/report/table/table.h"

#include <math.h>

enum { MOST_SHOWN = 8 };

bool table_write_modes(FILE *file, const struct disturbances *found)
{
    const struct modes *modes = &found->modes;
    struct mode main = disturbances_mode(found);
    char trip[32];
    if (modes->count < 2)
        return false;
    fprintf(file,
            "The host was in %zu modes, told by the time of a cache line to another CPU and "
            "back: ",
            modes->count);
    for (size_t i = 0; i < modes->count; i++) {
        text_duration(trip, sizeof trip, modes->modes[i].roundtrip_ns);
        fprintf(file, "%s%s beside %.0f %%%s", i > 0 ? ", " : "", trip, 100 * modes->modes[i].share,
                i > 0 ? "" : " of the visits");
    }
    text_duration(trip, sizeof trip, main.roundtrip_ns);
    fprintf(file, ". Of the visits that count here %.0f %% were in the mode of %s.",
            100 * main.share, trip);
    return true;
}

void table_print_modes(FILE *file, const struct disturbances *found)
{
    struct folded folded;
    if (!folded_begin(&folded))
        return;
    bool any = table_write_modes(folded.stream, found);
    folded_end(&folded, file, "", "");
    if (any)
        fputc('\n', file);
}

static bool is_at(const struct crossover *row)
{
    struct crossover_place place = crossover_place_of(row);
    return crossover_kind_of(row) == CROSSOVER_AT && isfinite(place.low) && isfinite(place.high);
}

/* The row of the same curve in the mode that the numbers are of; NULL where there is none. */
static const struct crossover *main_row(const struct crossovers *crossovers, size_t at,
                                        double mode_ns)
{
    const struct crossover *row = &crossovers->rows[at];
    size_t first = at;
    while (first > 0 && crossover_compare(&crossovers->rows[first - 1], row) == 0)
        first--;
    for (size_t i = first;
         i < crossovers->count && crossover_compare(&crossovers->rows[i], row) == 0; i++)
        if (crossovers->rows[i].mode_ns == mode_ns)
            return &crossovers->rows[i];
    return NULL;
}

static bool differ(const struct crossover *a, const struct crossover *b)
{
    struct crossover_place x = crossover_place_of(a), y = crossover_place_of(b);
    return is_at(a) && is_at(b) && (x.low > y.high || x.high < y.low);
}

/* "208 ns", "14 jobs". */
static void describe(const struct crossover *row, char *text, size_t bytes)
{
    if (crossover_axis(row) == DIMENSION_jobs)
        snprintf(text, bytes, "%.0f job%s", row->jobs_at, row->jobs_at == 1 ? "" : "s");
    else
        text_duration(text, bytes, row->job_ns);
}

static void print_one(FILE *file, const struct crossover *row, const struct crossover *main)
{
    char own[32], usual[32], own_trip[32], usual_trip[32], of[48];
    describe(row, own, sizeof own);
    describe(main, usual, sizeof usual);
    if (crossover_axis(row) == DIMENSION_jobs)
        snprintf(of, sizeof of, "size %.0f", row->size);
    else
        snprintf(of, sizeof of, "%llu job%s", (unsigned long long)row->key.jobs,
                 text_plural(row->key.jobs));
    text_duration(own_trip, sizeof own_trip, row->mode_ns);
    text_duration(usual_trip, sizeof usual_trip, main->mode_ns);
    fprintf(file,
            "  %s, %s, %s, %llu worker%s, %s: from %s in the mode of\n    %s, from %s "
            "in that of %s\n",
            row->key.work, of, row->key.strategy, (unsigned long long)row->key.workers,
            row->key.workers == 1 ? "" : "s", row->temperature, own, own_trip, usual, usual_trip);
}

void table_print_mode_crossovers(FILE *file, const struct crossovers *crossovers,
                                 const struct disturbances *found)
{
    double main_ns = disturbances_mode(found).roundtrip_ns;
    size_t count = 0;
    for (size_t i = 0; i < crossovers->count; i++) {
        const struct crossover *row = &crossovers->rows[i],
                               *main = main_row(crossovers, i, main_ns);
        if (main == NULL || main == row || !differ(row, main))
            continue;
        if (count++ == 0)
            fputs("What pays from other jobs on in another mode (modes.csv):\n", file);
        if (count <= MOST_SHOWN)
            print_one(file, row, main);
    }
    if (count > MOST_SHOWN)
        fprintf(file, "  and %zu more\n", count - MOST_SHOWN);
    if (count > 0)
        fputc('\n', file);
}
