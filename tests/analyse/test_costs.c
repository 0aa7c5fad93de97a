#include "bench/analyse/costs.h"
#include "tests/support.h"

enum { ROUNDS = 5, MOST_SAMPLES = 64 };

struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

static struct key key_of(const char *strategy, uint64_t size)
{
    bool serial = text_equal(strategy, "serial");
    return (struct key){
        .work = "squares",
        .size = size,
        .jobs = 4,
        .strategy = strategy,
        .workers = serial ? 1 : 2,
        .schedule = "",
        .chunk = CSV_UNKNOWN,
        .env = "",
        .parent_pages = "",
        .transport = "",
        .bind = "",
        .build = "",
        .options = "",
        .baseline = "",
        .python = "",
        .start_method = "",
        .results = "",
        .spin_ns = CSV_UNKNOWN,
    };
}

/* A visit in each round, warm and cold; the median is ns. */
static void add(struct made *made, const char *strategy, uint64_t size, double warm_ns,
                double cold_ns)
{
    for (uint64_t round = 1; round <= ROUNDS; round++)
        for (int cold = 0; cold < 2; cold++) {
            double off = 1 + 0.01 * ((double)round - 3);
            made->rows[made->count++] = (struct sample){
                .round = round,
                .key = key_of(strategy, size),
                .temperature = cold ? "cold" : "warm",
                .maps = 1,
                .ns_per_map = off * (cold ? cold_ns : warm_ns),
                .open_ns = cold ? 300 : (double)NAN,
                .close_ns = cold ? 100 : (double)NAN,
                .user_ns = 2 * warm_ns,
                .participation = 0.5,
                .roundtrip_ns = 100,
                .wake_ns = NAN,
                .first_result_ns = NAN,
                .status = "ok",
                .detail = "",
                .runtime = "",
                .visit_ns = NAN,
            };
        }
}

static struct costs costs(struct made *made, uint64_t size, uint32_t cpus)
{
    struct error error = {0};
    struct samples samples = {.rows = made->rows, .count = made->count};
    struct visits visits;
    struct key key = key_of("fork", size);
    visits_reduce(&samples, &visits, &error);
    struct costs found = costs_of(&visits, &key, 1, cpus, &error);
    assert_no_error(&error);
    visits_free(&visits);
    return found;
}

static void the_parts_of_a_batch_add_up(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, "serial", 1, 20, 20);
    add(&made, "serial", 1000, 2000, 2000);
    add(&made, "fork", 1, 160, 900);
    add(&made, "fork", 1000, 1400, 2100);
    struct costs found = costs(&made, 1000, 2);
    assert_near(found.serial_ns, 2000);
    assert_near(found.warm_ns, 1400);
    assert_near(found.cold_ns, 2100);
    assert_near(found.share_ns, 1000);
    assert_near(found.handover_ns, 150); /* 160 less half of serial's 20 */
    assert_near(found.rest_ns, 250);
    assert_near(found.open_ns, 300);
    assert_near(found.close_ns, 100);
    assert_near(found.settling_ns, 300);
    assert_near(found.open_ns + found.close_ns + found.settling_ns + found.share_ns +
                    found.handover_ns + found.rest_ns,
                found.cold_ns);
    assert_near(found.cpu_ratio, 0.7);
    assert_near(found.participation, 0.5);
}

static void workers_without_a_cpu_have_no_share(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, "serial", 1, 20, 20);
    add(&made, "fork", 1, 160, 900);
    assert_near(costs(&made, 1, 1).share_ns, 20);
}

static void what_was_not_measured_is_not_known(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, "fork", 1, 160, 900);
    struct costs found = costs(&made, 1, 2);
    assert_unknown(found.serial_ns);
    assert_unknown(found.share_ns);
    assert_unknown(found.rest_ns);
    assert_near(found.warm_ns, 160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_a_batch_add_up),
        cmocka_unit_test(workers_without_a_cpu_have_no_share),
        cmocka_unit_test(what_was_not_measured_is_not_known),
    };
    return cmocka_run_group_tests_name("costs", tests, NULL, NULL);
}
