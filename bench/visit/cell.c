#include "bench/visit/cell.h"
#include "bench/base/csv.h"
#include "bench/base/memory.h"
#include "bench/base/text.h"
#include "bench/command/around.h"
#include "bench/job/batch.h"
#include "bench/machine/cpus.h"
#include "bench/stats/stats.h"
#include "bench/visit/background_load.h"
#include "bench/visit/caller_memory.h"
#include "bench/visit/canary.h"
#include "bench/visit/company.h"
#include "bench/visit/runner_cell.h"
#include "bench/visit/trial.h"
#include "strategies/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A reading shorter than this takes many maps at once. */
#define SHORT_MAP_NS (50 * NS_PER_US)
#define READING_NS (200 * NS_PER_US)
/* A reading is at least this many steps of the clock long: what one step hides is below 0.1 %. */
#define READING_STEPS 1000
/* A map that is faster than this is not told from none at all. */
#define LEAST_MAP_NS 0.1
/* How long a strategy is warmed up. Four times as long changes no median of any strategy, where
 * none at all costs a pool of threads 13 %. */
#define WARM_UP_NS (500 * NS_PER_US)
/* The same without workers, who wake, move and settle: as long as a reading. */
#define LONE_WARM_UP_NS READING_NS
/* A cold map that took longer is all the warm-up that a strategy needs. Fewer readings are taken of
 * maps that take longer. */
#define SLOW_MAP_NS (2 * NS_PER_MS)
/* What a cache line costs at least that another CPU has read, and how small a share of a map all of
 * them must be to be left alone. */
#define LINE_FETCH_NS 50.0
#define LEAST_FETCH_SHARE 0.01
/* Maps longer than this are read once a visit. */
#define LONG_MAP_NS (10 * NS_PER_MS)

enum {
    WARM_READINGS = 5,
    WARM_READINGS_OF_SLOW_MAPS = 3,
    WARM_UPS_KEPT = 63,
    MAPS_TO_LEARN = 2, /* what chooses may try something in each of its first ones */
};

const char *const build_names[BUILD_COUNT] = {"", "base", "new"};

struct cell cell_of(const struct key *key)
{
    return (struct cell){*key, work_find(key->work), strategy_find(key->strategy)};
}

struct cell cell_make(const struct strategy_ops *strategy, uint32_t workers, enum schedule schedule,
                      const struct work *work, uint64_t size, uint64_t jobs)
{
    struct key key = key_of_nothing();
    key.work = work->name;
    key.size = size;
    key.jobs = jobs;
    key.strategy = strategy->name;
    key.workers = workers;
    key.schedule = schedule_name(schedule);
    key.chunk = schedule != SCHEDULE_NONE ? 0 : CSV_UNKNOWN;
    if ((strategy->flags & STRATEGY_IS_POOL) != 0)
        key.bind = bind_names[BIND_NONE];
    if ((strategy->flags & STRATEGY_SPINS) != 0)
        key.spin_ns = STRATEGY_SPIN_NS;
    return (struct cell){key, work, strategy};
}

enum build cell_build(const struct cell *cell)
{
    enum build build = BUILD_OWN;
    while (build + 1 < BUILD_COUNT && !text_equal(cell->key.build, build_names[build]))
        build++;
    return build;
}

/* A visit under way. Its stages end where it reads the clock beside what is timed, never within. */
struct cell_visit {
    const struct cell *cell;
    const struct cell_context *context;
    struct batch *batch;
    struct command command; /* where the work is one */
    struct caller_memory caller;
    struct background_load load;
    struct company company; /* before the strategy was opened */
    void *state;            /* of the open strategy */
    bool open;
    double loop_ns;                      /* that the loop around many maps adds to each */
    uint64_t troubles_seen, reruns_seen; /* of the batch, at the last verification */
    struct stage_clock clock;
    enum status status;
    struct error error; /* why status is not ok */
};

static void end_stage(struct cell_visit *visit, enum run_stage stage)
{
    stage_ends(&visit->clock, stage, clock_now_ns());
}

static struct batch_request make_batch_request(const struct cell *cell,
                                               const struct cell_context *context)
{
    return (struct batch_request){
        .work = cell->work,
        .jobs = cell->key.jobs,
        .size = cell->key.size,
        .seed = context->seed,
        .input_fd = context->input_fd,
        .payload_in_bytes = cell->key.payload_in,
        .payload_out_bytes = cell->key.payload_out,
        .streamed = *cell->key.results != '\0' || cell->key.in_flight > 0,
    };
}

