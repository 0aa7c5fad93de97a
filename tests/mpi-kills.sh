#!/usr/bin/env bash
# Ranks of MPI, who has started them, the visit and breakeven itself are killed at any moment: nothing hangs, nothing is left, and
# rows tell what happened.
# usage: tests/mpi-kills.sh [KILLS [SEED]]     by hand: tests/mpi-kills.sh 100
script=$(realpath "$0")
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

kills=${1:-10} seed=${2:-$RANDOM}
most_s=30
mkdir "$work/tmp"
environment=(TMPDIR="$work/tmp" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1)
call list strategies
missing=$(sed -n '/^mpi /,/^[a-z]/p' "$work/out" | sed -n 's/^ *unavailable: //p')
if [ -n "$missing" ]; then
    echo "# left out: $missing"
    summary
    exit
fi

# A /dev/shm of its own, where that is allowed: what is left there is then ours.
mounts='mount -t tmpfs -o mode=1777 tmpfs /dev/shm'
if [ "${BREAKEVEN_OWN_SHM:-}" != $$ ]; then
    for spaces in --mount '--user --map-current-user --keep-caps --mount'; do
        # shellcheck disable=SC2086,SC2016 # words; the shell within expands it
        if unshare $spaces sh -c "$mounts" 2>/dev/null; then
            rm -rf "$work"
            exec unshare $spaces sh -c "$mounts"' && BREAKEVEN_OWN_SHM=$$ exec "$@"' sh bash "$script" "$kills" "$seed"
        fi
    done
    echo '# what is left in /dev/shm is not looked at: this user may not mount one of its own'
fi
# MPICH makes a file there that it removes once all ranks have it; where a rank is killed before that nobody knows whose it is.
shared() { [ "${BREAKEVEN_OWN_SHM:-}" != $$ ] || ls -A /dev/shm -I 'mpich_shar_tmp*'; }
left() { ls -A "$work/tmp"; shared; }
left_nothing() { [ -z "$(left)" ]; }
none_left() { until_true 5 left_nothing || { left | sed 's/^/# left: /'; find "$work/tmp" -mindepth 1 -delete; shared | sed 's|^|/dev/shm/|' | xargs -r rm -rf; false; }; }

# ------------------------------------------------------------------------------- who is killed

# ours PATTERN: the processes of the run whose command line has it.
ours() { pgrep -f "$1" | grep -xFf <(marked); }
# numbered PATTERN: the ranks whose number has it, as MPI tells it to them.
numbered() {
    local rank
    for rank in $(ours "^$work/tmp/.*/rank "); do
        tr '\0' '\n' 2>/dev/null <"/proc/$rank/environ" | grep -qxE "(OMPI_COMM_WORLD_RANK|PMI_RANK|PMIX_RANK)=$1" && echo "$rank"
    done
}
find_victim() {
    case $1 in
    worker) victim=$(numbered '[1-9]' | head -n 1) ;;
    manager) victim=$(numbered 0) ;;
    mpirun) victim=$(ours '^([^ ]*mpirun(.mpich)?|srun) ' | head -n 1) ;;
    visit) victim=$(ours '^breakeven visit .*/mpi' | head -n 1) ;; # not its guard, which it has started
    breakeven) victim=$run ;;
    esac
    [ -n "$victim" ]
}

# ------------------------------------------------------------------------------- what rows tell

# A visit that was hit is told by rows without a time, and which say by what; all others went well.
honest='rank [0-2] .* on node .* exited on signal 9 \(Killed\)
a rank, process [0-9]+ on .*, ended: Killed \(signal 9\)
mpirun ended with exit code 137: a rank died of signal 9 \(Killed\)
mpirun died of signal 9 \(Killed\), and the ranks with it
rank [0-2] on .*: Killed
srun died of signal 9 \(Killed\), and the ranks with it
the visit died of signal 9 \(Killed\)'
rows() { sed 1d "$out/samples.csv" 2>/dev/null; }
visits() { rows | cut -d , -f 1,5 | uniq | wc -l; }
one_more() { [ "$(visits)" -gt "$1" ] || ended; }
# Column 26 is the status, and 13 the time.
well() { rows | awk -F, '$26 == "ok" && $13 > 0'; }
ill() { rows | awk -F, '$26 != "ok" || $13 + 0 == 0'; }
are_honest() {
    local wrong
    wrong=$(ill | grep -vE "$honest")
    [ -z "$wrong" ] || { echo "# neither whole nor honest: $wrong"; false; }
}
hit() { [ "$(ill | cut -d , -f 1,5 | sort -u | wc -l)" -le 1 ] || { echo '# rows of several visits:'; ill; false; }; }
# No line is cut off.
are_whole() { [ ! -e "$out/samples.csv" ] || [ -z "$(tail -c 1 "$out/samples.csv")" ]; }

# ------------------------------------------------------------------------------- the kills

RANDOM=$seed
victims=(worker manager mpirun visit breakeven)
told=0 failures=0 late='' longest=0
echo "# $kills kills, seed $seed"
for ((i = 0; i < kills; i++)); do
    who=${victims[i % 5]} strategies=mpi out=$work/run-$i
    [ $((RANDOM % 2)) -eq 0 ] || strategies=mpi-static
    after=$((RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))
    what="kill $i: $who of $strategies, after $after s"
    begin run quick --work sleep --sizes 2M --jobs 20 --rounds 1000 --workers 2 --strategies "$strategies" --timeout ${most_s}s --formats svg --out "$out" --quiet
    sleep "$after"
    until_true 10 find_victim "$who" || { check "$what: it is there" false; left_nobody; continue; }
    before=$(visits)
    began=$EPOCHREALTIME
    kill -KILL "$victim" 2>/dev/null
    # It may have been the last moment of a visit: then the next one goes well. A visit may take all of --timeout, and the end of
    # its ranks comes after that.
    { until_true $((2 * most_s)) one_more $((before + 1)) || late="$late $i"; } 2>/dev/null # of who was killed bash tells
    took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
    [ "$took" -le "$longest" ] || longest=$took
    [ "$took" -lt 10000 ] || echo "# $what: $took ms"
    [ "$who" = breakeven ] || kill -INT "$run" 2>/dev/null
    until_true $((2 * most_s)) ended || late="$late $i"
    finish 1
    check "$what: nothing outlives it" left_nobody 2>/dev/null
    check "$what: nothing is left in folders" none_left
    check "$what: rows tell it" are_honest
    check "$what: no more than one visit is lost" hit
    check "$what: lines are whole" are_whole
    [ -z "$(ill)" ] || told=$((told + 1))
    [ "$failed" -eq "$failures" ] || { rows | tail -n 4 | sed 's/^/#   /'; head -n 3 "$work/err" | sed 's/^/#   /'; }
    failures=$failed
    rm -rf "$out"
done
check "no kill was followed by $((2 * most_s)) s without a row, or by a run that does not end" is "$late" ''
echo "# rows told of $told kills; from a kill to the next visit after the one that was hit it took $longest ms at most"
summary
