/* The image that spawn and forkserver exec. */
#include "bench/base/exit_status.h"
#include "tests/fixtures.h"

#include "strategies/common/image.h"

#include <link.h>

static int open_image(void)
{
    struct error error = {0};
    int image = image_open(false, &error);
    assert_no_error(&error);
    return image;
}

/* True where the program names a loader, which is what reads LD_PRELOAD. */
static bool has_loader(int image)
{
    ElfW(Ehdr) header;
    ElfW(Phdr) part;
    assert_int_equal(pread(image, &header, sizeof header, 0), sizeof header);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        off_t at = (off_t)(header.e_phoff + i * sizeof part);
        assert_int_equal(pread(image, &part, sizeof part, at), sizeof part);
        if (part.p_type == PT_INTERP)
            return true;
    }
    return false;
}

static void what_is_preloaded_reaches_the_image(void **state)
{
    const char *set = getenv("LD_PRELOAD");
    char *before = set != NULL ? strdup(set) : NULL;
    (void)state;
    setenv("LD_PRELOAD", "libz.so.1", 1);
    int image = open_image();
    if (before != NULL)
        setenv("LD_PRELOAD", before, 1);
    else
        unsetenv("LD_PRELOAD");
    free(before);
    assert_true(has_loader(image));
    close(image);
}

/* As a command is, whose work is built in and has the name of its program. */
static void another_image_finds_a_work_by_its_reference(void **state)
{
    static const char *const strategies_with_images[] = {"spawn", "forkserver"};
    enum { JOBS = 3 };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strategies_with_images); i++) {
        struct error trouble = {0};
        const struct strategy_ops *strategy = strategy_find(strategies_with_images[i]);
        const struct work *work = work_open("sum of squares", "squares", &trouble);
        assert_no_error(&trouble);
        struct batch *batch = fixture_batch(work, 10, JOBS, -1, false);
        struct strategy_config config = fixture_config(strategy, 1);
        void *opened = NULL;
        assert_int_equal(strategy->open(&config, &opened, &trouble), 0);
        batch_begin(batch);
        strategy->map(opened, batch, &trouble);
        strategy->close(opened);
        assert_no_error(&trouble);
        assert_int_equal(batch_count(batch, 1).done, JOBS);
        for (uint64_t job = 0; job < JOBS; job++)
            assert_int_equal(batch->results[job * work->result_bytes], 285 % 256);
        batch_free(batch);
    }
}

static void an_image_refuses_what_it_does_not_know(void **state)
{
    char *arguments[] = {"breakeven", "visit", NULL};
    struct error error = {0};
    int image = open_image(), wait_status;
    (void)state;
    pid_t pid = image_spawn(image, arguments, NULL, 0, &error);
    assert_no_error(&error);
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    assert_int_equal(wait_status, EXIT_USAGE << 8);
    close(image);
}

static void no_image_is_an_error_with_the_systems_reason(void **state)
{
    char *arguments[] = {"breakeven", NULL};
    struct error error = {0};
    (void)state;
    if (fixture_under_valgrind())
        skip();
    assert_int_equal(image_spawn(-1, arguments, NULL, 0, &error), -1);
    assert_error(&error, ERROR_REFUSED, strerror(ENOENT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_preloaded_reaches_the_image),
        cmocka_unit_test(another_image_finds_a_work_by_its_reference),
        cmocka_unit_test(an_image_refuses_what_it_does_not_know),
        cmocka_unit_test(no_image_is_an_error_with_the_systems_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
