#!/usr/bin/env bash
# Runs fuzz targets, two at a time, each from its corpus; a line for each. Ends with 1 where one has
# found something; the input is then in build/fuzz/findings.
# usage: tests/fuzz/run.sh TARGET...
# FUZZ_SECONDS bounds each (30), FUZZ_RUNS the number of its inputs too, FUZZ_JOBS how many run at once (2). Each has three legs
# of a third of that, of which a leg follows only where the one before has seen something new.
set -u
unset LANG LANGUAGE
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
export FUZZ_SECONDS=${FUZZ_SECONDS:-30} FUZZ_RUNS=${FUZZ_RUNS:-} work=build/fuzz

# fuzz TARGET: what it finds beside the corpus is kept in build/fuzz/corpus, for the next time.
fuzz() {
    local name=${1##*/} dictionary=() status
    local new=$work/corpus/$name seeds=$work/seeds/$name findings=$work/findings/$name- log=$work/$name.log
    mkdir -p "$new" "$work/findings"
    rm -rf "$seeds"
    tests/fuzz/corpus.sh unpack "$name" "$seeds"
    [ -f "tests/fuzz/$name.dict" ] && dictionary=("-dict=tests/fuzz/$name.dict")
    : >"$log"
    for _ in 1 2 3; do
        ASAN_OPTIONS=detect_leaks=1 "$1" ${dictionary[@]+"${dictionary[@]}"} \
            -max_total_time="$(((FUZZ_SECONDS + 2) / 3))" -runs="$((${FUZZ_RUNS:--3} / 3))" -max_len=4096 -timeout=60 \
            -rss_limit_mb=1024 -artifact_prefix="$findings" -print_final_stats=1 -verbosity=1 \
            "$new" "$seeds" >"$log.leg" 2>&1
        status=$?
        cat "$log.leg" >>"$log"
        if [ "$status" -ne 0 ] || ! grep -q '\bNEW\b' "$log.leg"; then break; fi
    done
    rm -f "$log.leg"
    if [ "$status" -ne 0 ]; then
        tail -n 40 "$log"
        echo "$name: a finding (exit status $status); run it again with: $1 $findings*"
        return 1
    fi
    awk -v name="$name" '/stat::number_of_executed_units/ { runs += $2 }
        /stat::peak_rss_mb/ { mib = $2 > mib ? $2 : mib }
        /^Done/ { seconds += $(NF - 1) }
        END { printf "%s: %d inputs in %d s, at most %d MiB, nothing found\n", name, runs, seconds, mib }' "$log"
}
export -f fuzz

printf '%s\n' "$@" | xargs -P "${FUZZ_JOBS:-2}" -I{} bash -c 'fuzz {}'
