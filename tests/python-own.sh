#!/usr/bin/env bash
# Functions of the user's in Python: those that are right are run by every strategy in Python, and each thing that can be wrong
# with one is told in a line that names the file and the cause.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

command -v python3 >/dev/null || { echo '# left out: python3 is not installed'; exit 0; }

# The interpreter itself, where python3 is a script that looks for it each time.
PATH=$(dirname "$(python3 -c 'import sys; print(sys.executable)')"):$PATH

modules=$work/modules
mkdir "$modules"
# module NAME: makes the file of what it reads.
module() { cat >"$modules/$1"; }
# lines NAME LINE...: makes a file of arguments.
lines() { printf '%s\n' "${@:2}" >"$modules/$1"; }

# measure WORK OPTIONS...: a run of one round.
measure() {
    call run "$modules/$1" --jobs 3 --rounds 1 --workers 2 --strategies py-pool,py-threads --out "$work/run" --force --quiet --formats svg "${@:2}"
}
rows() { awk -F, 'NR > 1' "$work/run/samples.csv"; }
# values COLUMN: each value of a column of the run, once.
values() { column "$work/run/samples.csv" "$1" | sort -u | xargs; }
# rows_of STRATEGY: what its rows say.
rows_of() { rows | grep -F ",$1," | grep -v ',ok,'; }
# went CODE STATUS: the exit code was this; else what was said.
went() { [ "$2" -eq "$1" ] || { echo "# exit $2:"; sed 's/^/#   /' "$work/err"; false; }; }
# told CODE PATTERN WORK OPTIONS...: a run that cannot begin, or in which nothing could be measured.
told() {
    measure "$3" --sizes 10 "${@:4}"
    check "$3: exit $1" went "$1" "$status"
    check "$3: one line names '$2'" one_error_line "$2"
}

# ---------------------------------------------------------------------------- what is right

module well.py <<'END_OF_MODULE'
"""Writes down who imports it."""
import os

with open(os.path.join(os.path.dirname(__file__), "importers"), "a") as file:
    file.write(os.readlink("/proc/self/exe") + "\n")


def task(size):
    """A sum of squares."""
    return sum(i * i for i in range(size))


def add(a, b=0):
    return a + b


def _private(size):
    return size


constant = 5
END_OF_MODULE

measure well.py:task --sizes 100,1000
check 'a function is measured: exit 0' went 0 "$status"
check 'nothing on stderr' is "$(cat "$work/err")" ''
check 'by strategies in Python alone' is "$(values strategy)" 'py-pool py-serial py-threads'
check 'each compared with the loop in Python' is "$(values baseline)" py-serial
check 'each result is right' is "$(values status)" ok
check 'host.json tells where it comes from' holds "$work/run/host.json" "\"path\": \"$modules/well.py:task\""
check 'and what it says of itself' holds "$work/run/host.json" '"summary": "A sum of squares\."'
check 'interpreters alone import the module' is "$(grep -vc '/python[0-9.]*$' "$modules/importers")" 0
check 'they do' [ "$(wc -l <"$modules/importers")" -ge 3 ]
ends 'a report of it' 0 report "$work/run" --quiet

module sole.py <<'END_OF_MODULE'
from os.path import join


def only(size):
    return len(join("a", str(size)) * size)
END_OF_MODULE
# alone ARGUMENTS...: a run from where the modules are.
alone() {
    (cd "$modules" && "$program" run "$@" --rounds 1 --workers 2 --out "$work/run" --force --formats svg) >"$work/out" 2>"$work/err" </dev/null
}
alone well.py:task --strategies py-pool --jobs 3
check 'a function in place of a suite, with nothing said of sizes: exit 0' went 0 "$?"
check 'its sizes are found: two at least' [ "$(values size | wc -w)" -ge 2 ]
check 'and no more than six' [ "$(values size | wc -w)" -le 6 ]
check 'the answer begins with one job of it' holds <(head -n 1 "$work/out") '^task: one job of '
alone sole.py --strategies py-threads --jobs 2 --sizes 5
check 'the only public function of a module: exit 0' went 0 "$?"
check 'it has its name' is "$(values work)" only
alone --work sole.py:only --strategies py-threads --jobs 2 --sizes 5
check 'the same by --work: exit 0' went 0 "$?"
mkdir "$modules/it's a folder"
cp "$modules/sole.py" "$modules/it's a folder/sole.py"
measure "it's a folder/sole.py:only" --sizes 5
check 'a path with blanks and quotes: exit 0' went 0 "$status"
measure well.py:task,squares --sizes 100 # which no list of a suite could be
check 'a name with a comma is no file: exit 2' went 2 "$status"

built=$(realpath --relative-to . "$program")
make -s -o "$built" BUILD="$(dirname "$built")" bench WORK="$modules/well.py:task" STRATEGIES=py-threads WORKERS=1 ROUNDS=1 SIZES=100 \
    OUT="$work/made" >"$work/out" 2>"$work/err" </dev/null
