#ifndef BREAKEVEN_MACHINE_HOSTS_H
#define BREAKEVEN_MACHINE_HOSTS_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    MOST_HOSTS = 4096,
    MOST_SLOTS = 65536,          /* of one host */
    MOST_HOST_NAME_BYTES = 253,  /* what DNS takes */
    HOSTS_TEXT_BYTES = 32 << 10, /* of hosts_text, its end counted in */
};

/* How many processes may run on a host at once. */
struct host_slots {
    char *name; /* as it was given; letters, digits, '.', '-', '_', and ':' in an address of IPv6 */
    unsigned slots; /* at least 1 */
};

/* Hosts in the order given, each once. Start from {0}. */
struct hosts {
    struct host_slots *values;
    size_t count;
};

/* Hosts between commas, as mpirun's --host takes them: a:4,b:4. Without a number a host has one
 * slot; an address of IPv6 stands in brackets: [fe80::1]:4, and is kept without them. Names are not
 * looked up. Fails (ERROR_USAGE, or ERROR_REFUSED where memory is short) with the option, the host
 * and what is allowed, and then leaves *hosts alone. */
int hosts_parse(const char *option, const char *text, struct hosts *hosts, struct error *error);

/* The same from a file with a host a line, as Open MPI's ("a slots=4", also with max_slots=N, which
 * is read over) or as MPICH's ("a:4"). Empty lines, and what stands behind a '#', do not count.
 * Errors name the file and the line. */
int hosts_read(const char *option, const char *path, struct hosts *hosts, struct error *error);

/* The hosts as hosts_parse reads them, a:4,b:1; "" for none. False where it takes more than
 * HOSTS_TEXT_BYTES. */
bool hosts_text(const struct hosts *hosts, char text[HOSTS_TEXT_BYTES]);

/* The slots of the first `count` hosts together. */
unsigned hosts_slots(const struct hosts *hosts, size_t count);

void hosts_free(struct hosts *hosts);

#endif
