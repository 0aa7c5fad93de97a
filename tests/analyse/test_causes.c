#include "bench/analyse/causes.h"
#include "tests/support.h"

enum { ROUNDS = 3, MOST_SAMPLES = 64, CPUS = 2 };

/* Cells of one run, of two workers unless they say otherwise. */
struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

static struct key key_of(const char *strategy, uint64_t size)
{
    struct key key = key_of_nothing();
    key.work = "squares";
    key.size = size;
    key.jobs = 10;
    key.strategy = strategy;
    key.workers = text_equal(strategy, "py-serial") ? 1 : 2;
    key.baseline = "py-serial";
    key.python = "python3";
    return key;
}

/* The cell in each round, warm, and cold where that has a time; busy: the CPUs that it keeps busy.
 */
static void add(struct made *made, struct key key, double warm_ns, double cold_ns, double busy)
{
    for (uint64_t round = 1; round <= ROUNDS; round++)
        for (int cold = 0; cold < (cold_ns > 0 ? 2 : 1); cold++)
            made->rows[made->count++] = (struct sample){
                .round = round,
                .key = key,
                .temperature = cold ? "cold" : "warm",
                .maps = 1,
                .ns_per_map = cold ? cold_ns : warm_ns,
                .open_ns = cold ? 0 : (double)NAN,
                .close_ns = cold ? 0 : (double)NAN,
                .user_ns = busy * warm_ns,
                .participation = 1,
                .roundtrip_ns = 100,
                .wake_ns = NAN,
                .status = "ok",
                .detail = "",
                .runtime = "",
                .visit_ns = NAN,
            };
}

struct asked {
    bool one_size, has_gil, is_process_a_job;
    double import_ns;
};

static struct causes causes(struct made *made, struct key key, struct asked asked,
                            const char *temperature)
{
    struct error error = {0};
    struct samples samples = {.rows = made->rows, .count = made->count};
    struct visits visits;
    visits_reduce(&samples, &visits, &error);
    struct costs costs = costs_of(&visits, &key, 1, CPUS, &error);
    struct causes_request request = {.key = &key,
                                     .costs = &costs,
                                     .has_sizes = !asked.one_size,
                                     .cpus = CPUS,
                                     .has_gil = asked.has_gil,
                                     .is_process_a_job = asked.is_process_a_job,
                                     .import_ns = asked.import_ns};
    struct causes found = causes_of(&visits, &request, temperature, &error);
    assert_no_error(&error);
    visits_free(&visits);
    return found;
}

/* A batch of serial's whose smallest jobs take nothing worth a word. */
static struct made serial_alone(void)
{
    struct made made = {0};
    add(&made, key_of("py-serial", 1), 2, 0, 1);
    add(&made, key_of("py-serial", 100), 1000, 0, 1);
    return made;
}

static void small_jobs_lose_by_handing_over(void **state)
{
    (void)state;
    struct made made = serial_alone();
    add(&made, key_of("py-pool", 1), 4001, 0, 1.2);
    add(&made, key_of("py-pool", 100), 4500, 0, 1.2);
    struct causes found = causes(&made, key_of("py-pool", 100), (struct asked){0}, "warm");
    assert_int_equal(found.count, 1);
    assert_int_equal(found.rows[0].kind, CAUSE_HANDOVER);
    assert_near(found.rows[0].ns, 4000);
    assert_false(causes_are_small(&found));
}

static void what_is_as_fast_as_it_can_be_loses_little(void **state)
{
    (void)state;
    struct made made = serial_alone();
    add(&made, key_of("py-pool", 1), 11, 0, 1);
    add(&made, key_of("py-pool", 100), 520, 0, 1.9);
    struct causes found = causes(&made, key_of("py-pool", 100), (struct asked){0}, "warm");
    assert_true(causes_are_small(&found));
}

static void payload_is_known_by_the_batch_without_it(void **state)
{
    (void)state;
    struct made made = serial_alone();
    struct key key = key_of("py-pool", 100), serial = key_of("py-serial", 100);
    struct key least = key_of("py-pool", 1), least_serial = key_of("py-serial", 1);
    key.payload_in = serial.payload_in = least.payload_in = least_serial.payload_in = 8 << 20;
    add(&made, key_of("py-pool", 100), 700, 0, 1.5);
    add(&made, serial, 1100, 0, 1);
    add(&made, least_serial, 102, 0, 1);
    add(&made, key, 9000, 0, 1.2);
    add(&made, least, 8500, 0, 1.2);
    struct causes found = causes(&made, key, (struct asked){0}, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_PAYLOAD);
    assert_near(found.rows[0].ns,
                9000 - 550 - 200); /* beyond the shares, and what it costs without */
    assert_near(found.rows[0].other_ns, 700);
}

static void replaced_workers_are_known_by_those_that_stay(void **state)
{
    (void)state;
    struct made made = serial_alone();
    struct key key = key_of("py-pool", 100);
    key.jobs_per_worker = 25;
    add(&made, key_of("py-pool", 100), 600, 0, 1.8);
    add(&made, key, 9600, 0, 1.2);
    struct causes found = causes(&made, key, (struct asked){0}, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_RECYCLING);
    assert_near(found.rows[0].ns, 9000);
    assert_near(found.rows[0].other_ns, 600);
}

static void threads_of_which_one_runs_lose_by_the_gil(void **state)
{
    (void)state;
    struct made made = serial_alone();
    add(&made, key_of("py-threads", 1), 21, 0, 1);
    add(&made, key_of("py-threads", 100), 1050, 0, 1.02);
    struct causes found =
        causes(&made, key_of("py-threads", 100), (struct asked){.has_gil = true}, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_GIL);
    assert_near(found.rows[0].ns, 530);
    /* The same of processes is something else. */
    found = causes(&made, key_of("py-threads", 100), (struct asked){0}, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_UNEVEN);
}

