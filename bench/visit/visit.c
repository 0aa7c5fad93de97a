#include "bench/visit/visit.h"
#include "bench/base/csv.h"
#include "bench/base/exit_status.h"
#include "bench/base/memory.h"
#include "bench/base/policy.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/plugin/function_files.h"
#include "bench/process/halts.h"
#include "bench/process/orphans.h"
#include "bench/process/processes.h"
#include "bench/runner/folder.h"
#include "bench/visit/floors.h"
#include "strategies/plugin/plugin.h"
#include "strategies/runner/known.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

volatile sig_atomic_t visit_interrupted;

/* The harness's ends of a visit's standard streams. */
struct streams {
    int request, readings, errors;
};

/* The pipes of a visit: three for its standard streams, and one that tells the error number where
 * the program cannot be executed. */
enum { FAILURE = 3, PIPES };

/* ------------------------------------------------------------------------------- the harness */

/* Only a cell with background load has something that must end by itself, or with ranks on other
 * hosts; a runner or a launcher should be told of as late before the visit is. The base of a
 * comparison may be of before it was told. */
static void make_request(enum visit_kind kind, const struct cell *cell,
                         const struct cell_context *context, uint64_t timeout_ns,
                         struct visit_request *request)
{
    bool is_runner = (cell->strategy->flags & STRATEGY_RUNNER) != 0;
    bool may_last = is_runner || (cell->strategy->flags & STRATEGY_LAUNCHED) != 0;
    bool tells_timeout = may_last || (cell->key.neighbours > 0 && cell_build(cell) != BUILD_BASE);
    *request = (struct visit_request){
        .kind = kind,
        .key = cell->key,
        .seed = context->seed,
        .job_timeout_ns = context->job_timeout_ns,
        .timeout_ns = tells_timeout ? timeout_ns : 0,
        .maps = kind == VISIT_COUNT ? context->maps : 0,
        .retries = context->retries,
        .cpus = context->cpus,
        .order_count = context->order_count,
        .input_fd = context->input_fd,
        .reference_fd = context->reference_fd,
        .output_fd = context->output_fd > 0 ? context->output_fd : -1,
        .canary_cpus = {context->canary_cpus[0], context->canary_cpus[1]},
        .harness = getpid(),
    };
    if (cell->key.hosts > 0 && context->hosts != NULL) {
        snprintf(request->host_list, sizeof request->host_list, "%s", context->hosts);
        request->own_host = context->own_host;
    }
    if (cell->work->reference != NULL)
        snprintf(request->work_reference, sizeof request->work_reference, "%s",
                 cell->work->reference);
    if (cell->work->arguments != NULL)
        snprintf(request->work_arguments, sizeof request->work_arguments, "%s",
                 cell->work->arguments);
    if (cell->work->identity != NULL)
        snprintf(request->work_identity, sizeof request->work_identity, "%s", cell->work->identity);
    if (cell->strategy->reference != NULL)
        snprintf(request->strategy_reference, sizeof request->strategy_reference, "%s%s",
                 is_runner ? RUNNER_REFERENCE : "", cell->strategy->reference);
    if (cell->strategy->identity != NULL)
        snprintf(request->strategy_identity, sizeof request->strategy_identity, "%s",
                 cell->strategy->identity);
    sched_getaffinity(0, sizeof request->mask, &request->mask);
    for (uint32_t i = 0; i < context->order_count; i++)
        request->order[i] = context->order[i];
}

static bool is_overridden(char *const made[], size_t count, const char *variable)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(made[i], variable, strcspn(made[i], "=") + 1) == 0)
            return true;
    return false;
}

/* The harness's environment with the cell's variables before it, each once, the first of a name;
 * the strings are the caller's env, cut at its semicolons. */
static char **make_environment(char *env)
{
    size_t inherited = 0, added = 0, count = 1;
    while (environ[inherited] != NULL)
        inherited++;
    for (const char *c = env; *c != '\0'; c++)
        count += *c == ';';
    char **made = calloc(inherited + count + 1, sizeof *made);
    if (made == NULL)
        return NULL;
    for (char *rest = env, *variable; (variable = strsep(&rest, ";")) != NULL;)
        if (strchr(variable, '=') != NULL && !is_overridden(made, added, variable))
            made[added++] = variable;
    size_t overrides = added;
    for (size_t i = 0; i < inherited; i++)
        if (!is_overridden(made, overrides, environ[i]))
            made[added++] = environ[i];
    return made;
}

static int make_pipe(int ends[2], struct error *error)
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail_errno(error, errno, "visit: no pipe");
    return 0;
}

static void close_pipe(const int ends[2])
{
    if (ends[0] >= 0)
        close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
}

/* In the child: all that its descriptors, signals and group need to differ in. 0 or the error
 * number. */
