#!/usr/bin/env python3
"""Compares what `breakeven advise` predicts with what was measured, and prints the figures of docs/accuracy.md.

usage: accuracy.py BREAKEVEN SITTING...    each holds run/ (a run) and cache/ (the calibration of the same sitting)
       accuracy.py --choices NUMBER SEED   a suite of so many batches at random, on standard output; a sitting may hold its run in choices/
       accuracy.py --regret RUN...         how far each strategy of these runs is behind the best
With --cells FILE behind them, each cell that was asked about is a row of that file, as CSV.
"""
import collections
import csv
import functools
import gzip
import json
import math
import os
import random
import statistics
import subprocess
import sys

# What a user says of these works' jobs (`--contention`).
CONTENTION = {"squares": "compute", "skewed": "compute", "deflate": "compute", "stream": "memory", "mmap": "address-space",
              "malloc": "address-space", "sleep": "none"}
FEW = 6  # samples below which no quantile is told
RIVALS = ("threadpool", "forkteam", "openmp")  # that `auto` is judged by, beside serial


def rows_of(path):
    opened = gzip.open(path + ".gz", "rt") if not os.path.exists(path) else open(path)
    with opened as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text not in ("", None) else math.nan


def skewed_spread(jobs, seed):
    """The longest of skewed's jobs over the mean one: bench/work/skewed.c."""
    mask, costs = (1 << 64) - 1, []
    for _ in range(jobs):
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        costs.append((((z >> 11) + 1) * 2.0**-53) ** (-1 / 1.5))
    return max(costs) * jobs / sum(costs)


class Sitting:
    def __init__(self, program, folder, run="run"):
        self.program, self.folder = program, folder
        run = os.path.join(folder, run)
        with open(os.path.join(run, "host.json")) as file:
            self.seed = json.load(file)["run"]["seed"]
        self.summary = [row for row in rows_of(os.path.join(run, "summary.csv")) if row["status"] == "ok"]
        self.crossovers = [row for row in rows_of(os.path.join(run, "crossover.csv")) if row.get("axis", "size") == "size"]

    @functools.lru_cache(maxsize=None)
    def ask(self, work, jobs, temperature, job_ns, payload="0/0", caller_mib=0):
        """What is predicted of such a batch: the answer, and its ranking by strategy and workers."""
        command = [self.program, "advise", "--json", "--job", "%dns" % max(1, round(job_ns)), "--jobs", str(jobs),
                   "--contention", CONTENTION[work]]
        if temperature == "cold":
            command.append("--cold")
        if work == "skewed":
            command += ["--spread", "%.3fx" % skewed_spread(jobs, self.seed)]
        if payload != "0/0":
            command += ["--payload", payload]
        if caller_mib > 0:
            command += ["--caller-memory", "%dMi" % caller_mib]
        environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(self.folder, "cache"))
        ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if ended.returncode != 0:
            sys.exit("accuracy: %s: exit %d: %s" % (" ".join(command[1:]), ended.returncode, ended.stderr.strip()))
        answer = json.loads(ended.stdout)
        return answer, {(row["strategy"], row["workers"]): row for row in answer["ranking"]}


def about(row):
    """The curve of a row: what is compared between sittings."""
    return row["work"], int(row["jobs"]), row["strategy"], int(row["workers"]), row["temperature"]


def is_own(row):
    return row["work"] in CONTENTION and row["strategy"] not in ("serial", "auto") and not row.get("python")


def crossovers_of(sitting):
    """(curve, predicted, measured) of each curve of which both are known; a number in ns of one job, "always" or "never"."""
    for row in filter(is_own, sitting.crossovers):
        curve = about(row)
        if row["verdict"] not in ("at", "always", "never"):
            continue
        measured = number(row["job_ns"]) if row["verdict"] == "at" else row["verdict"]
        serial_ns = [number(cell["serial_ns"]) / curve[1] for cell in sitting.summary if about(cell) == curve]
        line = sitting.ask(row["work"], curve[1], row["temperature"], 10000)[1].get(curve[2:4])
        pays = line and line.get("pays_from_job_ns")
        if not pays or not serial_ns:
            continue
        predicted = pays if pays == "never" else pays["median"]
        if predicted is None or (predicted != "never" and predicted > max(serial_ns)):
            predicted = "never"
        elif predicted != "never" and predicted <= min(serial_ns):
            predicted = "always"
        yield curve, predicted, measured


