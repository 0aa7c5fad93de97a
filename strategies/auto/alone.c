#include "strategies/auto/alone.h"
#include "strategies/auto/pieces.h"

#include <sys/resource.h>
#include <unistd.h>

/* Jobs that run alone are looked at about so often: each look costs one reading of the clock. */
#define LOOK_NS 20e3
/* And about so many times as long as a pace must have been seen before it is believed. */
#define LOOKS 1.25
/* A first job this long is not long only since it was the first. */
#define LONG_JOB_NS 200e3
/* Jobs that touch a page for the first time so often take an eighth of their time for that, or
 * more: taking a page from the system and giving it back took 1.9 us on a virtual machine (`mmap`).
 */
#define PAGE_EVERY_NS 16e3

enum { FEW_JOBS = 3 }; /* a pace of fewer short jobs is not one */

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

static int64_t thread_faults(void)
{
    struct rusage used = {0};
    return getrusage(RUSAGE_THREAD, &used) == 0 ? used.ru_minflt : -1;
}

struct alone alone_of(struct auto_state *state, struct batch *batch, bool is_trial)
{
    const struct strategy_config *config = &state->company.config;
    uint64_t maps = state->last->maps;
    bool may_wait = maps == 0 && config->workers > config->cpus; /* else it does not matter */
    bool counts_faults = maps < 2 && state->company.helpers->instead != NULL;
    return (struct alone){
        .state = state,
        .belief = state->last,
        .batch = batch,
        .job = batch_job(batch, 0),
        .by = batch_done_by(batch->map, 0, batch->pid),
        .stays = is_trial,
        .cpu_ns = may_wait ? thread_cpu_ns() : 0,
        .faults = counts_faults ? thread_faults() : -1,
    };
}

double alone_job_ns(const struct alone *alone)
{
    return alone->is_shared ? pace_mean_ns(&alone->pace) : pace_job_ns(&alone->pace);
}

/* ------------------------------------------------------------------------------- pages */

/* Pages that jobs of a first batch touch for the first time whatever they do. Of an input, which is
 * shared, one fault brings many. */
static double pages_of_batch(const struct batch *batch, uint64_t jobs)
{
    enum { OTHERS = 16 };
    uint64_t job_bytes = sizeof *batch->outcomes + batch->work->result_bytes +
                         batch->payload_in_bytes + batch->payload_out_bytes;
    return (double)(jobs * job_bytes) / (double)sysconf(_SC_PAGESIZE) + OTHERS;
}

/* True where jobs so far took pages from the system all the time; `beside` of them do not count. */
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

/* ------------------------------------------------------------------------------- looks */

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
        pieces_reconsider(alone);
    bool can_begin = !alone->stays && alone->done % dispatch_unit(alone->batch->jobs) == 0;
    return can_begin &&
           belief_pays(alone->belief, help, left, alone_job_ns(alone), pace_seen_ns(&alone->pace));
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

int alone_run(struct alone *alone, struct error *error)
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
        told->job_ns = alone_job_ns(alone);
        told->alone_ns = (double)left * told->job_ns;
        told->together_ns = belief_together_ns(alone->belief, &company->help, left, told->job_ns);
        if (company_open(company, error) != 0 || pieces_hand_over(alone, was_open, error) != 0)
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
