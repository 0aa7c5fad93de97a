#include "bench/runner/runner.h"
#include "bench/base/clock.h"
#include "bench/base/exit_status.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/process/processes.h"
#include "bench/runner/line.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a runner finds its pipes. */
enum { REQUESTS = 3, ANSWERS = 4, ABOVE_BOTH = 10 };

struct runner {
    pid_t pid; /* 0: it was reaped */
    int pidfd; /* -1: the kernel has none, and its end is looked for now and then */
    int requests, output;
    struct line answers;
    json_int_t id; /* of the last request */
    uint64_t deadline_ns, took_ns, waited_ns;
    bool is_suspect;
    enum runner_trouble trouble;
    uint64_t printed_bytes;
    char printed[200], shown[201];
};

enum runner_trouble runner_trouble(const struct runner *runner)
{
    return runner->trouble;
}

const char *runner_shown(const struct runner *runner)
{
    return runner->shown;
}

uint64_t runner_took_ns(const struct runner *runner)
{
    return runner->took_ns;
}

uint64_t runner_waited_ns(const struct runner *runner)
{
    return runner->waited_ns;
}

void runner_suspect(struct runner *runner, bool is_suspect)
{
    runner->is_suspect = is_suspect;
}

bool runner_is_suspect(const struct runner *runner)
{
    return runner->is_suspect;
}

static enum error_kind kind_of(enum runner_trouble trouble)
{
    return trouble == RUNNER_REFUSED       ? ERROR_REFUSED
           : trouble == RUNNER_UNAVAILABLE ? ERROR_NOT_COMPARABLE
                                           : ERROR_CHECK_FAILED;
}

int runner_blame(struct runner *runner, enum runner_trouble trouble, struct error *error,
                 const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (runner->trouble == RUNNER_IS_WELL)
        runner->trouble = trouble;
    return fail(error, kind_of(trouble), "%.100s%s", runner->shown, text);
}

/* ------------------------------------------------------------------------------- its start */

/* The descriptors of a runner that is about to be; -1: not there. */
struct ends {
    int requests[2], answers[2], failure[2], output, nowhere;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_ends(struct ends *ends)
{
    for (int i = 0; i < 2; i++) {
        close_end(&ends->requests[i]);
        close_end(&ends->answers[i]);
        close_end(&ends->failure[i]);
    }
    close_end(&ends->output);
    close_end(&ends->nowhere);
}

/* Above those that the runner has them as, so that none is in the way of another. */
static bool open_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, ABOVE_BOTH);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static int open_above(int fd)
{
    int above = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, ABOVE_BOTH) : -1;
    close_end(&fd);
    return above;
}

/* What is printed is appended, wherever the file ends meanwhile. */
static bool open_ends(struct ends *ends)
{
    ends->output = open_above(memfd_create("breakeven-stdout", MFD_CLOEXEC));
    ends->nowhere = open_above(open("/dev/null", O_RDWR | O_CLOEXEC));
    return ends->output >= 0 && ends->nowhere >= 0 && fcntl(ends->output, F_SETFL, O_APPEND) == 0 &&
           open_pipe(ends->requests) && open_pipe(ends->answers) && open_pipe(ends->failure);
}

/* In the child: becomes the program, or tells why it cannot. */
static void become(const struct runner_program *program, const struct ends *ends, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    bool follows = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (follows && dup2(ends->requests[0], REQUESTS) >= 0 && dup2(ends->answers[1], ANSWERS) >= 0 &&
        dup2(ends->nowhere, STDIN_FILENO) >= 0 && dup2(ends->output, STDOUT_FILENO) >= 0)
        execvp(program->arguments[0], (char *const *)program->arguments);
    int why = errno;
    _exit(write(ends->failure[1], &why, sizeof why) > 0 ? EXIT_REFUSED : EXIT_USAGE);
}

