/* A work whose job 7 goes wrong in a rank of MPI, and nowhere else: by its size. */
#include <breakeven/work.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WELL, ABORTS, READS_NULL, EXITS, EXITS_AT_ONCE, FAILS, NEVER_ENDS, KILLS, EXITS_UNSEEN };

static int *volatile nowhere;

static int go_wrong(uint64_t how)
{
    switch (how) {
    case ABORTS:
        abort();
    case READS_NULL:
        return *nowhere;
    case EXITS:
        exit(5);
    case EXITS_AT_ONCE:
        _exit(5);
    case FAILS:
        return 9;
    case NEVER_ENDS:
        for (;;)
            pause();
    case KILLS:
        raise(SIGKILL);
        return 0;
    case EXITS_UNSEEN:
        syscall(SYS_exit_group, 5);
        return 0;
    default:
        return 0;
    }
}

static int run(const struct breakeven_job *job, void *result)
{
    int in_rank = getenv("OMPI_COMM_WORLD_RANK") != NULL || getenv("PMI_RANK") != NULL;
    memcpy(result, &job->index, sizeof job->index);
    return in_rank && job->index == 7 ? go_wrong(job->size) : 0;
}

static const struct breakeven_work frail = {BREAKEVEN_WORK_HEAD, .name = "frail", .result_bytes = 8,
                                            .run = run};

const struct breakeven_work *const breakeven_works[] = {&frail, NULL};
