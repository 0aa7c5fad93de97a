#include "bench/visit/company.h"
#include "bench/base/clock.h"
#include "bench/process/processes.h"

#include <dirent.h>
#include <stdlib.h>

enum { MOST_CHILDREN = 4096, LOOKS = 100 };

#define LOOK_NS (2 * NS_PER_MS)

void company_count(struct company *company)
{
    static pid_t found[MOST_CHILDREN];
    DIR *threads = opendir("/proc/self/task");
    *company = (struct company){0};
    for (struct dirent *entry; threads != NULL && (entry = readdir(threads)) != NULL;) {
        int thread = atoi(entry->d_name);
        if (thread <= 0)
            continue;
        company->threads++;
        company->children += processes_children(thread, found, MOST_CHILDREN);
    }
    if (threads != NULL)
        closedir(threads);
}

/* How many of them there are in excess; 0 where it is not known. */
static size_t more(size_t before, size_t now)
{
    return now > before ? now - before : 0;
}

int company_check(const struct company *before, const char *who, struct error *error)
{
    size_t threads = 0, children = 0;
    for (int i = 0; i < LOOKS; i++) {
        struct company now;
        company_count(&now);
        threads = before->threads > 0 ? more(before->threads, now.threads) : 0;
        children = more(before->children, now.children);
        if (threads == 0 && children == 0)
            return 0;
        clock_sleep_ns(LOOK_NS);
    }
    if (children > 0)
        return fail(error, ERROR_CHECK_FAILED,
                    "%s left %zu process%s behind: close must end and reap all that open started",
                    who, children, children == 1 ? "" : "es");
    return fail(
        error, ERROR_CHECK_FAILED,
        "%s left %zu thread%s behind: close must end and join all that open started, or the "
        "strategy must say that its runtime keeps them (BREAKEVEN_KEEPS_THREADS)",
        who, threads, threads == 1 ? "" : "s");
}
