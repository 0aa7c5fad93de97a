#!/usr/bin/env python3
"""Compares what `breakeven advise` predicts with what was measured, and prints the figures of docs/accuracy.md.

usage: accuracy.py BREAKEVEN SITTING...    each holds run/ (a run) and cache/ (the calibration of the same sitting)
       accuracy.py --choices NUMBER SEED   a suite of so many batches at random, on standard output; a sitting may hold its run in choices/
       accuracy.py --regret RUN...         how far each strategy of these runs is behind the best, and `auto` behind that of other rounds
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
import tempfile

# The works; what a user must say of one's jobs where their counters do not show it (`--contention`).
CONTENTION = {"squares": None, "skewed": None, "stream": "memory", "mmap": None, "sleep": "none", "deflate": None, "malloc": None}
# What `advise` concludes from a job that it times: bench/analyse/model/job_facts.c.
KERNEL_SHARE, FAULT_NS, FAULT_EVERY_NS = 0.05, 500, 20e3
FEW = 6  # samples below which no quantile is told
NARROW = 4  # a crossover is compared where its interval's high end is at most so many times the low one
CLOSE = 1.05  # what is slower by no more is as good
LEAST_ROUNDS = 2  # of a part of the rounds that chooses or judges
SERIAL = ("serial", 1)
AUTO = ("auto", "auto-processes")  # which decide by themselves
RIVALS = ("threadpool", "forkteam", "openmp")  # that `auto` is judged by, beside serial
LONG_NS = 20e3  # a batch that takes serial so long is not a tiny one


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


def is_timed(row):
    return row["status"] == "ok" and row["temperature"] == "warm"


def contention_of(work, rows):
    """What `advise` finds out about a job of which these are serial's readings, as --contention takes it."""
    if CONTENTION[work] is not None:
        return CONTENTION[work]
    user_ns, sys_ns, faults = (sum(number(row[name]) for row in rows) for name in ("user_ns", "sys_ns", "minflt"))
    cpu_ns, kernel_ns = user_ns + sys_ns, max(sys_ns, faults * FAULT_NS)
    if faults * FAULT_NS > KERNEL_SHARE * cpu_ns or (sys_ns > KERNEL_SHARE * cpu_ns and faults * FAULT_EVERY_NS > cpu_ns):
        return "address-space:%.2f" % min(1, kernel_ns / cpu_ns)
    return "compute"


def visits_of(samples, works=CONTENTION):
    """The time of each visit that counts, by batch, strategy with workers, and round: docs/method.md, section 2."""
    readings = collections.defaultdict(list)
    for row in samples:
        if row["status"] == "ok" and row["work"] in works and not row.get("python") and row["disturbed"] != "1":
            readings[batch_of(row), (row["strategy"], int(row["workers"])), int(row["round"])].append(number(row["ns_per_map"]))
    visits = collections.defaultdict(lambda: collections.defaultdict(dict))
    for (batch, name, at), values in readings.items():
        visits[batch][name][at] = statistics.median(values)
    return visits


def batch_of(row):
    payload = row["payload_in"] + "/" + row["payload_out"]
    return row["work"], int(row["size"]), int(row["jobs"]), row["temperature"], payload, int(row["parent_mib"])


class Sitting:
    def __init__(self, program, folder, run="run"):
        self.program, self.folder = program, os.path.abspath(folder)  # of the cache: XDG_CACHE_HOME must be absolute
        run = os.path.join(folder, run)
        samples = rows_of(os.path.join(run, "samples.csv"))
        self.visits = visits_of(samples)
        serial = collections.defaultdict(list)
        for row in samples:
            if row["strategy"] == "serial" and is_timed(row) and row["work"] in CONTENTION:
                serial[row["work"], int(row["size"]), int(row["jobs"])].append(row)
        self.contention = {batch: contention_of(batch[0], rows) for batch, rows in serial.items()}
        with open(os.path.join(run, "host.json")) as file:
            self.seed = json.load(file)["run"]["seed"]
        self.summary = [row for row in rows_of(os.path.join(run, "summary.csv")) if row["status"] == "ok"]
        self.crossovers = [row for row in rows_of(os.path.join(run, "crossover.csv")) if row.get("axis", "size") == "size"]

    @functools.lru_cache(maxsize=None)
    def ask(self, work, jobs, temperature, job_ns, contention, payload="0/0", caller_mib=0):
        """What is predicted of such a batch: the answer, and its ranking by strategy and workers."""
        command = [self.program, "advise", "--json", "--job", "%dns" % max(1, round(job_ns)), "--jobs", str(jobs),
                   "--contention", contention]
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


