"""The protocol between a visit and a runner: docs/runners.md tells it. One JSON object a line, from one pipe and into another."""
import json
import os
import sys
import time
from functools import partial
from types import FunctionType

import breakeven_works as works
from breakeven_strategies import STRATEGIES, RunnerError, is_installed
from breakeven_usage import command_of, descendants, is_mpi_daemon, total_ns

REQUESTS, ANSWERS = 3, 4
PROTOCOL = 1
MOST_BYTES = 16 << 20
TEXT_CHARACTERS = 400
KILL_TRIES, KILL_S = 200, 0.005
# What the environment may hold that changes how Python, joblib or MPI run.
TELLING = ("PYTHON", "JOBLIB_", "LOKY_", "OMP_", "OPENBLAS_", "MKL_", "OMPI_", "PMIX_", "MPI4PY_")
pipes_are_open = True
NAMES = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def deflate_text(value):
    return "%d bytes crc %08x" % (value[0], value[2])


class Work:
    """A work: what `hello` tells of it, and what a result is for people."""

    def __init__(self, summary, unit, function, has_input=False, text=str):
        self.summary = summary
        self.unit = unit
        self.function = function
        self.has_input = has_input
        self.text = text


WORKS = {
    "empty": Work("does nothing: the pure cost of handing a job over", "ignored", works.empty),
    "squares": Work("sum([i ** 2 for i in range(size)]), as in the article", "iterations", works.squares),
    "sleep": Work("time.sleep for size nanoseconds: jobs that wait", "ns", works.sleep),
    "stream": Work("sums size bytes of one large shared input, by numpy where it is there", "bytes", works.stream, True),
    "deflate": Work("compresses size bytes of the file given with --input; zlib releases the GIL", "bytes", works.deflate, True,
                    deflate_text),
}


class Batch:
    """The jobs of a visit: what one runs, what each gets, and what its result is for people."""

    def __init__(self, function, jobs, text, own=None):
        self.function = function
        self.jobs = jobs
        self.text = text
        self.own = own  # the user's function, where it is one
        self.payload_in = None  # of each job, where they have any
        self.payload_out = 0


def make_batch(request):
    """(the batch, what is answered)"""
    if request.get("reference"):
        batch, answer = make_own_batch(request)
    else:
        batch, answer = make_known_batch(request), {}
    payload_in, payload_out = request.get("payload_in") or 0, request.get("payload_out") or 0
    if payload_in > 0 or payload_out > 0:
        add_payload(batch, payload_in, payload_out, request.get("seed") or 0)
    return batch, answer


def make_known_batch(request):
    work = WORKS.get(request["work"])
    if work is None:
        raise RunnerError("unavailable", "there is no work %r in Python" % request["work"])
    function, size = work.function, request["size"]
    if work.has_input:
        function = with_input(function, request.get("input") or os.devnull, request.get("strategy") or "")
    elif request.get("strategy") == "joblib-loky":
        function = as_in_main(function)
    return Batch(function, [(index, size) for index in range(request["jobs"])], work.text)


def as_in_main(function):
    """A copy of a function as it stands in the main file of a program, from where loky pickles functions with their code."""
    copy = FunctionType(function.__code__, function.__globals__, function.__name__)
    copy.__module__ = "__main__"
    return copy


def with_input(function, path, strategy):
    """A work whose jobs share an input, of which its path travels. Users of joblib hand over a mapped array, as it advises."""
    numpy = works.numpy_or_none()
    if function is works.stream and strategy.startswith("joblib") and numpy is not None and len(works.mapped(path)) > 0:
        return partial(works.stream_array, numpy.memmap(path, mode="r"))
    works.mapped(path)
    return partial(function, path)


def make_own_batch(request):
    """The user's function, called with the size, or with the lines of a file, from its first line again after the last."""
    import breakeven_own as own
    import breakeven_texts as texts

    function, answer = own.load(request["reference"])
    arguments, with_keywords = [request.get("size") or 0], False
    if request.get("arguments"):
        arguments, with_keywords = own.read_arguments(request["arguments"])
        answer["lines"] = len(arguments)
    called = works.call_with if with_keywords else works.call
    jobs = [(index, arguments[index % len(arguments)]) for index in range(request["jobs"])]
    return Batch(partial(called, function), jobs, texts.canonical, function), answer


