/* Stops, continues and kills processes of whole runs at random instants, never the harness, and
 * looks at what becomes of them: usage: stops [RUNS [SEED [STRATEGY..]]], BREAKEVEN names the
 * program (build/breakeven). A run is `breakeven run` or `breakeven trace` of one strategy; run
 * number SEED + k is the same whenever it is asked for, as far as the kernel lets it. One line of
 * CSV for each strategy on stdout: runs, signals, runs that went on past their deadlines (hangs),
 * processes left when a run had ended (left), runs whose results or exit codes contradict
 * themselves (wrong). What went wrong is told on stderr. Exit 1 where anything did. */
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/process/processes.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
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

enum {
    AT_ONCE = 2,         /* runs */
    SIGNALS = 12,        /* a run, at most */
    MOST_PROCESSES = 64, /* of a run that are looked at */
    MOST_ARGUMENTS = 40,
    TRACE_S = 30,  /* that a trace may take, however it is treated */
    MARGIN_S = 20, /* and a run beyond the deadlines of its visits */
    PICTURE_S = 45,
    GRACE_MS = 3000, /* in which what a run has killed may end */
};

/* What is found out about a run; shared with the process that watches over it. */
struct finding {
    uint32_t strategy;
    uint32_t signals, hangs, left, wrong;
};

struct trial {
    uint64_t number, random;
    const struct strategy_ops *strategy;
    struct finding *finding;
    char folder[64], text[64][24];
    const char *arguments[MOST_ARGUMENTS];
    size_t count, texts;
    bool traces, draws;
    uint64_t size, jobs, rounds;
    pid_t harness;
    int wait_status;
};

static const char *program;

static double uniform(struct trial *trial)
{
    return (double)(work_random(&trial->random) >> 11) * 0x1p-53;
}

static uint64_t choose(struct trial *trial, const uint64_t values[], size_t count)
{
    return values[(size_t)(uniform(trial) * (double)count)];
}

__attribute__((format(printf, 2, 3))) static void tell(const struct trial *trial,
                                                       const char *format, ...)
{
    char text[600];
    size_t used = 0;
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fprintf(stderr, "stops: run %llu: %s:", (unsigned long long)trial->number, text);
    for (size_t i = 0; i < trial->count; i++)
        used += (size_t)fprintf(stderr, " %s", trial->arguments[i]);
    fprintf(stderr, "\n");
}

/* ------------------------------------------------------------------------------- what is run */

static void add(struct trial *trial, const char *option, const char *value)
{
    trial->arguments[trial->count++] = option;
    if (value != NULL)
        trial->arguments[trial->count++] = value;
}

static void add_number(struct trial *trial, const char *option, uint64_t number, const char *unit)
{
    char *text = trial->text[trial->texts++];
    snprintf(text, sizeof *trial->text, "%llu%s", (unsigned long long)number, unit);
    add(trial, option, text);
}

static void choose_payload(struct trial *trial)
{
    bool transports = (trial->strategy->flags & STRATEGY_TRANSPORTS) != 0;
    if (!transports || uniform(trial) < 0.7)
        return;
    add(trial, "--payload", uniform(trial) < 0.5 ? "1k" : "200k");
    add(trial, "--transport", "pipe");
}

static void plan_trace(struct trial *trial)
{
    trial->size = choose(trial, (uint64_t[]){20000, 200000, 2000000}, 3);
    trial->jobs = choose(trial, (uint64_t[]){100, 300, 600}, 3);
    add(trial, "trace", "--all");
    add(trial, "--strategy", trial->strategy->name);
    add(trial, "--work", "squares");
    add_number(trial, "--size", trial->size, "");
    add_number(trial, "--jobs", trial->jobs, "");
    add_number(trial, "--workers", choose(trial, (uint64_t[]){2, 4, 8}, 3), "");
    add_number(trial, "--job-timeout", choose(trial, (uint64_t[]){100, 200}, 2), "ms");
    add_number(trial, "--retries", choose(trial, (uint64_t[]){0, 100}, 2), "");
    if (uniform(trial) < 0.3)
        add(trial, "--temperature", "warm");
    choose_payload(trial);
}

