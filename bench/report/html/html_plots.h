#ifndef BREAKEVEN_REPORT_HTML_HTML_PLOTS_H
#define BREAKEVEN_REPORT_HTML_HTML_PLOTS_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The files that may make up a picture, by their extension. */
enum plot_file { PLOT_SVG, PLOT_PNG, PLOT_PDF, PLOT_GP, PLOT_DAT, PLOT_FILES };

extern const char *const plot_extensions[PLOT_FILES];

/* A picture of the run's folder. */
struct html_plot {
    char name[200];
    bool has[PLOT_FILES];
    bool known; /* as one of a panel's pictures */
};

struct html_plots {
    int folder; /* plots/; -1: there is none */
    struct html_plot *rows;
    size_t count; /* in the order of their names */
};

/* Looks which pictures folder/plots holds; names that breakeven would not give a file, links and
 * what is no file are passed by. */
int html_plots_find(const char *folder, struct html_plots *plots, struct error *error);
void html_plots_free(struct html_plots *plots);

/* The picture of that name, or NULL. */
struct html_plot *html_plots_get(const struct html_plots *plots, const char *name);

/* What a picture's SVG holds; the caller frees it. NULL where there is none that could be read, or
 * where it is too large for a page. */
char *html_plots_read(const struct html_plots *plots, const struct html_plot *plot);

#endif
