#include "bench/measure.h"
#include "bench/base/cpus.h"
#include "bench/base/text.h"
#include "bench/batch.h"
#include "bench/visit.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ROUNDS = 200 }; /* more narrow nothing that a suite asks for */

/* What the run knows of one group. */
struct group_state {
    uint64_t rounds;   /* completed */
    uint64_t spent_ns; /* on all of them */
    uint64_t last_ns;  /* on the last: the estimate of the next; 0: unknown */
    int input_fd, reference_fd;
    bool prepared, over; /* over: no further round */
};

struct run {
    const struct plan *plan;
    const struct measure_settings *settings;
    FILE *file;
    struct error *error;
    struct measure_result *result;
    struct group_state *groups;
    uint64_t *last_round; /* of each cell that has rows: nothing up to it is visited again */
    bool *given_up;       /* cells that are not visited any more */
    size_t *order;
    int canary_cpus[2];
    sigset_t waiting_mask; /* lets the interrupting signals in */
    uint64_t started_ns;
};

/* ------------------------------------------------------------------------------- rows */

static struct sample make_sample(const struct cell *cell, uint64_t round,
                                 const struct reading *reading)
{
    bool ok = reading->status == STATUS_OK;
    return (struct sample){
        .round = round,
        .key = cell_key(cell),
        .temperature = reading->cold ? "cold" : "warm",
        .reading = reading->reading,
        .maps = ok ? reading->maps : CSV_UNKNOWN,
        .ns_per_map = reading->ns_per_map,
        .open_ns = reading->open_ns,
        .close_ns = reading->close_ns,
        .user_ns = ok ? (double)reading->used.user_ns : (double)NAN,
        .sys_ns = ok ? (double)reading->used.sys_ns : (double)NAN,
        .minflt = ok ? reading->used.minflt : CSV_UNKNOWN,
        .majflt = ok ? reading->used.majflt : CSV_UNKNOWN,
        .nvcsw = ok ? reading->used.nvcsw : CSV_UNKNOWN,
        .nivcsw = ok ? reading->used.nivcsw : CSV_UNKNOWN,
        .maxrss_kib = ok ? reading->maxrss_kib : CSV_UNKNOWN,
        .participation = reading->participation,
        .roundtrip_ns = reading->roundtrip_ns,
        .steal_ticks = ok ? reading->steal_ticks : CSV_UNKNOWN,
        .status = status_names[reading->status],
        .detail = reading->detail,
        .runtime = "",
        .visit_ns = NAN,
        .disturbed = CSV_UNKNOWN,
    };
}

/* A cell of which a visit went wrong is not visited again. */
static void note_given_up(struct run *run, size_t cell, const char *status)
{
    if (run->given_up[cell] || text_equal(status, "ok"))
        return;
    run->given_up[cell] = true;
    run->result->cells_given_up += !text_equal(status, "unavailable");
}

static int write_readings(struct run *run, size_t cell, uint64_t round,
                          const struct reading *readings, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct sample sample = make_sample(&run->plan->cells[cell], round, &readings[i]);
        csv_write_row(run->file, &samples_format, &sample);
        run->result->rows++;
        run->result->rows_ok += readings[i].status == STATUS_OK;
        run->result->rows_refused += readings[i].status == STATUS_REFUSED;
    }
    if (fflush(run->file) != 0 || ferror(run->file))
        return fail_errno(run->error, errno, "samples.csv: cannot be written");
    run->last_round[cell] = round;
    note_given_up(run, cell, status_names[readings[0].status]);
    return 0;
}

static int write_trouble(struct run *run, size_t cell, uint64_t round, enum status status,
                         const char *detail)
{
    struct reading reading = {.cold = 1,
                              .ns_per_map = NAN,
                              .open_ns = NAN,
                              .close_ns = NAN,
                              .participation = NAN,
                              .roundtrip_ns = NAN,
                              .status = status};
    snprintf(reading.detail, sizeof reading.detail, "%s", detail);
    return write_readings(run, cell, round, &reading, 1);
}

/* ------------------------------------------------------------------------------- groups */

static struct cell_context context_of(const struct run *run, const struct group_state *state)
{
    return (struct cell_context){
        .seed = run->settings->seed,
        .cpus = run->settings->cpus,
        .input_fd = state->input_fd,
        .reference_fd = state->reference_fd,
        .canary_cpus = {run->canary_cpus[0], run->canary_cpus[1]},
        .program = run->settings->program,
    };
}

/* The memory that all visits to the group share: the input and serial's results. */
static int reserve_group(struct run *run, const struct group *group, struct group_state *state,
                         struct error *refusal)
{
    const struct work *work = group->work;
    uint64_t input = work->input_bytes != NULL ? work->input_bytes(group->size, group->jobs) : 0;
    uint64_t reference;
    if (input > INT64_MAX)
        return fail(refusal, EXIT_REFUSED, "the bytes of the input do not fit into memory");
    if (cell_reference_bytes(&run->plan->cells[group->first], &reference, refusal) != 0)
        return -1;
    if (work->input_is_file)
        state->input_fd = run->settings->input_fd;
    else if (input > 0)
        state->input_fd = batch_memory("input", input, refusal);
    if (refusal->code == EXIT_DONE)
        state->reference_fd = batch_memory(
            group->payload.out > 0 ? "reference of --payload" : "reference", reference, refusal);
    return refusal->code == EXIT_DONE ? 0 : -1;
}