static struct strategy_config make_config(const struct cell *cell,
                                          const struct cell_context *context)
{
    return (struct strategy_config){
        .workers = (uint32_t)cell->key.workers,
        .cpus = context->cpus,
        .schedule = schedule_find(cell->key.schedule),
        .chunk = cell->key.chunk != CSV_UNKNOWN ? cell->key.chunk : 0,
        .transport = transport_find(cell->key.transport),
        .bind = bind_find(cell->key.bind),
        .spin_ns = cell->key.spin_ns != CSV_UNKNOWN ? cell->key.spin_ns : 0,
        .job_timeout_ns = context->job_timeout_ns,
        .timeout_ns = context->timeout_ns,
        .retries = context->retries,
        .loads_library = work_is_library(cell->work),
        .order = context->order,
        .order_count = context->order_count,
        .runs_commands = cell->work->is_command,
        .output_fd = context->output_fd,
        .options = cell->key.options,
        .results = results_find(cell->key.results),
        .in_flight = cell->key.in_flight,
        .jobs_per_worker = cell->key.jobs_per_worker,
        .hosts = context->hosts,
        .host_count = (uint32_t)cell->key.hosts,
        .own_host = context->own_host,
    };
}

static int make_batch(const struct cell *cell, const struct cell_context *context,
                      struct batch **batch, struct error *error)
{
    struct batch_request request = make_batch_request(cell, context);
    *batch = batch_create(&request, error);
    return *batch == NULL ? -1 : 0;
}

/* No command shall inherit what a visit was handed. */
static void keep_from_commands(const struct cell *cell, const struct cell_context *context)
{
    const int fds[] = {context->input_fd, context->reference_fd, context->output_fd};
    for (size_t i = 0; cell->work->is_command && i < sizeof fds / sizeof *fds; i++)
        if (fds[i] > STDERR_FILENO)
            fcntl(fds[i], F_SETFD, FD_CLOEXEC);
}

/* The command that the input of a batch describes. */
static int read_command(const struct batch *batch, struct command *command, struct error *error)
{
    if (command_read(batch->input, batch->input_bytes, command))
        return 0;
    return fail(error, ERROR_REFUSED, "--command: the input describes no command");
}

static uint64_t results_bytes(const struct cell *cell)
{
    return cell->key.jobs * cell->work->result_bytes;
}

static uint64_t payloads_bytes(const struct cell *cell)
{
    return cell->key.jobs * cell->key.payload_out;
}

int cell_memory_bytes(const struct cell *cell, const struct cell_context *context, uint64_t *bytes,
                      struct error *error)
{
    struct strategy_config config = make_config(cell, context);
    struct batch_request request = make_batch_request(cell, context);
    return strategy_total_bytes(cell->strategy, &config, &request,
                                memory_times(cell->key.parent_mib, 1 << 20), bytes, error);
}

/* Memory that is not there would be taken all the same, until the kernel kills somebody. */
static int check_memory(const struct cell *cell, const struct cell_context *context,
                        struct error *error)
{
    struct strategy_config config = make_config(cell, context);
    struct batch_request request = make_batch_request(cell, context);
    if (caller_memory_check(cell->key.parent_mib, error) != 0)
        return -1;
    return strategy_check_memory(cell->strategy, &config, &request,
                                 memory_times(cell->key.parent_mib, 1 << 20), " and --parent-mib",
                                 error);
}

int cell_reference_bytes(const struct cell *cell, uint64_t *bytes, struct error *error)
{
    uint64_t payloads;
    if (__builtin_mul_overflow(cell->key.jobs, cell->work->result_bytes, bytes))
        return fail(error, ERROR_REFUSED, "the results do not fit into memory");
    if (__builtin_mul_overflow(cell->key.jobs, cell->key.payload_out, &payloads) ||
        __builtin_add_overflow(*bytes, payloads, bytes))
        return fail(error, ERROR_REFUSED,
                    "--payload: %llu jobs with %llu bytes out do not fit into "
                    "memory",
                    (unsigned long long)cell->key.jobs, (unsigned long long)cell->key.payload_out);
    return 0;
}

static int fill_input(const struct cell *cell, const struct cell_context *context,
                      struct error *error)
{
    uint64_t bytes = cell->work->input_bytes(cell->key.size, cell->key.jobs);
    if (bytes == 0)
        return 0;
    if (cell->work->reference != NULL &&
        batch_reserve("input", context->input_fd, bytes, error) != 0)
        return -1;
    void *input = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, context->input_fd, 0);
    if (input == MAP_FAILED)
        return fail_errno(error, errno, "input: %llu bytes cannot be mapped",
                          (unsigned long long)bytes);
    int result = cell->work->prepare(cell->key.size, cell->key.jobs, context->seed, input, error);
    munmap(input, bytes);
    return result;
}

