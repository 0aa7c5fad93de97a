#!/usr/bin/env bash
# Processes are stopped for good: deadlines hold, and nothing is left.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

tools=${TORTURE:-build/tests/torture}

child_of() { cut -d ' ' -f "${2:-1}" "/proc/$1/task/$1/children" 2>/dev/null; }

# deadline_holds WHAT CODES: what was begun ends by itself, with such an exit code, and leaves nobody.
deadline_holds() {
    finish 60
    check "$1: its deadline holds" grep -qx "$status" <<<"${2// /$'\n'}"
    check "$1: nothing is left" left_nobody
}

# ------------------------------------------------------------------------------- before a program is executed

if [ -x "$tools/newborn" ]; then
    begin run quick --work empty --sizes 1 --jobs 1 --strategies fork --rounds 40 --timeout 1s --quiet --out "$work/visit"
    check 'a visit is stopped before it is one' "$tools/newborn" "$run" child >/dev/null
    deadline_holds 'a visit that is stopped before it is one' '0 1 3'
    check 'its row says so' holds "$work/visit/samples.csv" ',timed_out,.*the visit took longer than 1.00 s'
    begin trace --strategy spawn --work empty --size 1 --jobs 3000 --workers 2 --job-timeout 200ms
    check 'a job is stopped before it is one' "$tools/newborn" "$run" >/dev/null
    deadline_holds 'a job of spawn that is stopped before it is one' 1
else
    echo "# no $tools/newborn (make build/tests/torture/newborn): stops before a program is executed are not tested"
fi

# ------------------------------------------------------------------------------- who answers, and who is waited for

# The jobs that it has forked bear its name too.
server() { pgrep -f '^breakeven forkserver ' | grep -xFf <(marked) | head -n 1; }

# traced STRATEGY OPTIONS...: a trace whose jobs have a deadline; $subject is the process of the strategy.
traced() {
    local strategy=$1
    shift
    begin trace --strategy "$strategy" --work sleep --size 20000000 --jobs 200 --workers 2 --job-timeout 300ms "$@"
    until_true 10 marked_are 4
    subject=$(child_of "$run" | xargs)
}

traced forkserver
check 'the server is stopped' kill -STOP "$(server)"
deadline_holds 'a server that is stopped' 4
check 'the server: it is told' one_error_line 'the server was stopped for longer than --job-timeout allows'

traced forkserver
check 'the server is killed' kill -KILL "$(server)"
deadline_holds 'a server that is killed' 4

for strategy in fork forkserver forkpool; do
    traced "$strategy" --transport pipe --payload 1k
    check "$strategy: the relay is stopped" kill -STOP "$(child_of "$subject")"
    deadline_holds "$strategy: a relay that is stopped" '1 4'
done

for strategy in fork threads; do
    begin trace --strategy "$strategy" --work sleep --size 20000000 --jobs 200 --workers 2 --job-timeout 300ms
    until_true 10 marked_are 2
    check "$strategy: its process is stopped" kill -STOP "$(child_of "$run")"
    deadline_holds "$strategy: a process that is stopped" 1
    check "$strategy: it is told" holds "$work/err" 'was stopped for longer than --job-timeout allows'
done

# ------------------------------------------------------------------------------- the end of a run

# What the harness has forked and is no visit.
tracing() { tracer=$(pgrep -P "$run" -f 'run quick' | head -n 1) && [ -n "$tracer" ] && kill -STOP "$tracer"; }
begin run quick --work sleep --sizes 50000000 --jobs 2 --strategies fork --rounds 1 --timeout 5s --quiet --out "$work/end"
until_true 20 grep -qs ',fork,.*,warm,' "$work/end/samples.csv"
check 'the process of the timeline is stopped' until_true 20 tracing
deadline_holds 'a timeline that is stopped' 0

# ------------------------------------------------------------------------------- at random

if [ -x "$tools/stops" ]; then
    BREAKEVEN=$program "$tools/stops" 16 1 >"$work/stops" 2>"$work/err"
    check 'stops and kills at random: no hang, nothing left, nothing wrong' is "$(awk -F, '$4 + $5 + $6' "$work/stops")$(cat "$work/err")" ''
    check 'every strategy was met' [ "$(wc -l <"$work/stops")" -ge 8 ]
else
    echo "# no $tools/stops (make build/tests/torture/stops): stops at random are not tested"
fi

summary
