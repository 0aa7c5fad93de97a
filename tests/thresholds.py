#!/usr/bin/env python3
"""Recomputes exported thresholds from a run's summary.csv and crossover.csv, by docs/method.md (section 7) alone.

usage: tests/thresholds.py DIR FILE.json...     prints what differs and how many thresholds there were; exit 1 where any does
Nothing here is taken from the program's sources: where the two differ, one of page, program and this file is wrong.
"""

import csv
import json
import math
import os
import sys


def table(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file))


def dimensions(rows, crossovers):
    """The columns that tell cells apart: those of both tables, but for what crossover.csv says of a curve."""
    told = "temperature verdict size size_low size_high job_ns batch_ns axis until until_low until_high".split()
    return [name for name in crossovers[0] if name in rows[0] and name not in told] + ["size"]


def number(text):
    return float(text) if text else math.nan


def points_of(rows, names, crossover, axis):
    """Ascending (place, serial_ns, speedup) of the curve."""
    like = [name for name in names if name != axis]
    return sorted((int(row[axis]), number(row["serial_ns"]), number(row["speedup"])) for row in rows
                  if row["status"] == "ok" and row["temperature"] == crossover["temperature"] and row["speedup"] and row["serial_ns"]
                  and all(row[name] == crossover[name] for name in like if name != "size" or axis == "jobs"))


def lost(speedup, parallel):
    return max(0.0, 1 / speedup - 1 if parallel else speedup - 1)


def costs(points, start, end):
    each = [(lost(speedup, start <= place < end), place) for place, _, speedup in points]
    worst = max(share for share, _ in each)
    return sum(share for share, _ in each) / len(each), worst, next(place for share, place in each if share == worst)


def by_loss(points, at):
    """Where to begin in parallel for the least sum of times."""
    def total(serial):
        return sum(min(ns, ns / speedup) * lost(speedup, i >= serial) for i, (_, ns, speedup) in enumerate(points))
    serial = min(range(len(points) + 1), key=total)
    if serial == len(points):
        return math.inf
    place, _, high = points[serial]
    if serial == 0:
        return place
    below, _, low = points[serial - 1]
    if not below < at <= place:
        at = below * (place / below) ** (-math.log(low) / (math.log(high) - math.log(low)))
    return min(max(math.ceil(at), below + 1), place)


def rule(verdict, objective, points, place, until):
    """(from, until): run in parallel from there to below there. place: the crossover, its low and its high end."""
    at, low, high = place
    if verdict == "always":
        return 0, math.inf
    if verdict not in ("at", "between"):
        return math.inf, math.inf
    if objective == "loss":
        return by_loss(points, at), math.inf
    return math.ceil(high if math.isnan(low) else at), math.ceil(until) if verdict == "between" else math.inf


def same(a, b):
    return a == b or math.isclose(a, b, rel_tol=2e-8, abs_tol=2e-9)


def check(folder, path):
    with open(path) as file:
        told = json.load(file)
    rows, crossovers, differences, checked = table(folder, "summary.csv"), table(folder, "crossover.csv"), [], 0
    names = dimensions(rows, crossovers)
    claims = iter(told["thresholds"])
    for crossover in crossovers:
        axis = crossover.get("axis") or "size"
        points = points_of(rows, names, crossover, axis)
        if len(points) < 2:
            continue
        columns = ("jobs_at", "jobs_low", "jobs_high") if axis == "jobs" else ("size", "size_low", "size_high")
        claim, place = next(claims), [number(crossover[name]) for name in columns]
        wanted = {"work": crossover["work"], "strategy": crossover["strategy"], "verdict": crossover["verdict"], "axis": axis,
                  "least": points[0][0], "most": points[-1][0], "places": len(points)}
        for objective in ("crossover", "loss"):
            start, end = rule(crossover["verdict"], objective, points, place, number(crossover["until"]))
            for name, value in zip(("mean", "worst", "worst_at"), costs(points, start, end)):
                if not same(claim["costs"][objective][name], value):
                    differences.append(f"{claim['name']}: {objective} {name} is {claim['costs'][objective][name]}, recomputed {value}")
            if objective == told["objective"]:
                wanted["threshold"] = None if math.isinf(start) or not math.isinf(end) else start
        differences += [f"{claim['name']}: {name} is {claim[name]}, recomputed {value}" for name, value in wanted.items()
                        if claim[name] != value]
        checked += 1
    differences += [f"{claim['name']}: there is no such curve" for claim in claims]
    return differences, checked


def main(folder, paths):
    differences, checked = [], 0
    for path in paths:
        more, count = check(folder, path)
        differences, checked = differences + more, checked + count
    print("\n".join(differences[:20] + [f"{checked} thresholds, {len(differences)} differences"]))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