static int fill_reference(const struct cell *cell, const struct cell_context *context,
                          const struct batch *batch, struct error *error)
{
    uint64_t results = results_bytes(cell), bytes = results + payloads_bytes(cell);
    if (bytes == 0)
        return 0;
    void *reference =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, context->reference_fd, 0);
    if (reference == MAP_FAILED)
        return fail_errno(error, errno, "reference: %llu bytes cannot be mapped",
                          (unsigned long long)bytes);
    memcpy(reference, batch->results, results);
    memcpy((char *)reference + results, batch->payload_out, bytes - results);
    munmap(reference, bytes);
    return 0;
}

/* Runs the batch once, one job after another. What commands say on stderr is for who reads why one
 * of them failed. */
static int map_serially(const struct cell *cell, const struct cell_context *context,
                        struct batch *batch, struct error *error)
{
    const struct strategy_ops *serial = strategy_find("serial");
    struct strategy_config config = make_config(cell, context);
    void *state;
    config.tells_errors = config.output_fd <= 0;
    if (config.tells_errors)
        config.output_fd = STDERR_FILENO;
    if (serial->open(&config, &state, error) != 0)
        return -1;
    int result = serial->map(state, batch, error);
    serial->close(state);
    return result;
}

static int check_all_done(const struct batch *batch, struct error *error)
{
    struct batch_tally tally = batch_count(batch, 1);
    char complaint[160];
    if (tally.done == batch->jobs)
        return 0;
    batch_complaint(batch, &tally, complaint, sizeof complaint);
    return fail(error, ERROR_CHECK_FAILED, "%s", complaint);
}

/* Fills the results of the batch as serial has them. */
static int run_serially(const struct cell *cell, const struct cell_context *context,
                        struct batch *batch, struct error *error)
{
    struct command command;
    batch_begin(batch);
    if (!cell->work->is_command)
        return map_serially(cell, context, batch, error) == 0 ? check_all_done(batch, error) : -1;
    if (read_command(batch, &command, error) != 0 ||
        around_begin(&command, context->output_fd, error) != 0)
        return -1;
    int result = map_serially(cell, context, batch, error);
    if (result == 0)
        result = check_all_done(batch, error);
    struct command_result *results = (struct command_result *)(void *)batch->results;
    struct error after = {0};
    if (around_end(&command, context->output_fd, results, batch->jobs, &after) != 0 && result == 0)
        result = fail(error, after.kind, "%s", after.text);
    return result;
}

int cell_prepare(const struct cell *cell, const struct cell_context *context, struct error *error)
{
    struct batch *batch;
    if (cell->work->is_of_runner)
        return runner_cell_prepare(cell, context, error);
    keep_from_commands(cell, context);
    if (cell->work->prepare != NULL && fill_input(cell, context, error) != 0)
        return -1;
    if (make_batch(cell, context, &batch, error) != 0)
        return -1;
    int result = run_serially(cell, context, batch, error);
    if (result == 0)
        result = fill_reference(cell, context, batch, error);
    if (result == 0 && work_is_library(cell->work))
        result = trial_check(batch, error);
    batch_free(batch);
    return result;
}

static void stop_visit(struct cell_visit *visit, enum status status, const char *text)
{
    if (visit->status != STATUS_OK)
        return;
    visit->status = status;
    fail(&visit->error, ERROR_CHECK_FAILED, "%s", text);
}

static void used_so_far(struct cell_visit *visit, struct strategy_usage *used)
{
    *used = (struct strategy_usage){0};
    if (visit->open && visit->cell->strategy->usage != NULL)
        visit->cell->strategy->usage(visit->state, used);
    strategy_add_rusage(RUSAGE_SELF, used);
    strategy_add_rusage(RUSAGE_CHILDREN, used);
}

