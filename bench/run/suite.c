#include "bench/run/suite.h"
#include "bench/assets/assets.h"
#include "bench/base/input.h"
#include "bench/base/pages.h"
#include "bench/base/text.h"
#include "bench/run/chosen.h"
#include "bench/run/named_work.h"
#include "strategies/runner/known.h"
#include "strategies/strategy.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_SECTIONS = 256,
    MOST_ENVIRONMENTS = 256,
    MOST_ENVIRONMENT_BYTES = 4096,
    MOST_PAYLOADS = 1000,
};

const char *const suite_keys[SUITE_KEY_COUNT] = {
#define KEY(symbol, dimension, name, ...) name,
    SUITE_KEYS
#undef KEY
};

/* What holds where nobody says otherwise. */
static const char *const built_in[SUITE_KEY_COUNT] = {
#define KEY(symbol, dimension, name, value, help, text, ...) text,
    SUITE_KEYS
#undef KEY
};

_Static_assert(STRATEGY_SPIN_NS == DIMENSION_USUAL_SPIN_NS, "what files leave out is the default");

/* How the values of a key are read. */
enum key_kind { RUN_WIDE, OWN_PARSER, LIST_OF_NUMBERS, LIST_OF_DURATIONS, LIST_OF_WORDS };

struct key_reading {
    enum key_kind kind;
    struct number_rule rule; /* cpus: 1 where the number of CPUs counts */
    const char *const *words;
    size_t word_count;
};

static struct key_reading by_rule(enum key_kind kind, struct number_rule rule)
{
    return (struct key_reading){kind, rule, NULL, 0};
}

static struct key_reading by_words(enum key_kind kind, const char *const words[], size_t count)
{
    return (struct key_reading){kind, {.most = UINT64_C(1) << 62}, words, count};
}

/* What READ says in the table of keys. */
#define RULE(...) ((struct number_rule){.least = __VA_ARGS__})
#define ANY_NUMBER RULE(0, UINT64_C(1) << 62)
#define RUN by_rule(RUN_WIDE, ANY_NUMBER)
#define RUN_NUMBERS(...) by_rule(RUN_WIDE, RULE(__VA_ARGS__))
#define OWN by_rule(OWN_PARSER, ANY_NUMBER)
#define OWN_NUMBERS(...) by_rule(OWN_PARSER, RULE(__VA_ARGS__))
#define OWN_WORDS(words, count) by_words(OWN_PARSER, words, count)
#define NUMBERS(...) by_rule(LIST_OF_NUMBERS, RULE(__VA_ARGS__))
#define DURATIONS by_rule(LIST_OF_DURATIONS, ANY_NUMBER)
#define WORDS(words, count) by_words(LIST_OF_WORDS, words, count)

/* The table is made at each call: how many works and strategies there are is no constant. */
static struct key_reading reading_of(enum suite_key key)
{
    const struct key_reading readings[SUITE_KEY_COUNT] = {
#define KEY(symbol, dimension, name, value, help, text, ...) [KEY_##symbol] = __VA_ARGS__,
        SUITE_KEYS
#undef KEY
    };
    return readings[key];
}

/* The suite as it was written: [suite], then a section for each series. */
struct section {
    char *name;
    char *origin; /* "my.ini:7" */
    struct settings settings;
};

struct document {
    const char *file;
    int lines;
    bool has_common;
    struct settings defaults; /* of [suite] */
    char *title;
    struct section sections[MOST_SECTIONS];
    size_t count;
    struct error *error;
};

/* ------------------------------------------------------------------------------- settings */

