#include "bench/visit/runner_cell.h"
#include "bench/base/csv.h"
#include "bench/base/text.h"
#include "bench/command/digest.h"
#include "bench/machine/cpus.h"
#include "bench/runner/guard.h"
#include "bench/runner/requests.h"
#include "bench/visit/background_load.h"
#include "bench/visit/canary.h"
#include "strategies/runner/known.h"
#include "strategies/runner/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A reading takes at least this long, so that the messages around it do not count. */
#define READING_NS (20 * NS_PER_MS)
/* How long a strategy is warmed up, and the fewest maps of a step. */
#define WARM_UP_NS (20 * NS_PER_MS)
/* Maps longer than this are read fewer times a visit. */
#define SLOW_MAP_NS (10.0 * NS_PER_MS)
#define LONG_MAP_NS (100.0 * NS_PER_MS)
/* In jobs that are shorter than this it shows when each tells who ran it. */
#define SHORT_JOB_NS (500.0 * NS_PER_US)
/* An import that took longer is told. */
#define LONG_IMPORT_NS (0.3 * NS_PER_S)
/* A map that is faster is not told from none at all. */
#define LEAST_MAP_NS 0.1

enum { WARM_READINGS = 5, WARM_READINGS_OF_SLOW_MAPS = 3, WARM_UP_STEPS = 20, TEXT_BYTES = 256 };

struct runner_visit {
    const struct cell *cell;
    const struct cell_context *context;
    struct launched launched;
    struct guard guard;
    const void *reference; /* NULL: there is none to compare with */
    struct background_load load;
    bool open;
    double import_ns;
    struct stage_clock clock;
    enum status status;
    struct error error; /* why status is not ok */
};

static void end_stage(struct runner_visit *visit, enum run_stage stage)
{
    stage_ends(&visit->clock, stage, clock_now_ns());
}

static void stop_visit(struct runner_visit *visit, enum status status, const char *text)
{
    if (visit->status != STATUS_OK)
        return;
    visit->status = status;
    fail(&visit->error, ERROR_CHECK_FAILED, "%s", text);
}

static enum status status_of(enum runner_trouble trouble)
{
    static const enum status status[] = {
        [RUNNER_IS_WELL] = STATUS_OK,
        [RUNNER_FAILED] = STATUS_FAILED,
        [RUNNER_WRONG] = STATUS_WRONG,
        [RUNNER_CRASHED] = STATUS_CRASHED,
        [RUNNER_IS_LATE] = STATUS_TIMED_OUT,
        [RUNNER_REFUSED] = STATUS_REFUSED,
        [RUNNER_UNAVAILABLE] = STATUS_UNAVAILABLE,
    };
    return status[trouble];
}

/* Whether a request went well; where it did not, the runner's trouble is the visit's status. */
static bool is_good(struct runner_visit *visit, int result)
{
    if (result != 0 && visit->status == STATUS_OK)
        visit->status =
            status_of(visit->launched.runner != NULL ? runner_trouble(visit->launched.runner)
                                                     : visit->launched.trouble);
    return result == 0;
}

/* ------------------------------------------------------------------------------- its start */

/* A runner is told where things are by paths: it inherits nothing. */
static void keep_descriptors(const struct cell_context *context)
{
    const int fds[] = {context->input_fd, context->reference_fd, context->output_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] > STDERR_FILENO)
            fcntl(fds[i], F_SETFD, FD_CLOEXEC);
}

/* The harness would kill this process at the visit's deadline: the visit should have told before
 * what the runner did not answer. */
static uint64_t deadline_ns(const struct cell_context *context, uint64_t start_ns)
{
    uint64_t spare_ns = context->timeout_ns / 10;
    if (spare_ns > NS_PER_S / 2)
        spare_ns = NS_PER_S / 2;
    return context->timeout_ns > 0 ? start_ns + context->timeout_ns - spare_ns : 0;
}

