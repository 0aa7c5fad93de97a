#ifndef BREAKEVEN_DATA_KEY_H
#define BREAKEVEN_DATA_KEY_H

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
_Static_assert(DIMENSION_ROWS <= 32, "a bit for each dimension");
#define DIMENSION_BIT(symbol) (dimension_bit(DIMENSION_##symbol))

static inline dimension_set dimension_bit(enum dimension dimension)
{
    return (dimension_set)1 << dimension;
}

/* What a cell and the serial cell that it is compared with have in common. Keys are ordered by the
 * roles, in this order, and by the order of rows in each. */
enum dimension_role {
    DIMENSION_SERIES, /* the same value */
    DIMENSION_JOBS,   /* the same; it is compared after the others of a batch */
    DIMENSION_OWN,    /* the strategy's own: serial's is fixed */
    DIMENSION_POINT,  /* the same; it tells the points of a curve apart */
};

/* How people are shown two dimensions that belong together. */
enum dimension_link {
    DIMENSION_ALONE,
    DIMENSION_VARIES_WITH, /* a label shows both where the other varies, too */
    DIMENSION_ONE_WITH,    /* both are shown where either is */
    DIMENSION_DEPENDS_ON,  /* it is shown only where the other has an unusual value */
};
/* How people read a count: as it is, as 1Ki, as 50 us. */
enum dimension_unit { DIMENSION_PLAIN, DIMENSION_BYTES, DIMENSION_DURATION };

/* A row of DIMENSIONS; what is left out there is 0 or NULL. */
struct dimension_row {
    const char *name;
    size_t offset; /* in struct key */
    bool is_text;
    enum dimension_role role;
    const char *usual_text; /* the value that titles and names leave out; NULL: "" */
    uint64_t usual_count;   /* the same of a count */
    const char *label;      /* what stands in the label of a line, for printf; NULL: nothing */
    const char *title;      /* what stands in the title of a table; NULL: nothing */
    const char *plural;     /* what ends their noun where the count is not 1; NULL: there is none */
    enum dimension_unit unit;
    bool varying;    /* a label shows it only where the lines of one strategy differ in it */
    bool even_usual; /* a label shows it even where it has its usual value */
    enum dimension_link link;
    enum dimension other; /* of the link */
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

/* The strategy that a cell is compared with: "serial", or the serial loop of the same runtime. */
const char *key_baseline(const struct key *key);

/* True for the cells of that strategy itself. */
bool key_is_baseline(const struct key *key);

/* True for cells of one runtime: they have the same baseline, and the same interpreter. Times of
 * others are no speedups of each other. */
bool key_same_runtime(const struct key *a, const struct key *b);

/* The key of the run that a cell is compared with. */
struct key key_of_baseline(const struct key *key);

/* The column of a dimension in a file whose rows, struct row, hold a key; a file names the groups
 * of DIMENSIONS between columns of its own. */
#define KEY_COLUMN_OF(row, symbol, column) CSV_COLUMN(struct row, key.symbol, #symbol, column),

#endif
