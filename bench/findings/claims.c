#include "bench/findings/claims.h"
#include "bench/base/input.h"
#include "bench/base/json.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST_BYTES = 16 << 20, MOST_CLAIMS = 20000 };

#define FORMAT_NAME "breakeven-thresholds"

/* Numbers are written with as many digits; what is read and written again is the same. */
enum { DIGITS = 9 };

/* ------------------------------------------------------------------------------- writing */

struct claims_head claims_head_of(const struct host *host, enum threshold_objective objective)
{
    return (struct claims_head){
        .objective = objective,
        .cpus = host->cpus_usable,
        .architecture = host->architecture,
        .model = host->model,
        .measured = host->started,
        .commit = host->commit,
    };
}

json_t *claims_describe_head(const struct claims_head *head)
{
    return json_pack("{s:s, s:i, s:s, s:i, s:o, s:o, s:o, s:o}", "format", FORMAT_NAME, "version",
                     CLAIMS_VERSION, "objective", threshold_objectives[head->objective], "cpus",
                     (int)head->cpus, "architecture", json_of_text(head->architecture), "model",
                     json_of_text(head->model), "measured", json_of_text(head->measured), "commit",
                     json_of_text(head->commit));
}

static int set_count(json_t *object, const char *key, uint64_t count)
{
    return json_object_set_new(object, key,
                               count <= INT64_MAX ? json_integer((json_int_t)count) : json_null());
}

static int set_number(json_t *object, const char *key, double number)
{
    return json_object_set_new(object, key, isfinite(number) ? json_real(number) : json_null());
}

/* What readers take a dimension for that is left out: so files are as before it was there. */
static bool is_left_out(const struct key *key, enum dimension dimension)
{
    const struct key none = key_of_nothing();
    return dimension >= DIMENSION_options &&
           key_compare_but(key, &none, ~dimension_bit(dimension)) == 0;
}

/* All but the place on the axis. */
static int set_key(json_t *object, const struct threshold *threshold)
{
    const struct key *key = &threshold->key;
    int lost = 0;
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        const char *name = dimension_rows[i].name;
        if (i == threshold->axis || is_left_out(key, i) || key_lacks(key, i))
            continue;
        lost |= dimension_rows[i].is_text
                    ? json_object_set_new(object, name, json_of_text(key_text(key, i)))
                    : set_count(object, name, key_count(key, i));
    }
    return lost;
}

/* Where it is not built in. */
static int set_path(json_t *object, const char *key, const char *path)
{
    return *path != '\0' ? json_object_set_new(object, key, json_of_text(path)) : 0;
}

/* Where it is ahead between two sizes only there is no threshold, but a range. */
static int set_sizes(json_t *object, const struct threshold *threshold)
{
    bool between = threshold->until != THRESHOLD_NEVER;
    int lost = set_count(object, "threshold", threshold_value(threshold));
    if (between)
        lost |= set_count(object, "from", threshold->from) |
                set_count(object, "until", threshold->until) |
                set_count(object, "until_low", threshold->until_low) |
                set_count(object, "until_high", threshold->until_high);
    return lost | set_number(object, "roundtrip_ns", threshold->roundtrip_ns) |
           set_number(object, "crossover", threshold->crossover) |
           set_number(object, "crossover_low", threshold->crossover_low) |
           set_number(object, "crossover_high", threshold->crossover_high) |
           set_count(object, "low", threshold->from_low) |
           set_count(object, "high", threshold->from_high) |
           set_number(object, "ns", threshold->from_ns) |
           set_number(object, "low_ns", threshold->from_low_ns) |
           set_number(object, "high_ns", threshold->from_high_ns) |
           set_count(object, "least", threshold->least) |
           set_count(object, "most", threshold->most) |
           set_count(object, "places", threshold->places);
}

static int set_costs(json_t *object, const struct threshold *threshold)
{
    json_t *costs = json_object();
    for (int i = 0; i < THRESHOLD_OBJECTIVES; i++) {
        const struct threshold_cost *cost = &threshold->costs[i];
        json_t *one = json_object();
        if (set_number(one, "mean", cost->mean) != 0 ||
            set_number(one, "worst", cost->worst) != 0 ||
            set_count(one, "worst_at", cost->worst_at) != 0 ||
            json_object_set(costs, threshold_objectives[i], one) != 0) {
            json_decref(costs);
            costs = NULL;
        }
        json_decref(one);
    }
    return json_object_set_new(object, "costs", costs);
}