def add_payload(batch, bytes_in, bytes_out, seed):
    """Gives each job bytes of its own to carry. They are made once, before any clock runs."""
    from random import Random

    random = Random(seed)
    batch.payload_in = [random.randbytes(bytes_in) for _ in batch.jobs]
    batch.payload_out = bytes_out
    batch.jobs = [(*job, payload) for job, payload in zip(batch.jobs, batch.payload_in)]
    batch.function = partial(works.carry, batch.function, bytes_out)


class Runner:
    """What a visit talks to. Each method `do_X` answers the request X with the fields of the answer."""

    def __init__(self):
        self.batch = None
        self.strategy = None
        self.results = []  # of the last map
        self.told = None  # the texts of these, in the order of jobs, once they were verified
        self.earlier = None  # texts of the first map that was verified, of a user's function
        self.before = None  # results of the map before the last one, of a user's function
        self.asked_who = False
        self.used = None
        self.ended = False

    def do_hello(self, request):
        if request.get("protocol") != PROTOCOL:
            raise RunnerError("usage", "protocol %s is not spoken here, but %d" % (request.get("protocol"), PROTOCOL))
        return {
            "protocol": PROTOCOL,
            "runtime": runtime(),
            "facts": facts(),
            "strategies": [describe_strategy(strategy) for strategy in STRATEGIES.values()],
            "works": [{"name": name, "summary": work.summary, "unit": work.unit} for name, work in WORKS.items()],
        }

    def do_prepare(self, request):
        os.environ["PYTHONUNBUFFERED"] = "1"  # what jobs print is seen, also in workers that are ended by a signal
        # A visit removes the folder of this file, whatever became of us: joblib's own would stay where we are killed.
        os.environ.setdefault("JOBLIB_TEMP_FOLDER", os.path.dirname(os.path.abspath(__file__)))
        if request.get("strategy"):
            load(find_strategy(request["strategy"]))
        self.batch, answer = make_batch(request)
        self.results, self.told, self.before, self.earlier = [], None, None, None
        total_ns()
        return answer

    def do_open(self, request):
        strategy = make_strategy(request)
        if self.batch is None:
            raise RunnerError("usage", "open: nothing was prepared")
        if self.batch.own is not None and strategy.pickles_function():
            check_picklable(self.batch.own)
        load(type(strategy))
        self.used = total_ns()
        start = time.perf_counter_ns()
        strategy.open()
        ns = time.perf_counter_ns() - start
        self.strategy = strategy
        return {"ns": ns}

    def do_map(self, request):
        strategy, jobs = self.opened("map"), self.batch.jobs
        function = partial(works.who, self.batch.function) if request.get("who") else self.batch.function
        if self.batch.own is not None:
            self.before = self.results
        self.told = None
        self.asked_who = bool(request.get("who"))
        maps = request.get("maps", 1)
        start = time.perf_counter_ns()
        for _ in range(maps - 1):
            self.results = strategy.map(function, jobs)
        last = time.perf_counter_ns()
        self.results = strategy.map(function, jobs)
        end = time.perf_counter_ns()
        return {"ns": end - start, **self.first_result(last), **self.workers_seen(), **self.used_since()}

    def first_result(self, start):
        if self.strategy.results == "batch" or self.strategy.first_ns is None:
            return {}
        return {"first_result_ns": self.strategy.first_ns - start}

    def workers_seen(self):
        """How many workers ran a job. Fresh processes are as many as jobs, but no more than `workers` at once."""
        if not self.asked_who:
            return {}
        return {"workers": min(len({result[-1] for result in self.results}), self.strategy.workers)}

    def used_since(self):
        before, self.used = self.used, total_ns()
        if before is None or self.used is None:
            return {}
        return {"user_ns": max(self.used[0] - before[0], 0), "sys_ns": max(self.used[1] - before[1], 0)}

    def do_verify(self, request):
        """The texts of the jobs from `first` on, `count` of them; of all where neither is said."""
        self.opened("verify")
        if self.told is None:
            self.told = self.texts()
        first, count = request.get("first") or 0, request.get("count")
        return {"results": self.told[first:None if count is None else first + count]}

    def texts(self):
        results = in_job_order(self.results, len(self.batch.jobs))
        check_payloads(self.batch, results)
        if self.batch.own is None:
            return [self.batch.text(result[1]) for result in results]
        texts = self.own_texts(results)
        self.check_same(texts)
        return texts

    def own_texts(self, results):
        from breakeven_texts import NoText, short

        try:
            return [short(self.batch.text(result[1])) for result in results]
        except NoText as error:
            text = "a job returned an object of the type %s, which cannot be compared with another"
            raise RunnerError("failed", text % error) from None
        except RecursionError:
            raise RunnerError("failed", "a job returned a value that is too deep to be compared with another") from None

    def check_same(self, texts):
        """A user's function must return the same value for the same argument: nothing else can be verified."""
        if self.earlier is None:
            self.earlier = self.own_texts(in_job_order(self.before, len(texts))) if self.before else texts
        self.before = None
        for index, (now, then) in enumerate(zip(texts, self.earlier)):
            if now != then:
                text = "job %d returned %s, and %s when it ran before: what is measured must return the same value each time"
                raise RunnerError("wrong", text % (index, now, then))

    def do_close(self, request):
        strategy = self.opened("close")
        start = time.perf_counter_ns()
        strategy.close()
        ns = time.perf_counter_ns() - start
        self.strategy = None
        return {"ns": ns, **self.used_since()}

    def do_end(self, request):
        self.ended = True
        return {}

    def opened(self, what):
        if self.strategy is None:
            raise RunnerError("usage", "%s: no strategy is open" % what)
        return self.strategy

    def answer(self, line):
        """The answer to a line, as an object."""
        number = None
        try:
            request = json.loads(line)
            number = request["id"]
            action = getattr(self, "do_%s" % request["do"], None)
            if action is None:
                raise RunnerError("usage", "there is no request %r" % request["do"])
            return {"id": number, **action(request)}
        except Exception as error:
            return {"id": number, "error": describe_error(error)}


