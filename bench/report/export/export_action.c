/* github-action-benchmark's customSmallerIsBetter: a list of named values. Speedups, of which more
 * is better, stand in `extra`. */
#include "bench/report/export/export_text.h"

#include <math.h>
#include <stdlib.h>

struct action_entry {
    const char *unit;
    double value, low, high;
    const char *extra;
};

/* Takes the name. */
static int add(json_t *entries, char *name, const struct action_entry *entry)
{
    char range[64] = "";
    json_t *object = json_object();
    if (isfinite(entry->low) && isfinite(entry->high))
        snprintf(range, sizeof range, "%.9g to %.9g", entry->low, entry->high);
    int lost = export_set_text(object, "name", name != NULL ? name : "") |
               export_set_text(object, "unit", entry->unit) |
               export_set_number(object, "value", entry->value) |
               export_set_text(object, "range", range) |
               export_set_text(object, "extra", entry->extra);
    free(name);
    return json_array_append_new(entries, object) | lost;
}

static const char *unit_of(const struct comparison *row)
{
    if (export_measures(row, QUANTITY_TIME))
        return "ns";
    return export_measures(row, QUANTITY_INSTRUCTIONS) ? "instructions" : "round trips";
}

static int add_row(json_t *entries, const struct comparison *row, struct error *error)
{
    char extra[4 * EXPORT_TEXT_BYTES], finding[3 * EXPORT_TEXT_BYTES];
    if (export_measures(row, QUANTITY_SPEEDUP) || !isfinite(row->new))
        return 0;
    export_finding(row, finding, sizeof finding);
    snprintf(extra, sizeof extra, "%s: %s", row->verdict, finding);
    const struct action_entry entry = {unit_of(row), row->new, row->new_low, row->new_high, extra};
    return add(entries, export_name(&row->key, row->temperature, row->quantity, error), &entry);
}

static int add_cell(json_t *entries, const struct summary *cell, struct error *error)
{
    char extra[2 * EXPORT_TEXT_BYTES], speedup[EXPORT_TEXT_BYTES];
    if (!isfinite(cell->median_ns))
        return 0;
    export_interval("speedup", cell->speedup, cell->speedup_low, cell->speedup_high, speedup,
                    sizeof speedup);
    snprintf(extra, sizeof extra, "speedup: %s\nrounds: %llu", speedup,
             (unsigned long long)cell->rounds);
    const struct action_entry entry = {"ns", cell->median_ns, cell->low_ns, cell->high_ns, extra};
    return add(entries, export_name(&cell->key, cell->temperature, "time", error), &entry);
}

size_t export_action(FILE *file, const struct exported *from, struct error *error)
{
    json_t *entries = json_array();
    int lost = 0;
    for (size_t i = 0; i < from->comparisons.count; i++)
        lost |= add_row(entries, &from->comparisons.rows[i], error);
    for (size_t i = 0; i < from->found.summaries.count; i++)
        lost |= add_cell(entries, &from->found.summaries.rows[i], error);
    size_t count = json_array_size(entries);
    export_write_json(file, entries, lost, error);
    return count;
}
