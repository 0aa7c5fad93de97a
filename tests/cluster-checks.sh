#!/usr/bin/env bash
# The cluster on one machine of cluster.sh: hosts of their own, packets that take their time, and nothing that is left of it.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# on_cluster OPTIONS... -- COMMAND...: leaves $status, $work/out and $work/err.
on_cluster() {
    timeout 60 tests/cluster.sh "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}
said() { is "$(cat "$work/out")" "$1"; }

# ------------------------------------------------------------------------------- what is refused

# refused_line PATTERN: one line, by the name of the script.
refused_line() {
    is "$status" 125 && is "$(wc -l <"$work/err")" 1 && holds "$work/err" "^cluster: $1" && said ''
}
# bad PATTERN ARGUMENTS...
bad() {
    on_cluster "${@:2}"
    check "'${*:2}': exit 125, one line names '$1'" refused_line "$1"
}
bad "--hosts: '1' is not a number from 2 to 16" --hosts 1 -- true
bad "--hosts: '017' is not" --hosts 017 -- true
bad "--latency: '5' is not a time like 50us" --latency 5 -- true
bad "--latency: '-5ms' is not" --latency -5ms -- true
bad "--rate: 'fast' is not a rate like" --rate fast -- true
bad '--hosts: what comes behind it is missing' --hosts
bad '--lag: there is no such option; --hosts' --lag 5ms -- true
bad 'a command is missing' --hosts 2
bad 'a command is missing' --

build_refused
if $filtered; then
    timeout 60 "$work/refused" unshare 1 "$(command -v bash)" tests/cluster.sh -- true >"$work/out" 2>"$work/err"
    status=$?
    check 'where the kernel refuses namespaces that is told, and exit 125' \
        refused_line '.* may not make network namespaces and bridges here: .*Operation not permitted'
fi

on_cluster -- true
if [ "$status" -eq 125 ]; then
    sed 's/^/# left out, all but what is refused: /' "$work/err"
    summary
    exit
fi

# ------------------------------------------------------------------------------- what the hosts are

# shellcheck disable=SC2016 # the shells of the hosts expand what is in these
names_of_all='hostname; for host in b c; do "$CLUSTER_AGENT" $host hostname; done'
on_cluster --hosts 3 -- bash -c "$names_of_all"
check 'each host has a name of its own' said $'a\nb\nc'
on_cluster -- bash -c 'exit 7'
check 'the exit status is that of the command' is "$status" 7
on_cluster -- no-such-command
check 'a command that is not there: exit 127' is "$status" 127
check 'the command reads what the caller hands it' is "$(tests/cluster.sh -- cat <<<'hello there')" 'hello there'
mkdir "$work/a blank"
script=$PWD/tests/cluster.sh
check 'the command runs in the folder of the caller, and its arguments arrive as they are' is \
    "$(cd "$work/a blank" && "$script" -- bash -c 'pwd; printf "%s|" "$@"' bash 'a b' '' '*')" "$work/a blank"$'\na b||*|'

# shellcheck disable=SC2016
on_cluster -- bash -c '"$CLUSTER_AGENT" b "exit 9"; echo $?; "$CLUSTER_AGENT" -x b echo "two  words; hostname"; "$CLUSTER_AGENT" z true; echo $?'
check 'the agent does as ssh does: exit status, options, words that a shell reads' said $'9\ntwo words\nb\n255'
check 'a host that is not there is named' holds "$work/err" 'could not resolve hostname z'

# shellcheck disable=SC2016
on_cluster -- bash -c 'touch /dev/shm/mine; "$CLUSTER_AGENT" b ls /dev/shm'
check 'hosts have a /dev/shm each' said cluster

# shellcheck disable=SC2016
on_cluster -- bash -c 'taskset -cp $$ | sed "s/.*: //"; "$CLUSTER_AGENT" b "taskset -cp \$\$" | sed "s/.*: //"; echo "$BREAKEVEN_HOSTS"'
mapfile -t lines <"$work/out"
if [ "$(nproc)" -gt 1 ]; then
    check 'hosts have CPUs of their own' not is "${lines[0]}" "${lines[1]}" >"$work/log"
    grep -v '^#' "$work/log"
    check 'BREAKEVEN_HOSTS counts them' is "$(sed 's/[ab]://g; s/,/ + /' <<<"${lines[2]}" | xargs expr)" "$(nproc)"
fi

if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups test -r "$script" 2>/dev/null; then
    timeout 60 setpriv --reuid 65534 --regid 65534 --clear-groups "$script" -- id -u >"$work/out" 2>"$work/err" </dev/null
    has_or_is_told() { said 65534 || holds "$work/err" '^cluster: this user may not'; }
    check 'who is not root has a cluster, or is told why not' has_or_is_told
fi

# ------------------------------------------------------------------------------- what packets take

cat >"$work/exchange.py" <<'END'
"""usage: exchange.py BYTES: host b answers with so many to a request of one byte; prints the best time of ten, in microseconds."""
import os, shlex, socket, subprocess, sys, time
SERVER = """
import socket
server = socket.create_server(("b", 7077))
print("ready", flush=True)
peer, _ = server.accept()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while peer.recv(1):
    peer.sendall(bytes(%s))
"""
size = int(sys.argv[1])
with subprocess.Popen([os.environ["CLUSTER_AGENT"], "b", shlex.quote(sys.executable), "-c", shlex.quote(SERVER % size)],
                      stdout=subprocess.PIPE) as server:
    server.stdout.readline()
    with socket.create_connection(("b", 7077)) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        best = float("inf")
        for _ in range(10 if size == 1 else 1):
            began = time.monotonic_ns()
            peer.sendall(b"x")
            left = size
            while left:
                left -= len(peer.recv(left))
            best = min(best, time.monotonic_ns() - began)
print(best // 1000)
END
takes_at_least() {
    [ "$status" -ne 0 ] || [ "$(cat "$work/out")" -lt "$1" ] || return 0
    echo "# exit $status, $(cat "$work/out" "$work/err") us"
    false
}

if ! python3 -c '' 2>/dev/null; then
    echo '# no python3: what packets take is not looked at'
else
    on_cluster --latency 1ms -- true
    if [ "$status" -eq 125 ]; then
        sed 's/^/# not looked at: /' "$work/err"
    else
        for latency in 0.05ms:100 500us:1000 5ms:10000; do
            on_cluster --latency "${latency%:*}" -- python3 "$work/exchange.py" 1
            check "--latency ${latency%:*}: a round trip takes twice that, or longer" takes_at_least "${latency#*:}"
        done
        on_cluster --hosts 3 --latency 1ms --rate 16mbit -- python3 "$work/exchange.py" 1000000
        check '--latency and --rate 16mbit: a megabyte takes half a second, but for what a bucket holds' takes_at_least 400000
    fi
    on_cluster --rate 16mbit -- python3 "$work/exchange.py" 1000000
    check '--rate 16mbit: a megabyte takes half a second, but for what a bucket holds' takes_at_least 400000

    # shellcheck disable=SC2016
    parted='reach() { timeout 5 python3 "$1" 1 >/dev/null 2>&1; }
        "$CLUSTER_AGENT" b ip link set eth0 down; reach "$1"; echo $?
        "$CLUSTER_AGENT" b ip link set eth0 up; sleep 1; reach "$1"; echo $?'
    on_cluster -- bash -c "$parted" bash "$work/exchange.py"
    check 'a host whose link is down is not reached, and is when it is up again' said $'124\n0'
fi

# ------------------------------------------------------------------------------- mpirun

if ! command -v mpirun >/dev/null; then
    echo '# no mpirun: not looked at over two hosts'
else
    on_cluster --hosts 3 -- mpirun --host a:1,b:1,c:1 -n 3 hostname
    sort -o "$work/out" "$work/out"
    check 'mpirun starts a program on three hosts' said $'a\nb\nc'
fi

# ------------------------------------------------------------------------------- what is left

links() { ip -o link 2>/dev/null | cut -d ' ' -f 2 | grep -E '^(switch|port[0-9]+|eth0)[:@]'; }
own_folder() { ls -d /dev/shm/cluster 2>/dev/null; }
links_before=$(links)
# With latency there is more that could be left.
slow=(--latency 1ms)
on_cluster "${slow[@]}" -- true
[ "$status" -eq 0 ] || slow=()
# Whoever is in namespace $space: of the cluster's processes none has left it.
within() { find /proc/[0-9]*/ns/pid -printf '%l\n' 2>/dev/null | grep -Fx "$space"; }
is_empty() { [ -z "$(within)" ]; }
runs() { [ -s "$work/space" ]; }

# started [WORDS...]: a cluster begun by these words, with a command that waits on two hosts; leaves $cluster, its first process, and
# $space.
started() {
    rm -f "$work/space"
    # shellcheck disable=SC2016
    env --default-signal "$@" tests/cluster.sh "${slow[@]}" -- bash -c \
        '"$CLUSTER_AGENT" b "readlink /proc/self/ns/pid; exec sleep 1000" >"$1"; sleep 1000' bash "$work/space" \
        >"$work/out" 2>"$work/err" </dev/null &
    cluster=$!
    until_true 30 runs || { cat "$work/err"; return 1; }
    space=$(cat "$work/space")
    [ -n "$(within)" ]
}
# leaves_nothing WHAT
leaves_nothing() {
    # bash tells of who was killed when it sees that.
    check "$1: no process and with it no namespace is left" until_true 10 is_empty 2>/dev/null
    { wait "$cluster"; } 2>/dev/null
    status=$?
    check "$1: no interface is left" is "$(links)" "$links_before"
    check "$1: no folder is left" is "$(own_folder)" ''
}
children() { cat "/proc/$1/task/$1/children"; }

for signal in INT:130 TERM:143 HUP:143 KILL:137; do
    check "a cluster is there to be ended by ${signal%:*}" started
    kill "-${signal%:*}" "$cluster"
    leaves_nothing "${signal%:*}"
    check "${signal%:*}: the status tells" is "$status" "${signal#*:}"
    check "${signal%:*}: nothing on stderr" is "$(cat "$work/err")" ''
done

check 'a cluster is there whose caller is to be killed' started bash -c '"$@" & wait' bash
kill -KILL "$cluster"
leaves_nothing 'the caller killed'

check 'a cluster is there whose unshare is to be killed' started
kill -KILL "$(children "$cluster" | cut -d ' ' -f 1)"
leaves_nothing 'unshare killed'

check 'a cluster is there whose first process is to be killed' started
kill -KILL "$(children "$(children "$cluster" | cut -d ' ' -f 1)" | cut -d ' ' -f 1)"
leaves_nothing 'its first process killed'

summary
