/* breakeven list: what there is, and why something is not. */
#include "bench/assets/assets.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/data/host.h"
#include "bench/job/function.h"
#include "bench/plugin/described_work.h"
#include "bench/run/named_work.h"
#include "bench/run/suite.h"
#include "bench/visit/wire.h"
#include "strategies/plugin/plugin.h"
#include "strategies/runner/known.h"

#include <stdio.h>

static const char *const topics[] = {"strategies", "work", "suites"};

enum { TOPICS = sizeof topics / sizeof *topics };

/* Of Python's strategies, what python3 lacks. */
static const char *lacks(const struct strategy_ops *ops)
{
    return (ops->flags & STRATEGY_PYTHON) != 0 ? python_lacks(ops) : strategy_unavailable(ops);
}

static void list_strategy(const struct strategy_ops *ops)
{
    const char *missing = lacks(ops);
    printf("%-14s %s\n", ops->name, ops->summary);
    if (*ops->elsewhere != '\0')
        printf("%-14s   elsewhere: %s\n", "", ops->elsewhere);
    if (ops->baseline != NULL && text_equal(ops->baseline, ops->name))
        printf("%-14s   the baseline of its runtime\n", "");
    else if (ops->baseline != NULL)
        printf("%-14s   compared with %s\n", "", ops->baseline);
    if ((ops->flags & STRATEGY_PEER) != 0)
        printf("%-14s   %s: measured where it is named, not by `all`%s\n", "",
               (ops->flags & STRATEGY_PYTHON) != 0 ? "in Python" : "a peer",
               (ops->flags & STRATEGY_PYTHON) == 0 || strategy_is_of_python(ops) ? ""
                                                                                 : " or `python`");
    if ((ops->flags & STRATEGY_CHOOSES) != 0)
        printf("%-14s   it chooses among others: measured where it is named, not by `all`\n", "");
    if ((ops->flags & STRATEGY_RUNS_COMMANDS) != 0)
        printf("%-14s   runs commands%s\n", "",
               (ops->flags & STRATEGY_ONLY_COMMANDS) != 0 ? ", and nothing else" : ", too");
    if (missing != NULL)
        printf("%-14s   unavailable: %s\n", "", missing);
}

static void list_work(const struct work *work)
{
    printf("%-14s %s (size: %s)\n", work->name, work->summary, work->unit);
}

static void list_strategies(void)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        list_strategy(ops);
}

/* What registered strategies there are: a library's, or a runner's. */
static void list_registered(void)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_registered(i)) != NULL; i++)
        list_strategy(ops);
}

/* The strategies that a library of the user holds. */
static void list_library(const char *path, struct error *error)
{
    if (plugin_know_all("list", path, error) == 0)
        list_registered();
}

/* What a runner has: its strategies, or the works that nobody else has. */
static void list_runner(const char *path, const char *topic, struct error *error)
{
    if (!text_equal(topic, "strategies") && !text_equal(topic, "work"))
        fail(error, ERROR_USAGE, "--runner: cannot be combined with %.60s", topic);
    else if (runner_know("--runner", path, NULL, error) == 0 && text_equal(topic, "strategies"))
        list_registered();
    for (size_t i = works_count; error->kind == ERROR_NONE && i < work_names_count(); i++)
        if (text_equal(topic, "work"))
            list_work(work_find(work_names()[i]));
}

static void list_works(void)
{
    for (size_t i = 0; i < works_count; i++)
        list_work(works[i]);
}

static void list_suites(void)
{
    for (size_t i = 0; i < asset_suites_count; i++) {
        char title[256];
        asset_suite_title(&asset_suites[i], title, sizeof title);
        printf("%-14s %s\n", asset_suites[i].name, title);
    }
}

/* ------------------------------------------------------------------------------- for programs */

static json_t *describe_strategies(void)
{
    json_t *array = json_array();
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:s?, s:b}", "name", ops->name, "summary",
                                        ops->summary, "unavailable", lacks(ops), "commands",
                                        (ops->flags & STRATEGY_RUNS_COMMANDS) != 0));
    return array;
}