/* What workers had used that were nobody's children here is not known once they have ended. */
static uint64_t more_than(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

static struct strategy_usage used_since(const struct strategy_usage *before,
                                        const struct strategy_usage *after)
{
    return (struct strategy_usage){
        .user_ns = more_than(before->user_ns, after->user_ns),
        .sys_ns = more_than(before->sys_ns, after->sys_ns),
        .minflt = more_than(before->minflt, after->minflt),
        .majflt = more_than(before->majflt, after->majflt),
        .nvcsw = more_than(before->nvcsw, after->nvcsw),
        .nivcsw = more_than(before->nivcsw, after->nivcsw),
    };
}

/* A filter that refuses it here refuses it to all that this process has started, too. */
static void read_maxrss(struct reading *reading)
{
    struct rusage self = {0}, children = {0};
    bool refused = getrusage(RUSAGE_SELF, &self) != 0 || getrusage(RUSAGE_CHILDREN, &children) != 0;
    reading->usage_unknown = refused ? USAGE_IS_UNKNOWN : 0;
    long most = self.ru_maxrss > children.ru_maxrss ? self.ru_maxrss : children.ru_maxrss;
    reading->maxrss_kib = (uint64_t)most;
}

/* Times `maps` maps in a row; the time of one in ns, the loop's own included. Never inlined, so
 * that the loop costs the same whatever it calls. */
static __attribute__((noinline)) double
time_loop(struct cell_visit *visit, const struct strategy_ops *strategy, uint64_t maps)
{
    uint64_t start = clock_now_ns();
    for (uint64_t i = 0; i < maps; i++) {
        batch_begin(visit->batch);
        if (strategy->map(visit->state, visit->batch, &visit->error) != 0) {
            visit->status = STATUS_REFUSED;
            return NAN;
        }
    }
    return (double)(clock_now_ns() - start) / (double)maps;
}

static int map_nothing(void *state, struct batch *batch, struct error *error)
{
    (void)state;
    (void)batch;
    (void)error;
    return 0;
}

/* What the loop adds to each map, in ns: the least of a few loops over a map that does nothing. */
static double loop_ns(struct cell_visit *visit)
{
    enum { LOOPS = 5, MAPS = 2000 };
    static const struct strategy_ops nothing = {.map = map_nothing};
    double least = INFINITY;
    for (int i = 0; i < LOOPS; i++)
        least = fmin(least, time_loop(visit, &nothing, MAPS));
    return least;
}

/* Where a map of commands, or what goes around it, went wrong. */
static enum status status_of(const struct error *error)
{
    return error->kind == ERROR_CHECK_FAILED     ? STATUS_FAILED
           : error->kind == ERROR_NOT_COMPARABLE ? STATUS_UNAVAILABLE
                                                 : STATUS_REFUSED;
}

/* A map of commands, between what goes before and after it, untimed; the time in ns. */
static double time_commands(struct cell_visit *visit)
{
    int output = visit->context->output_fd;
    double ns = NAN;
    if (around_begin(&visit->command, output, &visit->error) == 0)
        ns = time_loop(visit, visit->cell->strategy, 1);
    struct command_result *results = (struct command_result *)(void *)visit->batch->results;
    struct error after = {0};
    if (around_end(&visit->command, output, results, visit->batch->jobs, &after) != 0)
        fail(&visit->error, after.kind, "%s", after.text);
    if (visit->error.kind != ERROR_NONE)
        visit->status = status_of(&visit->error);
    return ns;
}

/* Times `maps` maps in a row; the time of one in ns, above 0 however coarse the clock is. */
static double time_maps(struct cell_visit *visit, uint64_t maps)
{
    double ns = visit->cell->work->is_command ? time_commands(visit)
                                              : time_loop(visit, visit->cell->strategy, maps);
    if (visit->status != STATUS_OK)
        return ns;
    return fmax(maps == 1 ? ns : ns - visit->loop_ns, LEAST_MAP_NS);
}

/* Spoils the results and payloads, so that only maps to come can make them right. */
static void spoil_results(struct cell_visit *visit)
{
    memset(visit->batch->results, 0xA5, results_bytes(visit->cell));
    memset(visit->batch->payload_out, 0xA5, payloads_bytes(visit->cell));
}

/* What a program that ran commands does not tell of one is not compared. */
static bool is_same_command(const struct command_result *result,
                            const struct command_result *serial)
{
    if (result->exit_code != COMMAND_EXIT_UNTOLD)
        return memcmp(result, serial, sizeof *result) == 0;
    return memcmp(result->digest, serial->digest, sizeof result->digest) == 0;
}

static bool is_right(const struct cell_visit *visit, const void *given, const void *reference,
                     size_t bytes, bool is_result)
{
    const struct cell *cell = visit->cell;
    if (is_result && cell->work->is_command)
        return is_same_command(given, reference);
    if (is_result && cell->work->matches != NULL)
        return cell->work->matches(reference, given, cell->key.size);
    return memcmp(given, reference, bytes) == 0;
}

/* Compares what each job gave, `bytes` a job, with what serial's gave. */
static void compare(struct cell_visit *visit, const char *what, const unsigned char *given,
                    const void *reference, size_t bytes)
{
    bool is_result = given == visit->batch->results;
    char complaint[200];
    for (uint64_t i = 0; visit->status == STATUS_OK && i < visit->batch->jobs; i++)
        if (!is_right(visit, given + i * bytes, (const char *)reference + i * bytes, bytes,
                      is_result)) {
            snprintf(complaint, sizeof complaint, "the %s of job %llu differs from serial's", what,
                     (unsigned long long)i);
            stop_visit(visit, STATUS_WRONG, complaint);
        }
}

/* A time in which jobs were run again is a true one, but should be known as such. */
static void tell_of_reruns(struct cell_visit *visit, struct reading *reading)
{
    uint64_t reruns = visit->batch->reruns - visit->reruns_seen;
    visit->reruns_seen = visit->batch->reruns;
    if (reruns > 0)
        snprintf(reading->detail, sizeof reading->detail,
                 "jobs that crashed or timed out were run again %llu time%s",
                 (unsigned long long)reruns, reruns == 1 ? "" : "s");
}

/* Checks the last map: every job done, every byte as serial has it. */
static void verify(struct cell_visit *visit, const void *reference, struct reading *reading)
{
    struct batch_tally tally = batch_count(visit->batch, (uint32_t)visit->cell->key.workers);
    const struct strategy_ops *strategy = visit->cell->strategy;
    char complaint[200];
    if (visit->status == STATUS_OK && strategy->audit != NULL &&
        strategy->audit(visit->state, &visit->error) != 0)
        visit->status = STATUS_WRONG;
    if (visit->status == STATUS_OK && tally.done < visit->batch->jobs) {
        batch_complaint(visit->batch, &tally, complaint, sizeof complaint);
        stop_visit(visit,
                   tally.crashed > 0     ? STATUS_CRASHED
                   : tally.timed_out > 0 ? STATUS_TIMED_OUT
                   : tally.failed > 0    ? STATUS_FAILED
                                         : STATUS_WRONG,
                   complaint);
    }
    if (visit->status == STATUS_OK && visit->batch->troubles > visit->troubles_seen)
        stop_visit(visit, STATUS_CRASHED, "a job did not end well in an earlier map");
    visit->troubles_seen = visit->batch->troubles;
    compare(visit, "result", visit->batch->results, reference, visit->cell->work->result_bytes);
    compare(visit, "payload", visit->batch->payload_out,
            (const char *)reference + results_bytes(visit->cell), visit->cell->key.payload_out);
    bool hidden = (visit->cell->strategy->flags & STRATEGY_HIDES_WORKERS) != 0;
    reading->participation =
        hidden ? (double)NAN : (double)tally.workers_taken / (double)visit->cell->key.workers;
    if (visit->batch->first_result_ns > 0)
        reading->first_result_ns = (double)visit->batch->first_result_ns;
    tell_of_reruns(visit, reading);
}

/* Opens the strategy and runs the first map: the cold reading, but for its close. */
static void read_cold(struct cell_visit *visit, const void *reference, struct reading *reading)
{
    struct strategy_config config = make_config(visit->cell, visit->context);
    struct strategy_usage before, after;
    spoil_results(visit);
    used_so_far(visit, &before);
    end_stage(visit, STAGE_READY);
    uint64_t start = clock_now_ns();
    if (visit->cell->strategy->open(&config, &visit->state, &visit->error) != 0) {
        visit->status = STATUS_REFUSED;
        return;
    }
    uint64_t opened = clock_now_ns();
    reading->open_ns = (double)(opened - start);
    visit->open = true;
    reading->cold = 1;
    reading->maps = 1;
    reading->ns_per_map = time_maps(visit, 1);
    stage_ends(&visit->clock, STAGE_OPEN, opened);
    end_stage(visit, STAGE_MAP);
    if (visit->status != STATUS_OK)
        return;
    used_so_far(visit, &after);
    reading->used = used_since(&before, &after);
    verify(visit, reference, reading);
    end_stage(visit, STAGE_VERIFY);
}

/* Runs maps that are not read until that warm-up has passed; the median of the last of them, in ns.
 */
static double warm_up(struct cell_visit *visit, double cold_ns)
{
    double maps_ns[WARM_UPS_KEPT] = {cold_ns};
    size_t count = 0;
    bool alone = (visit->cell->strategy->flags & STRATEGY_ONE_WORKER) != 0;
    uint64_t enough_ns = alone ? LONE_WARM_UP_NS : WARM_UP_NS, start = clock_now_ns();
    while (cold_ns < SLOW_MAP_NS && visit->status == STATUS_OK &&
           clock_now_ns() - start < enough_ns)
        maps_ns[count++ % WARM_UPS_KEPT] = time_maps(visit, 1);
    size_t kept = count == 0 ? 1 : count < WARM_UPS_KEPT ? count : WARM_UPS_KEPT;
    end_stage(visit, STAGE_WARM_UP);
    return stats_median(maps_ns, kept);
}

/* Processor time is told in ticks for threads that run, and asking a pool for its own costs it a
 * region: so it is asked for once around all warm readings, which share it evenly with `unread`
 * maps that were made beside them. */
static void share_usage(struct reading readings[], uint32_t count, uint32_t unread,
                        const struct strategy_usage *used)
{
    uint32_t parts = count + unread;
    for (uint32_t i = 0; i < count; i++)
        readings[i].used = (struct strategy_usage){
            .user_ns = used->user_ns / parts,
            .sys_ns = used->sys_ns / parts,
            .minflt = used->minflt / parts,
            .majflt = used->majflt / parts,
            .nvcsw = used->nvcsw / parts,
            .nivcsw = used->nivcsw / parts,
        };
}

/* Verifying a reading takes the batch into this CPU's cache; workers elsewhere must fetch it from
 * there. True where that would show in the next map, so that one that is not read must go first.
 * That it was the map that is read which ran a job is then told by the map's number in its outcome.
 */
static bool needs_refetch(const struct cell_visit *visit, double map_ns)
{
    enum { LINE = 64 };
    double lines = (double)visit->batch->shared_bytes / LINE;
    return lines * LINE_FETCH_NS > LEAST_FETCH_SHARE * map_ns;
}

/* The readings on the open strategy; returns how many there are. */
static uint32_t read_warm(struct cell_visit *visit, const void *reference, double map_ns,
                          struct reading readings[])
{
    double step_ns = READING_STEPS * clock_step_ns();
    double reading_ns = fmax((double)READING_NS, step_ns);
    bool is_short = map_ns < fmax((double)SHORT_MAP_NS, step_ns);
    uint64_t idle_ns = visit->cell->key.idle_ns; /* before a map, so a reading is one */
    bool many = is_short && idle_ns == 0 && !visit->cell->work->is_command;
    uint64_t maps = many ? (uint64_t)ceil(reading_ns / fmax(map_ns, 1)) : 1;
    uint32_t wanted = map_ns < SLOW_MAP_NS   ? WARM_READINGS
                      : map_ns < LONG_MAP_NS ? WARM_READINGS_OF_SLOW_MAPS
                                             : 1;
    struct strategy_usage before, after, used;
    uint32_t count = 0, unread = 0;
    visit->loop_ns = maps > 1 ? loop_ns(visit) : 0;
    end_stage(visit, STAGE_CALIBRATE);
    used_so_far(visit, &before);
    for (; count < wanted && visit->status == STATUS_OK; count++) {
        spoil_results(visit);
        if (maps == 1 && !visit->cell->work->is_command && needs_refetch(visit, map_ns)) {
            end_stage(visit, STAGE_VERIFY);
            time_maps(visit, 1);
            unread++;
            end_stage(visit, STAGE_WARM_UP);
        }
        end_stage(visit, STAGE_VERIFY);
        int awake = idle_ns > 0 ? clock_sleep_ns(idle_ns) : 0;
        if (awake != 0) {
            visit->status = STATUS_REFUSED;
            fail_errno(&visit->error, awake, "--idle: clock_nanosleep");
            break;
        }
        readings[count].reading = count;
        readings[count].maps = maps;
        end_stage(visit, idle_ns > 0 ? STAGE_IDLE : STAGE_VERIFY);
        readings[count].ns_per_map = time_maps(visit, maps);
        end_stage(visit, STAGE_MAP);
        verify(visit, reference, &readings[count]);
    }
    used_so_far(visit, &after);
    used = used_since(&before, &after);
    if (count > 0)
        share_usage(readings, count, unread, &used);
    end_stage(visit, STAGE_VERIFY);
    return count;
}

/* The results that a visit is verified against; "" where there are none. */
static const void *map_reference(struct cell_visit *visit)
{
    uint64_t bytes = results_bytes(visit->cell) + payloads_bytes(visit->cell);
    if (bytes == 0)
        return "";
    void *reference = mmap(NULL, bytes, PROT_READ, MAP_SHARED, visit->context->reference_fd, 0);
    if (reference != MAP_FAILED)
        return reference;
    fail_errno(&visit->error, errno, "reference: %llu bytes cannot be mapped",
               (unsigned long long)bytes);
    visit->status = STATUS_REFUSED;
    return NULL;
}

/* What is not ours may leave workers behind, who would run beside what comes next. */
static void note_company(struct cell_visit *visit)
{
    if ((visit->cell->strategy->flags & STRATEGY_FROM_LIBRARY) != 0)
        company_count(&visit->company);
}

static void check_company(struct cell_visit *visit)
{
    const struct strategy_ops *strategy = visit->cell->strategy;
    if ((strategy->flags & STRATEGY_FROM_LIBRARY) == 0 || visit->status != STATUS_OK)
        return;
    if ((strategy->flags & STRATEGY_KEEPS_THREADS) != 0)
        visit->company.threads = 0;
    if (company_check(&visit->company, strategy->name, &visit->error) != 0)
        visit->status = STATUS_FAILED;
}

/* Closes the strategy, which is the last of the cold reading that does not have its close yet. */
static void close_strategy(struct cell_visit *visit, struct reading *cold)
{
    struct strategy_usage before, after, used;
    if (!visit->open)
        return;
    used_so_far(visit, &before);
    uint64_t start = clock_now_ns();
    visit->cell->strategy->close(visit->state);
    uint64_t closed = clock_now_ns();
    end_stage(visit, STAGE_CLOSE);
    visit->open = false;
    used_so_far(visit, &after);
    check_company(visit);
    if (!isnan(cold->close_ns))
        return;
    cold->close_ns = (double)(closed - start);
    used = used_since(&before, &after);
    strategy_add_usage(&cold->used, &used);
    cold->ns_per_map += cold->open_ns + cold->close_ns;
}

/* What chooses starts workers once it has found that they pay. The first map shall not be charged
 * with the end of those that later maps start, so these get a strategy that was opened again. */
static void open_again(struct cell_visit *visit, struct reading *cold)
{
    struct strategy_config config = make_config(visit->cell, visit->context);
    close_strategy(visit, cold);
    if (visit->cell->strategy->open(&config, &visit->state, &visit->error) != 0) {
        visit->status = STATUS_REFUSED;
        return;
    }
    visit->open = true;
    end_stage(visit, STAGE_OPEN);
    for (int i = 0; i < MAPS_TO_LEARN && visit->status == STATUS_OK; i++)
        time_maps(visit, 1);
    end_stage(visit, STAGE_WARM_UP);
}

static uint32_t read_all(struct cell_visit *visit, const void *reference,
                         struct reading readings[READINGS_MOST])
{
    read_cold(visit, reference, &readings[0]);
    double cold_ns = readings[0].ns_per_map;
    if (visit->status == STATUS_OK && (visit->cell->strategy->flags & STRATEGY_CHOOSES) != 0)
        open_again(visit, &readings[0]);
    if (visit->status != STATUS_OK)
        return 1;
    double map_ns = warm_up(visit, cold_ns);
    return 1 + read_warm(visit, reference, map_ns, &readings[1]);
}

/* A visit in which anything went wrong counts as one row without a time. */
static uint32_t report_trouble(const struct cell_visit *visit, struct reading *reading)
{
    *reading = reading_without_time(visit->status);
    snprintf(reading->detail, sizeof reading->detail, "%s", visit->error.text);
    return 1;
}

/* All that a visit needs before its strategy is opened; the reference that it is verified against.
 * NULL where the status says why there is none. */
static const void *make_ready(struct cell_visit *visit)
{
    const struct cell *cell = visit->cell;
    const char *missing = strategy_unavailable_for(cell->strategy, cell->work);
    if (missing == NULL && (cell->strategy->flags & STRATEGY_RUNNER) != 0)
        missing = "another program runs it, whose instructions are not counted";
    if (missing != NULL)
        stop_visit(visit, STATUS_UNAVAILABLE, missing);
    if (visit->status == STATUS_OK &&
        strategy_preflight(cell->strategy, (uint32_t)cell->key.workers, &visit->error) != 0)
        visit->status = STATUS_REFUSED;
    const void *reference = visit->status == STATUS_OK ? map_reference(visit) : NULL;
    if (reference != NULL && (check_memory(cell, visit->context, &visit->error) != 0 ||
                              make_batch(cell, visit->context, &visit->batch, &visit->error) != 0 ||
                              (cell->work->is_command &&
                               read_command(visit->batch, &visit->command, &visit->error) != 0)))
        visit->status = STATUS_REFUSED;
    return reference;
}

/* A worker that was stopped alone: nobody else sees that. What a worker was stopped for that has
 * ended meanwhile is not known. */
static void check_children(struct cell_visit *visit)
{
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_ALL, 0, &info, WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0)
        stop_visit(visit, STATUS_FAILED, "a worker was stopped while the cell was measured");
}

