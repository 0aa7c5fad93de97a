/* What MPI's launchers and ranks write when a rank or a host is lost: it is read for who it was. */
#include "strategies/mpi/said.h"
#include "tests/support.h"

/* Words of the programs, as they were written. */
static const struct {
    const char *said, *text;
    enum said by;
} examples[] = {
    {"", "", SAID_NOTHING},
    {"ld.so: warning: something else\n", "", SAID_NOTHING},
    {"a word of a job\nbreakeven: mpi: rank 1 on node7 died of signal 6 (Aborted) in job 7\n"
     "mpirun noticed that process rank 1 with PID 0 on node node7 exited on signal 6 (Aborted).\n",
     "rank 1 on node7 died of signal 6 (Aborted) in job 7", SAID_IN_SHORT},
    {"----\nmpirun noticed that process rank 2 with PID 812 on node b.example.org exited on signal "
     "9 "
     "(Killed).\n----\n",
     "rank 2 with PID 812 on node b.example.org exited on signal 9 (Killed)", SAID_AT_LENGTH},
    {"mpirun has exited due to process rank 1 with PID 12 on\nnode b exiting improperly. There are "
     "three reasons this could occur:\n",
     "rank 1 with PID 12 on node b exiting improperly", SAID_AT_LENGTH},
    {"ORTE has lost communication with a remote daemon.\n\n"
     "  HNP daemon   : [[50571,0],0] on node a\n  Remote daemon: [[50571,0],1] on node b.org\n\n"
     "This is usually due to\n",
     "the connection to host b.org is lost", SAID_AT_LENGTH},
    {"mpirun detected that one or more processes exited with non-zero status, thus causing\nthe "
     "job "
     "to be terminated. The first process to do so was:\n\n  Process name: [[37620,1],2]\n"
     "  Exit code:    5\n",
     "rank 2 ended with exit code 5", SAID_IN_SHORT},
    {"   Process name: [prterun-node7-4711@1,2]\n   Exit code:    5\n",
     "rank 2 ended with exit code 5", SAID_IN_SHORT},
    {"=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n=   PID 4711 RUNNING AT node7\n"
     "=   EXIT CODE: 9\n=   CLEANING UP REMAINING PROCESSES\n===\n"
     "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)\nThis typically\n",
     "a rank, process 4711 on node7, ended: Killed (signal 9)", SAID_IN_SHORT},
    {"=   PID 4711 RUNNING AT node7\n=   EXIT CODE: 5\n",
     "a rank, process 4711 on node7, ended with exit code 5", SAID_IN_SHORT},
    {"srun: warning: can't honor --ntasks-per-node\nsrun: error: node7: task 2: Killed\n"
     "srun: Terminating StepId=12.0\n",
     "rank 2 on node7: Killed", SAID_IN_SHORT},
    {"srun: error: Unable to create step\nsrun: error: node7: tasks 1-2: Exited with exit code 5\n",
     "rank 1 on node7: Exited with exit code 5", SAID_IN_SHORT},
};

static void who_was_lost_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        char text[400] = "";
        enum said by = said_tells(examples[i].said, text, sizeof text);
        assert_string_equal(text, examples[i].text);
        assert_int_equal(by, examples[i].by);
    }
}

static void a_sentence_without_end_is_cut(void **state)
{
    static char said[5000] = "process rank 1 ";
    char text[100], longer[1000];
    (void)state;
    memset(said + strlen(said), 'x', sizeof said - strlen(said) - 1);
    assert_int_equal(said_tells(said, text, sizeof text), SAID_AT_LENGTH);
    assert_int_equal(strlen(text), sizeof text - 1);
    assert_int_equal(said_tells(said, longer, sizeof longer), SAID_AT_LENGTH);
    assert_true(strlen(longer) < 400);
}

static void half_a_message_is_none(void **state)
{
    char text[100];
    (void)state;
    assert_int_equal(said_tells("Process name: [[1,1],1]\n", text, sizeof text), SAID_NOTHING);
    assert_int_equal(said_tells("=   PID 12 RUNNING AT", text, sizeof text), SAID_NOTHING);
    assert_int_equal(said_tells("srun: error: ", text, sizeof text), SAID_NOTHING);
    assert_int_equal(said_tells("has lost communication with a remote daemon", text, sizeof text),
                     SAID_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_lost_is_read),
        cmocka_unit_test(a_sentence_without_end_is_cut),
        cmocka_unit_test(half_a_message_is_none),
    };
    return cmocka_run_group_tests_name("said", tests, NULL, NULL);
}
