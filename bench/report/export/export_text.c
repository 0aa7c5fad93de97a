#include "bench/report/export/export_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------- names */

static void put_encoded(FILE *file, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~+:,;=@";
    for (const char *c = text; *c != '\0'; c++)
        if (strchr(plain, *c) != NULL)
            fputc(*c, file);
        else
            fprintf(file, "%%%02X", (unsigned char)*c);
}

static void put_text(FILE *file, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    fprintf(file, "/%s=", name);
    put_encoded(file, value);
}

static void put_count(FILE *file, const char *name, uint64_t value)
{
    if (value != CSV_UNKNOWN)
        fprintf(file, "/%s=%llu", name, (unsigned long long)value);
}

/* What most cells have is no part of their names. */
static void put_key(FILE *file, const struct key *key)
{
    put_encoded(file, key->work);
    for (enum dimension i = DIMENSION_work + 1; i < DIMENSION_ROWS; i++) {
        if (key_is_usual(key, i))
            continue;
        if (dimension_rows[i].is_text)
            put_text(file, dimension_rows[i].name, key_text(key, i));
        else
            put_count(file, dimension_rows[i].name, key_count(key, i));
    }
}

char *export_name(const struct key *key, const char *temperature, const char *quantity,
                  struct error *error)
{
    char *name = NULL;
    size_t bytes;
    FILE *file = open_memstream(&name, &bytes);
    if (file != NULL) {
        put_key(file, key);
        put_text(file, "temperature", temperature);
        put_text(file, "quantity", quantity);
    }
    bool lost = file == NULL || ferror(file);
    if ((file != NULL && fclose(file) != 0) || lost) {
        free(name);
        fail(error, ERROR_REFUSED, "export: out of memory");
        return NULL;
    }
    return name;
}

/* ------------------------------------------------------------------------------- cells */

uint64_t export_maps(const struct visit *visit)
{
    uint64_t maps = 0;
    for (size_t i = 0; i < visit->readings; i++)
        maps += visit->timings[i].maps;
    return maps;
}

/* The undisturbed rounds of a cell into an array that holds visits->count of them. */
static size_t find_rounds(const struct visits *visits, const struct summary *cell,
                          const struct visit *rounds[])
{
    struct rounds all = visits_of(visits, &cell->key, cell->temperature);
    size_t count = 0;
    for (const struct visit *visit = all.rows; visit < all.rows + all.count; visit++)
        if (!visit->disturbed)
            rounds[count++] = visit;
    return count;
}

size_t export_each_cell(const struct exported *from, export_cell_function *each, void *user,
                        struct error *error)
{
    const struct visit **rounds = calloc(from->found.visits.count + 1, sizeof *rounds);
    size_t cells = 0;
    int result = rounds != NULL ? 0 : fail(error, ERROR_REFUSED, "export: out of memory");
    for (size_t i = 0; result == 0 && i < from->found.summaries.count; i++) {
        const struct summary *cell = &from->found.summaries.rows[i];
        struct key key = cell->key;
        if (!isfinite(cell->median_ns))
            continue;
        if (from->compared)
            key.build = "";
        char *name = export_name(&key, cell->temperature, "", error);
        size_t count = find_rounds(&from->found.visits, cell, rounds);
        result = name != NULL ? each(user, name, cell, rounds, count) : -1;
        free(name);
        cells++;
    }
    free(rounds);
    return cells;
}

/* ------------------------------------------------------------------------------- for people */

bool export_is(const struct comparison *row, enum verdict verdict)
{
    return text_equal(row->verdict, verdict_names[verdict]);
}

bool export_measures(const struct comparison *row, enum quantity quantity)
{
    return text_equal(row->quantity, quantity_names[quantity]);
}

/* Without the unit, which stands once behind an interval: but for times, each in its own. */
static void describe_number(const char *quantity, double value, char *text, size_t bytes)
{
    if (isnan(value))
        snprintf(text, bytes, "-");
    else if (text_equal(quantity, quantity_names[QUANTITY_TIME]))
        text_duration(text, bytes, value);
    else if (fabs(value) >= 1000)
        snprintf(text, bytes, "%.0f", value);
    else
        snprintf(text, bytes, "%.3g", value);
}

static const char *unit_behind(const char *quantity)
{
    bool counts_trips = text_equal(quantity, quantity_names[QUANTITY_OVERHEAD]) ||
                        text_equal(quantity, quantity_names[QUANTITY_CROSSOVER]);
    return counts_trips ? " round trips" : "";
}

