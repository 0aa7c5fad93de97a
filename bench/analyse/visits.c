#include "bench/analyse/visits.h"
#include "bench/analyse/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_visit(const struct sample *a, const struct sample *b)
{
    int order = key_compare(&a->key, &b->key);
    order = order ? order : strcmp(a->temperature, b->temperature);
    return order ? order : compare_counts(a->round, b->round);
}

static int compare_sample_pointers(const void *a, const void *b)
{
    const struct sample *x = *(const struct sample *const *)a;
    const struct sample *y = *(const struct sample *const *)b;
    int order = compare_visit(x, y);
    return order ? order : compare_counts(x->reading, y->reading);
}

bool sample_is_ok(const struct sample *sample)
{
    return text_equal(sample->status, "ok") && isfinite(sample->ns_per_map);
}

bool visit_is_disturbed(const struct visit *visit)
{
    return visit->sample->disturbed == 1;
}

/* Reduces the readings sorted[0..count) of one visit. scratch holds count numbers. */
static struct visit reduce_visit(const struct sample *const sorted[], size_t count,
                                 double scratch[])
{
    struct visit visit = {.rows = sorted, .sample = sorted[0], .readings = count};
    for (size_t i = 0; i < count; i++)
        scratch[i] = sorted[i]->ns_per_map;
    visit.ns = stats_median(scratch, count);
    for (size_t i = 0; i < count; i++)
        scratch[i] = (sorted[i]->user_ns + sorted[i]->sys_ns) / (double)sorted[i]->maps;
    visit.cpu_ns = stats_median(scratch, count);
    for (size_t i = 0; i < count; i++)
        scratch[i] = sorted[i]->participation;
    visit.participation = stats_median(scratch, count);
    return visit;
}

static void reduce_all(struct visits *visits, double scratch[])
{
    const struct sample *const *sorted = visits->sorted;
    size_t count = visits->sample_count;
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        if (!sample_is_ok(sorted[i]))
            continue;
        while (next < count && sample_is_ok(sorted[next]) &&
               compare_visit(sorted[i], sorted[next]) == 0)
            next++;
        visits->rows[visits->count++] = reduce_visit(sorted + i, next - i, scratch);
    }
}

int visits_reduce(const struct samples *samples, struct visits *visits, struct error *error)
{
    size_t count = samples->count;
    double *scratch = calloc(count + 1, sizeof *scratch);
    *visits = (struct visits){
        .rows = calloc(count + 1, sizeof *visits->rows),
        .sorted = calloc(count + 1, sizeof *visits->sorted),
        .sample_count = count,
    };
    if (scratch == NULL || visits->rows == NULL || visits->sorted == NULL) {
        free(scratch);
        visits_free(visits);
        return fail(error, EXIT_REFUSED, "visits: out of memory");
    }
    for (size_t i = 0; i < count; i++)
        visits->sorted[i] = &samples->rows[i];
    qsort(visits->sorted, count, sizeof *visits->sorted, compare_sample_pointers);
    reduce_all(visits, scratch);
    free(scratch);
    return 0;
}

void visits_free(struct visits *visits)
{
    free(visits->rows);
    free(visits->sorted);
    *visits = (struct visits){0};
}

static int compare_with_cell(const struct visit *visit, const struct key *key,
                             const char *temperature)
{
    int order = key_compare(&visit->sample->key, key);
    return order ? order : strcmp(visit->sample->temperature, temperature);
}

size_t visits_of_cell(const struct visits *visits, size_t first)
{
    size_t next = first;
    const struct sample *sample = first < visits->count ? visits->rows[first].sample : NULL;
    while (next < visits->count &&
           compare_with_cell(&visits->rows[next], &sample->key, sample->temperature) == 0)
        next++;
    return next - first;
}

size_t visits_first(const struct visits *visits, const struct key *key, const char *temperature)
{
    size_t low = 0, high = visits->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_with_cell(&visits->rows[middle], key, temperature) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < visits->count && compare_with_cell(&visits->rows[low], key, temperature) == 0
               ? low
               : visits->count;
}

const struct visit *visits_find(const struct visits *visits, struct key key,
                                const struct sample *like)
{
    size_t low = 0, high = visits->count;
    struct sample wanted = *like;
    wanted.key = key;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct visit *visit = &visits->rows[middle];
        int order = compare_visit(visit->sample, &wanted);
        if (order == 0)
            return visit_is_disturbed(visit) ? NULL : visit;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
