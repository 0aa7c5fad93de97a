#include "bench/analyse/payload.h"
#include "tests/support.h"

enum { MOST_ROWS = 16 };

/* Made-up rows; nothing of them is looked at but their keys and overheads. */
struct made {
    struct summary rows[MOST_ROWS];
    size_t count;
};

static struct summary *add(struct made *made, const char *strategy, uint64_t payload,
                           const char *transport, double overhead_ns)
{
    assert_true(made->count < MOST_ROWS);
    struct summary *row = &made->rows[made->count++];
    *row = (struct summary){
        .key = {.work = "empty",
                .size = 1,
                .jobs = 8,
                .strategy = strategy,
                .workers = 2,
                .schedule = "",
                .chunk = CSV_UNKNOWN,
                .env = "",
                .parent_pages = "",
                .payload_in = payload,
                .payload_out = payload,
                .transport = transport,
                .bind = "",
                .build = "",
                .options = "",
                .baseline = "",
                .python = "",
                .start_method = "",
                .results = "",
                .spin_ns = CSV_UNKNOWN},
        .temperature = "warm",
        .overhead_ns_per_job = overhead_ns,
        .status = "ok",
    };
    return row;
}

static struct payload_costs find(struct made *made)
{
    struct summaries summaries = {made->rows, made->count};
    struct payload_costs costs;
    struct error error = {0};
    payload_costs_find(&summaries, &costs, &error);
    assert_no_error(&error);
    return costs;
}

static void what_differs_in_transport_alone_is_one_row_with_a_ratio(void **state)
{
    struct made made = {0};
    (void)state;
    add(&made, "fork", 1024, "pipe", 3000);
    add(&made, "fork", 1024, "shm", 1000);
    add(&made, "fork", 4096, "shm", 2000);
    add(&made, "fork", 4096, "pipe", 9000)->key.workers = 3;
    struct payload_costs costs = find(&made);
    assert_int_equal(costs.count, 3);
    assert_near(costs.rows[0].shm_ns, 1000);
    assert_near(costs.rows[0].pipe_ns, 3000);
    assert_near(costs.rows[0].ratio, 3);
    assert_unknown(costs.rows[1].pipe_ns);
    assert_unknown(costs.rows[1].ratio);
    assert_unknown(costs.rows[2].shm_ns);
    free(costs.rows);
}

static void threads_and_no_payload_stand_under_shared_memory(void **state)
{
    struct made made = {0};
    (void)state;
    add(&made, "fork", 0, "", 500);
    add(&made, "threadpool", 1024, "", 20);
    struct payload_costs costs = find(&made);
    assert_int_equal(costs.count, 2);
    assert_near(costs.rows[0].shm_ns, 500);
    assert_near(costs.rows[1].shm_ns, 20);
    free(costs.rows);
}

static void
what_is_sent_by_message_has_a_time_of_its_own_and_so_has_no_payload_beside_it(void **state)
{
    struct made made = {0};
    (void)state;
    add(&made, "fork", 0, "", 500);
    add(&made, "mpi", 0, "", 3000);
    add(&made, "mpi", 0, "", 2000)->key.workers = 3;
    add(&made, "mpi", 1024, "message", 4000);
    struct payload_costs costs = find(&made);
    assert_int_equal(costs.count, 4);
    assert_near(costs.rows[0].shm_ns, 500);
    assert_unknown(costs.rows[0].message_ns);
    assert_near(costs.rows[1].message_ns, 3000);
    assert_unknown(costs.rows[1].shm_ns);
    assert_near(costs.rows[2].shm_ns, 2000); /* with as many workers none is sent */
    assert_near(costs.rows[3].message_ns, 4000);
    assert_unknown(costs.rows[3].shm_ns);
    assert_unknown(costs.rows[3].ratio);
    free(costs.rows);
}

static void an_overhead_that_noise_hides_has_no_ratio(void **state)
{
    struct made made = {0};
    (void)state;
    add(&made, "forkteam", 1024, "shm", -5);
    add(&made, "forkteam", 1024, "pipe", 700);
    struct payload_costs costs = find(&made);
    assert_int_equal(costs.count, 1);
    assert_near(costs.rows[0].shm_ns, -5);
    assert_near(costs.rows[0].pipe_ns, 700);
    assert_unknown(costs.rows[0].ratio);
    free(costs.rows);
}

static void serial_cold_rows_and_works_without_payload_do_not_count(void **state)
{
    struct made made = {0};
    (void)state;
    add(&made, "serial", 1024, "", 0);
    add(&made, "fork", 1024, "shm", 1000)->temperature = "cold";
    add(&made, "fork", 0, "", 1000)->key.work = "squares";
    struct payload_costs costs = find(&made);
    assert_int_equal(costs.count, 0);
    free(costs.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_differs_in_transport_alone_is_one_row_with_a_ratio),
        cmocka_unit_test(threads_and_no_payload_stand_under_shared_memory),
        cmocka_unit_test(
            what_is_sent_by_message_has_a_time_of_its_own_and_so_has_no_payload_beside_it),
        cmocka_unit_test(an_overhead_that_noise_hides_has_no_ratio),
        cmocka_unit_test(serial_cold_rows_and_works_without_payload_do_not_count),
    };
    return cmocka_run_group_tests_name("payload costs", tests, NULL, NULL);
}
