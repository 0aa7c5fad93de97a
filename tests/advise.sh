#!/usr/bin/env bash
# breakeven advise: answers from the parameters of a run that is committed, jobs that are timed, and what is refused.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if ! command -v python3 >/dev/null; then
    echo '# left out: python3, which reads JSON, is not installed'
    summary
    exit
fi

# The first rounds of a committed run, as it takes long to read all of them.
run=$work/run
mkdir "$run"
zcat results/examples/two-cpus/samples.csv.gz | awk -F, 'NR == 1 || ($1 <= 8 && ($2 == "squares" || $2 == "empty"))' >"$run/samples.csv"
sed -E "s/(\"samples\": )[0-9]+/\1$(($(wc -l <"$run/samples.csv") - 1))/" results/examples/two-cpus/host.json >"$run/host.json"

# true_of EXPRESSION: of the JSON in $work/out, d.
true_of() { python3 -c "import json,sys; d=json.load(open('$work/out')); sys.exit(0 if ($1) else 1)" || { head -c 1500 "$work/out"; false; }; }

# ------------------------------------------------------------------------------- answers

ends 'jobs of 40 us' 0 advise --job 40us --jobs 200 --from "$run"
check 'the first line is what to do' holds <(head -n 1 "$work/out") '^(Keep|Use) '
check 'it says what serial takes' holds <(xargs <"$work/out") 'in place of 8.00 ms'
check 'each strategy is ranked once' is "$(grep -cE '^(forkteam|threadpool|serial) ' "$work/out")" 3
check 'the break-even is told of job time and number' holds <(xargs <"$work/out") 'Break-even of .* from jobs of .*; with jobs of 40.0 us, from'
check 'where it is from is told' holds <(xargs <"$work/out") "By the run in "
check 'it has 25 lines at most' test "$(wc -l <"$work/out")" -le 25
check 'of 80 columns' is "$(awk 'length($0) > 80' "$work/out")" ''

ends 'jobs of 10 ns' 0 advise --job 10ns --jobs 8 --from "$run"
check 'short jobs are for a loop' holds <(head -n 1 "$work/out") '^Run them in a loop'

ends 'as JSON' 0 advise --job 40us --jobs 200 --payload 4Ki/0 --caller-memory 1Gi --spread 3x --json --from "$run"
check 'the question is told' true_of "d['question']['jobs'] == 200 and d['question']['payload_in'] == 4096 and d['question']['spread'] == 3 and d['question']['caller_bytes'] == 2**30"
check 'every number of workers is ranked, by time' true_of "[r['ns']['median'] for r in d['ranking'] if r['ns']] == sorted(r['ns']['median'] for r in d['ranking'] if r['ns'])"
check 'intervals hold their medians' true_of "all(r['ns']['low'] <= r['ns']['median'] <= r['ns']['high'] for r in d['ranking'] if r['ns'])"
check 'what is advised is no slower than serial' true_of "d['advice']['ns']['median'] <= [r for r in d['ranking'] if r['strategy'] == 'serial'][0]['ns']['median']"
check 'each strategy has a break-even' true_of "all('pays_from_job_ns' in r and 'pays_from_jobs' in r for r in d['ranking'] if r['strategy'] != 'serial')"

for question in '--cold' '--idle' '--contention none' '--contention memory' '--contention address-space' '--workers 2' \
    '--transport pipe --payload 64Ki' '--spread 100'; do
    # shellcheck disable=SC2086 # options and their values
    ends "$question" 0 advise --job 100us --jobs 100 --from "$run" $question
done
ends 'one long job' 0 advise --job 10m --jobs 1 --from "$run"
check 'a batch of one job is for a loop' holds <(head -n 1 "$work/out") '^Run them in a loop: one job'
ends 'as many jobs as can be' 0 advise --job 1ns --jobs 1e12 --json --from "$run"
check 'no number of it is lost' true_of "all(r['ns'] is None or r['ns']['median'] > 0 for r in d['ranking'])"

# ------------------------------------------------------------------------------- what is not known

call advise --job 40us --jobs 200 --contention unknown --from "$run"
check 'an unknown contention: exit 3' is "$status" 3
check 'what it hangs on is said' holds <(xargs <"$work/out") 'cannot be told: that hangs on what the jobs wait for'
check 'and how it can be told' holds "$work/err" '^breakeven: advise: it hangs on .* see --contention$'
ends 'nothing hangs on it where jobs are too short' 0 advise --job 10ns --jobs 8 --contention unknown --from "$run"

# ------------------------------------------------------------------------------- jobs that are timed

