#include "bench/report/panel/key_words.h"
#include "bench/base/text.h"

#include <string.h>

/* The order in which people read them. */
static const enum dimension shown[] = {
    DIMENSION_schedule,
    DIMENSION_chunk,
    DIMENSION_payload_in,
    DIMENSION_payload_out,
    DIMENSION_transport,
    DIMENSION_bind,
    DIMENSION_spin_ns,
    DIMENSION_idle_ns,
    DIMENSION_neighbours,
#define SYMBOL(symbol, ...) DIMENSION_##symbol,
    DIMENSIONS_ADDED(SYMBOL) DIMENSIONS_LATEST(SYMBOL)
#undef SYMBOL
        DIMENSION_parent_mib,
    DIMENSION_parent_pages,
    DIMENSION_env,
    DIMENSION_build,
};

enum { SHOWN = sizeof shown / sizeof *shown, VALUE_BYTES = 32 };

dimension_set key_differences(const struct key *a, const struct key *b)
{
    dimension_set differences = 0;
#define DIFFER(symbol, ...)                                                                        \
    if (key_compare_but(a, b, ~DIMENSION_BIT(symbol)) != 0)                                        \
        differences |= DIMENSION_BIT(symbol);
    DIMENSIONS(DIFFER)
#undef DIFFER
    return differences;
}

/* The value as people read it: a text as it is, a number by its unit, written to number. */
static const char *value_text(const struct key *key, enum dimension dimension,
                              char number[VALUE_BYTES])
{
    const struct dimension_row *row = &dimension_rows[dimension];
    if (row->is_text)
        return key_text(key, dimension);
    uint64_t count = key_count(key, dimension);
    if (row->unit == DIMENSION_DURATION)
        text_duration(number, VALUE_BYTES, (double)count);
    else if (row->unit == DIMENSION_BYTES)
        text_bytes(number, VALUE_BYTES, count);
    else
        snprintf(number, VALUE_BYTES, "%llu", (unsigned long long)count);
    return number;
}

/* True where there is something to show: a value, and of what depends on another that one, too. */
static bool has_value(const struct key *key, enum dimension dimension)
{
    const struct dimension_row *row = &dimension_rows[dimension];
    return !key_lacks(key, dimension) &&
           !(row->link == DIMENSION_DEPENDS_ON && key_is_usual(key, row->other));
}

/* True where the label of a line of which the dimensions `varying` tell it apart has this one. */
static bool labels(const struct key *key, enum dimension dimension, dimension_set varying)
{
    const struct dimension_row *row = &dimension_rows[dimension];
    dimension_set apart = dimension_bit(dimension);
    if (row->link != DIMENSION_ALONE)
        apart |= dimension_bit(row->other);
    return row->label != NULL && has_value(key, dimension) &&
           (!row->varying || (varying & apart) != 0) &&
           (row->even_usual || !key_is_usual(key, dimension));
}

/* True where the title has it. */
static bool entitles(const struct key *key, enum dimension dimension)
{
    const struct dimension_row *row = &dimension_rows[dimension];
    bool unusual = !key_is_usual(key, dimension);
    if (row->link == DIMENSION_ONE_WITH)
        unusual = unusual || !key_is_usual(key, row->other);
    return row->title != NULL && has_value(key, dimension) && unusual;
}

/* What ends the noun of a count: "jobs", "1 job". */
static const char *ending_of(const struct key *key, enum dimension dimension)
{
    const char *plural = dimension_rows[dimension].plural;
    return plural == NULL || key_count(key, dimension) == 1 ? "" : plural;
}

/* A chunk stands behind its schedule; where the strategy takes none it has a word of its own. */
static const char *words_of(const struct key *key, enum dimension dimension, const char *usual,
                            const char *alone)
{
    bool is_alone = dimension == DIMENSION_chunk && key_lacks(key, DIMENSION_schedule);
    return is_alone ? alone : usual;
}

void key_label(const struct key *key, dimension_set varying, dimension_set left_out, char *text,
               size_t bytes)
{
    char number[VALUE_BYTES];
    snprintf(text, bytes, "%s", key->strategy);
    for (size_t i = 0; i < SHOWN; i++)
        if ((left_out & dimension_bit(shown[i])) == 0 && labels(key, shown[i], varying))
            snprintf(text + strlen(text), bytes - strlen(text),
                     words_of(key, shown[i], dimension_rows[shown[i]].label, " chunk %s"),
                     value_text(key, shown[i], number), ending_of(key, shown[i]));
}

void key_write_title(FILE *file, const struct key *key)
{
    char number[VALUE_BYTES];
    for (size_t i = 0; i < SHOWN; i++)
        if (entitles(key, shown[i]))
            fprintf(file, words_of(key, shown[i], dimension_rows[shown[i]].title, ", chunk %s"),
                    value_text(key, shown[i], number), ending_of(key, shown[i]));
}
