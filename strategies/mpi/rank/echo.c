#include "strategies/mpi/rank/echo.h"
#include "bench/base/clock.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <stdlib.h>

enum {
    LEAST_WAVES = 4, /* of bytes to all: the first of them makes connections */
    MOST_WAVES = 64,
    MOST_TRIPS = 999, /* of one floor */
};

/* How long waves go on where more than LEAST_WAVES fit into that: on a busy host one of them finds
 * all ranks awake. */
#define WAVES_NS (10 * NS_PER_MS)

/* How long a floor is warmed up, and how long it is measured where more trips fit into that than
 * must be and fewer than may be. */
#define WARM_UP_NS (2 * NS_PER_MS)
#define ENOUGH_NS (20 * NS_PER_MS)

/* ------------------------------------------------------------------------------- a worker */

int echo_serve(const struct task *task, struct error *error)
{
    char *bytes = malloc(task->count);
    int count;
    if (bytes == NULL)
        return fail_errno(error, ENOMEM, "%llu bytes to be sent back",
                          (unsigned long long)task->count);
    for (;;) {
        MPI_Status status;
        MPI_Recv(bytes, (int)task->count, MPI_BYTE, MANAGER, TAG_ECHO, MPI_COMM_WORLD, &status);
        MPI_Get_count(&status, MPI_BYTE, &count);
        if (count == 0)
            break;
        MPI_Send(bytes, count, MPI_BYTE, MANAGER, TAG_ECHO, MPI_COMM_WORLD);
    }
    free(bytes);
    return 0;
}

/* ------------------------------------------------------------------------------- the manager */

static void begin(int rank, uint64_t most_bytes)
{
    const struct task task = {.kind = TASK_ECHO, .count = most_bytes};
    MPI_Send(&task, sizeof task, MPI_BYTE, rank, TAG_TASK, MPI_COMM_WORLD);
}

static void send(const void *bytes, int count, int rank)
{
    MPI_Send(bytes, count, MPI_BYTE, rank, TAG_ECHO, MPI_COMM_WORLD);
}

/* One byte to each worker and back; shorter trips than those so far are kept. */
static void make_wave(int workers, uint64_t sent_ns[], uint64_t round_trips_ns[])
{
    char byte = 0;
    for (int i = 0; i < workers; i++) {
        sent_ns[i] = clock_now_ns();
        send(&byte, 1, i + 1);
    }
    for (int left = workers; left > 0; left--) {
        MPI_Status status;
        MPI_Recv(&byte, 1, MPI_BYTE, MPI_ANY_SOURCE, TAG_ECHO, MPI_COMM_WORLD, &status);
        int from = status.MPI_SOURCE - 1;
        uint64_t ns = clock_now_ns() - sent_ns[from];
        if (ns < round_trips_ns[from])
            round_trips_ns[from] = ns;
    }
}

int echo_all(const struct manager *manager, uint64_t round_trips_ns[], struct error *error)
{
    int workers = manager->rank->count - 1, waves = 0;
    uint64_t *sent_ns = calloc((size_t)workers, sizeof *sent_ns);
    if (sent_ns == NULL)
        return fail_errno(error, ENOMEM, "%d workers", workers);
    for (int i = 0; i < workers; i++) {
        round_trips_ns[i] = UINT64_MAX;
        begin(i + 1, 1);
    }
    uint64_t start_ns = clock_now_ns();
    while (waves++ < LEAST_WAVES || (waves < MOST_WAVES && clock_now_ns() - start_ns < WAVES_NS))
        make_wave(workers, sent_ns, round_trips_ns);
    for (int i = 0; i < workers; i++)
        send(NULL, 0, i + 1);
    free(sent_ns);
    return 0;
}

static uint64_t trip_ns(void *bytes, int count, int rank)
{
    uint64_t start_ns = clock_now_ns();
    send(bytes, count, rank);
    MPI_Recv(bytes, count, MPI_BYTE, rank, TAG_ECHO, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return clock_now_ns() - start_ns;
}

static int compare(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static double median_trip_ns(void *bytes, int count, int rank, size_t least)
{
    uint64_t trips_ns[MOST_TRIPS], start_ns = clock_now_ns();
    size_t trips = 0;
    do
        trip_ns(bytes, count, rank);
    while (clock_now_ns() - start_ns < WARM_UP_NS);
    start_ns = clock_now_ns();
    do
        trips_ns[trips++] = trip_ns(bytes, count, rank);
    while (trips < least || (trips < MOST_TRIPS && clock_now_ns() - start_ns < ENOUGH_NS));
    qsort(trips_ns, trips, sizeof *trips_ns, compare);
    return ((double)trips_ns[(trips - 1) / 2] + (double)trips_ns[trips / 2]) / 2;
}

int echo_floors(int rank, struct ranks_floors *floors, struct error *error)
{
    enum { LEAST_BYTES = 15, LEAST_MESSAGES = 5 };
    char *bytes = calloc(FLOOR_MESSAGE_BYTES, 1);
    if (bytes == NULL)
        return fail_errno(error, ENOMEM, "%d bytes to be sent", FLOOR_MESSAGE_BYTES);
    begin(rank, FLOOR_MESSAGE_BYTES);
    floors->round_trip_ns = median_trip_ns(bytes, 1, rank, LEAST_BYTES);
    floors->message_ns = median_trip_ns(bytes, FLOOR_MESSAGE_BYTES, rank, LEAST_MESSAGES) / 2;
    send(NULL, 0, rank);
    free(bytes);
    return 0;
}
