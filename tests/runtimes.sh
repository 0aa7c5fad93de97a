#!/usr/bin/env bash
# A run in two runtimes (tests/runtimes.py): strategies in C beside serial, others beside py-serial. Reports never mix them, but on
# the axis of a job's time; what they say of C is what they say of it alone.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if ! command -v python3 >/dev/null || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))'; then
    echo '# left out: python3 (3.8 or later) is not installed'
    summary
    exit
fi

# make NAME KIND...: a made-up run as $work/NAME, and its report.
make() {
    python3 -B tests/runtimes.py "$work/$1" "${@:2}"
    ends "report of $1" 0 report "$work/$1" --formats svg
    cp "$work/out" "$work/$1.answer"
}
make both
run=$work/both

# ------------------------------------------------------------------------------- nothing is mixed

sanitized || check 'every field of its tables is recomputed' recomputed "$run"
# alone NAME PYTHON RUN: of the run's rows those of one runtime, as $work/NAME, and their report; without $pictures where these
# are no concern, as they take their time.
pictures=true
alone() {
    mkdir "$work/$1"
    cp "$3/host.json" "$work/$1"
    awk -F, -v python="$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR == 1 || $at["python"] == python' "$3/samples.csv" >"$work/$1/samples.csv"
    $pictures || environment=(PATH=/nonexistent) # without gnuplot a report ends with 4, its tables whole
    ends "report of $1" "$($pictures && echo 0 || echo 4)" report "$work/$1" --formats svg
    environment=()
}
# but_modes TABLE: without what it says of the host's canary, which is of all visits of a run.
but_modes() { awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^mode_/) modes[i] } { for (i in modes) $i = ""; print }' "$1"; }
# same_tables NAME RUN: what tables say of a runtime alone is what they say of it beside others.
same_tables() {
    local table
    for table in summary crossover scaling; do
        check "$table.csv of $1 has nothing that it has not of all" is "$(grep -cvxFf <(but_modes "$2/$table.csv") <(but_modes "$work/$1/$table.csv"))" 0
    done
}
alone c '' "$run"
same_tables c "$run"
check 'so has tables.txt' is "$(grep -cvxFf "$run/tables.txt" "$work/c/tables.txt")" 0
names() { (cd "$1/plots" && find . -name '*.svg' | sort); }
check 'pictures of C are called as they were' is "$(comm -13 <(names "$run") <(names "$work/c"))" ''
check 'of C alone no word of another runtime is said' \
    not grep -qE 'py-|baseline' "$work/c/tables.txt" <(sed 's/<script.*<\/script>//; /<script/,/<\/script>/d; /<style>/,/<\/style>/d; s/dominant-baseline//g' "$work/c/report.html")
# paragraph HEADING: a table and what stands below it, without folds.
paragraph() { awk -v heading="$1" '/^[^ ]/ { inside = index($0, heading) == 1 } inside' "$run/tables.txt" | tr -s ' \n' ' '; }
for jobs in 4 8; do
    check "the table of $jobs jobs in C names nothing of Python" not grep -qE 'py-|joblib' <(paragraph "squares: $jobs jobs")
    check "that of Python nothing of C" not grep -qwE 'fork|forkpool|threadpool' <(paragraph "squares beside py-serial: $jobs jobs")
    check 'it compares with py-serial' holds <(paragraph "squares beside py-serial: $jobs jobs") \
        'py-pool beats py-serial from jobs of .* py-threads does not stay ahead of py-serial here'
    check 'what is fastest, of its own' holds <(paragraph "squares beside py-serial: $jobs jobs") 'At jobs of .*, py-pool is fastest; '
done
check 'serial and py-serial are not ranked, nor is one with the other' is "$(awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["behind"] == 1 { first[$at["python"]]++ }
    $at["strategy"] ~ /serial$/ && ($at["speedup"] != 1 || $at["behind"] != "") { print }
    END { print (first[""] > 0 && first["python3"] > 0) }' "$run/summary.csv")" 1

# ------------------------------------------------------------------------------- what people read

answer=$work/both.answer
check 'the answer: at most 25 lines' [ "$(wc -l <"$answer")" -le 25 ]
check 'in 80 columns' [ "$(grep -v "$work" "$answer" | awk 'length($0) > 80' | wc -l)" -eq 0 ]
check 'C and Python each have a heading' is "$(unfolded "$answer" | grep -oE 'squares[^,]*, [48] jobs' | sort | xargs -d '\n')" \
    'squares beside py-serial, 4 jobs squares beside py-serial, 8 jobs squares, 4 jobs squares, 8 jobs'
