#ifndef BREAKEVEN_STRATEGIES_MPI_PROTOCOL_H
#define BREAKEVEN_STRATEGIES_MPI_PROTOCOL_H

#include "bench/job/work.h"
#include "strategies/usage.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

/* What a visit and rank 0 say to each other over a SOCK_SEQPACKET socket: one struct a message,
 * either way. Rank 0 greets, then answers each request by one answer. It ends, and with it all
 * ranks, where the socket is closed. */

/* What lies in the folder that a visit starts the ranks from: the program of strategies/mpi/rank/,
 * and the socket on which the visit waits for rank 0. */
#define RANKS_PROGRAM "rank"
#define RANKS_SOCKET "visit"

/* Arguments of the program: the folder, how jobs are handed out, and for how many seconds a rank
 * may live at most (0: for ever). */
#define RANKS_DYNAMIC "dynamic"
#define RANKS_STATIC "static"
enum { RANKS_ARGUMENTS = 3 };

/* Over several hosts mpirun starts breakeven itself, which becomes the program that it holds, by
 * this subcommand with the same arguments: only rank 0 is where the folder is. */
#define RANKS_SUBCOMMAND "rank"

enum {
    RANKS_VERSION_BYTES = 48,
    RANKS_HOST_BYTES = 80,
    RANKS_TEXT_BYTES = 400,
    RANKS_FACT_BYTES = 96,
};

/* The version of breakeven that this was built from, and of this protocol: all ranks must have the
 * visit's. */
extern const char ranks_version[RANKS_VERSION_BYTES];

/* The first message of rank 0. */
struct ranks_hello {
    char version[RANKS_VERSION_BYTES];
    char library[RANKS_HOST_BYTES]; /* of MPI, by its own words */
    uint32_t ranks;                 /* that MPI has started together, rank 0 among them */
    char trouble[RANKS_TEXT_BYTES]; /* why they cannot be used; "": they can */
};

/* What a rank knows of itself and of the host that it is on. What comes first is where it is in all
 * versions. */
struct ranks_facts {
    char version[RANKS_VERSION_BYTES];
    char host[RANKS_HOST_BYTES];                            /* its own name */
    char model[RANKS_FACT_BYTES], kernel[RANKS_FACT_BYTES]; /* "": not known */
    uint64_t memory_bytes;                                  /* 0: not known */
    uint64_t cpus;                                          /* that the rank may use */
};

enum ranks_request_kind {
    RANKS_ATTACH, /* use this batch from now on; carries its descriptors */
    RANKS_MAP,    /* run it */
    RANKS_USAGE,  /* what have you used so far? */
    RANKS_FACTS,  /* where is this rank? struct ranks_facts follows the answer */
    RANKS_FLOORS, /* what do messages take? RANKS_DYNAMIC alone can tell */
};

struct ranks_request {
    enum ranks_request_kind kind;
    uint32_t map;                                 /* MAP: its number; FACTS: the rank's */
    uint64_t chunk;                               /* MAP: jobs handed out at once; 0: auto */
    uint64_t jobs, size, seed;                    /* ATTACH */
    uint64_t payload_in_bytes, payload_out_bytes; /* ATTACH: of one job */
    uint64_t input_bytes;                         /* ATTACH; rank 0 tells the others by it */
    uint32_t traced, has_input;                   /* ATTACH */
};

/* What follows the request of ATTACH in its message; of other kinds there is nothing. */
struct ranks_work {
    char name[WORK_NAME_BYTES];
    char reference[WORK_REFERENCE_BYTES]; /* "": it is built in */
};

/* What messages take between rank 0 and the first rank on another host, or rank 1 where there is no
 * other host: medians, in ns. */
struct ranks_floors {
    double round_trip_ns; /* a byte, there and back */
    double message_ns;    /* FLOOR_MESSAGE_BYTES one way: half of there and back */
};

struct ranks_answer {
    uint64_t troubles;              /* MAP: jobs that did not end as done */
    uint64_t clock_error_ns;        /* MAP: by how much spans of other hosts may be off; 0: none */
    struct strategy_usage usage;    /* USAGE: of all ranks */
    struct ranks_floors floors;     /* FLOORS */
    char trouble[RANKS_TEXT_BYTES]; /* why it could not be done; "": it was */
};

/* How a rank begins the line that it writes to stderr where it must end: its number and its host
 * follow. A visit looks for it, to tell which one it was. */
#define RANKS_LINE "breakeven: mpi: rank "

/* The number of the rank that this process is, as MPI's launchers tell it in its environment before
 * MPI has started; "?": they do not. */
const char *ranks_number(void);

/* The address of the socket in a folder that is open, however long the folder's path is. */
void ranks_address(int folder, struct sockaddr_un *address);

#endif