static int prepare_child(int pipes[PIPES][2], const struct sched_param *below,
                         const struct cell_context *context)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    if (below != NULL && policy_set_parameters(below) != 0)
        return errno;
    if (dup2(pipes[0][0], STDIN_FILENO) < 0 || dup2(pipes[1][1], STDOUT_FILENO) < 0 ||
        dup2(pipes[2][1], STDERR_FILENO) < 0 || fcntl(context->reference_fd, F_SETFD, 0) < 0 ||
        (context->input_fd >= 0 && fcntl(context->input_fd, F_SETFD, 0) < 0) ||
        (context->output_fd > 0 && fcntl(context->output_fd, F_SETFD, 0) < 0))
        return errno;
    return 0;
}

/* As execve; returns the error number. The argument behind the subcommand is for people who look
 * with ps. */
static int become_visit(const struct visit_launch *launch, const char *what,
                        char *const environment[])
{
    const char *arguments[VISIT_MOST_WRAPPING + 4];
    const char *const *wrapper = launch->wrapper;
    size_t count = 0;
    for (; wrapper != NULL && wrapper[count] != NULL; count++) {
        if (count == VISIT_MOST_WRAPPING)
            return E2BIG;
        arguments[count] = wrapper[count];
    }
    arguments[count] = wrapper != NULL ? launch->program : "breakeven";
    arguments[count + 1] = VISIT_SUBCOMMAND;
    arguments[count + 2] = what;
    arguments[count + 3] = NULL;
    char *const *all = (char *const *)arguments;
    if (wrapper != NULL)
        execvpe(wrapper[0], all, environment);
    else
        execve(launch->program, all, environment);
    return errno;
}

/* A plain fork: posix_spawn returns once the child has executed the program, so never where the
 * child is stopped before that. Why it could not become the program is read from the pipe FAILURE,
 * by who has waited for its end. */
static pid_t fork_child(const struct cell_context *context, const struct visit_launch *launch,
                        int pipes[PIPES][2], const char *what, char *const environment[])
{
    struct sched_param below;
    bool has_below = policy_below(&below);
    pid_t harness = getpid(), pid = fork();
    if (pid != 0) {
        if (pid > 0)
            setpgid(pid, pid); /* on both sides, so that the group is there at once */
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != harness)
        _exit(EXIT_REFUSED);
    int why = prepare_child(pipes, has_below ? &below : NULL, context);
    if (why == 0)
        why = become_visit(launch, what, environment);
    _exit(write(pipes[FAILURE][1], &why, sizeof why) > 0 ? EXIT_REFUSED : EXIT_USAGE);
}

static pid_t start_child(const struct cell *cell, const struct cell_context *context,
                         const struct visit_launch *launch, int pipes[PIPES][2],
                         struct error *error)
{
    const char *own = launch->environment;
    char what[160], *env;
    if (asprintf(&env, "%s%s%s", own != NULL ? own : "", own != NULL ? ";" : "", cell->key.env) < 0)
        env = NULL;
    snprintf(what, sizeof what, "%s/%llu x %llu/%s/%u", cell->work->name,
             (unsigned long long)cell->key.size, (unsigned long long)cell->key.jobs,
             cell->strategy->name, (unsigned)cell->key.workers);
    char **environment = env != NULL ? make_environment(env) : NULL;
    pid_t pid = -1;
    if (environment == NULL) {
        fail(error, ERROR_REFUSED, "visit: out of memory");
    } else {
        pid = fork_child(context, launch, pipes, what, environment);
        if (pid < 0)
            fail_errno(error, errno, "visit: %s cannot be started",
                       launch->wrapper != NULL ? launch->wrapper[0] : launch->program);
    }
    free(environment);
    free(env);
    return pid;
}

/* Where the child could not become the program, *reading says so. */
static bool take_failure(int failure, const struct visit_launch *launch, struct reading *reading)
{
    struct error refusal = {0};
    int why = 0;
    if (read(failure, &why, sizeof why) != (ssize_t)sizeof why)
        return false;
    fail_errno(&refusal, why, "visit: %s cannot be started",
               launch->wrapper != NULL ? launch->wrapper[0] : launch->program);
    *reading = reading_without_time(STATUS_REFUSED);
    snprintf(reading->detail, sizeof reading->detail, "%s", refusal.text);
    return true;
}

/* What has come from the visit so far. */
struct received {
    char readings[WIRE_READINGS_BYTES];
    size_t bytes;
    char errors[2 * READING_MESSAGE_BYTES];
    size_t messages;      /* characters of errors */
    uint64_t answered_ns; /* when readings came; 0: none came */
};

