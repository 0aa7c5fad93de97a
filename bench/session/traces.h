#ifndef BREAKEVEN_SESSION_TRACES_H
#define BREAKEVEN_SESSION_TRACES_H

#include "bench/report/timeline/timeline.h"
#include "bench/visit/trace.h"

#include <stddef.h>
#include <stdint.h>

/* The same batch under several strategies, of each the fastest of some takes; all zeros at first.
 */
struct traces {
    struct trace *traces; /* in the order of the names */
    size_t count;
    struct trace_request *requests; /* of each, with its options */
    struct timeline *timelines;     /* once traces_finish was called; they belong to the traces */
    uint64_t takes;
};

/* Traces the batch of the request, which outlives the tracing, under each named strategy: as often
 * as `most_takes`, in turn, but no turn begins later than `enough_ns` after the first (0: all do).
 * All are run before the first timeline is made: see trace_run. traces_free is to be called on
 * failure too. */
int traces_run(const struct trace_request *request, const char *const names[], size_t count,
               uint64_t most_takes, uint64_t enough_ns, struct traces *traces, struct error *error);

/* Makes the timelines. *bad is set where a job or a process went wrong: the timelines are there all
 * the same. */
int traces_finish(struct traces *traces, struct error *bad, struct error *error);

/* For what is printed and drawn; it borrows the timelines. */
struct timelines traces_timelines(const struct traces *traces);

void traces_free(struct traces *traces);

#endif
