#ifndef BREAKEVEN_RUNNER_RUNNER_H
#define BREAKEVEN_RUNNER_RUNNER_H

#include "bench/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A runner: a program that runs jobs, in any language, as docs/runners.md describes it. This
 * process starts it and asks it, one request after the other; it waits for no answer for ever. */

/* The version of what is said; another one is not understood. */
enum { RUNNER_PROTOCOL = 1 };

/* A longer line is refused. */
enum { RUNNER_LINE_BYTES = 16 << 20 };

/* How long a runner may take to say hello, to close and to end. */
#define RUNNER_BRIEF_NS (10 * NS_PER_S)

/* Why a request came to nothing. */
enum runner_trouble {
    RUNNER_IS_WELL,
    RUNNER_FAILED,      /* a job failed; or the runner broke the protocol, or ended */
    RUNNER_WRONG,       /* it says itself that results are wrong */
    RUNNER_CRASHED,     /* it died of a signal */
    RUNNER_IS_LATE,     /* it has not answered in time */
    RUNNER_REFUSED,     /* the system refused it something */
    RUNNER_UNAVAILABLE, /* it, or its machine, lacks what is needed */
};

struct runner;

/* What is started. */
struct runner_program {
    const char *const *arguments; /* the program first, by its path or to be looked for in PATH */
    const char *shown;    /* what messages call it; at most 200 characters of it are shown */
    uint64_t deadline_ns; /* of clock_now_ns, for all that is no brief request; 0: none */
};

/* Starts it: requests on its descriptor 3, answers on its 4, nothing on its stdin, its stdout a
 * file of its own, its stderr this process's. It dies with this process. Its trouble is not that of
 * a runner where this fails: NULL, and ERROR_NOT_COMPARABLE where there is no such program,
 * ERROR_REFUSED where the system refuses. */
struct runner *runner_start(const struct runner_program *program, struct error *error);

/* Sends a request (an object; the reference is taken over) with a number of its own and waits for
 * the answer; the caller's reference. NULL with an error, and runner_trouble says of which kind:
 * from then on nothing more may be asked. brief: it may take RUNNER_BRIEF_NS and no longer. */
json_t *runner_ask(struct runner *runner, const char *what, json_t *request, bool brief,
                   struct error *error);

/* Notes that what the runner answered to `what` cannot be; returns -1. */
int runner_blame(struct runner *runner, enum runner_trouble trouble, struct error *error,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

enum runner_trouble runner_trouble(const struct runner *runner);
const char *runner_shown(const struct runner *runner);

/* How long the last request took from here, in ns, and for how long meanwhile the threads of both
 * processes, all of them together, could have run and had no CPU; 0 where the kernel does not tell.
 */
uint64_t runner_took_ns(const struct runner *runner);
uint64_t runner_waited_ns(const struct runner *runner);

/* Whether an answer came late, so that its clock is to be looked at: see requests.h. */
void runner_suspect(struct runner *runner, bool is_suspect);
bool runner_is_suspect(const struct runner *runner);

/* What was printed to the runner's stdout so far: its bytes, and the beginning of it in one line.
 */
uint64_t runner_printed(struct runner *runner, char *text, size_t bytes);

/* Asks it to end, unless it is in trouble, and ends it where it does not; frees it. The runner has
 * been reaped; what it has started may still run. NULL is allowed. */
void runner_end(struct runner *runner);

#endif
