#!/usr/bin/env python3
"""Makes samples.csv and host.json of a made-up run over one, two and three hosts with two slots each: forkpool on this one, and mpi
over them, whose messages cost more the more hosts there are.

usage: tests/over_hosts.py DIR [weak | jobs]
  weak    four jobs for each worker, of one size
  jobs    from one to 4096 jobs of one size
"""

import math
import random
import sys

from made_up import write_run

COLUMNS = ("round work size jobs strategy workers schedule chunk env temperature reading maps ns_per_map open_ns close_ns user_ns "
           "sys_ns minflt majflt nvcsw nivcsw maxrss_kib participation roundtrip_ns steal_ticks status detail parent_mib "
           "parent_pages payload_in payload_out transport runtime visit_ns disturbed bind spin_ns idle_ns neighbours wake_ns "
           "build options baseline python start_method jobs_per_worker results in_flight first_result_ns hosts").split()
ITERATION_NS, ROUNDS, CPUS, SLOTS, JOBS = 0.63, 12, 2, 2, 64
SIZES = [100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000, 3000000]
BATCH_NS = {0: 3e3, 1: 50e3, 2: 200e3, 3: 400e3}
JOB_NS = {0: 150, 1: 2e3, 2: 5e3, 3: 8e3}


def cells_of(kind):
    """(strategy, hosts, workers), serial first."""
    counts = (1, 2) if kind == "weak" else (2,)
    cells = [("serial", 0, 1)] + [("forkpool", 0, workers) for workers in counts]
    return cells + [("mpi", hosts, hosts * workers) for hosts in (1, 2, 3) for workers in counts]


def rows_of(draw, cell, size, jobs, number):
    """One visit: a cold row, and the warm ones."""
    strategy, hosts, workers = cell
    noise = lambda width: math.exp(draw.gauss(0, width))
    serial = jobs * (ITERATION_NS * size + 3)
    own = strategy != "serial"
    start = (0.3e6 if strategy == "forkpool" else 0.6e9 if own else 0) * noise(0.03)
    ns = serial / min(workers, jobs) + (BATCH_NS[hosts] + jobs * JOB_NS[hosts] if own else 0)
    pool = strategy == "forkpool"
    key = dict(round=number, work="squares", size=size, jobs=jobs, strategy=strategy, workers=workers, hosts=hosts,
               schedule="auto" if pool else "", chunk=0 if own else "", env="", parent_mib=0, parent_pages="", payload_in=0,
               payload_out=0, transport="", bind="none" if pool else "", spin_ns=50000 if pool else "", idle_ns=0, neighbours=0,
               build="", options="", baseline="", python="", start_method="", jobs_per_worker=0, results="", in_flight=0,
               roundtrip_ns=100 * noise(0.02), steal_ticks=0, visit_ns=ns * 8 + start, status="ok", detail="", participation=1,
               minflt=0, majflt=0, nvcsw=0, nivcsw=0, maxrss_kib=2048, runtime="")
    visit = ns * noise(0.01)
    rows = [dict(key, temperature="cold", reading=0, maps=1, ns_per_map=ns * noise(0.02) + start, open_ns=0.8 * start,
                 close_ns=0.2 * start, user_ns=serial, sys_ns=0)]
    return rows + [dict(key, temperature="warm", reading=reading, maps=2, ns_per_map=visit * noise(0.003), user_ns=2 * serial,
                        sys_ns=0) for reading in range(5 if ns < 2e6 else 1)]


def batches_of(kind):
    """(size, jobs, cells that run it)."""
    cells = cells_of(kind)
    if kind == "weak":
        each = 4
        return [(1000000, each * workers, [cell for cell in cells if cell[0] == "serial" or cell[2] == workers])
                for workers in sorted({cell[2] for cell in cells[1:]})]
    if kind == "jobs":
        return [(20000, 2 ** i, cells) for i in range(13)]
    return [(size, JOBS, cells) for size in SIZES]


def main(folder, kind="sizes"):
    draw = random.Random(1)
    rows = []
    for size, jobs, cells in batches_of(kind):
        for number in range(1, ROUNDS + 1):
            for cell in cells:
                rows += rows_of(draw, cell, size, jobs, number)
    write_run(folder, COLUMNS, rows, CPUS)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and sys.argv[2] not in ("weak", "jobs")):
        sys.exit(__doc__)
    main(*sys.argv[1:])
