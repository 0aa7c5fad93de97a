/* Lists of words, known and unknown: no word is empty or there twice, and joined again they are the
 * same list. */
#include "bench/base/parse.h"
#include "bench/visit/cell.h"
#include "tests/fuzz/fuzz.h"

static char *joined(const struct words *words)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    for (size_t i = 0; i < words->count; i++)
        fprintf(file, "%s%s", i > 0 ? "," : "", words->values[i]);
    must(fclose(file) == 0);
    return text;
}

static void read_words(const char *text, const char *const known[], size_t count)
{
    struct error error = {0};
    struct words words = {0}, again = {0};
    if (parse_words("--option", text, known, count, &words, &error) != 0) {
        must_refuse(&error);
        must(words.text == NULL && words.values == NULL);
        return;
    }
    must(words.count > 0);
    for (size_t i = 0; i < words.count; i++)
        must(*words.values[i] != '\0');
    char *list = joined(&words);
    must(parse_words("--option", list, known, count, &again, &error) == 0);
    must(again.count == words.count);
    for (size_t i = 0; i < words.count; i++)
        must(strcmp(again.values[i], words.values[i]) == 0);
    free(list);
    words_free(&words);
    words_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    read_words(text, schedule_names, SCHEDULE_NAMES);
    read_words(text, NULL, 0);
    free(text);
    return 0;
}
