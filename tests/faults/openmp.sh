#!/usr/bin/env bash
# Settings of OpenMP that take threads away or end the process: refused, and the row says what has done it.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

if [ -z "$("$program" list strategies | sed -n 's/^openmp .*/x/p')" ] || "$program" list strategies | grep -A 2 '^openmp ' | grep -q unavailable; then
    echo 'ok - # SKIP: this build has no OpenMP'
    passed=1
    summary
    exit
fi

measure() { call run quick --sizes 100 --workers 2 --rounds 1 --out "$work/$1" --quiet "${@:2}"; }

# ------------------------------------------------------------------------------- fewer threads than workers

# fewer VARIABLE=VALUE [RUNTIME]: both strategies are refused, the variable is named.
turn=0
fewer() {
    turn=$((turn + 1))
    environment=("$1" ${2:+LD_PRELOAD="$2"})
    measure "fewer-$turn" --strategies openmp,openmp-tasks
    environment=()
    local strategy
    for strategy in openmp openmp-tasks; do
        check "$1${2:+ of $2}: $strategy is refused by name" is "$(grep -cE \
            ",$strategy,2,.*,refused,\"?$1: OpenMP runs a region of 2 workers with 1 thread" "$work/fewer-$turn/samples.csv")" 1
    done
    check "$1${2:+ of $2}: no row of OpenMP has a time" is \
        "$(grep -E ',openmp(-tasks)?,' "$work/fewer-$turn/samples.csv" | grep -c ',ok,')" 0
}
fewer OMP_THREAD_LIMIT=1
fewer OMP_MAX_ACTIVE_LEVELS=0
if ldconfig -p 2>/dev/null | grep -q 'libomp\.so\.5' && ! sanitized; then
    fewer OMP_THREAD_LIMIT=1 libomp.so.5
    fewer KMP_ALL_THREADS=1 libomp.so.5
else
    echo "# no LLVM runtime, or a sanitizer: teams of LLVM's runtime are not tested"
fi

# How many threads a runtime that adjusts them gives a region depends on the load: all of them, or it says so.
environment=(OMP_DYNAMIC=true)
measure dynamic --strategies openmp,openmp-tasks
check 'OMP_DYNAMIC=true: rows are ok with all threads, or refused by name' is \
    "$(grep -E ',openmp(-tasks)?,' "$work/dynamic/samples.csv" |
        grep -cvE ',ok,|,refused,"?OMP_DYNAMIC=true: OpenMP runs a region of 2 workers with 1 thread')" 0
# What only sets defaults takes nothing away.
environment=("OMP_NUM_THREADS=1,1" OMP_NESTED=false)
measure defaults --strategies openmp,openmp-tasks
check 'OMP_NUM_THREADS=1,1: all rows are ok' is "$(column "$work/defaults/samples.csv" status | sort -u)" ok
environment=(OMP_THREAD_LIMIT=2)
measure exact --strategies openmp,openmp-tasks
check 'a limit that is just enough: all rows are ok' is "$(column "$work/exact/samples.csv" status | sort -u)" ok
environment=(OMP_THREAD_LIMIT=1)
refuses 4 'OMP_THREAD_LIMIT=1: OpenMP runs' trace --strategy openmp --work empty --size 1 --workers 2
environment=()

summary
