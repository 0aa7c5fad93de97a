#include "strategies/auto/belief.h"

/* Jobs are handed over for the first time where that saves so much of the time that is left. */
#define WORTH_HANDING_OVER 0.9
/* A pace is believed where it was seen for so long: the first jobs of all are slow, since nothing
 * is in the caches yet. */
#define SPENT_SHARE 0.08
#define SPENT_REGIONS 2
/* Workers are started where batches then take less than this share of the time. */
#define WORTH_OPENING 0.95
/* The other way must be so much faster before it becomes the usual one: noise shall not turn it. */
#define FASTER 0.97
/* A way that was never measured is tried where it may take up to so many times as long. */
#define NEAR 1.3
/* The usual way was never measured as a whole: what is expected of it is of first jobs, which may
 * be shorter than others. What takes no more than so many times as long and was measured is better.
 */
#define AS_GOOD 1.15
/* A way that took so many times as long may have met something that was not its fault; alone that
 * is so many times what company can save. */
#define FAR 2.5
/* Jobs, and batches, that became so many times as long are not what they were. */
#define CHANGED 1.5
/* What looks at the other way may cost, of all the time. */
#define LOOKS_SHARE 0.01
/* Workers are started once so much of what that costs has been missed without them: a rented ski is
 * bought before it has cost as much as a new one. */
#define MISSED_SHARE 0.25
/* Shorter batches are tried three times in a row, since the first wakes the workers; and shorter
 * ones than these are not timed each. */
#define SHORT_NS 200e3
#define QUIET_NS 20e3
/* Workers are tried for so long at first. */
#define SETTLING_NS 2e6

enum {
    FIRST_LOOK = 8,
    LONGEST_LOOK = 1 << 16,
    SURE = 3, /* so many times of a way are enough to change to it */
    MOST_QUIET = 31,
    MOST_QUIET_TOGETHER = 7,
};

static enum way other(enum way way)
{
    return way == WAY_ALONE ? WAY_TOGETHER : WAY_ALONE;
}

struct belief belief_of(const struct batch *batch)
{
    return (struct belief){
        .work = batch->work,
        .jobs = batch->jobs,
        .size = batch->size,
        .payload_in_bytes = batch->payload_in_bytes,
        .payload_out_bytes = batch->payload_out_bytes,
        .slower = 1,
        .is_judged = true,
        .look_every = FIRST_LOOK,
        .until_look = FIRST_LOOK,
    };
}

/* ------------------------------------------------------------------------------- times */