/* Reads what a stream holds; false at its end. What does not fit is dropped. */
static bool drain(int fd, void *buffer, size_t capacity, size_t *used)
{
    static char overflow[1 << 16]; /* somebody may write gigabytes */
    bool full = *used >= capacity;
    ssize_t got = read(fd, full ? overflow : (char *)buffer + *used,
                       full ? sizeof overflow : capacity - *used);
    if (got > 0 && !full)
        *used += (size_t)got;
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

enum end { ENDED, DEADLINE_PASSED, INTERRUPTED };

/* How often a deadline is looked at. What a look takes beyond what was asked for is not counted:
 * the harness was stopped meanwhile, and the visit with it, as in a machine that was suspended. */
enum { LOOKS = 16 };

/* Reads from a stream that has something, and watches it no longer once it is at its end. */
static void drain_ready(struct halts *halts, struct pollfd *polled, void *buffer, size_t capacity,
                        size_t *used)
{
    if (polled->fd < 0 || polled->revents == 0 || drain(polled->fd, buffer, capacity, used))
        return;
    halts_drop(halts, polled->fd);
    polled->fd = -1;
}

/* What a visit that has ended wrote last; who else holds the stream is not waited for. */
static void collect_rest(int fd, void *buffer, size_t capacity, size_t *used)
{
    enum { MOST_READS = 64 }; /* somebody may write for ever */
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    for (int i = 0; i < MOST_READS && poll(&polled, 1, 0) > 0; i++)
        if (!drain(fd, buffer, capacity, used))
            return;
}

/* Collects what the visit says until it has closed its streams, or has ended: what it has left
 * behind may hold them. */
static enum end collect(pid_t pid, const struct streams *streams, uint64_t timeout_ns,
                        const sigset_t *waiting_mask, struct halts *halts,
                        struct received *received)
{
    struct pollfd polled[2] = {{.fd = streams->readings, .events = POLLIN},
                               {.fd = streams->errors, .events = POLLIN}};
    uint64_t left = timeout_ns, before = clock_now_ns();
    while (polled[0].fd >= 0) {
        uint64_t look = timeout_ns / LOOKS + 1;
        uint64_t asked = look < left ? look : left;
        int ready = halts_wait(halts, asked, waiting_mask);
        uint64_t now = clock_now_ns(), passed = now - before;
        before = now;
        left -= passed < asked ? passed : asked;
        if (visit_interrupted != 0)
            return INTERRUPTED;
        if (ready > 0 && poll(polled, 2, 0) > 0) {
            if (polled[0].revents != 0 && received->answered_ns == 0)
                received->answered_ns = now;
            drain_ready(halts, &polled[0], received->readings, WIRE_READINGS_BYTES,
                        &received->bytes);
            drain_ready(halts, &polled[1], received->errors, sizeof received->errors - 1,
                        &received->messages);
        }
        if (ready <= 0 && polled[0].fd >= 0 && process_has_ended(pid)) {
            collect_rest(polled[0].fd, received->readings, WIRE_READINGS_BYTES, &received->bytes);
            return ENDED;
        }
        if (left == 0 && polled[0].fd >= 0)
            return DEADLINE_PASSED;
    }
    return ENDED;
}

static enum status status_of_exit(int wait_status)
{
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == EXIT_REFUSED)
        return STATUS_REFUSED;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == EXIT_NOT_COMPARABLE)
        return STATUS_UNAVAILABLE;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == EXIT_CHECK_FAILED)
        return STATUS_FAILED;
    return STATUS_CRASHED;
}

/* Puts what the visit has written into one line, from its first line that is not blank on; a
 * slash stands for a line's end, and dots for what does not fit. */
static void quote_errors(struct received *received, char *out, size_t bytes)
{
    enum { LONGEST_ESCAPE = 4 };
    char whole[LONGEST_ESCAPE * sizeof received->errors], *said = received->errors;
    size_t length = received->messages, used = 0;
    bool cut = length == sizeof received->errors - 1;
    for (size_t i = 0; i < length; i++)
        said[i] = said[i] == '\0' ? ' ' : said[i];
    while (length > 0 && isspace((unsigned char)said[length - 1]))
        length--;
    said[length] = '\0';
    said += strspn(said, " \t\r\n");
    for (char *line; (line = strsep(&said, "\n")) != NULL; used += strlen(whole + used)) {
        if (line[strspn(line, " \t\r")] == '\0')
            continue;
        if (used > 0)
            used += (size_t)snprintf(whole + used, sizeof whole - used, " / ");
        text_printable(whole + used, sizeof whole - used, line);
    }
    cut = cut || used >= bytes;
    text_printable(out, cut ? bytes - 3 : bytes, whole);
    if (cut)
        strcat(out, "...");
}

/* A runtime that passes over a setting that it does not understand says so and goes on; a helper of
 * a strategy that ends says why, where the strategy only knows that it is gone. */