int settings_set(struct settings *settings, enum suite_key key, const char *value,
                 const char *origin, struct error *error)
{
    char *joined = NULL;
    value = value != NULL ? value : SUITE_YES;
    bool repeated = key == KEY_env && settings->values[key] != NULL;
    if (key == KEY_env && strchr(value, '\n') != NULL)
        return fail(error, ERROR_USAGE, "%s: '%s' holds a line end; a value is one line", origin,
                    value);
    if (asprintf(&joined, "%s%s%s", repeated ? settings->values[key] : "", repeated ? "\n" : "",
                 value) < 0)
        return fail(error, ERROR_REFUSED, "%s: out of memory", origin);
    free(settings->values[key]);
    free(settings->origins[key]);
    settings->values[key] = joined;
    settings->origins[key] = strdup(origin);
    if (settings->origins[key] == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", origin);
    return 0;
}

void settings_free(struct settings *settings)
{
    for (int key = 0; key < SUITE_KEY_COUNT; key++) {
        free(settings->values[key]);
        free(settings->origins[key]);
    }
    *settings = (struct settings){0};
}

/* ------------------------------------------------------------------------------- reading */

static int unknown_key(struct document *document, const char *origin, const char *name)
{
    char suggestion[128];
    text_suggestion(suggestion, sizeof suggestion, name, suite_keys, SUITE_KEY_COUNT);
    return fail(document->error, ERROR_USAGE, "%s: the key '%s' is not known%s", origin, name,
                suggestion);
}

static struct section *find_section(struct document *document, const char *name)
{
    for (size_t i = 0; i < document->count; i++)
        if (text_equal(document->sections[i].name, name))
            return &document->sections[i];
    return NULL;
}

static struct section *make_section(struct document *document, const char *name, const char *origin)
{
    struct section *found = find_section(document, name);
    if (found != NULL)
        return found;
    if (document->count == MOST_SECTIONS) {
        fail(document->error, ERROR_USAGE, "%s: more than %d sections", origin, MOST_SECTIONS);
        return NULL;
    }
    struct section *section = &document->sections[document->count++];
    section->name = strdup(name);
    section->origin = strdup(origin);
    if (section->name == NULL || section->origin == NULL) {
        fail(document->error, ERROR_REFUSED, "%s: out of memory", origin);
        return NULL;
    }
    return section;
}

static int fail_twice(struct document *document, const char *origin)
{
    return fail(document->error, ERROR_USAGE, "%s: it stands in this section already", origin);
}

static int set_title(struct document *document, const char *value, const char *origin)
{
    if (document->title != NULL)
        return fail_twice(document, origin);
    document->title = strdup(value);
    return 0;
}

static int set_pair(struct document *document, const char *section_name, const char *name,
                    const char *value, const char *origin)
{
    bool common = text_equal(section_name, "suite");
    if (*section_name == '\0')
        return fail(document->error, ERROR_USAGE, "%s: '%s' stands before the first [section]",
                    origin, name);
    struct section *section = common ? NULL : make_section(document, section_name, origin);
    if (!common && section == NULL)
        return -1;
    if (name == NULL)
        return 0;
    if (common && text_equal(name, "title"))
        return set_title(document, value, origin);
    struct settings *settings = common ? &document->defaults : &section->settings;
    for (int key = 0; key < SUITE_KEY_COUNT; key++) {
        if (!text_equal(suite_keys[key], name))
            continue;
        if (common ? key == KEY_work : reading_of((enum suite_key)key).kind == RUN_WIDE)
            return fail(document->error, ERROR_USAGE, "%s: '%s' belongs into %s", origin, name,
                        common ? "the section of a work" : "[suite]");
        if (key != KEY_env && settings->values[key] != NULL)
            return fail_twice(document, origin);
        return settings_set(settings, (enum suite_key)key, value, origin, document->error);
    }
    return unknown_key(document, origin, name);
}

/* inih's view of a document: its lines, so that errors can name them. */
struct cursor {
    struct document *document;
    const char *at, *end;
    int line;
};

enum { MOST_NAME = 48 }; /* characters of a section's name that inih keeps */

/* Hands out one line, without the blanks before it: inih would take it for a value that goes on. */
static char *next_line(char *buffer, int bytes, void *stream)
{
    struct cursor *cursor = stream;
    if (cursor->at == cursor->end)
        return NULL;
    const char *newline = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    const char *end = newline != NULL ? newline : cursor->end;
    const char *start = cursor->at;
    cursor->line++;
    cursor->at = newline != NULL ? newline + 1 : cursor->end;
    while (start < end && isspace((unsigned char)*start))
        start++;
    if (end - start > bytes - 2) {
        fail(cursor->document->error, ERROR_USAGE, "%s:%d: the line is longer than %d characters",
             cursor->document->file, cursor->line, bytes - 2);
        return NULL;
    }
    snprintf(buffer, (size_t)bytes, "%.*s\n", (int)(end - start), start);
    return buffer;
}

static int handle_pair(void *user, const char *section, const char *name, const char *value)
{
    struct cursor *cursor = user;
    char origin[512];
    snprintf(origin, sizeof origin, "%s:%d: %s", cursor->document->file, cursor->line, name);
    return set_pair(cursor->document, section, name, value, origin) == 0;
}

/* True where a header line goes on with nothing but blanks or a comment. */
static bool ends_well(const char *at, const char *end)
{
    while (at < end && isspace((unsigned char)*at))
        at++;
    return at == end || *at == ';' || *at == '#';
}

/* Makes the section that a header line names. */
static int note_header(struct document *document, const char *start, const char *end, int line)
{
    char name[MOST_NAME + 1], origin[512];
    const char *close = memchr(start, ']', (size_t)(end - start));
    size_t length = close != NULL ? (size_t)(close - start - 1) : 0;
    if (close == NULL || length == 0 || length > MOST_NAME || !ends_well(close + 1, end))
        return fail(document->error, ERROR_USAGE,
                    "%s:%d: a section is written [name], with 1 to %d characters, on a line of its "
                    "own",
                    document->file, line, MOST_NAME);
    snprintf(name, sizeof name, "%.*s", (int)length, start + 1);
    snprintf(origin, sizeof origin, "%s:%d", document->file, line);
    bool common = text_equal(name, "suite");
    if (common ? document->has_common : find_section(document, name) != NULL)
        return fail(document->error, ERROR_USAGE,
                    "%s: there is a section [%s] already; join them, or name one otherwise and say "
                    "its work",
                    origin, name);
    document->has_common = document->has_common || common;
    return set_pair(document, name, NULL, NULL, origin);
}

/* A section without keys is a series too: inih tells of keys only, so headers are found here. */
static int note_headers(struct document *document, const char *text, const char *end)
{
    int line = 1;
    for (const char *at = text; at < end; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = newline != NULL ? newline : end;
        while (at < line_end && isspace((unsigned char)*at))
            at++;
        if (at < line_end && *at == '[' && note_header(document, at, line_end, line) != 0)
            return -1;
        at = newline != NULL ? newline + 1 : end;
    }
    return 0;
}

/* Refuses what no editor leaves in a suite: a lost line's end may join two lines in silence. */
static int check_characters(struct document *document, const char *text, const char *end)
{
    document->lines = 0;
    for (const char *at = text; at < end; at++) {
        bool line_end = *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
        if (iscntrl((unsigned char)*at) && *at != '\t' && !line_end)
            return fail(document->error, ERROR_USAGE, "%s:%d: a control character (0x%02x)",
                        document->file, document->lines + 1, (unsigned)(unsigned char)*at);
        document->lines += *at == '\n';
    }
    if (text < end && end[-1] != '\n')
        return fail(document->error, ERROR_USAGE,
                    "%s:%d: the last line is cut off: no newline ends it", document->file,
                    document->lines + 1);
    return 0;
}

static int parse_document(struct document *document, const char *text, const char *end)
{
    if (end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        text += 3;
    struct cursor cursor = {document, text, end, 0};
    if (check_characters(document, text, end) != 0 || note_headers(document, text, end) != 0)
        return -1;
    int line = ini_parse_stream(next_line, &cursor, handle_pair, &cursor);
    if (line > 0)
        fail(document->error, ERROR_USAGE, "%s:%d: neither [section] nor key = value",
             document->file, line);
    else if (line < 0)
        fail(document->error, ERROR_REFUSED, "%s: out of memory", document->file);
    return document->error->kind == ERROR_NONE ? 0 : -1;
}

/* The number of the line that ends there. */
static int line_at(const char *text, const char *end)
{
    int line = 1;
    for (; (text = memchr(text, '\n', (size_t)(end - text))) != NULL; text++)
        line++;
    return line;
}

static int read_file(struct document *document, const char *path)
{
    enum { MOST_BYTES = 1 << 20 };
    FILE *file = input_open(path, document->error);
    char *text = malloc(MOST_BYTES + 1);
    int result = -1;
    if (text == NULL)
        fail(document->error, ERROR_REFUSED, "%s: out of memory", path);
    else if (file != NULL) {
        size_t bytes = fread(text, 1, MOST_BYTES + 1, file);
        if (ferror(file))
            fail(document->error, ERROR_USAGE, "%s: the suite cannot be read: %s", path,
                 strerror(errno));
        else if (bytes > MOST_BYTES)
            fail(document->error, ERROR_USAGE,
                 "%s:%d: here it is longer than 1 MiB, the most for a suite", path,
                 line_at(text, text + bytes));
        else
            result = parse_document(document, text, text + bytes);
    }
    if (file != NULL)
        fclose(file);
    free(text);
    return result;
}

static int read_document(struct document *document, const char *name)
{
    const struct asset *asset = asset_find(asset_suites, asset_suites_count, name);
    document->file = name;
    if (asset != NULL)
        return parse_document(document, asset->text, asset->end);
    if (strchr(name, '/') == NULL && strchr(name, '.') == NULL) {
        char suggestion[128];
        text_suggestion(suggestion, sizeof suggestion, name, asset_suite_names, asset_suites_count);
        return fail(document->error, ERROR_USAGE,
                    "suite '%s' is not known%s; see `breakeven list suites` or name an .ini file",
                    name, suggestion);
    }
    return read_file(document, name);
}

static void free_document(struct document *document)
{
    settings_free(&document->defaults);
    free(document->title);
    for (size_t i = 0; i < document->count; i++) {
        free(document->sections[i].name);
        free(document->sections[i].origin);
        settings_free(&document->sections[i].settings);
    }
}

/* ------------------------------------------------------------------------------- resolving */

/* Where a series looks a key up: options, its section, its work, [suite], what is built in. */
struct scope {
    const struct settings *options, *section, *defaults;
    const struct work *work; /* NULL: not known yet */
    const char *folder;      /* of the suite, where libraries' paths begin; NULL: it is built in */
    uint32_t cpus;
    struct suite_command *command; /* that the suite measures, where it has words */
    const struct hosts *hosts;     /* that MPI runs over */
    bool is_built_in;              /* the suite: nobody here has written it */
};

/* What a work says of a key; NULL: nothing. */
static const char *ask_work(const struct work *work, enum suite_key key)
{
    return work != NULL && key == KEY_sizes ? work->sizes : NULL;
}

static const char *look_up(const struct scope *scope, enum suite_key key, const char **origin)
{
    const struct settings *places[] = {scope->options, scope->section, scope->defaults};
    const char *own = ask_work(scope->work, key);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i] == scope->defaults && own != NULL) {
            *origin = scope->work->reference;
            return own;
        }
        if (places[i] != NULL && places[i]->values[key] != NULL) {
            *origin = places[i]->origins[key];
            return places[i]->values[key];
        }
    }
    *origin = suite_keys[key];
    return built_in[key];
}