check 'make bench WORK=FUNCTION: exit 0' went 0 "$?"
check 'it measures the function alone' is "$(column "$work/made/samples.csv" work | sort -u | xargs)" task

printf '[suite]\nstrategies = fork,py-threads\nworkers = 2\njobs = 2\nsizes = 10\n[mine]\nwork = ./well.py:task\n[squares]\nstrategies = fork\n' \
    >"$modules/mine.ini"
ends 'a suite names a function beside it' 0 run "$modules/mine.ini" --rounds 1 --out "$work/run" --force --quiet --formats svg
check 'beside a work that is built in, each with what can run it' \
    is "$(rows | cut -d , -f 2,5 | sort -u | xargs)" 'squares,fork squares,serial task,py-serial task,py-threads'

# ---------------------------------------------------------------------------- arguments

lines calls.jsonl '{"args": [1]}' '{"args": [2], "kwargs": {"b": 3}}' '' 7
call run "$modules/well.py:add" --arguments "$modules/calls.jsonl" --rounds 1 --workers 2 --strategies py-threads --out "$work/run" --force --quiet --formats svg
check 'a function is called with lines of a file: exit 0' went 0 "$status"
check 'up to as many jobs as there are lines, and more' is "$(column "$work/run/samples.csv" jobs | sort -un | xargs)" '1 3 12'
check 'host.json tells of the file' holds "$work/run/host.json" "\"arguments\": \"$modules/calls.jsonl\""
call report "$work/run" --formats svg
check 'one of its jobs has a time' holds "$work/out" '^add: one job takes [0-9.]+ .* in python3 \(.*[Pp]y.* [0-9.]+\)'
measure well.py:add --arguments "$modules/calls.jsonl"
check 'jobs that are given count more' is "$(values jobs)" 3
told 2 '--sizes: cannot be combined with --arguments' well.py:add --arguments "$modules/calls.jsonl"
refuses 2 '--arguments: no function in Python is measured' run quick --arguments "$modules/calls.jsonl"
printf '[suite]\narguments = calls.jsonl\nstrategies = py-threads\nworkers = 2\njobs = 2\n[add]\nwork = ./well.py:add\n' >"$modules/calls.ini"
ends 'lines of a file beside the suite' 0 run "$modules/calls.ini" --rounds 1 --out "$work/run" --force --quiet --formats svg
# bad_lines PATTERN FILE
bad_lines() {
    measure well.py:add --arguments "$modules/$2"
    check "arguments, $2: exit 2" went 2 "$status"
    check "arguments, $2: one line names '$1'" one_error_line "$1"
}
bad_lines '--arguments: .*/none.jsonl: No such file' none.jsonl
bad_lines "--arguments: .*: a folder, not a file of arguments" ""
: >"$modules/empty.jsonl"
bad_lines 'empty.jsonl: it has no line' empty.jsonl
lines bad.jsonl 1 '{"a":'
bad_lines 'bad.jsonl:2: no JSON' bad.jsonl

# ---------------------------------------------------------------------------- interpreters

measure sole.py:only --sizes 5 --python "python3,$(command -v python3)" --strategies py-threads
check 'two interpreters: exit 0' went 0 "$status"
check 'they are measured beside each other' is "$(values python)" "$(printf '%s\n' python3 "$(command -v python3)" | sort | xargs)"
told 2 'true is no Python' sole.py:only --python /bin/true
told 2 "no-such-python is not there" sole.py:only --python no-such-python
# shellcheck disable=SC2016 # what the script does with its own argument
printf '#!/bin/sh\n[ "$1" = -c ] && printf 3.6 || exit 1\n' >"$modules/old-python"
chmod +x "$modules/old-python"
told 2 'old-python is Python 3.6; it must be 3.9 or later' sole.py:only --python "$modules/old-python"
told 2 '--strategies: none of these runs functions in Python' sole.py:only --strategies fork

# ---------------------------------------------------------------------------- modules that are none

module cannot.py <<'END_OF_MODULE'
import no_such_module


def task(size):
    return size
END_OF_MODULE
module syntax.py <<'END_OF_MODULE'
def task(size)
    return size
END_OF_MODULE
module unguarded.py <<'END_OF_MODULE'
import multiprocessing


def task(size):
    return size


with multiprocessing.Pool(2) as pool:
    pool.map(task, [1, 2])
