#ifndef BREAKEVEN_KEY_H
#define BREAKEVEN_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* What tells cells apart in files: every table of rows has these columns. Texts are never NULL. */
struct key {
    const char *work;
    uint64_t size, jobs;
    const char *strategy;
    uint64_t workers;
    const char *schedule;     /* "" where the strategy takes none */
    uint64_t chunk;           /* CSV_UNKNOWN where the strategy takes none; 0: the default */
    const char *env;          /* "K=V;K=V"; "" for none */
    uint64_t parent_mib;      /* memory that the cell's process holds */
    const char *parent_pages; /* "4k" or "thp"; "" where it holds none */
    uint64_t payload_in;      /* bytes into each job beside the work's input */
    uint64_t payload_out;     /* bytes out of each job beside its result */
    const char *transport;    /* how payload travels; "" where it need not */
    const char *bind;         /* where a pool's workers run; "" where the strategy is no pool */
    uint64_t spin_ns;         /* how long they wait awake; CSV_UNKNOWN where it is no pool */
    uint64_t idle_ns;         /* that the caller sleeps before each map */
    uint64_t neighbours;      /* processes that take CPU time beside the visit */
    const char *build;        /* "base" or "new" where two builds are compared; "" elsewhere */
};

/* Both order like strcmp. A curve is every column but the size; the key's own order is by curve,
 * then size, so that a curve's points stand together. */
int key_compare_curve(const struct key *a, const struct key *b);
int key_compare(const struct key *a, const struct key *b);

/* The key of the serial run that a cell is compared with. */
struct key key_of_serial(const struct key *key);

#endif
