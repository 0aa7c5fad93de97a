/* Every strategy, once: STRATEGY(symbol, name) stands for strategy_symbol in a file of its own,
 * PYTHON_STRATEGY(symbol, name) for one that Python runs, in strategies/runner/python.c. */
#ifdef STRATEGY
STRATEGY(serial, "serial")
STRATEGY(fork, "fork")
STRATEGY(spawn, "spawn")
STRATEGY(forkserver, "forkserver")
STRATEGY(forkpool, "forkpool")
STRATEGY(forkteam, "forkteam")
STRATEGY(threads, "threads")
STRATEGY(threadpool, "threadpool")
STRATEGY(openmp, "openmp")
STRATEGY(openmp_tasks, "openmp-tasks")
STRATEGY(pthreadpool, "pthreadpool")
STRATEGY(glib, "glib")
STRATEGY(auto, "auto")
STRATEGY(auto_processes, "auto-processes")
STRATEGY(xargs, "xargs")
STRATEGY(parallel, "parallel")
STRATEGY(mpi, "mpi")
STRATEGY(mpi_static, "mpi-static")
#endif
#ifdef PYTHON_STRATEGY
PYTHON_STRATEGY(py_serial, "py-serial")
PYTHON_STRATEGY(py_process, "py-process")
PYTHON_STRATEGY(py_pool, "py-pool")
PYTHON_STRATEGY(py_executor, "py-executor")
PYTHON_STRATEGY(py_threads, "py-threads")
PYTHON_STRATEGY(py_interpreters, "py-interpreters")
PYTHON_STRATEGY(joblib_loky, "joblib-loky")
PYTHON_STRATEGY(joblib_threading, "joblib-threading")
PYTHON_STRATEGY(joblib_multiprocessing, "joblib-multiprocessing")
PYTHON_STRATEGY(mpi4py_pool, "mpi4py-pool")
#endif
