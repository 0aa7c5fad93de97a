#include "strategies/mpi/launcher.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/command/inputs.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/mpi/launch_words.h"
#include "strategies/mpi/said.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the launcher may take to end once its ranks have; it takes a tenth of a second. And how
 * long where it has started none, and is asked to end. */
#define END_NS (10 * NS_PER_S)
#define GIVE_UP_NS (1 * NS_PER_S)

enum { SAID_BYTES = 16384 };

/* ------------------------------------------------------------------------------- what there is */

static const char *find(const char *name, char path[PATH_MAX])
{
    struct error ignored = {0};
    return inputs_find_program(name, name, path, &ignored) == 0 ? path : "";
}

/* Within an allocation of Slurm its own launcher is taken. */
static bool is_srun(void)
{
    char path[PATH_MAX];
    const char *allocation = getenv("SLURM_JOB_ID");
    return allocation != NULL && *allocation != '\0' && *find("srun", path) != '\0';
}

static const char *launcher_name(void)
{
    return is_srun() ? "srun" : "mpirun";
}

static char started[PATH_MAX]; /* the path of the last one; "": none was */

const char *launcher_path(void)
{
    static char path[PATH_MAX];
    return *started != '\0' ? started : find(launcher_name(), path);
}

const char *launcher_remedy(const struct launcher *launcher)
{
    return text_equal(launcher->name, "srun")
               ? "set SLURM_MPI_TYPE to what that one takes, of what `srun --mpi=list` tells"
               : "put that one's first in PATH, or build with `make MPI=` and its mpicc";
}

const char *launcher_unavailable(void)
{
    char path[PATH_MAX];
    return launch_words_refusal(find(launcher_name(), path));
}

/* ------------------------------------------------------------------------------- starting */

static int start(struct launcher *launcher, struct launch_words *words, int nowhere,
                 struct error *error)
{
    volatile int why = 0;
    char **environment = launch_words_environment(words);
    if (environment == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", launcher->name);
    struct command_line line = {
        .arguments = words->words, .program = launcher->path, .environment = environment};
    launcher->pid = launch_start(&line, nowhere, launcher->said, &why);
    free(environment);
    if (why == 0)
        return 0;
    if (launcher->pid > 0)
        waitpid(launcher->pid, NULL, 0);
    launcher->pid = 0;
    return fail_errno(error, why, "%s cannot be executed", launcher->path);
}

/* Its output is kept for who asks what went wrong. */
static int start_and_listen(struct launcher *launcher, struct launch_words *words,
                            struct error *error)
{
    launcher->said = memfd_create("mpirun", MFD_CLOEXEC);
    int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC), result;
    if (launcher->said < 0 || nowhere < 0 || fcntl(launcher->said, F_SETFL, O_APPEND) != 0)
        result = fail_errno(error, errno, "%s: what takes its output", launcher->name);
    else
        result = start(launcher, words, nowhere, error);
    if (nowhere >= 0)
        close(nowhere);
    return result;
}

int launcher_start(struct launcher *launcher, const struct launcher_order *order,
                   struct error *error)
{
    *launcher =
        (struct launcher){.said = -1,
                          .is_over_hosts = order->config->host_count > 0,
                          .name = order->config->host_count > 0 ? "mpirun" : launcher_name()};
    struct launch_words *words = malloc(sizeof *words);
    if (words == NULL)
        return fail_errno(error, ENOMEM, "%s", launcher->name);
    launcher->path = find(launcher->name, started);
    int result = launch_words_make(words, launcher, order, error);
    if (result == 0)
        result = start_and_listen(launcher, words, error);
    free(words);
    return result;
}

/* ------------------------------------------------------------------------------- ending */

/* Reaps the launcher, and kills it where it does not end; its wait status. */
static int await_end(struct launcher *launcher, uint64_t most_ns)
{
    int wait_status = 0;
    uint64_t start_ns = clock_now_ns();
    while (!process_has_ended(launcher->pid) && clock_now_ns() - start_ns < most_ns)
        usleep(500);
    if (process_has_ended(launcher->pid))
        waitpid(launcher->pid, &wait_status, 0);
    else
        process_end(launcher->pid, process_kill(launcher->pid), 0, &wait_status);
    launcher->pid = 0;
    return wait_status;
}

