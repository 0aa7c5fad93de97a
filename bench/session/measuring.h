#ifndef BREAKEVEN_SESSION_MEASURING_H
#define BREAKEVEN_SESSION_MEASURING_H

#include "bench/data/host.h"
#include "bench/data/stages.h"
#include "bench/machine/conditions.h"
#include "bench/machine/cpus.h"
#include "bench/run/asked.h"
#include "bench/run/measure.h"
#include "bench/run/suite.h"
#include "bench/session/command_input.h"
#include "bench/session/folder.h"
#include "bench/session/pair/contender.h"
#include "bench/stats/modes.h"

enum { MEASURING_RUNTIMES = 8 };

/* A suite that is measured into a folder: from what was asked for to samples.csv and host.json.
 * What stands first is the caller's to fill; its strings are borrowed. */
struct measuring {
    struct settings settings; /* of the suite; freed with the rest */
    const char *suite_name;
    const char *suite_text; /* of the suite of that name; NULL: it is read */
    const struct key *keys; /* the cells to measure, in place of the suite's; NULL: the suite's */
    size_t key_count;
    bool every_cell; /* as measure_settings has it; always where two builds are compared */
    bool (*is_rare)(const struct group *group, uint32_t cpus); /* as the plan has it; NULL: none */
    const char *const *command_line;                           /* ends in NULL */
    const struct contender *base, *new; /* that are compared; NULL: this build is measured */
    uint64_t reorder;                   /* as measure_settings has it */
    bool quiet;                         /* no progress */
    bool verbose;                       /* a line of progress for each visit */
    enum folder_mode mode;
    struct cpus cpus;
    struct conditions conditions;
    struct suite suite;
    struct plan plan;
    struct host_work works[HOST_MOST_WORKS]; /* that are not built in */
    size_t work_count;
    struct host_strategy strategies[HOST_MOST_STRATEGIES]; /* that are not built in */
    size_t strategy_count;
    struct json_t *runners;           /* programs that run strategies, as they told; NULL: none */
    struct json_t *hosts;             /* that cells are over, as they told; NULL: none */
    struct asked asked;               /* of the plan as it was made */
    char host_list[HOSTS_TEXT_BYTES]; /* of the suite, as visits are told; "": none */
    uint32_t own_host;                /* which of these this machine is, from 1 on; 0: none */
    size_t planned_groups;            /* the plan grows while it is measured */
    struct run_folder folder;
    int input_fd;
    struct command_input command;
    struct measure_result measured;
    struct stage_clock clock;    /* of all of the run; what was before --resume is counted in */
    uint64_t began_ns;           /* when this part of it began */
    uint64_t wall_before_ns;     /* that earlier parts took */
    uint64_t measured_before_ns; /* of that, what they told of measuring */
    struct modes modes;          /* of the host, once it ended */
    uint64_t samples;            /* rows in the end; 0 while it goes on */
    uint64_t samples_before;     /* what host.json tells of the run to go on with */
    char runtime_names[MEASURING_RUNTIMES][32];
    const char
        *runtimes[MEASURING_RUNTIMES + 1]; /* libraries that ran OpenMP or a peer; ends in NULL */
};

/* The plan of the suite with its settings, for both builds where there are two; refuses what this
 * machine cannot have. */
int measuring_plan(struct measuring *run, struct error *error);

/* Measures the plan into the folder `out` (NULL: one is made up), which is opened as the mode says,
 * and completes its files, also where it was interrupted (ERROR_INTERRUPTED). */
int measuring_run(struct measuring *run, const char *out, enum folder_mode mode,
                  struct error *error);

/* Opens the folder as measuring_run does, for somebody who measures something else, and tells in
 * its host.json of the machine, the suite and the builds. */
int measuring_open(struct measuring *run, const char *out, enum folder_mode mode,
                   struct error *error);

/* Tells in host.json where the time went, to the end of the stage in hand: what follows the files,
 * which measuring_run completes. */
int measuring_tell_stages(struct measuring *run, struct error *error);

/* That one of the run's own files cannot be read is no mistake of the user's: ERROR_REFUSED. */
void measuring_blame_system(struct error *error);

void measuring_free(struct measuring *run);

#endif
