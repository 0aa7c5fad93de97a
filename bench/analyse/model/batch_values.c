#include "bench/analyse/model/batch_values.h"

#include <math.h>

/* By how much the formulae themselves may be wrong, as factors, and how far the machine is another
 * one in some minutes (docs/method.md). What disturbs a batch makes it longer, so that there is
 * more room above. */
static const struct interval overhead_error = {1, 1 / 1.3, 1.4}, share_error = {1, 1 / 1.06, 1.1};
/* A number without an interval is of too few rounds. */
#define FEW_ROUNDS 1.5
/* What company costs jobs that share memory or the address space is a matter of what they do with
 * it: beyond 1 it is so many times what it was for those that were measured, or so many times less
 * (docs/method.md). */
#define CONTENDED_ERROR 2.0
/* Bounds of what one byte or one page costs on any machine, in ns. */
#define SHARED_BYTE_MOST 1.0
#define PIPED_BYTE_LEAST 0.05
#define PIPED_BYTE_MOST 3.0
#define PAGE_MOST 100.0

static const struct interval nothing = {0, 0, 0}, unknown = {NAN, NAN, NAN};

static struct interval around(double median, double low, double high)
{
    return (struct interval){median, low, high};
}

static bool is_known(struct interval interval)
{
    return isfinite(interval.median);
}

/* The interval of what is known, whatever it lacks. */
static struct interval made_whole(struct interval known)
{
    if (!(known.low <= known.median))
        known.low = known.median / FEW_ROUNDS;
    if (!(known.high >= known.median))
        known.high = known.median * FEW_ROUNDS;
    return known;
}

static struct interval either(struct interval wanted, struct interval other)
{
    return is_known(wanted) ? wanted : other;
}

/* From nothing to that. */
static struct interval up_to(double most)
{
    return around(most / 2, 0, most);
}

/* ------------------------------------------------------------------------------- what is unknown
 */

/* A process has pages of its own and needs its payload carried; a thread does not. */
static void bound_memory(const struct model_traits *traits, struct interval values[])
{
    bool apart = !traits->shares_memory;
    values[MODEL_shared_byte_ns] =
        either(values[MODEL_shared_byte_ns],
               apart ? around(SHARED_BYTE_MOST / 10, 0, SHARED_BYTE_MOST) : nothing);
    values[MODEL_piped_byte_ns] =
        either(values[MODEL_piped_byte_ns],
               apart ? around(PIPED_BYTE_MOST / 4, PIPED_BYTE_LEAST, PIPED_BYTE_MOST) : nothing);
    values[MODEL_open_page_ns] =
        either(values[MODEL_open_page_ns],
               apart && !traits->starts_each_job ? around(PAGE_MOST / 5, 0, PAGE_MOST) : nothing);
    values[MODEL_job_page_ns] =
        either(values[MODEL_job_page_ns],
               apart && traits->starts_each_job ? around(PAGE_MOST / 5, 0, PAGE_MOST) : nothing);
}

/* Maps of long jobs and of tiny ones stand for each other. What a job costs that is handed over
 * with others is less than a whole map; by itself it is between both. To close takes no longer than
 * to open, and so do a first map and a wake. */
static void bound_maps(const struct model_traits *traits, struct interval values[])
{
    values[MODEL_region_ns] = either(values[MODEL_region_ns], values[MODEL_join_ns]);
    values[MODEL_join_ns] = either(values[MODEL_join_ns], values[MODEL_region_ns]);
    if (traits->starts_each_job)
        values[MODEL_region_ns] = values[MODEL_join_ns] = values[MODEL_job_ns] = nothing;
    double region = values[MODEL_region_ns].high, start = values[MODEL_open_ns].high;
    values[MODEL_job_ns] = either(values[MODEL_job_ns], around(0, 0, region));
    struct interval job = values[MODEL_job_ns], single = values[MODEL_single_ns];
    if (!traits->starts_each_job)
        values[MODEL_single_ns] =
            either(single, around(job.median, job.low, fmax(job.high, region)));
    values[MODEL_worker_ns] = either(values[MODEL_worker_ns], up_to(2 * single.high));
    values[MODEL_close_ns] = either(values[MODEL_close_ns], up_to(start));
    values[MODEL_first_ns] =
        either(values[MODEL_first_ns], either(values[MODEL_late_ns], up_to(start)));
    values[MODEL_late_ns] = either(values[MODEL_late_ns], values[MODEL_first_ns]);
    values[MODEL_wake_ns] = either(
        values[MODEL_wake_ns],
        traits->starts_each_job ? nothing : up_to(fmax(isfinite(start) ? start : 0, region)));
}