/* 0; or the error number, and then there is no child. */
static int start_child(const struct runner_program *program, struct ends *ends, pid_t *pid)
{
    pid_t parent = getpid();
    int why = 0;
    *pid = fork();
    if (*pid == 0)
        become(program, ends, parent);
    if (*pid < 0)
        return errno;
    close_end(&ends->requests[0]);
    close_end(&ends->answers[1]);
    close_end(&ends->failure[1]);
    if (read(ends->failure[0], &why, sizeof why) != (ssize_t)sizeof why)
        return 0;
    waitpid(*pid, NULL, 0);
    return why;
}

static int fail_start(const struct runner_program *program, int why, struct error *error)
{
    const char *name = program->shown;
    if (why == ENOENT && strchr(program->arguments[0], '/') == NULL)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%.200s is not there: no program of PATH is called so", name);
    if (why == ENOENT || why == ENOTDIR)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%.200s cannot be started: it, or the interpreter that its first line names, "
                    "is not there",
                    name);
    if (why == EACCES || why == ENOEXEC)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%.200s cannot be started: it is no program that may be executed (chmod +x)",
                    name);
    return fail_errno(error, why, "%.200s cannot be started", name);
}

static struct runner *make_runner(const struct runner_program *program, struct ends *ends,
                                  pid_t pid)
{
    struct runner *runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return NULL;
    *runner = (struct runner){
        .pid = pid,
        .pidfd = (int)syscall(SYS_pidfd_open, pid, 0),
        .requests = ends->requests[1],
        .output = ends->output,
        .answers = {.fd = ends->answers[0]},
        .deadline_ns = program->deadline_ns,
    };
    text_clipped(runner->shown, sizeof runner->shown, program->shown, 160);
    ends->requests[1] = ends->output = ends->answers[0] = -1;
    return runner;
}

struct runner *runner_start(const struct runner_program *program, struct error *error)
{
    struct ends ends = {{-1, -1}, {-1, -1}, {-1, -1}, -1, -1};
    struct runner *runner = NULL;
    pid_t pid = -1;
    int why = open_ends(&ends) ? start_child(program, &ends, &pid) : errno;
    if (why != 0)
        fail_start(program, why, error);
    else if ((runner = make_runner(program, &ends, pid)) == NULL) {
        int status;
        process_end(pid, process_kill(pid), 0, &status);
        fail(error, ERROR_REFUSED, "%.200s: out of memory", program->shown);
    }
    close_ends(&ends);
    return runner;
}

/* ------------------------------------------------------------------------------- its end */

/* How it ended, in words; it has. */
static int tell_of_end(struct runner *runner, const char *what, struct error *error)
{
    int status = 0;
    waitpid(runner->pid, &status, 0);
    runner->pid = 0;
    if (WIFSIGNALED(status))
        return runner_blame(runner, RUNNER_CRASHED, error, " died of signal %d (%s) during %s",
                            WTERMSIG(status), strsignal(WTERMSIG(status)), what);
    return runner_blame(runner, RUNNER_FAILED, error, " ended with exit code %d during %s",
                        WEXITSTATUS(status), what);
}

static bool has_ended(const struct runner *runner)
{
    return runner->pid == 0 || process_has_ended(runner->pid);
}

/* Waits for that long at most. */
static void await_end(const struct runner *runner, uint64_t most_ns)
{
    enum { LOOK_US = 1000 };
    uint64_t until = clock_now_ns() + most_ns;
    while (!has_ended(runner) && clock_now_ns() < until)
        usleep(LOOK_US);
}

void runner_end(struct runner *runner)
{
    int status;
    struct error none = {0};
    if (runner == NULL)
        return;
    if (runner->trouble == RUNNER_IS_WELL)
        json_decref(runner_ask(runner, "end", json_pack("{s:s}", "do", "end"), true, &none));
    close_end(&runner->requests);
    if (runner->trouble == RUNNER_IS_WELL)
        await_end(runner, RUNNER_BRIEF_NS);
    if (runner->pid > 0)
        process_end(runner->pid, process_kill(runner->pid), 0, &status);
    line_free(&runner->answers);
    close_end(&runner->pidfd);
    close_end(&runner->output);
    free(runner);
}

/* ------------------------------------------------------------------------------- requests */

