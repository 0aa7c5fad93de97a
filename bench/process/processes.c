#include "bench/process/processes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

size_t processes_children(pid_t pid, pid_t found[], size_t room)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && count < room && fscanf(file, "%d", &found[count]) == 1)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

size_t processes_add_below(pid_t found[], size_t count, size_t room)
{
    for (size_t i = 0; i < count; i++)
        count += processes_children(found[i], found + count, room - count);
    return count;
}

/* "1234 (a name) T 1233 ...", whatever the name holds. */
char process_state(pid_t pid, pid_t *parent)
{
    char path[64], line[600] = "", state = '\0';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    *parent = 0;
    if (file == NULL)
        return '\0';
    const char *rest = fgets(line, sizeof line, file) != NULL ? strrchr(line, ')') : NULL;
    fclose(file);
    return rest != NULL && sscanf(rest, ") %c %d", &state, parent) == 2 ? state : '\0';
}

bool process_has_ended(pid_t pid)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

pid_t process_await_end(pid_t pid, int *wait_status)
{
    for (;;) {
        pid_t ended = waitpid(pid, wait_status, WUNTRACED);
        bool is_stopped = ended == pid && WIFSTOPPED(*wait_status);
        if (is_stopped && kill(pid, SIGCONT) != 0 && errno != ESRCH)
            return -1;
        if (!is_stopped && (ended == pid || errno != EINTR))
            return ended;
    }
}

bool process_kill(pid_t target)
{
    return kill(target, SIGKILL) == 0 || errno == ESRCH;
}

int process_end(pid_t pid, bool is_killed, int options, int *wait_status)
{
    enum { LOOKS = 1000, LOOK_US = 1000 };
    int why = errno;
    pid_t ended = 0;
    if (is_killed) {
        while ((ended = waitpid(pid, wait_status, options)) < 0 && errno == EINTR)
            ;
        return 0;
    }
    for (int i = 0; i < LOOKS && ended == 0; i++)
        if ((ended = waitpid(pid, wait_status, options | WNOHANG)) == 0)
            usleep(LOOK_US);
    errno = why;
    return ended != 0 ? 0 : -1;
}

/* By a descriptor, so that it meets nobody who has got the number meanwhile. */
static bool kill_stopped(pid_t pid)
{
    pid_t parent;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool killed = fd >= 0 && process_state(pid, &parent) == 'T' &&
                  syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0;
    if (fd >= 0)
        close(fd);
    return killed;
}

/* How long the process had been seen stopped at the last look. */
static uint64_t stopped_for_ns(const struct stopped *stopped, pid_t pid)
{
    for (size_t i = 0; i < stopped->count; i++)
        if (stopped->processes[i].pid == pid)
            return stopped->processes[i].for_ns;
    return 0;
}

/* Stopped, and nobody but who watches from outside can do something about it. */
static bool is_in_the_way(pid_t pid, pid_t root)
{
    pid_t parent, above;
    return process_state(pid, &parent) == 'T' &&
           (pid == root || process_state(parent, &above) == 'D');
}

bool processes_kill_stopped(struct stopped *stopped, pid_t root, uint64_t since_ns,
                            uint64_t most_ns)
{
    enum { MOST = 1024 };
    pid_t found[MOST] = {root};
    struct stopped now = {.count = 0};
    size_t count = processes_add_below(found, 1, MOST);
    bool was_root = false;
    for (size_t i = 0; i < count && now.count < PROCESSES_MOST_STOPPED; i++) {
        if (!is_in_the_way(found[i], root))
            continue;
        uint64_t for_ns = stopped_for_ns(stopped, found[i]) + since_ns;
        now.processes[now.count].pid = found[i];
        now.processes[now.count++].for_ns = for_ns;
        if (for_ns >= most_ns && kill_stopped(found[i]))
            was_root = was_root || found[i] == root;
    }
    *stopped = now;
    return was_root;
}