static int give_group_up(struct run *run, const struct group *group, enum status status,
                         const char *detail)
{
    for (size_t i = 0; i < group->count; i++)
        if (write_trouble(run, group->first + i, 1, status, detail) != 0)
            return -1;
    return 0;
}

/* Prepares input and reference in a process of its own. A group whose reference cannot be made is
 * given up with rows that say why. */
static int prepare_group(struct run *run, size_t index)
{
    const struct group *group = &run->plan->groups[index];
    struct group_state *state = &run->groups[index];
    struct reading readings[CELL_MOST_READINGS];
    struct error refusal = {0};
    uint32_t count;
    state->prepared = true;
    if (reserve_group(run, group, state, &refusal) != 0)
        return give_group_up(run, group, STATUS_REFUSED, refusal.text);
    struct cell_context context = context_of(run, state);
    if (visit_run(VISIT_PREPARE, &run->plan->cells[group->first], &context,
                  run->settings->timeout_ns, &run->waiting_mask, readings, &count, run->error) != 0)
        return -1;
    if (readings[0].status == STATUS_OK)
        return 0;
    char detail[600];
    snprintf(detail, sizeof detail, "serial reference: %s", readings[0].detail);
    return give_group_up(run, group, (enum status)readings[0].status, detail);
}

static void close_group(struct run *run, size_t index)
{
    struct group_state *state = &run->groups[index];
    if (state->reference_fd >= 0)
        close(state->reference_fd);
    if (state->input_fd >= 0 && state->input_fd != run->settings->input_fd)
        close(state->input_fd);
    state->input_fd = state->reference_fd = -1;
}

/* ------------------------------------------------------------------------------- rounds */

/* The share of the run that is behind us: by rounds where they are fixed, else by time. */
static double share_done(const struct run *run, uint64_t elapsed_ns)
{
    if (run->settings->rounds == 0)
        return fmin(1, (double)elapsed_ns / (double)run->settings->budget_ns);
    uint64_t done = 0;
    for (size_t i = 0; i < run->plan->group_count; i++)
        done += run->groups[i].rounds;
    return (double)done / (double)(run->settings->rounds * run->plan->group_count);
}

static void tell_progress(const struct run *run, const struct cell *cell, uint64_t round)
{
    uint64_t elapsed_ns = clock_now_ns() - run->started_ns;
    struct measure_progress progress = {
        .cell = cell,
        .round = round,
        .visits = run->result->visits,
        .elapsed_ns = elapsed_ns,
        .done = share_done(run, elapsed_ns),
    };
    if (run->settings->progress != NULL)
        run->settings->progress(run->settings->user, &progress);
}

static int visit_cell(struct run *run, size_t index, const struct group_state *state,
                      uint64_t round)
{
    const struct cell *cell = &run->plan->cells[index];
    const char *missing = strategy_unavailable(cell->strategy);
    struct reading readings[CELL_MOST_READINGS];
    uint32_t count;
    if (missing != NULL)
        return write_trouble(run, index, round, STATUS_UNAVAILABLE, missing);
    tell_progress(run, cell, round);
    struct cell_context context = context_of(run, state);
    if (visit_run(VISIT_MEASURE, cell, &context, run->settings->timeout_ns, &run->waiting_mask,
                  readings, &count, run->error) != 0)
        return -1;
    run->result->visits++;
    return write_readings(run, index, round, readings, count);
}

/* Visits every cell of the group once, in an order of its own. */
static int run_round(struct run *run, size_t index)
{
    const struct group *group = &run->plan->groups[index];
    struct group_state *state = &run->groups[index];
    uint64_t round = state->rounds + 1, start = clock_now_ns();
    if (!state->prepared && prepare_group(run, index) != 0)
        return -1;
    uint64_t begin = clock_now_ns();
    plan_order(run->settings->seed, index, round, group->count, run->order);
    for (size_t i = 0; i < group->count; i++) {
        size_t cell = group->first + run->order[i];
        if (!run->given_up[cell] && run->last_round[cell] < round &&
            visit_cell(run, cell, state, round) != 0)
            return -1;
    }
    uint64_t now = clock_now_ns();
    state->rounds = round;
    state->last_ns = now - begin;
    state->spent_ns += now - start;
    return 0;
}

static uint64_t rounds_wanted(const struct run *run)
{
    return run->settings->rounds > 0 ? run->settings->rounds : MOST_ROUNDS;
}

