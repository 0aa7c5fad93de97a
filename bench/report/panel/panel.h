#ifndef BREAKEVEN_REPORT_SCENE_H
#define BREAKEVEN_REPORT_SCENE_H

#include "bench/findings/findings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is shown together: one work with one number of jobs. */
struct scene {
    const struct summaries *summaries;
    const struct crossovers *crossovers;
    const struct laws *laws;
    const struct scalings *scalings;
    const struct host *host;
    const char *work, *unit;
    uint64_t jobs;
    bool only_jobs; /* no other scene has this work */
    size_t rows;    /* of the summaries */
    uint64_t least_size, most_size;
    uint64_t full_workers; /* the largest measured worker count that does not exceed the CPUs */
    uint64_t most_workers;
    struct ladder {
        uint64_t *steps; /* ascending, each once */
        size_t count;
    } sizes, workers, parents; /* that were measured; serial's workers are left out */
};

/* A strategy with one way of dividing jobs in one environment, with one payload and so on: a line
 * in a picture. */
struct line {
    struct key key; /* its size and workers mean nothing */
};

/* All lines of a scene, serial's among them, in the order of the strategy table. */
struct lines {
    struct line *lines;
    size_t count;
};

/* All scenes of a run, which all reports share: first that with the most rows, of which the run
 * tells most, then the others in the order of summary_compare. */
struct scenes {
    const struct findings *findings;
    struct scene *rows;
    size_t count;
};

/* The rows of the findings must stand in the order in which they are found, and live as long as the
 * scenes. Ends with scenes_free, also where it fails. */
int scenes_find(const struct findings *findings, struct scenes *scenes, struct error *error);
void scenes_free(struct scenes *scenes);

/* The caller frees lines->lines. */
int scene_lines(const struct scene *scene, struct lines *lines, struct error *error);

/* The scene's row for a line, worker count, size and temperature; NULL where there is none or it
 * holds no time. For serial the worker count is not looked at. */
const struct summary *scene_row(const struct scene *scene, const struct line *line,
                                uint64_t workers, uint64_t size, const char *temperature);

/* True where a visit to the cell went wrong, at whichever temperature that is told. */
bool scene_went_wrong(const struct scene *scene, const struct line *line, uint64_t workers,
                      uint64_t size);

/* The scene's crossover, or NULL. */
const struct crossover *scene_crossover(const struct scene *scene, const struct line *line,
                                        uint64_t workers, const char *temperature);

/* The row of a law's line for a caller that holds so much, at the law's size; NULL as above. */
const struct summary *scene_law_row(const struct scene *scene, const struct law *law,
                                    uint64_t parent_mib);

/* The laws that are shown: at the scene's smallest size with full_workers, in the order of the
 * strategy table. The caller frees shown->laws. */
struct shown_laws {
    const struct law **laws;
    size_t count;
};
int scene_laws(const struct scene *scene, struct shown_laws *shown, struct error *error);

/* True where the row had enough rounds for the interval of its speedup. */
bool scene_is_sure(const struct summary *row);

/* True where the row is better than another (NULL: none), of those that are sure first. */
bool scene_is_better(const struct summary *row, const struct summary *than);

/* The row of a line that holds its best speedup (best_speedup and the like) over all sizes. Where
 * none has rounds enough for one, that with the highest speedup, whose best_speedup is not known;
 * NULL where nothing was measured. */
const struct summary *scene_best(const struct scene *scene, const struct line *line,
                                 uint64_t workers, const char *temperature);

/* Ascending distinct sizes, worker counts (serial's left out) or sizes of the caller: the next
 * above `last`; UINT64_MAX where there is none. */
uint64_t scene_next_size(const struct scene *scene, uint64_t last, bool first);
uint64_t scene_next_workers(const struct scene *scene, uint64_t last);
uint64_t scene_next_parent(const struct scene *scene, uint64_t last, bool first);

/* The smallest caller that was measured; UINT64_MAX where none was. */
uint64_t scene_least_parent(const struct scene *scene);

/* Leaves the lines of the smallest payload, for what shows other things than payload. */
void lines_keep_least_payload(struct lines *lines);

/* "forkpool", "forkpool dynamic,4", "openmp OMP_WAIT_POLICY=active": as little as tells the lines
 * apart. */
void line_label(const struct lines *lines, const struct line *line, char *text, size_t bytes);

/* "4 KiB page", "2 MiB page": what the law counts. */
void law_page_label(const struct law *law, char *text, size_t bytes);

/* The same without the payload and how it travels. */
void line_name(const struct lines *lines, const struct line *line, char *text, size_t bytes);

#endif
