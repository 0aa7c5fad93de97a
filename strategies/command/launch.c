#include "strategies/command/launch.h"
#include "bench/command/result.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int launch_open_output(const struct strategy_config *config, struct error *error)
{
    int fd = config->output_fd > 0 ? fcntl(config->output_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                   : open("/dev/null", O_RDWR | O_CLOEXEC);
    return fd >= 0 ? fd : fail_errno(error, errno, "--output: a descriptor for the commands");
}

bool launch_read(const struct batch *batch, struct command *command)
{
    return command_read(batch->input, batch->input_bytes, command);
}

/* The harness may open more than commands would be allowed elsewhere. */
static void limit_descriptors(uint64_t most)
{
    struct rlimit limit;
    if (most == 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < most)
        return;
    limit.rlim_cur = most;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int launch_become(const struct command_line *line, int input, int output, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return errno;
    if (getppid() != parent)
        return ESRCH;
    signal(SIGPIPE, SIG_DFL);
    limit_descriptors(line->descriptors);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int own = line->stdout_path == NULL
                  ? output
                  : open(line->stdout_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (own < 0 || (input >= 0 && dup2(input, STDIN_FILENO) < 0) || dup2(own, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        return errno;
    execve(line->program, line->arguments, line->environment != NULL ? line->environment : environ);
    return errno;
}

__attribute__((noinline)) pid_t launch_start(const struct command_line *line, int input, int output,
                                             volatile int *why)
{
    pid_t parent = getpid(), pid = vfork();
    if (pid == 0) {
        *why = launch_become(line, input, output, parent);
        _exit(127);
    }
    if (pid < 0)
        *why = errno;
    return pid;
}

static pid_t launch(int output, bool for_errors, const struct batch *batch, uint64_t index,
                    struct error *error)
{
    struct command command;
    struct command_line line;
    volatile int why = 0;
    if (!launch_read(batch, &command) || !command_line_make(&command, index, batch->size, &line))
        return fail(error, ERROR_REFUSED, "--command: no memory for its words");
    if (for_errors && line.stdout_path == NULL)
        line.stdout_path = "/dev/null";
    pid_t pid = launch_start(&line, -1, output, &why);
    if (why != 0) {
        if (pid > 0)
            waitpid(pid, NULL, 0);
        fail_errno(error, why, "--command: %s cannot be executed", line.program);
        pid = -1;
    }
    command_line_free(&line);
    return pid;
}

pid_t launch_command(int output, const struct batch *batch, uint64_t index, struct relay_end end,
                     struct error *error)
{
    (void)end;
    return launch(output, false, batch, index, error);
}

pid_t launch_for_errors(int output, const struct batch *batch, uint64_t index, struct relay_end end,
                        struct error *error)
{
    (void)end;
    return launch(output, true, batch, index, error);
}

void launch_note_end(struct batch *batch, uint64_t index, struct ended *ended)
{
    struct command command = {0};
    struct command_result *result = (struct command_result *)(void *)batch->results + index;
    int status = ended->wait_status;
    memset(result, 0, sizeof *result);
    result->exit_code =
        (uint32_t)(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    if (!ended->timed_out && launch_read(batch, &command) &&
        (command.flags & COMMAND_IGNORES_FAILURE) != 0)
        ended->wait_status = 0;
}
