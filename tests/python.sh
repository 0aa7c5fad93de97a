#!/usr/bin/env bash
# The runner of strategies in Python, spoken to as a visit does, by the python3 of PATH and by the system's own, which may be another
# with other modules.
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

tested python3
if [ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import joblib, numpy' 2>/dev/null && ! python3 -c 'import joblib, numpy' 2>/dev/null; then
    tested /usr/bin/python3
fi

summary
