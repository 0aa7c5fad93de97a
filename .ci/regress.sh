#!/usr/bin/env bash
# What `make regress` does: compares the program $BREAKEVEN, which $REGRESS_MAKE builds, or NEW, with BASE: a commit, a program
# or the folder of a run. Building takes minutes: what is asked for is looked at before.
# usage: .ci/regress.sh     with make's variables in the environment
set -euo pipefail
cd "$(dirname "$0")/.."
base=${BASE:-results/baseline} new=${NEW:-} suite=${SUITE:-} metric=${METRIC:-} out=${OUT:-${BREAKEVEN%/*}/regress}

# make calls this for -n too, since it hands its job slots on.
flags=${MAKEFLAGS:-}
if [[ ${flags%% *} == *n* ]]; then exec "$REGRESS_MAKE" --no-print-directory "$BREAKEVEN"; fi

# What stands there of an earlier comparison is no verdict on this one.
rm -f -- "$out/comparison.csv"

fail() {
    echo "breakeven: $1" >&2
    exit 2
}

# ------------------------------------------------------------------------------- what is asked for

# must_be NAME PATTERN WHAT: coarser than the program, which has the last word.
must_be() {
    local LC_ALL=C
    [[ -z ${!1:-} || ${!1} =~ ^($2)$ ]] || fail "$1: '${!1}' is not $3"
}
number='([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?'
must_be BUDGET "$number(ns|us|ms|s|m|min)" 'a duration; write it as 20ms, 1.5s or 2m'
must_be ROUNDS "$number(k|M|G|Ki|Mi|Gi)?" 'a number of rounds, such as 12'
must_be THRESHOLD "$number%?" 'a percentage, such as 5%'
must_be METRIC ' *(time|instructions) *(, *(time|instructions) *)?' 'time, instructions, or both: time,instructions'
must_be ADVISORY 'yes|1|no|0' 'yes or no'
for name in BUDGET THRESHOLD; do
    digits=${!name:-1}
    [[ ${digits%%[eE]*} == *[1-9]* ]] || fail "$name: '${!name}' is not above 0"
done
[ -z "$suite" ] || [ -f "$suite" ] || [ -f "bench/suites/$suite.ini" ] ||
    fail "SUITE: '$suite' is neither an .ini file nor one of those that are built in: $(cd bench/suites && echo *.ini | sed 's/\.ini//g')"
[ ! -e "$out" ] || [ -d "$out" ] || fail "OUT: '$out' is not a folder"
if [[ $metric == *instructions* && $metric != *time* && -n $suite${BUDGET:-}${ROUNDS:-} ]]; then
    fail "METRIC: SUITE, BUDGET and ROUNDS mean something where time is measured, not with instructions alone"
fi

kind=commit commit=
if [ -d "$base" ]; then
    kind=run
    [ -f "$base/host.json" ] || fail "BASE: the folder '$base' holds no run"
    [ -z "$metric" ] || fail "METRIC: means something where BASE is a commit or a program, not a run"
    [ -z "$new" ] || [ -f "$new/host.json" ] || fail "NEW: '$new' is no folder of a run, as BASE is"
    [ -z "$new" ] || [ -z "$suite${BUDGET:-}${ROUNDS:-}" ] ||
        fail "NEW: two runs are compared as they are; SUITE, BUDGET and ROUNDS mean nothing then"
else
    [ -z "$new" ] || { [ -f "$new" ] && [ -x "$new" ]; } || fail "NEW: '$new' is no program, as BASE is"
    if [ -x "$base" ]; then kind=program; else commit=$(.ci/base.sh find "$base"); fi
fi

# ------------------------------------------------------------------------------- building and comparing

"$REGRESS_MAKE" --no-print-directory "$BREAKEVEN"
[ $kind != commit ] || base=$(.ci/base.sh build "$commit")

measuring=(${BUDGET:+"--budget=$BUDGET"} ${ROUNDS:+"--rounds=$ROUNDS"})
comparing=(${THRESHOLD:+"--threshold=$THRESHOLD"} ${METRIC:+"--metric=$METRIC"} "--out=$out")
case ${ADVISORY:-} in yes | 1) comparing+=(--advisory) ;; esac
unset BASE NEW SUITE BUDGET ROUNDS THRESHOLD METRIC ADVISORY OUT

if [ $kind = run ]; then
    [ -n "$new" ] || "$BREAKEVEN" run ${measuring[@]+"${measuring[@]}"} --quiet --force "--out=$out" -- "${suite:-quick}"
    exec "$BREAKEVEN" compare "${comparing[@]}" -- "$base" "${new:-$out}"
fi
exec "$BREAKEVEN" compare --ab --force ${suite:+"--suite=$suite"} ${measuring[@]+"${measuring[@]}"} "${comparing[@]}" \
    -- "$base" "${new:-$BREAKEVEN}"