static struct interval company_of_computing(const struct model_line *line)
{
    struct interval known = line->company[CONTENTION_COMPUTE];
    return is_known(known) ? made_whole(known)
                           : around(1 + (BATCH_COMPUTE_MOST - 1) / 5, 1, BATCH_COMPUTE_MOST);
}

/* How jobs get on with company that share something: at the worst as if each waited for all
 * others. */
static struct interval company_of_sharing(const struct model_line *line, enum contention contention,
                                          struct interval compute, double slots)
{
    struct interval own = line->company[contention];
    double most = fmax(compute.high, slots);
    if (is_known(own)) {
        own = made_whole(own);
        return around(own.median, 1 + (own.low - 1) / CONTENDED_ERROR,
                      1 + (own.high - 1) * CONTENDED_ERROR);
    }
    if (contention == CONTENTION_ADDRESS_SPACE && !line->traits.shares_memory)
        most = BATCH_COMPUTE_MOST * compute.high;
    else if (contention == CONTENTION_ADDRESS_SPACE)
        most *= 4; /* each change is told to all CPUs, beside the lock */
    return around(sqrt(compute.low * most), compute.low, most);
}

/* A job that computes for a share of its time shares nothing meanwhile. */
static struct interval company_of(const struct model_line *line,
                                  const struct model_question *question, double slots)
{
    enum contention contention =
        question->contention < CONTENTION_COUNT ? question->contention : CONTENTION_UNKNOWN;
    struct interval compute = company_of_computing(line);
    double computing = fmin(fmax(question->computing, 0), 1), sharing = 1 - computing;
    if (contention == CONTENTION_NONE || contention == CONTENTION_COMPUTE)
        return contention == CONTENTION_NONE ? around(1, 1, 1) : compute;
    struct interval shared = company_of_sharing(line, contention, compute, slots);
    return around(computing * compute.median + sharing * shared.median,
                  computing * compute.low + sharing * shared.low,
                  computing * compute.high + sharing * shared.high);
}

bool batch_values_of(const struct model_line *line, const struct model_question *question,
                     struct interval values[BATCH_VALUE_COUNT])
{
    for (size_t i = 0; i < MODEL_PARAMETER_COUNT; i++)
        values[i] = is_known(line->parameters[i]) ? made_whole(line->parameters[i]) : unknown;
    bound_maps(&line->traits, values);
    bound_memory(&line->traits, values);
    double slots = fmax(1, fmin(line->workers, (double)question->jobs));
    values[BATCH_JOB_NS] = made_whole(question->job_ns);
    values[BATCH_COMPANY] = slots > 1 ? company_of(line, question, slots) : around(1, 1, 1);
    values[BATCH_PLACE] = around(0.5, 0, 1);
    values[BATCH_OVERHEAD] = overhead_error;
    values[BATCH_SHARE] = share_error;
    bool starts = line->traits.starts_each_job;
    bool known = is_known(values[starts ? MODEL_single_ns : MODEL_region_ns]) &&
                 (!question->is_cold || is_known(values[MODEL_open_ns]));
    if (!question->is_cold)
        values[MODEL_open_ns] = values[MODEL_close_ns] = values[MODEL_first_ns] =
            values[MODEL_late_ns] = nothing;
    return known;
}

/* ------------------------------------------------------------------------------- intervals */

/* How far an answer is above another one, in logarithms. */
static double move_of(double answer, double middle)
{
    return answer > 0 ? log(answer / middle) : -INFINITY;
}

static double square(double number)
{
    return number * number;
}

struct interval batch_propagate(const struct batch_setting *setting,
                                const struct interval values[BATCH_VALUE_COUNT],
                                batch_answer *answer)
{
    double at[BATCH_VALUE_COUNT], up = 0, down = 0;
    for (size_t i = 0; i < BATCH_VALUE_COUNT; i++)
        at[i] = values[i].median;
    double middle = answer(setting, at);
    if (!isfinite(middle) || !(middle > 0))
        return unknown;
    for (size_t i = 0; i < BATCH_VALUE_COUNT; i++) {
        if (values[i].low == values[i].high)
            continue;
        at[i] = values[i].low;
        double first = move_of(answer(setting, at), middle);
        at[i] = values[i].high;
        double second = move_of(answer(setting, at), middle);
        at[i] = values[i].median;
        up += square(fmax(0, fmax(first, second)));
        down += square(fmin(0, fmin(first, second)));
    }
    return around(middle, middle * exp(-sqrt(down)), middle * exp(sqrt(up)));
}
