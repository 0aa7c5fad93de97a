#include "bench/session/command_input.h"
#include "bench/base/text.h"
#include "bench/command/block.h"
#include "bench/command/digest.h"
#include "bench/command/scratch.h"
#include "bench/visit/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Above what the standard streams and the pipes of visits are moved to. */
enum { LEAST_DESCRIPTOR = 10 };

static int open_output(const char *output, int *fd, struct error *error)
{
    bool is_file = !text_equal(output, "inherit");
    *fd = -1;
    if (text_equal(output, "null"))
        return 0;
    int opened = is_file ? open(output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666)
                         : STDERR_FILENO;
    if (opened < 0)
        return fail(error, ERROR_USAGE, "--output: %.200s cannot be written: %s", output,
                    strerror(errno));
    *fd = fcntl(opened, F_DUPFD_CLOEXEC, LEAST_DESCRIPTOR);
    int why = errno;
    if (is_file)
        close(opened);
    return *fd >= 0 ? 0 : fail_errno(error, why, "--output: %.200s", output);
}

static unsigned flags_of(const struct suite_command *command)
{
    return (command->ignores_failure ? COMMAND_IGNORES_FAILURE : 0u) |
           (command->digests ? COMMAND_DIGESTS : 0u) |
           (command->by_billionths ? COMMAND_BY_BILLIONTHS : 0u) |
           (command->words.has_output ? COMMAND_WRITES_OUTPUT : 0u);
}

/* The program of a template whose first word is the same for all jobs; "" where it is not. */
static int find_program(const struct suite_command *command, char path[PATH_MAX],
                        struct error *error)
{
    static const struct template_values nothing = {"", "", "", ""};
    const char *word = command->words.words[0];
    path[0] = '\0';
    for (const char *c = word; (c = strchr(c, TEMPLATE_MARK)) != NULL; c += 2)
        if (c[1] != TEMPLATE_MARK)
            return 0;
    char *name = calloc(template_expand(word, &nothing, NULL) + 1, 1);
    if (name == NULL)
        return fail(error, ERROR_REFUSED, "--command: out of memory");
    template_expand(word, &nothing, name);
    int result = inputs_find_program("--command", name, path, error);
    free(name);
    return result;
}

int command_input_open(const struct suite_command *command, struct command_input *input,
                       struct error *error)
{
    if (command->words.count == 0)
        return 0;
    if (find_program(command, input->program, error) != 0 ||
        (command->digests && digest_load(error) != 0))
        return -1;
    return open_output(command->output, &input->output_fd, error);
}

int command_input_place(const struct suite_command *command, const char *folder,
                        struct command_input *input, struct error *error)
{
    if (command->words.count == 0)
        return 0;
    struct rlimit descriptors = {0};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    if (scratch_make(folder, input->scratch, error) != 0)
        return -1;
    const struct command_parts parts = {
        .flags = flags_of(command),
        .descriptors = descriptors.rlim_cur,
        .program = input->program,
        .scratch = input->scratch,
        .prepare = command->prepare,
        .cleanup = command->cleanup,
        .words = command->words.words,
        .word_count = command->words.count,
        .inputs = (const char *const *)command->inputs.paths,
        .input_count = command->inputs.count,
    };
    input->block_fd = command_block_make(&parts, error);
    return input->block_fd >= 0 ? 0 : -1;
}

void command_input_close(struct command_input *input)
{
    if (input->block_fd >= 0)
        close(input->block_fd);
    if (input->output_fd >= 0)
        close(input->output_fd);
    if (*input->scratch != '\0')
        scratch_remove(input->scratch);
    *input = (struct command_input){.block_fd = -1, .output_fd = -1};
}
