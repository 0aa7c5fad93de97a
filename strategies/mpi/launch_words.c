#include "strategies/mpi/launch_words.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "strategies/mpi/protocol.h"
#include "strategies/mpi/spread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

extern char **environ;

/* By which Open MPI is told that there may be more ranks than slots: it is mpirun's
 * --oversubscribe. */
#define OVERSUBSCRIBE "OMPI_MCA_rmaps_base_oversubscribe"

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

const char *launch_words_refusal(const char *path)
{
    if (*path == '\0')
        return "mpirun is not in PATH (Debian's openmpi-bin has it, or mpich)";
    if (geteuid() == 0 && is_open_mpi(path) &&
        !(is_set("OMPI_ALLOW_RUN_AS_ROOT") && is_set("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM")))
        return "Open MPI's mpirun refuses to be run by root; where that is meant, set "
               "OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1";
    return NULL;
}

/* ------------------------------------------------------------------------------- the environment
 */

/* What MPI is asked for beside the command line, by variables that only Open MPI or Slurm know, and
 * that the user may have set otherwise. Rank 0 is not counted among the slots. Where it has no CPU
 * of its own all ranks let others run while they wait, as Open MPI does by default in that case.
 * Ranks run where the visit may. What MPI writes lies in the visit's folder, and goes with it; it
 * tries no other place, where a rank that is killed would leave its try. A host that cannot be
 * reached any more is missed after five seconds, here and there. srun ends all
 * ranks where one has failed, as mpirun does. */
static void make_settings(char settings[LAUNCH_SETTINGS][LAUNCH_SETTING_BYTES],
                          const struct launcher_order *order, bool yields)
{
    snprintf(settings[0], LAUNCH_SETTING_BYTES, OVERSUBSCRIBE "=1");
    snprintf(settings[1], LAUNCH_SETTING_BYTES, "OMPI_MCA_mpi_yield_when_idle=%d", yields);
    snprintf(settings[2], LAUNCH_SETTING_BYTES, "OMPI_MCA_hwloc_base_binding_policy=none");
    snprintf(settings[3], LAUNCH_SETTING_BYTES, "OMPI_MCA_orte_tmpdir_base=%s", order->folder);
    snprintf(settings[4], LAUNCH_SETTING_BYTES, "OMPI_MCA_btl_vader_backing_directory=%s",
             order->folder);
    snprintf(settings[5], LAUNCH_SETTING_BYTES, "OMPI_MCA_oob_tcp_keepalive_time=2");
    snprintf(settings[6], LAUNCH_SETTING_BYTES, "OMPI_MCA_oob_tcp_keepalive_intvl=1");
    snprintf(settings[7], LAUNCH_SETTING_BYTES, "OMPI_MCA_oob_tcp_keepalive_probes=3");
    snprintf(settings[8], LAUNCH_SETTING_BYTES, "OMPI_MCA_shmem=mmap");
    snprintf(settings[9], LAUNCH_SETTING_BYTES, "SLURM_OVERCOMMIT=1");
    snprintf(settings[10], LAUNCH_SETTING_BYTES, "SLURM_OVERLAP=1");
    snprintf(settings[11], LAUNCH_SETTING_BYTES, "SLURM_CPU_BIND=none");
    snprintf(settings[12], LAUNCH_SETTING_BYTES, "SLURM_KILL_BAD_EXIT=1");
    settings[13][0] = settings[14][0] = '\0';
}

/* The same over hosts, which do not have that folder; of vader's a rank takes care that has it.
 * Hosts are filled one after the other, as they have as many slots as they get ranks. */
static void make_settings_of_hosts(char settings[LAUNCH_SETTINGS][LAUNCH_SETTING_BYTES],
                                   const struct launcher_order *order, bool yields)
{
    make_settings(settings, order, yields);
    snprintf(settings[3], LAUNCH_SETTING_BYTES, "OMPI_MCA_orte_local_tmpdir_base=%s",
             order->folder);
    settings[4][0] = '\0';
    snprintf(settings[13], LAUNCH_SETTING_BYTES, "OMPI_MCA_rmaps_base_mapping_policy=slot");
    snprintf(settings[14], LAUNCH_SETTING_BYTES, "OMPI_MCA_rmaps_base_ranking_policy=slot");
}

static bool is_inherited(const char *setting)
{
    size_t length = strcspn(setting, "=") + 1;
    for (char **variable = environ; *variable != NULL; variable++)
        if (strncmp(*variable, setting, length) == 0)
            return true;
    return false;
}

char **launch_words_environment(struct launch_words *words)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **made = calloc(count + LAUNCH_SETTINGS + 1, sizeof *made);
    if (made == NULL)
        return NULL;
    memcpy(made, environ, count * sizeof *made);
    for (int i = 0; i < LAUNCH_SETTINGS; i++)
        if (*words->settings[i] != '\0' && !is_inherited(words->settings[i]))
            made[count++] = words->settings[i];
    return made;
}

/* ------------------------------------------------------------------------------- the words */

static void add(struct launch_words *words, const char *word)
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
static void add_srun(struct launch_words *words)
{
    const char *here = getenv("SLURMD_NODENAME");
    add(words, "--nodes=1");
    if (here == NULL)
        return;
    add(words, "--nodelist");
    add(words, here);
}

static void begin(struct launch_words *words, const struct launcher_order *order, const char *name)
{
    words->count = 0;
    snprintf(words->ranks, sizeof words->ranks, "%u", order->config->workers + 1);
    snprintf(words->most_s, sizeof words->most_s, "%llu",
             (unsigned long long)most_seconds(order->config->timeout_ns));
    add(words, name);
    add(words, "-n");
    add(words, words->ranks);
}

static void end(struct launch_words *words, const struct launcher_order *order)
{
    add(words, order->folder);
    add(words, order->hand_out);
    add(words, words->most_s);
}

/* The ranks of this machine alone. */
static int make_words(struct launch_words *words, const struct launcher *launcher,
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
static int make_words_over(struct launch_words *words, const struct launcher *launcher,
                           const struct launcher_order *order, const struct spread *spread,
                           struct error *error)
{
    const char *why = launch_words_refusal(launcher->path);
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

int launch_words_make(struct launch_words *words, const struct launcher *launcher,
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