struct number_rule suite_number_rule(enum suite_key key, uint32_t cpus)
{
    struct number_rule rule = reading_of(key).rule;
    rule.cpus = rule.cpus > 0 ? cpus : 0;
    return rule;
}

const char *suite_default(enum suite_key key)
{
    return built_in[key];
}

int suite_sizes_of_work(const struct work *work, uint32_t cpus, struct numbers *sizes,
                        struct error *error)
{
    char origin[WORK_REFERENCE_BYTES + 16];
    struct number_rule rule = suite_number_rule(KEY_sizes, cpus);
    snprintf(origin, sizeof origin, "%s: its sizes", work->reference);
    return parse_numbers(origin, work->sizes, &rule, sizes, error);
}

static int resolve_numbers(const struct scope *scope, enum suite_key key, struct numbers *out,
                           struct error *error)
{
    const char *origin, *text = look_up(scope, key, &origin);
    struct number_rule rule = suite_number_rule(key, scope->cpus);
    if (text != ask_work(scope->work, key))
        return parse_numbers(origin, text, &rule, out, error);
    return suite_sizes_of_work(scope->work, scope->cpus, out, error);
}

static int resolve_durations(const struct scope *scope, enum suite_key key, struct numbers *out,
                             struct error *error)
{
    const char *origin, *text = look_up(scope, key, &origin);
    return parse_durations(origin, text, out, error);
}

const char *const *suite_words(enum suite_key key, size_t *count)
{
    struct key_reading reading = reading_of(key);
    *count = reading.word_count;
    return reading.words;
}

static int resolve_words(const struct scope *scope, enum suite_key key, struct words *out,
                         struct error *error)
{
    size_t count = 0;
    const char *const *known = suite_words(key, &count);
    const char *origin, *text = look_up(scope, key, &origin);
    return parse_words(origin, text, known, count, out, error);
}

static bool holds_word(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->values[i], word))
            return true;
    return false;
}

/* Where the paths of a key's value begin: an option's in the working directory (NULL). */
static const char *folder_of_key(const struct scope *scope, enum suite_key key, const char *text)
{
    return scope->options != NULL && scope->options->values[key] == text ? NULL : scope->folder;
}

/* The runners that were asked for; none where there are none. */
static int read_runners(const struct scope *scope, const char **origin, const char **folder,
                        struct words *out, struct error *error)
{
    const char *text = look_up(scope, KEY_runner, origin);
    *out = (struct words){0};
    *folder = folder_of_key(scope, KEY_runner, text);
    return text == NULL ? 0 : parse_words(*origin, text, NULL, 0, out, error);
}

/* Makes the strategies and works of runners known, so that lists can name them. */
static int resolve_runners(const struct scope *scope, struct error *error)
{
    const char *origin, *folder;
    struct words paths;
    int result = read_runners(scope, &origin, &folder, &paths, error);
    for (size_t i = 0; result == 0 && i < paths.count; i++)
        result = runner_know(origin, paths.values[i], folder, error);
    words_free(&paths);
    return result;
}

/* The strategies of runners of which the list names none: they stand for themselves. */
static int add_runners(const struct scope *scope, const char *text, char **whole,
                       struct error *error)
{
    const char *names[STRATEGIES_MOST_REGISTERED], *origin, *folder;
    struct words paths, given = {0};
    size_t bytes = 0;
    if (read_runners(scope, &origin, &folder, &paths, error) != 0)
        return -1;
    if (paths.count == 0) {
        *whole = strdup(text);
        return *whole != NULL ? 0 : fail(error, ERROR_REFUSED, "suite: out of memory");
    }
    FILE *list = open_memstream(whole, &bytes);
    int result = list == NULL ? fail(error, ERROR_REFUSED, "suite: out of memory") : 0;
    if (result == 0)
        result = parse_words(origin, text, NULL, 0, &given, error);
    if (result == 0)
        fprintf(list, "%s", text);
    for (size_t i = 0; result == 0 && i < paths.count; i++) {
        size_t count =
            runner_strategies(paths.values[i], folder, names, STRATEGIES_MOST_REGISTERED);
        bool named = false;
        for (size_t k = 0; k < count; k++)
            named = named || holds_word(&given, names[k]);
        for (size_t k = 0; k < count && !named; k++)
            fprintf(list, ",%s", names[k]);
    }
    if (list != NULL && fclose(list) != 0 && result == 0)
        result = fail(error, ERROR_REFUSED, "suite: out of memory");
    words_free(&paths);
    words_free(&given);
    return result;
}

static int resolve_strategies(const struct scope *scope, struct words *out, struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_strategies, &origin);
    char *whole = NULL;
    int result = add_runners(scope, text, &whole, error);
    if (result == 0)
        result = chosen_read(origin, whole, folder_of_key(scope, KEY_strategies, text), out, error);
    free(whole);
    return result;
}

static int resolve_pythons(const struct scope *scope, struct words *out, struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_python, &origin);
    return parse_words(origin, text, NULL, 0, out, error);
}

/* Combinations of environment variables: "K=V;K=V" each. */
struct environments {
    char **values;
    size_t count;
};

static void free_environments(struct environments *environments)
{
    for (size_t i = 0; i < environments->count; i++)
        free(environments->values[i]);
    free(environments->values);
}

static int append_env(struct environments *environments, const char *origin, const char *before,
                      const char *name, size_t length, const char *value, struct error *error)
{
    char *joined = NULL;
    if (environments->count == MOST_ENVIRONMENTS)
        return fail(error, ERROR_USAGE, "%s: more than %d combinations", origin, MOST_ENVIRONMENTS);
    int bytes =
        asprintf(&joined, "%s%s%.*s=%s", before, *before ? ";" : "", (int)length, name, value);
    if (bytes < 0)
        return fail(error, ERROR_REFUSED, "%s: out of memory", origin);
    environments->values[environments->count++] = joined;
    if (bytes > MOST_ENVIRONMENT_BYTES)
        return fail(error, ERROR_USAGE, "%s: a combination of more than %d characters", origin,
                    MOST_ENVIRONMENT_BYTES);
    return 0;
}

