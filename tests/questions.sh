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

# cpus_are_free: two processes that compute have a CPU each. Where others take them, nothing is faster than a loop.
cpus_are_free() {
    "$python" - <<'END'
import multiprocessing
import time


def busy(_):
    start, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - start < 0.3:
        pass
    return (time.process_time() - used) / 0.3


with multiprocessing.get_context("fork").Pool(2) as pool:
    raise SystemExit(min(pool.map(busy, [0, 1], chunksize=1)) < 0.9)
END
}
# ask_in_quiet NAME: asks, three times at most, until the CPUs are free before and behind it; false where they never are.
ask_in_quiet() {
    for _ in 1 2 3; do
        cpus_are_free || continue
        rm -rf "${work:?}/$1"
        ask "$1"
        cpus_are_free && return
    done
    echo "# $1: the CPUs are busy with something else: nothing can be told of it"
    return 1
}

# turns NAME: from which jobs on it pays is told, by a crossover or by the figures of the cause.
turns() { check "$1: from which jobs on it pays is told" holds "$work/$1.txt" 'it pays from jobs of (about |at most |somewhere between )?[0-9]'; }

open='On an open strategy' cold='Started cold'

ask roots
says roots "$open" 'handing over: .* a job'
loses roots 'on an open strategy'
turns roots

ask doublings
says doublings "$open" 'handing over: .* a job'
loses doublings 'on an open strategy'
turns doublings

ask starts
says starts "$cold" 'starting by the start method forkserver: .*, and by fork'
says starts "$cold" 'starting by the start method fork:'
loses starts 'started cold'

ask_in_quiet recycled && says recycled "$open" 'replacing each worker after 25 jobs: .*Replaced after [0-9.kM]+ jobs'

ask imports
says imports "$cold" "importing the jobs' module in new processes: .*about [0-9.kM]+ (jobs|[mu]?s on)"
loses imports 'started cold'

ask pickled
says pickled "$open" 'carrying 8Mi bytes into each job'
check 'pickled: without them the same jobs take less' holds "$work/pickled.txt" 'without them the batch takes'
loses pickled 'on an open strategy'
turns pickled

if ask_in_quiet arrays; then
    pays arrays 'on an open strategy'
    check 'arrays: the GIL is no cause' not grep -q "^  - $open: the GIL" "$work/arrays.txt"
fi

ask_in_quiet gil && says gil "$open" 'the GIL: one thread at a time runs Python'

ask_in_quiet one_long && says one_long "$open" 'uneven shares, or waiting: .*about [0-9.kM]+ jobs of the mean length'

ask crowd
says crowd "$cold" '200 workers on [0-9]+ CPUs: .*, and with 2 workers'

if ask_in_quiet pays; then
    pays pays 'on an open strategy'
    says pays "$open" 'little, as it is'
fi
summary
