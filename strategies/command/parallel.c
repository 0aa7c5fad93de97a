/* GNU parallel. Each line of its list is a command of its own, quoted for the shell that parallel
 * runs it by: nothing in it is taken for one of parallel's replacement strings. */
#include "bench/base/clock.h"
#include "strategies/command/outside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* As many failures as parallel counts in its exit code, and what means more; above is trouble of
 * its own. */
enum { MOST_FAILURES = 101 };

static void write_quoted(FILE *list, const char *word)
{
    fputc('\'', list);
    for (; *word != '\0'; word++)
        fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, list);
    fputs("' ", list);
}

static int write_list(struct outside *outside, const struct batch *batch,
                      const struct command *command, FILE *list, struct error *error)
{
    bool by_helper = (command->flags & COMMAND_DIGESTS) != 0;
    for (uint64_t i = 0; i < batch->jobs; i++) {
        struct command_line line;
        if (!command_line_make(command, i, batch->size, &line))
            return fail(error, ERROR_REFUSED, "parallel: out of memory");
        if (by_helper) {
            for (size_t k = 0; k < HELPER_WORDS; k++)
                write_quoted(list, outside->helper[k]);
            fprintf(list, "%" PRIu64, i);
        } else {
            write_quoted(list, line.program);
            for (char **word = line.arguments + 1; *word != NULL; word++)
                write_quoted(list, *word);
        }
        fputc('\0', list);
        command_line_free(&line);
    }
    return 0;
}

static int ask(struct outside *outside, const struct batch *batch, const struct command *command,
               FILE *list, struct error *error)
{
    bool by_helper = (command->flags & COMMAND_DIGESTS) != 0;
    if (outside_add(outside, error, "--plain") != 0 || outside_add(outside, error, "-0") != 0 ||
        outside_add(outside, error, "-j%u", outside->workers) != 0)
        return -1;
    if (outside->job_timeout_ns > 0 &&
        outside_add(outside, error, "--timeout=%.9g",
                    (double)outside->job_timeout_ns / (double)NS_PER_S) != 0)
        return -1;
    if ((command->flags & COMMAND_IGNORES_FAILURE) != 0 &&
        outside_add(outside, error, "--joblog=%s/joblog", command->scratch) != 0)
        return -1;
    if (by_helper && outside_open_helper(outside, batch, error) != 0)
        return -1;
    return write_list(outside, batch, command, list, error);
}

/* Reads the exit codes that parallel has logged; false where one is missing. */
static bool read_log(const struct command *command, uint64_t jobs, uint32_t codes[])
{
    char path[PATH_MAX + 16], *line = NULL;
    size_t room = 0;
    uint64_t number, told = 0;
    unsigned code, signal;
    snprintf(path, sizeof path, "%s/joblog", command->scratch);
    FILE *file = fopen(path, "re");
    while (file != NULL && getline(&line, &room, file) > 0)
        if (sscanf(line, "%" SCNu64 " %*s %*s %*s %*s %*s %u %u", &number, &code, &signal) == 3 &&
            number >= 1 && number <= jobs) {
            codes[number - 1] = signal > 0 ? 128 + signal : code;
            told++;
        }
    free(line);
    if (file != NULL)
        fclose(file);
    return told == jobs;
}

static int settle_by_log(struct batch *batch, const struct command *command, struct error *error)
{
    uint32_t *codes = calloc(batch->jobs, sizeof *codes);
    if (codes == NULL)
        return fail(error, ERROR_REFUSED, "parallel: out of memory");
    bool whole = read_log(command, batch->jobs, codes);
    if (whole)
        outside_settle(batch, codes);
    free(codes);
    return whole ? 0
                 : fail(error, ERROR_CHECK_FAILED,
                        "parallel: its --joblog does not tell of all "
                        "jobs");
}

static int judge(struct outside *outside, struct batch *batch, const struct command *command,
                 int code, struct error *error)
{
    (void)outside;
    if (code > MOST_FAILURES)
        return fail(error, ERROR_CHECK_FAILED, "parallel ended with exit code %d", code);
    if ((command->flags & COMMAND_IGNORES_FAILURE) != 0)
        return settle_by_log(batch, command, error);
    if (code > 0)
        return fail(error, ERROR_CHECK_FAILED,
                    "parallel ended with exit code %d: %s%d commands failed or timed out", code,
                    code == MOST_FAILURES ? "more than " : "",
                    code == MOST_FAILURES ? MOST_FAILURES - 1 : code);
    outside_settle_done(batch);
    return 0;
}

static const struct outside_program program = {
    .name = "parallel",
    .missing = "parallel is not in PATH (the package parallel has it)",
    .ask = ask,
    .judge = judge,
};

static const char *unavailable(void)
{
    return outside_unavailable(&program);
}

static const char *runtime(void)
{
    return outside_path(&program);
}

static int parallel_open(const struct strategy_config *config, void **state, struct error *error)
{
    return outside_open(&program, config, state, error);
}

const struct strategy_ops strategy_parallel = {
    .name = "parallel",
    .summary = "GNU parallel, which runs each command by a shell",
    .elsewhere = "parallel -j",
    .flags =
        STRATEGY_RUNS_COMMANDS | STRATEGY_ONLY_COMMANDS | STRATEGY_HIDES_WORKERS | STRATEGY_PEER,
    .floor = FLOOR_SPAWN,
    .unavailable = unavailable,
    .runtime = runtime,
    .open = parallel_open,
    .map = outside_map,
    .close = outside_close,
};