/* Refuses what the runner says that it cannot do. */
static int check_hello(struct runner_visit *visit)
{
    const struct cell *cell = visit->cell;
    const json_t *hello = visit->launched.hello;
    struct runner *runner = visit->launched.runner;
    struct runner_strategy told;
    char has[200];
    bool is_function = work_is_users(cell->work) && strncmp(cell->work->reference, RUNNER_REFERENCE,
                                                            strlen(RUNNER_REFERENCE)) != 0;
    if (!hello_find(hello, cell->strategy->name, &told))
        return runner_blame(runner, RUNNER_UNAVAILABLE, &visit->error, " has no strategy '%s'",
                            cell->strategy->name);
    if (told.missing != NULL) {
        runner_blame(runner, RUNNER_UNAVAILABLE, &(struct error){0}, " lacks it");
        return fail(&visit->error, ERROR_NOT_COMPARABLE, "%s", told.missing);
    }
    if (is_function && (cell->strategy->flags & STRATEGY_PYTHON) == 0)
        return runner_blame(runner, RUNNER_UNAVAILABLE, &visit->error,
                            " calls no functions of Python");
    hello_works(hello, has, sizeof has);
    if (!is_function && !hello_has_work(hello, cell->work->name))
        return runner_blame(runner, RUNNER_UNAVAILABLE, &visit->error,
                            " does not have the work %s; it has %s", cell->work->name, has);
    if ((cell->key.payload_in > 0 || cell->key.payload_out > 0) &&
        (told.takes & RUNNER_TAKES_PAYLOAD) == 0)
        return runner_blame(runner, RUNNER_UNAVAILABLE, &visit->error, ": %s takes no payload",
                            cell->strategy->name);
    return 0;
}

/* The input that the visit was handed, as a path that every process of this user can map. */
static uint64_t find_input(const struct cell_context *context, char *path, size_t bytes)
{
    struct stat status;
    if (context->input_fd < 0 || fstat(context->input_fd, &status) != 0 || status.st_size <= 0)
        return 0;
    snprintf(path, bytes, "/proc/%d/fd/%d", (int)getpid(), context->input_fd);
    return (uint64_t)status.st_size;
}

static int prepare(struct runner_visit *visit)
{
    const struct cell *cell = visit->cell;
    const char *reference = cell->work->is_of_runner ? cell->work->reference : NULL;
    char input[64];
    uint64_t input_bytes = find_input(visit->context, input, sizeof input);
    if (reference != NULL && strncmp(reference, RUNNER_REFERENCE, strlen(RUNNER_REFERENCE)) == 0)
        reference = NULL; /* the runner's own, by its name */
    struct runner_batch batch = {
        .strategy = cell->strategy->name,
        .work = cell->work->name,
        .size = cell->key.size,
        .jobs = cell->key.jobs,
        .seed = visit->context->seed,
        .payload_in = cell->key.payload_in,
        .payload_out = cell->key.payload_out,
        .input = input_bytes > 0 ? input : NULL,
        .input_bytes = input_bytes,
        .reference = reference,
        .arguments = cell->work->arguments,
    };
    return runner_prepare(visit->launched.runner, &batch, &visit->import_ns, &visit->error);
}

static int launch(struct runner_visit *visit, uint64_t start_ns)
{
    const struct strategy_ops *strategy = visit->cell->strategy;
    const char *python = *visit->cell->key.python != '\0' ? visit->cell->key.python : "python3";
    uint64_t deadline = deadline_ns(visit->context, start_ns);
    return (strategy->flags & STRATEGY_PYTHON) != 0
               ? launch_python(python, deadline, &visit->launched, &visit->error)
               : launch_runner(strategy->reference, deadline, &visit->launched, &visit->error);
}

static bool start_runner(struct runner_visit *visit, uint64_t start_ns)
{
    keep_descriptors(visit->context);
    visit->import_ns = NAN;
    if (guard_start(&visit->guard, &visit->error) != 0) {
        visit->status = STATUS_REFUSED;
        return false;
    }
    return is_good(visit, launch(visit, start_ns)) && is_good(visit, check_hello(visit)) &&
           is_good(visit, prepare(visit));
}

static bool open_strategy(struct runner_visit *visit, double *ns)
{
    const struct key *key = &visit->cell->key;
    struct runner_opening opening = {
        .strategy = visit->cell->strategy->name,
        .start_method = key->start_method,
        .results = key->results,
        .workers = key->workers,
        .cpus = visit->context->cpus,
        .chunk = key->chunk != CSV_UNKNOWN ? key->chunk : 0,
        .jobs_per_worker = key->jobs_per_worker,
        .in_flight = key->in_flight,
    };
    visit->open = is_good(visit, runner_open(visit->launched.runner, &opening, ns, &visit->error));
    return visit->open;
}

