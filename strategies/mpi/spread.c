#include "strategies/mpi/spread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One worker to each host in turn that has a slot left, and to each host once none has. */
static void share_out(uint32_t workers, const struct host_slots hosts[], size_t count,
                      unsigned ranks[])
{
    bool are_full = false;
    for (uint32_t placed = 0; placed < workers;) {
        uint32_t before = placed;
        for (size_t i = 0; i < count && placed < workers; i++)
            if (are_full || ranks[i] < hosts[i].slots) {
                ranks[i]++;
                placed++;
            }
        are_full = are_full || placed == before;
    }
}

/* Where the manager is that none of the hosts is. */
static int add_own(struct spread *spread, struct error *error)
{
    struct hosts *hosts = &spread->hosts;
    char name[MOST_HOST_NAME_BYTES + 1] = "";
    if (gethostname(name, sizeof name - 1) != 0)
        return fail_errno(error, errno, "mpi: the name of this host");
    struct host_slots *grown = reallocarray(hosts->values, hosts->count + 1, sizeof *grown);
    if (grown == NULL)
        return fail_errno(error, ENOMEM, "mpi: %zu hosts", hosts->count);
    hosts->values = grown;
    memmove(grown + 1, grown, hosts->count * sizeof *grown);
    grown[0] = (struct host_slots){strdup(name), 0};
    hosts->count++;
    return grown[0].name != NULL ? 0 : fail_errno(error, ENOMEM, "mpi: %zu hosts", hosts->count);
}

static void move_to_front(struct hosts *hosts, size_t index)
{
    struct host_slots own = hosts->values[index];
    memmove(hosts->values + 1, hosts->values, index * sizeof own);
    hosts->values[0] = own;
}

/* Those that have no worker are left out, but for the manager's, the first. */
static void keep_used(struct hosts *hosts)
{
    size_t kept = 0;
    for (size_t i = 0; i < hosts->count; i++)
        if (hosts->values[i].slots > 0)
            hosts->values[kept++] = hosts->values[i];
        else
            free(hosts->values[i].name);
    hosts->count = kept;
}

static int put_ranks(const struct strategy_config *config, struct spread *spread,
                     struct error *error)
{
    struct hosts *hosts = &spread->hosts;
    unsigned *ranks = calloc(hosts->count + 1, sizeof *ranks);
    bool has_own = config->own_host > 0 && config->own_host <= hosts->count;
    if (ranks == NULL)
        return fail_errno(error, ENOMEM, "mpi: %zu hosts", hosts->count);
    share_out(config->workers, hosts->values, hosts->count, ranks);
    if (has_own)
        ranks[config->own_host - 1]++;
    for (size_t i = 0; i < hosts->count; i++) {
        bool is_own = has_own && i + 1 == config->own_host;
        spread->yields = spread->yields || ranks[i] > hosts->values[i].slots ||
                         (is_own && ranks[i] > config->cpus);
        hosts->values[i].slots = ranks[i];
    }
    free(ranks);
    if (has_own)
        move_to_front(hosts, config->own_host - 1);
    else if (add_own(spread, error) != 0)
        return -1;
    else
        hosts->values[0].slots = 1;
    keep_used(hosts);
    return 0;
}

int spread_make(const struct strategy_config *config, struct spread *spread, struct error *error)
{
    *spread = (struct spread){.slots = 0};
    if (hosts_parse("--hosts", config->hosts, &spread->hosts, error) != 0)
        return -1;
    struct hosts *hosts = &spread->hosts;
    while (hosts->count > config->host_count)
        free(hosts->values[--hosts->count].name);
    spread->slots = hosts_slots(hosts, hosts->count);
    if (put_ranks(config, spread, error) == 0)
        return 0;
    spread_free(spread);
    return -1;
}

void spread_free(struct spread *spread)
{
    hosts_free(&spread->hosts);
}
