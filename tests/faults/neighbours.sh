#!/usr/bin/env bash
# Neighbours, the load beside a cell: they never hold a CPU against who is to end them, they end by
# themselves, and a cell that has lost them has no time. Visits end whatever policy they inherit.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

slow=(run quick --work sleep --jobs 1 --workers 2 --rounds 1 --quiet --strategies)

# field PID NUMBER: of /proc/PID/stat, counted from the state, which is 1.
field() {
    local stat
    read -r stat 2>/dev/null <"/proc/$1/stat" || return
    read -ra stat <<<"${stat##*) }"
    echo "${stat[$2 - 1]}"
}
parent_of() { field "$1" 2; }
nice_of() { field "$1" 17; }
policy_of() { field "$1" 39; }
is_zombie() { [ "$(field "$1" 1)" = Z ]; }
# A visit, of any strategy or of $of.
of=''
is_visit() { grep -qsz '^visit$' "/proc/$1/cmdline" && grep -qsz "/$of" "/proc/$1/cmdline"; }

# The children of the visit under way that take CPU time: jobs here sleep. Leaves ${load[@]}, and
# their $visit.
loading_are() {
    local pid
    load=()
    for pid in $(marked); do
        [ "$(field "$pid" 12)" -ge 8 ] 2>/dev/null || continue
        visit=$(parent_of "$pid")
        is_visit "$visit" && load+=("$pid")
    done
    [ "${#load[@]}" -ge "$1" ]
}

# begin_loaded COUNT SLEEP OPTIONS...: begins a run whose jobs sleep so many tenths of a second, and waits until so many neighbours
# have computed for a while, which takes longer jobs on a busy machine. False where they never have.
loading_or_ended() { loading_are "$1" || ended; }
begin_loaded() {
    local nap
    for nap in "$2" "$((5 * $2))"; do
        begin "${slow[@]}" "${@:3}" --sizes "${nap}00M" --force
        until_true 60 loading_or_ended "$1"
        [ "${#load[@]}" -lt "$1" ] || return 0
        finish 0
    done
    return 1
}

# ------------------------------------------------------------------------------- what they inherit

# inherits WHAT NICE POLICY WORDS...: one neighbour of a run that is started by these words. What
# goes wrong here must not take this machine along: the watchdog has a priority above all.
turns=0 own=$(nice)
inherits() {
    local what=$1 nice=$2 policy=$3
    shift 3
    check "$what: there is load" begin_loaded 1 15 serial --neighbours 1 --timeout 60s --out "$work/inherits-$((++turns))"
    check "$what: its nice value is $nice" is "$(nice_of "${load[0]}")" "$nice"
    check "$what: its policy is number $policy" is "$(policy_of "${load[0]}")" "$policy"
    finish 0
    check "$what: killed, nothing is left over" left_nobody
}
# prefixed WORDS...: what begin starts is started by them.
bare=$program
prefixed() {
    printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$*" "$bare" >"$work/prefixed"
    chmod 755 "$work/prefixed"
    program=$work/prefixed
}

# started WORDS... -- WHAT NICE POLICY: what a run that is started by these words inherits, aside.
started() {
    local words=()
    while [ "$1" != -- ]; do
        words+=("$1")
        shift
    done
    prefixed "${words[@]}"
    inherits "${@:2}"
}
aside started nice -n 3 -- 'a nice run' $((own + 3)) 0
if [ "$(nice -n $((-5 - own)) nice 2>/dev/null)" -lt 0 ]; then
    aside started nice -n $((-5 - own)) -- 'a run that is not nice' 0 0
else
    echo '# a negative nice value: not tested, it is refused here'
fi
if chrt -b 0 true 2>/dev/null; then
    aside started chrt -b 0 -- 'SCHED_BATCH' "$own" 3
else
    echo '# SCHED_BATCH: not tested, no chrt (util-linux), or refused here'
fi
if chrt -f 50 true 2>/dev/null; then
    aside started chrt -f 99 timeout -s KILL 30 chrt -f 50 -- 'SCHED_FIFO' "$own" 0
else
    echo '# real-time policies: not tested, no chrt (util-linux), or refused here'
fi

# ------------------------------------------------------------------------------- their end

# Nobody is there to end them: harness and visit are stopped.
stopped() {
    check 'there is load, to be stopped for' begin_loaded 1 20 serial --neighbours 1 --timeout 3s --out "$work/stopped"
    kill -STOP "$run" "$visit"
    check 'load ends by itself where harness and visit are stopped' until_true 300 is_zombie "${load[0]}"
    kill -CONT "$run" "$visit"
    finish 20
    check 'the row of a visit whose load ended is none' holds "$work/stopped/samples.csv" ',(timed_out|failed),'
    check 'harness and visit were stopped: nothing is left over' left_nobody
}

# gone SIGNAL WORD STRATEGY OPTION...: load that gets the signal is missed. On a busy machine the visit may be over before it gets
# it: then its jobs are longer.
gone() {
    local signal=$1 word=$2 strategy=$3 of=$3/ out=$work/gone-$((++turns)) nap was_zombie
    shift 3
    for nap in 9 40; do
        begin_loaded 2 $nap "$strategy" --neighbours 2 --timeout 120s --out "$out" "$@" || break
        [ "$signal" != CONT ] || { kill -STOP "${load[0]}" && sleep 0.02; }
        kill -"$signal" "${load[0]}" 2>/dev/null
        was_zombie=$([ "$signal" != KILL ] || { until_true 5 is_zombie "${load[0]}" && echo yes; })
        finish 120
        [ "$status" -eq 0 ] || break
    done
    check "$strategy $*: there is load" [ "${#load[@]}" -ge 2 ]
    [ "$signal" != KILL ] || check "$strategy $*: only who started load reaps it" is "$was_zombie" yes
    check "$strategy $*: load that is $word: not exit 0" [ "$status" -ne 0 ]
    check "$strategy $*: load that is $word: the row has no time, and says why" is \
        "$(awk -F, -v s="$strategy" '$5 == s { print $13 "," $26 "," $27 }' "$out/samples.csv" | sed 's/ [12] of 2/ N of 2/; s/ (.*)/ (S)/')" \
        ",failed,--neighbours: N of 2 was $word by signal $(kill -l "$signal") (S) while the cell was measured"
    check "$strategy $*: load that is $word: nothing is left over" left_nobody
}
aside stopped
join # so much load at once is enough
aside gone KILL killed fork
aside gone KILL killed spawn --job-timeout 30s
aside gone STOP stopped fork
join
aside gone CONT 'stopped and continued' fork
join

# ------------------------------------------------------------------------------- visits

# Two workers that never sleep, under a policy that lets nobody else have their CPU. All is on one
# CPU, and all of it is killed where the harness cannot do so in time.
if chrt -f 10 true 2>/dev/null; then
    on_one_cpu
    for policy in '-f 10' '-r 1'; do
        out=$work/spins${policy// /}
        prefixed chrt -f 99 timeout -s KILL 20 chrt "$policy"
        begin run quick --work squares --sizes 1e12 --jobs 1 --strategies serial --rounds 1 --quiet --timeout 1s --out "$out"
        finish 20
        check "chrt $policy: a visit that spins ends at its deadline" is "$(column "$out/samples.csv" status | sort -u)" timed_out
        check "chrt $policy: nothing is left over" left_nobody
    done
fi

summary