def find_strategy(name):
    strategy = STRATEGIES.get(name)
    if strategy is None:
        raise RunnerError("usage", "there is no strategy %r in Python" % name)
    missing = strategy.unavailable()
    if missing:
        raise RunnerError("unavailable", missing)
    return strategy


def load(strategy):
    """Imports what the strategy needs, where that was not done yet."""
    try:
        strategy.prepare()
    except ImportError as error:
        raise RunnerError("unavailable", "%s: %s" % (strategy.name, works.error_text(error))) from None


def make_strategy(request):
    """The strategy of an `open`, which refuses what it does not take."""
    strategy = find_strategy(request["strategy"])
    usual = {"chunk": 0, "start_method": "default", "jobs_per_worker": 0, "results": "batch", "in_flight": 0}
    settings = {name: request.get(name) or value for name, value in usual.items()}
    for name, value in settings.items():
        if value != usual[name] and name not in strategy.takes:
            raise RunnerError("unavailable", "%s takes no %s" % (strategy.name, name))
    return strategy(workers=request.get("workers") or 1, **settings)


def check_picklable(function):
    from breakeven_own import not_picklable

    reason = not_picklable(function)
    if reason:
        raise RunnerError("unavailable", reason)


def in_job_order(results, jobs):
    """The results sorted by the number of their jobs, each of which must be there once."""
    if len(results) != jobs:
        raise RunnerError("wrong", "%d results came of %d jobs" % (len(results), jobs))
    results = sorted(results, key=lambda result: result[0])
    for index, result in enumerate(results):
        if result[0] != index:
            raise RunnerError("wrong", "job %d: no result of it came, or two" % min(index, result[0]))
    return results


def check_payloads(batch, results):
    if batch.payload_in is None:
        return
    for index, payload_in in enumerate(batch.payload_in):
        if results[index][2] != works.payload_of(index, payload_in, batch.payload_out):
            raise RunnerError("wrong", "job %d: its payload is not what it should be" % index)


def describe_strategy(strategy):
    about = {
        "name": strategy.name,
        "summary": strategy.summary,
        "elsewhere": strategy.elsewhere,
        "takes": list(strategy.takes),
        "memory": strategy.memory,
    }
    missing = strategy.unavailable()
    return {**about, **({"baseline": True} if strategy.baseline else {}), **({"unavailable": missing} if missing else {})}


