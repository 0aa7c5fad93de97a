#!/usr/bin/env bash
# breakeven is interrupted, once and twice, by a signal and by the keys of a terminal.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

printf '[squares]\nsizes = 100\n[sleep]\nsizes = 20G\n[suite]\njobs = 1\nstrategies = threads\nworkers = 1\n' \
    >"$work/long.ini"

# Rows of squares are there, and the visit that never ends is under way.
measuring() { pgrep -P "$run" -f 'visit sleep' >"$work/visits"; }

# ------------------------------------------------------------------------------- once

for signal in INT:130 TERM:143 HUP:129; do
    name=${signal%:*} out=$work/run-${signal%:*}
    begin run "$work/long.ini" --rounds 2 --out "$out"
    check "SIG$name: a run is under way" until_true 20 measuring
    kill -"$name" "$run"
    finish 10
    check "SIG$name: exit ${signal#*:}" is "$status" "${signal#*:}"
    check "SIG$name: the rows are kept" is "$(column "$out/samples.csv" work | sort -u)" squares
    check "SIG$name: the summary is written" is "$(column "$out/summary.csv" work | sort -u)" squares
    check "SIG$name: the answer is of what there is" holds "$work/out" 'squares'
    check "SIG$name: it says so" holds "$work/err" '^breakeven: interrupted; what was measured is kept'
    check "SIG$name: nothing is left over" left_nobody
done

# How long a round takes is not known: where none was whole, there is nothing to show, and more time.
for signal in INT:130 TERM:143 HUP:129; do
    name=${signal%:*}
    for seconds in 1.5 6 20; do
        begin floors --rounds 9999 --workers 2 --out "$work/floors" --force
        check "SIG$name to floors: it is under way" until_true 20 marked_are 2
        sleep "$seconds"
        kill -"$name" "$run"
        finish 10
        [ -s "$work/out" ] && break
    done
    check "SIG$name to floors: exit ${signal#*:}" is "$status" "${signal#*:}"
    check "SIG$name to floors: it says so" holds "$work/err" '^breakeven: interrupted'
    check "SIG$name to floors: the tables are of the rounds so far" holds "$work/out" '^  forkpool '
    check "SIG$name to floors: they tell of how many" holds "$work/out" 'CPUs?, [1-9][0-9]? rounds?:'
    check "SIG$name to floors: nothing is left over" left_nobody
done

# A trace has nothing to keep: it dies, and all with it.
for strategy in fork spawn forkserver forkpool forkteam threads openmp; do
    begin trace --strategy "$strategy" --work sleep --size 60G --jobs 4 --workers 2
    check "a trace of $strategy is under way" until_true 20 marked_are 1
    sleep 0.2
    kill -INT "$run"
    finish 10
    check "SIGINT to a trace of $strategy: as 130" is "$status" 130
    check "SIGINT to a trace of $strategy: nothing is left over" left_nobody
done

# Ignored on entry, SIGHUP stays so; SIGINT, which shells ignore for what runs in the background,
# does not.
(trap '' HUP INT && exec env MARK=none "$program" run "$work/long.ini" --rounds 2 --out "$work/nohup" --quiet \
    2>"$work/err") &
run=$!
until_true 20 measuring
kill -HUP "$run"
sleep 0.3
check 'nohup: SIGHUP ends nothing' kill -0 "$run"
kill -INT "$run"
finish 10
check 'SIGINT that was ignored on entry: exit 130' is "$status" 130

# ------------------------------------------------------------------------------- while it writes

# A reader that is slow: the answer waits for it, and a signal meanwhile does not cut it. All is
# measured by then, so that the run is whole.
mkfifo "$work/fifo"
exec 3<>"$work/fifo"
head -c 65536 /dev/zero >&3 # as much as a pipe holds
"$program" run quick --sizes 100 --strategies fork --workers 2 --rounds 1 --out "$work/slow" \
    >"$work/fifo" 2>"$work/err" 3>&- &
run=$!
written() { [ -s "$work/slow/summary.csv" ] && ! pgrep -P "$run" >/dev/null; }
check 'a run has only its answer left to write' until_true 20 written
sleep 0.5
check 'it waits for their reader' not ended
kill -INT "$run"
sleep 0.2
check 'a signal meanwhile does not end it' not ended
(head -c 65536 >/dev/null && exec cat >"$work/out") <"$work/fifo" 3>&- &
reader=$!
finish 20
exec 3>&-
read_all() { ! kill -0 "$reader" 2>/dev/null; }
until_true 10 read_all || kill "$reader"
check 'its reader gets all of the answer' holds "$work/out" 'Look at .*/plots'
check 'nothing went wrong with it' is "$(cat "$work/err")" ''

# ------------------------------------------------------------------------------- twice