void export_interval(const char *quantity, double value, double low, double high, char *text,
                     size_t bytes)
{
    char middle[64], below[64], above[64];
    const char *unit = isnan(value) ? "" : unit_behind(quantity);
    describe_number(quantity, value, middle, sizeof middle);
    describe_number(quantity, low, below, sizeof below);
    describe_number(quantity, high, above, sizeof above);
    if (isfinite(value) && isfinite(low) && isfinite(high))
        snprintf(text, bytes, "%s [%s, %s]%s", middle, below, above, unit);
    else
        snprintf(text, bytes, "%s%s", middle, unit);
}

void export_change(double change, double low, double high, char *text, size_t bytes)
{
    if (isnan(change))
        snprintf(text, bytes, "-");
    else if (isnan(low) || isnan(high))
        snprintf(text, bytes, "%+.1f %%", 100 * change);
    else
        snprintf(text, bytes, "%+.1f %% [%+.1f, %+.1f]", 100 * change, 100 * low, 100 * high);
}

void export_more_rounds(const struct comparison *row, char *text, size_t bytes)
{
    *text = '\0';
    if (row->more_rounds != CSV_UNKNOWN && row->more_rounds > 0)
        snprintf(text, bytes, "%llu more round%s would tell", (unsigned long long)row->more_rounds,
                 row->more_rounds == 1 ? "" : "s");
}

/* Appends to a text that may be full; what does not fit is cut between characters. */
static void append(char *text, size_t bytes, const char *part)
{
    size_t used = strlen(text);
    text_printable(text + used, bytes - used, part);
}

/* The same behind "; ", which the first part does without. */
static void append_part(char *text, size_t bytes, const char *part)
{
    if (*text != '\0' && *part != '\0')
        append(text, bytes, "; ");
    append(text, bytes, part);
}

/* "1.40 ms [...] -> 1.57 ms [...]: +12.3 % [...], p 0.001 in 20 rounds" */
static void describe_first_rounds(const struct comparison *row, char *text, size_t bytes)
{
    char base[EXPORT_TEXT_BYTES], new[EXPORT_TEXT_BYTES], part[3 * EXPORT_TEXT_BYTES];
    if (isnan(row->base) && isnan(row->new))
        return;
    export_interval(row->quantity, row->base, row->base_low, row->base_high, base, sizeof base);
    export_interval(row->quantity, row->new, row->new_low, row->new_high, new, sizeof new);
    snprintf(part, sizeof part, "%s -> %s", base, new);
    append(text, bytes, part);
    if (isnan(row->change))
        return;
    export_change(row->change, row->change_low, row->change_high, new, sizeof new);
    snprintf(part, sizeof part, ": %s", new);
    append(text, bytes, part);
    if (isfinite(row->p)) {
        snprintf(part, sizeof part, ", p %.2g", row->p);
        append(text, bytes, part);
    }
    if (row->rounds != CSV_UNKNOWN && row->rounds > 0) {
        snprintf(part, sizeof part, " in %llu rounds", (unsigned long long)row->rounds);
        append(text, bytes, part);
    }
}

void export_finding(const struct comparison *row, char *text, size_t bytes)
{
    char change[EXPORT_TEXT_BYTES], part[2 * EXPORT_TEXT_BYTES];
    *text = '\0';
    describe_first_rounds(row, text, bytes);
    if (isfinite(row->fresh_change)) {
        export_change(row->fresh_change, row->fresh_low, row->fresh_high, change, sizeof change);
        snprintf(part, sizeof part, "fresh rounds %s", change);
        append_part(text, bytes, part);
    }
    append_part(text, bytes, row->detail);
    export_more_rounds(row, part, sizeof part);
    append_part(text, bytes, part);
}

/* ------------------------------------------------------------------------------- JSON */

int export_set_number(json_t *object, const char *key, double number)
{
    return isfinite(number) ? json_object_set_new(object, key, json_real(number)) : 0;
}

int export_set_count(json_t *object, const char *key, uint64_t count)
{
    return count <= INT64_MAX ? json_object_set_new(object, key, json_integer((json_int_t)count))
                              : 0;
}

int export_set_text(json_t *object, const char *key, const char *text)
{
    return *text != '\0' ? json_object_set_new(object, key, json_string(text)) : 0;
}

void export_write_json(FILE *file, json_t *root, int lost, struct error *error)
{
    char *text =
        root != NULL && lost == 0
            ? json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9))
            : NULL;
    if (text != NULL)
        fprintf(file, "%s\n", text);
    else
        fail(error, ERROR_REFUSED, "export: out of memory");
    free(text);
    json_decref(root);
}
