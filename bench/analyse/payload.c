#include "bench/analyse/payload.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>

static bool counts(const struct summary *row)
{
    return text_equal(row->temperature, "warm") && text_equal(row->status, "ok") &&
           !text_equal(row->key.strategy, "serial");
}

static bool by_pipe(const struct summary *row)
{
    return text_equal(row->key.transport, "pipe");
}

/* True where the rows differ in nothing but how payload travels. */
static bool same_but_transport(const struct key *a, const struct key *b)
{
    struct key x = *a, y = *b;
    x.transport = y.transport = "";
    return key_compare(&x, &y) == 0;
}

static bool has_payload(const struct summaries *summaries, const char *work)
{
    for (size_t i = 0; i < summaries->count; i++) {
        const struct key *key = &summaries->rows[i].key;
        if (text_equal(key->work, work) && (key->payload_in > 0 || key->payload_out > 0))
            return true;
    }
    return false;
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

int payload_costs_find(const struct summaries *summaries, struct payload_costs *out,
                       struct error *error)
{
    *out = (struct payload_costs){calloc(summaries->count + 1, sizeof *out->rows), 0};
    if (out->rows == NULL)
        return fail(error, EXIT_REFUSED, "payload: out of memory");
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (!counts(row) || !has_payload(summaries, row->key.work))
            continue;
        size_t at = 0;
        while (at < out->count && !same_but_transport(&out->rows[at].key, &row->key))
            at++;
        if (at == out->count)
            out->rows[out->count++] = (struct payload_cost){row->key, NAN, NAN, NAN};
        note(&out->rows[at], row);
    }
    return 0;
}
