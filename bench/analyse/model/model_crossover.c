#include "bench/analyse/model/batch_values.h"

#include <math.h>

/* Where crossovers are looked for. A job beyond these is no job for this program. */
#define LEAST_JOB_NS 1e-3
#define MOST_JOB_NS 1e18
#define MOST_JOBS 1e15

enum { STEPS = 64 };

/* A question of which the job time or the number of jobs is looked for. */
struct search {
    struct batch_setting setting;
    struct interval values[BATCH_VALUE_COUNT];
    uint32_t workers;
};

enum end { END_MEDIAN, END_LOW, END_HIGH };

static bool pays(const struct search *search, enum end end)
{
    struct interval speedup = batch_propagate(&search->setting, search->values, batch_speedup);
    return (end == END_MEDIAN ? speedup.median : end == END_LOW ? speedup.low : speedup.high) > 1;
}

static bool pays_at_time(struct search *search, double job_ns, enum end end)
{
    search->values[BATCH_JOB_NS] = (struct interval){job_ns, job_ns, job_ns};
    return pays(search, end);
}

/* From that number of jobs on: one more than a multiple of the workers is the worst of the next. */
static bool pays_at_jobs(struct search *search, double jobs, enum end end)
{
    double worst = floor((jobs + search->workers - 2) / search->workers) * search->workers + 1;
    batch_setting_jobs(&search->setting, search->workers, jobs);
    if (!pays(search, end))
        return false;
    batch_setting_jobs(&search->setting, search->workers, worst);
    return pays(search, end);
}

typedef bool pays_at(struct search *search, double place, enum end end);

/* The least place from which on it pays, in logarithms. */
static double crossing(struct search *search, pays_at *at, double least, double most, enum end end)
{
    if (at(search, least, end))
        return 0;
    if (!at(search, most, end))
        return INFINITY;
    for (int step = 0; step < STEPS; step++) {
        double middle = sqrt(least) * sqrt(most);
        if (at(search, middle, end))
            most = middle;
        else
            least = middle;
    }
    return most;
}

/* The first whole number of jobs. */
static double whole_crossing(struct search *search, enum end end)
{
    double least = 1, most = MOST_JOBS;
    if (pays_at_jobs(search, least, end))
        return 0;
    if (!pays_at_jobs(search, most, end))
        return INFINITY;
    while (most - least > 1) {
        double middle = floor(sqrt(least) * sqrt(most));
        middle = fmin(fmax(middle, least + 1), most - 1);
        if (pays_at_jobs(search, middle, end))
            most = middle;
        else
            least = middle;
    }
    return most;
}

static const struct interval unknown = {NAN, NAN, NAN};

/* The search that a question begins. False where
 * the model says nothing. */
static bool begin(const struct model *model, const struct model_line *line,
                  const struct model_question *question, struct search *search)
{
    search->workers = line->workers > 0 ? line->workers : 1;
    search->setting = batch_setting_of(model, line, question);
    return batch_values_of(line, question, search->values);
}

struct interval model_crossover_job_ns(const struct model *model, const struct model_line *line,
                                       const struct model_question *question)
{
    struct search search;
    if (!begin(model, line, question, &search))
        return unknown;
    return (struct interval){
        crossing(&search, pays_at_time, LEAST_JOB_NS, MOST_JOB_NS, END_MEDIAN),
        crossing(&search, pays_at_time, LEAST_JOB_NS, MOST_JOB_NS, END_HIGH),
        crossing(&search, pays_at_time, LEAST_JOB_NS, MOST_JOB_NS, END_LOW),
    };
}

struct interval model_crossover_jobs(const struct model *model, const struct model_line *line,
                                     const struct model_question *question)
{
    struct search search;
    struct model_question many = *question;
    many.jobs = UINT64_MAX; /* company is that of all workers */
    if (!begin(model, line, &many, &search) || !(question->job_ns.median > 0))
        return unknown;
    return (struct interval){whole_crossing(&search, END_MEDIAN), whole_crossing(&search, END_HIGH),
                             whole_crossing(&search, END_LOW)};
}