/* A round that would outlast the budget is not begun; rounds that are asked for always are. */
static bool affordable(const struct run *run, const struct group_state *state)
{
    uint64_t elapsed_ns = clock_now_ns() - run->started_ns;
    return run->settings->rounds > 0 || elapsed_ns + state->last_ns < run->settings->budget_ns;
}

/* True where a deserves the next round more than b: fewest rounds first, then least time. */
static bool more_deserving(const struct group_state *a, const struct group_state *b)
{
    uint64_t a_rounds = a->rounds < MEASURE_LEAST_ROUNDS ? a->rounds : MEASURE_LEAST_ROUNDS;
    uint64_t b_rounds = b->rounds < MEASURE_LEAST_ROUNDS ? b->rounds : MEASURE_LEAST_ROUNDS;
    return a_rounds != b_rounds ? a_rounds < b_rounds : a->spent_ns < b->spent_ns;
}

/* The group that gets the next round; group_count where none does. */
static size_t choose_group(struct run *run)
{
    size_t chosen = run->plan->group_count;
    for (size_t i = 0; i < run->plan->group_count; i++) {
        struct group_state *state = &run->groups[i];
        state->over = state->over || state->rounds >= rounds_wanted(run) || !affordable(run, state);
        if (state->over)
            close_group(run, i);
        if (!state->over &&
            (chosen == run->plan->group_count || more_deserving(state, &run->groups[chosen])))
            chosen = i;
    }
    return chosen;
}

/* ------------------------------------------------------------------------------- the run */

/* Takes over the rows that the file has already. */
static void count_before(struct run *run, const struct samples *before)
{
    for (size_t i = 0; before != NULL && i < before->count; i++)
        for (size_t k = 0; k < run->plan->cell_count; k++) {
            const struct sample *row = &before->rows[i];
            struct key key = cell_key(&run->plan->cells[k]);
            if (key_compare(&key, &row->key) != 0)
                continue;
            if (row->round > run->last_round[k])
                run->last_round[k] = row->round;
            note_given_up(run, k, row->status);
            run->result->rows++;
            run->result->rows_ok += text_equal(row->status, "ok");
            run->result->rows_refused += text_equal(row->status, "refused");
        }
    for (size_t i = 0; i < run->plan->group_count; i++) {
        const struct group *group = &run->plan->groups[i];
        uint64_t complete = UINT64_MAX;
        for (size_t k = group->first; k < group->first + group->count; k++)
            if (!run->given_up[k] && run->last_round[k] < complete)
                complete = run->last_round[k];
        run->groups[i].over = complete == UINT64_MAX; /* nothing of it is left to visit */
        run->groups[i].rounds = run->groups[i].over ? 1 : complete;
    }
}

static int open_run(struct run *run, const struct samples *before)
{
    size_t most = 0;
    for (size_t i = 0; i < run->plan->group_count; i++)
        most = run->plan->groups[i].count > most ? run->plan->groups[i].count : most;
    run->groups = calloc(run->plan->group_count, sizeof *run->groups);
    run->last_round = calloc(run->plan->cell_count, sizeof *run->last_round);
    run->given_up = calloc(run->plan->cell_count, sizeof *run->given_up);
    run->order = calloc(most, sizeof *run->order);
    if (run->groups == NULL || run->last_round == NULL || run->given_up == NULL ||
        run->order == NULL)
        return fail(run->error, EXIT_REFUSED, "out of memory");
    for (size_t i = 0; i < run->plan->group_count; i++)
        run->groups[i].input_fd = run->groups[i].reference_fd = -1;
    if (!cpus_pair(&run->canary_cpus[0], &run->canary_cpus[1]))
        run->canary_cpus[0] = run->canary_cpus[1] = -1;
    sigprocmask(SIG_SETMASK, NULL, &run->waiting_mask);
    sigdelset(&run->waiting_mask, SIGINT);
    sigdelset(&run->waiting_mask, SIGTERM);
    sigdelset(&run->waiting_mask, SIGHUP);
    count_before(run, before);
    return 0;
}

static void close_run(struct run *run)
{
    for (size_t i = 0; run->groups != NULL && i < run->plan->group_count; i++) {
        close_group(run, i);
        run->result->groups_unvisited += run->groups[i].rounds == 0;
    }
    free(run->groups);
    free(run->last_round);
    free(run->given_up);
    free(run->order);
}

int measure_run(const struct plan *plan, const struct measure_settings *settings,
                const struct samples *before, FILE *file, struct measure_result *result,
                struct error *error)
{
    struct run run = {.plan = plan,
                      .settings = settings,
                      .file = file,
                      .error = error,
                      .result = result,
                      .started_ns = clock_now_ns()};
    *result = (struct measure_result){0};
    int status = open_run(&run, before);
    while (status == 0) {
        size_t group = choose_group(&run);
        if (group == plan->group_count)
            break;
        status = run_round(&run, group);
    }
    close_run(&run);
    result->elapsed_ns = clock_now_ns() - run.started_ns;
    return status;
}