static void stop_background_load(struct cell_visit *visit)
{
    struct error vanished = {0};
    if (background_load_stop(&visit->load, &vanished) != 0)
        stop_visit(visit, STATUS_FAILED, vanished.text);
}

uint32_t cell_measure(const struct cell *cell, const struct cell_context *context,
                      struct reading readings[READINGS_MOST])
{
    struct cell_visit visit = {.cell = cell, .context = context};
    uint32_t count = 1;
    if ((cell->strategy->flags & STRATEGY_RUNNER) != 0)
        return runner_cell_measure(cell, context, readings);
    visit.clock.since_ns = clock_now_ns();
    memset(readings, 0, READINGS_MOST * sizeof *readings);
    readings[0].open_ns = readings[0].close_ns = NAN;
    for (size_t i = 0; i < READINGS_MOST; i++)
        readings[i].first_result_ns = NAN;
    double stolen_before = cpus_ticks().stolen;
    const int *canary_cpus = context->canary_cpus;
    double roundtrip_ns = canary_roundtrip_ns(canary_cpus[0], canary_cpus[1]);
    end_stage(&visit, STAGE_CANARY);
    double wake_ns = cell->key.idle_ns > 0
                         ? canary_wake_ns(canary_cpus[0], canary_cpus[1], cell->key.idle_ns)
                         : NAN;
    if (cell->key.idle_ns > 0)
        end_stage(&visit, STAGE_IDLE); /* hardly anything else lies between wakes */
    keep_from_commands(cell, context);
    const void *reference = make_ready(&visit);
    /* The canary forks: it must not pay for this, nor must it run beside the background load. */
    if (visit.status == STATUS_OK &&
        background_load_start(&visit.load, (uint32_t)cell->key.neighbours, context->timeout_ns,
                              &visit.error) != 0)
        visit.status = STATUS_REFUSED;
    if (visit.status == STATUS_OK &&
        caller_memory_fill(&visit.caller, cell->key.parent_mib, pages_find(cell->key.parent_pages),
                           &visit.error) != 0)
        visit.status = STATUS_REFUSED;
    strategy_bind(cell->strategy); /* the background load is not bound by it */
    note_company(&visit);
    if (visit.status == STATUS_OK)
        count = read_all(&visit, reference, readings);
    check_children(&visit);
    close_strategy(&visit, &readings[0]);
    strategy_release(cell->strategy);
    stop_background_load(&visit);
    caller_memory_free(&visit.caller);
    batch_free(visit.batch);
    double stolen = cpus_ticks().stolen - stolen_before;
    if (visit.status != STATUS_OK)
        count = report_trouble(&visit, &readings[0]);
    for (uint32_t i = 0; i < count; i++) {
        readings[i].roundtrip_ns = roundtrip_ns;
        readings[i].wake_ns = wake_ns;
        readings[i].steal_ticks = isfinite(stolen) ? (uint64_t)stolen : CSV_UNKNOWN;
        read_maxrss(&readings[i]);
        if (cell->strategy->runtime != NULL)
            snprintf(readings[i].runtime, sizeof readings[i].runtime, "%s",
                     cell->strategy->runtime());
        if (readings[i].cold == 0)
            readings[i].open_ns = readings[i].close_ns = NAN;
    }
    end_stage(&visit, STAGE_END);
    readings[0].stages = visit.clock.spent;
    return count;
}

