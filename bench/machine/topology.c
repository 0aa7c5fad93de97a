#include "bench/machine/topology.h"

#include <hwloc.h>
#include <stdlib.h>
#include <unistd.h>

/* Where a hardware thread lies. */
struct thread_place {
    int cpu;
    unsigned thread;  /* of its core */
    unsigned core;    /* of its package */
    unsigned package; /* of the machine */
    unsigned rank;    /* among all hardware threads, neighbours next to each other */
};

/* How many objects of the type lie before this one inside the container; 0 without one. */
static unsigned index_inside(hwloc_topology_t topology, hwloc_obj_t container, hwloc_obj_t object)
{
    if (container == NULL || object == NULL)
        return 0;
    hwloc_obj_t first =
        hwloc_get_obj_inside_cpuset_by_type(topology, container->cpuset, object->type, 0);
    return first != NULL ? object->logical_index - first->logical_index : 0;
}

static struct thread_place place_of(hwloc_topology_t topology, hwloc_obj_t thread)
{
    hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, thread);
    hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, thread);
    return (struct thread_place){
        .cpu = (int)thread->os_index,
        .thread = index_inside(topology, core, thread),
        .core = index_inside(topology, package, core),
        .package = package != NULL ? package->logical_index : 0,
        .rank = thread->logical_index,
    };
}

static int compare_counts(unsigned a, unsigned b)
{
    return (a > b) - (a < b);
}

static int compare_spread(const void *a, const void *b)
{
    const struct thread_place *x = a, *y = b;
    int order = compare_counts(x->thread, y->thread);
    order = order ? order : compare_counts(x->core, y->core);
    order = order ? order : compare_counts(x->package, y->package);
    return order ? order : compare_counts(x->rank, y->rank);
}

/* The places of the mask's CPUs, in the order of their rank. */
static size_t read_places(hwloc_topology_t topology, const cpu_set_t *mask,
                          struct thread_place places[], size_t capacity)
{
    size_t count = 0;
    hwloc_obj_t thread = NULL;
    while (count < capacity &&
           (thread = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, thread)) != NULL)
        if (thread->os_index < CPU_SETSIZE && CPU_ISSET(thread->os_index, mask))
            places[count++] = place_of(topology, thread);
    return count;
}

/* hwloc is told by a variable, which is in an environment for this one call: the process's own
 * keeps its place in memory, and no process that is started later sees it. */
int topology_load(hwloc_topology_t topology)
{
    char **before = environ;
    size_t count = 0;
    while (before != NULL && before[count] != NULL)
        count++;
    char **quiet = calloc(count + 2, sizeof *quiet);
    if (quiet != NULL && getenv("HWLOC_HIDE_ERRORS") == NULL) {
        for (size_t i = 0; i < count; i++)
            quiet[i] = before[i];
        quiet[count] = "HWLOC_HIDE_ERRORS=2";
        environ = quiet;
    }
    int result = hwloc_topology_load(topology);
    environ = before;
    free(quiet);
    return result;
}

size_t topology_order(enum topology_order order, const cpu_set_t *mask, int cpus[], size_t capacity)
{
    cpu_set_t usable;
    hwloc_topology_t topology;
    size_t count = 0;
    struct thread_place *places = calloc(capacity, sizeof *places);
    if (sched_getaffinity(0, sizeof usable, &usable) != 0 || places == NULL ||
        hwloc_topology_init(&topology) != 0) {
        free(places);
        return 0;
    }
    if (topology_load(topology) == 0)
        count = read_places(topology, mask != NULL ? mask : &usable, places, capacity);
    hwloc_topology_destroy(topology);
    if (order == TOPOLOGY_SPREAD)
        qsort(places, count, sizeof *places, compare_spread);
    for (size_t i = 0; i < count; i++)
        cpus[i] = places[i].cpu;
    free(places);
    return count;
}
