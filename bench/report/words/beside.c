#include "bench/report/words/beside.h"
#include "bench/report/words/verdict.h"

#include <math.h>

enum { TEXT_BYTES = 160 };

/* Ratios that are no further apart are told as one number. */
#define ALIKE 1.1

/* So near to 1 it is "as long". */
#define SAME 0.05

struct beside_ratio beside_ratio_of(const struct panel *panel, const struct lines *lines)
{
    struct beside_ratio ratio = {NAN, NAN};
    if (*panel->runtime.baseline == '\0' || lines->count == 0)
        return ratio;
    const struct key *own = &lines->lines[0].key;
    struct key serial = *own;
    serial.baseline = serial.python = "";
    for (uint64_t place = panel_least_place(panel); place != UINT64_MAX;
         place = panel_next_place(panel, place, false)) {
        double times = panel_serial_ns(panel, own, (double)place) /
                       panel_serial_ns(panel, &serial, (double)place);
        ratio.least = fmin(ratio.least, times); /* fmin and fmax pass over NaN */
        ratio.most = fmax(ratio.most, times);
    }
    return ratio;
}

static int decimals(double ratio)
{
    return ratio < 9.95 ? 1 : 0;
}

void beside_describe_ratio(struct beside_ratio ratio, char *text, size_t bytes)
{
    double middle = sqrt(ratio.least * ratio.most);
    if (!isfinite(middle))
        *text = '\0';
    else if (ratio.most > ALIKE * ratio.least)
        snprintf(text, bytes, "%.*f to %.*f times as long", decimals(ratio.least), ratio.least,
                 decimals(ratio.most), ratio.most);
    else if (fabs(middle - 1) <= SAME)
        snprintf(text, bytes, "as long");
    else
        snprintf(text, bytes, "%.*f times as long", decimals(middle), middle);
}

bool beside_write_ratio(FILE *file, const struct panel *panel, const struct lines *lines)
{
    char name[TEXT_BYTES], times[TEXT_BYTES];
    beside_describe_ratio(beside_ratio_of(panel, lines), times, sizeof times);
    if (*times == '\0')
        return false;
    panel_name_baseline(panel, name, sizeof name);
    fprintf(file, "%s takes %s as serial", name, times);
    return true;
}

/* The row that pays first; NULL where none does. */
static const struct standing *first_payer(struct beside of, bool cold)
{
    for (size_t i = 0; i < of.standings->count; i++) {
        const struct standing *row = &of.standings->rows[i];
        if (crossover_stays_ahead(cold ? row->cold : row->warm))
            return row;
    }
    return NULL;
}

static void write_payer(FILE *file, struct beside of, const struct standing *row, bool cold,
                        const char *verb)
{
    char label[TEXT_BYTES], place[TEXT_BYTES];
    line_label(of.lines, row->line, label, sizeof label);
    const struct crossover *crossover = cold ? row->cold : row->warm;
    bool always = crossover_kind_of(crossover) == CROSSOVER_ALWAYS;
    verdict_describe_short(of.panel, crossover, place, sizeof place);
    fprintf(file, "%s %s%s", label, verb,
            always && of.panel->axis == DIMENSION_size ? "at all sizes" : place);
}

void beside_write_first(FILE *file, struct beside own, struct beside serial)
{
    bool cold = text_equal(panel_view(own.panel), "cold");
    const struct standing *first = first_payer(own, cold);
    const struct standing *other = first_payer(serial, cold);
    if (first == NULL || other == NULL ||
        crossover_kind_of(cold ? first->cold : first->warm) != CROSSOVER_AT)
        return;
    fputs(cold ? "; started cold, " : "; kept open, ", file);
    write_payer(file, own, first, cold, "pays ");
    fputs(", ", file);
    write_payer(file, serial, other, cold, "");
}
