#ifndef BREAKEVEN_STRATEGIES_AUTO_BELIEF_H
#define BREAKEVEN_STRATEGIES_AUTO_BELIEF_H

#include "bench/job/batch.h"

#include <stdbool.h>
#include <stdint.h>

/* What `auto` believes of one kind of batch: how long it takes in the caller alone and how long
 * together with the workers, and which of the two it does next. There is no clock and no thread
 * here: times are told to it, in ns. docs/auto.md explains the rules. */

enum way { WAY_ALONE, WAY_TOGETHER, WAYS };

/* What is known of the workers. */
struct help {
    double open_ns;   /* what it costs to start them and to end them; 0: they are there */
    double late_ns;   /* what a batch under way waits for them more where they are started for it */
    double region_ns; /* to hand a batch over and to wait for all, however few its jobs */
    double at_once;   /* jobs that run at the same time, the caller's among them */
    bool is_none;     /* there are no workers, and there will be none */
};

enum { WAY_KEPT = 5 };

/* The times of the last whole batches that went one way. */
struct way_times {
    double last_ns[WAY_KEPT]; /* the next one takes the place count % WAY_KEPT */
    uint32_t count;
    double median_ns; /* of those that are kept */
};

struct belief {
    const struct work *work; /* NULL: of no batch yet */
    uint64_t jobs, size, payload_in_bytes, payload_out_bytes;
    struct way_times ways[WAYS];
    double job_ns;    /* a job in the caller alone, as it was seen last; 0: it was not seen */
    double slower;    /* how many times as long a job takes in company, as pieces showed */
    double missed_ns; /* how much faster earlier batches would have been with workers */
    uint64_t maps;
    uint64_t quiet;      /* so many batches go their usual way without a look at the clock */
    uint64_t until_look; /* so many batches more until the other way is looked at again */
    uint64_t look_every; /* doubles from look to look */
    enum way now;
    enum way trial;      /* the way of the trial under way */
    uint32_t trial_left; /* batches that it is to have yet; 0: no trial */
    bool may_take_pages; /* jobs of the first batch took pages; those of the second will tell */
    bool was_tried;      /* there was a trial */
    bool is_judged;      /* the last trial has been judged */
    double settled_ns;   /* what the usual way took when it was last compared; 0: it was not */
};

/* What to do with a batch. */
struct plan {
    enum way way;
    bool is_trial; /* it goes that way to its end, whatever is believed */
};

/* Of libm's functions the first call alone would take longer than many a batch. */
static inline double greater(double a, double b)
{
    return a > b ? a : b;
}

static inline double lesser(double a, double b)
{
    return a < b ? a : b;
}

/* Of what is not negative and below 2^63. */
static inline double whole_above(double number)
{
    double whole = (double)(int64_t)number;
    return whole < number ? whole + 1 : whole;
}

/* True where the belief is of such batches. */
static inline bool belief_is_of(const struct belief *belief, const struct batch *batch)
{
    return belief->jobs == batch->jobs && belief->work == batch->work &&
           belief->size == batch->size && belief->payload_in_bytes == batch->payload_in_bytes &&
           belief->payload_out_bytes == batch->payload_out_bytes;
}

/* Nothing is known yet of such batches. */
struct belief belief_of(const struct batch *batch);

/* What to do with the next whole batch. Where the way is WAY_TOGETHER, workers that are not there
 * are to be started. */
struct plan belief_plan(struct belief *belief, const struct help *help);

/* A batch went one way as a whole. */
void belief_note(struct belief *belief, enum way way, double ns, const struct help *help);

/* That way is the usual one from now on. */
void belief_change(struct belief *belief, enum way way, const struct help *help);

/* How long the batch takes one way: as measured, or else as predicted. */
double belief_ns(const struct belief *belief, enum way way, const struct help *help);

/* How long `left` jobs take with the workers where one takes job_ns alone. */
double belief_together_ns(const struct belief *belief, const struct help *help, uint64_t left,
                          double job_ns);

/* How long the jobs that are left must have been seen at their pace before they are handed over. */
double belief_enough_ns(const struct help *help);

/* True where it pays to hand over the `left` jobs of a batch that is under way in the caller, at
 * job_ns a job, as seen for spent_ns. */
bool belief_pays(const struct belief *belief, const struct help *help, uint64_t left, double job_ns,
                 double spent_ns);

/* True where the workers were found not to help: jobs take as much longer in company as there are
 * more of them at once. */
bool belief_is_let_down(const struct belief *belief, const struct help *help);

/* There are other workers from now on, of whom nothing is known. */
void belief_forget_company(struct belief *belief);

#endif
