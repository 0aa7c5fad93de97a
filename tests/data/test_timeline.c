#include "bench/data/timeline.h"
#include "tests/support.h"

/* A job that worker `worker` ran from start to end. */
static struct ran_job ran(uint32_t worker, uint64_t start_ns, uint64_t end_ns)
{
    return (struct ran_job){.start_ns = start_ns,
                            .end_ns = end_ns,
                            .worker = worker,
                            .pid = (int32_t)worker + 100,
                            .thread = (int32_t)worker + 200};
}

static struct ran_job lost(void)
{
    return (struct ran_job){.start_ns = TIMELINE_NO_TIME,
                            .end_ns = TIMELINE_NO_TIME,
                            .worker = TIMELINE_NO_WORKER,
                            .cpu = -1,
                            .ran = RAN_LOST};
}

/* A cold timeline: open until 100, map until 1100, closed at 1200. */
static struct timeline made(struct ran_job jobs[], uint64_t count, uint32_t workers)
{
    return (struct timeline){.strategy = "forkpool",
                             .work = "squares",
                             .workers = workers,
                             .cold = true,
                             .map_ns = 100,
                             .mapped_ns = 1100,
                             .closed_ns = 1200,
                             .jobs = jobs,
                             .count = count};
}

/* ------------------------------------------------------------------------------- the whole */

static void processes_and_workers_are_counted_once(void **state)
{
    struct ran_job jobs[] = {ran(0, 100, 200), ran(2, 100, 300), ran(0, 300, 400), lost()};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 3);
    (void)state;
    assert_int_equal(timeline_processes(&timeline), 2);
    assert_int_equal(timeline_workers_taken(&timeline), 2);
    assert_int_equal(timeline_last_end_ns(&timeline), 400);
}

static void a_batch_in_which_nothing_ran_ends_where_it_began(void **state)
{
    struct ran_job jobs[] = {lost(), lost()};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 2), none = made(NULL, 0, 2);
    (void)state;
    assert_int_equal(timeline_last_end_ns(&timeline), timeline.map_ns);
    assert_int_equal(timeline_processes(&timeline), 0);
    assert_int_equal(timeline_workers_taken(&timeline), 0);
    assert_int_equal(timeline_last_end_ns(&none), none.map_ns);
    assert_int_equal(timeline_processes(&none), 0);
}

static void a_speedup_needs_serial_and_is_of_the_whole(void **state)
{
    struct timeline timelines[] = {made(NULL, 0, 2), made(NULL, 0, 1)};
    (void)state;
    assert_null(timeline_serial(timelines, 2));
    assert_unknown(timeline_speedup(&timelines[0], NULL));
    timelines[1].strategy = "serial";
    timelines[1].closed_ns = 2400;
    assert_ptr_equal(timeline_serial(timelines, 2), &timelines[1]);
    assert_near(timeline_speedup(&timelines[0], &timelines[1]), 2);
    timelines[0].closed_ns = 0;
    assert_unknown(timeline_speedup(&timelines[0], &timelines[1]));
}

/* ------------------------------------------------------------------------------- shifts */

static void a_shift_sums_what_a_worker_did(void **state)
{
    struct ran_job jobs[] = {ran(1, 300, 500), ran(0, 100, 200), ran(1, 100, 300), lost()};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 3);
    struct error error = {0};
    struct shift *shifts;
    (void)state;
    jobs[2].pid++;
    assert_int_equal(timeline_shifts(&timeline, &shifts, &error), 0);
    assert_int_equal(shifts[1].jobs, 2);
    assert_int_equal(shifts[1].busy_ns, 400);
    assert_int_equal(shifts[1].first_ns, 100);
    assert_int_equal(shifts[1].last_ns, 500);
    assert_true(shifts[1].many_pids);
    assert_false(shifts[1].many_threads);
    assert_near(shift_idle(&timeline, &shifts[1]), 0.6);
    assert_int_equal(shifts[0].pid, 100);
    assert_int_equal(shifts[0].thread, 200);
    free(shifts);
}

static void a_worker_that_ran_nothing_is_idle_all_the_time(void **state)
{
    struct ran_job jobs[] = {ran(0, 100, 200)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 2);
    struct error error = {0};
    struct shift *shifts;
    (void)state;
    assert_int_equal(timeline_shifts(&timeline, &shifts, &error), 0);
    assert_int_equal(shifts[1].jobs, 0);
    assert_true(shifts[1].first_ns == TIMELINE_NO_TIME && shifts[1].last_ns == TIMELINE_NO_TIME);
    assert_near(shift_idle(&timeline, &shifts[1]), 1);
    timeline.mapped_ns = timeline.map_ns;
    assert_unknown(shift_idle(&timeline, &shifts[1]));
    free(shifts);
}

static void a_job_that_did_not_end_counts_and_was_not_busy(void **state)
{
    struct ran_job jobs[] = {ran(0, 100, 200), ran(0, 250, TIMELINE_NO_TIME)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 1);
    struct error error = {0};
    struct shift *shifts;
    (void)state;
    assert_int_equal(timeline_shifts(&timeline, &shifts, &error), 0);
    assert_int_equal(shifts[0].jobs, 2);
    assert_int_equal(shifts[0].busy_ns, 100);
    assert_int_equal(shifts[0].last_ns, 200);
    free(shifts);
}

/* ------------------------------------------------------------------------------- stretches */

