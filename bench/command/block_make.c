/* Writing the block: the harness's part, which the image has no use for. */
#include "bench/base/whole.h"
#include "bench/command/block.h"
#include "bench/command/block_header.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Writes a text and notes where it begins. */
static void put_text(FILE *stream, const char *text, uint64_t *at, uint64_t *place)
{
    size_t bytes = strlen(text) + 1;
    if (place != NULL)
        *place = *at;
    fwrite(text, bytes, 1, stream);
    *at += bytes;
}

/* The block as one text, which the caller frees. NULL where memory is exhausted. */
static char *compose(const struct command_parts *parts, size_t *bytes)
{
    struct command_header header = {.magic = COMMAND_MAGIC,
                                    .flags = parts->flags,
                                    .descriptors = parts->descriptors,
                                    .word_count = parts->word_count,
                                    .input_count = parts->input_count};
    uint64_t *inputs = calloc(parts->input_count + 1, sizeof *inputs);
    uint64_t at = sizeof header + parts->input_count * sizeof *inputs, words = at;
    char *text = NULL;
    FILE *stream = inputs != NULL ? open_memstream(&text, bytes) : NULL;
    if (stream == NULL) {
        free(inputs);
        return NULL;
    }
    fwrite(&header, sizeof header, 1, stream);
    fwrite(inputs, sizeof *inputs, parts->input_count, stream);
    header.words = words;
    for (size_t i = 0; i < parts->word_count; i++)
        put_text(stream, parts->words[i], &at, NULL);
    put_text(stream, parts->program, &at, &header.program);
    put_text(stream, parts->scratch, &at, &header.scratch);
    put_text(stream, parts->prepare, &at, &header.prepare);
    put_text(stream, parts->cleanup, &at, &header.cleanup);
    for (size_t i = 0; i < parts->input_count; i++)
        put_text(stream, parts->inputs[i], &at, &inputs[i]);
    bool lost = ferror(stream) != 0;
    lost = fclose(stream) != 0 || lost;
    header.bytes = at;
    if (!lost) {
        memcpy(text, &header, sizeof header);
        memcpy(text + sizeof header, inputs, parts->input_count * sizeof *inputs);
    } else {
        free(text);
        text = NULL;
    }
    free(inputs);
    return text;
}

int command_block_make(const struct command_parts *parts, struct error *error)
{
    size_t bytes = 0;
    char *text = compose(parts, &bytes);
    if (text == NULL)
        return fail(error, ERROR_REFUSED, "--command: out of memory");
    int fd = memfd_create("command", MFD_CLOEXEC);
    int why = fd < 0 ? errno : whole_put(fd, text, bytes);
    free(text);
    if (why == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return fail_errno(error, why, "--command: memory for %zu inputs", parts->input_count);
}
