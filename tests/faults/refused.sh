#!/usr/bin/env bash
# System calls that a seccomp filter refuses: what cannot be done is told by its name, and nothing waits for it.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

if ! build_refused; then
    echo '# no compiler, or no seccomp: calls that are refused are not tested'
    summary
    exit
fi
short=(--work squares --sizes 100 --jobs 4 --workers 2 --rounds 1 --quiet)
hint='a seccomp filter is in force that may refuse this call'

# ------------------------------------------------------------------------------- kill

# What hangs could not be ended: a run would wait for it for ever.
for arguments in "run quick --rounds 1 --out $work/unkillable" "floors --rounds 1 --out $work/floors" 'trace --size 100'; do
    # shellcheck disable=SC2086 # words
    refusing kill 1 $arguments
    check "${arguments%% *} where kill is refused: exit 4" is "$status" 4
    check "${arguments%% *} where kill is refused: it says so" one_error_line "kill is refused, .*$hint"
done
refusing kill 1 list strategies
check 'what needs no kill goes on where it is refused' is "$status" 0

# ------------------------------------------------------------------------------- set-up of helpers

refusing signalfd4 1 run quick --formats svg --strategies forkserver,fork "${short[@]}" --out "$work/deaf"
check 'a server without signalfd4: its row names the call' \
    holds "$work/deaf/samples.csv" ',refused,.*the server is gone: the visit said: .*signalfd4: Operation not permitted'
check 'a server without signalfd4: the others have times' \
    is "$(grep -c '^1,squares,100,4,fork,.*,ok,' "$work/deaf/samples.csv")" "$(grep -c '^1,squares,100,4,fork,' "$work/deaf/samples.csv")"
refusing epoll_wait 1 run quick --formats svg --strategies fork --transport pipe --payload 1k "${short[@]}" --out "$work/idle"
check 'a relay without epoll_wait: its row names the call' \
    holds "$work/idle/samples.csv" ',refused,.*the relay: epoll_wait: Operation not permitted'
refusing memfd_create 1 run quick --formats svg --strategies fork "${short[@]}" --out "$work/bare"
check 'no memfd_create: exit 4' is "$status" 4
check 'no memfd_create: the rows name it, and what helps' \
    holds "$work/bare/samples.csv" ",refused,.*memfd_create: Operation not permitted .$hint"
refusing epoll_create1 1 run quick --formats svg --strategies fork "${short[@]}" --out "$work/blind"
check 'no epoll_create1: exit 4' is "$status" 4
check 'no epoll_create1: the rows name it' holds "$work/blind/samples.csv" ',refused,.*epoll_create1: Operation not permitted'
done_or_told() { [ "$status" -eq 0 ] || holds "$work/old/samples.csv" "$hint"; }
refusing clone3 1 run quick --formats svg --strategies threads,fork "${short[@]}" --out "$work/old"
check 'clone3 refused as by an old container runtime: exit 0, or its rows say what helps' \
    done_or_told

# ------------------------------------------------------------------------------- what is not told is not known

refusing getrusage 1 run quick --formats svg --strategies fork,threadpool,forkserver "${short[@]}" --out "$work/blank"
check 'no getrusage: exit 0' is "$status" 0
for name in user_ns sys_ns minflt nvcsw maxrss_kib; do
    check "no getrusage: $name is empty, and not 0" is "$(column "$work/blank/samples.csv" "$name" | sort -u)" ''
done
check 'no getrusage: there are times' is "$(column "$work/blank/samples.csv" status | sort -u)" ok

summary
