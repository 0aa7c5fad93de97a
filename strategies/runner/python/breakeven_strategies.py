"""The strategies: what Python programs run jobs by, called as their users call them.

What users import at the top of their programs is imported by `prepare`, before any clock runs.
"""
import os
import sys
import time

import breakeven_works as works
from breakeven_usage import command_of, descendants, is_mpi_daemon

WAKE_S = 1.0  # how often a map that is not done looks whether its workers still live
START_LOOK_S = 0.1  # the same of ranks of MPI that are being started
JOBLIB_MISSING = "joblib is not installed for this Python (Debian's package is python3-joblib)"
MPI4PY_MISSING = "mpi4py is not installed for this Python (Debian's package is python3-mpi4py)"
NETWORK_MISSING = "Open MPI reaches the ranks that a program has started by TCP, and there is no network interface but the loopback"
LAUNCHER_MISSING = "mpi4py finds no launcher of MPI in PATH, neither orted nor mpiexec (Debian's package is openmpi-bin)"


class RunnerError(Exception):
    """What a visit is told: a kind of the protocol ("failed", "wrong", "unavailable", "refused", "usage") and one line."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind
        self.text = text


def is_installed(module):
    """True where a module can be found; it is not imported."""
    from importlib.util import find_spec

    return find_spec(module) is not None


class Strategy:
    """One way of running a batch of jobs.

    open() makes what lives from map to map, map() runs each job once and returns all results in the order of jobs (of
    those that come unordered: as they came), close() ends it all. Each is timed as a whole.
    """

    name = summary = elsewhere = ""
    takes = ("payload",)
    memory = "processes"
    baseline = False

    def __init__(self, workers=1, chunk=0, start_method="default", jobs_per_worker=0, results="batch", in_flight=0):
        self.workers = workers
        self.chunk = chunk
        self.start_method = start_method
        self.jobs_per_worker = jobs_per_worker
        self.results = results
        self.in_flight = in_flight
        self.first_ns = None  # when the first result of the last map was there, where they come one by one

    @classmethod
    def unavailable(cls):
        """Why it cannot be used here, in one line; "" where it can."""
        return ""

    @classmethod
    def prepare(cls):
        """Imports what a user's program imports before it does anything."""

    def open(self):
        pass

    def map(self, function, jobs):
        raise NotImplementedError

    def close(self):
        pass

    def pickles_function(self):
        """True where workers get the function by pickle, which finds it again by its module and name."""
        return False

    @property
    def streams(self):
        """True where results are taken one by one."""
        return self.results != "batch" or self.in_flight > 0

    def take(self, results):
        """Takes results one by one, as they come: the list of them. Notes when the first one was there."""
        iterator = iter(results)
        taken = []
        for first in iterator:
            self.first_ns = time.perf_counter_ns()
            taken.append(first)
            break
        taken.extend(iterator)
        return taken


class Serial(Strategy):
    name = "py-serial"
    summary = "a loop in Python: what its other strategies are compared with"
    elsewhere = "a list comprehension"
    memory = "threads"
    baseline = True

    def map(self, function, jobs):
        return [function(job) for job in jobs]


class WithProcesses(Strategy):
    """What starts processes by multiprocessing, in one of its ways."""

    # What multiprocessing imports when it first makes a pool or a process: once in a program, not once in a pool.
    LATE = ("connection", "pool", "queues", "synchronize", "resource_tracker", "spawn", "forkserver",
            "popen_fork", "popen_spawn_posix", "popen_forkserver")

    @classmethod
    def prepare(cls):
        from importlib import import_module

        for module in cls.LATE:
            import_module("multiprocessing." + module)

    def context(self):
        """The multiprocessing context of the start method; "default" is the Python's own."""
        import multiprocessing

        method = None if self.start_method == "default" else self.start_method
        try:
            return multiprocessing.get_context(method)
        except ValueError:
            raise RunnerError("unavailable", "this Python cannot start processes by %s" % method) from None

    def pickles_function(self):
        return True


