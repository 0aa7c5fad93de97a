#ifndef BREAKEVEN_STRATEGIES_IMAGE_SERVER_H
#define BREAKEVEN_STRATEGIES_IMAGE_SERVER_H

#include "strategies/common/relay.h"
#include "strategies/strategy.h"

#include <stdint.h>

/* What the forkserver and its client say to each other over a SOCK_SEQPACKET pair: one struct a
 * message, either way. */
enum server_request_kind {
    SERVER_ATTACH, /* use this batch from now on; carries its descriptors; no answer */
    SERVER_RUN,    /* fork a child for this job; answered when the child has ended */
    SERVER_USAGE,  /* what have you and your children used? answered at once */
};

struct server_request {
    enum server_request_kind kind;
    uint64_t jobs, size, seed;           /* ATTACH */
    uint32_t workers, traced, has_input; /* ATTACH */
    int32_t output;                      /* ATTACH: a descriptor for what commands write; or -1 */
    uint64_t payload_in_bytes;           /* ATTACH */
    uint64_t payload_out_bytes;          /* ATTACH */
    uint64_t job_timeout_ns;             /* ATTACH */
    uint64_t index;                      /* RUN */
    uint32_t slot;                       /* RUN */
    struct relay_end end;                /* RUN: the slot's pipes, which the server inherited */
};

/* What follows the request of ATTACH in its message; of other kinds there is nothing. */
struct server_work {
    char name[WORK_NAME_BYTES];
    char reference[WORK_REFERENCE_BYTES]; /* "": it is built in */
};

struct server_answer {
    uint32_t slot;
    int32_t pid; /* of the child that ran the job; -1: fork was refused with errno in wait_status */
    int32_t wait_status;
    uint32_t timed_out;
    struct strategy_usage usage; /* SERVER_USAGE */
};

/* What the image is told to do for forkserver: fork jobs. */
#define SERVER_SUBCOMMAND "forkserver"

/* What the image does with the argument behind SERVER_SUBCOMMAND, a socket's number: serves it
 * until its other end is closed. Returns 0, or -1 with error set. */
int server_main(int count, char *const arguments[], struct error *error);

#endif
