#ifndef BREAKEVEN_STRATEGIES_COMMON_RELAY_H
#define BREAKEVEN_STRATEGIES_COMMON_RELAY_H

#include "strategies/strategy.h"

#include <stddef.h>
#include <sys/types.h>

/* How payload travels by pipe. All strategies whose workers are processes share this
 * implementation. Each slot of workers has two pipes, and one process, the relay, holds the other
 * ends of all of them. A worker that runs a job writes the job's index into its pipe up, reads
 * payload_in from its pipe down into memory of its own, runs the job, and writes payload_out up.
 * The relay reads payload_in from the batch and stores payload_out there. That is what pickling
 * does to bytes; in Python the parent process or its threads do this work.
 *
 * The relay never waits for one worker: while one pipe is full or empty it serves the others. It
 * is a fork of the caller, so it takes longer to start if the caller is large, and it sees only the
 * batches that existed when it was started. Every function accepts NULL, which stands for no
 * relay. */
struct relay;

/* A worker's ends of its slot's pipes; -1, -1 where payload does not travel. */
struct relay_end {
    int down, up;
};

/* Starts a relay for config->workers slots where config->transport is TRANSPORT_PIPE; else
 * *relay is NULL. On failure nothing stays behind. */
int relay_open(const struct strategy_config *config, struct relay **relay, struct error *error);

/* Ends and reaps the relay. */
void relay_close(struct relay *relay);

struct relay_end relay_end(const struct relay *relay, uint32_t slot);

/* Returns the descriptors of all ends, for an image that must inherit them. The relay owns them.
 */
const int *relay_descriptors(const struct relay *relay, size_t *count);

/* Names the batch of the map that begins. */
void relay_begin(struct relay *relay, const struct batch *batch);

/* Counts a job that the caller of this function starts in the slot: its payload must arrive. */
void relay_expect(struct relay *relay, uint32_t slot);

/* Runs a job in a worker; its payload travels by pipe. Returns the job's exit code, or EXIT_REFUSED
 * if the relay is gone or there is no memory. */
int relay_execute(struct relay_end end, const struct batch *batch, const struct job *job);

/* Does the same in a pool's worker, which starts its jobs itself and so counts them, too. */
int relay_expect_and_execute(struct relay *relay, uint32_t slot, const struct batch *batch,
                             const struct job *job);

/* Waits until all that workers have written is in the batch. They must be alive and idle. */
int relay_settle(struct relay *relay, struct error *error);

/* Does the same for one slot whose worker has ended with that wait status, and makes the slot ready
 * for another worker: it drops what a crash has left half sent. A job has failed if its process
 * ended well but had not sent its payload; *wait_status then tells of EXIT_REFUSED. */
int relay_clear(struct relay *relay, uint32_t slot, int *wait_status, struct error *error);

/* How many payloads a slot's worker has begun to send so far; counted modulo 2^32. */
uint32_t relay_sent(const struct relay *relay, uint32_t slot);

/* Returns once the relay has moved the payload of the slot's job up to which it had sent so many:
 * the job must have ended. Where the relay is gone, so is the payload: relay_settle tells. */
void relay_fetch(struct relay *relay, uint32_t slot, uint32_t sent);

/* Adds what the relay has used so far. */
void relay_usage(struct relay *relay, struct strategy_usage *usage);

/* Whoever reaps any child tells the relay about it, since it may have been the relay's process.
 */
void relay_note_reaped(struct relay *relay, pid_t pid);

#endif
