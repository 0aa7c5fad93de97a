#ifndef BREAKEVEN_RUN_ASKED_H
#define BREAKEVEN_RUN_ASKED_H

#include "bench/data/host.h"
#include "bench/run/plan.h"

/* Of a plan that was just made. input_fd: of the suite's input file; -1: none. */
int asked_read(const struct suite *suite, const struct plan *plan, int input_fd,
               struct asked *asked, struct error *error);
void asked_free(struct asked *asked);

#endif
