#ifndef BREAKEVEN_VISIT_COUNTER_H
#define BREAKEVEN_VISIT_COUNTER_H

#include "bench/base/error.h"

enum { COUNTER_ARGUMENTS = 8 };

/* Who counts the instructions of a process from outside, in its user mode: the CPU's own counters,
 * which the kernel reads for it and for all whom it starts; or, where these are refused, as in most
 * virtual machines, callgrind, which runs it on a CPU of its own making and counts it alone. Not
 * to be copied once it is open. */
struct counter {
    const char *name; /* for people */
    /* What must start the process that is counted, as visit_launch has it: NULL, or its first
     * arguments. */
    const char *const *wrapper;
    int fd; /* of the CPU's counter while it counts; of the memory that callgrind writes into */
    const char *arguments[COUNTER_ARGUMENTS];
    char output[96];
};

/* Takes the first of both that counts a small program here. Fails with ERROR_NOT_COMPARABLE where
 * neither does; the error has why. */
int counter_open(struct counter *counter, struct error *error);
void counter_close(struct counter *counter);

/* Around one process that the calling thread starts, by the wrapper, and reaps. Both fail with
 * ERROR_REFUSED where nothing is or was counted, or not all of it. */
int counter_begin(struct counter *counter, struct error *error);
int counter_end(struct counter *counter, double *instructions, struct error *error);

#endif
