#ifndef BREAKEVEN_STRATEGIES_COMMON_CARRIER_H
#define BREAKEVEN_STRATEGIES_COMMON_CARRIER_H

#include "strategies/strategy.h"

#include <stddef.h>
#include <sys/types.h>

/* How payload travels by pipe. All strategies whose workers are processes share this
 * implementation. Each slot of workers has two pipes, and one process, the carrier, holds the other
 * ends of all of them. A worker that runs a job writes the job's index into its pipe up, reads
 * payload_in from its pipe down into memory of its own, runs the job, and writes payload_out up.
 * The carrier reads payload_in from the batch and stores payload_out there. That is what pickling
 * does to bytes; in Python the parent process or its threads do this work.
 *
 * The carrier never waits for one worker: while one pipe is full or empty it serves the others. It
 * is a fork of the caller, so it takes longer to start if the caller is large, and it sees only the
 * batches that existed when it was started. Every function accepts NULL, which stands for no
 * carrier. */
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

/* Returns the descriptors of all ends, for an image that must inherit them. The carrier owns them.
 */
const int *carrier_descriptors(const struct carrier *carrier, size_t *count);

/* Names the batch of the map that begins. */
void carrier_begin(struct carrier *carrier, const struct batch *batch);

/* Counts a job that the caller of this function starts in the slot: its payload must arrive. */
void carrier_owe(struct carrier *carrier, uint32_t slot);

/* Runs a job in a worker; its payload travels by pipe. Returns the job's exit code, or EXIT_REFUSED
 * if the carrier is gone or there is no memory. */
int carrier_execute(struct carrier_end end, const struct batch *batch, const struct job *job);

/* Does the same in a pool's worker, which starts its jobs itself and so counts them, too. */
int carrier_execute_owed(struct carrier *carrier, uint32_t slot, const struct batch *batch,
                         const struct job *job);

/* Waits until all that workers have written is in the batch. They must be alive and idle. */
int carrier_settle(struct carrier *carrier, struct error *error);

/* Does the same for one slot whose worker has ended with that wait status, and makes the slot ready
 * for another worker: it drops what a crash has left half sent. A job has failed if its process
 * ended well but had not sent its payload; *wait_status then tells of EXIT_REFUSED. */
int carrier_clear(struct carrier *carrier, uint32_t slot, int *wait_status, struct error *error);

/* Adds what the carrier has used so far. */
void carrier_usage(struct carrier *carrier, struct strategy_usage *usage);

/* Whoever reaps any child tells the carrier about it, since it may have been the carrier's process.
 */
void carrier_note_reaped(struct carrier *carrier, pid_t pid);

#endif