static void note_remarks(struct received *received, struct reading *reading)
{
    char errors[READING_MESSAGE_BYTES + 1];
    quote_errors(received, errors, sizeof errors);
    size_t used = strlen(reading->detail);
    if (*errors != '\0' && (used == 0 || reading->status != STATUS_OK))
        snprintf(reading->detail + used, sizeof reading->detail - used, "%sthe visit said: %s",
                 used > 0 ? ": " : "", errors);
}

/* The one reading of a visit that could not tell itself what went wrong. */
static void tell_for_it(struct reading *reading, enum end end, uint64_t timeout_ns, int wait_status,
                        struct received *received)
{
    char limit[32], errors[READING_MESSAGE_BYTES + 1];
    bool held_cpu =
        WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGXCPU && policy_is_real_time();
    bool late = end == DEADLINE_PASSED || held_cpu;
    quote_errors(received, errors, sizeof errors);
    *reading = reading_without_time(late ? STATUS_TIMED_OUT : status_of_exit(wait_status));
    text_duration(limit, sizeof limit, (double)timeout_ns);
    if (late)
        snprintf(reading->detail, sizeof reading->detail, "the visit took longer than %s%s%s%s",
                 limit, held_cpu ? ", and held a CPU under a real-time policy" : "",
                 *errors ? ": " : "", errors);
    else if (WIFSIGNALED(wait_status))
        snprintf(reading->detail, sizeof reading->detail, "the visit died of signal %d (%s)%s%s",
                 WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)), *errors ? ": " : "",
                 errors);
    else
        snprintf(reading->detail, sizeof reading->detail, "the visit ended with exit code %d%s%s",
                 WEXITSTATUS(wait_status), *errors ? ": " : "", errors);
}

/* A visit tells over its stream why it failed, but for what comes before any library is loaded, of
 * which it tells on stderr. Any other exit without an answer is a library's, whatever its code:
 * *reading says so. False where it is not. */
static bool tell_of_exit(const struct cell *cell, struct reading *reading, int wait_status,
                         struct received *received)
{
    bool of_work = work_is_library(cell->work),
         of_strategy = (cell->strategy->flags & STRATEGY_FROM_LIBRARY) != 0;
    char errors[READING_MESSAGE_BYTES + 1];
    quote_errors(received, errors, sizeof errors);
    if ((!of_work && !of_strategy) || !WIFEXITED(wait_status) || received->bytes > 0 ||
        strstr(errors, "breakeven: ") != NULL)
        return false;
    *reading = reading_without_time(STATUS_CRASHED);
    snprintf(reading->detail, sizeof reading->detail,
             "the visit ended without an answer: %s called _exit(%d)%s%s%s",
             of_work && of_strategy ? "the strategy or the work"
             : of_work              ? "the work"
                                    : "the strategy",
             WEXITSTATUS(wait_status), of_strategy ? "" : "; a job returns a code in its place",
             *errors != '\0' ? ": " : "", errors);
    return true;
}

/* Lets a visit that has closed its streams end by itself, so that its exit code is its own. */
static int reap(pid_t pid, enum end end)
{
    for (int i = 0; end == ENDED && i < 1000 && !process_has_ended(pid); i++)
        usleep(200);
    return orphans_end_group(pid); /* and whatever the visit has left behind */
}

/* The request, and no more: its end is the stream's. Shorter than a pipe's buffer, so that this
 * never waits for the visit to read. */
static void send_request(struct streams *streams, const struct visit_request *request)
{
    char *text = wire_write_request(request);
    if (text != NULL)
        whole_put(streams->request, text, strlen(text)); /* who does not read it tells why itself */
    free(text);
    close(streams->request);
    streams->request = -1;
}

/* True for what samples.csv can hold; NaN is what is not known. */
static bool is_unknown_or(double number, double least, double most)
{
    return isnan(number) || (number >= least && number <= most);
}

/* Another build may say anything: a reading that went well has a time, and numbers that files can
 * hold. */
static void check_reading(struct reading *reading)
{
    const double amounts[] = {reading->open_ns, reading->close_ns, reading->roundtrip_ns,
                              reading->wake_ns, reading->first_result_ns};
    bool sane = is_unknown_or(reading->ns_per_map, CSV_LEAST_TIME, CSV_MOST_AMOUNT) &&
                is_unknown_or(reading->participation, 0, 1);
    if (reading->status == STATUS_OK)
        sane = sane && !isnan(reading->ns_per_map) && reading->maps > 0;
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        sane = sane && is_unknown_or(amounts[i], 0, CSV_MOST_AMOUNT);
    if (sane)
        return;
    *reading = reading_without_time(STATUS_FAILED);
    snprintf(reading->detail, sizeof reading->detail, "the visit told numbers that no visit has");
}

