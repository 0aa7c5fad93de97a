/* From which jobs on more hosts than this one pay, in a sentence. */
#ifndef BREAKEVEN_REPORT_WORDS_OVER_HOSTS_H
#define BREAKEVEN_REPORT_WORDS_OVER_HOSTS_H

#include "bench/report/words/standing.h"

#include <stdio.h>

/* "Kept open, over two hosts from jobs of 900 us (mpi, 4 workers), over one from 12.0 us (mpi, 2
 * workers), on this one alone from 3.00 us (forkpool, 2 workers). Two hosts are surely ahead of
 * fewer from jobs of 2.00 ms on.": for each number of hosts what pays first, by the panel's
 * standings, and the smallest place from which on all of a run's speedups over so many hosts are
 * above those over fewer, their intervals apart. False, and nothing is written, where
 * nothing of the panel runs over two hosts or more, or nothing over fewer; and of batches that grow
 * with the workers, which are others over more hosts. */
bool over_hosts_write(FILE *file, const struct panel *panel, const struct lines *lines,
                      const struct standings *standings);

#endif
