#include "bench/analyse/model/fit_solve.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <string.h>

enum { MOST_STEPS = 100, PASSES = 6 };

#define PRECISION 1e-7
#define NORMAL_95 1.96
#define HUBER 1.5    /* residuals beyond so many standard deviations count less */
#define NO_VALUE 1e6 /* a residual where the formulae have no value */

/* Numbers in units of their guesses, so that steps in one are as large as in another. */
struct problem {
    const struct fit_cell *cells;
    size_t cell_count;
    const struct fit_unknown *unknowns[FIT_MOST_UNKNOWNS]; /* that are fitted */
    size_t count;
    double values[BATCH_VALUE_COUNT];
    double *weights; /* of the cells */
};

/* ------------------------------------------------------------------------------- the solver */

/* How many standard deviations a cell is off. */
static double residual_of(const struct fit_cell *cell, double values[])
{
    values[BATCH_JOB_NS] = cell->job_ns;
    double off = (batch_time_ns(&cell->setting, values) / cell->ns - 1) / cell->error;
    return isfinite(off) ? off : NO_VALUE;
}

static void take(const gsl_vector *x, const struct problem *problem, double values[])
{
    memcpy(values, problem->values, sizeof problem->values);
    for (size_t i = 0; i < problem->count; i++)
        values[problem->unknowns[i]->which] = gsl_vector_get(x, i) * problem->unknowns[i]->guess;
}

static int residuals(const gsl_vector *x, void *of, gsl_vector *out)
{
    const struct problem *problem = of;
    double values[BATCH_VALUE_COUNT];
    take(x, problem, values);
    for (size_t i = 0; i < problem->cell_count; i++)
        gsl_vector_set(out, i, problem->weights[i] * residual_of(&problem->cells[i], values));
    for (size_t i = 0; i < problem->count; i++)
        gsl_vector_set(out, problem->cell_count + i,
                       (gsl_vector_get(x, i) - 1) / problem->unknowns[i]->loose);
    return GSL_SUCCESS;
}

/* How far off the cells are from the values. */
struct fitness {
    double scale; /* how large residuals are, as a factor of the errors, at least 1 */
    double cost;  /* Huber's loss */
};

/* Finds the weights of the next pass, too. */
static struct fitness weigh(const struct problem *problem)
{
    double values[BATCH_VALUE_COUNT], squares = 0;
    struct fitness fitness = {1, 0};
    memcpy(values, problem->values, sizeof values);
    for (size_t i = 0; i < problem->cell_count; i++) {
        double off = fabs(residual_of(&problem->cells[i], values));
        bool far = off > HUBER;
        problem->weights[i] = far ? sqrt(HUBER / off) : 1;
        squares += problem->weights[i] * problem->weights[i] * off * off;
        fitness.cost += far ? HUBER * (off - HUBER / 2) : off * off / 2;
    }
    double freedom = (double)problem->cell_count - (double)problem->count;
    if (freedom >= 1)
        fitness.scale = fmax(1, sqrt(squares / freedom));
    return fitness;
}

/* The solution from where the values stand, to the values; sd are standard deviations. */
static void pass(gsl_multifit_nlinear_workspace *space, gsl_matrix *inverse,
                 struct problem *problem, double sd[])
{
    double first[FIT_MOST_UNKNOWNS];
    int info;
    for (size_t i = 0; i < problem->count; i++)
        first[i] = problem->values[problem->unknowns[i]->which] / problem->unknowns[i]->guess;
    gsl_vector_view start = gsl_vector_view_array(first, problem->count);
    gsl_multifit_nlinear_fdf functions = {
        .f = residuals,
        .n = problem->cell_count + problem->count,
        .p = problem->count,
        .params = problem,
    };
    if (gsl_multifit_nlinear_init(&start.vector, &functions, space) != GSL_SUCCESS)
        return;
    gsl_multifit_nlinear_driver(MOST_STEPS, PRECISION, PRECISION, PRECISION, NULL, NULL, &info,
                                space);
    take(gsl_multifit_nlinear_position(space), problem, problem->values);
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(space), 0, inverse);
    for (size_t i = 0; i < problem->count; i++)
        sd[i] = sqrt(fmax(0, gsl_matrix_get(inverse, i, i))) * problem->unknowns[i]->guess;
}

