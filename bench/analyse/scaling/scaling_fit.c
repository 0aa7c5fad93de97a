#include "bench/analyse/scaling/scaling_fit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { LOG_RATE, CONTENTION, COHERENCE, MOST_PARAMETERS, MOST_STEPS = 200 };

#define PRECISION 1e-10
#define MARGIN 0.975
#define NO_VALUE 1e6
#define MOST_CONTENTION 1.0

static const struct bounded not_known = {NAN, NAN, NAN};

/* Which numbers of the law are fitted, in the order of the solver; the others stay as they are. */
struct problem {
    const struct scaling_points *points;
    int fitted[MOST_PARAMETERS];
    size_t count;
    double values[MOST_PARAMETERS];
};

/* ------------------------------------------------------------------------------- the law */

static double divisor(const double values[], double workers)
{
    return 1 + values[CONTENTION] * (workers - 1) + values[COHERENCE] * workers * (workers - 1);
}

static double log_law(const double values[], double workers)
{
    return values[LOG_RATE] + log(workers) - log(divisor(values, workers));
}

/* How log_law changes with each number. */
static void gradient_of(const double values[], double workers, double gradient[MOST_PARAMETERS])
{
    double share = 1 / divisor(values, workers);
    gradient[LOG_RATE] = 1;
    gradient[CONTENTION] = -(workers - 1) * share;
    gradient[COHERENCE] = -workers * (workers - 1) * share;
}

/* ------------------------------------------------------------------------------- the solver */

static void take(const gsl_vector *x, const struct problem *problem, double values[])
{
    memcpy(values, problem->values, sizeof problem->values);
    for (size_t i = 0; i < problem->count; i++)
        values[problem->fitted[i]] = gsl_vector_get(x, i);
}

/* Relative residuals: a speedup's error is a share of it. Where the law has no value they are so
 * large that a shorter step is tried. */
static int residuals(const gsl_vector *x, void *of, gsl_vector *out)
{
    const struct problem *problem = of;
    double values[MOST_PARAMETERS];
    take(x, problem, values);
    for (size_t i = 0; i < problem->points->count; i++) {
        const struct scaling_point *point = &problem->points->points[i];
        bool has_value = divisor(values, point->workers) > 0;
        gsl_vector_set(out, i,
                       has_value ? log_law(values, point->workers) - point->log_speedup : NO_VALUE);
    }
    return GSL_SUCCESS;
}

static int derivatives(const gsl_vector *x, void *of, gsl_matrix *out)
{
    const struct problem *problem = of;
    double values[MOST_PARAMETERS], gradient[MOST_PARAMETERS];
    take(x, problem, values);
    for (size_t i = 0; i < problem->points->count; i++) {
        gradient_of(values, problem->points->points[i].workers, gradient);
        for (size_t k = 0; k < problem->count; k++)
            gsl_matrix_set(out, i, k, gradient[problem->fitted[k]]);
    }
    return GSL_SUCCESS;
}

/* What a solution says. */
struct solution {
    double values[MOST_PARAMETERS];
    double own[MOST_PARAMETERS][MOST_PARAMETERS], shared[MOST_PARAMETERS];
    double p;
    bool found;
};

/* The part of the points' error that each has for itself, as a mean variance. */
static double own_variance(const struct scaling_points *points)
{
    double sum = 0;
    for (size_t i = 0; i < points->count; i++)
        sum += points->points[i].error * points->points[i].error;
    double variance = sum / (double)points->count - points->shared * points->shared;
    return variance > 0 ? variance : 0;
}

/* The solution's numbers are a linear function of the points near it: C J' d. So are their errors.
 */
static void describe(const struct problem *problem, const gsl_matrix *jacobian, gsl_matrix *inverse,
                     struct solution *out)
{
    const struct scaling_points *points = problem->points;
    double own = own_variance(points);
    gsl_multifit_nlinear_covar(jacobian, 0, inverse);
    for (size_t k = 0; k < problem->count; k++)
        for (size_t m = 0; m < problem->count; m++) {
            double factor = gsl_matrix_get(inverse, k, m);
            out->own[problem->fitted[k]][problem->fitted[m]] = own * factor;
            for (size_t i = 0; i < points->count; i++)
                out->shared[problem->fitted[k]] +=
                    points->shared * factor * gsl_matrix_get(jacobian, i, m);
        }
}

/* How probable chance makes residuals as large as these: chi-square over the points' own variance,
 * which is itself known from some rounds only, is distributed like F. */
static double p_of(const struct problem *problem, const gsl_vector *rest)
{
    double squares = 0, own = own_variance(problem->points);
    double freedom = (double)problem->points->count - (double)problem->count;
    for (size_t i = 0; i < problem->points->count; i++)
        squares += gsl_vector_get(rest, i) * gsl_vector_get(rest, i);
    if (freedom < 1)
        return 1;
    if (!(own > 0))
        return squares > PRECISION ? 0 : 1;
    return gsl_cdf_fdist_Q(squares / freedom / own, freedom,
                           problem->points->freedom * (double)problem->points->count);
}

