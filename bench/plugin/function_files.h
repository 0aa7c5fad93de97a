#ifndef BREAKEVEN_PLUGIN_FUNCTION_FILES_H
#define BREAKEVEN_PLUGIN_FUNCTION_FILES_H

#include "bench/job/function.h"

/* The files of a function that a runner calls. They are looked at, and never run. */

/* Looks whether the module of reference and the file of arguments (NULL: none) can be read, and
 * fills in what tells them from others that take their place. Fails with ERROR_USAGE. */
int function_identify(const char *reference, const char *arguments,
                      char identity[FUNCTION_IDENTITY_BYTES], struct error *error);

/* Refuses (ERROR_REFUSED) a function whose files are no longer those of its identity. */
int function_check_same(const struct function *function, struct error *error);

#endif
