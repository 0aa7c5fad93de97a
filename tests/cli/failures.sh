#!/usr/bin/env bash
# What cannot be measured or written, and who is interrupted.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- what cannot be measured

refuses 4 '--workers: 1000000 .* than the [0-9]+ that ' run quick --workers 1000000 --out "$work/refused"
refuses 4 '--workers: 1000000 .* than the [0-9]+ that ' trace --workers 1000000
refuses 4 '--workers: 1000000 .* than the [0-9]+ that ' floors --workers 1000000
check 'too many workers make no folder' not test -e "$work/refused"
: >"$work/file"
refuses 4 "--out: .*$work/file" run quick --rounds 1 --out "$work/file/below"
refuses 4 "--out: .*$work/file" run quick --rounds 1 --out "$work/file"
refuses 4 '--out: .*/proc/nope' run quick --rounds 1 --out /proc/nope
if [ "$(id -u)" -ne 0 ]; then
    mkdir -m 555 "$work/read-only"
    refuses 4 '--out: .*read-only' run quick --rounds 1 --out "$work/read-only"
fi
mkdir -p "$work/taken/summary.csv"
tiny "$work/taken" --rounds 1
check 'a summary.csv that cannot be written: exit 4' is "$status" 4
check 'a summary.csv that cannot be written: one line names it' one_error_line 'taken/summary.csv'

late_cells() {
    # One second each of preparing, then two for a visit that may take less than two.
    call run quick --formats svg --work sleep --sizes 1,1G --jobs 1 --strategies threads --workers 1 --rounds 2 \
        --timeout 1700ms --out "$work/late" --quiet
    check 'a run in which cells time out: exit 1' is "$status" 1
    check 'it says so in one line' one_error_line 'given up'
    check 'each late cell has one row' is "$(column "$work/late/samples.csv" status | grep -c timed_out)" 2
    check 'a row that timed out has no time' \
        is "$(awk -F, '/timed_out/ { print $13 $14 $15 }' "$work/late/samples.csv" | sort -u)" ''
    call run quick --formats svg --work sleep --sizes 1,1G --jobs 1 --strategies threads --workers 1 --rounds 2 \
        --timeout 1700ms --out "$work/late" --quiet --resume
    check 'resuming a run in which cells timed out: exit 1 again' is "$status" 1
    check 'the other size went on' \
        is "$(awk -F, '$3 == 1 && /,ok,/ { print $1 }' "$work/late/samples.csv" | sort -u | xargs)" '1 2'
    check 'summary.csv has the status too' is "$(column "$work/late/summary.csv" status | grep -c timed_out)" 2
}
nothing_measured() {
    call run quick --formats svg --work sleep --sizes 5G --jobs 1 --strategies threads --rounds 1 --timeout 200ms \
        --out "$work/none" --quiet
    check 'a run in which nothing is measured: exit 3' is "$status" 3
    check 'it says so in one line' one_error_line 'nothing could be measured'
}
# These wait, beside what follows.
aside late_cells
aside nothing_measured

# ------------------------------------------------------------------------------- interrupted

visits_of() { pgrep -P "$1" -f "visit $2" >"$work/visits"; }
gone() { ! pgrep -g "$1" >/dev/null; }

printf '[squares]\nsizes = 100\n[sleep]\nsizes = 20G\n[suite]\njobs = 1\nstrategies = threads\nworkers = 1\n' >"$work/my.ini"
"$program" run "$work/my.ini" --rounds 2 --formats svg --out "$work/stopped" --quiet >"$work/out" 2>"$work/err" &
run=$!
check 'a long visit is under way' until_true 20 visits_of "$run" sleep
visit=$(head -n 1 "$work/visits")
kill -INT "$run"
wait "$run"
check 'SIGINT: exit 130' is "$?" 130
check 'SIGINT: one line says that the rows are kept' one_error_line 'interrupted.* kept'
check 'SIGINT: the rows are kept' is "$(column "$work/stopped/samples.csv" work | sort -u)" squares
check 'SIGINT: the summary is written' is "$(column "$work/stopped/summary.csv" work | sort -u)" squares
check 'SIGINT: no process is left over' gone "$visit"

"$program" run quick --work sleep --sizes 1500M --jobs 2 --strategies forkpool --workers 2 --rounds 9 \
    --out "$work/killed" --quiet >"$work/out" 2>"$work/err" &
run=$!
check 'a visit to a pool is under way' until_true 30 visits_of "$run" 'sleep/.*/forkpool/2'
visit=$(head -n 1 "$work/visits")
in_group() { [ "$(pgrep -g "$visit" | wc -l)" -eq 3 ]; }
check 'it has two workers' until_true 5 in_group
{ kill -KILL "$run" && wait "$run"; } 2>/dev/null
check 'nothing outlives a run that is killed' until_true 10 gone "$visit"

"$program" floors --rounds 9999 --out "$work/floors-interrupted" >"$work/out" 2>"$work/err" &
run=$!
check 'a visit of floors is under way' until_true 20 visits_of "$run" empty
visit=$(head -n 1 "$work/visits")
kill -INT "$run"
wait "$run"
check 'SIGINT to floors: exit 130' is "$?" 130
check 'SIGINT to floors: it says so' holds "$work/err" '^breakeven: interrupted'
check 'SIGINT to floors: no process is left over' until_true 10 gone "$visit"
# Before the first round is whole there is nothing to tell.
"$program" floors --rounds 9999 --out "$work/floors-early" >"$work/out" 2>"$work/err" &
run=$!
check 'a folder of floors is there' until_true 20 test -e "$work/floors-early/host.json"
kill -INT "$run"
wait "$run"
check 'SIGINT to floors before a whole round: exit 130' is "$?" 130
alone() { [ -e "$1/host.json" ] && [ ! -e "$1/floors.csv" ]; }
check 'no host.json is left alone' not alone "$work/floors-early"

summary
