/* Markdown for a job summary or a comment: what matters first, and never more than fits. */
#include "bench/report/export/export_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Below 64 KiB with what stands behind the last row. */
enum { PAGE_BYTES = 64000, FIELD_BYTES = 400, ROW_BYTES = 8 * FIELD_BYTES };

struct markdown_page {
    FILE *file;
    size_t used;
    size_t rows;     /* that were written */
    size_t left_out; /* since the page is full; from then on all are */
};

/* A table's head stands before its first row, and only where that fits. */
struct markdown_table {
    const char *head;
    bool begun;
};

static void put(struct markdown_page *page, const char *text)
{
    fputs(text, page->file);
    page->used += strlen(text);
}

static void put_row(struct markdown_page *page, struct markdown_table *table, const char *row)
{
    size_t bytes = strlen(row) + (table->begun ? 0 : strlen(table->head));
    if (page->left_out > 0 || page->used + bytes > PAGE_BYTES) {
        page->left_out++;
        return;
    }
    if (!table->begun)
        put(page, table->head);
    put(page, row);
    table->begun = true;
    page->rows++;
}

/* A colon within a word may make a link of it, or a picture. */
static bool is_harmless(const char *c)
{
    if (*c == ':')
        return c[1] == ' ' || isdigit((unsigned char)c[1]);
    return isalnum((unsigned char)*c) || (*c & 0x80) != 0 || strchr(" .,;-+/%()='", *c) != NULL;
}

/* A text in which nothing acts, also not as a cell of a table: what is not a letter, a digit or
 * harmless becomes an entity. Cut where there is no room. */
static void escape(const char *text, char *out, size_t bytes)
{
    size_t used = 0;
    const char *c = text;
    for (; *c != '\0' && used + 8 < bytes; c++)
        if (is_harmless(c))
            out[used++] = *c;
        else
            used += (size_t)snprintf(out + used, bytes - used, "&#%d;", *c);
    while (*c != '\0' && used > 0 && (out[used - 1] & 0x80) != 0)
        used--; /* the cut may lie within a character */
    out[used] = '\0';
}

/* Names hold nothing that acts in a code span. */
static int describe_name(const struct key *key, const char *temperature, char *text, size_t bytes,
                         struct error *error)
{
    char *name = export_name(key, temperature, "", error);
    if (name == NULL)
        return -1;
    bool fits = strlen(name) + 6 <= bytes;
    snprintf(text, bytes, "`%.*s%s`", (int)bytes - 6, name, fits ? "" : "...");
    free(name);
    return 0;
}

/* ------------------------------------------------------------------------------- comparisons */

static const char comparison_head[] = "| cell | quantity | base | new | change | |\n"
                                      "|---|---|--:|--:|--:|---|\n";

/* Behind the change: the fresh rounds, chance, what went wrong, what it would take to tell. */
static void describe_rest(const struct comparison *row, char *text, size_t bytes)
{
    char part[EXPORT_TEXT_BYTES], rest[FIELD_BYTES];
    struct comparison without_numbers = *row;
    without_numbers.base = without_numbers.new = NAN;
    export_finding(&without_numbers, rest, sizeof rest);
    part[0] = '\0';
    if (isfinite(row->p))
        snprintf(part, sizeof part, "p %.2g%s", row->p, *rest != '\0' ? "; " : "");
    escape(rest, text + strlen(part), bytes - strlen(part));
    memcpy(text, part, strlen(part));
}

static int put_comparison(struct markdown_page *page, struct markdown_table *table,
                          const struct comparison *row, struct error *error)
{
    char name[FIELD_BYTES], base[FIELD_BYTES], new[FIELD_BYTES], change[FIELD_BYTES];
    char rest[3 * FIELD_BYTES], text[ROW_BYTES];
    if (describe_name(&row->key, row->temperature, name, sizeof name, error) != 0)
        return -1;
    export_interval(row->quantity, row->base, row->base_low, row->base_high, base, sizeof base);
    export_interval(row->quantity, row->new, row->new_low, row->new_high, new, sizeof new);
    export_change(row->change, row->change_low, row->change_high, change, sizeof change);
    describe_rest(row, rest, sizeof rest);
    snprintf(text, sizeof text, "| %s | %s | %s | %s | %s | %s |\n", name, row->quantity, base, new,
             change, rest);
    put_row(page, table, text);
    return 0;
}

/* How large a change is for the order of rows: the confirmed one where there is one. */
static double largeness(const struct comparison *row)
{
    double change = isfinite(row->fresh_change) ? row->fresh_change : row->change;
    return isfinite(change) ? fabs(change) : INFINITY;
}

