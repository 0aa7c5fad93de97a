#ifndef BREAKEVEN_STRATEGIES_AUTO_STATE_H
#define BREAKEVEN_STRATEGIES_AUTO_STATE_H

#include "strategies/auto/belief.h"
#include "strategies/auto/company.h"

/* What an open strategy that chooses holds. */

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
    struct belief *more; /* the others; NULL: there was one kind at most. Opening is to be cheap. */
};

/* Takes others in place of the workers, who did not help, unless they do with batches of another
 * kind. False: they stay. */
bool state_replace_company(struct auto_state *state);

#endif
