#ifndef BREAKEVEN_REPORT_PAGE_H
#define BREAKEVEN_REPORT_PAGE_H

#include "bench/analyse/disturbed.h"
#include "bench/report/scene/scene.h"

/* What a page tells of. Texts of rows must be printable. */
struct page {
    const struct summaries *summaries;
    const struct crossovers *crossovers;
    const struct laws *laws;
    const struct scalings *scalings; /* NULL: none */
    const struct disturbances *disturbances;
    const struct host *host;
    const struct error *tool; /* why not all pictures were drawn; EXIT_DONE: they were */
};

/* Writes folder/report.html: one file that needs no other, with the pictures that folder/plots
 * holds. It appears whole or not at all. */
int page_write(const char *folder, const struct page *page, struct error *error);

#endif
