#include "bench/base/clock.h"
#include "bench/base/input.h"
#include "bench/base/json.h"
#include "bench/base/pages.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/data/host_json.h"
#include "bench/machine/topology.h"
#include "build_facts.h" /* BUILD_VERSION, BUILD_COMMIT, BUILD_FLAGS; made by the Makefile */

#include <dlfcn.h>
#include <hwloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* A run of a century; its ns fit into 64 bits, and the sum of all stages too. */
#define MOST_SECONDS 3e8

static json_t *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? json_of_text(text) : json_null();
}

static json_t *number_or_null(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* ------------------------------------------------------------------------------- the machine */

static json_t *describe_caches(hwloc_topology_t topology)
{
    static const hwloc_obj_type_t types[] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE,
                                             HWLOC_OBJ_L3CACHE};
    json_t *caches = json_array();
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        hwloc_obj_t cache = hwloc_get_obj_by_type(topology, types[i], 0);
        if (cache != NULL)
            json_array_append_new(caches,
                                  json_pack("{s:i, s:I, s:i, s:i}", "level", (int)i + 1, "bytes",
                                            (json_int_t)cache->attr->cache.size, "count",
                                            hwloc_get_nbobjs_by_type(topology, types[i]),
                                            "shared_by", hwloc_bitmap_weight(cache->cpuset)));
    }
    return caches;
}

static json_t *describe_cpus(hwloc_topology_t topology, const struct cpus *cpus)
{
    int threads = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
    int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    const char *model = package != NULL ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    struct utsname system;
    uname(&system);
    return json_pack(
        "{s:i, s:i, s:i, s:o, s:i, s:o, s:i, s:o, s:s, s:o}", "usable", (int)cpus->usable, "online",
        (int)cpus->online, "affinity", (int)cpus->affinity, "quota", number_or_null(cpus->quota),
        "cores", cores, "threads_per_core",
        cores > 0 ? json_integer((threads + cores - 1) / cores) : json_null(), "numa_nodes",
        hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE), "model", text_or_null(model),
        "architecture", system.machine, "caches", describe_caches(topology));
}

/* ------------------------------------------------------------------------------- the build */

static const char *openmp_runtime(void)
{
#ifdef _OPENMP
    /* LLVM's runtime answers to libgomp's names too; its own tell it apart. */
    return dlsym(RTLD_DEFAULT, "__kmpc_fork_call") != NULL ? "libomp" : "libgomp";
#else
    return "";
#endif
}

static void describe_allocator(char *text, size_t bytes)
{
    static const char *const known[][2] = {
        {"mallctl", "jemalloc"}, {"tc_version", "tcmalloc"}, {"mi_version", "mimalloc"}};
#ifdef __GLIBC__
    snprintf(text, bytes, "glibc %s", gnu_get_libc_version());
#else
    snprintf(text, bytes, "the C library's");
#endif
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (dlsym(RTLD_DEFAULT, known[i][0]) != NULL)
            snprintf(text, bytes, "%s", known[i][1]);
}

static const char *compiler(void)
{
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

void host_read_build(struct build_facts *build)
{
    *build = (struct build_facts){
        .version = BUILD_VERSION,
        .commit = BUILD_COMMIT,
        .compiler = compiler(),
        .flags = BUILD_FLAGS,
        .openmp = openmp_runtime(),
    };
    describe_allocator(build->allocator, sizeof build->allocator);
}

void host_build(char *text, unsigned long bytes)
{
    snprintf(text, bytes, "breakeven %s (%s), %s, %s, OpenMP runtime %s", BUILD_VERSION,
             BUILD_COMMIT, compiler(), BUILD_FLAGS, openmp_runtime());
}

static json_t *describe_build(void)
{
    struct build_facts build;
    host_read_build(&build);
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s}", "version", build.version, "commit",
                     build.commit, "compiler", build.compiler, "flags", build.flags,
                     "openmp_runtime", text_or_null(build.openmp), "allocator", build.allocator);
}

/* ------------------------------------------------------------------------------- the conditions */

static json_t *describe_environment(char *const environment[])
{
    json_t *variables = json_object();
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        const char *equals = strchr(environment[i], '=');
        if (equals == NULL || !conditions_variable_matters(environment[i]))
            continue;
        char *name = strndup(environment[i], (size_t)(equals - environment[i]));
        char shown[256];
        text_printable(shown, sizeof shown, name != NULL ? name : "");
        json_object_set_new(variables, shown, json_of_text(equals + 1));
        free(name);
    }
    return variables;
}

