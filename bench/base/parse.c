#include "bench/base/parse.h"
#include "bench/base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

enum {
    MOST_LIST_VALUES = 1000,
    SHOWN = 60, /* characters of what was given that a message shows, so that it also tells what is
                   wrong */
};

#define BILLION UINT64_C(1000000000)

static int shown(size_t length)
{
    return length < SHOWN ? (int)length : SHOWN;
}

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit size_units[] = {
    {"k", 1000},        {"M", 1000000},     {"G", 1000000000},
    {"Ki", 1ull << 10}, {"Mi", 1ull << 20}, {"Gi", 1ull << 30},
};

static const struct unit duration_units[] = {
    {"ns", 1},         {"us", 1000},       {"ms", 1000000},
    {"s", 1000000000}, {"m", 60000000000}, {"min", 60000000000},
};

/* A decimal number read exactly: digits x 10^exponent, so that 1e7 and 1.5k are whole. */
struct decimal {
    uint64_t digits;
    int exponent;
};

enum outcome { READ, NOT_A_NUMBER, OVERFLOWS };

static enum outcome read_exponent(const char **text, int *exponent)
{
    const char *at = *text + 1;
    int sign = *at == '-' ? -1 : 1, value = 0;
    if (*at == '-' || *at == '+')
        at++;
    if (!isdigit((unsigned char)*at))
        return NOT_A_NUMBER;
    for (; isdigit((unsigned char)*at); at++)
        value = value < 1000 ? value * 10 + (*at - '0') : value;
    *exponent += sign * value;
    *text = at;
    return READ;
}

/* Reads the decimal number at *text and leaves *text behind it. */
static enum outcome read_decimal(const char **text, struct decimal *out)
{
    const char *at = *text;
    bool fraction = false, any = false;
    *out = (struct decimal){0};
    for (; isdigit((unsigned char)*at) || (*at == '.' && !fraction && at[1] != '.'); at++) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        any = true;
        if (__builtin_mul_overflow(out->digits, 10u, &out->digits) ||
            __builtin_add_overflow(out->digits, (uint64_t)(*at - '0'), &out->digits))
            return OVERFLOWS;
        out->exponent -= fraction;
    }
    if (!any)
        return NOT_A_NUMBER;
    *text = at;
    if (*at == 'e' || *at == 'E')
        return read_exponent(text, &out->exponent);
    return READ;
}

/* digits x 10^exponent x factor as a whole number. */
static enum outcome scale_decimal(struct decimal decimal, uint64_t factor, uint64_t *out)
{
    uint128 value = (uint128)decimal.digits * factor; /* below 2^128 */
    int exponent = decimal.exponent;
    for (; exponent < 0 && value != 0; exponent++) {
        if (value % 10 != 0)
            return NOT_A_NUMBER; /* not whole */
        value /= 10;
    }
    for (; exponent > 0 && value != 0 && value <= UINT64_MAX; exponent--)
        value *= 10;
    if (value > UINT64_MAX)
        return OVERFLOWS;
    *out = (uint64_t)value;
    return READ;
}

static bool find_unit(const char *name, size_t length, const struct unit *units, size_t count,
                      uint64_t *factor)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(units[i].name) == length && strncmp(units[i].name, name, length) == 0) {
            *factor = units[i].factor;
            return true;
        }
    return false;
}

static int fail_number(const char *option, const char *text, size_t length, enum outcome outcome,
                       const struct number_rule *rule, struct error *error)
{
    const char *what = outcome == OVERFLOWS ? "too large"
                       : rule->billionths   ? "not a number of 0 or more with at most 9 decimals"
                                            : "not a whole number of 0 or more";
    if (rule->billionths)
        return fail(error, ERROR_USAGE, "%s: '%.*s' is %s; such as 8, 0.01, 1e-3", option,
                    shown(length), text, what);
    return fail(error, ERROR_USAGE,
                "%s: '%.*s' is %s; allowed are %llu to %llu%s, such as 8, 1e6, 64k, 4Ki%s", option,
                shown(length), text, what, (unsigned long long)rule->least,
                (unsigned long long)rule->most, rule->counts_workers ? " (0, all: every CPU)" : "",
                rule->cpus > 0 ? ", 2cpus" : "");
}

