#!/usr/bin/env python3
"""Recomputes a run's tables from its samples.csv(.gz) and host.json, by docs/method.md alone, and compares every field.

usage: tests/recompute.py DIR...     prints a line a table, and the first fields that differ; exit 1 where any does
Nothing here is taken from the program's sources: where the two differ, one of page, program and this file is wrong. Numbers
of sections refer to the page.
"""

import csv
import functools
import gzip
import json
import math
import os
import sys

KEY = ("work env parent_mib parent_pages payload_in payload_out idle_ns neighbours build baseline python jobs strategy "
       "workers schedule chunk transport bind spin_ns options start_method jobs_per_worker results in_flight hosts size").split()  # in the order of rows; the size comes last
COUNTS = {"parent_mib", "payload_in", "payload_out", "idle_ns", "neighbours", "jobs", "workers", "chunk", "spin_ns",
          "jobs_per_worker", "in_flight", "hosts", "size"}
SERIAL = {"workers": 1, "schedule": "", "chunk": None, "transport": "", "bind": "", "spin_ns": None, "options": "",
          "start_method": "", "jobs_per_worker": 0, "results": "", "in_flight": 0, "hosts": 0}
ADDED = {"jobs_per_worker", "in_flight", "hosts"}  # 0 where a file of before has no such column
AT = {name: i for i, name in enumerate(KEY)}
INFINITY = float("inf")


def replaced(key, **fields):
    return tuple(fields.get(name, key[i]) for i, name in enumerate(KEY))


def baseline_of(key):
    return field(key, "baseline") or "serial"


def serial_of(key):
    return replaced(key, strategy=baseline_of(key), **SERIAL)


def is_serial(key):
    return field(key, "strategy") == baseline_of(key)


def field(key, name):
    return key[AT[name]]


def order(key):
    """Sorts as rows are: texts by bytes, empty numbers last."""
    return tuple(INFINITY if name in COUNTS and value is None else value.encode() if name not in COUNTS else value
                 for name, value in zip(KEY, key))


def curve(key):
    return key[:-1]


# ------------------------------------------------------------------------------- distributions


