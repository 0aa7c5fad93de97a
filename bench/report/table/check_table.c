#include "bench/report/table/check_table.h"
#include "bench/report/table/folded.h"

#include <math.h>

enum { TEXT_BYTES = 96 };

/* "at 31.6k [30k, 33k]", "never". */
static void write_place(FILE *file, const char *verdict, double at, double low, double high)
{
    char middle[TEXT_BYTES / 4], below[TEXT_BYTES / 4], above[TEXT_BYTES / 4];
    text_size(middle, sizeof middle, at);
    text_size(below, sizeof below, isnan(low) ? 0 : low);
    text_size(above, sizeof above, high);
    enum crossover_kind kind = crossover_kind(verdict);
    fprintf(file, "%s", verdict);
    if (kind == CROSSOVER_AT || kind == CROSSOVER_BETWEEN)
        fprintf(file, " %s [%s, %s]", middle, below, above);
}

static void write_percent(FILE *file, double share)
{
    fprintf(file, 100 * share < 9.95 ? "%.2f %%" : "%.0f %%", 100 * share);
}

/* What the old value loses, and what a new one would. */
static void write_costs(FILE *file, const struct check *row)
{
    char worst[TEXT_BYTES / 4];
    if (isnan(row->mean_cost))
        return;
    text_size(worst, sizeof worst, (double)row->worst_at);
    fputs("; its value loses ", file);
    if (row->worst_cost > 0) {
        write_percent(file, row->mean_cost);
        fputs(" on average and ", file);
        write_percent(file, row->worst_cost);
        fprintf(file, " at worst (at %s)", worst);
    } else {
        fputs("nothing", file);
    }
    bool on_sizes = text_equal(row->axis, "size"), one = row->places == 1;
    fprintf(file, " now, over %llu %s%s", (unsigned long long)row->places,
            on_sizes ? "size"
            : one    ? "number"
                     : "numbers",
            on_sizes ? one ? "" : "s" : " of jobs");
    if (isnan(row->now_mean_cost) || row->now_mean_cost >= row->mean_cost)
        return;
    fputs(", and a new one ", file);
    write_percent(file, row->now_mean_cost);
    fputs(" and ", file);
    write_percent(file, row->now_worst_cost);
}

static void write_row(FILE *file, const struct check *row)
{
    fprintf(file, "%s: %s: ", row->name,
            text_equal(row->verdict, check_verdicts[CHECK_UNTOLD]) ? "cannot tell" : row->verdict);
    write_place(file, row->was, row->was_at, row->was_low, row->was_high);
    if (*row->now != '\0') {
        fputs(" -> ", file);
        write_place(file, row->now, row->now_at, row->now_low, row->now_high);
    }
    if (*row->detail != '\0')
        fprintf(file, ": %s", row->detail);
    write_costs(file, row);
    fputc('.', file);
}

static void print_rows(FILE *file, const struct checks *checks, enum check_verdict verdict)
{
    struct folded folded;
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *row = &checks->rows[i];
        if (!text_equal(row->verdict, check_verdicts[verdict]) || !folded_begin(&folded))
            continue;
        write_row(folded.stream, row);
        folded_end(&folded, file, "", "    ");
    }
}

void check_print(FILE *file, const struct checks *checks)
{
    print_rows(file, checks, CHECK_UNTOLD);
    print_rows(file, checks, CHECK_HELD);
    print_rows(file, checks, CHECK_DRIFTED);
    fprintf(file, "%zu held, %zu drifted, %zu cannot be told.\n", checks_of(checks, CHECK_HELD),
            checks_of(checks, CHECK_DRIFTED), checks_of(checks, CHECK_UNTOLD));
}
