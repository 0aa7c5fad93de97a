#ifndef BREAKEVEN_SESSION_ADVICE_ADVICE_CHECK_H
#define BREAKEVEN_SESSION_ADVICE_ADVICE_CHECK_H

#include "bench/session/advice/advise.h"

/* Measures the loop and the first three strategies of the answer, in the same rounds, and fills its
 * checks and what is told of them. A job whose time was given is stood in for by a work of its
 * contention that takes as long. */
int advice_check_measure(const struct advise_request *request, struct advise_answer *answer,
                         struct error *error);

#endif
