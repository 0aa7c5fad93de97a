#!/usr/bin/env bash
# breakeven is killed: nothing outlives it, nothing is left behind, and --resume goes on.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

mkdir "$work/tmp"
environment=(TMPDIR="$work/tmp")
# What LLVM's OpenMP leaves there is asked for below; Python and MPI, of which there is none here, are others' at this moment.
shared() {
    find /dev/shm -user "$(id -u)" ! -name '__KMP_*' ! -name 'sem.*' ! -name 'psm_*' ! -name 'joblib_*' ! -path '*/joblib_*' \
        ! -name 'vader_*' ! -name 'sm_segment*' ! -name 'ompi*' ! -name 'pmix*' 2>/dev/null | sort
}
shared >"$work/shm"
shared_is_as_before() { [ -z "$(shared | comm -13 "$work/shm" -)" ]; }
tries=0 late=0

# Kills it, and counts how often something is still there a second later.
kill_it() {
    { kill -KILL "$run" && wait "$run"; } 2>/dev/null
    tries=$((tries + 1))
    until_true 1 nobody || late=$((late + 1))
}

# dies WHAT COUNT ARGUMENTS...: killed as soon as there are so many processes.
dies() {
    local what=$1 count=$2
    shift 2
    begin "$@"
    check "$what: it is under way" until_true 20 marked_are "$count"
    kill_it
    check "$what: nothing outlives it" left_nobody
}

# The harness, the process of the strategy, two workers or jobs, and the server.
for expected in serial:2 fork:4 spawn:4 forkserver:5 forkpool:4 forkteam:3 threads:2 threadpool:2 \
    openmp:2 openmp-tasks:2 pthreadpool:2 glib:2; do
    strategy=${expected%:*}
    call trace --strategy "$strategy" --work empty --size 1 --jobs 1 --workers 2
    if [ "$status" -eq 3 ]; then
        echo "# $strategy is skipped: $(cat "$work/err")"
        continue
    fi
    dies "trace of $strategy" "${expected#*:}" trace --strategy "$strategy" --work sleep --size 60G \
        --jobs 4 --workers 2
done

# The harness, the visit, and what that has.
small=(run quick --work sleep --jobs 2 --workers 2 --rounds 1000 --quiet)
number=0
visits() {
    local what=$1 count=$2
    shift 2
    number=$((number + 1))
    dies "$what" "$count" "${small[@]}" --out "$work/run-$number" "$@"
}
visits 'neighbours' 5 --strategies threads --sizes 20M --neighbours 3
visits 'a relay' 5 --strategies forkpool --sizes 20M --transport pipe --payload 1k
visits 'a forkserver and its relay' 6 --strategies forkserver --sizes 20M --transport pipe \
    --payload 1k
visits 'jobs of spawn' 4 --strategies spawn --sizes 700M
visits 'memory of the caller' 4 --strategies fork --sizes 20M --parent-mib 64
dies 'floors' 3 floors --rounds 9999 --workers 2 --out "$work/floors"

# At any moment, the second time after its file was begun, and then gone on with.
lost='' resumed=0
for strategies in fork,spawn forkserver,forkteam forkpool,threads openmp,threadpool; do
    for turn in 1 2; do
        out=$work/$strategies-$turn
        begin run quick --sizes 100 --strategies "$strategies" --workers 2 --rounds 4 --out "$out" --quiet
        [ "$turn" -eq 1 ] || until_true 20 test -e "$out/samples.csv"
        sleep "0.$((RANDOM % 6))$((RANDOM % 10))"
        kill_it
        left_nobody || lost="$lost $strategies"
        [ -e "$out/samples.csv" ] || continue
        resumed=$((resumed + 1))
        call run quick --formats svg --sizes 100 --strategies "$strategies" --workers 2 --rounds 4 --out "$out" \
            --quiet --resume
        check "$strategies, killed: --resume carries on to the end" is "$status" 0
        check "$strategies, killed: every visit is there once" is "$(awk -F, '$10 == "cold" { print $1, $5 }' \
            "$out/samples.csv" | sort | uniq -c | awk '{ n++; once += $1 == 1 } END { print n, once }')" '12 12'
    done
