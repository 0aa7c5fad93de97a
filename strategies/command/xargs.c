/* `xargs -P`: what a shell has to run commands beside each other. Each job's own words go into the
 * list, ended by NULs, so that no path is taken apart; the words that all have in common are
 * arguments of xargs, as people write them. */
#include "strategies/command/outside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What xargs says by its exit code. */
enum { SOME_FAILED = 123, ENDED_WITH_255 = 124, WAS_KILLED = 125 };

/* The words of each job from the first that differs on; where none does, a word that xargs has to
 * read but hands to nobody. */
static int write_list(const struct batch *batch, const struct command *command, size_t fixed,
                      FILE *list, struct error *error)
{
    for (uint64_t i = 0; i < batch->jobs; i++) {
        struct command_line line;
        if (fixed == command->word_count) {
            fwrite("0", 2, 1, list);
            continue;
        }
        if (!command_line_make(command, i, batch->size, &line))
            return fail(error, ERROR_REFUSED, "xargs: out of memory");
        for (char **word = line.arguments + fixed; *word != NULL; word++)
            fwrite(*word, strlen(*word) + 1, 1, list);
        command_line_free(&line);
    }
    return 0;
}

static int add_counts(struct outside *outside, size_t words, struct error *error)
{
    if (outside_add(outside, error, "-0") != 0 || outside_add(outside, error, "-P") != 0 ||
        outside_add(outside, error, "%u", outside->workers) != 0)
        return -1;
    if (words == 0) /* a word that stands nowhere in the command is replaced nowhere */
        return outside_add(outside, error, "-I") != 0
                   ? -1
                   : outside_add(outside, error, "%s", "{breakeven's word}");
    return outside_add(outside, error, "-n") != 0 ? -1 : outside_add(outside, error, "%zu", words);
}

static int ask_by_helper(struct outside *outside, const struct batch *batch, FILE *list,
                         struct error *error)
{
    if (add_counts(outside, 1, error) != 0 || outside_open_helper(outside, batch, error) != 0)
        return -1;
    for (size_t i = 0; i < HELPER_WORDS; i++)
        if (outside_add(outside, error, "%s", outside->helper[i]) != 0)
            return -1;
    for (uint64_t i = 0; i < batch->jobs; i++)
        fprintf(list, "%" PRIu64 "%c", i, '\0');
    return 0;
}

static int ask(struct outside *outside, const struct batch *batch, const struct command *command,
               FILE *list, struct error *error)
{
    struct command_line line;
    size_t fixed = outside_fixed_words(command);
    if ((command->flags & COMMAND_DIGESTS) != 0)
        return ask_by_helper(outside, batch, list, error);
    if (fixed == 0)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "xargs: runs one program, but the command's differs from job to job");
    if (add_counts(outside, command->word_count - fixed, error) != 0)
        return -1;
    if (!command_line_make(command, 0, batch->size, &line))
        return fail(error, ERROR_REFUSED, "xargs: out of memory");
    int result = outside_add(outside, error, "%s", line.program);
    for (size_t i = 1; result == 0 && i < fixed; i++)
        result = outside_add(outside, error, "%s", line.arguments[i]);
    command_line_free(&line);
    return result == 0 ? write_list(batch, command, fixed, list, error) : -1;
}

static int judge(struct outside *outside, struct batch *batch, const struct command *command,
                 int code, struct error *error)
{
    bool ignores = (command->flags & COMMAND_IGNORES_FAILURE) != 0;
    (void)outside;
    if (code == 0)
        outside_settle_done(batch);
    else if (code == SOME_FAILED && ignores)
        outside_settle(batch, NULL);
    else
        return fail(error, ERROR_CHECK_FAILED,
                    "xargs ended with exit code %d: %s (it does not tell which)", code,
                    code == SOME_FAILED      ? "a command failed"
                    : code == ENDED_WITH_255 ? "a command ended with exit code 255, which stops it"
                    : code == WAS_KILLED     ? "a command was ended by a signal"
                                             : "it could not run the command");
    return 0;
}

static const struct outside_program program = {
    .name = "xargs",
    .missing = "xargs is not in PATH (findutils has it)",
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

static int xargs_open(const struct strategy_config *config, void **state, struct error *error)
{
    return outside_open(&program, config, state, error);
}

const struct strategy_ops strategy_xargs = {
    .name = "xargs",
    .summary = "the shell's xargs -P, one process for each command",
    .elsewhere = "xargs -0 -P",
    .flags =
        STRATEGY_RUNS_COMMANDS | STRATEGY_ONLY_COMMANDS | STRATEGY_HIDES_WORKERS | STRATEGY_PEER,
    .floor = FLOOR_SPAWN,
    .unavailable = unavailable,
    .runtime = runtime,
    .open = xargs_open,
    .map = outside_map,
    .close = outside_close,
};
