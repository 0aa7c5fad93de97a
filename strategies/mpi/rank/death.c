#include "strategies/mpi/rank/death.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STACK_BYTES = 1 << 16 };

/* What handlers need is made before. */
static struct {
    const volatile struct job *job; /* NULL: it is not told */
    pid_t pid;                      /* a job's own children are no ranks */
    char beginning[2 * RANKS_HOST_BYTES];
    char names[NSIG][48]; /* of signals, between number and job */
} dying;

/* Adds the text of a number, by what signal handlers may call: nothing. */
static size_t add_number(char *line, size_t used, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        line[used++] = digits[--count];
    return used;
}

static size_t add(char *line, size_t used, const char *text)
{
    size_t length = strlen(text);
    memcpy(line + used, text, length);
    return used + length;
}

static void say(const char *how)
{
    char line[sizeof dying.beginning + sizeof dying.names[0] + 64];
    uint64_t index = dying.job->index;
    size_t used = add(line, 0, dying.beginning);
    used = add(line, used, how);
    if (index != UINT64_MAX) {
        used = add(line, used, " in job ");
        used = add_number(line, used, index);
    }
    line[used++] = '\n';
    if (write(STDERR_FILENO, line, used) < 0)
        return;
}

/* It is raised once more, and ends the process when this returns. */
static void on_signal(int number)
{
    if (getpid() == dying.pid)
        say(dying.names[number]);
    signal(number, SIG_DFL);
    raise(number);
}

static bool is_in_job(void)
{
    return dying.job != NULL && dying.job->index != UINT64_MAX && getpid() == dying.pid;
}

static void on_exit_of_job(void)
{
    if (is_in_job())
        say("called exit");
}

/* These stand before the C library's for all libraries that this program loads, and do the same.
 * Its exit has a function of its own in their place. */
void _exit(int status)
{
    if (is_in_job())
        say("called _exit");
    for (;;)
        syscall(SYS_exit_group, status);
}

void _Exit(int status)
{
    _exit(status);
}

void death_tell(const struct rank *rank, const struct job *job)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
    static unsigned char memory[STACK_BYTES];
    const stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    dying.pid = getpid();
    dying.job = job;
    snprintf(dying.beginning, sizeof dying.beginning, RANKS_LINE "%d on %s ", rank->number,
             rank->host);
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        snprintf(dying.names[deadly[i]], sizeof dying.names[0], "died of signal %d (%s)", deadly[i],
                 strsignal(deadly[i]));
        sigaction(deadly[i], &action, NULL);
    }
    atexit(on_exit_of_job);
}
