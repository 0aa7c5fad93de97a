/* breakeven floors: what this machine can do at best, and how near each strategy comes. */
#include "bench/base/limits.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/machine/affinity.h"
#include "bench/machine/cpus.h"
#include "bench/process/program.h"
#include "bench/run/overheads.h"
#include "bench/session/progress.h"
#include "bench/session/signals.h"
#include "bench/session/surroundings.h"
#include "bench/visit/visit.h"

#include <math.h>
#include <stdio.h>

enum option { OPTION_WORKERS, OPTION_ROUNDS, OPTION_HELP, OPTION_COUNT };

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_WORKERS] = {"workers", "N", "workers of pools and OpenMP; default all"},
    [OPTION_ROUNDS] = {"rounds", "N", "rounds; default 20; six are the least that give intervals"},
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

static int read_numbers(const char *const values[], struct overheads_settings *settings,
                        struct error *error)
{
    static const struct number_rule rounds = {.least = 1, .most = MOST_ROUNDS};
    struct number_rule workers = suite_number_rule(KEY_workers, settings->cpus.usable);
    struct task_limit limit = limits_tasks();
    uint64_t count;
    if (parse_number("--workers", values[OPTION_WORKERS], &workers, &count, error) != 0 ||
        parse_number("--rounds", values[OPTION_ROUNDS], &rounds, &settings->rounds, error) != 0)
        return -1;
    if (count > limit.tasks)
        return fail(error, EXIT_REFUSED, "--workers: %llu are more than the %llu that %s allows",
                    (unsigned long long)count, (unsigned long long)limit.tasks, limit.name);
    settings->workers = (uint32_t)count;
    return 0;
}

/* ------------------------------------------------------------------------------- the tables */

enum { TEXT_BYTES = 64, NAME_WIDTH = 30 };

/* "" where there are too few rounds for an interval. */
static void describe_times(struct interval interval, char *text, size_t bytes)
{
    char low[TEXT_BYTES / 4], high[TEXT_BYTES / 4];
    text_duration(low, sizeof low, interval.low);
    text_duration(high, sizeof high, interval.high);
    *text = '\0';
    if (isfinite(interval.low))
        snprintf(text, bytes, "  [%s, %s]", low, high);
}

static void describe_multiple(struct interval multiple, char *text, size_t bytes)
{
    if (isnan(multiple.median))
        snprintf(text, bytes, "-");
    else if (isnan(multiple.low))
        snprintf(text, bytes, "%.2f", multiple.median);
    else
        snprintf(text, bytes, "%.2f [%.2f, %.2f]", multiple.median, multiple.low, multiple.high);
}

static void print_floors(const struct overheads *overheads)
{
    printf("The floors of this machine, %u CPU%s, %zu round%s:\n\n  %-*s %9s  %s\n",
           overheads->cpus, overheads->cpus == 1 ? "" : "s", overheads->rounds,
           overheads->rounds == 1 ? "" : "s", NAME_WIDTH, "floor", "median", "interval");
    for (int floor = FLOOR_NONE + 1; floor < FLOOR_COUNT; floor++) {
        char median[TEXT_BYTES], interval[TEXT_BYTES];
        text_duration(median, sizeof median, overheads->floors[floor].median);
        describe_times(overheads->floors[floor], interval, sizeof interval);
        printf("  %-*s %9s%s\n", NAME_WIDTH, floor_names[floor], median, interval);
    }
}

static void print_row(const struct overhead *row)
{
    char ns[TEXT_BYTES], multiple[TEXT_BYTES];
    const char *unit = row->cell.strategy->floor == FLOOR_ROUNDTRIP ? "region" : "job";
    printf("  %-14s %7u ", row->cell.strategy->name, row->cell.workers);
    if (row->status != STATUS_OK) {
        char detail[240];
        text_clipped(detail, sizeof detail, row->detail, sizeof detail - 40);
        printf(" %s: %s\n", status_names[row->status], detail);
        return;
    }
    text_duration(ns, sizeof ns, row->ns.median);
    describe_multiple(row->multiple, multiple, sizeof multiple);
    printf("%9s a %-6s  %-*s %-20s %4.2f\n", ns, unit, NAME_WIDTH, floor_names[row->floor],
           multiple, row->participation);
}

