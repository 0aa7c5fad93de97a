#ifndef BREAKEVEN_BASE_PARSE_H
#define BREAKEVEN_BASE_PARSE_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a number given for an option may be. */
struct number_rule {
    uint64_t least, most;
    unsigned cpus;       /* what "cpus" stands for, as in 4cpus; 0: the word is not allowed */
    bool counts_workers; /* 0 and "all" mean every CPU; -1 means all as in joblib, -2 all but one */
    bool ranges_by_one;  /* 1..8 steps by one; otherwise ranges step by ten times */
    bool billionths;     /* decimals are allowed, and counted in billionths: 0.5 is 500000000 */
};

/* A list of distinct numbers in the order given. Start from {0}. */
struct numbers {
    uint64_t *values;
    size_t count;
};

/* A list of distinct words in the order given; words point into text, which the list owns. */
struct words {
    char *text;
    const char **values;
    size_t count;
};

/* All parsers name the option in their errors (ERROR_USAGE) and leave *out alone on failure. */

/* One number: 4096, 1e7, 1.5k, 4Ki, 4cpus. */
int parse_number(const char *option, const char *text, const struct number_rule *rule,
                 uint64_t *out, struct error *error);

/* Numbers and ranges between commas: 1e3,1e4 - 1e2..1e7 - 1e2..1e7:x2 - 1..8 - 1..9:+2. */
int parse_numbers(const char *option, const char *text, const struct number_rule *rule,
                  struct numbers *out, struct error *error);
void numbers_free(struct numbers *numbers);

/* A duration with its unit: 50us, 1.5s, 2m; in ns, at least 1. */
int parse_duration(const char *option, const char *text, uint64_t *ns, struct error *error);

/* Durations between commas, among which 0 needs no unit: 0,50us,1ms. */
int parse_durations(const char *option, const char *text, struct numbers *out, struct error *error);

/* A percentage above 0 and up to 100: 2, 2%, 0.5%; as a share, 0.02. */
int parse_percent(const char *option, const char *text, double *share, struct error *error);

/* Words between commas; where known is not NULL each must be one of its count words. */
int parse_words(const char *option, const char *text, const char *const known[], size_t count,
                struct words *out, struct error *error);
void words_free(struct words *words);

#endif
