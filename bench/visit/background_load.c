#include "bench/visit/background_load.h"
#include "bench/base/clock.h"
#include "bench/base/exit_status.h"
#include "bench/base/policy.h"
#include "bench/process/processes.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel ends it where nobody else can: who should is stopped, or gets no CPU. */
static bool limit_cpu_time(uint64_t most_ns)
{
    struct rlimit limit;
    rlim_t most_s = most_ns / NS_PER_S + 1;
    if (most_ns == 0)
        return true;
    if (getrlimit(RLIMIT_CPU, &limit) != 0)
        return false;
    limit.rlim_max = most_s < limit.rlim_max ? most_s : limit.rlim_max;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_CPU, &limit) == 0;
}

static void be_busy(pid_t parent, uint64_t most_ns)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || !policy_become_ordinary() || !limit_cpu_time(most_ns))
        _exit(EXIT_REFUSED);
    for (volatile uint64_t turns = 0;; turns++)
        ;
}

/* A child that sends no SIGCHLD when it ends: the kernel lets only who asks with __WALL wait for
 * it, and no strategy that waits for any of its jobs reaps it. */
static pid_t fork_apart(void)
{
    return (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
}

int background_load_start(struct background_load *load, uint32_t count, uint64_t most_ns,
                          struct error *error)
{
    *load = (struct background_load){0};
    if (count == 0)
        return 0;
    load->pids = calloc(count, sizeof *load->pids);
    if (load->pids == NULL)
        return fail(error, ERROR_REFUSED, "--neighbours: out of memory");
    pid_t parent = getpid();
    for (; load->count < count; load->count++) {
        pid_t pid = fork_apart();
        if (pid == 0)
            be_busy(parent, most_ns);
        if (pid < 0) {
            fail_errno(error, errno, "--neighbours: fork of %u of %u", load->count + 1, count);
            background_load_stop(load, error);
            return -1;
        }
        load->pids[load->count] = pid;
    }
    return 0;
}

/* Says what happened to a process that should have been running all the time. */
static int check_running(const struct background_load *load, uint32_t i, struct error *error)
{
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_PID, (id_t)load->pids[i], &info,
               WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT | __WALL) != 0 ||
        info.si_pid == 0)
        return 0;
    if (info.si_code == CLD_EXITED)
        return fail(error, ERROR_CHECK_FAILED,
                    "--neighbours: %u of %u could not take its CPU time (exit code %d)", i + 1,
                    load->count, info.si_status);
    const char *how = info.si_code == CLD_STOPPED     ? "stopped"
                      : info.si_code == CLD_CONTINUED ? "stopped and continued"
                                                      : "killed";
    return fail(error, ERROR_CHECK_FAILED,
                "--neighbours: %u of %u was %s by signal %d (%s) while the cell was measured",
                i + 1, load->count, how, info.si_status, strsignal(info.si_status));
}

int background_load_stop(struct background_load *load, struct error *error)
{
    int result = 0;
    for (uint32_t i = 0; i < load->count; i++)
        if (check_running(load, i, error) != 0)
            result = -1;
    for (uint32_t i = 0; i < load->count; i++)
        process_kill(load->pids[i]);
    for (uint32_t i = 0; i < load->count; i++)
        if (process_end(load->pids[i], process_kill(load->pids[i]), __WALL, NULL) != 0)
            result = fail_errno(error, errno, "--neighbours: kill of %u of %u", i + 1, load->count);
    free(load->pids);
    *load = (struct background_load){0};
    return result;
}