/* For how long a thread has waited for a CPU so far, in ns; 0 where the kernel does not tell. */
static uint64_t waited_ns(int task, const char *thread)
{
    char path[300], text[128] = "";
    unsigned long long ran = 0, waited = 0;
    snprintf(path, sizeof path, "%s/schedstat", thread);
    int fd = openat(task, path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    close_end(&fd);
    return got > 0 && sscanf(text, "%llu %llu", &ran, &waited) == 2 ? waited : 0;
}

/* The same of all threads of a process. */
static uint64_t waited_by(pid_t pid)
{
    char path[64];
    uint64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *task = opendir(path);
    for (struct dirent *entry; task != NULL && (entry = readdir(task)) != NULL;)
        if (entry->d_name[0] != '.')
            sum += waited_ns(dirfd(task), entry->d_name);
    if (task != NULL)
        closedir(task);
    return sum;
}

/* Threads that end take with them what they have waited: then that of the first ones is what is
 * known. */
struct waits {
    uint64_t of_all, of_first;
};

static struct waits waits_of_both(const struct runner *runner)
{
    char first[32];
    struct waits waits = {waited_by(getpid()), waited_ns(AT_FDCWD, "/proc/self")};
    if (runner->pid <= 0)
        return waits;
    snprintf(first, sizeof first, "/proc/%d", (int)runner->pid);
    waits.of_all += waited_by(runner->pid);
    waits.of_first += waited_ns(AT_FDCWD, first);
    return waits;
}

static uint64_t waited_since(const struct runner *runner, const struct waits *before)
{
    struct waits now = waits_of_both(runner);
    uint64_t all = now.of_all > before->of_all ? now.of_all - before->of_all : 0;
    uint64_t first = now.of_first > before->of_first ? now.of_first - before->of_first : 0;
    return all > first ? all : first;
}

/* Takes what was printed out of the file, so that it does not grow for ever. */
static void collect_printed(struct runner *runner)
{
    struct stat status;
    size_t used = strlen(runner->printed), room = sizeof runner->printed - 1 - used;
    if (fstat(runner->output, &status) != 0 || status.st_size == 0)
        return;
    ssize_t got = room > 0 ? pread(runner->output, runner->printed + used, room, 0) : 0;
    runner->printed[used + (got > 0 ? (size_t)got : 0)] = '\0';
    runner->printed_bytes += (uint64_t)status.st_size;
    if (ftruncate(runner->output, 0) != 0)
        runner->printed_bytes -= (uint64_t)status.st_size; /* it is counted next time */
}

uint64_t runner_printed(struct runner *runner, char *text, size_t bytes)
{
    collect_printed(runner);
    text_printable(text, bytes, runner->printed);
    return runner->printed_bytes;
}

/* A line that is too long, or that ends before its end. */
static int tell_of_line(struct runner *runner, enum line_end end, const char *what,
                        uint64_t most_ns, struct error *error)
{
    char limit[32];
    text_duration(limit, sizeof limit, (double)most_ns);
    switch (end) {
    case LINE_LATE:
        return runner_blame(runner, RUNNER_IS_LATE, error, " has not answered %s within %s", what,
                            limit);
    case LINE_TOO_LONG:
        return runner_blame(runner, RUNNER_FAILED, error,
                            " answers %s with a line of more than %d MiB", what,
                            RUNNER_LINE_BYTES >> 20);
    case LINE_NO_MEMORY:
        return runner_blame(runner, RUNNER_REFUSED, error, ": no memory for its answer to %s",
                            what);
    default:
        break;
    }
    await_end(runner, NS_PER_S / 10); /* one that ends closes its pipe a moment before */
    if (has_ended(runner))
        return tell_of_end(runner, what, error);
    return runner_blame(runner, RUNNER_FAILED, error,
                        " has closed its pipe of answers before it answered %s", what);
}

static int tell_of_rubbish(struct runner *runner, const char *what, const char *line,
                           struct error *error)
{
    char shown[160];
    text_clipped(shown, sizeof shown, line, 80);
    return runner_blame(runner, RUNNER_FAILED, error, " answers %s with what is no JSON object: %s",
                        what, shown);
}

/* Another kind than one of these is a job's failure. */
static enum runner_trouble trouble_of(const char *kind)
{
    static const struct {
        const char *kind;
        enum runner_trouble trouble;
    } kinds[] = {
        {"wrong", RUNNER_WRONG},
        {"unavailable", RUNNER_UNAVAILABLE},
        {"refused", RUNNER_REFUSED},
    };
    for (size_t i = 0; kind != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(kinds[i].kind, kind))
            return kinds[i].trouble;
    return RUNNER_FAILED;
}

/* What the runner says went wrong is shown as it says it. */
static int tell_of_error(struct runner *runner, const json_t *told, struct error *error)
{
    const char *text = json_string_value(json_object_get(told, "text"));
    enum runner_trouble trouble = trouble_of(json_string_value(json_object_get(told, "kind")));
    char shown[400];
    text_printable(shown, sizeof shown,
                   text != NULL && *text != '\0' ? text : "it failed and says nothing of why");
    runner->trouble = trouble;
    return fail(error, kind_of(trouble), "%s", shown);
}

/* An answer to this request that is no error. */
static int check_answer(struct runner *runner, const char *what, const json_t *answer,
                        struct error *error)
{
    const json_t *id = json_object_get(answer, "id"), *told = json_object_get(answer, "error");
    if (!json_is_integer(id))
        return runner_blame(runner, RUNNER_FAILED, error, " answers %s without the request's id",
                            what);
    if (json_integer_value(id) != runner->id)
        return runner_blame(runner, RUNNER_FAILED, error,
                            " answers %s with the id %lld, where the request has %lld", what,
                            (long long)json_integer_value(id), (long long)runner->id);
    return json_is_object(told) ? tell_of_error(runner, told, error) : 0;
}

static json_t *read_answer(struct runner *runner, const char *what, const char *line, size_t length,
                           struct error *error)
{
    json_t *answer = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(answer))
        tell_of_rubbish(runner, what, line, error);
    else if (check_answer(runner, what, answer, error) == 0)
        return answer;
    json_decref(answer);
    return NULL;
}