begin run "$work/long.ini" --rounds 2 --out "$work/twice"
until_true 20 measuring
kill -INT "$run"
exit_at_once() { kill -INT "$run" 2>/dev/null; ended; }
until_true 10 exit_at_once
finish 10
check 'SIGINT again and again: exit 130' is "$status" 130
check 'SIGINT again and again: the rows are kept' is \
    "$(column "$work/twice/samples.csv" work | sort -u)" squares
check 'SIGINT again and again: nothing is left over' left_nobody

# gnuplot is stopped, so that a run cannot end before the second signal.
if command -v gnuplot >/dev/null; then
    stopping_gnuplot
    environment=(PATH="$stopping")
    begin run quick --sizes 100 --strategies fork --workers 2 --rounds 1 --out "$work/drawn"
    check 'gnuplot is drawing' until_true 20 is_drawing
    kill -INT "$run"
    sleep 0.3
    check 'SIGINT while gnuplot draws: it is waited for' kill -0 "$run"
    kill -INT "$run"
    finish 5
    check 'SIGINT twice while gnuplot draws: exit 130' is "$status" 130
    check 'SIGINT twice while gnuplot draws: no answer' is "$(cat "$work/out")" ''
    check 'SIGINT twice while gnuplot draws: nothing is left over' left_nobody

    stopping_gnuplot
    begin run quick --sizes 100 --strategies fork --workers 2 --rounds 1 --out "$work/drawn" --resume
    check 'gnuplot is drawing again' until_true 20 is_drawing
    kill -TERM "$run"
    [ -n "$plotter" ] && kill -CONT "$plotter"
    finish 20
    environment=()
    check 'SIGTERM while gnuplot draws: exit 143' is "$status" 143
    check 'SIGTERM while gnuplot draws: the pictures are drawn' [ -s "$work/drawn/plots/squares-overhead.svg" ]
    check 'SIGTERM while gnuplot draws: the answer is printed' holds "$work/out" 'Look at .*3 pictures'
else
    echo '# no gnuplot: signals while it draws are not tested'
fi

# ------------------------------------------------------------------------------- at a terminal

# typed WHAT DELAY KEYS... -- ARGUMENTS...: at a terminal whose keys are pressed; a pause stands
# before each. The keys reach all that is in the foreground.
if script --version 2>/dev/null | grep -q util-linux; then
    at_terminal() { # KEYS-SCRIPT ARGUMENTS...
        local keys=$1
        shift
        marks=$((marks + 1)) mark=breakeven-test-$$-$marks
        printf 'exec env --default-signal MARK=%q %q' "$mark" "$program" >"$work/typed"
        printf ' %q' "$@" >>"$work/typed"
        "$keys" | script -qec "bash $work/typed" /dev/null >"$work/out" 2>&1
        status=${PIPESTATUS[1]}
    }
    visiting() { marked | xargs -r ps -o args= -p | grep -q "$1"; }
    press_once() { until_true 20 visiting 'visit sleep'; printf '\003'; until_true 10 nobody; }
    press_twice() { until_true 20 visiting 'visit sleep'; printf '\003'; sleep 0.05; printf '\003'; until_true 10 nobody; }
    press_to_trace() { until_true 20 marked_are 3; printf '\003'; until_true 10 nobody; }
    press_to_floors() { until_true 20 visiting 'visit empty'; printf '\003'; until_true 10 nobody; }

    at_terminal press_once run "$work/long.ini" --rounds 2 --out "$work/typed-run"
    check 'Ctrl-C: exit 130' is "$status" 130
    check 'Ctrl-C: the rows are kept' is "$(column "$work/typed-run/samples.csv" work | sort -u)" squares
    check 'Ctrl-C: the answer is printed' holds "$work/out" 'Look at .*/plots'
    check 'Ctrl-C: it says so' holds "$work/out" 'breakeven: interrupted; what was measured is kept'
    check 'Ctrl-C: no gnuplot failed of it' not grep -q 'no pictures: gnuplot failed' "$work/out"
    check 'Ctrl-C: nothing is left over' left_nobody
    at_terminal press_twice run "$work/long.ini" --rounds 2 --out "$work/typed-twice"
    check 'Ctrl-C twice: exit 130' is "$status" 130
    check 'Ctrl-C twice: the rows are kept' is "$(column "$work/typed-twice/samples.csv" work | sort -u)" squares
    check 'Ctrl-C twice: nothing is left over' left_nobody
    for strategy in fork forkserver forkpool; do
        at_terminal press_to_trace trace --strategy "$strategy" --work sleep --size 60G --jobs 4 --workers 2
        check "Ctrl-C in a trace of $strategy: as 130" is "$status" 130
        check "Ctrl-C in a trace of $strategy: nothing is left over" left_nobody
    done
    at_terminal press_to_floors floors --rounds 9999 --workers 2 --out "$work/typed-floors"
    check 'Ctrl-C in floors: exit 130' is "$status" 130
    check 'Ctrl-C in floors: nothing is left over' left_nobody
else
    echo '# no script (util-linux): the keys of a terminal are not tested'
fi

summary
