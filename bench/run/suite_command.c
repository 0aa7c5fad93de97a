#include "bench/run/suite_command.h"
#include "bench/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAME = 31, MOST_TEXT_BYTES = 64 << 10 };

/* ------------------------------------------------------------------------------- its name */

/* The program's own name, without folders; of a shell's text its first word. */
static void take_name(const char *text, char name[MOST_NAME + 1])
{
    size_t used = 0;
    text += strspn(text, " \t\n'\"(");
    size_t length = strcspn(text, " \t\n'\";|&<>()");
    const char *end = text + length, *slash = memrchr(text, '/', length);
    for (const char *c = slash != NULL ? slash + 1 : text; c < end && used < MOST_NAME; c++)
        if (isalnum((unsigned char)*c) || (used > 0 && strchr("._+-", *c) != NULL))
            name[used++] = *c;
    name[used] = '\0';
}

/* A work has that name already, or will have it for all who read the files later. */
static char *make_name(const char *text)
{
    char name[MOST_NAME + 1], *made = NULL;
    take_name(text, name);
    const struct work *known = work_find(name);
    bool is_taken = known != NULL && !known->is_command;
    if (asprintf(&made, "%s%s", *name != '\0' ? name : "program", is_taken ? "-command" : "") < 0)
        return NULL;
    return made;
}

/* ------------------------------------------------------------------------------- reading */

static int read_switch(const char *option, const char *text, bool *on, struct error *error)
{
    *on = text != NULL && text_equal(text, "yes");
    if (text == NULL || *on || text_equal(text, "no"))
        return 0;
    return fail(error, ERROR_USAGE, "%s: '%.60s' is neither yes nor no", option, text);
}

static int read_verify(const char *text, bool *digests, struct error *error)
{
    static const char *const known[] = {"exit", "sha256"};
    char suggestion[128];
    *digests = text_equal(text, "sha256");
    if (*digests || text_equal(text, "exit"))
        return 0;
    text_suggestion(suggestion, sizeof suggestion, text, known, 2);
    return fail(error, ERROR_USAGE, "--verify: '%.60s' is neither exit nor sha256%s", text,
                suggestion);
}

/* What is of use only with a command. */
static int refuse_without(const struct command_texts *texts, struct error *error)
{
    const struct {
        const char *option, *given;
    } others[] = {
        {"--inputs", texts->inputs},
        {"--shell", texts->shell},
        {"--prepare", texts->prepare},
        {"--cleanup", texts->cleanup},
        {"--ignore-failure", texts->ignore_failure},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].given != NULL)
            return fail(error, ERROR_USAGE, "%s: is of use only with --command", others[i].option);
    return 0;
}

static int check_inputs(const struct suite_command *command, const char *inputs,
                        struct error *error)
{
    if (command->words.has_input && inputs == NULL)
        return fail(error, ERROR_USAGE,
                    "--inputs: give the files that {input} stands for: --inputs 'photos/*.png'");
    if (!command->words.has_input && inputs != NULL)
        return fail(error, ERROR_USAGE,
                    "--inputs: the command has no {input}; write it where the file belongs");
    return 0;
}

static char *copy(const char *text)
{
    return strdup(text != NULL ? text : "");
}

static int keep_texts(const struct command_texts *texts, struct suite_command *command,
                      struct error *error)
{
    command->text = copy(texts->command);
    command->name = make_name(texts->command);
    command->output = copy(texts->output);
    command->prepare = copy(texts->prepare);
    command->cleanup = copy(texts->cleanup);
    if (command->text == NULL || command->name == NULL || command->output == NULL ||
        command->prepare == NULL || command->cleanup == NULL)
        return fail(error, ERROR_REFUSED, "--command: out of memory");
    return *command->output != '\0'
               ? 0
               : fail(error, ERROR_USAGE, "--output: is empty; give null, inherit or a file");
}