static void plan_run(struct trial *trial)
{
    trial->rounds = choose(trial, (uint64_t[]){1, 2, 3}, 3);
    trial->draws = uniform(trial) < 0.2;
    add(trial, "run", "quick");
    add(trial, "--quiet", NULL);
    add(trial, "--out", "o");
    add(trial, "--strategies", trial->strategy->name);
    add(trial, "--work", uniform(trial) < 0.5 ? "empty" : "squares");
    add_number(trial, "--sizes", choose(trial, (uint64_t[]){1, 100000}, 2), "");
    add_number(trial, "--jobs", choose(trial, (uint64_t[]){16, 100}, 2), "");
    add_number(trial, "--workers", choose(trial, (uint64_t[]){2, 4}, 2), "");
    add_number(trial, "--rounds", trial->rounds, "");
    add(trial, "--timeout", "1s");
    if (uniform(trial) < 0.7)
        add_number(trial, "--job-timeout", 100, "ms");
    add_number(trial, "--retries", choose(trial, (uint64_t[]){0, 100}, 2), "");
    if (uniform(trial) < 0.1)
        add(trial, "--neighbours", "1");
    choose_payload(trial);
}

static uint64_t deadline_s(const struct trial *trial)
{
    uint64_t visits = 1 + 2 * trial->rounds; /* serial's results, serial and the strategy */
    return trial->traces ? TRACE_S : visits + MARGIN_S + (trial->draws ? PICTURE_S : 0);
}

/* Without gnuplot a run takes a fraction of the time. */
static void become_harness(const struct trial *trial)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int in = open("/dev/null", O_RDONLY), out = open("out", O_WRONLY | O_CREAT, 0600),
        err = open("err", O_WRONLY | O_CREAT, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    if (!trial->draws)
        setenv("PATH", "/nonexistent", 1);
    execv(program, (char *const *)(uintptr_t)trial->arguments);
    _exit(99);
}

/* ------------------------------------------------------------------------------- its processes */

/* All processes below this one, which adopts those that have lost their parent. */
static size_t descendants(pid_t found[MOST_PROCESSES])
{
    size_t count = processes_children(getpid(), found, MOST_PROCESSES);
    return processes_add_below(found, count, MOST_PROCESSES);
}

static bool is_below(pid_t pid)
{
    for (int i = 0; i < 16 && pid > 1; i++)
        if (process_state(pid, &pid) != '\0' && pid == getpid())
            return true;
    return false;
}

/* By a descriptor, so that nobody is met who has got the number meanwhile. */
static bool send_signal(pid_t pid, int number)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool sent =
        fd >= 0 && is_below(pid) && syscall(SYS_pidfd_send_signal, fd, number, NULL, 0) == 0;
    if (fd >= 0)
        close(fd);
    return sent;
}

static bool contains(const pid_t pids[], size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

/* A process that was not there before: it may not even be what it will become. 0: there was none.
 */
static pid_t await_newborn(struct trial *trial)
{
    pid_t before[MOST_PROCESSES], now[MOST_PROCESSES];
    size_t known = descendants(before);
    uint64_t begun_ns = clock_now_ns();
    size_t passed_over = (size_t)(uniform(trial) * 3);
    while (clock_now_ns() - begun_ns < 10 * NS_PER_MS) {
        size_t count = descendants(now);
        for (size_t i = 0; i < count; i++)
            if (!contains(before, known, now[i]) && passed_over-- == 0)
                return now[i];
    }
    return 0;
}

static pid_t choose_process(struct trial *trial)
{
    pid_t found[MOST_PROCESSES], newborn = uniform(trial) < 0.5 ? await_newborn(trial) : 0;
    if (newborn != 0)
        return newborn;
    size_t count = descendants(found);
    return count > 0 ? found[(size_t)(uniform(trial) * (double)count)] : 0;
}

static void attack(struct trial *trial)
{
    pid_t pid = choose_process(trial);
    double kind = uniform(trial);
    int number = kind < 0.5 ? SIGSTOP : kind < 0.8 ? SIGKILL : SIGCONT;
    if (pid != 0 && pid != trial->harness && send_signal(pid, number))
        trial->finding->signals++;
}

/* ------------------------------------------------------------------------------- one run */

static void tell_process(const struct trial *trial, pid_t pid, const char *what)
{
    char path[64], words[200] = "", place[64] = "";
    pid_t parent;
    char state = process_state(pid, &parent);
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "re");
    size_t count = file != NULL ? fread(words, 1, sizeof words - 1, file) : 0;
    for (size_t i = 0; i + 1 < count; i++)
        words[i] = words[i] == '\0' ? ' ' : words[i];
    if (file != NULL)
        fclose(file);
    snprintf(path, sizeof path, "/proc/%d/wchan", (int)pid);
    if ((file = fopen(path, "re")) != NULL) {
        if (fgets(place, sizeof place, file) == NULL)
            place[0] = '\0';
        fclose(file);
    }
    tell(trial, "%s %d (parent %d, %c, %s, '%s')", what, (int)pid, (int)parent, state, place,
         words);
}