/* What has no place of its own in host.json. */
static json_t *describe_conditions(const struct conditions *now)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "smt",
                     now->smt > 0 ? json_integer(now->smt) : json_null(), "cores_used",
                     now->cores > 0 ? json_integer(now->cores) : json_null(), "turbo",
                     now->turbo >= 0 ? json_boolean(now->turbo) : json_null(), "thp",
                     text_or_null(now->huge_pages), "aslr",
                     now->aslr >= 0 ? json_integer(now->aslr) : json_null(), "layout_fixed",
                     (int)now->layout_fixed, "steal_share", number_or_null(now->steal_share),
                     "throttled_count", number_or_null(now->throttled_count), "throttled_s",
                     number_or_null(now->throttled_s), "environment",
                     describe_environment(now->environment));
}

static json_t *describe_warnings(const struct conditions *now)
{
    struct warnings warnings;
    json_t *texts = json_array();
    conditions_warn(now, &warnings);
    for (size_t i = 0; i < warnings.count; i++)
        json_array_append_new(texts, json_of_text(warnings.texts[i]));
    return texts;
}

static const char *text_of(const json_t *host, const char *key)
{
    const char *text = json_string_value(json_object_get(host, key));
    return text != NULL ? text : "";
}

static void warn_of_slots(const json_t *host, json_t *warnings)
{
    json_int_t slots = json_integer_value(json_object_get(host, "slots")),
               cpus = json_integer_value(json_object_get(host, "cpus"));
    char text[CONDITIONS_WARNING_BYTES];
    if (cpus == 0 || slots <= cpus)
        return;
    snprintf(text, sizeof text,
             "host %.60s has %lld CPU%s for %lld slots, so that ranks take turns there; --hosts "
             "%.60s:%lld gives each a CPU",
             text_of(host, "name"), (long long)cpus, text_plural((uint64_t)cpus), (long long)slots,
             text_of(host, "name"), (long long)cpus);
    json_array_append_new(warnings, json_of_text(text));
}

static void warn_of_models(const json_t *first, const json_t *other, json_t *warnings)
{
    char text[CONDITIONS_WARNING_BYTES];
    snprintf(text, sizeof text,
             "the hosts have different CPUs (%.60s: %.60s; %.60s: %.60s), and serial's times are "
             "this machine's; compare hosts of one kind",
             text_of(first, "name"), text_of(first, "model"), text_of(other, "name"),
             text_of(other, "model"));
    json_array_append_new(warnings, json_of_text(text));
}

/* Of each kind the first one that is found. */
static void warn_of_hosts(const json_t *hosts, json_t *warnings)
{
    const json_t *first = json_array_get(hosts, 0);
    size_t before = json_array_size(warnings);
    for (size_t i = 0; i < json_array_size(hosts) && json_array_size(warnings) == before; i++)
        warn_of_slots(json_array_get(hosts, i), warnings);
    for (size_t i = 1; i < json_array_size(hosts); i++) {
        const json_t *other = json_array_get(hosts, i);
        if (text_equal(text_of(first, "model"), text_of(other, "model")))
            continue;
        warn_of_models(first, other, warnings);
        break;
    }
}

/* ------------------------------------------------------------------------------- writing */

static json_t *make_texts(const char *const texts[])
{
    json_t *made = json_array();
    for (size_t i = 0; texts[i] != NULL; i++)
        json_array_append_new(made, json_of_text(texts[i]));
    return made;
}

static json_t *describe_settings(const struct asked *asked)
{
    if (asked == NULL)
        return json_null();
    json_t *settings = json_object();
    for (size_t i = 0; i < asked->count; i++)
        json_object_set_new(settings, asked->settings[i].name,
                            json_of_text(asked->settings[i].text));
    return settings;
}

/* The topology as it was when it was first asked for, so that what is written at the end of a run
 * agrees with the CPUs that it was begun with. NULL where there is none. */
static hwloc_topology_t machine(void)
{
    static hwloc_topology_t topology;
    struct affinity known;
    if (topology != NULL || affinity_read(&known) != 0 || hwloc_topology_init(&topology) != 0)
        return topology; /* without a mask hwloc would ask again and again */
    if (topology_load(topology) != 0) {
        hwloc_topology_destroy(topology);
        topology = NULL;
    }
    return topology;
}

