#include "strategies/mpi/rank/life.h"
#include "bench/base/exit_status.h"
#include "strategies/mpi/protocol.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What a daemon may take to end all that is its own. */
enum { PATIENCE_S = 3 };

static pid_t starter; /* 0: no launcher of MPI, or not any more */
static volatile sig_atomic_t asked;
static char farewell[RANKS_HOST_BYTES + 192]; /* what a handler writes is made before */

/* Whoever else is the parent now has not started this. */
static void tell_starter(int signal_number)
{
    if (starter > 1 && getppid() == starter)
        kill(starter, signal_number);
}

/* Comes when the time is up, and again. */
static void on_time_up(int number)
{
    (void)number;
    if (asked == 0) {
        asked = 1;
        ssize_t ignored = write(STDERR_FILENO, farewell, strlen(farewell));
        (void)ignored;
        tell_starter(SIGTERM);
        return;
    }
    tell_starter(SIGKILL);
    kill(getpid(), SIGKILL);
}

/* Where there is no timer the rank ends with who has started it, as it always does. */
static void limit(long most_s)
{
    struct sigaction action = {.sa_handler = on_time_up, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMAX};
    struct itimerspec when = {.it_value.tv_sec = most_s, .it_interval.tv_sec = PATIENCE_S};
    timer_t timer;
    sigaction(SIGRTMAX, &action, NULL);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
        timer_settime(timer, 0, &when, NULL);
}

/* Anything else, as a shell or what takes in orphans, is not to be ended. */
static bool is_launcher(pid_t process)
{
    static const char *const names[] = {"mpirun", "mpiexec", "orte", "prte", "hydra"};
    char path[64], name[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", (int)process);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_read = fgets(name, sizeof name, file) != NULL, is_one = false;
    fclose(file);
    for (size_t i = 0; is_read && i < sizeof names / sizeof *names; i++)
        is_one = is_one || strncmp(name, names[i], strlen(names[i])) == 0;
    return is_one;
}

/* Ends where the parent has ended before it was to be followed. */
static void follow_parent(void)
{
    pid_t parent = getppid();
    starter = is_launcher(parent) ? parent : 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_REFUSED);
}

void life_follow(const char *most_s)
{
    char host[RANKS_HOST_BYTES] = "";
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "an unknown host");
    snprintf(farewell, sizeof farewell,
             RANKS_LINE "%.20s on %s has run for %.20s s, longer than any visit may\n",
             ranks_number(), host, most_s);
    follow_parent();
    if (atol(most_s) > 0)
        limit(atol(most_s));
}

/* A thread, which costs nothing while it waits. */
static void *outlive_visit(void *visit)
{
    struct pollfd polled = {.fd = (int)(intptr_t)visit, .events = POLLIN};
    while (poll(&polled, 1, -1) <= 0)
        ;
    sleep(1);
    kill(getpid(), SIGKILL);
    return NULL;
}

void life_follow_visit(int socket)
{
    struct ucred visit;
    socklen_t size = sizeof visit;
    pthread_t thread;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &visit, &size) != 0 || visit.pid <= 0)
        return;
    int process = (int)syscall(SYS_pidfd_open, visit.pid, 0);
    if (process >= 0 &&
        pthread_create(&thread, NULL, outlive_visit, (void *)(intptr_t)process) == 0)
        pthread_detach(thread);
}
