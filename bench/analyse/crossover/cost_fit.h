#ifndef BREAKEVEN_ANALYSE_CROSSOVER_COST_FIT_H
#define BREAKEVEN_ANALYSE_CROSSOVER_COST_FIT_H

#include "bench/analyse/speedup.h"

#include <stddef.h>
#include <stdint.h>

/* Without that many sizes of the caller there is no cost fit: two are always on a line. */
#define COST_FIT_LEAST_POINTS 3
/* Growth over all sizes measured, as a share of the base: what is not surely above the least is no
 * cost fit; what may be above the most is not known to be flat. */
#define COST_FIT_LEAST_GROWTH 0.10
#define COST_FIT_MOST_FLAT_GROWTH 1.0

/* One row of law.csv: what one job costs, by how much memory the caller has mapped. */
struct cost_fit {
    struct key key; /* its parent_mib means nothing */
    const char *temperature;
    const char *verdict; /* "linear", "flat" or "noisy" */
    double base_ns;      /* of a caller that holds nothing; over all callers unless it is linear */
    double per_page_ns;  /* for each page that the caller holds; NaN unless it is linear */
    double base_error_ns, per_page_error_ns; /* half the width of the 95 % interval */
    uint64_t points;                         /* sizes of the caller that it is fitted to */
    double worst_residual;                   /* |measured - fitted| / fitted, the largest */
    double page_bytes;                       /* of one of its pages; not in the file */
    uint64_t left_out; /* callers that were visited and have no point; not in the file */
};

extern const struct csv_format cost_fit_format;

/* The pages that parent_mib is counted in. */
struct cost_fit_pages {
    double small_bytes, huge_bytes;
};

/* One measured size of the caller. */
struct cost_fit_point {
    double pages;
    double ns;     /* of one job; above 0 */
    double weight; /* cost_fit_of's own */
};

struct cost_fit_result {
    const char *verdict;
    double base_ns, base_error_ns, per_page_ns, per_page_error_ns, worst_residual;
};

/* The line base + per_page x pages through at least COST_FIT_LEAST_POINTS points with different
 * pages, least squares of the relative residuals: a time's noise is a share of it, so plain least
 * squares would fit the largest caller alone; and each point is a median over rounds already, so
 * that no robust fit is needed. The base is not let below 0. The verdict goes by the growth over
 * all points and the ends of its 95 % interval, by Student's t:
 *   linear  where the lower end is above COST_FIT_LEAST_GROWTH,
 *   flat    where it is not, and the upper end is below COST_FIT_MOST_FLAT_GROWTH,
 *   noisy   where neither can be told.
 * Unless it is linear, the base is the geometric mean of all points. */
struct cost_fit_result cost_fit_of(struct cost_fit_point points[], size_t count);

/* What one job costs for a caller that holds so many bytes in the cost fit's pages, in ns. */
double cost_fit_value(const struct cost_fit *fit, double bytes);

struct cost_fits {
    struct cost_fit *rows;
    size_t count;
};

/* The cost fits of all strategies but serial, warm, from the overhead of one job: one for each
 * curve of parent_mib and each kind of pages; callers that hold nothing belong to every kind. Cells
 * that are not ok, or that cost no more than serial, have no point. The caller frees rows. */
int cost_fit_find(const struct summaries *summaries, const struct cost_fit_pages *pages,
                  struct cost_fits *out, struct error *error);

#endif
