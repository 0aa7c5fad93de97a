#ifndef BREAKEVEN_REPORT_TABLE_OWN_ANSWER_H
#define BREAKEVEN_REPORT_TABLE_OWN_ANSWER_H

#include "bench/report/words/standing.h"

#include <stdio.h>

/* The answer in sentences, for a work of the user's own: what one of its jobs takes, from which
 * jobs on threads, a pool of processes and a fork for each job pay, and by how much the jobs are
 * too small. Writes nothing for works that are built in. The jobs that are meant are those in the
 * middle of what was measured. */
void own_answer_write(FILE *file, const struct panel *panel, const struct lines *lines,
                      const struct standings *standings);

#endif
