#ifndef BREAKEVEN_ANALYSE_VISITS_H
#define BREAKEVEN_ANALYSE_VISITS_H

#include "bench/analyse/disturbed.h"
#include "bench/data/samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One reading of a visit. */
struct timing {
    double ns, cpu_ns; /* of one map; cpu_ns of all processes and threads */
    double sys_ns;     /* the part of cpu_ns that the kernel took */
    double switches;   /* voluntary context switches of one map */
    double participation;
    double first_result_ns; /* NaN where all results came at once */
    uint64_t maps;          /* timed as one */
};

/* One visit of a cell at one temperature: its readings reduced to one by medians. */
struct visit {
    const struct key *key; /* the visits' own: equal keys are the same */
    const char *temperature;
    uint64_t round;
    double roundtrip_ns, wake_ns;
    double open_ns, close_ns; /* of a cold visit; NaN of a warm one */
    double ns, cpu_ns, sys_ns, switches, participation, first_result_ns;
    double steal_ticks; /* that the hypervisor took during the visit; NaN: not known */
    double visit_ns;    /* of the run, for the whole visit; NaN: not known */
    union {
        size_t first;                 /* until visits_order: where its timings begin */
        const struct timing *timings; /* one a reading */
    };
    uint32_t readings;
    bool disturbed;
};

/* A row without a time: a visit that went wrong. */
struct trouble {
    const struct key *key;
    const char *temperature;
    uint64_t round;
    double roundtrip_ns;
    const char *status, *detail;
};

/* All visits that hold times, by key, temperature and round; and what went wrong, in the same
 * order. Texts are those of the rows that were added. Start from {0}; ends with visits_free. */
struct visits {
    struct visit *rows;
    size_t count, room;
    struct trouble *troubles;
    size_t trouble_count, trouble_room;
    struct timing *timings;
    size_t timing_count, timing_room;
    size_t samples; /* rows that were added */
    void *keys;
    const struct key *last_key; /* that was added: mostly the next row has it too */
    struct strings strings;     /* what visits_read read */
};

/* Takes a row in. Rows may come in any order; the readings of one visit keep theirs. */
int visits_add(struct visits *visits, const struct sample *sample, struct error *error);

/* Once all rows are in: orders the visits and reduces their readings. */
int visits_order(struct visits *visits, struct error *error);

/* Both of the above for rows in memory, whose marks of disturbed visits are taken over. */
int visits_reduce(const struct samples *samples, struct visits *visits, struct error *error);

/* The same for a file, of which no more than this is kept, and whose disturbed visits are found. */
int visits_read(const char *path, struct visits *visits, struct disturbances *found,
                struct error *error);

void visits_free(struct visits *visits);

/* The visits of one cell at one temperature, by round. */
struct rounds {
    const struct visit *rows;
    size_t count;
};

/* Those of that cell; none where it was not visited. */
struct rounds visits_of(const struct visits *visits, const struct key *key,
                        const char *temperature);

/* Those from rows[first] on that are of the same cell and temperature. */
struct rounds visits_from(const struct visits *visits, size_t first);

/* The undisturbed visit in that round, or NULL. */
const struct visit *rounds_find(struct rounds rounds, uint64_t round);

#endif
