#include "bench/visit/wire.h"
#include "bench/base/json.h"
#include "bench/base/pages.h"
#include "bench/base/text.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum wire_type {
    WIRE_U32,
    WIRE_U64,    /* the largest ones as negative numbers */
    WIRE_NUMBER, /* NaN: left out */
    WIRE_OWN_FD, /* an int; -1: left out */
    WIRE_TEXT,   /* char[bytes] */
    WIRE_WORD,   /* an enum by its name, since other builds may number it otherwise */
    WIRE_INTS,   /* int[bytes / sizeof(int)] */
    WIRE_CPUS,   /* cpu_set_t */
};

/* One field of a struct, both ways. */
struct wire_field {
    const char *name;
    enum wire_type type;
    size_t offset, bytes;
    const char *const *words; /* of an enum, from its value first_word on */
    int first_word, word_count;
};

#define FIELD(owner, field, type)                                                                  \
    {                                                                                              \
#field, type, offsetof(struct owner, field), sizeof(((struct owner *)0)->field), NULL, 0,  \
            0                                                                                      \
    }
#define WORD_FIELD(owner, field, words, first, count)                                              \
    {                                                                                              \
#field, WIRE_WORD, offsetof(struct owner, field), sizeof(int), words, first, count         \
    }

static const char *const kind_names[VISIT_KINDS] = {"prepare", "measure", "floors", "count"};

/* How a dimension is told: a count that fits into so many bits, one of these words, or any text. */
struct sent {
    enum { NEVER_SENT, AS_COUNT, AS_WORD, AS_TEXT } as;
    uint64_t most;
    const char *const *words;
    size_t word_count;
};

static struct sent never(void)
{
    return (struct sent){.as = NEVER_SENT};
}

static struct sent as_count(uint64_t most)
{
    return (struct sent){AS_COUNT, most, NULL, 0};
}

static struct sent as_text(void)
{
    return (struct sent){.as = AS_TEXT};
}

static struct sent as_word(const char *const words[], size_t count)
{
    return (struct sent){AS_WORD, 0, words, count};
}

/* The table is made at each call: how many works and strategies there are is no constant. */
static struct sent sent_of(enum dimension dimension)
{
    const struct sent sent[DIMENSION_ROWS] = {
#define NOT_SENT never()
#define SENT_TEXT as_text()
#define SENT_COUNT as_count(INT64_MAX)
#define SENT_SMALL as_count(UINT32_MAX)
#define SENT_WORD(words, count) as_word(words, count)
#define SENT(symbol, type, column, role, none, how, ...) [DIMENSION_##symbol] = how,
        DIMENSIONS(SENT)
#undef SENT
    };
    return sent[dimension];
}

/* order_count is the length of order. */
static const struct wire_field request_fields[] = {
    WORD_FIELD(visit_request, kind, kind_names, 0, VISIT_KINDS),
    FIELD(visit_request, seed, WIRE_U64),
    FIELD(visit_request, job_timeout_ns, WIRE_U64),
    FIELD(visit_request, timeout_ns, WIRE_U64),
    FIELD(visit_request, maps, WIRE_U64),
    FIELD(visit_request, cpus, WIRE_U32),
    FIELD(visit_request, retries, WIRE_U32),
    FIELD(visit_request, order_count, WIRE_U32),
    FIELD(visit_request, order, WIRE_INTS),
    FIELD(visit_request, mask, WIRE_CPUS),
    FIELD(visit_request, input_fd, WIRE_OWN_FD),
    FIELD(visit_request, reference_fd, WIRE_OWN_FD),
    FIELD(visit_request, output_fd, WIRE_OWN_FD),
    FIELD(visit_request, canary_cpus, WIRE_INTS),
    FIELD(visit_request, harness, WIRE_OWN_FD),
    FIELD(visit_request, host_list, WIRE_TEXT),
    FIELD(visit_request, own_host, WIRE_U32),
    FIELD(visit_request, work_reference, WIRE_TEXT),
    FIELD(visit_request, work_identity, WIRE_TEXT),
    FIELD(visit_request, work_arguments, WIRE_TEXT),
    FIELD(visit_request, strategy_reference, WIRE_TEXT),
    FIELD(visit_request, strategy_identity, WIRE_TEXT),
};

