/* Bencher Metric Format: the measures of each cell by name. Latency, in ns, is one of those that
 * Bencher knows; the others bear the names of their quantities. */
#include "bench/report/export/export_text.h"

#include <math.h>
#include <stdlib.h>

static int add_measure(json_t *cells, const char *name, const char *measure,
                       const double value[static 3])
{
    json_t *metric = json_object(), *cell = json_object_get(cells, name);
    int lost = 0;
    if (cell == NULL) {
        cell = json_object();
        lost |= json_object_set_new(cells, name, cell);
    }
    lost |= export_set_number(metric, "value", value[0]) |
            export_set_number(metric, "lower_value", value[1]) |
            export_set_number(metric, "upper_value", value[2]);
    return json_object_set_new(lost == 0 ? cell : NULL, measure, metric) | lost;
}

/* Without a value there is no measure, and a cell without measures is left out. */
static int add(json_t *cells, const struct key *key, const char *temperature, const char *quantity,
               const double value[static 3], struct error *error)
{
    bool is_time = text_equal(quantity, quantity_names[QUANTITY_TIME]);
    char *name = isfinite(value[0]) ? export_name(key, temperature, "", error) : NULL;
    int lost = name != NULL ? add_measure(cells, name, is_time ? "latency" : quantity, value) : 0;
    free(name);
    return lost;
}

size_t export_bencher(FILE *file, const struct exported *from, struct error *error)
{
    json_t *cells = json_object();
    int lost = 0;
    for (size_t i = 0; i < from->comparisons.count; i++) {
        const struct comparison *row = &from->comparisons.rows[i];
        const double value[] = {row->new, row->new_low, row->new_high};
        lost |= add(cells, &row->key, row->temperature, row->quantity, value, error);
    }
    for (size_t i = 0; i < from->found.summaries.count; i++) {
        const struct summary *row = &from->found.summaries.rows[i];
        const double time[] = {row->median_ns, row->low_ns, row->high_ns};
        const double speedup[] = {row->speedup, row->speedup_low, row->speedup_high};
        lost |= add(cells, &row->key, row->temperature, "time", time, error) |
                add(cells, &row->key, row->temperature, "speedup", speedup, error);
    }
    size_t count = json_object_size(cells);
    export_write_json(file, cells, lost, error);
    return count;
}
