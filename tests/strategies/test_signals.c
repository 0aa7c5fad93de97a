/* Signals that are handled all the time, by the caller and all that it forks: every system call
 * that can be interrupted is. */
#include "tests/fixtures.h"

#include <poll.h>
#include <signal.h>

enum { WORKERS = 3, JOBS = 24, ROUNDS = 3, EVERY_MS = 1 };

struct scenario {
    const char *strategy, *work;
    uint64_t size;
    enum transport transport;
};

static _Atomic int handled; /* by any thread */

static void count(int number)
{
    (void)number;
    handled = handled + 1;
}

/* Sends SIGURG to the whole group until the pipe is closed. Programs without a handler, as those
 * that are spawned, ignore it. */
static void send_signals(int pipe)
{
    struct pollfd end = {.fd = pipe, .events = POLLIN};
    signal(SIGURG, SIG_IGN);
    while (poll(&end, 1, EVERY_MS) == 0)
        kill(0, SIGURG);
    _exit(0);
}

/* Handlers without SA_RESTART. Who sends the signals is nobody's child, so that strategies that
 * wait for any child never meet it. Returns what end_storm closes. */
static int begin_storm(void)
{
    struct sigaction action = {.sa_handler = count};
    int ends[2];
    handled = 0;
    assert_int_equal(sigaction(SIGURG, &action, NULL), 0);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        if (fork() == 0)
            send_signals(ends[0]);
        _exit(0);
    }
    assert_true(pid > 0);
    close(ends[0]);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return ends[1];
}

static void end_storm(int storm)
{
    close(storm);
    signal(SIGURG, SIG_DFL);
}

static struct batch *make_batch(const struct scenario *scenario, int input_fd)
{
    struct batch_request request = {
        .work = work_find(scenario->work),
        .jobs = JOBS,
        .size = scenario->size,
        .seed = FIXTURE_SEED,
        .input_fd = input_fd,
        .payload_in_bytes = scenario->transport == TRANSPORT_PIPE ? 100000 : 0,
        .payload_out_bytes = scenario->transport == TRANSPORT_PIPE ? 100000 : 0,
    };
    struct error error = {0};
    struct batch *batch = batch_create(&request, &error);
    if (batch == NULL)
        stop_test("%s", error.text);
    return batch;
}

/* Opens, maps twice and closes. */
static int round_of(const struct scenario *scenario, const struct strategy_ops *strategy,
                    struct batch *batch, const struct batch *reference, struct error *trouble)
{
    struct strategy_config config = fixture_config(strategy, WORKERS);
    uint64_t results = JOBS * batch->work->result_bytes;
    uint64_t payloads = JOBS * batch->payload_out_bytes;
    void *state;
    config.transport = scenario->transport;
    if (strategy->open(&config, &state, trouble) != 0)
        return -1;
    for (int map = 0; map < 2 && trouble->kind == ERROR_NONE; map++) {
        memset(batch->results, 0xA5, results);
        memset(batch->payload_out, 0xA5, payloads);
        batch_begin(batch);
        if (strategy->map(state, batch, trouble) != 0)
            break;
        struct batch_tally tally = batch_count(batch, config.workers);
        if (tally.done != JOBS)
            fail(trouble, ERROR_CHECK_FAILED, "%llu of %d jobs are done",
                 (unsigned long long)tally.done, JOBS);
        else if (memcmp(batch->results, reference->results, results) != 0 ||
                 memcmp(batch->payload_out, reference->payload_out, payloads) != 0)
            fail(trouble, ERROR_CHECK_FAILED, "results or payloads differ from serial's");
    }
    if (strategy->usage != NULL) {
        struct strategy_usage usage = {0};
        strategy->usage(state, &usage);
    }
    strategy->close(state);
    return check_childless(trouble, strategy->name);
}

static void loses_nothing_in_a_storm_of_signals(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    const struct strategy_ops *serial = strategy_find("serial");
    int input_fd = fixture_input(work_find(scenario->work), scenario->size, JOBS);
    struct batch *batch = make_batch(scenario, input_fd);
    struct batch *reference = make_batch(scenario, input_fd);
    struct error trouble = {0};
    size_t before = open_descriptors();
    batch_begin(reference);
    assert_int_equal(serial->map(NULL, reference, &trouble), 0);
    int storm = begin_storm();
    for (int i = 0; i < ROUNDS && trouble.kind == ERROR_NONE; i++)
        round_of(scenario, strategy, batch, reference, &trouble);
    end_storm(storm);
    if (trouble.kind == ERROR_NONE && open_descriptors() != before)
        fail(&trouble, ERROR_CHECK_FAILED, "descriptors were left open");
    batch_free(batch);
    batch_free(reference);
    if (input_fd >= 0)
        close(input_fd);
    assert_no_error(&trouble);
    assert_true(handled > 0);
}

int main(void)
{
    static const struct scenario kinds[] = {
        {NULL, "sleep", 3000000, TRANSPORT_NONE},  /* they wait for each other */
        {NULL, "squares", 300000, TRANSPORT_NONE}, /* they compute */
        {NULL, "sleep", 1000000, TRANSPORT_PIPE},
    };
    static struct fixture_tests list;
    setpgid(0, 0); /* no signals for others */
    for (size_t i = 0; i < strategies_count; i++)
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            struct scenario scenario = kinds[k];
            bool by_pipe = scenario.transport == TRANSPORT_PIPE;
            scenario.strategy = strategies[i]->name;
            if (by_pipe && (strategies[i]->flags & STRATEGY_TRANSPORTS) == 0)
                continue;
            fixture_add(&list, loses_nothing_in_a_storm_of_signals, &scenario, sizeof scenario,
                        "%s_of_%s%s_loses_nothing_in_a_storm_of_signals", scenario.strategy,
                        scenario.work, by_pipe ? "_by_pipe" : "");
        }
    return fixture_run(&list, "signals", NULL);
}