static json_t *describe_works(void)
{
    json_t *array = json_array();
    for (size_t i = 0; i < works_count; i++)
        json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "name", works[i]->name, "summary",
                                               works[i]->summary, "unit", works[i]->unit));
    return array;
}

static json_t *describe_suites(void)
{
    json_t *array = json_array();
    for (size_t i = 0; i < asset_suites_count; i++)
        json_array_append_new(array, json_string(asset_suites[i].name));
    return array;
}

/* Everything at once, and how visits are asked: what another breakeven needs to know of this. */
static void list_json(struct ending *ending)
{
    char build[2048];
    ending->data = true;
    host_build(build, sizeof build);
    json_t *root =
        json_pack("{s:i, s:b, s:o, s:o, s:o, s:o}", "protocol", WIRE_PROTOCOL, "handicap",
                  work_has_handicap, "build", json_of_text(build), "strategies",
                  describe_strategies(), "work", describe_works(), "suites", describe_suites());
    if (root == NULL || json_dumpf(root, stdout, JSON_INDENT(2)) != 0)
        fail(&ending->error, ERROR_REFUSED, "list: out of memory, or the output cannot be written");
    putchar('\n');
    json_decref(root);
}

/* ------------------------------------------------------------------------------- the command */

enum { OPTION_RUNNER, OPTION_JSON, OPTION_HELP, OPTION_COUNT };

static const struct option_spec specs[OPTION_COUNT] = {
    {"runner", "FILE", "what this program has: see docs/runners.md"},
    {"json", NULL, "everything, for programs"},
    {"help", NULL, "this text"},
};

static void offer_values(const char *name, const struct offer *offer)
{
    for (size_t i = 0; text_equal(name, "TOPIC") && i < TOPICS; i++)
        offer_word(offer, topics[i], "");
}

const struct command_options cli_list_options = {specs, OPTION_COUNT, .words = "TOPIC",
                                                 .offer_values = offer_values};

static int note_option(void *user, size_t index, const char *value, struct error *error)
{
    (void)error;
    ((const char **)user)[index] = value != NULL ? value : "";
    return 0;
}

/* The function of the user's that is meant. */
static void list_function(const char *text, struct error *error)
{
    const struct named_work named = {.text = text, .pythons = suite_default(KEY_python)};
    const struct work *work = named_work_know("list", &named, error);
    if (work != NULL)
        printf("%-14s %s (size: %s)\n", work->name, work->summary, work->unit);
}

static void list_topic(const char *topic, struct error *error)
{
    static void (*const list[TOPICS])(void) = {list_strategies, list_works, list_suites};
    char suggestion[128];
    if (function_is_named_by(topic)) {
        list_function(topic, error);
        return;
    }
    if (plugin_is_named_by(topic)) {
        size_t count;
        struct error no_strategies = {0};
        if (described_works_print("list", topic, &count, error) == 0)
            list_library(topic, count > 0 ? &no_strategies : error);
        return;
    }
    for (size_t i = 0; i < TOPICS; i++)
        if (text_equal(topics[i], topic)) {
            list[i]();
            return;
        }
    text_suggestion(suggestion, sizeof suggestion, topic, topics, TOPICS);
    fail(error, ERROR_USAGE, "list: '%s' is not strategies, work or suites%s", topic, suggestion);
}

void cli_list(int count, char *const arguments[], struct ending *ending)
{
    const char *words[1] = {topics[0]};
    const char *given[OPTION_COUNT] = {NULL};
    size_t word_count;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, note_option, given, words, 1, &word_count,
                  &ending->error) != 0)
        return;
    if (given[OPTION_HELP] != NULL) {
        printf("breakeven list [strategies|work|suites|./LIBRARY.so] [--runner FILE] [--json]\n\n");
        cli_print_options(specs, OPTION_COUNT);
    } else if (given[OPTION_RUNNER] != NULL) {
        list_runner(given[OPTION_RUNNER], words[0], &ending->error);
    } else if (given[OPTION_JSON] != NULL) {
        list_json(ending);
    } else {
        list_topic(words[0], &ending->error);
    }
}
