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

measure() { call run quick --formats svg --sizes 100 --workers 2 --rounds 1 --out "$work/$1" --quiet "${@:2}"; }

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
call trace --strategy openmp --work empty --size 1 --workers 2
check 'trace with fewer threads than workers: exit 4' is "$status" 4
check 'trace with fewer threads than workers: it says why' \
    holds "$work/err" '^breakeven: OMP_THREAD_LIMIT=1: OpenMP runs a region of 2 workers with 1 thread'
environment=()

# ------------------------------------------------------------------------------- what a visit wrote

# A visit that its runtime ends: the row has the runtime's reason, though its line begins with a line end.
for setting in GOMP_CPU_AFFINITY=7 OMP_STACKSIZE=200G; do
    [ "$setting" != GOMP_CPU_AFFINITY=7 ] || [ "$(nproc --all)" -le 7 ] || continue
    [ "$setting" != OMP_STACKSIZE=200G ] || ! sanitized || continue
    measure "$setting" --strategies openmp --env "$setting"
    check "$setting: the row says what the runtime said" holds "$work/$setting/samples.csv" \
        '(failed|refused),"?.*(: libgomp: |: OMP: )'
done

cat >"$work/says.c" <<'C'
#include <string.h>
#include <unistd.h>
static void __attribute__((constructor)) say(void)
{
    static const char first[] = "\n \r\n  first \"word\", \033[2J and\ttab\n\nsecond line\n";
    char more[1500];
    memset(more, 'x', sizeof more);
    if (write(2, first, sizeof first - 1) > 0 && write(2, more, sizeof more) > 0)
        _exit(1);
}
C
if ! sanitized && "${CC:-cc}" -shared -fPIC -o "$work/says.so" "$work/says.c" 2>/dev/null; then
    call run quick --formats svg --sizes 100 --workers 2 --rounds 1 --out "$work/says" --strategies threads --env "LD_PRELOAD=$work/says.so"
    check 'a visit that says more: its row begins with the first line that is not blank' holds "$work/says/samples.csv" \
        ',failed,"serial reference: the visit ended with exit code 1: first ""word"", \\x1b\[2J and\\x09tab / second line / xxx'
    check 'a visit that says more: at most 1 KiB, marked where it is cut' is \
        "$(sed -n 's/.*exit code 1: \(first .*xx\.\.\.\)",.*/\1/p' "$work/says/samples.csv" | sed 's/""/"/g' | head -n 1 | tr -d '\n' | wc -c)" 1024
    check 'a visit that says more: nothing in the table acts on a terminal' not grep -q "$(printf '\033')" "$work/says/tables.txt"
    check 'a visit that says more: the table tells what it leaves out' holds "$work/says/tables.txt" '\([0-9]+ more'
    check 'a visit that says more: no line of the table is long' is \
        "$(awk 'length > 300' "$work/says/tables.txt" | wc -l)" 0
    ends 'its files can be read again' 0 report "$work/says" --quiet
    check 'summary.csv has the whole detail, too' holds "$work/says/summary.csv" 'second line / xxx.*xx\.\.\."'
else
    echo '# no compiler, or a sanitizer: what a visit wrote is not tested'
fi

summary
