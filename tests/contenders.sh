#!/usr/bin/env bash
# Two builds, of which one goes away, dies, lies or is no build at all: breakeven compare --ab. compare.sh compares times.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"
on_one_cpu

# ------------------------------------------------------------------------------- nothing but the program differs

# What visits that are running are executed from: the file, the path that it was executed by, and the number of its inode.
watch_visits() {
    local pid
    for pid in $(marked); do
        grep -qzx visit "/proc/$pid/cmdline" 2>/dev/null || continue
        echo "$(readlink "/proc/$pid/exe") $(stat -Lc %i "/proc/$pid/exe")"
    done 2>/dev/null | grep -v ' $' >>"$work/watched"
}
far=$work/a/much/longer/path/to/one/of/the/two
mkdir -p "$far"
cp "$program" "$far/breakeven"
# Visits that sleep are long enough to be met.
begin compare --ab "$program" "$far/breakeven" --suite quick --work sleep --sizes 20M --jobs 2 --strategies threads \
    --workers 2 --rounds 6 --quiet --out "$work/moved"
measured() { [ "$(wc -l 2>/dev/null <"$work/moved/samples.csv")" -gt 1 ] 2>/dev/null; }
until_true 30 measured
rm -rf "$work/a" # what is compared is what was there at first
while ! ended; do watch_visits; done
finish 30
check 'two builds, of which one goes away meanwhile: nothing got worse' no_worse
check 'visits of both are of files with one name' is "$(cut -d ' ' -f 1,2 "$work/watched" | sort -u | wc -l)" 1
check 'each build is a copy of its own, made again and again' \
    [ "$(cut -d ' ' -f 3 "$work/watched" | sort -u | wc -l)" -gt 2 ]
check 'no copy is left' nobody

# ------------------------------------------------------------------------------- what goes wrong

# shellcheck disable=SC2016
contender dying '[[ $request != *threadpool* ]] || kill -SEGV $$'
ab "$program" "$work/bin/dying" dying
check 'a strategy that dies in the new build: exit 1' is "$status" 1
check 'it is told as crashed, with the signal' grep -q ',crashed,.*signal 11' "$work/dying/comparison.csv"

# shellcheck disable=SC2016
contender lacking '[[ $request != *threadpool* ]] || { echo "breakeven: none here" >&2; exit 3; }'
ab_alike "$work/bin/lacking" "$program" lacking
check 'a strategy that the base lacks: nothing got worse' no_worse
check 'it is new' grep -q '^squares,1000,[0-9]*,threadpool,.*,new,' "$work/lacking/comparison.csv"
ab "$program" "$work/bin/lacking" lacking --force
check 'it is missing the other way round' grep -q '^squares,1000,[0-9]*,threadpool,.*,missing,' "$work/lacking/comparison.csv"
# refused once: in the first rounds, or in the fresh ones where it must be told apart from what is refused always
# shellcheck disable=SC2016
contender hurried '[[ $request != *threadpool* ]] || [ -e '"$work"'/refused ] || { touch '"$work"'/refused; exit 4; }'
for _ in 1 2; do
    rm -f "$work/refused"
    ab "$program" "$work/bin/hurried" hurried --force
    ! no_worse || break
done
check 'what is refused once: nothing got worse' no_worse
check 'it is told' grep -q ',noisy,.*refused.*fresh rounds' "$work/hurried/comparison.csv"
# shellcheck disable=SC2016
contender refusing '[[ $request != *threadpool* ]] || exit 4'
ab "$program" "$work/bin/refusing" refusing
check 'what is refused each time: exit 1' is "$status" 1

# shellcheck disable=SC2016
contender lying '[[ $request != *threadpool* || $request != *measure* ]] || { echo "[{\"reading\":0}]"; exit 0; }'
ab "$program" "$work/bin/lying" lying
check 'a visit without a time has failed' grep -q 'numbers that no visit has' "$work/lying/samples.csv"
for number in '"ns_per_map":1e300' '"ns_per_map":1e-7' '"ns_per_map":1,"participation":1.5' '"ns_per_map":1,"open_ns":-1'; do
    reading='[{"cold":1,"maps":1,'$number',"status":"ok"}]'
    # shellcheck disable=SC2016
    contender wild '[[ $request != *threadpool* ]] || { echo '"'$reading'"'; exit 0; }'
    ab "$program" "$work/bin/wild" wild --force --rounds 1
    check "nor does a file get what it cannot hold: $number" grep -q 'numbers that no visit has' "$work/wild/samples.csv"
done
for garbage in 'echo nonsense' 'yes' 'head -c 100000 /dev/urandom' 'echo "[]"' 'exit 0' 'kill -STOP $$'; do
    # shellcheck disable=SC2016
    contender garbage '[[ $request != *threadpool* ]] || { '"$garbage"'; exit 0; }'
    ab "$program" "$work/bin/garbage" garbage --force --timeout 500ms --rounds 1
    check "a build whose visits say '$garbage' ends as it must" test "$status" -eq 1 -o "$status" -eq 3
    check "its rows can be read" grep -q ',base,' "$work/garbage/samples.csv"
