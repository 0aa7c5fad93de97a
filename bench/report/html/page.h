#ifndef BREAKEVEN_REPORT_HTML_PAGE_H
#define BREAKEVEN_REPORT_HTML_PAGE_H

#include "bench/analyse/model/model.h"
#include "bench/report/panel/panel.h"

/* Writes folder/report.html: one file that needs no other, with the pictures that folder/plots
 * holds. It appears whole or not at all. Texts of rows must be printable. tool: why not all
 * pictures were drawn; ERROR_NONE: they were. model: what the calculator asks; without lines there
 * is none. */
int page_write(const char *folder, const struct panels *panels, const struct model *model,
               const struct error *tool, struct error *error);

#endif
