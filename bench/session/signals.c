#include "bench/session/signals.h"
#include "bench/base/exit_status.h"
#include "bench/visit/visit.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void interrupt(int number)
{
    if (visit_interrupted != 0)
        _exit(128 + number); /* asked twice: at once */
    visit_interrupted = number;
}

void signals_catch(sigset_t *before)
{
    struct sigaction old;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    /* Restarting: tables that a slow reader makes wait are not cut; ppoll returns all the same. */
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
    sigset_t caught;
    sigemptyset(&caught);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        sigaddset(&caught, numbers[i]);
        sigaction(numbers[i], NULL, &old);
        if (numbers[i] != SIGHUP || old.sa_handler != SIG_IGN) /* nohup stays in force */
            sigaction(numbers[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &caught, before);
}

int signals_interrupted(void)
{
    return visit_interrupted;
}

/* What was forked is not process 1: there the signal has its usual effect when this returns. */
static void end(int number)
{
    if (getpid() == 1)
        _exit(128 + number);
    signal(number, SIG_DFL);
    raise(number);
}

void signals_end_process_one(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction old, action = {.sa_handler = end, .sa_flags = SA_RESTART};
    if (getpid() != 1)
        return;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        sigaction(numbers[i], NULL, &old);
        if (numbers[i] != SIGHUP || old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

static char cpu_time_is_up[128];

static void tell_and_end(int number)
{
    ssize_t told = write(STDERR_FILENO, cpu_time_is_up, strlen(cpu_time_is_up));
    (void)number;
    (void)told;
    _exit(EXIT_REFUSED);
}

void signals_tell_cpu_limit(void)
{
    struct rlimit limit;
    struct sigaction action = {.sa_handler = tell_and_end};
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_max < 2)
        return;
    snprintf(cpu_time_is_up, sizeof cpu_time_is_up,
             "breakeven: CPU time is used up: RLIMIT_CPU is %llu s; see `ulimit -t`\n",
             (unsigned long long)limit.rlim_cur);
    if (limit.rlim_cur >= limit.rlim_max)
        limit.rlim_cur = limit.rlim_max - 1;
    sigemptyset(&action.sa_mask);
    if (setrlimit(RLIMIT_CPU, &limit) == 0)
        sigaction(SIGXCPU, &action, NULL);
}
