#!/usr/bin/env bash
# Ten questions that people ask about Python's pools (tests/questions/), and one more: each module holds the commands that
# answer it. What explain names as the cause, and whether it pays, are checked; how long anything takes is not.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

python=''
for one in python3 /usr/bin/python3; do
    "$one" -c 'import joblib, numpy' 2>/dev/null && python=$(command -v "$one") && break
done
[ -n "$python" ] || { echo '# no Python with joblib and numpy (python3-joblib, python3-numpy)'; exit 0; }
[ "$(nproc)" -gt 1 ] || { echo '# one CPU: nothing pays'; exit 0; }
questions=$PWD/tests/questions

# ask NAME: runs the commands of that module; leaves $work/NAME, the run, and $work/NAME.txt, what explain says, a paragraph
# a line.
ask() {
    local commands line
    rm -rf "${work:?}/$1"
    mapfile -t commands < <(sed -n 's/^    breakeven //p' "$questions/$1.py")
    for line in "${commands[@]}"; do
        local -a words
        read -ra words <<<"$line"
        case ${words[0]} in
        run) (cd "$questions" && call "${words[@]}" --python "$python" --rounds 4 --formats svg --quiet --out "$work/$1") ;;
        *) call "${words[@]:0:2}" "$work/$1" "${words[@]:2}" && fold_back <"$work/out" >"$work/$1.txt" ;;
        esac
    done
    check "$1: its commands are there" is "${#commands[@]}" 2
}
fold_back() { sed -e ':a' -e '$!{N;ba' -e '}' -e 's/\n    \([^ ]\)/ \1/g'; }

# says NAME HOW PATTERN: some line of it has that temperature and cause.
says() { check "$1: $2: $3" holds "$work/$1.txt" "^  - $2: .*$3"; }
faster() { # NAME WORDS: the factor of that line of the last batch that is told
    sed -nE "s/^  $2 .* ([0-9.]+) times as fast as py-serial/\\1/p" "$work/$1.txt" | tail -n 1
}
slower_than_serial() { awk -v times="$(faster "$@")" 'BEGIN { exit !(times != "" && times < 1) }'; }
faster_than_serial() { awk -v times="$(faster "$@")" 'BEGIN { exit !(times > 1.2) }'; }
loses() { check "$1: it is slower than a loop $2" slower_than_serial "$1" "$2"; }
pays() { check "$1: it is faster than a loop $2" faster_than_serial "$1" "$2"; }

# cpus_are_free: two processes that compute have a CPU each, and a hypervisor takes none away. Where others take them, nothing is
# faster than a loop.
cpus_are_free() {
    "$python" - <<'END'
import multiprocessing
import os
import time


def stolen():
    with open("/proc/stat") as file:
        return float((file.readline().split() + ["0"] * 9)[8]) / os.sysconf("SC_CLK_TCK")


def busy(_):
    start, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - start < 0.3:
        pass
    return (time.process_time() - used) / 0.3


before = stolen()
with multiprocessing.get_context("fork").Pool(2) as pool:
    shares = pool.map(busy, [0, 1], chunksize=1)
raise SystemExit(min(shares) < 0.9 or stolen() - before > 0.05)
END
}
unasked=0
# question NAME: what answer_NAME checks must hold. Where it does not it is asked again, three times in all, as long as this script
# has not taken four minutes; where the CPUs were busy with something else each time it is skipped, which the last line counts.
question() {
    local free=false before good
    for _ in 1 2 3; do
        before=false good=true
        cpus_are_free && before=true
        # shellcheck disable=SC2030,SC2031 # they are counted below
        (passed=0 failed=0; ask "$1"; "answer_$1"; exit "$failed") >"$work/answered" || good=false
        ! $good || break
        if $before && cpus_are_free; then free=true; fi
        [ "$SECONDS" -lt 240 ] || break
    done
    if $good || $free; then
        cat "$work/answered"
        # shellcheck disable=SC2031
        passed=$((passed + $(grep -c '^ok - ' "$work/answered")))
        # shellcheck disable=SC2031
        failed=$((failed + $(grep -c '^not ok - ' "$work/answered")))
    else
        echo "# $1: the CPUs are busy with something else: nothing can be told of it"
        unasked=$((unasked + 1))
    fi
}

# turns NAME: from which jobs on it pays is told, by a crossover or by the figures of the cause.
turns() { check "$1: from which jobs on it pays is told" holds "$work/$1.txt" 'it pays from jobs of (about |at most |somewhere between )?[0-9]'; }

open='On an open strategy' cold='Started cold'

answer_roots() {
    says roots "$open" 'handing over: .* a job'
    loses roots 'on an open strategy'
    turns roots
}
answer_doublings() {
    says doublings "$open" 'handing over: .* a job'
    loses doublings 'on an open strategy'
    turns doublings
}
answer_starts() {
    says starts "$cold" 'starting by the start method forkserver: .*, and by fork'
    says starts "$cold" 'starting by the start method fork:'
    loses starts 'started cold'
}
answer_recycled() { says recycled "$open" 'replacing each worker after 25 jobs: .*Replaced after [0-9.kM]+ jobs'; }
answer_imports() {
    says imports "$cold" "importing the jobs' module in new processes: .*about [0-9.kM]+ (jobs|[mu]?s on)"
    loses imports 'started cold'
}
answer_pickled() {
    says pickled "$open" 'carrying 8Mi bytes into each job'
    check 'pickled: without them the same jobs take less' holds "$work/pickled.txt" 'without them the batch takes'
    loses pickled 'on an open strategy'
    turns pickled
}
answer_arrays() {
    pays arrays 'on an open strategy'
    check 'arrays: the GIL is no cause' not grep -q "^  - $open: the GIL" "$work/arrays.txt"
}
answer_gil() { says gil "$open" 'the GIL: one thread at a time runs Python'; }
answer_one_long() { says one_long "$open" 'uneven shares, or waiting: .*about [0-9.kM]+ jobs of the mean length'; }
answer_crowd() { says crowd "$cold" '200 workers on [0-9]+ CPUs: .*, and with 2 workers'; }
answer_pays() {
    pays pays 'on an open strategy'
    says pays "$open" 'little, as it is'
}
for name in roots doublings starts recycled imports pickled arrays gil one_long crowd pays; do question $name; done
echo "$passed passed, $failed failed, $unasked skipped"
[ "$failed" -eq 0 ]
