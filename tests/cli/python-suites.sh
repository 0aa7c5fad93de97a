#!/usr/bin/env bash
# The suites that hold Python beside C, with a Python and without one.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

rows() { awk -F, -v strategy="^$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["strategy"] ~ strategy { print $at["status"] }' "$1/samples.csv" | sort | uniq | xargs; }
short() { call run "$1" --rounds 1 --formats svg --out "$2" "${@:3}"; }

environment=(PATH=/nonexistent)
short article "$work/without" --sizes 1000
check 'article without a Python: exit 0' is "$status" 0
check 'what is in C was measured' is "$(rows "$work/without" '(serial|fork)')" ok
check 'what is in Python is unavailable' is "$(rows "$work/without" '(py|joblib)')" unavailable
check 'the answer says why, once' is "$(tr '\n' ' ' <"$work/out" | grep -o 'python3 is not there' | wc -l)" 1
check 'and nothing of what Python would have returned' not grep -q 'The first job' "$work/out"
short python "$work/nothing"
check 'python without a Python ends, and says why' holds <(cat "$work/out" "$work/err") 'python3'
environment=()

if python3 -c 0 2>/dev/null; then
    short article "$work/with" --sizes 1000
    check 'article with a Python: exit 0' is "$status" 0
    check 'Process and Pool were measured' is "$(rows "$work/with" 'py-p')" ok
    check 'both worlds return the same' holds <(tr '\n' ' ' <"$work/out") 'The first job of squares returns 332833500 under serial and py-serial\.'
    check 'there is a picture of the batch under each' test -n "$(find "$work/with/plots" -name 'squares-batch-cold.*')"
    call report "$work/with"
    check 'a report says it again' holds <(tr '\n' ' ' <"$work/out") 'returns 332833500 under serial and py-serial\.'
fi
summary
