#ifndef BREAKEVEN_MACHINE_CONDITIONS_H
#define BREAKEVEN_MACHINE_CONDITIONS_H

#include "bench/machine/cpus.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* What the kernel counts since boot: of a run counts the difference. NaN: not known. */
struct condition_counters {
    double steal_ticks, all_ticks;       /* of all online CPUs */
    double throttled_count, throttled_s; /* of the cgroup and those above it, over all CPUs */
};

/* What may spoil the numbers of a run: the machine, the environment and the build. What is not
 * known is NaN, "", or what its comment says. */
struct conditions {
    time_t started_at;
    struct cpus cpus;
    struct error cpus_changed; /* by the end of the run; ERROR_NONE: they did not */
    char online_cpus[128];     /* as taskset -c takes them: "0-7" */
    unsigned cores;            /* that the CPUs of the affinity mask belong to; 0: not known */
    unsigned smt;              /* the most CPUs of the mask that share a core; 0: not known */
    char one_per_core[128];    /* one CPU of the mask for each core: "0-3"; "": too many to tell */
    char governor[64];         /* of the first CPU of the mask */
    int turbo;                 /* 1 on, 0 off, -1 not known */
    const char *turbo_off;     /* the command that turns it off; "" where it is not known */
    char hypervisor[128];      /* its vendor, or CONDITIONS_UNNAMED_HYPERVISOR; "": none is seen */
    double load_average;       /* of the minute before */
    char huge_pages[32];       /* transparent ones: "always", "madvise" or "never" */
    int aslr;                  /* kernel.randomize_va_space, 0 to 2; -1: not known */
    int binding_refused; /* the error number with which sched_setaffinity is refused; 0: none */
    bool cpus_hidden;    /* /sys does not tell of CPUs */
    bool layout_fixed;   /* this process and its children have no ASLR, by their personality */
    char *const *environment; /* "NAME=value", ends in NULL; the process's own */
    bool optimised;           /* the build */
    const char *sanitizer;    /* "address", ...; "": none */
    struct condition_counters at_start;
    double steal_share;                  /* of all CPUs' time during the run */
    double throttled_count, throttled_s; /* during the run; the time is summed over CPUs */
    uint64_t visits_repeated;            /* during the run, as they were stopped in between */
};

#define CONDITIONS_UNNAMED_HYPERVISOR "a virtual machine"

/* Reads what holds at the start of a run; what is counted during it is NaN. Never fails. */
struct conditions conditions_read(const struct cpus *cpus);

/* Adds what was counted since conditions_read. */
void conditions_end(struct conditions *conditions);

/* True for a variable ("NAME=value") that changes what OpenMP, malloc or the loader do. */
bool conditions_variable_matters(const char *variable);

enum { CONDITIONS_MOST_WARNINGS = 16, CONDITIONS_WARNING_BYTES = 512 };

struct warnings {
    char texts[CONDITIONS_MOST_WARNINGS][CONDITIONS_WARNING_BYTES];
    size_t count;
};

/* Which conditions spoil the numbers: one line for each, "what is true; its remedy". */
void conditions_warn(const struct conditions *conditions, struct warnings *warnings);

#endif
