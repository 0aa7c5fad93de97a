#!/usr/bin/env bash
# MPI's strategies on this host: what they give is right, what can be wrong with mpirun and with ranks is told in a row, and nothing
# is left behind.
# shellcheck source=tests/shell.sh disable=SC2016 # what is within ' means itself here
. "$(dirname "$0")/shell.sh"

both=mpi,mpi-static
mkdir "$work/tmp"
surroundings=(TMPDIR="$work/tmp" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
environment=("${surroundings[@]}")

# with VARIABLE=VALUE...: they count beside those that all have, up to the next call of it.
with() { environment=("${surroundings[@]}" "$@"); }
# reason STRATEGY: why it is unavailable; "": it is not.
reason() { sed -n "/^$1 /,/^[a-z]/p" "$work/out" | sed '1d; /^[a-z]/d' | sed -n 's/^ *unavailable: //p'; }
# measure OPTIONS...: a run of one round.
measure() {
    call run quick --jobs 100 --sizes 100 --rounds 1 --workers 2 --strategies $both --formats svg --out "$work/run" --force --quiet "$@"
}
# rows STRATEGY: status and detail of its rows, each once.
rows() { awk -F, -v s="$1" '$5 == s' "$work/run/samples.csv" | cut -d , -f 26- | sort -u; }
# told WHAT PATTERN: the one row of each strategy has that status and detail.
told() {
    local strategy
    for strategy in ${both/,/ }; do
        check "$1: a row of $strategy says so" holds <(rows "$strategy") "$2"
    done
}
left_nothing() { is "$(ls -A "$work/tmp")" ''; }

# ------------------------------------------------------------------------------- what is missing

with PATH="$work"
ends 'list strategies without mpirun' 0 list strategies
lacks='^(mpirun is not in PATH \(Debian.s openmpi-bin has it|this build has no MPI; `make deps-peers all` installs Open MPI \(openmpi-bin, libopenmpi-dev\))'
for strategy in ${both/,/ }; do
    check "$strategy is unavailable, and what brings it is named" holds <(reason "$strategy") "$lacks"
done
with
ends 'list strategies' 0 list strategies
missing=$(reason mpi)
if [ -n "$missing" ]; then
    echo "# what runs ranks is left out: $missing"
    summary
    exit
fi
if [ "$(id -u)" -eq 0 ] && [[ $(realpath "$(command -v mpirun)") == *o*rterun* ]]; then
    environment=(TMPDIR="$work/tmp")
    measure
    told 'root' '^unavailable,.*refuses to be run by root; where that is meant, set OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1'
else
    echo '# that root is refused is left out: for who is not root, or has another mpirun'
fi
with OMPI_MCA_rmaps_base_oversubscribe=1 # this machine may have one CPU

# ------------------------------------------------------------------------------- what is right

# right WHAT OPTIONS...: every row of both went well, which says that each result is serial's.
right() {
    local what=$1 strategy
    shift
    measure "$@"
    check "$what: exit 0" is "$status" 0
    for strategy in ${both/,/ }; do
        check "$what: what $strategy gives is right" is "$(rows "$strategy" | cut -d , -f 1 | sort -u)" ok
    done
}
right 'jobs of one length' --work squares
right 'jobs of many lengths, whose input is broadcast' --work skewed --jobs 1000
right 'payload' --work empty --payload 3000/70000 --jobs 30
transports() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $at["strategy"] ~ /^mpi/ { print $at["transport"] }' "$work/run/samples.csv"; }
check 'it travels by message' is "$(transports | sort -u)" message
check 'the table of payload says so' holds "$work/run/tables.txt" '^  mpi-static +3k/70k +- +- +- +([0-9.]+ [mun]?s|none)$'
right 'one job' --work squares --jobs 1
right 'more jobs than fit into a message' --work empty --jobs 20000
with OMPI_MCA_rmaps_base_oversubscribe=1 TMPDIR="$work/tmp/with a blank"
mkdir "$work/tmp/with a blank"
right 'a folder with a blank' --work squares
rmdir "$work/tmp/with a blank"
with OMPI_MCA_rmaps_base_oversubscribe=1
measure --strategies mpi --chunk 1,7,1000000
check 'any chunk is right' is "$(rows mpi | cut -d , -f 1 | sort -u)" ok
check 'each chunk is a cell' is "$(awk -F, '$5 == "mpi" { print $8 }' "$work/run/samples.csv" | sort -u | xargs)" '1 1000000 7'

# Weak scaling: a batch for each number of workers, and a curve over them.
call run quick --work squares --sizes 1e4 --jobs 4w --workers 1,2 --strategies $both --rounds 6 --formats svg --out "$work/growing" --quiet
growing() { awk -F, '/,weak,/ { print $3, $4, $5 }' "$work/growing/scaling.csv" | sort | xargs; }
check 'batches that grow with the ranks have a curve' is "$(growing)" '4 mpi 1 4 mpi-static 1 8 mpi 2 8 mpi-static 2'
check 'it is drawn' test -s "$work/growing/plots/squares-8-jobs-scaled-speedup.svg"
ends 'explain of batches that grow with the ranks' 0 explain mpi "$work/growing"
check 'explain tells of them' holds <(tr -s ' \n' ' ' <"$work/out") \
    'mpi, with 4 jobs for each worker: with 2 workers [0-9.]+( \([0-9.]+ to [0-9.]+\))? times as fast as serial does the same batch'

ends 'floors of messages' 0 floors --strategies $both --workers 2 --rounds 2 --out "$work/floors"
check 'floors: what a byte takes to a rank and back' holds "$work/out" '^  MPI, a byte and back +[0-9.]+ [num]?s$'
check 'floors: what a message takes, and how much that is in a second' holds "$work/out" '^  MPI, 4 MiB one way +[0-9.]+ [num]?s  [0-9.]+ GB/s$'
check 'floors: a job of mpi is a multiple of that' holds "$work/out" '^  mpi +2 +[0-9.]+ [num]?s a job +MPI, a byte and back +[0-9.]+ +[01]\.[0-9]+$'
check 'floors: so is a region of mpi-static' holds "$work/out" '^  mpi-static +2 +[0-9.]+ [num]?s a region +MPI, a byte and back +[0-9.]+ +1\.00$'
check 'floors: only they are measured, and serial' is "$(column "$work/floors/floors.csv" strategy | grep . | xargs)" 'serial mpi mpi-static'
check 'floors: the bytes of messages are told' is "$(column "$work/floors/floors.csv" bytes | grep . | xargs)" '1 4194304'

cc=${CC:-cc}
if "$cc" -std=c17 -Iinclude -shared -fPIC -o "$work/libfrail.so" tests/mpi/frail.c; then
    frail=$work/libfrail.so
    right 'a work of a library' --work "$frail" --sizes 0
else
    frail=''
    echo '# works from a library are left out: no compiler'
fi

for strategy in ${both/,/ }; do
    ends "a trace of $strategy" 0 trace --strategy "$strategy" --work sleep --size 2M --jobs 6 --workers 2
    check "$strategy: it says which rank a worker is" holds <(tr -s ' \n' ' ' <"$work/out") "Worker 0 is rank 1 on $(hostname), 1 is rank 2 on $(hostname)\."
    check "$strategy: both workers ran jobs" is "$(awk '/^ *[0-9]+ +[01] / { print $2 }' "$work/out" | sort -u | xargs)" '0 1'
done
if command -v gnuplot >/dev/null; then
    ends 'a trace of ranks beside a pool, as a picture' 0 trace --strategy forkpool,$both --work sleep --size 2M --jobs 6 --workers 2 --out "$work/traced"
    check 'its lanes are called after the ranks and their host' holds "$work/traced/plots/timeline.svg" ">rank 2 on $(hostname)<"
fi
tests=$(dirname "$program")/tests/strategies/test_strategies
if [ -x "$tests" ]; then
    env "${environment[@]}" BREAKEVEN_TEST_STRATEGIES=$both BREAKEVEN_TEST_JOBS=1000 "$tests" >"$work/tested" 2>&1
    check 'what is tested of every strategy holds for these' is "$?" 0 || grep -A 4 'FAILED\|not ok' "$work/tested" | sed 's/^/#   /' | head -n 20
fi

# ------------------------------------------------------------------------------- jobs that go wrong

host=$(hostname)
# By Open MPI, and by MPICH.
killed='(rank [0-2] .*on node .* exited on signal 9 \(Killed\)|a rank, process [0-9]+ on .*, ended: Killed \(signal 9\))'
# wrong WHAT SIZE PATTERN OPTIONS...: job 7 goes wrong in that way, and the rows of both say so.
wrong() {
    local what=$1 size=$2 pattern=$3
    shift 3
    measure --work "$frail" --sizes "$size" "$@"
    check "$what: exit 1" is "$status" 1
    told "$what" "$pattern"
}
if [ -n "$frail" ]; then
    wrong 'a job that aborts' 1 "mpirun has ended all ranks: rank [12] on $host died of signal 6 \(Aborted\) in job 7"
    wrong 'a job that reads nowhere' 2 "mpirun has ended all ranks: rank [12] on $host died of signal 11 \(Segmentation fault\) in job 7"
    wrong 'a job that exits' 3 "mpirun has ended all ranks: rank [12] on $host called exit in job 7"
    wrong 'a job that exits at once' 4 "mpirun has ended all ranks: rank [12] on $host called _exit in job 7"
    wrong 'a job that exits behind the back of the C library' 8 "mpirun has ended all ranks: a? ?rank.* ended with exit code 5"
    wrong 'a job that fails' 5 '^failed,.*job 7 failed with exit code 9'
    wrong 'a job that never ends' 6 '^timed_out,.*the visit took longer than 4\.00 s' --timeout 4s
    wrong 'a job that is killed' 7 "mpirun has ended all ranks: $killed"
fi
check 'nothing is left in the temporary folder' left_nothing

# ------------------------------------------------------------------------------- what is refused

with
cpus=$(nproc)
measure --workers $((cpus + 1)) --strategies mpi
if [[ $(rows mpi) != ok* ]]; then
    check 'more ranks than slots are refused' holds <(rows mpi) \
        "^refused,.*--workers: $((cpus + 1)) ranks are more than this host has slots, $cpus .*OMPI_MCA_rmaps_base_oversubscribe=1 .*--oversubscribe"
fi
with OMPI_MCA_rmaps_base_oversubscribe=1
measure --workers $((cpus + 1)) --strategies mpi
check 'where they are allowed they are measured' is "$(rows mpi | cut -d , -f 1)" ok

# As mpirun starts a program that was built for another MPI: each rank for itself.
mkdir "$work/alone" "$work/fails" "$work/newer" "$work/never" "$work/slurm"
cat >"$work/alone/mpirun" <<'END'
#!/bin/sh
ranks=$2
shift 2
for rank in $(seq "$ranks"); do "$@" & done
wait
END
cat >"$work/fails/mpirun" <<'END'
#!/bin/sh
echo 'mpirun: there is no network' >&2
exit 7
END
cat >"$work/newer/mpirun" <<'END'
#!/bin/sh
exec python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1] + "/visit")
s.send(b"99.0 (1)".ljust(48, b"\0") + bytes(80) + (3).to_bytes(4, sys.byteorder) + bytes(400))
s.recv(1)' "$4"
END
cat >"$work/never/mpirun" <<'END'
#!/bin/sh
echo 'mpirun: b does not answer' >&2
exec sleep 1000
END
cat >"$work/slurm/srun" <<'END'
#!/bin/sh
[ "$1 $3 $4 $5" = '-n --nodes=1 --nodelist here' ] && [ "$SLURM_OVERLAP" = 1 ] || exit 9
ranks=$2
shift 5
unset SLURM_JOB_ID SLURMD_NODENAME
exec mpirun -n "$ranks" "$@"
END
chmod +x "$work"/*/mpirun "$work/slurm/srun"
with PATH="$work/alone:$PATH"
measure --strategies mpi
check 'an mpirun of another MPI is told' holds <(rows mpi) '^refused,.*mpirun is of another MPI than the one that breakeven was built for, .*(Open MPI|MPICH)'
with PATH="$work/fails:$PATH"
measure --strategies mpi
check 'an mpirun that fails is told' holds <(rows mpi) '^refused,.*mpirun ended with exit code 7: the visit said: mpirun: there is no network'
call floors --strategies mpi --rounds 1 --out "$work/no-floors"
check 'floors that an mpirun which fails could not measure say so' holds <(tail -n +2 "$work/no-floors/floors.csv") '^(mpi|message),,.*,refused,.*mpirun ended with exit code 7'
with PATH="$work/never:$PATH"
measure --strategies mpi --timeout 2s
check 'an mpirun that brings up no ranks is told, in time' holds <(rows mpi) \
    '^refused,.*mpirun has not brought up all ranks within 1\.50 s, three quarters of --timeout, and was ended: the visit said: mpirun: b does not answer'
with PATH="$work/slurm:$PATH" SLURM_JOB_ID=1 SLURMD_NODENAME=here OMPI_MCA_rmaps_base_oversubscribe=1
right "what is srun's to start in an allocation of Slurm" --work squares
if command -v python3 >/dev/null; then
    with PATH="$work/newer:$PATH"
    measure --strategies mpi
    check 'ranks of another version are refused' holds <(rows mpi) '^refused,.*mpi: the ranks are of breakeven 99\.0 \(1\)\, where this is '
else
    echo '# ranks of another version are left out: no python3'
fi
check 'what was refused leaves nothing in the temporary folder' left_nothing

# ------------------------------------------------------------------------------- what is killed

with OMPI_MCA_rmaps_base_oversubscribe=1
# pids PATTERN: the processes of the run whose command line has it.
pids() { pgrep -f "$1" | grep -xFf <(marked); }
ranks_are() { [ "$(pids "^$work/tmp/.*/rank " | wc -l)" -ge 3 ]; }
number=0
# kills WHAT PATTERN STRATEGY: a process of a run under way is killed that has this command line: the first, since a visit has a guard.
kills() {
    local what="$1 of $3"
    number=$((number + 1))
    begin run quick --work sleep --sizes 20M --jobs 100 --rounds 1000 --workers 2 --strategies "$3" --timeout 20s --out "$work/killed-$number" --quiet
    check "$what: the ranks are there" until_true 20 ranks_are
    sleep 0.$((RANDOM % 10))
    pids "$2" | head -n 1 | xargs -r kill -KILL
}
# Ends a run that goes on.
interrupt() {
    kill -INT "$run" 2>"$work/gone"
    finish 30
    check "$1: nothing outlives it" left_nobody
    check "$1: nothing is left in the temporary folder" left_nothing
}
row() { grep -qE "^1,.*,$1,.*$2" "$work/killed-$number/samples.csv"; }
for strategy in ${both/,/ }; do
    kills 'a rank' "^$work/tmp/.*/rank " "$strategy"
    check "a rank of $strategy is killed: a row names it and its host" until_true 20 row "$strategy" "$killed"
    interrupt "a rank of $strategy is killed"
    kills 'mpirun' '^mpirun ' "$strategy"
    check "mpirun of $strategy is killed: a row says so" until_true 20 row "$strategy" 'mpirun died of signal 9 \(Killed\), and the ranks with it'
    interrupt "mpirun of $strategy is killed"
    kills 'the visit' '^breakeven visit .*/mpi' "$strategy"
    check "the visit of $strategy is killed: a row says so" until_true 20 row "$strategy" 'the visit died of signal 9'
    interrupt "the visit of $strategy is killed"
    kills 'breakeven' "^$program run " "$strategy"
    finish 20
    check "breakeven is killed, by $strategy: nothing outlives it" left_nobody
    check "breakeven is killed, by $strategy: nothing is left in the temporary folder" until_true 5 left_nothing
done

summary
