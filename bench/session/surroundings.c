#include "bench/session/surroundings.h"
#include "bench/base/limits.h"
#include "bench/process/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Visits need most: 132 KiB. Twice that, for libraries that are preloaded. */
enum { LEAST_STACK_KIB = 256 };

int surroundings_check_stack(struct error *error)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= LEAST_STACK_KIB * 1024)
        return 0;
    return fail(error, ERROR_REFUSED,
                "the stack is limited to %llu KiB (RLIMIT_STACK), of which %d are needed; raise "
                "it with `ulimit -s 8192`",
                (unsigned long long)limit.rlim_cur / 1024, LEAST_STACK_KIB);
}

/* The kernel kills at the hard limit without a word, and a limit of a second leaves no time for one
 * before that. */
static int check_cpu_time(struct error *error)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_max > 1)
        return 0;
    return fail(error, ERROR_REFUSED,
                "CPU time is limited to %llu s (RLIMIT_CPU), in which nothing is measured; start "
                "it where `ulimit -t` is larger",
                (unsigned long long)limit.rlim_max);
}

int surroundings_check_processes(struct error *error)
{
    if (!limits_children_are_elsewhere())
        return 0;
    return fail(error, ERROR_REFUSED,
                "what is started here is in another PID namespace, which ends with its first "
                "process; start breakeven by `unshare --pid --fork`, not without --fork");
}

/* By a signal that is none. Nothing would have a deadline. */
static int check_kill(struct error *error)
{
    if (kill(getpid(), 0) == 0)
        return 0;
    return fail_errno(error, errno, "kill is refused, so that what hangs could not be ended");
}

int surroundings_check(struct error *error)
{
    if (surroundings_check_processes(error) != 0 || check_kill(error) != 0)
        return -1;
    return check_cpu_time(error);
}

static int check_null(struct error *error)
{
    struct stat null;
    if (stat("/dev/null", &null) != 0)
        return fail(error, ERROR_REFUSED,
                    "/dev/null is missing (%s); mount a /dev here, or make it with `mknod -m 666 "
                    "/dev/null c 1 3`",
                    strerror(errno));
    if (!S_ISCHR(null.st_mode) || null.st_rdev != makedev(1, 3))
        return fail(error, ERROR_REFUSED,
                    "/dev/null is not the null device; remove it and make it again with `mknod -m "
                    "666 /dev/null c 1 3`");
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(error, errno,
                          "/dev/null cannot be opened (its mode should be 666, and its file system "
                          "mounted without nodev)");
    close(fd);
    return 0;
}

int surroundings_check_for_visits(struct error *error)
{
    if (access(PROGRAM_SELF, X_OK) != 0 && errno == ENOENT)
        return fail(error, ERROR_REFUSED,
                    "/proc does not show this process (%s is missing); mount it with `mount -t "
                    "proc proc /proc`, in a new PID namespace with `unshare --mount-proc`",
                    PROGRAM_SELF);
    return check_null(error) == 0 ? surroundings_check(error) : -1;
}