static void solve_in(gsl_multifit_nlinear_workspace *space, gsl_matrix *inverse,
                     struct problem *problem, struct solution *out)
{
    double first[MOST_PARAMETERS];
    int info = GSL_SUCCESS; /* GSL_ENOPROG: no step is better, as where it starts at the solution */
    for (size_t i = 0; i < problem->count; i++)
        first[i] = problem->values[problem->fitted[i]];
    gsl_vector_view start = gsl_vector_view_array(first, problem->count);
    gsl_multifit_nlinear_fdf functions = {
        .f = residuals,
        .df = derivatives,
        .n = problem->points->count,
        .p = problem->count,
        .params = problem,
    };
    if (gsl_multifit_nlinear_init(&start.vector, &functions, space) != GSL_SUCCESS)
        return;
    int status = gsl_multifit_nlinear_driver(MOST_STEPS, PRECISION, PRECISION, PRECISION, NULL,
                                             NULL, &info, space);
    take(gsl_multifit_nlinear_position(space), problem, out->values);
    out->found = status == GSL_SUCCESS || info == GSL_ENOPROG;
    out->p = p_of(problem, gsl_multifit_nlinear_residual(space));
    describe(problem, gsl_multifit_nlinear_jac(space), inverse, out);
}

/* GSL ends the program where it runs out of memory or a step leads nowhere, unless it is told not
 * to. */
static int solve(struct problem *problem, struct solution *out, struct error *error)
{
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_multifit_nlinear_workspace *space = gsl_multifit_nlinear_alloc(
        gsl_multifit_nlinear_trust, &parameters, problem->points->count, problem->count);
    gsl_matrix *inverse = gsl_matrix_alloc(problem->count, problem->count);
    bool room = space != NULL && inverse != NULL;
    *out = (struct solution){.found = false};
    if (room)
        solve_in(space, inverse, problem, out);
    if (space != NULL)
        gsl_multifit_nlinear_free(space);
    if (inverse != NULL)
        gsl_matrix_free(inverse);
    gsl_set_error_handler(handler);
    return room ? 0 : fail(error, ERROR_REFUSED, "scaling: out of memory");
}

/* ------------------------------------------------------------------------------- in range */

static bool is_below(const struct solution *solution, int parameter)
{
    return solution->values[parameter] < 0;
}

/* Fits the numbers of which the bit is set; the others are 0, but for contention, which is given.
 */
static int solve_some(const struct scaling_points *points, unsigned which, double contention,
                      struct solution *out, struct error *error)
{
    struct problem problem = {.points = points, .values = {[CONTENTION] = contention}};
    double last = points->points[points->count - 1].workers;
    double rate = -INFINITY, lost;
    for (int i = 0; i < MOST_PARAMETERS; i++)
        if (which & 1U << i)
            problem.fitted[problem.count++] = i;
    for (size_t i = 0; i < points->count; i++)
        rate = fmax(rate, points->points[i].log_speedup - log(points->points[i].workers));
    problem.values[LOG_RATE] = rate;
    lost = exp(rate + log(last) - points->points[points->count - 1].log_speedup) - 1;
    if (which & 1U << CONTENTION && last > 1)
        problem.values[CONTENTION] = fmin(1, lost / (last - 1));
    return solve(&problem, out, error);
}

/* The least squares with no number below 0 and contention not above 1: where the free solution has
 * one out of range, it is at the end of the range in the constrained one, and the others are fitted
 * again, so that the law which is told is the one that was fitted. */
static int solve_in_range(const struct scaling_points *points, const struct solution *free_one,
                          unsigned which, struct solution *out, struct error *error)
{
    *out = *free_one;
    for (int i = COHERENCE; i >= CONTENTION; i--)
        if (out->found && which & 1U << i && is_below(out, i)) {
            which &= ~(1U << i);
            if (solve_some(points, which, 0, out, error) != 0)
                return -1;
        }
    if (!out->found || !(out->values[CONTENTION] > MOST_CONTENTION))
        return 0;
    return solve_some(points, which & ~(1U << CONTENTION), MOST_CONTENTION, out, error);
}

/* Half the 95 % interval of what goes by this gradient with the numbers of the law. The two parts
 * of its variance are known to different degrees of freedom (Welch, Biometrika 34, 1947). */
static double half_width(const struct scaling_fit *fit, const double gradient[MOST_PARAMETERS])
{
    double own = 0, shared = 0;
    for (int i = 0; i < MOST_PARAMETERS; i++) {
        shared += gradient[i] * fit->shared[i];
        for (int k = 0; k < MOST_PARAMETERS; k++)
            own += gradient[i] * gradient[k] * fit->own[i][k];
    }
    own = fmax(0, own);
    double variance = own + shared * shared;
    if (!(variance > 0))
        return 0;
    double freedom =
        variance * variance / (own * own / fit->own_freedom + pow(shared, 4) / fit->shared_freedom);
    return gsl_cdf_tdist_Pinv(MARGIN, freedom) * sqrt(variance);
}