/* Multiplies the combinations so far by the values of one line "K=V,V". */
static int multiply_envs(struct environments *environments, char *line, const char *origin,
                         struct error *error)
{
    char *equals = strchr(line, '=');
    if (equals == NULL || equals == line || strpbrk(line, ";\n") != NULL)
        return fail(error, ERROR_USAGE,
                    "%s: '%s' is not of the form NAME=VALUE,VALUE (without semicolons)", origin,
                    line);
    struct environments before = *environments;
    *environments = (struct environments){calloc(MOST_ENVIRONMENTS, sizeof(char *)), 0};
    int result =
        environments->values == NULL ? fail(error, ERROR_REFUSED, "%s: out of memory", origin) : 0;
    for (size_t i = 0; result == 0 && i < before.count; i++) {
        char *values = strdup(equals + 1), *rest = values, *value;
        while (result == 0 && (value = strsep(&rest, ",")) != NULL)
            result = append_env(environments, origin, before.values[i], line,
                                (size_t)(equals - line), value, error);
        free(values);
    }
    free_environments(&before);
    return result;
}

/* One text that holds all of them. */
static int pack_environments(const struct environments *environments, struct words *out,
                             struct error *error)
{
    size_t bytes = 1;
    for (size_t i = 0; i < environments->count; i++)
        bytes += strlen(environments->values[i]) + 1;
    *out = (struct words){.text = malloc(bytes),
                          .values = calloc(environments->count + 1, sizeof *out->values)};
    if (out->text == NULL || out->values == NULL)
        return fail(error, ERROR_REFUSED, "env: out of memory");
    for (char *at = out->text; out->count < environments->count; at += strlen(at) + 1, out->count++)
        out->values[out->count] = strcpy(at, environments->values[out->count]);
    return 0;
}

static int resolve_envs(const struct scope *scope, struct words *out, struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_env, &origin);
    struct environments environments = {calloc(1, sizeof(char *)), 0};
    char *lines = strdup(text != NULL ? text : ""), *rest = lines, *line;
    int result = 0;
    if (environments.values != NULL)
        environments.values[environments.count++] = strdup("");
    if (lines == NULL || environments.count == 0 || environments.values[0] == NULL)
        result = fail(error, ERROR_REFUSED, "env: out of memory");
    while (text != NULL && result == 0 && (line = strsep(&rest, "\n")) != NULL)
        result = multiply_envs(&environments, line, origin, error);
    free(lines);
    if (result == 0)
        result = pack_environments(&environments, out, error);
    free_environments(&environments);
    return result;
}

static int append_payload(struct series *series, const char *origin, struct payload payload,
                          struct error *error)
{
    for (size_t i = 0; i < series->payload_count; i++)
        if (series->payloads[i].in == payload.in && series->payloads[i].out == payload.out)
            return 0;
    if (series->payload_count == MOST_PAYLOADS)
        return fail(error, ERROR_USAGE, "%s: the list names more than %d values", origin,
                    MOST_PAYLOADS);
    struct payload *grown =
        reallocarray(series->payloads, series->payload_count + 1, sizeof *grown);
    if (grown == NULL)
        return fail(error, ERROR_REFUSED, "payload: out of memory");
    series->payloads = grown;
    series->payloads[series->payload_count++] = payload;
    return 0;
}

/* One item of the list: IN/OUT, or numbers that are both. */
static int append_payload_item(struct series *series, const char *origin, char *item,
                               struct error *error)
{
    struct number_rule rule = suite_number_rule(KEY_payload, 0);
    struct payload payload;
    struct numbers numbers = {0};
    char *slash = strchr(item, '/');
    int result = 0;
    if (slash != NULL) {
        *slash = '\0';
        if (parse_number(origin, item, &rule, &payload.in, error) != 0 ||
            parse_number(origin, slash + 1, &rule, &payload.out, error) != 0)
            return -1;
        return append_payload(series, origin, payload, error);
    }
    if (parse_numbers(origin, item, &rule, &numbers, error) != 0)
        return -1;
    for (size_t i = 0; result == 0 && i < numbers.count; i++)
        result = append_payload(series, origin,
                                (struct payload){numbers.values[i], numbers.values[i]}, error);
    numbers_free(&numbers);
    return result;
}

static int resolve_payloads(const struct scope *scope, struct series *series, struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_payload, &origin);
    char *items = strdup(text), *rest = items, *item;
    int result = items == NULL ? fail(error, ERROR_REFUSED, "payload: out of memory") : 0;
    while (result == 0 && (item = strsep(&rest, ",")) != NULL)
        result = append_payload_item(series, origin, item, error);
    free(items);
    return result;
}

/* Jobs; or "4w", which is four for each worker and stands alone, as another number of jobs could be
 * the same batch. */
static int resolve_jobs(const struct scope *scope, struct series *series, struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_jobs, &origin);
    struct number_rule rule = suite_number_rule(KEY_jobs, scope->cpus);
    size_t length = strlen(text);
    if (strchr(text, 'w') == NULL)
        return parse_numbers(origin, text, &rule, &series->lists[KEY_jobs].numbers, error);
    char *number = strndup(text, length - 1);
    if (number == NULL)
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    rule.least = 1;
    int result = 0;
    if (text[length - 1] != 'w' || strpbrk(number, ",.w") != NULL)
        result =
            fail(error, ERROR_USAGE,
                 "%s: '%s': a number of jobs for each worker stands alone, as in 4w", origin, text);
    else
        result = parse_numbers(origin, number, &rule, &series->lists[KEY_jobs].numbers, error);
    series->jobs_each = true;
    free(number);
    return result;
}

static int resolve_by_own_parser(const struct scope *scope, enum suite_key key,
                                 struct series *series, struct error *error)
{
    if (key == KEY_jobs)
        return resolve_jobs(scope, series, error);
    if (key == KEY_strategies)
        return resolve_strategies(scope, &series->lists[key].words, error);
    if (key == KEY_env)
        return resolve_envs(scope, &series->lists[key].words, error);
    if (key == KEY_python)
        return resolve_pythons(scope, &series->lists[key].words, error);
    return key == KEY_payload ? resolve_payloads(scope, series, error) : 0; /* work: not a list */
}

/* What a suite says of its works is not meant for a command of the command line. */
static bool is_given_for_command(const struct scope *scope, enum suite_key key)
{
    return scope->options->values[key] != NULL ||
           (scope->options->values[KEY_command] == NULL && scope->defaults->values[key] != NULL);
}

/* True where an error begins with that option: "--inputs: ". */
static bool is_about(const struct error *error, const char *name)
{
    size_t length = strlen(name);
    return strncmp(error->text, "--", 2) == 0 && strncmp(error->text + 2, name, length) == 0 &&
           error->text[2 + length] == ':';
}

