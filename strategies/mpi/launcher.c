#include "strategies/mpi/launcher.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/command/inputs.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/mpi/protocol.h"
#include "strategies/mpi/said.h"
#include "strategies/mpi/spread.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* How long the launcher may take to end once its ranks have; it takes a tenth of a second. And how
 * long where it has started none, and is asked to end. */
#define END_NS (10 * NS_PER_S)
#define GIVE_UP_NS (1 * NS_PER_S)

enum { SAID_BYTES = 16384, MOST_WORDS = 16 };

/* By which Open MPI is told that there may be more ranks than slots: it is mpirun's
 * --oversubscribe. */
#define OVERSUBSCRIBE "OMPI_MCA_rmaps_base_oversubscribe"

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

/* The program that mpirun is a link to has the name of its make. */
static bool is_open_mpi(const char *launcher)
{
    char path[PATH_MAX];
    if (realpath(launcher, path) == NULL)
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

/* NULL, or why this one cannot be used. */
static const char *unavailable(const char *path)
{
    if (*path == '\0')
        return "mpirun is not in PATH (Debian's openmpi-bin has it, or mpich)";
    if (geteuid() == 0 && is_open_mpi(path) &&
        !(is_set("OMPI_ALLOW_RUN_AS_ROOT") && is_set("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM")))
        return "Open MPI's mpirun refuses to be run by root; where that is meant, set "
               "OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1";
    return NULL;
}

const char *launcher_unavailable(void)
{
    char path[PATH_MAX];
    return unavailable(find(launcher_name(), path));
}

/* ------------------------------------------------------------------------------- the environment
 */

enum { SETTINGS = 15, SETTING_BYTES = PATH_MAX + 64 };

/* What MPI is asked for beside the command line, by variables that only Open MPI or Slurm know, and
 * that the user may have set otherwise. Rank 0 is not counted among the slots. Where it has no CPU
 * of its own all ranks let others run while they wait, as Open MPI does by default in that case.
 * Ranks run where the visit may. What MPI writes lies in the visit's folder, and goes with it; it
 * tries no other place, where a rank that is killed would leave its try. A
 * host that cannot be reached any more is missed after five seconds, here and there. srun ends all
 * ranks where one has failed, as mpirun does. */
static void make_settings(char settings[SETTINGS][SETTING_BYTES],
                          const struct launcher_order *order, bool yields)
{
    snprintf(settings[0], SETTING_BYTES, OVERSUBSCRIBE "=1");
    snprintf(settings[1], SETTING_BYTES, "OMPI_MCA_mpi_yield_when_idle=%d", yields);
    snprintf(settings[2], SETTING_BYTES, "OMPI_MCA_hwloc_base_binding_policy=none");
    snprintf(settings[3], SETTING_BYTES, "OMPI_MCA_orte_tmpdir_base=%s", order->folder);
    snprintf(settings[4], SETTING_BYTES, "OMPI_MCA_btl_vader_backing_directory=%s", order->folder);
    snprintf(settings[5], SETTING_BYTES, "OMPI_MCA_oob_tcp_keepalive_time=2");
    snprintf(settings[6], SETTING_BYTES, "OMPI_MCA_oob_tcp_keepalive_intvl=1");
    snprintf(settings[7], SETTING_BYTES, "OMPI_MCA_oob_tcp_keepalive_probes=3");
    snprintf(settings[8], SETTING_BYTES, "OMPI_MCA_shmem=mmap");
    snprintf(settings[9], SETTING_BYTES, "SLURM_OVERCOMMIT=1");
    snprintf(settings[10], SETTING_BYTES, "SLURM_OVERLAP=1");
    snprintf(settings[11], SETTING_BYTES, "SLURM_CPU_BIND=none");
    snprintf(settings[12], SETTING_BYTES, "SLURM_KILL_BAD_EXIT=1");
    settings[13][0] = settings[14][0] = '\0';
}

/* The same over hosts, which do not have that folder; of vader's a rank takes care that has it.
 * Hosts are filled one after the other, as they have as many slots as they get ranks. */
static void make_settings_of_hosts(char settings[SETTINGS][SETTING_BYTES],
                                   const struct launcher_order *order, bool yields)
{
    make_settings(settings, order, yields);
    snprintf(settings[3], SETTING_BYTES, "OMPI_MCA_orte_local_tmpdir_base=%s", order->folder);
    settings[4][0] = '\0';
    snprintf(settings[13], SETTING_BYTES, "OMPI_MCA_rmaps_base_mapping_policy=slot");
    snprintf(settings[14], SETTING_BYTES, "OMPI_MCA_rmaps_base_ranking_policy=slot");
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
        if (*settings[i] != '\0' && !is_inherited(settings[i]))
            made[count++] = settings[i];
    return made;
}

/* ------------------------------------------------------------------------------- starting */

/* The command line of a launcher, what its words lie in, and what is set for it. */
struct words {
    char *words[MOST_WORDS];
    size_t count;
    char ranks[16], most_s[24], program[PATH_MAX + sizeof RANKS_PROGRAM], hosts[HOSTS_TEXT_BYTES];
    char settings[SETTINGS][SETTING_BYTES];
};

static void add(struct words *words, const char *word)
{
    words->words[words->count++] = (char *)(uintptr_t)word;
    words->words[words->count] = NULL;
}

/* No visit takes longer, but for how long it was stopped. */
static uint64_t most_seconds(uint64_t timeout_ns)
{
    return timeout_ns > 0 ? 2 * (timeout_ns / NS_PER_S) + 10 : 0;
}

/* An allocation may have other hosts, which do not have the program. */
static void add_srun(struct words *words)
{
    const char *here = getenv("SLURMD_NODENAME");
    add(words, "--nodes=1");
    if (here == NULL)
        return;
    add(words, "--nodelist");
    add(words, here);
}

static void begin(struct words *words, const struct launcher_order *order, const char *name)
{
    words->count = 0;
    snprintf(words->ranks, sizeof words->ranks, "%u", order->config->workers + 1);
    snprintf(words->most_s, sizeof words->most_s, "%llu",
             (unsigned long long)most_seconds(order->config->timeout_ns));
    add(words, name);
    add(words, "-n");
    add(words, words->ranks);
}

static void end(struct words *words, const struct launcher_order *order)
{
    add(words, order->folder);
    add(words, order->hand_out);
    add(words, words->most_s);
}

/* The ranks of this machine alone. */
static int make_words(struct words *words, const struct launcher *launcher,
                      const struct launcher_order *order, struct error *error)
{
    uint32_t workers = order->config->workers, cpus = order->config->cpus;
    if (workers > cpus && is_open_mpi(launcher->path) && !is_set(OVERSUBSCRIBE))
        return fail(error, ERROR_REFUSED,
                    "--workers: %u ranks are more than this host has slots, %u (one a CPU; rank 0, "
                    "the manager, is not counted); " OVERSUBSCRIBE
                    "=1 in the environment allows them, as mpirun's --oversubscribe does",
                    workers, cpus);
    snprintf(words->program, sizeof words->program, "%s/" RANKS_PROGRAM, order->folder);
    begin(words, order, launcher->name);
    if (text_equal(launcher->name, "srun"))
        add_srun(words);
    add(words, words->program);
    end(words, order);
    make_settings(words->settings, order, workers >= cpus);
    return 0;
}

/* Where breakeven is on every host. */
static int find_program(char program[PATH_MAX], struct error *error)
{
    const char *given = getenv(LAUNCHER_PROGRAM);
    ssize_t length = readlink("/proc/self/exe", program, PATH_MAX - 1);
    if (given != NULL && *given != '\0') {
        snprintf(program, PATH_MAX, "%s", given);
        return 0;
    }
    if (length < 0)
        return fail_errno(error, errno, "mpi: the path of breakeven");
    program[length] = '\0';
    if (access(program, X_OK) == 0)
        return 0;
    return fail(error, ERROR_REFUSED,
                "mpi: this breakeven lies at no path of its own that hosts could start it by; "
                "set " LAUNCHER_PROGRAM " to one");
}

/* MPICH's mpirun does not count slots itself. */
static int check_slots(const struct strategy_config *config, const struct spread *spread,
                       struct error *error)
{
    if (config->workers <= spread->slots || is_set(OVERSUBSCRIBE))
        return 0;
    return fail(error, ERROR_REFUSED,
                "--workers: %u ranks are more than the %u host%s %s slots by --hosts, %u (rank 0, "
                "the manager, is not counted); " OVERSUBSCRIBE
                "=1 in the environment allows them, as mpirun's --oversubscribe does",
                config->workers, config->host_count, text_plural(config->host_count),
                config->host_count == 1 ? "has" : "have", spread->slots);
}

/* Ranks over hosts, by mpirun also where there is srun: it takes their list in any case. */
static int make_words_over(struct words *words, const struct launcher *launcher,
                           const struct launcher_order *order, const struct spread *spread,
                           struct error *error)
{
    const char *why = unavailable(launcher->path);
    if (why != NULL)
        return fail(error, ERROR_REFUSED, "--hosts: mpirun starts their ranks: %s", why);
    if (check_slots(order->config, spread, error) != 0)
        return -1;
    if (!hosts_text(&spread->hosts, words->hosts))
        return fail(error, ERROR_REFUSED, "--hosts: the list is too long for mpirun");
    if (find_program(words->program, error) != 0)
        return -1;
    begin(words, order, launcher->name);
    add(words, "--host");
    add(words, words->hosts);
    add(words, words->program);
    add(words, RANKS_SUBCOMMAND);
    end(words, order);
    make_settings_of_hosts(words->settings, order, spread->yields);
    return 0;
}

static int prepare(struct words *words, const struct launcher *launcher,
                   const struct launcher_order *order, struct error *error)
{
    struct spread spread;
    if (order->config->host_count == 0)
        return make_words(words, launcher, order, error);
    if (spread_make(order->config, &spread, error) != 0)
        return -1;
    int result = make_words_over(words, launcher, order, &spread, error);
    spread_free(&spread);
    return result;
}

static int start(struct launcher *launcher, struct words *words, int nowhere, struct error *error)
{
    volatile int why = 0;
    char **environment = make_environment(words->settings);
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
static int start_and_listen(struct launcher *launcher, struct words *words, struct error *error)
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
    struct words *words = malloc(sizeof *words);
    if (words == NULL)
        return fail_errno(error, ENOMEM, "%s", launcher->name);
    launcher->path = find(launcher->name, started);
    int result = prepare(words, launcher, order, error);
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