static void print_overheads(const struct overheads *overheads)
{
    printf("\nWhat handing over costs, warm, as a multiple of its floor in the same round:\n\n"
           "  %-14s %7s %9s %-8s  %-*s %-20s %s\n",
           "strategy", "workers", "overhead", "", NAME_WIDTH, "floor", "multiple", "participation");
    for (size_t i = 0; i < overheads->count; i++)
        print_row(&overheads->rows[i]);
}

static void print_disturbances(const struct overheads *overheads)
{
    const struct disturbances *found = &overheads->disturbances;
    if (found->disturbed > 0)
        printf(
            "\n%zu of %zu visits are left out: beside them a cache line took more than %.0f times "
            "the median.\n",
            found->disturbed, found->visits, DISTURBED_FACTOR);
    if (overheads->visits_repeated > 0)
        printf("\n%llu visit%s made again, as this program was stopped beside %s.\n",
               (unsigned long long)overheads->visits_repeated,
               overheads->visits_repeated == 1 ? " was" : "s were",
               overheads->visits_repeated == 1 ? "it" : "them");
}

/* ------------------------------------------------------------------------------- the command */

static void judge(const struct overheads *overheads, struct error *error)
{
    for (size_t i = 0; i < overheads->count; i++) {
        const struct overhead *row = &overheads->rows[i];
        if (row->status != STATUS_OK && row->status != STATUS_UNAVAILABLE)
            fail(error, EXIT_CHECK_FAILED, "%s was given up: %s: %s", row->cell.strategy->name,
                 status_names[row->status], row->detail);
    }
}

static int measure(struct overheads *overheads, const struct overheads_settings *wanted,
                   struct error *error)
{
    struct progress_view view = progress_open(false);
    struct overheads_settings settings = *wanted;
    sigset_t before;
    signals_catch(&before);
    settings.waiting_mask = &before;
    settings.progress = progress_show;
    settings.user = &view;
    int result = overheads_measure(overheads, &settings, error);
    sigprocmask(SIG_SETMASK, &before, NULL);
    progress_close(&view);
    if (visit_interrupted == 0)
        return result;
    *error = (struct error){(enum exit_code)(128 + visit_interrupted), "interrupted"};
    return -1;
}

static void measure_and_print(const struct overheads_settings *settings, struct error *error)
{
    struct overheads overheads;
    if (overheads_open(&overheads, settings, error) != 0)
        return;
    if (measure(&overheads, settings, error) == 0 ||
        (visit_interrupted != 0 && overheads.rounds > 0)) {
        overheads_conclude(&overheads);
        print_floors(&overheads);
        print_overheads(&overheads);
        print_disturbances(&overheads);
        judge(&overheads, error);
    }
    overheads_free(&overheads);
}

void cli_floors(int count, char *const arguments[], struct ending *ending)
{
    const char *values[OPTION_COUNT] = {"all", "20", NULL}, *words[1];
    struct overheads_settings settings = {
        .cpus = cpus_read(),
        .seed = 1,
        .timeout_ns = VISIT_TIMEOUT_NS,
        .program = PROGRAM_SELF,
    };
    size_t word_count;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, values, words, 0,
                  &word_count, &ending->error) != 0)
        return;
    if (values[OPTION_HELP] != NULL) {
        printf("breakeven floors: what this machine can do at best, and how near each strategy "
               "comes\n\n");
        cli_print_options(specs, OPTION_COUNT);
    } else if (affinity_check(&ending->error) == 0 &&
               surroundings_check_for_visits(&ending->error) == 0 &&
               read_numbers(values, &settings, &ending->error) == 0) {
        measure_and_print(&settings, &ending->error);
    }
}
