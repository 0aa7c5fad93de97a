#include "bench/command/template.h"
#include "bench/base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct placeholder {
    const char *name;
    char letter;
} placeholders[] = {
    {"input", TEMPLATE_INPUT},
    {"output", TEMPLATE_OUTPUT},
    {"size", TEMPLATE_SIZE},
    {"index", TEMPLATE_INDEX},
};

enum { PLACEHOLDERS = sizeof placeholders / sizeof *placeholders, LONGEST_NAME = 16 };

/* What others call them. */
static const struct {
    const char *other, *own;
} synonyms[] = {{"in", "input"}, {"file", "input"}, {"path", "input"}, {"out", "output"}};

/* A template that is read. The words lie one behind the other in bytes, each ended by a NUL. */
struct reader {
    const char *option, *text, *at;
    bool for_shell;
    char quotes;  /* that `at` stands in: enum template_quotes, or TEMPLATE_UNQUOTED */
    bool in_word; /* a word has begun, be it an empty one in quotes */
    char *bytes;
    size_t used;
    struct template *out;
    struct error *error;
};

static void put(struct reader *reader, char byte)
{
    if (byte == TEMPLATE_MARK)
        reader->bytes[reader->used++] = TEMPLATE_MARK;
    reader->bytes[reader->used++] = byte;
    reader->in_word = true;
}

static void end_word(struct reader *reader)
{
    if (!reader->in_word)
        return;
    reader->bytes[reader->used++] = '\0';
    reader->out->count++;
    reader->in_word = false;
}

static void put_placeholder(struct reader *reader, char letter)
{
    reader->bytes[reader->used++] = TEMPLATE_MARK;
    reader->bytes[reader->used++] = letter;
    reader->bytes[reader->used++] = reader->for_shell ? reader->quotes : TEMPLATE_PLAIN;
    reader->in_word = true;
    reader->out->has_input = reader->out->has_input || letter == TEMPLATE_INPUT;
    reader->out->has_output = reader->out->has_output || letter == TEMPLATE_OUTPUT;
    reader->out->has_size = reader->out->has_size || letter == TEMPLATE_SIZE;
}

/* The placeholder that was meant by a name that is none; NULL: it is somebody else's. */
static const char *meant_by(const char *name)
{
    const char *names[PLACEHOLDERS];
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (text_equal(synonyms[i].other, name))
            return synonyms[i].own;
    for (size_t i = 0; i < PLACEHOLDERS; i++)
        names[i] = placeholders[i].name;
    return text_nearest(name, names, PLACEHOLDERS);
}

/* Takes a placeholder at `at`, which is a brace; 0: there is none, so that the brace is one. */
static int take_placeholder(struct reader *reader)
{
    char name[LONGEST_NAME + 1] = "";
    const char *start = reader->at + 1;
    size_t length = 0;
    while (length < LONGEST_NAME && isalpha((unsigned char)start[length]))
        length++;
    if (length == 0 || start[length] != '}')
        return 0;
    memcpy(name, start, length);
    for (size_t i = 0; i < PLACEHOLDERS; i++)
        if (text_equal(placeholders[i].name, name)) {
            put_placeholder(reader, placeholders[i].letter);
            reader->at = start + length + 1;
            return 1;
        }
    const char *meant = meant_by(name);
    if (meant == NULL)
        return 0;
    return fail(reader->error, ERROR_USAGE,
                "%s: {%s} is no placeholder; did you mean {%s}? There are {input}, {output}, "
                "{size} and {index}",
                reader->option, name, meant);
}

/* True where a shell would take the text as more than itself. */
static bool needs_shell(const struct reader *reader)
{
    const char *at = reader->at;
    if (*at == '`' ||
        (*at == '$' && (isalnum((unsigned char)at[1]) || strchr("_({?#@*$!-", at[1]) != NULL) &&
         at[1] != '\0'))
        return true;
    return reader->quotes == TEMPLATE_UNQUOTED && strchr("|&;<>()", *at) != NULL;
}

static int fail_unended(const struct reader *reader, const char *what)
{
    char shown[160];
    text_clipped(shown, sizeof shown, reader->text, 60);
    return fail(reader->error, ERROR_USAGE, "%s: %s in '%s'", reader->option, what, shown);
}

/* A backslash and what it takes the meaning of. */
static int take_backslash(struct reader *reader)
{
    char next = reader->at[1];
    if (next == '\0')
        return fail_unended(reader, "a backslash stands at the end, before nothing,");
    bool acts = reader->quotes != TEMPLATE_DOUBLE || strchr("$`\"\\\n", next) != NULL;
    if (reader->for_shell || !acts)
        put(reader, '\\');
    if (reader->for_shell || next != '\n')
        put(reader, next);
    reader->at += 2;
    return 0;
}

/* Opens or closes quotes; false where the byte is none that does. */
static bool take_quote(struct reader *reader)
{
    char own = *reader->at == '"' ? TEMPLATE_DOUBLE : TEMPLATE_SINGLE;
    if (reader->quotes != TEMPLATE_UNQUOTED && reader->quotes != own)
        return false;
    reader->quotes = reader->quotes == own ? TEMPLATE_UNQUOTED : own;
    reader->in_word = true;
    if (reader->for_shell)
        put(reader, *reader->at);
    reader->at++;
    return true;
}

