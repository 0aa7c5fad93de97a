/* The jobs in the caller, or with the workers of another strategy: whichever is faster, as far as
 * it has learned from the jobs that it ran. belief.h has what it believes, company.h the workers;
 * docs/auto.md explains how it decides. */
#include "strategies/auto/auto.h"
#include "bench/base/text.h"
#include "strategies/auto/belief.h"
#include "strategies/auto/company.h"
#include "strategies/auto/pace.h"
#include "strategies/common/team.h"
#include "strategies/threadpool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Jobs that run alone are looked at about so often: each look costs one reading of the clock. */
#define LOOK_NS 20e3
/* And about so many times as long as a pace must have been seen before it is believed. */
#define LOOKS 1.25
/* A first job this long is not long only since it was the first. */
#define LONG_JOB_NS 200e3
/* Where pieces are so much longer than a region, the first piece tells whether company helps. */
#define PIECE_REGIONS 50.0
/* And so many times as long as workers take to start, which is not counted: where they did not help
 * a piece, it does not look as if they surely did. */
#define PIECE_STARTS 4.0
/* Late workers do not count for much in a piece this long. */
#define SURE_PIECE_NS 4e6
/* Nor do they where jobs of a shorter piece are so many times slower that nobody is helped. */
#define SURELY_SLOWER 1.25
/* A piece whose jobs took no more than this share of what they may says that company helps. */
#define SURELY_HELPS 0.75
/* Jobs that touch a page for the first time so often take an eighth of their time for that, or
 * more: taking a page from the system and giving it back took 1.9 us on a virtual machine (`mmap`).
 */
#define PAGE_EVERY_NS 16e3

enum {
    KINDS = 8,          /* kinds of batches that are remembered */
    FEW_JOBS = 3,       /* a pace of fewer short jobs is not one */
    PIECES = 8,         /* of what is left, the first is handed over by itself */
    MOST_TRIALS = 2,    /* of pieces that did not help: uneven ones may have had the longest job */
    JOBS_OF_PIECES = 16 /* for each worker there must be so many left for that */
};

/* What became of the last batch that was looked at. */
enum told {
    TOLD_NOTHING,
    TOLD_ALONE,
    TOLD_TOGETHER,
    TOLD_HANDED_OVER,
    TOLD_TAKEN_BACK,
};

struct told_map {
    enum told what;
    bool is_trial;
    bool is_second;                       /* others had done some jobs, and had not helped */
    uint64_t alone;                       /* jobs done before the others were handed over */
    double job_ns, alone_ns, together_ns; /* as they were believed when it was decided */
};

struct auto_state {
    struct belief *last; /* of the last batch */
    struct company company;
    struct told_map told;
    uint32_t next_kind; /* whose place the next new kind takes */
    struct belief first;
    struct belief *more; /* KINDS - 1; NULL: there was one kind at most. Opening is to be cheap. */
};

static uint32_t count_kinds(const struct auto_state *state)
{
    return state->more != NULL ? KINDS : 1;
}

static struct belief *kind_at(struct auto_state *state, uint32_t at)
{
    return at == 0 ? &state->first : &state->more[at - 1];
}

/* A batch that is done alone, at first. */
struct alone {
    struct auto_state *state;
    struct belief *belief;
    struct batch *batch;
    struct job job;
    struct outcome by;
    uint64_t begun_ns, seen_ns; /* when it began, and the last look at the clock */
    uint64_t cpu_ns;            /* of the thread when it began; 0: not read */
    uint64_t done;              /* jobs */
    struct pace pace;       /* of those that the caller did, of late where others came between */
    struct pace_look piece; /* what others did while nobody knew whether they help, and how long
                               that took beside a region and their start */
    uint32_t trials;        /* pieces that did not help */
    int64_t faults;         /* of the thread when it began; below 0: they are not counted */
    bool stays;             /* it is not handed over */
    bool is_shared;         /* others did a part of it */
};

static struct alone begin_alone(struct auto_state *state, struct batch *batch)
{
    return (struct alone){
        .state = state,
        .belief = state->last,
        .batch = batch,
        .job = batch_job(batch, 0),
        .by = batch_done_by(batch->map, 0, batch->pid),
        .faults = -1,
    };
}

/* What a job takes alone, as far as is known. Once others came between, jobs may be uneven. */
static double job_alone_ns(const struct alone *alone)
{
    return alone->is_shared ? pace_mean_ns(&alone->pace) : pace_job_ns(&alone->pace);
}

