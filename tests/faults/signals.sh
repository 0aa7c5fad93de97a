#!/usr/bin/env bash
# Signals that are ignored, blocked, or come all the time: nothing is lost and nothing hangs.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

all=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,openmp-tasks,pthreadpool,glib
small=(--sizes 100 --workers 2 --jobs 8 --rounds 1 --formats svg --quiet)
plain=$work/plain
call run quick "${small[@]}" --strategies "$all" --out "$plain"
check 'a run as it should be' is "$status" 0

# as WHAT PREFIX...: every subcommand and strategy, started by these words.
as() {
    local what=$1
    shift
    local strategy
    for strategy in ${all//,/ }; do
        timeout 20 "$@" "$program" trace --strategy "$strategy" --size 100 --jobs 8 --workers 2 \
            >"$work/out" 2>"$work/err" </dev/null
        status=$?
        [ "$status" -eq 3 ] && continue # unavailable here
        check "$what: trace of $strategy" is "$status:$(cat "$work/err")" '0:'
    done
    timeout 60 "$@" "$program" run quick "${small[@]}" --strategies "$all" --out "$work/as" \
        >"$work/out" 2>"$work/err" </dev/null
    check "$what: run" is "$?:$(cat "$work/err")" '0:'
    check "$what: its rows are those of any run" is "$(rows "$work/as")" "$(rows "$plain")"
    check "$what: report" timeout 30 "$@" "$program" report "$work/as" >"$work/out"
    check "$what: its pictures are drawn" drawn "$work/as"
    # a single round tells nothing: not comparable, 3
    timeout 30 "$@" "$program" compare "$plain" "$work/as" >"$work/out" 2>"$work/err"
    check "$what: compare" [ "$?" -ne 124 ]
    check "$what: floors" timeout 60 "$@" "$program" floors --rounds 1 --force --out "$work/floors" >"$work/out" 2>"$work/err"
    check "$what: list" timeout 20 "$@" "$program" list >"$work/out"
    timeout 20 "$@" "$program" run quick --work sleep --sizes 20G --jobs 1 --workers 1 --strategies threads \
        --rounds 1 --timeout 300ms --quiet --out "$work/late" >"$work/out" 2>"$work/err"
    check "$what: a visit that hangs is late" is \
        "$?:$(column "$work/late/samples.csv" status | sort -u)" 3:timed_out
}
rows() { awk -F, '$10 == "cold" { print $5, $26 }' "$1/samples.csv" | sort; }
drawn() { ! command -v gnuplot >/dev/null || [ -s "$1/plots/squares-overhead.svg" ]; }

aside as 'SIGCHLD ignored on entry' env --ignore-signal=CHLD
aside as 'all signals blocked on entry' env --block-signal

visiting() { pgrep -P "$run" -f 'visit sleep' >/dev/null; }
long=(run quick --work sleep --sizes 20G --jobs 1 --strategies threads --workers 1 --rounds 1 --quiet)
dying_visit() {
    local environment=(--ignore-signal=CHLD)
    begin "${long[@]}" --out "$work/ignored"
    check 'SIGCHLD ignored on entry: a visit is under way' until_true 10 visiting
    pkill -ABRT -P "$run" -f 'visit sleep'
    finish 10
    check 'SIGCHLD ignored on entry: a visit that dies is told with its signal' \
        holds "$work/ignored/samples.csv" 'died of signal 6 '
}
aside dying_visit

environment=(--block-signal)
begin "${long[@]}" --out "$work/blocked"
check 'all signals blocked on entry: a run is under way' until_true 10 visiting
kill -TERM "$run"
finish 10
check 'all signals blocked on entry: SIGTERM ends it' is "$status" 143
check 'all signals blocked on entry: nothing is left over' left_nobody
environment=()

# ------------------------------------------------------------------------------- a storm

# Signals of all kinds, and stops, to all processes of a run.
storm() {
    local -a them
    while :; do
        mapfile -t them < <(marked)
        [ "${#them[@]}" -gt 0 ] || return
        for signal in WINCH CONT URG CHLD STOP CONT WINCH STOP; do
            kill -"$signal" "${them[@]}"
        done 2>/dev/null
        sleep 0.02
        kill -CONT "${them[@]}" 2>/dev/null
        sleep "$pause"
    done
}
stormy() {
    local what=$1
    shift
    # On a busy machine a visit takes longer than there is between two stops, each time: then there is more.
    local pause
    for pause in 0.05 0.2 0.8; do
        begin "$@"
        until_true 5 marked_are 1
        storm &
        finish 60
        wait $!
        [ "$status" -ne 0 ] || break
    done
    # what takes long on a busy machine tells how far it is
    check "a storm of signals: $what" is "$status:$(grep -v ' gone, .* left; ' "$work/err")" '0:'
    check "a storm of signals: $what leaves nothing" left_nobody
}
aside stormy floors floors --rounds 1 --force --out "$work/floors-stormy"
stormy run run quick "${small[@]}" --strategies "$all" --force --out "$work/stormy"
check 'a storm of signals: the rows are those of any run' is "$(rows "$work/stormy")" "$(rows "$plain")"
for strategy in fork spawn forkserver forkpool forkteam; do
    stormy "trace of $strategy" trace --strategy "$strategy" --work sleep --size 50M --jobs 8 --workers 2
done
stormy report report "$work/stormy"

summary