/* How the host was, by the visits' round trips of a cache line. */
static json_t *describe_modes(const struct modes *modes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < modes->count; i++)
        json_array_append_new(list,
                              json_pack("{s:f, s:f}", "roundtrip_ns", modes->modes[i].roundtrip_ns,
                                        "share", modes->modes[i].share));
    return list;
}

/* In seconds; null before anything was told. */
static json_t *describe_stages(const struct stages *stages)
{
    if (stages_total_ns(stages) == 0)
        return json_null();
    json_t *times = json_object();
    for (int i = 0; i < STAGE_COUNT; i++)
        json_object_set_new(times, stage_names[i], json_real((double)stages->ns[i] / 1e9));
    return times;
}

/* null where all are built in. */
static json_t *describe_works(const struct host_run *run)
{
    if (run->work_count == 0)
        return json_null();
    json_t *works = json_array();
    for (size_t i = 0; i < run->work_count; i++) {
        const struct host_work *work = &run->works[i];
        json_t *told =
            json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_of_text(work->name), "unit",
                      json_of_text(work->unit), "summary", json_of_text(work->summary), "path",
                      json_of_text(work->path), "spawn_ns", number_or_null(work->spawn_ns),
                      "dynamic_ns", number_or_null(work->dynamic_ns));
        if (isfinite(work->import_ns))
            json_object_set_new(told, "import_ns", json_real(work->import_ns));
        json_array_append_new(works, told);
    }
    return works;
}

static json_t *describe_run(const struct host_run *run)
{
    return json_pack(
        "{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "suite",
        text_or_null(run->suite), "title", text_or_null(run->title), "command_line",
        make_texts(run->command_line), "seed", (json_int_t)run->seed, "runtimes",
        make_texts(run->runtimes), "base", text_or_null(run->base), "new", text_or_null(run->new),
        "works", describe_works(run), "modes", describe_modes(&run->modes), "samples",
        run->samples > 0 ? json_integer((json_int_t)run->samples) : json_null(), "elapsed_s",
        number_or_null(run->elapsed_s), "wall_s",
        run->wall_ns > 0 ? json_real((double)run->wall_ns / 1e9) : json_null(), "stages_s",
        describe_stages(&run->stages), "settings", describe_settings(run->asked));
}

/* null where all are built in. */
static json_t *describe_strategies(const struct host_run *run)
{
    if (run->strategy_count == 0)
        return json_null();
    json_t *strategies = json_array();
    for (size_t i = 0; i < run->strategy_count; i++) {
        const struct host_strategy *strategy = &run->strategies[i];
        json_array_append_new(strategies,
                              json_pack("{s:o, s:o, s:o}", "name", json_of_text(strategy->name),
                                        "summary", json_of_text(strategy->summary), "path",
                                        json_of_text(strategy->path)));
    }
    return strategies;
}

/* What the first jobs returned, where any of it is known. */
static void describe_firsts(const struct host_run *run, json_t *out)
{
    json_t *firsts = run->first_count > 0 ? json_array() : NULL;
    for (size_t i = 0; firsts != NULL && i < run->first_count; i++) {
        const struct host_first *first = &run->firsts[i];
        json_array_append_new(
            firsts, json_pack("{s:o, s:I, s:o}", "work", json_of_text(first->work), "size",
                              (json_int_t)first->size, "result", json_of_text(first->text)));
    }
    if (firsts != NULL)
        json_object_set_new(out, "first_results", firsts);
}

