#ifndef BREAKEVEN_PROCESS_PROCESSES_H
#define BREAKEVEN_PROCESS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The children of a process's first thread, at most `room`; their number. None where the kernel
 * does not tell them (it does with CONFIG_PROC_CHILDREN). */
size_t processes_children(pid_t pid, pid_t found[], size_t room);

/* Adds to the `count` processes in `found` all that they have started, directly or not; their
 * number. */
size_t processes_add_below(pid_t found[], size_t count, size_t room);

/* The process's state as in /proc/PID/stat, 'T' where it is stopped, 'D' where it waits and no
 * signal but SIGKILL can end that, and its parent; '\0' where there is no such process. */
char process_state(pid_t pid, pid_t *parent);

/* True where a child has ended. It stays a zombie, so that its group keeps its number. */
bool process_has_ended(pid_t pid);

/* Waits for the end of a child that ends by itself. One that is stopped could not: it is made to go
 * on; -1 where that is refused. As waitpid, but never interrupted. */
pid_t process_await_end(pid_t pid, int *wait_status);

/* Sends SIGKILL, to the group where the number is negative. False, with errno, where that is
 * refused, as by a seccomp filter; there may be nobody any more. */
bool process_kill(pid_t target);

/* Reaps a child that process_kill has killed, with waitpid's options beside (__WALL). One that it
 * was not allowed to kill is waited for only a second: -1 where it has not ended by then, and errno
 * is as it was. */
int process_end(pid_t pid, bool is_killed, int options, int *wait_status);

/* Processes that have been seen stopped, by looking now and then. */
enum { PROCESSES_MOST_STOPPED = 64 };

struct stopped {
    size_t count;
    struct {
        pid_t pid;
        uint64_t for_ns;
    } processes[PROCESSES_MOST_STOPPED];
};

/* Takes a look, since_ns after the last, and kills what has been stopped at all looks of the last
 * most_ns and cannot be noticed by its parent: `root` itself, and each process below it whose
 * parent waits for it in the kernel until it has executed its program, as posix_spawn does. True
 * where that was root. */
bool processes_kill_stopped(struct stopped *stopped, pid_t root, uint64_t since_ns,
                            uint64_t most_ns);

#endif
