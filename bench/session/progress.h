#ifndef BREAKEVEN_SESSION_PROGRESS_H
#define BREAKEVEN_SESSION_PROGRESS_H

#include "bench/run/progress.h"
#include "bench/session/terminal.h"

/* Shows how far a run is, on stderr: a bar on a terminal that can take it away again, elsewhere
 * a line now and then. */
struct progress_view {
    bool bar;
    bool every_visit; /* a line for each visit, before it is made */
    struct terminal terminal;
    int columns;            /* that the bar takes now */
    uint64_t last_shown_ns; /* elapsed time when it was shown last */
};

struct progress_view progress_open(bool every_visit);

/* The measure_settings.progress hook; user is a struct progress_view. */
void progress_show(void *user, const struct measure_progress *progress);

/* Takes the bar away. */
void progress_close(struct progress_view *view);

#endif
