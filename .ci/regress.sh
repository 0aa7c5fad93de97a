#!/usr/bin/env bash
# What `make regress` does: compares $BREAKEVEN, or $NEW, with $BASE: a commit, a program or the folder of a run.
# usage: .ci/regress.sh [OPTION...] -- [OPTION...]     options of comparing, then those of measuring
set -euo pipefail
# make calls this for -n too, since it hands its job slots on.
flags=${MAKEFLAGS:-}
[[ ${flags%% *} != *n* ]] || exit 0
base=${BASE:-} new=${NEW:-} suite=${SUITE:-} out=$REGRESS_OUT

fail() {
    echo "breakeven: $1" >&2
    exit 2
}

both=()
while [ "$1" != -- ]; do
    both+=("$1")
    shift
done
shift
case ${ADVISORY:-} in
'' | yes | 1 | no | 0) ;;
*) fail "ADVISORY: '$ADVISORY' is neither yes nor no" ;;
esac
# What stands there of an earlier comparison is no verdict on this one.
rm -f "$out/comparison.csv"
[ -n "$base" ] || fail "BASE: is not given; it is a commit, a program or the folder of a run"

if [ -d "$base" ]; then
    [ -f "$base/host.json" ] || fail "BASE: the folder '$base' holds no run"
    if [ -z "$new" ]; then
        new=$out
        "$BREAKEVEN" run "${suite:-quick}" --quiet --force --out "$out" "$@"
    elif [ -n "$suite" ] || [ $# -gt 0 ]; then
        fail "NEW: two runs are compared as they are; SUITE, BUDGET and ROUNDS mean nothing then"
    fi
    exec "$BREAKEVEN" compare "$base" "$new" --out "$out" "${both[@]}"
fi

[ -x "$base" ] || base=$(.ci/base.sh "$base")
exec "$BREAKEVEN" compare --ab "$base" "${new:-$BREAKEVEN}" --force --out "$out" ${suite:+--suite "$suite"} "$@" "${both[@]}"