def describe_error(error):
    """What a visit is told of an exception."""
    kind = getattr(error, "kind", None) if isinstance(error, RunnerError) else kind_of(error)
    text = error_line(error)
    return {"kind": kind, "text": text if len(text) <= TEXT_CHARACTERS else text[:TEXT_CHARACTERS - 3] + "..."}


def kind_of(error):
    return "refused" if isinstance(error, (OSError, MemoryError)) else "failed"


def error_line(error):
    """One line of characters that can be printed and sent."""
    if isinstance(error, (RunnerError, works.JobError)):
        text = str(error)
    elif type(error).__name__ == "MaybeEncodingError" or "pickle" in str(error).lower():
        text = "a result cannot be pickled: %s" % works.error_text(error)
    elif isinstance(error, KeyError):
        text = "the request has no field %s" % error
    else:
        text = works.error_text(error)
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def runtime():
    name = sys.implementation.name
    return "%s %s" % (NAMES.get(name, name), sys.version.split()[0])


def facts():
    """What decides about the figures: texts."""
    told = {
        "executable": sys.executable or "",
        "build": " ".join(sys.version.split()[1:]),
        "gil": gil(),
        "start_method": start_method(),
        **{module: version for module in ("joblib", "numpy", "mpi4py") for version in [version_of(module)] if version},
    }
    told.update((name, value) for name, value in sorted(os.environ.items()) if name.startswith(TELLING))
    return {name: "".join(c if c.isprintable() else "?" for c in value) for name, value in told.items()}


def gil():
    """Whether one thread at a time runs Python."""
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)()
    return "on" if enabled else "off"


def start_method():
    import multiprocessing

    return multiprocessing.get_context().get_start_method()


def version_of(module):
    """The version of a module that is installed; "" where it is not. It is not imported, as that takes long."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(module) if is_installed(module) else ""
    except PackageNotFoundError:
        return "of an unknown version"


def send(answer):
    line = json.dumps(answer).encode("ascii") + b"\n"
    if len(line) > MOST_BYTES:
        text = "an answer of %d bytes is more than a line may have, %d" % (len(line), MOST_BYTES)
        return send({"id": answer["id"], "error": {"kind": "refused", "text": text}})
    while line:
        line = line[os.write(ANSWERS, line):]


def keep_pipes():
    """Jobs shall not read or write what the visit and its runner say: neither new programs nor forked workers have the pipes."""
    for pipe in (REQUESTS, ANSWERS):
        os.set_inheritable(pipe, False)
    os.register_at_fork(after_in_child=close_pipes)


def close_pipes():
    """In a forked process; one that it forks in turn may have other files under these numbers."""
    global pipes_are_open
    if pipes_are_open:
        pipes_are_open = False
        os.close(REQUESTS)
        os.close(ANSWERS)


def end_workers():
    """Kills what a strategy that went wrong has left, but for what cleans up behind it and ends by itself."""
    import signal
    import threading
    from multiprocessing.process import BaseProcess

    BaseProcess.start = refuse_to_start  # a pool would replace them
    threading.excepthook = lambda _: None
    for _ in range(KILL_TRIES):
        left = [pid for pid in descendants("self") if is_worker(pid)]
        if not left:
            return
        for pid in left:
            os.kill(int(pid), signal.SIGKILL)
        time.sleep(KILL_S)


def refuse_to_start(process):
    raise OSError("the runner ends")


def is_worker(pid):
    """False for a tracker or MPI's daemon, and for what has ended and is not yet waited for."""
    words = command_of(pid)
    return words != [] and not is_mpi_daemon(words) and not any(b"resource_tracker" in word for word in words)


def serve():
    """Answers requests until `end`, or until the visit is gone."""
    keep_pipes()
    runner = Runner()
    with open(REQUESTS, "rb", closefd=False) as requests:
        for line in requests:
            send(runner.answer(line))
            if runner.ended:
                break
    if runner.strategy is not None:
        try:
            end_workers()
        finally:
            os._exit(0)  # threads that wait for workers would be waited for
