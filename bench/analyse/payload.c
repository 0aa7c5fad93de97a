#include "bench/analyse/payload.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>

static bool counts(const struct summary *row)
{
    return text_equal(row->temperature, "warm") && text_equal(row->status, "ok") &&
           !key_is_baseline(&row->key);
}

static bool by_pipe(const struct summary *row)
{
    return text_equal(row->key.transport, "pipe");
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
    if (by_pipe(row))
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
    costs->rows[costs->count] = (struct payload_cost){row->key, NAN, NAN, NAN};
    return &costs->rows[costs->count++];
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
    return 0;
}
