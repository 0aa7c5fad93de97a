/* Durations, lists of them and percentages: what is accepted, written in ns, is the same. */
#include "bench/base/parse.h"
#include "tests/fuzz/fuzz.h"

static void read_one(const char *text)
{
    struct error error = {0};
    uint64_t ns = 0, again = 0;
    char written[32];
    if (parse_duration("--option", text, &ns, &error) != 0) {
        must_refuse(&error);
        return;
    }
    must(ns > 0 && ns <= INT64_MAX);
    snprintf(written, sizeof written, "%lluns", (unsigned long long)ns);
    must(parse_duration("--option", written, &again, &error) == 0 && again == ns);
}

static void read_list(const char *text)
{
    struct error error = {0};
    struct numbers list = {0};
    if (parse_durations("--option", text, &list, &error) != 0) {
        must_refuse(&error);
        must(list.values == NULL);
        return;
    }
    must(list.count > 0 && list.count <= 1000);
    for (size_t i = 0; i < list.count; i++)
        must(list.values[i] <= INT64_MAX);
    numbers_free(&list);
}

static void read_percent(const char *text)
{
    struct error error = {0};
    double share = 0;
    if (parse_percent("--option", text, &share, &error) == 0)
        must(share > 0 && share <= 1);
    else
        must_refuse(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    read_one(text);
    read_list(text);
    read_percent(text);
    free(text);
    return 0;
}
