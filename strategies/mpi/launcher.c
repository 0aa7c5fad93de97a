#include "strategies/mpi/launcher.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/command/inputs.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/mpi/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* How long mpirun may take to end once its ranks have; it takes a tenth of a second. */
#define END_NS (10 * NS_PER_S)

enum { SAID_BYTES = 16384 };

/* By which Open MPI is told that there may be more ranks than slots: it is mpirun's
 * --oversubscribe. */
#define OVERSUBSCRIBE "OMPI_MCA_rmaps_base_oversubscribe"

/* ------------------------------------------------------------------------------- what there is */

const char *launcher_path(void)
{
    static char path[PATH_MAX];
    struct error ignored = {0};
    return inputs_find_program("mpirun", "mpirun", path, &ignored) == 0 ? path : "";
}

/* The program that mpirun is a link to has the name of its make. */
static bool is_open_mpi(void)
{
    char path[PATH_MAX];
    if (realpath(launcher_path(), path) == NULL)
        return false;
    const char *name = strrchr(path, '/') + 1;
    return strstr(name, "orterun") != NULL || strstr(name, "prterun") != NULL ||
           strstr(name, "openmpi") != NULL;
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && (text_equal(value, "1") || strcasecmp(value, "true") == 0 ||
                             strcasecmp(value, "yes") == 0);
}

const char *launcher_unavailable(void)
{
    if (*launcher_path() == '\0')
        return "mpirun is not in PATH (Debian's openmpi-bin has it, or mpich)";
    if (geteuid() == 0 && is_open_mpi() &&
        !(is_set("OMPI_ALLOW_RUN_AS_ROOT") && is_set("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM")))
        return "Open MPI's mpirun refuses to be run by root; where that is meant, set "
               "OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1";
    return NULL;
}

/* ------------------------------------------------------------------------------- the environment
 */

enum { SETTINGS = 5, SETTING_BYTES = PATH_MAX + 64 };

/* What MPI is asked for beside the command line, by variables that only Open MPI knows, and that
 * the user may have set otherwise. Rank 0 is not counted among the slots. Where it has no CPU of
 * its own all ranks let others run while they wait, as Open MPI does by default in that case. Ranks
 * run where the visit may. What MPI writes lies in the visit's folder, and goes with it. */
static void make_settings(char settings[SETTINGS][SETTING_BYTES],
                          const struct launcher_order *order)
{
    bool yields = order->workers >= order->cpus;
    snprintf(settings[0], SETTING_BYTES, OVERSUBSCRIBE "=1");
    snprintf(settings[1], SETTING_BYTES, "OMPI_MCA_mpi_yield_when_idle=%d", yields);
    snprintf(settings[2], SETTING_BYTES, "OMPI_MCA_hwloc_base_binding_policy=none");
    snprintf(settings[3], SETTING_BYTES, "OMPI_MCA_orte_tmpdir_base=%s", order->folder);
    snprintf(settings[4], SETTING_BYTES, "OMPI_MCA_btl_vader_backing_directory=%s", order->folder);
}

static bool is_inherited(const char *setting)
{
    size_t length = strcspn(setting, "=") + 1;
    for (char **variable = environ; *variable != NULL; variable++)
        if (strncmp(*variable, setting, length) == 0)
            return true;
    return false;
}

/* Points into environ and to the settings; the caller frees it. NULL: there is no memory. */
static char **make_environment(char settings[SETTINGS][SETTING_BYTES])
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **made = calloc(count + SETTINGS + 1, sizeof *made);
    if (made == NULL)
        return NULL;
    memcpy(made, environ, count * sizeof *made);
    for (int i = 0; i < SETTINGS; i++)
        if (!is_inherited(settings[i]))
            made[count++] = settings[i];
    return made;
}

/* ------------------------------------------------------------------------------- starting */

