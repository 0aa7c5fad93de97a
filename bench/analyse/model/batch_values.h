#ifndef BREAKEVEN_ANALYSE_MODEL_BATCH_VALUES_H
#define BREAKEVEN_ANALYSE_MODEL_BATCH_VALUES_H

#include "bench/analyse/model/batch_time.h"

/* How many times as long jobs that compute take beside others at most, where that was not measured,
 * with as many workers as CPUs. */
#define BATCH_COMPUTE_MOST 1.5

/* What is known of the numbers that a question's answer for one line hangs on. What the line does
 * not know has bounds in place of an interval, which hold whatever machine it is. False where
 * nothing can be said: what a map takes is not known at all, or the start, where the question has
 * one. */
bool batch_values_of(const struct model_line *line, const struct model_question *question,
                     struct interval values[BATCH_VALUE_COUNT]);

typedef double batch_answer(const struct batch_setting *setting, const double values[]);

/* An answer with its interval: that of the medians, moved by what each number moves it alone, low
 * and high; these moves, in logarithms, are added by their squares, as errors that know nothing of
 * each other. */
struct interval batch_propagate(const struct batch_setting *setting,
                                const struct interval values[BATCH_VALUE_COUNT],
                                batch_answer *answer);

#endif