int suite_command_read(const struct command_texts *texts, struct suite_command *command,
                       struct error *error)
{
    *command = (struct suite_command){0};
    if (texts->command == NULL)
        return refuse_without(texts, error);
    if (strlen(texts->command) > MOST_TEXT_BYTES)
        return fail(error, ERROR_USAGE, "--command: is longer than %d bytes", MOST_TEXT_BYTES);
    if (read_switch("--shell", texts->shell, &command->for_shell, error) != 0 ||
        read_switch("--ignore-failure", texts->ignore_failure, &command->ignores_failure, error) !=
            0 ||
        read_verify(texts->verify, &command->digests, error) != 0 ||
        keep_texts(texts, command, error) != 0 ||
        template_parse("--command", texts->command, command->for_shell, &command->words, error) !=
            0 ||
        check_inputs(command, texts->inputs, error) != 0)
        return -1;
    return texts->inputs != NULL ? inputs_find("--inputs", texts->inputs, &command->inputs, error)
                                 : 0;
}

void suite_command_free(struct suite_command *command)
{
    template_free(&command->words);
    inputs_free(&command->inputs);
    free(command->name);
    free(command->text);
    free(command->output);
    free(command->prepare);
    free(command->cleanup);
    *command = (struct suite_command){0};
}

/* What outlives the suite. */
struct described {
    struct work work;
    char name[WORK_NAME_BYTES], summary[200];
};

const struct work *suite_command_register(const struct suite_command *command, struct error *error)
{
    const struct work *known = work_find(command->name);
    if (known != NULL && known->is_command)
        return known;
    struct described *described = calloc(1, sizeof *described);
    if (described == NULL) {
        fail(error, ERROR_REFUSED, "--command: out of memory");
        return NULL;
    }
    snprintf(described->name, sizeof described->name, "%s", command->name);
    text_clipped(described->summary, sizeof described->summary, command->text,
                 sizeof described->summary / 2);
    described->work = work_command;
    described->work.name = described->name;
    described->work.summary = described->summary;
    described->work.reference = work_command.name;
    described->work.unit = command->by_billionths    ? WORK_BILLIONTHS "{size}"
                           : command->words.has_size ? "{size}"
                                                     : "command";
    if (work_register(&described->work, error) == 0)
        return &described->work;
    free(described);
    return NULL;
}

/* ------------------------------------------------------------------------------- lists */

int suite_command_sizes(struct suite_command *command, const char *origin, const char *text,
                        struct numbers *sizes, struct error *error)
{
    const struct number_rule whole = {.most = UINT64_C(1) << 62};
    const struct number_rule decimal = {.most = UINT64_C(1) << 62, .billionths = true};
    struct error not_whole = {0};
    if (!command->words.has_size && text != NULL)
        return fail(error, ERROR_USAGE,
                    "%s: the command has no {size}; write it where the size belongs", origin);
    if (!command->words.has_size)
        return parse_numbers(origin, "1", &whole, sizes, error);
    if (text == NULL)
        return fail(error, ERROR_USAGE, "--sizes: give what {size} stands for: --sizes 0.01,0.1");
    if (parse_numbers(origin, text, &whole, sizes, &not_whole) == 0)
        return 0;
    command->by_billionths = true;
    return parse_numbers(origin, text, &decimal, sizes, error);
}

void suite_command_jobs(const struct suite_command *command, char text[SUITE_COMMAND_JOBS_BYTES])
{
    enum { FACTOR = 4, MOST_WITHOUT_INPUTS = 64 };
    size_t used = 0, most = command->inputs.count;
    for (size_t jobs = 1; jobs < (most > 0 ? most : MOST_WITHOUT_INPUTS); jobs *= FACTOR)
        used += (size_t)snprintf(text + used, SUITE_COMMAND_JOBS_BYTES - used, "%zu,", jobs);
    snprintf(text + used, SUITE_COMMAND_JOBS_BYTES - used, "%zu",
             most > 0 ? most : (size_t)MOST_WITHOUT_INPUTS);
}
