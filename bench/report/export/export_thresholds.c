/* Thresholds as code: a header for C and C++, a file that CMake includes, one of environment
 * variables, and JSON. In each, what `breakeven check` reads stands beside what programs read. */
#include "bench/findings/claims.h"
#include "bench/report/export/export_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------- in words */

/* Percent with two digits, without a sign. */
static void put_percent(FILE *file, double share)
{
    fprintf(file,
            100 * share < 0.095 ? "%.2f %%"
            : 100 * share < 9.5 ? "%.1f %%"
                                : "%.0f %%",
            100 * share);
}

static void put_printable(FILE *file, const char *text)
{
    char shown[EXPORT_TEXT_BYTES];
    text_printable(shown, sizeof shown, text);
    fputs(shown, file);
}

/* "squares, openmp with 2 workers, warm, jobs 8, schedule static". */
static void put_curve(FILE *file, const struct threshold *threshold)
{
    const struct key *key = &threshold->key;
    put_printable(file, key->work);
    fputs(", ", file);
    put_printable(file, key->strategy);
    fprintf(file, " with %" PRIu64 " worker%s, %s, ", key->workers, key->workers == 1 ? "" : "s",
            threshold->temperature);
    if (threshold->axis == DIMENSION_size)
        fprintf(file, "batches of %" PRIu64 " job%s", key->jobs, key->jobs == 1 ? "" : "s");
    else
        fprintf(file, "jobs of size %" PRIu64, key->size);
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        bool told = i == DIMENSION_work || i == DIMENSION_size || i == DIMENSION_jobs ||
                    i == DIMENSION_strategy || i == DIMENSION_workers;
        if (told || key_is_usual(key, i) || key_lacks(key, i))
            continue;
        fprintf(file, ", %s ", dimension_rows[i].name);
        if (dimension_rows[i].is_text)
            put_printable(file, key_text(key, i));
        else
            fprintf(file, "%" PRIu64, key_count(key, i));
    }
}

/* "size 1000", "14 jobs". */
static void put_place(FILE *file, const struct threshold *threshold, uint64_t place)
{
    if (threshold->axis == DIMENSION_size)
        fprintf(file, "size %" PRIu64, place);
    else
        fprintf(file, "%" PRIu64 " job%s", place, place == 1 ? "" : "s");
}

static void put_range(FILE *file, const struct threshold *threshold)
{
    if (threshold->from == THRESHOLD_NEVER) {
        fputs("loses least where it is not used", file);
        return;
    }
    fputs("pays from ", file);
    put_place(file, threshold, threshold->from);
    fputs(" on", file);
}

/* Where it surely pays, and where it does by the medians. */
static void put_stretch(FILE *file, const struct threshold *threshold)
{
    bool near = threshold->from_high >= threshold->until_low;
    fprintf(file, "surely pays %s ", near ? "near" : "between");
    put_place(file, threshold, threshold->from_high);
    if (!near) {
        fputs(" and ", file);
        put_place(file, threshold, threshold->until_low);
    }
    fputs(" only, and by the medians from ", file);
    put_place(file, threshold, threshold->from);
    fputs(" to below ", file);
    put_place(file, threshold, threshold->until);
}

static void put_verdict(FILE *file, const struct threshold *threshold)
{
    char serial[32];
    bool on_sizes = threshold->axis == DIMENSION_size;
    text_duration(serial, sizeof serial, threshold->from_ns);
    switch (crossover_kind(threshold->verdict)) {
    case CROSSOVER_AT:
        put_range(file, threshold);
        if (isfinite(threshold->from_ns))
            fprintf(file, ", %s of %s", on_sizes ? "jobs" : "a batch", serial);
        break;
    case CROSSOVER_BETWEEN:
        if (threshold->until == THRESHOLD_NEVER)
            put_range(file, threshold);
        else
            put_stretch(file, threshold);
        break;
    case CROSSOVER_ALWAYS:
        fputs("always pays", file);
        break;
    case CROSSOVER_NEVER:
        fputs("never pays", file);
        break;
    case CROSSOVER_EVEN:
        fputs("takes as long as ", file);
        put_printable(file, key_baseline(&threshold->key));
        break;
    case CROSSOVER_NOISY:
        fputs("too noisy to tell; measure again with a larger --budget", file);
        break;
    }
}

static void put_cost(FILE *file, const struct threshold *threshold,
                     enum threshold_objective objective)
{
    const struct threshold_cost *cost = &threshold->costs[objective];
    fputs(" loses ", file);
    put_percent(file, cost->mean);
    fputs(" on average and ", file);
    put_percent(file, cost->worst);
    fputs(" at worst (", file);
    put_place(file, threshold, cost->worst_at);
    fputc(')', file);
}