/* Its errors name options. Where it was the suite that gave one of a command's keys, its file and
 * line stand before: of the key that the error is about, or of the first one. */
static int fail_of_command(const struct scope *scope, struct error *error)
{
    static const enum suite_key keys[] = {KEY_command, KEY_inputs,        KEY_shell,
                                          KEY_verify,  KEY_output,        KEY_prepare,
                                          KEY_cleanup, KEY_ignore_failure};
    const struct error own = *error;
    const char *place = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *origin;
        look_up(scope, keys[i], &origin);
        bool is_given_there =
            !text_equal(origin, suite_keys[keys[i]]) && strncmp(origin, "--", 2) != 0;
        if (is_given_there && (place == NULL || is_about(error, suite_keys[keys[i]])))
            place = origin;
    }
    if (place == NULL)
        return -1;
    *error = (struct error){0};
    return fail(error, own.kind, "%s: %s", place, own.text);
}

/* What commands have of their own: sizes, numbers of jobs and strategies where nobody says. True
 * where it is such a list. */
static bool resolve_of_command(const struct scope *scope, enum suite_key key, struct series *series,
                               int *result, struct error *error)
{
    static const char runs_commands[] = "spawn,forkserver,xargs";
    const char *origin, *text = look_up(scope, key, &origin);
    char jobs[SUITE_COMMAND_JOBS_BYTES];
    struct number_rule any = suite_number_rule(key, scope->cpus);
    struct suite_list *list = &series->lists[key];
    bool is_given = is_given_for_command(scope, key);
    suite_command_jobs(scope->command, jobs);
    if (key == KEY_sizes) {
        *result = suite_command_sizes(scope->command, origin, is_given ? text : NULL,
                                      &list->numbers, error);
        if (*result != 0 && !is_given)
            *result = fail_of_command(scope, error);
    } else if (key == KEY_jobs && !is_given && !scope->command->words.has_size)
        *result = parse_numbers(origin, jobs, &any, &list->numbers, error);
    else if (key == KEY_strategies && !is_given)
        *result = parse_words(origin, runs_commands, strategy_names(), strategy_names_count(),
                              &list->words, error);
    else
        return false;
    return true;
}

/* True where the command line, or the work's own section, has the key. */
static bool is_given_for_work(const struct scope *scope, enum suite_key key)
{
    return (scope->options != NULL && scope->options->values[key] != NULL) ||
           (scope->section != NULL && scope->section->values[key] != NULL);
}

static bool runs_functions(const char *strategy)
{
    const char *options;
    return (chosen_find(strategy, &options)->flags & STRATEGY_PYTHON) != 0;
}

/* A function in Python is run by what can run it. Where a suite says for all of its works what runs
 * none, or nobody says anything, it is every strategy in Python. */
static int resolve_strategies_of_function(const struct scope *scope, struct words *out,
                                          struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_strategies, &origin);
    bool is_given = is_given_for_work(scope, KEY_strategies) && !text_equal(text, "all");
    if (resolve_strategies(scope, out, error) != 0)
        return -1;
    for (size_t i = 0; i < out->count; i++)
        if (runs_functions(out->values[i]))
            return 0;
    if (is_given)
        return fail(error, ERROR_USAGE,
                    "%s: none of these runs functions in Python; py-pool, py-threads and so on do: "
                    "see `breakeven list`",
                    origin);
    words_free(out);
    return named_work_strategies(look_up(scope, KEY_python, &origin), out, error);
}

/* Room for the powers of four below 2^62. */
enum { NUMBERS_BYTES = 400 };

/* From one job to as many as there are, and more where these are but a few: three numbers are what
 * a curve needs. */
static void number_jobs(uint64_t most, char text[NUMBERS_BYTES])
{
    enum { FACTOR = 4, LEAST_COUNT = 3 };
    size_t used = 0, count = 0;
    for (uint64_t jobs = 1; jobs < most; jobs *= FACTOR, count++)
        used +=
            (size_t)snprintf(text + used, NUMBERS_BYTES - used, "%llu,", (unsigned long long)jobs);
    used += (size_t)snprintf(text + used, NUMBERS_BYTES - used, "%llu", (unsigned long long)most);
    for (count++; count < LEAST_COUNT; count++)
        used += (size_t)snprintf(text + used, NUMBERS_BYTES - used, ",%llu",
                                 (unsigned long long)(most *= FACTOR));
}

/* Jobs that have no size are measured by how many there are. True where it is such a list. */
static bool resolve_of_sizeless(const struct scope *scope, enum suite_key key,
                                struct series *series, int *result, struct error *error)
{
    static const char one[] = "1", numbers_of_jobs[] = "1..4096:x2";
    bool is_asked = key == KEY_sizes || (key == KEY_jobs && !series->jobs_given);
    bool has_sizes = is_given_for_work(scope, KEY_sizes);
    struct number_rule rule = suite_number_rule(key, scope->cpus);
    char own[NUMBERS_BYTES];
    if (!is_asked || (has_sizes && series->work->arguments == NULL))
        return false;
    if (has_sizes) {
        *result = fail(error, ERROR_USAGE,
                       "--sizes: cannot be combined with --arguments, whose lines are what %s is "
                       "called with",
                       series->work->name);
        return true;
    }
    bool is_numbered = key == KEY_jobs && series->work->usual_jobs > 0;
    if (is_numbered)
        number_jobs(series->work->usual_jobs, own);
    *result = parse_numbers(series->work->name,
                            key == KEY_sizes ? one
                            : is_numbered    ? own
                                             : numbers_of_jobs,
                            &rule, &series->lists[key].numbers, error);
    return true;
}

/* Reads the values of a key of a dimension. */
static int resolve_list(const struct scope *scope, enum suite_key key, struct series *series,
                        struct error *error)
{
    struct suite_list *list = &series->lists[key];
    int result;
    if (series->work->is_command && resolve_of_command(scope, key, series, &result, error))
        return result;
    if (series->work->is_sizeless && resolve_of_sizeless(scope, key, series, &result, error))
        return result;
    if (key == KEY_strategies && named_work_is_function(series->work))
        return resolve_strategies_of_function(scope, &list->words, error);
    switch (reading_of(key).kind) {
    case LIST_OF_NUMBERS:
        return resolve_numbers(scope, key, &list->numbers, error);
    case LIST_OF_DURATIONS:
        return resolve_durations(scope, key, &list->numbers, error);
    case LIST_OF_WORDS:
        return resolve_words(scope, key, &list->words, error);
    case OWN_PARSER:
        return resolve_by_own_parser(scope, key, series, error);
    case RUN_WIDE:
        break;
    }
    return 0;
}

/* True where one of the strategies runs over several hosts. */
static bool runs_over_hosts(const struct series *series)
{
    return suite_hosts_serve(&series->lists[KEY_strategies].words);
}

/* More workers than slots would be refused. Where nobody has asked for them, as a suite that is
 * built in does for jobs that wait, all slots take their place. */
