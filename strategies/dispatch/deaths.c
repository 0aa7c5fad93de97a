/* Workers that end before the others: they are replaced, or they died. */
#include "strategies/dispatch/state.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the kernel does when a process dies: see dispatch_tell_death. */
static struct robust_list_head death;

void dispatch_retire(struct dispatch *dispatch, uint32_t worker)
{
    atomic_store(&dispatch->lanes[worker].retired, 1);
    death.list_op_pending = NULL; /* its end is no news */
    wake_caller(dispatch);
}

uint32_t dispatch_join(struct dispatch *dispatch, uint32_t worker)
{
    struct lane *lane = &dispatch->lanes[worker];
    uint32_t region = atomic_load(&dispatch->region);
    lane->left = dispatch->jobs_per_worker;
    atomic_store(&lane->finished, region);
    atomic_store(&lane->retired, 0);
    if (has_claims(dispatch) && !(dispatch->in_order && stream_is_over(&dispatch->stream)))
        atomic_store(&lane->finished, --region);
    return region;
}

/* The kernel takes a list of robust futexes from every thread, and where it dies looks at the one
 * that it was about to unlock: if that is 0, so unlocked, it wakes a waiter, as the dead could not
 * (get_robust_list(2), and handle_futex_death in kernel/futex). caller_awake is 0 while the caller
 * sleeps, so the death of a worker wakes it. */
void dispatch_tell_death(struct dispatch *dispatch)
{
    death = (struct robust_list_head){
        .list = {&death.list},
        .futex_offset = 0,
        .list_op_pending = (struct robust_list *)(void *)&dispatch->caller_awake,
    };
    syscall(SYS_set_robust_list, &death, sizeof death);
}

/* A pool's job that ends its worker has failed, whatever it says. */
static void settle_ended(struct batch *batch, uint64_t job, const struct ended *ended,
                         uint32_t retries)
{
    bool settled = batch_settle_ended(batch, job, ended, retries);
    if (settled && batch->outcomes[job].status == JOB_DONE) {
        batch->outcomes[job].status = JOB_FAILED;
        __atomic_fetch_add(&batch->troubles, 1, __ATOMIC_RELAXED);
    }
}

void dispatch_note_death(struct dispatch *dispatch, const struct ended *ended, uint32_t retries)
{
    struct lane *lane = &dispatch->lanes[ended->worker];
    struct batch *batch = dispatch->batch;
    uint64_t in_hand = lane->in_hand.index;
    lane->in_hand.index = DISPATCH_NO_JOB;
    if (in_hand != DISPATCH_NO_JOB && batch != NULL && !batch_settled(batch, in_hand))
        settle_ended(batch, in_hand, ended, retries);
    if (atomic_exchange(&lane->asleep, 0) != 0)
        atomic_fetch_sub(&dispatch->sleepers, 1);
    stream_leave_gate(&dispatch->stream, &lane->gate);
    if (dispatch->in_order && batch != NULL)
        stream_end_early(&dispatch->stream);
    atomic_store(&lane->finished, atomic_load(&dispatch->region));
}