ends 'a work' 0 advise squares --size 1e5 --json --from "$run"
check 'it computes' true_of "d['question']['contention'] == 'compute' and d['question']['busy'] > 0.5 and d['question']['job_ns']['median'] > 0"
ends 'jobs that wait' 0 advise sleep --size 1e6 --json --from "$run"
check 'they keep no CPU busy' true_of "d['question']['contention'] == 'none' and d['question']['busy'] < 0.2"
ends 'jobs that map memory' 0 advise mmap --size 30 --json --from "$run"
check 'they contend for the address space' true_of "d['question']['contention'] == 'address-space'"
check 'for most of their time, which the kernel has' true_of "d['question']['computing'] < 0.5"
ends 'jobs of which a part maps memory' 0 advise --job 100us --jobs 100 --contention address-space:0.3 --json --from "$run"
check 'they compute for the rest' true_of "abs(d['question']['computing'] - 0.7) < 1e-9"
ends 'and it is said' 0 advise --job 100us --jobs 100 --contention address-space:0.3 --from "$run"
check 'for how much' holds <(xargs <"$work/out") 'map memory for 30 % of their time'
call advise lock --size 1e5 --from "$run"
check 'jobs that share a lock: exit 3' is "$status" 3
ends 'what is said overrides what is seen' 0 advise lock --size 1e5 --contention compute --from "$run"
ends 'a command' 0 advise --command 'true' --jobs 8 --json --from "$run"
check 'strategies that run no commands are not ranked' true_of "{r['strategy'] for r in d['ranking']} <= {'serial', 'spawn', 'forkserver'}"
check 'what has no size has none' true_of "'size' not in d['question']"
ends 'a command with a size' 0 advise --command 'sleep {size}' --size 0.02 --jobs 4 --json --from "$run"
check 'its size is as it was given' true_of "d['question']['size'] == 0.02 and d['question']['contention'] == 'none'"
refuses 2 '--size: a slice of 100000 bytes is more than' advise deflate --size 1e5 --input README.md --from "$run"
refuses 2 '--size: give what {size} stands for' advise --command 'sleep {size}' --from "$run"
ends 'checked' 0 advise squares --size 1e5 --check --from "$run"
check 'what was measured is said' holds <(xargs <"$work/out") 'Measured with squares of size 100k: .* predicted [0-9]+ % too'
check 'it has 25 lines at most, too' test "$(wc -l <"$work/out")" -le 25
ends 'checked, by a work that stands in' 0 advise --job 100us --jobs 8 --check --json --from "$run"
check 'serial and three strategies are measured' true_of "len(d['check']['rows']) == 4 and all(r['measured_ns']['median'] > 0 for r in d['check']['rows'])"
check 'no file of theirs is left' is "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'breakeven-??????' -user "$(id -un)" -newer "$work/out" 2>/dev/null)" ''

# ------------------------------------------------------------------------------- what is refused

refuses 2 'a job is needed: --job TIME' advise
refuses 2 '--jobs: 0 is out of range; allowed are 1 to' advise --job 40us --jobs 0
refuses 2 '--job: ' advise --job 0ns
refuses 2 '--job: ' advise --job -3us
refuses 2 '--job: ' advise --job 40
refuses 2 '--workers: 1e9 is out of range' advise --job 40us --workers 1e9
refuses 2 '--workers: nothing is known of 77; known are 2' advise --job 40us --workers 77 --from "$run"
refuses 2 '--size: is of use only with a job that is timed' advise --job 40us --size 3
refuses 2 '--size: is needed: how much a job of squares does, in iterations' advise squares --from "$run"
refuses 2 '--job: cannot be combined with a work' advise squares --size 10 --job 40us
refuses 2 "'squars' is not a work; did you mean 'squares'" advise squars --size 10 --from "$run"
refuses 2 '--spread: .* 1 at least' advise --job 40us --spread 0.5x
refuses 2 "--contention: 'cpu' is not known" advise --job 40us --contention cpu
refuses 2 "--contention: 'compute:0.3': a share is of jobs that contend" advise --job 40us --contention compute:0.3
refuses 2 "--contention: 'memory:1.5': a share is from 0 to 1" advise --job 40us --contention memory:1.5
refuses 2 '--contention: the value is empty' advise --job 40us --contention memory:
refuses 2 '--payload: ' advise --job 40us --payload many
refuses 2 '--idle: cannot be combined with --cold' advise --job 40us --cold --idle
refuses 2 '--check: a batch that takes .* too long' advise --job 10s --jobs 100 --check --from "$run"
printf 'def task(n):\n    return n\n' >"$work/mine.py"
refuses 3 'nothing is known of the strategies that can run' advise "$work/mine.py:task" --size 3 --from "$run"
refuses 2 'none.py: cannot be opened' advise "$work/none.py:task" --size 3 --from "$run"
call advise --job 40us --from "$work/nowhere"
check 'a folder without a run is refused' test "$status" -ne 0

summary
