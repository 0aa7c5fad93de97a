#include "bench/runner/requests.h"
#include "bench/base/clock.h"
#include "bench/base/json.h"
#include "bench/base/text.h"

#include <math.h>

/* How far a runner's clock may be off. */
#define CLOCK_SHARE 0.05
#define MESSAGES_NS 1e6
/* How much later than that an answer may come where the clock turns out to be right: by maps that
 * take so long that such a delay does not count. */
#define LATE_NS 40e6
#define PROOF_NS 600e6
#define PROOF_LATE_NS 10e6
/* No time or amount is larger: as in bench/base/csv.h. */
#define MOST_NS 1e18

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* NaN where it is left out; *sane: it is a number that can be. */
static double amount_of(const json_t *answer, const char *name, bool *sane)
{
    const json_t *value = json_object_get(answer, name);
    double amount = json_number_value(value);
    if (value == NULL)
        return NAN;
    *sane = *sane && json_is_number(value) && amount >= 0 && amount <= MOST_NS;
    return amount;
}

static int blame_clock(struct runner *runner, const char *what, double ns, double own_ns,
                       struct error *error)
{
    char told[32], took[32];
    text_duration(told, sizeof told, ns);
    text_duration(took, sizeof took, own_ns);
    return runner_blame(runner, RUNNER_FAILED, error,
                        " says that %s took %s, where %s passed between request and answer; 5 %% "
                        "and 1 ms are allowed",
                        what, told, took);
}

/* By how much more than is allowed a time is off. */
static double beyond_ns(const struct runner *runner, double ns)
{
    double own_ns = (double)runner_took_ns(runner), waited_ns = (double)runner_waited_ns(runner);
    return fabs(ns - own_ns) - (CLOCK_SHARE * own_ns + MESSAGES_NS + waited_ns);
}

/* An answer that comes a little late may have been kept back by a busy machine, which
 * runner_check_clock finds out. */
static int check_clock(struct runner *runner, const char *what, double ns, struct error *error)
{
    double own_ns = (double)runner_took_ns(runner), beyond = beyond_ns(runner, ns);
    if (beyond <= 0)
        return 0;
    if (ns > own_ns || beyond > LATE_NS)
        return blame_clock(runner, what, ns, own_ns, error);
    runner_suspect(runner, true);
    return 0;
}

static int read_times(struct runner *runner, const char *what, const json_t *answer,
                      struct runner_maps *took, struct error *error)
{
    bool sane = json_object_get(answer, "ns") != NULL;
    *took = (struct runner_maps){
        .ns = amount_of(answer, "ns", &sane),
        .user_ns = amount_of(answer, "user_ns", &sane),
        .sys_ns = amount_of(answer, "sys_ns", &sane),
        .first_result_ns = amount_of(answer, "first_result_ns", &sane),
        .workers = amount_of(answer, "workers", &sane),
    };
    if (json_object_get(answer, "ns") == NULL)
        return runner_blame(runner, RUNNER_FAILED, error, " answers %s without ns", what);
    if (!sane)
        return runner_blame(runner, RUNNER_FAILED, error, " answers %s with numbers that none has",
                            what);
    return check_clock(runner, what, took->ns, error);
}

static int ask_for_times(struct runner *runner, const char *what, json_t *request, bool brief,
                         struct runner_maps *took, struct error *error)
{
    json_t *answer = runner_ask(runner, what, request, brief, error);
    int result = answer != NULL ? read_times(runner, what, answer, took, error) : -1;
    json_decref(answer);
    return result;
}

static void set_text(json_t *request, const char *name, const char *text)
{
    if (text != NULL)
        json_object_set_new(request, name, json_of_text(text));
}

int runner_prepare(struct runner *runner, const struct runner_batch *batch, double *import_ns,
                   struct error *error)
{
    json_t *request = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "do", "prepare", "work", json_of_text(batch->work),
        "size", number(batch->size), "jobs", number(batch->jobs), "seed", number(batch->seed),
        "payload_in", number(batch->payload_in), "payload_out", number(batch->payload_out));
    bool sane = true;
    set_text(request, "strategy", batch->strategy);
    set_text(request, "input", batch->input);
    if (batch->input != NULL)
        json_object_set_new(request, "input_bytes", number(batch->input_bytes));
    set_text(request, "reference", batch->reference);
    set_text(request, "arguments", batch->arguments);
    json_t *answer = runner_ask(runner, "prepare", request, false, error);
    *import_ns = amount_of(answer, "import_ns", &sane);
    json_decref(answer);
    if (answer == NULL)
        return -1;
    return sane ? 0
                : runner_blame(runner, RUNNER_FAILED, error,
                               " answers prepare with numbers that none has");
}

