#include "bench/analyse/command_cost.h"
#include "bench/base/text.h"

#include <math.h>

static bool counts(const struct summary *row, const char *work)
{
    return text_equal(row->key.work, work) && text_equal(row->temperature, "warm") &&
           *row->key.baseline == '\0' && /* another runtime takes another time for it */
           text_equal(row->status, "ok") && row->median_ns > 0 && row->key.jobs > 0;
}

/* A row of the smallest size and, of those, the most jobs; NULL where none has a time. */
static const struct summary *find_batch(const struct summaries *summaries, const char *work)
{
    const struct summary *found = NULL;
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (counts(row, work) &&
            (found == NULL || row->key.size < found->key.size ||
             (row->key.size == found->key.size && row->key.jobs > found->key.jobs)))
            found = row;
    }
    return found;
}

struct command_cost command_cost_of(const struct summaries *summaries, const char *work,
                                    double spawn_ns)
{
    struct command_cost cost = {NAN, NAN, NAN, NULL, 0};
    const struct summary *batch = find_batch(summaries, work);
    for (size_t i = 0; batch != NULL && i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (!counts(row, work) || row->key.size != batch->key.size ||
            row->key.jobs != batch->key.jobs)
            continue;
        double ns = row->median_ns / (double)row->key.jobs;
        if (key_is_baseline(&row->key)) {
            cost.serial_ns = isnan(cost.serial_ns) ? ns : fmin(cost.serial_ns, ns);
        } else if (cost.best == NULL || ns < cost.best_ns) {
            cost.best_ns = ns;
            cost.best = row;
        }
    }
    cost.size = batch != NULL ? batch->key.size : 0;
    cost.beyond_ns = cost.serial_ns - spawn_ns;
    return cost;
}