class Process(WithProcesses):
    name = "py-process"
    summary = "a process of Python for each job, at most `workers` at a time"
    elsewhere = "multiprocessing.Process"
    takes = ("workers", "start_method", "payload")

    def pickles_function(self):
        return self.context().get_start_method() != "fork"

    def open(self):
        from multiprocessing.connection import wait

        self.wait = wait
        self.starter = self.context()

    def map(self, function, jobs):
        results = [None] * len(jobs)
        running = {}
        for job in jobs:
            if len(running) == self.workers:
                self.collect(self.wait(list(running)), running, results)
            self.start(function, job, running)
        self.collect(list(running), running, results)
        return results

    def start(self, function, job, running):
        """Starts the process of a job; `running` gets it, by the end of the pipe from which its result is read."""
        receiver, sender = self.starter.Pipe(duplex=False)
        process = self.starter.Process(target=works.send, args=(sender, function, job))
        process.start()
        sender.close()
        running[receiver] = process, job[0]

    def collect(self, receivers, running, results):
        """Takes a result from each of these, as soon as it is there, and reaps the processes that sent them."""
        for receiver in receivers:
            process, index = running.pop(receiver)
            result = self.receive(receiver, process, index)
            process.join()
            results[index] = result

    @staticmethod
    def receive(receiver, process, index):
        try:
            with receiver:
                result = receiver.recv()
        except EOFError:
            process.join()
            raise RunnerError("failed", "job %d: its process %s" % (index, end_text(process.exitcode))) from None
        if isinstance(result, works.JobError):
            raise result
        return result


def end_text(exitcode):
    """How a process ended that should not have, by multiprocessing's exit code."""
    if exitcode is None or exitcode >= 0:
        return "ended with exit code %s" % exitcode
    import signal

    try:
        return "was killed by %s" % signal.Signals(-exitcode).name
    except ValueError:
        return "was killed by signal %d" % -exitcode


class Gate:
    """Hands out jobs to a pool that would take all of them at once, no more than `most` ahead of what was taken."""

    def __init__(self, most):
        import threading

        self.free = threading.Semaphore(most)
        self.closed = False

    def jobs(self, jobs):
        for job in jobs:
            self.free.acquire()
            if self.closed:
                return
            yield job

    def results(self, results):
        try:
            for result in results:
                yield result
                self.free.release()
        finally:
            self.closed = True
            self.free.release()


class Pool(WithProcesses):
    name = "py-pool"
    summary = "a pool of processes of Python"
    elsewhere = "multiprocessing.Pool.map"
    takes = ("workers", "chunk", "start_method", "jobs_per_worker", "results", "in_flight", "payload")

    def open(self):
        if 0 < self.in_flight < self.chunk:
            raise RunnerError("usage", "in_flight: %d is less than a chunk, which is %d" % (self.in_flight, self.chunk))
        self.seen = {}
        self.pool = self.context().Pool(self.workers, maxtasksperchild=self.jobs_per_worker or None)
        self.see_workers()

    def map(self, function, jobs):
        if self.streams:
            return self.take(self.stream(function, jobs))
        waited_for = self.pool.map_async(function, jobs, chunksize=self.chunk or None)
        return self.wait_for(waited_for.get)

    def stream(self, function, jobs):
        imap = self.pool.imap_unordered if self.results == "unordered" else self.pool.imap
        if self.in_flight == 0:
            return self.each(imap(function, jobs, chunksize=self.chunk or 1))
        gate = Gate(self.in_flight)
        return gate.results(self.each(imap(function, gate.jobs(jobs), chunksize=self.chunk or 1)))

    def each(self, results):
        """The results of an imap. With chunks it is a plain generator, which nobody can wait for in steps."""
        if not hasattr(results, "next"):
            yield from results
            return
        while True:
            try:
                result = self.wait_for(results.next)
            except StopIteration:
                return
            yield result

    def wait_for(self, get):
        """What get(timeout) returns. A Pool replaces a worker that was killed, but its job is lost, and so is the map."""
        from multiprocessing import TimeoutError

        while True:
            try:
                return get(WAKE_S)
            except TimeoutError:
                self.see_workers()
                for worker in self.seen.values():
                    if worker.exitcode:
                        text = "a worker of the pool %s while jobs ran" % end_text(worker.exitcode)
                        raise RunnerError("failed", text) from None

    def see_workers(self):
        self.seen.update((worker.pid, worker) for worker in list(self.pool._pool))

    def close(self):
        self.pool.terminate()
        self.pool.join()


