/* breakeven floors: what this machine can do at best, and how near each strategy comes. */
#include "bench/session/floors.h"
#include "bench/base/limits.h"
#include "bench/base/parse.h"
#include "bench/cli/cli.h"
#include "bench/machine/affinity.h"
#include "bench/machine/cpus.h"
#include "bench/machine/own_host.h"
#include "bench/process/program.h"
#include "bench/report/table/floors_table.h"
#include "bench/run/suite.h"
#include "bench/run/suite_hosts.h"
#include "bench/session/measuring.h"
#include "bench/session/surroundings.h"

#include <stdio.h>
#include <stdlib.h>

enum option {
    OPTION_STRATEGIES,
    OPTION_WORKERS,
    OPTION_HOSTS,
    OPTION_ROUNDS,
    OPTION_OUT,
    OPTION_FORCE,
    OPTION_HELP,
    OPTION_COUNT,
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_STRATEGIES] = {"strategies", "S,..", "default all; peers by name, as all,mpi"},
    [OPTION_WORKERS] = {"workers", "N", "workers of pools and OpenMP; default all"},
    [OPTION_HOSTS] = {"hosts", "HOSTS",
                      "what MPI runs over: a:4,b:4, or a file with a host a line"},
    [OPTION_ROUNDS] = {"rounds", "N", "rounds; default 20; six are the least that give intervals"},
    [OPTION_OUT] = {"out", "DIR", "where to write; without it results/<date>-floors"},
    [OPTION_FORCE] = {"force", NULL, "overwrite what --out holds"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

const struct command_options cli_floors_options = {specs, OPTION_COUNT, .words = ""};

enum { MOST_ROUNDS = 10000 };

#define VISIT_TIMEOUT_NS (30 * NS_PER_S)

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    const char **values = user;
    (void)error;
    values[index] = value != NULL ? value : "";
    return 0;
}

/* Those that this program runs itself; the others are other programs', and have no floors. */
static int read_strategies(const char *text, struct words *words, struct error *error)
{
    size_t count = 0;
    const char **known = calloc(strategies_count + 1, sizeof *known);
    if (known == NULL)
        return fail(error, ERROR_REFUSED, "--strategies: out of memory");
    known[count++] = "all";
    for (size_t i = 0; i < strategies_count; i++)
        known[count++] = strategies[i]->name;
    int result = parse_words("--strategies", text, known, count, words, error);
    free(known);
    return result;
}

/* What was asked for, as long as floors are measured. */
struct floors_options {
    struct words strategies;
    struct hosts hosts;
    char host_list[HOSTS_TEXT_BYTES];
};

static void free_options(struct floors_options *options)
{
    words_free(&options->strategies);
    hosts_free(&options->hosts);
}

/* All workers of strategies over hosts are the hosts' slots. */
static int read_hosts(const char *const values[], struct floors_options *options,
                      struct overheads_settings *settings, struct error *error)
{
    uint64_t count;
    if (values[OPTION_HOSTS] == NULL)
        return 0;
    if (!suite_hosts_serve(&options->strategies))
        return suite_hosts_refuse("--hosts", error);
    if (suite_hosts_read("--hosts", values[OPTION_HOSTS], NULL, &options->hosts, error) != 0)
        return -1;
    hosts_text(&options->hosts, options->host_list); /* what was read fits */
    struct number_rule workers =
        suite_number_rule(KEY_workers, hosts_slots(&options->hosts, options->hosts.count));
    if (parse_number("--workers", values[OPTION_WORKERS], &workers, &count, error) != 0)
        return -1;
    settings->hosts = options->host_list;
    settings->host_count = (uint32_t)options->hosts.count;
    settings->own_host = own_host_find(&options->hosts);
    settings->host_workers = (uint32_t)count;
    return 0;
}

static int read_numbers(const char *const values[], struct overheads_settings *settings,
                        struct error *error)
{
    static const struct number_rule rounds = {.least = 1, .most = MOST_ROUNDS};
    struct number_rule workers = suite_number_rule(KEY_workers, settings->cpus.usable);
    uint64_t count;
    if (parse_number("--workers", values[OPTION_WORKERS], &workers, &count, error) != 0 ||
        parse_number("--rounds", values[OPTION_ROUNDS], &rounds, &settings->rounds, error) != 0)
        return -1;
    settings->workers = (uint32_t)count;
    return 0;
}