def cells_of(sitting):
    """Each cell that was measured and of which something is predicted."""
    ranges = {about(row): row for row in sitting.crossovers}
    for row in filter(is_own, sitting.summary):
        job_ns = number(row["serial_ns"]) / int(row["jobs"])
        if not job_ns >= 1:
            continue
        line = sitting.ask(row["work"], int(row["jobs"]), row["temperature"], job_ns)[1].get((row["strategy"], int(row["workers"])))
        if not line or not line.get("ns") or not line.get("speedup"):
            continue
        crossover = ranges.get(about(row), {})
        low, high, size = number(crossover.get("size_low")), number(crossover.get("size_high")), number(row["size"])
        yield {
            "sitting": sitting.folder, "work": row["work"], "size": row["size"], "jobs": row["jobs"], "strategy": row["strategy"],
            "workers": row["workers"], "temperature": row["temperature"], "job_ns": job_ns,
            "predicted_ns": line["ns"]["median"], "predicted_low_ns": line["ns"]["low"], "predicted_high_ns": line["ns"]["high"],
            "measured_ns": number(row["median_ns"]), "measured_low_ns": number(row["low_ns"]),
            "measured_high_ns": number(row["high_ns"]), "predicted_speedup": line["speedup"]["median"],
            "speedup": number(row["speedup"]), "speedup_low": number(row["speedup_low"]), "speedup_high": number(row["speedup_high"]),
            "in_crossover": int(low <= size <= high),
        }


def batches_of(sitting):
    """The cells of one batch: by strategy and workers, with serial."""
    batches = collections.defaultdict(dict)
    for row in sitting.summary:
        if row["work"] in CONTENTION and not row.get("python"):
            payload = row["payload_in"] + "/" + row["payload_out"]
            batch = row["work"], int(row["size"]), int(row["jobs"]), row["temperature"], payload, int(row["parent_mib"])
            batches[batch][row["strategy"], int(row["workers"])] = row
    return batches


def first_choices_of(sitting):
    """How many times as long as the best the strategy takes that is advised, and as serial; None: no advice is given."""
    for (work, _, jobs, temperature, payload, caller_mib), rows in batches_of(sitting).items():
        speedups = {name: 1.0 if name[0] == "serial" else number(row["speedup"]) for name, row in rows.items() if name[0] != "auto"}
        speedups[("serial", 1)] = 1.0
        speedups = {name: speedup for name, speedup in speedups.items() if speedup > 0}
        serial_ns = next((number(row["serial_ns"]) for row in rows.values()), math.nan)
        if len(speedups) < 2 or not serial_ns / jobs >= 1:
            continue
        advice = sitting.ask(work, jobs, temperature, serial_ns / jobs, payload, caller_mib)[0]["advice"]
        chosen = speedups.get((advice["strategy"], advice["workers"])) if advice["verdict"] != "untold" else None
        yield (max(speedups.values()) / chosen, 1 / chosen) if chosen else None


def regrets_of(summary):
    """By strategy, schedule and temperature: how many times as long as the best it takes, of each batch. In C the best is that of
    serial and RIVALS, in another runtime that of all its strategies."""
    batches = collections.defaultdict(list)
    for row in summary:
        if row["status"] == "ok" and number(row["speedup"]) > 0:
            batches[row["work"], row["size"], row["jobs"], row["temperature"], row.get("python", "")].append(row)
    regrets = collections.defaultdict(list)
    for (_, _, _, temperature, python), rows in batches.items():
        best = max([1.0] + [number(row["speedup"]) for row in rows if python or row["strategy"] in RIVALS])
        for row in rows:
            if row["strategy"] != "serial" and not row["strategy"].endswith("-serial"):
                regrets[row["strategy"], row["schedule"], temperature].append(best / number(row["speedup"]))
    return regrets


# ------------------------------------------------------------------------------- figures


def quantile(values, share):
    values = sorted(values)
    at = (len(values) - 1) * share
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def times(ratio):
    return max(ratio, 1 / ratio)


def print_ratios(what, ratios):
    """Ratios of any direction: the median error, and within how many times 95 % are."""
    if len(ratios) < FEW:
        print("  %-46s %5d  (too few to tell)" % (what, len(ratios)))
        return
    apart = [times(ratio) for ratio in ratios]
    print("  %-46s %5d  median error %5.1f %%, 95 %% within %.2f times" % (
        what, len(ratios), 100 * (statistics.median(apart) - 1), quantile(apart, 0.95)))


def print_share(what, good, all_of_them):
    print("  %-46s %5d  %s" % (what, all_of_them, "%.1f %%" % (100 * good / all_of_them) if all_of_them else "-"))


def tell_crossovers(sittings):
    print("Crossovers, in time of one job:")
    found = collections.defaultdict(list)
    ratios, alike, pairs = collections.defaultdict(list), 0, 0
    for sitting in sittings:
        for curve, predicted, measured in crossovers_of(sitting):
            pairs += 1
            both = not isinstance(predicted, str) and not isinstance(measured, str)
            alike += both or predicted == measured
            if both:
                ratios[curve[4]].append(predicted / measured)
                ratios[curve[0]].append(predicted / measured)
            if not isinstance(measured, str):
                found[curve].append(measured)
    for temperature in ("warm", "cold"):
        print_ratios("predicted against measured, %s" % temperature, ratios[temperature])
    for work in CONTENTION:
        print_ratios("  of them " + work, ratios[work])
    print_share("both have one, or agree that none is there", alike, pairs)
    for temperature in ("warm", "cold"):
        print_ratios("measured twice, %s: two sittings" % temperature, [
            a / b for curve, values in found.items() if curve[4] == temperature
            for i, a in enumerate(values) for b in values[:i]])


