#!/usr/bin/env bash
# MPI's strategies between hosts that are far apart (cluster.sh --latency 5ms): from which job on they pay is what the floors, what a
# map of jobs without time spends, and the model of docs/scale.md say, within 1.25 times, and auto hides the way.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

latency=5ms
leave_out() {
    echo "# left out: $1"
    summary
    exit
}
# Ranks that wait leave the CPU to what carries their messages.
environment=(OMPI_MCA_mpi_yield_when_idle=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
call list strategies
missing=$(sed -n '/^mpi /,/^[a-z]/p' "$work/out" | sed '1d; /^[a-z]/d' | sed -n 's/^ *unavailable: //p')
[ -z "$missing" ] || leave_out "$missing"
tests/cluster.sh --latency $latency -- true 2>"$work/err" </dev/null
[ $? -ne 125 ] || leave_out "$(cat "$work/err")"

# far ARGUMENTS...: the program on host a, where the manager is, and both workers on host b.
far() {
    timeout 120 env "${environment[@]}" tests/cluster.sh --latency $latency -- "$program" "$@" --hosts b:2 >"$work/out" 2>"$work/err" </dev/null
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
# spent NAME STRATEGY: what a map of jobs that take no time takes, in round trips: the ways, and what the manager and the visit add.
spent() {
    awk -F, -v strategy="$2" -v trip="$round_trip_ns" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["strategy"] == strategy && $at["temperature"] == "warm" { print $at["median_ns"] / trip }' "$work/$1/summary.csv"
}
# agrees NAME STRATEGY TRIPS SHARE: it spends that many round trips, up to twice, and crosses where serial's batch is that share
# of what it spends; both go to $work/told.
agrees() {
    local spent crossing predicted
    spent=$(spent "$1, no time" "$2")
    crossing=$(crossing "$1" "$2" 2>>"$work/told")
    predicted=$(awk -v spent="${spent:-0}" -v share="$4" 'BEGIN { print spent * share }')
    echo "# $1, $2: jobs that take no time ${spent:-?} round trips, by the model $3; crossing ${crossing:-never}, predicted $predicted" >>"$work/told"
    awk -v spent="${spent:-0}" -v trips="$3" -v crossing="${crossing:-0}" -v predicted="$predicted" \
        'BEGIN { exit !(spent > trips / 1.1 && spent < trips * 2 && crossing > predicted / 1.25 && crossing < predicted * 1.25) }'
}
# Two tasks a rank, or one: R + n T / 2 = n T, so n T = 2 R.
# A job a task, two tasks in flight, 10 tasks a rank: 5 (R + T) + T = 20 T, so n T = 20 (5 / 14) R.
agree() {
    : >"$work/told"
    agrees 'even shares' mpi 1 2 && agrees 'even shares' mpi-static 1 2 && agrees 'a job a task' mpi 5 1.43
}
# 100 jobs a rank would take 50 round trips one by one.
hands_out_many() { awk -v spent="$(spent 'short jobs' mpi)" 'BEGIN { exit !(spent > 0 && spent < 8) }'; }

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
    run 'even shares, no time' --jobs 20 --sizes 1 --strategies mpi,mpi-static
    run 'a job a task' --jobs 20 --sizes "$(times 0.25 0.35 0.5)" --strategies mpi --chunk 1
    run 'a job a task, no time' --jobs 20 --sizes 1 --strategies mpi --chunk 1
    run 'short jobs' --jobs 200 --sizes 10000 --strategies mpi --chunk 0 --rounds 1
    slept 'even shares' && slept 'a job a task' && is_quiet "$(round_trip after)"
}
# A quiet sitting of three that agrees is enough: others may take the CPUs in the middle of it.
quiet=0
for _ in 1 2 3; do
    if ! sitting; then
        echo "# others kept the CPUs busy: a round trip took ${round_trip_ns:-?} ns, where the links take $links_ns, or jobs slept too long"
        continue
    fi
    quiet=$((quiet + 1))
    echo "# round trip: $round_trip_ns ns"
    check 'a round trip is that of the links at least' test "$round_trip_ns" -ge $links_ns
    agreed=no many=no
    ! agree || agreed=yes
    ! hands_out_many || many=yes
    cat "$work/told"
    [ "$agreed $many" != "yes yes" ] || break
done
[ $quiet -gt 0 ] || leave_out 'others keep the CPUs busy, and packets wait for what copies them'
check 'mpi and mpi-static pay from what the round trip and the model say, within 1.25 times' is "$agreed" yes
check 'of short jobs auto hands out many at once' is "$many" yes
summary