/* ------------------------------------------------------------------------------- results */

/* What a result is compared by where only runners have the work. */
static int digest_text(const char *text, unsigned char bytes[COMMAND_DIGEST_BYTES],
                       struct error *error)
{
    struct error missing = {0};
    if (digest_load(&missing) != 0)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "results of another runtime are compared by their SHA-256, for which OpenSSL's "
                    "libcrypto is not there (install libssl3 or openssl-libs)");
    struct digest *digest = digest_open();
    if (digest == NULL)
        return fail(error, ERROR_REFUSED, "results: out of memory");
    digest_add(digest, text, strlen(text));
    digest_close(digest, bytes);
    return 0;
}

/* False where the text is not that of the job's result in the reference; *wanted is what it should
 * be, where that is known. */
static bool is_right(struct runner_visit *visit, size_t job, const char *text,
                     char wanted[TEXT_BYTES])
{
    const struct work *work = visit->cell->work;
    const unsigned char *reference =
        (const unsigned char *)visit->reference + job * work->result_bytes;
    unsigned char digest[COMMAND_DIGEST_BYTES];
    *wanted = '\0';
    if (!work->is_of_runner) {
        work->result_text(reference, wanted, TEXT_BYTES);
        return text_equal(text, wanted);
    }
    if (digest_text(text, digest, &visit->error) == 0)
        return memcmp(reference, digest, sizeof digest) == 0;
    visit->status =
        status_of(visit->error.kind == ERROR_REFUSED ? RUNNER_REFUSED : RUNNER_UNAVAILABLE);
    return true;
}

static void tell_of_wrong(struct runner_visit *visit, size_t job, const char *text,
                          const char *wanted)
{
    char complaint[400], got[120], should[120];
    const char *baseline = visit->cell->work->is_of_runner ? "the baseline" : "serial";
    text_clipped(got, sizeof got, text, 60);
    text_clipped(should, sizeof should, wanted, 60);
    snprintf(complaint, sizeof complaint, "the result of job %zu differs from %s's: it is %s%s%s",
             job, baseline, got, *should != '\0' ? ", not " : "", should);
    stop_visit(visit, STATUS_WRONG, complaint);
}

/* Compares the results of the last map with the reference. */
static void verify(struct runner_visit *visit)
{
    char wanted[TEXT_BYTES];
    json_t *results =
        visit->status == STATUS_OK
            ? runner_verify(visit->launched.runner, visit->cell->key.jobs, &visit->error)
            : NULL;
    if (!is_good(visit, results != NULL ? 0 : -1))
        return;
    for (size_t i = 0; visit->status == STATUS_OK && i < json_array_size(results); i++) {
        const char *text = json_string_value(json_array_get(results, i));
        if (!is_right(visit, i, text, wanted))
            tell_of_wrong(visit, i, text, wanted);
    }
    json_decref(results);
}

/* ------------------------------------------------------------------------------- maps */

static bool map(struct runner_visit *visit, uint64_t maps, bool who, struct runner_maps *took)
{
    *took = (struct runner_maps){NAN, NAN, NAN, NAN, NAN};
    return visit->status == STATUS_OK &&
           is_good(visit, runner_map(visit->launched.runner, maps, who, took, &visit->error));
}

/* Looks at a clock that an answer has made suspect, beside what is timed. */
static void check_clock(struct runner_visit *visit, double map_ns)
{
    if (visit->status == STATUS_OK)
        is_good(visit, runner_check_clock(visit->launched.runner, map_ns, &visit->error));
}

static double share_of_workers(const struct runner_visit *visit, const struct runner_maps *took)
{
    return fmin(1, took->workers / (double)visit->cell->key.workers);
}

/* A worker's time for one job, about. */
static bool has_short_jobs(const struct runner_visit *visit, double map_ns)
{
    double at_once = fmin((double)visit->cell->key.workers, (double)visit->cell->key.jobs);
    return map_ns * at_once < SHORT_JOB_NS * (double)visit->cell->key.jobs;
}

/* Which workers take part where telling that would show in the time: in a map that is not timed. */
static double find_participation(struct runner_visit *visit, double map_ns)
{
    struct runner_maps took;
    if (!has_short_jobs(visit, map_ns) || !map(visit, 1, true, &took))
        return NAN;
    return share_of_workers(visit, &took);
}