static int start(struct launcher *launcher, const struct launcher_order *order, int nowhere,
                 struct error *error)
{
    char settings[SETTINGS][SETTING_BYTES], ranks[16], program[PATH_MAX + sizeof RANKS_PROGRAM];
    char *arguments[] = {"mpirun",
                         "-n",
                         ranks,
                         program,
                         (char *)(uintptr_t)order->folder,
                         (char *)(uintptr_t)order->hand_out,
                         NULL};
    volatile int why = 0;
    make_settings(settings, order);
    char **environment = make_environment(settings);
    if (environment == NULL)
        return fail(error, ERROR_REFUSED, "mpirun: out of memory");
    snprintf(ranks, sizeof ranks, "%u", order->workers + 1);
    snprintf(program, sizeof program, "%s/" RANKS_PROGRAM, order->folder);
    struct command_line line = {
        .arguments = arguments, .program = launcher_path(), .environment = environment};
    launcher->pid = launch_start(&line, nowhere, launcher->said, &why);
    free(environment);
    if (why == 0)
        return 0;
    if (launcher->pid > 0)
        waitpid(launcher->pid, NULL, 0);
    launcher->pid = 0;
    return fail_errno(error, why, "%s cannot be executed", launcher_path());
}

int launcher_start(struct launcher *launcher, const struct launcher_order *order,
                   struct error *error)
{
    *launcher = (struct launcher){.said = -1};
    if (order->workers > order->cpus && is_open_mpi() && !is_set(OVERSUBSCRIBE))
        return fail(error, ERROR_REFUSED,
                    "--workers: %u ranks are more than this host has slots, %u (one a CPU; rank 0, "
                    "the manager, is not counted); " OVERSUBSCRIBE
                    "=1 in the environment allows them, as mpirun's --oversubscribe does",
                    order->workers, order->cpus);
    launcher->said = memfd_create("mpirun", MFD_CLOEXEC);
    int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC), result;
    if (launcher->said < 0 || nowhere < 0 || fcntl(launcher->said, F_SETFL, O_APPEND) != 0)
        result = fail_errno(error, errno, "mpirun: what takes its output");
    else
        result = start(launcher, order, nowhere, error);
    if (nowhere >= 0)
        close(nowhere);
    return result;
}

/* ------------------------------------------------------------------------------- ending */

/* Reaps mpirun; its wait status. */
static int await_end(struct launcher *launcher)
{
    int wait_status = 0;
    uint64_t start_ns = clock_now_ns();
    while (!process_has_ended(launcher->pid) && clock_now_ns() - start_ns < END_NS)
        usleep(500);
    if (process_has_ended(launcher->pid))
        waitpid(launcher->pid, &wait_status, 0);
    else
        process_end(launcher->pid, process_kill(launcher->pid), 0, &wait_status);
    launcher->pid = 0;
    return wait_status;
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
}

/* A rank's own word, which is one line, or what Open MPI's mpirun says of one that has died, up to
 * a dot. False where there is neither. */
static bool quote(char *said, char *text, size_t bytes)
{
    char *line = strstr(said, RANKS_LINE);
    if (line != NULL) {
        line += strlen("breakeven: mpi: ");
        line[strcspn(line, "\n")] = '\0';
    } else if ((line = strstr(said, "process rank ")) != NULL) {
        char *end = strstr(line, ".\n");
        line += strlen("process ");
        if (end != NULL)
            *end = '\0';
    } else {
        return false;
    }
    snprintf(text, bytes, "%.300s", line);
    return true;
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

int launcher_explain(struct launcher *launcher, struct error *error)
{
    char said[SAID_BYTES], text[320];
    int wait_status = await_end(launcher);
    read_said(launcher, said);
    forget(launcher);
    if (strstr(said, "process rank ") == NULL) /* else all is said by that */
        hand_on(said);
    if (quote(said, text, sizeof text))
        return fail(error, ERROR_REFUSED, "mpirun has ended all ranks: %s", text);
    if (WIFSIGNALED(wait_status))
        return fail(error, ERROR_REFUSED, "mpirun died of signal %d (%s), and the ranks with it",
                    WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
    return fail(error, ERROR_REFUSED, "mpirun ended with exit code %d", WEXITSTATUS(wait_status));
}

void launcher_end(struct launcher *launcher)
{
    char said[SAID_BYTES];
    if (launcher->pid > 0)
        await_end(launcher);
    if (launcher->said < 0)
        return;
    read_said(launcher, said);
    forget(launcher);
    hand_on(said);
}
