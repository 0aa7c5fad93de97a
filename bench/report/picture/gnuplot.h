#ifndef BREAKEVEN_REPORT_PICTURE_GNUPLOT_H
#define BREAKEVEN_REPORT_PICTURE_GNUPLOT_H

#include "bench/report/panel/panel.h"

#include <signal.h>
#include <stdbool.h>

/* What pictures can be drawn as; names are in the order of the enum, up to a NULL. */
enum picture_format { PICTURE_SVG, PICTURE_PNG, PICTURE_PDF, PICTURE_FORMATS };
extern const char *const picture_format_names[PICTURE_FORMATS + 1];

struct picture_formats {
    bool wanted[PICTURE_FORMATS];
};

/* SVG and PNG. */
extern const struct picture_formats picture_formats_default;

/* Draws all pictures of a run into folder/plots/, made if need be, in these formats, each beside
 * the script and the data that it came from; none appears before it is whole. Fails where a file
 * cannot be written, and with ERROR_INTERRUPTED where *interrupted (NULL: it is not looked at) does
 * not stay 0. Where gnuplot is missing or fails it does not fail: *tool says so, and *drawn how
 * many pictures there are. */
int gnuplot_draw(const char *folder, const struct panels *panels,
                 const struct picture_formats *formats, const volatile sig_atomic_t *interrupted,
                 size_t *drawn, struct error *tool, struct error *error);

#endif
