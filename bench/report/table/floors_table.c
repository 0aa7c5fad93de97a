#include "bench/report/table/floors_table.h"
#include "bench/base/text.h"

#include <math.h>

enum { TEXT_BYTES = 64, NAME_WIDTH = 30 };

/* The floors for people, in the order of floor_words. */
static const char *const names[] = {
    "none",
    "cache-line round trip",
    "futex wake round trip",
    "fork, _exit, wait",
    "vfork, _exit, wait",
    "posix_spawn, wait",
    "pthread_create, join",
    "posix_spawn, dynamic, wait",
    "MPI, a byte and back",
    "MPI, 4 MiB one way",
};

static const char *name_of(const struct floor_row *row)
{
    size_t i = 0;
    while (i + 1 < sizeof names / sizeof *names && !text_equal(floor_words[i], row->floor))
        i++;
    return names[i];
}

static bool is_strategy(const struct floor_row *row)
{
    return *row->strategy != '\0';
}

/* False where nothing went wrong. */
static bool print_trouble(FILE *file, const struct floor_row *row)
{
    char detail[240];
    if (text_equal(row->status, "ok"))
        return false;
    text_clipped(detail, sizeof detail, row->detail, sizeof detail - 40);
    fprintf(file, " %s: %s\n", row->status, detail);
    return true;
}

/* "" where there are too few rounds for an interval. */
static void describe_times(const struct floor_row *row, char *text, size_t bytes)
{
    char low[TEXT_BYTES / 4], high[TEXT_BYTES / 4];
    text_duration(low, sizeof low, row->ns_low);
    text_duration(high, sizeof high, row->ns_high);
    *text = '\0';
    if (isfinite(row->ns_low))
        snprintf(text, bytes, "  [%s, %s]", low, high);
}

static void describe_multiple(const struct floor_row *row, char *text, size_t bytes)
{
    if (isnan(row->multiple))
        snprintf(text, bytes, "-");
    else if (isnan(row->multiple_low))
        snprintf(text, bytes, "%.2f", row->multiple);
    else
        snprintf(text, bytes, "%.2f [%.2f, %.2f]", row->multiple, row->multiple_low,
                 row->multiple_high);
}

/* What of a message counts is how much goes in a second. */
static void describe_rate(const struct floor_row *row, char *text, size_t bytes)
{
    *text = '\0';
    if (row->bytes != CSV_UNKNOWN && row->bytes > 1 && row->ns > 0)
        snprintf(text, bytes, "  %.3g GB/s", (double)row->bytes / row->ns);
}

static void print_floors(FILE *file, const struct findings *found)
{
    const struct floor_rows *floors = &found->floors;
    uint32_t cpus = found->host.cpus_usable;
    uint64_t rounds = floors->count > 0 ? floors->rows[0].rounds : 0;
    fprintf(file, "The floors of this machine, %u CPU%s, %llu round%s:\n\n  %-*s %9s  %s\n", cpus,
            cpus == 1 ? "" : "s", (unsigned long long)rounds, rounds == 1 ? "" : "s", NAME_WIDTH,
            "floor", "median", "interval");
    for (size_t i = 0; i < floors->count; i++) {
        char median[TEXT_BYTES], interval[TEXT_BYTES], rate[TEXT_BYTES];
        const struct floor_row *row = &floors->rows[i];
        if (is_strategy(row))
            continue;
        if (!text_equal(row->status, "ok")) {
            fprintf(file, "  %-*s", NAME_WIDTH, name_of(row));
            print_trouble(file, row);
            continue;
        }
        text_duration(median, sizeof median, row->ns);
        describe_times(row, interval, sizeof interval);
        describe_rate(row, rate, sizeof rate);
        fprintf(file, "  %-*s %9s%s%s\n", NAME_WIDTH, name_of(row), median, interval, rate);
    }
}

static void print_row(FILE *file, const struct floor_row *row)
{
    char ns[TEXT_BYTES], multiple[TEXT_BYTES];
    fprintf(file, "  %-14s %7llu ", row->strategy, (unsigned long long)row->workers);
    if (print_trouble(file, row))
        return;
    text_duration(ns, sizeof ns, row->ns);
    describe_multiple(row, multiple, sizeof multiple);
    fprintf(file, "%9s a %-6s  %-*s %-20s %4.2f\n", ns, row->unit, NAME_WIDTH, name_of(row),
            multiple, row->participation);
}

static void print_strategies(FILE *file, const struct floor_rows *floors)
{
    fprintf(file,
            "\nWhat handing over costs, warm, as a multiple of its floor in the same round:\n\n"
            "  %-14s %7s %9s %-8s  %-*s %-20s %s\n",
            "strategy", "workers", "overhead", "", NAME_WIDTH, "floor", "multiple",
            "participation");
    for (size_t i = 0; i < floors->count; i++)
        if (is_strategy(&floors->rows[i]))
            print_row(file, &floors->rows[i]);
}

static void add(uint64_t *sum, uint64_t count)
{
    *sum += count != CSV_UNKNOWN ? count : 0;
}

/* All floors are measured in the same visits, which count once. */
static void print_disturbances(FILE *file, const struct floor_rows *floors)
{
    uint64_t visits = 0, disturbed = 0, repeated = 0;
    for (size_t i = 0; i < floors->count; i++) {
        const struct floor_row *row = &floors->rows[i];
        if (i > 0 && !is_strategy(row))
            continue;
        add(&visits, row->visits);
        add(&disturbed, row->disturbed);
        add(&repeated, row->repeated);
    }
    if (disturbed > 0)
        fprintf(file,
                "\n%llu of %llu visit%s left out: beside %s a cache line took more than %.0f "
                "times the median.\n",
                (unsigned long long)disturbed, (unsigned long long)visits,
                disturbed == 1 ? " is" : "s are", disturbed == 1 ? "it" : "them", DISTURBED_FACTOR);
    if (repeated > 0)
        fprintf(file, "\n%llu visit%s made again, as this program was stopped beside %s.\n",
                (unsigned long long)repeated, repeated == 1 ? " was" : "s were",
                repeated == 1 ? "it" : "them");
}

void floors_print(FILE *file, const struct findings *found)
{
    print_floors(file, found);
    print_strategies(file, &found->floors);
    print_disturbances(file, &found->floors);
}