/* All but the checksum. */
static json_t *describe(const struct threshold *threshold)
{
    json_t *object = json_object();
    if (object == NULL || json_object_set_new(object, "name", json_of_text(threshold->name)) != 0 ||
        set_key(object, threshold) != 0 ||
        set_path(object, "work_path", threshold->work_path) != 0 ||
        set_path(object, "strategy_path", threshold->strategy_path) != 0 ||
        json_object_set_new(object, "temperature", json_string(threshold->temperature)) != 0 ||
        json_object_set_new(object, "axis", json_string(dimension_rows[threshold->axis].name)) !=
            0 ||
        json_object_set_new(object, "verdict", json_string(threshold->verdict)) != 0 ||
        set_sizes(object, threshold) != 0 || set_costs(object, threshold) != 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* Of what is known of a threshold, however its file was laid out; false where memory is exhausted.
 */
static bool checksum(const json_t *object, char text[16])
{
    char *all = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(DIGITS));
    if (all != NULL)
        snprintf(text, 16, "%08lx", crc32(0, (const Bytef *)all, (uInt)strlen(all)));
    free(all);
    return all != NULL;
}

json_t *claims_describe(const struct threshold *threshold)
{
    char sum[16];
    json_t *object = describe(threshold);
    if (object != NULL && (!checksum(object, sum) ||
                           json_object_set_new(object, "checksum", json_string(sum)) != 0)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* ------------------------------------------------------------------------------- numbers */

/* Of the time as it is written in the object, so that who reads it comes to the same. */
static uint64_t whole_ns(double ns)
{
    char text[40];
    snprintf(text, sizeof text, "%.*g", DIGITS, fmin(ns, 1e18));
    return (uint64_t)ceil(strtod(text, NULL));
}

/* What is not known is none. */
static size_t add_ns(struct claims_value values[], size_t count, const char *suffix, uint64_t place,
                     double ns)
{
    if (place != THRESHOLD_NEVER && !isfinite(ns))
        return count;
    values[count] = (struct claims_value){suffix, place == THRESHOLD_NEVER ? place : whole_ns(ns)};
    return count + 1;
}

size_t claims_values(const struct threshold *threshold,
                     struct claims_value values[CLAIMS_MOST_VALUES])
{
    uint64_t value = threshold_value(threshold);
    bool between = threshold->until != THRESHOLD_NEVER;
    uint64_t low = between ? value : threshold->from_low;
    uint64_t high = between ? value : threshold->from_high;
    size_t count = 0;
    values[count++] = (struct claims_value){"", value};
    values[count++] = (struct claims_value){"_LOW", low};
    values[count++] = (struct claims_value){"_HIGH", high};
    count = add_ns(values, count, "_NS", value, threshold->from_ns);
    count = add_ns(values, count, "_NS_LOW", low, threshold->from_low_ns);
    count = add_ns(values, count, "_NS_HIGH", high, threshold->from_high_ns);
    if (!between)
        return count;
    values[count++] = (struct claims_value){"_FROM", threshold->from};
    values[count++] = (struct claims_value){"_FROM_LOW", threshold->from_low};
    values[count++] = (struct claims_value){"_FROM_HIGH", threshold->from_high};
    values[count++] = (struct claims_value){"_UNTIL", threshold->until};
    values[count++] = (struct claims_value){"_UNTIL_LOW", threshold->until_low};
    values[count++] = (struct claims_value){"_UNTIL_HIGH", threshold->until_high};
    return count;
}

/* ------------------------------------------------------------------------------- reading */

/* What is read, and where in it. */
struct reader {
    const char *path;
    char place[64]; /* "12", or "1: thresholds[3]" */
    struct claims *claims;
    struct error *error;
};

static int refuse(struct reader *reader, const char *what)
{
    return fail(reader->error, ERROR_USAGE, "%s:%s: %s", reader->path, reader->place, what);
}

static int refuse_member(struct reader *reader, const char *key, const char *what)
{
    return fail(reader->error, ERROR_USAGE, "%s:%s: %s is %s", reader->path, reader->place, key,
                what);
}

/* "" where it is not there. */
static const char *text_of(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    const char *text = "";
    if (json_is_string(value))
        text = strings_keep(&reader->claims->strings, json_string_value(value));
    else if (value != NULL)
        refuse_member(reader, key, "not a text");
    if (text == NULL)
        fail(reader->error, ERROR_REFUSED, "%s: out of memory", reader->path);
    return text != NULL ? text : "";
}

/* `absent` where it is null or not there. */
static uint64_t count_of(struct reader *reader, const json_t *object, const char *key,
                         uint64_t absent)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value))
        return absent;
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        refuse_member(reader, key, "not a whole number of 0 or more");
    return (uint64_t)json_integer_value(value);
}