/* The largest change first; what is not known before it. */
static int compare_largeness(const void *a, const void *b)
{
    const struct comparison *x = *(const struct comparison *const *)a;
    const struct comparison *y = *(const struct comparison *const *)b;
    double of_x = largeness(x), of_y = largeness(y);
    if (of_x != of_y)
        return of_x > of_y ? -1 : 1;
    return (x > y) - (x < y);
}

/* All rows of that verdict below a heading. sorted holds as many pointers as there are rows. */
static int put_verdict(struct markdown_page *page, const struct comparisons *found,
                       enum verdict verdict, const char *heading, const struct comparison *sorted[],
                       struct error *error)
{
    char head[sizeof comparison_head + 64];
    struct markdown_table table = {.head = head};
    size_t count = 0;
    snprintf(head, sizeof head, "\n%s\n\n%s", heading, comparison_head);
    for (size_t i = 0; i < found->count; i++)
        if (export_is(&found->rows[i], verdict))
            sorted[count++] = &found->rows[i];
    qsort(sorted, count, sizeof(const struct comparison *), compare_largeness);
    for (size_t i = 0; i < count; i++)
        if (put_comparison(page, &table, sorted[i], error) != 0)
            return -1;
    return 0;
}

/* "2 regressions", "1 crash": into what it says so far, with a comma before it. */
static void count_verdict(const struct comparisons *found, enum verdict verdict, const char *one,
                          const char *many, char *text, size_t bytes)
{
    size_t count = comparisons_of(found, verdict), used = strlen(text);
    if (count > 0)
        snprintf(text + used, bytes - used, "%s%zu %s", used > 0 ? ", " : "", count,
                 count == 1 ? one : many);
}

/* As in the exit status of `compare`: where nothing is told, that is no good news. */
static const char *describe_good(const struct comparisons *found)
{
    bool told =
        comparisons_of(found, VERDICT_SAME) + comparisons_of(found, VERDICT_IMPROVEMENT) > 0;
    return told ? "No regression" : "Nothing can be told";
}

static void put_verdict_line(struct markdown_page *page, const struct comparisons *found)
{
    char bad[128] = "", rest[256] = "", line[512];
    count_verdict(found, VERDICT_REGRESSION, "regression", "regressions", bad, sizeof bad);
    count_verdict(found, VERDICT_CRASHED, "crash", "crashes", bad, sizeof bad);
    count_verdict(found, VERDICT_IMPROVEMENT, "improvement", "improvements", rest, sizeof rest);
    count_verdict(found, VERDICT_NOISY, "too noisy to tell", "too noisy to tell", rest,
                  sizeof rest);
    count_verdict(found, VERDICT_MISSING, "missing", "missing", rest, sizeof rest);
    count_verdict(found, VERDICT_SAME, "the same", "the same", rest, sizeof rest);
    count_verdict(found, VERDICT_NEW, "new", "new", rest, sizeof rest);
    snprintf(line, sizeof line, "**%s**%s%s\n", *bad != '\0' ? bad : describe_good(found),
             *rest != '\0' ? ": " : "", rest);
    put(page, line);
}

static void put_fact(struct markdown_page *page, const char *what, const char *fact)
{
    char text[3 * FIELD_BYTES], line[4 * FIELD_BYTES];
    if (*fact == '\0')
        return;
    escape(fact, text, sizeof text);
    snprintf(line, sizeof line, "- %s: %s\n", what, text);
    put(page, line);
}

/* Which builds, and where. */
static void put_facts(struct markdown_page *page, const struct host *host)
{
    char machine[FIELD_BYTES] = "";
    if (host->cpus_usable > 0)
        snprintf(machine, sizeof machine, "%u CPU%s, %s%s%s, %s", host->cpus_usable,
                 host->cpus_usable == 1 ? "" : "s", host->model, *host->model ? ", " : "",
                 host->architecture, host->kernel);
    put(page, "\n");
    put_fact(page, "base", host->base);
    put_fact(page, "new", host->new);
    put_fact(page, "machine", machine);
    put_fact(page, "measured", host->started);
    for (size_t i = 0; i < host->warnings.count; i++)
        put_fact(page, "warning", host->warnings.texts[i]);
}

static void put_end(struct markdown_page *page, const char *file)
{
    char line[128];
    if (page->left_out == 0)
        return;
    snprintf(line, sizeof line, "\n%zu row%s left out here; %s holds all.\n", page->left_out,
             page->left_out == 1 ? " is" : "s are", file);
    put(page, line);
}