/* CPU time alone is known of a runner. */
static void note_usage(struct reading *reading, const struct runner_maps *took)
{
    if (isnan(took->user_ns) || isnan(took->sys_ns)) {
        reading->usage_unknown = USAGE_IS_UNKNOWN;
        return;
    }
    reading->used.user_ns += (uint64_t)took->user_ns;
    reading->used.sys_ns += (uint64_t)took->sys_ns;
    if (reading->usage_unknown == 0)
        reading->usage_unknown = USAGE_IS_TIME_ALONE;
}

static void read_cold(struct runner_visit *visit, struct reading *reading)
{
    struct runner_maps took;
    end_stage(visit, STAGE_READY);
    if (!open_strategy(visit, &reading->open_ns))
        return;
    end_stage(visit, STAGE_OPEN);
    reading->cold = 1;
    reading->maps = 1;
    reading->participation = NAN;
    if (!map(visit, 1, false, &took))
        return;
    end_stage(visit, STAGE_MAP);
    double map_ns = (double)runner_took_ns(visit->launched.runner);
    reading->ns_per_map = fmax(took.ns, LEAST_MAP_NS);
    reading->first_result_ns = took.first_result_ns;
    note_usage(reading, &took);
    verify(visit);
    check_clock(visit, map_ns);
    reading->participation = find_participation(visit, took.ns);
    end_stage(visit, STAGE_VERIFY);
}

/* Maps until they took long enough; the time of one in the last of them. */
static double warm_up(struct runner_visit *visit, double map_ns)
{
    double passed_ns = 0;
    struct runner_maps took;
    for (int i = 0; i < WARM_UP_STEPS && passed_ns < (double)WARM_UP_NS; i++) {
        double wanted = (double)WARM_UP_NS / 4 / fmax(map_ns, 1);
        uint64_t maps = i == 0 || wanted < 1 ? 1 : (uint64_t)wanted;
        if (!map(visit, maps, false, &took))
            break;
        passed_ns += took.ns;
        map_ns = fmax(took.ns / (double)maps, LEAST_MAP_NS);
    }
    end_stage(visit, STAGE_WARM_UP);
    return map_ns;
}

static bool idle(struct runner_visit *visit)
{
    uint64_t idle_ns = visit->cell->key.idle_ns;
    int awake = idle_ns > 0 ? clock_sleep_ns(idle_ns) : 0;
    if (awake == 0)
        return true;
    visit->status = STATUS_REFUSED;
    fail_errno(&visit->error, awake, "--idle: clock_nanosleep");
    return false;
}

static void read_warm(struct runner_visit *visit, uint64_t maps, double map_ns,
                      struct reading *reading)
{
    struct runner_maps took;
    bool is_short = has_short_jobs(visit, map_ns);
    if (!idle(visit))
        return;
    end_stage(visit, visit->cell->key.idle_ns > 0 ? STAGE_IDLE : STAGE_VERIFY);
    reading->maps = maps;
    if (!map(visit, maps, !is_short, &took))
        return;
    end_stage(visit, STAGE_MAP);
    double taken_ns = (double)runner_took_ns(visit->launched.runner) / (double)maps;
    reading->ns_per_map = fmax(took.ns / (double)maps, LEAST_MAP_NS);
    reading->first_result_ns = took.first_result_ns;
    reading->participation = is_short ? (double)NAN : share_of_workers(visit, &took);
    note_usage(reading, &took);
    verify(visit);
    check_clock(visit, taken_ns);
}

/* The readings on the open strategy; returns how many there are. */
static uint32_t read_all_warm(struct runner_visit *visit, double map_ns, struct reading readings[])
{
    bool many = map_ns < (double)READING_NS && visit->cell->key.idle_ns == 0;
    uint64_t maps = many ? (uint64_t)ceil((double)READING_NS / fmax(map_ns, LEAST_MAP_NS)) : 1;
    uint32_t wanted = map_ns < SLOW_MAP_NS   ? WARM_READINGS
                      : map_ns < LONG_MAP_NS ? WARM_READINGS_OF_SLOW_MAPS
                                             : 1;
    double share = find_participation(visit, map_ns);
    uint32_t count = 0;
    for (; count < wanted && visit->status == STATUS_OK; count++) {
        readings[count].reading = count;
        readings[count].open_ns = readings[count].close_ns = NAN;
        read_warm(visit, maps, map_ns, &readings[count]);
        if (isnan(readings[count].participation))
            readings[count].participation = share;
        end_stage(visit, STAGE_VERIFY);
    }
    return count;
}

