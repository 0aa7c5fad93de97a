#ifndef BREAKEVEN_BASE_JSON_H
#define BREAKEVEN_BASE_JSON_H

#include <jansson.h>

/* A text as JSON, which is UTF-8: of one that is not, what is beyond ASCII becomes question marks.
 * The caller's reference; NULL where memory is short. */
json_t *json_of_text(const char *text);

#endif
