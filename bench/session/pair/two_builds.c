#include "bench/session/pair/two_builds.h"
#include "bench/analyse/compare/compare.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int read_rounds(const char *folder, struct two_builds *found, struct error *error)
{
    char fresh[PATH_MAX], samples[PATH_MAX + 16];
    snprintf(fresh, sizeof fresh, "%s/" FOLDER_FRESH_ROUNDS, folder);
    snprintf(samples, sizeof samples, "%s/samples.csv", fresh);
    found->confirmed = access(samples, F_OK) == 0;
    if (findings_read_rounds(folder, &found->first, error) != 0)
        return -1;
    return found->confirmed ? findings_read_rounds(fresh, &found->fresh, error) : 0;
}

/* Everything right of the samples of two builds. */
static int compare_times(const struct ab *ab, const char *folder, struct two_builds *found,
                         struct error *error)
{
    if (read_rounds(folder, found, error) != 0 ||
        findings_write_summaries(folder, &found->first, error) != 0)
        return -1;
    return compare_builds(&found->first.visits, found->confirmed ? &found->fresh.visits : NULL,
                          ab->threshold, &found->times, error);
}

/* Measures times, and judges them also where the measuring was interrupted: the error stays. */
static int measure_times(const struct ab *ab, struct run_folder *folder, struct two_builds *found,
                         struct error *error)
{
    struct error own = {0};
    if (ab_measure(ab, folder, error) != 0 && error->kind != ERROR_INTERRUPTED)
        return -1;
    if (compare_times(ab, folder->path, found, &own) != 0 && error->kind == ERROR_NONE)
        *error = own;
    return error->kind == ERROR_NONE ? 0 : -1;
}

static int join(struct two_builds *found, struct error *error)
{
    const struct comparisons *times = &found->times, *counts = &found->counts;
    struct comparisons *all = &found->all;
    all->rows = calloc(times->count + counts->count + 1, sizeof *all->rows);
    if (all->rows == NULL)
        return fail(error, ERROR_REFUSED, "compare: out of memory");
    for (size_t i = 0; i < times->count; i++)
        all->rows[all->count++] = times->rows[i];
    for (size_t i = 0; i < counts->count; i++)
        all->rows[all->count++] = counts->rows[i];
    return 0;
}

static int measure_and_count(const struct ab *ab, struct two_builds_metrics metrics,
                             struct run_folder *folder, struct two_builds *found,
                             struct error *error)
{
    struct counter counter;
    if (metrics.instructions && counter_open(&counter, error) != 0)
        return -1;
    int result =
        metrics.times ? measure_times(ab, folder, found, error) : ab_open(ab, folder, error);
    if (result == 0 && metrics.instructions)
        result = ab_count(ab, &counter, &found->counts, error);
    if (metrics.instructions)
        counter_close(&counter);
    return result;
}

int two_builds_compare(const struct ab *ab, struct two_builds_metrics metrics,
                       struct run_folder *folder, struct two_builds *found, struct error *error)
{
    int result = measure_and_count(ab, metrics, folder, found, error);
    if (result != 0 && error->kind != ERROR_INTERRUPTED)
        return -1;
    struct error own = {0};
    if (join(found, &own) == 0)
        return result;
    *error = own;
    return -1;
}

void two_builds_free(struct two_builds *found)
{
    free(found->times.rows);
    free(found->counts.rows);
    free(found->all.rows);
    findings_free(&found->first);
    findings_free(&found->fresh);
}

void two_builds_warn_of_lost(const struct ab *ab, char *warning, size_t bytes)
{
    char backends[256], jobs[256];
    contender_difference(&ab->base, &ab->new, "strategies", backends, sizeof backends);
    contender_difference(&ab->base, &ab->new, "work", jobs, sizeof jobs);
    if (*backends != '\0' || *jobs != '\0')
        snprintf(warning, bytes, "only the base has, and nothing was compared of: %s%s%s", backends,
                 *backends != '\0' && *jobs != '\0' ? ", " : "", jobs);
}