int runner_open(struct runner *runner, const struct runner_opening *opening, double *ns,
                struct error *error)
{
    struct runner_maps took = {.ns = NAN};
    json_t *request = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:s}", "do", "open",
                                "strategy", opening->strategy, "workers", number(opening->workers),
                                "cpus", number(opening->cpus), "chunk", number(opening->chunk),
                                "jobs_per_worker", number(opening->jobs_per_worker), "in_flight",
                                number(opening->in_flight), "start_method",
                                *opening->start_method != '\0' ? opening->start_method : "default",
                                "results", *opening->results != '\0' ? opening->results : "batch");
    int result = ask_for_times(runner, "open", request, false, &took, error);
    *ns = took.ns;
    return result;
}

static json_t *map_request(uint64_t maps, bool who)
{
    return json_pack("{s:s, s:o, s:b}", "do", "map", "maps", number(maps), "who", (int)who);
}

int runner_map(struct runner *runner, uint64_t maps, bool who, struct runner_maps *took,
               struct error *error)
{
    if (ask_for_times(runner, "map", map_request(maps, who), false, took, error) != 0)
        return -1;
    return !who || !isnan(took->workers)
               ? 0
               : runner_blame(runner, RUNNER_FAILED, error,
                              " answers map without workers, for which it was asked");
}

/* True where maps that took long enough were told right. */
static bool prove_clock(struct runner *runner, uint64_t maps, double *ns, struct error *error)
{
    bool sane = true;
    json_t *answer = runner_ask(runner, "map", map_request(maps, false), false, error);
    *ns = amount_of(answer, "ns", &sane);
    json_decref(answer);
    return answer != NULL && sane && beyond_ns(runner, *ns) <= PROOF_LATE_NS;
}

int runner_check_clock(struct runner *runner, double map_ns, struct error *error)
{
    enum { PROOFS = 2 };
    uint64_t maps = 1 + (uint64_t)(PROOF_NS / fmax(map_ns, 1));
    double ns = 0;
    for (int i = 0; i < PROOFS && runner_is_suspect(runner); i++) {
        if (prove_clock(runner, maps, &ns, error))
            runner_suspect(runner, false);
        if (runner_trouble(runner) != RUNNER_IS_WELL)
            return -1;
    }
    return !runner_is_suspect(runner)
               ? 0
               : blame_clock(runner, "map", ns, (double)runner_took_ns(runner), error);
}

static int check_results(struct runner *runner, const json_t *results, struct error *error)
{
    if (!json_is_array(results))
        return runner_blame(runner, RUNNER_FAILED, error, " answers verify without results");
    for (size_t i = 0; i < json_array_size(results); i++)
        if (!json_is_string(json_array_get(results, i)))
            return runner_blame(runner, RUNNER_FAILED, error,
                                " gave a result of job %zu that is no text", i);
    return 0;
}

/* Appends the results of some jobs, from the first that is not there yet on; of all, where one line
 * holds them. */
static int ask_for_results(struct runner *runner, uint64_t jobs, json_t *results,
                           struct error *error)
{
    uint64_t first = json_array_size(results), left = jobs - first;
    json_t *request = json_pack("{s:s}", "do", "verify");
    if (jobs > RUNNER_JOBS_A_LINE) {
        json_object_set_new(request, "first", number(first));
        json_object_set_new(request, "count",
                            number(left < RUNNER_JOBS_A_LINE ? left : RUNNER_JOBS_A_LINE));
    }
    json_t *answer = runner_ask(runner, "verify", request, false, error);
    json_t *some = json_object_get(answer, "results");
    int result = answer != NULL ? check_results(runner, some, error) : -1;
    if (result == 0)
        json_array_extend(results, some);
    bool grows = json_array_size(results) > first;
    json_decref(answer);
    return result == 0 && grows ? 0 : -1;
}

json_t *runner_verify(struct runner *runner, uint64_t jobs, struct error *error)
{
    json_t *results = json_array();
    bool goes_on;
    do
        goes_on = ask_for_results(runner, jobs, results, error) == 0;
    while (goes_on && jobs > RUNNER_JOBS_A_LINE && json_array_size(results) < jobs);
    size_t count = json_array_size(results);
    if (runner_trouble(runner) == RUNNER_IS_WELL && count != jobs)
        runner_blame(runner, RUNNER_WRONG, error, " gave %zu results for %llu jobs", count,
                     (unsigned long long)jobs);
    if (runner_trouble(runner) == RUNNER_IS_WELL)
        return results;
    json_decref(results);
    return NULL;
}

int runner_close(struct runner *runner, struct runner_maps *took, struct error *error)
{
    return ask_for_times(runner, "close", json_pack("{s:s}", "do", "close"), true, took, error);
}