def measured_of(sitting):
    """(curve, measured) of each: the time of one job as (at, low, high) in ns where it is known well enough, "always" or "never"."""
    for row in filter(is_own, sitting.crossovers):
        if row["verdict"] in ("always", "never"):
            yield about(row), row["verdict"]
        at, low, high = (number(row[name]) for name in ("size", "size_low", "size_high"))
        if row["verdict"] == "at" and high <= NARROW * low:
            ns = number(row["job_ns"])  # sizes are nearly proportional to times so near to each other
            yield about(row), (ns, ns * low / at, ns * high / at)


def predicted_of(sitting, curve):
    """From which time of one job on it pays, in ns; or "always" or "never" within the sizes that were measured."""
    cells = [cell for cell in sitting.summary if about(cell) == curve]
    serial_ns = [number(cell["serial_ns"]) / curve[1] for cell in cells]
    kinds = [sitting.contention.get((curve[0], size, curve[1])) for size in sorted(int(cell["size"]) for cell in cells)]
    kind = kinds[len(kinds) // 2] if kinds else None  # which part of a job contends hangs on its size: that of the middle one
    if not serial_ns or kind is None:
        return None
    line = sitting.ask(curve[0], curve[1], curve[4], 10000, kind)[1].get(curve[2:4])
    pays = line and line.get("pays_from_job_ns")
    if not pays:
        return None
    predicted = pays if pays == "never" else pays["median"]
    if predicted is None or (predicted != "never" and predicted > max(serial_ns)):
        return "never"
    return "always" if predicted != "never" and predicted <= min(serial_ns) else predicted


def cells_of(sitting):
    """Each cell that was measured and of which something is predicted."""
    ranges = {about(row): row for row in sitting.crossovers}
    for row in filter(is_own, sitting.summary):
        job_ns = number(row["serial_ns"]) / int(row["jobs"])
        if not job_ns >= 1:
            continue
        contention = sitting.contention.get((row["work"], int(row["size"]), int(row["jobs"])))
        if contention is None:
            continue
        line = sitting.ask(row["work"], int(row["jobs"]), row["temperature"], job_ns,
                           contention)[1].get((row["strategy"], int(row["workers"])))
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
            batches[batch_of(row)][row["strategy"], int(row["workers"])] = row
    return batches


def paired(one, other, part, parts):
    """The median of how many times as long one takes as the other in the rounds of that part that both have; None: too few."""
    ratios = [one[at] / other[at] for at in one.keys() & other.keys() if at % parts == part]
    return statistics.median(ratios) if len(ratios) >= LEAST_ROUNDS else None


def best_of(visits, part, parts):
    """The fastest in these rounds, by times over serial's; None: too few."""
    over_serial = {name: paired(times, visits[SERIAL], part, parts) for name, times in visits.items()}
    over_serial = {name: ratio for name, ratio in over_serial.items() if ratio}
    return min(over_serial, key=over_serial.get) if over_serial else None


def fair_ratio(visits, chosen, rivals=None):
    """How many times as long the chosen one takes as the best, where half of the rounds find the best and the other half judge,
    both ways. The fastest of many medians owes part of its place to luck, which the other rounds do not share."""
    logs = []
    for half in (0, 1):
        best = best_of(rivals or visits, half, 2)
        ratio = best and paired(visits[chosen], visits[best], 1 - half, 2)
        if not ratio:
            return None
        logs.append(math.log(ratio))
    return math.exp(sum(logs) / 2)


def measured_ratios(visits):
    """The same of who measures and takes the best of a third of the rounds: another third finds the best, the last one judges."""
    for chooser in range(3):
        one, other = best_of(visits, chooser, 3), best_of(visits, (chooser + 1) % 3, 3)
        ratio = one and other and paired(visits[one], visits[other], (chooser + 2) % 3, 3)
        if ratio:
            yield ratio


def first_choices_of(sitting):
    """Of each batch how many times as long as the best the strategy takes that is advised, as serial, and as the best that other
    rounds found; and the same as the last of those that measuring chooses. None: no advice is given."""
    for batch, rows in batches_of(sitting).items():
        work, size, jobs, temperature, payload, caller_mib = batch
        speedups = {name: 1.0 if name[0] == "serial" else number(row["speedup"]) for name, row in rows.items() if name[0] not in AUTO}
        speedups[SERIAL] = 1.0
        speedups = {name: speedup for name, speedup in speedups.items() if speedup > 0}
        serial_ns = next((number(row["serial_ns"]) for row in rows.values()), math.nan)
        contention = sitting.contention.get((work, size, jobs))
        if len(speedups) < 2 or not serial_ns / jobs >= 1 or contention is None:
            continue
        advice = sitting.ask(work, jobs, temperature, serial_ns / jobs, contention, payload, caller_mib)[0]["advice"]
        name = advice["strategy"], advice["workers"]
        chosen = speedups.get(name) if advice["verdict"] != "untold" else None
        visits = {other: times for other, times in sitting.visits[batch].items() if other in speedups}
        judged = name in visits and SERIAL in visits
        yield (max(speedups.values()) / chosen, 1 / chosen, fair_ratio(visits, name) if judged else None,
               list(measured_ratios(visits)) if judged else []) if chosen else None


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


def fair_regrets_of(samples):
    """The same of `auto` alone, by strategy and temperature, against the best of other rounds: of each batch whether it is a tiny one,
    how many times as long as that it takes, and how many times as long as serial."""
    regrets = collections.defaultdict(list)
    for batch, visits in visits_of(samples, {row["work"] for row in samples}).items():
        rivals = {name: times for name, times in visits.items() if name == SERIAL or name[0] in RIVALS}
        for name in visits:
            if name[0] not in AUTO or SERIAL not in visits:
                continue
            ratio = fair_ratio(visits, name, rivals)
            serial = paired(visits[name], visits[SERIAL], 0, 1)
            if ratio and serial:
                regrets[name[0], batch[3]].append((statistics.median(visits[SERIAL].values()) < LONG_NS, ratio, serial))
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


def print_pairs(what, pairs):
    """Crossovers that were measured twice, or predicted and measured: how far apart, and how wide the measured ones are."""
    print_ratios(what, [a / b[0] for a, b in pairs])


def tell_crossovers(sittings, together):
    """Each prediction is compared with what its own sitting measured, and with what all of them together did."""
    print("Crossovers, in time of one job:")
    found, own, joint, alike, told = collections.defaultdict(list), [], [], 0, 0
    pooled = dict(measured_of(together)) if together else {}
    for sitting in sittings:
        measured = dict(measured_of(sitting))
        for curve in measured.keys() | pooled.keys():
            predicted = predicted_of(sitting, curve)
            for place, pairs in ((measured.get(curve), own), (pooled.get(curve), joint)):
                if predicted is None or place is None:
                    continue
                both = not isinstance(predicted, str) and not isinstance(place, str)
                if both:
                    pairs.append((curve, predicted, place))
                if pairs is own:
                    told += 1
                    alike += both or predicted == place
        for curve, place in measured.items():
            if not isinstance(place, str):
                found[curve].append(place)
    for what, pairs in (("predicted against measured", own), ("predicted against all sittings together", joint)):
        for temperature in ("warm", "cold"):
            print_pairs("%s, %s" % (what, temperature), [pair[1:] for pair in pairs if pair[0][4] == temperature])
        for work in CONTENTION:
            print_pairs("  of them " + work, [pair[1:] for pair in pairs if pair[0][0] == work])
        if len(pairs) >= FEW:
            print("  %-46s        %.2f" % ("  a measured interval's high end over its low end",
                                         statistics.median(place[2] / place[1] for _, _, place in pairs)))
    print_share("both have one, or agree that none is there", alike, told)
    for temperature in ("warm", "cold"):
        print_ratios("measured twice, %s: two sittings" % temperature, [
            a[0] / b[0] for curve, values in found.items() if curve[4] == temperature
            for i, a in enumerate(values) for b in values[:i]])
        print_pairs("measured, %s: one sitting and all together" % temperature, [
            (a[0], pooled[curve]) for curve, values in found.items() if curve[4] == temperature
            for a in values if not isinstance(pooled.get(curve, ""), str)])


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
    ranged = [cell for cell in known if cell["measured_low_ns"] > 0]
    print_share("  or some of the measured interval", sum(
        cell["predicted_low_ns"] <= cell["measured_high_ns"] and cell["measured_low_ns"] <= (cell["predicted_high_ns"] or math.inf)
        for cell in ranged), len(ranged))
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
    print_share("at most 5 % slower than the luckiest median", sum(best <= CLOSE for best, _, _, _ in choices), len(choices))
    fair = [ratio for _, _, ratio, _ in choices if ratio]
    tried = [ratio for choice in choices for ratio in choice[3]]
    print_share("at most 5 % slower than the best of other rounds", sum(ratio <= CLOSE for ratio in fair), len(fair))
    print_ratios("  times as long as that one", fair)
    print_share("  by measuring a third of the rounds it would be", sum(ratio <= CLOSE for ratio in tried), len(tried))
    print_share("not more than 5 % slower than serial", sum(serial <= CLOSE for _, serial, _, _ in choices), len(choices))


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
            print_regret(" ".join(filter(None, key[:2])), values)


def print_regret(what, ratios):
    print("  %-46s %5d  median %.3f, 95 %% %.3f, worst %.3f" % (
        what, len(ratios), statistics.median(ratios), quantile(ratios, 0.95), max(ratios)))


def tell_fair_regrets(all_samples):
    """Of how many runs' samples; nothing where `auto` was not measured."""
    regrets = collections.defaultdict(list)
    for samples in all_samples:
        for key, values in fair_regrets_of(samples).items():
            regrets[key] += values
    for temperature, what in (("warm", "from the third map on"), ("cold", "the first map, with start and end")):
        if any(key[1] == temperature for key in regrets):
            print("Time over that of the best of other rounds, %s:" % what)
        for name in AUTO:
            told = regrets.get((name, temperature), [])
            for of_long, whom in ((False, name), (True, name + ", where serial takes 20 us or more")):
                some = [(ratio, serial) for tiny, ratio, serial in told if not (of_long and tiny)]
                if not some:
                    continue
                print_regret(whom, [ratio for ratio, _ in some])
                print_share("  not more than 5 % slower than serial", sum(serial <= CLOSE for _, serial in some), len(some))


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


def write_together(out, runs):
    """One run of the rounds of several, each sitting's behind those of the one before."""
    os.mkdir(out)
    with open(os.path.join(runs[0], "host.json")) as file:
        host = json.load(file)
    after, writer, host["run"]["samples"] = 0, None, 0
    with open(os.path.join(out, "samples.csv"), "w", newline="") as file:
        for run in runs:
            rows = rows_of(os.path.join(run, "samples.csv"))
            writer = writer or csv.DictWriter(file, list(rows[0]))
            if after == 0:
                writer.writeheader()
            for row in rows:
                row["round"] = int(row["round"]) + after
            writer.writerows(rows)
            after = max(row["round"] for row in rows)
            host["run"]["samples"] += len(rows)
    with open(os.path.join(out, "host.json"), "w") as file:
        json.dump(host, file)


def all_together(program, sittings, folder):
    """What `breakeven report` makes of all sittings as one run, whose intervals hold how far sittings are apart."""
    run = os.path.join(folder, "run")
    write_together(run, [os.path.join(sitting.folder, "run") for sitting in sittings])
    subprocess.run([program, "report", run, "--quiet", "--formats", "svg"], check=True)
    return Sitting(program, folder)


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
        tell_fair_regrets(rows_of(os.path.join(run, "samples.csv")) for run in arguments[1:])
        return
    if len(arguments) < 2:
        sys.exit(__doc__)
    sittings = [Sitting(arguments[0], folder) for folder in arguments[1:]]
    print("%d sitting%s" % (len(sittings), "s"[: len(sittings) != 1]))
    with tempfile.TemporaryDirectory() as folder:
        tell_crossovers(sittings, all_together(arguments[0], sittings, folder) if len(sittings) > 1 else None)
    tell_cells(sittings, path)
    tell_choices("", sittings)
    random_ones = [Sitting(arguments[0], folder, "choices") for folder in arguments[1:]
                   if os.path.exists(os.path.join(folder, "choices", "host.json"))]
    if random_ones:
        tell_choices(", of batches at random", random_ones)
    tell_regrets([sitting.summary for sitting in sittings], lambda strategy: strategy.startswith("auto"))


if __name__ == "__main__":
    main()
