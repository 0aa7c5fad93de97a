#!/usr/bin/env bash
# Jobs, workers and visits that crash, hang or are stopped, seen from outside.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# Sanitizers make an exit of their own out of a signal.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0"
export TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}handle_segv=0"

# ------------------------------------------------------------------------------- helpers

# below PID: its descendants.
below() {
    local pid
    for pid in $(cat "/proc/$1/task"/*/children 2>/dev/null || pgrep -P "$1"); do
        echo "$pid"
        below "$pid"
    done
}

# in_background ARGUMENTS...: starts the program; $started is its pid.
in_background() {
    "$program" "$@" >"$work/out" 2>"$work/err" </dev/null &
    started=$!
}

await_started() {
    wait "$started"
    status=$?
}

# visit_of STRATEGY: the pid of the visit that measures the strategy now.
visit_of() { pgrep -P "$started" -f "breakeven visit .*/$1/"; }
# visiting STRATEGY: it is measured now, by $visit.
visiting() { visit=$(visit_of "$1") && [ -n "$visit" ]; }
has_below() { [ "$(below "$1" | wc -l)" -ge "$2" ]; }

# in_job PID: does it sleep, as jobs do here? Where the kernel does not tell, it has had time for it.
in_job() {
    local where
    where=$(cat "/proc/$1/wchan" 2>/dev/null) || return
    case $where in
    '' | 0) sleep 0.2 ;;
    *nanosleep*) ;;
    *) false ;;
    esac
}
# last_is_in_job PID: its last descendant is in a job; that is $victim.
last_is_in_job() {
    victim=$(below "$1" | tail -n 1)
    [ -n "$victim" ] && in_job "$victim"
}

statuses() { column "$1/samples.csv" "$2" | sort -u | xargs; }
status_of() { awk -F, -v s="$2" '$5 == s { print $26 }' "$1/samples.csv" | sort -u | xargs; }

# ------------------------------------------------------------------------------- jobs that take too long

isolating='fork spawn forkserver forkpool forkteam'

# in_time STRATEGY: its jobs, most of which are over by their deadline or none.
in_time() {
    local strategy=$1
    call trace --strategy "$strategy" --work sleep --size 20000000 --jobs 6 --workers 2 --job-timeout 5s
    check "$strategy: jobs in time are left alone" is "$status" 0
    [ "$strategy" != forkteam ] || return
    call trace --strategy "$strategy" --work sleep --size 60000000000 --jobs 3 --workers 2 --job-timeout 100ms
    check "$strategy: jobs that take too long: exit 1" is "$status" 1
    check "$strategy: each timed out" is "$(grep -c ' timed out$' "$work/out")" 3
    check "$strategy: one line says so" holds "$work/err" '^breakeven: trace: 3 jobs not done; job 0 timed out$'
}
rows_of_late_jobs() {
    local strategy
    call run quick --formats svg --work sleep --sizes 200000000 --jobs 2 --workers 2 --rounds 1 --job-timeout 100ms --quiet \
        --strategies fork,spawn,forkserver,forkpool,threads --out "$work/slow"
    for strategy in fork spawn forkserver forkpool; do
        check "$strategy: its row has timed out" is "$(status_of "$work/slow" "$strategy")" timed_out
    done
    for strategy in serial threads; do
        check "$strategy: cannot end one job, and is measured" is "$(status_of "$work/slow" "$strategy")" ok
    done
}
jobs_in_time() {
    local strategy
    for strategy in $isolating; do in_time "$strategy"; done
}
refuses 2 '--job-timeout: .*duration' run quick --job-timeout soon --out "$work/none"
refuses 2 '--retries: ' run quick --retries -1 --out "$work/none"
refuses 2 '--retries: .*100' run quick --retries 101 --out "$work/none"

# ------------------------------------------------------------------------------- jobs and workers that are killed

# Long enough to be met in their sleep beside much else; the kernel tells root alone where a process sleeps, so that
# in_job takes its time for others.
nap=700000000 # ns
[ "$(id -u)" -eq 0 ] || nap=1000000000
sanitized && nap=1500000000

# try_to_kill_one STRATEGY SIGNAL OPTIONS...: a trace of jobs of a nap each, of which one is sent the signal; false where
# none was met in its sleep.
try_to_kill_one() {
    local strategy=$1 signal=$2 least=3 met # the process of the strategy, and two jobs or workers
    shift 2
    [ "$strategy" = forkserver ] && least=4
    [ "$strategy" = forkteam ] && least=2
    in_background trace --strategy "$strategy" --work sleep --size "$nap" --jobs 4 --workers 2 \
        --schedule dynamic --job-timeout "$((3 * nap / 1000000))ms" "$@"
    until_true 10 has_below "$started" "$least" && until_true 10 last_is_in_job "$started" &&
        kill -s "$signal" "$victim" 2>/dev/null
    met=$?
    await_started
    return "$met"
}

