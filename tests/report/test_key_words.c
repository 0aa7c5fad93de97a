/* What people read of the dimensions of a cell. */
#include "bench/report/panel/key_words.h"
#include "tests/support.h"

static struct key a_pools_key(void)
{
    struct key key = key_of_nothing();
    key.strategy = "forkpool";
    key.workers = 2;
    key.schedule = "dynamic";
    key.chunk = 0;
    key.bind = "none";
    key.spin_ns = DIMENSION_USUAL_SPIN_NS;
    return key;
}

static void assert_label(const struct key *key, dimension_set varying, const char *wanted)
{
    char text[128];
    key_label(key, varying, 0, text, sizeof text);
    assert_string_equal(text, wanted);
}

static void assert_title(const struct key *key, const char *wanted)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    key_write_title(file, key);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, wanted);
    free(text);
}

static void a_label_shows_what_tells_lines_apart(void **state)
{
    (void)state;
    struct key key = a_pools_key();
    assert_label(&key, 0, "forkpool");
    assert_label(&key, DIMENSION_BIT(schedule), "forkpool dynamic");
    assert_label(&key, DIMENSION_BIT(bind) | DIMENSION_BIT(spin_ns),
                 "forkpool bound none spin 50.0 us");
}

static void schedule_and_chunk_stand_together(void **state)
{
    (void)state;
    struct key key = a_pools_key();
    assert_label(&key, DIMENSION_BIT(chunk), "forkpool dynamic");
    key.chunk = 4;
    assert_label(&key, DIMENSION_BIT(chunk), "forkpool dynamic,4");
    assert_title(&key, ", dynamic,4");
    key.schedule = ""; /* of a strategy that takes none */
    assert_label(&key, DIMENSION_BIT(chunk), "forkpool chunk 4");
    assert_title(&key, ", chunk 4");
}

static void both_ways_of_a_payload_stand_together(void **state)
{
    (void)state;
    struct key key = a_pools_key();
    key.schedule = "";
    key.chunk = CSV_UNKNOWN;
    key.payload_out = 1024;
    key.transport = "pipe";
    assert_label(&key, DIMENSION_BIT(payload_out), "forkpool 0/1Ki B");
    assert_title(&key, ", 0/1Ki B by pipe");
}

static void pages_are_told_of_memory_that_is_held(void **state)
{
    (void)state;
    struct key key = key_of_nothing();
    key.parent_pages = "4k";
    assert_label(&key, 0, "serial");
    assert_title(&key, "");
    key.parent_mib = 64;
    assert_label(&key, 0, "serial +64 MiB 4k");
    assert_title(&key, ", 64 MiB of 4k pages");
}

static void one_of_a_thing_is_told_in_the_singular(void **state)
{
    (void)state;
    struct key key = a_pools_key();
    key.schedule = "";
    key.chunk = CSV_UNKNOWN;
    key.jobs_per_worker = 1;
    assert_label(&key, 0, "forkpool, 1 job a worker");
    assert_title(&key, ", 1 job a worker");
    key.jobs_per_worker = 100;
    assert_label(&key, 0, "forkpool, 100 jobs a worker");
    key.jobs_per_worker = 0;
    key.neighbours = 1;
    assert_title(&key, ", beside 1 busy process");
    key.neighbours = 2;
    assert_title(&key, ", beside 2 busy processes");
}

static void every_dimension_with_a_label_can_be_shown(void **state)
{
    (void)state;
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        struct key key = key_of_nothing();
        char text[128];
        if (dimension_rows[i].label == NULL)
            continue;
        key.parent_mib = 1; /* of which pages hang */
        if (dimension_rows[i].is_text)
            key_set_text(&key, i, "VALUE");
        else
            key_set_count(&key, i, 77);
        key_label(&key, dimension_bit(i), 0, text, sizeof text);
        if (strstr(text, dimension_rows[i].is_text ? "VALUE" : "77") == NULL)
            stop_test("'%s' does not show %s", text, dimension_rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_shows_what_tells_lines_apart),
        cmocka_unit_test(schedule_and_chunk_stand_together),
        cmocka_unit_test(both_ways_of_a_payload_stand_together),
        cmocka_unit_test(pages_are_told_of_memory_that_is_held),
        cmocka_unit_test(one_of_a_thing_is_told_in_the_singular),
        cmocka_unit_test(every_dimension_with_a_label_can_be_shown),
    };
    return cmocka_run_group_tests_name("key words", tests, NULL, NULL);
}
