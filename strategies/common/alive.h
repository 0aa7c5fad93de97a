#ifndef BREAKEVEN_STRATEGIES_COMMON_ALIVE_H
#define BREAKEVEN_STRATEGIES_COMMON_ALIVE_H

#include "strategies/common/watch.h"
#include "strategies/strategy.h"

/* How a strategy starts one job in a process or thread of its own, and how it waits until any of
 * them ends. The worker in `ended` is the number of the slot. start fails where the system refuses.
 * wait fails only where it cannot wait at all. If it turns out later that a start was refused, wait
 * ends that slot and sets error. */
struct starter {
    int (*start)(void *state, struct batch *batch, uint64_t index, uint32_t slot,
                 struct error *error);
    int (*wait)(void *state, struct batch *batch, struct ended *ended, struct error *error);
};

/* The slots of a strategy's workers: who is in each, and which are free. They lie in shared memory,
 * although no other process looks at them: what a process shares is not copied when it is written
 * after a fork. */
struct slots {
    uint32_t count, free_count, retries;
    struct watch watch;
    struct slot {
        uint64_t job;    /* that it runs */
        int64_t held_ns; /* for how long, where there is a timeout */
        pid_t pid;       /* of the process that runs it, for the starter's own use; 0: none */
        uint32_t free;   /* in the first free_count slots: the number of one that is free */
        bool killed;     /* its time was up */
    } slot[];
};

/* As many slots as there are workers. NULL: see error. */
struct slots *slots_open(const struct strategy_config *config, struct error *error);

/* NULL is allowed. */
void slots_close(struct slots *slots);

/* Notes that the process in a slot has been started. Its time begins now. */
void slots_started(struct slots *slots, uint32_t slot, pid_t pid);

/* Frees the slot of a process that was reaped and says how the process ended. Returns false if the
 * process is in no slot. */
bool slots_ended(struct slots *slots, pid_t pid, int wait_status, struct ended *ended);

/* Looks at the processes and kills those whose time is up. Returns after how many ms, rounded up,
 * the caller should look again, as poll takes it; -1 means never. */
int slots_kill_overdue(struct slots *slots);

/* Runs every job of the batch by the starter, in order, as many at once as there are slots. A job
 * takes the slot of a job that has ended; a job that is run again keeps its slot. If a start is
 * refused, alive_map starts no further job and waits for those that run. */
int alive_map(const struct starter *starter, void *state, struct slots *slots, struct batch *batch,
              struct error *error);

#endif
