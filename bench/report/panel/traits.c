#include "bench/report/panel/traits.h"
#include "strategies/strategy.h"

struct model_traits panel_traits(const char *strategy)
{
    const struct strategy_ops *ops = strategy_find(strategy);
    if (ops == NULL)
        return (struct model_traits){.divides = false};
    /* A runtime that binds its threads and takes schedules cuts its own one into equal parts. */
    bool divides =
        (ops->flags & STRATEGY_BINDS_ITSELF) != 0 && (ops->flags & STRATEGY_SCHEDULES) != 0;
    bool apart = (ops->flags & (STRATEGY_CALLER_WAITS | STRATEGY_RUNNER)) != 0;
    return (struct model_traits){
        .shares_memory = (ops->flags & STRATEGY_SHARES_MEMORY) != 0,
        .starts_each_job = ops->unit == UNIT_JOB,
        .caller_helps = ops->unit == UNIT_REGION && !divides && !apart,
        .divides = divides,
    };
}

static bool chooses(const struct model_line *line)
{
    const struct strategy_ops *ops = strategy_find(line->strategy);
    return ops != NULL && (ops->flags & STRATEGY_CHOOSES) != 0;
}

void panel_leave_choosing(struct model *model)
{
    size_t left = 0;
    for (size_t i = 0; i < model->count; i++)
        if (!chooses(&model->lines[i]))
            model->lines[left++] = model->lines[i];
    model->count = left;
}