static void put_costs(FILE *file, const struct threshold *threshold)
{
    const struct threshold_cost *crossover = &threshold->costs[THRESHOLD_BY_CROSSOVER];
    const struct threshold_cost *loss = &threshold->costs[THRESHOLD_BY_LOSS];
    bool same = crossover->mean == loss->mean && crossover->worst == loss->worst;
    fputs(". Against the better of ", file);
    put_printable(file, key_baseline(&threshold->key));
    fputs(" and parallel at each of them, ", file);
    if (same && loss->worst == 0) {
        fputs("neither objective loses anything", file);
    } else if (same) {
        fputs("either objective", file);
        put_cost(file, threshold, THRESHOLD_BY_LOSS);
    } else {
        fputs("--objective crossover", file);
        put_cost(file, threshold, THRESHOLD_BY_CROSSOVER);
        fputs(", --objective loss", file);
        put_cost(file, threshold, THRESHOLD_BY_LOSS);
    }
}

/* What the threshold is of, what it says, and what it costs by either objective. */
static void describe(FILE *file, const struct threshold *threshold)
{
    put_curve(file, threshold);
    fputs(": ", file);
    put_verdict(file, threshold);
    if (threshold->places == 0)
        return;
    fprintf(file, ". Measured at %" PRIu64 " %s from %" PRIu64 " to %" PRIu64, threshold->places,
            threshold->axis == DIMENSION_size ? "sizes" : "numbers of jobs", threshold->least,
            threshold->most);
    if (crossover_kind(threshold->verdict) != CROSSOVER_NOISY)
        put_costs(file, threshold);
    fputc('.', file);
}

/* ------------------------------------------------------------------------------- formats of text
 */

/* How a format says it. */
struct syntax {
    const char *comment, *between, *end; /* of comments: before the first line, others, behind */
    const char *begin;                   /* of the file */
    const char *guard, *guard_end;       /* around the values of a name; "" for none */
    const char *value;                   /* NAME, SUFFIX, VALUE */
    const char *never;                   /* the value of what never pays */
    const char *quote;                   /* around words */
    const char *noisy;                   /* NAME, NAME: in place of a value */
};

/* An error wherever it is used, in expressions and in #if, by any compiler; GCC and Clang say why.
 */
#define C_NOISY                                                                                    \
    "#define %s \\\n"                                                                              \
    "    _Pragma(\"GCC error \\\"this threshold is noisy: measure again\\\"\") \\\n"               \
    "    breakeven_threshold_is_noisy \"%s\"\n"

#define CMAKE_NOISY "  variable_watch(%s breakeven_noisy_threshold) # reading %s is an error\n"

#define CMAKE_BEGIN                                                                                \
    "function(breakeven_noisy_threshold variable access)\n"                                        \
    "  if(access STREQUAL \"UNKNOWN_READ_ACCESS\")\n"                                              \
    "    message(FATAL_ERROR \"${variable} is noisy: measure again with a larger --budget\")\n"    \
    "  endif()\n"                                                                                  \
    "endfunction()\n"

static const struct syntax c_header = {
    .comment = "/* ",
    .between = " * ",
    .end = " */",
    .begin = "#include <stdint.h> /* SIZE_MAX */\n",
    .guard = "#ifndef %s\n",
    .guard_end = "#endif\n",
    .value = "#define %s%s %s\n",
    .never = "SIZE_MAX",
    .quote = "\"",
    .noisy = C_NOISY,
};

static const struct syntax cmake = {
    .comment = "# ",
    .between = "# ",
    .end = "",
    .begin = CMAKE_BEGIN,
    .guard = "if(NOT DEFINED %s)\n",
    .guard_end = "endif()\n",
    .value = "  set(%s%s %s)\n",
    .never = "18446744073709551615",
    .quote = "",
    .noisy = CMAKE_NOISY,
};

static const struct syntax environment = {
    .comment = "# ",
    .between = "# ",
    .end = "",
    .begin = "",
    .guard = "",
    .guard_end = "",
    .value = "%s%s=%s\n",
    .never = "18446744073709551615",
    .quote = "",
    .noisy = "# %s has no value; %s_NOISY tells.\n",
};

/* Writes and frees a comment; nothing in it may end it. */
static void put_comment(FILE *file, const struct syntax *syntax, char *text)
{
    enum { COLUMNS = 100 };
    for (char *c = text; *syntax->end != '\0' && *c != '\0'; c++)
        if ((c[0] == '*' && c[1] == '/') || (c[0] == '/' && c[1] == '*'))
            c[1] = ' ';
    char *whole = NULL;
    if (asprintf(&whole, "%s%s", text, syntax->end) >= 0) {
        text_fold(file, whole, syntax->comment, syntax->between, COLUMNS);
        free(whole);
    }
    free(text);
}

/* Writes and frees what check reads, in a line: with slashes escaped it ends no comment. */
static int put_object(FILE *file, const struct syntax *syntax, const char *word, json_t *object)
{
    char *text = object != NULL
                     ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII |
                                              JSON_ESCAPE_SLASH | JSON_REAL_PRECISION(9))
                     : NULL;
    json_decref(object);
    if (text == NULL)
        return -1;
    fprintf(file, "%s%s %s%s\n", syntax->comment, word, text, syntax->end);
    free(text);
    return 0;
}

