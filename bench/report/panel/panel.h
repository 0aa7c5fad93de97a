#ifndef BREAKEVEN_REPORT_PANEL_PANEL_H
#define BREAKEVEN_REPORT_PANEL_PANEL_H

#include "bench/findings/findings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is shown together: one work in one runtime with one number of jobs, along their sizes; or
 * with one size, along their number. A joint panel has all runtimes in which that was measured. */
struct panel {
    enum dimension axis; /* DIMENSION_size or DIMENSION_jobs */
    const struct summaries *summaries;
    const struct crossovers *crossovers;
    const struct cost_fits *cost_fits;
    const struct scalings *scalings;
    const struct host *host;
    const char *work, *unit;
    struct key runtime; /* a key of it: for key_same_runtime. Of a joint panel that of nothing */
    bool tells_python;  /* its baseline was measured with other interpreters, too */
    uint64_t jobs;      /* 0 along jobs */
    bool only_jobs;     /* no other panel along the same axis has this work in this runtime */
    bool told_by_jobs;  /* it has one size, of which a panel along jobs tells */
    bool is_repeated;   /* so have others with more jobs, and it shows nothing that they do not */
    size_t rows;        /* of the summaries */
    uint64_t least_size, most_size;
    uint64_t full_workers; /* the largest measured worker count that does not exceed the CPUs;
                              panel_full_workers has that of a line over several hosts */
    uint64_t most_workers;
    uint64_t most_hosts; /* that a row runs over; 0: all run on this one alone */
    struct ladder {
        uint64_t *steps; /* ascending, each once */
        size_t count;
    } sizes, numbers, workers, callers; /* that were asked for; serial's workers are left out */
    struct ladder timed;                /* places of the axis at which serial has a time */
    const struct panel *joint;          /* that shows it beside other runtimes; NULL: none does */
    const struct panel *parts;          /* of a joint panel: one a runtime, in their order */
    size_t part_count;                  /* 0: it is no joint panel */
};

/* A strategy with one way of dividing jobs in one environment, with one payload and so on: a line
 * in a picture. */
struct line {
    struct key key; /* its workers, and what the panel is along, mean nothing */
};

/* All lines of a panel, serial's among them, in the order of the strategy table. */
struct lines {
    struct line *lines;
    size_t count;
};

/* All panels of a run, which all reports share: first that with the most rows, of which the run
 * tells most, then the others in the order of summary_compare, but what differs in its runtime
 * alone stands together, serial's first; those along jobs, of what has crossovers there, by
 * themselves in the order of these. Joint panels, of what has several runtimes, come in the order
 * of their first parts. A runtime of which nothing but its baseline was measured has a panel only
 * where there is no other.
 */
struct panels {
    const struct findings *findings;
    struct panel *rows, *along_jobs, *joint;
    size_t count, along_jobs_count, joint_count;
};

/* Makes the strategies known of which host.json tells and that are not built in: their colours, and
 * their place among others. panels_find does so, too. */
void panels_know_strategies(const struct host *host);

/* The rows of the findings must stand in the order in which they are found, and live as long as the
 * panels. Ends with panels_free, also where it fails. */
int panels_find(const struct findings *findings, struct panels *panels, struct error *error);
void panels_free(struct panels *panels);

/* The caller frees lines->lines. */
int panel_lines(const struct panel *panel, struct lines *lines, struct error *error);

/* The strategy that all of a panel's lines are compared with: "serial", "py-serial". */
const char *panel_baseline(const struct panel *panel);

/* "serial", "serial or py-serial": the baselines of the panel, or of the parts of a joint one. */
void panel_describe_baselines(const struct panel *panel, char *text, size_t bytes);

/* "serial", "py-serial", "py-serial (python3.13)" where several interpreters ran it. */
void panel_name_baseline(const struct panel *panel, char *text, size_t bytes);

/* " beside py-serial", " beside py-serial (python3.13)": in which runtime the panel's work is done;
 * "" where that is serial's, or where the panel is a joint one. */
void panel_describe_runtime(const struct panel *panel, char *text, size_t bytes);

/* Of a joint panel the part that the line is of; else the panel. */
const struct panel *panel_part_of(const struct panel *panel, const struct line *line);

/* True for the first part of a joint panel, and for what has none: it stands for both. */
bool panel_comes_first(const struct panel *panel);

/* The worker count that a line is shown with: the panel's full_workers, or over a list of hosts the
 * largest that was measured. */
uint64_t panel_full_workers(const struct panel *panel, const struct line *line);

/* " on 2 CPUs"; " on 2 CPUs, or all slots of hosts" where any row runs over some. */
void panel_describe_cpus(const struct panel *panel, char *text, size_t bytes);

/* True where the row is of the panel. */
bool panel_has(const struct panel *panel, const struct summary *row);

/* The temperature that is looked at first: what is kept open has started once, whatever the size;
 * who asks how many jobs it takes starts it for them. */
const char *panel_view(const struct panel *panel);

/* The panel's row for a line, worker count, place (a size, or a number of jobs) and temperature;
 * NULL where there is none or it holds no time. For serial the worker count is not looked at. */
const struct summary *panel_row(const struct panel *panel, const struct line *line,
                                uint64_t workers, uint64_t place, const char *temperature);

