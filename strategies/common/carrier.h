#ifndef BREAKEVEN_STRATEGIES_COMMON_CARRIER_H
#define BREAKEVEN_STRATEGIES_COMMON_CARRIER_H

#include "strategies/strategy.h"

#include <stddef.h>
#include <sys/types.h>

/* How payload travels by pipe: the one implementation that all process strategies share. Each slot
 * of workers has two pipes, and one process, the carrier, stands at the other ends of all of them.
 * A worker that runs a job writes its index up, reads payload_in from below into memory of its own,
 * runs, and writes payload_out up; the carrier takes the one from the batch and stores the other
 * there. That is what pickling does to bytes; in Python the parent, or threads of it, do this work.
 *
 * The carrier never waits for one worker: where a pipe is full or empty it serves the others. It is
 * a fork of the caller, so its start costs more where the caller is large, and it sees the batches
 * that exist when it is started. Every function takes NULL for no carrier. */
struct carrier;

/* A worker's ends of its slot's pipes; -1, -1 where payload does not travel. */
struct carrier_end {
    int down, up;
};

/* Starts a carrier for config->workers slots where config->transport is TRANSPORT_PIPE; else
 * *carrier is NULL. On failure nothing stays behind. */
int carrier_open(const struct strategy_config *config, struct carrier **carrier,
                 struct error *error);

/* Ends and reaps the carrier. */
void carrier_close(struct carrier *carrier);

struct carrier_end carrier_end(const struct carrier *carrier, uint32_t slot);

/* The descriptors of all ends, for an image that needs to inherit them; the carrier owns them. */
const int *carrier_descriptors(const struct carrier *carrier, size_t *count);

/* Names the batch of the map that begins. */
void carrier_begin(struct carrier *carrier, const struct batch *batch);

/* Counts a job that is started in the slot: its payload must arrive. Called by who starts it. */
void carrier_owe(struct carrier *carrier, uint32_t slot);

/* Runs a job in a worker, its payload by pipe. Returns the job's exit code; EXIT_REFUSED where the
 * carrier is gone or there is no memory. */
int carrier_execute(struct carrier_end end, const struct batch *batch, const struct job *job);

/* The same in a pool's worker, which starts its jobs itself. */
int carrier_execute_owed(struct carrier *carrier, uint32_t slot, const struct batch *batch,
                         const struct job *job);

/* Waits until all that workers have written is in the batch. They must be alive and idle. */
int carrier_settle(struct carrier *carrier, struct error *error);

/* The same for one slot whose worker has ended with that wait status, and readies the slot for
 * another worker: what a crash has left half sent is dropped. A job that ended its process well,
 * but before its payload was sent, has failed: *wait_status becomes one of EXIT_REFUSED. */
int carrier_clear(struct carrier *carrier, uint32_t slot, int *wait_status, struct error *error);

/* Adds what the carrier has used so far. */
void carrier_usage(struct carrier *carrier, struct strategy_usage *usage);

/* For who reaps any child: takes note where it was the carrier. */
void carrier_note_reaped(struct carrier *carrier, pid_t pid);

#endif
