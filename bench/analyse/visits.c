#include "bench/analyse/visits.h"
#include "bench/base/memory.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* A key that is kept, and its place among all of them once they are ordered. */
struct kept_key {
    struct key key;
    size_t rank;
};

static int compare_kept(const void *a, const void *b)
{
    return key_compare(a, b); /* the key comes first */
}

/* The visits' own copy of a key. NULL only when memory is exhausted. */
static const struct key *keep_key(struct visits *visits, const struct key *key)
{
    if (visits->last_key != NULL && key_compare(visits->last_key, key) == 0)
        return visits->last_key;
    void *found = tfind(key, &visits->keys, compare_kept);
    if (found != NULL)
        return visits->last_key = *(const struct key **)found;
    struct kept_key *kept = malloc(sizeof *kept);
    if (kept == NULL)
        return NULL;
    *kept = (struct kept_key){*key, 0};
    if (tsearch(kept, &visits->keys, compare_kept) == NULL) {
        free(kept);
        return NULL;
    }
    return visits->last_key = &kept->key;
}

static bool holds_time(const struct sample *sample)
{
    return text_equal(sample->status, "ok") && isfinite(sample->ns_per_map);
}

static bool add_trouble(struct visits *visits, const struct key *key, const struct sample *sample,
                        struct error *error)
{
    if (memory_grow(&visits->troubles, visits->trouble_count, &visits->trouble_room,
                    sizeof *visits->troubles, "visits", error) != 0)
        return false;
    visits->troubles[visits->trouble_count++] = (struct trouble){
        .key = key,
        .temperature = sample->temperature,
        .round = sample->round,
        .roundtrip_ns = sample->roundtrip_ns,
        .status = sample->status,
        .detail = sample->detail,
    };
    return true;
}

/* True where the sample is the next reading of the visit that was added last. */
static bool goes_on(const struct visits *visits, const struct key *key, const struct sample *sample)
{
    if (visits->count == 0)
        return false;
    const struct visit *last = &visits->rows[visits->count - 1];
    return last->key == key && last->round == sample->round &&
           text_equal(last->temperature, sample->temperature);
}

static bool add_visit(struct visits *visits, const struct key *key, const struct sample *sample,
                      struct error *error)
{
    if (memory_grow(&visits->rows, visits->count, &visits->room, sizeof *visits->rows, "visits",
                    error) != 0)
        return false;
    visits->rows[visits->count++] = (struct visit){
        .key = key,
        .temperature = sample->temperature,
        .round = sample->round,
        .roundtrip_ns = sample->roundtrip_ns,
        .wake_ns = sample->wake_ns,
        .open_ns = sample->open_ns,
        .close_ns = sample->close_ns,
        .steal_ticks =
            sample->steal_ticks != CSV_UNKNOWN ? (double)sample->steal_ticks : (double)NAN,
        .visit_ns = sample->visit_ns,
        .first = visits->timing_count,
        .disturbed = sample->disturbed == 1,
    };
    return true;
}

/* What one map took of a number that is counted over all maps of a reading. */
static double per_map(const struct sample *sample, double number)
{
    return sample->maps != CSV_UNKNOWN ? number / (double)sample->maps : (double)NAN;
}

static bool add_timing(struct visits *visits, const struct sample *sample, struct error *error)
{
    if (memory_grow(&visits->timings, visits->timing_count, &visits->timing_room,
                    sizeof *visits->timings, "visits", error) != 0)
        return false;
    visits->timings[visits->timing_count++] = (struct timing){
        .ns = sample->ns_per_map,
        .cpu_ns = per_map(sample, sample->user_ns + sample->sys_ns),
        .sys_ns = per_map(sample, sample->sys_ns),
        .switches =
            per_map(sample, sample->nvcsw != CSV_UNKNOWN ? (double)sample->nvcsw : (double)NAN),
        .participation = sample->participation,
        .first_result_ns = sample->first_result_ns,
        .maps = sample->maps,
    };
    visits->rows[visits->count - 1].readings++;
    return true;
}