/* True where a visit to the cell went wrong, at whichever temperature that is told. */
bool panel_went_wrong(const struct panel *panel, const struct line *line, uint64_t workers,
                      uint64_t place);

/* The panel's crossover, or NULL. */
const struct crossover *panel_crossover(const struct panel *panel, const struct line *line,
                                        uint64_t workers, const char *temperature);

/* The row of a cost fit's line for a caller that holds so much, at the cost fit's size; NULL as
 * above. */
const struct summary *panel_cost_fit_row(const struct panel *panel, const struct cost_fit *fit,
                                         uint64_t parent_mib);

/* The cost fits that are shown: at the panel's smallest size with full_workers, in the order of the
 * strategy table. The caller frees shown->cost_fits. */
struct shown_fits {
    const struct cost_fit **cost_fits;
    size_t count;
};
int panel_cost_fits(const struct panel *panel, struct shown_fits *shown, struct error *error);

/* True where the row had enough rounds for the interval of its speedup. */
bool panel_is_sure(const struct summary *row);

/* True where the row is better than another (NULL: none), of those that are sure first. */
bool panel_is_better(const struct summary *row, const struct summary *than);

/* The row of a line that holds its best speedup (best_speedup and the like) over all sizes. Where
 * none has rounds enough for one, that with the highest speedup, whose best_speedup is not known;
 * NULL where nothing was measured. Along jobs, the row whose interval has the highest low end. */
const struct summary *panel_best(const struct panel *panel, const struct line *line,
                                 uint64_t workers, const char *temperature);

/* The speedup of such a row that is told; NaN where it is not sure. */
double panel_best_speedup(const struct panel *panel, const struct summary *best);

/* True where a best speedup that is no noise is so far above the parallelism that the strategy
 * alone does not explain it. */
bool panel_is_beyond(const struct summary *best, double speedup);

/* The smallest and the largest place of the panel's axis above 0, and the next above `last`. */
uint64_t panel_least_place(const struct panel *panel);
uint64_t panel_most_place(const struct panel *panel);
uint64_t panel_next_place(const struct panel *panel, uint64_t last, bool first);

/* The smallest, a middle and the largest place of the axis at which serial has a time, and how many
 * there are. Where there is none, these are of all places. */
uint64_t panel_least_timed(const struct panel *panel);
uint64_t panel_middle_timed(const struct panel *panel);
uint64_t panel_most_timed(const struct panel *panel);
size_t panel_count_timed(const struct panel *panel);

/* False where the size of jobs says nothing: theirs is 1, and counts commands or nothing. */
bool panel_has_sizes(const struct panel *panel);

/* A size for people, in the unit in which it was given: "30k", "0.001". */
void panel_describe_size(const struct panel *panel, double size, char *text, size_t bytes);

/* The same with all digits: "30000", "0.001". */
void panel_describe_exactly(const struct panel *panel, uint64_t size, char *text, size_t bytes);

/* The unit in which sizes are told. */
const char *panel_unit(const struct panel *panel);

/* What the cells of a panel have in common beside their workers, with ", " behind it: "8 jobs, ",
 * "jobs of size 30k, "; "" along jobs whose sizes say nothing. */
void panel_describe_batch(const struct panel *panel, char *text, size_t bytes);

/* "8 jobs of size 30k"; "8 jobs" where sizes say nothing; of no jobs "jobs of size 30k", or "". */
void panel_describe_jobs(const struct panel *panel, uint64_t jobs, double size, char *text,
                         size_t bytes);

/* What is done at a place of the axis, serially, in ns: one job of that size, or the whole batch.
 */
double panel_serial_ns(const struct panel *panel, const struct key *key, double place);

/* Ascending distinct sizes, worker counts (serial's left out) or sizes of the caller: the next
 * above `last`; UINT64_MAX where there is none. */
uint64_t panel_next_size(const struct panel *panel, uint64_t last, bool first);
uint64_t panel_next_workers(const struct panel *panel, uint64_t last);
uint64_t panel_next_caller(const struct panel *panel, uint64_t last, bool first);

/* The smallest caller that was measured; UINT64_MAX where none was. */
uint64_t panel_least_caller(const struct panel *panel);

/* Leaves the lines of the smallest payload, for what shows other things than payload. */
void lines_keep_least_payload(struct lines *lines);

/* What a line's strategy runs jobs in, as far as this program knows it. */
enum line_class {
    LINE_OF_THREADS,
    LINE_OF_A_PROCESS_POOL,
    LINE_OF_A_PROCESS_A_JOB, /* fork, py-process */
    LINE_OF_ANOTHER_CLASS,
};
enum line_class line_class_of(const struct line *line);

/* True where its strategy does some batches in the caller and hands others to workers. */
bool line_chooses(const struct line *line);

/* "forkpool", "forkpool dynamic,4", "openmp OMP_WAIT_POLICY=active": as little as tells the lines
 * apart. */
void line_label(const struct lines *lines, const struct line *line, char *text, size_t bytes);

/* "4 KiB page", "2 MiB page": what the cost fit counts. */
void cost_fit_page_label(const struct cost_fit *fit, char *text, size_t bytes);

/* The same without some dimensions. */
void line_label_but(const struct lines *lines, const struct line *line, dimension_set left_out,
                    char *text, size_t bytes);

/* The same without the payload and how it travels. */
void line_name(const struct lines *lines, const struct line *line, char *text, size_t bytes);

#endif
