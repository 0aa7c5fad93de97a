#ifndef BREAKEVEN_DATA_STAGES_H
#define BREAKEVEN_DATA_STAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Where the time of a run goes: each stage with its name in host.json and what it is, in words that
 * follow "the time went to". The times of a visit are told by itself, up to its answer; the harness
 * knows the rest. A row here is all that a stage needs. */
#define STAGES(STAGE)                                                                              \
    STAGE(PLAN, "plan", "planning and describing the machine")                                     \
    STAGE(PREPARE, "prepare", "inputs and serial's results")                                       \
    STAGE(START, "start", "starting visits")                                                       \
    STAGE(CANARY, "canary", "canaries")                                                            \
    STAGE(READY, "ready", "making visits ready")                                                   \
    STAGE(OPEN, "open", "opening strategies")                                                      \
    STAGE(WARM_UP, "warm_up", "warming up")                                                        \
    STAGE(CALIBRATE, "calibrate", "calibrating")                                                   \
    STAGE(MAP, "map", "timed maps")                                                                \
    STAGE(VERIFY, "verify", "verifying results")                                                   \
    STAGE(CLOSE, "close", "closing strategies")                                                    \
    STAGE(IDLE, "idle", "the idling asked for")                                                    \
    STAGE(END, "end", "ending visits")                                                             \
    STAGE(UNTOLD, "untold", "visits that do not tell")                                             \
    STAGE(STEER, "steer", "choosing visits and writing their rows")                                \
    STAGE(REPORT, "report", "tables and pictures")

enum run_stage {
#define STAGE(symbol, name, words) STAGE_##symbol,
    STAGES(STAGE)
#undef STAGE
        STAGE_COUNT
};

extern const char *const stage_names[STAGE_COUNT];
extern const char *const stage_words[STAGE_COUNT];

/* Times in ns. */
struct stages {
    uint64_t ns[STAGE_COUNT];
};

uint64_t stages_total_ns(const struct stages *stages);

void stages_add(struct stages *stages, const struct stages *more);

/* A clock that is read at each end of a stage, so that no time is counted twice or not at all. */
struct stage_clock {
    struct stages spent;
    uint64_t since_ns; /* when the stage in hand began */
};

/* The stage in hand ends now. */
void stage_ends(struct stage_clock *clock, enum run_stage stage, uint64_t now_ns);

/* A visit ends now of which `told` is what it and who waited for it tell: what is left of its time
 * went to its start. Where they tell nothing, or more than the time that passed, nothing of it is
 * known. */
void stage_visit_ends(struct stage_clock *clock, const struct stages *told, uint64_t now_ns);

/* The stage beside the timed maps that took most. */
enum run_stage stages_largest_beside_maps(const struct stages *stages);

#endif
