#include "strategies/runner/function.h"
#include "bench/base/clock.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/plugin/function_files.h"
#include "bench/plugin/library.h"
#include "bench/process/orphans.h"
#include "bench/runner/requests.h"
#include "strategies/runner/known.h"
#include "strategies/runner/launch.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a module may take to be imported, a job of one size, and those of all sizes. */
#define IMPORT_NS (60 * NS_PER_S)
/* ... and how long a runner that finds sizes, with the import. */
#define SIZES_NS (20 * NS_PER_S)
#define JOB_NS (5 * NS_PER_S)
#define ALL_NS (8 * NS_PER_S)
/* Jobs of one size are repeated for so long. */
#define REPEATED_NS 2e6

/* ------------------------------------------------------------------------------- the harness */

static json_t *ask(const char *kind, const char *reference, const char *python,
                   const char *arguments, struct error *error)
{
    json_t *object = json_pack("{s:o}", "python", json_of_text(python));
    if (arguments != NULL)
        json_object_set_new(object, "arguments", json_of_text(arguments));
    char *how = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_t *told = NULL;
    if (how != NULL)
        told = describe_ask(kind, reference, how, IMPORT_NS + SIZES_NS, error);
    else
        fail(error, ERROR_REFUSED, "%s: out of memory", reference);
    free(how);
    json_decref(object);
    return told;
}

static const char *text_of(const json_t *told, const char *key)
{
    const char *text = json_string_value(json_object_get(told, key));
    return text != NULL ? text : "";
}

/* Names of works stand in files and on command lines. */
static int check_name(const char *path, const char *name, struct error *error)
{
    enum { MOST = 47 };
    char shown[64];
    const char *c = name;
    while (isalnum((unsigned char)*c) || *c == '_' || *c == '.')
        c++;
    if (*name != '\0' && *c == '\0' && c - name <= MOST)
        return 0;
    text_clipped(shown, sizeof shown, name, 40);
    return fail(error, ERROR_USAGE,
                "%s: '%s': a function's name is 1 to %d letters of ASCII, digits or _; give it "
                "another, as in `task = %s`",
                path, shown, MOST, shown);
}

/* What was told of the function that lies there. */
static const struct work *know(const struct function_request *request, const char *path,
                               const json_t *told, struct error *error)
{
    char reference[WORK_REFERENCE_BYTES], identity[FUNCTION_IDENTITY_BYTES];
    const char *name = text_of(told, "name");
    if (check_name(path, name, error) != 0)
        return NULL;
    snprintf(reference, sizeof reference, "%s:%s", path, name);
    if (function_identify(reference, request->arguments, identity, error) != 0)
        return NULL;
    const struct function function = {
        .name = name,
        .summary = text_of(told, "summary"),
        .reference = reference,
        .arguments = request->arguments,
        .identity = identity,
        .lines = (uint64_t)json_integer_value(json_object_get(told, "lines")),
        .import_ns = json_number_value(json_object_get(told, "import_ns")),
    };
    return function_register(&function, error);
}

const struct work *function_know(const struct function_request *request, struct error *error)
{
    struct library_place place;
    char reference[WORK_REFERENCE_BYTES], identity[FUNCTION_IDENTITY_BYTES];
    if (library_place(request->text, request->folder, &place, error) != 0)
        return NULL;
    snprintf(reference, sizeof reference, "%s%s%s", place.path, *place.name != '\0' ? ":" : "",
             place.name);
    if (function_identify(reference, request->arguments, identity, error) != 0)
        return NULL;
    json_t *told = ask(FUNCTION_KIND, reference, request->python, request->arguments, error);
    const struct work *work = told != NULL ? know(request, place.path, told, error) : NULL;
    json_decref(told);
    return work;
}

int function_sizes(const struct work *work, const char *python, struct probed *probed,
                   struct error *error)
{
    json_t *told = ask(FUNCTION_SIZES_KIND, work->reference, python, NULL, error);
    probe_take(json_object_get(told, "times"), probed);
    json_decref(told);
    return told != NULL ? 0 : -1;
}

bool function_lacks(const char *python, const struct strategy_ops *strategy)
{
    struct error untold = {0};
    struct runner_strategy told;
    const json_t *hello = python_hello(python, &untold);
    return hello != NULL && hello_find(hello, strategy->name, &told) && told.missing != NULL;
}

/* ------------------------------------------------------------------------------- the child */

/* A runner that is asked about a function. */
struct asked {
    const char *python, *reference, *arguments;
    struct launched launched;
};

static struct asked read_how(const char *reference, const json_t *how)
{
    return (struct asked){
        .python = json_string_value(json_object_get(how, "python")),
        .reference = reference,
        .arguments = json_string_value(json_object_get(how, "arguments")),
        .launched = {.folder = {.fd = -1}},
    };
}