static uint32_t read_all(struct runner_visit *visit, struct reading readings[READINGS_MOST])
{
    read_cold(visit, &readings[0]);
    if (visit->status != STATUS_OK)
        return 1;
    double map_ns = warm_up(visit, readings[0].ns_per_map);
    return visit->status == STATUS_OK ? 1 + read_all_warm(visit, map_ns, &readings[1]) : 1;
}

/* ------------------------------------------------------------------------------- the end */

static void close_strategy(struct runner_visit *visit, struct reading *cold)
{
    struct runner_maps took;
    if (!visit->open || visit->status != STATUS_OK ||
        !is_good(visit, runner_close(visit->launched.runner, &took, &visit->error)))
        return;
    cold->close_ns = took.ns;
    cold->ns_per_map += cold->open_ns + cold->close_ns;
    note_usage(cold, &took);
    end_stage(visit, STAGE_CLOSE);
}

/* What is worth knowing of a visit that went well. */
static void tell_of_remarks(struct runner_visit *visit, struct reading *reading)
{
    char printed[200], took[32];
    uint64_t bytes = runner_printed(visit->launched.runner, printed, sizeof printed);
    size_t room = sizeof reading->detail;
    if (visit->import_ns > LONG_IMPORT_NS) {
        text_duration(took, sizeof took, visit->import_ns);
        snprintf(reading->detail, room, "the module took %s to import, before anything was timed",
                 took);
    }
    size_t used = strlen(reading->detail);
    if (bytes > 0)
        snprintf(reading->detail + used, room - used, "%sjobs printed %llu byte%s, untold: %s",
                 used > 0 ? "; " : "", (unsigned long long)bytes, text_plural(bytes), printed);
}

static void report_trouble(const struct runner_visit *visit, struct reading *reading)
{
    *reading = reading_without_time(visit->status);
    snprintf(reading->detail, sizeof reading->detail, "%s", visit->error.text);
}

/* Before anything of the runner is timed. */
static void make_ready(struct runner_visit *visit, uint64_t start_ns)
{
    uint64_t bytes;
    const struct cell *cell = visit->cell;
    const char *missing = strategy_unavailable_for(cell->strategy, cell->work);
    if (missing != NULL)
        stop_visit(visit, STATUS_UNAVAILABLE, missing);
    if (visit->status != STATUS_OK || !start_runner(visit, start_ns))
        return;
    if (cell_reference_bytes(cell, &bytes, &visit->error) != 0) {
        visit->status = STATUS_REFUSED;
        return;
    }
    visit->reference =
        bytes > 0 ? mmap(NULL, bytes, PROT_READ, MAP_SHARED, visit->context->reference_fd, 0) : "";
    if (visit->reference == MAP_FAILED) {
        fail_errno(&visit->error, errno, "reference: %llu bytes cannot be mapped",
                   (unsigned long long)bytes);
        visit->status = STATUS_REFUSED;
    }
    if (visit->status == STATUS_OK &&
        background_load_start(&visit->load, (uint32_t)cell->key.neighbours,
                              visit->context->timeout_ns, &visit->error) != 0)
        visit->status = STATUS_REFUSED;
}

static void stop_background_load(struct runner_visit *visit)
{
    struct error vanished = {0};
    if (background_load_stop(&visit->load, &vanished) != 0)
        stop_visit(visit, STATUS_FAILED, vanished.text);
}

static long largest_kib(void)
{
    struct rusage children = {0};
    getrusage(RUSAGE_CHILDREN, &children);
    return children.ru_maxrss;
}

