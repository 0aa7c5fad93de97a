#!/usr/bin/env bash
# mpi4py's pool of ranks of MPI, measured by visits: what becomes of it where something is missing or somebody is killed, and that
# nothing is left of it. tests/runner/test_python.py speaks with it as with Python's other strategies.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# Debian's package is for the system's own Python.
python=''
for candidate in python3 /usr/bin/python3; do
    if [ -z "$python" ] && "$candidate" -c 'import mpi4py, sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
        python=$candidate
    fi
done
if [ -z "$python" ] || ! command -v orted >/dev/null; then
    echo "# left out: mpi4py with Open MPI is not installed (Debian's packages are python3-mpi4py and openmpi-bin)"
    exit 0
fi

if ! "$python" -c 'import socket, sys; sys.exit(len(socket.if_nameindex()) < 2)'; then
    echo '# left out: there is no network interface but the loopback, which ranks of Open MPI do not use'
    exit 0
fi

# What Python and Open MPI write lies in TMPDIR, in a folder whose name has a blank: nobody may leave it behind.
export TMPDIR="$work/a folder"
mkdir "$TMPDIR"
emptied() { [ -z "$(ls -A "$TMPDIR")" ]; }
shared() { find /dev/shm /tmp -mindepth 1 -maxdepth 1 \( -name 'vader_segment*' -o -name 'ompi.*' -o -name 'pmix*' \) -user "$(id -u)" 2>/dev/null | sort; }
shared >"$work/before"
nothing_shared() { [ -z "$(shared | comm -13 "$work/before" -)" ]; }

# measuring DIR OPTIONS...: the words of a run of one round.
measuring() { measure=(run quick --workers 2 --rounds 1 --formats svg --quiet --python "$python" --out "$work/$1" --force "${@:2}"); }
rows() { column "$work/$1/samples.csv" "$2" | sort -u | xargs; }
# row DIR COLUMN: that of the pool, read as CSV.
row() {
    "$python" - "$work/$1/samples.csv" "$2" <<'EOF'
import csv, sys
path, column = sys.argv[1:]
with open(path, newline="") as file:
    print("\n".join(sorted({row[column] for row in csv.DictReader(file) if row["strategy"] == "mpi4py-pool"})))
EOF
}

# ------------------------------------------------------------------------------- measured

measuring by-name --work squares --sizes 1000 --jobs 8 --strategies mpi4py-pool --timeout 60s
begin "${measure[@]}"
finish 120
check 'it is measured where it is named' is "$status $(row by-name status)" '0 ok'
check 'both ranks took part' is "$(row by-name participation | tail -n 1)" 1
check 'a serial loop in Python is what it is compared with' is "$(row by-name baseline)" py-serial
check 'host.json tells the version of mpi4py' holds "$work/by-name/host.json" '"mpi4py": "[0-9]'
check 'it leaves nobody' left_nobody
check 'nor a folder' until_true 5 emptied
check 'nor what ranks share' until_true 5 nothing_shared
measuring python --work empty --sizes 1 --jobs 4 --strategies python
call "${measure[@]}"
check 'python does not stand for it' not grep -q mpi4py "$work/python/samples.csv"

environment=(PATH="$(dirname "$(command -v env)")")
mkdir "$work/bin" && ln -s "$(command -v "$python")" "$work/bin/python3"
environment=(PATH="$work/bin")
measuring no-launcher --work empty --sizes 1 --jobs 4 --strategies mpi4py-pool --python python3
call "${measure[@]}"
environment=()
check 'without a launcher of MPI it is unavailable' is "$(row no-launcher status)" unavailable
check 'which names the package' holds <(row no-launcher detail) 'openmpi-bin'

# ------------------------------------------------------------------------------- killed

ranks() { marked | xargs -r ps -o pid=,args= -p | awk '/mpi4py\.futures\.server/ && !/orted/ { print $1 }'; }
daemon() { marked | xargs -r ps -o pid=,comm= -p | awk '$2 == "orted" { print $1 }'; }
runner() { marked | xargs -r ps -o pid=,args= -p | awk '/breakeven_runner\.py/ && !/orted/ { print $1 }' | head -n 1; }
visit() { pgrep -P "$run" -f '^breakeven visit .*/mpi4py-pool/' | head -n 1; }
at_work() { [ "$(ranks | wc -l)" -eq 2 ] && [ -n "$(daemon)" ] && [ -n "$(visit)" ]; }
# begin_long NAME: maps of many jobs, which take a second or so each.
begin_long() {
    measuring "$1" --work empty --sizes 1 --jobs 5000 --strategies mpi4py-pool --timeout 60s
    begin "${measure[@]}"
    check "$1: ranks are at work" until_true 30 at_work
    sleep 0.5 # they are when the first map has begun
}
# leaves NAME
leaves() {
    check "$1: nobody is left" left_nobody
    check "$1: nor a folder" until_true 10 emptied
    check "$1: nor what ranks share" until_true 5 nothing_shared
}

for who in rank daemon runner visit; do
    begin_long "$who-killed"
    case $who in
    rank) kill -KILL "$(ranks | head -n 1)" ;;
    *) kill -KILL "$($who)" ;;
    esac
    finish 30
    check "$who-killed: the run comes to its end" is "$status" 1
    check "$who-killed: a row tells of it" holds <(row "$who-killed" status) '^(failed|crashed)$'
    leaves "$who-killed"
done
begin_long harness-killed
kill -KILL "$run"
finish 20
leaves harness-killed

summary