static const struct wire_field reading_fields[] = {
    FIELD(reading, cold, WIRE_U32),
    FIELD(reading, reading, WIRE_U32),
    FIELD(reading, maps, WIRE_U64),
    FIELD(reading, ns_per_map, WIRE_NUMBER),
    FIELD(reading, open_ns, WIRE_NUMBER),
    FIELD(reading, close_ns, WIRE_NUMBER),
    FIELD(reading, used.user_ns, WIRE_U64),
    FIELD(reading, used.sys_ns, WIRE_U64),
    FIELD(reading, used.minflt, WIRE_U64),
    FIELD(reading, used.majflt, WIRE_U64),
    FIELD(reading, used.nvcsw, WIRE_U64),
    FIELD(reading, used.nivcsw, WIRE_U64),
    FIELD(reading, maxrss_kib, WIRE_U64),
    FIELD(reading, usage_unknown, WIRE_U32),
    FIELD(reading, participation, WIRE_NUMBER),
    FIELD(reading, roundtrip_ns, WIRE_NUMBER),
    FIELD(reading, wake_ns, WIRE_NUMBER),
    FIELD(reading, first_result_ns, WIRE_NUMBER),
    FIELD(reading, steal_ticks, WIRE_U64),
    WORD_FIELD(reading, status, status_names, 0, STATUS_COUNT),
    FIELD(reading, detail, WIRE_TEXT),
    FIELD(reading, runtime, WIRE_TEXT),
#define STAGE(symbol, name, words)                                                                 \
    {"stage." name,                                                                                \
     WIRE_U64,                                                                                     \
     offsetof(struct reading, stages.ns[STAGE_##symbol]),                                          \
     sizeof(uint64_t),                                                                             \
     NULL,                                                                                         \
     0,                                                                                            \
     0},
    STAGES(STAGE)
#undef STAGE
};

enum {
    REQUEST_FIELDS = sizeof request_fields / sizeof *request_fields,
    READING_FIELDS = sizeof reading_fields / sizeof *reading_fields,
};

_Static_assert(sizeof(pid_t) == sizeof(int) && sizeof(enum schedule) == sizeof(int) &&
                   sizeof(uint32_t) == sizeof(int),
               "enums, pids and a status are as wide as an int");

/* ------------------------------------------------------------------------------- writing */

/* Without the -1s at the end, which are what is missing. */
static json_t *write_ints(const int values[], size_t count)
{
    json_t *array = json_array();
    while (count > 0 && values[count - 1] < 0)
        count--;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(values[i]));
    return array;
}

static json_t *write_cpus(const cpu_set_t *cpus)
{
    json_t *array = json_array();
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, cpus))
            json_array_append_new(array, json_integer((json_int_t)i));
    return array;
}

static json_t *write_integer(json_int_t value, json_int_t left_out)
{
    return value != left_out ? json_integer(value) : NULL;
}

/* NULL where the field is left out. */
static json_t *write_field(const struct wire_field *field, const void *at)
{
    int word;
    switch (field->type) {
    case WIRE_U32:
        return write_integer(*(const uint32_t *)at, 0);
    case WIRE_U64:
        return write_integer((json_int_t) * (const uint64_t *)at, 0);
    case WIRE_NUMBER:
        return json_real(*(const double *)at); /* NULL for NaN */
    case WIRE_OWN_FD:
        return write_integer(*(const int *)at, -1);
    case WIRE_TEXT:
        return *(const char *)at != '\0' ? json_of_text(at) : NULL;
    case WIRE_WORD:
        word = *(const int *)at - field->first_word;
        return word >= 0 && word < field->word_count ? json_string(field->words[word]) : NULL;
    case WIRE_INTS:
        return write_ints(at, field->bytes / sizeof(int));
    case WIRE_CPUS:
        return write_cpus(at);
    }
    return NULL;
}

static json_t *write_object(const struct wire_field fields[], size_t count, const void *owner)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *value = write_field(&fields[i], (const char *)owner + fields[i].offset);
        if (value != NULL)
            json_object_set_new(object, fields[i].name, value);
    }
    return object;
}

/* What is 0, "" or not known is left out. */
static void write_key(json_t *object, const struct key *key)
{
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        struct sent sent = sent_of(i);
        json_t *value = NULL;
        if ((sent.as == AS_WORD || sent.as == AS_TEXT) && !key_lacks(key, i))
            value = json_of_text(key_text(key, i));
        else if (sent.as == AS_COUNT && !key_lacks(key, i))
            value = write_integer((json_int_t)key_count(key, i), 0);
        if (value != NULL)
            json_object_set_new(object, dimension_rows[i].name, value);
    }
}

static char *write_and_free(json_t *root)
{
    char *text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return text;
}

char *wire_write_request(const struct visit_request *request)
{
    struct visit_request whole = *request;
    for (size_t i = request->order_count; i < PLACEMENT_CPUS; i++)
        whole.order[i] = -1;
    json_t *object = write_object(request_fields, REQUEST_FIELDS, &whole);
    write_key(object, &whole.key);
    return write_and_free(object);
}

char *wire_write_readings(const struct reading readings[], uint32_t count)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(array, write_object(reading_fields, READING_FIELDS, &readings[i]));
    return write_and_free(array);
}

