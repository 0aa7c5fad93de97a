#include "strategies/runner/known.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/plugin/library.h"
#include "bench/process/orphans.h"
#include "strategies/common/missing.h"
#include "strategies/runner/launch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long a runner may take until it has been asked and has ended. */
#define ASKED_NS (25 * NS_PER_S)

/* ------------------------------------------------------------------------------- the child */

/* launch_runner or launch_python. */
typedef int launch_function(const char *path, uint64_t deadline_ns, struct launched *launched,
                            struct error *error);

/* What it says of itself; it has ended then. */
static json_t *tell(launch_function *launch, const char *path, struct error *error)
{
    struct launched launched;
    orphans_take();
    if (launch(path, 0, &launched, error) != 0)
        return NULL;
    json_t *hello = json_incref(launched.hello);
    launched_end(&launched);
    orphans_end_all();
    return hello;
}

json_t *runner_tell(void *none, const char *path, const char *name, struct error *error)
{
    (void)none;
    (void)name;
    return tell(launch_runner, path, error);
}

json_t *python_tell(void *none, const char *interpreter, const char *name, struct error *error)
{
    (void)none;
    (void)name;
    return tell(launch_python, interpreter, error);
}

/* ------------------------------------------------------------------------------- the file */

static int identify(const char *path, char identity[LIBRARY_IDENTITY_BYTES], struct error *error)
{
    return file_identify(path, "a program", identity, error);
}

/* In a visit: it was there and well when the run began. */
static int check_same(const char *path, const char *identity, struct error *error)
{
    char now[LIBRARY_IDENTITY_BYTES];
    struct error gone = {0};
    if (identify(path, now, &gone) != 0)
        return fail(error, ERROR_REFUSED, "%s (it was there when the run began)", gone.text);
    if (!text_equal(now, identity))
        return fail(error, ERROR_REFUSED, "%s: the runner was replaced while the run goes on",
                    path);
    return 0;
}

/* ------------------------------------------------------------------------------- what is known */

/* A strategy, a work, and all their texts: one piece of memory that is kept for ever. */
struct known_strategy {
    struct strategy_ops ops;
    char name[RUNNER_NAME_BYTES], baseline[RUNNER_NAME_BYTES], summary[160], elsewhere[160];
    char missing[400], path[PATH_MAX], identity[LIBRARY_IDENTITY_BYTES];
    json_t *hello; /* NULL in a visit */
};

struct known_work {
    struct work work;
    char name[WORK_NAME_BYTES], summary[160], unit[48];
    char reference[PATH_MAX + sizeof RUNNER_REFERENCE];
};

unsigned runner_flags(const struct runner_strategy *told)
{
    static const struct {
        unsigned takes, flag;
    } flags[] = {
        {RUNNER_TAKES_CHUNK, STRATEGY_CHUNKS},
        {RUNNER_TAKES_START_METHOD, STRATEGY_STARTS},
        {RUNNER_TAKES_JOBS_PER_WORKER, STRATEGY_RECYCLES},
        {RUNNER_TAKES_RESULTS, STRATEGY_STREAMS},
        {RUNNER_TAKES_IN_FLIGHT, STRATEGY_LIMITS},
    };
    unsigned all = STRATEGY_RUNNER;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if ((told->takes & flags[i].takes) != 0)
            all |= flags[i].flag;
    if ((told->takes & RUNNER_TAKES_WORKERS) == 0)
        all |= STRATEGY_ONE_WORKER;
    return told->shares_memory ? all | STRATEGY_SHARES_MEMORY : all;
}

static struct known_strategy *make_strategy(const struct runner_strategy *told,
                                            const char *baseline, const char *path,
                                            const char *identity)
{
    struct known_strategy *own = calloc(1, sizeof *own);
    if (own == NULL)
        return NULL;
    snprintf(own->name, sizeof own->name, "%s", told->name);
    snprintf(own->baseline, sizeof own->baseline, "%s", baseline);
    text_printable(own->summary, sizeof own->summary, told->summary);
    text_printable(own->elsewhere, sizeof own->elsewhere, told->elsewhere);
    text_printable(own->missing, sizeof own->missing, told->missing != NULL ? told->missing : "");
    snprintf(own->path, sizeof own->path, "%s", path);
    snprintf(own->identity, sizeof own->identity, "%s", identity);
    own->ops = (struct strategy_ops){
        .name = own->name,
        .summary = own->summary,
        .elsewhere = own->elsewhere,
        .flags = runner_flags(told),
        .unit = UNIT_REGION,
        .reference = own->path,
        .identity = own->identity,
        .missing = *own->missing != '\0' ? own->missing : NULL,
        .baseline = own->baseline,
        .open = missing_open,
        .map = missing_map,
        .close = missing_close,
    };
    return own;
}