/* What a runner says of a function mostly begins with the name of its file. */
static int blame(const struct asked *asked, const struct error *why, struct error *error)
{
    const char *slash = strrchr(asked->reference, '/');
    const char *file = slash != NULL ? slash + 1 : asked->reference;
    bool is_named = strncmp(why->text, file, strcspn(file, ":")) == 0;
    return fail(error, ERROR_USAGE, "%s%s%s", is_named ? "" : asked->reference,
                is_named ? "" : ": ", why->text);
}

/* Tells a runner that has said hello of the function. Its answer, or NULL. */
static json_t *prepare(struct asked *asked, uint64_t size, struct error *error)
{
    json_t *request = json_pack("{s:s, s:I, s:i, s:i, s:i, s:i, s:o}", "do", "prepare", "size",
                                (json_int_t)size, "jobs", 1, "seed", 1, "payload_in", 0,
                                "payload_out", 0, "reference", json_of_text(asked->reference));
    if (asked->arguments != NULL)
        json_object_set_new(request, "arguments", json_of_text(asked->arguments));
    return runner_ask(asked->launched.runner, "prepare", request, false, error);
}

static json_t *begin(struct asked *asked, uint64_t size, uint64_t most_ns, struct error *error)
{
    if (asked->python == NULL ||
        launch_python(asked->python, clock_now_ns() + most_ns, &asked->launched, error) != 0)
        return NULL;
    return prepare(asked, size, error);
}

json_t *function_tell(void *none, const char *reference, const char *how, struct error *error)
{
    json_t *read = json_loads(how, 0, NULL);
    struct asked asked = read_how(reference, read);
    struct error why = {0};
    (void)none;
    orphans_take();
    json_t *told = begin(&asked, 1, IMPORT_NS, &why);
    if (told == NULL)
        blame(&asked, &why, error);
    launched_end(&asked.launched);
    orphans_end_all();
    json_decref(read);
    return told;
}

/* The time of one job of that size; what a module does once, at the first, does not count. */
static int time_job(struct runner *runner, double *ns, struct error *error)
{
    const struct runner_opening serial = {
        .strategy = "py-serial", .start_method = "", .results = "", .workers = 1, .cpus = 1};
    struct runner_maps took;
    double open_ns;
    if (runner_open(runner, &serial, &open_ns, error) != 0 ||
        runner_map(runner, 1, false, &took, error) != 0)
        return -1;
    uint64_t maps = took.ns < REPEATED_NS ? (uint64_t)(REPEATED_NS / fmax(took.ns, 1e3)) : 1;
    bool again = took.ns < (double)JOB_NS / 4;
    if (again && runner_map(runner, maps, false, &took, error) != 0)
        return -1;
    *ns = took.ns / (double)(again ? maps : 1);
    return runner_close(runner, &took, error);
}

/* NaN where jobs of that size fail; the runner has ended then. */
static double time_size(struct asked *asked, uint64_t size, struct error *error)
{
    double ns = NAN;
    bool runs = asked->launched.runner != NULL;
    json_t *told = runs ? prepare(asked, size, error) : begin(asked, size, SIZES_NS, error);
    if (told == NULL || time_job(asked->launched.runner, &ns, error) != 0) {
        ns = NAN;
        launched_end(&asked->launched);
    }
    json_decref(told);
    return ns;
}

/* Sizes that fail before one has gone well are passed over; behind it they are the end. */
static json_t *find_times(struct asked *asked, struct error *error)
{
    enum { MOST_FAILURES = 3, LARGEST_POWER = 15 };
    static const unsigned digits[] = {1, 2, 5};
    json_t *times = json_array();
    uint64_t start = clock_now_ns(), power = 1;
    int failures = 0;
    double ns = NAN;
    for (int i = 0; i < 3 * LARGEST_POWER && failures < MOST_FAILURES; i++) {
        uint64_t size = digits[i % 3] * power;
        power *= i % 3 == 2 ? 10 : 1;
        ns = time_size(asked, size, error);
        if (isfinite(ns))
            json_array_append_new(times, json_pack("[I, f]", (json_int_t)size, ns));
        else
            failures += json_array_size(times) > 0 ? MOST_FAILURES : 1;
        if (ns >= PROBE_LONG_NS || clock_now_ns() - start > ALL_NS)
            break;
    }
    return times;
}

json_t *function_tell_sizes(void *none, const char *reference, const char *how, struct error *error)
{
    json_t *read = json_loads(how, 0, NULL);
    struct asked asked = read_how(reference, read);
    struct error why = {0};
    (void)none;
    orphans_take();
    json_t *times = find_times(&asked, &why), *told = NULL;
    if (json_array_size(times) > 0)
        told = json_pack("{s:O}", "times", times);
    else
        blame(&asked, &why, error);
    launched_end(&asked.launched);
    orphans_end_all();
    json_decref(times);
    json_decref(read);
    return told;
}
