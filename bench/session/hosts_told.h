#ifndef BREAKEVEN_SESSION_HOSTS_TOLD_H
#define BREAKEVEN_SESSION_HOSTS_TOLD_H

#include "bench/base/json.h"
#include "bench/machine/hosts.h"

#include <stdint.h>

/* What the hosts say of themselves, for host.json: a list with an object a host, its name and its
 * slots as they were given, and what strategies/mpi/look.h tells. All of them run a rank together
 * for that, with this machine's manager, for as long as timeout_ns at most. own_host: which of them
 * this machine is, from 1 on; 0: none. The caller's reference.
 *
 * NULL with an error (ERROR_REFUSED) that names a host which does not do so alone, or says that all
 * of them do, or each half of some; or with ERROR_INTERRUPTED. */
json_t *hosts_told(const struct hosts *hosts, uint32_t own_host, uint64_t timeout_ns,
                   struct error *error);

#endif