def beta_share(a, b, x):
    """The regularized incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 2000):
        for numerator in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                          -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d, c = 1 / (1 + numerator * d), 1 + numerator / c
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * value


def inverse(below, p, low, high):
    """Where an increasing function reaches p."""
    while below(high) < p:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if below(middle) < p else (low, middle)
    return (low + high) / 2


@functools.lru_cache(maxsize=None)
def student(p, freedom):
    return inverse(lambda t: -beta_share(freedom / 2, 0.5, freedom / (freedom + t * t)), -2 * (1 - p), 0, 1)


def f_above(x, above, below):
    """P(F(above, below) > x)."""
    return beta_share(below / 2, above / 2, below / (below + above * x))


def gamma_share(a, x):
    """The regularized lower incomplete gamma function, by its series."""
    term = total = 1 / a
    n = a
    while abs(term) > 1e-17 * abs(total):
        n += 1
        term *= x / n
        total += term
    return total * math.exp(-x + a * math.log(x) - math.lgamma(a)) if x > 0 else 0.0


@functools.lru_cache(maxsize=None)
def chi_squared(p, freedom):
    return inverse(lambda x: gamma_share(freedom / 2, x / 2), p, 0, 1)


# ------------------------------------------------------------------------------- section 4


def known(values):
    return [value for value in values if value is not None]


def quantile(values, p):
    if not values:
        return None
    values = sorted(values)
    place = p * (len(values) - 1)
    i = int(place)
    share = place - i
    return values[i] if i + 1 == len(values) else (1 - share) * values[i] + share * values[i + 1]


def median(values):
    values = sorted(known(values))
    if not values:
        return None
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


@functools.lru_cache(maxsize=None)
def coverages(n):
    """C(0), C(1), ... up to the first that is below 95 %."""
    found, heads, ways = [1.0], 0, 1  # ways to throw up to d - 1 heads, and d
    while found[-1] >= 0.95:
        heads += ways
        ways = ways * (n - len(found) + 1) // len(found)
        found.append(1 - 2 * heads / 2 ** n)
    return found


def rank(n):
    return 0 if n == 0 else min(len(coverages(n)) - 2, n // 2)


def widening(values):
    n = len(values)
    if n < 6:
        return 1.0
    k = max(3, round(math.sqrt(n)))
    places, ordered = {}, sorted(values)
    for i, value in enumerate(ordered):
        places.setdefault(value, []).append(i)
    ranks = [sum(places[value]) / len(places[value]) - (n - 1) / 2 for value in values]
    between, squares = 0.0, 0.0
    for s in range(k):
        stretch = ranks[s * n // k:(s + 1) * n // k]
        between += sum(stretch) ** 2 / len(stretch)
        squares += len(stretch) ** 2
    mean = squares / n
    b = between / (k - 1)
    w = max(0, sum(r * r for r in ranks) - between) / (n - k)
    if b <= w:
        return 1.0
    rho = (b - w) / (b + ((n - mean) / (k - 1) - 1) * w)
    return math.sqrt(1 + (mean - 1) * rho)


def interval(values, wide=False):
    """Median, low, high; the values are in the order of rounds."""
    middle, n = median(values), len(values)
    d = rank(n)
    if d == 0:
        return middle, None, None
    x = sorted(values)
    outer, inner = coverages(n)[d:d + 2]
    i = (outer - 0.95) / (outer - inner)
    w = (n - d) * i / (d + (n - 2 * d) * i)
    low, high = x[d - 1] + w * (x[d] - x[d - 1]), x[n - d] - w * (x[n - d] - x[n - d - 1])
    factor = widening(values) if wide else 1
    return middle, middle - factor * (middle - low), middle + factor * (high - middle)


def exps(values):
    return tuple(None if value is None else math.exp(value) for value in values)


def log_value(x0, y0, x1, y1, x):
    """At x, on the straight line in log-log scale through two points."""
    return math.exp(math.log(y0) + math.log(y1 / y0) * math.log(x / x0) / math.log(x1 / x0)) if x1 > x0 else y0


def log_crossing(x0, y0, x1, y1, y):
    slope = math.log(y1 / y0)
    return x1 if abs(slope) < 1e-12 else math.exp(math.log(x0) + math.log(x1 / x0) * math.log(y / y0) / slope)


# ------------------------------------------------------------------------------- sections 1 to 3


def number(text):
    return float(text) if text else None


def open_table(path):
    return open(path, newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", newline="")


def read_key(row, names):
    return tuple((int(row[name]) if row.get(name) else 0 if name in ADDED else None) if name in COUNTS else row.get(name) or ""
                 for name in names)


class Visit:
    def __init__(self, row):
        self.neighbours = int(row["neighbours"])
        self.trip = number(row["roundtrip_ns"])
        self.wake, self.steal, self.whole = number(row["wake_ns"]), number(row["steal_ticks"]), number(row["visit_ns"])
        self.ns, self.cpu, self.sys, self.switches, self.participation, self.first = [], [], [], [], [], []
        self.disturbed = False

    def add(self, row):
        maps = number(row["maps"])

        def per_map(value):
            return None if value is None or maps is None else value / maps

        user, sys_ns = number(row["user_ns"]), number(row["sys_ns"])
        self.ns.append(float(row["ns_per_map"]))
        self.cpu.append(per_map(None if user is None or sys_ns is None else user + sys_ns))
        self.sys.append(per_map(sys_ns))
        self.switches.append(per_map(number(row["nvcsw"])))
        self.participation.append(number(row["participation"]))
        self.first.append(number(row.get("first_result_ns", "")))

    def reduce(self):
        self.readings = self.ns
        for name in ("ns", "cpu", "sys", "switches", "participation", "first"):
            setattr(self, name, median(getattr(self, name)))


class Run:
    """The visits of a run: cells[key, temperature] is a dictionary of visits by round, in the order of rounds."""

    def __init__(self, folder):
        with open(os.path.join(folder, "host.json")) as file:
            self.host = json.load(file)
        self.cpus = self.host["cpus"]["usable"]
        self.cells, self.troubles, canaries = {}, {}, []
        with open_table(os.path.join(folder, "samples.csv")) as file:
            for row in csv.DictReader(file):
                self.add(row, canaries)
        self.cells = {cell: dict(sorted(rounds.items())) for cell, rounds in
                      sorted(self.cells.items(), key=lambda item: (order(item[0][0]), item[0][1]))}
        for visit in self.all():
            visit.reduce()
        self.canaries = sorted(canaries)
        self.trip = median(canaries)
        self.modes = find_modes(self.canaries)
        for visit in self.all():
            visit.disturbed = visit.trip is not None and visit.trip > 3 * self.trip
        self.first_envs = {}
        for key, _ in self.cells:
            self.first_envs.setdefault(field(key, "work"), field(key, "env"))

    def add(self, row, canaries):
        key, temperature, of_round = read_key(row, KEY), row["temperature"], int(row["round"])
        if temperature == "cold" and row["roundtrip_ns"] and (row["status"] != "ok" or row["ns_per_map"]):
            canaries.append(float(row["roundtrip_ns"]))
        if row["status"] != "ok":
            last = self.troubles.get(key)
            if last is None or (temperature, of_round) >= last[0]:
                self.troubles[key] = ((temperature, of_round), row["status"], row["detail"])
        elif row["ns_per_map"]:
            rounds = self.cells.setdefault((key, temperature), {})
            if of_round not in rounds:
                rounds[of_round] = Visit(row)
            rounds[of_round].add(row)

    def all(self):
        return (visit for rounds in self.cells.values() for visit in rounds.values())

    def pairs(self, key, temperature, other):
        """Undisturbed visits of two cells in the same rounds."""
        others = self.cells.get((other, temperature), {})
        return [(visit, others[of_round]) for of_round, visit in self.cells.get((key, temperature), {}).items()
                if of_round in others and not visit.disturbed and not others[of_round].disturbed]

    def log_ratios(self, key, temperature):
        return [math.log(serial.ns / own.ns) for own, serial in self.pairs(key, temperature, serial_of(key))]


def find_modes(canaries):
    """Of sorted canaries: [number, from, to, share]."""
    if not canaries:
        return []
    density = [0.0] * 170
    for canary in canaries:
        density[min(169, max(0, math.floor(math.log(canary) / math.log(1.1)))) if canary > 1 else 0] += 1
    for _ in range(4):
        padded = [density[0]] + density + [density[-1]]
        density = [(padded[i] + 2 * padded[i + 1] + padded[i + 2]) / 4 for i in range(170)]
    cuts, peak, least, lowest = [], density[0], density[0], 0
    for i in range(1, 170):
        if density[i] <= least:
            least, lowest = density[i], i
        elif least < peak / 2 and density[i] > 2 * least:
            cuts.append(1.1 ** lowest)
            peak = least = density[i]
            lowest = i
        if density[i] > peak:
            peak = least = density[i]
    if len(canaries) < 40:
        cuts = []
    modes, part = [], []
    bounds = [0.0] + cuts + [INFINITY]
    for low, high in zip(bounds, bounds[1:]):
        inside = [canary for canary in canaries if low <= canary < high]
        few = len(inside) < 0.02 * len(canaries)
        part += inside
        if modes and (few or len(modes) == 4):
            modes[-1][2] = high
            modes[-1][3] += len(inside) / len(canaries)
            part = []
        elif len(part) >= 0.02 * len(canaries) or high == INFINITY:
            modes.append([median(part), modes[-1][2] if modes else 0.0, high, len(part) / len(canaries)])
            part = []
    return modes


# ------------------------------------------------------------------------------- section 5


def bounded(row, name, values):
    row[name], row[name + "_low"], row[name + "_high"] = values


def summarise_cell(run, key, temperature):
    visits = list(run.cells[key, temperature].values())
    calm = [visit for visit in visits if not visit.disturbed]
    pairs = run.pairs(key, temperature, serial_of(key))
    readings = [ns for visit in calm for ns in visit.readings]
    row = {"status": "ok", "detail": "", "rounds": len(calm), "readings": len(readings),
           "disturbed": len(visits) - len(calm), "logs": run.log_ratios(key, temperature)}
    row["median_ns"], row["low_ns"], row["high_ns"] = interval([visit.ns for visit in calm])
    row["p90_ns"] = quantile([visit.ns for visit in calm], 0.9) if len(calm) >= 10 else None
    row["p99_ns"] = quantile(readings, 0.99) if len(readings) >= 100 else None
    row["cpu_ns"] = median([visit.cpu for visit in calm])
    row["participation"] = median([visit.participation for visit in calm])
    row["roundtrip_ns"] = median([visit.trip for visit in calm])
    row["wake_ns"] = median([visit.wake for visit in calm])
    row["first_result_ns"] = median([visit.first for visit in calm])
    row["serial_ns"] = median([serial.ns for _, serial in pairs])
    bounded(row, "speedup", exps(interval(row["logs"], wide=True)))
    busy = median([serial.cpu / serial.ns * (1 + serial.neighbours / run.cpus) if serial.cpu else None
                   for _, serial in pairs])
    workers, jobs = field(key, "workers"), field(key, "jobs")
    apart = field(key, "hosts") > 0 or busy is not None and busy < 0.25
    row["parallelism"] = workers if apart else min(workers, run.cpus)
    row["efficiency"] = None if row["speedup"] is None else row["speedup"] / row["parallelism"]
    over = [(own.ns - serial.ns / row["parallelism"]) / jobs for own, serial in pairs] if jobs else []
    row["overhead_ns_per_job"], row["overhead_low_ns_per_job"], row["overhead_high_ns_per_job"] = interval(over, wide=True)
    bounded(row, "mean_speedup", mean_ratio(pairs))
    env = run.first_envs[field(key, "work")]
    others = run.pairs(key, temperature, replaced(key, env=env)) if env != field(key, "env") else []
    bounded(row, "env_speedup", exps(interval([math.log(other.ns / own.ns) for own, other in others], wide=True)))
    return row


def mean_ratio(pairs):
    n = len(pairs)
    if n == 0:
        return None, None, None
    own = math.fsum(visit.ns for visit, _ in pairs) / n
    ratio = math.fsum(serial.ns for _, serial in pairs) / n / own
    if n < 6:
        return ratio, None, None
    off = [serial.ns - ratio * visit.ns for visit, serial in pairs]
    half = student(0.975, n - 1) * math.sqrt(sum(e * e for e in off) / (n - 1) / n) / (own * ratio) * widening(off)
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def summarise(run):
    """Rows by (key, temperature), in order."""
    rows = {(key, temperature): summarise_cell(run, key, temperature) for key, temperature in run.cells}
    for key, (at, status, detail) in run.troubles.items():
        own = [rows[key, temperature] for temperature in ("cold", "warm") if (key, temperature) in rows]
        for row in own or [rows.setdefault((key, at[0]), {"rounds": 0, "readings": 0, "disturbed": 0, "logs": []})]:
            row["status"], row["detail"] = status, detail
    rows = {cell: rows[cell] for cell in sorted(rows, key=lambda cell: (order(cell[0])[:-1], cell[1], cell[0][-1]))}
    curves, rivals = {}, {}
    for (key, temperature), row in rows.items():
        if row["status"] == "ok" and row["speedup_low"] is not None:
            curves.setdefault((curve(key), temperature), []).append((key, row))
            if not is_serial(key):
                group = serial_of(key), temperature, field(key, "workers")
                rivals.setdefault(group, []).append((key, row))
    for candidates in curves.values():
        find_best(candidates)
    for (_, temperature, _), group in rivals.items():
        rank_rivals(run, temperature, group)
    return rows


def find_best(candidates):
    _, best = max(candidates, key=lambda candidate: candidate[1]["speedup"])
    pooled = [row for _, row in candidates if row["speedup_high"] >= best["speedup"]]
    logs = [log for row in pooled for log in row["logs"]]
    middle, low, high = exps(interval(logs))
    best["best_sizes"], best["best_rounds"] = len(pooled), len(logs)
    best["best_speedup"] = middle
    best["best_low"], best["best_high"] = min(low, best["speedup_low"]), max(high, best["speedup_high"])
    best["best_noise"] = int(middle > best["parallelism"] and not best["best_low"] > best["parallelism"])


def rank_rivals(run, temperature, group):
    group = sorted(group, key=lambda member: order(member[0]))
    first_key, first = max(group, key=lambda member: member[1]["speedup"])
    for key, row in group:
        if row is first:
            row["behind"] = 1.0
            continue
        logs = [math.log(own.ns / other.ns) for own, other in run.pairs(key, temperature, first_key)]
        row["behind_rounds"] = len(logs) if rank(len(logs)) else 0
        found = interval(logs, wide=True)
        if not row["behind_rounds"]:
            (s, s_low, s_high), (f, f_low, f_high) = ([one["speedup"], one["speedup_low"], one["speedup_high"]]
                                                      for one in (row, first))
            m = math.log(f / s)
            found = (m, m - math.hypot(math.log(f / f_low), math.log(s_high / s)),
                     m + math.hypot(math.log(f_high / f), math.log(s / s_low)))
        bounded(row, "behind", exps(found))


# ------------------------------------------------------------------------------- section 6


class JobTimes:
    def __init__(self, rows):
        self.curves = {}
        for (key, temperature), row in rows.items():
            if is_serial(key) and row["status"] == "ok" and field(key, "jobs") > 0 and row["median_ns"]:
                points = self.curves.setdefault((curve(key), temperature), [])
                points.append((field(key, "size"), row["median_ns"] / field(key, "jobs")))

    def at(self, key, size):
        for temperature in ("warm", "cold"):
            points = sorted(self.curves.get((curve(serial_of(key)), temperature), []))
            for (low, low_ns), (high, high_ns) in zip([(0, None)] + points, points):
                if high == size:
                    return high_ns
                if size is not None and low < size < high and low > 0:
                    return log_value(low, low_ns, high, high_ns, size)
        return None


# ------------------------------------------------------------------------------- section 7


class Point:
    """Along jobs the size is their number, and the job time that of the batch."""

    def __init__(self, row, times, key, axis):
        self.size, self.speedup, self.low, self.high, self.efficiency = field(key, axis), None, None, None, None
        self.job_ns = times.at(key, field(key, "size"))
        if self.job_ns is None and row.get("serial_ns"):
            self.job_ns = row["serial_ns"] / field(key, "jobs")
        if axis == "jobs" and self.job_ns is not None:
            self.job_ns *= field(key, "jobs")
        self.visits = row["rounds"] + row["disturbed"]
        if has_value(key, row, axis):
            self.speedup = row["speedup"]
            if row["speedup_low"] is not None:
                self.low, self.high, self.efficiency = row["speedup_low"], row["speedup_high"], row["efficiency"]

    @property
    def known(self):
        return self.low is not None

    @property
    def ahead(self):
        return self.known and self.low > 1


def has_value(key, row, axis):
    return (row["status"] == "ok" and field(key, axis) > 0 and field(key, "jobs") > 0 and bool(row.get("speedup"))
            and bool(row.get("serial_ns")))


def make_points(rows, by_temperature, temperature, times, axis):
    own = by_temperature[temperature]
    sizes = {field(key, axis) for key, _ in own}
    found = list(own)
    for other, more in by_temperature.items():
        if other != temperature:
            found += [(key, row) for key, row in more if row["status"] != "ok" and field(key, axis) not in sizes]
    points = []
    for key, row in found:
        serial_wrong = any(rows.get((serial_of(key), either), {"status": "ok"})["status"] != "ok" for either in ("cold", "warm"))
        if field(key, axis) > 0 and field(key, "jobs") > 0 and (has_value(key, row, axis) or not serial_wrong):
            points.append(Point(row, times, key, axis))
    points.sort(key=lambda point: point.size)
    kept = []
    for i, point in enumerate(points):
        beside = kept and i + 1 < len(points) and kept[-1].ahead and points[i + 1].ahead
        if not (not point.known and point.visits < 6 and beside and point.speedup is not None and point.speedup > 1):
            kept.append(point)
    return kept


def first_of_rest(points, holds):
    """The first index from which on all hold; their number where the last does not."""
    first = len(points)
    while first > 0 and holds(points[first - 1]):
        first -= 1
    return first


def job_between(points, size):
    """The job time at a size between points."""
    timed = [point for point in points if point.job_ns is not None]
    if size is None or not timed:
        return None
    at = next((i for i, point in enumerate(timed) if point.size >= size), len(timed) - 1)
    if at == 0:
        return timed[0].job_ns
    return log_value(timed[at - 1].size, timed[at - 1].job_ns, timed[at].size, timed[at].job_ns, size)


def metg(points, e):
    """Job time, low, high, Task Bench's."""

    def level(point):
        return e * point.speedup / point.efficiency

    below = [point for point in points if point.known and point.high < level(point)]
    low = below[-1].job_ns if below else None
    surely = first_of_rest(points, lambda point: point.known and point.low >= level(point))
    high = points[surely].job_ns if surely < len(points) else None
    first = first_of_rest(points, lambda point: point.efficiency is not None and point.efficiency > e)
    if first == len(points) or (first > 0 and points[first - 1].efficiency is None):
        return None, low, high, None
    size = points[0].size
    if first > 0:
        before, after = points[first - 1], points[first]
        size = log_crossing(before.size, before.efficiency, after.size, after.efficiency, e)
    job_ns = job_between(points, size)
    task_bench = None if job_ns is None else job_ns / (e if first > 0 else points[0].efficiency)
    return job_ns, low, high, task_bench


