#include "bench/visit/start_cost.h"
#include "bench/stats/stats.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

enum { VISITS = 3 };

/* The median of a floor over the visits that know it. */
static double median_of(struct reading visits[VISITS][READINGS_MOST], enum hardware_floor of)
{
    double floors_ns[VISITS];
    size_t known = 0;
    for (int i = 0; i < VISITS; i++)
        if (isfinite(visits[i][of].ns_per_map))
            floors_ns[known++] = visits[i][of].ns_per_map;
    return known > 0 ? stats_median(floors_ns, known) : (double)NAN;
}

static int visit_floors(const struct visit_launch *launch, int nowhere,
                        struct reading visits[VISITS][READINGS_MOST], struct error *error)
{
    struct cell cell =
        cell_make(strategy_find("serial"), 1, SCHEDULE_NONE, work_find("empty"), 1, 1);
    const struct cell_context context = {
        .cpus = 1, .input_fd = -1, .reference_fd = nowhere, .canary_cpus = {-1, -1}};
    for (int i = 0; i < VISITS; i++) {
        uint32_t count;
        if (visit_run(VISIT_FLOORS, &cell, &context, launch, visits[i], &count, error) != 0)
            return -1;
        for (uint32_t k = count == FLOOR_COUNT ? count : 0; k < READINGS_MOST; k++)
            visits[i][k].ns_per_map = NAN;
    }
    return 0;
}

int start_cost_measure(const struct visit_launch *launch, struct start_cost *cost,
                       struct error *error)
{
    struct reading visits[VISITS][READINGS_MOST];
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0)
        return fail_errno(error, errno, "/dev/null");
    int result = visit_floors(launch, nowhere, visits, error);
    close(nowhere);
    if (result == 0)
        *cost =
            (struct start_cost){median_of(visits, FLOOR_SPAWN), median_of(visits, FLOOR_DYNAMIC)};
    return result;
}
