#include "bench/machine/affinity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Before the constructors of any library, and when main began. */
static struct affinity at_start, as_loaded;

/* The errno with which the mask of the start could not be had again; 0: it is there. */
static int not_restored;

/* The C library's sched_getaffinity does not tell how large the kernel's masks are. Nothing of a
 * sanitizer may be needed here: none is initialised yet. */
static __attribute__((no_sanitize("address", "thread", "undefined"))) int
ask_kernel(struct affinity *mask)
{
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask->set, mask->set);
    mask->bytes = bytes > 0 ? (size_t)bytes : 0;
    return bytes > 0 ? 0 : errno;
}

static int set_kernel(const struct affinity *mask)
{
    return syscall(SYS_sched_setaffinity, 0, mask->bytes, mask->set) == 0 ? 0 : errno;
}

#ifdef __GLIBC__
static __attribute__((no_sanitize("address", "thread", "undefined"))) void note_start(void)
{
    ask_kernel(&at_start);
}

/* glibc calls these of a program before it calls the constructors of its libraries. */
static __attribute__((section(".preinit_array"),
                      used)) void (*const before_libraries)(void) = note_start;
#endif

int affinity_read(struct affinity *mask)
{
    *mask = (struct affinity){.bytes = 0};
    return ask_kernel(mask);
}

int affinity_refused(void)
{
    struct affinity now;
    int refused = affinity_read(&now);
    return refused != 0 ? refused : set_kernel(&now);
}

unsigned affinity_count(const struct affinity *mask)
{
    return (unsigned)CPU_COUNT_S(mask->bytes, mask->set);
}

bool affinity_equal(const struct affinity *a, const struct affinity *b)
{
    return a->bytes == b->bytes && memcmp(a->set, b->set, a->bytes) == 0;
}

void affinity_list(const struct affinity *mask, char *text, size_t bytes)
{
    size_t used = 0, cpus = 8 * mask->bytes;
    *text = '\0';
    for (size_t first = 0; first < cpus && used < bytes; first++) {
        if (!CPU_ISSET_S(first, mask->bytes, mask->set))
            continue;
        size_t last = first;
        while (last + 1 < cpus && CPU_ISSET_S(last + 1, mask->bytes, mask->set))
            last++;
        const char *format = last > first ? "%s%zu-%zu" : "%s%zu";
        used +=
            (size_t)snprintf(text + used, bytes - used, format, used > 0 ? "," : "", first, last);
        first = last;
    }
}

void affinity_restore(void)
{
    struct affinity now;
    if (affinity_read(&now) != 0)
        return;
    if (as_loaded.bytes == 0)
        as_loaded = now;
    if (at_start.bytes > 0 && !affinity_equal(&now, &at_start))
        not_restored = set_kernel(&at_start);
}

void affinity_take_loaded(void)
{
    if (as_loaded.bytes > 0)
        set_kernel(&as_loaded);
}

/* The variable that an OpenMP runtime binds its first thread by when it is loaded; NULL: none. */
static const char *binding_variable(void)
{
    static const char *const names[] = {"OMP_PROC_BIND", "GOMP_CPU_AFFINITY", "OMP_PLACES"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]) != NULL && strcasecmp(getenv(names[i]), "false") != 0)
            return names[i];
    return NULL;
}

int affinity_check(struct error *error)
{
    struct affinity now;
    char bound[64];
    const char *variable = binding_variable();
    int refused = affinity_read(&now);
    if (refused != 0)
        return fail_errno(error, refused,
                          "CPUs: which ones may be used cannot be known, as sched_getaffinity is "
                          "refused; allow it (seccomp)");
    affinity_list(&now, bound, sizeof bound);
    if (not_restored != 0)
        return fail_errno(error, not_restored,
                          "%s: OpenMP has bound this process to CPU %s, and sched_setaffinity, "
                          "which would free it, is refused; unset the variable",
                          variable != NULL ? variable : "CPUs", bound);
    if (at_start.bytes == 0 && variable != NULL)
        return fail(error, ERROR_REFUSED,
                    "%s: OpenMP may have bound this process to CPU %s, and this C library does "
                    "not let that be told; unset it, or use --env",
                    variable, bound);
    return 0;
}
