#!/usr/bin/env bash
# docs/method.md suffices: tests/recompute.py, written from that page in another language, comes to every field of every table;
# and the page names every column that is computed.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

page=docs/method.md

# ------------------------------------------------------------------------------- columns

names() { head -n 1 "$1" | tr , '\n'; }
# What the page says of a table, and of the columns that all have.
section() { awk -v title="$1" '/^## / { inside = index($0, title) > 0 || /Keys/ } inside' "$2"; }
# shellcheck disable=SC2016 # backquotes are the page's
untold() { # TABLE PAGE
    section "${1##*/}" "$2" | grep -oE '`[a-z0-9_]+`' | tr -d '`' | sort -u >"$work/told"
    names "$1" | sort -u | comm -23 - "$work/told" | xargs
}
cd tests/golden || exit 1
for table in summary crossover scaling law; do
    check "the page tells how each column of $table.csv is made" is "$(untold "$table.csv" "../../$page")" ''
done
cp ../../results/examples/two-cpus/{modes,crossover,trace}.csv "$work"
check 'the page tells what each column of trace.csv is' is "$(untold "$work/trace.csv" "../../$page")" ''
check 'modes.csv has the columns of crossover.csv' is "$(names "$work/modes.csv")" "$(names "$work/crossover.csv")"
# in_units: "(500 * NS_PER_US)" as "500 us".
in_units() { sed -nE 's/^#define ([A-Z_]+) \(([0-9]+) \* NS_PER_([MU])S\)$/\1 \2 \3s/p' ../../bench/visit/cell.c | sed "s/Ms$/ms/; s/Us$/us/"; }
in_units >"$work/units"
check 'there are bounds of how a visit is timed' test "$(wc -l <"$work/units")" -ge 5
while read -r name amount unit; do
    check "the page tells $name, $amount $unit" grep -q "$amount $unit" <(section 'What a row' "../../$page")
done <"$work/units"
sed -nE 's/^ *STAGE\([A-Z_]+, "([a-z_]+)".*/\1/p' ../../bench/data/stages.h | sort >"$work/stages"
check 'there are stages of a run' test "$(wc -l <"$work/stages")" -ge 10
# shellcheck disable=SC2016 # backquotes are the page's
section 'Where the time' "../../$page" | grep -oE '`[a-z_]+`' | tr -d '`' | sort -u >"$work/told"
check 'the page tells what each of them is' is "$(comm -23 "$work/stages" "$work/told" | xargs)" ''
most=$(grep -oE 'STEER_MOST_ROUNDS = [0-9]+' ../../bench/run/steer.h | grep -oE '[0-9]+')
check "the page tells the most visits of a cell, $most" grep -q "at most $most visits" "../../$page"
sed 's/.p90_ns.//' "../../$page" >"$work/less.md"
check 'a column that the page lacks is noticed' is "$(untold summary.csv "$work/less.md")" p90_ns
cd ../..

# ------------------------------------------------------------------------------- numbers

if ! command -v python3 >/dev/null || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))'; then
    echo '# left out: python3 (3.8 or later) is not installed'
    summary
    exit
fi

# Pictures are no concern here: without gnuplot a report ends with 4, its tables whole.
report() {
    environment=(PATH=/nonexistent)
    call report "$1"
    environment=()
    check "$2: there are tables" test -s "$1/summary.csv" -a -s "$1/crossover.csv"
    sanitized && return # which has an eye on the program alone
    check "$2: every field is recomputed" recomputed "$1"
    echo "# $(tail -n 1 "$work/said")"
}

for seed in 1 2 12; do
    python3 -B tests/worlds.py "$seed" "$work/made-$seed"
    report "$work/made-$seed" "a made-up machine, $seed"
done
check 'there were laws of scaling' grep -q ',usl,' "$work/made-2/scaling.csv"
check 'there were modes' test -s "$work/made-2/modes.csv"

