#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/speedup.h"
#include "bench/data/samples.h"
#include "tests/support.h"

/* The contract of DESIGN.md, "Files written by run --out DIR". */
static const char samples_header[] =
    "round,work,size,jobs,strategy,workers,schedule,chunk,env,temperature,reading,maps,ns_per_map,"
    "open_ns,close_ns,user_ns,sys_ns,minflt,majflt,nvcsw,nivcsw,maxrss_kib,participation,"
    "roundtrip_ns,steal_ticks,status,detail,parent_mib,parent_pages,payload_in,payload_out,"
    "transport,"
    "runtime,visit_ns,disturbed,bind,spin_ns,idle_ns,neighbours,wake_ns,build,options"
    ",baseline,python,start_method,jobs_per_worker,results,in_flight,first_result_ns,hosts\n";
static const char summary_header[] =
    "work,size,jobs,strategy,workers,schedule,chunk,env,temperature,rounds,readings,median_ns,"
    "low_ns,high_ns,cpu_ns,serial_ns,speedup,speedup_low,speedup_high,efficiency,"
    "overhead_ns_per_job,participation,roundtrip_ns,status,detail,parent_mib,parent_pages,payload_"
    "in,"
    "payload_out,transport,disturbed,env_speedup,env_speedup_low,env_speedup_high,"
    "bind,spin_ns,idle_ns,neighbours,wake_ns,p99_ns,build,"
    "parallelism,overhead_low_ns_per_job,overhead_high_ns_per_job,"
    "best_speedup,best_low,best_high,best_rounds,best_sizes,best_noise,"
    "p90_ns,mean_speedup,mean_speedup_low,mean_speedup_high,"
    "behind,behind_low,behind_high,behind_rounds,options"
    ",baseline,python,start_method,jobs_per_worker,results,in_flight,first_result_ns,hosts\n";
static const char crossover_header[] =
    "work,jobs,strategy,workers,schedule,chunk,env,temperature,verdict,size,size_low,size_high,"
    "job_ns,batch_ns,metg50_ns,metg95_ns,parent_mib,parent_pages,payload_in,payload_out,"
    "transport,bind,spin_ns,idle_ns,neighbours,build,metg50_low_ns,metg50_high_ns,"
    "metg95_low_ns,metg95_high_ns,task_bench50_ns,task_bench95_ns,mode_ns,mode_share,until,until_"
    "low,until_high,jobs_at,jobs_low,jobs_high,axis,options"
    ",baseline,python,start_method,jobs_per_worker,results,in_flight,hosts\n";

/* Every number differs from the others, so that none can stand in another's column. */
static const struct sample full = {
    .round = 1,
    .key.work = "squares",
    .key.size = 2,
    .key.jobs = 3,
    .key.strategy = "forkpool",
    .key.workers = 4,
    .key.schedule = "dynamic",
    .key.chunk = 5,
    .key.env = "A=1;B=2",
    .key.parent_mib = 21,
    .key.parent_pages = "thp",
    .key.payload_in = 22,
    .key.payload_out = 23,
    .key.transport = "pipe",
    .key.bind = "spread",
    .key.spin_ns = 25,
    .key.idle_ns = 26,
    .key.neighbours = 27,
    .key.build = "new",
    .key.options = "b=1",
    .key.baseline = "py-serial",
    .key.python = "python3.12",
    .key.start_method = "fork",
    .key.jobs_per_worker = 29,
    .key.results = "ordered",
    .key.in_flight = 30,
    .key.hosts = 32,
    .temperature = "warm",
    .reading = 6,
    .maps = 7,
    .ns_per_map = 8.5,
    .open_ns = 9.5,
    .close_ns = 10.5,
    .user_ns = 11.5,
    .sys_ns = 12.5,
    .minflt = 13,
    .majflt = 14,
    .nvcsw = 15,
    .nivcsw = 16,
    .maxrss_kib = 17,
    .participation = 0.75,
    .roundtrip_ns = 19.5,
    .steal_ticks = 20,
    .status = "ok",
    .detail = "all, \"well\"",
    .runtime = "libgomp.so.1",
    .visit_ns = 24.5,
    .disturbed = 0,
    .wake_ns = 28.5,
    .first_result_ns = 31.5,
};

