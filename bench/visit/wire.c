#include "bench/visit/wire.h"
#include "bench/base/json.h"
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
#define WORDS(owner, field, words, first, count)                                                   \
    {                                                                                              \
#field, WIRE_WORD, offsetof(struct owner, field), sizeof(int), words, first, count         \
    }

static const char *const kind_names[VISIT_KINDS] = {"prepare", "measure", "floors", "count"};

/* order_count is the length of order. */
static const struct wire_field request_fields[] = {
    WORDS(visit_request, kind, kind_names, 0, VISIT_KINDS),
    FIELD(visit_request, work, WIRE_TEXT),
    FIELD(visit_request, strategy, WIRE_TEXT),
    FIELD(visit_request, size, WIRE_U64),
    FIELD(visit_request, jobs, WIRE_U64),
    FIELD(visit_request, chunk, WIRE_U64),
    FIELD(visit_request, seed, WIRE_U64),
    FIELD(visit_request, job_timeout_ns, WIRE_U64),
    FIELD(visit_request, timeout_ns, WIRE_U64),
    FIELD(visit_request, maps, WIRE_U64),
    FIELD(visit_request, workers, WIRE_U32),
    FIELD(visit_request, cpus, WIRE_U32),
    FIELD(visit_request, retries, WIRE_U32),
    WORDS(visit_request, schedule, schedule_names, 1, SCHEDULE_NAMES),
    FIELD(visit_request, parent_mib, WIRE_U64),
    FIELD(visit_request, payload_in, WIRE_U64),
    FIELD(visit_request, payload_out, WIRE_U64),
    WORDS(visit_request, parent_pages, pages_names, 1, PAGES_NAMES),
    WORDS(visit_request, transport, transport_names, 1, TRANSPORT_NAMES),
    WORDS(visit_request, bind, bind_names, 0, BIND_NAMES),
    FIELD(visit_request, spin_ns, WIRE_U64),
    FIELD(visit_request, idle_ns, WIRE_U64),
    FIELD(visit_request, neighbours, WIRE_U32),
    FIELD(visit_request, order_count, WIRE_U32),
    FIELD(visit_request, order, WIRE_INTS),
    FIELD(visit_request, mask, WIRE_CPUS),
    FIELD(visit_request, input_fd, WIRE_OWN_FD),
    FIELD(visit_request, reference_fd, WIRE_OWN_FD),
    FIELD(visit_request, canary_cpus, WIRE_INTS),
    FIELD(visit_request, harness, WIRE_OWN_FD),
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
    FIELD(reading, steal_ticks, WIRE_U64),
    WORDS(reading, status, status_names, 0, STATUS_COUNT),
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
    return write_and_free(write_object(request_fields, REQUEST_FIELDS, &whole));
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

/* The first field of the object that does not fit, or NULL. Fields that are not known are passed
 * over, or do not fit: `strict`. */
static const char *read_object(const struct wire_field fields[], size_t count, json_t *object,
                               bool strict, void *owner)
{
    const char *name;
    json_t *value;
    for (size_t i = 0; i < count; i++)
        forget_field(&fields[i], (char *)owner + fields[i].offset);
    json_object_foreach(object, name, value)
    {
        size_t i = 0;
        while (i < count && !text_equal(fields[i].name, name))
            i++;
        if (i < count ? !read_field(&fields[i], value, (char *)owner + fields[i].offset) : strict)
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

int wire_read_request(const char *text, size_t bytes, struct visit_request *request,
                      struct error *error)
{
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
    int result = 0;
    *request = (struct visit_request){0};
    if (!json_is_object(root)) {
        result = fail(error, ERROR_USAGE, "visit: started by breakeven itself only");
    } else {
        const char *misfit = read_object(request_fields, REQUEST_FIELDS, root, true, request);
        if (misfit != NULL)
            result = fail(error, ERROR_NOT_COMPARABLE,
                          "visit: this build does not know what is asked for by '%s'",
                          show(misfit).text);
        else if (request->order_count > PLACEMENT_CPUS)
            result = fail(error, ERROR_NOT_COMPARABLE, "visit: more than %d CPUs", PLACEMENT_CPUS);
    }
    json_decref(root);
    return result;
}

int wire_read_readings(const char *text, size_t bytes, struct reading readings[CELL_MOST_READINGS],
                       uint32_t *count, struct error *error)
{
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
    size_t found = json_array_size(root);
    int result = 0;
    if (!json_is_array(root) || found == 0 || found > CELL_MOST_READINGS)
        result = fail(error, ERROR_REFUSED, "what the visit said is not a list of readings");
    for (size_t i = 0; result == 0 && i < found; i++) {
        json_t *object = json_array_get(root, i);
        readings[i] = (struct reading){0};
        const char *misfit =
            read_object(reading_fields, READING_FIELDS, object, false, &readings[i]);
        if (!json_is_object(object) || misfit != NULL)
            result = fail(error, ERROR_REFUSED, "what the visit said of '%s' is no reading",
                          show(misfit).text);
    }
    *count = result == 0 ? (uint32_t)found : 0;
    json_decref(root);
    return result;
}