static bool reap_all(struct trial *trial)
{
    int wait_status;
    pid_t pid;
    bool ended = false;
    while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0)
        if (pid == trial->harness) {
            trial->wait_status = wait_status;
            ended = true;
        }
    return ended;
}

/* True where it ended by itself. */
static bool watch_over(struct trial *trial)
{
    static const uint64_t mean_us[] = {1000, 5000, 20000, 60000};
    double pause_us = (double)choose(trial, mean_us, 4);
    uint64_t begun_ns = clock_now_ns(), next_ns = begun_ns;
    const uint32_t *signals = &trial->finding->signals;
    while (!reap_all(trial)) {
        uint64_t now_ns = clock_now_ns();
        if (now_ns - begun_ns > deadline_s(trial) * NS_PER_S)
            return false;
        if (*signals < SIGNALS && now_ns >= next_ns) {
            attack(trial);
            next_ns = now_ns + (uint64_t)(-log(1 - uniform(trial)) * pause_us * 1000);
        }
        usleep(*signals < SIGNALS ? 200 : 2000);
    }
    return true;
}

/* Counts what is still there a moment after the end, and ends it. */
static void look_for_left(struct trial *trial)
{
    pid_t found[MOST_PROCESSES];
    size_t count = 0;
    for (int ms = 0; ms < GRACE_MS; ms += 10) {
        reap_all(trial);
        if ((count = descendants(found)) == 0)
            return;
        usleep(10000);
    }
    trial->finding->left += (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        tell_process(trial, found[i], "left over:");
}

static void end_all(struct trial *trial)
{
    pid_t found[MOST_PROCESSES];
    size_t count;
    while ((count = descendants(found)) > 0) {
        for (size_t i = 0; i < count; i++)
            send_signal(found[i], SIGKILL);
        usleep(1000);
        reap_all(trial);
    }
}

/* ------------------------------------------------------------------------------- what it said */

/* The fields of a line, which is cut. No field before `detail` holds a comma. */
static size_t split(char *line, char *fields[], size_t room)
{
    size_t count = 0;
    for (char *rest = line, *field; count < room && (field = strsep(&rest, ",\n")) != NULL;)
        fields[count++] = field;
    return count;
}

static size_t place_of(char *const fields[], size_t count, const char *name)
{
    size_t at = 0;
    while (at < count && !text_equal(fields[at], name))
        at++;
    return at;
}

/* A row is ok and has a time, or says what happened and has none. */
static bool check_rows(const struct trial *trial, uint64_t *ok)
{
    char *line = NULL, *fields[48];
    size_t room = 0, status, time, count;
    bool right = true;
    FILE *file = fopen("o/samples.csv", "re");
    if (file == NULL || getline(&line, &room, file) < 0) {
        if (file != NULL)
            fclose(file);
        free(line);
        return true;
    }
    count = split(line, fields, 48);
    status = place_of(fields, count, "status");
    time = place_of(fields, count, "ns_per_map");
    while (right && getline(&line, &room, file) > 0) {
        count = split(line, fields, 48);
        bool is_ok = status < count && text_equal(fields[status], "ok");
        right = status < count && is_ok == (*fields[time] != '\0') &&
                !text_equal(fields[status], "wrong");
        *ok += is_ok;
        if (!right)
            tell(trial, "a row of status '%s' with the time '%s'",
                 status < count ? fields[status] : "", status < count ? fields[time] : "");
    }
    free(line);
    fclose(file);
    return right;
}

/* Lines "job worker pid thread cpu start end result". */
static bool check_jobs(const struct trial *trial, uint64_t *done)
{
    char *line = NULL, wanted[32], word[64];
    size_t room = 0;
    uint64_t n = trial->size;
    unsigned long long index;
    bool right = true;
    FILE *file = fopen("out", "re");
    snprintf(wanted, sizeof wanted, "%llu",
             (unsigned long long)((n - 1) * n / 2 * (2 * n - 1) / 3));
    while (file != NULL && right && getline(&line, &room, file) > 0) {
        if (sscanf(line, "%llu %*s %*s %*s %*s %*s %*s %63s", &index, word) != 2)
            continue;
        bool number = word[strspn(word, "0123456789")] == '\0';
        *done += number;
        right = !number || text_equal(word, wanted);
        if (!right)
            tell(trial, "job %llu gave %s, not %s", index, word, wanted);
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return right;
}

static void check_output(struct trial *trial)
{
    uint64_t good = 0;
    int code = WIFEXITED(trial->wait_status) ? WEXITSTATUS(trial->wait_status) : -1;
    bool known = code == 0 || code == 1 || code == 3 || code == 4;
    bool right = trial->traces ? check_jobs(trial, &good) : check_rows(trial, &good);
    uint64_t wanted = trial->traces ? trial->jobs : 1;
    if (!known || (code == 0 && good < wanted)) {
        tell(trial, "ended with wait status %d and %llu good lines", trial->wait_status,
             (unsigned long long)good);
        right = false;
    }
    trial->finding->wrong += !right;
}

/* ------------------------------------------------------------------------------- all runs */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void try_run(struct trial *trial)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    snprintf(trial->folder, sizeof trial->folder, "/tmp/breakeven-stops-XXXXXX");
    if (mkdtemp(trial->folder) == NULL || chdir(trial->folder) != 0)
        _exit(4);
    trial->traces = uniform(trial) < 0.5;
    add(trial, "breakeven", NULL);
    if (trial->traces)
        plan_trace(trial);
    else
        plan_run(trial);
    if ((trial->harness = fork()) == 0)
        become_harness(trial);
    bool ended = watch_over(trial);
    if (ended) {
        look_for_left(trial);
        check_output(trial);
    } else {
        pid_t found[MOST_PROCESSES];
        size_t count = descendants(found);
        trial->finding->hangs++;
        for (size_t i = 0; i < count; i++)
            tell_process(trial, found[i], "hangs:");
    }
    end_all(trial);
    nftw(trial->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    _exit(0);
}

static void start_run(uint64_t number, uint32_t strategy, struct finding *finding)
{
    struct trial trial = {.number = number,
                          .random = number * UINT64_C(0x9E3779B97F4A7C15) + 1,
                          .strategy = strategies[strategy],
                          .finding = finding};
    pid_t parent = getpid();
    finding->strategy = strategy;
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(4);
        try_run(&trial);
    }
}

static size_t choose_strategies(int count, char *names[], uint32_t chosen[])
{
    size_t found = 0;
    for (uint32_t i = 0; i < strategies_count; i++) {
        bool named = count == 0;
        for (int k = 0; k < count; k++)
            named = named || text_equal(names[k], strategies[i]->name);
        if (named && strategy_unavailable(strategies[i]) == NULL)
            chosen[found++] = i;
    }
    return found;
}

static bool report(uint32_t strategy, const struct finding *findings, uint64_t runs)
{
    uint64_t count = 0;
    struct finding sum = {0};
    for (uint64_t i = 0; i < runs; i++) {
        if (findings[i].strategy != strategy)
            continue;
        count++;
        sum.signals += findings[i].signals;
        sum.hangs += findings[i].hangs;
        sum.left += findings[i].left;
        sum.wrong += findings[i].wrong;
    }
    printf("%s,%llu,%u,%u,%u,%u\n", strategies[strategy]->name, (unsigned long long)count,
           sum.signals, sum.hangs, sum.left, sum.wrong);
    return sum.hangs + sum.left + sum.wrong == 0;
}

int main(int count, char *arguments[])
{
    uint64_t runs = count > 1 ? strtoull(arguments[1], NULL, 10) : 50;
    uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    const char *named = getenv("BREAKEVEN");
    uint32_t chosen[32], running = 0;
    size_t strategies_chosen =
        choose_strategies(count > 3 ? count - 3 : 0, arguments + (count > 3 ? 3 : 0), chosen);
    struct finding *findings = mmap(NULL, (runs + 1) * sizeof *findings, PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    program = realpath(named != NULL ? named : "build/breakeven", NULL);
    if (program == NULL || runs == 0 || strategies_chosen == 0 || findings == MAP_FAILED) {
        fprintf(stderr, "usage: stops [RUNS [SEED [STRATEGY..]]], BREAKEVEN names the program\n");
        return 2;
    }
    for (uint64_t i = 0; i < runs; i++) {
        if (running == AT_ONCE && wait(NULL) > 0)
            running--;
        start_run(seed + i, chosen[(seed + i) % strategies_chosen], &findings[i]);
        running++;
    }
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    bool clean = true;
    for (size_t i = 0; i < strategies_chosen; i++)
        clean = report(chosen[i], findings, runs) && clean;
    return clean ? 0 : 1;
}
