#ifndef BREAKEVEN_STRATEGIES_MPI_LAUNCH_WORDS_H
#define BREAKEVEN_STRATEGIES_MPI_LAUNCH_WORDS_H

#include "bench/machine/hosts.h"
#include "strategies/mpi/launcher.h"
#include "strategies/mpi/protocol.h"

enum {
    LAUNCH_MOST_WORDS = 16,
    LAUNCH_SETTINGS = 15,
    LAUNCH_SETTING_BYTES = PATH_MAX + 64,
};

/* The command line of a launcher, what its words lie in, and what is set for it. */
struct launch_words {
    char *words[LAUNCH_MOST_WORDS];
    size_t count;
    char ranks[16], most_s[24], program[PATH_MAX + sizeof RANKS_PROGRAM], hosts[HOSTS_TEXT_BYTES];
    char settings[LAUNCH_SETTINGS][LAUNCH_SETTING_BYTES];
};

/* For a launcher that has a name and a path. Fails where there are more workers than it would
 * start, or where it cannot reach the hosts. */
int launch_words_make(struct launch_words *words, const struct launcher *launcher,
                      const struct launcher_order *order, struct error *error);

/* What was inherited, and what is set beside it. Points into environ and to the words; the caller
 * frees it. NULL: there is no memory. */
char **launch_words_environment(struct launch_words *words);

/* NULL, or why the launcher at this path cannot be used; "": there is none. */
const char *launch_words_refusal(const char *path);

#endif
