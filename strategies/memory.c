#include "strategies/memory.h"
#include "bench/base/memory.h"
#include "strategies/mpi/spread.h"

#include <stdbool.h>
#include <sys/stat.h>

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

/* What a worker takes before it does anything: stacks, page tables, pages that a fork copies.
 * Measured in a cgroup on x86-64: 140 KiB a process and 35 KiB a thread; and 64 KiB for the work
 * that takes most of those that take little (mmap). */
#define PROCESS_BYTES (192 * KIB)
#define THREAD_BYTES (96 * KIB)

/* What a rank of MPI takes, and mpirun. Measured with Open MPI 4.1 on x86-64, as their shares of
 * what they map: 3.6 to 5 MiB a rank, of 2 to 64 of them, and 15 MiB; page tables come to that. */
#define RANK_BYTES (6 * MIB)
#define LAUNCHER_BYTES (16 * MIB)

/* What the caller keeps of each worker, whether it ever runs or not. */
#define SLOT_BYTES 256

/* The harness's copy that runs the strategy: libraries' data, heap, canary, page tables. */
#define OWN_BYTES (4 * MIB)

/* A page of page tables for 512 pages: 8 bytes a page of 4 KiB. */
#define BYTES_A_TABLE_BYTE 512

static uint64_t input_bytes(const struct batch_request *request)
{
    struct stat status;
    bool known = request->input_fd >= 0 && fstat(request->input_fd, &status) == 0;
    return known && status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

/* Workers that have a job at a time. */
static uint64_t running(const struct strategy_ops *ops, const struct strategy_config *config,
                        const struct batch_request *request)
{
    uint64_t workers = (ops->flags & STRATEGY_ONE_WORKER) != 0 ? 1 : config->workers;
    return workers < request->jobs ? workers : request->jobs;
}

/* By pipe every worker holds what goes into its job and what comes out. */
static uint64_t piped_bytes(const struct strategy_ops *ops, const struct strategy_config *config,
                            const struct batch_request *request)
{
    bool by_pipe = config->transport == TRANSPORT_PIPE && (ops->flags & STRATEGY_TRANSPORTS) != 0;
    uint64_t held = memory_add(request->payload_in_bytes, request->payload_out_bytes);
    return by_pipe ? memory_times(config->workers, held) : 0;
}

/* Page tables for what a worker of its own address space sees: a fork copies those of private
 * memory, those of shared memory grow as it is touched. */
static uint64_t table_bytes(const struct strategy_ops *ops, const struct batch_request *request,
                            uint64_t batch_bytes, uint64_t held_bytes)
{
    uint64_t seen = memory_add(batch_bytes, input_bytes(request));
    if ((ops->flags & STRATEGY_SHARES_MEMORY) != 0)
        return 0;
    if ((ops->flags & STRATEGY_NEEDS_EXEC) == 0)
        seen = memory_add(seen, held_bytes);
    return seen / BYTES_A_TABLE_BYTE;
}

/* Ranks on this machine, rank 0 among them. */
static uint64_t ranks_here(const struct strategy_config *config)
{
    struct spread spread;
    struct error ignored = {0};
    if (config->host_count == 0 || config->hosts == NULL ||
        spread_make(config, &spread, &ignored) != 0)
        return (uint64_t)config->workers + 1;
    uint64_t here = spread.hosts.values[0].slots;
    spread_free(&spread);
    return here;
}

/* Ranks share no memory. Each that runs jobs has a copy of the input, all together at most once
 * what the batch holds, for results that are under way; rank 0 runs none. All are there from the
 * start. */
static uint64_t ranks_bytes(const struct strategy_config *config,
                            const struct batch_request *request, uint64_t batch_bytes,
                            uint64_t job_bytes)
{
    uint64_t ranks = ranks_here(config), workers = ranks - 1;
    uint64_t busy = workers < request->jobs ? workers : request->jobs;
    uint64_t inputs = memory_times(workers, input_bytes(request));
    uint64_t own = memory_add(memory_times(ranks, RANK_BYTES), LAUNCHER_BYTES);
    return memory_add(memory_add(memory_add(own, inputs), batch_bytes),
                      memory_times(busy, job_bytes));
}

static bool is_of_ranks(const struct strategy_ops *ops)
{
    return (ops->flags & (STRATEGY_LAUNCHED | STRATEGY_RUNNER)) == STRATEGY_LAUNCHED;
}

uint64_t strategy_memory_bytes(const struct strategy_ops *ops, const struct strategy_config *config,
                               const struct batch_request *request, uint64_t batch_bytes,
                               uint64_t held_bytes)
{
    bool threads = (ops->flags & STRATEGY_SHARES_MEMORY) != 0;
    bool pool = (ops->flags & STRATEGY_IS_POOL) != 0;
    uint64_t job = request->work->run_bytes != NULL
                       ? request->work->run_bytes(request->size, input_bytes(request))
                       : 0;
    uint64_t busy = running(ops, config, request), workers = pool ? config->workers : busy;
    uint64_t each = (threads ? THREAD_BYTES : PROCESS_BYTES) +
                    table_bytes(ops, request, batch_bytes, held_bytes);
    if (is_of_ranks(ops))
        return ranks_bytes(config, request, batch_bytes, job);
    uint64_t slots = memory_times(config->workers, SLOT_BYTES);
    uint64_t started = memory_add(memory_times(workers, each), memory_times(busy, job));
    return memory_add(memory_add(slots, started), piped_bytes(ops, config, request));
}

int strategy_total_bytes(const struct strategy_ops *ops, const struct strategy_config *config,
                         const struct batch_request *request, uint64_t held_bytes, uint64_t *bytes,
                         struct error *error)
{
    uint64_t batch;
    if (batch_bytes(request, &batch, error) != 0)
        return -1;
    /* Page tables of the process itself for all that it holds. */
    uint64_t seen = memory_add(memory_add(batch, input_bytes(request)), held_bytes);
    *bytes = memory_add(memory_add(batch, held_bytes), OWN_BYTES + seen / BYTES_A_TABLE_BYTE);
    *bytes = memory_add(*bytes, strategy_memory_bytes(ops, config, request, batch, held_bytes));
    return 0;
}

/* What is too much by itself is told first. */
static int check_parts(const struct strategy_ops *ops, const struct strategy_config *config,
                       const struct batch_request *request, uint64_t batch_bytes,
                       struct error *error)
{
    uint64_t held = memory_add(request->payload_in_bytes, request->payload_out_bytes);
    if (memory_check(MEMORY_SHARED, batch_bytes, error, "%s", batch_name(request)) != 0)
        return -1;
    return memory_check(MEMORY_SHARED, piped_bytes(ops, config, request), error,
                        "--payload: by pipe %u workers hold %llu bytes each", config->workers,
                        (unsigned long long)held);
}

int strategy_check_memory(const struct strategy_ops *ops, const struct strategy_config *config,
                          const struct batch_request *request, uint64_t held_bytes,
                          const char *held_name, struct error *error)
{
    uint64_t batch, total;
    if (batch_bytes(request, &batch, error) != 0 ||
        strategy_total_bytes(ops, config, request, held_bytes, &total, error) != 0)
        return -1;
    if (total <= memory_left(MEMORY_SHARED).bytes)
        return 0;
    if (check_parts(ops, config, request, batch, error) != 0)
        return -1;
    uint64_t own = strategy_memory_bytes(ops, config, request, batch, held_bytes);
    return memory_check(MEMORY_SHARED, total, error, "%s%s with %u workers%s",
                        own > total / 2 ? "--workers: " : "", ops->name, config->workers,
                        held_bytes > 0 ? held_name : "");
}
