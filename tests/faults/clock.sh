#!/usr/bin/env bash
# The clock jumps, the machine is suspended: deadlines and budgets count time that passes for all.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- suspended

# All processes stop for 4 s and go on, as in a machine that is suspended: the deadline of 3 s
# waits for the visit, which needs half a second. It is mostly waiting, beside what follows. The
# first visit runs serial and has no times.
visiting() { pgrep -P "$run" -f "visit sleep.*/${1-}" >/dev/null; }
suspended() {
    marked | xargs -r kill -STOP
    sleep "$1"
    marked | xargs -r kill -CONT
}
all_are_stopped() {
    local out=$work/suspended
    begin run quick --work sleep --sizes 250M --jobs 2 --workers 2 --strategies fork --rounds 1 \
        --timeout 3s --out "$out" --quiet
    check 'a visit is under way' until_true 20 visiting fork
    suspended 4
    finish 20
    check 'stopped for longer than its deadline: exit 0' is "$status" 0
    check 'stopped for longer than its deadline: no visit is late' is "$(column "$out/samples.csv" status | sort -u)" ok
    check 'stopped for longer than its deadline: no time holds the stop' made_again "$out" 1 4e9
}

# made_again FOLDER VISITS NS: so many were, host.json tells of it, and no batch took as long.
made_again() {
    is "$(grep -c ',ok,.*the visit was made again (1 time)' "$1/samples.csv")" "$2" &&
        holds "$1/host.json" "$2 visits? (was|were) made again, as the run was stopped beside" &&
        is "$(column "$1/samples.csv" ns_per_map | awk -v most="$3" 'NR > 1 && $1 >= most + 0')" ''
}

# The harness alone is stopped: the visit ends meanwhile, and what it said is there.
the_harness_is_stopped() {
    local out=$work/looked-away
    begin run quick --work sleep --sizes 250M --jobs 2 --workers 2 --strategies fork --rounds 1 \
        --timeout 3s --out "$out" --quiet
    until_true 20 visiting fork
    kill -STOP "$run"
    sleep 4
    kill -CONT "$run"
    finish 20
    check 'a harness that was stopped: exit 0' is "$status" 0
    check 'a harness that was stopped: no visit is late' is "$(column "$out/samples.csv" status | sort -u)" ok
    check 'a harness that was stopped: the visit is made again' made_again "$out" 1 4e9
}

# blink PID: a process, or a group of them (-PID), is stopped for less than a look of the harness takes, and for so short a time
# that a busy machine could hold it up as long.
blink() {
    kill -STOP -- "$1" 2>/dev/null
    sleep 0.02
    kill -CONT -- "$1" 2>/dev/null
}

# The visit's group alone is stopped. On a busy machine it may be over before it is met: then its jobs are longer.
a_visit_is_stopped() {
    local out=$work/blinks visit nap
    for nap in 250 1000 4000; do # ms
        begin run quick --work sleep --sizes ${nap}M --jobs 2 --workers 2 --strategies fork --rounds 1 --out "$out" --quiet --force
        # shellcheck disable=SC2016 # for eval
        until_true 20 eval 'visit=$(pgrep -P "$run" -f "visit sleep.*/fork")'
        blink "-$visit"
        finish 60
        ! grep -q 'made again' "$out/samples.csv" || break
    done
    check 'a visit that was stopped alone, briefly: exit 0' is "$status" 0
    check 'a visit that was stopped alone, briefly: it is made again' made_again "$out" 1 "$((8 * nap))e6"
}

# One worker of a pool is, alone: its visit is no measurement.
a_worker_is_stopped() {
    local out=$work/worker worker nap
    for nap in 250 1000 4000; do # ms
        begin run quick --work sleep --sizes ${nap}M --jobs 2 --workers 2 --strategies forkpool --rounds 1 --out "$out" --quiet --force
        until_true 20 visiting forkpool
        # shellcheck disable=SC2016 # for eval
        until_true 20 eval 'worker=$(pgrep -f "visit sleep.*/forkpool" | grep -xFf <(marked) | sed -n 3p | grep .)'
        blink "$worker"
        finish 60
        ! grep -q ',failed,' "$out/samples.csv" || break
    done
    check 'a worker that was stopped alone, briefly: its row says so' \
        holds "$out/samples.csv" ',failed,.*a worker was stopped while the cell was measured'
}

# frozen FOLDER FILE FROZEN THAWED: the whole run is, in a cgroup of its own, as by `docker pause`.
frozen() {
    local cgroup=$1/breakeven-test-$BASHPID out=$work/frozen
    mkdir "$cgroup" || return
    begin run quick --work sleep --sizes 250M --jobs 2 --workers 2 --strategies fork --rounds 1 --out "$out" --quiet
    echo "$run" >"$cgroup/cgroup.procs"
    until_true 20 visiting fork
    marked | while read -r pid; do echo "$pid" >"$cgroup/cgroup.procs"; done 2>/dev/null
    sleep 0.05
    echo "$3" >"$cgroup/$2"
    sleep 0.3
    echo "$4" >"$cgroup/$2"
    finish 20
    check "frozen by $2: exit 0" is "$status" 0
    check "frozen by $2: the visit is made again" made_again "$out" 1 2e9
    until_true 5 rmdir "$cgroup" 2>/dev/null
}

