#!/usr/bin/env bash
# What may spoil a run is warned of, once and only then.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- what may spoil a run

# excused DIR: a run that is not quiet, of less than a second.
excused() { call run quick --formats svg --sizes 100 --rounds 1 --strategies threads --workers 2 --out "$1"; }

# warns WHAT PATTERN DIR: the tables of `excused DIR` and its host.json warn, each once.
warns() {
    check "$1 is warned of" is "$(whole_sentences "$3" | grep -cE "^  warning: .*$2")" 1
    check "$1 is in host.json" is "$(grep -cE "^    \".*$2" "$3/host.json")" 1
}

# silent WHAT PATTERN DIR: neither does.
silent() {
    check "$1 is not warned of without need" not grep -E "$2" "$3/tables.txt"
    check "$1 is not in host.json without need" not grep -E "^    \".*$2" "$3/host.json"
}

environment=(-u OMP_NUM_THREADS)
excused "$work/plain"
silent 'a variable that is not set' 'OMP_NUM_THREADS' "$work/plain"
environment=(OMP_NUM_THREADS=3)
excused "$work/variable"
warns 'OMP_NUM_THREADS' 'OMP_NUM_THREADS=3.* reach.* every visit; unset ' "$work/variable"
check 'host.json has its value' holds "$work/variable/host.json" '^ +"OMP_NUM_THREADS": "3"'
environment=()
ends 'report of it' 0 report "$work/variable" --formats svg
warns 'what the run was begun with' 'OMP_NUM_THREADS=3' "$work/variable"

allowed=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //')
if [[ $allowed == *[-,]* ]]; then
    if [ "$(env -u OMP_NUM_THREADS nproc)" = "$(getconf _NPROCESSORS_ONLN)" ]; then
        silent 'a full affinity mask' 'affinity mask\)' "$work/plain"
    fi
    (taskset -cp "${allowed%%[-,]*}" "$BASHPID" >/dev/null && excused "$work/masked")
    warns 'an affinity mask' \
        "1 of [0-9]+ online .*; start it with taskset -c $(cat /sys/devices/system/cpu/online)" "$work/masked"
fi
if setarch -R true 2>/dev/null; then
    silent 'a layout that is not fixed' 'setarch' "$work/plain"
    environment=(setarch -R)
    excused "$work/fixed"
    environment=()
    warns 'a fixed layout' 'setarch -R' "$work/fixed"
fi

# A cgroup (v1) of a tenth of a CPU, where one can be made: it gets more than that beside other load, and is throttled.
cgroup=/sys/fs/cgroup/cpu/breakeven-test.$$
if mkdir "$cgroup" 2>/dev/null; then
    trap 'rm -rf "$work"; rmdir "$cgroup" 2>/dev/null' EXIT
    if echo 10000 2>/dev/null >"$cgroup/cpu.cfs_quota_us"; then
        silent 'throttling' 'was throttled' "$work/plain"
        (echo "$BASHPID" >"$cgroup/cgroup.procs" &&
            call run quick --formats svg --sizes 1M --rounds 2 --strategies threads --workers 2 --out "$work/throttled")
        warns 'a quota' 'quota amounts to 0.1 CPUs.*; raise ' "$work/throttled"
        warns 'throttling' 'throttled [0-9]+ times? during the run, for [0-9.]+ m?s .*; raise ' "$work/throttled"
        check 'host.json has the quota' holds "$work/throttled/host.json" '"quota": 0.1,'
        check 'host.json counts the throttling' holds "$work/throttled/host.json" '"throttled_count": [1-9]'
        check 'host.json has its time' holds "$work/throttled/host.json" '"throttled_s": [0-9.]*[1-9]'
    fi
    check 'the cgroup can be removed' until_true 10 rmdir "$cgroup"
fi

summary