static double number_of(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value))
        return NAN;
    if (!json_is_number(value) || json_number_value(value) < 0)
        refuse_member(reader, key, "not a number of 0 or more");
    return json_number_value(value);
}

static void read_key(struct reader *reader, const json_t *object, enum dimension axis,
                     struct key *key)
{
    *key = key_of_nothing();
    key_set_count(key, axis, 0);
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        const char *name = dimension_rows[i].name;
        if (i == axis)
            continue;
        uint64_t absent = i >= DIMENSION_options ? 0 : CSV_UNKNOWN;
        if (dimension_rows[i].is_text)
            key_set_text(key, i, text_of(reader, object, name));
        else
            key_set_count(key, i, count_of(reader, object, name, absent));
    }
    if (*key->work == '\0' || *key->strategy == '\0' || key->workers == CSV_UNKNOWN ||
        key->jobs == CSV_UNKNOWN || key->size == CSV_UNKNOWN)
        refuse(reader, "work, strategy, workers, size or jobs is missing");
}

static void read_costs(struct reader *reader, const json_t *object, struct threshold *threshold)
{
    const json_t *costs = json_object_get(object, "costs");
    for (int i = 0; i < THRESHOLD_OBJECTIVES; i++) {
        const json_t *one = json_object_get(costs, threshold_objectives[i]);
        threshold->costs[i] =
            (struct threshold_cost){number_of(reader, one, "mean"), number_of(reader, one, "worst"),
                                    count_of(reader, one, "worst_at", 0)};
    }
}

static void read_sizes(struct reader *reader, const json_t *object, struct threshold *threshold)
{
    uint64_t value = count_of(reader, object, "threshold", THRESHOLD_NEVER);
    threshold->from = count_of(reader, object, "from", value);
    threshold->roundtrip_ns = number_of(reader, object, "roundtrip_ns");
    threshold->crossover = number_of(reader, object, "crossover");
    threshold->crossover_low = number_of(reader, object, "crossover_low");
    threshold->crossover_high = number_of(reader, object, "crossover_high");
    threshold->from_low = count_of(reader, object, "low", THRESHOLD_NEVER);
    threshold->from_high = count_of(reader, object, "high", THRESHOLD_NEVER);
    threshold->until = count_of(reader, object, "until", THRESHOLD_NEVER);
    threshold->until_low = count_of(reader, object, "until_low", THRESHOLD_NEVER);
    threshold->until_high = count_of(reader, object, "until_high", THRESHOLD_NEVER);
    threshold->from_ns = number_of(reader, object, "ns");
    threshold->from_low_ns = number_of(reader, object, "low_ns");
    threshold->from_high_ns = number_of(reader, object, "high_ns");
    threshold->least = count_of(reader, object, "least", 0);
    threshold->most = count_of(reader, object, "most", 0);
    threshold->places = count_of(reader, object, "places", 0);
}

static bool is_identifier(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    return *text != '\0' && !isdigit((unsigned char)*text);
}

static int check_words(struct reader *reader, const struct threshold *threshold)
{
    bool told =
        text_equal(threshold->temperature, "cold") || text_equal(threshold->temperature, "warm");
    if (!is_identifier(threshold->name))
        return refuse_member(reader, "name", "no identifier");
    if (!told)
        return refuse_member(reader, "temperature", "neither cold nor warm");
    if (crossover_kind(threshold->verdict) == CROSSOVER_NOISY &&
        !text_equal(threshold->verdict, "noisy"))
        return refuse_member(reader, "verdict", "not known");
    if (threshold->least > threshold->most)
        return refuse_member(reader, "least", "larger than most");
    return 0;
}

