#ifndef BREAKEVEN_SESSION_CONTENDER_H
#define BREAKEVEN_SESSION_CONTENDER_H

#include "bench/base/error.h"

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>

/* A breakeven that is compared with another, and what `list --json` says of it. */
struct contender {
    char program[PATH_MAX];
    const char *environment; /* of its visits, before the cells': "K=V"; NULL: none. Borrowed */
    json_t *listing;
};

/* Asks the program what it is. ERROR_USAGE where there is none; ERROR_NOT_COMPARABLE where it is no
 * breakeven whose visits this one understands. */
int contender_open(const char *program, struct contender *contender, struct error *error);
void contender_close(struct contender *contender);

/* Its version, commit and compiler in one line. */
const char *contender_facts(const struct contender *contender);

/* True where it can be slowed down: it was built by `make handicap`. */
bool contender_has_handicap(const struct contender *contender);

/* The names of what `contender` has and `other` lacks of a kind ("strategies" or "work"), with
 * commas between them; "" where there is nothing. */
void contender_difference(const struct contender *contender, const struct contender *other,
                          const char *kind, char *text, size_t bytes);

#endif
