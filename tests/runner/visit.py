"""Speaks with a runner as a visit does: for tests, and for a comparison with programs that have no protocol."""
import fcntl
import json
import os
import select
import signal
import subprocess
import tempfile

SCRIPT = os.path.join(os.path.dirname(__file__), "../../strategies/runner/python/breakeven_runner.py")

ANSWER_S = 20  # and for the end, too


class Refused(Exception):
    """An answer that is an error: "kind: text"."""


class Visit:
    """A runner that was started, to be used by `with`. What its jobs print is in `printed()`."""

    def __init__(self, python, script=SCRIPT, environment=None):
        self.number = 0
        self.output = tempfile.TemporaryFile()
        self.messages = tempfile.TemporaryFile()
        self.scratch = tempfile.TemporaryDirectory()
        of_mpi = dict.fromkeys(("OMPI_MCA_orte_tmpdir_base", "OMPI_MCA_btl_vader_backing_directory"), self.scratch.name)
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (requests, answers)]
        os.close(requests), os.close(answers)
        self.pid = os.posix_spawnp(
            python,
            [python, "-u", "-X", "faulthandler", os.path.abspath(script)],
            {**os.environ, **of_mpi, **(environment or {})},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, self.output.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, self.messages.fileno(), 2),
                (os.POSIX_SPAWN_DUP2, high[0], 3),
                (os.POSIX_SPAWN_DUP2, high[1], 4),
            ],
            setpgroup=0,
        )
        for end in high:
            os.close(end)
        self.reader = open(self.answers, "rb")
        self.status = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            self.wait()
        for file in (self.reader, self.output, self.messages):
            file.close()
        self.scratch.cleanup()

    def raw(self, line):
        """The answer to a line, as it is."""
        os.write(self.requests, line + b"\n")
        if not select.select([self.reader], [], [], ANSWER_S)[0]:
            raise TimeoutError("no answer to %r: %s" % (line, self.abort()))
        return json.loads(self.reader.readline() or b'{"error": {"kind": "gone", "text": "it ended"}}')

    def ask(self, do, **fields):
        """The answer to a request; raises Refused where it is an error."""
        self.number += 1
        answer = self.raw(json.dumps({"id": self.number, "do": do, **fields}).encode())
        if "error" in answer:
            raise Refused("%s: %s" % (answer["error"]["kind"], answer["error"]["text"]))
        assert answer["id"] == self.number, answer
        return answer

    def prepare(self, work="squares", size=100, jobs=4, **more):
        return self.ask("prepare", **{"work": work, "size": size, "jobs": jobs, "seed": 1, "payload_in": 0,
                                      "payload_out": 0, **more})

    def open(self, strategy, workers=2, **more):
        return self.ask("open", **{"strategy": strategy, "workers": workers, "chunk": 0, "start_method": "default",
                                   "jobs_per_worker": 0, "results": "batch", "in_flight": 0, "cpus": 2, **more})

    def results(self):
        return self.ask("verify")["results"]

    def wait(self):
        """Closes the pipe of requests, at whose end a runner ends; its exit code."""
        os.close(self.requests)
        end = os.pidfd_open(self.pid)
        ended = select.select([end], [], [], ANSWER_S)[0]
        os.close(end)
        where = "" if ended else self.abort()
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if where:
            raise TimeoutError("it does not end: " + where)
        return self.status

    def abort(self):
        """Ends a runner that hangs; where each of its threads was."""
        os.kill(self.pid, signal.SIGABRT)
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        return self.complained()

    def processes(self):
        """The runner and all that it has started, by the process group."""
        said = subprocess.run(["pgrep", "-g", str(self.pid)], capture_output=True, text=True).stdout
        return [int(pid) for pid in said.split()]

    def said(self, file):
        file.seek(0)
        return file.read().decode()

    def printed(self):
        return self.said(self.output)

    def complained(self):
        return self.said(self.messages)