/* -1 is every CPU and -2 all but one, as joblib counts; never less than one worker. */
static bool read_worker_words(const char *text, size_t length, const struct number_rule *rule,
                              uint64_t *out)
{
    bool all = (length == 3 && strncmp(text, "all", 3) == 0) || (length == 1 && text[0] == '0');
    bool counted_back = length == 2 && text[0] == '-' && text[1] >= '1' && text[1] <= '9';
    if (!rule->counts_workers || !(all || counted_back))
        return false;
    unsigned back = all ? 0 : (unsigned)(text[1] - '1');
    *out = back < rule->cpus ? rule->cpus - back : 1;
    return true;
}

static int read_number(const char *option, const char *text, size_t length,
                       const struct number_rule *rule, uint64_t *out, struct error *error)
{
    if (read_worker_words(text, length, rule, out))
        return 0;
    const char *at = text;
    struct decimal decimal = {1, 0};
    uint64_t factor = 1, value = 0;
    bool bare_cpus = rule->cpus > 0 && length == 4 && strncmp(text, "cpus", 4) == 0;
    enum outcome outcome = bare_cpus ? READ : read_decimal(&at, &decimal);
    if (outcome == READ && at > text + length)
        outcome = NOT_A_NUMBER;
    size_t rest = outcome == READ ? length - (size_t)(at - text) : 0;
    if (rest == 4 && rule->cpus > 0 && strncmp(at, "cpus", 4) == 0)
        factor = rule->cpus;
    else if (rest > 0 &&
             !find_unit(at, rest, size_units, sizeof size_units / sizeof *size_units, &factor))
        outcome = NOT_A_NUMBER;
    if (outcome == READ && rule->billionths && __builtin_mul_overflow(factor, BILLION, &factor))
        outcome = OVERFLOWS;
    if (outcome == READ)
        outcome = scale_decimal(decimal, factor, &value);
    if (outcome != READ)
        return fail_number(option, text, length, outcome, rule, error);
    if (value < rule->least || value > rule->most)
        return fail(error, ERROR_USAGE, "%s: %.*s is out of range; allowed are %llu to %llu",
                    option, shown(length), text, (unsigned long long)rule->least,
                    (unsigned long long)rule->most);
    *out = value;
    return 0;
}

int parse_number(const char *option, const char *text, const struct number_rule *rule,
                 uint64_t *out, struct error *error)
{
    if (*text == '\0')
        return fail(error, ERROR_USAGE, "%s: the value is empty; a number is needed", option);
    return read_number(option, text, strlen(text), rule, out, error);
}

/* Appends the value unless it is among the first `known` of the list. */
static int append_number(const char *option, struct numbers *list, size_t known, uint64_t value,
                         struct error *error)
{
    for (size_t i = 0; i < known; i++)
        if (list->values[i] == value)
            return 0;
    if (list->count == MOST_LIST_VALUES)
        return fail(error, ERROR_USAGE, "%s: the list names more than %d values", option,
                    MOST_LIST_VALUES);
    if ((list->count & (list->count - 1)) == 0) { /* full at each power of two */
        size_t capacity = list->count > 0 ? 2 * list->count : 1;
        uint64_t *grown = reallocarray(list->values, capacity, sizeof *grown);
        if (grown == NULL)
            return fail(error, ERROR_REFUSED, "%s: out of memory", option);
        list->values = grown;
    }
    list->values[list->count++] = value;
    return 0;
}