static int check_sum(struct reader *reader, const json_t *object, const struct threshold *threshold)
{
    char sum[16];
    const char *told = text_of(reader, object, "checksum");
    json_t *known = describe(threshold);
    bool made = known != NULL && checksum(known, sum);
    json_decref(known);
    if (!made)
        return fail(reader->error, ERROR_REFUSED, "%s: out of memory", reader->path);
    return text_equal(sum, told)
               ? 0
               : refuse(reader, "it was edited since it was exported; export it again");
}

static int append(struct reader *reader, const struct threshold *threshold)
{
    struct thresholds *all = &reader->claims->thresholds;
    if (all->count == MOST_CLAIMS)
        return refuse(reader, "more thresholds than any export holds");
    if ((all->count & (all->count - 1)) == 0) { /* full at each power of two */
        size_t room = all->count > 0 ? 2 * all->count : 1;
        struct threshold *grown = reallocarray(all->rows, room, sizeof *grown);
        if (grown == NULL)
            return fail(reader->error, ERROR_REFUSED, "%s: out of memory", reader->path);
        all->rows = grown;
    }
    all->rows[all->count++] = *threshold;
    return 0;
}

static enum dimension axis_of(struct reader *reader, const json_t *object)
{
    const char *axis = text_of(reader, object, "axis");
    if (text_equal(axis, dimension_rows[DIMENSION_jobs].name))
        return DIMENSION_jobs;
    if (!text_equal(axis, dimension_rows[DIMENSION_size].name))
        refuse_member(reader, "axis", "neither size nor jobs");
    return DIMENSION_size;
}

static int read_claim(struct reader *reader, const json_t *object)
{
    struct threshold threshold = {.name = "", .work_path = "", .strategy_path = ""};
    if (!json_is_object(object))
        return refuse(reader, "not an object");
    threshold.name = text_of(reader, object, "name");
    threshold.temperature = text_of(reader, object, "temperature");
    threshold.axis = axis_of(reader, object);
    threshold.work_path = text_of(reader, object, "work_path");
    threshold.strategy_path = text_of(reader, object, "strategy_path");
    threshold.verdict = text_of(reader, object, "verdict");
    read_key(reader, object, threshold.axis, &threshold.key);
    read_sizes(reader, object, &threshold);
    read_costs(reader, object, &threshold);
    if (reader->error->kind != ERROR_NONE || check_words(reader, &threshold) != 0 ||
        check_sum(reader, object, &threshold) != 0)
        return -1;
    return append(reader, &threshold);
}

static int read_head(struct reader *reader, const json_t *object)
{
    struct claims_head *head = &reader->claims->head;
    const char *objective = text_of(reader, object, "objective");
    uint64_t version = count_of(reader, object, "version", 0);
    if (!text_equal(text_of(reader, object, "format"), FORMAT_NAME))
        return refuse(reader, "it holds no thresholds of breakeven export");
    if (version != CLAIMS_VERSION)
        return fail(reader->error, ERROR_USAGE,
                    "%s:%s: version %" PRIu64 " of thresholds; this build reads version %d",
                    reader->path, reader->place, version, CLAIMS_VERSION);
    head->cpus = (uint32_t)count_of(reader, object, "cpus", 0);
    head->architecture = text_of(reader, object, "architecture");
    head->model = text_of(reader, object, "model");
    head->measured = text_of(reader, object, "measured");
    head->commit = text_of(reader, object, "commit");
    for (int i = 0; i < THRESHOLD_OBJECTIVES; i++)
        if (text_equal(objective, threshold_objectives[i])) {
            head->objective = (enum threshold_objective)i;
            return reader->error->kind == ERROR_NONE ? 0 : -1;
        }
    return refuse_member(reader, "objective", "neither crossover nor loss");
}

/* ------------------------------------------------------------------------------- in JSON */

