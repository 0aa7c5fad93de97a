#!/usr/bin/env bash
# MPI over several hosts, which cluster.sh makes of this machine: what comes back is right, what the files tell of the hosts, and what
# can be wrong with a host is told in a line that names it.
# shellcheck source=tests/shell.sh disable=SC2016 # what is within ' means itself here
. "$(dirname "$0")/shell.sh"

both=mpi,mpi-static
mkdir "$work/tmp"
environment=(TMPDIR="$work/tmp")
cluster=$PWD/tests/cluster.sh

# over HOSTS COMMAND...: on the first of so many hosts; leaves $status, $work/out and $work/err.
over() {
    env "${environment[@]}" timeout 120 "$cluster" --hosts "$1" -- "${@:2}" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}
# measure HOSTS LIST OPTIONS...: a run of one round on a cluster of so many hosts.
measure() {
    over "$1" "$program" run quick --work squares --sizes 100 --jobs 100 --rounds 1 --strategies $both --formats svg \
        --out "$work/run" --force --quiet --hosts "${@:2}"
}
# rows STRATEGY: status and detail of its rows, each once.
rows() { awk -F, -v s="$1" '$5 == s' "$work/run/samples.csv" | cut -d , -f 26- | sort -u; }
# cells STRATEGY: its workers and hosts.
cells() { awk -F, -v s="$1" '$5 == s { print $6 "/" $NF }' "$work/run/samples.csv" | sort -u | xargs; }
left_nothing() { is "$(ls -A "$work/tmp")" ''; }
is_ok() { is "$(rows "$1" | cut -d , -f 1 | sort -u)" ok; }
# refused WHAT PATTERN: exit 4, and one line about --hosts.
refused() {
    check "$1: exit 4" is "$status" 4
    check "$1: one line names it" one_error_line "^breakeven: --hosts: $2"
    check "$1: nothing was measured" not test -e "$work/run/samples.csv"
    check "$1: nothing is left in the temporary folder" left_nothing
}

# ------------------------------------------------------------------------------- what needs no host

refuses 2 '--hosts: none of these strategies runs over hosts; mpi and mpi-static do' run quick --hosts a:2 --strategies fork --out "$work/refused"
refuses 2 "--hosts: host 'a' is given twice" run quick --hosts a:2,a --strategies mpi --out "$work/refused"
refuses 2 '--hosts: \./no-such-file: ' run quick --hosts ./no-such-file --strategies mpi --out "$work/refused"
printf 'a slots=2\nb slots=none\n' >"$work/damaged"
refuses 2 "--hosts: $work/damaged:2: slots of 'b'" run quick --hosts "$work/damaged" --strategies mpi --out "$work/refused"
: >"$work/empty"
refuses 2 "--hosts: $work/empty names no host" run quick --hosts "$work/empty" --strategies mpi --out "$work/refused"
refuses 2 '--hosts: none of these strategies' trace --hosts a:2 --strategy fork
check 'what is refused makes no folder' not test -e "$work/refused"

ends 'list strategies' 0 list strategies
missing=$(sed -n '/^mpi /,/^[a-z]/p' "$work/out" | sed '1d; /^[a-z]/d' | sed -n 's/^ *unavailable: //p' | grep -v 'refuses to be run by root')
over 2 true
if [ "$status" -eq 125 ]; then
    missing=$(cat "$work/err")
fi
if [ -n "$missing" ]; then
    echo "# what runs over hosts is left out: $missing"
    summary
    exit
fi

# ------------------------------------------------------------------------------- what is right

measure 2 a:2,b:2
check 'a run over two hosts: exit 0' is "$status" 0
sed 's/^/#   /' "$work/err" | head -n 5
for strategy in ${both/,/ }; do
    check "over two hosts what $strategy gives is right" is_ok "$strategy"
    check "$strategy is measured over one host and over both, with all their slots" is "$(cells "$strategy")" '2/1 4/2'
