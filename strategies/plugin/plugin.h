#ifndef BREAKEVEN_STRATEGIES_PLUGIN_PLUGIN_H
#define BREAKEVEN_STRATEGIES_PLUGIN_PLUGIN_H

#include "bench/base/error.h"
#include "strategies/strategy.h"

#include <jansson.h>
#include <stdbool.h>

/* Strategies from shared libraries of the user, named "./libmine.so", "./libmine.so:NAME" where the
 * library holds several, and with options of their own behind a '?': "./libmine.so?threads=busy".
 */

/* What breakeven asks its own child for (bench/plugin/describe.h). */
#define PLUGIN_KIND "strategy"

enum { PLUGIN_OPTIONS_BYTES = 1024 };

/* True for texts that name a library rather than a strategy that is built in. */
bool plugin_is_named_by(const char *text);

/* Makes the strategy of that text known to this process, as a description that nobody runs: a child
 * loads the library and tells. A path that is not absolute begins in `folder`; NULL: in the working
 * directory. origin: the option or the line of a suite, for messages. *options points into text,
 * behind its '?', or to "". NULL: see error. */
const struct strategy_ops *plugin_know(const char *origin, const char *text, const char *folder,
                                       const char **options, struct error *error);

/* Makes all strategies of the library at that path known in the same way. */
int plugin_know_all(const char *origin, const char *path, struct error *error);

/* The strategy `name` of a library as one that can be run: the library is loaded into this process.
 * reference and identity are those of the description. NULL: see error, which is
 * ERROR_REFUSED: the library was there and well when the run began. */
const struct strategy_ops *plugin_load(const char *name, const char *reference,
                                       const char *identity, struct error *error);

/* Makes a strategy known of which a file tells: what it is called, and what it says of itself. One
 * that is known already stays as it is. */
void plugin_remember(const char *name, const char *summary, const char *path);

/* Tells of all strategies of a library that is loaded, in the child: a describe_function. */
json_t *plugin_describe(void *library, const char *path, const char *name, struct error *error);

#endif
