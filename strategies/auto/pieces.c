#include "strategies/auto/pieces.h"

/* Where pieces are so much longer than a region, the first piece tells whether company helps. */
#define PIECE_REGIONS 50.0
/* And so many times as long as workers take to start, which is not counted: where they did not help
 * a piece, it does not look as if they surely did. */
#define PIECE_STARTS 4.0
/* Late workers do not count for much in a piece this long. */
#define SURE_PIECE_NS 4e6
/* Nor do they where jobs of a shorter piece are so many times slower that nobody is helped. */
#define SURELY_SLOWER 1.25
/* A piece whose jobs took no more than this share of what they may says that company helps. */
#define SURELY_HELPS 0.75

enum {
    PIECES = 8,         /* of what is left, the first is handed over by itself */
    MOST_TRIALS = 2,    /* of pieces that did not help: uneven ones may have had the longest job */
    JOBS_OF_PIECES = 16 /* for each worker there must be so many left for that */
};

/* The time that a part took with the workers; negative on failure. */
static double map_part(struct alone *alone, uint64_t end, struct error *error)
{
    uint64_t begun_ns = clock_now_ns();
    struct dispatch_part part = {alone->done, end};
    if (company_map(&alone->state->company, alone->batch, part, error) != 0)
        return -1;
    alone->done = end;
    alone->is_shared = true;
    alone->seen_ns = clock_now_ns();
    return (double)(alone->seen_ns - begun_ns);
}

/* How many jobs to hand over next, to see whether company helps: an eighth of what is left, then
 * half of it; all that are left once it surely does, or where it could not be seen. */
static uint64_t next_piece(const struct alone *alone, double start_ns)
{
    const struct company *company = &alone->state->company;
    uint64_t left = alone->batch->jobs - alone->done;
    if (alone->piece.jobs > 0 && alone->belief->slower < SURELY_HELPS * company->help.at_once)
        return left;
    uint64_t piece = left / (alone->piece.jobs == 0 ? PIECES : 2);
    double piece_ns = (double)piece * alone->belief->job_ns;
    bool is_seen = left >= JOBS_OF_PIECES * (uint64_t)company->config.workers &&
                   piece_ns > PIECE_REGIONS * company->help.region_ns + PIECE_STARTS * start_ns;
    return is_seen && dispatch_unit(alone->batch->jobs) == 1 ? piece : left;
}

/* How many times as long jobs of the pieces took as jobs alone, which would take alone_ns. */
static double ratio_in_pieces(const struct alone *alone, double alone_ns)
{
    return alone->piece.ns * alone->state->company.help.at_once / greater(alone_ns, 1);
}

/* As far as it is believed. What a short piece tells against company may be told of workers that
 * came late: it is to be tried again. */
static double slower_in_piece(const struct alone *alone, double job_ns)
{
    double at_once = alone->state->company.help.at_once;
    double alone_ns = (double)alone->piece.jobs * job_ns;
    double slower = ratio_in_pieces(alone, alone_ns);
    double sure = alone_ns < SURE_PIECE_NS ? SURELY_SLOWER * at_once : at_once;
    return slower > sure ? SURELY_SLOWER * at_once : greater(lesser(slower, at_once), 1);
}

void pieces_reconsider(struct alone *alone)
{
    struct belief *belief = alone->belief;
    double at_once = alone->state->company.help.at_once;
    belief->slower = slower_in_piece(alone, alone_job_ns(alone));
    if (alone->pace.all.ns < alone->piece.ns || belief->slower < at_once)
        return;
    alone->piece = (struct pace_look){0, 0};
    if (belief->slower > at_once && state_replace_company(alone->state))
        return;
    if (++alone->trials < MOST_TRIALS)
        belief->slower = 1;
    else
        alone->stays = true;
}

/* The workers do a piece. It is not counted that threads which have just been created take some
 * time to come. Of pieces that helped the last may have had the longest job: whole batches will
 * tell. */
static int map_piece(struct alone *alone, double start_ns, struct error *error)
{
    const struct help *help = &alone->state->company.help;
    struct belief *belief = alone->belief;
    uint64_t jobs = next_piece(alone, start_ns), before = alone->piece.jobs;
    double ns = map_part(alone, alone->done + jobs, error);
    if (ns < 0)
        return -1;
    alone->piece.jobs += jobs;
    alone->piece.ns += greater(ns - help->region_ns - start_ns, 0);
    belief->slower = slower_in_piece(alone, belief->job_ns);
    if (before > 0 && alone->done == alone->batch->jobs)
        belief->slower = lesser(belief->slower, help->at_once);
    return 0;
}

/* Jobs that took longer with company than those before may be longer, or may be slowed down: the
 * middle between both is believed until it was seen how long all of them take alone. */
static void believe_in_both(struct alone *alone)
{
    double alone_ns = (double)alone->piece.jobs * alone->belief->job_ns;
    double ratio = ratio_in_pieces(alone, alone_ns);
    double middle = (1 + alone->state->company.help.at_once) / 2;
    if (ratio > middle) {
        alone->belief->job_ns *= ratio / middle;
        alone->belief->slower = middle;
    }
}

int pieces_hand_over(struct alone *alone, bool was_open, struct error *error)
{
    struct auto_state *state = alone->state;
    struct belief *belief = alone->belief;
    const struct help *help = &state->company.help;
    double start_ns = was_open ? 0 : state->company.opening_ns;
    state->told.alone = alone->done;
    state->told.is_second = alone->is_shared;
    belief->job_ns = alone_job_ns(alone);
    alone->piece = (struct pace_look){0, 0};
    for (; alone->done < alone->batch->jobs; start_ns = 0) {
        if (map_piece(alone, start_ns, error) != 0)
            return -1;
        bool is_over = alone->done == alone->batch->jobs;
        if (belief->slower < help->at_once || (belief->slower == help->at_once && is_over))
            continue;
        state->told.what = is_over ? TOLD_HANDED_OVER : TOLD_TAKEN_BACK;
        alone->pace = (struct pace){.all = {0, 0}};
        belief_change(belief, WAY_ALONE, help);
        return 0;
    }
    state->told.what = TOLD_HANDED_OVER;
    believe_in_both(alone);
    belief_change(belief, WAY_TOGETHER, help);
    return 0;
}