class WithExecutor(Strategy):
    """What has the interface of concurrent.futures."""

    def open(self):
        self.executor = self.make_executor()

    def make_executor(self):
        raise NotImplementedError

    def map(self, function, jobs):
        if not self.streams:
            return list(self.executor.map(function, jobs, chunksize=self.chunk or 1))
        if self.results == "unordered":
            return self.take(self.unordered(function, jobs))
        if self.in_flight > 0:
            return self.take(self.in_window(function, jobs))
        return self.take(self.executor.map(function, jobs, chunksize=self.chunk or 1))

    def unordered(self, function, jobs):
        """Results as they come, of no more than in_flight jobs at once; of all at once where that is 0."""
        from concurrent.futures import FIRST_COMPLETED, as_completed, wait
        from itertools import islice

        if self.in_flight == 0:
            for future in as_completed([self.executor.submit(function, job) for job in jobs]):
                yield future.result()
            return
        left = iter(jobs)
        running = {self.executor.submit(function, job) for job in islice(left, self.in_flight)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
                running.update(self.executor.submit(function, job) for job in islice(left, 1))

    def in_window(self, function, jobs):
        """Results in the order of jobs, of which no more than in_flight were handed out and not yet taken."""
        from collections import deque

        window = deque()
        for job in jobs:
            if len(window) == self.in_flight:
                yield window.popleft().result()
            window.append(self.executor.submit(function, job))
        while window:
            yield window.popleft().result()

    def close(self):
        self.executor.shutdown(wait=True)


class Executor(WithExecutor, WithProcesses):
    name = "py-executor"
    summary = "the newer pool of processes of Python"
    elsewhere = "concurrent.futures.ProcessPoolExecutor.map"
    takes = ("workers", "chunk", "start_method", "results", "in_flight", "payload")
    if sys.version_info >= (3, 11):
        takes += ("jobs_per_worker",)

    @classmethod
    def prepare(cls):
        super().prepare()
        import concurrent.futures.process

    def make_executor(self):
        from concurrent.futures import ProcessPoolExecutor

        if self.chunk > 1 and (self.results == "unordered" or self.in_flight > 0):
            raise RunnerError("unavailable", "a ProcessPoolExecutor has no chunks where it is not its map that runs the jobs")
        options = {"max_tasks_per_child": self.jobs_per_worker} if self.jobs_per_worker > 0 else {}
        if self.jobs_per_worker > 1 and not replaces_workers():
            text = "a ProcessPoolExecutor of Python %s hangs where max_tasks_per_child is more than 1"
            raise RunnerError("unavailable", text % sys.version.split()[0])
        if self.start_method != "default":
            options["mp_context"] = self.context()
        try:
            return ProcessPoolExecutor(self.workers, **options)
        except ValueError as error:
            raise RunnerError("unavailable", works.error_text(error)) from None


def replaces_workers():
    """False where the executor may wait for ever once a worker has left: so do all releases of 3.11 to 3.14 before July 2026."""
    from concurrent.futures import process

    return any("_replace_dead_worker" in vars(part) for part in vars(process).values() if isinstance(part, type))


class Threads(WithExecutor):
    name = "py-threads"
    summary = "a pool of threads of Python, which mostly take turns (the GIL)"
    elsewhere = "concurrent.futures.ThreadPoolExecutor.map"
    takes = ("workers", "results", "in_flight", "payload")
    memory = "threads"

    @classmethod
    def prepare(cls):
        import concurrent.futures.thread

    def make_executor(self):
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(self.workers)


class Interpreters(WithExecutor):
    name = "py-interpreters"
    summary = "a pool of threads with an interpreter each (Python 3.14)"
    elsewhere = "concurrent.futures.InterpreterPoolExecutor.map"
    takes = ("workers", "results", "in_flight", "payload")
    memory = "threads"

    @classmethod
    def unavailable(cls):
        if sys.version_info >= (3, 14) and is_installed("_interpreters"):
            return ""
        return "InterpreterPoolExecutor needs Python 3.14 or later; this is %s" % sys.version.split()[0]

    @classmethod
    def prepare(cls):
        import concurrent.futures.interpreter

    def make_executor(self):
        from concurrent.futures import InterpreterPoolExecutor

        return InterpreterPoolExecutor(self.workers, initializer=works.extend_path, initargs=(tuple(sys.path),))

    def pickles_function(self):
        return True


class Watch:
    """What the main thread waits for inside a `with` of it fails where it would not end.

    A pool of mpi4py is served by a thread. Where that thread fails, or a process of MPI is gone, futures stay as they are:
    the main thread looks now and then, and is woken at once by the thread.
    """

    def __init__(self, every_s):
        self.every_s = every_s
        # Ranks of a pool that was closed may end later.
        self.earlier = {pid for pid in processes_of_mpi() if not is_mpi_daemon(command_of(pid))}
        self.seen = set()  # processes of MPI
        self.error = None  # what the thread that serves the pool has raised

    def __enter__(self):
        import signal
        import threading

        self.hook, threading.excepthook = threading.excepthook, self.note
        self.handler = signal.signal(signal.SIGALRM, self.look)
        signal.setitimer(signal.ITIMER_REAL, self.every_s, self.every_s)

    def __exit__(self, *_):
        import signal
        import threading

        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.handler)
        threading.excepthook = self.hook

    def note(self, raised):
        import signal
        import threading

        self.error = works.error_text(raised.exc_value)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

    def look(self, *_):
        if self.error:
            raise RunnerError("refused", "the thread that serves the ranks failed: %s" % self.error)
        here = processes_of_mpi()
        for pid in self.seen - here - self.earlier:
            raise RunnerError("failed", "process %s of MPI, a rank or their daemon, was killed or ended" % pid)
        self.seen = here


