#include "bench/runner/hello.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    unsigned bit;
} words[] = {
    {"workers", RUNNER_TAKES_WORKERS},           {"chunk", RUNNER_TAKES_CHUNK},
    {"start_method", RUNNER_TAKES_START_METHOD}, {"jobs_per_worker", RUNNER_TAKES_JOBS_PER_WORKER},
    {"results", RUNNER_TAKES_RESULTS},           {"in_flight", RUNNER_TAKES_IN_FLIGHT},
    {"payload", RUNNER_TAKES_PAYLOAD},
};

enum { WORDS = sizeof words / sizeof *words };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* A word that is not known is one of a later version. */
static unsigned takes_of(const json_t *list)
{
    unsigned takes = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        for (size_t k = 0; word != NULL && k < WORDS; k++)
            if (text_equal(words[k].word, word))
                takes |= words[k].bit;
    }
    return takes;
}

static struct runner_strategy strategy_of(const json_t *told)
{
    const char *missing = text_of(told, "unavailable");
    return (struct runner_strategy){
        .name = text_of(told, "name"),
        .summary = text_of(told, "summary"),
        .elsewhere = text_of(told, "elsewhere"),
        .missing = *missing != '\0' ? missing : NULL,
        .takes = takes_of(json_object_get(told, "takes")),
        .is_baseline = json_is_true(json_object_get(told, "baseline")),
        .shares_memory = text_equal(text_of(told, "memory"), "threads"),
    };
}

const char *hello_runtime(const json_t *hello)
{
    return text_of(hello, "runtime");
}

size_t hello_count(const json_t *hello)
{
    return json_array_size(json_object_get(hello, "strategies"));
}

struct runner_strategy hello_strategy(const json_t *hello, size_t index)
{
    return strategy_of(json_array_get(json_object_get(hello, "strategies"), index));
}

bool hello_find(const json_t *hello, const char *name, struct runner_strategy *found)
{
    for (size_t i = 0; i < hello_count(hello); i++) {
        *found = hello_strategy(hello, i);
        if (text_equal(found->name, name))
            return true;
    }
    return false;
}

const char *hello_baseline(const json_t *hello)
{
    for (size_t i = 0; i < hello_count(hello); i++) {
        struct runner_strategy strategy = hello_strategy(hello, i);
        if (strategy.is_baseline)
            return strategy.name;
    }
    return "";
}

static const char *work_name(const json_t *hello, size_t index)
{
    return text_of(json_array_get(json_object_get(hello, "works"), index), "name");
}

static size_t work_count(const json_t *hello)
{
    return json_array_size(json_object_get(hello, "works"));
}

bool hello_has_work(const json_t *hello, const char *name)
{
    for (size_t i = 0; i < work_count(hello); i++)
        if (text_equal(work_name(hello, i), name))
            return true;
    return false;
}

void hello_works(const json_t *hello, char *text, size_t bytes)
{
    *text = '\0';
    for (size_t i = 0; i < work_count(hello); i++)
        snprintf(text + strlen(text), bytes - strlen(text), "%s%.64s", i > 0 ? ", " : "",
                 work_name(hello, i));
}

/* ------------------------------------------------------------------------------- checks */

static bool is_name(const char *name)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t length = strlen(name);
    return length > 0 && length < RUNNER_NAME_BYTES && name[0] != '-' &&
           strspn(name, allowed) == length;
}

/* NULL; or what is wrong with the strategies that a runner tells of. */
static const char *misfit_of_strategies(const json_t *hello)
{
    size_t count = hello_count(hello), baselines = 0;
    struct runner_strategy same;
    if (!json_is_array(json_object_get(hello, "strategies")) || count == 0)
        return "tells of no strategies";
    if (count > RUNNER_MOST_STRATEGIES)
        return "tells of more than 64 strategies";
    for (size_t i = 0; i < count; i++) {
        struct runner_strategy strategy = hello_strategy(hello, i);
        baselines += strategy.is_baseline;
        if (!is_name(strategy.name))
            return "tells of a strategy whose name is not 1 to 32 letters, digits, - and _";
        hello_find(hello, strategy.name, &same);
        if (same.name != strategy.name)
            return "tells of two strategies of one name";
    }
    return baselines == 1 ? NULL : "tells of no strategy that is the baseline, or of several";
}

static int check(struct runner *runner, const json_t *hello, struct error *error)
{
    const json_t *protocol = json_object_get(hello, "protocol");
    const char *misfit;
    if (!json_is_integer(protocol))
        return runner_blame(runner, RUNNER_FAILED, error,
                            " does not tell which version of the protocol it speaks");
    if (json_integer_value(protocol) != RUNNER_PROTOCOL)
        return runner_blame(runner, RUNNER_UNAVAILABLE, error,
                            " speaks version %lld of the protocol; this breakeven speaks %d",
                            (long long)json_integer_value(protocol), RUNNER_PROTOCOL);
    if (*hello_runtime(hello) == '\0')
        return runner_blame(runner, RUNNER_FAILED, error, " does not tell its runtime");
    if ((misfit = misfit_of_strategies(hello)) != NULL)
        return runner_blame(runner, RUNNER_FAILED, error, " %s", misfit);
    if (work_count(hello) == 0)
        return runner_blame(runner, RUNNER_FAILED, error, " tells of no works");
    return 0;
}

json_t *runner_hello(struct runner *runner, struct error *error)
{
    json_t *request = json_pack("{s:s, s:i}", "do", "hello", "protocol", RUNNER_PROTOCOL);
    json_t *hello = runner_ask(runner, "hello", request, true, error);
    if (hello == NULL || check(runner, hello, error) == 0)
        return hello;
    json_decref(hello);
    return NULL;
}
