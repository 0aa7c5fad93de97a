#include "strategies/mpi/rank/clocks.h"
#include "bench/base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* By how much two clocks that nothing disciplines drift apart. */
enum { DRIFT_NS_PER_S = 50000 };

/* The shift of a worker, and by how much it may be wrong. */
static int64_t compare_one(int worker, uint64_t *error_ns)
{
    uint64_t shortest_ns = UINT64_MAX, theirs_ns = 0;
    int64_t shift_ns = 0;
    for (int i = 0; i < CLOCK_TRIPS; i++) {
        uint64_t sent_ns = clock_now_ns();
        MPI_Send(NULL, 0, MPI_BYTE, worker, TAG_CLOCK, MPI_COMM_WORLD);
        MPI_Recv(&theirs_ns, 1, MPI_UINT64_T, worker, TAG_CLOCK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        uint64_t trip_ns = clock_now_ns() - sent_ns;
        if (trip_ns >= shortest_ns)
            continue;
        shortest_ns = trip_ns;
        shift_ns = (int64_t)(sent_ns + trip_ns / 2 - theirs_ns);
    }
    *error_ns = shortest_ns / 2;
    return shift_ns;
}

static bool are_on_one_host(const struct manager *manager)
{
    for (int i = 1; i < manager->rank->count; i++)
        if (!are_of_one_host(&manager->greetings[i], &manager->greetings[MANAGER]))
            return false;
    return true;
}

int clocks_compare(const struct manager *manager, struct clocks *clocks, struct error *error)
{
    clocks_free(clocks);
    if (are_on_one_host(manager))
        return 0;
    clocks->shifts_ns = calloc((size_t)manager->rank->count, sizeof *clocks->shifts_ns);
    if (clocks->shifts_ns == NULL)
        return fail_errno(error, ENOMEM, "clocks of %d ranks", manager->rank->count);
    clocks->since_ns = clock_now_ns();
    manager_tell_all(manager, TASK_CLOCK);
    for (int i = 1; i < manager->rank->count; i++) {
        bool is_here = are_of_one_host(&manager->greetings[i], &manager->greetings[MANAGER]);
        uint64_t error_ns;
        int64_t shift_ns = compare_one(i, &error_ns);
        clocks->shifts_ns[i - 1] = is_here ? 0 : shift_ns;
        if (!is_here && error_ns > clocks->error_ns)
            clocks->error_ns = error_ns;
    }
    return 0;
}

uint64_t clocks_error_ns(const struct clocks *clocks)
{
    uint64_t passed_ns = clock_now_ns() - clocks->since_ns;
    return clocks->error_ns + passed_ns / NS_PER_S * DRIFT_NS_PER_S +
           passed_ns % NS_PER_S * DRIFT_NS_PER_S / NS_PER_S;
}

void clocks_free(struct clocks *clocks)
{
    free(clocks->shifts_ns);
    *clocks = (struct clocks){0};
}

/* What a shift has moved out of the map is moved back to its edge. */
static uint64_t correct(uint64_t theirs_ns, int64_t shift_ns, const struct moment *begin,
                        const struct moment *end)
{
    uint64_t ns = theirs_ns + (uint64_t)shift_ns;
    if ((int64_t)(ns - begin->ns) <= 0)
        return begin->ticks;
    if ((int64_t)(ns - end->ns) >= 0)
        return end->ticks;
    long double passed = (long double)(ns - begin->ns) / (long double)(end->ns - begin->ns);
    return begin->ticks + (uint64_t)(passed * (long double)(end->ticks - begin->ticks));
}

void clocks_correct(const struct clocks *clocks, struct batch *batch, const struct moment *begin,
                    const struct moment *end)
{
    for (uint64_t i = 0; clocks->shifts_ns != NULL && i < batch->jobs; i++) {
        struct span *span = &batch->spans[i];
        int64_t shift_ns = clocks->shifts_ns[batch->outcomes[i].worker];
        span->start = correct(span->start, shift_ns, begin, end);
        span->end = correct(span->end, shift_ns, begin, end);
    }
}
