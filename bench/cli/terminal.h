#ifndef BREAKEVEN_CLI_TERMINAL_H
#define BREAKEVEN_CLI_TERMINAL_H

#include "bench/report/chart.h"

/* What the terminal behind a descriptor can show: no colour where it is none, where NO_COLOR is set
 * (no-color.org) or TERM is dumb; Unicode where the locale has it; COLUMNS or 80 where its width is
 * not known. */
struct terminal terminal_of(int fd);

#endif
