/* JUnit XML as Jenkins, GitLab and their like read it: a test case for each row. A row that got
 * worse has failed, one that went wrong is an error; what cannot be told and what only the base has
 * is skipped, as `compare` ends with 0 then, but where nothing at all can be told an error of its
 * own says so: who reads the file and who reads the exit status must not disagree. Numbers stand in
 * messages, so that a case keeps its name from run to run. */
#include "bench/report/export/export_text.h"

#include <math.h>
#include <stdlib.h>

/* Texts are printable: no character is left that XML does not allow. */
static void put_escaped(FILE *file, const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        switch (*c) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            fputc(*c, file);
        }
}

/* What became of a case: the element within it. */
enum outcome { PASSED, FAILED, WENT_WRONG, SKIPPED };

static void put_case(FILE *file, const char *class, const char *name, enum outcome outcome,
                     const char *type, const char *message)
{
    static const char *const elements[] = {"system-out", "failure", "error", "skipped"};
    const char *element = elements[outcome];
    fputs("    <testcase classname=\"breakeven.", file);
    put_escaped(file, class);
    fputs("\" name=\"", file);
    put_escaped(file, name);
    fprintf(file, "\">\n      <%s", element);
    if (outcome == PASSED) {
        fprintf(file, ">%s: ", type);
    } else {
        fputs(" type=\"", file);
        put_escaped(file, type);
        fputs("\" message=\"", file);
        put_escaped(file, message);
        fputs("\">", file);
    }
    put_escaped(file, message);
    fprintf(file, "</%s>\n    </testcase>\n", element);
}

static void put_property(FILE *file, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    fprintf(file, "      <property name=\"%s\" value=\"", name);
    put_escaped(file, value);
    fputs("\"/>\n", file);
}

static void put_properties(FILE *file, const struct host *host)
{
    fputs("    <properties>\n", file);
    put_property(file, "started", host->started);
    put_property(file, "suite", host->suite);
    put_property(file, "commit", host->commit);
    put_property(file, "base", host->base);
    put_property(file, "new", host->new);
    put_property(file, "cpu", host->model);
    put_property(file, "kernel", host->kernel);
    put_property(file, "hypervisor", host->hypervisor);
    fputs("    </properties>\n", file);
}

static void put_counts(FILE *file, const char *element, size_t tests, const size_t outcomes[])
{
    fprintf(file, "<%s name=\"breakeven\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", element,
            tests, outcomes[FAILED], outcomes[WENT_WRONG]);
}

static void open_suite(FILE *file, const struct host *host, size_t tests, const size_t outcomes[])
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", file);
    put_counts(file, "testsuites", tests, outcomes);
    fputs(">\n  ", file);
    put_counts(file, "testsuite", tests, outcomes);
    fprintf(file, " skipped=\"%zu\">\n", outcomes[SKIPPED]);
    put_properties(file, host);
}

static void close_suite(FILE *file)
{
    fputs("  </testsuite>\n</testsuites>\n", file);
}

static enum outcome outcome_of_row(const struct comparison *row)
{
    if (export_is(row, VERDICT_REGRESSION))
        return FAILED;
    if (export_is(row, VERDICT_CRASHED))
        return WENT_WRONG;
    return export_is(row, VERDICT_NOISY) || export_is(row, VERDICT_MISSING) ? SKIPPED : PASSED;
}

static size_t write_comparison(FILE *file, const struct exported *from, struct error *error)
{
    const struct comparisons *found = &from->comparisons;
    size_t outcomes[SKIPPED + 1] = {0};
    for (size_t i = 0; i < found->count; i++)
        outcomes[outcome_of_row(&found->rows[i])]++;
    bool told = comparisons_told(found) > 0;
    outcomes[WENT_WRONG] += !told;
    open_suite(file, &from->found.host, found->count + !told, outcomes);
    if (!told)
        put_case(file, "comparison", "anything can be told", WENT_WRONG, "noisy",
                 "nothing can be told: measure more rounds, or on a quieter machine");
    for (size_t i = 0; i < found->count; i++) {
        const struct comparison *row = &found->rows[i];
        char message[4 * EXPORT_TEXT_BYTES];
        char *name = export_name(&row->key, row->temperature, row->quantity, error);
        if (name == NULL)
            return 0;
        export_finding(row, message, sizeof message);
        put_case(file, row->key.work, name, outcome_of_row(row), row->verdict, message);
        free(name);
    }
    close_suite(file);
    return found->count;
}

/* A run on its own is no verdict: a cell has passed where it was measured. */
static enum outcome outcome_of_cell(const struct summary *cell)
{
    if (text_equal(cell->status, "ok"))
        return PASSED;
    return text_equal(cell->status, "unavailable") ? SKIPPED : WENT_WRONG;
}

static void describe_cell(const struct summary *cell, char *text, size_t bytes)
{
    char time[EXPORT_TEXT_BYTES], speedup[EXPORT_TEXT_BYTES];
    export_interval("time", cell->median_ns, cell->low_ns, cell->high_ns, time, sizeof time);
    export_interval("speedup", cell->speedup, cell->speedup_low, cell->speedup_high, speedup,
                    sizeof speedup);
    if (text_equal(cell->status, "ok"))
        snprintf(text, bytes, "%s, speedup %s in %llu rounds", time, speedup,
                 (unsigned long long)cell->rounds);
    else
        text_printable(text, bytes, cell->detail);
}

static size_t write_run(FILE *file, const struct exported *from, struct error *error)
{
    const struct summaries *cells = &from->found.summaries;
    size_t outcomes[SKIPPED + 1] = {0};
    for (size_t i = 0; i < cells->count; i++)
        outcomes[outcome_of_cell(&cells->rows[i])]++;
    open_suite(file, &from->found.host, cells->count, outcomes);
    for (size_t i = 0; i < cells->count; i++) {
        const struct summary *cell = &cells->rows[i];
        char message[4 * EXPORT_TEXT_BYTES];
        char *name = export_name(&cell->key, cell->temperature, "", error);
        if (name == NULL)
            return 0;
        describe_cell(cell, message, sizeof message);
        put_case(file, cell->key.work, name, outcome_of_cell(cell), cell->status, message);
        free(name);
    }
    close_suite(file);
    return cells->count;
}

size_t export_junit(FILE *file, const struct exported *from, struct error *error)
{
    return from->compared ? write_comparison(file, from, error) : write_run(file, from, error);
}
