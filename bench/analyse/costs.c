#include "bench/analyse/costs.h"
#include "bench/analyse/parallelism.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

double rounds_median(struct rounds rounds, size_t offset, double numbers[])
{
    size_t count = 0;
    for (const struct visit *visit = rounds.rows; visit < rounds.rows + rounds.count; visit++) {
        double number;
        memcpy(&number, (const char *)visit + offset, sizeof number);
        if (!visit->disturbed && isfinite(number))
            numbers[count++] = number;
    }
    return stats_median(numbers, count);
}

#define MEDIAN(rounds, field) rounds_median(rounds, offsetof(struct visit, field), numbers)

/* The share of serial's time for which its jobs keep a CPU busy. */
static double busy_over(struct rounds serial, uint32_t cpus, double numbers[])
{
    size_t count = 0;
    for (const struct visit *visit = serial.rows; visit < serial.rows + serial.count; visit++) {
        numbers[count] = parallelism_busy(visit, cpus);
        if (!visit->disturbed && isfinite(numbers[count]))
            count++;
    }
    return stats_median(numbers, count);
}

/* The warm time of the smallest jobs beyond their share of serial's. */
static double handover_of(const struct visits *visits, const struct key *key, uint64_t least_size,
                          double parallelism, double numbers[])
{
    struct key least = *key;
    least.size = least_size;
    struct key serial = key_of_baseline(&least);
    double warm_ns = MEDIAN(visits_of(visits, &least, "warm"), ns);
    double serial_ns = MEDIAN(visits_of(visits, &serial, "warm"), ns);
    return fmax(warm_ns - serial_ns / parallelism, 0);
}

struct costs costs_of(const struct visits *visits, const struct key *key, uint64_t least_size,
                      uint32_t cpus, struct error *error)
{
    double *numbers = calloc(visits->count + 1, sizeof *numbers);
    struct key serial = key_of_baseline(key);
    struct costs costs = {.serial_ns = NAN};
    if (numbers == NULL) {
        fail(error, ERROR_REFUSED, "explain: out of memory");
        return costs;
    }
    struct rounds warm = visits_of(visits, key, "warm"), cold = visits_of(visits, key, "cold");
    struct rounds alone = visits_of(visits, &serial, "warm");
    double parallelism = parallelism_of(key, cpus, busy_over(alone, cpus, numbers));
    costs.serial_ns = MEDIAN(alone, ns);
    costs.warm_ns = MEDIAN(warm, ns);
    costs.cold_ns = MEDIAN(cold, ns);
    costs.open_ns = MEDIAN(cold, open_ns);
    costs.close_ns = MEDIAN(cold, close_ns);
    costs.settling_ns = costs.cold_ns - costs.open_ns - costs.close_ns - costs.warm_ns;
    costs.share_ns = costs.serial_ns / parallelism;
    costs.handover_ns =
        fmin(handover_of(visits, key, least_size, parallelism, numbers), costs.warm_ns);
    costs.rest_ns = costs.warm_ns - costs.share_ns - costs.handover_ns;
    costs.cpu_ratio = MEDIAN(warm, cpu_ns) / MEDIAN(alone, cpu_ns);
    costs.participation = MEDIAN(warm, participation);
    free(numbers);
    return costs;
}
