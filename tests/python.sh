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

# One that has joblib is enough where nobody has time for more.
has_modules() { "$1" -c 'import joblib, numpy' 2>/dev/null; }
if [ -x /usr/bin/python3 ] && has_modules /usr/bin/python3 && ! has_modules python3; then
    tested /usr/bin/python3
    [ "${BREAKEVEN_TEST_LONG:-}" != yes ] || tested python3
else
    tested python3
fi

summary
