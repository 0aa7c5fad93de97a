#ifndef BREAKEVEN_ANALYSE_MODEL_BATCH_TIME_H
#define BREAKEVEN_ANALYSE_MODEL_BATCH_TIME_H

#include "bench/analyse/model/model.h"

/* The formulae of docs/method.md, of plain numbers: what the model predicts with is what it is
 * fitted with. The calculator of report.html follows them in bench/report/page/model.js, and
 * tests/page.sh compares the two. */

/* The numbers that the time of a batch hangs on: the parameters of the line, and these. */
enum batch_value {
    BATCH_JOB_NS = MODEL_PARAMETER_COUNT, /* one job, done serially */
    BATCH_COMPANY,                        /* how many times as long it takes beside others */
    BATCH_PLACE,    /* of its worker's other jobs, the share that is done before the longest one */
    BATCH_OVERHEAD, /* 1: the formulae's own error in what is no job */
    BATCH_SHARE,    /* 1: their own error in how jobs are shared out */
    BATCH_VALUE_COUNT
};

/* What is known of a batch for sure. */
struct batch_setting {
    struct model_traits traits;
    double jobs, slots;  /* slots: jobs that are under way at once */
    double turns;        /* jobs that the busiest worker runs */
    double cpus, busy;   /* a job keeps a CPU busy for that share of its time */
    double spread;       /* the longest job over the mean one */
    double bytes, pages; /* of payload, of one job; of the caller's memory */
    bool by_pipe, each_itself, is_cold, is_idle;
};

struct batch_setting batch_setting_of(const struct model *model, const struct model_line *line,
                                      const struct model_question *question);

/* The same batch with another number of jobs, at least 1. */
void batch_setting_jobs(struct batch_setting *setting, uint32_t workers, double jobs);

/* The time of the batch in ns. */
double batch_time_ns(const struct batch_setting *setting, const double values[BATCH_VALUE_COUNT]);

/* How many times as fast as in a loop. */
double batch_speedup(const struct batch_setting *setting, const double values[BATCH_VALUE_COUNT]);

#endif
