#include "bench/analyse/crossover/mode_crossovers.h"

#include <math.h>
#include <stdlib.h>

/* Only visits of that mode count. */
static void choose_mode(struct visits *visits, const struct modes *modes, size_t mode)
{
    for (size_t i = 0; i < visits->count; i++)
        visits->rows[i].disturbed = modes_of(modes, visits->rows[i].roundtrip_ns) != mode;
}

static int append(struct crossovers *out, const struct crossovers *more, const struct mode *mode,
                  struct error *error)
{
    struct crossover *grown = reallocarray(out->rows, out->count + more->count + 1, sizeof *grown);
    if (grown == NULL)
        return fail(error, ERROR_REFUSED, "crossover: out of memory");
    out->rows = grown;
    for (size_t i = 0; i < more->count; i++) {
        if (crossover_kind_of(&more->rows[i]) == CROSSOVER_NOISY)
            continue;
        struct crossover *row = &out->rows[out->count++];
        *row = more->rows[i];
        row->mode_ns = mode->roundtrip_ns;
        row->mode_share = mode->share;
    }
    return 0;
}

static int find_one(const struct visits *visits, const struct mode *mode, uint32_t cpus,
                    struct crossovers *out, struct error *error)
{
    struct summaries summaries;
    struct crossovers found;
    if (speedup_summarise(visits, cpus, &summaries, error) != 0)
        return -1;
    int result = crossover_find(&summaries, &found, error);
    if (result == 0) {
        result = append(out, &found, mode, error);
        free(found.rows);
    }
    free(summaries.rows);
    return result;
}

static int compare_rows(const void *a, const void *b)
{
    const struct crossover *x = a, *y = b;
    int order = crossover_compare(x, y);
    return order ? order : (x->mode_ns > y->mode_ns) - (x->mode_ns < y->mode_ns);
}

int mode_crossovers_find(struct visits *visits, const struct disturbances *found, uint32_t cpus,
                         struct crossovers *out, struct error *error)
{
    const struct modes *modes = &found->modes;
    bool *disturbed = calloc(visits->count + 1, sizeof *disturbed);
    int result = 0;
    *out = (struct crossovers){0};
    if (disturbed == NULL)
        return fail(error, ERROR_REFUSED, "crossover: out of memory");
    for (size_t i = 0; i < visits->count; i++)
        disturbed[i] = visits->rows[i].disturbed;
    for (size_t i = 0; result == 0 && modes->count > 1 && i < modes->count; i++) {
        choose_mode(visits, modes, i);
        result = find_one(visits, &modes->modes[i], cpus, out, error);
    }
    for (size_t i = 0; i < visits->count; i++)
        visits->rows[i].disturbed = disturbed[i];
    free(disturbed);
    if (result == 0 && out->count > 0)
        qsort(out->rows, out->count, sizeof *out->rows, compare_rows);
    if (result != 0) {
        free(out->rows);
        *out = (struct crossovers){0};
    }
    return result;
}

void mode_crossovers_note(struct crossovers *crossovers, const struct disturbances *found)
{
    struct mode main = disturbances_mode(found);
    for (size_t i = 0; i < crossovers->count; i++) {
        crossovers->rows[i].mode_ns = main.roundtrip_ns;
        crossovers->rows[i].mode_share = main.share;
    }
}
