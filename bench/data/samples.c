#include "bench/data/samples.h"
#include "bench/base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define COLUMN(field, type) CSV_COLUMN(struct sample, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(sample, symbol, column)

const char *const temperatures[] = {"cold", "warm", NULL};

/* clang-format off */
static const struct csv_column columns[] = {
    COLUMN(round, CSV_KNOWN_COUNT),
    DIMENSIONS_WORK(KEY_COLUMN)
    DIMENSIONS_SIZE(KEY_COLUMN)
    DIMENSIONS_BATCH(KEY_COLUMN)
    CSV_WORD_COLUMN(struct sample, temperature, "temperature", temperatures),
    COLUMN(reading, CSV_KNOWN_COUNT),
    COLUMN(maps, CSV_POSITIVE),
    COLUMN(ns_per_map, CSV_TIME),
    COLUMN(open_ns, CSV_AMOUNT),
    COLUMN(close_ns, CSV_AMOUNT),
    COLUMN(user_ns, CSV_AMOUNT),
    COLUMN(sys_ns, CSV_AMOUNT),
    COLUMN(minflt, CSV_COUNT),
    COLUMN(majflt, CSV_COUNT),
    COLUMN(nvcsw, CSV_COUNT),
    COLUMN(nivcsw, CSV_COUNT),
    COLUMN(maxrss_kib, CSV_COUNT),
    COLUMN(participation, CSV_SHARE),
    COLUMN(roundtrip_ns, CSV_AMOUNT),
    COLUMN(steal_ticks, CSV_COUNT),
    COLUMN(status, CSV_KNOWN_TEXT),
    COLUMN(detail, CSV_TEXT),
    DIMENSIONS_MEMORY(KEY_COLUMN)
    DIMENSIONS_DATA(KEY_COLUMN)
    COLUMN(runtime, CSV_TEXT),
    COLUMN(visit_ns, CSV_AMOUNT),
    COLUMN(disturbed, CSV_COUNT),
    DIMENSIONS_WAITING(KEY_COLUMN)
    COLUMN(wake_ns, CSV_AMOUNT),
    DIMENSIONS_BUILD(KEY_COLUMN)
    DIMENSIONS_ADDED(KEY_COLUMN)
    COLUMN(first_result_ns, CSV_AMOUNT),
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format samples_format = {columns, sizeof columns / sizeof *columns,
                                          sizeof(struct sample)};

FILE *samples_create(const char *path, struct error *error)
{
    FILE *file = whole_open_own(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, error);
    if (file == NULL)
        return NULL;
    csv_write_header(file, &samples_format);
    if (fflush(file) == 0)
        return file;
    fail_errno(error, errno, "%s: cannot be written", path);
    fclose(file);
    unlink(path);
    return NULL;
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
