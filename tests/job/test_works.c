/* What each work computes, against results that are known otherwise. */
#include "tests/fixtures.h"

#include <limits.h>
#include <zlib.h>

static struct job job_of(uint64_t size, uint64_t index, uint64_t jobs)
{
    return (struct job){.index = index, .jobs = jobs, .size = size, .seed = FIXTURE_SEED};
}

static void assert_text(const char *work, uint64_t size, const char *text)
{
    const struct work *found = work_find(work);
    struct job job = job_of(size, 0, 1);
    unsigned char result[64];
    char got[64];
    assert_non_null(found);
    assert_int_equal(found->run(&job, result), 0);
    found->result_text(result, got, sizeof got);
    assert_string_equal(got, text);
}

static uint64_t run_to_u64(const struct work *work, const struct job *job)
{
    uint64_t result;
    assert_int_equal(work->result_bytes, sizeof result);
    assert_int_equal(work->run(job, &result), 0);
    return result;
}

/* ------------------------------------------------------------------------------- the table */

static void works_are_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < works_count; i++) {
        assert_ptr_equal(work_find(works[i]->name), works[i]);
        assert_string_equal(work_names()[i], works[i]->name);
    }
    assert_null(work_find("square"));
    assert_null(work_find(""));
}

static void every_work_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < works_count; i++) {
        const struct work *work = works[i];
        assert_true(work->result_bytes > 0);
        assert_non_null(work->summary);
        assert_non_null(work->unit);
        assert_non_null(work->run);
        assert_non_null(work->result_text);
        assert_true((work->input_bytes == NULL) == (work->prepare == NULL));
        assert_true(work->prepare == NULL || !work->input_is_file);
    }
}

/* The input of a work in this process's memory; the caller frees it. */
static unsigned char *make_input(const struct work *work, struct job *job, uint64_t seed)
{
    struct error error = {0};
    job->input_bytes = work->input_is_file         ? FIXTURE_TEXT_BYTES
                       : work->input_bytes != NULL ? work->input_bytes(job->size, job->jobs)
                                                   : 0;
    unsigned char *input = malloc(job->input_bytes + 1);
    assert_non_null(input);
    if (work->input_is_file)
        fixture_text(input, job->input_bytes);
    else if (work->prepare != NULL)
        assert_int_equal(work->prepare(job->size, job->jobs, seed, input, &error), 0);
    job->input = job->input_bytes > 0 ? input : NULL;
    return input;
}

/* All bytes of a result are written, the same at every run: that is how strategies are verified. */
static void every_work_fills_its_result_alike_at_every_run(void **state)
{
    static const uint64_t sizes[] = {0, 1, 37, 1000};
    (void)state;
    for (size_t i = 0; i < works_count; i++)
        for (size_t k = 0; k < COUNT_OF(sizes); k++) {
            struct job job = job_of(sizes[k], 2, 5);
            unsigned char first[64], second[64], *input = make_input(works[i], &job, FIXTURE_SEED);
            memset(first, 0x00, sizeof first);
            memset(second, 0xff, sizeof second);
            assert_int_equal(works[i]->run(&job, first), 0);
            assert_int_equal(works[i]->run(&job, second), 0);
            free(input);
            assert_memory_equal(first, second, works[i]->result_bytes);
            assert_int_equal(first[works[i]->result_bytes], 0x00);
            assert_int_equal(second[works[i]->result_bytes], 0xff);
        }
}

/* ------------------------------------------------------------------------------- squares, lock */

static void squares_gives_the_articles_result(void **state)
{
    (void)state;
    assert_text("squares", 10000000, "333333283333335000000");
}

static void squares_of_little_are_known(void **state)
{
    (void)state;
    assert_text("squares", 0, "0");
    assert_text("squares", 1, "0");
    assert_text("squares", 2, "1");
    assert_text("squares", 4, "14");
    assert_text("squares", 101, "338350");
}

static void lock_computes_the_same_sum_modulo_2_to_64(void **state)
{
    (void)state;
    assert_text("lock", 0, "0");
    assert_text("lock", 101, "338350");
    assert_text("lock", 1000000, "333332833333500000");
    assert_text("lock", 10000000, "1291890006563070912"); /* 333333283333335000000 modulo 2^64 */
}

