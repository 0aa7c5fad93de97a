#ifndef BREAKEVEN_STRATEGIES_AUTO_PACE_H
#define BREAKEVEN_STRATEGIES_AUTO_PACE_H

#include <stdint.h>

/* How long a job takes in the caller alone, by looks at the clock. All zero: no job was seen yet.
 */

/* What had run at one look. */
struct pace_look {
    uint64_t jobs;
    double ns;
};

struct pace {
    struct pace_look all;   /* so far */
    struct pace_look half;  /* when no more than half of that had */
    struct pace_look later; /* becomes the half once twice as much has run */
};

/* So many jobs more have run in that time. */
void pace_note(struct pace *pace, uint64_t jobs, double ns);

/* A job, in ns: of all, or of those that ran last, at least half of all, whichever is less, since
 * first jobs are slow: nothing is in the caches yet. More than one is asked, since jobs may be
 * uneven. 0: none was seen. */
double pace_job_ns(const struct pace *pace);

/* The same of all jobs. */
double pace_mean_ns(const struct pace *pace);

/* How long those were seen that ran last, in ns. */
double pace_seen_ns(const struct pace *pace);

#endif
