/* Python's own strategies. Another program runs them: the interpreter that the dimension `python`
 * names, with our script (strategies/runner/python/), which a visit starts and asks
 * (bench/visit/runner_cell.c). So nobody calls the hooks of this table. The script says the same of
 * each, word for word: tests/strategies/test_python.c compares them. */
#include "strategies/common/missing.h"

#define OF_PYTHON (STRATEGY_RUNNER | STRATEGY_PYTHON | STRATEGY_PEER)
#define OF_STREAMS (STRATEGY_STREAMS | STRATEGY_LIMITS)
#define OF_JOBLIB (OF_PYTHON | STRATEGY_CHUNKS | OF_STREAMS)

#define HOOKS                                                                                      \
    .baseline = "py-serial", .open = missing_open, .map = missing_map, .close = missing_close

const struct strategy_ops strategy_py_serial = {
    .name = "py-serial",
    .summary = "a loop in Python: what its other strategies are compared with",
    .elsewhere = "a list comprehension",
    .flags = OF_PYTHON | STRATEGY_ONE_WORKER | STRATEGY_SHARES_MEMORY,
    .unit = UNIT_JOB,
    HOOKS,
};

const struct strategy_ops strategy_py_process = {
    .name = "py-process",
    .summary = "a process of Python for each job, at most `workers` at a time",
    .elsewhere = "multiprocessing.Process",
    .flags = OF_PYTHON | STRATEGY_STARTS,
    .unit = UNIT_JOB,
    HOOKS,
};

const struct strategy_ops strategy_py_pool = {
    .name = "py-pool",
    .summary = "a pool of processes of Python",
    .elsewhere = "multiprocessing.Pool.map",
    .flags = OF_PYTHON | STRATEGY_CHUNKS | STRATEGY_STARTS | STRATEGY_RECYCLES | OF_STREAMS,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_py_executor = {
    .name = "py-executor",
    .summary = "the newer pool of processes of Python",
    .elsewhere = "concurrent.futures.ProcessPoolExecutor.map",
    .flags = OF_PYTHON | STRATEGY_CHUNKS | STRATEGY_STARTS | STRATEGY_RECYCLES | OF_STREAMS,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_py_threads = {
    .name = "py-threads",
    .summary = "a pool of threads of Python, which mostly take turns (the GIL)",
    .elsewhere = "concurrent.futures.ThreadPoolExecutor.map",
    .flags = OF_PYTHON | STRATEGY_SHARES_MEMORY | OF_STREAMS,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_py_interpreters = {
    .name = "py-interpreters",
    .summary = "a pool of threads with an interpreter each (Python 3.14)",
    .elsewhere = "concurrent.futures.InterpreterPoolExecutor.map",
    .flags = OF_PYTHON | STRATEGY_SHARES_MEMORY | OF_STREAMS,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_joblib_loky = {
    .name = "joblib-loky",
    .summary = "joblib with its own pool of processes",
    .elsewhere = "joblib.Parallel(n_jobs)",
    .flags = OF_JOBLIB,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_joblib_threading = {
    .name = "joblib-threading",
    .summary = "joblib with threads",
    .elsewhere = "joblib.Parallel(n_jobs, backend=\"threading\")",
    .flags = OF_JOBLIB | STRATEGY_SHARES_MEMORY,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_joblib_multiprocessing = {
    .name = "joblib-multiprocessing",
    .summary = "joblib with a pool of multiprocessing",
    .elsewhere = "joblib.Parallel(n_jobs, backend=\"multiprocessing\")",
    .flags = OF_JOBLIB | STRATEGY_STARTS,
    .unit = UNIT_REGION,
    HOOKS,
};

const struct strategy_ops strategy_mpi4py_pool = {
    .name = "mpi4py-pool",
    .summary = "ranks of MPI that a program in Python starts and sends jobs to",
    .elsewhere = "mpi4py.futures.MPIPoolExecutor.map",
    .flags = OF_PYTHON | STRATEGY_CHUNKS | OF_STREAMS | STRATEGY_LAUNCHED | STRATEGY_MESSAGES,
    .unit = UNIT_REGION,
    HOOKS,
};