done
check 'serial is on no list of hosts' is "$(cells serial)" 1/0
check 'nothing is left in the temporary folder' left_nothing
told() { python3 -c '
import json, sys
for host in json.load(open(sys.argv[1]))["hosts"]:
    print(host["name"], host["slots"], host["host"], host["cpus"] >= 1, host["memory_bytes"] > 1 << 20, host["kernel"][:5], host["version"] != "")
' "$work/run/host.json"; }
if command -v python3 >/dev/null; then
    check 'host.json has the facts of each host' is "$(told)" $'a 2 a True True Linux True\nb 2 b True True Linux True'
fi

printf '# the cluster\nc slots=1\na:2\nb\n' >"$work/hostfile"
measure 3 "$work/hostfile" --workers 1,all --jobs 3w
check 'three hosts of a file, in its order: exit 0' is "$status" 0
for strategy in ${both/,/ }; do
    check "over three hosts what $strategy gives is right" is_ok "$strategy"
    check "$strategy has no cell with a host without a worker" is "$(cells "$strategy")" '1/1 3/2 4/3'
done
check 'jobs grow with the slots' is "$(awk -F, '$5 == "mpi" && $6 == 4 { print $4 }' "$work/run/samples.csv" | sort -u)" 12
if command -v python3 >/dev/null; then
    check 'facts are in the order of the list, wherever this machine stands in it' \
        is "$(told | cut -d ' ' -f 1-3 | xargs)" 'c 1 c a 2 a b 1 b'
fi

measure 2 a:2,b:2 --workers 1,2,all --jobs 4w --sizes 1e4
curves() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $at["mode"] == "weak" && $at["strategy"] == "mpi" { print $at["hosts"] ":" $at["workers"] "/" $at["place"] }' "$work/run/scaling.csv"; }
check 'batches that grow have a curve for each number of hosts' is "$(curves | sort | xargs)" '1:1/slots 1:2/slots 2:2/slots 2:4/slots'
ends 'explain of batches that grow over hosts' 0 explain mpi "$work/run"
check 'explain tells of each number of hosts' is "$(tr -s ' \n' ' ' <"$work/out" | grep -oE 'mpi over [12] hosts?, with 4 jobs for each worker: with [24] workers' | xargs)" \
    'mpi over 1 host, with 4 jobs for each worker: with 2 workers mpi over 2 hosts, with 4 jobs for each worker: with 4 workers'
measure 2 a:2,b:2 --sizes 100,1e4
check 'the answer is told by hosts' holds <(tr -s ' \n' ' ' <"$work/run/tables.txt") \
    'Kept open, over two hosts .*, over one .*\. Two hosts are surely ahead of fewer '

measure 3 b:1,c:1 --payload 3000/70000 --jobs 30 --work skewed
check 'hosts without this machine: exit 0' is "$status" 0
for strategy in ${both/,/ }; do
    check "where the manager is on none of the hosts what $strategy gives is right" is_ok "$strategy"
done

cc=${CC:-cc}
if "$cc" -std=gnu17 -Iinclude -shared -fPIC -o "$work/libfrail.so" tests/mpi/frail.c; then
    measure 2 b:1 --work "$work/libfrail.so" --sizes 1 --strategies mpi
    check 'a job that dies on another host: exit 1' is "$status" 1
    check 'a row names the rank, its host and the job' holds <(rows mpi) 'rank 1 on b died of signal 6 \(Aborted\) in job 7'
fi

over 2 "$program" trace --strategy mpi --hosts a:1,b:1 --work sleep --size 5M --jobs 8 --out "$work/traced"
check 'a trace over two hosts: exit 0' is "$status" 0
check 'how far clocks of other hosts may be off is told' holds "$work/out" "^mpi: times of other hosts are by this one's clock, within [0-9.]+ "
check 'and which rank on which host a worker is' holds <(tr -s ' \n' ' ' <"$work/out") 'Worker 0 is rank 1 on a, 1 is rank 2 on b\.'
# Jobs sleep for 5 ms, and those of a worker come one after the other, by whatever clock; one that is off may cost a job what it then
# has outside of the map, at either edge. A thousandth is what two clocks may differ by as they run.
in_order() {
    local off_ns
    off_ns=$(sed -nE "s/^mpi(-static)?: times of other hosts are by this one's clock, within ([0-9.]+) ([mun]?)s.*/\2 \3/p" "$work/out" |
        awk '{ print $1 * ($2 == "n" ? 1 : $2 == "u" ? 1e3 : $2 == "m" ? 1e6 : 1e9) }')
    awk -F, -v off="$off_ns" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["span"] != "job" { next }
        { jobs++; worker = $at["worker"]; start = $at["start_ns"]; end = $at["end_ns"] }
        end - start < 4995000 - 2 * off || (worker in ended && start < ended[worker]) { bad = 1; print "# " $0 " (off by " off ")" }
        { ended[worker] = end } END { exit bad || jobs != 8 }' "$work/traced/trace.csv"
}
check 'jobs of a worker took their time, one after the other' in_order

# Host b has another clock, which is eleven days ahead.
cat >"$work/ahead" <<END
#!/bin/sh
[ "\$(hostname)" = a ] && exec '$program' "\$@"
exec unshare --time --monotonic 1000000 --fork --kill-child '$program' "\$@"
END
chmod +x "$work/ahead"
over 2 sh -c '"$CLUSTER_AGENT" b unshare --time --monotonic 1000000 --fork true'
if [ "$status" -eq 0 ]; then
    for strategy in ${both/,/ }; do
        environment=(TMPDIR="$work/tmp" BREAKEVEN_RANK="$work/ahead")
        over 2 "$program" trace --strategy "$strategy" --hosts a:1,b:1 --work sleep --size 5M --jobs 8 --out "$work/traced" --force
        environment=(TMPDIR="$work/tmp")
        check "a trace of $strategy over hosts whose clocks differ: exit 0" is "$status" 0
        check "$strategy: each job took its time, by this host's clock" in_order
    done
else
    echo '# clocks that differ are left out: there are no namespaces for time'
fi

# Host b has the name of a, and has booted another time.
echo 01234567-89ab-cdef-0123-456789abcdef >"$work/boot"
cat >"$work/twin" <<END
#!/bin/sh
[ "\$(hostname)" = a ] && exec '$program' "\$@"
exec unshare --uts --mount sh -c 'hostname a && mount --bind "\$0" /proc/sys/kernel/random/boot_id && exec "\$@"' '$work/boot' '$program' "\$@"
END
chmod +x "$work/twin"
over 2 sh -c '"$CLUSTER_AGENT" b "$0" --version' "$work/twin"
if [ "$status" -eq 0 ]; then
    environment=(TMPDIR="$work/tmp" BREAKEVEN_RANK="$work/twin")
    over 2 "$program" trace --strategy mpi --hosts a:1,b:1 --work sleep --size 5M --jobs 8 --out "$work/traced" --force
    environment=(TMPDIR="$work/tmp")
    check 'a trace over two hosts of one name: exit 0' is "$status" 0
    check 'they are told apart by their boots' holds "$work/out" "^mpi: times of other hosts are by this one's clock, within [0-9.]+ "
else
    echo '# hosts of one name are left out: their names or boots cannot be set here'
fi

# Both builds are visited as copies, which other hosts do not have.
over 2 "$program" compare --ab "$program" "$program" --strategies mpi --hosts a:1,b:1 --work squares --sizes 1000 --jobs 20 --rounds 2 \
    --out "$work/run" --force --quiet
built() { awk -F, '$5 == "mpi" { print $41, $26, $NF }' "$work/run/samples.csv" | sort -u | xargs; }
check 'two builds are compared over hosts' is "$(built)" 'base ok 1 base ok 2 new ok 1 new ok 2'

# ------------------------------------------------------------------------------- what is wrong with a host

rm -rf "$work/run"
measure 2 a:1,nowhere:1 --timeout 5s # MPICH's mpirun does not see that an agent has failed
refused 'a host that does not resolve' 'nowhere: mpirun .*: agent: could not resolve hostname nowhere: .*tried by .*mpirun'

# A host from which no packet comes back.
rm -rf "$work/run"
over 2 sh -c '"$CLUSTER_AGENT" b ip link set eth0 down; exec "$@"' sh "$program" run quick --strategies mpi --hosts a:1,b:1 --timeout 5s --out "$work/run" --quiet
refused 'a host that is cut off' 'b: mpirun (has not brought up all ranks within 3\.75|ended with exit code).* \(tried by '

over 2 sh -c '"$CLUSTER_AGENT" b ip link set eth0 down; exec "$@"' sh "$program" trace --strategy mpi --hosts a:1,b:1 --timeout 5s
refused 'a trace over a host that is cut off' 'b: mpirun (has not brought up all ranks within 3\.75|ended with exit code).* \(tried by '

over 2 "$program" floors --strategies mpi --hosts a:1,nowhere:1 --rounds 1 --out "$work/floors"
refused 'floors over a host that does not resolve' 'nowhere: mpirun .* \(tried by '
check 'where no floors were measured none are written' not test -e "$work/floors/host.json"

over 10 "$program" trace --strategy mpi --hosts a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,nowhere:1,i:1
refused 'one of many hosts that does not resolve' 'nowhere: mpirun .* \(tried by mpirun --host nowhere:1\)'

cat >"$work/elsewhere" <<'END'
#!/bin/sh
[ "$(hostname)" = a ] && exec "$PROGRAM" "$@"
exec "$OTHER" "$@"
END
chmod +x "$work/elsewhere"
rm -rf "$work/run"
environment=(TMPDIR="$work/tmp" BREAKEVEN_RANK="$work/no-such-program")
measure 2 a:1,b:1
refused 'a host without the program' "[ab]: .*$work/no-such-program"

# The same program but for its version; the agent brings no environment along, so a script holds the paths.
version=$("$program" --version | sed -n '1s/^breakeven \([0-9.]*\).*/\1/p')
sed "s/$version (\([0-9]\))/$(tr 0-9 9 <<<"$version") (\1)/g" "$program" >"$work/another"
chmod +x "$work/another"
sed -i "s|\$PROGRAM|$program|; s|\$OTHER|$work/another|" "$work/elsewhere"
environment=(TMPDIR="$work/tmp" BREAKEVEN_RANK="$work/elsewhere")
measure 2 a:1,b:1
if cmp -s "$program" "$work/another"; then
    echo '# another version is left out: it is not found in the program'
else
    refused 'a host with another version' 'b: mpi: rank 1 on b is of breakeven 9.*, where this is '
fi
environment=(TMPDIR="$work/tmp")

rm -rf "$work/run"
measure 2 a:1,b:1 --workers 3 --strategies mpi
check 'more workers than slots: exit 1' is "$status" 1
check 'they are refused, and how they are allowed is told' holds <(rows mpi) \
    '^refused,.*--workers: 3 ranks are more than the 2 hosts have slots by --hosts, 2 .*OMPI_MCA_rmaps_base_oversubscribe=1'
environment=(TMPDIR="$work/tmp" OMPI_MCA_rmaps_base_oversubscribe=1)
measure 2 a:1,b:1 --workers 3 --strategies mpi
check 'where they are allowed they are measured' is_ok mpi
check 'all that ran over hosts leaves nothing in the temporary folder' left_nothing

summary
