#include "bench/samples.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLUMN(field, type) CSV_COLUMN(struct sample, field, #field, type)
#define KEY_COLUMN(field, type) CSV_COLUMN(struct sample, key.field, #field, type)

const char *const temperatures[] = {"cold", "warm", NULL};

static const struct csv_column columns[] = {
    COLUMN(round, CSV_KNOWN_COUNT),
    KEY_COLUMN(work, CSV_KNOWN_TEXT),
    KEY_COLUMN(size, CSV_KNOWN_COUNT),
    KEY_COLUMN(jobs, CSV_KNOWN_COUNT),
    KEY_COLUMN(strategy, CSV_KNOWN_TEXT),
    KEY_COLUMN(workers, CSV_KNOWN_COUNT),
    KEY_COLUMN(schedule, CSV_TEXT),
    KEY_COLUMN(chunk, CSV_COUNT),
    KEY_COLUMN(env, CSV_TEXT),
    CSV_WORD_COLUMN(struct sample, temperature, "temperature", temperatures),
    COLUMN(reading, CSV_KNOWN_COUNT),
    COLUMN(maps, CSV_COUNT),
    COLUMN(ns_per_map, CSV_AMOUNT),
    COLUMN(open_ns, CSV_AMOUNT),
    COLUMN(close_ns, CSV_AMOUNT),
    COLUMN(user_ns, CSV_AMOUNT),
    COLUMN(sys_ns, CSV_AMOUNT),
    COLUMN(minflt, CSV_COUNT),
    COLUMN(majflt, CSV_COUNT),
    COLUMN(nvcsw, CSV_COUNT),
    COLUMN(nivcsw, CSV_COUNT),
    COLUMN(maxrss_kib, CSV_COUNT),
    COLUMN(participation, CSV_AMOUNT),
    COLUMN(roundtrip_ns, CSV_AMOUNT),
    COLUMN(steal_ticks, CSV_COUNT),
    COLUMN(status, CSV_KNOWN_TEXT),
    COLUMN(detail, CSV_TEXT),
    KEY_COLUMN(parent_mib, CSV_KNOWN_COUNT),
    KEY_COLUMN(parent_pages, CSV_TEXT),
    KEY_COLUMN(payload_in, CSV_KNOWN_COUNT),
    KEY_COLUMN(payload_out, CSV_KNOWN_COUNT),
    KEY_COLUMN(transport, CSV_TEXT),
    COLUMN(runtime, CSV_TEXT),
    COLUMN(visit_ns, CSV_AMOUNT),
    COLUMN(disturbed, CSV_COUNT),
    KEY_COLUMN(bind, CSV_TEXT),
    KEY_COLUMN(spin_ns, CSV_COUNT),
    KEY_COLUMN(idle_ns, CSV_KNOWN_COUNT),
    KEY_COLUMN(neighbours, CSV_KNOWN_COUNT),
    COLUMN(wake_ns, CSV_AMOUNT),
    KEY_COLUMN(build, CSV_TEXT),
};

const struct csv_format samples_format = {columns, sizeof columns / sizeof *columns,
                                          sizeof(struct sample)};

/* What is opened must be a file of this folder: nothing is written through a link or into a pipe.
 */
static FILE *open_own(const char *path, int flags, const char *mode, struct error *error)
{
    struct stat status;
    int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    FILE *file = NULL;
    if (fd < 0 && errno == ELOOP)
        fail(error, EXIT_REFUSED, "%s: is a link; nothing is written through it", path);
    else if (fd < 0)
        fail_errno(error, errno, "%s: cannot be written", path);
    else if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))
        fail(error, EXIT_REFUSED, "%s: is not a regular file", path);
    else if ((file = fdopen(fd, mode)) == NULL)
        fail_errno(error, errno, "%s: cannot be written", path);
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

FILE *samples_create(const char *path, struct error *error)
{
    FILE *file = open_own(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, "a", error);
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

/* True where the file begins with the header that this breakeven writes. */
static bool has_own_header(const char *path)
{
    char *own = NULL;
    size_t bytes = 0, same = 0;
    FILE *header = open_memstream(&own, &bytes);
    FILE *file = open_own(path, O_RDONLY, "r", &(struct error){0});
    if (header != NULL) {
        csv_write_header(header, &samples_format);
        fclose(header);
    }
    while (file != NULL && own != NULL && same < bytes && getc(file) == (unsigned char)own[same])
        same++;
    if (file != NULL)
        fclose(file);
    free(own);
    return bytes > 0 && same == bytes;
}

FILE *samples_append(const char *path, struct error *error)
{
    FILE *file = open_own(path, O_WRONLY | O_APPEND, "a", error);
    if (file == NULL || has_own_header(path))
        return file;
    fclose(file);
    fail(error, EXIT_USAGE, "%s: has other columns than this breakeven writes; begin a new run",
         path);
    return NULL;
}

int samples_mend(const char *path, bool *mended, struct error *error)
{
    FILE *file = open_own(path, O_RDWR, "r+", error);
    long whole = 0, at = 0;
    bool quoted = false; /* a line end within quotes is part of a name */
    if (file == NULL)
        return -1;
    for (int character; (character = getc(file)) != EOF;) {
        at++;
        quoted = quoted != (character == '"');
        whole = character == '\n' && !quoted ? at : whole;
    }
    if (whole == 0 && at > 0) {
        fclose(file);
        return fail(error, EXIT_USAGE, "%s:1: the header line is missing", path);
    }
    *mended = whole < at;
    bool bad = ferror(file) != 0 || (whole < at && ftruncate(fileno(file), whole) != 0);
    if (at == 0) {
        rewind(file);
        csv_write_header(file, &samples_format);
    }
    bad = fclose(file) != 0 || bad;
    return bad ? fail_errno(error, errno, "%s: cannot be mended", path) : 0;
}

int samples_drop_last_visit(const char *path, struct samples *samples, struct error *error)
{
    if (samples->count == 0)
        return 0;
    const struct sample *rows = samples->rows, *last = &rows[samples->count - 1];
    while (samples->count > 0 && rows[samples->count - 1].round == last->round &&
           key_compare(&rows[samples->count - 1].key, &last->key) == 0)
        samples->count--;
    return csv_write_file(path, &samples_format, rows, samples->count, error);
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