def skew(rows, axis):
    total = weight = 0.0
    for key, row in rows:
        if has_value(key, row, axis):
            logs = row["logs"]
            total += row["rounds"] * ((quantile(logs, 0.25) + quantile(logs, 0.75)) / 2 - median(logs))
            weight += row["rounds"]
    return total / weight if weight else 0.0


def clearly_ahead(points):
    """The last index that is; None where none is."""
    for i in reversed(range(len(points))):
        point = points[i]
        if point.ahead and point.speedup >= 1.02:
            beside = (i > 0 and points[i - 1].ahead) or (i + 1 < len(points) and points[i + 1].ahead)
            if beside or 2 * math.log(point.low) > math.log(point.speedup):
                return i
    return None


def verdict_of(points):
    if not points or not points[-1].known:
        return "noisy"
    last = points[-1]
    even = first_of_rest(points, lambda point: point.known and point.low >= 0.97 and point.high <= 1.03)
    level = even < len(points) and last.size >= 10 * points[even].size
    if level and even == 0:
        return "even"
    if last.high < 1.02:
        return "never" if clearly_ahead(points) is None else "between"
    above = first_of_rest(points, lambda point: point.ahead)
    if above < len(points) and last.speedup >= 1.02:
        if above == 0:
            return "always"
        return "at" if any(point.known and point.low <= 1 for point in points[:above]) else "noisy"
    return "even" if level else "noisy"