static void fit_into_slots(const struct scope *over, struct numbers *workers)
{
    size_t kept = 0;
    if (!over->is_built_in || over->options->values[KEY_workers] != NULL)
        return;
    for (size_t i = 0; i < workers->count; i++) {
        uint64_t count = workers->values[i] < over->cpus ? workers->values[i] : over->cpus;
        bool known = false;
        for (size_t k = 0; k < kept; k++)
            known = known || workers->values[k] == count;
        if (!known)
            workers->values[kept++] = count;
    }
    workers->count = kept;
}

/* How many hosts, and the workers over so many: "all" is their slots. */
static int resolve_hosts(const struct scope *scope, struct series *series, struct error *error)
{
    const struct hosts none = {0}, *hosts = runs_over_hosts(series) ? scope->hosts : &none;
    struct numbers *counts = &series->lists[KEY_hosts].numbers;
    if (suite_hosts_counts(hosts, counts, error) != 0)
        return -1;
    series->workers_over = calloc(counts->count, sizeof *series->workers_over);
    if (series->workers_over == NULL)
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    for (size_t i = 0; i < counts->count; i++) {
        struct scope over = *scope;
        if (counts->values[i] > 0)
            over.cpus = hosts_slots(hosts, counts->values[i]);
        if (resolve_numbers(&over, KEY_workers, &series->workers_over[i], error) != 0)
            return -1;
        if (counts->values[i] > 0)
            fit_into_slots(&over, &series->workers_over[i]);
    }
    return 0;
}

const struct numbers *suite_workers(const struct series *series, uint64_t hosts)
{
    const struct numbers *counts = &series->lists[KEY_hosts].numbers;
    for (size_t i = 0; i < counts->count; i++)
        if (hosts > 0 && counts->values[i] == hosts)
            return &series->workers_over[i];
    return &series->lists[KEY_workers].numbers;
}

static int resolve_series(const struct scope *scope, const struct work *work, struct series *series,
                          struct error *error)
{
    series->work = work;
    series->jobs_given = is_given_for_work(scope, KEY_jobs);
    for (int key = 0; key < SUITE_KEY_COUNT; key++)
        if (resolve_list(scope, (enum suite_key)key, series, error) != 0)
            return -1;
    return resolve_hosts(scope, series, error);
}

static int append_series(const struct scope *scope, const char *work, struct suite *suite,
                         struct error *error)
{
    struct scope own = *scope;
    own.work = work_find(work);
    struct series *grown = reallocarray(suite->series, suite->count + 1, sizeof *grown);
    if (grown == NULL)
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    suite->series = grown;
    suite->series[suite->count] = (struct series){0};
    return resolve_series(&own, own.work, &suite->series[suite->count++], error);
}

/* The file of --arguments, or of the suite's key, in whose folder it begins then. NULL: there is
 * none, or an error. To be freed. */
static char *find_arguments(const struct scope *scope, struct error *error)
{
    const char *origin, *text = look_up(scope, KEY_arguments, &origin);
    bool is_option = scope->options->values[KEY_arguments] == text;
    const char *folder = is_option || scope->folder == NULL ? "." : scope->folder;
    char *path = NULL;
    if (text == NULL)
        return NULL;
    if (asprintf(&path, "%s%s%s", *text == '/' ? "" : folder, *text == '/' ? "" : "/", text) < 0) {
        fail(error, ERROR_REFUSED, "suite: out of memory");
        return NULL;
    }
    char *whole = realpath(path, NULL);
    if (whole == NULL)
        fail(error, ERROR_USAGE, "%s: %s: %s", origin, text, strerror(errno));
    free(path);
    return whole;
}

/* A work that a text names by a path is known from here on; NULL: see error. */
static const struct work *know_work(const struct scope *scope, const char *origin, const char *text,
                                    const char *folder, struct error *error)
{
    const char *python_origin;
    char *arguments = find_arguments(scope, error);
    const struct named_work named = {
        .text = text,
        .folder = folder,
        .pythons = look_up(scope, KEY_python, &python_origin),
        .arguments = arguments,
    };
    const struct work *work =
        error->kind == ERROR_NONE ? named_work_know(origin, &named, error) : NULL;
    free(arguments);
    return work;
}

/* Works by their names, or libraries and functions by their paths; these become the names of works
 * that are known from here on. */
static int parse_works(const struct scope *scope, const char *origin, const char *text,
                       const char *folder, struct words *out, struct error *error)
{
    struct words given = {0};
    char *names = NULL;
    size_t bytes = 0;
    if (parse_words(origin, text, NULL, 0, &given, error) != 0)
        return -1;
    FILE *stream = open_memstream(&names, &bytes);
    int result = stream == NULL ? fail(error, ERROR_REFUSED, "suite: out of memory") : 0;
    for (size_t i = 0; result == 0 && i < given.count; i++) {
        const char *name = given.values[i], *dot = strrchr(name, '.');
        if (named_work_is(name)) {
            const struct work *work = know_work(scope, origin, name, folder, error);
            result = work != NULL ? 0 : -1;
            name = work != NULL ? work->name : "";
        } else if (dot != NULL && text_equal(dot, ".so")) {
            result = fail(error, ERROR_USAGE, "%s: '%.60s': a library is named by a path: ./%.60s",
                          origin, name, name);
        }
        fprintf(stream, "%s%s", i > 0 ? "," : "", name);
    }
    if (stream != NULL && fclose(stream) != 0 && result == 0)
        result = fail(error, ERROR_REFUSED, "suite: out of memory");
    if (result == 0)
        result = parse_words(origin, names, work_names(), work_names_count(), out, error);
    free(names);
    words_free(&given);
    return result;
}

/* The works of a section: its key work, or its own name. */
static int section_works(const struct scope *scope, const struct section *section,
                         struct words *works_out, struct error *error)
{
    const char *given = section->settings.values[KEY_work];
    const char *origin = given != NULL ? section->settings.origins[KEY_work] : section->origin;
    return parse_works(scope, origin, given != NULL ? given : section->name, scope->folder,
                       works_out, error);
}

/* The series of one section, without the works that --work leaves out. */
static int append_section(struct scope scope, const struct section *section,
                          const struct words *chosen, struct suite *suite, struct error *error)
{
    struct words own = {0};
    scope.section = &section->settings;
    int result = section_works(&scope, section, &own, error);
    for (size_t i = 0; result == 0 && i < own.count; i++)
        if (chosen->count == 0 || holds_word(chosen, own.values[i]))
            result = append_series(&scope, own.values[i], suite, error);
    words_free(&own);
    return result;
}

/* Every work that --work names and no section measures gets a series of the suite's defaults. */
static int append_chosen(struct scope scope, const struct words *chosen, struct suite *suite,
                         struct error *error)
{
    size_t from_sections = suite->count;
    for (size_t i = 0; i < chosen->count; i++) {
        bool measured = false;
        for (size_t k = 0; k < from_sections; k++)
            measured = measured || text_equal(suite->series[k].work->name, chosen->values[i]);
        if (!measured && append_series(&scope, chosen->values[i], suite, error) != 0)
            return -1;
    }
    return 0;
}

