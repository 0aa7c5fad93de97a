/* The jobs in the caller, or with the workers of another strategy: whichever is faster, as far as
 * it has learned from the jobs that it ran. belief.h has what it believes, company.h the workers;
 * docs/auto.md explains how it decides. */
#include "strategies/auto/auto.h"
#include "bench/base/text.h"
#include "strategies/auto/alone.h"
#include "strategies/common/team.h"
#include "strategies/threadpool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { KINDS = 8 }; /* of batches that are remembered */

static uint32_t count_kinds(const struct auto_state *state)
{
    return state->more != NULL ? KINDS : 1;
}

static struct belief *kind_at(struct auto_state *state, uint32_t at)
{
    return at == 0 ? &state->first : &state->more[at - 1];
}

bool state_replace_company(struct auto_state *state)
{
    const struct help *help = &state->company.help;
    for (uint32_t i = 0; i < count_kinds(state); i++)
        if (kind_at(state, i)->now == WAY_TOGETHER && !belief_is_let_down(kind_at(state, i), help))
            return false;
    if (!company_replace(&state->company))
        return false;
    for (uint32_t i = 0; i < count_kinds(state); i++)
        belief_forget_company(kind_at(state, i));
    return true;
}

/* ------------------------------------------------------------------------------- a map */

static void tell_beliefs(struct auto_state *state)
{
    const struct help *help = &state->company.help;
    state->told.job_ns = state->last->job_ns;
    state->told.alone_ns = belief_ns(state->last, WAY_ALONE, help);
    state->told.together_ns = belief_ns(state->last, WAY_TOGETHER, help);
}

static int map_together(struct auto_state *state, struct batch *batch, struct error *error)
{
    uint64_t begun_ns = clock_now_ns();
    struct dispatch_part all = {0, batch->jobs};
    if (company_map(&state->company, batch, all, error) != 0)
        return -1;
    belief_note(state->last, WAY_TOGETHER, (double)(clock_now_ns() - begun_ns),
                &state->company.help);
    state->told.what = TOLD_TOGETHER;
    return 0;
}

/* A batch that is looked at. */
static __attribute__((noinline)) int map_and_learn(struct auto_state *state, struct batch *batch,
                                                   struct error *error)
{
    struct company *company = &state->company;
    if (company->state != NULL && belief_is_let_down(state->last, &company->help))
        state_replace_company(state);
    struct plan plan = belief_plan(state->last, &company->help);
    state->told = (struct told_map){.is_trial = plan.is_trial};
    tell_beliefs(state);
    bool together = plan.way == WAY_TOGETHER;
    if (together &&
        (company_open(company, error) != 0 || company_learn_region(company, batch, error) != 0))
        return -1;
    if (together)
        return map_together(state, batch, error);
    struct alone alone = alone_of(state, batch, plan.is_trial);
    int result = alone_run(&alone, error);
    return result == 0 ? company_learn_region(company, batch, error) : result;
}

/* Where the next new kind is remembered: without memory for more, in place of the last. */
static struct belief *next_place(struct auto_state *state)
{
    uint32_t at = state->next_kind++ % KINDS;
    if (at > 0 && state->more == NULL)
        state->more = calloc(KINDS - 1, sizeof *state->more);
    return state->more != NULL ? kind_at(state, at) : &state->first;
}

/* The belief of such batches: one of those that are remembered, or a new one. */
static __attribute__((noinline)) struct belief *find_belief(struct auto_state *state,
                                                            const struct batch *batch)
{
    for (uint32_t i = 0; i < count_kinds(state); i++)
        if (belief_is_of(kind_at(state, i), batch))
            return kind_at(state, i);
    struct belief *belief = next_place(state);
    *belief = belief_of(batch);
    if (batch->jobs < 2 || state->company.config.workers < 2)
        belief->quiet = UINT64_MAX; /* there is nothing to decide */
    return belief;
}

static int auto_map(void *opened, struct batch *batch, struct error *error)
{
    struct auto_state *state = opened;
    if (!belief_is_of(state->last, batch))
        state->last = find_belief(state, batch);
    if (state->last->quiet == 0)
        return map_and_learn(state, batch, error);
    state->last->quiet--;
    if (state->last->now == WAY_TOGETHER)
        return company_map(&state->company, batch, (struct dispatch_part){0, batch->jobs}, error);
    struct job job = batch_job(batch, 0);
    struct outcome by = batch_done_by(batch->map, 0, batch->pid);
    batch_run(batch, &job, 0, batch->jobs, &by);
    return 0;
}

/* ------------------------------------------------------------------------------- the strategies */