/* What a visit that has ended has told. */
static void take_readings(const struct cell *cell, struct received *received, enum end end,
                          uint64_t timeout_ns, int wait_status, struct reading *readings,
                          uint32_t *count)
{
    struct error misread = {0};
    bool whole = end == ENDED && wait_status == 0;
    if (whole &&
        wire_read_readings(received->readings, received->bytes, readings, count, &misread) == 0) {
        note_remarks(received, &readings[0]);
        return;
    }
    tell_for_it(&readings[0], end, timeout_ns, wait_status, received);
    *count = 1;
    if (end == ENDED && tell_of_exit(cell, &readings[0], wait_status, received))
        return;
    if (whole && received->bytes == 0)
        snprintf(misread.text, sizeof misread.text,
                 "the visit ended without an answer, as by a job that calls _exit");
    if (whole)
        snprintf(readings[0].detail, sizeof readings[0].detail, "%s", misread.text);
}

static int converse(pid_t pid, const struct cell *cell, struct streams *streams,
                    const struct visit_request *request, const struct visit_launch *launch,
                    struct halts *halts, struct reading *readings, uint32_t *count,
                    struct error *error)
{
    static struct received received; /* nor for what comes back */
    received.bytes = received.messages = received.answered_ns = 0;
    send_request(streams, request); /* one that died before it could read has said why */
    enum end end =
        collect(pid, streams, launch->timeout_ns, launch->waiting_mask, halts, &received);
    int wait_status = reap(pid, end);
    collect_rest(streams->errors, received.errors, sizeof received.errors - 1, &received.messages);
    if (end == INTERRUPTED)
        return fail(error, ERROR_INTERRUPTED, "interrupted");
    take_readings(cell, &received, end, launch->timeout_ns, wait_status, readings, count);
    for (uint32_t i = 0; request->kind == VISIT_MEASURE && i < *count; i++)
        check_reading(&readings[i]);
    if (received.answered_ns > 0)
        readings[0].stages.ns[STAGE_END] += clock_now_ns() - received.answered_ns;
    return 0;
}

/* Who was killed for want of memory did nothing wrong: it is told beside what went wrong. */
static void tell_kills(uint64_t kills_before, struct reading *readings, uint32_t count)
{
    char why[1024] = "";
    for (uint32_t i = 0; i < count; i++) {
        char *detail = readings[i].detail;
        size_t used = strlen(detail), room = sizeof readings[i].detail;
        if (used == 0 || readings[i].status == STATUS_UNAVAILABLE)
            continue;
        if (*why == '\0')
            memory_tell_kills(kills_before, why, sizeof why);
        if (*why != '\0')
            snprintf(detail + used, room - used, ": %s", why);
    }
}

/* The pipes of a visit, and what notices that it is stopped. */
static int open_lines(int pipes[PIPES][2], struct halts *halts, struct error *error)
{
    for (int i = 0; i < PIPES; i++)
        if (make_pipe(pipes[i], error) != 0)
            return -1;
    if (halts_open(halts, error) != 0 || halts_add(halts, pipes[1][0], error) != 0 ||
        halts_add(halts, pipes[2][0], error) != 0)
        return -1;
    return 0;
}

/* What is not ours may leave processes behind that have gone to a group of their own. */
static bool leaves_orphans(const struct cell *cell)
{
    return cell->work->is_command || work_is_users(cell->work) ||
           (cell->strategy->flags &
            (STRATEGY_FROM_LIBRARY | STRATEGY_RUNNER | STRATEGY_LAUNCHED)) != 0;
}

/* A visit that was killed has left its folder. */
static void sweep_folders(const struct cell *cell, bool was_well)
{
    if ((cell->strategy->flags & (STRATEGY_PYTHON | STRATEGY_LAUNCHED)) != 0 && !was_well)
        runner_folder_sweep();
}