static void put_value(FILE *file, const struct syntax *syntax, const char *name, const char *suffix,
                      const char *value)
{
    /* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    fprintf(file, syntax->value, name, suffix, value);
#pragma GCC diagnostic pop
    /* clang-format on */
}

static void put_count(FILE *file, const struct syntax *syntax, const char *name, const char *suffix,
                      uint64_t count)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, count);
    put_value(file, syntax, name, suffix, count == THRESHOLD_NEVER ? syntax->never : text);
}

/* The name and what it holds: all but for the noisy. */
static void put_values(FILE *file, const struct syntax *syntax, const struct threshold *threshold)
{
    struct claims_value values[CLAIMS_MOST_VALUES];
    size_t count = claims_values(threshold, values);
    for (size_t i = 0; i < count; i++)
        put_count(file, syntax, threshold->name, values[i].suffix, values[i].count);
}

static void put_guarded(FILE *file, const struct syntax *syntax, const struct threshold *threshold)
{
    const char *name = threshold->name;
    char verdict[32];
    bool noisy = crossover_kind(threshold->verdict) == CROSSOVER_NOISY;
    snprintf(verdict, sizeof verdict, "%s%s%s", syntax->quote, threshold->verdict, syntax->quote);
    /* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
    fprintf(file, syntax->guard, name);
    if (noisy)
        fprintf(file, syntax->noisy, name, name);
#pragma GCC diagnostic pop
    /* clang-format on */
    if (noisy)
        put_value(file, syntax, name, "_NOISY", "1");
    else
        put_values(file, syntax, threshold);
    put_value(file, syntax, name, "_VERDICT", verdict);
    fputs(syntax->guard_end, file);
}

static int put_threshold(FILE *file, const struct syntax *syntax, const struct threshold *threshold)
{
    char *text = NULL;
    size_t bytes;
    FILE *words = open_memstream(&text, &bytes);
    if (words == NULL)
        return -1;
    describe(words, threshold);
    if (fclose(words) != 0) {
        free(text);
        return -1;
    }
    fputc('\n', file);
    put_comment(file, syntax, text);
    if (put_object(file, syntax, CLAIMS_ROW, claims_describe(threshold)) != 0)
        return -1;
    put_guarded(file, syntax, threshold);
    return 0;
}

/* What the file is, of which machine and when. */
static int put_head(FILE *file, const struct syntax *syntax, const struct exported *from)
{
    const struct host *host = &from->found.host;
    char *text = NULL;
    if (asprintf(&text,
                 "From which job size or number of jobs on running in parallel pays, measured by "
                 "breakeven %s on %s, "
                 "%s, %s, %u CPUs%s%s. By --objective %s. `breakeven check` tells whether it still "
                 "holds.",
                 host->commit, host->started, *host->model != '\0' ? host->model : "a CPU",
                 host->architecture, host->cpus_usable, *host->kernel != '\0' ? ", " : "",
                 host->kernel, threshold_objectives[from->objective]) < 0)
        return -1;
    put_comment(file, syntax, text);
    struct claims_head head = claims_head_of(host, from->objective);
    if (put_object(file, syntax, CLAIMS_HEAD, claims_describe_head(&head)) != 0)
        return -1;
    fputs(syntax->begin, file);
    return 0;
}

static size_t export_as(const struct syntax *syntax, FILE *file, const struct exported *from,
                        struct error *error)
{
    const struct thresholds *thresholds = &from->thresholds;
    int lost = thresholds->count > 0 ? put_head(file, syntax, from) : 0;
    for (size_t i = 0; lost == 0 && i < thresholds->count; i++)
        lost = put_threshold(file, syntax, &thresholds->rows[i]);
    if (lost != 0)
        fail(error, ERROR_REFUSED, "export: out of memory");
    return thresholds->count;
}

size_t export_c_header(FILE *file, const struct exported *from, struct error *error)
{
    return export_as(&c_header, file, from, error);
}

size_t export_cmake(FILE *file, const struct exported *from, struct error *error)
{
    return export_as(&cmake, file, from, error);
}

size_t export_env(FILE *file, const struct exported *from, struct error *error)
{
    return export_as(&environment, file, from, error);
}

/* ------------------------------------------------------------------------------- JSON */

size_t export_json(FILE *file, const struct exported *from, struct error *error)
{
    const struct thresholds *thresholds = &from->thresholds;
    struct claims_head head = claims_head_of(&from->found.host, from->objective);
    json_t *root = claims_describe_head(&head), *rows = json_array();
    int lost = json_object_set(root, "thresholds", rows);
    for (size_t i = 0; lost == 0 && i < thresholds->count; i++)
        lost = json_array_append_new(rows, claims_describe(&thresholds->rows[i]));
    json_decref(rows);
    export_write_json(file, root, lost, error);
    return thresholds->count;
}
