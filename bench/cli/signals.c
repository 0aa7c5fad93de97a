#include "bench/cli/signals.h"
#include "bench/visit.h"

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
