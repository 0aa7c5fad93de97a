/* Joins the parts; the only file that prints errors and exits. */
#include "bench/base/exit_status.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/cli/cli.h"
#include "bench/machine/affinity.h"
#include "bench/session/signals.h"
#include "bench/session/surroundings.h"
#include "strategies/mpi/look.h"
#include "strategies/mpi/protocol.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command commands[] = {
    {"run", cli_run, &cli_run_options,
     "measure a suite, write CSV, draw plots, name the crossovers"},
    {"advise", cli_advise, &cli_advise_options,
     "what to run your jobs by, and what that gains, before you measure them"},
    {"trace", cli_trace, &cli_trace_options, "who ran which job of one batch, and when"},
    {"report", cli_report, &cli_report_options,
     "the answer, the tables and the plots again, from the files of a run"},
    {"explain", cli_explain, &cli_explain_options,
     "where the time of a strategy's batches goes, and what would make it pay"},
    {"compare", cli_compare, &cli_compare_options, "the regression check between two runs"},
    {"export", cli_export, &cli_export_options,
     "a comparison or a run for other programs: CI systems, benchmark tools"},
    {"check", cli_check, &cli_check_options,
     "whether exported thresholds still hold, and what they cost now"},
    {"floors", cli_floors, &cli_floors_options,
     "what this machine can do at best, and how near each strategy comes"},
    {"calibrate", cli_calibrate, &cli_calibrate_options,
     "what parallelism costs on this machine, in five seconds, kept for advice"},
    {"new", cli_new, &cli_new_options,
     "a folder with a work or a strategy of your own, to be changed"},
    {"list", cli_list, &cli_list_options, "strategies, works and suites"},
    {"visit", cli_visit, NULL, NULL},
    {"library", cli_library, NULL, NULL},
    {RANKS_SUBCOMMAND, cli_rank, NULL, NULL},
    {LOOK_SUBCOMMAND, cli_hosts, NULL, NULL},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(void)
{
    printf("breakeven: from which job size does running in parallel beat running serially?\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].help != NULL)
            printf("  breakeven %-9s %s\n", commands[i].name, commands[i].help);
    printf(
        "\n`breakeven COMMAND --help` tells its options. Exit status: 0 done, 1 a check failed,\n"
        "2 usage, 3 not comparable or nothing measured, 4 refused by the system, 130 "
        "interrupted.\n");
}

static void fail_unknown(const char *name, struct error *error)
{
    const char *names[COMMANDS];
    char suggestion[128];
    size_t count = 0;
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].help != NULL)
            names[count++] = commands[i].name;
    text_suggestion(suggestion, sizeof suggestion, name, names, count);
    fail(error, ERROR_USAGE, "'%s' is not a command%s; see breakeven --help", name, suggestion);
}

static void run_command(int count, char *arguments[], struct ending *ending)
{
    const char *name = count > 1 ? arguments[1] : "";
    if (count < 2)
        fail(&ending->error, ERROR_USAGE, "a command is needed; see breakeven --help");
    else if (text_equal(name, "--help") || text_equal(name, "help"))
        print_help();
    else if (text_equal(name, "--version"))
        cli_print_version();
    else if (text_equal(name, "complete"))
        cli_complete(commands, COMMANDS, count - 2, arguments + 2);
    else if (strategies_check(&ending->error) == 0) {
        for (size_t i = 0; i < COMMANDS; i++)
            if (text_equal(commands[i].name, name)) {
                commands[i].run(count - 2, arguments + 2, ending);
                return;
            }
        fail_unknown(name, &ending->error);
    }
}

/* Standard error was closed at the start: there is nobody to tell there. */
static bool without_errors;

/* A descriptor that is closed at the start would be given to the next file that is opened. Where
 * there is no /dev/null, the root folder holds it: who reads or writes there is refused. */
static void hold_standard_descriptors(void)
{
    without_errors = fcntl(STDERR_FILENO, F_GETFD) < 0;
    while (fcntl(STDERR_FILENO, F_GETFD) < 0 || fcntl(STDOUT_FILENO, F_GETFD) < 0 ||
           fcntl(STDIN_FILENO, F_GETFD) < 0)
        if (open("/dev/null", O_RDWR) < 0 && open("/", O_RDONLY) < 0)
            _exit(EXIT_REFUSED);
}

/* Where an earlier write failed its reason is gone. An exit status that says more stays, and then
 * this is a warning. */
static void flush_output(struct ending *ending)
{
    struct error lost = {0};
    if (fflush(stdout) != 0)
        fail_errno(&lost, errno, "the output cannot be written");
    else if (ferror(stdout))
        fail(&lost, ERROR_REFUSED, "the output cannot be written");
    if (ending->error.kind == ERROR_NONE)
        ending->error = lost;
    else if (ending->warning[0] == '\0')
        snprintf(ending->warning, sizeof ending->warning, "%s", lost.text);
}

/* Tells a line where it can be told: on standard error, or else on the output, unless a program
 * reads that. */
static void tell(const struct ending *ending, const char *kind, const char *text)
{
    char line[sizeof ending->warning + 64];
    if (*text == '\0')
        return;
    int bytes = snprintf(line, sizeof line, "breakeven: %s%s\n", kind, text);
    bool told = !without_errors && whole_put(STDERR_FILENO, line, (size_t)bytes) == 0;
    if (!told && !ending->data)
        whole_put(STDOUT_FILENO, line, (size_t)bytes);
}

/* Whoever starts us may ignore or block signals that we need: children that end while SIGCHLD is
 * ignored leave no status, and a blocked SIGTERM ends nothing. */
static void take_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_IGN); /* a reader that leaves is an error of writing */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file beyond `ulimit -f` */
    signals_end_process_one();
    signals_tell_cpu_limit();
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int main(int count, char *arguments[])
{
    struct ending ending = {0};
    affinity_restore();
    hold_standard_descriptors();
    take_signals();
    if (surroundings_check_stack(&ending.error) == 0)
        run_command(count, arguments, &ending);
    flush_output(&ending);
    tell(&ending, "warning: ", ending.warning);
    tell(&ending, "", ending.error.text);
    return exit_status_of(ending.error.kind, signals_interrupted());
}
