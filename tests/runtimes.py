#!/usr/bin/env python3
"""Makes samples.csv and host.json of a made-up run in two runtimes: strategies in C beside serial, and strategies in Python
beside py-serial, which takes 60 times as long, in the same works, sizes and rounds, on two CPUs.

usage: tests/runtimes.py DIR [article | empty | jobs | python | pythons | works]
  article    four jobs of one size, as in the suite article
  empty      two and 2000 jobs that do nothing, also in chunks of one
  jobs       from one to 64 jobs of one size
  works      four works, of which C and Python do one in the same time
  python     of C nothing but serial was measured
  pythons    two interpreters, of which the second is twice as fast
"""

import itertools
import math
import random
import sys

from made_up import write_run

COLUMNS = ("round work size jobs strategy workers schedule chunk env temperature reading maps ns_per_map open_ns close_ns user_ns "
           "sys_ns minflt majflt nvcsw nivcsw maxrss_kib participation roundtrip_ns steal_ticks status detail parent_mib "
           "parent_pages payload_in payload_out transport runtime visit_ns disturbed bind spin_ns idle_ns neighbours wake_ns "
           "build options baseline python start_method jobs_per_worker results in_flight").split()
ITERATION_NS, TIMES, ROUNDS, CPUS = 0.63, 60, 12, 2
# What a strategy takes: to open and close it, for a batch, for a job, how many run at once, and by how much each is slower.
IN_C = {"fork": (5e3, 1e3, 80e3, 2, 1.02), "forkpool": (350e3, 3e3, 150, 2, 1.01), "threadpool": (60e3, 250, 60, 2, 1.0)}
IN_PYTHON = {"py-process": (30e3, 50e3, 1.1e6, 2, 1.05), "py-pool": (18e6, 120e3, 9e3, 2, 1.04),
             "py-threads": (250e3, 60e3, 12e3, 1, 1.08), "joblib-loky": (220e6, 900e3, 110e3, 2, 1.07)}
SIZES = [100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000]


def fields_of(strategy, python, speed, chunk=0):
    """The key's own columns, and how long a job takes where size iterations take 1."""
    pool = strategy in ("forkpool", "threadpool")
    key = {"strategy": strategy, "schedule": "auto" if pool else "", "chunk": 0 if pool else "",
           "bind": "none" if pool else "", "spin_ns": 50000 if pool else "", "python": python,
           "baseline": "py-serial" if python else ""}
    if strategy in ("py-process", "py-pool", "joblib-loky"):
        key["start_method"] = "default"
    if strategy in ("py-pool", "joblib-loky"):
        key["chunk"] = chunk
    return key, ITERATION_NS * (TIMES / speed if python else 1)


def rows_of(draw, work, strategy, python, speed, workers, size, jobs, number):
    """One visit: a cold row, and the warm ones."""
    strategy, _, chunk = strategy.partition("/")
    key, per_iteration = fields_of(strategy, python, speed, int(chunk or 0))
    per_iteration = {"sleep": ITERATION_NS, "empty": 0}.get(work, per_iteration)
    start, batch, each, at_once, slower = {**IN_C, **IN_PYTHON}.get(strategy, (0, 0, 0, 1, 1))
    serial = jobs * (per_iteration * size + (150 if python else 3))
    each *= 4 if chunk else 1
    ns = batch + jobs * each + serial * slower / min(at_once, workers)
    noise = lambda width: math.exp(draw.gauss(0, width))
    key.update(round=number, work=work, size=size, jobs=jobs, workers=workers, env="", parent_mib=0, parent_pages="",
               payload_in=0, payload_out=0, transport="shm" if strategy in ("fork", "forkpool") else "", idle_ns=0, neighbours=0,
               build="", roundtrip_ns=100 * noise(0.02), steal_ticks=0, visit_ns=ns * 8 + start, status="ok", detail="",
               jobs_per_worker=0, results="", in_flight=0, participation=1, minflt=0, majflt=0, nvcsw=0, nivcsw=0, maxrss_kib=2048,
               runtime="CPython 3.11.2" if python else "")
    start *= noise(0.03)
    visit = ns * noise(0.015)
    rows = [dict(key, temperature="cold", reading=0, maps=1, ns_per_map=ns * noise(0.02) + start, open_ns=0.8 * start,
                 close_ns=0.2 * start, user_ns=serial, sys_ns=0.1 * (ns - serial) if ns > serial else 0)]
    for reading in range(5 if ns < 2e6 else 1):
        rows.append(dict(key, temperature="warm", reading=reading, maps=2, ns_per_map=visit * noise(0.004), user_ns=2 * serial,
                         sys_ns=0))
    return rows


def cells_of(kind):
    """(strategy, python, speed, workers) of all cells, baselines first."""
    pythons = [("python3", 1), ("python3.13", 2)] if kind == "pythons" else [("python3", 1)]
    cells = [("serial", "", 1, 1)]
    if kind == "article":
        cells += [("fork", "", 1, 4), ("forkpool", "", 1, 2), ("forkpool", "", 1, 4)]
    elif kind != "python":
        cells += [(name, "", 1, CPUS) for name in IN_C]
    for python, speed in pythons:
        cells.append(("py-serial", python, speed, 1))
        if kind == "article":
            cells += [("py-process", python, speed, 4), ("py-pool", python, speed, 2), ("joblib-loky", python, speed, 4)]
        else:
            cells += [(name, python, speed, CPUS) for name in IN_PYTHON]
            cells += [("py-pool/1", python, speed, CPUS)] if kind == "empty" else []
    return cells


def main(folder, kind="both"):
    draw = random.Random(1)
    rows = []
    batches = {"article": [(4, 10000000)], "jobs": [(2 ** i, 20000) for i in range(7)], "empty": [(2, 1), (2000, 1)],
               "works": [(8, size) for size in SIZES]}.get(kind, [(jobs, size) for jobs in (4, 8) for size in SIZES])
    works = ["squares", "sleep", "stream", "deflate"] if kind == "works" else ["empty" if kind == "empty" else "squares"]
    for work, (jobs, size) in itertools.product(works, batches):
        for number in range(1, ROUNDS + 1):
            for strategy, python, speed, workers in cells_of(kind):
                rows += rows_of(draw, work, strategy, python, speed, workers, size, jobs, number)
    write_run(folder, COLUMNS, rows, CPUS)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and sys.argv[2] not in ("article", "empty", "jobs", "python", "pythons", "works")):
        sys.exit(__doc__)
    main(*sys.argv[1:])
