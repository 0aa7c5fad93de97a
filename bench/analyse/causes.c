#include "bench/analyse/causes.h"
#include "bench/analyse/parallelism.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>

/* At most so many CPUs are busy where one thread runs at a time: what the others do without the
 * GIL. */
#define ONE_AT_A_TIME 1.25

/* Jobs that keep a CPU busy for this share of their time compute. */
#define COMPUTES 0.8

/* A batch of no more than so many times its share is as good as it can be. */
#define SMALL_LOSS 1.25

struct reasoning {
    const struct visits *visits;
    const struct causes_request *request;
    double *numbers; /* room for one a visit */
    struct causes *out;
    double left_ns; /* of the time beyond the share that has no cause yet */
};

/* A cell that differs from another in some dimensions alone. */
struct other {
    struct key key;
    double warm_ns, cold_ns; /* NaN: there is none */
};

static double ns_of(const struct reasoning *of, const struct key *key, const char *temperature)
{
    return rounds_median(visits_of(of->visits, key, temperature), offsetof(struct visit, ns),
                         of->numbers);
}

typedef bool accepts(const struct reasoning *of, const struct key *key, const struct other *chosen);

/* The one that `accepts` takes last of the cells that differ from the key in these dimensions. */
static struct other find_other(const struct reasoning *of, dimension_set differing, accepts *accept)
{
    const struct key *own = of->request->key;
    struct other chosen = {.warm_ns = NAN, .cold_ns = NAN};
    for (size_t i = 0; i < of->visits->count;) {
        struct rounds rounds = visits_from(of->visits, i);
        const struct key *key = rounds.rows->key;
        i += rounds.count > 0 ? rounds.count : 1;
        if (key_compare(key, own) == 0 || key_compare_but(key, own, differing) != 0)
            continue;
        if (accept(of, key, &chosen))
            chosen = (struct other){*key, ns_of(of, key, "warm"), ns_of(of, key, "cold")};
    }
    return chosen;
}

/* ------------------------------------------------------------------------------- which other */

static bool carries_nothing(const struct reasoning *of, const struct key *key,
                            const struct other *chosen)
{
    (void)of, (void)chosen;
    return key->payload_in == 0 && key->payload_out == 0;
}

static bool keeps_workers(const struct reasoning *of, const struct key *key,
                          const struct other *chosen)
{
    (void)of, (void)chosen;
    return key->jobs_per_worker == 0;
}

static bool is_faster_on_cpus(const struct reasoning *of, const struct key *key,
                              const struct other *chosen)
{
    if (key->workers > of->request->cpus)
        return false;
    double ns = ns_of(of, key, "warm");
    return isfinite(ns) && !(ns >= chosen->warm_ns);
}

static bool starts_faster(const struct reasoning *of, const struct key *key,
                          const struct other *chosen)
{
    double start_ns = ns_of(of, key, "cold") - ns_of(of, key, "warm");
    return isfinite(start_ns) && !(start_ns >= chosen->cold_ns - chosen->warm_ns);
}

/* ------------------------------------------------------------------------------- causes */

/* Takes the cause in, with no more time than is left. */
static void note(struct reasoning *of, enum cause_kind kind, double ns, const struct other *other,
                 double other_ns)
{
    ns = fmin(ns, of->left_ns);
    if (!(ns > 0))
        return;
    of->left_ns -= ns;
    of->out->rows[of->out->count++] =
        (struct cause){kind, ns, other != NULL ? other->key : *of->request->key,
                       other != NULL ? other_ns : (double)NAN};
}

static void note_payload(struct reasoning *of)
{
    const struct key *key = of->request->key;
    const struct costs *costs = of->request->costs;
    if (key->payload_in == 0 && key->payload_out == 0)
        return;
    struct other other = find_other(
        of, DIMENSION_BIT(payload_in) | DIMENSION_BIT(payload_out) | DIMENSION_BIT(transport),
        carries_nothing);
    struct key serial = key_of_baseline(&other.key);
    double parallelism = costs->serial_ns / costs->share_ns;
    double other_lost_ns = isfinite(other.warm_ns)
                               ? other.warm_ns - ns_of(of, &serial, "warm") / parallelism
                               : (double)NAN;
    note(of, CAUSE_PAYLOAD, costs->warm_ns - costs->share_ns - other_lost_ns, &other,
         other.warm_ns);
}

static void note_recycling(struct reasoning *of)
{
    if (of->request->key->jobs_per_worker == 0)
        return;
    struct other other = find_other(of, DIMENSION_BIT(jobs_per_worker), keeps_workers);
    note(of, CAUSE_RECYCLING, of->request->costs->warm_ns - other.warm_ns, &other, other.warm_ns);
}

/* The CPUs that the baseline's jobs keep busy. */
static double busy_of_baseline(const struct reasoning *of)
{
    struct key serial = key_of_baseline(of->request->key);
    struct rounds rounds = visits_of(of->visits, &serial, "warm");
    double cpu_ns = rounds_median(rounds, offsetof(struct visit, cpu_ns), of->numbers);
    return cpu_ns / of->request->costs->serial_ns;
}

