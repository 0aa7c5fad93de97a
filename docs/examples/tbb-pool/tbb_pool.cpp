// oneTBB's task arena as a strategy: one parallel_for a map, the caller among its threads.
#include <breakeven/strategy.h>
#include <cstdio>
#include <exception>
#include <memory>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace
{

namespace tbb = oneapi::tbb;
using range = tbb::blocked_range<uint64_t>;

struct pool {
    tbb::task_scheduler_handle scheduler{tbb::attach{}};
    tbb::global_control limit; // else there are no more threads than CPUs
    tbb::task_arena arena;
    uint32_t schedule;
    uint64_t grain;

    explicit pool(const breakeven_config &config)
        : limit(tbb::global_control::max_allowed_parallelism, config.workers),
          arena(static_cast<int>(config.workers)), schedule(config.schedule),
          grain(config.chunk > 0 ? config.chunk : 1)
    {
        arena.initialize();
    }
};

void run_all(const pool &pool, const breakeven_batch &batch)
{
    auto body = [&](const range &jobs) {
        auto worker = static_cast<uint32_t>(tbb::this_task_arena::current_thread_index());
        batch.run(&batch, jobs.begin(), jobs.end(), worker);
    };
    range jobs(0, batch.jobs, pool.grain);
    if (pool.schedule == BREAKEVEN_SCHEDULE_STATIC)
        tbb::parallel_for(jobs, body, tbb::static_partitioner{});
    else if (pool.schedule == BREAKEVEN_SCHEDULE_DYNAMIC)
        tbb::parallel_for(jobs, body, tbb::simple_partitioner{});
    else
        tbb::parallel_for(jobs, body, tbb::auto_partitioner{});
}

// Calls what may throw: no exception leaves the library.
template <typename Callable> int guarded(char *why, size_t why_bytes, Callable call)
{
    try {
        call();
        return 0;
    } catch (const std::exception &thrown) {
        std::snprintf(why, why_bytes, "%s", thrown.what());
    }
    return -1;
}

int open_pool(const breakeven_config *config, void **state, char *why, size_t why_bytes)
{
    return guarded(why, why_bytes, [&] { *state = new pool(*config); });
}

int map_batch(void *state, const breakeven_batch *batch, char *why, size_t why_bytes)
{
    auto &opened = *static_cast<pool *>(state);
    return guarded(why, why_bytes, [&] { opened.arena.execute([&] { run_all(opened, *batch); }); });
}

// Without finalize the runtime would keep its threads.
void close_pool(void *state)
{
    std::unique_ptr<pool> opened(static_cast<pool *>(state));
    tbb::task_scheduler_handle scheduler = std::move(opened->scheduler);
    opened.reset();
    tbb::finalize(scheduler, std::nothrow);
}

const breakeven_strategy tbb_pool = {
    BREAKEVEN_STRATEGY_HEAD,
    "tbb",
    "oneTBB: parallel_for in an arena, the caller among its threads",
    "what runs OpenCV, and C++'s parallel algorithms in libstdc++",
    BREAKEVEN_TAKES_SCHEDULE,
    BREAKEVEN_UNIT_REGION,
    BREAKEVEN_FLOOR_ROUNDTRIP,
    0,
    open_pool,
    map_batch,
    close_pool,
    nullptr,
    nullptr,
};

} // namespace

BREAKEVEN_STRATEGIES(&tbb_pool)