static struct stretches merged(const struct timeline *timeline, double grain_ns)
{
    struct error error = {0};
    struct stretches stretches;
    if (timeline_stretches(timeline, grain_ns, &stretches, &error) != 0)
        stop_test("%s", error.text);
    return stretches;
}

static void long_jobs_are_stretches_of_their_own(void **state)
{
    struct ran_job jobs[] = {ran(1, 300, 500), ran(0, 100, 200), ran(1, 100, 300), lost(),
                             ran(0, 250, TIMELINE_NO_TIME)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 2);
    struct stretches stretches = merged(&timeline, 10);
    static const double indices[] = {1, 2, 0}, starts[] = {100, 100, 300};
    (void)state;
    assert_int_equal(stretches.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(stretches.stretches[i].single);
        assert_near(stretches.stretches[i].index, indices[i]);
        assert_near(stretches.stretches[i].start_ns, starts[i]);
        assert_near(stretches.stretches[i].busy, 1);
    }
    free(stretches.stretches);
}

static void short_jobs_become_as_high_as_the_share_that_they_ran(void **state)
{
    struct ran_job jobs[] = {ran(0, 100, 110), ran(0, 120, 130), ran(0, 150, 160)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 1);
    struct stretches stretches = merged(&timeline, 100);
    (void)state;
    assert_int_equal(stretches.count, 1);
    assert_false(stretches.stretches[0].single);
    assert_near(stretches.stretches[0].start_ns, 100);
    assert_near(stretches.stretches[0].end_ns, 200);
    assert_near(stretches.stretches[0].busy, 0.3);
    assert_near(stretches.stretches[0].index, 1);
    free(stretches.stretches);
}

static void a_short_job_across_a_border_counts_on_both_sides(void **state)
{
    struct ran_job jobs[] = {ran(0, 160, 220)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 1);
    struct stretches stretches = merged(&timeline, 100);
    (void)state;
    assert_int_equal(stretches.count, 2);
    assert_near(stretches.stretches[0].busy, 0.4);
    assert_near(stretches.stretches[1].busy, 0.2);
    free(stretches.stretches);
}

static void a_job_of_no_time_can_be_seen(void **state)
{
    struct ran_job jobs[] = {ran(0, 100, 100)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 1);
    struct stretches stretches = merged(&timeline, 100);
    (void)state;
    assert_int_equal(stretches.count, 1);
    free(stretches.stretches);
}

static void gaps_stay_gaps(void **state)
{
    struct ran_job jobs[] = {ran(0, 100, 150), ran(0, 900, 950)};
    struct timeline timeline = made(jobs, COUNT_OF(jobs), 1);
    struct stretches stretches = merged(&timeline, 100);
    (void)state;
    assert_int_equal(stretches.count, 2);
    assert_near(stretches.stretches[0].end_ns, 200);
    assert_near(stretches.stretches[1].start_ns, 900);
    free(stretches.stretches);
}

/* A million jobs of four workers, half of the time busy: as few stretches as can be drawn, and the
 * same work. */
static void a_million_jobs_become_few_stretches_of_the_same_work(void **state)
{
    enum { JOBS = 1000000, WORKERS = 4, STEP_NS = 100, BUSY_NS = 50, GRAINS = 1000 };
    struct ran_job *jobs = calloc(JOBS, sizeof *jobs);
    struct timeline timeline = made(jobs, JOBS, WORKERS);
    double busy_ns[WORKERS] = {0};
    (void)state;
    assert_non_null(jobs);
    for (uint64_t i = 0; i < JOBS; i++) {
        uint64_t start_ns = i / WORKERS * STEP_NS;
        jobs[i] = ran(i % WORKERS, start_ns, start_ns + BUSY_NS);
    }
    struct stretches stretches = merged(&timeline, (double)JOBS / WORKERS * STEP_NS / GRAINS);
    assert_true(stretches.count >= 4 * 60 && stretches.count <= 4 * GRAINS);
    for (size_t i = 0; i < stretches.count; i++) {
        const struct stretch *stretch = &stretches.stretches[i];
        assert_true(stretch->busy > 0.4 && stretch->busy < 0.6);
        busy_ns[stretch->worker] += stretch->busy * (stretch->end_ns - stretch->start_ns);
    }
    for (int i = 0; i < WORKERS; i++)
        assert_true(fabs(busy_ns[i] / (JOBS / WORKERS * BUSY_NS) - 1) < 1e-3);
    free(stretches.stretches);
    free(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processes_and_workers_are_counted_once),
        cmocka_unit_test(a_batch_in_which_nothing_ran_ends_where_it_began),
        cmocka_unit_test(a_speedup_needs_serial_and_is_of_the_whole),
        cmocka_unit_test(a_shift_sums_what_a_worker_did),
        cmocka_unit_test(a_worker_that_ran_nothing_is_idle_all_the_time),
        cmocka_unit_test(a_job_that_did_not_end_counts_and_was_not_busy),
        cmocka_unit_test(long_jobs_are_stretches_of_their_own),
        cmocka_unit_test(short_jobs_become_as_high_as_the_share_that_they_ran),
        cmocka_unit_test(a_short_job_across_a_border_counts_on_both_sides),
        cmocka_unit_test(a_job_of_no_time_can_be_seen),
        cmocka_unit_test(gaps_stay_gaps),
        cmocka_unit_test(a_million_jobs_become_few_stretches_of_the_same_work),
    };
    return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