# Somebody who stops a run all the time leaves no time that could be believed.
always_stopped() {
    local out=$work/slowed nap
    for nap in 250M 1G; do
        begin run quick --work sleep --sizes $nap --jobs 2 --workers 2 --strategies fork --rounds 1 --out "$out" --quiet --force
        until_true 20 visiting fork
        while ! ended; do
            blink "$run"
            sleep 0.1
        done
        finish 20
        [ "$status" -ne 3 ] || break
    done
    check 'a run that is stopped all the time: exit 3' is "$status" 3
    check 'a run that is stopped all the time: its rows say so' is \
        "$(grep -c ',failed,.*each of 10 visits was stopped in between' "$out/samples.csv")" 2
}

# A visit that hangs is still late, though all were stopped in between.
a_visit_hangs() {
    local out=$work/hangs
    begin run quick --work sleep --sizes 20G --jobs 1 --workers 1 --strategies threads --rounds 1 \
        --timeout 1s --out "$out" --quiet
    check 'a visit that hangs is under way' until_true 20 visiting
    suspended 2
    finish 20
    check 'it is late after all: exit 3' is "$status" 3
    check 'its rows say so' is "$(column "$out/samples.csv" status | sort -u)" timed_out
}
aside all_are_stopped
aside the_harness_is_stopped
aside a_visit_hangs
aside a_visit_is_stopped
aside a_worker_is_stopped
aside always_stopped
# cgroup_is_ours FOLDER FILE: groups can be made there, and frozen.
cgroup_is_ours() {
    local cgroup=$1/breakeven-test-probe-$$ result=1
    mkdir "$cgroup" 2>/dev/null || return 1
    [ -w "$cgroup/$2" ] && result=0
    rmdir "$cgroup"
    return "$result"
}
freezers=0
for folder in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    cgroup_is_ours "$folder" cgroup.freeze && freezers=$((freezers + 1)) && aside frozen "$folder" cgroup.freeze 1 0
done
cgroup_is_ours /sys/fs/cgroup/freezer freezer.state && freezers=$((freezers + 1)) &&
    aside frozen /sys/fs/cgroup/freezer freezer.state FROZEN THAWED
[ "$freezers" -gt 0 ] || echo '# no cgroup that can be frozen: a run that is frozen is not tested'

# ------------------------------------------------------------------------------- the clock jumps

# Whoever asks for the time of day is told one that jumps by hours, on and back, every few calls and
# every 100 ms.
cat >"$work/jumps.c" <<'C'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static time_t jump(void)
{
    static unsigned calls;
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    unsigned long turn = ++calls / 3 + (unsigned long)now.tv_nsec / 100000000u;
    return turn % 2 ? 5 * 3600 : -7 * 3600;
}
int clock_gettime(clockid_t clock, struct timespec *at)
{
    int result = (int)syscall(SYS_clock_gettime, clock, at);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI)
        at->tv_sec += jump();
    return result;
}
int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return at != NULL ? (*at = now.tv_sec) : now.tv_sec;
}
C
late_while_it_jumps() {
    call run quick --formats svg --work sleep --sizes 20G --jobs 1 --workers 1 --strategies threads --rounds 1 \
        --timeout 1s --out "$work/late" --quiet
    check 'a deadline fires while the clock jumps' is "$status" 3
    check 'it says that it did' is "$(column "$work/late/samples.csv" status | sort -u)" timed_out
}
if ! sanitized && "${CC:-cc}" -shared -fPIC -o "$work/jumps.so" "$work/jumps.c" 2>/dev/null; then
    environment=(LD_PRELOAD="$work/jumps.so")
    hours=$(for ((i = 0; i < 10; i++)); do
        LD_PRELOAD="$work/jumps.so" date +%H
        sleep 0.07
    done | sort -u | wc -l)
    check 'the clock jumps by hours' [ "$hours" -ge 2 ]
    aside late_while_it_jumps
    call run quick --formats svg --work sleep --sizes 2M --jobs 4 --workers 2 \
        --strategies fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,pthreadpool,glib \
        --rounds 2 --timeout 10s --out "$work/jumps" --quiet
    check 'a run while the clock jumps: exit 0' is "$status" 0
    check 'no visit is late' is "$(column "$work/jumps/samples.csv" status | grep -vE '^(ok|unavailable)$')" ''
    check 'no time is below what the jobs take, or hours' is \
        "$(column "$work/jumps/samples.csv" ns_per_map | awk '$1 != "" && ($1 < 4e6 || $1 > 1e10)')" ''
    SECONDS=0
    call run quick --formats svg --sizes 100 --strategies threads --workers 2 --budget 2s --out "$work/budget" --quiet
    check 'a budget while the clock jumps: exit 0' is "$status" 0
    check 'the budget is neither over at once nor never' [ "$SECONDS" -le 30 ]
    spent=$(sed -n 's/.*"elapsed_s": *\([0-9.]*\).*/\1/p' "$work/budget/host.json")
    check "the run took no hours and no negative time ($spent s)" \
        awk "BEGIN { exit !($spent > 0 && $spent < 30) }"
    call run quick --formats svg --sizes 100 --strategies threads --workers 2 --budget 3s --out "$work/budget" --quiet --resume
    check 'it is gone on with while the clock jumps' is "$status" 0
    call floors --rounds 1 --out "$work/floors"
    check 'floors while the clock jumps' is "$status" 0
else
    echo '# no compiler, or a sanitizer: a clock that jumps is not tested'
fi
environment=()

summary