int visits_add(struct visits *visits, const struct sample *sample, struct error *error)
{
    const struct key *key = keep_key(visits, &sample->key);
    bool kept = key != NULL;
    if (kept && holds_time(sample))
        kept = (goes_on(visits, key, sample) || add_visit(visits, key, sample, error)) &&
               add_timing(visits, sample, error);
    else if (kept && !text_equal(sample->status, "ok"))
        kept = add_trouble(visits, key, sample, error);
    visits->samples++;
    return kept ? 0 : fail(error, ERROR_REFUSED, "visits: out of memory");
}

/* ------------------------------------------------------------------------------- the order */

/* twalk_r calls this for each node up to three times, in the order of keys at these two. */
static void rank_key(const void *node, VISIT which, void *rank)
{
    if (which == postorder || which == leaf)
        (*(struct kept_key *const *)node)->rank = (*(size_t *)rank)++;
}

static size_t rank_of(const struct key *key)
{
    return ((const struct kept_key *)(const void *)key)->rank;
}

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Whether two visits, of kept and ranked keys, are one. */
static int compare_visits(const struct visit *a, const struct visit *b)
{
    int order = a->key == b->key ? 0 : compare_counts(rank_of(a->key), rank_of(b->key));
    order = order ? order : strcmp(a->temperature, b->temperature);
    return order ? order : compare_counts(a->round, b->round);
}

static int compare_parts(const void *a, const void *b)
{
    const struct visit *x = a, *y = b;
    int order = compare_visits(x, y);
    return order ? order : compare_counts(x->first, y->first);
}

static int compare_troubles(const void *a, const void *b)
{
    const struct trouble *x = a, *y = b;
    int order = compare_counts(rank_of(x->key), rank_of(y->key));
    order = order ? order : strcmp(x->temperature, y->temperature);
    return order ? order : compare_counts(x->round, y->round);
}

/* The median of a field of those timings of which it is known; scratch holds as many numbers. */
static double median_of(const struct timing timings[], size_t count, size_t offset,
                        double scratch[])
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(&scratch[known], (const char *)&timings[i] + offset, sizeof scratch[known]);
        known += isnan(scratch[known]) ? 0 : 1;
    }
    return stats_median(scratch, known);
}

static void reduce(struct visit *visit, double scratch[])
{
    size_t count = visit->readings;
    visit->ns = median_of(visit->timings, count, offsetof(struct timing, ns), scratch);
    visit->cpu_ns = median_of(visit->timings, count, offsetof(struct timing, cpu_ns), scratch);
    visit->sys_ns = median_of(visit->timings, count, offsetof(struct timing, sys_ns), scratch);
    visit->switches = median_of(visit->timings, count, offsetof(struct timing, switches), scratch);
    visit->participation =
        median_of(visit->timings, count, offsetof(struct timing, participation), scratch);
    visit->first_result_ns =
        median_of(visit->timings, count, offsetof(struct timing, first_result_ns), scratch);
}

/* Puts the timings into the order of the visits and joins visits that stood in parts. */
static void gather_timings(struct visits *visits, struct timing *ordered, double scratch[])
{
    size_t kept = 0, used = 0;
    for (size_t i = 0, next; i < visits->count; i = next) {
        struct visit visit = visits->rows[i];
        size_t first = used;
        for (next = i;
             next < visits->count && compare_visits(&visits->rows[i], &visits->rows[next]) == 0;
             next++) {
            const struct visit *part = &visits->rows[next];
            memcpy(ordered + used, visits->timings + part->first, part->readings * sizeof *ordered);
            used += part->readings;
        }
        visit.timings = ordered + first;
        visit.readings = (uint32_t)(used - first);
        reduce(&visit, scratch);
        visits->rows[kept++] = visit;
    }
    visits->count = kept;
}