static void threads_that_keep_all_cpus_busy_do_not(void **state)
{
    (void)state;
    struct made made = serial_alone();
    add(&made, key_of("py-threads", 1), 301, 0, 1);
    add(&made, key_of("py-threads", 100), 820, 0, 1.9);
    struct causes found =
        causes(&made, key_of("py-threads", 100), (struct asked){.has_gil = true}, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_HANDOVER);
}

static void idle_cpus_of_a_single_size_are_uneven_shares(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, key_of("py-serial", 1), 1000, 0, 1);
    add(&made, key_of("py-pool", 1), 900, 0, 1.14);
    struct causes found =
        causes(&made, key_of("py-pool", 1), (struct asked){.one_size = true}, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_UNEVEN);
    assert_near(found.at_once, 1.14);
}

static void more_workers_than_cpus_are_known_by_as_many(void **state)
{
    (void)state;
    struct made made = serial_alone();
    struct key key = key_of("py-process", 100);
    key.workers = 200;
    add(&made, key_of("py-process", 100), 700, 900, 1.5);
    add(&made, key, 2000, 9000, 1.9);
    struct causes warm = causes(&made, key, (struct asked){0}, "warm");
    struct causes cold = causes(&made, key, (struct asked){0}, "cold");
    assert_int_equal(warm.rows[0].kind, CAUSE_OVERSUBSCRIBED);
    assert_int_equal(warm.rows[0].other.workers, 2);
    assert_near(warm.rows[0].ns, 1300);
    assert_int_equal(cold.rows[0].kind, CAUSE_OVERSUBSCRIBED);
    assert_near(cold.rows[0].ns, 8100);
}

static void a_start_is_compared_with_the_fastest_method(void **state)
{
    (void)state;
    struct made made = serial_alone();
    struct key by_fork = key_of("py-pool", 100), by_server = by_fork, by_spawn = by_fork;
    by_fork.start_method = "fork";
    by_server.start_method = "forkserver";
    by_spawn.start_method = "spawn";
    add(&made, by_fork, 600, 1600, 1.8);
    add(&made, by_server, 600, 30600, 1.8);
    add(&made, by_spawn, 600, 40600, 1.8);
    struct causes found = causes(&made, by_server, (struct asked){0}, "cold");
    assert_int_equal(found.rows[0].kind, CAUSE_START);
    assert_near(found.rows[0].ns, 30000);
    assert_near(found.rows[0].other_ns, 1000);
    assert_string_equal(found.rows[0].other.start_method, "fork");
    found = causes(&made, by_fork, (struct asked){0}, "cold");
    assert_int_equal(found.rows[0].kind, CAUSE_START);
    assert_unknown(found.rows[0].other_ns);
}

static void new_processes_import_at_the_start(void **state)
{
    (void)state;
    struct made made = serial_alone();
    add(&made, key_of("py-pool", 100), 600, 10600, 1.8);
    struct causes found =
        causes(&made, key_of("py-pool", 100), (struct asked){.import_ns = 8000}, "cold");
    assert_int_equal(found.rows[0].kind, CAUSE_IMPORTS);
    assert_near(found.rows[0].ns, 8000); /* both workers at once */
    assert_int_equal(found.rows[1].kind, CAUSE_START);
    assert_near(found.rows[1].ns, 2000);
}

static void a_process_a_job_imports_for_each_job(void **state)
{
    (void)state;
    struct made made = serial_alone();
    add(&made, key_of("py-process", 100), 50500, 0, 1.8);
    struct asked asked = {.is_process_a_job = true, .import_ns = 8000};
    struct causes found = causes(&made, key_of("py-process", 100), asked, "warm");
    assert_int_equal(found.rows[0].kind, CAUSE_IMPORTS);
    assert_near(found.rows[0].ns, 40000); /* ten jobs, two at once */
}

static void causes_add_up_to_the_loss(void **state)
{
    (void)state;
    struct made made = serial_alone();
    struct key key = key_of("py-pool", 100);
    key.jobs_per_worker = 25;
    key.workers = 4;
    struct key kept = key, fewer = key;
    kept.jobs_per_worker = 0;
    fewer.workers = 2;
    add(&made, kept, 600, 700, 1.8);
    add(&made, fewer, 550, 650, 1.8);
    add(&made, key, 2000, 2100, 1.8);
    struct causes found = causes(&made, key, (struct asked){0}, "cold");
    double sum = 0;
    for (size_t i = 0; i < found.count; i++) {
        assert_true(found.rows[i].ns > 0);
        assert_true(i == 0 || found.rows[i].ns <= found.rows[i - 1].ns);
        sum += found.rows[i].ns;
    }
    assert_near(sum, found.ns - found.share_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_jobs_lose_by_handing_over),
        cmocka_unit_test(what_is_as_fast_as_it_can_be_loses_little),
        cmocka_unit_test(payload_is_known_by_the_batch_without_it),
        cmocka_unit_test(replaced_workers_are_known_by_those_that_stay),
        cmocka_unit_test(threads_of_which_one_runs_lose_by_the_gil),
        cmocka_unit_test(threads_that_keep_all_cpus_busy_do_not),
        cmocka_unit_test(idle_cpus_of_a_single_size_are_uneven_shares),
        cmocka_unit_test(more_workers_than_cpus_are_known_by_as_many),
        cmocka_unit_test(a_start_is_compared_with_the_fastest_method),
        cmocka_unit_test(new_processes_import_at_the_start),
        cmocka_unit_test(a_process_a_job_imports_for_each_job),
        cmocka_unit_test(causes_add_up_to_the_loss),
    };
    return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