static int know_strategy(const struct runner_strategy *told, json_t *hello, const char *path,
                         const char *identity, struct error *error)
{
    const struct strategy_ops *known = strategy_find(told->name);
    if (known != NULL && known->identity != NULL && text_equal(known->identity, identity))
        return 0;
    struct known_strategy *own = make_strategy(told, hello_baseline(hello), path, identity);
    if (own == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", path);
    own->hello = json_incref(hello);
    if (strategy_register(&own->ops, error) == 0)
        return 0;
    json_decref(own->hello);
    free(own);
    return -1;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static const struct work *register_work(const char *name, const char *summary, const char *unit,
                                        const char *reference, struct error *error)
{
    enum { SHA256_BYTES = 32 };
    struct known_work *own = calloc(1, sizeof *own);
    if (own == NULL) {
        fail(error, ERROR_REFUSED, "%s: out of memory", name);
        return NULL;
    }
    snprintf(own->name, sizeof own->name, "%s", name);
    text_printable(own->summary, sizeof own->summary, summary);
    text_printable(own->unit, sizeof own->unit, *unit != '\0' ? unit : "unit");
    snprintf(own->reference, sizeof own->reference, "%s", reference);
    own->work = (struct work){
        .name = own->name,
        .summary = own->summary,
        .unit = own->unit,
        .result_bytes = SHA256_BYTES,
        .reference = own->reference,
        .is_of_runner = true,
    };
    const struct work *known = work_register(&own->work, error) == 0 ? work_find(name) : NULL;
    if (known != &own->work)
        free(own);
    return known;
}

/* A work of a name that is known already is that one; results tell whether it is. */
static int know_works(const json_t *hello, const char *path, struct error *error)
{
    const json_t *all = json_object_get(hello, "works");
    char reference[PATH_MAX + sizeof RUNNER_REFERENCE];
    snprintf(reference, sizeof reference, RUNNER_REFERENCE "%s", path);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *told = json_array_get(all, i);
        const char *name = text_of(told, "name");
        if (*name == '\0' || strlen(name) >= WORK_NAME_BYTES ||
            strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") !=
                strlen(name))
            return fail(error, ERROR_USAGE,
                        "%s: it tells of a work whose name is not letters, digits, - and _", path);
        if (work_find(name) == NULL &&
            register_work(name, text_of(told, "summary"), text_of(told, "unit"), reference,
                          error) == NULL)
            return -1;
    }
    return 0;
}

static int know_all(json_t *hello, const char *path, const char *identity, struct error *error)
{
    for (size_t i = 0; i < hello_count(hello); i++) {
        struct runner_strategy told = hello_strategy(hello, i);
        if (know_strategy(&told, hello, path, identity, error) != 0)
            return -1;
    }
    return know_works(hello, path, error);
}

/* A path as users give it. */
static int place_of(const char *text, const char *folder, char path[PATH_MAX], struct error *error)
{
    char working[PATH_MAX] = "";
    bool within = folder != NULL && *text != '/', here = !within && *text != '/';
    bool from_here = here || (within && *folder != '/');
    if (from_here && getcwd(working, sizeof working) == NULL)
        return fail_errno(error, errno, "%.200s: the working directory", text);
    int bytes = snprintf(path, PATH_MAX, "%s%s%s%s%s", working, from_here ? "/" : "",
                         within ? folder : "", within ? "/" : "", text);
    if (bytes < 0 || bytes >= PATH_MAX)
        return fail(error, ERROR_USAGE, "%.200s: the path is too long", text);
    return 0;
}

static int know(const char *path, struct error *error)
{
    char identity[LIBRARY_IDENTITY_BYTES];
    if (identify(path, identity, error) != 0)
        return -1;
    json_t *hello = describe_ask(RUNNER_KIND, path, "", ASKED_NS, error);
    int result = hello != NULL ? know_all(hello, path, identity, error) : -1;
    json_decref(hello);
    return result;
}

/* What went wrong, with the runner named as it was given, once. */
static int fail_known(const char *origin, const char *given, const struct error *why,
                      struct error *error)
{
    const char *slash = strrchr(given, '/'), *name = slash != NULL ? slash + 1 : given;
    size_t length = strlen(name);
    if (strncmp(why->text, name, length) == 0 && why->text[length] == ' ')
        return fail(error, why->kind, "%s: %s%s", origin, given, why->text + length);
    bool named = strstr(why->text, name) != NULL;
    return fail(error, why->kind, "%s: %s%s%s", origin, named ? "" : given, named ? "" : ": ",
                why->text);
}

int runner_know(const char *origin, const char *text, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    struct error why = {0};
    if (place_of(text, folder, path, &why) == 0 && know(path, &why) == 0)
        return 0;
    return fail_known(origin, text, &why, error);
}

size_t runner_strategies(const char *text, const char *folder, const char *names[], size_t room)
{
    const struct strategy_ops *ops;
    struct error ignored = {0};
    char path[PATH_MAX];
    size_t count = 0;
    if (place_of(text, folder, path, &ignored) != 0)
        return 0;
    for (size_t i = 0; (ops = strategy_registered(i)) != NULL; i++)
        if ((ops->flags & STRATEGY_RUNNER) != 0 && text_equal(ops->reference, path) && count < room)
            names[count++] = ops->name;
    return count;
}

/* ------------------------------------------------------------------------------- Python */

/* Interpreters that were asked; what they said, or why they said nothing. */
static struct {
    char *interpreter;
    json_t *hello;
    struct error error;
} asked[16];

enum { MOST_ASKED = sizeof asked / sizeof *asked };

const json_t *python_hello(const char *interpreter, struct error *error)
{
    size_t i = 0;
    while (i < MOST_ASKED - 1 && asked[i].interpreter != NULL &&
           !text_equal(asked[i].interpreter, interpreter))
        i++;
    if (asked[i].interpreter == NULL || !text_equal(asked[i].interpreter, interpreter)) {
        free(asked[i].interpreter);
        json_decref(asked[i].hello);
        asked[i].error = (struct error){0};
        asked[i].interpreter = strdup(interpreter);
        asked[i].hello = describe_ask(PYTHON_KIND, interpreter, "", ASKED_NS, &asked[i].error);
    }
    if (asked[i].hello == NULL)
        fail(error, asked[i].error.kind, "%s", asked[i].error.text);
    return asked[i].hello;
}

const json_t *runner_told(const struct strategy_ops *ops, const char *python, struct error *error)
{
    if ((ops->flags & STRATEGY_PYTHON) != 0)
        return python_hello(python, error);
    return ((const struct known_strategy *)(const void *)ops)->hello;
}

const char *python_lacks(const struct strategy_ops *ops)
{
    static struct error error;
    struct runner_strategy told;
    error = (struct error){0};
    const json_t *hello = python_hello("python3", &error);
    if (hello == NULL)
        return error.text;
    return hello_find(hello, ops->name, &told) ? told.missing
                                               : "our script for Python does not have it";
}

/* ------------------------------------------------------------------------------- visits */

/* The only one that a visit has, to its end. */
static struct known_strategy *adopted;

const struct strategy_ops *runner_adopt(const char *name, const char *reference,
                                        const char *identity, struct error *error)
{
    const struct runner_strategy told = {
        .name = name, .summary = "", .elsewhere = "", .takes = ~0U};
    const char *path = reference + strlen(RUNNER_REFERENCE);
    if (check_same(path, identity, error) != 0)
        return NULL;
    free(adopted);
    adopted = make_strategy(&told, name, path, identity);
    if (adopted == NULL)
        fail(error, ERROR_REFUSED, "%s: out of memory", path);
    return adopted != NULL ? &adopted->ops : NULL;
}

const struct work *runner_adopt_work(const char *name, const char *reference, struct error *error)
{
    return register_work(name, "", "", reference, error);
}