def has_network():
    """False where Open MPI would find no interface: it leaves out the loopback, unless it is told otherwise."""
    import socket

    told = [name for name in ("include", "exclude") if "OMPI_MCA_btl_tcp_if_" + name in os.environ]
    return told != [] or any(name != "lo" for _, name in socket.if_nameindex())


def processes_of_mpi():
    """The workers of mpi4py and the daemon that has started them, which live."""
    commands = ((pid, command_of(pid)) for pid in descendants("self"))
    return {pid for pid, words in commands if b"mpi4py.futures.server" in words or is_mpi_daemon(words)}


class MpiPool(WithExecutor):
    """A pool of ranks of MPI that a program starts which was not started by mpiexec itself, by MPI_Comm_spawn."""

    name = "mpi4py-pool"
    summary = "ranks of MPI that a program in Python starts and sends jobs to"
    elsewhere = "mpi4py.futures.MPIPoolExecutor.map"
    takes = ("workers", "chunk", "results", "in_flight", "payload")

    @classmethod
    def unavailable(cls):
        from shutil import which

        if not is_installed("mpi4py"):
            return MPI4PY_MISSING
        if not which("orted") and not which("mpiexec"):
            return LAUNCHER_MISSING
        return "" if has_network() else NETWORK_MISSING

    @classmethod
    def prepare(cls):
        """Importing MPI is what initializes it, and starts the daemon that will start the ranks."""
        # A visit removes the folder of this file, whatever became of us: what Open MPI writes would stay where we are killed.
        folder = os.path.dirname(os.path.abspath(__file__))
        os.environ.setdefault("OMPI_MCA_orte_tmpdir_base", folder)
        os.environ.setdefault("OMPI_MCA_btl_vader_backing_directory", folder)
        os.environ.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")  # there may be more workers than cores
        import mpi4py.futures
        from mpi4py import MPI

    def make_executor(self):
        from mpi4py.futures import MPIPoolExecutor

        if self.chunk > 1 and self.in_flight > 0:
            raise RunnerError("unavailable", "an MPIPoolExecutor has no chunks where it is not its map that runs the jobs")
        return MPIPoolExecutor(self.workers, path=sys.path)

    def open(self):
        self.watch = Watch(START_LOOK_S)
        with self.watch:
            super().open()
            self.executor.bootup(wait=True)
        self.watch.every_s = WAKE_S

    def map(self, function, jobs):
        with self.watch:
            return super().map(function, jobs)

    def unordered(self, function, jobs):
        if self.in_flight > 0:
            return super().unordered(function, jobs)
        return self.executor.map(function, jobs, chunksize=self.chunk or 1, unordered=True)

    def pickles_function(self):
        return True


