/* The text that Go's benchmarks print and benchstat reads: a line for each round. benchstat keeps
 * apart what differs in its `key: value` lines, so that only what tells machines apart stands
 * there; the rest is a comment. */
#include "bench/report/export/export_text.h"

#include <ctype.h>
#include <string.h>

static void put_config(FILE *file, const char *key, const char *value)
{
    if (*value != '\0')
        fprintf(file, "%s: %s\n", key, value);
}

static void put_line(FILE *file, const char *name, uint64_t workers, uint64_t maps, double ns)
{
    fprintf(file, "Benchmark%c%s-%llu\t%llu\t%.3f ns/op\n", toupper((unsigned char)name[0]),
            name + 1, (unsigned long long)workers, (unsigned long long)maps, ns);
}

/* Where the rounds were not kept there is the median alone. */
static int put_cell(void *user, const char *name, const struct summary *cell,
                    const struct visit *const rounds[], size_t count)
{
    FILE *file = user;
    for (size_t i = 0; i < count; i++)
        put_line(file, name, cell->key.workers, export_maps(rounds[i]), rounds[i]->ns);
    if (count == 0)
        put_line(file, name, cell->key.workers, cell->rounds, cell->median_ns);
    return 0;
}

size_t export_benchstat(FILE *file, const struct exported *from, struct error *error)
{
    const struct host *host = &from->found.host;
    if (*host->started != '\0')
        fprintf(file, "# breakeven %s, %s, %s\n", host->commit, host->started, host->kernel);
    put_config(file, "goos", "linux");
    put_config(file, "goarch", host->architecture);
    put_config(file, "pkg", "breakeven");
    put_config(file, "cpu", host->model);
    return export_each_cell(from, put_cell, file, error);
}
