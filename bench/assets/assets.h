#ifndef BREAKEVEN_ASSETS_ASSETS_H
#define BREAKEVEN_ASSETS_ASSETS_H

#include <stddef.h>

/* A file that is part of the program, so that breakeven runs from anywhere: its bytes are those
 * from text up to end. */
struct asset {
    const char *name; /* "default" for bench/suites/default.ini */
    const char *text, *end;
};

extern const struct asset asset_suites[];
extern const size_t asset_suites_count;
extern const char *const asset_suite_names[];

/* The title of a suite, which says what it measures. */
void asset_suite_title(const struct asset *suite, char *title, size_t bytes);

/* The gnuplot scripts of plots/. */
extern const struct asset asset_plots[];
extern const size_t asset_plots_count;

/* What is part of every HTML page: bench/report/page/. */
extern const struct asset asset_pages[];
extern const size_t asset_pages_count;

/* What `breakeven new` writes. */
extern const struct asset asset_templates[];
extern const size_t asset_templates_count;

/* The scripts by which Python's strategies are run: strategies/runner/python/. */
extern const struct asset asset_python[];
extern const size_t asset_python_count;

/* The program of strategies/image/, linked statically where this machine can and dynamically. */
extern const struct asset asset_image_static, asset_image_dynamic;

/* The program of strategies/mpi/rank/; of no bytes where this build has no MPI. */
extern const struct asset asset_mpi_rank;

/* The asset of that name, or NULL. */
const struct asset *asset_find(const struct asset *assets, size_t count, const char *name);

#endif
