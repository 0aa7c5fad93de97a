#ifndef BREAKEVEN_RUN_SUITE_HOSTS_H
#define BREAKEVEN_RUN_SUITE_HOSTS_H

#include "bench/base/parse.h"
#include "bench/machine/hosts.h"

/* Reads --hosts: a list, a:4,b:4, or a file with a host a line. A text is a file where it holds a
 * '/' or names one that is there; `folder` is where its path begins, NULL the working directory.
 * Fails (ERROR_USAGE) as hosts_parse and hosts_read do, and where hosts_text would. */
int suite_hosts_read(const char *option, const char *text, const char *folder, struct hosts *hosts,
                     struct error *error);

/* True where one of the strategies that these words stand for runs over hosts. */
bool suite_hosts_serve(const struct words *words);

/* Fails (ERROR_USAGE): none does, but those that it names do. */
int suite_hosts_refuse(const char *option, struct error *error);

/* How many hosts cells have, the first ones: 1, 2, 4, ... and all of them; 0 where there are none.
 * Freed with numbers_free. */
int suite_hosts_counts(const struct hosts *hosts, struct numbers *counts, struct error *error);

#endif