/* What nobody has to read, folded away; nothing where no row fits. */
static int put_folded(struct markdown_page *page, const struct comparisons *found,
                      const struct comparison *sorted[], struct error *error)
{
    size_t rest = comparisons_of(found, VERDICT_SAME) + comparisons_of(found, VERDICT_NEW);
    char summary[128];
    if (rest == 0 || page->left_out > 0) {
        page->left_out += rest;
        return 0;
    }
    snprintf(summary, sizeof summary, "\n<details>\n<summary>%zu more: new or the same</summary>\n",
             rest);
    put(page, summary);
    if (put_verdict(page, found, VERDICT_NEW, "### New", sorted, error) != 0 ||
        put_verdict(page, found, VERDICT_SAME, "### The same", sorted, error) != 0)
        return -1;
    put(page, "\n</details>\n");
    return 0;
}

static int put_comparisons(struct markdown_page *page, const struct exported *from,
                           const struct comparison *sorted[], struct error *error)
{
    const struct comparisons *found = &from->comparisons;
    put_verdict_line(page, found);
    put_facts(page, &from->found.host);
    if (put_verdict(page, found, VERDICT_REGRESSION, "### Regressions", sorted, error) != 0 ||
        put_verdict(page, found, VERDICT_CRASHED, "### Crashed", sorted, error) != 0 ||
        put_verdict(page, found, VERDICT_IMPROVEMENT, "### Improvements", sorted, error) != 0 ||
        put_verdict(page, found, VERDICT_NOISY, "### Too noisy to tell", sorted, error) != 0 ||
        put_verdict(page, found, VERDICT_MISSING, "### Missing", sorted, error) != 0 ||
        put_folded(page, found, sorted, error) != 0)
        return -1;
    put_end(page, "comparison.csv");
    return 0;
}

/* ------------------------------------------------------------------------------- runs */

static const char run_head[] = "\n| cell | time | speedup | rounds | |\n|---|--:|--:|--:|---|\n";

static int put_cell(struct markdown_page *page, struct markdown_table *table,
                    const struct summary *cell, struct error *error)
{
    char name[FIELD_BYTES], time[FIELD_BYTES], speedup[FIELD_BYTES], status[FIELD_BYTES] = "";
    char detail[FIELD_BYTES / 2], trouble[3 * FIELD_BYTES], row[ROW_BYTES];
    if (describe_name(&cell->key, cell->temperature, name, sizeof name, error) != 0)
        return -1;
    export_interval("time", cell->median_ns, cell->low_ns, cell->high_ns, time, sizeof time);
    export_interval("speedup", cell->speedup, cell->speedup_low, cell->speedup_high, speedup,
                    sizeof speedup);
    text_printable(detail, sizeof detail, cell->detail);
    if (!text_equal(cell->status, "ok"))
        snprintf(status, sizeof status, "%.64s: %s", cell->status, detail);
    escape(status, trouble, sizeof trouble);
    snprintf(row, sizeof row, "| %s | %s | %s | %llu | %s |\n", name, time, speedup,
             (unsigned long long)cell->rounds, trouble);
    put_row(page, table, row);
    return 0;
}

static size_t count_troubles(const struct summaries *cells)
{
    size_t troubles = 0;
    for (size_t i = 0; i < cells->count; i++)
        troubles += text_equal(cells->rows[i].status, "ok") ? 0 : 1;
    return troubles;
}

/* What went wrong stands first. */
static int put_run(struct markdown_page *page, const struct exported *from, struct error *error)
{
    const struct summaries *cells = &from->found.summaries;
    struct markdown_table table = {.head = run_head};
    char line[128];
    size_t troubles = count_troubles(cells);
    snprintf(line, sizeof line, "**%zu cell%s measured**, %zu with trouble\n", cells->count,
             cells->count == 1 ? "" : "s", troubles);
    put(page, line);
    put_facts(page, &from->found.host);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < cells->count; i++)
            if (text_equal(cells->rows[i].status, "ok") == (pass == 1) &&
                put_cell(page, &table, &cells->rows[i], error) != 0)
                return -1;
    put_end(page, "summary.csv");
    return 0;
}

size_t export_markdown(FILE *file, const struct exported *from, struct error *error)
{
    struct markdown_page page = {.file = file};
    size_t count = from->comparisons.count;
    const struct comparison **sorted = calloc(count + 1, sizeof *sorted);
    if (sorted == NULL)
        fail(error, ERROR_REFUSED, "export: out of memory");
    else if (from->compared)
        put_comparisons(&page, from, sorted, error);
    else
        put_run(&page, from, error);
    free(sorted);
    return page.rows;
}