static int compare_times(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Processor time: what else runs on the machine does not count. */
static uint64_t processor_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
}

static uint64_t median_ns(const struct work *work, uint64_t size)
{
    enum { RUNS = 9 };
    struct job job = job_of(size, 0, 1);
    unsigned char result[64];
    uint64_t times[RUNS];
    for (int i = 0; i < RUNS; i++) {
        uint64_t start = processor_ns();
        work->run(&job, result);
        times[i] = processor_ns() - start;
    }
    qsort(times, RUNS, sizeof *times, compare_times);
    return times[RUNS / 2];
}

/* Compilers know a formula for this sum; with it, the ratio would be 1. */
static void squares_take_time_in_proportion_to_their_size(void **state)
{
    const struct work *squares = work_find("squares");
    (void)state;
    uint64_t small_ns = median_ns(squares, 400000), large_ns = median_ns(squares, 4000000);
    assert_true(large_ns > 5 * small_ns);
    assert_true(large_ns < 20 * small_ns);
}

/* ------------------------------------------------------------------------------- skewed */

static uint64_t total_iterations(const struct work *skewed, uint64_t size, uint64_t jobs,
                                 uint64_t seed)
{
    struct job job = job_of(size, 0, jobs);
    unsigned char *input = make_input(skewed, &job, seed);
    uint64_t total = 0;
    for (uint64_t i = 0; i < jobs; i++) {
        uint64_t iterations;
        memcpy(&iterations, input + i * sizeof iterations, sizeof iterations);
        total += iterations;
    }
    free(input);
    return total;
}

static void skewed_iterations_add_up_to_size_times_jobs(void **state)
{
    static const uint64_t sizes[] = {0, 1, 7, 1000, 1000003}, jobs[] = {1, 2, 3, 64, 1000};
    const struct work *skewed = work_find("skewed");
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (size_t k = 0; k < COUNT_OF(jobs); k++)
            for (uint64_t seed = 0; seed < 5; seed++)
                assert_int_equal(total_iterations(skewed, sizes[i], jobs[k], seed),
                                 sizes[i] * jobs[k]);
}

static void skewed_jobs_follow_the_seed(void **state)
{
    const struct work *skewed = work_find("skewed");
    struct job job = job_of(1000, 0, 100);
    (void)state;
    unsigned char *a = make_input(skewed, &job, 1), *b = make_input(skewed, &job, 1),
                  *c = make_input(skewed, &job, 2);
    assert_memory_equal(a, b, job.input_bytes);
    assert_memory_not_equal(a, c, job.input_bytes);
    free(a);
    free(b);
    free(c);
}

/* The heavy tail: the longest of many jobs is many times the mean. */
static void skewed_jobs_differ_widely(void **state)
{
    const struct work *skewed = work_find("skewed");
    struct job job = job_of(1000, 0, 1000);
    uint64_t most = 0, least = UINT64_MAX;
    (void)state;
    unsigned char *input = make_input(skewed, &job, FIXTURE_SEED);
    for (uint64_t i = 0; i < job.jobs; i++) {
        uint64_t iterations;
        memcpy(&iterations, input + i * sizeof iterations, sizeof iterations);
        most = iterations > most ? iterations : most;
        least = iterations < least ? iterations : least;
    }
    free(input);
    assert_true(most > 5 * job.size);
    assert_true(least < job.size);
}

static void skewed_jobs_run_the_iterations_of_the_input(void **state)
{
    static const uint64_t iterations[] = {101, 0, 4};
    struct job job = job_of(35, 0, 3);
    (void)state;
    job.input = (const unsigned char *)iterations;
    job.input_bytes = sizeof iterations;
    assert_int_equal(run_to_u64(work_find("skewed"), &job), 338350);
    job.index = 1;
    assert_int_equal(run_to_u64(work_find("skewed"), &job), 0);
    job.index = 2;
    assert_int_equal(run_to_u64(work_find("skewed"), &job), 14);
}

static void inputs_that_overflow_are_told(void **state)
{
    static const char *const with_input[] = {"skewed", "stream"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct work *work = work_find(with_input[i]);
        assert_int_equal(work->input_bytes(UINT64_C(1) << 40, UINT64_C(1) << 40), UINT64_MAX);
        assert_int_equal(work->input_bytes(1000, 0), 0);
    }
}

