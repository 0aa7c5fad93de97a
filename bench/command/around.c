#include "bench/command/around.h"
#include "bench/base/folders/folders.h"
#include "bench/command/digest.h"
#include "bench/command/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int start_shell(const char *text, int output, pid_t *pid)
{
    char *arguments[] = {"sh", "-c", (char *)(uintptr_t)text, NULL};
    posix_spawn_file_actions_t actions;
    int why = posix_spawn_file_actions_init(&actions);
    if (why != 0)
        return why;
    why = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    for (int fd = STDOUT_FILENO; why == 0 && fd <= STDERR_FILENO; fd++)
        why = posix_spawn_file_actions_adddup2(&actions, output >= 0 ? output : STDIN_FILENO, fd);
    if (why == 0)
        why = posix_spawn(pid, "/bin/sh", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

/* Runs what an option says by a shell, and waits for it. */
static int run(const char *option, const char *text, int output, struct error *error)
{
    pid_t pid = -1, ended;
    int status = 0, why = start_shell(text, output, &pid);
    if (why != 0)
        return fail_errno(error, why, "%s: /bin/sh", option);
    while ((ended = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        ;
    if (ended == pid && status == 0)
        return 0;
    if (WIFSIGNALED(status))
        return fail(error, ERROR_CHECK_FAILED, "%s: died of signal %d (%s)", option,
                    WTERMSIG(status), strsignal(WTERMSIG(status)));
    return fail(error, ERROR_CHECK_FAILED, "%s: ended with exit code %d", option,
                WEXITSTATUS(status));
}

static bool writes(const struct command *command)
{
    return (command->flags & (COMMAND_DIGESTS | COMMAND_WRITES_OUTPUT)) != 0;
}

int around_begin(const struct command *command, int output, struct error *error)
{
    if (writes(command))
        folders_empty(command->scratch);
    return *command->prepare != '\0' ? run("--prepare", command->prepare, output, error) : 0;
}

int around_end(const struct command *command, int output, struct command_result results[],
               uint64_t jobs, struct error *error)
{
    if ((command->flags & COMMAND_DIGESTS) != 0 &&
        (digest_load(error) != 0 || scratch_digest(command->scratch, results, jobs, error) != 0))
        return -1;
    if (writes(command))
        folders_empty(command->scratch);
    return *command->cleanup != '\0' ? run("--cleanup", command->cleanup, output, error) : 0;
}