static double half_width_of(const struct scaling_fit *fit, int parameter)
{
    double gradient[MOST_PARAMETERS] = {0};
    gradient[parameter] = 1;
    return half_width(fit, gradient);
}

/* The interval is that of the free solution, and holds the one in range. */
static struct bounded bound(double value, double free_value, double half, double most)
{
    return (struct bounded){
        .value = fmin(value, most),
        .low = fmin(fmin(value, most), fmax(0, free_value - half)),
        .high = fmin(most, fmax(value, free_value + half)),
    };
}

/* Where 1 - contention = coherence p^2; all p for which chance may make that of the two numbers
 * are its interval (Fieller, JRSS B 16, 1954). What all points share moves the rate alone. */
static struct bounded peak_of(const struct scaling_fit *fit)
{
    double room = 1 - fit->contention.value, kappa = fit->coherence.value;
    double t2 = pow(gsl_cdf_tdist_Pinv(MARGIN, fit->own_freedom), 2);
    double square = kappa * kappa - t2 * fit->own[COHERENCE][COHERENCE];
    double middle = kappa * room + t2 * fit->own[CONTENTION][COHERENCE];
    double end = room * room - t2 * fit->own[CONTENTION][CONTENTION];
    double peak = sqrt(room / kappa);
    if (!(peak <= SCALING_MOST_AHEAD * fit->most_workers) || !(peak >= 1))
        return not_known;
    double root = sqrt(fmax(0, middle * middle - square * end));
    return (struct bounded){
        .value = peak,
        .low = end > 0 ? sqrt(fmax(1, end / (middle + root))) : 1,
        .high = square > 0 ? sqrt((middle + root) / square) : (double)NAN, /* it may have none */
    };
}

static void write_fit(const struct scaling_points *points, enum scaling_law law,
                      const struct solution *free_one, const struct solution *found,
                      struct scaling_fit *fit)
{
    fit->law = law;
    fit->p = found->p;
    fit->most_workers = points->points[points->count - 1].workers;
    memcpy(fit->own, free_one->own, sizeof fit->own);
    memcpy(fit->shared, free_one->shared, sizeof fit->shared);
    fit->shared_freedom = points->freedom / 2; /* signs tell half as much as numbers */
    fit->own_freedom = points->freedom * (double)points->count;
    double half = half_width_of(fit, LOG_RATE);
    double rate = found->values[LOG_RATE], free_rate = free_one->values[LOG_RATE];
    fit->rate = (struct bounded){
        .value = exp(rate),
        .low = exp(fmin(rate, free_rate - half)),
        .high = exp(fmax(rate, free_rate + half)),
    };
    fit->contention = bound(found->values[CONTENTION], free_one->values[CONTENTION],
                            half_width_of(fit, CONTENTION), MOST_CONTENTION);
    if (law == LAW_USL) {
        fit->coherence = bound(found->values[COHERENCE], free_one->values[COHERENCE],
                               half_width_of(fit, COHERENCE), INFINITY);
        fit->peak = peak_of(fit);
    }
}

int scaling_fit(const struct scaling_points *points, enum scaling_law law, struct scaling_fit *fit,
                struct error *error)
{
    size_t least = law == LAW_USL ? USL_LEAST_COUNTS : AMDAHL_LEAST_COUNTS;
    unsigned which = 1U << LOG_RATE | 1U << CONTENTION;
    struct solution free_one, found;
    *fit = (struct scaling_fit){
        .law = LAW_NONE,
        .rate = not_known,
        .contention = not_known,
        .coherence = not_known,
        .peak = not_known,
        .p = NAN,
        .most_workers = NAN,
    };
    if (points->count < least)
        return 0;
    if (law == LAW_USL)
        which |= 1U << COHERENCE;
    if (solve_some(points, which, 0, &free_one, error) != 0 ||
        solve_in_range(points, &free_one, which, &found, error) != 0)
        return -1;
    if (free_one.found && found.found)
        write_fit(points, law, &free_one, &found, fit);
    return 0;
}

struct bounded scaling_fit_at(const struct scaling_fit *fit, double workers)
{
    if (fit->law == LAW_NONE || workers > SCALING_MOST_AHEAD * fit->most_workers)
        return not_known;
    double values[MOST_PARAMETERS] = {log(fit->rate.value), fit->contention.value,
                                      fit->law == LAW_USL ? fit->coherence.value : 0};
    double gradient[MOST_PARAMETERS];
    gradient_of(values, workers, gradient);
    double speedup = log_law(values, workers), half = half_width(fit, gradient);
    return (struct bounded){exp(speedup), exp(speedup - half), exp(speedup + half)};
}
