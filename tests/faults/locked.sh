#!/usr/bin/env bash
# Two at once: one folder has one writer, and who comes second touches nothing.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# A run that goes on for as long as it is let, and one that is done.
printf '[squares]\nsizes = 100\n[sleep]\nsizes = 20G\n[suite]\njobs = 1\nstrategies = threads\nworkers = 1\n' \
    >"$work/long.ini"
long=(run "$work/long.ini" --rounds 2 --quiet)
small=(run quick --sizes 100 --rounds 1 --strategies threads --workers 2 --formats svg --quiet)
ends 'a run' 0 "${small[@]}" --out "$work/done"
measuring() { pgrep -P "$run" -f 'visit sleep' >/dev/null; }

# ------------------------------------------------------------------------------- beside a run

begin "${long[@]}" --out "$work/busy"
check 'a run is under way' until_true 20 measuring
sums "$work/busy" >"$work/sums"
# busy ARGUMENTS...: is refused, and the folder of the run stays as it is.
busy() {
    refuses 2 'another breakeven is writing there' "$@"
    check "'$1' beside a run touches nothing" is "$(sums "$work/busy")" "$(cat "$work/sums")"
}
busy "${long[@]}" --resume --out "$work/busy"
busy "${long[@]}" --out "$work/busy"
busy "${long[@]}" --force --out "$work/busy"
busy report "$work/busy"
busy trace --strategy threads --work empty --size 1 --out "$work/busy"
busy trace --strategy threads --work empty --size 1 --force --out "$work/busy"
busy compare --ab "$program" "$program" --force --out "$work/busy"
busy compare "$work/done" "$work/done" --threshold 100% --out "$work/busy"
busy export "$work/done" --format google-benchmark --out "$work/busy/samples.csv"
(cd "$work/busy" && call export "$work/done" --format google-benchmark --out summary.csv; echo "$status" >"$work/status")
check 'export into the folder of a run where one stands: exit 2' is "$(cat "$work/status")" 2
ln -s busy "$work/other-name"
busy report "$work/other-name"
rm "$work/other-name"
ends 'export of something else beside it' 0 export "$work/done" --format google-benchmark --out "$work/export.json"

# Nobody holds the lock for who is gone: killed, the run's folder is free at once, also while its
# visit is stopped and has not died yet.
visit=$(pgrep -P "$run" -f 'visit sleep')
kill -STOP "$visit"
{ kill -KILL "$run" && wait "$run"; } 2>/dev/null
call report "$work/busy"
check 'the folder of a run that was killed is free' is "$status" 0
check 'nothing is left over' left_nobody

# ------------------------------------------------------------------------------- beside others

# Of runs that begin at once in one folder one measures; the others are refused.
race() { # WHAT ARGUMENTS...
    local what=$1 pids=() codes='' i
    shift
    for i in 1 2 3 4; do
        "$program" "$@" >"$work/out.$i" 2>"$work/err.$i" </dev/null &
        pids+=($!)
    done
    for i in "${pids[@]}"; do
        wait "$i"
        codes="$codes $?"
    done
    sorted=$(tr ' ' '\n' <<<"$codes" | sort | xargs)
    cat "$work"/err.* >"$work/err"
}
once_each() { is "$(awk -F, '$10 == "cold" { print $1, $2, $3, $5 }' "$1/samples.csv" | sort | uniq -d)" ''; }
many=(run quick --sizes 100 --rounds 30 --strategies threads --workers 2 --formats svg --quiet)
race 'four runs' "${many[@]}" --out "$work/race"
check 'four runs into one folder: one measures' is "$sorted" '0 2 2 2'
check 'four runs into one folder: the others say why' \
    is "$(grep -cE 'another breakeven is writing there|holds a run already' "$work/err")" 3
check 'four runs into one folder: each visit is there once' once_each "$work/race"
ends 'its report' 0 report "$work/race" --quiet
many[5]=60
race 'four resumes' "${many[@]}" --resume --out "$work/race"
check 'four times --resume: no two at once' not grep -qv '^[02 ]*$' <<<"$sorted"
check 'four times --resume: one goes on' holds <(echo "$sorted") '^0'
check 'four times --resume: each visit is there once' once_each "$work/race"
check 'four times --resume: all rounds are there' is "$(column "$work/race/samples.csv" round | sort -un | tail -n 1)" 60
call report "$work/race" --quiet
check 'four times --resume: the run is whole' is "$status" 0

# Without --out each takes a name of its own.
mkdir "$work/home"
cd "$work/home" || exit 1
while [ "$(date +%H%M)" = 2359 ]; do sleep 1; done # the day must not change meanwhile
day=$(date +%Y-%m-%d)
race 'four runs' "${small[@]}"
check 'four runs without --out: all measure' is "$sorted" '0 0 0 0'
check 'four runs without --out: a folder each' is "$(cd results && echo *)" \
    "$day-quick $day-quick-2 $day-quick-3 $day-quick-4 latest"
check 'four runs without --out: all are whole' is "$(cat results/*-quick*/summary.csv | grep -c '^work,')" 4
check 'four runs without --out: latest is one of them' test -s results/latest/summary.csv
cd "$OLDPWD" || exit 1

# ------------------------------------------------------------------------------- without locks

# A file system that has none: it works, and says so.
if strace -qq -o /dev/null true 2>/dev/null && ! sanitized; then
    without_locks() {
        strace -f -qq -o /dev/null -e trace=flock -e inject=flock:error=ENOLCK "$program" "$@" \
            >"$work/out" 2>"$work/err" </dev/null
        status=$?
    }
    warned() { is "$(wc -l <"$work/err")" 1 && holds "$work/err" "^breakeven: warning: .* cannot be locked \(No locks"; }
    without_locks "${small[@]}" --out "$work/nolocks"
    check 'a run where there are no locks: exit 0' is "$status" 0
    check 'a run where there are no locks says so' warned
    without_locks "${small[@]}" --rounds 2 --out "$work/nolocks" --resume
    check '--resume where there are no locks: exit 0' is "$status" 0
    without_locks report "$work/nolocks"
    check 'a report where there are no locks: exit 0' is "$status" 0
    check 'a report where there are no locks says so' warned
    without_locks trace --strategy threads --work empty --size 1 --out "$work/nolocks-trace"
    check 'a trace where there are no locks: exit 0' is "$status" 0
    (cd "$work/home" && without_locks "${small[@]}"; echo "$status" >"$work/status")
    check 'a made-up folder where there are no locks: exit 0' is "$(cat "$work/status")" 0
    check 'a made-up folder where there are no locks: a new one' test -s "$work/home/results/$day-quick-5/summary.csv"
else
    echo '# skipped: no strace that works, or a sanitizer: a file system without locks is not tested'
fi

# A file system that cannot be written has locks all the same.
read_only() {
    mount --bind "$work/done" "$work/done" && mount -o remount,bind,ro "$work/done" &&
        "$program" report "$work/done" >"$work/out" 2>"$work/err"
}
export -f read_only
export work program
if unshare -m true 2>/dev/null; then
    unshare -m "$BASH" -c read_only
    check 'a report on a read-only file system: exit 4' is "$?" 4
    : >"$work/out"
    check 'a report on a read-only file system: one line' one_error_line 'cannot be written: Read-only'
else
    echo '# skipped: no mount namespace: no read-only file system'
fi

summary