int cell_floors(const struct cell *cell, const struct cell_context *context, double ns[FLOOR_COUNT],
                struct error *error)
{
    const struct strategy_ops *strategy = cell->strategy;
    struct strategy_config config = make_config(cell, context);
    void *state;
    if (strategy->floors == NULL)
        return 0;
    if (strategy->open(&config, &state, error) != 0)
        return -1;
    int result = strategy->floors(state, ns, error);
    strategy->close(state);
    return result;
}

/* ------------------------------------------------------------------------------- counting */

static void make_maps(struct cell_visit *visit, uint64_t maps)
{
    for (uint64_t i = 0; i < maps && visit->status == STATUS_OK; i++) {
        if (visit->cell->work->is_command) {
            time_commands(visit);
            continue;
        }
        batch_begin(visit->batch);
        if (visit->cell->strategy->map(visit->state, visit->batch, &visit->error) != 0)
            visit->status = STATUS_REFUSED;
    }
}

static void open_and_map(struct cell_visit *visit, const void *reference, struct reading *reading)
{
    struct strategy_config config = make_config(visit->cell, visit->context);
    spoil_results(visit);
    if (visit->cell->strategy->open(&config, &visit->state, &visit->error) != 0) {
        visit->status = STATUS_REFUSED;
        return;
    }
    make_maps(visit, visit->context->maps);
    verify(visit, reference, reading);
    visit->cell->strategy->close(visit->state);
}

void cell_count(const struct cell *cell, const struct cell_context *context,
                struct reading *reading)
{
    struct cell_visit visit = {.cell = cell, .context = context};
    *reading = (struct reading){.maps = context->maps,
                                .ns_per_map = NAN,
                                .open_ns = NAN,
                                .close_ns = NAN,
                                .roundtrip_ns = NAN,
                                .wake_ns = NAN,
                                .first_result_ns = NAN};
    const void *reference = make_ready(&visit);
    strategy_bind(cell->strategy);
    if (visit.status == STATUS_OK)
        open_and_map(&visit, reference, reading);
    strategy_release(cell->strategy);
    batch_free(visit.batch);
    if (visit.status != STATUS_OK)
        report_trouble(&visit, reading);
}
