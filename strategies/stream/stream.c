#include "strategies/stream/stream.h"
#include "strategies/stream/futex.h"

/* Who wakes whom. As in dispatch.c each side writes first and reads afterwards, and all is
 * sequentially consistent.
 *
 *     the caller                               a worker that is about to sleep at the gate
 *     1. moves `allowed`, counts `turn` up     1. counts `sleepers` up
 *     2. reads `sleepers`: if it is not 0,     2. reads `turn`: if it is what it was before it
 *        wakes as many as may claim               failed to claim, sleeps while it stays the same
 *
 *     a worker that has settled a job          the caller that is about to sleep
 *     1. puts it on the stack                  1. names the job that it awaits, and says that it
 *     2. reads whether the caller sleeps:         sleeps (`caller_awake` of the dispatch)
 *        if it does, and awaits this job,      2. reads the stack, and whether what it awaits is
 *        wakes it                                 settled
 *
 * Where results are ordered the caller is woken for the next one alone: others wait on the stack.
 */

bool stream_is_wanted(const struct strategy_config *config)
{
    return config->results != RESULTS_BATCH || config->in_flight > 0 || config->jobs_per_worker > 0;
}

void stream_open(struct stream *stream, const struct strategy_config *config, struct relay *relay)
{
    uint64_t share = config->in_flight / config->workers;
    stream->announces = config->results != RESULTS_BATCH || config->in_flight > 0;
    stream->results = config->results;
    stream->in_flight = config->in_flight;
    stream->most = config->in_flight == 0 ? UINT64_MAX : share > 0 ? share : 1;
    stream->relay = relay;
    stream->take = config->take;
    stream->taker = config->taker;
    stream->awaited = STREAM_ANY;
}

/* ------------------------------------------------------------------------------- the caller */

static bool has_arrived(const struct batch *batch, uint64_t job)
{
    return batch->arrivals[job].map == batch->map;
}

static bool is_taken(const struct stream *stream, uint64_t job)
{
    return stream->results == RESULTS_ORDERED ? job < stream->next
                                              : has_arrived(stream->batch, job);
}

/* The end of the jobs that may be claimed once there is room for one more: those that were taken
 * before a repair need none. */
static uint64_t one_more(const struct stream *stream, uint64_t allowed)
{
    uint64_t jobs = stream->batch->jobs;
    while (allowed < jobs && is_taken(stream, allowed))
        allowed++;
    return allowed < jobs ? allowed + 1 : jobs;
}

void stream_begin(struct stream *stream, struct batch *batch, bool is_repair)
{
    stream->batch = batch;
    uint64_t jobs = batch->jobs, limit = stream->in_flight, allowed = 0;
    if (!is_repair) {
        stream->next = 0;
        stream->began_ns = stream->announces ? clock_now_ns() : 0;
        batch->first_result_ns = 0;
        allowed = limit;
    }
    for (uint64_t i = 0; is_repair && i < limit && allowed < jobs; i++)
        allowed = one_more(stream, allowed);
    if (stream->results == RESULTS_ORDERED)
        stream->awaited = stream->next;
    stream->front = 0;
    stream->end = jobs;
    stream->allowed = limit > 0 && allowed < jobs ? allowed : jobs;
}

bool stream_has_come(const struct stream *stream)
{
    uint64_t awaited = atomic_load(&stream->awaited);
    if (atomic_load(&stream->announced) == 0)
        return false;
    return awaited == STREAM_ANY ||
           (awaited < stream->batch->jobs && batch_settled(stream->batch, awaited));
}

/* Lets workers claim one job more. */
static void hand_out(struct stream *stream)
{
    uint64_t end = atomic_load(&stream->end), allowed = atomic_load(&stream->allowed);
    if (stream->in_flight == 0 || allowed >= end)
        return;
    allowed = one_more(stream, allowed);
    atomic_store(&stream->allowed, allowed);
    atomic_fetch_add(&stream->turn, 1);
    if (atomic_load(&stream->sleepers) > 0)
        futex_wake(&stream->turn, allowed == end ? INT32_MAX : 1);
}

/* The result of a job that ended well is read once it is all there. */
static void take(struct stream *stream, uint64_t job)
{
    struct batch *batch = stream->batch;
    const struct outcome *outcome = &batch->outcomes[job];
    if (outcome->status == JOB_DONE)
        relay_fetch(stream->relay, outcome->worker, batch->arrivals[job].sent);
    if (stream->take != NULL)
        stream->take(stream->taker, job);
    else if (stream->results != RESULTS_BATCH && outcome->status == JOB_DONE)
        stream->touched += batch_read_result(batch, job);
    if (stream->results != RESULTS_BATCH && batch->first_result_ns == 0)
        batch->first_result_ns = clock_now_ns() - stream->began_ns + 1;
    hand_out(stream);
}

/* Returns how many jobs it lets the caller take, which is 0 for one that had arrived before, and
 * where another one is to be taken before it. */