/* True where no more CPUs were busy than one job alone keeps busy. */
static bool runs_one_at_a_time(const struct reasoning *of)
{
    double busy = busy_of_baseline(of);
    return of->request->key->workers > 1 && busy > COMPUTES &&
           of->out->at_once < ONE_AT_A_TIME * fmin(busy, 1);
}

static void note_workers(struct reasoning *of, bool cold)
{
    const struct costs *costs = of->request->costs;
    if (of->request->key->workers <= of->request->cpus || of->request->key->hosts > 0)
        return;
    struct other other = find_other(of, DIMENSION_BIT(workers), is_faster_on_cpus);
    double other_ns = cold ? other.cold_ns : other.warm_ns;
    note(of, CAUSE_OVERSUBSCRIBED, (cold ? costs->cold_ns : costs->warm_ns) - other_ns, &other,
         other_ns);
}

/* What handing over takes: by the smallest jobs; where there are no others, the CPU time that the
 * baseline does not take. */
static double handover_ns(const struct reasoning *of, double cpu_ns)
{
    const struct costs *costs = of->request->costs;
    if (of->request->has_sizes || !isfinite(costs->cpu_ratio))
        return costs->handover_ns;
    double beyond_ns = cpu_ns - cpu_ns / costs->cpu_ratio;
    return fmax(beyond_ns, 0) / fmax(of->out->at_once, 1);
}

static void note_rest(struct reasoning *of)
{
    const struct costs *costs = of->request->costs;
    enum cause_kind kind = CAUSE_UNEVEN;
    if (of->request->has_gil && runs_one_at_a_time(of))
        kind = CAUSE_GIL;
    else if (costs->cpu_ratio > 1.1 && of->request->has_sizes)
        kind = CAUSE_SHARED;
    note(of, kind, of->left_ns, NULL, NAN);
}

/* So many new processes import the jobs' module, on all CPUs. */
static void note_imports(struct reasoning *of, double processes)
{
    double at_once = fmin((double)of->request->key->workers, of->request->cpus);
    note(of, CAUSE_IMPORTS, of->request->import_ns * ceil(processes / at_once), NULL, NAN);
}

/* What the batch loses on an open strategy. Handing over contains what is carried and who is
 * replaced. */
static void note_warm(struct reasoning *of)
{
    struct rounds warm = visits_of(of->visits, of->request->key, "warm");
    double cpu_ns = rounds_median(warm, offsetof(struct visit, cpu_ns), of->numbers);
    double first_ns = of->left_ns;
    note_payload(of);
    note_recycling(of);
    if (of->request->is_process_a_job)
        note_imports(of, (double)of->request->key->jobs);
    note(of, CAUSE_HANDOVER, handover_ns(of, cpu_ns) - (first_ns - of->left_ns), NULL, NAN);
    note_rest(of);
}

static void note_start(struct reasoning *of)
{
    const struct costs *costs = of->request->costs;
    double start_ns = costs->cold_ns - costs->warm_ns;
    struct other other = find_other(of, DIMENSION_BIT(start_method), starts_faster);
    double other_ns = other.cold_ns - other.warm_ns;
    double left_ns = of->left_ns;
    if (!of->request->is_process_a_job && start_ns > of->request->import_ns)
        note_imports(of, (double)of->request->key->workers);
    note(of, CAUSE_START, start_ns - (left_ns - of->left_ns), other_ns < start_ns ? &other : NULL,
         other_ns);
}

static int is_shorter(const void *a, const void *b)
{
    const struct cause *x = a, *y = b;
    return (x->ns < y->ns) - (x->ns > y->ns);
}

struct causes causes_of(const struct visits *visits, const struct causes_request *request,
                        const char *temperature, struct error *error)
{
    const struct costs *costs = request->costs;
    bool cold = text_equal(temperature, "cold");
    struct causes out = {.ns = cold ? costs->cold_ns : costs->warm_ns,
                         .serial_ns = costs->serial_ns,
                         .share_ns = costs->share_ns,
                         .at_once = NAN};
    struct reasoning of = {visits, request, calloc(visits->count + 1, sizeof(double)), &out,
                           out.ns - out.share_ns - fmin(costs->rest_ns, 0)};
    if (of.numbers == NULL) {
        fail(error, ERROR_REFUSED, "explain: out of memory");
        return out;
    }
    struct rounds warm = visits_of(visits, request->key, "warm");
    out.at_once = rounds_median(warm, offsetof(struct visit, cpu_ns), of.numbers) / costs->warm_ns;
    note_workers(&of, cold);
    if (cold)
        note_start(&of);
    note_warm(&of);
    qsort(out.rows, out.count, sizeof *out.rows, is_shorter);
    free(of.numbers);
    return out;
}

bool causes_are_small(const struct causes *causes)
{
    return causes->ns < SMALL_LOSS * causes->share_ns;
}