static int take_byte(struct reader *reader)
{
    char byte = *reader->at;
    bool quoted = reader->quotes == TEMPLATE_SINGLE;
    if (byte == '{') {
        int taken = take_placeholder(reader);
        if (taken != 0)
            return taken < 0 ? -1 : 0;
    }
    if (byte == '\\' && !quoted)
        return take_backslash(reader);
    if ((byte == '"' || byte == '\'') && take_quote(reader))
        return 0;
    if (!reader->for_shell && reader->quotes == TEMPLATE_UNQUOTED && isspace((unsigned char)byte)) {
        end_word(reader);
        reader->at++;
        return 0;
    }
    if (!reader->for_shell && !quoted && needs_shell(reader))
        return fail(reader->error, ERROR_USAGE,
                    "%s: '%c' acts only in a shell; give --shell, or put it in single quotes",
                    reader->option, byte);
    put(reader, byte);
    reader->at++;
    return 0;
}

static int read_all(struct reader *reader)
{
    while (*reader->at != '\0')
        if (take_byte(reader) != 0)
            return -1;
    if (reader->quotes != TEMPLATE_UNQUOTED)
        return fail_unended(reader, "quotes are opened and not closed");
    end_word(reader);
    return 0;
}

/* The words' own array, into the bytes. */
static int list_words(struct reader *reader)
{
    struct template *out = reader->out;
    out->words = calloc(out->count + 1, sizeof *out->words);
    if (out->words == NULL)
        return fail(reader->error, ERROR_REFUSED, "%s: out of memory", reader->option);
    char *word = reader->bytes;
    for (size_t i = 0; i < out->count; i++, word += strlen(word) + 1)
        out->words[i] = word;
    return 0;
}

static void put_words_of_shell(struct reader *reader)
{
    for (const char *word = "sh\0-c\0"; *word != '\0'; word += strlen(word) + 1) {
        for (const char *c = word; *c != '\0'; c++)
            put(reader, *c);
        end_word(reader);
    }
}

int template_parse(const char *option, const char *text, bool for_shell, struct template *out,
                   struct error *error)
{
    enum { MOST_GROWTH = 2, SHELL_BYTES = 8 };
    *out = (struct template){0};
    struct reader reader = {.option = option,
                            .text = text,
                            .at = text,
                            .for_shell = for_shell,
                            .quotes = TEMPLATE_UNQUOTED,
                            .out = out,
                            .error = error};
    if (text[strspn(text, " \t\r\n\v\f")] == '\0')
        return fail(error, ERROR_USAGE, "%s: is empty; it must name a program", option);
    reader.bytes = malloc(MOST_GROWTH * strlen(text) + SHELL_BYTES);
    if (reader.bytes == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", option);
    if (for_shell)
        put_words_of_shell(&reader);
    if (read_all(&reader) != 0 || list_words(&reader) != 0) {
        free(reader.bytes);
        *out = (struct template){0};
        return -1;
    }
    if (out->count > 0 && out->words[0][0] != '\0')
        return 0;
    if (out->count == 0)
        free(reader.bytes);
    template_free(out);
    return fail(error, ERROR_USAGE, "%s: its first word, the program, is empty", option);
}

void template_free(struct template *template)
{
    if (template->words != NULL)
        free(template->words[0]);
    free(template->words);
    *template = (struct template){0};
}

/* ------------------------------------------------------------------------------- expanding */

static size_t append(char **at, const char *bytes, size_t count)
{
    if (*at != NULL) {
        memcpy(*at, bytes, count);
        *at += count;
    }
    return count;
}

/* In single quotes a quote ends them, stands for itself, and opens them again. */
static size_t append_single(char **at, const char *value)
{
    size_t count = 0;
    for (; *value != '\0'; value++)
        count += *value == '\'' ? append(at, "'\\''", 4) : append(at, value, 1);
    return count;
}

static size_t append_double(char **at, const char *value)
{
    size_t count = 0;
    for (; *value != '\0'; value++) {
        if (strchr("$`\"\\", *value) != NULL)
            count += append(at, "\\", 1);
        count += append(at, value, 1);
    }
    return count;
}

static size_t append_value(char **at, const char *value, char quotes)
{
    size_t count = 0;
    if (quotes == TEMPLATE_DOUBLE)
        return append_double(at, value);
    if (quotes == TEMPLATE_SINGLE)
        return append_single(at, value);
    if (quotes != TEMPLATE_UNQUOTED)
        return append(at, value, strlen(value));
    count += append(at, "'", 1);
    count += append_single(at, value);
    return count + append(at, "'", 1);
}

static const char *value_of(const struct template_values *values, char letter)
{
    return letter == TEMPLATE_INPUT    ? values->input
           : letter == TEMPLATE_OUTPUT ? values->output
           : letter == TEMPLATE_SIZE   ? values->size
                                       : values->index;
}

size_t template_expand(const char *word, const struct template_values *values, char *at)
{
    size_t count = 0;
    for (const char *c = word; *c != '\0';) {
        size_t plain = strcspn(c, (const char[]){TEMPLATE_MARK, '\0'});
        count += append(&at, c, plain);
        c += plain;
        if (*c == '\0')
            break;
        if (c[1] == TEMPLATE_MARK || c[1] == '\0') {
            count += append(&at, c, 1);
            c += c[1] == '\0' ? 1 : 2;
        } else {
            count += append_value(&at, value_of(values, c[1]), c[2]);
            c += c[2] == '\0' ? 2 : 3;
        }
    }
    return count;
}
