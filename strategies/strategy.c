#include "strategies/strategy.h"
#include "bench/base/text.h"
#include "bench/machine/affinity.h"

#define STRATEGY(symbol, name) extern const struct strategy_ops strategy_##symbol;
#define PYTHON_STRATEGY(symbol, name) extern const struct strategy_ops strategy_##symbol;
#include "strategies/list.h"
#undef STRATEGY
#undef PYTHON_STRATEGY

#define STRATEGY(symbol, name) &strategy_##symbol,
const struct strategy_ops *const strategies[] = {
#include "strategies/list.h"
};
#undef STRATEGY

const size_t strategies_count = sizeof strategies / sizeof *strategies;

#define PYTHON_STRATEGY(symbol, name) &strategy_##symbol,
static const struct strategy_ops *const of_python[] = {
#include "strategies/list.h"
};
#undef PYTHON_STRATEGY

enum { OF_PYTHON = sizeof of_python / sizeof *of_python };

const char *const unit_names[] = {"job", "region"};

const char *const schedule_names[] = {"static", "dynamic", "guided", "auto"};
const char *const bind_names[] = {"none", "compact", "spread"};
const char *const transport_names[] = {"shm", "pipe", "message"};
const char *const start_method_names[] = {"default", "fork", "spawn", "forkserver"};
const char *const results_names[] = {"batch", "ordered", "unordered"};

static const struct strategy_ops *registered[STRATEGIES_MOST_REGISTERED];
static size_t registered_count;

const struct strategy_ops *strategy_built_in(size_t index)
{
    if (index < strategies_count)
        return strategies[index];
    return index < strategy_built_in_count() ? of_python[index - strategies_count] : NULL;
}

size_t strategy_built_in_count(void)
{
    return strategies_count + OF_PYTHON;
}

const struct strategy_ops *strategy_find(const char *name)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        if (text_equal(ops->name, name))
            return ops;
    for (size_t i = 0; i < registered_count; i++)
        if (text_equal(registered[i]->name, name))
            return registered[i];
    return NULL;
}

int strategy_register(const struct strategy_ops *ops, struct error *error)
{
    const struct strategy_ops *known = strategy_find(ops->name);
    if (known != NULL)
        return fail(error, ERROR_USAGE,
                    "two strategies are called '%s': %s and that of %s; give one of them another "
                    "name",
                    ops->name,
                    known->reference != NULL ? known->reference : "the one that is built in",
                    ops->reference);
    if (registered_count == STRATEGIES_MOST_REGISTERED)
        return fail(error, ERROR_USAGE, "'%s': more than %d strategies that are not built in",
                    ops->name, STRATEGIES_MOST_REGISTERED);
    registered[registered_count++] = ops;
    return 0;
}

const struct strategy_ops *strategy_registered(size_t index)
{
    return index < registered_count ? registered[index] : NULL;
}

const char *const *strategy_names(void)
{
#define STRATEGY(symbol, name) name,
#define PYTHON_STRATEGY(symbol, name) name,
    static const char
        *names[sizeof strategies / sizeof *strategies + OF_PYTHON + STRATEGIES_MOST_REGISTERED] = {
#include "strategies/list.h"
        };
#undef STRATEGY
#undef PYTHON_STRATEGY
    for (size_t i = 0; i < registered_count; i++)
        names[strategy_built_in_count() + i] = registered[i]->name;
    return names;
}

size_t strategy_names_count(void)
{
    return strategy_built_in_count() + registered_count;
}

const char *strategy_unavailable(const struct strategy_ops *ops)
{
    if (ops->missing != NULL)
        return ops->missing;
    return ops->unavailable != NULL ? ops->unavailable() : NULL;
}

bool strategy_is_of_python(const struct strategy_ops *ops)
{
    return (ops->flags & STRATEGY_PYTHON) != 0 && (ops->flags & STRATEGY_LAUNCHED) == 0;
}

const char *strategy_unavailable_for(const struct strategy_ops *ops, const struct work *work)
{
    if (work->is_command && (ops->flags & STRATEGY_RUNS_COMMANDS) == 0)
        return "it runs functions in its workers; commands need a process each (serial, spawn, "
               "forkserver, xargs, parallel)";
    if (!work->is_command && (ops->flags & STRATEGY_ONLY_COMMANDS) != 0)
        return "it runs commands only: give one with --command";
    if (work->is_of_runner && (ops->flags & STRATEGY_RUNNER) == 0)
        return "it runs functions in C; those of another runtime are run by its own strategies (in "
               "Python: py-serial, py-pool and so on)";
    return strategy_unavailable(ops);
}

int strategy_preflight(const struct strategy_ops *ops, uint32_t workers, struct error *error)
{
    return ops->preflight != NULL ? ops->preflight(workers, error) : 0;
}

void strategy_bind(const struct strategy_ops *ops)
{
    if (ops->bind != NULL)
        ops->bind();
}

void strategy_release(const struct strategy_ops *ops)
{
    if (ops->bind != NULL)
        affinity_restore();
}

int strategies_check(struct error *error)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++) {
        if (!text_equal(ops->name, strategy_names()[i]))
            return fail(error, ERROR_CHECK_FAILED, "strategies: '%s' is listed as '%s'", ops->name,
                        strategy_names()[i]);
        if (ops->summary == NULL || ops->elsewhere == NULL || ops->open == NULL ||
            ops->map == NULL || ops->close == NULL)
            return fail(error, ERROR_CHECK_FAILED, "strategies: '%s' lacks a required hook",
                        ops->name);
    }
    return 0;
}

const char *schedule_name(enum schedule schedule)
{
    return schedule == SCHEDULE_NONE ? "" : schedule_names[schedule - SCHEDULE_STATIC];
}

enum schedule schedule_find(const char *name)
{
    for (int i = 0; i < SCHEDULE_NAMES; i++)
        if (text_equal(schedule_names[i], name))
            return (enum schedule)(SCHEDULE_STATIC + i);
    return SCHEDULE_NONE;
}

const char *transport_name(enum transport transport)
{
    return transport == TRANSPORT_NONE ? "" : transport_names[transport - TRANSPORT_SHM];
}

enum transport transport_find(const char *name)
{
    for (int i = 0; i < TRANSPORT_NAMES; i++)
        if (text_equal(transport_names[i], name))
            return (enum transport)(TRANSPORT_SHM + i);
    return TRANSPORT_NONE;
}

enum results results_find(const char *name)
{
    for (int i = 0; i < RESULTS_NAMES; i++)
        if (text_equal(results_names[i], name))
            return (enum results)i;
    return RESULTS_BATCH;
}

enum bind bind_find(const char *name)
{
    for (int i = 0; i < BIND_NAMES; i++)
        if (text_equal(bind_names[i], name))
            return (enum bind)i;
    return BIND_NONE;
}