/* ------------------------------------------------------------------------------- reading */

/* False where the item is no number from 0 to most. */
static bool read_int(const json_t *item, int most, int *value)
{
    json_int_t number = json_integer_value(item);
    if (!json_is_integer(item) || number < 0 || number > most)
        return false;
    *value = (int)number;
    return true;
}

static bool read_ints(const json_t *array, int values[], size_t room)
{
    size_t count = json_array_size(array);
    if (!json_is_array(array) || count > room)
        return false;
    for (size_t i = 0; i < room; i++) {
        values[i] = -1;
        if (i < count && !read_int(json_array_get(array, i), INT_MAX, &values[i]))
            return false;
    }
    return true;
}

static bool read_cpus(const json_t *array, cpu_set_t *cpus)
{
    CPU_ZERO(cpus);
    for (size_t i = 0; i < json_array_size(array); i++) {
        int cpu;
        if (!read_int(json_array_get(array, i), CPU_SETSIZE - 1, &cpu))
            return false;
        CPU_SET((size_t)cpu, cpus);
    }
    return json_is_array(array);
}

static bool read_word(const struct wire_field *field, const char *name, int *word)
{
    for (int i = 0; name != NULL && i < field->word_count; i++)
        if (text_equal(name, field->words[i])) {
            *word = field->first_word + i;
            return true;
        }
    return false;
}

static bool read_text(const char *text, char *out, size_t bytes)
{
    return text != NULL && (size_t)snprintf(out, bytes, "%s", text) < bytes;
}

/* False where the value is not of the field's kind. */
static bool read_field(const struct wire_field *field, const json_t *value, void *at)
{
    json_int_t integer = json_integer_value(value);
    switch (field->type) {
    case WIRE_U32:
        *(uint32_t *)at = (uint32_t)integer;
        return json_is_integer(value) && integer >= 0 && integer <= UINT32_MAX;
    case WIRE_U64:
        *(uint64_t *)at = (uint64_t)integer;
        return json_is_integer(value);
    case WIRE_NUMBER:
        *(double *)at = json_number_value(value);
        return json_is_number(value);
    case WIRE_OWN_FD:
        *(int *)at = (int)integer;
        return json_is_integer(value) && integer >= 0 && integer <= INT32_MAX;
    case WIRE_TEXT:
        return read_text(json_string_value(value), at, field->bytes);
    case WIRE_WORD:
        return read_word(field, json_string_value(value), at);
    case WIRE_INTS:
        return read_ints(value, at, field->bytes / sizeof(int));
    case WIRE_CPUS:
        return read_cpus(value, at);
    }
    return false;
}

/* What a field is where it was left out; all else is 0. */
static void forget_field(const struct wire_field *field, void *at)
{
    if (field->type == WIRE_NUMBER)
        *(double *)at = NAN;
    if (field->type == WIRE_OWN_FD || field->type == WIRE_INTS)
        memset(at, 0xff, field->bytes);
}

/* Keeps a text of the key with the request; false where there is no room. */
static bool keep_text(enum dimension dimension, const char *text, struct visit_request *request)
{
    size_t bytes = strlen(text) + 1;
    if (bytes > sizeof request->texts - request->texts_used)
        return false;
    char *kept = memcpy(request->texts + request->texts_used, text, bytes);
    request->texts_used += bytes;
    key_set_text(&request->key, dimension, kept);
    return true;
}

/* Reads a dimension, which may be any text where it is_free; false where the value is none that
 * this build knows. */
static bool read_dimension(enum dimension dimension, const json_t *value, bool is_free,
                           struct visit_request *request)
{
    struct key *key = &request->key;
    struct sent sent = sent_of(dimension);
    json_int_t count = json_integer_value(value);
    const char *text = json_string_value(value);
    if (sent.as == AS_COUNT) {
        key_set_count(key, dimension, (uint64_t)count);
        return json_is_integer(value) && count >= 0 && (uint64_t)count <= sent.most;
    }
    if (sent.as == AS_TEXT || is_free)
        return text != NULL && keep_text(dimension, text, request);
    for (size_t i = 0; text != NULL && i < sent.word_count; i++)
        if (text_equal(sent.words[i], text)) {
            key_set_text(key, dimension, sent.words[i]);
            return true;
        }
    return false;
}

/* Reads one field of an object; false where it does not fit, or is not known. */
static bool read_known(const struct wire_field fields[], size_t count, const char *name,
                       const json_t *value, void *owner, bool *known)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(fields[i].name, name)) {
            *known = true;
            return read_field(&fields[i], value, (char *)owner + fields[i].offset);
        }
    *known = false;
    return false;
}

