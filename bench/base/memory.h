#ifndef BREAKEVEN_BASE_MEMORY_H
#define BREAKEVEN_BASE_MEMORY_H

#include "bench/base/cgroup.h"
#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How much memory may still be taken here, who says so, and whom the kernel kills where somebody
 * takes more. */

/* Which limits count. */
enum memory_kind {
    MEMORY_SHARED,  /* of the machine and the cgroups: a memfd, or what other processes will take */
    MEMORY_PRIVATE, /* those, and this process's own RLIMIT_AS and RLIMIT_DATA */
};

/* The limit that leaves least. */
struct memory_limit {
    uint64_t bytes;       /* that can still be taken; UINT64_MAX where no limit is known */
    uint64_t limit_bytes; /* what the limit is set to */
    char name[600]; /* "MemAvailable of /proc/meminfo", "RLIMIT_AS", or a path of a cgroup's file */
};

/* How much can be taken without swapping or a kill: of the machine what /proc/meminfo calls
 * available, and what CommitLimit leaves where memory is not overcommitted; of the cgroup and each
 * above it what memory.max and memory.high (v2), memory.limit_in_bytes and
 * memory.memsw.limit_in_bytes (v1) leave, where files that can be dropped count as free; all less a
 * twentieth, which the kernel needs beside it. */
struct memory_limit memory_left(enum memory_kind kind);

/* Refuses (ERROR_REFUSED) what does not fit: "WHAT: 512 MiB of memory are needed and 238 MiB are
 * available: NAME is 256 MiB". To be called before memory is taken: the kernel gives what it does
 * not have, and kills when that is written to. */
int memory_check(enum memory_kind kind, uint64_t bytes, struct error *error, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

/* Makes room for one more row in an array that grows by doubling: *(T **)rows, of which count of
 * *room are used. Refuses where the memory that is left does not hold what is large; `what` is
 * whose rows they are. */
int memory_grow(void *rows, size_t count, size_t *room, size_t item_bytes, const char *what,
                struct error *error);

/* The commit limit where memory is not overcommitted (vm.overcommit_memory is 2); else false. */
bool memory_commit_limit(uint64_t *bytes);

/* Sums that end at UINT64_MAX, which no machine has. */
uint64_t memory_add(uint64_t a, uint64_t b);
uint64_t memory_times(uint64_t a, uint64_t b);

/* What one cgroup leaves, without the twentieth; false where it has no limit. */
bool memory_left_in_cgroup(const char *folder, enum cgroup_version version,
                           struct memory_limit *limit);

/* Makes a process, and what it starts from here on, the first that the kernel kills where memory is
 * short; 0: the calling one. Async-signal-safe. Where that is refused it stays as likely as it was.
 */
void memory_offer(pid_t pid);

/* True where this process was offered by memory_offer. */
bool memory_is_offered(void);

/* How many processes of this cgroup (where it does not tell: of the machine) the kernel has killed
 * for want of memory so far. */
uint64_t memory_kills(void);

/* "the kernel killed for want of memory: oom_kill in FILE went from 0 to 3; LIMIT is 256 MiB" where
 * it has done so since memory_kills was `before`; else "". */
void memory_tell_kills(uint64_t before, char *text, size_t bytes);

#endif