int visits_order(struct visits *visits, struct error *error)
{
    size_t rank = 0;
    twalk_r(visits->keys, rank_key, &rank);
    if (visits->trouble_count > 0)
        qsort(visits->troubles, visits->trouble_count, sizeof *visits->troubles, compare_troubles);
    if (visits->count == 0)
        return 0;
    qsort(visits->rows, visits->count, sizeof *visits->rows, compare_parts);
    struct timing *ordered = calloc(visits->timing_count, sizeof *ordered);
    double *scratch = calloc(visits->timing_count, sizeof *scratch);
    bool room = ordered != NULL && scratch != NULL;
    if (room) {
        gather_timings(visits, ordered, scratch);
        free(visits->timings);
        visits->timings = ordered;
    } else {
        free(ordered);
    }
    free(scratch);
    return room ? 0 : fail(error, ERROR_REFUSED, "visits: out of memory");
}

int visits_reduce(const struct samples *samples, struct visits *visits, struct error *error)
{
    int result = 0;
    *visits = (struct visits){0};
    for (size_t i = 0; result == 0 && i < samples->count; i++)
        result = visits_add(visits, &samples->rows[i], error);
    if (result == 0)
        result = visits_order(visits, error);
    if (result != 0)
        visits_free(visits);
    return result;
}

/* ------------------------------------------------------------------------------- from a file */

static int add_row(void *visits, const void *row, struct error *error)
{
    return visits_add(visits, row, error);
}

/* The canary of each visit once: exactly one of its rows is its cold reading. */
static int find_disturbed(struct visits *visits, struct disturbances *found, struct error *error)
{
    double *trips_ns = calloc(visits->count + visits->trouble_count + 1, sizeof *trips_ns);
    size_t count = 0;
    if (trips_ns == NULL)
        return fail(error, ERROR_REFUSED, "visits: out of memory");
    for (size_t i = 0; i < visits->count; i++)
        if (text_equal(visits->rows[i].temperature, "cold"))
            trips_ns[count++] = visits->rows[i].roundtrip_ns;
    for (size_t i = 0; i < visits->trouble_count; i++)
        if (text_equal(visits->troubles[i].temperature, "cold"))
            trips_ns[count++] = visits->troubles[i].roundtrip_ns;
    *found = disturbances_of(trips_ns, count);
    for (size_t i = 0; i < visits->count; i++)
        visits->rows[i].disturbed = disturbs(found, visits->rows[i].roundtrip_ns);
    free(trips_ns);
    return 0;
}

int visits_read(const char *path, struct visits *visits, struct disturbances *found,
                struct error *error)
{
    *visits = (struct visits){0};
    int result = csv_read_rows(path, &samples_format, &visits->strings, add_row, visits, error);
    if (result == 0)
        result = visits_order(visits, error);
    if (result == 0)
        result = find_disturbed(visits, found, error);
    if (result != 0)
        visits_free(visits);
    return result;
}

void visits_free(struct visits *visits)
{
    free(visits->rows);
    free(visits->troubles);
    free(visits->timings);
    tdestroy(visits->keys, free);
    strings_free(&visits->strings);
    *visits = (struct visits){0};
}

/* ------------------------------------------------------------------------------- looking up */

struct rounds visits_from(const struct visits *visits, size_t first)
{
    struct rounds rounds = {visits->rows + first, 0};
    const struct visit *row = rounds.rows;
    while (first + rounds.count < visits->count && row[rounds.count].key == row->key &&
           text_equal(row[rounds.count].temperature, row->temperature))
        rounds.count++;
    return rounds;
}

struct rounds visits_of(const struct visits *visits, const struct key *key, const char *temperature)
{
    size_t low = 0, high = visits->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct visit *visit = &visits->rows[middle];
        int order = key_compare(visit->key, key);
        order = order ? order : strcmp(visit->temperature, temperature);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct rounds rounds = {NULL, 0};
    if (low < visits->count && key_compare(visits->rows[low].key, key) == 0 &&
        text_equal(visits->rows[low].temperature, temperature))
        rounds = visits_from(visits, low);
    return rounds;
}

const struct visit *rounds_find(struct rounds rounds, uint64_t round)
{
    size_t low = 0, high = rounds.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rounds.rows[middle].round < round)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < rounds.count && rounds.rows[low].round == round;
    return found && !rounds.rows[low].disturbed ? &rounds.rows[low] : NULL;
}
