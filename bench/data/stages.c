#include "bench/data/stages.h"

const char *const stage_names[STAGE_COUNT] = {
#define STAGE(symbol, name, words) name,
    STAGES(STAGE)
#undef STAGE
};

const char *const stage_words[STAGE_COUNT] = {
#define STAGE(symbol, name, words) words,
    STAGES(STAGE)
#undef STAGE
};

uint64_t stages_total_ns(const struct stages *stages)
{
    uint64_t total = 0;
    for (int i = 0; i < STAGE_COUNT; i++)
        total += stages->ns[i];
    return total;
}

void stages_add(struct stages *stages, const struct stages *more)
{
    for (int i = 0; i < STAGE_COUNT; i++)
        stages->ns[i] += more->ns[i];
}

void stage_ends(struct stage_clock *clock, enum run_stage stage, uint64_t now_ns)
{
    clock->spent.ns[stage] += now_ns - clock->since_ns;
    clock->since_ns = now_ns;
}

/* Another build may tell anything, so the sum may not overflow either. */
static bool fits(const struct stages *told, uint64_t most_ns)
{
    for (int i = 0; i < STAGE_COUNT; i++) {
        if (told->ns[i] > most_ns)
            return false;
        most_ns -= told->ns[i];
    }
    return true;
}

void stage_visit_ends(struct stage_clock *clock, const struct stages *told, uint64_t now_ns)
{
    uint64_t took_ns = now_ns - clock->since_ns, known_ns = stages_total_ns(told);
    bool is_told = known_ns > told->ns[STAGE_END] && fits(told, took_ns);
    if (is_told) {
        stages_add(&clock->spent, told);
        clock->since_ns += known_ns;
    }
    stage_ends(clock, is_told ? STAGE_START : STAGE_UNTOLD, now_ns);
}

enum run_stage stages_largest_beside_maps(const struct stages *stages)
{
    enum run_stage largest = STAGE_PLAN;
    for (int i = 0; i < STAGE_COUNT; i++)
        if (i != STAGE_MAP && stages->ns[i] > stages->ns[largest])
            largest = (enum run_stage)i;
    return largest;
}
