/* Keys: how they are ordered, and what serial's has of a cell's. */
#include "bench/data/key.h"
#include "tests/keys.h"
#include "tests/support.h"

/* The key with another value of one dimension, which is larger. */
static struct key larger(enum dimension dimension)
{
    struct key key = full_key();
    if (dimension_rows[dimension].is_text)
        key_set_text(&key, dimension, "zzz");
    else
        key_set_count(&key, dimension, key_count(&key, dimension) + 1);
    return key;
}

static void every_dimension_tells_keys_apart_and_can_be_left_out(void **state)
{
    (void)state;
    const struct key key = full_key();
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        struct key other = larger(i);
        dimension_set bit = dimension_bit(i);
        if (key_compare(&key, &other) >= 0 || key_compare(&other, &key) <= 0)
            stop_test("%s does not order keys", dimension_rows[i].name);
        if (key_compare_but(&key, &other, bit) != 0 || key_compare_but(&key, &other, ~bit) == 0)
            stop_test("%s is not left out", dimension_rows[i].name);
        assert_int_equal(key_compare_curve(&key, &other) == 0, i == DIMENSION_size);
    }
}

/* What serial has in common comes first, then the jobs, then what is the strategy's own, then the
 * size: so the points of a curve stand together, and the curves of a batch. */
static void keys_are_ordered_by_what_serial_has_in_common(void **state)
{
    (void)state;
    static const enum dimension order[] = {DIMENSION_work,         DIMENSION_env,
                                           DIMENSION_parent_mib,   DIMENSION_parent_pages,
                                           DIMENSION_payload_in,   DIMENSION_payload_out,
                                           DIMENSION_idle_ns,      DIMENSION_neighbours,
                                           DIMENSION_build,        DIMENSION_baseline,
                                           DIMENSION_python,       DIMENSION_jobs,
                                           DIMENSION_strategy,     DIMENSION_workers,
                                           DIMENSION_schedule,     DIMENSION_chunk,
                                           DIMENSION_transport,    DIMENSION_bind,
                                           DIMENSION_spin_ns,      DIMENSION_options,
                                           DIMENSION_start_method, DIMENSION_jobs_per_worker,
                                           DIMENSION_results,      DIMENSION_in_flight,
                                           DIMENSION_hosts,        DIMENSION_size};
    for (size_t i = 0; i + 1 < COUNT_OF(order); i++) {
        struct key more = larger(order[i]), less = larger(order[i + 1]);
        if (key_compare(&more, &less) <= 0)
            stop_test("%s counts less than %s", dimension_rows[order[i]].name,
                      dimension_rows[order[i + 1]].name);
    }
}

static void a_baseline_has_the_cells_values_but_for_the_strategys_own(void **state)
{
    (void)state;
    const struct key key = full_key(), nothing = key_of_nothing();
    struct key serial = key_of_baseline(&key);
    assert_string_equal(serial.strategy, "py-serial");
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        bool own = dimension_rows[i].role == DIMENSION_OWN;
        dimension_set others = ~dimension_bit(i);
        if (i != DIMENSION_strategy && key_compare_but(&serial, own ? &nothing : &key, others) != 0)
            stop_test("serial's %s", dimension_rows[i].name);
    }
}

static void serial_is_the_baseline_where_none_is_named(void **state)
{
    (void)state;
    struct key key = full_key();
    assert_false(key_is_baseline(&key));
    key.strategy = "py-serial";
    assert_true(key_is_baseline(&key));
    key.strategy = "serial";
    assert_false(key_is_baseline(&key));
    key.baseline = "";
    assert_true(key_is_baseline(&key));
    assert_string_equal(key_of_baseline(&key).strategy, "serial");
}

/* How often a format of printf has "%s"; -1 where it has another conversion. */
static int texts_in(const char *format)
{
    int texts = 0;
    for (const char *text = format; (text = strchr(text, '%')) != NULL; text++, texts++)
        if (text[1] != 's')
            return -1;
    return texts;
}

/* No compiler checks them. */
static void labels_and_titles_hold_one_text_and_what_ends_a_noun(void **state)
{
    (void)state;
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        const struct dimension_row *row = &dimension_rows[i];
        const char *const formats[] = {row->label, row->title};
        int endings = 0;
        for (size_t k = 0; k < COUNT_OF(formats); k++) {
            int texts = formats[k] != NULL ? texts_in(formats[k]) : 1;
            if (texts < 1 || texts > 1 + (row->plural != NULL))
                stop_test("%s: '%s'", row->name, formats[k]);
            endings += texts - 1;
        }
        if (row->plural != NULL && (row->is_text || endings == 0))
            stop_test("%s: there is no noun that ends in '%s'", row->name, row->plural);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dimension_tells_keys_apart_and_can_be_left_out),
        cmocka_unit_test(keys_are_ordered_by_what_serial_has_in_common),
        cmocka_unit_test(labels_and_titles_hold_one_text_and_what_ends_a_noun),
        cmocka_unit_test(a_baseline_has_the_cells_values_but_for_the_strategys_own),
        cmocka_unit_test(serial_is_the_baseline_where_none_is_named),
    };
    return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