/* One try; *halted: harness or visit was stopped meanwhile. */
static int visit_once(enum visit_kind kind, const struct cell *cell,
                      const struct cell_context *context, const struct visit_launch *launch,
                      bool *halted, struct reading readings[], uint32_t *count, struct error *error)
{
    int pipes[PIPES][2] = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    struct error refusal = {0};
    struct halts halts = {.epoll = -1};
    uint64_t kills = memory_kills();
    pid_t pid = -1;
    int result = 0;
    if (leaves_orphans(cell))
        orphans_take();
    if (open_lines(pipes, &halts, &refusal) == 0)
        pid = start_child(cell, context, launch, pipes, &refusal);
    if (pid < 0) {
        readings[0] = reading_without_time(STATUS_REFUSED);
        snprintf(readings[0].detail, sizeof readings[0].detail, "%s", refusal.text);
        *count = 1;
    } else {
        struct streams streams = {pipes[0][1], pipes[1][0], pipes[2][0]};
        static struct visit_request request; /* a small stack has no room for it */
        make_request(kind, cell, context, launch->timeout_ns, &request);
        halts_watch(pid);
        policy_limit(
            pid, launch->timeout_ns); /* the visit has nothing to do before it has its request */
        memory_offer(pid);
        close(pipes[0][0]);
        for (int i = 1; i < PIPES; i++)
            close(pipes[i][1]);
        pipes[0][0] = pipes[0][1] = -1; /* converse closes its end */
        pipes[1][1] = pipes[2][1] = pipes[FAILURE][1] = -1;
        result = converse(pid, cell, &streams, &request, launch, &halts, readings, count, error);
        if (result == 0 && take_failure(pipes[FAILURE][0], launch, &readings[0]))
            *count = 1;
        if (result == 0)
            tell_kills(kills, readings, *count);
    }
    if (leaves_orphans(cell))
        orphans_end_all();
    sweep_folders(cell, result == 0 && readings[0].status == STATUS_OK);
    *halted = halts_close(&halts);
    for (int i = 0; i < PIPES; i++)
        close_pipe(pipes[i]);
    return result;
}

static void tell_repeats(uint32_t repeats, struct reading *reading)
{
    size_t used = strlen(reading->detail);
    reading->repeats = repeats;
    if (repeats > 0)
        snprintf(reading->detail + used, sizeof reading->detail - used,
                 "%sthe visit was made again (%u time%s), as it was stopped in between",
                 used > 0 ? ": " : "", repeats, repeats == 1 ? "" : "s");
}

/* A visit that was stopped in between says how long it stood still, not how long its jobs took. */
int visit_run(enum visit_kind kind, const struct cell *cell, const struct cell_context *context,
              const struct visit_launch *launch, struct reading readings[READINGS_MOST],
              uint32_t *count, struct error *error)
{
    enum { MOST_REPEATS = 10 }; /* somebody may stop it at short intervals, to slow it down */
    bool times = kind == VISIT_MEASURE || kind == VISIT_FLOORS, halted;
    for (uint32_t repeats = 0; repeats < MOST_REPEATS; repeats++) {
        if (visit_once(kind, cell, context, launch, &halted, readings, count, error) != 0)
            return -1;
        bool may_blame = readings[0].status == STATUS_OK || readings[0].status == STATUS_FAILED;
        if (!times || !halted || !may_blame) {
            tell_repeats(repeats, &readings[0]);
            return 0;
        }
    }
    readings[0] = reading_without_time(STATUS_FAILED);
    snprintf(readings[0].detail, sizeof readings[0].detail,
             "each of %d visits was stopped in between: by signals, with its cgroup, or with the "
             "machine",
             MOST_REPEATS);
    *count = 1;
    return 0;
}

/* ------------------------------------------------------------------------------- the visit */

/* On the stack: the heap stays as the strategy would find it. */
static int read_request(struct visit_request *request, struct error *error)
{
    char text[WIRE_MOST_BYTES];
    size_t used = 0;
    while (drain(STDIN_FILENO, text, sizeof text, &used))
        ;
    if (wire_read_request(text, used, request, error) != 0)
        return -1;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return fail_errno(error, errno,
                          "visit: it could be left behind, as PR_SET_PDEATHSIG is refused");
    if (getppid() != request->harness)
        return fail(error, ERROR_REFUSED, "visit: the harness is %s",
                    getppid() == 0 ? "in another PID namespace; start it by `unshare --pid --fork`"
                                   : "gone");
    return 0;
}

/* Keeps the pipe to the harness for itself: what works or libraries print goes nowhere. */
static int take_output(struct error *error)
{
    int output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (output < 0 || nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 ||
        dup2(nowhere, STDIN_FILENO) < 0)
        return fail_errno(error, errno, "visit: its descriptors");
    close(nowhere);
    return output;
}

/* The pipe to the harness, once it was taken from stdout; -1: not yet. */
static int answer = -1;

static int send_readings(int output, const struct reading *readings, uint32_t count,
                         struct error *error)
{
    char *text = wire_write_readings(readings, count);
    int why = text != NULL ? whole_put(output, text, strlen(text)) : ENOMEM;
    free(text);
    return why == 0 ? 0 : fail_errno(error, why, "visit: its output");
}

/* Debian's name of LLVM's OpenMP, and everybody else's: suites have the first. */
static const char *const llvm_openmp[] = {"libomp.so.5", "libomp.so"};

/* The place of a library in LD_PRELOAD where it stands there by its name alone and was not loaded;
 * else NULL. */