/* ------------------------------------------------------------------------------- stream */

static uint64_t plain_sum(const unsigned char *slice, uint64_t size)
{
    uint64_t sum = 0;
    for (uint64_t at = 0; at < size; at++)
        sum += (uint64_t)slice[at] << (at < size / 8 * 8 ? at % 8 * 8 : 0);
    return sum;
}

static void stream_sums_its_own_slice(void **state)
{
    static const uint64_t sizes[] = {0, 1, 7, 8, 9, 64, 999, 4096};
    const struct work *stream = work_find("stream");
    const uint16_t little = 1;
    (void)state;
    if (*(const unsigned char *)&little != 1)
        skip(); /* the plain sum takes the first byte of a word for its lowest */
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct job job = job_of(sizes[i], 0, 5);
        unsigned char *input = make_input(stream, &job, FIXTURE_SEED);
        for (; job.index < job.jobs; job.index++)
            assert_int_equal(run_to_u64(stream, &job),
                             plain_sum(input + job.index * job.size, job.size));
        free(input);
    }
}

static void stream_input_follows_the_seed_to_its_last_byte(void **state)
{
    const struct work *stream = work_find("stream");
    struct job job = job_of(13, 0, 3); /* ends amid a word */
    bool last_differs = false;
    (void)state;
    unsigned char *first = make_input(stream, &job, 0), *again = make_input(stream, &job, 0);
    assert_memory_equal(first, again, job.input_bytes);
    for (uint64_t seed = 1; seed < 10; seed++) {
        unsigned char *other = make_input(stream, &job, seed);
        assert_memory_not_equal(first, other, job.input_bytes);
        last_differs = last_differs || first[38] != other[38];
        free(other);
    }
    free(first);
    free(again);
    assert_true(last_differs);
}

/* ------------------------------------------------------------------------------- deflate */

/* A result's first members, as bench/work/deflate.c lays them out. */
struct deflated {
    uint64_t compressed_bytes;
    uint32_t slice_crc, compressed_crc;
};

static struct deflated deflate_slice(const struct job *job)
{
    struct deflated result;
    assert_int_equal(work_find("deflate")->result_bytes, sizeof result);
    assert_int_equal(work_find("deflate")->run(job, &result), 0);
    return result;
}

/* Together the slices are the file: the CRC of the whole can be combined from theirs. */
static void deflate_slices_cover_the_file(void **state)
{
    struct job job = job_of(30011, 0, FIXTURE_TEXT_BYTES / 30011 + 1);
    unsigned char *text = make_input(work_find("deflate"), &job, 0);
    uLong combined = crc32(0, NULL, 0);
    uint64_t covered = 0;
    (void)state;
    for (; job.index < job.jobs; job.index++) {
        uint64_t left = job.input_bytes - covered, bytes = left < job.size ? left : job.size;
        struct deflated result = deflate_slice(&job);
        assert_int_equal(result.slice_crc, crc32(0, text + covered, (uInt)bytes));
        combined = crc32_combine(combined, result.slice_crc, (z_off_t)bytes);
        covered += bytes;
    }
    assert_int_equal(covered, FIXTURE_TEXT_BYTES);
    assert_int_equal(combined, crc32(0, text, FIXTURE_TEXT_BYTES));
    free(text);
}

/* Compresses a slice that has nothing before it with zlib itself. */
static struct deflated zlib_says(const unsigned char *slice, uInt bytes)
{
    z_stream stream = {0};
    unsigned char *out = malloc(compressBound(bytes) + 64);
    assert_non_null(out);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (z_const Bytef *)(uintptr_t)slice;
    stream.avail_in = bytes;
    stream.next_out = out;
    stream.avail_out = (uInt)compressBound(bytes) + 64;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    struct deflated result = {stream.total_out, (uint32_t)crc32(0, slice, bytes),
                              (uint32_t)crc32(0, out, (uInt)stream.total_out)};
    deflateEnd(&stream);
    free(out);
    return result;
}

