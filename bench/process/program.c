#include "bench/process/program.h"
#include "bench/base/clock.h"
#include "bench/base/exit_status.h"
#include "bench/base/memory.h"
#include "bench/base/policy.h"
#include "bench/base/text.h"
#include "bench/process/orphans.h"
#include "bench/process/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long one look at the program waits. Where it took more than a pause everything was stopped:
 * that does not count as the program's time. */
#define LOOK_NS (5 * NS_PER_MS)
#define PAUSE_NS NS_PER_S

/* What the program writes to stderr, of which the end is kept. */
struct complaint {
    int fd; /* -1: at its end */
    char text[400];
    size_t used;
};

static bool is_named(const char *variable, const char *name)
{
    size_t length = strcspn(name, "*");
    return strncmp(variable, name, length) == 0 && (name[length] == '*' || variable[length] == '=');
}

static bool is_kept_from(const struct program *program, const char *variable)
{
    for (size_t i = 0; program->without != NULL && program->without[i] != NULL; i++)
        if (is_named(variable, program->without[i]))
            return true;
    return false;
}

/* The caller's environment but for what is kept from the program, and what it gets instead. To be
 * freed, its strings are others'. NULL where memory is exhausted. */
static const char **make_environment(const struct program *program)
{
    size_t count = 0, added = 0, kept = 0;
    while (environ != NULL && environ[count] != NULL)
        count++;
    while (program->with != NULL && program->with[added] != NULL)
        added++;
    const char **environment = calloc(count + added + 1, sizeof *environment);
    for (size_t i = 0; environment != NULL && i < count; i++)
        if (!is_kept_from(program, environ[i]))
            environment[kept++] = environ[i];
    for (size_t i = 0; environment != NULL && i < added; i++)
        environment[kept++] = program->with[i];
    return environment;
}

/* In the child: becomes the program, or returns where that cannot be. */
static void become(const struct program *program, const char **environment, int complaints,
                   pid_t parent)
{
    sigset_t none;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_REFUSED);
    memory_offer(0);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 ||
        dup2(program->output > 0 ? program->output : nowhere, STDOUT_FILENO) < 0 ||
        dup2(complaints, STDERR_FILENO) < 0 || fchdir(program->folder) != 0)
        return;
    struct rlimit most = {program->output_most, program->output_most};
    if (program->output_most > 0)
        setrlimit(RLIMIT_FSIZE, &most);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(program->arguments[0], (char *const *)program->arguments, (char *const *)environment);
}

/* The pid, or -1. Does not wait until the child is the program, as it never may be where it is
 * stopped: the error number of why it is not is to be read from *news when it has ended. The
 * child's group is made on both sides, so that it is there at once. */
static pid_t start_in(const struct program *program, const char **environment, int complaints,
                      int *news)
{
    int ends[2];
    pid_t parent = getpid(), pid = -1;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return -1;
    struct sched_param below;
    bool lowers = policy_below(&below); /* its deadline is held by this process */
    pid = fork();
    if (pid == 0) {
        if (lowers)
            policy_set_parameters(&below);
        become(program, environment, complaints, parent);
        int failed = errno;
        _exit(write(ends[1], &failed, sizeof failed) > 0 ? EXIT_REFUSED : EXIT_USAGE);
    }
    int why = errno;
    close(ends[1]);
    if (pid > 0)
        setpgid(pid, pid);
    else
        close(ends[0]);
    *news = ends[0];
    errno = why;
    return pid;
}

static pid_t start(const struct program *program, int complaints, int *news)
{
    const char **environment = make_environment(program);
    errno = ENOMEM;
    pid_t pid = environment != NULL ? start_in(program, environment, complaints, news) : -1;
    int why = errno;
    free(environment);
    errno = why;
    return pid;
}

/* Why a child that has ended did not become the program; 0: it did. */
static int take_news(int news)
{
    int why = 0;
    ssize_t got = read(news, &why, sizeof why);
    close(news);
    return got == (ssize_t)sizeof why ? why : 0;
}

/* Keeps the end of what was written so far and of what comes. */
static void append(struct complaint *complaint, const char *bytes, size_t count)
{
    size_t room = sizeof complaint->text - 1;
    size_t added = count < room ? count : room;
    size_t kept = complaint->used + added <= room ? complaint->used : room - added;
    memmove(complaint->text, complaint->text + complaint->used - kept, kept);
    memcpy(complaint->text + kept, bytes + count - added, added);
    complaint->used = kept + added;
}

