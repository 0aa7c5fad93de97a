#include "strategies/mpi/rank/facts.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first model that the kernel names; "" where it names none, as on ARM. */
static void read_model(char model[RANKS_FACT_BYTES])
{
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file != NULL && *model == '\0' && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL)
            snprintf(model, RANKS_FACT_BYTES, "%.90s", colon + 1 + strspn(colon + 1, " \t"));
    }
    model[strcspn(model, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
}

/* A UUID that the kernel makes when it starts. */
static void read_boot(char boot[RANKS_BOOT_BYTES])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file == NULL || fgets(boot, RANKS_BOOT_BYTES, file) == NULL)
        *boot = '\0';
    if (file != NULL)
        fclose(file);
}

static uint64_t count_cpus(void)
{
    cpu_set_t mask;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof mask, &mask) == 0)
        return (uint64_t)CPU_COUNT(&mask);
    return online > 0 ? (uint64_t)online : 1;
}

struct greeting facts_greeting(const struct rank *rank)
{
    struct greeting greeting = {.facts = {.cpus = count_cpus()}};
    struct ranks_facts *facts = &greeting.facts;
    struct utsname system;
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    snprintf(facts->version, sizeof facts->version, "%s", ranks_version);
    snprintf(facts->host, sizeof facts->host, "%s", rank->host);
    if (uname(&system) == 0)
        snprintf(facts->kernel, sizeof facts->kernel, "%.20s %.70s", system.sysname,
                 system.release);
    if (pages > 0 && page_bytes > 0)
        facts->memory_bytes = (uint64_t)pages * (uint64_t)page_bytes;
    read_model(facts->model);
    read_boot(greeting.boot);
    return greeting;
}