static int read_document(struct reader *reader, const char *text, size_t bytes)
{
    json_error_t problem;
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &problem);
    const json_t *rows = json_object_get(root, "thresholds");
    int result = 0;
    snprintf(reader->place, sizeof reader->place, "%d", root == NULL ? problem.line : 1);
    if (root == NULL)
        result = refuse(reader, problem.text);
    if (result == 0)
        result = read_head(reader, root);
    if (result == 0 && !json_is_array(rows))
        result = refuse_member(reader, "thresholds", "not an array");
    for (size_t i = 0; result == 0 && i < json_array_size(rows); i++) {
        snprintf(reader->place, sizeof reader->place, "1: thresholds[%zu]", i);
        result = read_claim(reader, json_array_get(rows, i));
    }
    json_decref(root);
    return result;
}

/* ------------------------------------------------------------------------------- in comments */

/* The object behind the word in the line, up to its last brace; NULL where it has no such word, or
 * with an error. *found: it has. */
static json_t *find_object(struct reader *reader, const char *line, const char *word, bool *found)
{
    const char *at = strstr(line, word), *end = strrchr(line, '}');
    size_t length = strlen(word);
    json_error_t problem;
    *found = at != NULL && at[length] == ' ';
    if (!*found)
        return NULL;
    const char *begin = at + length;
    json_t *object =
        end > begin ? json_loadb(begin, (size_t)(end + 1 - begin), JSON_REJECT_DUPLICATES, &problem)
                    : NULL;
    if (object == NULL)
        refuse(reader, "the object behind this word is damaged");
    return object;
}

/* The threshold whose name the word begins with, with nothing behind it but one of the suffixes;
 * *suffix: that one. Those that were read last stand nearest. */
static const struct threshold *find_threshold(const struct reader *reader, const char *word,
                                              const char **suffix)
{
    const struct thresholds *all = &reader->claims->thresholds;
    for (size_t i = all->count; i-- > 0;) {
        size_t length = strlen(all->rows[i].name);
        *suffix = word + length;
        if (strncmp(all->rows[i].name, word, length) == 0 && (**suffix == '\0' || **suffix == '_'))
            return &all->rows[i];
    }
    return NULL;
}

/* What a program must read by that suffix; false where it is none, or where nothing is known. */
static bool describe_value(const struct threshold *threshold, const char *suffix, char *text,
                           size_t bytes)
{
    struct claims_value values[CLAIMS_MOST_VALUES];
    bool noisy = crossover_kind(threshold->verdict) == CROSSOVER_NOISY;
    size_t count = noisy ? 0 : claims_values(threshold, values);
    bool verdict = text_equal(suffix, "_VERDICT");
    snprintf(text, bytes, "%s", verdict ? threshold->verdict : "1");
    if (verdict || (noisy && text_equal(suffix, "_NOISY")))
        return true;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(values[i].suffix, suffix))
            continue;
        snprintf(text, bytes, "%" PRIu64, values[i].count);
        return true;
    }
    return false;
}

/* What a program reads must be what the claim before it says: "#define NAME VALUE",
 * "set(NAME VALUE)" or "NAME=VALUE". */
static int check_value(struct reader *reader, char *line)
{
    static const char between[] = " \t\r=()\"";
    char *rest = NULL, *word = strtok_r(line, between, &rest);
    if (word != NULL && (text_equal(word, "#define") || text_equal(word, "set")))
        word = strtok_r(NULL, between, &rest);
    const char *suffix = NULL;
    const struct threshold *threshold = word != NULL ? find_threshold(reader, word, &suffix) : NULL;
    const char *value = strtok_r(NULL, between, &rest);
    char wanted[40], shown[40];
    if (threshold == NULL || !describe_value(threshold, suffix, wanted, sizeof wanted))
        return 0;
    bool never = strtoull(wanted, NULL, 10) == THRESHOLD_NEVER;
    if (value != NULL && (text_equal(value, wanted) || (never && text_equal(value, "SIZE_MAX"))))
        return 0;
    text_clipped(shown, sizeof shown, value != NULL ? value : "nothing", 24);
    return fail(reader->error, ERROR_USAGE,
                "%s:%s: %.120s%.20s is %s, and was exported as %s: it was edited; export it again",
                reader->path, reader->place, threshold->name, suffix, shown,
                never ? "SIZE_MAX" : wanted);
}