def tell_cells(sittings, path):
    cells = [cell for sitting in sittings for cell in cells_of(sitting)]
    if path and cells:
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, list(cells[0]))
            writer.writeheader()
            writer.writerows(cells)
    print("Times of batches:")
    print_ratios("predicted against measured", [cell["predicted_ns"] / cell["measured_ns"] for cell in cells])
    known = [cell for cell in cells if cell["predicted_low_ns"] is not None]
    held = [cell for cell in known if cell["predicted_low_ns"] <= cell["measured_ns"] <= (cell["predicted_high_ns"] or math.inf)]
    print_share("the interval holds the measured median", len(held), len(known))
    if held:
        wide = [(cell["predicted_high_ns"] or math.inf) / max(cell["predicted_low_ns"], 1e-9) for cell in known]
        print("  %-46s        %.2f" % ("  the high end of an interval over its low end", statistics.median(wide)))
    clear = [cell for cell in cells if not cell["in_crossover"] and not cell["speedup_low"] <= 1 <= cell["speedup_high"]]
    right = [cell for cell in clear if (cell["predicted_speedup"] > 1) == (cell["speedup"] > 1)]
    print("Serial or parallel:")
    print_share("right, outside the crossovers' intervals", len(right), len(clear))


def tell_choices(what, sittings):
    told = [choice for sitting in sittings for choice in first_choices_of(sitting)]
    choices = [choice for choice in told if choice]
    print("The first choice of `breakeven advise`%s:" % what)
    print_share("of all batches, with an advice that was measured", len(choices), len(told))
    print_share("at most 5 % slower than the best measured", sum(best <= 1.05 for best, _ in choices), len(choices))
    print_share("not more than 5 % slower than serial", sum(serial <= 1.05 for _, serial in choices), len(choices))


def tell_regrets(summaries, judged):
    """judged(strategy): the regret of that one is told."""
    regrets = collections.defaultdict(list)
    for summary in summaries:
        for key, values in regrets_of(summary).items():
            regrets[key] += values
    for temperature, what in (("warm", "from the third map on"), ("cold", "the first map, with start and end")):
        told = sorted(key for key in regrets if key[2] == temperature and judged(key[0]))
        if not told:
            continue
        print("Time over that of the best of serial, %s, %s:" % (", ".join(RIVALS), what))
        for key in told:
            values = regrets[key]
            print("  %-46s %5d  median %.3f, 95 %% %.3f, worst %.3f" % (
                " ".join(filter(None, key[:2])), len(values), statistics.median(values), quantile(values, 0.95), max(values)))


def print_choices(number, seed):
    """Batches of squares whose size, jobs, payload and caller's memory are drawn at random; each is measured cold and warm."""
    drawn = random.Random(seed)
    print("[suite]\ntitle = batches at random\nstrategies = all\nworkers = all\nschedule = auto\nparent-pages = 4k")
    for i in range(number):
        size = round(10 ** drawn.uniform(1, 6))
        jobs = round(10 ** drawn.uniform(0, min(3, 7.5 - math.log10(size))))
        payload = drawn.choice((0, 0, 1024, 4096, 65536) if jobs < 200 else (0, 0, 1024))
        print("\n[batch %d]\nwork = squares\nsizes = %d\njobs = %d\npayload = %d\nparent-mib = %d" % (
            i + 1, size, jobs, payload, drawn.choice((0, 0, 0, 64, 256))))


def main():
    arguments = sys.argv[1:]
    path = None
    if "--cells" in arguments:
        at = arguments.index("--cells")
        path = arguments[at + 1]
        del arguments[at:at + 2]
    if arguments[:1] == ["--choices"] and len(arguments) == 3:
        print_choices(int(arguments[1]), int(arguments[2]))
        return
    if arguments[:1] == ["--regret"] and len(arguments) > 1:
        tell_regrets([rows_of(os.path.join(run, "summary.csv")) for run in arguments[1:]], lambda strategy: True)
        return
    if len(arguments) < 2:
        sys.exit(__doc__)
    sittings = [Sitting(arguments[0], folder) for folder in arguments[1:]]
    print("%d sitting%s" % (len(sittings), "s"[: len(sittings) != 1]))
    tell_crossovers(sittings)
    tell_cells(sittings, path)
    tell_choices("", sittings)
    random_ones = [Sitting(arguments[0], folder, "choices") for folder in arguments[1:]
                   if os.path.exists(os.path.join(folder, "choices", "host.json"))]
    if random_ones:
        tell_choices(", of batches at random", random_ones)
    tell_regrets([sitting.summary for sitting in sittings], lambda strategy: strategy.startswith("auto"))


if __name__ == "__main__":
    main()