done
check 'nothing outlives a run, whenever it is killed' is "$lost" ''
check 'half of these runs had begun' [ "$resumed" -ge 4 ]

# What is left where it is killed while it makes its files.
call run quick --formats svg --sizes 100 --strategies fork --workers 2 --rounds 1 --out "$work/early" --quiet
mv "$work/early/samples.csv" "$work/samples.csv"
: >"$work/early/samples.csv"
call run quick --formats svg --sizes 100 --strategies fork --workers 2 --rounds 1 --out "$work/early" --quiet --resume
check 'killed before the first row: --resume carries on' is "$status" 0
check 'killed before the first row: all are measured' is \
    "$(column "$work/early/samples.csv" strategy | sort -u | xargs)" 'fork serial'

# gnuplot would draw on; stopped, it would be there for good.
if command -v gnuplot >/dev/null; then
    stopping_gnuplot
    environment+=(PATH="$stopping")
    begin report "$work/early"
    check 'gnuplot is drawing' until_true 20 is_drawing
    kill_it
    environment=(TMPDIR="$work/tmp")
    check 'gnuplot does not outlive a report' left_nobody
else
    echo '# no gnuplot: that it dies with a report is not tested'
fi

# LLVM's OpenMP marks its process by a file there.
if ! sanitized && LD_PRELOAD=libomp.so.5 "$program" list 2>&1 | not grep -q libomp; then
    for strategy in openmp openmp-tasks; do
        environment=(TMPDIR="$work/tmp" LD_PRELOAD=libomp.so.5)
        begin trace --strategy "$strategy" --work sleep --size 60G --jobs 4 --workers 2
        until_true 10 marked_are 1
        sleep 0.5
        kill_it
        check "$strategy by LLVM leaves nothing in /dev/shm" is "$(find /dev/shm -name "__KMP_*_${run}_*")" ''
    done
    environment=(TMPDIR="$work/tmp")
else
    echo "# no libomp.so.5, or a sanitizer: LLVM's OpenMP is not tested"
fi

# Time enough between the start of a program and its first look at its parent.
cat >"$work/slow.c" <<'C'
#include <string.h>
#include <unistd.h>
__attribute__((constructor)) static void wait_a_moment(int count, char *arguments[])
{
    if (count > 1 && (strcmp(arguments[1], "forkserver") == 0 || strcmp(arguments[1], "job") == 0))
        usleep(500000);
}
C
if ! sanitized && "${CC:-cc}" -shared -fPIC -o "$work/slow.so" "$work/slow.c" 2>/dev/null; then
    preloaded() { grep -lsxzE 'forkserver|job' /proc/[0-9]*/cmdline | cut -d / -f 3 | grep -qxFf <(marked); }
    for strategy in forkserver spawn; do
        environment=(TMPDIR="$work/tmp" LD_PRELOAD="$work/slow.so")
        begin trace --strategy "$strategy" --work sleep --size 60G --jobs 4 --workers 2
        check "$strategy that starts slowly is starting" until_true 10 preloaded
        { kill -KILL "$run" && wait "$run"; } 2>/dev/null
        check "$strategy that starts slowly does not outlive its caller" left_nobody
    done
else
    echo '# no compiler, or a sanitizer: programs that start slowly are not tested'
fi

check "at most one in four had something left after a second ($late of $tries)" [ $((4 * late)) -le "$tries" ]
check 'nothing is left in the temporary folder' is "$(ls -A "$work/tmp")" ''
check 'nothing is left in /dev/shm' until_true 10 shared_is_as_before || shared | comm -13 "$work/shm" - | sed 's/^/#   /'

summary
