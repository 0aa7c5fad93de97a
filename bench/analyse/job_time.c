#include "bench/analyse/job_time.h"
#include "bench/analyse/overhead.h"
#include "bench/stats/stats.h"

#include <math.h>

static bool has_time(const struct summary *row)
{
    return text_equal(row->status, "ok") && row->median_ns > 0 && row->key.jobs > 0;
}

/* From the sizes of serial's curve in one temperature. */
static double time_at(const struct summaries *summaries, const struct key *serial,
                      const char *temperature, double size)
{
    struct summary like = {.key = *serial, .temperature = temperature};
    const struct summary *below = NULL;
    like.key.size = 0;
    for (size_t i = speedup_first_from(summaries, &like); i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (summary_compare_curve(row, &like) != 0)
            break;
        if (!has_time(row))
            continue;
        double measured = (double)row->key.size;
        if (measured == size)
            return overhead_serial_job_ns(row);
        if (measured > size)
            return below == NULL || below->key.size == 0
                       ? (double)NAN
                       : stats_log_value((double)below->key.size, overhead_serial_job_ns(below),
                                         measured, overhead_serial_job_ns(row), size);
        below = row;
    }
    return NAN;
}

double job_time_ns(const struct summaries *summaries, const struct key *key, double size)
{
    struct key serial = key_of_baseline(key);
    double warm_ns = time_at(summaries, &serial, "warm", size);
    return isnan(warm_ns) ? time_at(summaries, &serial, "cold", size) : warm_ns;
}
