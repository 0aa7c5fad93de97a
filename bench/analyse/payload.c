#include "bench/analyse/payload.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>

static bool counts(const struct summary *row)
{
    return text_equal(row->temperature, "warm") && text_equal(row->status, "ok") &&
           !key_is_baseline(&row->key);
}

static bool by(const struct summary *row, const char *transport)
{
    return text_equal(row->key.transport, transport);
}

/* True where the rows differ in nothing but how payload travels. */
static bool same_but_transport(const struct key *a, const struct key *b)
{
    return key_compare_but(a, b, DIMENSION_BIT(transport)) == 0;
}

/* Where the rows of the work at `first` end; *payload: some of them carry one. */
static size_t end_of_work(const struct summaries *summaries, size_t first, bool *payload)
{
    size_t next = first;
    *payload = false;
    while (next < summaries->count &&
           text_equal(summaries->rows[next].key.work, summaries->rows[first].key.work)) {
        const struct key *key = &summaries->rows[next++].key;
        *payload = *payload || key->payload_in > 0 || key->payload_out > 0;
    }
    return next;
}

static void note(struct payload_cost *cost, const struct summary *row)
{
    if (by(row, "message"))
        cost->message_ns = row->overhead_ns_per_job;
    else if (by(row, "pipe"))
        cost->pipe_ns = row->overhead_ns_per_job;
    else
        cost->shm_ns = row->overhead_ns_per_job;
    if (cost->pipe_ns > 0 && cost->shm_ns > 0)
        cost->ratio = cost->pipe_ns / cost->shm_ns;
}

/* The cost that the row belongs to; a new one where there is none yet. */
static struct payload_cost *cost_of(struct payload_costs *costs, const struct summary *row)
{
    for (size_t i = 0; i < costs->count; i++)
        if (same_but_transport(&costs->rows[i].key, &row->key))
            return &costs->rows[i];
    costs->rows[costs->count] = (struct payload_cost){row->key, NAN, NAN, NAN, NAN};
    return &costs->rows[costs->count++];
}

/* True where the strategy, in the same surroundings, sends any payload by message. */
static bool sends_messages(const struct payload_costs *costs, const struct key *key)
{
    dimension_set payload = DIMENSION_BIT(payload_in) | DIMENSION_BIT(payload_out);
    for (size_t i = 0; i < costs->count; i++)
        if (isfinite(costs->rows[i].message_ns) &&
            key_compare_but(&costs->rows[i].key, key, payload | DIMENSION_BIT(transport)) == 0)
            return true;
    return false;
}

/* No payload need not travel, but stands beside those that do. */
static void move_to_messages(struct payload_costs *costs)
{
    for (size_t i = 0; i < costs->count; i++) {
        struct payload_cost *cost = &costs->rows[i];
        if (*cost->key.transport == '\0' && sends_messages(costs, &cost->key)) {
            cost->message_ns = cost->shm_ns;
            cost->shm_ns = NAN;
        }
    }
}

int payload_costs_find(const struct summaries *summaries, struct payload_costs *out,
                       struct error *error)
{
    *out = (struct payload_costs){calloc(summaries->count + 1, sizeof *out->rows), 0};
    if (out->rows == NULL)
        return fail(error, ERROR_REFUSED, "payload: out of memory");
    for (size_t i = 0, next; i < summaries->count; i = next) {
        bool payload;
        next = end_of_work(summaries, i, &payload);
        for (size_t k = i; payload && k < next; k++)
            if (counts(&summaries->rows[k]))
                note(cost_of(out, &summaries->rows[k]), &summaries->rows[k]);
    }
    move_to_messages(out);
    return 0;
}
