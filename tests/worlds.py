#!/usr/bin/env python3
"""Makes samples.csv and host.json of made-up machines: what real runs on this one seldom show.

usage: tests/worlds.py SEED DIR     16 CPUs on 12 cores under a quota of 14; all laws of scaling; curves that rise, fall, are level
or steep; skewed noise, drift, modes of the host; visits that went wrong, sizes without rounds, fields that are not known
"""

import json
import math
import os
import random
import sys

COLUMNS = ("round work size jobs strategy workers schedule chunk env temperature reading maps ns_per_map open_ns close_ns user_ns "
           "sys_ns minflt majflt nvcsw nivcsw maxrss_kib participation roundtrip_ns steal_ticks status detail parent_mib "
           "parent_pages payload_in payload_out transport runtime visit_ns disturbed bind spin_ns idle_ns neighbours wake_ns "
           "build").split()
HOST = {"started": "2026-01-01 00:00 UTC", "run": {"suite": "made up", "title": "made up", "seed": 1, "command_line": []},
        "cpus": {"usable": 14, "online": 16, "affinity": 16, "quota": 14.0, "cores": 12},
        "conditions": {"cores_used": 12}, "page_bytes": 4096, "huge_page_bytes": 2097152, "warnings": []}
JOBS = 32


class World:
    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.bare = seed % 3 == 0  # neither canaries nor what the system counts
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "host.json"), "w") as file:
            json.dump(HOST, file)
        self.path, self.lines = os.path.join(folder, "samples.csv"), []
        self.shuffled = seed % 3 == 1  # rows in any order
        self.mode = 100.0

    def row(self, fields):
        base = {"schedule": "", "chunk": "", "env": "", "parent_mib": 0, "parent_pages": "", "payload_in": 0, "payload_out": 0,
                "idle_ns": 0, "neighbours": 0, "status": "ok", "jobs": JOBS}
        base.update(fields)
        if self.bare:
            base.update(roundtrip_ns="", steal_ticks="", visit_ns="", user_ns="", sys_ns="", nvcsw="", participation="")
        values = (base.get(name, "") for name in COLUMNS)
        self.lines.append(",".join(f"{v:.9g}" if isinstance(v, float) else str(v) for v in values) + "\n")

    def write(self):
        if self.shuffled:
            self.random.shuffle(self.lines)
        with open(self.path, "w") as file:
            file.write(",".join(COLUMNS) + "\n" + "".join(self.lines))

    def noise(self, width):
        slow = self.random.random() < 0.15  # a tail on one side
        return math.exp(self.random.gauss(0, width) + (self.random.expovariate(3) if slow else 0))

    def canary(self):
        if self.random.random() < 0.1:  # modes last for a while
            self.mode = self.random.choice([28.0, 97.0, 97.0, 105.0, 420.0])
        return "" if self.random.random() < 0.02 else self.mode * math.exp(self.random.gauss(0, 0.05))

    def visit(self, key, of_round, ns, start_ns, busy, width, kernel):
        """One visit whose batch takes ns; start_ns is what opening and closing takes."""
        workers, trip = key["workers"], self.canary()
        common = dict(key, round=of_round, roundtrip_ns=trip, visit_ns=ns * 8 + 1e6,
                      steal_ticks="" if self.random.random() < 0.05 else int(self.random.random() * 1.3))
        if self.random.random() < key.get("trouble", 0):
            self.row(dict(common, temperature="cold", reading=0, maps=1, status=self.random.choice(["crashed", "timed_out"]),
                          detail=f"made up {of_round}"))
            return
        cpu_ns = busy * ns * workers ** 0.9 if self.random.random() < 0.97 else 0.0
        usage = dict(common, user_ns=(1 - kernel) * cpu_ns, sys_ns=kernel * cpu_ns, nvcsw=int(self.random.random() * 3 * JOBS),
                     participation=self.random.choice([1, 1, 1, 0.5]))
        start = start_ns * self.noise(width)
        rows = [dict(usage, temperature="cold", reading=0, maps=1, ns_per_map=ns * self.noise(width) + start, open_ns=0.7 * start,
                     close_ns=0.3 * start)]
        visit = ns * self.noise(width)
        for reading in range(5 if ns < 2e6 else 1):
            rows.append(dict(usage, temperature="warm", reading=reading, maps=4, ns_per_map=visit * self.noise(width / 3),
                             user_ns=4 * (1 - kernel) * cpu_ns, sys_ns=4 * kernel * cpu_ns))
        if self.random.random() < 0.02:
            rows[-1]["user_ns"] = rows[-1]["participation"] = ""
        for row in rows:
            self.row(row)

    def rounds(self, work, size, cells, count, busy=1.0, width=0.03, **more):
        """cells: (strategy, workers, time as a function of serial's, start)."""
        kernel = {name: self.random.choice([0.02, 0.1, 0.5]) for name, *_ in cells}
        awake = {name: self.random.choice([1.0, 0.9, 0.4]) for name, *_ in cells}
        for of_round in range(1, count + 1):
            drift = 1 + 0.2 * math.sin(of_round / 3)
            serial_ns = more.get("jobs", JOBS) * (0.5 * size + 20)
            key = dict(more, work=work, size=size)
            members = [("serial", 1, lambda ns: ns, 0.0)] + cells
            self.random.shuffle(members)
            for strategy, workers, time_of, start_ns in members:
                own = dict(key, strategy=strategy, workers=workers)
                ns = time_of(serial_ns) * (drift if strategy in ("threads", "fork") else 1)
                self.visit(own, of_round, ns, start_ns, busy * awake.get(strategy, 1.0), width, kernel.get(strategy, 0.01))


