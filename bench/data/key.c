#include "bench/data/key.h"
#include "bench/base/csv.h"

#include <string.h>

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Texts of one table are kept once each: mostly it is the same one. */
static int compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

/* What all sizes of a batch have in common. */
static int compare_series(const struct key *a, const struct key *b)
{
    int order = compare_texts(a->work, b->work);
    order = order ? order : compare_texts(a->env, b->env);
    order = order ? order : compare_counts(a->parent_mib, b->parent_mib);
    order = order ? order : compare_texts(a->parent_pages, b->parent_pages);
    order = order ? order : compare_counts(a->payload_in, b->payload_in);
    order = order ? order : compare_counts(a->payload_out, b->payload_out);
    order = order ? order : compare_counts(a->idle_ns, b->idle_ns);
    order = order ? order : compare_counts(a->neighbours, b->neighbours);
    order = order ? order : compare_texts(a->build, b->build);
    return order ? order : compare_counts(a->jobs, b->jobs);
}

int key_compare_curve(const struct key *a, const struct key *b)
{
    int order = compare_series(a, b);
    order = order ? order : compare_texts(a->strategy, b->strategy);
    order = order ? order : compare_counts(a->workers, b->workers);
    order = order ? order : compare_texts(a->schedule, b->schedule);
    order = order ? order : compare_counts(a->chunk, b->chunk);
    order = order ? order : compare_texts(a->transport, b->transport);
    order = order ? order : compare_texts(a->bind, b->bind);
    return order ? order : compare_counts(a->spin_ns, b->spin_ns);
}

int key_compare(const struct key *a, const struct key *b)
{
    int order = key_compare_curve(a, b);
    return order ? order : compare_counts(a->size, b->size);
}

struct key key_of_serial(const struct key *key)
{
    struct key serial = *key;
    serial.strategy = "serial";
    serial.workers = 1;
    serial.schedule = "";
    serial.chunk = CSV_UNKNOWN;
    serial.transport = "";
    serial.bind = "";
    serial.spin_ns = CSV_UNKNOWN;
    return serial;
}
