#include "bench/session/advice/calibration_file.h"
#include "bench/base/input.h"
#include "bench/base/json.h"
#include "bench/base/whole.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const parameter_names[MODEL_PARAMETER_COUNT] = {
#define PARAMETER(symbol, ...) #symbol,
    MODEL_PARAMETERS(PARAMETER)
#undef PARAMETER
};

/* What a strategy is by its nature. */
static const struct {
    const char *name;
    size_t offset; /* of a bool */
} traits[] = {
    {"shares_memory", offsetof(struct model_traits, shares_memory)},
    {"starts_each_job", offsetof(struct model_traits, starts_each_job)},
    {"caller_helps", offsetof(struct model_traits, caller_helps)},
    {"divides", offsetof(struct model_traits, divides)},
};

enum { TRAITS = sizeof traits / sizeof *traits };
_Static_assert(sizeof(struct model_traits) == TRAITS * sizeof(bool), "a row for each trait");

enum { MOST_LINES = 4096, MOST_WORKERS = 1 << 20, NAME_BYTES = 64 };

/* ------------------------------------------------------------------------------- writing */

static json_t *number_or_null(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* null where nothing is known. */
static json_t *describe_interval(const struct interval *interval)
{
    return isfinite(interval->median)
               ? json_pack("{s:o, s:o, s:o}", "median", number_or_null(interval->median), "low",
                           number_or_null(interval->low), "high", number_or_null(interval->high))
               : json_null();
}

static json_t *describe_intervals(const char *const names[], const struct interval intervals[],
                                  size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, names[i], describe_interval(&intervals[i]));
    return object;
}

static json_t *describe_traits(const struct model_traits *of)
{
    json_t *object = json_object();
    for (size_t i = 0; i < TRAITS; i++)
        json_object_set_new(object, traits[i].name,
                            json_boolean(*(const bool *)((const char *)of + traits[i].offset)));
    return object;
}

static json_t *describe_lines(const struct model *model)
{
    json_t *lines = json_array();
    for (size_t i = 0; i < model->count; i++) {
        const struct model_line *line = &model->lines[i];
        json_array_append_new(
            lines,
            json_pack(
                "{s:o, s:I, s:o, s:o, s:o}", "strategy", json_of_text(line->strategy), "workers",
                (json_int_t)line->workers, "traits", describe_traits(&line->traits), "parameters",
                describe_intervals(parameter_names, line->parameters, MODEL_PARAMETER_COUNT),
                "company", describe_intervals(contention_names, line->company, CONTENTION_COUNT)));
    }
    return lines;
}

static json_t *describe(const struct calibration_facts *facts,
                        const struct calibration_measured *measured, const struct model *model)
{
    json_t *how =
        json_pack("{s:I, s:f, s:I, s:I, s:f, s:o}", "at_s", (json_int_t)measured->at_s, "budget_s",
                  (double)measured->budget_ns / 1e9, "seed", (json_int_t)measured->seed, "visits",
                  (json_int_t)measured->visits, "elapsed_s", measured->elapsed_s, "others_cpus",
                  number_or_null(measured->others_cpus));
    return json_pack("{s:i, s:O, s:O, s:o, s:I, s:f, s:o}", "format", CALIBRATION_FORMAT, "machine",
                     facts->machine, "made_by", facts->made_by, "measured", how, "cpus",
                     (json_int_t)model->cpus, "page_bytes", model->page_bytes, "lines",
                     describe_lines(model));
}