mkdir "$work/example"
cp results/examples/two-cpus-peers/{samples.csv.gz,host.json} "$work/example"
report "$work/example" 'an example of the repository, packed'

tiny "$work/run" --rounds 7 --jobs 4w --workers 1,2 --timeout 2s
report "$work/run" 'a run'
call run quick --formats svg --sizes 100,5e6 --work sleep --jobs 2 --strategies fork,threadpool --workers 2 --rounds 6 --job-timeout 1ms \
    --quiet --out "$work/wrong"
check 'visits go wrong' grep -q ',timed_out,' "$work/wrong/samples.csv"
report "$work/wrong" 'a run in which visits go wrong'
rows=$(($(wc -l <"$work/run/samples.csv") / 2))
mkdir "$work/half"
head -n "$rows" "$work/run/samples.csv" >"$work/half/samples.csv"
sed 's/"samples": [0-9]*/"samples": null/' "$work/run/host.json" >"$work/half/host.json"
tiny "$work/half" --rounds 7 --jobs 4w --workers 1,2 --timeout 2s --resume
check 'a run is gone on with' test "$(wc -l <"$work/half/samples.csv")" -gt "$rows"
report "$work/half" 'a run that was gone on with'

# The example of the page is true: what stands in its table, as samples, gives the numbers that are told of it.
mkdir "$work/page"
echo '{"cpus": {"usable": 2}}' >"$work/page/host.json"
awk -F '|' -v OFS=, 'NR == FNR { if (FNR == 1) { print; count = split($0, names, ",") } next }
    function row(strategy, workers, temperature, reading, ns, trip,    i, line) {
        value["round"] = $2 + 0; value["work"] = "squares"; value["size"] = 100000; value["jobs"] = 8
        value["strategy"] = strategy; value["workers"] = workers; value["temperature"] = temperature
        value["reading"] = reading; value["maps"] = 1; value["ns_per_map"] = ns; value["roundtrip_ns"] = trip + 0
        value["status"] = "ok"
        for (i = 1; i <= count; i++) line = line (i > 1 ? "," : "") ((names[i] in value) ? value[names[i]] : zero[names[i]])
        print line
    }
    function visit(strategy, workers, readings, trip,    i, n, ns) {
        row(strategy, workers, "cold", 0, 1000000, trip)
        n = split(readings, ns, ",")
        for (i = 1; i <= n; i++) row(strategy, workers, "warm", i - 1, ns[i] + 0, trip)
    }
    BEGIN { split("parent_mib payload_in payload_out idle_ns neighbours", z, " "); for (i in z) zero[z[i]] = 0 }
    /^\| [0-9]+ \| [0-9]+, / { visit("forkpool", 2, $3, $4); visit("serial", 1, $5, $6) }' \
    tests/golden/samples.csv "$page" >"$work/page/samples.csv"
report "$work/page" "the page's example"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $at["strategy"] == "forkpool" && $at["temperature"] == "warm" {
        split("median_ns speedup speedup_low speedup_high overhead_ns_per_job", names, " ")
        for (i = 1; i in names; i++) printf "%s%.6g", (i > 1 ? " " : ""), $at[names[i]]
        print "" }' "$work/page/summary.csv" >"$work/numbers"
check 'its numbers' is "$(cat "$work/numbers")" '271894 1.80397 1.49483 1.97735 3409.41'
read -ra numbers <"$work/numbers"
for number in "${numbers[@]}"; do check "the page tells $number" holds "$page" "[ \`]$number"; done

# The comparison is one: a digit that is another is told.
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR == 2 { $at["median_ns"] *= 1.00001 } { print }' "$work/run/summary.csv" >"$work/changed"
cp "$work/changed" "$work/run/summary.csv"
check 'a field that is another is told' not recomputed "$work/run"
check 'by its name' holds "$work/said" 'median_ns is .*, recomputed'

summary
