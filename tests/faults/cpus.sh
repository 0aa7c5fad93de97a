#!/usr/bin/env bash
# The CPUs that breakeven may use: an OpenMP runtime that binds who loads it, calls that are refused.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

usable=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)

build_refused || echo '# no compiler, or no seccomp: calls that are refused are not tested'

# ------------------------------------------------------------------------------- bound when it is loaded

# masks FOLDER...: the lists of CPUs that these processes or threads may use, each once.
masks() { sed -n 's/^Cpus_allowed_list:\s*//p' "${@/%//status}" 2>/dev/null | sort -u; }
all_masks() {
    local folders
    mapfile -t folders < <(marked | sed 's|^|/proc/|')
    masks "${folders[@]}"
}
own=$(masks /proc/self)

# at_work STRATEGY PROCESSES SETTING...: a trace whose two jobs sleep, once all its processes are there.
at_work() {
    environment=("${@:3}")
    begin trace --strategy "$1" --work sleep --size 20G --jobs 2 --workers 2
    until_true 20 marked_are "$2"
    sleep 0.2
}
stop() {
    {
        marked | xargs -r kill -KILL
        finish 20
    } 2>/dev/null
    environment=()
}
# How many CPUs have a thread of ours that may use no other.
bound_cpus() {
    local folders
    mapfile -t folders < <(marked | sed 's|.*|/proc/&/task|' | xargs -r -I{} find {} -mindepth 1 -maxdepth 1 2>/dev/null)
    masks "${folders[@]}" | grep -c '^[0-9]*$'
}
two_are_bound() { [ "$(bound_cpus)" -eq 2 ]; }

bound='OMP_PROC_BIND=true'
if [ "$usable" -lt 2 ]; then
    echo '# one CPU: what a binding takes away is not tested'
else
    for setting in "$bound" OMP_PROC_BIND=close OMP_PLACES=cores GOMP_CPU_AFFINITY=0-1 KMP_AFFINITY=compact; do
        environment=("$setting")
        call floors --rounds 1 --out "$work/floors" --force
        check "$setting: floors knows all CPUs" holds "$work/out" ", $usable CPUs, "
        call trace --work empty --size 1 --jobs 1
        check "$setting: as many workers as without" holds "$work/out" "of $usable workers"
        call run quick --formats svg --sizes 100 --strategies openmp,threadpool --rounds 1 --out "$work/bound" --quiet --force
        check "$setting: a run is done" is "$status" 0
        check "$setting: host.json knows all CPUs" holds "$work/bound/host.json" "\"usable\": $usable,"
        check "$setting: no warning of a mask" not grep -q 'affinity mask' "$work/bound/host.json"
        # Without another CPU there is none at all; a visit beside other load may lack it.
        check "$setting: visits have round trips" \
            [ "$(column "$work/bound/samples.csv" roundtrip_ns | grep -c '^[0-9]')" -gt 0 ]
    done
    for strategy in forkpool spawn forkserver; do
        at_work "$strategy" 3 "$bound"
        check "$bound: no process of $strategy is bound" is "$(all_masks)" "$own"
        stop
    done
    gomp=$(ldd "$program" | sed -n 's/.*=> \(.*libgomp[^ ]*\) .*/\1/p')
    if [ -n "$gomp" ]; then
        at_work openmp 1 "$bound"
        check "$bound: OpenMP's own threads have a CPU each" until_true 20 two_are_bound
        stop
    fi
    if [ -n "$gomp" ] && ! sanitized; then
        at_work spawn 3 "$bound" LD_PRELOAD="$gomp"
        check "$bound: a runtime that is preloaded binds no job's process" is "$(all_masks)" "$own"
        stop
    fi
    if ldconfig -p 2>/dev/null | grep -q 'libomp\.so\.5' && ! sanitized; then
        at_work openmp 1 "$bound" LD_PRELOAD=libomp.so.5
        check "$bound: so have the threads of LLVM's runtime in the place of libgomp" until_true 20 two_are_bound
        stop
    fi
fi

# ------------------------------------------------------------------------------- which CPUs there are is not told

if $filtered; then
    for refusal in 1 38; do
        for arguments in "run quick --rounds 1 --out $work/unknown" "floors --rounds 1 --out $work/floors" 'trace --size 100'; do
            # shellcheck disable=SC2086 # words
            refusing sched_getaffinity "$refusal" $arguments
            check "${arguments%% *} where sched_getaffinity is refused ($refusal): exit 4" is "$status" 4
            check "${arguments%% *} where sched_getaffinity is refused ($refusal): it says so" \
                one_error_line 'sched_getaffinity is refused'
        done
        refusing sched_getaffinity "$refusal" list strategies
        check "what needs no CPUs goes on where sched_getaffinity is refused ($refusal)" is "$status" 0
    done
