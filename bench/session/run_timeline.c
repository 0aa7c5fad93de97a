#include "bench/session/run_timeline.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/data/host.h"
#include "bench/session/traces.h"
#include "bench/visit/visit.h"

#include <limits.h>
#include <stdio.h>

/* More would be told apart no better. */
enum { JOBS = 4, MOST_WORKERS = 4, MOST_STRATEGIES = 4, MOST_TAKES = 20 };

#define ENOUGH_NS NS_PER_S

/* ------------------------------------------------------------------------------- what is traced */

/* The strategies that are shown, in that order. */
struct shown {
    const char *names[MOST_STRATEGIES];
    size_t count;
};

static bool has_strategy(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->cell_count; i++)
        if (text_equal(plan->cells[i].strategy->name, name))
            return true;
    return false;
}

static void show(struct shown *shown, const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < shown->count; i++)
        if (text_equal(shown->names[i], name))
            return;
    if (shown->count < MOST_STRATEGIES && has_strategy(plan, name) &&
        strategy_unavailable_for(strategy_find(name), work_find("empty")) == NULL)
        shown->names[shown->count++] = name;
}

static struct shown choose_strategies(const struct plan *plan)
{
    static const char *const first[] = {"serial", "fork", "forkpool", "openmp"};
    struct shown shown = {.count = 0};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        show(&shown, plan, first[i]);
    for (size_t i = 0; i < strategies_count; i++)
        show(&shown, plan, strategies[i]->name);
    return shown;
}

/* Serial alone, beside strategies that other programs run and nobody traces, would tell nothing. */
static bool says_nothing(const struct plan *plan, const struct shown *shown)
{
    for (size_t i = 0; shown->count < 2 && i < plan->cell_count; i++)
        if ((plan->cells[i].strategy->flags & STRATEGY_RUNNER) != 0)
            return true;
    return false;
}

static bool is_untraceable(const struct work *work)
{
    return work->reference != NULL || work->input_is_file || work->input_bytes != NULL;
}

/* The largest jobs of the first work; NULL where it needs an input or is not built in, or there are
 * none. */
static const struct group *choose_group(const struct plan *plan)
{
    const struct group *largest = NULL;
    for (size_t i = 0; i < plan->group_count; i++) {
        const struct group *group = &plan->groups[i];
        if (group->work == plan->groups[0].work && group->jobs > 0 &&
            (largest == NULL || group->size > largest->size))
            largest = group;
    }
    return largest != NULL && !is_untraceable(largest->work) ? largest : NULL;
}

/* Of a run over hosts the ranks are on as many of them as there are workers for. */
static void add_hosts(const struct measuring *run, struct strategy_config *config)
{
    size_t count = run->hosts == NULL ? 0 : run->suite.hosts.count;
    if (count > config->workers)
        count = config->workers;
    if (hosts_slots(&run->suite.hosts, count) < config->workers)
        return;
    config->hosts = run->host_list;
    config->host_count = (uint32_t)count;
    config->own_host = run->own_host;
}

/* Jobs are short. Ranks on other hosts may be started slowly, as long as a visit may take. */
static uint64_t timeout_of(const struct measuring *run, const struct strategy_config *config)
{
    return config->host_count > 0 ? run->suite.timeout_ns : NS_PER_S;
}

static struct trace_request request_of(const struct group *group, uint64_t seed, uint32_t cpus)
{
    return (struct trace_request){
        .batch =
            {.work = group->work, .jobs = JOBS, .size = group->size, .seed = seed, .input_fd = -1},
        .config = {.workers = cpus < MOST_WORKERS ? cpus : MOST_WORKERS,
                   .cpus = cpus,
                   .schedule = SCHEDULE_AUTO,
                   .spin_ns = STRATEGY_SPIN_NS},
        .cold = true,
        .interrupted = &visit_interrupted,
        .quiet = true,
    };
}

/* ------------------------------------------------------------------------------- files */

static void write_files(const char *folder, const struct traces *traces,
                        const struct picture_formats *formats)
{
    struct timelines timelines = traces_timelines(traces);
    char path[PATH_MAX];
    struct host host;
    struct error error = {0}, tool = {0};
    bool drawn;
    snprintf(path, sizeof path, "%s/host.json", folder);
    if (host_read(path, &host, &error) != 0)
        return;
    snprintf(path, sizeof path, "%s/trace.csv", folder);
    if (timelines_write_csv(path, &timelines, &error) != 0)
        return;
    snprintf(path, sizeof path, "%s/trace.json", folder);
    if (timelines_write_json(path, &timelines, &host, &error) == 0)
        timelines_draw(folder, &timelines, &host, formats, NULL, &drawn, &tool, &error);
}

void run_timeline(const struct measuring *run, const struct picture_formats *formats)
{
    const struct group *group = choose_group(&run->plan);
    struct shown shown = choose_strategies(&run->plan);
    struct traces traces = {0};
    struct error error = {0};
    if (group == NULL || visit_interrupted != 0 || says_nothing(&run->plan, &shown))
        return;
    struct trace_request request = request_of(group, run->suite.seed, run->cpus.usable);
    add_hosts(run, &request.config);
    request.timeout_ns = request.config.timeout_ns = timeout_of(run, &request.config);
    if (traces_run(&request, shown.names, shown.count, MOST_TAKES, ENOUGH_NS, &traces, &error) ==
            0 &&
        traces_finish(&traces, &error, &error) == 0 && error.kind == ERROR_NONE)
        write_files(run->folder.path, &traces, formats);
    traces_free(&traces);
}
