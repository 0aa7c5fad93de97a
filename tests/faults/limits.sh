#!/usr/bin/env bash
# Limits on processes, threads, memory and descriptors, programs that cannot be started, and readers
# that are slow. What is refused is a row that names the limit, and the run goes on.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

chmod 755 "$work" && cp "$program" "$work/program" && chmod 755 "$work/program"
program=$work/program
quick=(--sizes 100 --rounds 1 --quiet)

# rows FILE STRATEGY WORKERS: status and detail of its rows, each once.
rows() { awk -F, -v s="$2" -v w="$3" '$5 == s && $6 == w { print $26 "," $27 }' "$1/samples.csv" | sort -u; }
# refused WHAT DIR STRATEGY WORKERS PATTERN: all rows of the cell are refused, with that detail.
refused() { check "$1: $3 with $4 workers is refused" holds <(rows "$2" "$3" "$4") "^refused,.*$5"; }
measured() { check "$1: $3 with $4 workers is measured" is "$(rows "$2" "$3" "$4")" ok,; }

sanitized() { nm "$program" 2>/dev/null | grep -qE '__(a|t)san_init'; }

# ------------------------------------------------------------------------------- processes and threads

few_processes() {
    local strategy few=()
    # As a user that is not root, since root is exempt, and that has no other processes.
    if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
        few=(setpriv --reuid $((61000 + $$ % 1000)) --regid 65534 --clear-groups prlimit --nproc=14)
        mkdir -m 777 "$work/few"
        "${few[@]}" "$program" run quick "${quick[@]}" --work squares --jobs 16 --force --out "$work/few" --workers 2,14 \
            --strategies fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,openmp-tasks,pthreadpool,glib \
            --work sleep --sizes 10000000 --timeout 20s 2>"$work/err"
        check 'too few processes: exit 1' is "$?" 1
        for strategy in fork spawn forkserver forkpool forkteam threads threadpool openmp openmp-tasks pthreadpool glib; do
            [[ $(rows "$work/few" $strategy 2) == unavailable* ]] && continue
            measured 'too few processes' "$work/few" $strategy 2
            refused 'too few processes' "$work/few" $strategy 14 'Resource temporarily unavailable \(RLIMIT_NPROC is 14\)'
        done
        check 'the pool tells which worker' holds <(rows "$work/few" forkpool 14) 'fork of worker 1[0-9] of 14: '
        check 'they are counted in one line' holds "$work/err" '^breakeven: [0-9]+ cells? (was|were) given up'
    else
        echo '# limits on processes: not tested, root is needed to become a user without any'
    fi

    # Root of a user namespace is the user outside, whose limit counts.
    if [ ${#few[@]} -gt 0 ] && "${few[@]}" unshare --user --map-root-user true 2>/dev/null; then
        mkdir -m 777 "$work/root"
        "${few[@]}" unshare --user --map-root-user "$program" run quick --rounds 1 --quiet --work sleep --sizes 10000000 \
            --jobs 16 --workers 14 --strategies fork,threads --out "$work/root/run" 2>"$work/err"
        for strategy in fork threads; do
            refused 'root of a user namespace' "$work/root/run" $strategy 14 \
                'Resource temporarily unavailable \(RLIMIT_NPROC is 14\)'
        done
        "${few[@]}" unshare --user --map-root-user "$program" trace --workers 15 >"$work/out" 2>"$work/err"
        check 'root of a user namespace: too many workers are refused at once' one_error_line '--workers: .* 14 that RLIMIT_NPROC allows'
    else
        echo '# root of a user namespace: not tested, such a namespace cannot be made here'
    fi
}
aside few_processes

if [ "$(id -u)" -eq 0 ] && [ "$(stat -Lc %i /proc/self/ns/user)" = 4026531837 ]; then
    call_few() { prlimit --nproc=2 "$program" trace --strategy fork --jobs 4 --workers 4 --size 100 >"$work/out" 2>"$work/err"; }
    check 'root itself has no such limit' call_few
fi

# A cgroup of our own within another, which has less left.
pids=$(sed -n 's/^[0-9]*:pids:/\/sys\/fs\/cgroup\/pids/p' /proc/self/cgroup)
[ -n "$pids" ] || pids=$(sed -n 's/^0::/\/sys\/fs\/cgroup/p' /proc/self/cgroup)
outer=${pids%/}/breakeven-test-$$
if mkdir "$outer" 2>/dev/null && echo 9 2>/dev/null >"$outer/pids.max" && { echo +pids >"$outer/cgroup.subtree_control"; true; } 2>/dev/null &&
    mkdir "$outer/inner" && echo 7000 2>/dev/null >"$outer/inner/pids.max"; then
    bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$outer/inner" "$program" trace --strategy fork --work sleep --size 300M \
        --jobs 12 --workers 9 >"$work/out" 2>"$work/err"
    check "a cgroup's limit: the cgroup is named that has none left" holds "$work/err" \
        "Resource temporarily unavailable \\(pids.max of $outer is 9"
else
    echo '# cgroups with a limit on processes: not tested, none can be made here'
fi
rmdir "$outer/inner" "$outer" 2>/dev/null

if deadline=(chrt -d --sched-runtime 5000000 --sched-deadline 10000000 --sched-period 10000000 0) &&
    "${deadline[@]}" true 2>/dev/null; then
    "${deadline[@]}" "$program" trace --strategy fork >"$work/out" 2>"$work/err"
    check 'SCHED_DEADLINE is named where it refuses a process' one_error_line 'what is under SCHED_DEADLINE may not fork'
else
    echo '# SCHED_DEADLINE: not tested, no chrt (util-linux), or refused here'
fi

# ------------------------------------------------------------------------------- memory

little_memory() {
    if sanitized; then
        echo '# limits on address space: not tested, sanitizers need too much of it'
    else
        (ulimit -v 120000 && call run quick --formats svg "${quick[@]}" --strategies fork,threads,forkpool --workers 2 \
            --payload 0,20Mi --jobs 8 --out "$work/memory"
        exit "$status")
        check 'too little address space: exit 1' is "$?" 1
        both() { awk -F, -v s="$1" -v p="$2" '$5 == s && $30 == p { print $26 "," $27 }' "$work/memory/samples.csv" | sort -u; }
        for strategy in serial fork threads forkpool; do
            check "too little address space: $strategy without payload is measured" is "$(both $strategy 0)" ok,
            check "too little address space: $strategy with payload is refused" \
                holds <(both $strategy 20971520) '^refused,.*cannot be mapped: Cannot allocate memory \(RLIMIT_AS is 122880000\)'
        done
        for limit in 'v AS' 'd DATA'; do
            # shellcheck disable=SC2086 # the letter and the name
            set -- $limit
            (ulimit "-$1" 120000 && call run quick --formats svg "${quick[@]}" --parent-mib 0,512 --out "$work/parent"
            exit "$status")
            check "too large a caller for RLIMIT_$2: exit 4" is "$?" 4
            check "too large a caller for RLIMIT_$2: one line names the limit" one_error_line \
                "--parent-mib: 512 MiB of memory are needed and [0-9.]+ MiB are available: RLIMIT_$2 is 117 MiB"
        done
        call run quick --formats svg "${quick[@]}" --strategies fork --out "$work/long"
        awk -F, -v OFS=, 'NR > 3 { exit } NR < 3 { print; next }
            { for (i = 1; i <= 30000; i++) { $1 = i; $27 = sprintf("%01000d", i); print } }' \
            "$work/long/samples.csv" >"$work/longer" && mv "$work/longer" "$work/long/samples.csv"
        (ulimit -v 40000 && call export "$work/long" --format markdown
        exit "$status")
        check 'a table that is too long for RLIMIT_AS: exit 4' is "$?" 4
        check 'a table that is too long for RLIMIT_AS: one line names file and limit' one_error_line \
            'long/samples.csv:.*RLIMIT_AS is (40960000|39 MiB)'
        check 'too large a caller makes no folder' not test -e "$work/parent"
        for limit in 'v AS' 'd DATA'; do
            # shellcheck disable=SC2086 # the letter and the name
            set -- $limit
            (ulimit "-$1" 120000 && call trace --strategy threads --workers 64 --jobs 64 --size 1e7
            exit "$status")
            check "stacks beyond RLIMIT_$2: exit 4" is "$?" 4
            check "stacks beyond RLIMIT_$2: one line names the limit" one_error_line \
                "pthread_create .*Resource temporarily unavailable \\(.*RLIMIT_$2 is 122880000\\)"
        done
    fi
}
aside little_memory

# ------------------------------------------------------------------------------- descriptors

(ulimit -n 30 && call run quick --formats svg "${quick[@]}" --strategies fork,spawn,forkserver,forkpool,threads --workers 1,12 \
    --transport pipe --payload 10 --out "$work/descriptors"
exit "$status")
check 'too few descriptors: exit 1' is "$?" 1
for strategy in fork spawn forkserver forkpool; do
    measured 'too few descriptors' "$work/descriptors" $strategy 1
    refused 'too few descriptors' "$work/descriptors" $strategy 12 \
        'pipes of worker [0-9]+ of 12: Too many open files \(RLIMIT_NOFILE is 30\)'
done
measured 'too few descriptors' "$work/descriptors" threads 12
(ulimit -n 26 && call run quick --formats svg --rounds 1 --quiet --strategies fork,spawn --workers 2 --sizes 1..12:+1 --out "$work/many"
exit "$status")
check 'too few descriptors for all batches: exit 1' is "$?" 1
check 'too few descriptors for all batches: each has rows, all measured or all refused' \
    is "$(awk -F, 'NR > 1 { print $3, $26 }' "$work/many/samples.csv" | sort -u | wc -l)" 12
check 'too few descriptors for all batches: some are measured' holds "$work/many/samples.csv" ,ok,
check 'too few descriptors for all batches: the others name the limit' holds "$work/many/samples.csv" \
    ',refused,descriptors .*Too many open files \(RLIMIT_NOFILE is 26\)'

# ------------------------------------------------------------------------------- what cannot be started

# In a namespace of its own the system may say that memory is not to be executed.
no_execution() {
    strict() { unshare --pid --fork --mount-proc sh -c 'echo 2 >/proc/sys/vm/memfd_noexec && exec "$@"' - "$@"; }
    if strict true 2>/dev/null; then
        strict "$program" run quick "${quick[@]}" --strategies fork,spawn,forkserver,forkpool,threads --workers 2 \
            --out "$work/noexec" 2>"$work/err"
        check 'memory must not be executed: exit 1' is "$?" 1
        for strategy in spawn forkserver; do
            refused 'memory must not be executed' "$work/noexec" $strategy 2 \
                'image: memory to execute \(see vm.memfd_noexec\): Permission denied'
        done
        for strategy in fork forkpool threads; do
            measured 'memory must not be executed' "$work/noexec" $strategy 2
        done
    else
        echo '# memory that must not be executed: not tested, no namespace or no vm.memfd_noexec here'
    fi
}
aside no_execution

# spoilt DIR COMMAND...: a run whose program meets the command after its first rows.
spoilt() {
    local dir=$1 pid
    shift
    cp "$program" "$work/spoilt"
    "$work/spoilt" run quick --quiet --sizes 100,1000 --strategies fork,threads --workers 1,2 --rounds 6 --out "$dir" \
        2>"$work/err" &
    pid=$!
    until_true 20 grep -qs ',ok,' "$dir/samples.csv"
    "$@" "$work/spoilt"
    wait "$pid"
    status=$?
}
deleted() {
    spoilt "$work/deleted" rm
    check 'a program that is deleted while it runs: exit 0' is "$status" 0
    check 'a program that is deleted while it runs: all rows are measured' \
        is "$(column "$work/deleted/samples.csv" status | sort -u)" ok
}
disabled() {
    spoilt "$work/disabled" chmod a-x
    check 'a program that may no longer be executed: exit 1' is "$status" 1
    check 'a program that may no longer be executed: rows say so' holds "$work/disabled/samples.csv" \
        ',refused,visit: /proc/self/exe cannot be started: Permission denied'
    check 'a program that may no longer be executed: what was measured is kept' holds "$work/disabled/samples.csv" ,ok,
    check 'a program that may no longer be executed: the run is complete' test -s "$work/disabled/summary.csv"
}
aside deleted
aside disabled

# ------------------------------------------------------------------------------- more than a pipe holds

slow_reader() {
    "$program" trace --strategy threads --workers 2 --work empty --size 1 --jobs 20000 --all 2>"$work/err" |
        { sleep 1 && cat; } >"$work/out"
    check 'a trace of 20000 jobs with a slow reader: exit 0' is "${PIPESTATUS[0]}" 0
    check 'a trace of 20000 jobs with a slow reader: a line a job' is "$(grep -cE '^ *[0-9]+ +[0-9]+ +[0-9]+ ' "$work/out")" 20000
}
stopped_harness() {
    "$program" run quick --quiet --sizes 100 --strategies fork,threads --workers 2 --rounds 6 --out "$work/slow" 2>"$work/err" &
    harness=$!
    until_true 20 grep -qs ',ok,' "$work/slow/samples.csv"
    kill -STOP $harness && sleep 1 && kill -CONT $harness
    wait $harness
    check 'a harness that is stopped for a while: exit 0' is "$?" 0
    check 'a harness that is stopped for a while: no row is lost' is "$(column "$work/slow/samples.csv" status | sort -u)" ok
}
aside slow_reader
aside stopped_harness

summary
