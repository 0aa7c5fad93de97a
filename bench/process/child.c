#include "bench/process/child.h"
#include "bench/base/exit_status.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void child_follow_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(EXIT_REFUSED);
}

int child_check_following(struct error *error)
{
    int signal_before = 0;
    if (prctl(PR_GET_PDEATHSIG, &signal_before) == 0 && prctl(PR_SET_PDEATHSIG, signal_before) == 0)
        return 0;
    return fail_errno(error, errno,
                      "prctl: processes could be left behind, as PR_SET_PDEATHSIG is refused");
}

enum child_state child_look(pid_t pid)
{
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0)
        return CHILD_IS_GONE;
    if (info.si_pid == 0)
        return CHILD_RUNS;
    return info.si_code == CLD_STOPPED ? CHILD_IS_STOPPED : CHILD_IS_GONE;
}
