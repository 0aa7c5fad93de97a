#!/usr/bin/env bash
# Within an allocation of Slurm ranks of MPI are started by srun: on a Slurm of one node, which this script starts for itself alone.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

PATH=$PATH:/usr/sbin:/sbin
leave_out() {
    echo "# left out: $1"
    summary
    exit
}
for tool in munged slurmctld slurmd srun salloc; do
    command -v "$tool" >/dev/null || leave_out "$tool is not here (Debian's slurm-wlm and munge have them)"
done
call list strategies
missing=$(sed -n '/^mpi /,/^[a-z]/p' "$work/out" | sed -n 's/^ *unavailable: this build/this build/p')
[ -z "$missing" ] || leave_out "$missing"

# ------------------------------------------------------------------------------- a Slurm of its own

slurm=$work/slurm
mkdir -p "$slurm/spool" "$slurm/state" "$slurm/munge" "$work/tmp"
chmod 711 "$work"
export SLURM_CONF=$slurm/slurm.conf
# Nobody listens there, nor at the next one.
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1" || exec 3<>"/dev/tcp/127.0.0.1/$(($1 + 1))") 2>/dev/null; }
configure() {
    port=$((20000 + RANDOM % 10000))
    until is_free "$port"; do port=$((20000 + RANDOM % 10000)); done
    cat >"$SLURM_CONF" <<END
ClusterName=breakeven
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$slurm/munge/socket
CredType=cred/munge
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
MpiDefault=pmix
TmpFS=$slurm/spool
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
END
}
daemons=()
# Each in the foreground, so that it is this script's to end.
daemon() { # NAME ARGUMENTS...
    setsid "$@" >"$slurm/$1.said" 2>&1 </dev/null &
    daemons+=("$!")
}
stop() {
    local i
    for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do kill "${daemons[i]}" && wait "${daemons[i]}"; done 2>/dev/null
    rm -rf "$work"
}
trap stop EXIT
head -c 1024 /dev/urandom >"$slurm/munge/key"
chmod 600 "$slurm/munge/key"
daemon munged --foreground --force --key-file="$slurm/munge/key" --socket="$slurm/munge/socket" --pid-file="$slurm/munge/pid" \
    --seed-file="$slurm/munge/seed" --log-file="$slurm/munge/log"
until_true 5 test -S "$slurm/munge/socket" || leave_out "munged does not start: $(tail -n 1 "$slurm/munged.said")"
is_idle() { [ "$(sinfo -h -o %t 2>/dev/null)" = idle ]; }
# Between the look and the start somebody else may have taken a port: that is told, and another one is tried.
is_in_use() { grep -qsi 'address already in use' "$slurm/slurmctld.log" "$slurm/slurmd.log"; }
comes_up() {
    local first=${#daemons[@]}
    rm -f "$slurm/slurmctld.log" "$slurm/slurmd.log"
    configure
    daemon slurmctld -D -c
    daemon slurmd -D -c
    until_true 20 is_idle && return
    kill "${daemons[@]:first}" 2>/dev/null
    wait "${daemons[@]:first}" 2>/dev/null
    daemons=("${daemons[@]:0:first}")
    false
}
comes_up || { is_in_use && comes_up; } || { is_in_use && comes_up; } || leave_out "Slurm does not come up here: $(cat "$slurm/slurmctld.log" "$slurm/slurmd.log" 2>/dev/null | grep -iE 'error|fatal' | tail -n 1)"

# ------------------------------------------------------------------------------- what srun starts

# allocated COMMAND...: within an allocation. It hangs where it takes longer than that, which on a busy machine five kills do not.
allocated() { timeout 600 salloc --quiet -n 2 env TMPDIR="$work/tmp" "$@" >"$work/out" 2>"$work/err" </dev/null; }
measure() {
    allocated "$@" "$program" run quick --work squares --sizes 1000 --jobs 100 --workers 2 --rounds 1 --strategies mpi,mpi-static \
        --formats svg --out "$work/run" --force --quiet --timeout 20s
}
rows() { grep -E ',mpi(-static)?,' "$work/run/samples.csv"; }

check 'a run within an allocation ends well' measure env || sed 's/^/#   /' "$work/err"
check 'its rows are well' is "$(rows | cut -d , -f 26,27 | sort -u)" 'ok,'
check 'srun has started the ranks' is "$(rows | grep -oE '[^,]*/(srun|mpirun)' | sed 's|.*/||' | sort -u)" srun
measure env SLURM_MPI_TYPE=none
# shellcheck disable=SC2016 # a word of the program's
check 'ranks that do not find each other are told, and what helps' holds <(rows) \
    'refused,.*srun .*; set SLURM_MPI_TYPE to what that one takes, of what `srun --mpi=list` tells'
check 'kills end as they do with mpirun' allocated env BREAKEVEN="$program" tests/mpi-kills.sh 5 || grep -A 4 '^not ok' "$work/out"
check 'nothing is left in the temporary folder' is "$(ls -A "$work/tmp")" ''
summary
