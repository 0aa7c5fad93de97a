#include "bench/analyse/scaling/scaling_cause.h"
#include "bench/base/text.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

/* What a trend must not be called by chance more seldom than. */
#define TREND_MARGIN 0.995
#define LEAST_PARTICIPATION 0.9
/* Workers that sleep once for each second job, beside what handing over takes, wait for each
 * other's lock. */
#define LOCKED_SWITCHES_PER_JOB 0.5
/* A speedup so near to that of `stream` ends at the memory's. */
#define NEAR_CEILING 1.25

double scaling_serial_share(double speedup, double workers)
{
    return workers > 1 ? (1 / speedup - 1 / workers) / (1 - 1 / workers) : (double)NAN;
}

/* ------------------------------------------------------------------------------- the trend */

/* A line of the serial share against log(workers). */
struct slope {
    double slope, error, mean, range;
    size_t count;
};

/* How much the serial share moves where the log of the speedup does, without its sign. */
static double leverage(const struct scaling_point *point)
{
    return 1 / (exp(point->log_speedup) * (1 - 1 / point->workers));
}

static double own_error(const struct scaling_points *points)
{
    double sum = 0;
    for (size_t i = 0; i < points->count; i++)
        sum += points->points[i].error * points->points[i].error;
    return sqrt(fmax(0, sum / (double)points->count - points->shared * points->shared));
}

/* Weighted least squares: an error of the speedup with few workers moves the share most. */
static struct slope slope_of(const struct scaling_points *points)
{
    double weights = 0, x_mean = 0, y_mean = 0, spread = 0, first = NAN, last = NAN;
    struct slope line = {0};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < points->count; i++) {
            const struct scaling_point *point = &points->points[i];
            if (!(point->workers > 1))
                continue;
            double weight = 1 / pow(leverage(point), 2), x = log(point->workers);
            double y = scaling_serial_share(exp(point->log_speedup), point->workers);
            if (pass == 1) {
                spread += weight * pow(x - x_mean / weights, 2);
                continue;
            }
            weights += weight;
            x_mean += weight * x;
            y_mean += weight * y;
            first = isnan(first) ? x : first;
            last = x;
            line.count++;
        }
    double own = 0, shared = 0;
    for (size_t i = 0; i < points->count && spread > 0; i++) {
        const struct scaling_point *point = &points->points[i];
        if (!(point->workers > 1))
            continue;
        double share = (log(point->workers) - x_mean / weights) / pow(leverage(point), 2) / spread;
        line.slope += share * scaling_serial_share(exp(point->log_speedup), point->workers);
        own += pow(share * leverage(point), 2);
        shared += share * leverage(point);
    }
    line.error = hypot(sqrt(own) * own_error(points), shared * points->shared);
    line.mean = y_mean / weights;
    line.range = last - first;
    return line;
}

const char *scaling_trend(const struct scaling_points *points)
{
    struct slope line = slope_of(points);
    if (line.count < 2 || !(line.range > 0))
        return "unknown";
    double least = line.error * gsl_cdf_tdist_Pinv(TREND_MARGIN, points->freedom);
    if (!(fabs(line.slope) > least) ||
        fabs(line.slope) * line.range < SCALING_LEAST_GROWTH * fabs(line.mean))
        return "constant";
    return line.slope > 0 ? "rising" : "falling";
}

/* ------------------------------------------------------------------------------- the cause */

const char *const scaling_causes[] = {
    "none",  "serial-part", "slower-jobs", "hand-over",    "lock",    "bandwidth", "shared",
    "steal", "idle",        "few-jobs",    "hyperthreads", "unknown", NULL};

/* A part of the loss as a share of it, in [0, 1]; NaN where it is not known, which fmin and fmax
 * would pass over. */
static double share_of(double part_ns, double loss_ns)
{
    return isnan(part_ns) ? part_ns : fmin(1, fmax(0, part_ns / loss_ns));
}

struct scaling_shares scaling_shares_of(const struct scaling_evidence *evidence)
{
    double whole = evidence->workers * evidence->median_ns;
    double loss = whole - evidence->serial_ns;
    if (!(loss > 0))
        return (struct scaling_shares){NAN, NAN, NAN, NAN, NAN};
    return (struct scaling_shares){
        .handover = share_of(evidence->workers * evidence->handover_ns, loss),
        .steal = share_of(evidence->steal_share * whole, loss),
        .system = share_of(evidence->sys_ns, loss),
        .stall = share_of(evidence->cpu_ns - evidence->sys_ns - evidence->serial_cpu_ns, loss),
        .idle = share_of(whole - evidence->cpu_ns, loss),
    };
}

/* Each worker, and the caller, may sleep once before a batch and once after its share of it. */
static bool sleeps_for_jobs(const struct scaling_evidence *evidence)
{
    return evidence->switches - 2 * (evidence->workers + 1) >=
           LOCKED_SWITCHES_PER_JOB * evidence->jobs;
}

static bool is_near_ceiling(const struct scaling_evidence *evidence)
{
    return evidence->ceiling < SCALING_EFFICIENT * evidence->workers &&
           evidence->speedup < NEAR_CEILING * evidence->ceiling;
}

/* Where more workers lose more, what they lose by. What is not known (NaN) is no cause. */
static const char *cause_of_loss(const struct scaling_evidence *evidence)
{
    struct scaling_shares shares = scaling_shares_of(evidence);
    if (evidence->participation < LEAST_PARTICIPATION)
        return "few-jobs";
    if (shares.steal >= SCALING_MOST_OF_IT)
        return "steal";
    if (shares.handover >= SCALING_MOST_OF_IT)
        return "hand-over";
    if (shares.system >= SCALING_MOST_OF_IT ||
        (shares.idle + shares.system >= SCALING_MOST_OF_IT && sleeps_for_jobs(evidence)))
        return "lock";
    if (shares.stall >= SCALING_MOST_OF_IT)
        return is_near_ceiling(evidence) ? "bandwidth" : "shared";
    return shares.idle >= SCALING_MOST_OF_IT ? "idle" : "unknown";
}

const char *scaling_cause(const char *trend, const struct scaling_evidence *evidence)
{
    if (evidence->efficiency_low >= SCALING_EFFICIENT)
        return "none";
    const char *cause = cause_of_loss(evidence);
    bool told_apart = text_equal(cause, "hand-over") || text_equal(cause, "steal");
    if (text_equal(trend, "constant")) /* a hand-over of one length is as good as a serial part */
        return told_apart ? cause : "serial-part";
    if (text_equal(trend, "falling"))
        return told_apart ? cause : "slower-jobs";
    bool asleep = text_equal(cause, "idle") || text_equal(cause, "lock");
    return text_equal(trend, "rising") || !asleep ? cause : "unknown"; /* it may be a serial part */
}