fi

# ------------------------------------------------------------------------------- what the system declines

# rows_of RUN STRATEGIES STATUS: how many rows of these strategies have the status.
rows_of() { grep -E "^[0-9]+,[a-z]+,[0-9]+,[0-9]+,($2)," "$work/$1/samples.csv" | grep -c ",$3,"; }
short=(--sizes 100 --rounds 1 --quiet)
if $filtered; then
    refusing sched_setaffinity 1 run quick --formats svg --strategies forkpool,forkteam,threadpool --bind compact,spread "${short[@]}" \
        --out "$work/unbound"
    check 'a binding that is refused: no pool has a time' is "$(rows_of unbound 'forkpool|forkteam|threadpool' ok)" 0
    check 'a binding that is refused: each row says so' is "$(grep -cE \
        ',refused,"?--bind (compact|spread): a worker cannot be bound to its CPU: ' "$work/unbound/samples.csv")" 6
    # A sandbox that says yes to everything: eight workers are not where they should be by chance.
    refusing sched_setaffinity 0 run quick --formats svg --strategies forkpool,forkteam,threadpool --bind compact,spread "${short[@]}" \
        --workers 8 --out "$work/fooled"
    if [ "$usable" -gt 1 ]; then
        check 'a binding that only seems to be granted: a pool is refused' \
            [ "$(rows_of fooled 'forkpool|forkteam|threadpool' refused)" -ge 4 ]
    fi
    refusing sched_setaffinity 1 run quick --formats svg --strategies forkpool,threadpool "${short[@]}" --out "$work/roams"
    check 'workers that are not to be bound: they are measured' is "$(rows_of roams 'forkpool|threadpool' refused)" 0
    check 'workers that are not to be bound: a warning tells what is missing' holds "$work/roams/host.json" \
        'sched_setaffinity is refused \(Operation not permitted\)'
    refusing clock_nanosleep 1 run quick --formats svg --strategies threads --idle 1ms "${short[@]}" --out "$work/restless"
    check 'a caller that may not idle: the rows are refused' is "$(rows_of restless 'serial|threads' ok)" 0
    check 'a caller that may not idle: they say so' holds "$work/restless/samples.csv" 'refused,--idle: clock_nanosleep: '
    refusing clock_nanosleep 1 run quick --formats svg --work sleep --strategies threads "${short[@]}" --out "$work/sleepless"
    check 'jobs that may not sleep have no time' is "$(rows_of sleepless 'serial|threads' ok)" 0
    refusing prctl 1 run quick --formats svg --strategies fork "${short[@]}" --out "$work/behind"
    check 'processes that could be left behind are not started: exit 4' is "$status" 4
    check 'processes that could be left behind are not started: the rows say so' \
        holds "$work/behind/samples.csv" 'PR_SET_PDEATHSIG is refused'
    refusing prctl 1 trace --strategy fork --work empty --size 1
    check 'processes that could be left behind are not traced: exit 4' is "$status" 4
    check 'processes that could be left behind are not traced: it says so' one_error_line 'PR_SET_PDEATHSIG is refused'
fi

# A setting that the runtime passes over is told beside the times that were measured without it.
if ldd "$program" | grep -q libgomp; then
    call run quick --formats svg --strategies openmp "${short[@]}" --env OMP_WAIT_POLICY=nonsense --out "$work/nonsense"
    check 'a setting that the runtime passes over: the row says so' holds "$work/nonsense/samples.csv" \
        ',ok,"?the visit said: libgomp: .*OMP_WAIT_POLICY'
fi

# ------------------------------------------------------------------------------- changed in mid-run

