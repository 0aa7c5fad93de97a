#include "bench/command/block.h"
#include "bench/command/block_header.h"
#include "bench/command/template.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool command_read(const unsigned char *block, uint64_t bytes, struct command *out)
{
    const struct command_header *header = (const struct command_header *)(const void *)block;
    if (block == NULL || bytes < sizeof *header || header->magic != COMMAND_MAGIC ||
        header->bytes != bytes || header->word_count == 0)
        return false;
    const char *text = (const char *)block;
    *out = (struct command){
        .flags = (unsigned)header->flags,
        .descriptors = header->descriptors,
        .program = text + header->program,
        .scratch = text + header->scratch,
        .prepare = text + header->prepare,
        .cleanup = text + header->cleanup,
        .words = text + header->words,
        .word_count = header->word_count,
        .input_count = header->input_count,
        .inputs = (const uint64_t *)(const void *)(block + sizeof *header),
        .block = text,
    };
    return true;
}

/* ------------------------------------------------------------------------------- a job */

void command_size_text(uint64_t size, bool by_billionths, char text[COMMAND_SIZE_BYTES])
{
    const uint64_t billion = 1000000000;
    if (!by_billionths || size % billion == 0) {
        snprintf(text, COMMAND_SIZE_BYTES, "%" PRIu64, by_billionths ? size / billion : size);
        return;
    }
    int length = snprintf(text, COMMAND_SIZE_BYTES, "%" PRIu64 ".%09" PRIu64, size / billion,
                          size % billion);
    while (text[length - 1] == '0')
        text[--length] = '\0';
}

/* The values of one job, and the memory that they lie in. */
struct values {
    struct template_values of;
    char size[COMMAND_SIZE_BYTES], index[24], *output;
};

static bool make_values(const struct command *command, uint64_t index, uint64_t size,
                        struct values *values)
{
    command_size_text(size, (command->flags & COMMAND_BY_BILLIONTHS) != 0, values->size);
    snprintf(values->index, sizeof values->index, "%" PRIu64, index);
    if (asprintf(&values->output, "%s/%c%" PRIu64, command->scratch, COMMAND_OUTPUT_LETTER, index) <
        0)
        return false;
    uint64_t input = command->input_count > 0 ? command->inputs[index % command->input_count] : 0;
    values->of = (struct template_values){command->input_count > 0 ? command->block + input : "",
                                          values->output, values->size, values->index};
    return true;
}

/* How many bytes all words of the job take. */
static size_t words_bytes(const struct command *command, const struct values *values)
{
    size_t bytes = 0;
    const char *word = command->words;
    for (size_t i = 0; i < command->word_count; i++, word += strlen(word) + 1)
        bytes += template_expand(word, &values->of, NULL) + 1;
    return bytes;
}

/* Writes the words behind the pointers to them. */
static void fill_words(const struct command *command, const struct values *values,
                       struct command_line *line)
{
    char *at = (char *)(line->arguments + command->word_count + 1);
    const char *word = command->words;
    for (size_t i = 0; i < command->word_count; i++, word += strlen(word) + 1) {
        line->arguments[i] = at;
        at += template_expand(word, &values->of, at);
        *at++ = '\0';
    }
    line->arguments[command->word_count] = NULL;
    line->program = *command->program != '\0' ? command->program : line->arguments[0];
    line->descriptors = command->descriptors;
    line->stdout_path = NULL;
    if ((command->flags & COMMAND_DIGESTS) == 0)
        return;
    line->stdout_path = strcpy(at, values->output);
    at[strlen(command->scratch) + 1] = COMMAND_STDOUT_LETTER;
}

bool command_line_make(const struct command *command, uint64_t index, uint64_t size,
                       struct command_line *line)
{
    struct values values;
    *line = (struct command_line){0};
    if (!make_values(command, index, size, &values))
        return false;
    size_t pointers = (command->word_count + 1) * sizeof *line->arguments;
    line->arguments = malloc(pointers + words_bytes(command, &values) + strlen(values.output) + 1);
    if (line->arguments != NULL)
        fill_words(command, &values, line);
    free(values.output);
    return line->arguments != NULL;
}

void command_line_free(struct command_line *line)
{
    free(line->arguments);
    *line = (struct command_line){0};
}