class Law:
    def __init__(self, name):
        self.name = name

    def x(self, point):
        if self.name == "power":
            return math.log(point.size)
        time = point.size if self.name == "size" else point.job_ns
        return None if time is None else 1 / time

    def y(self, speedup):
        return math.log(speedup) if self.name == "power" else 1 / speedup

    def speedup(self, y):
        if self.name == "power":
            return math.exp(y)
        return 1 / y if y > 0 else -1.0

    def fits(self, points):
        xs, ys = [self.x(point) for point in points], [self.y(point.speedup) for point in points]
        if None in xs:
            return False

        def error(point, fitted):
            end = point.high if fitted > point.speedup else point.low
            return max(abs(math.log(end / point.speedup)) / 1.959963984540054, 1e-9)

        fitted = ys
        for _ in range(5):
            weights = []
            for point, own, y in zip(points, ys, fitted):
                y = y if self.speedup(y) > 0 else own
                # The point's own y is its speedup: rounding must not put it on the other side.
                speedup = point.speedup if y == own else self.speedup(y)
                weights.append((error(point, speedup) * (1 if self.name == "power" else y)) ** -2)
            base, slope = line(xs, ys, weights)
            fitted = [base + slope * x for x in xs]
        speedups = [self.speedup(y) for y in fitted]
        if min(speedups) <= 0:
            return False
        squares = sum((math.log(point.speedup / s) / error(point, s)) ** 2 for point, s in zip(points, speedups))
        return squares <= chi_squared(0.99, len(points) - 2)

    def between(self, before, after, value):
        x0, x1, y0, y1 = self.x(before), self.x(after), self.y(value(before)), self.y(value(after))
        if abs(y1 - y0) < 1e-12:
            return after.size
        x = x0 + (self.y(1) - y0) / (y1 - y0) * (x1 - x0)
        if self.name == "size":
            return 1 / x
        return math.exp(x) if self.name == "power" else log_value(before.job_ns, before.size, after.job_ns, after.size, 1 / x)

    def rises(self, points, value):
        i = first_of_rest(points, lambda point: value(point) is not None and value(point) > 1)
        if i == 0 or value(points[i - 1]) is None:
            return points[i].size
        return self.between(points[i - 1], points[i], value)

    def may_rise(self, points):
        i = first_of_rest(points, lambda point: not (point.known and point.high <= 1))
        if i == 0:
            return None
        if not points[i].known:
            return points[i - 1].size
        return self.between(points[i - 1], points[i], lambda point: point.high)


def line(xs, ys, weights):
    total = sum(weights)
    x_mean = sum(w * x for w, x in zip(weights, xs)) / total
    y_mean = sum(w * y for w, y in zip(weights, ys)) / total
    spread = sum(w * (x - x_mean) ** 2 for w, x in zip(weights, xs))
    slope = sum(w * (x - x_mean) * (y - y_mean) for w, x, y in zip(weights, xs, ys)) / spread
    return y_mean - slope * x_mean, slope


def crossing(points):
    """Size, low, high, and whether a law told them."""
    above = first_of_rest(points, lambda point: point.ahead)
    below = next((i for i in reversed(range(above)) if points[i].known and points[i].high <= 1), None)
    first, last = max(0, (below or 0) - 1), min(len(points) - 1, above + 1)
    while last - first + 1 < 4 and first > 0:
        first -= 1
    while last - first + 1 < 4 and last + 1 < len(points):
        last += 1
    chosen = [point for point in points[first:last + 1] if point.known]
    told = []
    for law in (Law("size"), Law("time"), Law("power")):
        if len(chosen) < 4 or (law.name == "time" and told) or not law.fits(chosen):
            continue
        told.append((law.rises(points, lambda point: point.speedup), law.may_rise(points),
                     law.rises(points, lambda point: point.low)))
    if not told:
        high = points[above].size
        power = Law("power").rises(points, lambda point: point.speedup)
        return min(power, high), None if below is None else points[below].size, high, False
    lows = [low for _, low, _ in told]
    return told[0][0], None if None in lows else min(lows), max(high for _, _, high in told), True


def fall(points, ahead):
    """until, until_low, until_high."""
    behind = max(ahead + 1, first_of_rest(points, lambda point: point.known and point.high < 1.02))
    until = points[behind].size
    at = next((i for i in range(ahead + 1, behind) if points[i].speedup is not None and points[i].speedup < 1), behind)
    after, before = points[at], points[at - 1]
    if after.speedup is not None and after.speedup < 1 and before.speedup is not None:
        until = log_crossing(before.size, before.speedup, after.size, after.speedup, 1)
    return until, points[ahead].size, points[behind].size


def curve_along(key, axis):
    return replaced(key, **{axis: 0})


def crossovers(rows):
    """Rows by (axis, key without what the axis is, temperature)."""
    times, found = JobTimes(rows), {}
    for axis in ("size", "jobs"):
        curves = {}
        for (key, temperature), row in rows.items():
            if not is_serial(key):
                curves.setdefault(curve_along(key, axis), {}).setdefault(temperature, []).append((key, row))
        for name, by_temperature in curves.items():
            numbers = {field(key, "jobs") for own in by_temperature.values() for key, _ in own} - {0}
            for temperature, own in by_temperature.items():
                if (axis == "size" or len(numbers) >= 3) and any(has_value(key, row, axis) for key, row in own):
                    points = make_points(rows, by_temperature, temperature, times, axis)
                    found[axis, name, temperature] = crossover_row(own, points, times, axis)
    return found