# under_way NAME COMMAND...: a long run, begun by the command, that has rows already.
rows_are() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }
under_way() {
    local name=$1
    shift
    marks=$((marks + 1)) mark=breakeven-test-$$-$marks
    env --default-signal MARK="$mark" "$@" "$program" run quick --sizes 100 --strategies fork,threadpool --workers 2 \
        --rounds 5000 --out "$work/$name" --quiet >"$work/out" 2>"$work/err" </dev/null &
    run=$!
    until_true 30 rows_are "$work/$name/samples.csv" 30
}
# ended_early NAME WHAT FROM TO: the run that was under way, after its CPUs have changed.
ended_early() {
    finish 30
    check "$2: the run ends: exit 4" is "$status" 4
    check "$2: it says why" holds "$work/err" "^breakeven: the CPUs that may be used changed in mid-run from $3 to $4; "
    check "$2: host.json warns" holds "$work/$1/host.json" "changed in mid-run from $3 to $4; give"
    check "$2: what was measured before is kept" rows_are "$work/$1/samples.csv" 30
    check "$2: no visit of the other state is" is \
        "$(column "$work/$1/samples.csv" status | sort -u)" ok
    check "$2: there is a report" test -s "$work/$1/report.html"
    check "$2: nobody is left" left_nobody
}
first=${own%%[-,]*}
one="1 \\($first\\)" all="$usable \\($own\\)"
if [ "$usable" -gt 1 ] && command -v taskset >/dev/null; then
    under_way shrunk
    taskset -acp "$first" "$run" >/dev/null
    ended_early shrunk 'a mask that shrinks' "$all" "$one"
    check 'a mask that shrinks: host.json is that of the start' holds "$work/shrunk/host.json" "\"affinity\": $usable,"
    before=$(wc -l <"$work/shrunk/samples.csv")
    begin run quick --sizes 100 --strategies fork,threadpool --workers 2 --rounds 5000 --out "$work/shrunk" --quiet --resume
    check 'with the CPUs of then --resume goes on' until_true 30 rows_are "$work/shrunk/samples.csv" $((before + 20))
    kill -TERM "$run"
    finish 20
    under_way grown taskset -c "$first"
    taskset -acp "$own" "$run" >/dev/null
    ended_early grown 'a mask that grows' "$one" "$all"

    begin floors --rounds 1000 --out "$work/shrinking"
    visited() { pgrep -P "$run" >/dev/null; }
    until_true 20 visited
    taskset -acp "$first" "$run" >/dev/null
    finish 30
    check 'a mask that shrinks under floors: exit 4' is "$status" 4
    check 'a mask that shrinks under floors: it says why' holds "$work/err" 'changed in mid-run from'
else
    echo '# one CPU, or no taskset: CPUs that change in mid-run are not tested'
fi

# The same by a cgroup, as containers are changed: v1, or v2 where the controllers are ours to use.
# shellcheck disable=SC2016 # the inner shell's
within_cgroup=(sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"')
set_of_cpus() {
    local root folder
    for root in /sys/fs/cgroup/cpuset /sys/fs/cgroup; do
        folder=$root/breakeven-test-$$
        mkdir "$folder" 2>/dev/null || continue
        if cat "$root/cpuset.mems" >"$folder/cpuset.mems" 2>/dev/null && echo "$own" >"$folder/cpuset.cpus" 2>/dev/null &&
            [ "$(cat "$folder/cpuset.cpus")" = "$own" ]; then
            echo "$folder"
            return
        fi
        rmdir "$folder"
    done
}
cpuset=$([ "$usable" -gt 1 ] && set_of_cpus)
if [ -n "$cpuset" ]; then
    under_way moved "${within_cgroup[@]}" "$cpuset"
    echo "$first" >"$cpuset/cpuset.cpus"
    ended_early moved 'a cpuset that shrinks' "$all" "$one"
    until_true 20 rmdir "$cpuset" 2>/dev/null
else
    echo '# no cpuset that can be written: one that shrinks is not tested'
fi

bandwidth=/sys/fs/cgroup/cpu/breakeven-test-$$ period=100000
mkdir "$bandwidth" 2>/dev/null || bandwidth=/sys/fs/cgroup/breakeven-test-$$
[ -d "$bandwidth" ] || mkdir "$bandwidth" 2>/dev/null
# grant CPUS: lets the cgroup have so much time; false where that cannot be said.
grant() {
    if [ -e "$bandwidth/cpu.max" ]; then
        echo "$(($1 * period)) $period" >"$bandwidth/cpu.max"
    else
        [ -e "$bandwidth/cpu.cfs_quota_us" ] && echo $(($1 * period)) >"$bandwidth/cpu.cfs_quota_us"
    fi 2>/dev/null
}
if [ "$usable" -gt 1 ] && grant "$usable"; then
    under_way granted "${within_cgroup[@]}" "$bandwidth"
    grant 1
    ended_early granted 'a quota that shrinks' "$all" "1 \\($own, of which a quota grants 1\\)"
else
    echo '# no quota that can be written: one that shrinks is not tested'
fi
[ ! -d "$bandwidth" ] || until_true 20 rmdir "$bandwidth" 2>/dev/null

summary
