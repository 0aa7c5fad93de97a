/* The memory that a cell's process holds: really there, of the pages that were asked for, and gone
 * afterwards. */
#include "bench/base/memory.h"
#include "bench/base/pages.h"
#include "bench/visit/caller_memory.h"
#include "tests/support.h"

#include <sys/prctl.h>

enum { MIB = 64 };

static const double mib_bytes = 1 << 20;

/* What is resident of this process, in MiB. */
static double resident_mib(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*u %llu", &pages), 1);
    fclose(file);
    return (double)(pages * pages_small_bytes()) / mib_bytes;
}

/* What is made of huge pages in all of this process, in MiB. */
static double huge_mib(void)
{
    char line[512];
    unsigned long long kib, sum = 0;
    FILE *file = fopen("/proc/self/smaps", "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        sum += sscanf(line, "AnonHugePages: %llu kB", &kib) == 1 ? kib : 0;
    fclose(file);
    return (double)sum / 1024;
}

static struct caller_memory fill(uint64_t mib, enum pages pages)
{
    struct error error = {0};
    struct caller_memory caller;
    int result = caller_memory_fill(&caller, mib, pages, &error);
    assert_no_error(&error);
    assert_int_equal(result, 0);
    return caller;
}

/* Leaves the test where the machine gives no huge pages; that it says so is another test. */
static struct caller_memory fill_huge_or_skip(uint64_t mib)
{
    struct error error = {0};
    struct caller_memory caller;
    if (caller_memory_fill(&caller, mib, PAGES_THP, &error) != 0)
        skip();
    return caller;
}

/* -------------------------------------------------------------------------- what is filled */

static void the_process_grows_by_what_it_fills(void **state)
{
    (void)state;
    if (SANITIZED) /* what it remembers of each byte grows too */
        skip();
    double before = resident_mib();
    struct caller_memory caller = fill(MIB, PAGES_4K);
    double grown = resident_mib() - before;
    if (grown < 0.99 * MIB || grown > 1.1 * MIB)
        stop_test("%.1f MiB came, not %d", grown, MIB);
    caller_memory_free(&caller);
}

static void what_was_filled_is_given_back(void **state)
{
    (void)state;
    double before = resident_mib();
    struct caller_memory caller = fill(MIB, PAGES_4K);
    caller_memory_free(&caller);
    assert_null(caller.memory);
    if (resident_mib() - before > 0.1 * MIB)
        stop_test("%.1f MiB stayed", resident_mib() - before);
    caller_memory_free(&caller); /* twice does no harm */
}

static void nothing_is_filled_for_0_mib(void **state)
{
    (void)state;
    struct caller_memory caller = fill(0, PAGES_NONE);
    assert_null(caller.memory);
    caller_memory_free(&caller);
}

static void small_pages_are_not_huge(void **state)
{
    (void)state;
    double before = huge_mib();
    struct caller_memory caller = fill(MIB, PAGES_4K);
    assert_true(huge_mib() - before < 0.1 * MIB);
    caller_memory_free(&caller);
}

static void huge_pages_are_huge(void **state)
{
    (void)state;
    double before = huge_mib();
    struct caller_memory caller = fill_huge_or_skip(MIB);
    assert_true(huge_mib() - before >= 0.9 * MIB);
    caller_memory_free(&caller);
}

static void every_page_has_content_of_its_own(void **state)
{
    (void)state;
    struct caller_memory caller = fill(1, PAGES_4K);
    uint64_t page = pages_small_bytes(), last = 0;
    for (uint64_t at = 0; at < caller.bytes; at += page) {
        uint64_t mark;
        memcpy(&mark, caller.memory + at, sizeof mark);
        assert_true(mark > last);
        last = mark;
    }
    caller_memory_free(&caller);
}

/* -------------------------------------------------------------------------- what is refused */

static void more_than_there_is_is_refused(void **state)
{
    (void)state;
    struct error error = {0};
    struct caller_memory caller;
    uint64_t mib = (memory_left(MEMORY_SHARED).bytes >> 20) + 1024;
    double before = resident_mib();
    assert_int_equal(caller_memory_fill(&caller, mib, PAGES_4K, &error), -1);
    assert_error(&error, ERROR_REFUSED, "--parent-mib: ");
    assert_contains(error.text, " of memory are needed and ");
    assert_null(caller.memory);
    assert_true(resident_mib() - before < 0.1 * MIB);
}

/* Half of a huge page can only be made of small ones: the kernel gives no better, and that is
 * noticed. */
static void memory_that_is_not_huge_is_refused(void **state)
{
    (void)state;
    struct error error = {0};
    struct caller_memory caller;
    uint64_t mib = pages_huge_bytes() >> 21;
    double before = resident_mib();
    assert_int_equal(caller_memory_fill(&caller, mib, PAGES_THP, &error), -1);
    assert_error(&error, ERROR_REFUSED, "--parent-mib: ");
    assert_contains(error.text, "--parent-pages 4k");
    assert_null(caller.memory);
    assert_true(resident_mib() - before < 0.1 * MIB);
}

static void huge_pages_that_are_switched_off_are_told(void **state)
{
    (void)state;
    struct error error = {0};
    struct caller_memory caller;
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0)
        skip();
    int result = caller_memory_fill(&caller, MIB, PAGES_THP, &error);
    prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
    assert_int_equal(result, -1);
    assert_error(&error, ERROR_REFUSED, "--parent-mib: only 0 % of 64 MiB came as huge pages");
    assert_contains(error.text, "--parent-pages 4k");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_process_grows_by_what_it_fills),
        cmocka_unit_test(what_was_filled_is_given_back),
        cmocka_unit_test(nothing_is_filled_for_0_mib),
        cmocka_unit_test(small_pages_are_not_huge),
        cmocka_unit_test(huge_pages_are_huge),
        cmocka_unit_test(every_page_has_content_of_its_own),
        cmocka_unit_test(more_than_there_is_is_refused),
        cmocka_unit_test(memory_that_is_not_huge_is_refused),
        cmocka_unit_test(huge_pages_that_are_switched_off_are_told),
    };
    return cmocka_run_group_tests_name("parent", tests, NULL, NULL);
}