/* All of them are on the hosts. */
static bool are_over_hosts(const struct floors_options *options)
{
    for (size_t i = 0; i < options->strategies.count; i++) {
        const struct strategy_ops *strategy = strategy_find(options->strategies.values[i]);
        if (strategy == NULL || (strategy->flags & STRATEGY_HOSTS) == 0)
            return false;
    }
    return options->hosts.count > 0;
}

/* Of workers of this machine. */
static int check_workers(const struct floors_options *options,
                         const struct overheads_settings *settings, struct error *error)
{
    struct task_limit limit = limits_tasks();
    if (are_over_hosts(options) || settings->workers <= limit.tasks)
        return 0;
    return fail(error, ERROR_REFUSED, "--workers: %u are more than the %llu that %s allows",
                settings->workers, (unsigned long long)limit.tasks, limit.name);
}

/* ------------------------------------------------------------------------------- the command */

static void judge(const struct floor_rows *floors, struct error *error)
{
    for (size_t i = 0; i < floors->count; i++) {
        const struct floor_row *row = &floors->rows[i];
        if (!text_equal(row->status, status_names[STATUS_OK]) &&
            !text_equal(row->status, status_names[STATUS_UNAVAILABLE]))
            fail(error, ERROR_CHECK_FAILED, "%s%s was given up: %s: %s",
                 *row->strategy != '\0' ? "" : "the floor ",
                 *row->strategy != '\0' ? row->strategy : row->floor, row->status, row->detail);
    }
}

/* From the files, as a report prints it. */
static void print(const char *folder, struct error *error)
{
    struct findings found = {0};
    struct error own = {0};
    if (findings_read_floors(folder, &found, &own) == 0 &&
        findings_make_printable(&found, &own) == 0) {
        floors_print(stdout, &found);
        judge(&found.floors, error);
    }
    measuring_blame_system(&own);
    if (error->kind == ERROR_NONE)
        *error = own;
    findings_free(&found);
}

static void measure_and_print(const struct floors_request *request, struct ending *ending)
{
    struct run_folder folder = {.made_up = false};
    bool written;
    floors_run(request, &folder, &written, &ending->error);
    if (written)
        print(folder.path, &ending->error);
    folder_warn(&folder, ending->warning, sizeof ending->warning);
    folder_close(&folder);
}

void cli_floors(int count, char *const arguments[], struct ending *ending)
{
    const char *values[OPTION_COUNT] = {
        [OPTION_STRATEGIES] = "all", [OPTION_WORKERS] = "all", [OPTION_ROUNDS] = "20"};
    const char *words[1];
    struct floors_options options = {.hosts = {0}};
    const char *command_line[64]; /* ends in NULL */
    struct floors_request request = {
        .settings = {.cpus = cpus_read(),
                     .seed = 1,
                     .timeout_ns = VISIT_TIMEOUT_NS,
                     .program = PROGRAM_SELF},
        .command_line = command_line,
    };
    size_t word_count;
    cli_note_command_line("floors", count, arguments, command_line,
                          sizeof command_line / sizeof *command_line);
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, values, words, 0,
                  &word_count, &ending->error) != 0)
        return;
    if (values[OPTION_HELP] != NULL) {
        printf("breakeven floors: what this machine can do at best, and how near each strategy "
               "comes;\nmeasures it into a folder, which breakeven report prints again\n\n");
        cli_print_options(specs, OPTION_COUNT);
    } else if (affinity_check(&ending->error) == 0 &&
               surroundings_check_for_visits(&ending->error) == 0 &&
               read_numbers(values, &request.settings, &ending->error) == 0 &&
               read_strategies(values[OPTION_STRATEGIES], &options.strategies, &ending->error) ==
                   0 &&
               read_hosts(values, &options, &request.settings, &ending->error) == 0 &&
               check_workers(&options, &request.settings, &ending->error) == 0) {
        request.settings.strategies = &options.strategies;
        request.out = values[OPTION_OUT];
        request.force = values[OPTION_FORCE] != NULL;
        measure_and_print(&request, ending);
    }
    free_options(&options);
}