def whole_from(value):
    return float(math.ceil(value * (1 - 1e-9)))


def whole_up_to(value):
    return None if value is None else float(math.floor(value * (1 + 1e-9)))


def put_on_jobs(row, told, points, key, by_law):
    """What was found of the points, as a row along jobs."""
    at, low, high = told
    if row["verdict"] in ("at", "between"):
        rise = points if row["verdict"] == "at" else points[:clearly_ahead(points) + 1]
        sure = rise[first_of_rest(rise, lambda point: point.ahead)].size
        shares = field(key, "workers") if by_law else 1
        high = min(shares * whole_from(high / shares), sure)
        at, low = min(whole_from(at), high), whole_up_to(low)
    if row["verdict"] == "between":
        row["until"] = max(whole_up_to(row["until"]), row["until_low"])
    row["jobs_at"], row["jobs_low"], row["jobs_high"] = at, low, high
    row["size"] = field(key, "size")
    row["batch_ns"] = job_between(points, at)
    row["job_ns"] = None if row["batch_ns"] is None else row["batch_ns"] / at


def crossover_row(own, points, times, axis):
    row = {"axis": axis}
    for percent in (50, 95) if axis == "size" else ():
        (row[f"metg{percent}_ns"], row[f"metg{percent}_low_ns"], row[f"metg{percent}_high_ns"],
         row[f"task_bench{percent}_ns"]) = metg(points, percent / 100)
    z = skew(own, axis)
    for point in points:
        if point.known:
            point.high *= math.exp(max(0, -z))
            point.low *= math.exp(min(0, -z))
    row["verdict"] = verdict_of(points)
    size = low = high = by_law = None
    if row["verdict"] == "always":
        size = high = points[0].size
    elif row["verdict"] == "at":
        size, low, high, by_law = crossing(points)
    elif row["verdict"] == "between":
        ahead = clearly_ahead(points)
        size, low, high, by_law = crossing(points[:ahead + 1])
        row["until"], row["until_low"], row["until_high"] = fall(points, ahead)
    key = own[0][0]
    if axis == "jobs":
        put_on_jobs(row, (size, low, high), points, key, by_law)
        return row
    row["size"], row["size_low"], row["size_high"] = size, low, high
    if size is not None:
        job_ns = times.at(key, size)
        row["job_ns"] = job_between(points, size) if job_ns is None else job_ns
        row["batch_ns"] = None if row["job_ns"] is None else row["job_ns"] * field(key, "jobs")
    return row


def note_main_mode(run, found):
    kept = len([canary for canary in run.canaries if not canary > 3 * run.trip]) / len(run.canaries) if run.canaries else None
    main = max((mode for mode in run.modes if mode[0] <= 3 * run.trip), key=lambda mode: mode[3], default=None)
    for row in found.values():
        if main is not None:
            row["mode_ns"], row["mode_share"] = main[0], min(1, main[3] / kept)


def mode_crossovers(run):
    """Rows by (axis, curve, temperature, mode_ns as written)."""
    found = {}
    before = {id(visit): visit.disturbed for visit in run.all()}
    for ns, low, high, share in run.modes if len(run.modes) > 1 else []:
        for visit in run.all():
            visit.disturbed = not (visit.trip is not None and low <= visit.trip < high)
        for name, row in crossovers(summarise(run)).items():
            if row["verdict"] != "noisy":
                row["mode_ns"], row["mode_share"] = ns, share
                found[(*name, f"{ns:.9g}")] = row
    for visit in run.all():
        visit.disturbed = before[id(visit)]
    return found


# ------------------------------------------------------------------------------- section 8: laws


def solve(matrix, rhs):
    """Gauss, with pivots."""
    n = len(matrix)
    rows = [list(row) + [value] for row, value in zip(matrix, rhs)]
    for i in range(n):
        best = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for k in range(n):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def invert(matrix):
    n = len(matrix)
    columns = [solve(matrix, [float(i == k) for i in range(n)]) for k in range(n)]
    return [[columns[k][i] for k in range(n)] for i in range(n)]


RATE, CONTENTION, COHERENCE = range(3)


def divisor(values, p):
    return 1 + values[CONTENTION] * (p - 1) + values[COHERENCE] * p * (p - 1)


def law_gradient(values, p):
    share = 1 / divisor(values, p)
    return [1.0, -(p - 1) * share, -p * (p - 1) * share]


def law_log(values, p):
    return values[RATE] + math.log(p) - math.log(divisor(values, p))


def least_squares(points, free, contention=0.0):
    """The numbers of which the indices are free; the others are 0, but for contention. Levenberg and Marquardt."""

    def squares_of(values):
        if any(divisor(values, p) <= 0 for p, _, _ in points):
            return INFINITY
        return sum((law_log(values, p) - log) ** 2 for p, log, _ in points)

    values = [max(log - math.log(p) for p, log, _ in points), contention, 0.0]
    damping, squares = 1e-3, squares_of(values)
    for _ in range(1000):
        gradients = [law_gradient(values, p) for p, _, _ in points]
        off = [log - law_log(values, p) for p, log, _ in points]
        normal = [[sum(g[i] * g[k] for g in gradients) for k in free] for i in free]
        rhs = [sum(g[i] * o for g, o in zip(gradients, off)) for i in free]
        for i in range(len(free)):
            normal[i][i] *= 1 + damping
        step = solve(normal, rhs)
        tried = list(values)
        for i, by in zip(free, step):
            tried[i] += by
        if squares_of(tried) <= squares:
            done = all(abs(by) <= 1e-13 * (abs(values[i]) + 1e-10) for i, by in zip(free, step))
            values, squares, damping = tried, squares_of(tried), damping / 10
            if done:
                break
        else:
            damping *= 10
            if damping > 1e20:
                break
    return values, squares


