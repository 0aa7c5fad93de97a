#include "strategies/command/outside.h"
#include "bench/command/inputs.h"
#include "bench/command/result.h"
#include "bench/command/template.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/common/image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

const char *outside_unavailable(const struct outside_program *program)
{
    char path[PATH_MAX];
    struct error ignored = {0};
    return inputs_find_program(program->name, program->name, path, &ignored) == 0
               ? NULL
               : program->missing;
}

const char *outside_path(const struct outside_program *program)
{
    static char path[PATH_MAX];
    struct error ignored = {0};
    return inputs_find_program(program->name, program->name, path, &ignored) == 0 ? path : "";
}

int outside_open(const struct outside_program *program, const struct strategy_config *config,
                 void **state, struct error *error)
{
    struct outside *outside = calloc(1, sizeof *outside);
    if (outside == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", program->name);
    outside->program = program;
    outside->workers = config->workers;
    outside->job_timeout_ns = config->job_timeout_ns;
    outside->output = outside->list = outside->image = -1;
    if (inputs_find_program(program->name, program->name, outside->path, error) == 0)
        outside->output = launch_open_output(config, error);
    if (outside->output < 0) {
        outside_close(outside);
        return -1;
    }
    *state = outside;
    return 0;
}

static void forget_arguments(struct outside *outside)
{
    for (size_t i = 0; i < outside->argument_count; i++)
        free(outside->arguments[i]);
    free(outside->arguments);
    outside->arguments = NULL;
    outside->argument_count = 0;
}

void outside_close(void *state)
{
    struct outside *outside = state;
    forget_arguments(outside);
    if (outside->output >= 0)
        close(outside->output);
    if (outside->list >= 0)
        close(outside->list);
    if (outside->image >= 0)
        close(outside->image);
    free(outside);
}

int outside_add(struct outside *outside, struct error *error, const char *format, ...)
{
    size_t count = outside->argument_count;
    char **grown = reallocarray(outside->arguments, count + 2, sizeof *grown);
    va_list values;
    if (grown == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", outside->program->name);
    outside->arguments = grown;
    va_start(values, format);
    int written = vasprintf(&grown[count], format, values);
    va_end(values);
    if (written < 0)
        return fail(error, ERROR_REFUSED, "%s: out of memory", outside->program->name);
    grown[count + 1] = NULL;
    outside->argument_count++;
    return 0;
}

/* True where a word of the template differs from job to job. */
static bool differs(const char *word)
{
    for (; (word = strchr(word, TEMPLATE_MARK)) != NULL && word[1] != '\0'; word += 2)
        if (word[1] == TEMPLATE_INPUT || word[1] == TEMPLATE_OUTPUT || word[1] == TEMPLATE_INDEX)
            return true;
    return false;
}

size_t outside_fixed_words(const struct command *command)
{
    const char *word = command->words;
    size_t fixed = 0;
    for (; fixed < command->word_count && !differs(word); fixed++)
        word += strlen(word) + 1;
    return fixed;
}

int outside_open_helper(struct outside *outside, const struct batch *batch, struct error *error)
{
    if (outside->image < 0)
        outside->image = image_open(false, error);
    if (outside->image < 0)
        return -1;
    snprintf(outside->helper[0], sizeof *outside->helper, "/proc/%d/fd/%d", (int)getpid(),
             outside->image);
    snprintf(outside->helper[1], sizeof *outside->helper, "%s", HELPER_SUBCOMMAND);
    snprintf(outside->helper[2], sizeof *outside->helper, "/proc/%d/fd/%d", (int)getpid(),
             batch->input_fd);
    snprintf(outside->helper[3], sizeof *outside->helper, "%" PRIu64, batch->size);
    return 0;
}

/* Makes the arguments and the list of a batch: once, as it may be mapped many times. */
static int describe(struct outside *outside, const struct batch *batch,
                    const struct command *command, struct error *error)
{
    if (outside->listed == batch->id)
        return 0;
    forget_arguments(outside);
    if (outside->list >= 0)
        close(outside->list);
    outside->list = memfd_create("jobs", MFD_CLOEXEC);
    int copy = outside->list >= 0 ? dup(outside->list) : -1;
    FILE *list = copy >= 0 ? fdopen(copy, "w") : NULL;
    if (list == NULL) {
        if (copy >= 0)
            close(copy);
        return fail_errno(error, errno, "%s: memory for the list of jobs", outside->program->name);
    }
    int result = outside_add(outside, error, "%s", outside->program->name) == 0
                     ? outside->program->ask(outside, batch, command, list, error)
                     : -1;
    bool lost = ferror(list) != 0;
    if ((fclose(list) != 0 || lost) && result == 0)
        result = fail(error, ERROR_REFUSED, "%s: the list of jobs cannot be written",
                      outside->program->name);
    outside->listed = result == 0 ? batch->id : 0;
    return result;
}

int outside_map(void *state, struct batch *batch, struct error *error)
{
    struct outside *outside = state;
    struct command command;
    volatile int why = 0;
    int status = 0;
    if (!launch_read(batch, &command))
        return fail(error, ERROR_REFUSED, "%s: there is no command", outside->program->name);
    if (batch->jobs == 0)
        return 0;
    if (describe(outside, batch, &command, error) != 0)
        return -1;
    struct command_line line = {.arguments = outside->arguments,
                                .program = outside->path,
                                .descriptors = command.descriptors};
    lseek(outside->list, 0, SEEK_SET);
    pid_t pid = launch_start(&line, outside->list, outside->output, &why);
    if (why != 0)
        fail_errno(error, why, "%s cannot be executed", outside->path);
    if (pid > 0 && process_await_end(pid, &status) != pid && why == 0)
        fail_errno(error, errno, "%s: waitpid", outside->program->name);
    if (error->kind != ERROR_NONE)
        return -1;
    if (WIFSIGNALED(status))
        return fail(error, ERROR_CHECK_FAILED, "%s died of signal %d (%s)", outside->program->name,
                    WTERMSIG(status), strsignal(WTERMSIG(status)));
    return outside->program->judge(outside, batch, &command, WEXITSTATUS(status), error);
}

static void settle(struct batch *batch, const uint32_t *exit_codes, uint32_t exit_code)
{
    struct outcome done = batch_done_by(batch->map, 0, 0);
    struct command_result *results = (struct command_result *)(void *)batch->results;
    for (uint64_t i = 0; i < batch->jobs; i++) {
        results[i] =
            (struct command_result){.exit_code = exit_codes != NULL ? exit_codes[i] : exit_code};
        batch_settle(batch, i, &done, 0);
    }
}

void outside_settle_done(struct batch *batch)
{
    settle(batch, NULL, 0);
}

void outside_settle(struct batch *batch, const uint32_t *exit_codes)
{
    settle(batch, exit_codes, COMMAND_EXIT_UNTOLD);
}