static void deflate_gives_what_zlib_gives(void **state)
{
    static const uint64_t sizes[] = {0, 1, 100, 50000, FIXTURE_TEXT_BYTES, FIXTURE_TEXT_BYTES + 1};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct job job = job_of(sizes[i], 0, 1);
        unsigned char *text = make_input(work_find("deflate"), &job, 0);
        uint64_t bytes = sizes[i] < FIXTURE_TEXT_BYTES ? sizes[i] : FIXTURE_TEXT_BYTES;
        struct deflated got = deflate_slice(&job), wanted = zlib_says(text, (uInt)bytes);
        free(text);
        assert_int_equal(got.compressed_bytes, wanted.compressed_bytes);
        assert_int_equal(got.slice_crc, wanted.slice_crc);
        assert_int_equal(got.compressed_crc, wanted.compressed_crc);
    }
}

/* A slice that repeats what stands before it is nearly all reference to it. */
static void deflate_is_primed_with_what_stands_before_the_slice(void **state)
{
    enum { SLICE = 20000 };
    struct job first = job_of(SLICE, 0, 2), second = job_of(SLICE, 1, 2);
    unsigned char *text = malloc(2 * SLICE);
    uint64_t random = FIXTURE_SEED;
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < SLICE; i++)
        text[i] = text[SLICE + i] = (unsigned char)work_random(&random);
    first.input = second.input = text;
    first.input_bytes = second.input_bytes = (uint64_t)2 * SLICE;
    uint64_t alone = deflate_slice(&first).compressed_bytes;
    uint64_t primed = deflate_slice(&second).compressed_bytes;
    free(text);
    assert_true(alone >= SLICE);
    assert_true(primed < SLICE / 50);
}

static void deflate_behind_the_end_of_the_file_is_empty(void **state)
{
    struct job job = job_of(FIXTURE_TEXT_BYTES, 5, 6);
    unsigned char *text = make_input(work_find("deflate"), &job, 0);
    (void)state;
    struct deflated result = deflate_slice(&job);
    free(text);
    assert_int_equal(result.slice_crc, 0);
    assert_true(result.compressed_bytes < 10);
}

/* zlib counts in 32 bits; the slice is refused before its memory is touched. */
static void deflate_fails_on_a_slice_that_zlib_cannot_count(void **state)
{
    static const unsigned char byte;
    struct job job = job_of((uint64_t)INT_MAX + 1, 0, 1);
    unsigned char result[64];
    (void)state;
    job.input = &byte;
    job.input_bytes = job.size;
    assert_int_equal(work_find("deflate")->run(&job, result), 1);
}

/* ------------------------------------------------------------------------------- the others */

static void sleep_gives_its_size_back(void **state)
{
    (void)state;
    assert_text("sleep", 0, "0");
    assert_text("sleep", 1234567, "1234567");
}

static void sleep_blocks_at_least_its_size(void **state)
{
    struct job job = job_of(30000000, 0, 1);
    uint64_t start = clock_now_ns();
    (void)state;
    run_to_u64(work_find("sleep"), &job);
    assert_true(clock_now_ns() - start >= job.size);
}

static void mmap_touches_every_page_in_every_round(void **state)
{
    (void)state;
    assert_text("mmap", 0, "0");
    assert_text("mmap", 1, "120"); /* 0 to 15 */
    assert_text("mmap", 3, "408"); /* and 1 to 16, and 2 to 17 */
}

static void malloc_depends_on_seed_and_index_only(void **state)
{
    const struct work *work = work_find("malloc");
    struct job job = job_of(1000, 0, 3), other = job_of(1000, 1, 3);
    (void)state;
    uint64_t first = run_to_u64(work, &job);
    assert_int_equal(run_to_u64(work, &job), first);
    assert_int_not_equal(run_to_u64(work, &other), first);
    other = job;
    other.jobs = 7;
    assert_int_equal(run_to_u64(work, &other), first);
    job.seed++;
    assert_int_not_equal(run_to_u64(work, &job), first);
}

static void empty_tells_which_job_came(void **state)
{
    const struct work *empty = work_find("empty");
    struct job job = job_of(1000000000, 41, 100);
    unsigned char result;
    (void)state;
    assert_int_equal(empty->run(&job, &result), 0);
    assert_int_equal(result, 42);
}

/* ------------------------------------------------------------------------------- others */