/* Waits a little for more of the complaint and reads it. */
static void look(struct complaint *complaint)
{
    char bytes[4096];
    struct pollfd polled = {.fd = complaint->fd, .events = POLLIN};
    struct timespec timeout = {0, (long)LOOK_NS};
    if (ppoll(&polled, 1, &timeout, NULL) <= 0)
        return;
    ssize_t got = read(complaint->fd, bytes, sizeof bytes);
    if (got > 0)
        append(complaint, bytes, (size_t)got);
    else
        complaint->fd = -1;
}

static bool is_interrupted(const struct program *program)
{
    return program->interrupted != NULL && *program->interrupted != 0;
}

/* True where it ended by itself; else it is killed. Nothing of its group is left in either case. */
static bool wait_for_end(const struct program *program, pid_t pid, struct complaint *complaint,
                         int *wait_status)
{
    enum { LAST_LOOKS = 16 }; /* a pipe holds no more */
    uint64_t waited_ns = 0;
    bool ended;
    while (!(ended = process_has_ended(pid)) && waited_ns < program->timeout_ns &&
           !is_interrupted(program)) {
        uint64_t before_ns = clock_now_ns();
        look(complaint);
        uint64_t took_ns = clock_now_ns() - before_ns;
        waited_ns += took_ns < PAUSE_NS ? took_ns : LOOK_NS;
    }
    *wait_status = orphans_end_group(pid);
    for (int i = 0; i < LAST_LOOKS && complaint->fd >= 0; i++)
        look(complaint);
    return ended;
}

/* The last line that is not blank, cutting the text. */
static const char *last_line(struct complaint *complaint)
{
    char *text = complaint->text;
    size_t end = complaint->used;
    while (end > 0 && strchr(" \t\r\n", text[end - 1]) != NULL)
        end--;
    text[end] = '\0';
    char *line = strrchr(text, '\n');
    return line != NULL ? line + 1 : text;
}

static const char *shown_name(const struct program *program)
{
    return program->shown_name != NULL ? program->shown_name : program->arguments[0];
}

static int judge(const struct program *program, bool ended, int wait_status, uint64_t kills,
                 struct complaint *complaint, struct error *error)
{
    const char *name = shown_name(program), *line = last_line(complaint);
    const char *colon = *line != '\0' ? ": " : "";
    char limit[32], why[600];
    text_duration(limit, sizeof limit, (double)program->timeout_ns);
    if (!ended && is_interrupted(program))
        return fail(error, ERROR_INTERRUPTED, "interrupted");
    if (!ended)
        return fail(error, ERROR_REFUSED, "%s took longer than %s and was killed%s%s", name, limit,
                    colon, line);
    if (wait_status == 0)
        return 0;
    memory_tell_kills(kills, why, sizeof why);
    const char *because = *why != '\0' ? ": " : "";
    if (WIFSIGNALED(wait_status))
        return fail(error, ERROR_REFUSED, "%s died of signal %d (%s)%s%s%s%s", name,
                    WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)), colon, line, because,
                    why);
    return fail(error, ERROR_REFUSED, "%s ended with exit code %d%s%s%s%s", name,
                WEXITSTATUS(wait_status), colon, line, because, why);
}

int program_run(const struct program *program, struct error *error)
{
    struct complaint complaint = {.fd = -1};
    int complaints[2], news = -1, why = 0, wait_status = 0;
    uint64_t kills = memory_kills();
    if (access("/dev/null", R_OK | W_OK) != 0) /* its input and output */
        return fail_errno(error, errno, "%s cannot be started: /dev/null", shown_name(program));
    if (pipe2(complaints, O_CLOEXEC) != 0)
        return fail_errno(error, errno, "%s: no pipe", shown_name(program));
    pid_t pid = start(program, complaints[1], &news);
    bool ended = false;
    if (pid < 0)
        why = errno;
    close(complaints[1]);
    complaint.fd = complaints[0];
    if (pid > 0) {
        ended = wait_for_end(program, pid, &complaint, &wait_status);
        why = take_news(news);
    }
    close(complaints[0]);
    if (why != 0 && why != ENOENT)
        return fail_errno(error, why, "%s cannot be started", shown_name(program));
    if (why != 0)
        return fail_errno(error, why, "%s cannot be started (%s)", shown_name(program),
                          program->remedy);
    return judge(program, ended, wait_status, kills, &complaint, error);
}
