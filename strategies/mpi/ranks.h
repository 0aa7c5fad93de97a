#ifndef BREAKEVEN_STRATEGIES_MPI_RANKS_H
#define BREAKEVEN_STRATEGIES_MPI_RANKS_H

#include "bench/runner/folder.h"
#include "bench/runner/guard.h"
#include "strategies/common/peer.h"
#include "strategies/mpi/launcher.h"
#include "strategies/mpi/protocol.h"
#include "strategies/strategy.h"

/* Ranks that mpirun has started for this process, which is the client of rank 0. */
struct ranks {
    struct strategy_config config; /* borrowed texts */
    struct runner_folder folder;
    struct guard guard;
    struct launcher launcher;
    struct peer rank0;
    int listener;
    uint64_t start_ns, patience_ns; /* how long the ranks may take to come; 0: for ever */
    struct error over;              /* why there are no ranks any more */
};

/* Starts them, on this machine or over the hosts of the config, and waits until all are there. On
 * failure nothing is left. hand_out: RANKS_DYNAMIC or RANKS_STATIC. */
int ranks_open(struct ranks *ranks, const struct strategy_config *config, const char *hand_out,
               struct error *error);

/* Sends a request, with what follows one of ATTACH (else NULL), and receives the answer; fails for
 * the trouble that it tells. Once the ranks have gone all calls fail for the reason that the first
 * one had. */
int ranks_ask(struct ranks *ranks, const struct ranks_request *request,
              const struct ranks_work *work, const int *fds, size_t fd_count,
              struct ranks_answer *answer, struct error *error);

int ranks_ask_facts(struct ranks *ranks, uint32_t rank, struct ranks_facts *facts,
                    struct error *error);

/* Ends them, and removes their folder. */
void ranks_close(struct ranks *ranks);

#endif
