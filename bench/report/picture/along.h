#ifndef BREAKEVEN_REPORT_PICTURE_ALONG_H
#define BREAKEVEN_REPORT_PICTURE_ALONG_H

#include "bench/report/picture/drawing.h"

/* Pictures of the overhead of one job along a number that tells cells of one strategy apart, such
 * as their payload: a curve for all lines that differ in nothing else. */

#define ALONG_END UINT64_MAX /* the place at the right end of the axis, behind a break */

struct along {
    const char *script, *question;
    uint64_t (*place)(const struct line *line); /* on the axis; 0: it has none */
    enum dimension apart[2];                    /* what may differ within a curve */
    size_t least_points;                        /* of a curve; one with less is not drawn */
};

/* True for the line that stands for a curve, which is drawn: the first one of its lines. */
bool along_begins_curve(const struct along *along, const struct panel *panel,
                        const struct lines *lines, size_t index);

/* The least place above `last` of a point that is drawn; ALONG_END where there is none before the
 * end. */
uint64_t along_next(const struct along *along, const struct panel *panel, const struct lines *lines,
                    uint64_t last);

/* Begins the picture of that kind. */
int along_begin(const struct along *along, struct drawing *drawing, const char *kind);

/* Writes the points of the line's curve as a block; end: the rightmost one. at_end: where ALONG_END
 * stands. */
void along_write_curve(const struct along *along, struct drawing *drawing, const struct line *like,
                       double at_end, struct end *end);

#endif
