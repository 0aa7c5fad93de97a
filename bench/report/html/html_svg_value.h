/* What html_svg keeps of a picture's attributes. */
#ifndef BREAKEVEN_REPORT_HTML_HTML_SVG_VALUE_H
#define BREAKEVEN_REPORT_HTML_HTML_SVG_VALUE_H

#include <stdbool.h>
#include <stdio.h>

/* True where " a b c " has the word, which is not empty and has no blank. */
bool html_svg_knows(const char *words, const char *word);

/* Writes an attribute as the page needs it: ids and references to them with the prefix, colours as
 * variables. What does not draw is left out; false for what could lead out of the picture. */
bool html_svg_attribute(FILE *out, const char *prefix, const char *name, const char *value);

#endif
