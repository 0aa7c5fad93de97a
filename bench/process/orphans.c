#include "bench/process/orphans.h"
#include "bench/process/processes.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool takes_orphans(void)
{
    int subreaper = 0;
    return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &subreaper) == 0 && subreaper != 0);
}

void orphans_take(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Who is killed may have started others meanwhile: it is looked again until nobody is left. */
void orphans_end_all(void)
{
    enum { MOST = 1024, LOOKS = 1000, LOOK_US = 200 };
    static pid_t found[MOST];
    for (int i = 0; i < LOOKS; i++) {
        size_t count = processes_children(getpid(), found, MOST);
        count = processes_add_below(found, count, MOST);
        if (count == 0)
            return;
        for (size_t k = 0; k < count; k++)
            process_kill(found[k]);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        usleep(LOOK_US);
    }
}

/* Neighbours among them have been orphaned: then they are waited for as any child is. */
void orphans_reap_ended(void)
{
    if (takes_orphans())
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
}

/* The children of one that ends are here before it can be reaped: none is missed. */
static void reap_group(pid_t group, int options)
{
    pid_t reaped;
    while ((reaped = waitpid(-group, NULL, options)) > 0 || (reaped < 0 && errno == EINTR))
        ;
    orphans_reap_ended(); /* what had left the group */
}

int orphans_end_group(pid_t child)
{
    int wait_status = 0;
    bool is_killed = process_kill(-child);
    process_end(child, is_killed, 0, &wait_status);
    if (takes_orphans())
        reap_group(child, is_killed ? 0 : WNOHANG);
    return wait_status;
}