static uint64_t arrive(struct stream *stream, uint64_t job)
{
    struct batch *batch = stream->batch;
    uint64_t first = stream->next;
    if (has_arrived(batch, job))
        return 0;
    batch->arrivals[job].map = batch->map;
    if (stream->results != RESULTS_ORDERED) {
        take(stream, job);
        return 1;
    }
    while (stream->next < batch->jobs && has_arrived(batch, stream->next)) {
        uint64_t next = stream->next++;
        atomic_store(&stream->awaited, stream->next);
        take(stream, next);
    }
    return stream->next - first;
}

/* What the dead have settled and not announced, and what was settled in their stead. */
static uint64_t look_at_all(struct stream *stream)
{
    uint64_t taken = 0;
    for (uint64_t i = 0; i < stream->batch->jobs; i++)
        if (batch_settled(stream->batch, i))
            taken += arrive(stream, i);
    return taken;
}

/* Turns a stack around, so that what was announced first comes first. Returns its first job and 1;
 * 0: there is none. */
static uint64_t turn_around(struct batch *batch, uint64_t last)
{
    uint64_t first = 0;
    while (last != 0) {
        struct arrival *arrival = &batch->arrivals[last - 1];
        uint64_t before = arrival->next;
        arrival->next = first;
        first = last;
        last = before;
    }
    return first;
}

uint64_t stream_take(struct stream *stream)
{
    uint64_t taken = 0;
    if (!stream->announces)
        return 0;
    uint64_t at = turn_around(stream->batch, atomic_exchange(&stream->announced, 0));
    while (at != 0) {
        uint64_t job = at - 1;
        at = stream->batch->arrivals[job].next;
        taken += arrive(stream, job);
    }
    if (stream->looks)
        taken += look_at_all(stream);
    stream->looks = false;
    return taken;
}

void stream_end_early(struct stream *stream)
{
    stream->looks = true;
    atomic_store(&stream->end, 0);
    atomic_store(&stream->allowed, 0);
    atomic_fetch_add(&stream->turn, 1);
    futex_wake_all(&stream->turn);
}

bool stream_is_over(const struct stream *stream)
{
    return stream_unclaimed(stream) == 0;
}

/* ------------------------------------------------------------------------------- workers */

uint64_t stream_unclaimed(const struct stream *stream)
{
    uint64_t front = atomic_load(&stream->front), end = atomic_load(&stream->end);
    return front < end ? end - front : 0;
}

static bool has_turned(const void *what, uint32_t seen)
{
    const struct stream *stream = what;
    return atomic_load_explicit(&stream->turn, memory_order_acquire) != seen;
}

/* Spins until the caller has let others claim, then sleeps. In this order a worker that is killed
 * in between counts once too often: needless wakes, not lost ones. */
static void await_turn(struct stream *stream, uint32_t seen, struct spin_policy *policy,
                       _Atomic uint32_t *gate)
{
    atomic_store(gate, GATE_AWAITED);
    if (!spin_policy_spin(policy, has_turned, stream, seen)) {
        atomic_fetch_add(&stream->sleepers, 1);
        atomic_store(gate, GATE_ASLEEP);
        while (atomic_load(&stream->turn) == seen)
            futex_wait(&stream->turn, seen, 0);
        stream_leave_gate(stream, gate);
        spin_policy_learn(policy);
    }
    atomic_store(gate, GATE_PASSED);
}

bool stream_claim(struct stream *stream, uint64_t want, struct spin_policy *policy,
                  _Atomic uint32_t *gate, uint64_t *first, uint64_t *end)
{
    uint64_t most = want < stream->most ? want : stream->most;
    for (;;) {
        uint32_t turn = atomic_load(&stream->turn);
        uint64_t allowed = atomic_load(&stream->allowed), front = atomic_load(&stream->front);
        while (front < allowed) {
            uint64_t left = allowed - front, count = most < left ? most : left;
            if (atomic_compare_exchange_weak(&stream->front, &front, front + count)) {
                *first = front;
                *end = front + count;
                return true;
            }
        }
        if (allowed >= atomic_load(&stream->end))
            return false;
        await_turn(stream, turn, policy, gate);
    }
}

bool stream_announce(struct stream *stream, struct batch *batch, uint32_t worker, uint64_t job)
{
    struct arrival *arrival = &batch->arrivals[job];
    arrival->sent = relay_sent(stream->relay, worker);
    arrival->next = atomic_load_explicit(&stream->announced, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(&stream->announced, &arrival->next, job + 1))
        ;
    uint64_t awaited = atomic_load(&stream->awaited);
    return awaited == STREAM_ANY || awaited == job;
}

bool stream_leave_gate(struct stream *stream, _Atomic uint32_t *gate)
{
    uint32_t was = atomic_exchange(gate, GATE_PASSED);
    if (was == GATE_ASLEEP)
        atomic_fetch_sub(&stream->sleepers, 1);
    return was != GATE_PASSED;
}

bool stream_is_shut(const struct stream *stream, const _Atomic uint32_t *gate)
{
    uint64_t allowed = atomic_load(&stream->allowed);
    return atomic_load(gate) != GATE_PASSED && atomic_load(&stream->front) >= allowed &&
           allowed < atomic_load(&stream->end);
}