class Fit:
    """points: (p, log speedup, error)."""

    def __init__(self, points, shared, freedom, law):
        n = len(points)
        free = [RATE, CONTENTION, COHERENCE] if law == "usl" else [RATE, CONTENTION]
        self.law, self.most, self.freedom = law, points[-1][0], freedom
        mean = sum(error * error for _, _, error in points) / n
        own = max(0.0, mean - shared * shared)
        self.free_values, squares = least_squares(points, free)
        self.values, kept = self.free_values, list(free)
        for i in (COHERENCE, CONTENTION):
            if i in kept and self.values[i] < 0:
                kept.remove(i)
                self.values, squares = least_squares(points, kept)
        if self.values[CONTENTION] > 1:
            kept.remove(CONTENTION)
            self.values, squares = least_squares(points, kept, 1.0)
        gradients = [law_gradient(self.free_values, p) for p, _, _ in points]
        inverse_of = invert([[sum(g[i] * g[k] for g in gradients) for k in free] for i in free])
        self.own = {(i, k): own * inverse_of[a][b] for a, i in enumerate(free) for b, k in enumerate(free)}
        self.shift = {i: shared * sum(inverse_of[a][b] * g[k] for g in gradients for b, k in enumerate(free))
                      for a, i in enumerate(free)}
        self.own_freedom, rest = freedom * n, n - len(kept)
        if rest < 1:
            self.p = 1.0
        elif own > 0:
            self.p = f_above(squares / rest / own, rest, self.own_freedom)
        else:
            self.p = float(squares <= 1e-10)

    def half(self, gradient):
        own = max(0.0, sum(gradient[i] * gradient[k] * value for (i, k), value in self.own.items()))
        shift = sum(gradient[i] * value for i, value in self.shift.items())
        variance = own + shift * shift
        if not variance > 0:
            return 0.0
        freedom = variance ** 2 / (own ** 2 / self.own_freedom + shift ** 4 / (self.freedom / 2))
        return student(0.975, freedom) * math.sqrt(variance)

    def bounds(self, i, most):
        half = self.half([float(i == k) for k in range(3)])
        value, free = min(self.values[i], most), self.free_values[i]
        return value, min(value, max(0.0, free - half)), min(most, max(value, free + half))

    def rate(self):
        half, value, free = self.half([1.0, 0.0, 0.0]), self.values[RATE], self.free_values[RATE]
        return exps((value, min(value, free - half), max(value, free + half)))

    def at(self, p):
        if p > 2 * self.most:
            return None, None, None
        half, log = self.half(law_gradient(self.values, p)), law_log(self.values, p)
        return exps((log, log - half, log + half))

    def peak(self):
        if self.law != "usl":
            return None, None, None
        room, kappa = 1 - self.values[CONTENTION], self.values[COHERENCE]
        if not kappa > 0 or not 1 <= math.sqrt(room / kappa) <= 2 * self.most:
            return None, None, None
        q, peak = student(0.975, self.own_freedom) ** 2, math.sqrt(room / kappa)
        a = kappa ** 2 - q * self.own[COHERENCE, COHERENCE]
        b = kappa * room + q * self.own[CONTENTION, COHERENCE]
        c = room ** 2 - q * self.own[CONTENTION, CONTENTION]
        root = math.sqrt(max(0.0, b * b - a * c))
        low = math.sqrt(max(1, c / (b + root))) if c > 0 else 1.0
        return peak, low, math.sqrt((b + root) / a) if a > 0 else None


# ------------------------------------------------------------------------------- section 8: rows


ROOM = ("cores", "slots")  # places where each worker has one of its own


