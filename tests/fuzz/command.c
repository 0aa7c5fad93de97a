/* Commands as people write them: what is accepted has words, and each can be made for a job. */
#include "bench/command/template.h"
#include "tests/fuzz/fuzz.h"

static void expand(const struct template *template)
{
    static const struct template_values values = {"in 'put'", "out\"put", "0.5", "12"};
    must(template->count > 0 && template->words[template->count] == NULL);
    must(template->words[0][0] != '\0');
    for (size_t i = 0; i < template->count; i++) {
        size_t bytes = template_expand(template->words[i], &values, NULL);
        char *word = malloc(bytes + 1);
        must(word != NULL);
        must(template_expand(template->words[i], &values, word) == bytes);
        must(memchr(word, '\0', bytes) == NULL);
        free(word);
    }
}

static void read_one(const char *text, bool for_shell)
{
    struct error error = {0};
    struct template template;
    if (template_parse("--command", text, for_shell, &template, &error) != 0) {
        must_refuse(&error);
        must(template.words == NULL);
        return;
    }
    must(!for_shell || template.count == 3);
    expand(&template);
    template_free(&template);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    read_one(text, false);
    read_one(text, true);
    free(text);
    return 0;
}