static double median_of(const struct way_times *times)
{
    double sorted[WAY_KEPT] = {0};
    uint32_t count = times->count < WAY_KEPT ? times->count : WAY_KEPT;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (; at > 0 && sorted[at - 1] > times->last_ns[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = times->last_ns[i];
    }
    return count > 0 ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 : 0;
}

static void keep(struct way_times *times, double ns)
{
    times->last_ns[times->count++ % WAY_KEPT] = ns;
    if (times->count == 2 * WAY_KEPT) /* the place of the next stays what it was */
        times->count = WAY_KEPT;
    times->median_ns = median_of(times);
}

double belief_together_ns(const struct belief *belief, const struct help *help, uint64_t left,
                          double job_ns)
{
    double rounds = (double)left / help->at_once;
    if (rounds < 8)
        rounds = whole_above(rounds);
    return help->open_ns + help->region_ns + rounds * job_ns * belief->slower;
}

double belief_ns(const struct belief *belief, enum way way, const struct help *help)
{
    if (belief->ways[way].count > 0)
        return belief->ways[way].median_ns;
    if (way == WAY_ALONE)
        return belief->job_ns * (double)belief->jobs;
    /* Who has open_ns to pay pays it once, for many batches. */
    return belief_together_ns(belief, help, belief->jobs, belief->job_ns) - help->open_ns;
}

double belief_enough_ns(const struct help *help)
{
    return SPENT_SHARE * help->open_ns + SPENT_REGIONS * help->region_ns;
}

bool belief_pays(const struct belief *belief, const struct help *help, uint64_t left, double job_ns,
                 double spent_ns)
{
    bool both_known = belief->ways[WAY_ALONE].count > 0 && belief->ways[WAY_TOGETHER].count > 0;
    bool is_early = spent_ns < belief_enough_ns(help);
    if (help->is_none || left < 2 || is_early || (both_known && job_ns < CHANGED * belief->job_ns))
        return false;
    double late_ns = help->open_ns > 0 ? help->late_ns : 0;
    return belief_together_ns(belief, help, left, job_ns) + late_ns <
           WORTH_HANDING_OVER * (double)left * job_ns;
}

/* ------------------------------------------------------------------------------- looks and trials
 */

static uint32_t trial_of(double ns)
{
    return ns < SHORT_NS ? SURE : 1;
}

/* Workers who have just been started wake and move meanwhile: they are judged by the last maps of
 * some. */
static uint32_t first_trial_of(double ns)
{
    double maps = SETTLING_NS / greater(ns, 1);
    return maps < 1 ? 1 : maps < SURE + WAY_KEPT ? (uint32_t)maps : SURE + WAY_KEPT;
}

static void begin_trial(struct belief *belief, enum way way, uint32_t maps)
{
    belief->trial = way;
    belief->trial_left = maps;
    belief->is_judged = false;
    belief->was_tried = true;
}

/* The dearer a look was or is expected to be, the later comes the next. */
static void put_off_look(struct belief *belief, const struct help *help)
{
    double now_ns = belief_ns(belief, belief->now, help);
    double more_ns = belief_ns(belief, other(belief->now), help) - now_ns;
    double cost_ns = greater(more_ns, 0) * trial_of(now_ns);
    double bound = cost_ns / (LOOKS_SHARE * greater(now_ns, 1));
    uint64_t affordable = bound < LONGEST_LOOK ? (uint64_t)bound : LONGEST_LOOK;
    belief->until_look = affordable > belief->look_every ? affordable : belief->look_every;
    if (belief->look_every < LONGEST_LOOK)
        belief->look_every *= 2;
}

void belief_change(struct belief *belief, enum way way, const struct help *help)
{
    belief->now = way;
    belief->settled_ns = 0;
    belief->look_every = FIRST_LOOK;
    put_off_look(belief, help);
}

/* A look forgets what the way took before: it may have changed. */
static void begin_look(struct belief *belief, const struct help *help)
{
    enum way next = other(belief->now);
    put_off_look(belief, help);
    belief->ways[next].count = 0;
    begin_trial(belief, next, trial_of(belief_ns(belief, belief->now, help)));
}

/* After a trial: whether the other way is faster. Where that is not sure yet, the trial goes on; so
 * it does where it took so long that something else may have come in between. */
static void judge(struct belief *belief, const struct help *help)
{
    enum way next = other(belief->now);
    uint32_t count = belief->ways[next].count;
    double now_ns = belief_ns(belief, belief->now, help), next_ns = belief_ns(belief, next, help);
    belief->is_judged = true;
    belief->settled_ns = now_ns;
    bool is_faster = next_ns < FASTER * now_ns;
    if (!is_faster && belief->ways[belief->now].count == 0) {
        if (next_ns < AS_GOOD * now_ns)
            belief_change(belief, next, help);
        else
            begin_trial(belief, belief->now, 1);
        return;
    }
    double far = next == WAY_ALONE ? FAR * help->at_once : FAR;
    if (!is_faster && next_ns < far * now_ns)
        return;
    if (count < SURE)
        begin_trial(belief, next, SURE - count);
    else if (is_faster)
        belief_change(belief, next, help);
}

/* The way that was never measured: it is taken where it should be much faster, and tried where it
 * may be. False: it is left for a look. */
static bool try_first(struct belief *belief, const struct help *help)
{
    enum way next = other(belief->now);
    double now_ns = belief_ns(belief, belief->now, help), next_ns = belief_ns(belief, next, help);
    if (next_ns > NEAR * now_ns)
        return false;
    begin_trial(belief, next, trial_of(now_ns));
    if (NEAR * next_ns < now_ns)
        belief_change(belief, next, help);
    return true;
}

static bool is_untried(const struct belief *belief)
{
    return !belief->was_tried && belief->ways[other(belief->now)].count == 0;
}

/* Decides whether there is reason to try the other way now. */
static void reconsider(struct belief *belief, const struct help *help)
{
    double now_ns = belief_ns(belief, belief->now, help);
    if (belief->is_judged && is_untried(belief) && try_first(belief, help))
        return;
    if (!belief->is_judged)
        judge(belief, help);
    else if (belief->settled_ns == 0 && belief->ways[belief->now].count >= SURE)
        belief->settled_ns = now_ns;
    else if (belief->settled_ns > 0 && now_ns > CHANGED * belief->settled_ns)
        begin_look(belief, help);
    else if (belief->until_look-- == 0)
        begin_look(belief, help);
}

/* ------------------------------------------------------------------------------- the plan */

/* How much faster a batch would be if the workers were there; 0: not, or hardly. */
static double saved_by_opening(const struct belief *belief, const struct help *help)
{
    double alone_ns = belief_ns(belief, WAY_ALONE, help);
    double together_ns = belief_ns(belief, WAY_TOGETHER, help);
    return !help->is_none && together_ns < WORTH_OPENING * alone_ns ? alone_ns - together_ns : 0;
}

/* True where workers that are not there shall be started for this and all batches to come. */
static bool opens(struct belief *belief, const struct help *help)
{
    double saved_ns = saved_by_opening(belief, help);
    bool is_known = belief->ways[WAY_ALONE].count >= SURE ||
                    belief_ns(belief, WAY_ALONE, help) > 2 * help->open_ns;
    if (saved_ns <= 0 || !is_known || belief->may_take_pages)
        return false;
    belief->missed_ns += saved_ns;
    return belief->missed_ns > MISSED_SHARE * help->open_ns;
}

struct plan belief_plan(struct belief *belief, const struct help *help)
{
    if (help->is_none || belief->maps == 0)
        return (struct plan){WAY_ALONE, false};
    if (help->open_ns > 0) {
        belief->now = opens(belief, help) ? WAY_TOGETHER : WAY_ALONE;
        if (belief->now == WAY_TOGETHER)
            begin_trial(belief, WAY_TOGETHER, first_trial_of(belief_ns(belief, WAY_ALONE, help)));
        return (struct plan){belief->now, false};
    }
    if (belief->trial_left == 0)
        reconsider(belief, help);
    if (belief->trial_left == 0)
        return (struct plan){belief->now, false};
    belief->trial_left--;
    return (struct plan){belief->trial, true};
}

bool belief_is_let_down(const struct belief *belief, const struct help *help)
{
    const struct way_times *alone = &belief->ways[WAY_ALONE];
    const struct way_times *together = &belief->ways[WAY_TOGETHER];
    if (belief->trial_left > 0 || !belief->is_judged)
        return false;
    if (together->count == 0)
        return belief->now == WAY_ALONE && belief->slower > help->at_once;
    return alone->count > 0 && together->median_ns - help->region_ns > FASTER * alone->median_ns;
}

void belief_forget_company(struct belief *belief)
{
    belief->ways[WAY_TOGETHER].count = 0;
    belief->now = WAY_ALONE;
    belief->slower = 1;
    belief->missed_ns = 0;
    belief->settled_ns = 0;
    belief->was_tried = false;
    belief->may_take_pages = false;
    belief->is_judged = true;
    belief->trial_left = 0;
    belief->look_every = belief->until_look = FIRST_LOOK;
}

/* Short batches that go their usual way need no look at the clock for a while. */
static void fall_quiet(struct belief *belief, const struct help *help)
{
    uint64_t most = belief->now == WAY_ALONE ? MOST_QUIET : MOST_QUIET_TOGETHER;
    bool is_closed = help->is_none || help->open_ns > 0;
    bool is_settled = is_closed ? saved_by_opening(belief, help) <= 0 : belief->settled_ns > 0;
    if (!belief->is_judged || !is_settled || belief_ns(belief, belief->now, help) > QUIET_NS)
        return;
    if (!is_closed) {
        most = belief->until_look < most ? belief->until_look : most;
        belief->until_look -= most;
    }
    belief->quiet = most;
}

void belief_note(struct belief *belief, enum way way, double ns, const struct help *help)
{
    belief->maps++;
    keep(&belief->ways[way], ns);
    if (way == WAY_ALONE)
        belief->job_ns = belief->ways[WAY_ALONE].median_ns / greater((double)belief->jobs, 1);
    if (way == belief->now)
        fall_quiet(belief, help);
}