static int open_over(const struct helpers *helpers, const struct strategy_config *config,
                     void **opened, struct error *error)
{
    struct auto_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return fail_errno(error, ENOMEM, "auto: what it learns");
    state->company = company_of(helpers, config);
    state->last = &state->first;
    *opened = state;
    return 0;
}

static const struct helpers processes = {
    .ops = &strategy_forkteam,
    .map_part = team_map_part,
    .worker_ns = 400e3,
    .page_ns = 15,
};

/* What threads share may be what slows them down: processes share less. */
static const struct helpers threads = {
    .ops = &strategy_threadpool,
    .map_part = threadpool_map_part,
    .worker_ns = 100e3,
    .instead = &processes,
};

static int auto_open(const struct strategy_config *config, void **opened, struct error *error)
{
    return open_over(&threads, config, opened, error);
}

static int auto_processes_open(const struct strategy_config *config, void **opened,
                               struct error *error)
{
    return open_over(&processes, config, opened, error);
}

static void auto_usage(void *opened, struct strategy_usage *usage)
{
    struct auto_state *state = opened;
    const struct strategy_ops *ops = state->company.helpers->ops;
    if (state->company.state != NULL && ops->usage != NULL)
        ops->usage(state->company.state, usage);
}

static void auto_close(void *opened)
{
    struct auto_state *state = opened;
    company_close(&state->company);
    free(state->more);
    free(state);
}

static const char *tell_replaced(const struct auto_state *state)
{
    if (!state->company.is_replaced)
        return "";
    if (!state->company.is_for_pages)
        return "; the workers are processes, since threads did not help";
    return "; the workers are processes, since jobs took pages, at which threads take turns";
}

static void tell_whole(const struct auto_state *state, char *text, size_t bytes)
{
    const struct told_map *told = &state->told;
    char alone[32], together[32];
    text_duration(alone, sizeof alone, told->alone_ns);
    text_duration(together, sizeof together, told->together_ns);
    if (told->what == TOLD_TOGETHER)
        snprintf(text, bytes,
                 "all jobs were handed to %u workers%s: expected %s together, %s alone%s",
                 state->company.config.workers, told->is_trial ? ", as a trial" : "", together,
                 alone, tell_replaced(state));
    else if (state->last->maps <= 1)
        snprintf(text, bytes, "all jobs ran in the caller: too little was left to start workers");
    else
        snprintf(text, bytes, "all jobs ran in the caller%s: expected %s alone, %s together",
                 told->is_trial ? ", as a trial" : "", alone, together);
}

static void auto_tell(void *opened, char *text, size_t bytes)
{
    const struct auto_state *state = opened;
    const struct told_map *told = &state->told;
    char job[32], alone[32], together[32];
    if (told->what == TOLD_NOTHING) {
        snprintf(text, bytes, "all jobs ran in the caller: there is nothing to share out");
        return;
    }
    if (told->what == TOLD_ALONE || told->what == TOLD_TOGETHER) {
        tell_whole(state, text, bytes);
        return;
    }
    text_duration(job, sizeof job, told->job_ns);
    text_duration(alone, sizeof alone, told->alone_ns);
    text_duration(together, sizeof together, told->together_ns);
    snprintf(text, bytes,
             "%llu job%s ran %s first, %s each; the other %llu were handed to %u workers: expected "
             "%s rather than %s%s",
             (unsigned long long)told->alone, text_plural(told->alone),
             told->is_second ? "in the caller or as a trial" : "in the caller", job,
             (unsigned long long)(state->last->jobs - told->alone), state->company.config.workers,
             together, alone,
             told->what == TOLD_TAKEN_BACK
                 ? "; they got no faster with company, and the caller did the last of them alone"
                 : tell_replaced(state));
}

const struct strategy_ops strategy_auto = {
    .name = "auto",
    .summary = "in the caller, a threadpool or a forkteam: whichever it has found to be faster",
    .elsewhere = "joblib's auto batching, TBB's auto_partitioner, omp parallel if()",
    .flags = STRATEGY_SPINS | STRATEGY_SHARES_MEMORY | STRATEGY_CHOOSES, /* threads come first */
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .open = auto_open,
    .map = auto_map,
    .usage = auto_usage,
    .tell = auto_tell,
    .close = auto_close,
};

const struct strategy_ops strategy_auto_processes = {
    .name = "auto-processes",
    .summary = "the same without threads",
    .elsewhere = "",
    .flags = STRATEGY_SPINS | STRATEGY_CHOOSES,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .open = auto_processes_open,
    .map = auto_map,
    .usage = auto_usage,
    .tell = auto_tell,
    .close = auto_close,
};
