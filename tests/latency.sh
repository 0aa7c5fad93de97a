#!/usr/bin/env bash
# MPI's strategies between hosts that are far apart (cluster.sh --latency 5ms): from which job on they pay is what the floors and the
# model of docs/scale.md say, within 1.25 times, and auto hides the way.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

latency=5ms
leave_out() {
    echo "# left out: $1"
    summary
    exit
}
environment=(OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
call list strategies
missing=$(sed -n '/^mpi /,/^[a-z]/p' "$work/out" | sed '1d; /^[a-z]/d' | sed -n 's/^ *unavailable: //p')
[ -z "$missing" ] || leave_out "$missing"
tests/cluster.sh --latency $latency -- true 2>"$work/err" </dev/null
[ $? -ne 125 ] || leave_out "$(cat "$work/err")"

# far ARGUMENTS...: the program on host a, where the manager is, and both workers on host b.
far() {
    timeout 120 tests/cluster.sh --latency $latency -- "$program" "$@" --hosts b:2 >"$work/out" 2>"$work/err" </dev/null
    status=$?
}
# run NAME OPTIONS...
run() { far run quick --work sleep --workers all --formats svg --quiet --out "$work/$1" --force --rounds 2 "${@:2}"; }
# round_trip NAME: in ns, by floors of their own.
round_trip() {
    far floors --strategies mpi --rounds 2 --out "$work/$1" --force
    awk -F, '$1 == "mpi" && $2 == "" { printf "%.0f", $6 }' "$work/$1/floors.csv"
}
# is_quiet NS: what copies the packets had a CPU when it needed one.
links_ns=10000000
is_quiet() { [ "${1:-0}" -gt 0 ] && [ "$1" -lt $((links_ns * 6 / 5)) ]; }

# times FACTOR...: these multiples of the round trip, as sizes of sleep.
times() {
    awk -v trip="$round_trip_ns" 'BEGIN { for (i = 1; i < ARGC; i++) printf "%s%.0f", (i > 1 ? "," : ""), trip * ARGV[i] }' "$@"
}
# crossing NAME STRATEGY: serial's batch, in round trips, from which on the strategy is faster, between the two sizes around it.
crossing() {
    awk -F, -v strategy="$2" -v trip="$round_trip_ns" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["strategy"] == strategy && $at["temperature"] == "warm" { print $at["serial_ns"] / trip, $at["speedup"] }' \
        "$work/$1/summary.csv" | sort -g | awk '
        { print "# serial " $1 " round trips: " $2 " times as fast" >"/dev/stderr" }
        $2 >= 1 && !found { found = 1; print (NR > 1 ? before * ($1 / before) ^ (log(speedup) / log(speedup / $2)) : 0) }
        { before = $1; speedup = $2 }'
}
# crosses NAME STRATEGY PREDICTED: in round trips.
crosses() {
    local measured
    measured=$(crossing "$1" "$2" 2>"$work/points")
    cat "$work/points"
    echo "# $1, $2: ${measured:-never}, predicted $3"
    check "$1: $2 pays from what the round trip and the model say, within 1.25 times" awk -v measured="${measured:-0}" -v predicted="$3" \
        'BEGIN { exit !(measured > predicted / 1.25 && measured < predicted * 1.25) }'
}


# slept NAME: serial's jobs slept hardly longer than they were asked to; what a timer adds is a tenth of a millisecond.
slept() {
    # shellcheck disable=SC2016 # awk expands it
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["strategy"] == "serial" && $at["temperature"] == "warm" { n++; late += $at["median_ns"] > 1.25 * $at["size"] * $at["jobs"] }
        END { exit !(n > 0 && late == 0) }' "$work/$1/summary.csv"
}
# sitting: runs between two floors; false where others kept the CPUs busy.
sitting() {
    round_trip_ns=$(round_trip before)
    is_quiet "$round_trip_ns" || return 1
    run 'even shares' --jobs 20 --sizes "$(times 0.06 0.09 0.13 0.2)" --strategies mpi,mpi-static
    run 'a job a task' --jobs 20 --sizes "$(times 0.25 0.35 0.5)" --strategies mpi --chunk 1
    run 'short jobs' --jobs 200 --sizes 10000 --strategies mpi --chunk 0 --rounds 1
    slept 'even shares' && slept 'a job a task' && is_quiet "$(round_trip after)"
}
sittings=0
until sitting; do
    echo "# others kept the CPUs busy: a round trip took ${round_trip_ns:-?} ns, where the links take $links_ns, or jobs slept too long"
    sittings=$((sittings + 1))
    [ "$sittings" -lt 2 ] || leave_out 'others keep the CPUs busy, and packets wait for what copies them'
done
check 'a round trip is that of the links at least' test "$round_trip_ns" -ge $links_ns
echo "# round trip: $round_trip_ns ns"
# Two tasks a rank, or one: R + n T / 2 = n T, so n T = 2 R.
crosses 'even shares' mpi 2
crosses 'even shares' mpi-static 2
# A job a task, two tasks in flight, 10 tasks a rank: 5 (R + T) + T = 20 T, so n T = 20 (5 / 14) R.
crosses 'a job a task' mpi 7.14
# 100 jobs a rank would take 50 round trips one by one.
# shellcheck disable=SC2016 # awk expands it
check 'of short jobs auto hands out many at once' awk -F, -v trip="$round_trip_ns" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["strategy"] == "mpi" && $at["temperature"] == "warm" { took = $at["median_ns"] / trip } END { exit !(took > 0 && took < 8) }' \
    "$work/short jobs/summary.csv"
summary
