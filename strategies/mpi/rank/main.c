/* The program that MPI's ranks run. It is part of breakeven as an asset, and holds what the image
 * of spawn holds (strategies/image/), and MPI. */
#include "bench/base/exit_status.h"
#include "bench/base/text.h"
#include "strategies/mpi/rank/life.h"
#include "strategies/mpi/rank/manager.h"
#include "strategies/mpi/rank/rank.h"
#include "strategies/mpi/rank/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void rank_give_up(const struct rank *rank, const char *why)
{
    fprintf(stderr, RANKS_LINE "%d on %s: %s\n", rank->number, rank->host, why);
    fflush(stderr);
    MPI_Abort(MPI_COMM_WORLD, EXIT_REFUSED);
}

void rank_broadcast(void *bytes, uint64_t count)
{
    for (uint64_t done = 0; done < count;) {
        uint64_t left = count - done, part = left < MOST_MESSAGE_BYTES ? left : MOST_MESSAGE_BYTES;
        MPI_Bcast((char *)bytes + done, (int)part, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
        done += part;
    }
}

MPI_Datatype rank_type(uint64_t bytes)
{
    MPI_Datatype type;
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &type);
    MPI_Type_commit(&type);
    return type;
}

static struct rank know_oneself(bool is_static)
{
    struct rank rank = {.is_static = is_static};
    MPI_Comm_rank(MPI_COMM_WORLD, &rank.number);
    MPI_Comm_size(MPI_COMM_WORLD, &rank.count);
    if (gethostname(rank.host, sizeof rank.host - 1) != 0)
        snprintf(rank.host, sizeof rank.host, "an unknown host");
    return rank;
}

/* Shared memory of Open MPI lies in the visit's folder, where this host has that, and goes with
 * it. Over hosts mpirun is told of a folder for itself alone, and tells ranks of theirs beside that
 * variable, which they would take for a contradiction. */
static void keep_files_in(const char *folder)
{
    unsetenv("OMPI_MCA_orte_local_tmpdir_base");
    if (access(folder, W_OK) == 0)
        setenv("OMPI_MCA_btl_vader_backing_directory", folder, 0);
}

int main(int count, char *arguments[])
{
    struct error error = {0};
    bool is_static = count == RANKS_ARGUMENTS + 1 && text_equal(arguments[2], RANKS_STATIC);
    if (count != RANKS_ARGUMENTS + 1) {
        fputs("breakeven: mpi: started by breakeven only\n", stderr);
        return EXIT_USAGE;
    }
    life_follow(arguments[3]);
    signal(SIGPIPE, SIG_IGN);
    keep_files_in(arguments[1]);
    MPI_Init(&count, &arguments);
    struct rank rank = know_oneself(is_static);
    int result = rank.number == MANAGER ? manager_run(&rank, arguments[1], &error)
                                        : worker_run(&rank, &error);
    if (result != 0)
        rank_give_up(&rank, error.text);
    MPI_Barrier(
        MPI_COMM_WORLD); /* else MPICH over UCX may finalize before its messages have left */
    MPI_Finalize();
    _exit(0); /* nothing of MPI's is to be looked at by a sanitizer */
}