check 'its best is of Python' holds <(unfolded "$answer") 'squares beside py-serial, 8 jobs of 3.[0-9]* us to 3[0-9.]* ms: at best 1.9[0-9]* times as fast \(py-pool\)'
check 'that of C is of C' holds <(unfolded "$answer") 'squares, 8 jobs of [0-9.]* ns to [0-9.]* us: at best [0-9.]* times as fast \((threadpool|forkpool)\)'
check 'both are set beside each other' holds <(unfolded "$answer") \
    'py-serial takes 60 times as long as serial; kept open, py-pool pays from [0-9.]* us, threadpool from [0-9]* ns'
# shellcheck disable=SC2016 # backquotes are the page's
check "the page's answer is its own" not grep -qvxFf "$answer" <(sed -n '/^squares beside/,/^```/p' docs/reading-results.md | grep -v '^```')
ends 'explain of a strategy in Python' 0 explain py-pool "$run" --size 100000
check 'its costs are beside py-serial' holds "$work/out" '^  py-serial +[0-9.]+ ms$'
check 'and so is how fast it is' holds "$work/out" 'on an open strategy .* 1\.[0-9]* times as fast as py-serial'
check 'nothing is said of C' not grep -qwE 'threadpool|forkpool' "$work/out"
ends 'explain of what pays nowhere near' 0 explain joblib-loky "$run" --size 100
check 'what is next to nothing is told with digits' holds "$work/out" 'started cold .* 0\.000[0-9]+ times as fast as py-serial'
check 'a baseline is not called as fast as itself' holds <(unfolded "$work/out") 'Of what was measured nothing is faster here than py-serial\.'
refuses 2 "'py-pol' is not a strategy" explain py-pol "$run"
ends 'explain of one in C' 0 explain threadpool "$run" --size 1000
check 'nothing is said of Python' not grep -q 'py-' "$work/out"
environment=(LC_ALL=C COLUMNS=100)
call report "$run" --terminal --formats svg
environment=()
check 'the chart in the terminal has both in one, and blanks where nothing was measured' \
    is "$(sed -nE 's/^  (threadpool|py-pool) +([-=.?]).*/\1/p' "$work/out" | xargs)" 'threadpool py-pool threadpool py-pool'
check 'it says what they are compared with' holds "$work/out" 'serial or py-serial is faster'

# ------------------------------------------------------------------------------- the page, pictures and exports

# block PICTURE: the names of the strategies in its rows.
captions() { sed -nE "s/^captions\[[0-9]+\] = '(.*)'/\1/p" "$run/plots/$1.gp" | sort | xargs; }
all='fork forkpool joblib-loky py-pool py-process py-threads threadpool'
for kind in crossover overhead; do
    check "the picture $kind has all" is "$(captions "squares-8-jobs-$kind")" "$all"
    check "there is no other $kind" test ! -e "$run/plots/squares-py-serial-8-jobs-$kind.gp"
done
check 'pictures along size have one runtime' is "$(captions squares-py-serial-8-jobs-time-size-warm)" 'joblib-loky py-pool py-process py-serial py-threads'
check 'whose baseline looks like serial' holds "$run/plots/squares-py-serial-8-jobs-time-size-warm.gp" "^names = ''\.' '\.'serial'"
check 'the page tells what that is' holds "$run/report.html" '<dt>baseline</dt>'
check 'it has the pictures of both' is "$(grep -c '<figcaption>.*href="plots/squares.*-speedup-size-warm.svg"' "$run/report.html")" 4
check 'none stands without a panel' not grep -q 'id="pictures"' "$run/report.html"
for format in c-header cmake env json; do
    ends "export --format $format" 0 export "$run" --format "$format"
    grep -oE 'BREAKEVEN_[A-Z0-9_]+_VERDICT|"name": "[A-Z0-9_]+"' "$work/out" | sort >"$work/exported"
    check "$format: names are unique" is "$(uniq -d "$work/exported")" ''
    check "$format: there are names" test -s "$work/exported"
    call export "$work/c" --format "$format"
    # The canary is of the whole run.
    check "$format: what it says of C is as before" \
        is "$(grep -vE 'roundtrip_ns|checksum' "$work/out" | grep -cvxFf <("$program" export "$run" --format "$format"))" 0
done
for format in markdown junit google-benchmark benchstat github-action-benchmark bencher; do
    call export "$run" --format "$format"
    check "export --format $format has both runtimes" holds "$work/out" 'strategy=py-pool.*baseline=py-serial.*python=python3'
done

