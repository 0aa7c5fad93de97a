#!/usr/bin/env bash
# breakeven is process 1 of a container: the kernel does for it only what it asks for. Signals end
# it all the same, and it reaps whoever has lost its parent.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

if ! unshare --pid --fork --mount-proc true 2>/dev/null; then
    echo '# process 1: not tested, no PID namespace can be made here'
    summary
    exit
fi

# begin_alone ARGUMENTS...: as begin, but as process 1. Leaves $run of unshare, and $one.
bare=$program
printf '#!/bin/sh\nexec unshare --pid --fork --mount-proc --kill-child "%s" "$@"\n' "$bare" >"$work/alone"
chmod 755 "$work/alone"
is_begun() { one=$(pgrep -P "$run") && grep -qsz "^$1\$" "/proc/$one/cmdline"; }
begin_alone() {
    program=$work/alone
    begin "$@"
    program=$bare
    check "$*: it is process 1" until_true 10 is_begun "$1"
}

# ------------------------------------------------------------------------------- signals

# dies WHAT SIGNAL CODE: what was begun ends of it.
dies() {
    kill -"$2" "$one"
    finish 10
    check "$1: SIG$2: exit $3" is "$status" "$3"
    check "$1: SIG$2: nothing is left over" left_nobody
}
has_children() { [ "$(pgrep -P "$one" | wc -l)" -ge "$1" ]; }
for signal in INT:130 TERM:143 HUP:129 QUIT:131; do
    begin_alone trace --strategy fork --work sleep --size 20G --jobs 4 --workers 2
    until_true 10 has_children 1
    dies trace ${signal%:*} ${signal#*:}
done
begin_alone run quick --work sleep --sizes 20G --jobs 1 --strategies threads --workers 1 --rounds 1 --quiet --out "$work/run"
until_true 10 has_children 1
dies run TERM 143
begin_alone floors --rounds 9999 --workers 2 --out "$work/floors"
until_true 10 has_children 1
dies floors INT 130

# A child is not process 1: a signal that it gets is told as what it is.
begin_alone trace --strategy fork --work sleep --size 1500M --jobs 1 --workers 1
until_true 10 has_children 1
pkill -TERM -P "$one"
finish 10
check 'a child that dies of SIGTERM is told with the signal' holds "$work/err" '(crashed .*|killed by signal )15'

# Whatever writes waits here for a reader.
call run quick --sizes 100 --strategies fork --workers 2 --rounds 1 --out "$work/files" --quiet
mkfifo "$work/fifo"
exec 3<>"$work/fifo"
head -c 65536 /dev/zero >&3 # as much as a pipe holds
writes() { grep -qs pipe_w "/proc/$one/wchan" || grep -qs '^1 0x' "/proc/$one/syscall"; }
for words in list "explain fork $work/files" "compare $work/files $work/files"; do
    read -ra arguments <<<"$words"
    mark=breakeven-test-$$-fifo-${arguments[0]}
    env MARK="$mark" "$work/alone" "${arguments[@]}" >"$work/fifo" 2>"$work/err" 3>&- &
    run=$!
    until_true 10 is_begun "${arguments[0]}"
    check "$words: it waits for a reader" until_true 10 writes
    kill -TERM "${one:-$run}"
    finish 5
    check "$words: SIGTERM: exit 143" is "$status" 143
done
exec 3>&-

# ------------------------------------------------------------------------------- orphans

zombies() { pgrep -c -P "$one" -r Z; }
begin_alone run quick --work sleep --sizes 100000000..100000040:+1 --jobs 2 --strategies forkpool,forkserver --workers 3 \
    --rounds 9 --quiet --out "$work/orphans"
killed=0 most=0 began=$SECONDS
while not ended && [ "$killed" -lt 8 ] && [ $((SECONDS - began)) -lt 30 ]; do
    visit=$(pgrep -P "$one" -f 'breakeven visit .*/fork') && pgrep -P "$visit" >/dev/null &&
        kill -KILL "$visit" 2>/dev/null && killed=$((killed + 1))
    sleep 0.05
    count=$(zombies)
    [ "$count" -le "$most" ] || most=$count
done
check 'visits were killed' [ "$killed" -ge 8 ]
# those of one visit, on their way to be reaped
check "their workers are reaped (at most $most at once)" [ "$most" -le 7 ]
kill -TERM "$one" 2>/dev/null
finish 30
check 'visits that are killed: nothing is left over' left_nobody

summary