/* Of strategies that were asked for, some must run commands: else serial would be all. */
static int check_command_strategies(const struct scope *scope, const struct words *chosen,
                                    struct error *error)
{
    const char *origin, *options;
    look_up(scope, KEY_strategies, &origin);
    for (size_t i = 0; i < chosen->count; i++)
        if ((chosen_find(chosen->values[i], &options)->flags & STRATEGY_RUNS_COMMANDS) != 0)
            return 0;
    return fail(error, ERROR_USAGE,
                "%s: none of these runs commands; serial, spawn, forkserver, xargs and parallel do",
                origin);
}

/* A command is measured in place of the suite's works. */
static int append_command(const struct scope *scope, struct suite *suite, struct error *error)
{
    if (scope->options->values[KEY_work] != NULL) {
        fail(error, ERROR_USAGE, "--command: cannot be combined with --work");
        return fail_of_command(scope, error);
    }
    if (append_series(scope, work_command.name, suite, error) != 0 ||
        check_command_strategies(scope, &suite->series[0].lists[KEY_strategies].words, error) != 0)
        return -1;
    suite->series[0].work = suite_command_register(&suite->command, error);
    if (suite->series[0].work == NULL)
        return fail_of_command(scope, error);
    for (size_t i = 0; i < suite->series[0].payload_count; i++)
        if (suite->series[0].payloads[i].in > 0 || suite->series[0].payloads[i].out > 0) {
            fail(error, ERROR_USAGE, "--payload: commands take no payload");
            return fail_of_command(scope, error);
        }
    return 0;
}

/* Lines are for a function to be called with. */
static int check_arguments(const struct scope *scope, const struct suite *suite,
                           struct error *error)
{
    const char *origin;
    bool is_used = look_up(scope, KEY_arguments, &origin) == NULL;
    for (size_t i = 0; i < suite->count; i++)
        is_used = is_used || suite->series[i].work->arguments != NULL;
    return is_used ? 0
                   : fail(error, ERROR_USAGE,
                          "%s: no function in Python is measured; name one, as in `breakeven run "
                          "mymodule.py:task`",
                          origin);
}

/* Whoever names hosts wants them used; those of a suite may be for other strategies of it. */
static int check_hosts(const struct scope *scope, const struct suite *suite, struct error *error)
{
    bool is_used = scope->options->values[KEY_hosts] == NULL;
    for (size_t i = 0; i < suite->count; i++)
        is_used = is_used || runs_over_hosts(&suite->series[i]);
    return is_used ? 0 : suite_hosts_refuse(scope->options->origins[KEY_hosts], error);
}

static int resolve_all_series(const struct document *document, const struct scope *scope,
                              struct suite *suite, struct error *error)
{
    struct words chosen = {0};
    const char *work = scope->options->values[KEY_work];
    if (scope->command->words.count > 0)
        return append_command(scope, suite, error);
    int result = work == NULL ? 0
                              : parse_works(scope, scope->options->origins[KEY_work], work, NULL,
                                            &chosen, error);
    for (size_t i = 0; result == 0 && i < document->count; i++)
        result = append_section(*scope, &document->sections[i], &chosen, suite, error);
    if (result == 0)
        result = append_chosen(*scope, &chosen, suite, error);
    words_free(&chosen);
    if (result == 0)
        result = check_arguments(scope, suite, error);
    if (result == 0)
        result = check_hosts(scope, suite, error);
    if (result == 0 && suite->count == 0)
        return fail(error, ERROR_USAGE, "%s:%d: the suite has no [section] that names a work",
                    document->file, document->lines > 0 ? document->lines : 1);
    return result;
}

int suite_job_timeout(const char *option, const char *text, uint64_t *ns, struct error *error)
{
    *ns = 0;
    return text_equal(text, "0") ? 0 : parse_duration(option, text, ns, error);
}

/* What becomes of jobs that go wrong. */
static int resolve_job_failures(const struct scope *scope, struct suite *suite, struct error *error)
{
    struct number_rule rule = suite_number_rule(KEY_retries, scope->cpus);
    const char *origin, *text = look_up(scope, KEY_job_timeout, &origin);
    uint64_t retries;
    if (suite_job_timeout(origin, text, &suite->job_timeout_ns, error) != 0)
        return -1;
    text = look_up(scope, KEY_retries, &origin);
    if (parse_number(origin, text, &rule, &retries, error) != 0)
        return -1;
    suite->retries = (uint32_t)retries;
    return 0;
}

static int resolve_common(const struct scope *scope, struct suite *suite, struct error *error)
{
    const struct number_rule seeds = {.most = INT64_MAX}, rounds = {.most = 1000000};
    const char *origin, *text = look_up(scope, KEY_budget, &origin);
    if (parse_duration(origin, text, &suite->budget_ns, error) != 0)
        return -1;
    text = look_up(scope, KEY_timeout, &origin);
    if (parse_duration(origin, text, &suite->timeout_ns, error) != 0)
        return -1;
    text = look_up(scope, KEY_seed, &origin);
    if (parse_number(origin, text, &seeds, &suite->seed, error) != 0)
        return -1;
    text = look_up(scope, KEY_rounds, &origin);
    if (parse_number(origin, text, &rounds, &suite->rounds, error) != 0)
        return -1;
    text = look_up(scope, KEY_precision, &origin);
    if (parse_percent(origin, text, &suite->precision, error) != 0)
        return -1;
    text = look_up(scope, KEY_input, &origin);
    suite->input = text != NULL ? strdup(text) : NULL;
    text = look_up(scope, KEY_hosts, &origin);
    if (text != NULL && suite_hosts_read(origin, text, folder_of_key(scope, KEY_hosts, text),
                                         &suite->hosts, error) != 0)
        return -1;
    return resolve_job_failures(scope, suite, error);
}

static int resolve_command(const struct scope *scope, struct suite *suite, struct error *error)
{
    const char *origin;
    const struct command_texts texts = {
        .command = look_up(scope, KEY_command, &origin),
        .inputs = look_up(scope, KEY_inputs, &origin),
        .shell = look_up(scope, KEY_shell, &origin),
        .verify = look_up(scope, KEY_verify, &origin),
        .output = look_up(scope, KEY_output, &origin),
        .prepare = look_up(scope, KEY_prepare, &origin),
        .cleanup = look_up(scope, KEY_cleanup, &origin),
        .ignore_failure = look_up(scope, KEY_ignore_failure, &origin),
    };
    return suite_command_read(&texts, &suite->command, error) == 0 ? 0
                                                                   : fail_of_command(scope, error);
}

/* "quick" for path/quick.ini. */
static char *suite_name(const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash != NULL ? slash + 1 : file;
    size_t length = strlen(base);
    if (length > 4 && text_equal(base + length - 4, ".ini"))
        length -= 4;
    return strndup(base, length);
}

