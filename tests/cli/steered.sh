#!/usr/bin/env bash
# Floors, and a run that adds sizes.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- floors

# Disturbed rounds may leave too few for intervals.
call floors --rounds 6 --workers 2 --out "$work/floors" # where it takes ten seconds it tells how far it is
check 'floors: exit 0' is "$status" 0
for floor in 'cache-line round trip' 'futex wake round trip' 'fork, _exit, wait' 'vfork, _exit, wait' \
    'posix_spawn, wait' 'pthread_create, join' 'posix_spawn, dynamic, wait'; do
    check "floors measures $floor" holds "$work/out" "^  $floor +[0-9.]+ [num]?s(  \\[.+, .+\\])?$"
done
for strategy in fork spawn forkserver forkpool forkteam threads threadpool openmp openmp-tasks; do
    check "floors tells of $strategy" holds "$work/out" \
        "^  $strategy +[12] +[0-9.]+ [num]?s a (job|region) .* [0-9.]+( \\[[0-9.]+, [0-9.]+\\])? +[01]\\.[0-9]+$"
done
check 'floors.csv has a row for each floor and each strategy' is "$(column "$work/floors/floors.csv" strategy | grep -c .) $(grep -c '^[a-z]*,,' "$work/floors/floors.csv")" \
    "$(grep -cE '^  [a-z-]+ +[12] ' "$work/out") 7"
check 'host.json stands beside it' holds "$work/floors/host.json" '"suite": "floors"'
cp "$work/out" "$work/printed"
ends 'report of floors' 0 report "$work/floors"
check 'it prints the same' cmp "$work/printed" "$work/out"
ends 'report of floors as JSON' 0 report "$work/floors" --json
check 'the JSON has the rows of the file' is "$(grep -c '"floor":' "$work/out")" "$(($(wc -l <"$work/floors/floors.csv") - 1))"
cp "$work/floors/floors.csv" "$work/floors.csv"
refuses 2 'holds floors already; overwrite them by --force' floors --rounds 1 --out "$work/floors"
refuses 2 'holds floors already' run quick --rounds 1 --out "$work/floors"
check 'what is refused changes nothing' cmp "$work/floors.csv" "$work/floors/floors.csv"
call run quick --formats svg --sizes 100 --rounds 1 --strategies threads --workers 2 --quiet --out "$work/run"
refuses 2 'holds a run already' floors --rounds 1 --out "$work/run"
ends 'floors of one round' 0 floors --rounds 1 --workers 1 --out "$work/floors" --force
check 'one round has no intervals' not grep -F '[' "$work/out"
check '--force overwrites them' not cmp -s "$work/floors.csv" "$work/floors/floors.csv"
sed -i 's/,ok,/,sideways,/; 2s/^[a-z]*,/ladder,/' "$work/floors/floors.csv"
refuses 2 "floors.csv:2: .*floor" report "$work/floors"

# ------------------------------------------------------------------------------- steering

# On a busy machine the rounds take longer: it gets more time until there is enough of it.
lacking() {
    awk -F, '$5 == "threadpool" && $10 == "cold" { n[$3]++ }
        END { for (s = 100; s <= 1000000; s *= 10) if (n[s] < 6) print s }' "$work/steered/samples.csv"
}
steered_sizes() { column "$work/steered/samples.csv" size | sort -u | wc -l; }
for budget in 4s 20s 60s; do
    call run quick --formats svg --sizes 1e2..1e6 --strategies threadpool --workers 2 --budget $budget --force --out "$work/steered"
    [ "$status" -eq 0 ] && [ -z "$(lacking)" ] && [ "$(steered_sizes)" -gt 6 ] && break
done
check 'a steered run: exit 0' is "$status" 0
check 'every planned size has its six rounds' is "$(lacking)" ''
check 'sizes are added where it crosses' test "$(steered_sizes)" -gt 6 # five planned, and the name of the column
check 'every visit has its time' is "$(column "$work/steered/samples.csv" visit_ns | grep -c '^$')" 0

summary