ends 'report --json' 0 report "$run" --json
check 'its rows name their runtime' is "$(python3 -c 'import json, sys
for kind, rows in json.load(sys.stdin).items():
    if kind in ("crossovers", "scaling", "cells"):
        print(kind, *sorted({row.get("baseline", "") + "/" + row.get("python", "") for row in rows}))' <"$work/out" | xargs)" \
    'crossovers / py-serial/python3 scaling / py-serial/python3 cells / py-serial/python3'

# ------------------------------------------------------------------------------- one batch; one runtime; two interpreters

make article article
run=$work/article
check 'of one size, there is a picture of one batch' is "$(captions squares-batch-cold)" \
    'fork, 4 workers forkpool, 2 workers forkpool, 4 workers joblib-loky, 4 workers py-pool, 2 workers py-process, 4 workers py-serial serial'
check 'both baselines are lines across it' is "$(sed -nE "s/^baseline_names\[.*= '(.*)'/\1/p" "$run/plots/squares-batch-cold.gp" | xargs)" 'serial py-serial'
check 'each is told by its own' holds "$run/plots/squares-batch-cold.dat" 'times as fast as py-serial$'
check 'the page shows it' grep -q 'href="plots/squares-batch-cold.svg"' "$run/report.html"

make works works
answer=$work/works.answer
pictures=false
alone c-works '' "$work/works"
alone python-works python3 "$work/works"
same_tables c-works "$work/works"
same_tables python-works "$work/works"
check 'where there are more works than there is room for: at most 25 lines' [ "$(wc -l <"$answer")" -le 25 ]
check 'each is told of in both runtimes' is "$(grep -oE '^[a-z]+( beside py-serial|,)' "$answer" | sort | xargs)" \
    'deflate beside py-serial deflate, sleep beside py-serial sleep, squares beside py-serial squares, stream beside py-serial stream,'
check 'the others in short' holds <(unfolded "$answer") \
    'squares beside py-serial \(60 times as long as serial\): kept open py-pool from [0-9.]* us, cold py-process from [0-9.]* ms; at best'

make empty empty
run=$work/empty
check 'what handing over empty jobs takes is one picture, too' is "$(captions empty-2-jobs-handover)" \
    'fork forkpool joblib-loky py-pool py-pool chunk 1 py-process py-serial py-threads serial threadpool'

make jobs jobs
run=$work/jobs
check 'along jobs the picture of crossovers has both, too' is "$(captions squares-crossover-jobs)" "$all"
check 'and sentences name the baseline' holds <(unfolded "$run/tables.txt") 'squares beside py-serial: 1 to 64 jobs of size 20k'
check 'and set it beside serial' holds <(unfolded "$work/jobs.answer") \
    'py-serial takes 60 times as long as serial; started cold, py-pool pays from [0-9]* jobs, threadpool from [0-9]* jobs'
sanitized || check 'every field of several works and numbers of jobs is recomputed' recomputed "$run" "$work/works"

make python python
check 'where nothing but serial is of C, it has no table' not grep -q '^squares: ' "$work/python/tables.txt"
check 'but is what py-serial is set beside' holds "$work/python/tables.txt" 'py-serial takes 60 times as long as serial\.'
run=$work/python
check 'the picture of crossovers is of Python alone' is "$(captions squares-py-serial-8-jobs-crossover)" 'joblib-loky py-pool py-process py-threads'

call run quick --work squares --sizes 100 --jobs 2 --strategies py-threads --workers 2 --rounds 1 --formats svg --quiet --out "$work/real"
check 'serial alone is no timeline beside what other programs run' test -s "$work/real/samples.csv" -a ! -e "$work/real/trace.csv"

make pythons pythons
run=$work/pythons
check 'two interpreters are two runtimes' is "$(grep -oE '^squares beside py-serial \(python[0-9.]*\): 8' "$run/tables.txt" | xargs)" \
    'squares beside py-serial (python3): 8 squares beside py-serial (python3.13): 8'
check 'each is set beside serial' is "$(grep -oE 'py-serial \(python[0-9.]*\) takes [36]' "$run/tables.txt" | sort -u | xargs)" \
    'py-serial (python3) takes 6 py-serial (python3.13) takes 3'
check 'the picture of crossovers tells them apart' holds "$run/plots/squares-8-jobs-crossover.gp" "'py-pool python3.13'"
call export "$run" --format c-header
check 'so do thresholds' is "$(grep -cE '^#define BREAKEVEN_SQUARES_PY_POOL_W2_WARM_JOBS_8_BASELINE_PY_SERIAL_PYTHON_PYTHON3(_13)? ' "$work/out")" 2
sanitized || check 'every field of two interpreters is recomputed' recomputed "$run"

summary
