/* What the formats of an export share: names, numbers for people, JSON. */
#ifndef BREAKEVEN_REPORT_EXPORT_EXPORT_TEXT_H
#define BREAKEVEN_REPORT_EXPORT_EXPORT_TEXT_H

#include "bench/report/export/export.h"

#include <jansson.h>

/* The formats; export.c has their table. */
export_function export_markdown, export_junit, export_google, export_benchstat, export_action,
    export_bencher, export_c_header, export_cmake, export_json, export_env;

enum { EXPORT_TEXT_BYTES = 256 };

/* "squares/size=1000/jobs=8/strategy=forkpool/workers=2/temperature=warm": the work, then each
 * column of the key that says something, under the column's name. The same for the same cell in
 * every format, run and build; of both builds of a comparison too. quantity: "" or one more part. A
 * name is made of letters, digits and -._~+:,;=@/ alone; any other byte of a text is %HH, so that
 * no format has to escape it. The caller frees it; NULL where memory is exhausted. */
char *export_name(const struct key *key, const char *temperature, const char *quantity,
                  struct error *error);

/* Calls `each` for each cell that holds a time, with its name and its rounds in order, disturbed
 * ones left out; returns how many there were, and stops where it returns less than 0. */
typedef int export_cell_function(void *user, const char *name, const struct summary *cell,
                                 const struct visit *const rounds[], size_t count);
size_t export_each_cell(const struct exported *from, export_cell_function *each, void *user,
                        struct error *error);

/* All maps that the visit timed. */
uint64_t export_maps(const struct visit *visit);

/* A quantity's value for people, "-" for NaN, with its interval where there is one: "1.40 ms [1.37
 * ms, 1.43 ms]", "1.97", "12.5 [11.9, 13.1] round trips". */
void export_interval(const char *quantity, double value, double low, double high, char *text,
                     size_t bytes);

/* "+12.3 % [+11.3, +13.3]"; "-" for NaN. */
void export_change(double change, double low, double high, char *text, size_t bytes);

/* What a row of a comparison says, in a line: "1.40 ms [...] -> 1.57 ms [...]: +12.3 % [...], p
 * 0.001 in 20 rounds; fresh rounds +11.9 % [...]; DETAIL". */
void export_finding(const struct comparison *row, char *text, size_t bytes);

/* "6 more rounds would tell"; "" where that is not known. */
void export_more_rounds(const struct comparison *row, char *text, size_t bytes);

bool export_is(const struct comparison *row, enum verdict verdict);
bool export_measures(const struct comparison *row, enum quantity quantity);

/* Sets a number, unless it is not known. -1 where memory is exhausted. */
int export_set_number(json_t *object, const char *key, double number);
int export_set_count(json_t *object, const char *key, uint64_t count);
int export_set_text(json_t *object, const char *key, const char *text); /* unless it is "" */

/* Writes and frees a JSON value; NULL, or where `lost` is not 0: memory is exhausted. */
void export_write_json(FILE *file, json_t *root, int lost, struct error *error);

#endif
