#include "bench/data/key.h"

#include <string.h>

#define IS_TEXT true
#define IS_COUNT false

const struct dimension_row dimension_rows[DIMENSION_ROWS] = {
#define ROW(symbol, type, column, role_, none, sent, ...)                                          \
    [DIMENSION_##symbol] = {                                                                       \
        .name = #symbol,                                                                           \
        .offset = offsetof(struct key, symbol),                                                    \
        .is_text = IS_##type,                                                                      \
        .role = DIMENSION_##role_,                                                                 \
        __VA_ARGS__,                                                                               \
    },
    DIMENSIONS(ROW)
#undef ROW
};

/* ------------------------------------------------------------------------------- values */

const char *key_text(const struct key *key, enum dimension dimension)
{
    return *(const char *const *)((const char *)key + dimension_rows[dimension].offset);
}

uint64_t key_count(const struct key *key, enum dimension dimension)
{
    return *(const uint64_t *)((const char *)key + dimension_rows[dimension].offset);
}

void key_set_text(struct key *key, enum dimension dimension, const char *text)
{
    *(const char **)((char *)key + dimension_rows[dimension].offset) = text;
}

void key_set_count(struct key *key, enum dimension dimension, uint64_t count)
{
    *(uint64_t *)((char *)key + dimension_rows[dimension].offset) = count;
}

bool key_lacks(const struct key *key, enum dimension dimension)
{
    if (dimension_rows[dimension].is_text)
        return *key_text(key, dimension) == '\0';
    return key_count(key, dimension) == CSV_UNKNOWN;
}

bool key_is_usual(const struct key *key, enum dimension dimension)
{
    const struct dimension_row *row = &dimension_rows[dimension];
    if (row->is_text)
        return text_equal(key_text(key, dimension), row->usual_text != NULL ? row->usual_text : "");
    return key_count(key, dimension) == row->usual_count;
}

/* ------------------------------------------------------------------------------- order */

static inline int compare_COUNT(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Texts of one table are kept once each: mostly it is the same one. */
static inline int compare_TEXT(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

/* By the dimensions of one role. Inlined: the others are left out when it is compiled. */
static inline __attribute__((always_inline)) int compare_role(const struct key *a,
                                                              const struct key *b,
                                                              enum dimension_role role,
                                                              dimension_set left_out)
{
    int order = 0;
#define COMPARE(symbol, type, column, own_role, ...)                                               \
    if (role == DIMENSION_##own_role && order == 0 && (left_out & DIMENSION_BIT(symbol)) == 0)     \
        order = compare_##type(a->symbol, b->symbol);
    DIMENSIONS(COMPARE)
#undef COMPARE
    return order;
}

static inline __attribute__((always_inline)) int compare(const struct key *a, const struct key *b,
                                                         dimension_set left_out)
{
    int order = compare_role(a, b, DIMENSION_SERIES, left_out);
    order = order ? order : compare_role(a, b, DIMENSION_JOBS, left_out);
    order = order ? order : compare_role(a, b, DIMENSION_OWN, left_out);
    return order ? order : compare_role(a, b, DIMENSION_POINT, left_out);
}

int key_compare(const struct key *a, const struct key *b)
{
    return compare(a, b, 0);
}

int key_compare_but(const struct key *a, const struct key *b, dimension_set left_out)
{
    return compare(a, b, left_out);
}

int key_compare_curve(const struct key *a, const struct key *b)
{
    return compare(a, b, DIMENSION_BIT(size));
}

/* ------------------------------------------------------------------------------- the baseline's */

struct key key_of_nothing(void)
{
    return (struct key){
#define NONE(symbol, type, column, role, none, ...) .symbol = none,
        DIMENSIONS(NONE)
#undef NONE
    };
}

const char *key_baseline(const struct key *key)
{
    return *key->baseline != '\0' ? key->baseline : "serial";
}

bool key_is_baseline(const struct key *key)
{
    return text_equal(key->strategy, key_baseline(key));
}

bool key_same_runtime(const struct key *a, const struct key *b)
{
    return text_equal(a->baseline, b->baseline) && text_equal(a->python, b->python);
}

struct key key_of_baseline(const struct key *key)
{
    struct key baseline = *key;
#define FIX(symbol, type, column, role, none, ...)                                                 \
    if (DIMENSION_##role == DIMENSION_OWN)                                                         \
        baseline.symbol = none;
    DIMENSIONS(FIX)
#undef FIX
    baseline.strategy = key_baseline(key);
    return baseline;
}
