#include "strategies/common/seats.h"
#include "strategies/common/placement.h"

__thread struct seat seat_mine;

void seats_open(struct seats *seats)
{
    static uint64_t pools;
    *seats = (struct seats){.pool = ++pools, .here = placement_here()};
}

uint32_t seats_take(struct seats *seats)
{
    uint32_t number = __atomic_fetch_add(&seats->taken, 1, __ATOMIC_RELAXED);
    seat_mine = (struct seat){seats->pool, number};
    placement_start(seats->here, number);
    return number;
}
