#!/usr/bin/env python3
"""What the runner of strategies in Python answers, spoken to as a visit does.

usage: test_python.py INTERPRETER [NAME...]
"""
import glob
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

from visit import SCRIPT, Refused, Visit

PYTHON = sys.argv.pop(1) if len(sys.argv) > 1 else sys.executable
with Visit(PYTHON) as asked:
    HELLO = asked.ask("hello", protocol=1)
STRATEGIES = {about["name"]: about for about in HELLO["strategies"]}
HERE = [name for name, about in STRATEGIES.items() if "unavailable" not in about]
TAKING = {what: [name for name in HERE if what in STRATEGIES[name]["takes"]] for what in
          ("workers", "chunk", "start_method", "jobs_per_worker", "results", "in_flight", "payload")}
LONG = os.environ.get("BREAKEVEN_TEST_LONG") == "yes"
# Joblib takes half a second to be imported, and loky as long to start, as do ranks of MPI: most tests do without where there is no time.
BRIEF = [name for name in HERE if LONG or not name.startswith(("joblib", "mpi4py"))]
VERSION = tuple(int(part) for part in HELLO["runtime"].split()[1].split(".")[:2])


def until(condition, seconds=10):
    """Waits for a condition, and tells whether it came."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


class Case(unittest.TestCase):
    visits = {}  # one for each strategy, which serves until something is refused
    modules = 0

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def run_once(self, strategy, prepare, opening=None, maps=1):
        """The texts of the results of one batch."""
        visit = self.visits.pop(strategy, None) or Visit(PYTHON)
        try:
            visit.prepare(strategy=strategy, **prepare)
            visit.open(strategy, **(opening or {}))
            texts = self.mapped(visit, maps)
            visit.ask("close")
            self.visits[strategy] = visit
            return texts
        finally:
            if strategy not in self.visits:
                visit.__exit__()

    def mapped(self, visit, maps=1):
        for _ in range(maps):
            self.took = visit.ask("map", maps=1, who=False)
        return visit.results()

    @classmethod
    def tearDownClass(cls):
        while cls.visits:
            cls.visits.popitem()[1].__exit__()

    def own(self, code, name="task", **more):
        """What prepare is told of a module with that code, whose name no other has."""
        Case.modules += 1
        self.module = "mine%d.py" % Case.modules
        return {"reference": "%s:%s" % (self.write(self.module, code), name), **more}

    def refuses(self, pattern, prepare, strategy="py-serial", opening=None, maps=1):
        """Something on the way to verified results is refused; the pattern tells how, FILE for the module."""
        pattern = pattern.replace("FILE", getattr(self, "module", ""))
        with self.assertRaisesRegex(Refused, pattern):
            self.run_once(strategy, prepare, opening, maps)


class Hello(Case):
    def test_says_what_it_is(self):
        self.assertEqual(HELLO["protocol"], 1)
        self.assertRegex(HELLO["runtime"], r"^CPython 3\.\d+\.\d+")
        self.assertIn(HELLO["facts"]["gil"], ("on", "off"))
        self.assertIn(HELLO["facts"]["start_method"], ("fork", "forkserver", "spawn"))
        self.assertEqual([name for name, about in STRATEGIES.items() if about.get("baseline")], ["py-serial"])

    def test_tells_variables_that_change_results(self):
        with Visit(PYTHON, environment={"PYTHONHASHSEED": "7"}) as visit:
            self.assertEqual(visit.ask("hello", protocol=1)["facts"]["PYTHONHASHSEED"], "7")

    def test_speaks_no_other_version(self):
        with Visit(PYTHON) as visit, self.assertRaisesRegex(Refused, "usage: protocol 2 is not spoken here"):
            visit.ask("hello", protocol=2)

    def test_names_what_is_missing(self):
        with Visit(PYTHON, environment={"PYTHONPATH": ""}) as visit:
            for about in visit.ask("hello", protocol=1)["strategies"]:
                if about["name"].startswith("joblib") and "unavailable" in about:
                    self.assertIn("python3-joblib", about["unavailable"])
                if about["name"] == "mpi4py-pool" and "unavailable" in about:
                    self.assertRegex(about["unavailable"], "python3-mpi4py|openmpi-bin|loopback")
                if about["name"] == "py-interpreters" and VERSION < (3, 14):
                    self.assertIn("needs Python 3.14", about["unavailable"])

    @unittest.skipUnless("mpi4py-pool" in HERE, "mpi4py is not installed")
    def test_names_a_launcher_of_mpi_that_is_missing(self):
        with Visit(PYTHON, environment={"PATH": self.folder.name}) as visit:
            told = {about["name"]: about for about in visit.ask("hello", protocol=1)["strategies"]}
            self.assertIn("openmpi-bin", told["mpi4py-pool"]["unavailable"])

    def test_a_joblib_that_cannot_be_imported_is_missing(self):
        self.write("joblib.py", "import nowhere_at_all\n")
        with Visit(PYTHON, environment={"PYTHONPATH": self.folder.name}) as visit:
            with self.assertRaisesRegex(Refused, "^unavailable: joblib-loky: ModuleNotFoundError: No module named 'nowhere"):
                visit.prepare(strategy="joblib-loky")

    def test_an_old_python_says_so(self):
        old = glob.glob("/root/.pyenv/versions/3.[678].*/bin/python3") + glob.glob("/usr/bin/python3.[678]")
        for python in old[:1]:
            with Visit(python) as visit, self.assertRaisesRegex(Refused, "unavailable: Python 3.* is too old: 3.9 or later"):
                visit.ask("hello", protocol=1)


class Protocol(Case):
    def test_ends_where_the_requests_end(self):
        with Visit(PYTHON) as visit:
            visit.prepare()
            self.assertEqual(visit.wait(), 0)

    def test_end_ends_it(self):
        with Visit(PYTHON) as visit:
            visit.ask("end")
            self.assertEqual(visit.wait(), 0)

    def test_answers_what_it_does_not_know(self):
        with Visit(PYTHON) as visit:
            self.assertRegex(visit.raw(b'{"id": 9, "do": "dance"}')["error"]["text"], "no request 'dance'")
            self.assertEqual(visit.raw(b'{"id": 10, "do": "map"}')["id"], 10)
            self.assertIn("error", visit.raw(b"rubbish"))
            self.assertIn("error", visit.raw(b'{"id": 11, "do": "prepare"}'))

    def test_refuses_what_a_strategy_does_not_take(self):
        for setting in ({"start_method": "spawn"}, {"results": "ordered"}, {"in_flight": 2}, {"chunk": 3}):
            self.refuses("unavailable: py-serial takes no", {}, opening=setting)
        self.refuses("usage: there is no strategy 'py-magic'", {"work": "empty"}, "py-magic")
        self.refuses("unavailable: there is no work 'malloc'", {"work": "malloc"})

    def test_times_and_workers_and_what_is_left_behind(self):
        """Times are those that pass, workers' processor time counts, they are told from each other, and none stays."""
        for strategy in HERE:
            with self.subTest(strategy), Visit(PYTHON) as visit:
                workers = 2 if "workers" in STRATEGIES[strategy]["takes"] else 1
                visit.prepare(work="sleep", size=20000000, jobs=4, strategy=strategy)
                visit.open(strategy, workers=2)
                visit.ask("map", maps=1, who=False)
                for _ in range(10):  # on a busy machine one worker may be done before the other one wakes
                    start = time.monotonic_ns()
                    took = visit.ask("map", maps=2, who=True)
                    passed = time.monotonic_ns() - start
                    if took["workers"] == workers:
                        break
                self.assertGreaterEqual(took["ns"], 2 * 4 // workers * 20000000)
                self.assertLessEqual(took["ns"], passed)
                self.assertEqual(took["workers"], workers)
                self.assertEqual(visit.results(), ["20000000"] * 4)
                visit.prepare(size=100000, jobs=4)
                used = visit.ask("map", maps=2, who=False)
                self.assertGreater(used["user_ns"] + used["sys_ns"], 8 * 100000 * 10)
                visit.ask("close")
                visit.ask("end")
                self.assertEqual(visit.wait(), 0)
                self.assertTrue(until(lambda: not visit.processes()), visit.processes())
                self.assertEqual(visit.complained(), "")

    def test_results_can_be_asked_for_in_parts(self):
        with Visit(PYTHON) as visit:
            visit.prepare(work="empty", jobs=10)
            visit.open("py-serial")
            visit.ask("map", maps=1, who=False)
            self.assertEqual(visit.ask("verify", first=3, count=4)["results"], ["4", "5", "6", "7"])

    def test_an_end_in_the_middle_leaves_nothing_behind(self):
        for strategy in HERE:
            with self.subTest(strategy), Visit(PYTHON) as visit:
                visit.prepare(strategy=strategy)
                visit.open(strategy)
                visit.ask("map", maps=1, who=False)
                visit.ask("end")
                self.assertEqual(visit.wait(), 0)
                self.assertTrue(until(lambda: not visit.processes()), visit.processes())


    def test_an_end_while_threads_come_and_go_leaves_nothing_behind(self):
        code = ("import threading\n"
                "def come_and_go():\n"
                "    while True:\n"
                "        threads = [threading.Thread(target=int) for _ in range(20)]\n"
                "        for thread in threads: thread.start()\n"
                "        for thread in threads: thread.join()\n"
                "def task(n): return n\n"
                "threading.Thread(target=come_and_go, daemon=True).start()\n")
        for _ in range(8):
            with Visit(PYTHON) as visit:
                visit.prepare(**self.own(code), strategy="py-threads")
                visit.open("py-threads")
                visit.ask("map", maps=1, who=False)
                visit.ask("end")
                self.assertEqual(visit.wait(), 0, visit.complained())


class Works(Case):
    INPUT = random.Random(5).randbytes(200000) + b"the same again, " * 10000

    def deflated(self, text, index, size):
        """True where a text is that of a slice that was compressed as pigz does."""
        window = self.INPUT[max(index * size - 32768, 0):index * size]
        piece = self.INPUT[index * size:(index + 1) * size]
        options = (6, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY)
        compressor = zlib.compressobj(*options, window) if window else zlib.compressobj(*options)
        compressed = compressor.compress(piece) + compressor.flush()
        return text == "%d bytes crc %08x" % (len(compressed), zlib.crc32(compressed))

    def test_results_are_those_of_the_works_in_c(self):
        path = self.write("input", self.INPUT)
        stream = [self.streamed(index, 1003) for index in range(5)]
        for strategy in HERE:
            with self.subTest(strategy), Visit(PYTHON) as visit:
                visit.prepare(work="empty", jobs=300, strategy=strategy)
                visit.open(strategy)
                self.assertEqual(self.mapped(visit)[254:257], ["255", "0", "1"])
                for prepare, texts in (
                    ({"size": 1000, "jobs": 3}, ["332833500"] * 3),
                    ({"work": "sleep", "size": 1000, "jobs": 3}, ["1000"] * 3),
                    ({"jobs": 0}, []),
                    ({"work": "stream", "size": 1003, "jobs": 5, "input": path}, stream),
                    ({"jobs": 5, "payload_in": 70000, "payload_out": 130001}, ["328350"] * 5),
                ):
                    visit.prepare(**prepare)
                    self.assertEqual(self.mapped(visit), texts)
                visit.prepare(work="deflate", size=30000, jobs=14, input=path)
                self.assertTrue(all(self.deflated(text, index, 30000) for index, text in enumerate(self.mapped(visit))))
                visit.ask("close")

    def streamed(self, index, size):
        piece = self.INPUT[index * size:(index + 1) * size]
        words = size // 8 * 8
        whole = sum(int.from_bytes(piece[at:at + 8], sys.byteorder) for at in range(0, words, 8))
        return str((whole + sum(piece[words:])) % 2 ** 64)

    def test_the_sum_of_the_article(self):
        size, total = (10 ** 7, "333333283333335000000") if LONG else (10 ** 6, "333332833333500000")
        self.assertEqual(self.run_once("py-serial", {"size": size, "jobs": 1}), [total])

    def test_without_numpy_stream_has_the_same_results(self):
        path = self.write("input", self.INPUT)
        self.write("numpy.py", "raise ImportError('none')")
        with Visit(PYTHON, environment={"PYTHONPATH": self.folder.name}) as visit:
            visit.prepare(work="stream", size=1003, jobs=5, input=path)
            visit.open("py-serial")
            visit.ask("map", maps=1, who=False)
            self.assertEqual(visit.results(), [self.streamed(index, 1003) for index in range(5)])


class Settings(Case):
    def test_each_chunk_gives_the_same(self):
        for strategy in set(TAKING["chunk"]) & set(BRIEF + ["joblib-loky"]):
            for chunk in (1, 3, 100) if LONG else (3,):
                with self.subTest(strategy, chunk=chunk):
                    self.assertEqual(self.run_once(strategy, {"jobs": 10}, {"chunk": chunk}), ["328350"] * 10)

    def test_results_come_one_by_one(self):
        for strategy in TAKING["results"]:
            if strategy.startswith("joblib") and HELLO["facts"]["joblib"] < "1.4":
                self.refuses("unavailable: joblib .* has no return_as", {}, strategy, {"results": "unordered"})
                continue
            for results in ("ordered", "unordered"):
                for in_flight in (0, 3):
                    with self.subTest(strategy, results=results, in_flight=in_flight):
                        opening = {"results": results, "in_flight": in_flight}
                        self.assertEqual(self.run_once(strategy, {"work": "empty", "jobs": 20}, opening),
                                         [str(index + 1) for index in range(20)])
                        self.assertLess(0, self.took["first_result_ns"])
                        self.assertLessEqual(self.took["first_result_ns"], self.took["ns"])

    def test_no_more_jobs_than_in_flight_are_handed_out(self):
        """The first job is the last to end. With 4 in flight, job 4 cannot have begun before it ended."""
        code = ("import os, time\n"
                "def task(line):\n"
                "    folder, index = line\n"
                "    seen = os.path.exists(folder + '/done')\n"
                "    if index == 0:\n"
                "        time.sleep(0.3)\n"
                "        open(folder + '/done', 'w').close()\n"
                "    return seen or index < 4\n")
        lines = "".join('["%s", %d]\n' % (self.folder.name, index) for index in range(8))
        prepare = self.own(code, arguments=self.write("lines.jsonl", lines), jobs=8)
        for strategy in [name for name in TAKING["in_flight"] if not name.startswith("joblib")]:
            with self.subTest(strategy):
                if os.path.exists(self.path("done")):
                    os.remove(self.path("done"))
                opening = {"results": "ordered", "in_flight": 4}
                self.assertEqual(self.run_once(strategy, prepare, opening), ["True"] * 8)

    def test_in_flight_holds_no_fewer_than_a_chunk(self):
        self.refuses("usage: in_flight: 2 is less than a chunk, which is 3", {}, "py-pool", {"chunk": 3, "in_flight": 2})
        opening = {"chunk": 3, "in_flight": 4, "results": "ordered"}
        self.assertEqual(self.run_once("py-pool", {"jobs": 50}, opening), ["328350"] * 50)

    def test_workers_are_replaced(self):
        code = ("import os\n"
                "def task(folder):\n"
                "    open('%s/%d' % (folder, os.getpid()), 'w').close()\n")
        for strategy, limit in (("py-pool", 2), ("py-executor", 1)):
            with self.subTest(strategy), tempfile.TemporaryDirectory() as pids:
                prepare = self.own(code, arguments=self.write("lines.jsonl", '"%s"\n' % pids), jobs=4 * limit)
                opening = {"jobs_per_worker": limit, "chunk": 1, "start_method": "spawn"}
                if strategy in TAKING["jobs_per_worker"]:
                    self.run_once(strategy, prepare, opening)
                    self.assertGreaterEqual(len(os.listdir(pids)), 4)  # the last of them may have fewer jobs

    @unittest.skipUnless("py-executor" in TAKING["jobs_per_worker"], "max_tasks_per_child came with 3.11")
    def test_what_would_hang_is_not_begun(self):
        self.refuses("unavailable: .*fork", {}, "py-executor", {"jobs_per_worker": 1, "start_method": "fork"})
        try:
            texts = self.run_once("py-executor", {"jobs": 8}, {"jobs_per_worker": 2, "start_method": "spawn"})
            self.assertEqual(texts, ["328350"] * 8)
        except Refused as refused:
            self.assertRegex(str(refused), "unavailable: a ProcessPoolExecutor of Python .* hangs where max_tasks_per_child")


class Own(Case):
    def test_is_called_with_the_size(self):
        prepare = self.own('def task(size):\n    """Makes a list.\n\n    Long."""\n    return [size, 1 / 3]\n', size=7, jobs=3)
        for strategy in BRIEF:
            with self.subTest(strategy):
                self.assertEqual(self.run_once(strategy, prepare), ["list(7, 0.3333333333333333)"] * 3)
        with Visit(PYTHON) as visit:
            about = visit.prepare(**prepare)
            self.assertEqual((about["name"], about["summary"]), ("task", "Makes a list."))
            self.assertGreater(about["import_ns"], 0)

    def test_works_with_each_start_method(self):
        prepare = self.own("def task(size):\n    return size * 2\n", size=21)
        for strategy in set(TAKING["start_method"]) & set(BRIEF):
            for method in ("fork", "spawn", "forkserver"):
                with self.subTest(strategy, method=method):
                    self.assertEqual(self.run_once(strategy, prepare, {"start_method": method}), ["42"] * 4)

    def test_is_called_with_the_lines_of_a_file(self):
        lines = self.write("lines.jsonl", '1\n[2, 3]\n\n{"a": 4}\n')
        code = "def task(value):\n    return value\n"
        texts = self.run_once("py-pool", self.own(code, arguments=lines, jobs=4))
        self.assertEqual(texts, ["1", "list(2, 3)", "dict('a': 4)", "1"])
        lines = self.write("calls.jsonl", '{"args": [1, 2], "kwargs": {"c": 3}}\n{"kwargs": {"a": 5}}\n7\n')
        code = "def task(a, b=0, c=0):\n    return a + b + c\n"
        self.assertEqual(self.run_once("py-pool", self.own(code, arguments=lines, jobs=3)), ["6", "5", "7"])

    def test_lines_that_are_no_arguments_are_named(self):
        code = "def task(value):\n    return value\n"
        for content, pattern in (("1\n{", "usage: lines.jsonl:2: no JSON"), ("", "usage: lines.jsonl: it has no line"),
                                 ('{"args": 1}', 'usage: lines.jsonl:1: "args" must be a list'),
                                 ('{"kwargs": 1}', 'usage: lines.jsonl:1: "kwargs" must be an object')):
            self.refuses(pattern, self.own(code, arguments=self.write("lines.jsonl", content)))
        self.refuses("refused: .*No such file", self.own(code, arguments=self.path("nowhere")))

    def test_modules_that_cannot_be_imported(self):
        for code, pattern in (
            ("import nowhere_at_all\n", r"FILE:1: it cannot be imported: ModuleNotFoundError: No module named"),
            ("\n\ndef task(:\n", r"FILE:3: it cannot be imported: SyntaxError: "),
            ("def f():\n    1 / 0\n\nf()\n", r"FILE:2: it cannot be imported: ZeroDivisionError: division by zero"),
            ("import sys\nsys.exit(3)\n", r"FILE:2: it ends the program while it is imported: .*__main__"),
            ("from . import other\n", r"FILE:1: it cannot be imported: ImportError: attempted relative import"),
        ):
            self.refuses("^usage: " + pattern, self.own(code))

    def test_modules_that_start_processes_are_told_of_the_guard(self):
        for code in ("from multiprocessing import Process\ndef task(n): pass\nProcess(target=task, args=(1,)).start()\n",
                     "from multiprocessing import Pool\ndef task(n): pass\nwith Pool(2) as p: p.map(task, [1, 2])\n",
                     "from concurrent.futures import ProcessPoolExecutor as E\ndef task(n): pass\nlist(E(2).map(task, [1]))\n"):
            self.refuses(r"^usage: FILE:3 starts processes while it is imported: put that under if __name__", self.own(code))
        guarded = "def task(n): return n\nif __name__ == '__main__':\n    from multiprocessing import Pool\n    Pool(2)\n"
        self.assertEqual(self.run_once("py-pool", self.own(guarded), {"start_method": "spawn"}), ["100"] * 4)

    def test_functions_that_are_not_there(self):
        code = "from os.path import join\ndef task(n): pass\ndef other(n): pass\ndef _hidden(n): pass\nTABLE = []\n"
        self.refuses("usage: FILE has no function 'tsak': did you mean 'task'", self.own(code, "tsak"))
        self.refuses("usage: FILE has no function 'zzz'; it has task, other$", self.own(code, "zzz"))
        self.refuses("usage: FILE: TABLE is a list, not a function", self.own(code, "TABLE"))
        self.refuses("no function is named, and it has task, other: say which, as FILE:task", self.alone(code))
        self.assertEqual(self.run_once("py-serial", self.alone("def only(n): return n\n")), ["100"] * 4)
        self.refuses("no function is named, and it has none", self.alone(""))

    def alone(self, code):
        return {"reference": self.own(code)["reference"].rpartition(":")[0]}

    def test_names_that_no_module_has(self):
        for name, pattern in (("my-task.py", "'my-task' is no name of one"), ("json.py", "Python has a module of that name"),
                              ("colorsys.py", "Python has a module of that name"), ("task.txt", "whose name ends in .py"),
                              ("breakeven_works.py", "Python has a module of that name")):
            self.refuses("usage: %s: .*%s" % (name, pattern), {"reference": self.write(name, "def task(n): pass\n") + ":task"})
        self.refuses("usage: .*nowhere.py: no such file", {"reference": self.path("nowhere.py") + ":task"})
        os.mkdir(self.path("a 'b' c"))
        path = self.write("a 'b' c/fine.py", "def task(n): return n\n")
        self.assertEqual(self.run_once("py-pool", {"reference": path + ":task"}, {"start_method": "spawn"}), ["100"] * 4)

    def test_functions_that_cannot_be_pickled(self):
        made = "def make():\n    def inner(n):\n        return n\n    return inner\ntask = make()\n"
        methods = [("py-pool", "default"), ("py-executor", "default"), ("py-process", "spawn")]
        for strategy, method in methods:
            opening = {"start_method": method}
            self.refuses("unavailable: the function is a lambda", self.own("task = lambda n: n\n"), strategy, opening)
            self.refuses("unavailable: inner was made inside make", self.own(made), strategy, opening)
        code = "import threading\nclass C:\n    lock = 0\n    def __call__(self, n): return n\ntask = C()\ntask.lock = threading.Lock()\n"
        self.refuses("unavailable: C cannot be pickled: TypeError: cannot pickle '_thread.lock'", self.own(code), "py-pool")
        for strategy in set(HERE) & {"py-serial", "py-threads", "joblib-loky"}:
            self.assertEqual(self.run_once(strategy, self.own("task = lambda n: n\n")), ["100"] * 4)

    def test_jobs_that_raise(self):
        code = ("def task(n):\n    if n == 3:\n        raise ValueError('bad\\nnews')\n    return n\n")
        lines = self.write("lines.jsonl", "0\n1\n2\n3\n")
        for strategy in HERE:
            with self.subTest(strategy):
                self.refuses("^failed: job 3: ValueError: bad news$", self.own(code, arguments=lines), strategy)

    def test_jobs_that_leave(self):
        for strategy in BRIEF:
            with self.subTest(strategy):
                self.refuses("^failed: job 0: SystemExit: 3$", self.own("import sys\ndef task(n): sys.exit(3)\n", jobs=1), strategy)

    def test_jobs_that_kill_their_process(self):
        code = "import os\ndef task(n): os.kill(os.getpid(), 9)\n"
        for strategy in set(HERE) & {"py-process", "py-pool", "py-executor", "joblib-loky", "mpi4py-pool"}:
            with self.subTest(strategy):
                self.refuses("^failed: .*(was killed|BrokenProcessPool|TerminatedWorkerError)", self.own(code), strategy)

    def test_results_that_cannot_be_pickled(self):
        code = "def task(n): return (i for i in range(n))\n"
        for strategy in set(BRIEF) & {"py-process", "py-pool", "py-executor", "joblib-loky"}:
            with self.subTest(strategy):
                self.refuses("^failed: .*result cannot be pickled: .*generator", self.own(code), strategy)
        self.refuses("^failed: a job returned an object of the type builtins.generator, which cannot be compared", self.own(code))

    def test_results_that_differ_each_time(self):
        code = "import itertools\ncount = itertools.count()\ndef task(n): return next(count)\n"
        self.refuses("^wrong: job 0 returned 4, and 0 when it ran before", self.own(code), maps=2)
        with Visit(PYTHON) as visit:
            visit.prepare(**self.own(code))
            visit.open("py-serial")
            visit.ask("map", maps=1, who=False)
            visit.results()
            visit.ask("map", maps=1, who=False)
            with self.assertRaisesRegex(Refused, "^wrong: job 0 returned 4, and 0"):
                visit.results()

    def test_what_joblib_writes_lies_where_the_visit_cleans_up(self):
        code = "import os\ndef task(n): return os.environ['JOBLIB_TEMP_FOLDER']\n"
        texts = self.run_once("py-serial", self.own(code, jobs=1))
        self.assertEqual(texts, [repr(os.path.dirname(os.path.realpath(SCRIPT)))])

    def test_what_jobs_print_is_no_part_of_what_is_said(self):
        code = "def task(n):\n    print('job')\n    return n\n"
        for strategy in BRIEF:
            with self.subTest(strategy), Visit(PYTHON) as visit:
                visit.prepare(**self.own(code, jobs=2), strategy=strategy)
                visit.open(strategy)
                visit.ask("map", maps=1, who=False)
                self.assertEqual(visit.results(), ["100"] * 2)
                visit.ask("close")
                self.assertEqual(visit.printed().count("job"), 2)

    def test_values_have_one_text_in_every_process(self):
        code = ("import collections, datetime, decimal, enum\n"
                "class Color(enum.Enum):\n    RED = 1\n"
                "class Thing:\n    def __init__(self, **fields): self.__dict__.update(fields)\n"
                "Point = collections.namedtuple('Point', 'x y')\n"
                "def task(n):\n"
                "    itself = []\n    itself.append(itself)\n"
                "    words = {'one', 'two', 'three', b'four', 5, None}\n"
                "    return [{'b': 1, 'a': 2}, words, frozenset(words), 0.1 + 0.2, float('nan'), -0.0, 1j, b'x', 'word', True,\n"
                "            Point(1, 2.5), Color.RED, Thing(a=words, b='word'), decimal.Decimal('1.10'), len, Thing, range(3),\n"
                "            datetime.date(2024, 2, 29), collections.OrderedDict(a=1), collections.deque([1]), itself, 7 ** 9999]\n")
        prepare = self.own(code, jobs=1)
        texts = {self.run_once(strategy, prepare, {"start_method": method})[0]
                 for strategy, method in (("py-serial", "default"), ("py-pool", "spawn"), ("py-process", "fork"))}
        self.assertEqual(len(texts), 1, texts)
        self.assertRegex(texts.pop(), "^sha256:[0-9a-f]{64}$")
        for value, text in (("{3, 1, 2}", "set(1, 2, 3)"), ("(1.5, -0.0)", "tuple(1.5, -0.0)"), ("{'b': 1, 'a': 2}", "dict('b': 1, 'a': 2)")):
            self.assertEqual(self.run_once("py-pool", self.own("def task(n): return %s\n" % value, jobs=1)), [text])

    @unittest.skipUnless("numpy" in HELLO["facts"], "numpy is not installed")
    def test_arrays_are_compared_by_their_bytes(self):
        code = ("import numpy\ndef task(n):\n    a = numpy.arange(n, dtype='f4').reshape(2, -1)\n"
                "    return a, a.T, numpy.float64(0.1), numpy.array([None, 'x'])\n")
        texts = {self.run_once(strategy, self.own(code, jobs=1))[0] for strategy in BRIEF}
        self.assertEqual(len(texts), 1, texts)
        self.assertRegex(self.run_once("py-serial", self.own("import numpy\ndef task(n): return numpy.zeros(3)\n", jobs=1))[0],
                         r"^numpy <f8 \(3,\) [0-9a-f]{64}$")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
