#include "bench/base/clock.h"
#include "bench/process/processes.h"
#include "bench/runner/line.h"
#include "tests/support.h"

#include <sys/syscall.h>
#include <sys/wait.h>

enum { MOST_BYTES = 64 };

/* A child that writes to a pipe, and what is read from it. */
struct writer {
    struct line line;
    int pidfd;
    pid_t pid;
};

/* The child writes the text, and waits or ends; a process of its own may hold the pipe. */
static struct writer start(const char *text, bool waits, bool is_held)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        if (is_held && fork() == 0) {
            usleep(300000);
            _exit(0);
        }
        if (write(ends[1], text, strlen(text)) < 0 || waits)
            pause();
        _exit(0);
    }
    close(ends[1]);
    return (struct writer){
        .line = {.fd = ends[0]}, .pidfd = (int)syscall(SYS_pidfd_open, pid, 0), .pid = pid};
}

static void stop(struct writer *writer)
{
    int status;
    line_free(&writer->line);
    if (writer->pidfd >= 0)
        close(writer->pidfd);
    process_kill(writer->pid);
    waitpid(writer->pid, &status, 0);
}

static enum line_end next(struct writer *writer, uint64_t most_ns, const char **text)
{
    size_t length = 0;
    *text = "";
    enum line_end end =
        line_read(&writer->line, writer->pidfd, writer->pid, most_ns, MOST_BYTES, text, &length);
    if (end == LINE_WHOLE)
        assert_int_equal(strlen(*text), length);
    return end;
}

static void lines_are_read_one_by_one(void **state)
{
    const char *text;
    struct writer writer = start("first\n\nthird\n", true, false);
    (void)state;
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_WHOLE);
    assert_string_equal(text, "first");
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_WHOLE);
    assert_string_equal(text, "");
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_WHOLE);
    assert_string_equal(text, "third");
    assert_int_equal(next(&writer, NS_PER_MS, &text), LINE_LATE);
    stop(&writer);
}

static void what_a_child_wrote_before_it_ended_is_read(void **state)
{
    const char *text;
    struct writer writer = start("last\nhalf", false, true);
    (void)state;
    usleep(50000);
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_WHOLE);
    assert_string_equal(text, "last");
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_CUT_OFF);
    stop(&writer);
}

/* The child's own child lives on, so that its pipe has no end. */
static void the_end_of_a_child_is_noticed_though_its_pipe_is_held(void **state)
{
    const char *text;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct writer writer = start("", false, true);
        if (i == 1) { /* as where the kernel has none */
            close(writer.pidfd);
            writer.pidfd = -1;
        }
        assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_CUT_OFF);
        stop(&writer);
    }
}

static void a_line_that_is_too_long_is_refused(void **state)
{
    const char *text;
    char longest[MOST_BYTES + 2], longer[MOST_BYTES + 3];
    (void)state;
    memset(longest, 'a', sizeof longest);
    memset(longer, 'a', sizeof longer);
    longest[MOST_BYTES] = longer[MOST_BYTES + 1] = '\n';
    longest[MOST_BYTES + 1] = longer[MOST_BYTES + 2] = '\0';
    struct writer writer = start(longest, true, false);
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_WHOLE);
    stop(&writer);
    writer = start(longer, true, false);
    assert_int_equal(next(&writer, UINT64_MAX, &text), LINE_TOO_LONG);
    stop(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_one_by_one),
        cmocka_unit_test(what_a_child_wrote_before_it_ended_is_read),
        cmocka_unit_test(the_end_of_a_child_is_noticed_though_its_pipe_is_held),
        cmocka_unit_test(a_line_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
