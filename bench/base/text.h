#ifndef BREAKEVEN_BASE_TEXT_H
#define BREAKEVEN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A set of strings, each kept once, so that rows can point at them. Start from {0}. */
struct strings {
    void *root;
};

/* The set's own copy of text; lives until strings_free. NULL only when memory is exhausted. */
const char *strings_keep(struct strings *strings, const char *text);
void strings_free(struct strings *strings);

/* The known name that is nearest to name by edit distance, or NULL where none is near. */
const char *text_nearest(const char *name, const char *const known[], size_t count);

/* "; did you mean 'X'?" for the nearest known name; where none is near "; known are A, B", and ""
 * where those do not fit. */
void text_suggestion(char *text, size_t bytes, const char *name, const char *const known[],
                     size_t count);

/* A time in ns for people, three digits: "2.10 us", "190 us", "1.25 s"; "-" where it is NaN. */
void text_duration(char *text, size_t bytes, double ns);

/* A count for people, short where it is round: "1e7", "131072"; "-" where it is NaN. */
void text_count(char *text, size_t bytes, double count);

/* A size for people, three digits in powers of 1000 as options take them: "750", "12.4k", "1M". */
void text_size(char *text, size_t bytes, double size);

/* Bytes for people, in powers of 1024 where that is exact: "0", "1Ki", "1.5k". */
void text_bytes(char *text, size_t room, uint64_t bytes);

/* Copies text for people: control characters and bytes that are not UTF-8 become \xHH, so that
 * nothing acts on a terminal or in XML. Cut between characters where there is no room. */
void text_printable(char *out, size_t bytes, const char *text);

/* The same for a place where long texts do not belong: at most `most` bytes, and where that is not
 * all, " ... (N more characters)". */
void text_clipped(char *out, size_t bytes, const char *text, size_t most);

/* Writes text as a gnuplot string: no character in it acts, nor in the XML that gnuplot makes of
 * it; what text_printable makes visible is made visible, line ends become blanks. */
void text_gnuplot_quoted(FILE *file, const char *text);

/* Writes text so that no character in it acts in HTML, neither in an element nor in an attribute in
 * quotes; what text_printable makes visible is made visible, line ends and tabs become blanks. */
void text_html_escaped(FILE *file, const char *text);

/* Writes words in lines of at most so many columns (a word that is longer has its own), the first
 * behind `first`, the others behind `rest`. */
void text_fold(FILE *file, const char *text, const char *first, const char *rest, size_t columns);

/* What a word gets behind such a count: "s", or "" behind 1. */
const char *text_plural(uint64_t count);

bool text_equal(const char *a, const char *b);

#endif
