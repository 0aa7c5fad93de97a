#include "bench/session/traces.h"
#include "bench/base/clock.h"
#include "bench/run/chosen.h"

#include <stdlib.h>

/* Keeps the faster of two; one in which something went wrong is kept before any other. */
static void keep(struct trace *kept, struct trace *next)
{
    bool better = kept->batch == NULL ||
                  (trace_is_done(kept) &&
                   (!trace_is_done(next) || trace_total_ns(next) < trace_total_ns(kept)));
    struct trace worse = better ? *kept : *next;
    if (better)
        *kept = *next;
    trace_free(&worse);
}

static int take(struct traces *traces, const struct trace_request *request,
                const char *const names[], struct error *error)
{
    for (size_t i = 0; i < traces->count; i++) {
        struct trace next;
        const char *options;
        const struct strategy_ops *strategy = chosen_find(names[i], &options);
        traces->requests[i] = *request;
        traces->requests[i].config.options = options;
        if (trace_run(strategy, &traces->requests[i], &next, error) != 0) {
            trace_free(&next);
            return -1;
        }
        keep(&traces->traces[i], &next);
    }
    traces->takes++;
    return 0;
}

int traces_run(const struct trace_request *request, const char *const names[], size_t count,
               uint64_t most_takes, uint64_t enough_ns, struct traces *traces, struct error *error)
{
    uint64_t begun_ns = clock_now_ns();
    *traces = (struct traces){
        .traces = calloc(count, sizeof *traces->traces),
        .timelines = calloc(count, sizeof *traces->timelines),
        .requests = calloc(count, sizeof *traces->requests),
        .count = count,
    };
    if (traces->traces == NULL || traces->timelines == NULL || traces->requests == NULL)
        return fail(error, ERROR_REFUSED, "trace: out of memory");
    do {
        if (take(traces, request, names, error) != 0)
            return -1;
    } while (traces->takes < most_takes &&
             (enough_ns == 0 || clock_now_ns() - begun_ns < enough_ns));
    return 0;
}

/* The first job that is not done, or what the process of the strategy died of. */
static void complain(const struct trace *trace, bool several, const struct error *trouble,
                     struct error *error)
{
    struct batch_tally tally = batch_count(trace->batch, trace->timeline.workers);
    char complaint[160];
    if (trouble->kind != ERROR_NONE) {
        fail(error, trouble->kind, "%s", trouble->text);
    } else if (tally.done < trace->batch->jobs) {
        batch_complaint(trace->batch, &tally, complaint, sizeof complaint);
        fail(error, ERROR_CHECK_FAILED, "trace: %s%s%s%s", several ? trace->strategy->name : "",
             several ? ": " : "", complaint, trace->kills);
    }
}

int traces_finish(struct traces *traces, struct error *bad, struct error *error)
{
    for (size_t i = 0; i < traces->count; i++) {
        struct error trouble = {0};
        if (trace_finish(&traces->traces[i], &trouble, error) != 0)
            return -1;
        complain(&traces->traces[i], traces->count > 1, &trouble, bad);
        traces->timelines[i] = traces->traces[i].timeline;
    }
    return 0;
}

struct timelines traces_timelines(const struct traces *traces)
{
    return (struct timelines){traces->timelines, traces->count, traces->takes};
}

void traces_free(struct traces *traces)
{
    for (size_t i = 0; traces->traces != NULL && i < traces->count; i++)
        trace_free(&traces->traces[i]);
    free(traces->traces);
    free(traces->timelines);
    free(traces->requests);
    *traces = (struct traces){0};
}
