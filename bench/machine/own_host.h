#ifndef BREAKEVEN_MACHINE_OWN_HOST_H
#define BREAKEVEN_MACHINE_OWN_HOST_H

#include "bench/machine/hosts.h"

#include <stdbool.h>
#include <stdint.h>

/* True where the name or address is this machine's: as it calls itself, up to the first dot or
 * whole, or one whose address one of its interfaces has. A name that does not resolve is no other
 * than its own name: ssh may know it all the same. */
bool own_host_is(const char *name);

/* Which of the hosts this machine is, from 1 on; 0: none. */
uint32_t own_host_find(const struct hosts *hosts);

#endif
