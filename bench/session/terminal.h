#ifndef BREAKEVEN_SESSION_TERMINAL_H
#define BREAKEVEN_SESSION_TERMINAL_H

#include "bench/report/table/chart.h"

/* What the terminal behind a descriptor can show: nothing but lines where it is none or where TERM
 * is dumb, empty or unset; no colour there nor where NO_COLOR is set (no-color.org); Unicode where
 * the locale has it; COLUMNS or 80 where its width is not known. */
struct terminal terminal_of(int fd);

#endif
