/* Sizes, counts and lists of them, by the rules of several options: what is accepted is within the
 * rule, and its values written as a list are the same list. */
#include "bench/base/parse.h"
#include "bench/run/suite.h"
#include "tests/fuzz/fuzz.h"

static void must_be_within(const struct number_rule *rule, uint64_t value)
{
    must(value >= rule->least && value <= rule->most);
}

static char *list_text(const struct numbers *numbers)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    for (size_t i = 0; i < numbers->count; i++)
        fprintf(file, "%s%llu", i > 0 ? "," : "", (unsigned long long)numbers->values[i]);
    must(fclose(file) == 0);
    return text;
}

static void read_list(const char *text, const struct number_rule *rule)
{
    struct error error = {0};
    struct numbers numbers = {0}, again = {0};
    if (parse_numbers("--option", text, rule, &numbers, &error) != 0) {
        must_refuse(&error);
        must(numbers.values == NULL && numbers.count == 0);
        return;
    }
    must(numbers.count > 0 && numbers.count <= 1000);
    for (size_t i = 0; i < numbers.count; i++)
        must_be_within(rule, numbers.values[i]);
    char *list = list_text(&numbers);
    must(parse_numbers("--option", list, rule, &again, &error) == 0);
    must(again.count == numbers.count);
    must(memcmp(again.values, numbers.values, numbers.count * sizeof *numbers.values) == 0);
    free(list);
    numbers_free(&numbers);
    numbers_free(&again);
}

static void read_one(const char *text, const struct number_rule *rule)
{
    struct error error = {0};
    uint64_t value = 0;
    if (parse_number("--option", text, rule, &value, &error) == 0)
        must_be_within(rule, value);
    else
        must_refuse(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum suite_key keys[] = {KEY_sizes, KEY_jobs, KEY_workers, KEY_neighbours,
                                          KEY_parent_mib};
    char *text = fuzz_text(data, size);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct number_rule rule = suite_number_rule(keys[i], 3);
        read_one(text, &rule);
        read_list(text, &rule);
    }
    free(text);
    return 0;
}
