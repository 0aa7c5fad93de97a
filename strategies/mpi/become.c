#include "strategies/mpi/become.h"
#include "bench/assets/assets.h"
#include "bench/base/whole.h"
#include "strategies/mpi/protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* It lies in memory, so that no folder of the host need hold programs. */
static int execute(char *const arguments[], struct error *error)
{
    const struct asset *rank = &asset_mpi_rank;
    char *own[RANKS_ARGUMENTS + 2] = {RANKS_PROGRAM};
    int program = memfd_create(RANKS_PROGRAM, MFD_CLOEXEC);
    int why =
        program < 0 ? errno : whole_put(program, rank->text, (size_t)(rank->end - rank->text));
    for (int i = 0; i < RANKS_ARGUMENTS; i++)
        own[i + 1] = arguments[i];
    if (why == 0) {
        fexecve(program, own, environ);
        why = errno;
    }
    return fail_errno(error, why, "its program cannot be executed");
}

int become_rank(int count, char *const arguments[], struct error *error)
{
    struct error own = {0};
    char host[RANKS_HOST_BYTES] = "an unknown host";
    if (count != RANKS_ARGUMENTS)
        return fail(error, ERROR_USAGE, RANKS_SUBCOMMAND ": started by breakeven itself only");
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "an unknown host");
    if (asset_mpi_rank.text == asset_mpi_rank.end)
        fail(&own, ERROR_NOT_COMPARABLE, "this build of breakeven has no MPI");
    else
        execute(arguments, &own);
    return fail(error, own.kind, "mpi: rank %.20s on %s: %.300s", ranks_number(), host, own.text);
}
