#!/usr/bin/env bash
# The clock jumps, the machine is suspended: deadlines and budgets count time that passes for all.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- suspended

# All processes stop for 2 s and go on, as in a machine that is suspended: the deadline of 1.5 s
# waits for the visit, which needs half a second. It is mostly waiting, beside what follows.
visiting() { pgrep -P "$run" -f 'visit sleep' >/dev/null; }
suspended() {
    marked | xargs -r kill -STOP
    sleep 2
    marked | xargs -r kill -CONT
}
all_are_stopped() {
    local out=$work/suspended
    begin run quick --work sleep --sizes 250M --jobs 2 --workers 2 --strategies fork --rounds 1 \
        --timeout 1500ms --out "$out" --quiet
    check 'a visit is under way' until_true 20 visiting
    suspended
    finish 20
    check 'stopped for longer than its deadline: exit 0' is "$status" 0
    check 'stopped for longer than its deadline: no visit is late' is "$(column "$out/samples.csv" status | sort -u)" ok
}

# The harness alone is stopped: the visit ends meanwhile, and what it said is there.
the_harness_is_stopped() {
    local out=$work/looked-away
    begin run quick --work sleep --sizes 250M --jobs 2 --workers 2 --strategies fork --rounds 1 \
        --timeout 1500ms --out "$out" --quiet
    until_true 20 visiting
    kill -STOP "$run"
    sleep 2
    kill -CONT "$run"
    finish 20
    check 'a harness that was stopped: exit 0' is "$status" 0
    check 'a harness that was stopped: no visit is late' is "$(column "$out/samples.csv" status | sort -u)" ok
}

# A visit that hangs is still late, though all were stopped in between.
a_visit_hangs() {
    local out=$work/hangs
    begin run quick --work sleep --sizes 20G --jobs 1 --workers 1 --strategies threads --rounds 1 \
        --timeout 1s --out "$out" --quiet
    check 'a visit that hangs is under way' until_true 20 visiting
    suspended
    finish 20
    check 'it is late after all: exit 3' is "$status" 3
    check 'its rows say so' is "$(column "$out/samples.csv" status | sort -u)" timed_out
}
aside all_are_stopped
aside the_harness_is_stopped
aside a_visit_hangs

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
    call run quick --work sleep --sizes 20G --jobs 1 --workers 1 --strategies threads --rounds 1 \
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
    call run quick --work sleep --sizes 2M --jobs 4 --workers 2 \
        --strategies fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,pthreadpool,glib \
        --rounds 2 --timeout 10s --out "$work/jumps" --quiet
    check 'a run while the clock jumps: exit 0' is "$status" 0
    check 'no visit is late' is "$(column "$work/jumps/samples.csv" status | grep -vE '^(ok|unavailable)$')" ''
    check 'no time is below what the jobs take, or hours' is \
        "$(column "$work/jumps/samples.csv" ns_per_map | awk '$1 != "" && ($1 < 4e6 || $1 > 1e10)')" ''
    SECONDS=0
    call run quick --sizes 100 --strategies threads --workers 2 --budget 2s --out "$work/budget" --quiet
    check 'a budget while the clock jumps: exit 0' is "$status" 0
    check 'the budget is neither over at once nor never' [ "$SECONDS" -le 30 ]
    spent=$(sed -n 's/.*"elapsed_s": *\([0-9.]*\).*/\1/p' "$work/budget/host.json")
    check "the run took no hours and no negative time ($spent s)" \
        awk "BEGIN { exit !($spent > 0 && $spent < 30) }"
    call run quick --sizes 100 --strategies threads --workers 2 --budget 3s --out "$work/budget" --quiet --resume
    check 'it is gone on with while the clock jumps' is "$status" 0
    call floors --rounds 1
    check 'floors while the clock jumps' is "$status" 0
else
    echo '# no compiler, or a sanitizer: a clock that jumps is not tested'
fi
environment=()

summary
