#!/usr/bin/env bash
# Memory of which a cgroup allows little: what does not fit is refused before it is taken, by the
# limit's name, and where the kernel kills for it, it kills a visit, which says so.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# A cgroup of our own, of v1 or v2, below which the limited ones are made. Nobody else is in it.
make_group() {
    local v1=/sys/fs/cgroup/memory own
    own=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
    if [ -n "$own" ] && mkdir "$v1${own%/}/breakeven-test-$$" 2>/dev/null; then
        group=$v1${own%/}/breakeven-test-$$ limit=memory.limit_in_bytes
        mkdir "$group/inner"
    elif [ -e /sys/fs/cgroup/cgroup.controllers ] && mkdir "/sys/fs/cgroup/breakeven-test-$$" 2>/dev/null; then
        group=/sys/fs/cgroup/breakeven-test-$$ limit=memory.max
        echo +memory >"$group/cgroup.subtree_control" && mkdir "$group/inner"
    fi 2>/dev/null
    [ -n "$group" ] && echo $((256 << 20)) >"$group/$limit" && echo $$ >"$group/inner/cgroup.procs" &&
        leave_group
}
leave_group() { echo $$ >"$(dirname "$group")/cgroup.procs"; }
remove_group() {
    leave_group
    until_true 5 rmdir "$group/inner" "$group"
} 2>/dev/null
group=''
trap 'remove_group; rm -rf "$work"' EXIT

if sanitized; then
    echo '# memory of a cgroup: not tested, sanitizers take a multiple of what is asked for'
    summary
    exit
fi
if ! make_group 2>/dev/null; then
    echo '# memory of a cgroup: not tested, no cgroup with a limit of its own can be made here'
    summary
    exit
fi

# Whatever this script starts from here on; what limits it is above its own cgroup.
echo $$ >"$group/inner/cgroup.procs"
named="of memory are needed and [0-9.]+ MiB are available: $group/$limit is 256 MiB"
# shellcheck disable=SC2054 # lists of the options
few=(--rounds 1 --quiet --strategies fork,threads --workers 2)
details() { awk -F, 'NR > 1 { print $26 "," $27 }' "$1/samples.csv" | sort -u; }

# ------------------------------------------------------------------------------- refused

refuses 4 "^breakeven: batch with --payload: 512 MiB $named" \
    trace --work empty --size 1 --payload 64Mi --jobs 4 --strategy forkpool
refuses 4 "^breakeven: --workers: forkpool with 3000 workers.*: [0-9]+ MiB $named" \
    trace --work empty --size 1 --jobs 3000 --workers 3000 --strategy forkpool
refuses 4 "^breakeven: batch with --payload: .* $named" \
    trace --work empty --size 1 --payload 64Mi --jobs 4 --strategy serial,fork
refuses 4 "^breakeven: input: 477 MiB $named" trace --work stream --size 5e8 --jobs 1
refuses 4 "^breakeven: --parent-mib: 512 MiB $named" \
    run quick "${few[@]}" --parent-mib 0,512 --out "$work/parent"
if "$program" list strategies | sed -n '/^mpi /,/^[a-z]/p' | grep -q 'this build has no MPI\|mpirun is not in PATH'; then
    echo '# ranks of MPI are left out: there is no MPI'
else
    environment=(OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1)
    refuses 4 "^breakeven: --workers: mpi with 64 workers.*: [0-9]+ MiB $named" \
        trace --work empty --size 1 --jobs 3000 --workers 64 --strategy mpi
    environment=()
fi
truncate -s 300M "$work/input"
refuses 4 "^breakeven: --workers: threads with 9 workers.*: [0-9]+ MiB $named" \
    trace --work deflate --input "$work/input" --size 3e7 --jobs 9 --workers 9 --strategy threads
check 'what is refused makes no folder' not test -e "$work/parent"

if unshare --mount --cgroup true 2>/dev/null; then
    unshare --mount --cgroup "$program" trace --work empty --size 1 --payload 64Mi --jobs 4 >"$work/out" 2>"$work/err"
    check 'a namespace that hides the names of cgroups: exit 4' is "$?" 4
    check 'a namespace that hides the names of cgroups: one line names the limit' one_error_line "--payload: 512 MiB $named"
else
    echo '# cgroup namespaces: not tested, none can be made here'
fi

call run quick --formats svg "${few[@]}" --work stream --sizes 1e9 --out "$work/stream"
check 'an input that does not fit: exit 4' is "$status" 4
check 'an input that does not fit: every row names the limit' \
    not grep -vE "^round,|,refused,input: .* $named," "$work/stream/samples.csv"

# shellcheck disable=SC2054
payload=("${few[@]}" --work empty --sizes 1 --payload 0,1Mi --jobs 256)
call run quick --formats svg "${payload[@]}" --out "$work/payload"
check 'results that do not fit: exit 1' is "$status" 1
check 'results that do not fit: the others are measured, these name the limit' \
    holds <(details "$work/payload" | tr '\n' ' ') "^ok, refused,reference of --payload: .* $named $"