/* Told to bind no rank, srun complains where it could bind none. */
static void drop_complaint(char *said)
{
    static const char complaint[] = "srun: cluster configuration lacks support for cpu binding\n";
    char *at = strstr(said, complaint);
    if (at != NULL)
        memmove(at, at + strlen(complaint), strlen(at + strlen(complaint)) + 1);
}

/* The end of what was said, as a text. */
static void read_said(const struct launcher *launcher, char text[SAID_BYTES])
{
    off_t end = lseek(launcher->said, 0, SEEK_END);
    off_t from = end > SAID_BYTES - 1 ? end - (SAID_BYTES - 1) : 0;
    ssize_t got = end > 0 ? pread(launcher->said, text, SAID_BYTES - 1, from) : 0;
    text[got > 0 ? got : 0] = '\0';
    for (ssize_t i = 0; i < got; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    drop_complaint(text);
}

static void hand_on(const char *said)
{
    if (*said != '\0')
        whole_put(STDERR_FILENO, said, strlen(said));
}

static void forget(struct launcher *launcher)
{
    if (launcher->said >= 0)
        close(launcher->said);
    launcher->said = -1;
}

/* Of a rank that dies before it has come up Open MPI tells the signal by its exit code alone, and
 * of a signal that has asked it to end nothing. */
static int explain_exit(const struct launcher *launcher, int code, bool was_silent,
                        struct error *error)
{
    int number = code > 128 && code - 128 < NSIG ? code - 128 : 0;
    if (number > 0)
        return fail(error, ERROR_REFUSED,
                    "%s ended with exit code %d: a rank died of signal %d (%s)", launcher->name,
                    code, number, strsignal(number));
    return fail(error, ERROR_REFUSED, "%s ended with exit code %d%s", launcher->name, code,
                was_silent ? " without a word, as where a signal has asked it to end" : "");
}

int launcher_explain(struct launcher *launcher, struct error *error)
{
    char said[SAID_BYTES], text[400];
    int wait_status = await_end(launcher, END_NS);
    read_said(launcher, said);
    forget(launcher);
    enum said by = said_tells(said, text, sizeof text);
    if (by != SAID_AT_LENGTH)
        hand_on(said);
    bool are_alone = strstr(said, "direct launched") != NULL; /* says Open MPI of ranks of srun */
    if (by != SAID_NOTHING)
        return fail(error, ERROR_REFUSED, "%s has ended all ranks: %s%s%s", launcher->name, text,
                    are_alone ? "; " : "", are_alone ? launcher_remedy(launcher) : "");
    if (WIFSIGNALED(wait_status))
        return fail(error, ERROR_REFUSED, "%s died of signal %d (%s), and the ranks with it",
                    launcher->name, WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
    if (launcher->is_over_hosts && said_tells_of_start(said, text, sizeof text))
        return fail(error, ERROR_REFUSED, "mpirun ended with exit code %d: %s",
                    WEXITSTATUS(wait_status), text);
    return explain_exit(launcher, WEXITSTATUS(wait_status), *said == '\0', error);
}

/* What it says of its own end is of no interest. */
int launcher_give_up(struct launcher *launcher, uint64_t after_ns, struct error *error)
{
    char said[SAID_BYTES], after[32], text[200];
    read_said(launcher, said);
    kill(launcher->pid, SIGTERM); /* what it has on other hosts it alone can end */
    await_end(launcher, GIVE_UP_NS);
    forget(launcher);
    hand_on(said);
    text_duration(after, sizeof after, (double)after_ns);
    bool is_told = launcher->is_over_hosts && said_tells_of_start(said, text, sizeof text);
    return fail(error, ERROR_REFUSED,
                "%s has not brought up all ranks within %s, three quarters of --timeout, and was "
                "ended%s%s",
                launcher->name, after, is_told ? ": " : "", is_told ? text : "");
}

void launcher_end(struct launcher *launcher)
{
    char said[SAID_BYTES];
    if (launcher->pid > 0)
        await_end(launcher, END_NS);
    if (launcher->said < 0)
        return;
    read_said(launcher, said);
    forget(launcher);
    hand_on(said);
}
