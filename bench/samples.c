#include "bench/samples.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define COLUMN(field, type) CSV_COLUMN(struct sample, field, #field, type)
#define KEY_COLUMN(field, type) CSV_COLUMN(struct sample, key.field, #field, type)

static const struct csv_column columns[] = {
    COLUMN(round, CSV_COUNT),           KEY_COLUMN(work, CSV_TEXT),
    KEY_COLUMN(size, CSV_COUNT),        KEY_COLUMN(jobs, CSV_COUNT),
    KEY_COLUMN(strategy, CSV_TEXT),     KEY_COLUMN(workers, CSV_COUNT),
    KEY_COLUMN(schedule, CSV_TEXT),     KEY_COLUMN(chunk, CSV_COUNT),
    KEY_COLUMN(env, CSV_TEXT),          COLUMN(temperature, CSV_TEXT),
    COLUMN(reading, CSV_COUNT),         COLUMN(maps, CSV_COUNT),
    COLUMN(ns_per_map, CSV_NUMBER),     COLUMN(open_ns, CSV_NUMBER),
    COLUMN(close_ns, CSV_NUMBER),       COLUMN(user_ns, CSV_NUMBER),
    COLUMN(sys_ns, CSV_NUMBER),         COLUMN(minflt, CSV_COUNT),
    COLUMN(majflt, CSV_COUNT),          COLUMN(nvcsw, CSV_COUNT),
    COLUMN(nivcsw, CSV_COUNT),          COLUMN(maxrss_kib, CSV_COUNT),
    COLUMN(participation, CSV_NUMBER),  COLUMN(roundtrip_ns, CSV_NUMBER),
    COLUMN(steal_ticks, CSV_COUNT),     COLUMN(status, CSV_TEXT),
    COLUMN(detail, CSV_TEXT),           KEY_COLUMN(parent_mib, CSV_COUNT),
    KEY_COLUMN(parent_pages, CSV_TEXT), KEY_COLUMN(payload_in, CSV_COUNT),
    KEY_COLUMN(payload_out, CSV_COUNT), KEY_COLUMN(transport, CSV_TEXT),
    COLUMN(runtime, CSV_TEXT),          COLUMN(visit_ns, CSV_NUMBER),
    COLUMN(disturbed, CSV_COUNT),       KEY_COLUMN(bind, CSV_TEXT),
    KEY_COLUMN(spin_ns, CSV_COUNT),     KEY_COLUMN(idle_ns, CSV_COUNT),
    KEY_COLUMN(neighbours, CSV_COUNT),  COLUMN(wake_ns, CSV_NUMBER),
};

const struct csv_format samples_format = {columns, sizeof columns / sizeof *columns,
                                          sizeof(struct sample)};

int samples_mend(const char *path, struct error *error)
{
    FILE *file = fopen(path, "r+e");
    long whole = 0, at = 0;
    if (file == NULL)
        return fail_errno(error, errno, "%s: cannot be opened", path);
    for (int character; (character = getc(file)) != EOF;) {
        at++;
        whole = character == '\n' ? at : whole;
    }
    if (whole == 0 && at > 0) {
        fclose(file);
        return fail(error, EXIT_USAGE, "%s:1: the header line is missing", path);
    }
    bool bad = ferror(file) != 0 || (whole < at && ftruncate(fileno(file), whole) != 0);
    if (at == 0) {
        rewind(file);
        csv_write_header(file, &samples_format);
    }
    bad = fclose(file) != 0 || bad;
    return bad ? fail_errno(error, errno, "%s: cannot be mended", path) : 0;
}

int samples_read(const char *path, struct samples *samples, struct error *error)
{
    struct csv_rows rows;
    *samples = (struct samples){0};
    if (csv_read_file(path, &samples_format, &samples->strings, &rows, error) != 0) {
        strings_free(&samples->strings);
        return -1;
    }
    samples->rows = rows.rows;
    samples->count = rows.count;
    return 0;
}

void samples_free(struct samples *samples)
{
    free(samples->rows);
    strings_free(&samples->strings);
    *samples = (struct samples){0};
}