int calibration_write(const char *path, const struct calibration_facts *facts,
                      const struct calibration_measured *measured, const struct model *model,
                      struct error *error)
{
    struct whole whole;
    json_t *root = describe(facts, measured, model);
    int result = root != NULL ? whole_open(&whole, path, error)
                              : fail(error, ERROR_REFUSED, "%s: out of memory", path);
    if (result == 0) {
        json_dumpf(root, whole.stream,
                   JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
        fputc('\n', whole.stream);
        result = whole_close(&whole, error);
    }
    json_decref(root);
    return result;
}

/* ------------------------------------------------------------------------------- reading */

/* Where a file is read: what is wrong of it is said of its path. */
struct reader {
    const char *path;
    struct error *error;
};

static int damaged(const struct reader *reader, const char *what)
{
    return fail(reader->error, ERROR_USAGE, "%s:1: damaged: %.100s", reader->path, what);
}

/* An object with exactly these keys. */
static int check_keys(const struct reader *reader, const json_t *object, const char *what,
                      const char *const names[], size_t count)
{
    char text[100];
    bool is_whole = json_is_object(object) && json_object_size(object) == count;
    for (size_t i = 0; is_whole && i < count; i++)
        is_whole = json_object_get(object, names[i]) != NULL;
    if (is_whole)
        return 0;
    snprintf(text, sizeof text, "%s has not what it must have", what);
    return damaged(reader, text);
}

/* A whole number of that range. */
static int read_count(const struct reader *reader, const json_t *object, const char *name,
                      json_int_t least, json_int_t most, json_int_t *out)
{
    const json_t *value = json_object_get(object, name);
    char text[100];
    *out = json_integer_value(value);
    if (json_is_integer(value) && *out >= least && *out <= most)
        return 0;
    snprintf(text, sizeof text, "%s is not a whole number of its range", name);
    return damaged(reader, text);
}

static int read_number(const struct reader *reader, const json_t *object, const char *name,
                       double least, double most, double *out)
{
    const json_t *value = json_object_get(object, name);
    char text[100];
    *out = json_number_value(value);
    if (json_is_number(value) && *out >= least && *out <= most)
        return 0;
    snprintf(text, sizeof text, "%s is not a number of its range", name);
    return damaged(reader, text);
}

static int read_traits(const struct reader *reader, const json_t *object, struct model_traits *out)
{
    if (!json_is_object(object) || json_object_size(object) != TRAITS)
        return damaged(reader, "traits has not what it must have");
    for (size_t i = 0; i < TRAITS; i++) {
        const json_t *value = json_object_get(object, traits[i].name);
        if (!json_is_boolean(value))
            return damaged(reader, "a trait is neither true nor false");
        *(bool *)((char *)out + traits[i].offset) = json_is_true(value);
    }
    return 0;
}

/* The range of all times and factors: a century in ns; a difference may lie below 0. */
#define MOST 3e18

/* Both ends are known, or neither is; all NaN where nothing is. */
static int read_interval(const struct reader *reader, const json_t *value, const char *name,
                         double least, struct interval *out)
{
    static const char *const names[] = {"median", "low", "high"};
    const json_t *low = json_object_get(value, "low"), *high = json_object_get(value, "high");
    *out = (struct interval){NAN, NAN, NAN};
    if (json_is_null(value))
        return 0;
    if (check_keys(reader, value, name, names, 3) != 0 ||
        read_number(reader, value, "median", least, MOST, &out->median) != 0)
        return -1;
    if (json_is_null(low) && json_is_null(high))
        return 0;
    if (read_number(reader, value, "low", least, MOST, &out->low) != 0 ||
        read_number(reader, value, "high", least, MOST, &out->high) != 0)
        return -1;
    return out->low <= out->median && out->median <= out->high
               ? 0
               : damaged(reader, "an interval does not hold its median");
}

static int read_intervals(const struct reader *reader, const json_t *object, const char *what,
                          const char *const names[], size_t count, double least,
                          struct interval out[])
{
    if (check_keys(reader, object, what, names, count) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (read_interval(reader, json_object_get(object, names[i]), names[i], least, &out[i]) != 0)
            return -1;
    return 0;
}

/* The name of a strategy, which is shown to people. */
static const char *read_name(const struct reader *reader, const json_t *object,
                             struct strings *strings)
{
    const char *name = json_string_value(json_object_get(object, "strategy"));
    char printable[NAME_BYTES];
    if (name != NULL)
        text_printable(printable, sizeof printable, name);
    if (name == NULL || *name == '\0' || !text_equal(name, printable)) {
        damaged(reader, "strategy is not the name of one");
        return NULL;
    }
    const char *kept = strings_keep(strings, name);
    if (kept == NULL)
        fail(reader->error, ERROR_REFUSED, "%s:1: out of memory", reader->path);
    return kept;
}

static int read_line(const struct reader *reader, const json_t *object, struct strings *strings,
                     struct model_line *line)
{
    static const char *const names[] = {"strategy", "workers", "traits", "parameters", "company"};
    json_int_t workers;
    if (check_keys(reader, object, "a line", names, sizeof names / sizeof *names) != 0 ||
        (line->strategy = read_name(reader, object, strings)) == NULL ||
        read_count(reader, object, "workers", 1, MOST_WORKERS, &workers) != 0 ||
        read_traits(reader, json_object_get(object, "traits"), &line->traits) != 0)
        return -1;
    line->workers = (uint32_t)workers;
    if (read_intervals(reader, json_object_get(object, "parameters"), "parameters", parameter_names,
                       MODEL_PARAMETER_COUNT, -MOST, line->parameters) != 0)
        return -1;
    return read_intervals(reader, json_object_get(object, "company"), "company", contention_names,
                          CONTENTION_COUNT, 0, line->company);
}

static int read_lines(const struct reader *reader, const json_t *lines,
                      struct calibration_content *out)
{
    struct model *model = &out->model;
    size_t count = json_array_size(lines);
    if (!json_is_array(lines) || count < 1 || count > MOST_LINES)
        return damaged(reader, "lines is not a list of some");
    model->lines = calloc(count, sizeof *model->lines);
    if (model->lines == NULL)
        return fail(reader->error, ERROR_REFUSED, "%s:1: out of memory", reader->path);
    for (size_t i = 0; i < count; i++) {
        struct model_line *line = &model->lines[i];
        if (read_line(reader, json_array_get(lines, i), &out->strings, line) != 0)
            return -1;
        for (size_t k = 0; k < i; k++)
            if (model->lines[k].workers == line->workers &&
                model->lines[k].strategy == line->strategy)
                return damaged(reader, "a line is there twice");
        model->count++;
    }
    return 0;
}

static int read_measured(const struct reader *reader, const json_t *object,
                         struct calibration_measured *out)
{
    static const char *const names[] = {"at_s",   "budget_s",  "seed",
                                        "visits", "elapsed_s", "others_cpus"};
    static const double most_s = 3e8;
    json_int_t at, seed, visits;
    double budget_s;
    if (check_keys(reader, object, "measured", names, sizeof names / sizeof *names) != 0 ||
        read_count(reader, object, "at_s", 0, INT64_MAX, &at) != 0 ||
        read_number(reader, object, "budget_s", 0, most_s, &budget_s) != 0 ||
        read_count(reader, object, "seed", 0, INT64_MAX, &seed) != 0 ||
        read_count(reader, object, "visits", 0, INT64_MAX, &visits) != 0 ||
        read_number(reader, object, "elapsed_s", 0, most_s, &out->elapsed_s) != 0)
        return -1;
    out->others_cpus = NAN;
    if (!json_is_null(json_object_get(object, "others_cpus")) &&
        read_number(reader, object, "others_cpus", 0, MOST_WORKERS, &out->others_cpus) != 0)
        return -1;
    out->at_s = at;
    out->budget_ns = (uint64_t)(1e9 * budget_s + 0.5);
    out->seed = (uint64_t)seed;
    out->visits = (uint64_t)visits;
    return 0;
}

/* The format comes first: of a later one nothing else is known. */
static int check_format(const struct reader *reader, const json_t *root)
{
    const json_t *format = json_object_get(root, "format");
    if (!json_is_object(root) || !json_is_integer(format) || json_integer_value(format) < 1)
        return damaged(reader, "it is not a calibration");
    if (json_integer_value(format) != CALIBRATION_FORMAT)
        return fail(reader->error, ERROR_USAGE,
                    "%s:1: it has the format %lld; this breakeven reads %d", reader->path,
                    (long long)json_integer_value(format), CALIBRATION_FORMAT);
    return 0;
}

/* Facts that this build does not know of are those of another one, so that these are looked at
 * before the numbers are. */
static enum calibration_state compare_facts(const struct reader *reader, const json_t *root,
                                            const struct calibration_facts *facts)
{
    const json_t *machine = json_object_get(root, "machine");
    const json_t *made_by = json_object_get(root, "made_by");
    char why[160];
    if (!json_is_object(machine) || !json_is_object(made_by)) {
        damaged(reader, "it does not tell of its machine");
        return CALIBRATION_UNUSABLE;
    }
    if (facts != NULL && !json_equal(machine, facts->machine)) {
        fail(reader->error, ERROR_USAGE, "%s:1: it is of another machine", reader->path);
        return CALIBRATION_UNUSABLE;
    }
    if (facts != NULL && calibration_facts_differ(made_by, facts->made_by, why, sizeof why)) {
        fail(reader->error, ERROR_NOT_COMPARABLE, "%s", why);
        return CALIBRATION_OLD;
    }
    return CALIBRATION_FINE;
}

static enum calibration_state read_root(const struct reader *reader, const json_t *root,
                                        const struct calibration_facts *facts,
                                        struct calibration_content *out)
{
    static const char *const names[] = {"format", "machine",    "made_by", "measured",
                                        "cpus",   "page_bytes", "lines"};
    json_int_t cpus;
    if (check_format(reader, root) != 0)
        return CALIBRATION_UNUSABLE;
    enum calibration_state state = compare_facts(reader, root, facts);
    if (state != CALIBRATION_FINE)
        return state;
    if (check_keys(reader, root, "it", names, sizeof names / sizeof *names) != 0 ||
        read_measured(reader, json_object_get(root, "measured"), &out->measured) != 0 ||
        read_count(reader, root, "cpus", 1, MOST_WORKERS, &cpus) != 0 ||
        read_number(reader, root, "page_bytes", 1, 0x1p30, &out->model.page_bytes) != 0 ||
        read_lines(reader, json_object_get(root, "lines"), out) != 0)
        return CALIBRATION_UNUSABLE;
    out->model.cpus = (uint32_t)cpus;
    return CALIBRATION_FINE;
}

/* NULL with an error that names file and line. */
static json_t *load(const struct reader *reader)
{
    json_error_t problem;
    json_t *root = NULL;
    struct stat status;
    struct error refusal = {0};
    FILE *file = input_open(reader->path, &refusal);
    if (file == NULL)
        fail(reader->error, ERROR_USAGE, "%s:1: it cannot be read", reader->path);
    else if (fstat(fileno(file), &status) != 0 || status.st_size > CALIBRATION_MOST_BYTES)
        damaged(reader, "it is too long");
    else if ((root = json_loadf(file, JSON_REJECT_DUPLICATES, &problem)) == NULL) {
        char text[JSON_ERROR_TEXT_LENGTH];
        text_printable(text, sizeof text, problem.text);
        fail(reader->error, ERROR_USAGE, "%s:%d: damaged: %.100s", reader->path,
             problem.line > 0 ? problem.line : 1, text);
    }
    if (file != NULL)
        fclose(file);
    return root;
}

enum calibration_state calibration_read(const char *path, const struct calibration_facts *facts,
                                        struct calibration_content *out, struct error *error)
{
    const struct reader reader = {path, error};
    struct stat status;
    *out = (struct calibration_content){0};
    if (lstat(path, &status) != 0) {
        fail(error, ERROR_NOT_COMPARABLE, "%s: there is none", path);
        return CALIBRATION_MISSING;
    }
    json_t *root = load(&reader);
    enum calibration_state state =
        root != NULL ? read_root(&reader, root, facts, out) : CALIBRATION_UNUSABLE;
    json_decref(root);
    if (state != CALIBRATION_FINE)
        calibration_content_free(out);
    return state;
}

void calibration_content_free(struct calibration_content *content)
{
    free(content->model.lines);
    strings_free(&content->strings);
    *content = (struct calibration_content){0};
}