call run quick --formats svg "${payload[@]}" --resume --out "$work/payload"
check 'results that do not fit, resumed: exit 1' is "$status" 1

# The reference has room, the batch beside it has none; nor have two callers.
call run quick --formats svg "${few[@]}" --work empty --sizes 1 --payload 512Ki --jobs 256 --out "$work/batch"
check 'a batch that does not fit: every row names the limit' \
    holds <(details "$work/batch") "^refused,(serial reference: .*)?batch with --payload: 256 MiB $named"
call run quick --formats svg "${few[@]}" --sizes 100 --parent-mib 160 --payload 0/8Mi --jobs 5 --out "$work/both"
check 'a batch and a caller that do not fit together name the limit' \
    holds <(details "$work/both") "^refused,.* --parent-mib.* $named"
call run quick --formats svg "${few[@]}" --sizes 100 --jobs 4 --strategies fork,threads --workers 2,2000 --out "$work/workers"
check 'workers that have no jobs need no memory' holds <(details "$work/workers") '^ok,$'

# Batches that each have room are measured or refused; none is killed, none takes another's room.
call run quick --formats svg --rounds 2 --quiet --strategies threads --workers 2 --work empty --sizes 1..3:+1 --payload 224Ki --jobs 256 --out "$work/many"
check 'many batches: what has been measured once has room again' \
    is "$(awk -F, 'NR > 1 { print $3, $26 }' "$work/many/samples.csv" | sort -u | wc -l)" 3
check 'many batches: some are measured' holds "$work/many/samples.csv" ,ok,
check 'many batches: some are refused by the limit' holds "$work/many/samples.csv" ",refused,.* $named"
check 'many batches: none crashes' not grep -q ,crashed, "$work/many/samples.csv"

# ------------------------------------------------------------------------------- killed

# Where limits cannot be seen, the kernel kills, but not the harness.
blind() { unshare --mount sh -c 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"' - "$program" "$@" >"$work/out" 2>"$work/err"; }
blind trace --work empty --size 1 --payload 64Mi --jobs 4
check 'a limit that cannot be seen: exit 4' is "$?" 4
check 'a limit that cannot be seen: one line says what the kernel did' one_error_line \
    '--payload: [0-9]+ bytes of shared memory: the kernel killed for want of memory: oom_kill in /proc/vmstat went from'
blind run quick "${few[@]}" --work empty --sizes 1 --payload 0,768Ki --jobs 256 --out "$work/blind"
check 'a limit that cannot be seen: the run goes on' is "$?" 1
check 'a limit that cannot be seen: what fits is measured, what does not names what the kernel did' \
    holds <(details "$work/blind" | tr '\n' ' ') '^crashed,.*the kernel killed for want of memory: oom_kill in /proc/vmstat.* ok, $'

# A gnuplot that takes more than there is.
mkdir "$work/bin" && printf '#!/bin/sh\nexec dd if=/dev/zero of=/dev/null bs=400M count=1\n' >"$work/bin/gnuplot"
chmod 755 "$work/bin/gnuplot"
environment=("PATH=$work/bin:$PATH")
call report "$work/payload"
environment=()
check 'a gnuplot that is killed for memory: exit 4' is "$status" 4
check 'a gnuplot that is killed for memory: one line names the limit' holds "$work/err" \
    "^breakeven: .*gnuplot .*9.*: the kernel killed for want of memory: oom_kill in .*; $group/$limit is 256 MiB"

# Somebody else takes the memory while a visit runs.
begin run quick --quiet --rounds 1 --strategies threads --workers 2 --work sleep --sizes 1e9 --jobs 1 --parent-mib 64 \
    --out "$work/killed"
score() { cat "/proc/$1/oom_score_adj" 2>/dev/null; }
visits() { pgrep -P "$run"; }
offered() { for visit in $(visits); do [ "$(score "$visit")" = 1000 ] && return; done; return 1; }
check 'a visit is killed before others' until_true 10 offered
check 'the harness is not' is "$(score "$run")" "$(score $$)"
# shellcheck disable=SC2016 # the dollar is awk's
filled() { visits | sed 's,.*,/proc/&/status,' | xargs -r awk '/^RssAnon/ && $2 > 65536 { n++ } END { exit !n }'; } 2>/dev/null
until_true 20 filled
head -c 200M /dev/zero | tail -c 200M | wc -c >/dev/null
until_true 20 grep -qs ',crashed,' "$work/killed/samples.csv"
kill -TERM "$run"
finish 20
check 'a visit that is killed for memory: the harness goes on until it is told to end' is "$status" 143
check 'a visit that is killed for memory says so, by the limit' holds "$work/killed/samples.csv" \
    ",crashed,.*signal 9 .*: the kernel killed for want of memory: oom_kill in .* went from [0-9]+ to [0-9]+; $group/$limit is 256 MiB"

summary
