#ifndef BREAKEVEN_PLUGIN_DESCRIBE_H
#define BREAKEVEN_PLUGIN_DESCRIBE_H

#include "bench/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* How the harness learns what a library holds: it asks a process of its own, `breakeven library
 * KIND PATH NAME`, which may hang or die of it, and which has ended when this returns. */
#define DESCRIBE_SUBCOMMAND "library"

/* The program that is started; breakeven itself. NULL: none may be. Tests, which are programs of
 * their own, name another. */
extern const char *describe_program;

/* What a library says of itself, in the words of the kind; the caller's reference. name: what of it
 * is meant, "" where it holds but one. NULL with an error that begins with the path: ERROR_USAGE
 * where the library is at fault, ERROR_REFUSED where the system is. */
json_t *describe_library(const char *kind, const char *path, const char *name, struct error *error);

/* The same of a path that is no library's, whose kind is_program: it is not looked at here, and its
 * process may take timeout_ns. */
json_t *describe_ask(const char *kind, const char *path, const char *name, uint64_t timeout_ns,
                     struct error *error);

/* Tells of a library that was loaded, in the child; of what is none, NULL. NULL: see error. */
typedef json_t *describe_function(void *library, const char *path, const char *name,
                                  struct error *error);

/* One kind of what libraries hold: "work". */
struct describe_kind {
    const char *name;
    describe_function *describe;
    bool is_program; /* the path is no library's, and nothing is loaded */
};

/* What the child does: loads the library that its arguments name and writes what it says to the
 * standard output; what the library itself prints goes nowhere. */
int describe_serve(const struct describe_kind kinds[], size_t kind_count, int count,
                   char *const arguments[], struct error *error);

#endif
