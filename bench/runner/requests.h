#ifndef BREAKEVEN_RUNNER_REQUESTS_H
#define BREAKEVEN_RUNNER_REQUESTS_H

#include "bench/runner/runner.h"

#include <stdbool.h>

/* What is asked of a runner that has said hello. All return 0; or -1 with an error, and
 * runner_trouble says of which kind. Times are by the runner's own clock, which is checked against
 * this process's: it may be off by 5 % of the time between request and answer, by a millisecond for
 * the messages, and by what both processes waited for CPUs. Where an answer comes later than that,
 * by 40 ms at most, the runner is suspect until runner_check_clock; any other is refused. */

/* The jobs of all maps. Texts are NULL where there is nothing of the kind. */
struct runner_batch {
    const char *strategy; /* that will be opened: its runner may load what it needs, untimed */
    const char *work;
    uint64_t size, jobs, seed;
    uint64_t payload_in, payload_out; /* bytes of each job */
    const char *input;                /* a path that can be mapped */
    uint64_t input_bytes;
    const char *reference; /* of the user's function: "/path/mymodule.py:task" */
    const char *arguments; /* the file whose lines it is called with */
};

/* *import_ns: what loading the user's function took; NaN where that is not told. */
int runner_prepare(struct runner *runner, const struct runner_batch *batch, double *import_ns,
                   struct error *error);

/* How a strategy is opened; 0 and "" where nothing is said. */
struct runner_opening {
    const char *strategy, *start_method, *results;
    uint64_t workers, cpus, chunk, jobs_per_worker, in_flight;
};

int runner_open(struct runner *runner, const struct runner_opening *opening, double *ns,
                struct error *error);

/* What some maps took; NaN where that is not known. */
struct runner_maps {
    double ns;              /* all of them */
    double user_ns, sys_ns; /* of the runner and its workers, since the request before */
    double first_result_ns; /* of the last map */
    double workers;         /* that ran a job of the last map */
};

/* who: it tells which workers ran the jobs of the last map. */
int runner_map(struct runner *runner, uint64_t maps, bool who, struct runner_maps *took,
               struct error *error);

/* Of a suspect runner: has it map for 0.6 s, in which a clock that is wrong shows and a delay does
 * not; untimed. map_ns: how long a map takes by this process's clock, messages and all. */
int runner_check_clock(struct runner *runner, double map_ns, struct error *error);

/* The results of so many jobs fit into a line; those of more are asked for in parts. */
enum { RUNNER_JOBS_A_LINE = 1 << 16 };

/* The results of the last map's jobs, each a text; the caller's reference. NULL: see error. */
json_t *runner_verify(struct runner *runner, uint64_t jobs, struct error *error);

int runner_close(struct runner *runner, struct runner_maps *took, struct error *error);

#endif
