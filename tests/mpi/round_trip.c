/* usage: mpirun -n 2 round_trip: what a byte takes from rank 0 to rank 1 and back, the best of 1000
 * and the median. What docs/scale.md and docs/cluster.md quote. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRIPS = 1000 };

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double round_trip_us(int rank)
{
    char byte = 0;
    double begun = MPI_Wtime();
    if (rank == 0)
        MPI_Send(&byte, 1, MPI_BYTE, 1, 0, MPI_COMM_WORLD);
    MPI_Recv(&byte, 1, MPI_BYTE, 1 - rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (rank == 1)
        MPI_Send(&byte, 1, MPI_BYTE, 0, 0, MPI_COMM_WORLD);
    return 1e6 * (MPI_Wtime() - begun);
}

int main(int count, char *arguments[])
{
    static double us[TRIPS];
    int rank, ranks;
    MPI_Init(&count, &arguments);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (ranks != 2)
        MPI_Abort(MPI_COMM_WORLD, 2);
    for (int i = 0; i < TRIPS; i++)
        us[i] = round_trip_us(rank);
    qsort(us, TRIPS, sizeof *us, compare);
    if (rank == 0)
        printf("best %.2f us, median %.2f us\n", us[0], us[TRIPS / 2]);
    MPI_Finalize();
    return 0;
}