json_t *host_describe(const struct host_run *run)
{
    const struct conditions *now = run->conditions;
    char started[32], kernel[300];
    struct utsname system;
    struct tm utc;
    hwloc_topology_t topology = machine();
    if (topology == NULL)
        return NULL;
    strftime(started, sizeof started, "%Y-%m-%d %H:%M UTC", gmtime_r(&now->started_at, &utc));
    uname(&system);
    snprintf(kernel, sizeof kernel, "%s %s", system.sysname, system.release);
    json_t *host = json_pack(
        "{s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "started",
        started, "run", describe_run(run), "build", describe_build(), "cpus",
        describe_cpus(topology, &now->cpus), "memory_bytes",
        (json_int_t)(sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)), "page_bytes",
        (json_int_t)pages_small_bytes(), "huge_page_bytes", (json_int_t)pages_huge_bytes(),
        "governor", text_or_null(now->governor), "kernel", kernel, "hypervisor",
        text_or_null(now->hypervisor), "load_average", number_or_null(now->load_average),
        "clock_step_ns", number_or_null(clock_step_ns()), "conditions", describe_conditions(now),
        "warnings", describe_warnings(now));
    json_object_set_new(json_object_get(host, "run"), "strategies", describe_strategies(run));
    describe_firsts(run, json_object_get(host, "run"));
    json_object_set_new(json_object_get(host, "run"), "runners",
                        run->runners != NULL ? json_deep_copy(run->runners) : json_null());
    if (run->hosts != NULL) {
        json_object_set_new(host, "hosts", json_deep_copy(run->hosts));
        warn_of_hosts(run->hosts, json_object_get(host, "warnings"));
    }
    return host;
}

int host_write(const char *path, const struct host_run *run, struct error *error)
{
    json_t *host = host_describe(run);
    char *text =
        host != NULL
            ? json_dumps(host, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9))
            : NULL;
    int result = text != NULL
                     ? whole_write(path, text, strlen(text), error)
                     : fail(error, ERROR_REFUSED, "%s: the machine cannot be described", path);
    json_decref(host);
    free(text);
    return result;
}

/* ------------------------------------------------------------------------------- reading */

/* What is missing or null is not known; what is there must be what is written there. */
static bool is_known(const json_t *value)
{
    return value != NULL && !json_is_null(value);
}

static const json_t *object_of(const char *path, const json_t *root, const char *key,
                               struct error *error)
{
    const json_t *object = json_object_get(root, key);
    if (is_known(object) && !json_is_object(object))
        fail(error, ERROR_USAGE, "%s:1: %s is not an object", path, key);
    return object;
}

static void copy_text(const char *path, const json_t *object, const char *key, char *text,
                      size_t bytes, struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (is_known(value) && !json_is_string(value))
        fail(error, ERROR_USAGE, "%s:1: %s is not a text", path, key);
    text_printable(text, bytes, json_is_string(value) ? json_string_value(value) : "");
}

/* NaN where it is not known. */
static double number_of(const char *path, const json_t *object, const char *key,
                        struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!is_known(value))
        return NAN;
    if (!json_is_number(value))
        fail(error, ERROR_USAGE, "%s:1: %s is not a number", path, key);
    return json_number_value(value);
}

/* A whole number of at least `least`; `usual` where it is not known. */
static json_int_t count_of(const char *path, const json_t *object, const char *key,
                           json_int_t least, json_int_t usual, struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!is_known(value))
        return usual;
    if (!json_is_integer(value) || json_integer_value(value) < least)
        fail(error, ERROR_USAGE, "%s:1: %s is not a whole number of %d or more", path, key,
             (int)least);
    return json_integer_value(value);
}

/* Seconds in ns; 0 where they are not known. */
static uint64_t duration_of(const char *path, const json_t *object, const char *key,
                            struct error *error)
{
    double seconds = number_of(path, object, key, error);
    if (isnan(seconds))
        return 0;
    if (seconds < 0 || seconds > MOST_SECONDS) {
        fail(error, ERROR_USAGE, "%s:1: %s is not a number of seconds from 0 to %.0f", path, key,
             MOST_SECONDS);
        return 0;
    }
    return (uint64_t)(seconds * 1e9 + 0.5);
}

static void copy_stages(const char *path, const json_t *run, struct host *host, struct error *error)
{
    const json_t *times = object_of(path, run, "stages_s", error);
    for (int i = 0; i < STAGE_COUNT; i++)
        host->stages.ns[i] = duration_of(path, times, stage_names[i], error);
    host->wall_ns = duration_of(path, run, "wall_s", error);
}

static void copy_warnings(const json_t *root, struct warnings *warnings)
{
    const json_t *texts = json_object_get(root, "warnings");
    for (size_t i = 0; i < json_array_size(texts); i++) {
        const char *text = json_string_value(json_array_get(texts, i));
        if (text != NULL && warnings->count < CONDITIONS_MOST_WARNINGS)
            text_printable(warnings->texts[warnings->count++], CONDITIONS_WARNING_BYTES, text);
    }
}

