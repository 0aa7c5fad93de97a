#include "bench/report/words/over_hosts.h"
#include "bench/report/words/scaling_text.h"
#include "bench/report/words/verdict.h"

#include <ctype.h>
#include <math.h>

enum { TEXT_BYTES = 160 };

/* "two", "13". */
static const char *count_text(uint64_t count, char text[TEXT_BYTES])
{
    static const char *const words[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    if (count < sizeof words / sizeof *words)
        return words[count];
    snprintf(text, TEXT_BYTES, "%llu", (unsigned long long)count);
    return text;
}

/* The largest number of hosts below `than` that a row of the standings runs over; 0: this one
 * alone, or nothing. */
static uint64_t fewer_hosts(const struct standings *standings, uint64_t than)
{
    uint64_t most = 0;
    for (size_t i = 0; i < standings->count; i++) {
        uint64_t hosts = standings->rows[i].line->key.hosts;
        most = hosts < than && hosts > most ? hosts : most;
    }
    return most;
}

static bool runs_over_fewer(const struct standings *standings, uint64_t hosts)
{
    for (size_t i = 0; i < standings->count; i++)
        if (standings->rows[i].line->key.hosts < hosts)
            return true;
    return false;
}

/* What pays first over so many hosts: they are in that order. NULL where nothing ran over them. */
static const struct standing *first_over(const struct standings *standings, uint64_t hosts)
{
    for (size_t i = 0; i < standings->count; i++)
        if (standings->rows[i].line->key.hosts == hosts)
            return &standings->rows[i];
    return NULL;
}

/* ------------------------------------------------------------------------------- what pays */

/* "from jobs of 900 us", and behind another such place "from 12.0 us"; "from 14 jobs"; "it never
 * pays". */
static void describe(const struct panel *panel, const struct crossover *crossover, bool *follows,
                     char *text, size_t bytes)
{
    char place[96];
    bool sizes = panel->axis == DIMENSION_size;
    enum crossover_kind kind = crossover_kind_of(crossover);
    switch (kind) {
    case CROSSOVER_AT:
    case CROSSOVER_ALWAYS:
        if (kind == CROSSOVER_ALWAYS && sizes) {
            snprintf(text, bytes, "with %s size of job that was measured",
                     panel_count_timed(panel) > 1 ? "every" : "the");
            break;
        }
        verdict_describe_job(panel, crossover, place, sizeof place);
        snprintf(text, bytes, "from %s%s", sizes && !*follows ? "jobs of " : "", place);
        *follows = true;
        break;
    case CROSSOVER_BETWEEN:
        verdict_describe_between(panel, crossover, place, sizeof place);
        snprintf(text, bytes, "with %s%s only", sizes ? "jobs " : "", place);
        break;
    case CROSSOVER_NEVER:
        snprintf(text, bytes, "it never pays");
        break;
    case CROSSOVER_EVEN:
        snprintf(text, bytes, "it is as fast as %s", panel_baseline(panel));
        break;
    case CROSSOVER_NOISY:
        snprintf(text, bytes, "it cannot be told");
        break;
    }
}

/* "over two hosts", "over one", "on this one alone". */
static void describe_hosts(uint64_t hosts, bool first, char *text, size_t bytes)
{
    char count[TEXT_BYTES];
    if (hosts == 0)
        snprintf(text, bytes, "on this one alone");
    else
        snprintf(text, bytes, "over %s%s", count_text(hosts, count), first ? " hosts" : "");
}

/* What was said before is in *follows. */
static void write_clause(FILE *file, const struct panel *panel, const struct lines *lines,
                         const struct standing *row, bool first, bool *follows)
{
    bool cold = text_equal(panel_view(panel), "cold");
    const struct crossover *crossover = cold ? row->cold : row->warm;
    char place[TEXT_BYTES], label[TEXT_BYTES], over[TEXT_BYTES + 16];
    describe_hosts(row->line->key.hosts, first, over, sizeof over);
    describe(panel, crossover, follows, place, sizeof place);
    line_label_but(lines, row->line, DIMENSION_BIT(hosts), label, sizeof label);
    fprintf(file, "%s%s %s (%s", first ? "" : ", ", over, place, label);
    if (crossover_stays_ahead(crossover))
        fprintf(file, ", %llu worker%s", (unsigned long long)crossover->key.workers,
                text_plural(crossover->key.workers));
    fputc(')', file);
}

/* ------------------------------------------------------------------------------- more of them */

/* The best row at a place over so many hosts: 0 is this one alone. NULL where there is none. */
static const struct summary *best_between(const struct panel *panel,
                                          const struct standings *standings, uint64_t place,
                                          uint64_t least, uint64_t most)
{
    const struct summary *best = NULL;
    for (size_t i = 0; i < standings->count; i++) {
        const struct line *line = standings->rows[i].line;
        if (line->key.hosts < least || line->key.hosts > most)
            continue;
        for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(panel, workers)) {
            const struct summary *row = panel_row(panel, line, workers, place, panel_view(panel));
            if (row != NULL && isfinite(row->speedup) && panel_is_better(row, best))
                best = row;
        }
    }
    return best;
}