static void a_work_that_is_registered_is_found_by_its_name(void **state)
{
    static const struct work mine = {.name = "mine", .reference = "/lib/libmine.so:mine"};
    static const struct work twin = {.name = "mine", .reference = "/lib/libtwin.so:mine"};
    static const struct work built_in = {.name = "squares", .reference = "/lib/libmine.so:squares"};
    struct error error = {0}, twice = {0}, taken = {0};
    size_t before = work_names_count();
    (void)state;
    assert_int_equal(work_register(&mine, &error), 0);
    assert_int_equal(work_register(&mine, &error), 0);
    assert_ptr_equal(work_find("mine"), &mine);
    assert_true(work_is_library(&mine) && !work_is_library(work_find("squares")));
    assert_int_equal(work_names_count(), before + 1);
    assert_string_equal(work_names()[before], "mine");
    assert_no_error(&error);
    work_register(&twin, &twice);
    assert_error(&twice, ERROR_USAGE, "/lib/libmine.so:mine and /lib/libtwin.so:mine");
    work_register(&built_in, &taken);
    assert_error(&taken, ERROR_USAGE, "the built-in one and /lib/libmine.so:squares");
    assert_ptr_equal(work_find("squares")->reference, NULL);
}

static void a_work_is_opened_by_its_reference(void **state)
{
    struct error error = {0}, missing = {0}, unknown = {0}, library = {0};
    (void)state;
    const struct work *renamed = work_open("other", "squares", &error);
    assert_no_error(&error);
    assert_string_equal(renamed->name, "other");
    assert_ptr_equal(renamed->run, work_find("squares")->run);
    assert_ptr_equal(work_open("other", "squares", &error), renamed);
    assert_ptr_equal(work_find("other"), renamed);
    assert_false(work_is_library(renamed));
    assert_ptr_equal(work_open("squares", "", &error), work_find("squares"));
    assert_no_error(&error);
    assert_null(work_open("third", "no such work", &missing));
    assert_error(&missing, ERROR_NOT_COMPARABLE, "this build has no work 'no such work'");
    assert_null(work_open("third", "", &unknown));
    assert_error(&unknown, ERROR_NOT_COMPARABLE, "this build has no work 'third'");
    work_library_opener *opener = work_open_library;
    work_open_library = NULL;
    assert_null(work_open("third", "/lib/libthird.so:third", &library));
    work_open_library = opener;
    assert_error(&library, ERROR_REFUSED, "/lib/libthird.so:third: this program cannot load");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_are_found_by_name),
        cmocka_unit_test(a_work_that_is_registered_is_found_by_its_name),
        cmocka_unit_test(a_work_is_opened_by_its_reference),
        cmocka_unit_test(every_work_is_whole),
        cmocka_unit_test(every_work_fills_its_result_alike_at_every_run),
        cmocka_unit_test(squares_gives_the_articles_result),
        cmocka_unit_test(squares_of_little_are_known),
        cmocka_unit_test(squares_take_time_in_proportion_to_their_size),
        cmocka_unit_test(lock_computes_the_same_sum_modulo_2_to_64),
        cmocka_unit_test(skewed_iterations_add_up_to_size_times_jobs),
        cmocka_unit_test(skewed_jobs_follow_the_seed),
        cmocka_unit_test(skewed_jobs_differ_widely),
        cmocka_unit_test(skewed_jobs_run_the_iterations_of_the_input),
        cmocka_unit_test(inputs_that_overflow_are_told),
        cmocka_unit_test(stream_sums_its_own_slice),
        cmocka_unit_test(stream_input_follows_the_seed_to_its_last_byte),
        cmocka_unit_test(deflate_slices_cover_the_file),
        cmocka_unit_test(deflate_gives_what_zlib_gives),
        cmocka_unit_test(deflate_is_primed_with_what_stands_before_the_slice),
        cmocka_unit_test(deflate_behind_the_end_of_the_file_is_empty),
        cmocka_unit_test(deflate_fails_on_a_slice_that_zlib_cannot_count),
        cmocka_unit_test(sleep_gives_its_size_back),
        cmocka_unit_test(sleep_blocks_at_least_its_size),
        cmocka_unit_test(mmap_touches_every_page_in_every_round),
        cmocka_unit_test(malloc_depends_on_seed_and_index_only),
        cmocka_unit_test(empty_tells_which_job_came),
    };
    return cmocka_run_group_tests_name("works", tests, NULL, NULL);
}
