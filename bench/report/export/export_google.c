/* Google Benchmark's JSON: each cell's rounds as repetitions, and their median as an aggregate.
 * What lacks a number that compare.py asks every entry for is left out as a whole. */
#include "bench/report/export/export_text.h"

#include <math.h>
#include <string.h>

struct google {
    json_t *benchmarks;
    json_int_t families;
    int lost;
};

/* What the entries of a cell have in common. */
static json_t *make_entry(struct google *google, const char *name, const char *suffix,
                          const struct summary *cell, size_t repetitions)
{
    json_t *entry =
        json_pack("{s:s+, s:I, s:i, s:s, s:I, s:I}", "name", name, suffix, "family_index",
                  google->families, "per_family_instance_index", 0, "run_name", name, "repetitions",
                  (json_int_t)repetitions, "threads", (json_int_t)cell->key.workers);
    google->lost |= entry == NULL || json_array_append(google->benchmarks, entry) != 0;
    return entry;
}

static void end_entry(struct google *google, json_t *entry, uint64_t iterations, double real_ns,
                      double cpu_ns)
{
    google->lost |= export_set_count(entry, "iterations", iterations) |
                    export_set_number(entry, "real_time", real_ns) |
                    export_set_number(entry, "cpu_time", cpu_ns) |
                    export_set_text(entry, "time_unit", "ns");
    json_decref(entry);
}

static void add_round(struct google *google, const char *name, const struct summary *cell,
                      const struct visit *round, size_t index, size_t rounds)
{
    json_t *entry = make_entry(google, name, "", cell, rounds);
    google->lost |= export_set_text(entry, "run_type", "iteration") |
                    export_set_count(entry, "repetition_index", index);
    end_entry(google, entry, export_maps(round), round->ns, round->cpu_ns);
}

static void add_median(struct google *google, const char *name, const struct summary *cell,
                       size_t rounds)
{
    json_t *entry = make_entry(google, name, "_median", cell, rounds);
    google->lost |= export_set_text(entry, "run_type", "aggregate") |
                    export_set_text(entry, "aggregate_name", "median") |
                    export_set_text(entry, "aggregate_unit", "time");
    end_entry(google, entry, cell->rounds, cell->median_ns, cell->cpu_ns);
}

static int add_cell(void *user, const char *name, const struct summary *cell,
                    const struct visit *const rounds[], size_t count)
{
    struct google *google = user;
    size_t known = 0, index = 0;
    for (size_t i = 0; i < count; i++)
        known += isfinite(rounds[i]->cpu_ns) ? 1 : 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(rounds[i]->cpu_ns))
            add_round(google, name, cell, rounds[i], index++, known);
    if (isfinite(cell->cpu_ns))
        add_median(google, name, cell, known);
    google->families++;
    return 0;
}

static json_t *make_context(const struct host *host, int *lost)
{
    json_t *context = json_object();
    *lost |= export_set_text(context, "date", host->started) |
             export_set_text(context, "executable", "breakeven");
    if (host->cpus_usable > 0)
        *lost |= export_set_count(context, "num_cpus", host->cpus_usable) |
                 export_set_text(context, "cpu_model", host->model) |
                 export_set_text(context, "kernel", host->kernel) |
                 export_set_text(context, "commit", host->commit);
    if (*host->governor != '\0')
        *lost |= json_object_set_new(context, "cpu_scaling_enabled",
                                     json_boolean(!text_equal(host->governor, "performance")));
    if (host->cpus_usable > 0 && isfinite(host->load_average))
        *lost |= json_object_set_new(context, "load_avg", json_pack("[f]", host->load_average));
    return context;
}

size_t export_google(FILE *file, const struct exported *from, struct error *error)
{
    struct google google = {.benchmarks = json_array()};
    json_t *context = make_context(&from->found.host, &google.lost);
    export_each_cell(from, add_cell, &google, error);
    size_t entries = json_array_size(google.benchmarks);
    export_write_json(file,
                      json_pack("{s:o, s:o}", "context", context, "benchmarks", google.benchmarks),
                      google.lost, error);
    return entries;
}