/* True where so many hosts are ahead of fewer, and of serial, beyond both intervals. */
static bool is_ahead(const struct panel *panel, const struct standings *standings, uint64_t place,
                     uint64_t hosts)
{
    const struct summary *own = best_between(panel, standings, place, hosts, hosts);
    const struct summary *fewer = best_between(panel, standings, place, 0, hosts - 1);
    return own != NULL && own->speedup_low > 1 && fewer != NULL &&
           own->speedup_low > fewer->speedup_high;
}

/* The smallest place from which on they are; UINT64_MAX where they are not with the largest. */
static uint64_t ahead_from(const struct panel *panel, const struct standings *standings,
                           uint64_t hosts)
{
    uint64_t from = UINT64_MAX;
    for (uint64_t place = panel_next_place(panel, 0, true); place != UINT64_MAX;
         place = panel_next_place(panel, place, false))
        if (!is_ahead(panel, standings, place, hosts))
            from = UINT64_MAX;
        else if (from == UINT64_MAX)
            from = place;
    return from;
}

/* " Two hosts are surely ahead of fewer from jobs of 2.00 ms on." */
static void write_ahead(FILE *file, const struct panel *panel, const struct lines *lines,
                        const struct standings *standings, uint64_t hosts)
{
    uint64_t from = ahead_from(panel, standings, hosts);
    char count[TEXT_BYTES], job[32];
    const char *word = count_text(hosts, count);
    fprintf(file, " %c%s hosts are surely ahead of fewer ", toupper((unsigned char)*word),
            word + 1);
    if (from == UINT64_MAX) {
        fputs("with none of the jobs that were measured.", file);
    } else if (panel->axis == DIMENSION_jobs) {
        fprintf(file, "from %llu job%s on.", (unsigned long long)from, text_plural(from));
    } else {
        text_duration(job, sizeof job, panel_serial_ns(panel, &lines->lines[0].key, (double)from));
        fprintf(file, "from jobs of %s on.", job);
    }
}

bool over_hosts_write(FILE *file, const struct panel *panel, const struct lines *lines,
                      const struct standings *standings)
{
    uint64_t most = fewer_hosts(standings, UINT64_MAX), hosts = most;
    if (most < 2 || !runs_over_fewer(standings, most) || scaling_grows(panel))
        return false;
    fputs(text_equal(panel_view(panel), "cold") ? "Started cold, " : "Kept open, ", file);
    bool follows = false;
    for (bool last = false; !last; hosts = fewer_hosts(standings, hosts)) {
        const struct standing *row = first_over(standings, hosts);
        if (row != NULL)
            write_clause(file, panel, lines, row, hosts == most, &follows);
        last = hosts == 0;
    }
    fputc('.', file);
    for (hosts = 2; hosts <= most; hosts++)
        if (first_over(standings, hosts) != NULL)
            write_ahead(file, panel, lines, standings, hosts);
    return true;
}
