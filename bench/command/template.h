#ifndef BREAKEVEN_COMMAND_TEMPLATE_H
#define BREAKEVEN_COMMAND_TEMPLATE_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A command as it was written: words in which placeholders stand for what differs from job to job.
 * In a word the byte TEMPLATE_MARK is followed by the letter of a placeholder and the letter of the
 * quotes that it stands in; a TEMPLATE_MARK of the user's own is doubled. */
#define TEMPLATE_MARK '\1'

enum template_placeholder {
    TEMPLATE_INPUT = 'i',  /* {input}: a path of --inputs */
    TEMPLATE_OUTPUT = 'o', /* {output}: a scratch path */
    TEMPLATE_SIZE = 's',   /* {size} */
    TEMPLATE_INDEX = 'x',  /* {index}: the number of the job, from 0 */
};

/* What a value must be written as to be one word of a shell. */
enum template_quotes {
    TEMPLATE_PLAIN = 'p',    /* as it is: no shell reads it */
    TEMPLATE_UNQUOTED = 'u', /* it stands in no quotes of the shell's */
    TEMPLATE_DOUBLE = 'd',   /* in double quotes */
    TEMPLATE_SINGLE = 'q',   /* in single quotes */
};

struct template
{
    char **words; /* as many as count, and NULL */
    size_t count;
    bool has_input, has_output, has_size;
};

/* Splits the text into words as a shell does, by blanks, quotes and backslashes, but expands
 * nothing; for_shell: the words are `sh -c` and the text as a whole. The option is named in errors
 * (ERROR_USAGE): no words, quotes that nothing ends, a placeholder that is misspelt, and without a
 * shell what only a shell understands. */
int template_parse(const char *option, const char *text, bool for_shell, struct template *out,
                   struct error *error);
void template_free(struct template *template);

/* Appends what a word is for one job to *at, which is moved behind it; NULL at *at only counts.
 * values are by placeholder: input, output, size, index. Returns the number of bytes, without a
 * NUL. */
struct template_values {
    const char *input, *output, *size, *index;
};
size_t template_expand(const char *word, const struct template_values *values, char *at);

#endif
