#!/usr/bin/env bash
# The runner of strategies in Python, spoken to as a visit does: by the python3 of PATH, or by the system's own where that is another
# that has joblib.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if ! command -v python3 >/dev/null || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then
    echo '# left out: python3 (3.9 or later) is not installed'
    exit 0
fi

# tested PYTHON: the tests by that interpreter, a line for each.
tested() {
    python3 -B tests/runner/test_python.py "$1" -v >"$work/tests" 2>&1
    while read -r name result; do
        check "$1: $name" is "$result" ok
    done < <(sed -nE 's/^(test_[a-z0-9_]+) .*\.\.\. ?(.*)$/\1 \2/p' "$work/tests" | grep -v ' skipped')
    check "$1: the tests come to their end" holds "$work/tests" '^OK'
    grep -qE '^OK' "$work/tests" || sed 's/^/# /' "$work/tests"
}

# measured OPTIONS...: a run of Python's strategies, with the interpreter that was tested.
measured() {
    call run --python "$python" --sizes 3001 --jobs 6 --workers 2 --rounds 1 --formats svg --quiet --out "$work/run" --force "$@"
}
# rows STATUS: what has rows of that status, strategies of joblib and what needs a later Python aside.
rows() {
    paste -d , <(column "$work/run/samples.csv" strategy) <(column "$work/run/samples.csv" status) | grep ",$1$" | cut -d , -f 1 |
        grep -vE '^(joblib|py-interpreters)' | LC_ALL=C sort -u | xargs
}
timed() { column "$work/run/samples.csv" first_result_ns | grep -c '^[1-9]'; }

# One that has joblib is enough where nobody has time for more.
has_modules() { "$1" -c 'import joblib, numpy' 2>/dev/null; }
if [ -x /usr/bin/python3 ] && has_modules /usr/bin/python3 && ! has_modules python3; then
    python=/usr/bin/python3
    tested "$python"
    [ "${BREAKEVEN_TEST_LONG:-}" != yes ] || tested python3
else
    python=python3
    tested "$python"
fi

# Results are compared with those of the same works in C.
head -c 100000 "$program" >"$work/input"
measured --strategies python --work stream,squares
check 'results are those of the works in C' is "$(rows ok)" 'py-executor py-pool py-process py-serial py-threads serial'
check 'no row of Python is wrong' is "$(column "$work/run/samples.csv" status | grep -cE 'wrong|failed|crashed|timed_out')" 0
measured --strategies py-pool,py-threads --work deflate --input "$work/input" --results unordered --in-flight 4
check 'so they are where they come one by one' is "$(rows ok)" 'py-pool py-serial py-threads serial'
check 'when the first one came is known' test "$(timed)" -gt 0
measured --strategies py-pool --work empty --start-method spawn,forkserver --jobs-per-worker 2 --chunk 1 --payload 1Ki
check 'workers are replaced, in each start method' is "$(rows ok)" 'py-pool py-serial serial'
check 'which the rows tell' is "$(column "$work/run/samples.csv" start_method | sort -u | xargs)" 'forkserver spawn'

summary
