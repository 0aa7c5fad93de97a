#include "strategies/common/preflight.h"
#include "bench/process/child.h"
#include "bench/process/processes.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child found out; shared with it. */
struct finding {
    struct error refusal; /* of the first thread that there cannot be, told while the others live */
};

static void *stay(void *argument)
{
    for (;;)
        pause();
    return argument;
}

static void start_threads(uint32_t workers, struct finding *finding)
{
    pthread_t thread;
    int refused = 0;
    for (uint32_t i = 1; i < workers && refused == 0; i++)
        if ((refused = pthread_create(&thread, NULL, stay, NULL)) != 0)
            fail_errno(&finding->refusal, refused, "pthread_create of worker %u of %u", i + 1,
                       workers);
}

static int try_in_child(uint32_t workers, struct finding *finding, struct error *error)
{
    int wait_status;
    pid_t caller = getpid(), pid = fork();
    if (pid < 0)
        return fail_errno(error, errno, "fork to try %u workers", workers);
    if (pid == 0) {
        child_follow_parent(caller);
        start_threads(workers, finding);
        _exit(0);
    }
    if (process_await_end(pid, &wait_status) != pid || wait_status != 0)
        return fail(error, ERROR_REFUSED, "%u workers: the process that tried them ended with %d",
                    workers, wait_status);
    if (finding->refusal.kind != ERROR_NONE)
        return fail(error, finding->refusal.kind, "%s", finding->refusal.text);
    return 0;
}

int preflight_threads(uint32_t workers, struct error *error)
{
    struct finding *finding =
        mmap(NULL, sizeof *finding, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (finding == MAP_FAILED)
        return fail_errno(error, errno, "shared memory to try %u workers", workers);
    int result = workers > 1 ? try_in_child(workers, finding, error) : 0;
    munmap(finding, sizeof *finding);
    return result;
}
