#!/usr/bin/env bash
# A host that is cut off while ranks of MPI run there, on hosts that are namespaces (cluster.sh): a row tells it in time, and what runs
# on the host that nobody reaches ends, too.
# usage: tests/mpi-partition.sh
script=$(realpath "$0")
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if [ "${1:-}" != --inside ]; then
    if ! command -v mpirun >/dev/null || ! call list strategies || grep -A 3 '^mpi ' "$work/out" | grep -q 'has no MPI'; then
        echo '# left out: no mpirun, or a build without MPI'
        summary
        exit
    fi
    said=$(timeout 20 tests/cluster.sh -- true 2>&1)
    if [ $? -eq 125 ]; then
        echo "# left out: $said"
        summary
        exit
    fi
    tests/cluster.sh --hosts 2 -- bash "$script" --inside
    exit
fi

mkdir "$work/tmp" "$work/there" "$work/bin" "$work/ssh"
mkfifo "$work/ssh/asked"

# As sshd does, somebody else starts what runs on the other host: it is nobody's child here.
cat >"$work/bin/agent" <<END
#!/bin/sh
while [ "\${1#-}" != "\$1" ]; do shift; done
host=\$1
shift
echo "\$host export TMPDIR='$work/there'; \$*" >'$work/ssh/'\$\$
echo \$\$ >'$work/ssh/asked'
until [ -e '$work/ssh/'\$\$.ended ]; do sleep 0.05; done
END
chmod +x "$work/bin/agent"
serve() {
    local id
    exec 8<>"$work/ssh/asked"
    while read -r id <&8; do
        {
            # shellcheck disable=SC2046 # words, as ssh takes them
            "$CLUSTER_AGENT" $(cat "$work/ssh/$id") >"$work/ssh/$id.said" 2>&1 </dev/null
            touch "$work/ssh/$id.ended"
        } &
    done
}
serve 2>/dev/null &
server=$!
# Processes of other clusters are not seen here.
environment=(TMPDIR="$work/tmp" OMPI_MCA_plm_rsh_agent="$work/bin/agent" HYDRA_LAUNCHER_EXEC="$work/bin/agent")

# Rank 0 is here, and the others are on the other host.
ranks_are() { [ "$(pgrep -fc '^rank /')" -eq "$1" ]; }
there_is_nobody() { ! pgrep -f '^rank /|^[^ ]*(orted|hydra_pmi_proxy) ' >/dev/null; }
# Hydra hands the mark on to the other host.
nobody_is_here() {
    local pid
    for pid in $(marked); do
        [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ] || return 1
    done
}
link() { "$CLUSTER_AGENT" b ip link set eth0 "$1"; }
rows() { grep ',mpi,' "$work/$1/samples.csv" 2>/dev/null | grep -v ',ok,'; }
told() { [ -n "$(rows "$1")" ]; }
# Some rank sleeps, as only jobs do; some kernels do not tell.
is_in_a_job() {
    local rank
    for rank in $(pgrep -f '^rank /'); do ! grep -qs nanosleep "/proc/$rank/wchan" || return 0; done
    false
}

# cut_off NAME TIMEOUT PATTERN
cut_off() {
    local began
    begin run quick --work sleep --sizes 20M --jobs 50 --rounds 1000 --workers 2 --strategies mpi --hosts b:2 --timeout "$2s" --out "$work/$1" --quiet
    check "$1: ranks are on both hosts" until_true 20 ranks_are 3 || sed 's/^/#   /' "$work/err"
    until_true 20 is_in_a_job || echo "# $1: no rank was seen in a job"
    link down
    began=$EPOCHREALTIME
    check "$1: a row comes" until_true $((10 * $2)) told "$1" # on a busy machine who is to write it waits, too
    echo "# $1: the row came after $(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) ms"
    check "$1: it tells what happened" holds <(rows "$1") "$3"
    kill -INT "$run" 2>/dev/null
    finish 30
    check "$1: here nothing outlives it" until_true 5 nobody_is_here
    check "$1: who was cut off ends, too" until_true $((60 + 4 * $2)) there_is_nobody # by its own time, twice --timeout and 10 s
    echo "# $1: all had ended after $(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) ms"
    check "$1: nothing is left in the temporary folders of both" is "$(ls -A "$work/tmp" "$work/there")" "$work/there:

$work/tmp:"
    link up
}
# MPICH's notices nothing, and what it has there ends by the ranks' own time.
[[ $(realpath "$(command -v mpirun)") != *o*rterun* ]] || cut_off early 30 ',refused,.*mpirun has ended all ranks: the connection to host b is lost'
# Where a busy machine has not got to the jobs by then that is told.
cut_off late 3 ',(timed_out,.*the visit took longer than 3\.00 s|refused,.*mpirun has not brought up all ranks within )'
kill "$server"
summary
