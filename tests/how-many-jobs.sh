#!/usr/bin/env bash
# How many jobs does it take? Runs of one size and several numbers of jobs, from the command line to every report.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

run=$work/run
ends 'a run along jobs' 0 run quick --work squares --sizes 3e4 --jobs 1..64:x2 --strategies threadpool,fork --workers 2 \
    --rounds 6 --formats svg --quiet --out "$run"
along() { awk -F, -v axis="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["axis"] == axis { print '"$2"' }' "$run/crossover.csv"; }
numbers() { column "$1/samples.csv" jobs | sort -un; }
# shellcheck disable=SC2016 # awk's
check 'each strategy has a row along jobs, cold and warm' \
    is "$(along jobs '$at["strategy"] " " $at["temperature"]' | sort | xargs)" 'fork cold fork warm threadpool cold threadpool warm'
# shellcheck disable=SC2016
check 'these have the size of the jobs, and no number of them' is "$(along jobs '$at["jobs"] " " $at["size"]' | sort -u)" '0 30000'
check 'all numbers that were asked for were measured' is "$(numbers "$run" | xargs)" '1 2 4 8 16 32 64'
# shellcheck disable=SC2016
check 'a crossover is a whole number' is "$(along jobs '$at["jobs_at"] $at["jobs_low"] $at["jobs_high"]' | grep -c '[.e-]')" 0
whole_sentences "$run" >"$work/sentences"
check 'the tables tell it, started cold first' holds "$work/sentences" '^  started cold, threadpool '
check 'and kept open' holds "$work/sentences" 'kept open, it '
check 'a table by itself has the largest batch alone' is "$(grep -cE '^squares: [0-9]+ jobs? of size' "$run/tables.txt")" 1
check 'the page is called by the suite that was named' holds "$run/report.html" '<title>breakeven: quick on '
check 'its title is what was measured of it' holds "$run/host.json" '"title": "squares",'
check 'the page asks for it' grep -q '<h1>From how many jobs does running in parallel pay?</h1>' "$run/report.html"
check 'it has a table of them' grep -q 'id="jobs-table"' "$run/report.html"
check 'none of sizes' not grep -q 'id="crossover-table"' "$run/report.html"
if command -v gnuplot >/dev/null; then
    check 'one picture tells what handing over costs' is "$(find "$run/plots" -name '*-overhead.svg' | wc -l)" 1
    for picture in crossover-jobs speedup-jobs-cold speedup-jobs-warm; do
        check "there is a picture $picture" test -s "$run/plots/squares-$picture.svg"
        check "the page shows $picture" grep -q "plots/squares-$picture.svg" "$run/report.html"
    done
fi

cp "$run/crossover.csv" "$work/before.csv"
environment=(PATH=/nonexistent) # without pictures
call report "$run"
check 'the answer asks for it' holds "$work/out" '^What pays from how many jobs on, [0-9]+ CPU'
check 'it tells of all jobs at once' holds "$work/out" '^squares, 1 to 64 jobs of '
check 'what starts cold stands first' holds "$work/out" '^  strategy +started cold \(workers\) +kept open'
check 'a report finds the same again' cmp "$run/crossover.csv" "$work/before.csv"
call report "$run" --json
check 'JSON has the axis' is "$(grep -c '"axis": "jobs"' "$work/out")" 4
call report "$run" --terminal
check 'the chart is along jobs' holds "$work/out" '^squares: from how many jobs does it pay\? jobs of size 30k, 2 workers'
check 'and says so' holds "$work/out" '^By the number of jobs:'
call explain threadpool "$run"
check 'explain tells it, too' holds "$work/out" '^  started cold, threadpool '
call explain threadpool "$run" --size 7
check 'of that size alone' not grep -q 'started cold, threadpool' "$work/out"
environment=()
call compare "$run" "$run"
check 'a comparison of it with itself finds nothing' no_worse

# Where visits go within a budget is a matter of chance; that numbers of jobs are added, and no sizes, is not.
call run quick --work squares --sizes 3e4 --jobs 1..64:x2 --strategies threadpool --workers 2 --budget 3s --formats svg --quiet \
    --out "$work/steered"
check 'a steered run along jobs' is "$status" 0
check 'no size is added' is "$(column "$work/steered/samples.csv" size | sort -u)" 30000
check 'numbers of jobs lie between those that were asked for' test "$(numbers "$work/steered" | tail -n 1)" -le 64

# Two sizes: a curve along jobs for each; pictures and tables tell them apart.
ends 'two sizes and three numbers of jobs' 0 run quick --work squares --sizes 1e2,1e3 --jobs 1,2,4 --strategies fork --workers 2 \
    --rounds 6 --formats svg --quiet --out "$work/both"
run=$work/both
# shellcheck disable=SC2016
check 'rows along both' is "$(along jobs '$at["size"]' | sort -un | xargs) $(along size '$at["jobs"]' | sort -un | xargs)" '100 1000 1 2 4'
check 'a table for each size' is "$(grep -oE '^squares: 1 to 4 jobs of size [0-9k]+' "$work/both/tables.txt" | sed 's/.* //' | xargs)" '100 1k'
if command -v gnuplot >/dev/null; then
    check 'a picture for each size' test -s "$work/both/plots/squares-size-1000-speedup-jobs-cold.svg"
fi
environment=(PATH=/nonexistent)
call report "$work/both"
check 'the answer asks for both' holds "$work/out" '^What pays from which or how many jobs on, .* CPUs?:$'

summary