class Joblib(Strategy):
    """joblib.Parallel as a context manager, which keeps its workers from map to map. One worker is a loop in the caller."""

    takes = ("workers", "chunk", "results", "in_flight", "payload")
    backend = ""

    @classmethod
    def unavailable(cls):
        return "" if is_installed("joblib") else JOBLIB_MISSING

    @classmethod
    def prepare(cls):
        super().prepare()
        import joblib

    def make_backend(self):
        return self.backend

    def return_as(self):
        """The argument by which results come one by one, where this joblib has it."""
        import joblib

        wanted, since = {
            "batch": ("list", (0, 0)),
            "ordered": ("generator", (1, 3)),
            "unordered": ("generator_unordered", (1, 4)),
        }[self.results]
        if tuple(int(part) for part in joblib.__version__.split(".")[:2]) < since:
            text = "joblib %s has no return_as='%s': it came with %d.%d" % (joblib.__version__, wanted, *since)
            raise RunnerError("unavailable", text)
        return {} if wanted == "list" else {"return_as": wanted}

    def open(self):
        from joblib import Parallel, delayed

        self.delayed = delayed
        self.parallel = Parallel(
            n_jobs=self.workers,
            backend=self.make_backend(),
            batch_size=self.chunk or "auto",
            pre_dispatch=self.in_flight or "2 * n_jobs",
            **self.return_as()
        )
        self.parallel.__enter__()

    def map(self, function, jobs):
        delayed = self.delayed
        results = self.parallel(delayed(function)(job) for job in jobs)
        return results if self.results == "batch" else self.take(results)

    def close(self):
        self.parallel.__exit__(None, None, None)


class Loky(Joblib):
    name = "joblib-loky"
    summary = "joblib with its own pool of processes"
    elsewhere = "joblib.Parallel(n_jobs)"
    backend = "loky"

    def close(self):
        """Workers of loky outlive a Parallel, to be used by the next one: they are ended as a program's end does it."""
        from joblib.externals.loky import reusable_executor

        super().close()
        executor = reusable_executor._executor
        if executor is not None:
            executor.shutdown(wait=True)


class JoblibThreading(Joblib):
    name = "joblib-threading"
    summary = "joblib with threads"
    elsewhere = 'joblib.Parallel(n_jobs, backend="threading")'
    memory = "threads"
    backend = "threading"


class JoblibMultiprocessing(Joblib, WithProcesses):
    name = "joblib-multiprocessing"
    summary = "joblib with a pool of multiprocessing"
    elsewhere = 'joblib.Parallel(n_jobs, backend="multiprocessing")'
    takes = ("workers", "chunk", "start_method", "results", "in_flight", "payload")
    backend = "multiprocessing"

    def make_backend(self):
        """joblib takes a context in place of the name of a backend, which is how its users choose a start method."""
        return self.backend if self.start_method == "default" else self.context()


STRATEGIES = {
    strategy.name: strategy
    for strategy in (Serial, Process, Pool, Executor, Threads, Interpreters, Loky, JoblibThreading, JoblibMultiprocessing, MpiPool)
}
