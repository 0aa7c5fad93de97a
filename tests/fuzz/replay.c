/* Runs a fuzz target on its corpus, as a test without libFuzzer: what was found once stays found.
 * The corpus is tests/fuzz/corpus/NAME for the program NAME. */
#include "tests/fuzz/fuzz.h"
#include "tests/support.h"

static void replay_file(const char *folder, const char *name)
{
    char *path = NULL;
    size_t size;
    uint8_t bytes[1 << 16];
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    assert_true(feof(file)); /* the corpus is of small files */
    assert_int_equal(fclose(file), 0);
    fprintf(stderr, "%s\n", path); /* the last one shows where it broke */
    LLVMFuzzerTestOneInput(bytes, size);
    free(path);
}

static void every_input_of_the_corpus_is_accepted_or_refused_as_it_must(void **state)
{
    char folder[256];
    size_t count = 0;
    snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", program_invocation_short_name);
    DIR *corpus = opendir(folder);
    (void)state;
    assert_non_null(corpus);
    for (struct dirent *entry; (entry = readdir(corpus)) != NULL;)
        if (entry->d_name[0] != '.') {
            replay_file(folder, entry->d_name);
            count++;
        }
    closedir(corpus);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_input_of_the_corpus_is_accepted_or_refused_as_it_must),
    };
    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