static void copy_works(const char *path, const json_t *run, struct host *host, struct error *error)
{
    const json_t *works = json_object_get(run, "works");
    if (is_known(works) && !json_is_array(works))
        fail(error, ERROR_USAGE, "%s:1: works is not a list", path);
    for (size_t i = 0; i < json_array_size(works) && i < HOST_MOST_WORKS; i++) {
        const json_t *told = json_array_get(works, i);
        struct host_work *work = &host->works[host->work_count++];
        copy_text(path, told, "name", work->name, sizeof work->name, error);
        copy_text(path, told, "unit", work->unit, sizeof work->unit, error);
        copy_text(path, told, "summary", work->summary, sizeof work->summary, error);
        copy_text(path, told, "path", work->path, sizeof work->path, error);
        work->spawn_ns = number_of(path, told, "spawn_ns", error);
        work->dynamic_ns = number_of(path, told, "dynamic_ns", error);
        work->import_ns = number_of(path, told, "import_ns", error);
    }
}

/* What a runner has not told is left empty: it may tell of itself what it likes. */
static void copy_told(const json_t *told, const char *key, char *text, size_t bytes)
{
    const char *said = json_string_value(json_object_get(told, key));
    text_printable(text, bytes, said != NULL ? said : "");
}

static void copy_runners(const json_t *run, struct host *host)
{
    const json_t *runners = json_object_get(run, "runners");
    for (size_t i = 0; i < json_array_size(runners) && i < HOST_MOST_RUNNERS; i++) {
        const json_t *told = json_array_get(runners, i);
        struct host_runner *runner = &host->runners[host->runner_count++];
        copy_told(told, "program", runner->program, sizeof runner->program);
        copy_told(told, "runtime", runner->runtime, sizeof runner->runtime);
        copy_told(json_object_get(told, "facts"), "gil", runner->gil, sizeof runner->gil);
    }
}

const struct host_runner *host_find_runner(const struct host *host, const char *program)
{
    for (size_t i = 0; i < host->runner_count; i++)
        if (text_equal(host->runners[i].program, program))
            return &host->runners[i];
    return NULL;
}

const struct host_work *host_find_work(const struct host *host, const char *name)
{
    for (size_t i = 0; i < host->work_count; i++)
        if (text_equal(host->works[i].name, name))
            return &host->works[i];
    return NULL;
}

static void copy_firsts(const char *path, const json_t *run, struct host *host, struct error *error)
{
    const json_t *firsts = json_object_get(run, "first_results");
    for (size_t i = 0; i < json_array_size(firsts) && i < HOST_MOST_FIRSTS; i++) {
        const json_t *told = json_array_get(firsts, i);
        struct host_first *first = &host->firsts[host->first_count++];
        copy_text(path, told, "work", first->work, sizeof first->work, error);
        copy_text(path, told, "result", first->text, sizeof first->text, error);
        first->size = (uint64_t)json_integer_value(json_object_get(told, "size"));
    }
}

static void copy_strategies(const char *path, const json_t *run, struct host *host,
                            struct error *error)
{
    const json_t *strategies = json_object_get(run, "strategies");
    if (is_known(strategies) && !json_is_array(strategies))
        fail(error, ERROR_USAGE, "%s:1: strategies is not a list", path);
    for (size_t i = 0; i < json_array_size(strategies) && i < HOST_MOST_STRATEGIES; i++) {
        const json_t *told = json_array_get(strategies, i);
        struct host_strategy *strategy = &host->strategies[host->strategy_count++];
        copy_text(path, told, "name", strategy->name, sizeof strategy->name, error);
        copy_text(path, told, "summary", strategy->summary, sizeof strategy->summary, error);
        copy_text(path, told, "path", strategy->path, sizeof strategy->path, error);
    }
}