/* A runner that cannot be written to is told of by its end. */
static bool send_request(struct runner *runner, json_t *request)
{
    json_object_set_new(request, "id", json_integer(++runner->id));
    char *text = json_dumps(request, JSON_COMPACT), *line = NULL;
    int length = text != NULL ? asprintf(&line, "%s\n", text) : -1;
    if (length > 0) {
        void (*before)(int) = signal(SIGPIPE, SIG_IGN);
        whole_put(runner->requests, line, (size_t)length);
        signal(SIGPIPE, before);
        free(line);
    }
    free(text);
    return length > 0;
}

/* 0: it has passed. */
static uint64_t time_left_ns(const struct runner *runner, bool brief)
{
    uint64_t now = clock_now_ns(), left = UINT64_MAX;
    if (runner->deadline_ns > 0)
        left = runner->deadline_ns > now ? runner->deadline_ns - now : 0;
    return brief && left > RUNNER_BRIEF_NS ? RUNNER_BRIEF_NS : left;
}

json_t *runner_ask(struct runner *runner, const char *what, json_t *request, bool brief,
                   struct error *error)
{
    const char *line;
    size_t length;
    uint64_t most_ns = time_left_ns(runner, brief);
    struct waits before = waits_of_both(runner);
    uint64_t start = clock_now_ns();
    bool sent = request != NULL && send_request(runner, request);
    json_decref(request);
    if (!sent) {
        runner_blame(runner, RUNNER_REFUSED, error, ": no memory for %s", what);
        return NULL;
    }
    enum line_end end = line_read(&runner->answers, runner->pidfd, runner->pid, most_ns,
                                  RUNNER_LINE_BYTES, &line, &length);
    runner->took_ns = clock_now_ns() - start;
    runner->waited_ns = waited_since(runner, &before);
    collect_printed(runner);
    if (end == LINE_WHOLE)
        return read_answer(runner, what, line, length, error);
    tell_of_line(runner, end, what, most_ns, error);
    return NULL;
}