done

contender empty 'exit 3'
ab "$work/bin/empty" "$program" empty
check 'no cell in common: exit 3' is "$status" 3

# ------------------------------------------------------------------------------- interrupted

# shellcheck disable=SC2016 # the script expands it
contender slow 'request=${request/threadpool/threads}'
mark=contenders-$$
# interrupt SIGNAL WHERE: a comparison that gets the signal once the file is there; $status. On a busy machine it takes more time
# until something is suspected, so that there are fresh rounds.
has_begun() { [ "$(wc -l 2>/dev/null <"$work/cut/$1")" -gt 30 ] 2>/dev/null; }
has_begun_or_ended() { has_begun "$1" || ended; }
interrupt() {
    local budget
    for budget in 2s 8s 30s; do
        rm -rf "$work/cut"
        MARK="$mark" "$program" compare --ab "$program" "$work/bin/slow" --suite quick --sizes 1000 --strategies threads,threadpool \
            --workers 2 --budget $budget --out "$work/cut" >"$work/out" 2>"$work/err" </dev/null &
        run=$!
        until_true 90 has_begun_or_ended "$2"
        kill "-$1" "$run" 2>/dev/null
        wait "$run"
        status=$?
        ! has_begun "$2" || return 0
    done
}
interrupt INT samples.csv
check 'Ctrl-C in the first rounds: 130' is "$status" 130
check 'what was compared until then is told' holds "$work/out" ' in [0-9]+ quantities of [0-9]+ cells$'
check 'and written' test -s "$work/cut/comparison.csv"
check 'the last line says that it was interrupted' holds "$work/err" 'breakeven: interrupted; the verdict is of what'
interrupt TERM confirm/samples.csv
check 'SIGTERM in the fresh rounds: 143' is "$status" 143
check 'they count as far as they went' holds "$work/out" 'in fresh rounds'
ab_alike "$program" "$program" slow
ln -s "$work/slow/samples.csv" "$work/link.md"
mkfifo "$work/fifo.md"
for out in link.md fifo.md; do
    refuses 4 'is not a regular file' export "$work/slow" --format markdown --out "$work/$out"
done
check 'a link and a FIFO stay what they are' test -L "$work/link.md" -a -p "$work/fifo.md"
printf '#!/bin/sh\nexec yes\n' >"$work/bin/endless"
chmod +x "$work/bin/endless"
refuses 3 'cannot be asked what it has' compare --ab "$work/bin/endless" "$program"
check 'no visit is left' nobody

# ------------------------------------------------------------------------------- metrics

refuses 2 "--metric: 'cycles' is not known" compare --ab "$program" "$program" --metric cycles
refuses 2 '--metric: means something with --ab only' compare --metric time a b
refuses 2 '--sizes: means something where time is measured' compare --ab "$program" "$program" --metric instructions --sizes 7
environment=(PATH=/nowhere)
call compare --ab "$program" "$program" --metric time,instructions --rounds 12 --quiet --out "$work/uncounted"
if [ "$status" -eq 3 ]; then
    check 'where nothing can count that is told before anything is measured' not test -e "$work/uncounted"
fi
environment=()

# ------------------------------------------------------------------------------- bad input

refuses 2 'cannot be run: No such file' compare --ab "$work/nothing" "$program"
refuses 2 'cannot be run' compare --ab "$program" "$work/moved/host.json"
refuses 3 'cannot be asked what it has' compare --ab /bin/false "$program"
refuses 3 'is no breakeven' compare --ab /bin/true "$program"
# shellcheck disable=SC2016
printf '#!/bin/sh\n"%s" "$@" | sed "s/\\"protocol\\": [0-9]*/\\"protocol\\": 99/"\n' "$program" >"$work/bin/future"
chmod +x "$work/bin/future"
refuses 3 'protocol 99' compare --ab "$work/bin/future" "$program"
refuses 2 'two programs are needed' compare --ab "$program"
refuses 2 '--budget: means something with --ab only' compare --budget 5s a b
refuses 2 '--threshold: ' compare --ab "$program" "$program" --threshold none

# ------------------------------------------------------------------------------- make

env -u MAKEFLAGS -u MFLAGS make -s -n regress BASE="$program" OUT="$work/dry" BUDGET=1s >"$work/out" 2>&1
check 'make -n regress shows what it would build' is $? 0
check 'it measures nothing' not test -e "$work/dry"

# ------------------------------------------------------------------------------- the test of the check itself

refuses 2 'cannot be slowed down' compare --selftest "$program"
refuses 2 '--advisory: means nothing with --selftest' compare --selftest --advisory
refuses 2 'takes one program' compare --selftest "$program" "$program"
mkdir "$work/elsewhere"
cp "$program" "$work/elsewhere/breakeven"
program=$work/elsewhere/breakeven
refuses 2 'elsewhere/handicap/breakeven is not there' compare --selftest

summary