static const char *find_unloaded(const char *preload, const char *name)
{
    const char *at = preload != NULL ? strstr(preload, name) : NULL;
    if (at == NULL || (at > preload && strchr(": ", at[-1]) == NULL) ||
        strchr(": ", at[strlen(name)]) == NULL)
        return NULL;
    void *library = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    if (library != NULL)
        dlclose(library);
    return library == NULL ? at : NULL;
}

/* Starts again with the library's other name, before anything is read. Where that does not lead to
 * one either, check_preloaded says so. */
static void try_other_name(void)
{
    const char *preload = getenv("LD_PRELOAD"), *at = find_unloaded(preload, llvm_openmp[0]);
    char *other;
    if (at == NULL || asprintf(&other, "%.*s%s%s", (int)(at - preload), preload, llvm_openmp[1],
                               at + strlen(llvm_openmp[0])) < 0)
        return;
    fprintf(stderr, "%s is looked for in its place\n", llvm_openmp[1]);
    setenv("LD_PRELOAD", other, 1);
    free(other);
    execl("/proc/self/exe", "breakeven", VISIT_SUBCOMMAND, (char *)NULL);
}

/* The loader passes over what it cannot preload with a word on stderr; but what was asked for by
 * --env and is not there must not be measured under its name. */
static int check_preloaded(struct error *error)
{
    const char *preload = getenv("LD_PRELOAD");
    char *names = strdup(preload != NULL ? preload : "");
    int result = names == NULL ? fail(error, ERROR_REFUSED, "visit: out of memory") : 0;
    for (char *rest = names, *name; result == 0 && (name = strsep(&rest, ": ")) != NULL;) {
        void *library = *name != '\0' ? dlopen(name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
        if (library != NULL)
            dlclose(library);
        else if (*name != '\0')
            result =
                fail(error, ERROR_NOT_COMPARABLE, "LD_PRELOAD: %s could not be loaded; %s", name,
                     strstr(name, llvm_openmp[1]) != NULL ? "`make deps-peers` installs it"
                                                          : "install it, or give its path");
    }
    free(names);
    return result;
}

/* Where the C library does not let main undo that an OpenMP runtime has bound this process. */
static void restore_mask(const cpu_set_t *mask)
{
    if (CPU_COUNT(mask) > 0)
        sched_setaffinity(0, sizeof *mask, mask);
}

/* The harness counts on a visit that has its own CPUs. */
static int check_mask(const cpu_set_t *mask, struct error *error)
{
    cpu_set_t own;
    if (CPU_COUNT(mask) == 0 || sched_getaffinity(0, sizeof own, &own) != 0 ||
        CPU_EQUAL(mask, &own))
        return 0;
    return fail(error, ERROR_REFUSED,
                "visit: the CPUs that it may use (%d) are others than the harness's (%d)",
                CPU_COUNT(&own), CPU_COUNT(mask));
}

_Static_assert(FLOOR_COUNT <= (int)READINGS_MOST, "each floor is a reading");

/* Those of the cell's strategy come last: by then it may start threads and children. */
static uint32_t measure_floors(const struct cell *cell, const struct cell_context *context,
                               struct reading readings[READINGS_MOST])
{
    double ns[FLOOR_COUNT];
    floors_measure(context->canary_cpus, ns);
    struct error error = {0};
    int result = cell_floors(cell, context, ns, &error);
    for (uint32_t i = 0; i < FLOOR_COUNT; i++)
        readings[i] = (struct reading){.status = STATUS_OK, .maps = 1, .ns_per_map = ns[i]};
    for (uint32_t i = FLOOR_FIRST_OF_STRATEGIES; result != 0 && i < FLOOR_COUNT; i++) {
        readings[i].status = STATUS_REFUSED;
        snprintf(readings[i].detail, sizeof readings[i].detail, "%s", error.text);
    }
    return FLOOR_COUNT;
}

/* In place of readings, why there are none. An exit code does not tell, since a library may call
 * _exit with any. */
static int send_failure(const struct error *error)
{
    struct error lost = {0};
    struct reading reading =
        reading_without_time(error->kind == ERROR_NOT_COMPARABLE ? STATUS_UNAVAILABLE
                             : error->kind == ERROR_CHECK_FAILED ? STATUS_FAILED
                                                                 : STATUS_REFUSED);
    snprintf(reading.detail, sizeof reading.detail, "%s", error->text);
    return send_readings(answer, &reading, 1, &lost);
}

/* The visit whose end is not its own to choose; 0: it may end. */
static pid_t unfinished;

/* Of whose code that is not ours. */
static const char *exit_complaint;

/* What code that calls exit meets: nobody else ends the visit before it has answered. */
static void complain_of_exit(void)
{
    struct error complaint = {0};
    if (unfinished != getpid())
        return;
    fail(&complaint, ERROR_CHECK_FAILED, "%s", exit_complaint);
    if (send_failure(&complaint) == 0)
        _exit(EXIT_DONE);
}

static void watch_for_exit(const char *complaint)
{
    if (unfinished == 0 && atexit(complain_of_exit) == 0)
        unfinished = getpid();
    exit_complaint = complaint;
}

/* What a runner calls is described, not loaded: its module and its arguments are those of when the
 * run began. */
static int open_function(const struct visit_request *request, struct error *error)
{
    const struct function function = {
        .name = request->key.work,
        .summary = "",
        .reference = request->work_reference,
        .arguments = *request->work_arguments != '\0' ? request->work_arguments : NULL,
        .identity = request->work_identity,
    };
    return function_check_same(&function, error) == 0 && function_register(&function, error) != NULL
               ? 0
               : -1;
}

static bool is_of_runner(const char *reference)
{
    return strncmp(reference, RUNNER_REFERENCE, strlen(RUNNER_REFERENCE)) == 0;
}

/* A library that cannot be opened now was opened when the run began: the system is to blame. */
static int open_work(const struct visit_request *request, struct error *error)
{
    struct library_place place;
    if (is_of_runner(request->work_reference))
        return runner_adopt_work(request->key.work, request->work_reference, error) != NULL ? 0
                                                                                            : -1;
    if (function_is_named_by(request->work_reference))
        return open_function(request, error);
    if (*request->work_identity != '\0' &&
        (library_place(request->work_reference, NULL, &place, error) != 0 ||
         library_check_same(place.path, request->work_identity, error) != 0))
        return -1;
    const struct work *work = work_open(request->key.work, request->work_reference, error);
    if (work != NULL && work_is_library(work))
        watch_for_exit("the work calls exit; a job returns a code in its place");
    if (work != NULL)
        return 0;
    if (error->kind == ERROR_USAGE)
        error->kind = ERROR_REFUSED;
    return -1;
}

/* One of a library is loaded here, in the process that runs it. */
static int open_strategy(const struct visit_request *request, struct cell *cell,
                         struct error *error)
{
    if (*request->strategy_reference == '\0')
        return 0;
    if (is_of_runner(request->strategy_reference)) {
        cell->strategy = runner_adopt(request->key.strategy, request->strategy_reference,
                                      request->strategy_identity, error);
        return cell->strategy != NULL ? 0 : -1;
    }
    watch_for_exit(unfinished != 0 ? "the strategy or the work calls exit"
                                   : "the strategy calls exit; it returns -1 in its place");
    cell->strategy = plugin_load(request->key.strategy, request->strategy_reference,
                                 request->strategy_identity, error);
    return cell->strategy != NULL ? 0 : -1;
}

static int serve(struct error *error)
{
    struct visit_request request;
    struct reading readings[READINGS_MOST];
    try_other_name();
    if (read_request(&request, error) != 0 || check_preloaded(error) != 0)
        return -1;
    int output = answer = take_output(error);
    if (output < 0 || open_work(&request, error) != 0)
        return -1;
    struct cell cell = cell_of(&request.key);
    if (open_strategy(&request, &cell, error) != 0)
        return -1;
    struct cell_context context = {
        .seed = request.seed,
        .job_timeout_ns = request.job_timeout_ns,
        .timeout_ns = request.timeout_ns,
        .maps = request.maps,
        .retries = request.retries,
        .cpus = request.cpus,
        .input_fd = request.input_fd,
        .reference_fd = request.reference_fd,
        .output_fd = request.output_fd,
        .order = request.order,
        .order_count = request.order_count,
        .canary_cpus = {request.canary_cpus[0], request.canary_cpus[1]},
        .hosts = request.host_list,
        .own_host = request.own_host,
    };
    const char *missing = strategy_unavailable_for(cell.strategy, cell.work);
    if (missing != NULL)
        return fail(error, ERROR_NOT_COMPARABLE, "%s", missing);
    restore_mask(&request.mask);
    if (check_mask(&request.mask, error) != 0)
        return -1;
    if (request.kind == VISIT_FLOORS)
        return send_readings(output, readings, measure_floors(&cell, &context, readings), error);
    if (request.kind == VISIT_MEASURE)
        return send_readings(output, readings, cell_measure(&cell, &context, readings), error);
    if (request.kind == VISIT_COUNT) {
        cell_count(&cell, &context, readings);
        return send_readings(output, readings, 1, error);
    }
    struct reading prepared = {.status = STATUS_OK};
    if (cell_prepare(&cell, &context, error) != 0)
        return -1;
    return send_readings(output, &prepared, 1, error);
}

int visit_serve(struct error *error)
{
    int result = serve(error);
    work_leave();
    unfinished = 0;
    if (result == 0 || answer < 0 || send_failure(error) != 0)
        return result;
    *error = (struct error){0};
    return 0;
}
