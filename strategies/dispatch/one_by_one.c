/* Jobs that are handed out in their order, and settled one by one. */
#include "strategies/dispatch/state.h"

/* A job that the worker has settled. */
static void note_settled(struct turn *turn, uint64_t job)
{
    struct dispatch *dispatch = turn->dispatch;
    turn->lane->left--;
    if (dispatch->stream.announces &&
        stream_announce(&dispatch->stream, dispatch->batch, turn->worker, job))
        wake_caller(dispatch);
}

void dispatch_run_one_by_one(struct turn *turn, uint64_t first, uint64_t end)
{
    struct dispatch *dispatch = turn->dispatch;
    struct batch *batch = dispatch->batch;
    struct job *job = &turn->lane->in_hand;
    bool is_caller = turn->worker == 0 && dispatch->caller_works; /* what it has need not travel */
    struct relay *relay = is_caller ? NULL : dispatch->relay;
    for (uint64_t i = first; i < end; i++) {
        if (dispatch->command == DISPATCH_REPAIR && batch_settled(batch, i))
            continue;
        struct outcome done = batch_done_again(batch, i, &turn->done);
        job->index = i;
        batch_settle(batch, i, &done,
                     relay == NULL ? batch_execute(batch, job)
                                   : relay_expect_and_execute(relay, turn->worker, batch, job));
        if (dispatch->in_order)
            note_settled(turn, i);
    }
}

/* How many jobs to claim at once where they are handed out in their order; paced_jobs is what auto
 * would take. */
static uint64_t claim_in_order(const struct turn *turn, enum schedule schedule, uint64_t chunk,
                               uint64_t paced_jobs)
{
    const struct dispatch *dispatch = turn->dispatch;
    uint64_t share = stream_unclaimed(&dispatch->stream) / dispatch->workers / 2;
    uint64_t most = share > chunk ? share : chunk, want = chunk;
    if (schedule == SCHEDULE_STATIC && dispatch->chunk == 0)
        want = (dispatch->batch->jobs - 1) / dispatch->workers + 1;
    else if (schedule == SCHEDULE_GUIDED)
        want = most;
    else if (schedule == SCHEDULE_AUTO)
        want = paced_jobs < most ? paced_jobs : most;
    return want < turn->lane->left ? want : turn->lane->left;
}

void dispatch_run_in_order(struct turn *turn, enum schedule schedule, uint64_t chunk)
{
    struct dispatch *dispatch = turn->dispatch;
    struct lane *lane = turn->lane;
    struct spin_policy spin = dispatch->worker_spin;
    uint64_t first, end, want = chunk;
    while (lane->left > 0 &&
           stream_claim(&dispatch->stream, claim_in_order(turn, schedule, chunk, want), &spin,
                        &lane->gate, &first, &end)) {
        uint64_t then = clock_now_ns();
        dispatch_run_one_by_one(turn, first, end);
        want = auto_claim(end - first, clock_now_ns() - then);
    }
}

bool dispatch_has_news(const void *what, uint32_t region)
{
    const struct dispatch *dispatch = what;
    bool finished = true;
    for (uint32_t i = dispatch->workers; i-- > 0;) {
        if (atomic_load(&dispatch->lanes[i].retired) != 0)
            return true;
        finished = finished && atomic_load(&dispatch->lanes[i].finished) == region;
    }
    return finished || stream_has_come(&dispatch->stream);
}

bool dispatch_any_retired(const struct dispatch *dispatch)
{
    for (uint32_t i = 0; i < dispatch->workers; i++)
        if (dispatch_has_retired(dispatch, i))
            return true;
    return false;
}

bool dispatch_has_retired(const struct dispatch *dispatch, uint32_t worker)
{
    return atomic_load(&dispatch->lanes[worker].retired) != 0;
}

bool dispatch_is_shut_out(const struct dispatch *dispatch, uint32_t worker)
{
    return stream_is_shut(&dispatch->stream, &dispatch->lanes[worker].gate);
}