static void copy_host(const char *path, const json_t *root, struct host *host, struct error *error)
{
    const json_t *cpus = object_of(path, root, "cpus", error);
    const json_t *run = object_of(path, root, "run", error);
    const json_t *build = object_of(path, root, "build", error);
    json_int_t usable = json_integer_value(json_object_get(cpus, "usable"));
    host->cpus_usable = usable > 0 && usable < INT32_MAX ? (uint32_t)usable : 0;
    host->affinity = (uint32_t)count_of(path, cpus, "affinity", 0, 0, error);
    host->quota = number_of(path, cpus, "quota", error);
    host->cores = (uint32_t)count_of(path, object_of(path, root, "conditions", error), "cores_used",
                                     0, 0, error);
    host->page_bytes = (double)count_of(path, root, "page_bytes", 1, 4096, error);
    host->huge_page_bytes = (double)count_of(path, root, "huge_page_bytes", 1, 2 << 20, error);
    host->seed = (uint64_t)count_of(path, run, "seed", 0, 0, error);
    host->samples = (uint64_t)count_of(path, run, "samples", 0, 0, error);
    copy_text(path, cpus, "model", host->model, sizeof host->model, error);
    copy_text(path, cpus, "architecture", host->architecture, sizeof host->architecture, error);
    copy_text(path, root, "kernel", host->kernel, sizeof host->kernel, error);
    copy_text(path, root, "hypervisor", host->hypervisor, sizeof host->hypervisor, error);
    copy_text(path, root, "started", host->started, sizeof host->started, error);
    copy_text(path, run, "suite", host->suite, sizeof host->suite, error);
    copy_text(path, run, "title", host->title, sizeof host->title, error);
    copy_text(path, run, "base", host->base, sizeof host->base, error);
    copy_text(path, run, "new", host->new, sizeof host->new, error);
    copy_text(path, build, "commit", host->commit, sizeof host->commit, error);
    copy_text(path, root, "governor", host->governor, sizeof host->governor, error);
    host->load_average = number_of(path, root, "load_average", error);
    copy_stages(path, run, host, error);
    copy_works(path, run, host, error);
    copy_runners(run, host);
    copy_strategies(path, run, host, error);
    copy_firsts(path, run, host, error);
    copy_warnings(root, &host->warnings);
    if (host->cpus_usable == 0)
        fail(error, ERROR_USAGE, "%s:1: cpus.usable is missing or not a count", path);
}

/* The title of a run of a command or of works alone begins with their name. */
void host_describe_suite(const struct host *host, bool briefly, char *text, size_t bytes)
{
    bool alone = strncmp(host->title, host->suite, strlen(host->suite)) == 0;
    if (briefly)
        snprintf(text, bytes, "%s%s", alone ? "" : "suite ", host->suite);
    else if (alone)
        snprintf(text, bytes, "%s", host->title);
    else
        snprintf(text, bytes, "suite %s%s%s", host->suite, *host->title ? ": " : "", host->title);
}

/* Jansson reads a file of any size into memory, and a NUL is its end to it, whatever follows. */
static int check_characters(const char *path, FILE *file, struct error *error)
{
    size_t bytes = 0;
    int line = 1;
    for (int character; (character = getc(file)) != EOF; line += character == '\n') {
        if (character == '\0')
            return fail(error, ERROR_USAGE, "%s:%d: a NUL character", path, line);
        if (++bytes > HOST_MOST_BYTES)
            return fail(error, ERROR_USAGE, "%s:%d: here it is longer than %d MiB, the most", path,
                        line, HOST_MOST_BYTES >> 20);
    }
    if (ferror(file))
        return fail_errno(error, errno, "%s:%d: cannot be read", path, line);
    rewind(file);
    return 0;
}

json_t *host_load(const char *path, struct error *error)
{
    json_error_t problem;
    FILE *file = input_open(path, error);
    if (file == NULL)
        return NULL;
    int result = check_characters(path, file, error);
    json_t *root = result == 0 ? json_loadf(file, JSON_REJECT_DUPLICATES, &problem) : NULL;
    fclose(file);
    if (result == 0 && root == NULL)
        fail(error, ERROR_USAGE, "%s:%d: %s", path, problem.line > 0 ? problem.line : 1,
             problem.text);
    return root;
}

int host_read(const char *path, struct host *host, struct error *error)
{
    json_t *root = host_load(path, error);
    *host = (struct host){0};
    if (root != NULL)
        copy_host(path, root, host, error);
    json_decref(root);
    return error->kind == ERROR_NONE ? 0 : -1;
}

int host_check_samples(const struct host *host, const char *path, size_t samples,
                       struct error *error)
{
    if (host->samples == 0 || samples == host->samples)
        return 0;
    return fail(error, ERROR_USAGE,
                "%s:%zu: the last of %zu rows, where host.json tells of %llu; the run is not whole",
                path, samples + 1, samples, (unsigned long long)host->samples);
}