def usl(workers, contention, coherence, handover_ns):
    return lambda ns: handover_ns + ns * (1 + contention * (workers - 1) + coherence * workers * (workers - 1)) / workers


def make(seed, folder):
    world = World(seed, folder)
    pick = world.random
    counts = [1, 2, 3, 4, 6, 8, 12, 14, 15, 20]
    laws = [("threadpool", pick.uniform(0.005, 0.1), 0.0), ("forkpool", 0.02, pick.uniform(0.0005, 0.01)), ("openmp", 0.0, 0.0),
            ("forkteam", 0.0, 0.02)]
    for work, sizes in (("squares", (100, 3000, 100000)), ("stream", (1000000,))):
        for size in sizes:
            cells = [(strategy, p, usl(p, a, b, 2000.0), 50000.0) for strategy, a, b in laws for p in counts]
            cells += [("glib", p, lambda ns, p=p: ns / (p if p < 4 else 1.2), 0.0) for p in counts]
            world.rounds(work, size, cells, pick.choice([6, 9, 14]), width=pick.choice([0.005, 0.03]))
    # Few counts: Amdahl's law; and one that ends below.
    for size in (100, 10000):
        world.rounds("skewed", size, [("threadpool", p, usl(p, 0.08, 0.0, 1000.0), 1e5) for p in (1, 2, 4, 8)] +
                     [("spawn", p, usl(p, 0.9, 0.1, 1e6), 1e6) for p in (2, 4, 8)], 8, trouble=0.01)
    # As many jobs for each worker.
    for p in (1, 2, 4, 8):
        world.rounds("empty", 5000, [("openmp", p, usl(p, 0.05, 0.001, 500.0), 1e4)], 9, jobs=4 * p)
    # Curves along the size.
    shapes = [("fork", lambda size: 20000.0 * JOBS / 2, 1.9), ("threads", lambda size: 3000.0 * JOBS / 2, 1.9),
              ("glib", lambda size: 40.0 * JOBS * (size / 500) ** 0.3, 1.5), ("openmp", lambda size: 0.0, 1.003),
              ("openmp-tasks", lambda size: 0.6 * JOBS * max(0, size - 20000), 1.7), ("forkserver", lambda size: -10.0, 1.5),
              ("spawn", lambda size: 1e5, 1.05)]
    for size in (10, 100, 562, 1000, 1778, 10000, 56234, 100000, 1000000):
        cells = [(strategy, 2, lambda ns, extra=extra, gain=gain, size=size: max(1.0, extra(size) + ns / gain), 3e5)
                 for strategy, extra, gain in shapes]
        large = size >= 100000
        world.rounds("lock", size, cells, 25 if large else pick.choice([4, 6, 7, 10, 25, 40]),
                     trouble=0 if large else pick.choice([0, 0, 0.02]), width=pick.choice([0.01, 0.05]))
    # Curves along the number of jobs, of two sizes; one of them with shares that do not come out even.
    starts = [("forkpool", 2, 3e5), ("threadpool", 3, 4e4), ("fork", 2, 5e3), ("spawn", 2, 1e7), ("openmp", 1, 0.0)]
    for size in (0, 3000, 30000):
        for jobs in (1, 2, 3, 5, 8, 13, 14, 40, 100, 1000):
            cells = [(strategy, p, lambda ns, p=p, jobs=jobs: ns * math.ceil(jobs / p) / jobs + 900.0, start)
                     for strategy, p, start in starts]
            world.rounds("deflate", size, cells, pick.choice([4, 6, 9, 20]), jobs=jobs, width=pick.choice([0.01, 0.05]),
                         trouble=pick.choice([0, 0, 0.02]))
    # Level ones, jobs that wait, environments, neighbours.
    for size in (1000, 10000, 100000):
        for env in ("A=1", "A=2"):
            world.rounds("sleep", size, [("openmp", 20, usl(20, 0.01, 0.0, 3000.0), 1e5)], 8, busy=0.05, env=env, neighbours=3)
    for size in (1000, 10000, 100000):
        world.rounds("malloc", size, [("openmp", 1, lambda ns: 1.001 * ns, 0.0), ("fork", 1, lambda ns: 1.2 * ns, 0.0)], 60,
                     width=0.005)
    # Callers of several sizes.
    for mib in (0, 16, 64, 256):
        for pages in ("4k", "thp") if mib else ("",):
            page = 300.0 * mib if pages == "4k" else 10.0 * mib
            world.rounds("empty", 1, [("fork", 2, lambda ns, page=page: 1e5 + page * 256 * JOBS, 1e5),
                                      ("forkpool", 2, lambda ns: 5e4, 1e5)], 7, parent_mib=mib, parent_pages=pages)
    world.write()


if __name__ == "__main__":
    make(int(sys.argv[1]), sys.argv[2]) if len(sys.argv) == 3 else sys.exit(__doc__)