/* A step behind a range, ":x2" or ":+2". */
static int read_step(const char *option, const char *text, size_t length, bool billionths,
                     bool *times, uint64_t *step, struct error *error)
{
    struct number_rule rule = {.least = text[0] == 'x' ? 2 : 1,
                               .most = UINT64_MAX,
                               .billionths = billionths && text[0] == '+'};
    if (length < 2 || (text[0] != 'x' && text[0] != '+'))
        return fail(error, ERROR_USAGE, "%s: the step ':%.*s' is not of the form :x2 or :+2",
                    option, shown(length), text);
    *times = text[0] == 'x';
    return read_number(option, text + 1, length - 1, &rule, step, error);
}

static int read_range(const char *option, const char *item, const char *dots, size_t length,
                      const struct number_rule *rule, struct numbers *list, struct error *error)
{
    const char *last_text = dots + 2, *end = item + length;
    const char *colon = memchr(last_text, ':', (size_t)(end - last_text));
    size_t last_length = (size_t)((colon ? colon : end) - last_text);
    uint64_t first = 0, last = 0, step = rule->ranges_by_one ? 1 : 10;
    bool times = !rule->ranges_by_one;
    if (read_number(option, item, (size_t)(dots - item), rule, &first, error) != 0 ||
        read_number(option, last_text, last_length, rule, &last, error) != 0)
        return -1;
    if (colon && read_step(option, colon + 1, (size_t)(end - colon - 1), rule->billionths, &times,
                           &step, error) != 0)
        return -1;
    if (first > last)
        return fail(error, ERROR_USAGE, "%s: the range %.*s runs backwards", option, shown(length),
                    item);
    if (times && first == 0)
        return fail(error, ERROR_USAGE, "%s: the range %.*s multiplies from 0", option,
                    shown(length), item);
    size_t before = list->count; /* a range's own values differ */
    for (uint64_t value = first; value <= last;) {
        if (append_number(option, list, before, value, error) != 0)
            return -1;
        if (times ? __builtin_mul_overflow(value, step, &value)
                  : __builtin_add_overflow(value, step, &value))
            break;
    }
    return 0;
}

static int read_item(const char *option, const char *item, size_t length,
                     const struct number_rule *rule, struct numbers *list, struct error *error)
{
    const char *dots = memmem(item, length, "..", 2);
    uint64_t value = 0;
    if (length == 0)
        return fail(error, ERROR_USAGE, "%s: the list has an empty item", option);
    if (dots != NULL)
        return read_range(option, item, dots, length, rule, list, error);
    if (read_number(option, item, length, rule, &value, error) != 0)
        return -1;
    return append_number(option, list, list->count, value, error);
}

/* The next item of a list between commas, blanks around it dropped; *text moves behind it. */
static size_t next_item(const char **text, const char **item)
{
    const char *start = *text, *end = start + strcspn(start, ",");
    *text = end;
    while (start < end && isspace((unsigned char)*start))
        start++;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    *item = start;
    return (size_t)(end - start);
}

int parse_numbers(const char *option, const char *text, const struct number_rule *rule,
                  struct numbers *out, struct error *error)
{
    struct numbers list = {0};
    if (*text == '\0')
        return fail(error, ERROR_USAGE, "%s: the list is empty; at least one number is needed",
                    option);
    for (const char *item;; text++) {
        size_t length = next_item(&text, &item);
        if (read_item(option, item, length, rule, &list, error) != 0) {
            numbers_free(&list);
            return -1;
        }
        if (*text == '\0')
            break;
    }
    numbers_free(out);
    *out = list;
    return 0;
}

void numbers_free(struct numbers *numbers)
{
    free(numbers->values);
    *numbers = (struct numbers){0};
}