static uint64_t thread_cpu_ns(void)
{
    struct timespec used = {0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
}

/* The share of their time for which the jobs so far kept a CPU busy. */
static double busy_share(const struct alone *alone)
{
    if (alone->cpu_ns == 0)
        return 1;
    double wall_ns = (double)(alone->seen_ns - alone->begun_ns);
    return lesser((double)(thread_cpu_ns() - alone->cpu_ns) / greater(wall_ns, 1), 1);
}

/* ------------------------------------------------------------------------------- handing over */

/* The time that a part took with the workers; negative on failure. */
static double map_part(struct alone *alone, uint64_t end, struct error *error)
{
    uint64_t begun_ns = clock_now_ns();
    struct dispatch_part part = {alone->done, end};
    if (company_map(&alone->state->company, alone->batch, part, error) != 0)
        return -1;
    alone->done = end;
    alone->is_shared = true;
    alone->seen_ns = clock_now_ns();
    return (double)(alone->seen_ns - begun_ns);
}

/* How many jobs to hand over next, to see whether company helps: an eighth of what is left, then
 * half of it; all that are left once it surely does, or where it could not be seen. */
static uint64_t next_piece(const struct alone *alone, double start_ns)
{
    const struct company *company = &alone->state->company;
    uint64_t left = alone->batch->jobs - alone->done;
    if (alone->piece.jobs > 0 && alone->belief->slower < SURELY_HELPS * company->help.at_once)
        return left;
    uint64_t piece = left / (alone->piece.jobs == 0 ? PIECES : 2);
    double piece_ns = (double)piece * alone->belief->job_ns;
    bool is_seen = left >= JOBS_OF_PIECES * (uint64_t)company->config.workers &&
                   piece_ns > PIECE_REGIONS * company->help.region_ns + PIECE_STARTS * start_ns;
    return is_seen && dispatch_unit(alone->batch->jobs) == 1 ? piece : left;
}

/* Others may help where these do not, unless they do with batches of another kind. */
static bool replace_company(struct auto_state *state)
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

/* How many times as long jobs of the pieces took as jobs alone that take job_ns. */
static double ratio_in_pieces(const struct alone *alone, double job_ns)
{
    double alone_ns = (double)alone->piece.jobs * job_ns;
    return alone->piece.ns * alone->state->company.help.at_once / greater(alone_ns, 1);
}

/* As far as it is believed. What a short piece tells against company may be told of workers that
 * came late: it is to be tried again. */
static double slower_in_piece(const struct alone *alone, double job_ns)
{
    double at_once = alone->state->company.help.at_once;
    double alone_ns = (double)alone->piece.jobs * job_ns;
    double slower = ratio_in_pieces(alone, job_ns);
    double sure = alone_ns < SURE_PIECE_NS ? SURELY_SLOWER * at_once : at_once;
    return slower > sure ? SURELY_SLOWER * at_once : greater(lesser(slower, at_once), 1);
}

/* What the pieces told is set against all jobs that the caller has done since: uneven jobs may have
 * looked as if they took longer in company. Where they told the truth, others may help. */
static void reconsider_pieces(struct alone *alone)
{
    struct belief *belief = alone->belief;
    double at_once = alone->state->company.help.at_once;
    belief->slower = slower_in_piece(alone, job_alone_ns(alone));
    if (alone->pace.all.ns < alone->piece.ns || belief->slower < at_once)
        return;
    alone->piece = (struct pace_look){0, 0};
    if (belief->slower > at_once && replace_company(alone->state))
        return;
    if (++alone->trials < MOST_TRIALS)
        belief->slower = 1;
    else
        alone->stays = true;
}

/* The workers do a piece. It is not counted that threads which have just been created take some
 * time to come. Of pieces that helped the last may have had the longest job: whole batches will
 * tell. */
static int map_piece(struct alone *alone, double start_ns, struct error *error)
{
    const struct help *help = &alone->state->company.help;
    struct belief *belief = alone->belief;
    uint64_t jobs = next_piece(alone, start_ns), before = alone->piece.jobs;
    double ns = map_part(alone, alone->done + jobs, error);
    if (ns < 0)
        return -1;
    alone->piece.jobs += jobs;
    alone->piece.ns += greater(ns - help->region_ns - start_ns, 0);
    belief->slower = slower_in_piece(alone, belief->job_ns);
    if (before > 0 && alone->done == alone->batch->jobs)
        belief->slower = lesser(belief->slower, help->at_once);
    return 0;
}

/* Jobs that took longer with company than those before may be longer, or may be slowed down: the
 * middle between both is believed until it was seen how long all of them take alone. */
static void believe_in_both(struct alone *alone)
{
    double ratio = ratio_in_pieces(alone, alone->belief->job_ns);
    double middle = (1 + alone->state->company.help.at_once) / 2;
    if (ratio > middle) {
        alone->belief->job_ns *= ratio / middle;
        alone->belief->slower = middle;
    }
}

/* Hands over what is left, in pieces where it can be seen by them whether company helps. Where it
 * does not seem to, the caller goes on alone. */
static int hand_over(struct alone *alone, bool was_open, struct error *error)
{
    struct auto_state *state = alone->state;
    struct belief *belief = alone->belief;
    const struct help *help = &state->company.help;
    double start_ns = was_open ? 0 : state->company.opening_ns;
    state->told.alone = alone->done;
    state->told.is_second = alone->is_shared;
    belief->job_ns = job_alone_ns(alone);
    alone->piece = (struct pace_look){0, 0};
    for (; alone->done < alone->batch->jobs; start_ns = 0) {
        if (map_piece(alone, start_ns, error) != 0)
            return -1;
        bool is_over = alone->done == alone->batch->jobs;
        if (belief->slower < help->at_once || (belief->slower == help->at_once && is_over))
            continue;
        state->told.what = is_over ? TOLD_HANDED_OVER : TOLD_TAKEN_BACK;
        alone->pace = (struct pace){.all = {0, 0}};
        belief_change(belief, WAY_ALONE, help);
        return 0;
    }
    state->told.what = TOLD_HANDED_OVER;
    believe_in_both(alone);
    belief_change(belief, WAY_TOGETHER, help);
    return 0;
}

/* Starts the workers where they are not there. */
static int get_company(struct company *company, struct error *error)
{
    return company->state != NULL ? 0 : company_open(company, error);
}

/* ------------------------------------------------------------------------------- alone */

static void run_until(struct alone *alone, uint64_t end)
{
    batch_run(alone->batch, &alone->job, alone->done, end, &alone->by);
    uint64_t now_ns = clock_now_ns();
    pace_note(&alone->pace, end - alone->done, (double)(now_ns - alone->seen_ns));
    alone->seen_ns = now_ns;
    alone->done = end;
}

static bool has_pace(const struct alone *alone)
{
    return alone->pace.all.jobs >= FEW_JOBS || pace_job_ns(&alone->pace) > LONG_JOB_NS;
}

/* True where the jobs that are left shall be handed over. */
static bool shall_hand_over(struct alone *alone, struct help *help)
{
    struct company *company = &alone->state->company;
    uint64_t left = alone->batch->jobs - alone->done;
    if (alone->stays || help->is_none || !has_pace(alone))
        return false;
    if (alone->cpu_ns != 0 && !alone->is_shared)
        help->at_once = company_at_once(company, busy_share(alone));
    if (alone->piece.jobs > 0)
        reconsider_pieces(alone);
    bool can_begin = !alone->stays && alone->done % dispatch_unit(alone->batch->jobs) == 0;
    return can_begin &&
           belief_pays(alone->belief, help, left, job_alone_ns(alone), pace_seen_ns(&alone->pace));
}

/* How many jobs to run until the next look: 1, 2, 4 and so on at first. */
static uint64_t next_chunk(const struct alone *alone, uint64_t last)
{
    double pace_ns = alone->pace.all.jobs > 0 ? pace_job_ns(&alone->pace) : alone->belief->job_ns;
    double look_ns = greater(LOOK_NS, LOOKS * belief_enough_ns(&alone->state->company.help));
    double most = pace_ns > 0 ? look_ns / pace_ns : 1;
    uint64_t left = alone->batch->jobs - alone->done;
    uint64_t chunk = most < 1 ? 1 : most < (double)left ? (uint64_t)most : left;
    bool grows = alone->belief->maps == 0;
    return grows && chunk > 2 * last ? 2 * last : chunk;
}

static int64_t thread_faults(void)
{
    struct rusage used = {0};
    return getrusage(RUSAGE_THREAD, &used) == 0 ? used.ru_minflt : -1;
}

/* Pages that jobs of a first batch touch for the first time whatever they do. Of an input, which is
 * shared, one fault brings many. */
static double pages_of_batch(const struct batch *batch, uint64_t jobs)
{
    enum { PAGE_BYTES = 4096, OTHERS = 16 };
    uint64_t job_bytes = sizeof *batch->outcomes + batch->work->result_bytes +
                         batch->payload_in_bytes + batch->payload_out_bytes;
    return (double)(jobs * job_bytes) / PAGE_BYTES + OTHERS;
}

/* True where jobs so far took pages from the system all the time, beside so many. */
static bool takes_pages(const struct alone *alone, double beside)
{
    if (alone->faults < 0)
        return false;
    double faults = (double)(thread_faults() - alone->faults);
    return (faults - beside) * PAGE_EVERY_NS > alone->pace.all.ns;
}

/* Threads would take turns at the address space where jobs take pages, processes do not. False: the
 * workers stay the same. */
static bool take_processes_for_pages(const struct alone *alone)
{
    struct company *company = &alone->state->company;
    bool is_first = alone->belief->maps == 0;
    double beside = is_first ? pages_of_batch(alone->batch, alone->done) : 0;
    if (company->state != NULL || !takes_pages(alone, beside) || !company_replace(company))
        return false;
    company->is_for_pages = true;
    return true;
}

/* At the end of a batch that nobody shared. Jobs may touch memory of their own for the first time
 * in their first batch: the second one tells. */
static void note_pages(struct alone *alone)
{
    struct belief *belief = alone->belief;
    bool may_have = belief->may_take_pages, is_long = alone->pace.all.ns > LOOK_NS;
    belief->may_take_pages = is_long && belief->maps == 0 && takes_pages(alone, 0);
    if (may_have && is_long)
        take_processes_for_pages(alone);
}

/* What is left in the caller, unless it is handed over. */
static int run_deciding(struct alone *alone, struct error *error)
{
    struct company *company = &alone->state->company;
    struct told_map *told = &alone->state->told;
    uint64_t jobs = alone->batch->jobs, chunk = alone->belief->maps == 0 ? 1 : 0;
    if (chunk == 0)
        chunk = next_chunk(alone, 0);
    alone->begun_ns = alone->seen_ns = clock_now_ns();
    while (alone->done < jobs) {
        uint64_t left = jobs - alone->done;
        run_until(alone, alone->done + (chunk < left ? chunk : left));
        chunk = next_chunk(alone, chunk);
        if (alone->done == jobs || !shall_hand_over(alone, &company->help))
            continue;
        if (take_processes_for_pages(alone) && !shall_hand_over(alone, &company->help))
            continue; /* they cost more to start */
        bool was_open = company->state != NULL;
        left = jobs - alone->done;
        told->job_ns = job_alone_ns(alone);
        told->alone_ns = (double)left * told->job_ns;
        told->together_ns = belief_together_ns(alone->belief, &company->help, left, told->job_ns);
        if (get_company(company, error) != 0 || hand_over(alone, was_open, error) != 0)
            return -1;
    }
    if (alone->is_shared) {
        if (told->what == TOLD_TAKEN_BACK)
            alone->belief->job_ns = pace_mean_ns(&alone->pace);
        alone->belief->maps++;
        alone->belief->may_take_pages = false;
        return 0;
    }
    told->what = TOLD_ALONE;
    note_pages(alone);
    belief_note(alone->belief, WAY_ALONE, (double)(alone->seen_ns - alone->begun_ns),
                &company->help);
    return 0;
}

/* ------------------------------------------------------------------------------- a map */

static void tell_beliefs(struct auto_state *state)
{
    const struct help *help = &state->company.help;
    state->told.job_ns = state->last->job_ns;
    state->told.alone_ns = belief_ns(state->last, WAY_ALONE, help);
    state->told.together_ns = belief_ns(state->last, WAY_TOGETHER, help);
}

static int map_alone(struct auto_state *state, struct batch *batch, bool is_trial,
                     struct error *error)
{
    struct alone alone = begin_alone(state, batch);
    const struct strategy_config *config = &state->company.config;
    alone.stays = is_trial;
    /* Only where there are more workers than CPUs does it matter whether jobs wait. */
    if (state->last->maps == 0 && config->workers > config->cpus)
        alone.cpu_ns = thread_cpu_ns();
    if (state->last->maps < 2 && state->company.helpers->instead != NULL)
        alone.faults = thread_faults();
    return run_deciding(&alone, error);
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
        replace_company(state);
    struct plan plan = belief_plan(state->last, &company->help);
    state->told = (struct told_map){.is_trial = plan.is_trial};
    tell_beliefs(state);
    bool together = plan.way == WAY_TOGETHER;
    if (together &&
        (get_company(company, error) != 0 || company_learn_region(company, batch, error) != 0))
        return -1;
    if (together)
        return map_together(state, batch, error);
    int result = map_alone(state, batch, plan.is_trial, error);
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
