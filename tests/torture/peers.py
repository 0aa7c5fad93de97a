#!/usr/bin/env python3
"""Kills workers of Python's pools at random instants, as kills.c does to breakeven's, and counts.

usage: peers.py [KILLS]   one kill a trial, each trial in a fresh process; default 20
One line of CSV a tool on stdout, with the columns of kills.c; what happened in words on stderr.
"""
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

JOBS, WORKERS, PATIENCE_S = 10_000, 2, 10


def value_of(index):
    value = index
    for _ in range(300):  # some 20 us
        value = (value * 6364136223846793005 + 1) & 0xFFFFFFFFFFFFFFFF
    return value


def children():
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


def is_worker(pid):
    """Not a resource tracker or a fork server: those have another command line."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        line = file.read()
    return b"resource_tracker" not in line and b"forkserver" not in line


def kill_soon(delay_s):
    """Kills a worker after a while; sets when its death was seen by who waits for it."""
    fate = {}

    def act():
        time.sleep(delay_s)
        victims = [pid for pid in children() if is_worker(pid)]
        if not victims:
            return
        pid = random.choice(victims)
        os.kill(pid, signal.SIGKILL)
        start = time.monotonic()
        while pid in children() and time.monotonic() - start < PATIENCE_S:
            time.sleep(0.0005)
        fate["noticed_ms"] = 1e3 * (time.monotonic() - start)

    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread, fate


def with_pool(jobs, kill):
    import multiprocessing

    pool = multiprocessing.get_context("fork").Pool(WORKERS)
    pool.map(value_of, range(100))
    kill()
    return pool.map(value_of, jobs, chunksize=10)


def with_executor(jobs, kill):
    import concurrent.futures
    import multiprocessing

    context = multiprocessing.get_context("fork")
    pool = concurrent.futures.ProcessPoolExecutor(WORKERS, mp_context=context)
    list(pool.map(value_of, range(100)))
    kill()
    return list(pool.map(value_of, jobs, chunksize=10))


def with_joblib(jobs, kill):
    import joblib

    with joblib.Parallel(n_jobs=WORKERS) as parallel:
        parallel(joblib.delayed(value_of)(i) for i in range(100))
        kill()
        return parallel(joblib.delayed(value_of)(i) for i in jobs)


TOOLS = {
    "multiprocessing.Pool": with_pool,
    "ProcessPoolExecutor": with_executor,
    "joblib": with_joblib,
}


def trial(tool, seed):
    """One batch with one kill, in this process; what became of it as JSON."""
    random.seed(seed)
    record = {}

    def kill():
        record["thread"], record["fate"] = kill_soon(random.uniform(0.01, 0.15))

    try:
        results = TOOLS[tool](range(JOBS), kill)
        outcome = {"wrong": sum(r != value_of(i) for i, r in enumerate(results)), "lost": 0}
    except Exception as error:  # whatever a tool makes of it is the finding
        outcome = {"wrong": 0, "lost": JOBS, "error": f"{type(error).__name__}: {error}"}
    record["thread"].join(PATIENCE_S)
    outcome.update(record["fate"])
    print(json.dumps(outcome), flush=True)
    os._exit(0)


def run_trial(tool, seed):
    """The outcome of a trial in a process group of its own; None where it hangs."""
    command = [sys.executable, os.path.abspath(__file__), "--trial", tool, str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        try:
            text, errors = process.communicate(timeout=2 * PATIENCE_S)
        except subprocess.TimeoutExpired:
            text, errors = "", None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    if errors is None:
        return None
    if not text:
        raise SystemExit(f"peers.py: {tool}: {errors.strip().splitlines()[-1:] or 'no answer'}")
    return json.loads(text)


def examine(tool, kills):
    outcomes = [run_trial(tool, seed) for seed in range(kills)]
    hung = sum(outcome is None for outcome in outcomes)
    ended = [outcome for outcome in outcomes if outcome is not None]
    lost = JOBS * hung + sum(outcome["lost"] for outcome in ended)
    wrong = sum(outcome["wrong"] for outcome in ended)
    noticed = sorted(outcome["noticed_ms"] for outcome in ended if "noticed_ms" in outcome)
    p99 = f"{noticed[int(0.99 * (len(noticed) - 1))]:.2f}" if noticed else ""
    # Python does not tell which jobs were begun, so crashed and twice are not known.
    print(f"{tool},{kills},{hung},{kills * JOBS},,{lost},,{wrong},{p99}", flush=True)
    errors = {outcome["error"][:70] for outcome in ended if "error" in outcome}
    print(f"{tool}: {hung} of {kills} batches hung, {sum('error' in o for o in ended)} were given up"
          f"{' (' + '; '.join(sorted(errors)) + ')' if errors else ''}", file=sys.stderr)


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--trial":
        trial(sys.argv[2], int(sys.argv[3]))
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for tool in TOOLS:
        if tool == "joblib":
            try:
                import joblib  # pylint: disable=unused-import
            except ImportError:
                print("joblib: not installed", file=sys.stderr)
                continue
        examine(tool, kills)


if __name__ == "__main__":
    main()
