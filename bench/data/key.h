#ifndef BREAKEVEN_KEY_H
#define BREAKEVEN_KEY_H

#include "bench/base/csv.h"
#include "bench/data/dimensions.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What tells cells apart in files: every table of rows has these columns. Texts are never NULL. A
 * field for each row of DIMENSIONS, which says what it holds. */
struct key {
#define KEY_TEXT const char *
#define KEY_COUNT uint64_t
#define FIELD(symbol, type, ...) KEY_##type symbol;
    DIMENSIONS(FIELD)
#undef FIELD
};

enum dimension {
#define SYMBOL(symbol, ...) DIMENSION_##symbol,
    DIMENSIONS(SYMBOL)
#undef SYMBOL
        DIMENSION_ROWS
};

/* Dimensions as bits. */
typedef uint32_t dimension_set;
#define DIMENSION_BIT(symbol) ((dimension_set)1 << DIMENSION_##symbol)

/* What a cell and the serial cell that it is compared with have in common. Keys are ordered by the
 * roles, in this order, and by the order of rows in each. */
enum dimension_role {
    DIMENSION_SERIES, /* the same value */
    DIMENSION_JOBS,   /* the same; it is compared after the others of a batch */
    DIMENSION_OWN,    /* the strategy's own: serial's is fixed */
    DIMENSION_POINT,  /* the same; it tells the points of a curve apart */
};

enum dimension_link {
    DIMENSION_ALONE,
    DIMENSION_VARIES_WITH,
    DIMENSION_ONE_WITH,
    DIMENSION_DEPENDS_ON,
};
enum dimension_unit { DIMENSION_PLAIN, DIMENSION_BYTES, DIMENSION_DURATION };

/* A row of DIMENSIONS. */
struct dimension_row {
    const char *name;
    size_t offset; /* in struct key */
    bool is_text;
    enum dimension_role role;
    enum dimension_link link;
    enum dimension other;
    enum dimension_unit unit;
    bool varying, unusual;
    const char *usual_text;
    uint64_t usual_count;
    const char *label, *title;
};

extern const struct dimension_row dimension_rows[DIMENSION_ROWS];

const char *key_text(const struct key *key, enum dimension dimension);
uint64_t key_count(const struct key *key, enum dimension dimension);
void key_set_text(struct key *key, enum dimension dimension, const char *text);
void key_set_count(struct key *key, enum dimension dimension, uint64_t count);

/* True where it is a text that is "", or a count that is not known. */
bool key_lacks(const struct key *key, enum dimension dimension);

/* True where it is the value that titles and names leave out. */
bool key_is_usual(const struct key *key, enum dimension dimension);

/* All order like strcmp. key_compare_but leaves some dimensions out. A curve is every dimension but
 * the size; the key's own order is by curve, then size, so that a curve's points stand together. */
int key_compare(const struct key *a, const struct key *b);
int key_compare_but(const struct key *a, const struct key *b, dimension_set left_out);
int key_compare_curve(const struct key *a, const struct key *b);

/* The key of a cell for which nothing is said yet: serial's, of no work. */
struct key key_of_nothing(void);

/* The key of the serial run that a cell is compared with. */
struct key key_of_serial(const struct key *key);

/* The column of a dimension in a file whose rows, struct row, hold a key; a file names the groups
 * of DIMENSIONS between columns of its own. */
#define KEY_COLUMN_OF(row, symbol, column) CSV_COLUMN(struct row, key.symbol, #symbol, column),

#endif