int parse_duration(const char *option, const char *text, uint64_t *ns, struct error *error)
{
    const char *at = text;
    struct decimal decimal;
    uint64_t factor = 0, value = 0;
    enum outcome outcome = read_decimal(&at, &decimal);
    if (outcome == READ && !find_unit(at, strlen(at), duration_units,
                                      sizeof duration_units / sizeof *duration_units, &factor))
        outcome = NOT_A_NUMBER;
    if (outcome == READ)
        outcome = scale_decimal(decimal, factor, &value);
    if (outcome == OVERFLOWS || (outcome == READ && value > INT64_MAX))
        return fail(error, ERROR_USAGE, "%s: '%.60s' is too long a time", option, text);
    if (outcome != READ || value == 0)
        return fail(error, ERROR_USAGE,
                    "%s: '%.60s' is not a duration above 0; write it as 50us, 20ms, 1.5s or 2m",
                    option, text);
    *ns = value;
    return 0;
}

int parse_durations(const char *option, const char *text, struct numbers *out, struct error *error)
{
    struct numbers list = {0};
    struct words items = {0};
    int result = parse_words(option, text, NULL, 0, &items, error);
    for (size_t i = 0; result == 0 && i < items.count; i++) {
        uint64_t ns = 0;
        if (!text_equal(items.values[i], "0"))
            result = parse_duration(option, items.values[i], &ns, error);
        if (result == 0)
            result = append_number(option, &list, list.count, ns, error);
    }
    words_free(&items);
    if (result != 0) {
        numbers_free(&list);
        return -1;
    }
    numbers_free(out);
    *out = list;
    return 0;
}

int parse_percent(const char *option, const char *text, double *share, struct error *error)
{
    const char *at = text;
    struct decimal decimal;
    uint64_t millionths = 0;
    enum outcome outcome = read_decimal(&at, &decimal);
    at += outcome == READ && *at == '%';
    if (outcome == READ && *at == '\0')
        outcome = scale_decimal(decimal, 10000, &millionths);
    else
        outcome = NOT_A_NUMBER;
    if (outcome != READ || millionths == 0 || millionths > 1000000)
        return fail(error, ERROR_USAGE, "%s: '%.60s' is not a percentage above 0 and up to 100",
                    option, text);
    *share = (double)millionths / 1e6;
    return 0;
}

static bool is_known(const char *word, const char *const known[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(word, known[i]))
            return true;
    return known == NULL;
}

static int append_word(const char *option, char *word, const char *const known[], size_t count,
                       struct words *list, struct error *error)
{
    if (*word == '\0')
        return fail(error, ERROR_USAGE, "%s: the list has an empty item", option);
    if (!is_known(word, known, count)) {
        char suggestion[128];
        text_suggestion(suggestion, sizeof suggestion, word, known, count);
        return fail(error, ERROR_USAGE, "%s: '%.60s' is not known%s", option, word, suggestion);
    }
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->values[i], word))
            return 0;
    if (list->count == MOST_LIST_VALUES)
        return fail(error, ERROR_USAGE, "%s: the list names more than %d values", option,
                    MOST_LIST_VALUES);
    list->values[list->count++] = word;
    return 0;
}

int parse_words(const char *option, const char *text, const char *const known[], size_t count,
                struct words *out, struct error *error)
{
    struct words list = {.text = strdup(text)};
    size_t items = 1;
    for (const char *c = text; *c != '\0'; c++)
        items += *c == ',';
    list.values = calloc(items, sizeof *list.values);
    int result = list.text == NULL || list.values == NULL
                     ? fail(error, ERROR_REFUSED, "%s: out of memory", option)
                     : 0;
    const char *at = list.text;
    for (const char *item; result == 0; at++) {
        size_t length = next_item(&at, &item);
        bool last = *at == '\0';
        char *word = list.text + (item - list.text);
        word[length] = '\0';
        result = append_word(option, word, known, count, &list, error);
        if (last)
            break;
    }
    if (result != 0) {
        words_free(&list);
        return -1;
    }
    words_free(out);
    *out = list;
    return 0;
}

void words_free(struct words *words)
{
    free(words->text);
    free(words->values);
    *words = (struct words){0};
}