/* GSL ends the program where it runs out of memory or a step leads nowhere, unless it is told not
 * to. */
static int solve(struct problem *problem, double sd[], double *cost, struct error *error)
{
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_multifit_nlinear_workspace *space =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters,
                                   problem->cell_count + problem->count, problem->count);
    gsl_matrix *inverse = gsl_matrix_alloc(problem->count, problem->count);
    bool room = space != NULL && inverse != NULL;
    weigh(problem);
    for (int i = 0; room && i < PASSES; i++) {
        pass(space, inverse, problem, sd);
        struct fitness fitness = weigh(problem);
        *cost = fitness.cost;
        for (size_t k = 0; i == PASSES - 1 && k < problem->count; k++)
            sd[k] *= fitness.scale;
    }
    if (space != NULL)
        gsl_multifit_nlinear_free(space);
    if (inverse != NULL)
        gsl_matrix_free(inverse);
    gsl_set_error_handler(handler);
    return room ? 0 : fail(error, ERROR_REFUSED, "the model: out of memory");
}

/* ------------------------------------------------------------------------------- in range */

/* The unknown that is furthest below its least; count where none is. */
static size_t lowest_of(const struct problem *problem)
{
    size_t lowest = problem->count;
    double depth = 0;
    for (size_t i = 0; i < problem->count; i++) {
        const struct fit_unknown *unknown = problem->unknowns[i];
        double below = (unknown->least - problem->values[unknown->which]) / unknown->guess;
        if (below > depth) {
            depth = below;
            lowest = i;
        }
    }
    return lowest;
}

static struct interval interval_of(const struct fit_unknown *unknown, double value, double sd)
{
    double half = NORMAL_95 * sd;
    return (struct interval){fmax(value, unknown->least), fmax(value - half, unknown->least),
                             fmax(value + half, unknown->least)};
}

/* Solves, and takes out what is below its least until nothing is. */
static int solve_in_range(struct problem *problem, const struct fit_unknown unknowns[],
                          struct interval out[], double *cost, struct error *error)
{
    for (;;) {
        double sd[FIT_MOST_UNKNOWNS] = {0};
        if (problem->count == 0)
            return 0;
        if (solve(problem, sd, cost, error) != 0)
            return -1;
        for (size_t i = 0; i < problem->count; i++)
            out[problem->unknowns[i] - unknowns] = interval_of(
                problem->unknowns[i], problem->values[problem->unknowns[i]->which], sd[i]);
        size_t lowest = lowest_of(problem);
        if (lowest == problem->count)
            return 0;
        problem->values[problem->unknowns[lowest]->which] = problem->unknowns[lowest]->least;
        problem->count--;
        memmove(&problem->unknowns[lowest], &problem->unknowns[lowest + 1],
                (problem->count - lowest) * sizeof problem->unknowns[0]);
    }
}

int fit_solve(const struct fit_cell cells[], size_t count, const struct fit_unknown unknowns[],
              size_t unknown_count, double values[BATCH_VALUE_COUNT], struct interval out[],
              double *cost, struct error *error)
{
    struct problem problem = {.cells = cells, .cell_count = count, .count = unknown_count};
    problem.weights = calloc(count, sizeof *problem.weights);
    if (problem.weights == NULL)
        return fail(error, ERROR_REFUSED, "the model: out of memory");
    memcpy(problem.values, values, sizeof problem.values);
    for (size_t i = 0; i < unknown_count; i++) {
        problem.unknowns[i] = &unknowns[i];
        problem.values[unknowns[i].which] = unknowns[i].guess;
    }
    int result = solve_in_range(&problem, unknowns, out, cost, error);
    for (size_t i = 0; i < unknown_count && result == 0; i++)
        values[unknowns[i].which] = out[i].median;
    free(problem.weights);
    return result;
}