END_OF_MODULE
module ends.py <<'END_OF_MODULE'
raise SystemExit(3)
END_OF_MODULE
cp "$modules/sole.py" "$modules/my-module.py"
cp "$modules/sole.py" "$modules/json.py"
mkdir "$modules/folder.py"
told 2 "cannot.py:1: .*ModuleNotFoundError: No module named 'no_such_module'" cannot.py:task
told 2 'syntax.py:1: .*SyntaxError' syntax.py:task
told 2 "unguarded.py:8.*if __name__ == '__main__'" unguarded.py:task
told 2 'ends.py:1: it ends the program while it is imported' ends.py:task
told 2 "well.py has no function 'taks'.*did you mean 'task'" well.py:taks
told 2 'well.py: constant is an int, not a function' well.py:constant
told 2 'well.py: no function is named, and it has task, add' well.py
told 2 "my-module.py: .*'my-module' is no name" my-module.py:only
told 2 'json.py: Python has a module of that name' json.py:only
told 2 'run: .*none.py: cannot be opened: No such file' none.py:task
told 2 'run: .*folder.py: a folder, not a file in Python' folder.py:task
told 2 "behind ':' stands a name" well.py:
refuses 2 '--work: cannot be combined with a function as the suite' run "$modules/well.py:task" --work squares
refuses 2 '--command: cannot be combined with a function as the suite' run "$modules/well.py:task" --command true
refuses 2 "--python: '' does not begin with an interpreter" run "$modules/well.py:task" --python ''
rm "$modules/json.py"

# ---------------------------------------------------------------------------- functions that are wrong

module ill.py <<'END_OF_MODULE'
import os
import random
import time

task = lambda size: size


def make():
    def inner(size):
        return size

    return inner


inner = make()


def raises(size):
    raise ValueError("bad size %d" % size)


def fails_when_large(size):
    if size > 10:
        raise RuntimeError("too large")
    return size


def prints(size):
    print("hello")
    return size


def differs(size):
    return random.random()


def returns_lock(size):
    import threading

    return threading.Lock()


def ends(size):
    os._exit(3)


def hangs(size):
    time.sleep(1000)


def takes_two(a, b):
    return a
END_OF_MODULE
measure ill.py:task --sizes 10
check 'a lambda cannot go to a pool: exit 0' went 0 "$status"
check 'a row says so' holds <(rows_of py-pool) 'unavailable.*lambda.*cannot be pickled'
check 'threads run it' is "$(rows_of py-threads)" ''
measure ill.py:inner --sizes 10
check 'nor can a function within a function' holds <(rows_of py-pool) 'unavailable.*inner was made inside make and cannot be pickled'
told 3 'ill.py:raises: .*job 0: ValueError: bad size 10' ill.py:raises
check 'its rows say so' is "$(values status)" failed
told 3 'ill.py:takes_two: .*TypeError' ill.py:takes_two
told 3 'ill.py:differs: .*must return the same value each time' ill.py:differs
told 3 'ill.py:ends: .*ended with exit code 3' ill.py:ends
told 3 'ill.py:hangs: .*longer than 2|ill.py:hangs: .*not answered' ill.py:hangs --timeout 2s
measure ill.py:fails_when_large --sizes 5,20
check 'sizes whose jobs fail are told: exit 1' went 1 "$status"
check 'others are measured' is "$(rows | awk -F, '/,ok,/ { print $3 }' | sort -u)" 5
measure ill.py:prints --sizes 10
check 'a function that prints is measured: exit 0' went 0 "$status"
check 'its rows say so' holds <(rows) ',ok,.*print'
measure ill.py:returns_lock --sizes 10
check 'what cannot be pickled does not come back from a pool' [ "$status" -ne 0 ]
alone ill.py:raises --strategies py-threads
check 'no size can be run: exit 2' went 2 "$?"
check 'it is told' one_error_line 'ill.py:raises: .*ValueError'

module slow.py <<'END_OF_MODULE'
import time

time.sleep(0.4)


def task(size):
    return size
END_OF_MODULE
measure slow.py:task --sizes 10 --start-method spawn --strategies py-pool
check 'a module that takes long to import is measured: exit 0' went 0 "$status"
check 'rows say how long' holds <(rows) ',ok,.*import'

# ---------------------------------------------------------------------------- while the run goes on

cp "$modules/well.py" "$modules/changes.py"
"$program" run "$modules/changes.py:task" --sizes 1e3 --jobs 2 --rounds 100000 --workers 2 --strategies py-threads --out "$work/changes" --quiet \
    >"$work/out" 2>"$work/err" </dev/null &
while ! grep -q '^2,' "$work/changes/samples.csv" 2>"$work/not-yet" && kill -0 $!; do sleep 0.02; done
echo '# another' >>"$modules/changes.py"
wait $!
check 'a module that is replaced during the run ends it: exit 1' went 1 "$?"
check 'it is told' one_error_line "$modules/changes.py: the file was replaced while the run goes on"
refuses 2 'libraries' run "$modules/changes.py:task" --sizes 1e3 --jobs 2 --rounds 100000 --workers 2 --strategies py-threads --out "$work/changes" --quiet --resume
refuses 2 "a trace is of works that are built in" trace --work "$modules/well.py:task"

summary