static const char full_line[] =
    "1,squares,2,3,forkpool,4,dynamic,5,A=1;B=2,warm,6,7,8.5,9.5,10.5,11.5,12.5,13,14,15,16,17,"
    "0.75,19.5,20,ok,\"all, "
    "\"\"well\"\"\",21,thp,22,23,pipe,libgomp.so.1,24.5,0,spread,25,26,27,28.5,new,b=1,py-serial,"
    "python3.12,fork,29,ordered,30,31.5,32\n";

static const char trouble_line[] = "2,mmap,1,8,serial,1,,,,cold,0,,,,,,,,,,,,,,,crashed,died of "
                                   "signal 11,0,,0,0,,,,,,,0,0,,,,,,,0,,0,,0\n";

/* A file of samples with these lines after its header; the caller frees the path. */
static char *samples_file(void **state, const char *lines)
{
    char *text = NULL;
    assert_true(asprintf(&text, "%s%s", samples_header, lines) > 0);
    char *path = scratch_file(state, "samples.csv", text);
    free(text);
    return path;
}

static struct samples read_samples(const char *path)
{
    struct error error = {0};
    struct samples samples;
    samples_read(path, &samples, &error);
    assert_no_error(&error);
    return samples;
}

static void headers_are_those_of_the_contract(void **state)
{
    (void)state;
    const struct {
        const struct csv_format *format;
        const char *header;
    } cases[] = {
        {&samples_format, samples_header},
        {&summary_format, summary_header},
        {&crossover_format, crossover_header},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = NULL;
        size_t bytes;
        FILE *file = open_memstream(&text, &bytes);
        csv_write_header(file, cases[i].format);
        assert_int_equal(fclose(file), 0);
        assert_string_equal(text, cases[i].header);
        free(text);
    }
}

static void every_number_is_written_in_its_column(void **state)
{
    (void)state;
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    csv_write_row(file, &samples_format, &full);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, full_line);
    free(text);
}

static void every_number_is_read_from_its_column(void **state)
{
    char *path = samples_file(state, full_line);
    struct samples samples = read_samples(path);
    assert_int_equal(samples.count, 1);
    char *again = NULL;
    size_t bytes;
    FILE *file = open_memstream(&again, &bytes);
    csv_write_row(file, &samples_format, &samples.rows[0]);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(again, full_line);
    assert_int_equal(samples.rows[0].maxrss_kib, full.maxrss_kib);
    assert_near(samples.rows[0].participation, full.participation);
    assert_string_equal(samples.rows[0].detail, full.detail);
    free(again);
    samples_free(&samples);
    free(path);
}

static void a_row_of_trouble_holds_no_time(void **state)
{
    char *path = samples_file(state, trouble_line);
    struct samples samples = read_samples(path);
    const struct sample *row = &samples.rows[0];
    assert_int_equal(samples.count, 1);
    assert_unknown(row->ns_per_map);
    assert_unknown(row->participation);
    assert_true(row->key.chunk == CSV_UNKNOWN);
    assert_true(row->steal_ticks == CSV_UNKNOWN);
    assert_string_equal(row->key.schedule, "");
    assert_string_equal(row->status, "crashed");
    samples_free(&samples);
    free(path);
}

static void damaged_samples_are_refused_with_file_and_line(void **state)
{
    struct error error = {0};
    struct samples samples;
    char *path = samples_file(state, "1,squares\n");
    assert_int_equal(samples_read(path, &samples, &error), -1);
    assert_error(&error, ERROR_USAGE, "samples.csv:2: 2 fields, where 50 are needed");
    assert_null(samples.rows);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_those_of_the_contract),
        cmocka_unit_test(every_number_is_written_in_its_column),
        cmocka_unit_test(every_number_is_read_from_its_column),
        cmocka_unit_test(a_row_of_trouble_holds_no_time),
        cmocka_unit_test(damaged_samples_are_refused_with_file_and_line),
    };
    return cmocka_run_group_tests_name("samples", tests, scratch_make, scratch_remove);
}