class Scaling:
    def __init__(self, run, rows):
        self.run, self.rows = run, rows
        self.usable = {cell: row for cell, row in rows.items() if cell[1] == "warm" and row["status"] == "ok"
                       and not is_serial(cell[0]) and field(cell[0], "jobs") > 0
                       and all(row.get(name) for name in ("speedup", "median_ns", "serial_ns"))}
        cpus, host = run.host["cpus"], run.host
        self.affinity, self.quota = cpus.get("affinity") or run.cpus, cpus.get("quota")
        self.cores = (host.get("conditions") or {}).get("cores_used")

    def place(self, key):
        p = field(key, "workers")
        if field(key, "hosts") > 0:
            return "slots"
        if p > self.affinity:
            return "oversubscribed"
        if (self.quota is not None and p > self.quota) or p > self.run.cpus:
            return "quota"
        return "hyperthreads" if self.cores and p > self.cores else "cores"

    def table(self):
        """Rows by (key, mode)."""
        found, weak_curves = {}, set()
        for mode in ("weak", "strong"):
            groups = {}
            for key, _ in self.usable:
                workers, jobs = field(key, "workers"), field(key, "jobs")
                if mode == "strong" or jobs % workers == 0:
                    name = replaced(key, workers=1, size=0, jobs=jobs if mode == "strong" else jobs // workers)
                    groups.setdefault(name, {}).setdefault(field(key, "size"), []).append(key)
            for sizes in groups.values():
                most = max(len(keys) for keys in sizes.values())
                keys = sorted(sizes[max(size for size, keys in sizes.items() if len(keys) == most)],
                              key=lambda key: field(key, "workers"))
                if mode == "weak" and len(keys) < 2 or mode == "strong" and (
                        field(keys[-1], "workers") == 1 or (len(keys) == 1 and curve(keys[0]) in weak_curves)):
                    continue
                if mode == "weak":
                    weak_curves.update(curve(key) for key in keys)
                for key, row in zip(keys, self.curve_rows(keys, mode)):
                    found[key, mode] = row
        return found

    def curve_rows(self, keys, mode):
        rows = [self.row(key, mode) for key in keys]
        if mode == "weak":
            for row in rows:
                row.update(trend="unknown", cause="unknown", counts=0, law="none",
                           refused="laws are of batches that stay the same")
            return rows
        points, shared, freedom = self.points(keys)
        fit, refused = self.fit(points, shared, freedom)
        whole = {"trend": trend_of(points, shared, freedom), "counts": len(points), "refused": refused}
        whole["cause"] = self.cause(keys, whole["trend"], dict(zip(keys, rows)))
        for key, row in zip(keys, rows):
            row.update(whole)
            row["law"] = fit.law if fit else "none"
            if fit:
                p = field(key, "workers")
                bounded(row, "rate", fit.rate())
                bounded(row, "contention", fit.bounds(CONTENTION, 1.0))
                if fit.law == "usl":
                    bounded(row, "coherence", fit.bounds(COHERENCE, INFINITY))
                bounded(row, "peak", fit.peak())
                bounded(row, "fitted", fit.at(p))
                row["fit_p"] = fit.p
                if p == fit.most:
                    others, other_shared, other_freedom = self.points([k for k in keys if field(k, "workers") < p])
                    if len(others) >= (6 if fit.law == "usl" else 3):
                        bounded(row, "predicted", Fit(others, other_shared, other_freedom, fit.law).at(p))
        return rows

    @staticmethod
    def fit(points, shared, freedom):
        with_core = "each worker with a core of its own"
        if len(points) < 3:
            return None, f"Amdahl's law needs 3 worker counts, {with_core}"
        fit = Fit(points, shared, freedom, "usl" if len(points) >= 6 else "amdahl")
        if fit.p >= 0.01:
            return fit, ""
        if fit.law == "usl":
            return None, "the Universal Scalability Law does not fit"
        return None, f"Amdahl's law does not fit, and the Universal Scalability Law needs 6 worker counts, {with_core}"

    def points(self, keys):
        """(p, log speedup, error) by workers; the shared error; the freedom."""
        points, kept = [], []
        for key in keys:
            row = self.usable[key, "warm"]
            if self.place(key) in ROOM and row["speedup_low"] is not None and row["rounds"] > 1:
                error = math.log(row["speedup_high"] / row["speedup_low"]) / 2 / student(0.975, row["rounds"] - 1)
                points.append((field(key, "workers"), math.log(row["speedup"]), error))
                kept.append(key)
        agreed, count = 0.0, 0
        for i, a in enumerate(kept):
            for b in kept[i + 1:]:
                agreed += self.correlation(a, b)
                count += 1
        correlation = min(1.0, max(0.0, agreed / count)) if count else 0.0
        squares = sum(error * error for _, _, error in points) / len(points) if points else 0.0
        rounds = min((self.usable[key, "warm"]["rounds"] for key in kept), default=2)
        return points, math.sqrt(correlation * squares), max(1, rounds - 1)

    def correlation(self, a, b):
        return (sum(side * self.sides(b).get(of_round, 0) for of_round, side in self.sides(a).items())
                / math.sqrt(self.usable[a, "warm"]["rounds"] * self.usable[b, "warm"]["rounds"]))

    @functools.lru_cache(maxsize=None)
    def sides(self, key):
        own, serial = self.run.cells[key, "warm"], self.run.cells.get((serial_of(key), "warm"), {})
        middle, sides = math.log(self.usable[key, "warm"]["speedup"]), {}
        for of_round, visit in own.items():
            if of_round in serial and not visit.disturbed and not serial[of_round].disturbed:
                off = math.log(serial[of_round].ns / visit.ns) - middle
                sides[of_round] = (off > 1e-9) - (off < -1e-9)
        return sides

    def row(self, key, mode):
        of, p = self.usable[key, "warm"], field(key, "workers")
        row = {name: of[name] for name in ("speedup", "speedup_low", "speedup_high", "participation")}
        row["place"], row["efficiency"] = self.place(key), of["speedup"] / p

        def share(speedup):
            if speedup is None or p == 1:
                return None
            return (1 / speedup - 1 / p) / (1 - 1 / p) if mode == "strong" else (p - speedup) / (p - 1)

        row["serial_share"] = share(of["speedup"])
        row["serial_share_low"], row["serial_share_high"] = share(of["speedup_high"]), share(of["speedup_low"])
        same = sorted((field(other, "size"), more) for (other, _), more in self.usable.items() if curve(other) == curve(key)
                      and field(other, "size") > 0)
        row["size_least"] = same[0][0] if same else None
        for percent in (50, 80, 95):
            row[f"size{percent}"] = size_of(same, percent / 100 * p)
        row["ceiling"] = self.ceiling(key, p)
        self.put_batches(key, of, row)
        row.update(self.shares(key, of))
        return row

    def put_batches(self, key, of, row):
        cold = self.rows.get((key, "cold"))
        if cold is None or cold["status"] != "ok":
            return
        s = of["serial_ns"]

        def batches(c, w):
            if c is None or w is None or not s > w:
                return None
            return max(1, math.ceil((c - w) / (s - w)))

        row["pays_after"] = batches(cold["median_ns"], of["median_ns"])
        if of["speedup_low"] is not None:
            row["pays_after_low"] = batches(cold["low_ns"], s / of["speedup_high"])
            row["pays_after_high"] = batches(cold["high_ns"], s / of["speedup_low"])

    def ceiling(self, own, p):
        streams = [(field(key, "size"), row["speedup"]) for (key, _), row in self.usable.items()
                   if field(key, "work") == "stream" and field(key, "workers") == p and field(key, "hosts") == field(own, "hosts")
                   and all(field(key, name) == field(own, name) for name in ("baseline", "python"))]
        return max((speedup for size, speedup in streams if size == max(streams)[0]), default=None)

    def calm(self, key, name):
        return median([getattr(visit, name) for visit in self.run.cells[key, "warm"].values() if not visit.disturbed])

    def handover(self, key, of, p):
        floor = None if of["roundtrip_ns"] is None else of["roundtrip_ns"] * (p - 1)
        smaller = sorted((field(other, "size"), row) for (other, _), row in self.usable.items()
                         if curve(other) == curve(key) and field(other, "size") < field(key, "size")
                         and row["serial_ns"] <= 0.1 * of["serial_ns"])
        if not smaller:
            return floor
        small = smaller[0][1]
        return max(known([floor, small["median_ns"] - small["serial_ns"] / p]))

    def shares(self, key, of):
        p = field(key, "workers")
        whole = p * of["median_ns"]
        loss = whole - of["serial_ns"]
        if not loss > 0:
            return {}
        told = [(visit.steal, visit.whole) for visit in self.run.cells[key, "warm"].values()
                if visit.steal is not None and visit.whole]
        steal = sum(s for s, _ in told) * 1e7 / sum(w * self.run.cpus for _, w in told) * whole if told else None
        serial = self.rows.get((serial_of(key), "warm"))
        serial_cpu = serial["cpu_ns"] if serial and serial["status"] == "ok" else None
        handover, sys_ns, cpu = self.handover(key, of, p), self.calm(key, "sys"), of["cpu_ns"]
        stall = None if None in (cpu, sys_ns, serial_cpu) else cpu - sys_ns - serial_cpu
        idle = None if cpu is None else whole - cpu
        parts = {"handover": None if handover is None else p * handover, "steal": steal, "system": sys_ns, "stall": stall,
                 "idle": idle}
        return {name + "_share": None if part is None else min(1, max(0, part / loss)) for name, part in parts.items()}

    def cause(self, keys, trend, rows):
        beyond = [key for key in keys if field(key, "workers") > 1]
        with_cores = [key for key in beyond if self.place(key) in ROOM]
        key = with_cores[-1] if with_cores else beyond[0]
        row, p = rows[key], field(key, "workers")
        if row["speedup_low"] is not None and row["speedup_low"] / p >= 0.95:
            return "none"
        if not with_cores:
            return "hyperthreads" if row["place"] == "hyperthreads" else "unknown"
        cause = self.cause_of_loss(key, row, p)
        if cause in ("hand-over", "steal"):
            return cause
        if trend in ("constant", "falling"):
            return "serial-part" if trend == "constant" else "slower-jobs"
        return "unknown" if trend == "unknown" and cause in ("idle", "lock") else cause

    def cause_of_loss(self, key, row, p):
        def large(name):
            return row.get(name + "_share") is not None and row[name + "_share"] >= 0.5

        idle, system, switches = row.get("idle_share"), row.get("system_share"), self.calm(key, "switches")
        if row["participation"] is not None and row["participation"] < 0.9:
            return "few-jobs"
        if large("steal"):
            return "steal"
        if large("handover"):
            return "hand-over"
        asleep = None not in (idle, system, switches) and idle + system >= 0.5
        if large("system") or (asleep and switches - 2 * (p + 1) >= field(key, "jobs") / 2):
            return "lock"
        if large("stall"):
            ceiling = row["ceiling"]
            near = ceiling is not None and ceiling < 0.95 * p and row["speedup"] < 1.25 * ceiling
            return "bandwidth" if near else "shared"
        return "idle" if large("idle") else "unknown"


def size_of(points, wanted):
    i = first_of_rest(points, lambda point: point[1]["speedup"] >= wanted)
    if i == len(points):
        return None
    if i == 0:
        return points[0][0]
    (x0, before), (x1, after) = points[i - 1], points[i]
    return log_crossing(x0, before["speedup"], x1, after["speedup"], wanted)


def trend_of(points, shared, freedom):
    points = [(p, math.exp(log), error, log) for p, log, error in points]
    mean = sum(error * error for _, _, error, _ in points) / len(points) if points else 0.0
    own, told = max(0.0, mean - shared * shared), [(p, speedup) for p, speedup, _, _ in points if p > 1]
    if len(told) < 2:
        return "unknown"
    xs = [math.log(p) for p, _ in told]
    ys = [(1 / s - 1 / p) / (1 - 1 / p) for p, s in told]
    levers = [1 / (s * (1 - 1 / p)) for p, s in told]
    weights = [1 / lever ** 2 for lever in levers]
    x_mean = sum(w * x for w, x in zip(weights, xs)) / sum(weights)
    y_mean = sum(w * y for w, y in zip(weights, ys)) / sum(weights)
    spread = sum(w * (x - x_mean) ** 2 for w, x in zip(weights, xs))
    parts = [w * (x - x_mean) / spread for w, x in zip(weights, xs)]
    slope = sum(part * y for part, y in zip(parts, ys))
    error = math.sqrt(own * sum((part * lever) ** 2 for part, lever in zip(parts, levers))
                      + shared ** 2 * sum(part * lever for part, lever in zip(parts, levers)) ** 2)
    if abs(slope) <= error * student(0.995, freedom) or abs(slope) * (max(xs) - min(xs)) < 0.10 * abs(y_mean):
        return "constant"
    return "rising" if slope > 0 else "falling"


# ------------------------------------------------------------------------------- section 9


def laws(run, rows):
    """Rows by (key without the caller, kind of pages)."""
    groups, found = {}, {}
    for (key, temperature), row in rows.items():
        if (temperature == "warm" and row["status"] == "ok" and not is_serial(key)
                and (row.get("overhead_ns_per_job") or 0) > 0):
            groups.setdefault(replaced(key, parent_mib=0, parent_pages=""), []).append((key, row["overhead_ns_per_job"]))
    for name, members in groups.items():
        for pages in {field(key, "parent_pages") for key, _ in members if field(key, "parent_mib") > 0}:
            page = run.host["huge_page_bytes" if pages == "thp" else "page_bytes"]
            points = [(field(key, "parent_mib") * 2 ** 20 / page, y) for key, y in members
                      if field(key, "parent_mib") == 0 or field(key, "parent_pages") == pages]
            if len(points) >= 3:
                found[replaced(name, parent_pages=pages), "warm"] = law_row(points)
    return found


def law_row(points):
    xs, ys, n = [x for x, _ in points], [y for _, y in points], len(points)
    weights = [1 / y ** 2 for y in ys]
    for _ in range(5):
        used = weights
        base, slope = line(xs, ys, used)
        weights = [1 / (base + slope * x) ** 2 if base + slope * x > 0 else w for x, w in zip(xs, weights)]
    x_mean = sum(w * x for w, x in zip(used, xs)) / sum(used)
    spread = sum(w * (x - x_mean) ** 2 for w, x in zip(used, xs))
    scatter = math.sqrt(sum(w * (y - base - slope * x) ** 2 for w, x, y in zip(used, xs, ys)) / (n - 2)) * student(0.975, n - 2)
    base_error, slope_error = scatter * math.sqrt(1 / sum(used) + x_mean ** 2 / spread), scatter / math.sqrt(spread)
    reach = max(xs) - min(xs)
    if reach * (slope - slope_error) > 0.10 * max(0, base):
        verdict = "linear"
        if base < 0:
            square = sum(w * x * x for w, x in zip(weights, xs))
            base, base_error = 0.0, None
            slope = sum(w * x * y for w, x, y in zip(weights, xs, ys)) / square
            rest = sum(w * (y - slope * x) ** 2 for w, x, y in zip(weights, xs, ys))
            slope_error = student(0.975, n - 1) * math.sqrt(rest / (n - 1) / square)
    else:
        verdict = "flat" if reach * (slope + slope_error) < max(0, base) else "noisy"
        logs = [math.log(y) for y in ys]
        mean = sum(logs) / n
        base, slope, slope_error = math.exp(mean), None, None
        base_error = base * student(0.975, n - 1) * math.sqrt(sum((log - mean) ** 2 for log in logs) / (n - 1) / n)
    fitted = [base + (slope or 0) * x for x in xs]
    return {"verdict": verdict, "base_ns": base, "base_error_ns": base_error, "per_page_ns": slope,
            "per_page_error_ns": slope_error, "points": n,
            "worst_residual": max(abs(y / f - 1) for y, f in zip(ys, fitted) if f > 0)}


# ------------------------------------------------------------------------------- the comparison

FITTED = ("rate", "contention", "coherence", "peak", "fit_p", "fitted", "predicted")  # found by a solver that stops


def agrees(name, written, computed):
    if computed is None or isinstance(computed, str):
        return written == (computed or "")
    if written == "":
        return False
    value = float(written)
    off = abs(value - computed)
    # An end that is exp of something large shows the solver's last steps so many times over.
    if name.startswith(FITTED) and off <= 1e-6 * abs(value) * max(1, math.log(abs(value) + 1)) + 1e-9:
        return True
    digit = 10.0 ** (math.floor(math.log10(abs(value))) - 8) if value else 0.0  # the ninth, the last that is written
    return off <= 0.501 * digit + 1e-13


def compare(folder, table, names, computed):
    """The file's rows are found by their key; prints the first differences. Fields compared, fields that differ."""
    path = os.path.join(folder, table)
    fields = differ = 0
    left = dict(computed)
    if not os.path.exists(path):
        rows, columns = [], []
    else:
        with open(path, newline="") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), reader.fieldnames
    problems = []
    for row in rows:
        name = names(row)
        mine = left.pop(name, None)
        if mine is None:
            problems.append(f"{table}: a row too many: {row}")
            continue
        for column in columns:
            if column in KEY and (column != "size" or "axis" not in row) or column in ("temperature", "mode"):
                continue
            fields += 1
            if not agrees(column, row[column], mine.get(column)):
                label = " ".join(str(row[k]) for k in ("work", "size", "jobs", "strategy", "workers", "temperature") if k in row)
                problems.append(f"{table}: {label}: {column} is '{row[column]}', recomputed {mine.get(column)!r}")
    problems += [f"{table}: a row is missing: {name}" for name in left]
    differ = len(problems)
    for problem in problems[:10]:
        print("# " + problem)
    print(f"{folder}/{table}: {len(rows)} rows, {fields} fields, {differ} differ")
    return fields, differ


def check(folder):
    run = Run(folder)
    rows = summarise(run)
    found = crossovers(rows)
    note_main_mode(run, found)
    of_size = KEY

    def along(row):
        key = read_key({**row, "size": f"{float(row['size']):.0f}" if row["axis"] == "jobs" else "0"}, KEY)
        return row["axis"], curve_along(key, row["axis"]), row["temperature"]

    jobs = [
        ("summary.csv", lambda row: (read_key(row, of_size), row["temperature"]), rows),
        ("crossover.csv", along, found),
        ("modes.csv", lambda row: (*along(row), row["mode_ns"]), mode_crossovers(run)),
        ("scaling.csv", lambda row: (read_key(row, of_size), row["mode"]), Scaling(run, rows).table()),
        ("law.csv", lambda row: (read_key({**row, "parent_mib": "0"}, of_size), row["temperature"]), laws(run, rows)),
    ]
    return [compare(folder, *job) for job in jobs]


def main(folders):
    results = [result for folder in folders for result in check(folder)]
    fields, differ = (sum(column) for column in zip(*results))
    print(f"{fields} fields recomputed, {differ} differ")
    return 1 if differ or not fields else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