uint32_t runner_cell_measure(const struct cell *cell, const struct cell_context *context,
                             struct reading readings[READINGS_MOST])
{
    struct runner_visit visit = {.cell = cell, .context = context};
    uint64_t start_ns = clock_now_ns();
    uint32_t count = 1;
    char runtime[sizeof readings->runtime] = "";
    visit.clock.since_ns = start_ns;
    memset(readings, 0, READINGS_MOST * sizeof *readings);
    readings[0].open_ns = readings[0].close_ns = NAN;
    double stolen_before = cpus_ticks().stolen;
    double roundtrip_ns = canary_roundtrip_ns(context->canary_cpus[0], context->canary_cpus[1]);
    end_stage(&visit, STAGE_CANARY);
    make_ready(&visit, start_ns);
    if (visit.launched.hello != NULL)
        text_clipped(runtime, sizeof runtime, hello_runtime(visit.launched.hello),
                     sizeof runtime - 1);
    if (visit.status == STATUS_OK)
        count = read_all(&visit, readings);
    close_strategy(&visit, &readings[0]);
    stop_background_load(&visit);
    if (visit.status == STATUS_OK)
        tell_of_remarks(&visit, &readings[0]);
    launched_end(&visit.launched);
    guard_stop(&visit.guard);
    double stolen = cpus_ticks().stolen - stolen_before;
    if (visit.status != STATUS_OK) {
        report_trouble(&visit, &readings[0]);
        count = 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        readings[i].roundtrip_ns = roundtrip_ns;
        readings[i].wake_ns = NAN;
        readings[i].steal_ticks = isfinite(stolen) ? (uint64_t)stolen : CSV_UNKNOWN;
        readings[i].maxrss_kib = (uint64_t)largest_kib();
        snprintf(readings[i].runtime, sizeof readings[i].runtime, "%s", runtime);
    }
    end_stage(&visit, STAGE_END);
    readings[0].stages = visit.clock.spent;
    return count;
}

/* ------------------------------------------------------------------------------- the reference */

static int fill(const struct cell *cell, const struct cell_context *context, const json_t *results,
                struct error *error)
{
    size_t count = json_array_size(results), bytes = count * COMMAND_DIGEST_BYTES;
    if (count == 0)
        return 0;
    if (cell->work->result_bytes != COMMAND_DIGEST_BYTES)
        return fail(error, ERROR_REFUSED, "%s: its results are no digests", cell->work->name);
    unsigned char *reference =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, context->reference_fd, 0);
    int result = 0;
    if (reference == MAP_FAILED)
        return fail_errno(error, errno, "reference: %zu bytes cannot be mapped", bytes);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = digest_text(json_string_value(json_array_get(results, i)),
                             reference + i * COMMAND_DIGEST_BYTES, error);
    munmap(reference, bytes);
    return result;
}

/* A job that gives another result each time cannot be verified. */
static int compare(const json_t *first, const json_t *second, struct error *error)
{
    char once[120], again[120];
    for (size_t i = 0; i < json_array_size(first); i++) {
        const char *a = json_string_value(json_array_get(first, i));
        const char *b = json_string_value(json_array_get(second, i));
        if (text_equal(a, b))
            continue;
        text_clipped(once, sizeof once, a, 60);
        text_clipped(again, sizeof again, b, 60);
        return fail(error, ERROR_CHECK_FAILED,
                    "job %zu gives another result each time (%s, then %s): results cannot be "
                    "compared",
                    i, once, again);
    }
    return 0;
}

static json_t *map_and_verify(struct runner_visit *visit)
{
    struct runner_maps took;
    if (!map(visit, 1, false, &took))
        return NULL;
    return runner_verify(visit->launched.runner, visit->cell->key.jobs, &visit->error);
}

static int take_reference(struct runner_visit *visit)
{
    double ns;
    struct runner_maps took;
    if (!open_strategy(visit, &ns))
        return -1;
    json_t *first = map_and_verify(visit);
    json_t *second = first != NULL ? map_and_verify(visit) : NULL;
    int result = second != NULL ? compare(first, second, &visit->error) : -1;
    if (result == 0)
        result = fill(visit->cell, visit->context, first, &visit->error);
    if (result == 0)
        result = runner_close(visit->launched.runner, &took, &visit->error);
    json_decref(first);
    json_decref(second);
    return result;
}

int runner_cell_prepare(const struct cell *cell, const struct cell_context *context,
                        struct error *error)
{
    struct runner_visit visit = {.cell = cell, .context = context};
    int result = start_runner(&visit, clock_now_ns()) ? take_reference(&visit) : -1;
    launched_end(&visit.launched);
    guard_stop(&visit.guard);
    return result == 0 ? 0 : fail(error, visit.error.kind, "%s", visit.error.text);
}