static int read_line(struct reader *reader, char *line, bool *has_head)
{
    bool is_head, is_row = false;
    json_t *object = find_object(reader, line, CLAIMS_HEAD, &is_head);
    int result = 0;
    if (!is_head)
        object = find_object(reader, line, CLAIMS_ROW, &is_row);
    if (is_head && object != NULL && *has_head)
        result = refuse(reader, "a second head; check one file at a time");
    else if (is_head && object != NULL)
        result = read_head(reader, object);
    else if (is_row && object != NULL)
        result = *has_head ? read_claim(reader, object) : refuse(reader, "no head comes before it");
    else if (!is_head && !is_row)
        result = check_value(reader, line);
    *has_head = *has_head || is_head;
    json_decref(object);
    return reader->error->kind == ERROR_NONE ? result : -1;
}

static int read_lines(struct reader *reader, char *text)
{
    bool has_head = false;
    int number = 1;
    for (char *line = text, *next; line != NULL; line = next, number++) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        snprintf(reader->place, sizeof reader->place, "%d", number);
        if (read_line(reader, line, &has_head) != 0)
            return -1;
    }
    snprintf(reader->place, sizeof reader->place, "1");
    return has_head ? 0 : refuse(reader, "it holds no thresholds of breakeven export");
}

/* ------------------------------------------------------------------------------- the whole */

static int compare_names(const void *a, const void *b)
{
    const struct threshold *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* Each name stands once: which of two would a program read? */
static int check_names(struct reader *reader)
{
    const struct thresholds *all = &reader->claims->thresholds;
    const struct threshold **sorted = calloc(all->count + 1, sizeof(struct threshold *));
    if (sorted == NULL)
        return fail(reader->error, ERROR_REFUSED, "%s: out of memory", reader->path);
    for (size_t i = 0; i < all->count; i++)
        sorted[i] = &all->rows[i];
    qsort(sorted, all->count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < all->count; i++)
        if (text_equal(sorted[i - 1]->name, sorted[i]->name))
            fail(reader->error, ERROR_USAGE, "%s:1: %.120s is there twice", reader->path,
                 sorted[i]->name);
    free(sorted);
    return reader->error->kind == ERROR_NONE ? 0 : -1;
}

/* The text of the file, which ends in a NUL and holds no other; the caller frees it. */
static char *load(const char *path, size_t *bytes, struct error *error)
{
    FILE *file = input_open(path, error);
    char *text = file != NULL ? malloc(MOST_BYTES + 1) : NULL;
    *bytes = 0;
    if (file != NULL && text == NULL)
        fail(error, ERROR_REFUSED, "%s: out of memory", path);
    if (text != NULL) {
        *bytes = fread(text, 1, MOST_BYTES + 1, file);
        if (ferror(file))
            fail_errno(error, errno, "%s:1: cannot be read", path);
        else if (*bytes > MOST_BYTES)
            fail(error, ERROR_USAGE, "%s:1: longer than %d MiB, the most", path, MOST_BYTES >> 20);
        else if (memchr(text, '\0', *bytes) != NULL)
            fail(error, ERROR_USAGE, "%s:1: it holds a NUL character", path);
        else
            text[*bytes] = '\0';
    }
    if (file != NULL)
        fclose(file);
    if (error->kind == ERROR_NONE)
        return text;
    free(text);
    return NULL;
}

int claims_read(const char *path, struct claims *claims, struct error *error)
{
    struct reader reader = {.path = path, .place = "1", .claims = claims, .error = error};
    size_t bytes;
    char *text = load(path, &bytes, error);
    if (text == NULL)
        return -1;
    bool is_document = text[strspn(text, " \t\r\n")] == '{';
    int result = is_document ? read_document(&reader, text, bytes) : read_lines(&reader, text);
    free(text);
    if (result == 0)
        result = check_names(&reader);
    if (result == 0 && claims->thresholds.count == 0)
        result = fail(error, ERROR_USAGE, "%s:1: it holds no threshold", path);
    return result;
}

void claims_free(struct claims *claims)
{
    free(claims->thresholds.rows);
    strings_free(&claims->strings);
    *claims = (struct claims){0};
}