static void forget_fields(const struct wire_field fields[], size_t count, void *owner)
{
    for (size_t i = 0; i < count; i++)
        forget_field(&fields[i], (char *)owner + fields[i].offset);
}

/* The first field of a reading that does not fit, or NULL; those that are not known are passed
 * over.
 */
static const char *read_reading(json_t *object, struct reading *reading)
{
    const char *name;
    json_t *value;
    bool known;
    forget_fields(reading_fields, READING_FIELDS, reading);
    json_object_foreach(object, name, value)
    {
        if (!read_known(reading_fields, READING_FIELDS, name, value, reading, &known) && known)
            return name;
    }
    return NULL;
}

/* A work that is not built in may have any name. */
static bool read_work_name(const json_t *value, struct visit_request *request)
{
    request->key.work = request->work_name;
    return read_text(json_string_value(value), request->work_name, sizeof request->work_name);
}

/* The first field of a request that does not fit or is not known, or NULL. */
static const char *read_request(json_t *object, struct visit_request *request)
{
    const char *name;
    json_t *value;
    bool known, is_built_in = json_object_get(object, "work_reference") == NULL;
    bool from_library = json_object_get(object, "strategy_reference") != NULL;
    forget_fields(request_fields, REQUEST_FIELDS, request);
    request->key = key_of_nothing();
    request->key.strategy = "";
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++)
        if (sent_of(i).as == AS_COUNT)
            key_set_count(&request->key, i, 0); /* what is 0 or not known was left out */
    json_object_foreach(object, name, value)
    {
        enum dimension i = 0;
        while (i < DIMENSION_ROWS && !text_equal(dimension_rows[i].name, name))
            i++;
        bool is_own_work = i == DIMENSION_work && !is_built_in;
        bool is_own_strategy = i == DIMENSION_strategy && from_library;
        if (is_own_work ? !read_work_name(value, request)
            : i < DIMENSION_ROWS
                ? !read_dimension(i, value, is_own_strategy, request)
                : !read_known(request_fields, REQUEST_FIELDS, name, value, request, &known))
            return name;
    }
    return NULL;
}

/* A field's name, which may be anything, for an error message. */
struct shown_name {
    char text[48];
};

static struct shown_name show(const char *name)
{
    struct shown_name shown = {{0}};
    text_printable(shown.text, sizeof shown.text, name != NULL ? name : "");
    return shown;
}

/* What a request says that this build has not got, or in what it is none. */
static int refuse_request(json_t *root, const char *misfit, struct error *error)
{
    const char *text = json_string_value(json_object_get(root, misfit));
    if (text != NULL && (text_equal(misfit, "work") || text_equal(misfit, "strategy")))
        return fail(error, ERROR_NOT_COMPARABLE, "this build has no %s '%s'", misfit,
                    show(text).text);
    return fail(error, ERROR_NOT_COMPARABLE,
                "visit: this build does not know what is asked for by '%s'", show(misfit).text);
}

static int check_request(const struct visit_request *request, struct error *error)
{
    const struct key *key = &request->key;
    if (request->order_count > PLACEMENT_CPUS)
        return fail(error, ERROR_NOT_COMPARABLE, "visit: more than %d CPUs", PLACEMENT_CPUS);
    if (*key->work == '\0' || *key->strategy == '\0')
        return fail(error, ERROR_NOT_COMPARABLE, "this build has no %s ''",
                    *key->work == '\0' ? "work" : "strategy");
    return 0;
}

int wire_read_request(const char *text, size_t bytes, struct visit_request *request,
                      struct error *error)
{
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
    int result = 0;
    memset(request, 0, sizeof *request);
    if (!json_is_object(root)) {
        result = fail(error, ERROR_USAGE, "visit: started by breakeven itself only");
    } else {
        const char *misfit = read_request(root, request);
        result =
            misfit != NULL ? refuse_request(root, misfit, error) : check_request(request, error);
    }
    json_decref(root);
    return result;
}

int wire_read_readings(const char *text, size_t bytes, struct reading readings[READINGS_MOST],
                       uint32_t *count, struct error *error)
{
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
    size_t found = json_array_size(root);
    int result = 0;
    if (!json_is_array(root) || found == 0 || found > READINGS_MOST)
        result = fail(error, ERROR_REFUSED, "what the visit said is not a list of readings");
    for (size_t i = 0; result == 0 && i < found; i++) {
        json_t *object = json_array_get(root, i);
        readings[i] = (struct reading){0};
        const char *misfit = read_reading(object, &readings[i]);
        if (!json_is_object(object) || misfit != NULL)
            result = fail(error, ERROR_REFUSED, "what the visit said of '%s' is no reading",
                          show(misfit).text);
    }
    *count = result == 0 ? (uint32_t)found : 0;
    json_decref(root);
    return result;
}
