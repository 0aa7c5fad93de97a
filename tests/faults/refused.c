/* usage: refused CALL ERRNO PROGRAM ARGUMENT...: runs it where the kernel refuses the system call.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int count, char *arguments[])
{
    static const struct {
        const char *name;
        unsigned number;
    } calls[] = {
        {"unshare", SYS_unshare},
        {"sched_getaffinity", SYS_sched_getaffinity},
        {"sched_setaffinity", SYS_sched_setaffinity},
        {"clock_nanosleep", SYS_clock_nanosleep},
        {"prctl", SYS_prctl},
        {"kill", SYS_kill},
        {"signalfd4", SYS_signalfd4},
        {"getrusage", SYS_getrusage},
        {"memfd_create", SYS_memfd_create},
        {"clone3", SYS_clone3},
        {"epoll_pwait", SYS_epoll_pwait},
        {"epoll_wait", SYS_epoll_wait},
        {"epoll_create1", SYS_epoll_create1},
        {NULL, 0},
    };
    unsigned at = 0, call;
    while (count > 3 && calls[at].name != NULL && strcmp(calls[at].name, arguments[1]) != 0)
        at++;
    if ((call = calls[at].number) == 0)
        return 97;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)atoi(arguments[2])),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return 99;
    execv(arguments[3], arguments + 3);
    return 98;
}