# kill_one: the same, with longer naps where the machine is too busy for these.
kill_one() {
    local tries
    for tries in 1 2 3; do
        try_to_kill_one "$@" && return
        nap=$((2 * nap))
    done
}

# killed_jobs STRATEGY: one of its jobs is killed, killed and run again, and stopped.
killed_jobs() {
    local strategy=$1 signal nap=$nap
    for signal in KILL SEGV; do
        [ "$signal" = KILL ] || [[ "$strategy" == forkp* ]] || continue
        kill_one "$strategy" "$signal"
        check "$strategy: a job that got SIG$signal: exit 1" is "$status" 1
        check "$strategy: it crashed, by that signal" is \
            "$(grep -c "crashed: signal $(kill -l "$signal") " "$work/out")" 1
        check "$strategy: the other jobs are done" is "$(grep -c " $nap\$" "$work/out")" 3
    done
    kill_one "$strategy" KILL --retries 1
    check "$strategy: with a retry all jobs are done" is "$status $(grep -cE " $nap( \(run again: 1\))?\$" "$work/out")" '0 4'
    kill_one "$strategy" STOP
    check "$strategy: one that was stopped timed out" is "$status $(grep -c ' timed out$' "$work/out")" '1 1'
    check "$strategy: the others are done" is "$(grep -c " $nap\$" "$work/out")" 3
}

# Where a job was not met in its sleep, it sleeps longer.
retried_job() {
    local nap
    for nap in 200 800 3200; do # ms
        in_background run quick --work sleep --sizes ${nap}M --jobs 4 --workers 2 --rounds 1 --retries 1 \
            --strategies forkpool --out "$work/retried" --quiet --force
        until_true 20 visiting forkpool
        until_true 10 has_below "$visit" 2
        until_true 10 last_is_in_job "$visit"
        kill -KILL "$victim" 2>/dev/null
        await_started
        ! grep -q 'were run again 1 time,' "$work/retried/samples.csv" || break
    done
    check 'a run with a retry: exit 0' is "$status" 0
    check 'its rows are ok' is "$(statuses "$work/retried" status)" ok
    check 'a row says that a job was run again' holds "$work/retried/samples.csv" 'were run again 1 time,'
}

# ------------------------------------------------------------------------------- visits that crash or hang

# spoil_visit STRATEGY SIGNAL: a run whose visit of the strategy is sent the signal, and whose visits may take so many $seconds.
# Where the visit was over before it got the signal, its jobs are longer.
spoil_visit() {
    local strategy=$1 signal=$2 out=$work/$1-$2
    for seconds in 3 12 48; do
        in_background run quick --work sleep --sizes $((50 * seconds))M --jobs 2 --workers 2 --rounds 1 --quiet --force \
            --strategies "$strategy,fork" --timeout "${seconds}s" --out "$out"
        until_true 20 visiting "$strategy"
        kill -s "$signal" "$visit" 2>/dev/null
        await_started
        [ "$(status_of "$out" "$strategy")" = ok ] || break
    done
}

crashed_visit() {
    local strategy=$1 dir=$work/$1-SEGV
    spoil_visit "$strategy" SEGV
    check "$strategy: a visit that crashed is a row of its own" is "$(status_of "$dir" "$strategy")" crashed
    check "$strategy: which names the signal" holds "$dir/samples.csv" \
        ",$strategy,.*,crashed,the visit died of signal 11 \(Segmentation fault\)"
    check "$strategy: the next cell is measured" is "$(status_of "$dir" fork)" ok
}
hanging_visit() {
    local strategy=$1 dir=$work/$1-STOP
    spoil_visit "$strategy" STOP
    check "$strategy: a visit that hangs is ended" is "$(status_of "$dir" "$strategy")" timed_out
    check "$strategy: its row says after how long" holds "$dir/samples.csv" "longer than $seconds(\.0+)? s"
    check "$strategy: the next cell is measured too" is "$(status_of "$dir" fork)" ok
}

# All of this sleeps; five at a time leave each the CPU in time.
aside rows_of_late_jobs
aside jobs_in_time
aside retried_job
for strategy in threadpool openmp; do aside hanging_visit "$strategy"; done
join
for strategy in $isolating; do aside killed_jobs "$strategy"; done
join
for strategy in threads threadpool openmp openmp-tasks; do aside crashed_visit "$strategy"; done
join

# ------------------------------------------------------------------------------- a storm

if [ -x "${program%/*}/tests/torture/kills" ]; then
    "${program%/*}/tests/torture/kills" 60 >"$work/out" 2>"$work/err"
    check 'sixty kills at random instants cost nothing but the jobs in hand' is "$?" 0
fi

summary
