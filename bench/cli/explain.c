/* breakeven explain: where the time of a strategy's batches goes, from the files of a run. */
#include "bench/report/table/explain.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/base/parse.h"
#include "bench/cli/cli.h"
#include "bench/job/work.h"
#include "bench/machine/cpus.h"
#include "bench/run/suite.h"
#include "strategies/strategy.h"

#include <stdio.h>

enum { OPTION_WORK, OPTION_SIZE, OPTION_WORKERS, OPTION_HELP, OPTION_COUNT };

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_WORK] = {"work", "W", "of the run; without it all"},
    [OPTION_SIZE] = {"size", "N", "that was measured; without it the one nearest to the crossover"},
    [OPTION_WORKERS] = {"workers", "N", "that were measured; without it as many as there are CPUs"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

static void offer_values(const char *name, const struct offer *offer)
{
    if (text_equal(name, "STRATEGY"))
        offer_strategies(offer);
    for (size_t i = 0; text_equal(name, specs[OPTION_WORK].name) && i < works_count; i++)
        offer_word(offer, works[i]->name, works[i]->summary);
}

const struct command_options cli_explain_options = {specs, OPTION_COUNT, .words = "STRATEGY DIR",
                                                    .offer_values = offer_values};

struct explain_options {
    struct explain_request request;
    bool help;
};

static int read_number(const char *option, const char *value, enum suite_key like, uint64_t *out,
                       struct error *error)
{
    struct number_rule rule = suite_number_rule(like, cpus_read().usable);
    return parse_number(option, value, &rule, out, error);
}

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct explain_options *options = user;
    switch (index) {
    case OPTION_WORK:
        options->request.work = value;
        return 0;
    case OPTION_SIZE:
        return read_number("--size", value, KEY_sizes, &options->request.size, error);
    case OPTION_WORKERS:
        return read_number("--workers", value, KEY_workers, &options->request.workers, error);
    default:
        options->help = true;
        return 0;
    }
}

static void print_help(void)
{
    printf("breakeven explain STRATEGY [DIR] [options]: where the time of a batch goes, and what "
           "would\nmake it pay, from the files of a run; without DIR of results/latest\n\n");
    cli_print_options(specs, OPTION_COUNT);
}

static const char *baseline_of(const struct findings *found, const char *strategy)
{
    for (size_t i = 0; i < found->summaries.count; i++)
        if (text_equal(found->summaries.rows[i].key.strategy, strategy))
            return key_baseline(&found->summaries.rows[i].key);
    return "serial";
}

static int explain(const struct findings *found, const struct explain_request *request,
                   struct error *error)
{
    struct panels panels;
    size_t told = 0;
    int result = panels_find(found, &panels, error);
    for (size_t i = 0; result == 0 && i < panels.along_jobs_count; i++)
        result = explain_print_jobs(stdout, &panels.along_jobs[i], request, error);
    for (size_t i = 0; result == 0 && i < panels.count; i++)
        result = explain_print(stdout, &panels.rows[i], request, &told, error);
    panels_free(&panels);
    if (result == 0 && told == 0)
        result = fail(error, ERROR_NOT_COMPARABLE,
                      "explain: the run has no batch of %s that was measured warm beside %s%s",
                      request->strategy, baseline_of(found, request->strategy),
                      request->size > 0 || request->workers > 0 || request->work != NULL
                          ? ", with that work, size and workers"
                          : "");
    return result;
}

/* True where the run has the strategy, as one of a program that this one does not know. */
static bool was_measured(const struct findings *found, const char *strategy)
{
    for (size_t i = 0; i < found->summaries.count; i++)
        if (text_equal(found->summaries.rows[i].key.strategy, strategy))
            return true;
    return false;
}

static bool work_was_measured(const struct findings *found, const char *work)
{
    for (size_t i = 0; i < found->summaries.count; i++)
        if (text_equal(found->summaries.rows[i].key.work, work))
            return true;
    return false;
}

static int check_names(const struct findings *found, const struct explain_request *request,
                       struct error *error)
{
    char suggestion[128];
    if (strategy_find(request->strategy) == NULL && !was_measured(found, request->strategy)) {
        text_suggestion(suggestion, sizeof suggestion, request->strategy, strategy_names(),
                        strategy_names_count());
        return fail(error, ERROR_USAGE, "explain: '%s' is not a strategy%s", request->strategy,
                    suggestion);
    }
    if (request->work == NULL || work_find(request->work) != NULL ||
        work_was_measured(found, request->work))
        return 0;
    text_suggestion(suggestion, sizeof suggestion, request->work, work_names(), work_names_count());
    return fail(error, ERROR_USAGE, "--work: '%s' is not known%s", request->work, suggestion);
}

void cli_explain(int count, char *const arguments[], struct ending *ending)
{
    struct explain_options options = {0};
    struct error *error = &ending->error;
    const char *words[2] = {NULL, "results/latest"};
    size_t word_count;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, &options, words, 2,
                  &word_count, error) != 0)
        return;
    if (options.help) {
        print_help();
        return;
    }
    if (word_count == 0) {
        fail(error, ERROR_USAGE, "explain: a strategy is needed; see breakeven list");
        return;
    }
    options.request.strategy = words[0];
    struct findings found = {0};
    struct error unread = {0};
    bool is_read = findings_read(words[1], &found, &unread) == 0;
    if (is_read)
        panels_know_strategies(&found.host);
    if (check_names(&found, &options.request, error) == 0 && is_read) {
        options.request.visits = &found.visits;
        explain(&found, &options.request, error);
    } else if (error->kind == ERROR_NONE) {
        *error = unread;
    }
    findings_free(&found);
}