/* "squares+mmap": the works that --work chose, as many as there is room for. */
static char *chosen_name(const struct suite *suite)
{
    enum { MOST_BYTES = 100 };
    char name[MOST_BYTES + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < suite->count; i++) {
        const char *work = suite->series[i].work->name;
        bool again = i > 0 && text_equal(suite->series[i - 1].work->name, work);
        if (again)
            continue;
        if (used + 1 + strlen(work) > MOST_BYTES)
            break;
        used +=
            (size_t)snprintf(name + used, sizeof name - used, "%s%s", used > 0 ? "+" : "", work);
    }
    return strdup(name);
}

/* What the suite's command is, behind its name where it does not begin with that. */
static char *command_title(const struct suite_command *command, const char *name)
{
    enum { MOST_BYTES = 120 };
    char text[MOST_BYTES + 64], *title = NULL;
    text_clipped(text, sizeof text, command->text, MOST_BYTES);
    bool begins = strncmp(text, name, strlen(name)) == 0;
    return asprintf(&title, "%s%s%s", begins ? "" : name, begins ? "" : ": ", text) < 0 ? NULL
                                                                                        : title;
}

/* Names a suite by what is measured: a command alone, works of their own, or all of the suite, of
 * which the built-in one goes by its name only where it is measured as it is. */
static void name_suite(const char *file, const char *title, const struct settings *options,
                       struct suite *suite)
{
    bool is_default = text_equal(file, "default");
    suite->name = suite_name(file);
    if (suite->command.words.count > 0 && suite->count > 0) {
        free(suite->name);
        suite->name = strdup(suite->series[0].work->name);
        suite->title = command_title(&suite->command, suite->name);
    } else if (options->values[KEY_work] != NULL) {
        suite->title = chosen_name(suite);
        if (is_default) {
            free(suite->name);
            suite->name = strdup(suite->title);
        }
    } else {
        suite->title = title != NULL ? strdup(title) : suite_name(file);
    }
}

/* "path/to" for path/to/quick.ini; NULL where that is the working directory. */
static char *folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash != NULL ? strndup(file, (size_t)(slash - file) + (slash == file)) : NULL;
}

/* text: of the suite; NULL: it is the one of that name. */
static int read_suite(const char *name, const char *text, const struct settings *options,
                      uint32_t cpus, struct suite *suite, struct error *error)
{
    struct document *document = calloc(1, sizeof *document);
    *suite = (struct suite){0};
    if (document == NULL)
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    document->error = error;
    document->file = name;
    struct scope scope = {
        .options = options,
        .defaults = &document->defaults,
        .cpus = cpus,
        .command = &suite->command,
        .hosts = &suite->hosts,
        .is_built_in = text == NULL && asset_find(asset_suites, asset_suites_count, name) != NULL};
    int result = text != NULL ? parse_document(document, text, text + strlen(text))
                              : read_document(document, name);
    char *folder = folder_of(name);
    scope.folder = folder;
    if (result == 0)
        result = resolve_common(&scope, suite, error);
    if (result == 0)
        result = resolve_command(&scope, suite, error);
    if (result == 0)
        result = resolve_runners(&scope, error);
    if (result == 0)
        result = resolve_all_series(document, &scope, suite, error);
    if (result == 0)
        name_suite(name, document->title, options, suite);
    free_document(document);
    free(document);
    free(folder);
    if (result != 0)
        suite_free(suite);
    return result;
}

int suite_read(const char *name, const struct settings *options, uint32_t cpus, struct suite *suite,
               struct error *error)
{
    return read_suite(name, NULL, options, cpus, suite, error);
}

int suite_read_text(const char *name, const char *text, const struct settings *options,
                    uint32_t cpus, struct suite *suite, struct error *error)
{
    return read_suite(name, text, options, cpus, suite, error);
}

/* ------------------------------------------------------------------------------- keys */

static int check_count(const char *origin, const struct key *key, enum suite_key by,
                       enum dimension dimension, struct error *error)
{
    struct number_rule rule = suite_number_rule(by, 1);
    uint64_t count = key_count(key, dimension);
    if (key_lacks(key, dimension) || (count >= rule.least && count <= rule.most))
        return 0;
    return fail(error, ERROR_USAGE, "%s: %s is %llu; %llu to %llu are allowed", origin,
                dimension_rows[dimension].name, (unsigned long long)count,
                (unsigned long long)rule.least, (unsigned long long)rule.most);
}

static int check_word(const char *origin, const struct key *key, enum suite_key by,
                      enum dimension dimension, struct error *error)
{
    char shown[64];
    size_t count = 0;
    const char *const *words = suite_words(by, &count);
    const char *text = key_text(key, dimension);
    if (dimension == DIMENSION_transport) /* also those that nobody chooses */
        count = TRANSPORT_NAMES;
    for (size_t i = 0; i < count; i++)
        if (text_equal(words[i], text))
            return 0;
    if (words == NULL || *text == '\0')
        return 0;
    text_clipped(shown, sizeof shown, text, 40);
    return fail(error, ERROR_USAGE, "%s: %s is '%s', which is not known", origin,
                dimension_rows[dimension].name, shown);
}

/* "K=V;K=V" as suites make it. */
static int check_env(const char *origin, const char *env, struct error *error)
{
    bool good = strlen(env) <= MOST_ENVIRONMENT_BYTES;
    for (const char *at = env; good && *env != '\0'; at++) {
        size_t name = strcspn(at, "=;\n");
        good = name > 0 && at[name] == '=';
        at += strcspn(at, ";\n");
        good = good && *at != '\n';
        if (*at == '\0')
            break;
    }
    return good ? 0 : fail(error, ERROR_USAGE, "%s: env is not K=V;K=V", origin);
}

int suite_check_key(const char *origin, const struct key *key, struct error *error)
{
    static const struct {
        enum suite_key key;
        enum dimension dimension;
    } rows[] = {
#define KEY(symbol, dimension, ...) {KEY_##symbol, DIMENSION_##dimension},
        DIMENSION_KEYS(KEY)
#undef KEY
            {KEY_payload, DIMENSION_payload_out},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum dimension dimension = rows[i].dimension;
        if (dimension_rows[dimension].is_text
                ? check_word(origin, key, rows[i].key, dimension, error) != 0
                : check_count(origin, key, rows[i].key, dimension, error) != 0)
            return -1;
    }
    if (*key->build != '\0')
        return fail(error, ERROR_USAGE, "%s: it is of one of two builds", origin);
    return check_env(origin, key->env, error);
}

void suite_free(struct suite *suite)
{
    for (size_t i = 0; i < suite->count; i++) {
        struct series *series = &suite->series[i];
        for (size_t k = 0;
             series->workers_over != NULL && k < series->lists[KEY_hosts].numbers.count; k++)
            numbers_free(&series->workers_over[k]);
        free(series->workers_over);
        for (int key = 0; key < SUITE_KEY_COUNT; key++) {
            numbers_free(&series->lists[key].numbers);
            words_free(&series->lists[key].words);
        }
        free(series->payloads);
    }
    free(suite->series);
    free(suite->name);
    free(suite->title);
    free(suite->input);
    hosts_free(&suite->hosts);
    suite_command_free(&suite->command);
    *suite = (struct suite){0};
}
