#include "bench/visit/counter.h"
#include "bench/base/clock.h"
#include "bench/process/program.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How long the program that a counter is tried with may take. */
#define TRIAL_NS (30 * NS_PER_S)

/* The share of the time in which a counter must have counted. */
#define COUNTED_SHARE 0.999

/* Where the kernel has this folder, a CPU has cores of two kinds, and a counter counts on one. */
#define SMALL_CORES "/sys/bus/event_source/devices/cpu_atom"

/* ------------------------------------------------------------------------------- the CPU's own */

static bool is_of_cpu(const struct counter *counter)
{
    return counter->wrapper == NULL;
}

/* Counts from the exec of each child on that the calling thread starts, and in whom it starts. */
static int begin_on_cpu(struct counter *counter, struct error *error)
{
    struct perf_event_attr wanted = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof wanted,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        .disabled = 1,
        .enable_on_exec = 1,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    long fd = syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return fail_errno(error, errno, "the CPU's counters");
    counter->fd = (int)fd;
    return 0;
}

static int end_on_cpu(struct counter *counter, double *instructions, struct error *error)
{
    struct {
        uint64_t counted, enabled_ns, running_ns;
    } told = {0};
    ssize_t got = read(counter->fd, &told, sizeof told);
    close(counter->fd);
    counter->fd = -1;
    if (got != (ssize_t)sizeof told || told.counted == 0)
        return fail(error, ERROR_REFUSED, "the CPU's counters: they count nothing");
    if ((double)told.running_ns < COUNTED_SHARE * (double)told.enabled_ns)
        return fail(error, ERROR_REFUSED,
                    "the CPU's counters: others had them for a part of the time");
    *instructions = (double)told.counted;
    return 0;
}

/* ------------------------------------------------------------------------------- callgrind */

/* Its file lies in memory that this process owns, so that nothing is left however it ends. */
static int reserve_output(struct counter *counter, struct error *error)
{
    counter->fd = memfd_create("callgrind", MFD_CLOEXEC);
    if (counter->fd < 0)
        return fail_errno(error, errno, "callgrind: memory for its file (memfd_create)");
    snprintf(counter->output, sizeof counter->output, "--callgrind-out-file=/proc/%d/fd/%d",
             (int)getpid(), counter->fd);
    return 0;
}

/* Valgrind keeps the process's command line there, and would tell at length that it cannot. */
static int check_folder(struct error *error)
{
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || *folder == '\0')
        folder = "/tmp";
    if (access(folder, W_OK | X_OK) != 0)
        return fail_errno(error, errno, "callgrind: TMPDIR: %.100s", folder);
    return 0;
}

/* Neither the user's settings for valgrind nor its pipes for debuggers. */
static int become_callgrind(struct counter *counter, struct error *error)
{
    const char *const arguments[COUNTER_ARGUMENTS] = {
        "valgrind", "--tool=callgrind", "--command-line-only=yes",
        "--quiet",  "--vgdb=no",        counter->output,
    };
    counter->name = "callgrind";
    counter->wrapper = counter->arguments;
    memcpy(counter->arguments, arguments, sizeof arguments);
    return check_folder(error) == 0 ? reserve_output(counter, error) : -1;
}

static int begin_callgrind(struct counter *counter, struct error *error)
{
    if (ftruncate(counter->fd, 0) != 0)
        return fail_errno(error, errno, "callgrind: its file");
    return 0;
}

/* The file ends with a line "totals: 941585". */
static int end_callgrind(struct counter *counter, double *instructions, struct error *error)
{
    static const char word[] = "totals: ";
    char *line = NULL;
    size_t room = 0;
    int copy = fcntl(counter->fd, F_DUPFD_CLOEXEC, 3);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
    if (file == NULL) {
        if (copy >= 0)
            close(copy);
        return fail_errno(error, errno, "callgrind: its file");
    }
    rewind(file);
    *instructions = 0;
    while (getline(&line, &room, file) > 0)
        if (strncmp(line, word, strlen(word)) == 0)
            *instructions = strtod(line + strlen(word), NULL);
    free(line);
    fclose(file);
    if (!(*instructions > 0))
        return fail(error, ERROR_REFUSED, "callgrind: it told no total");
    return 0;
}

/* ------------------------------------------------------------------------------- either */

int counter_begin(struct counter *counter, struct error *error)
{
    return is_of_cpu(counter) ? begin_on_cpu(counter, error) : begin_callgrind(counter, error);
}

int counter_end(struct counter *counter, double *instructions, struct error *error)
{
    return is_of_cpu(counter) ? end_on_cpu(counter, instructions, error)
                              : end_callgrind(counter, instructions, error);
}

void counter_close(struct counter *counter)
{
    if (counter->fd >= 0)
        close(counter->fd);
    counter->fd = -1;
}

/* Counts a program that does nothing. */
static int try(struct counter *counter, struct error *error)
{
    const char *arguments[COUNTER_ARGUMENTS + 2] = {NULL};
    size_t count = 0;
    double instructions;
    for (; counter->wrapper != NULL && counter->wrapper[count] != NULL; count++)
        arguments[count] = counter->wrapper[count];
    arguments[count] = "true";
    int here = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct program program = {
        .arguments = arguments,
        .remedy = is_of_cpu(counter) ? "is it in PATH?" : "install valgrind",
        .folder = here,
        .timeout_ns = TRIAL_NS,
    };
    int result = counter_begin(counter, error);
    if (result == 0)
        result = program_run(&program, error);
    if (result == 0)
        result = counter_end(counter, &instructions, error);
    close(here);
    if (result != 0)
        counter_close(counter);
    return result;
}

static int try_cpu(struct counter *counter, struct error *error)
{
    if (access(SMALL_CORES, F_OK) == 0)
        return fail(error, ERROR_REFUSED, "the CPU's counters: its cores are of two kinds");
    return try(counter, error);
}

int counter_open(struct counter *counter, struct error *error)
{
    struct error cpu = {0}, callgrind = {0};
    *counter = (struct counter){.name = "the CPU's counters", .fd = -1};
    if (try_cpu(counter, &cpu) == 0)
        return 0;
    if (become_callgrind(counter, &callgrind) == 0 && try(counter, &callgrind) == 0)
        return 0;
    return fail(error, ERROR_NOT_COMPARABLE, "nobody counts instructions here: %.200s; %.200s",
                cpu.text, callgrind.text);
}
