#include "bench/base/orphans.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool takes_orphans(void)
{
    int subreaper = 0;
    return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &subreaper) == 0 && subreaper != 0);
}

/* Neighbours among them have been orphaned: then they are waited for as any child is. */
void orphans_reap_ended(void)
{
    if (takes_orphans())
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
}

/* The children of one that ends are here before it can be reaped: none is missed. */
static void reap_group(pid_t group)
{
    while (waitpid(-group, NULL, 0) > 0 || errno == EINTR)
        ;
    orphans_reap_ended(); /* what had left the group */
}

int orphans_end_group(pid_t child)
{
    int wait_status = 0;
    kill(-child, SIGKILL);
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR)
        ;
    if (takes_orphans())
        reap_group(child);
    return wait_status;
}
