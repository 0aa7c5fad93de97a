#ifndef BREAKEVEN_STRATEGIES_COMMON_SEATS_H
#define BREAKEVEN_STRATEGIES_COMMON_SEATS_H

#include <stdint.h>

/* Numbers for the threads of a pool that does not number them: a thread takes the next one when it
 * runs its first job there, and starts on a CPU of its own as the workers of other pools do. */
struct seats {
    uint64_t pool;  /* above 0, different for every pool that this process opens */
    int here;       /* the CPU that its caller was on */
    uint32_t taken; /* the next number */
};

/* The seat that a thread took last. */
struct seat {
    uint64_t pool;
    uint32_t number;
};

extern __thread struct seat seat_mine;

void seats_open(struct seats *seats);

/* For seats_number alone. */
uint32_t seats_take(struct seats *seats);

/* The calling thread's number, from 0. */
static inline uint32_t seats_number(struct seats *seats)
{
    return seat_mine.pool == seats->pool ? seat_mine.number : seats_take(seats);
}

#endif
