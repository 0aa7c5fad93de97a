#!/usr/bin/env bash
# Who ran which job: breakeven trace, its options and its files.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

every=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,openmp-tasks
small=(--work squares --size 1000 --jobs 6 --workers 2)

# ------------------------------------------------------------------------------- the table

# rows: the lines of jobs in $work/out; those of workers tell a share.
rows() { grep -E '^ *[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ ' "$work/out" | grep -v '%'; }

ends 'a trace' 0 trace "${small[@]}" --strategy forkpool
check 'it has a line a job, with worker, process, thread, CPU, start, end and result' \
    is "$(rows | awk 'NF == 8 && $6 <= $7 { print $1, $8 }' | xargs)" \
    '0 332833500 1 332833500 2 332833500 3 332833500 4 332833500 5 332833500'
check 'a cold one has its start and its end' is "$(grep -cE '^ *(open|close) ' "$work/out")" 2
check 'the start begins it' is "$(awk '$1 == "open" { print $2 }' "$work/out")" 0.0
ends 'a warm trace' 0 trace "${small[@]}" --strategy forkpool --temperature warm
check 'a warm one has neither' not grep -qE '^ *(open|close) ' "$work/out"
ends 'a trace of the article' 0 trace
check 'the article fits 80 columns' is "$(awk 'length > 80' "$work/out")" ''

ends 'a trace of many jobs' 0 trace --strategy threads --work empty --size 1 --jobs 101 --workers 2
check 'many jobs are told by worker' is "$(rows | wc -l) $(grep -c '^worker ' "$work/out")" '0 1'
check 'all of them are counted' is "$(awk '$1 ~ /^[01]$/ { jobs += $4 } END { print jobs }' "$work/out")" 101
check 'workers fit 80 columns' is "$(awk 'length > 80' "$work/out")" ''
ends 'a trace of many jobs with --all' 0 trace --strategy threads --work empty --size 1 --jobs 101 --workers 2 --all
check '--all has a line a job' is "$(rows | wc -l)" 101

ends 'several strategies' 0 trace "${small[@]}" --strategy "$every"
check 'each has a heading' is "$(grep -cE '^[a-z-]+, cold: 6 jobs of squares of size 1k, [12] workers?$' "$work/out")" 10
check 'each has its jobs' is "$(rows | wc -l)" 60
check 'all are compared with serial' is "$(grep -A 10 '^strategy ' "$work/out" | awk 'NR > 1 { print $1 }' | paste -sd ,)" "$every"
check 'serial is as fast as serial' holds "$work/out" '^serial +1 .* 1\.00 '
ends 'all strategies' 0 trace "${small[@]}" --strategy all
check 'all are those of the list' is "$(grep -c ', cold: ' "$work/out")" 10

ends 'the fastest of some' 0 trace "${small[@]}" --strategy serial,threads --takes 5
check 'of each one is shown' is "$(rows | wc -l) $(grep -c 'the fastest of 5 batches' "$work/out")" '12 1'

for transport in shm pipe; do
    ends "a trace with payload by $transport" 0 trace "${small[@]}" --strategy fork,forkpool,threadpool \
        --payload 1Ki/64 --transport "$transport"
    check "with payload by $transport all jobs are done" is "$(rows | wc -l)" 18
done

# ------------------------------------------------------------------------------- files

# reads FILE ARGUMENTS...: a Python program on standard input reads the file.
reads() { python3 - "$@" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said" | tail -n 3; false; }; }

out=$work/traced
ends 'a trace into a folder' 0 trace "${small[@]}" --strategy serial,fork,forkpool,openmp --out "$out"
for file in trace.csv trace.json host.json plots/timeline.gp plots/timeline.dat; do
    check "a trace leaves $file" test -s "$out/$file"
done
check 'trace.csv has as many fields in each row as in its header' is "$(awk -F, '{ print NF }' "$out/trace.csv" | sort -u)" 16
check 'trace.csv has a row a job' is "$(column "$out/trace.csv" span | sort | uniq -c | xargs)" '4 close 24 job 4 map 4 open'
check 'every job is done' is "$(column "$out/trace.csv" outcome | sort | uniq -c | xargs)" '12 24 done'
check 'fork runs each job in a process of its own' \
    is "$(awk -F, '$1 == "fork" && $5 == "job" { print $8 }' "$out/trace.csv" | sort -u | wc -l)" 6
check 'serial runs none of them in the process of another' \
    is "$(awk -F, '$5 == "job" && $1 != "fork" { print $1, $8 }' "$out/trace.csv" | sort -u | awk '{ print $2 }' | sort | uniq -d)" ''
if command -v python3 >/dev/null; then
    check 'trace.json is JSON' python3 -m json.tool "$out/trace.json" /dev/null
    check 'its events are those of the format, within their batch, and jobs of a worker do not overlap' \
        reads "$out/trace.json" <<'END'
import json, sys
events = json.load(open(sys.argv[1]))['traceEvents']
spans = [e for e in events if e['ph'] == 'X']
assert {e['ph'] for e in events} == {'M', 'X'}
assert len([e for e in spans if e['cat'] == 'job']) == 24
for e in spans:
    assert e['ts'] >= 0 and e['dur'] >= 0, e
for process in {e['pid'] for e in events}:
    mapped = [e for e in spans if e['pid'] == process and e['name'] == 'map'][0]
    for thread in {e['tid'] for e in events if e['pid'] == process} - {0}:
        jobs = sorted((e['ts'], e['ts'] + e['dur']) for e in spans if (e['pid'], e['tid']) == (process, thread))
        assert all(mapped['ts'] <= a + 0.001 and b <= mapped['ts'] + mapped['dur'] + 0.001 for a, b in jobs)
        assert all(before[1] <= after[0] + 0.001 for before, after in zip(jobs, jobs[1:])), jobs
names = {e['args']['name'] for e in events if e['name'] == 'process_name'}
assert names == {'serial, cold', 'fork, cold', 'forkpool, cold', 'openmp, cold'}, names
END
else
    echo '# skipped: no python3 to read JSON with'
fi
if command -v gnuplot >/dev/null; then
    check 'the timeline is drawn' test -s "$out/plots/timeline.svg" -a -s "$out/plots/timeline.png"
    redraw() { (cd "$1/plots" && mkdir again && cp timeline.gp timeline.dat again && cd again && gnuplot timeline.gp); }
    check 'its script draws it again, without a word' is "$(redraw "$out" 2>&1)" ''
    check 'the same' cmp "$out/plots/timeline.svg" "$out/plots/again/timeline.svg"
    for jobs in 0 1 5000; do
        ends "a picture of $jobs jobs" 0 trace --strategy serial,threadpool --work empty --size 1 --jobs "$jobs" \
            --workers 2 --temperature warm --out "$work/jobs-$jobs"
    done
    check 'of no jobs there is no picture' not test -e "$work/jobs-0/plots/timeline.svg"
    check 'of thousands there is, of a bearable size' test "$(stat -c %s "$work/jobs-5000/plots/timeline.svg")" -lt 2000000
    ends 'a picture of 64 workers' 0 trace --strategy threadpool,forkpool --work empty --size 1 --jobs 640 --workers 64 \
        --out "$work/wide"
    check 'it is drawn' test -s "$work/wide/plots/timeline.svg"
    call trace "${small[@]}" --out "$work/\$(touch pwned)'<b>\`touch pwned\`"
    check 'a folder of any name: exit 0' is "$status" 0
    check 'nothing in its name is done' is "$(find . "$work" -name pwned)" ''
fi
check 'without gnuplot the rest is written, and a warning says so' \
    is "$(PATH=/nowhere "$program" trace "${small[@]}" --out "$work/undrawn" 2>&1 >/dev/null | grep -c '^breakeven: warning: no picture: ')" 1
check 'without gnuplot there is the JSON' test -s "$work/undrawn/trace.json"

sums "$out" >"$work/before"
refuses 2 '--out: .* holds a trace already; overwrite it by --force' trace "${small[@]}" --out "$out"
check 'what is refused changes nothing' is "$(sums "$out")" "$(cat "$work/before")"
echo mine >"$out/plots/mine.svg"
ends 'a trace in the place of another' 0 trace "${small[@]}" --strategy fork --out "$out" --force
check '--force leaves the new one alone' is "$(column "$out/trace.csv" strategy | sort -u)" fork
check '--force leaves what is not of a trace' test -s "$out/plots/mine.svg"
mkdir "$work/run"
: >"$work/run/samples.csv"
refuses 2 '--out: .* holds a run; a trace needs a folder of its own' trace "${small[@]}" --out "$work/run" --force
check 'nothing is written beside a run' is "$(ls "$work/run")" samples.csv
refuses 4 '--out: .* is not a folder' trace "${small[@]}" --out "$out/trace.csv"
check 'nothing that is half made is left' is "$(find "$work" -name '*.partial')" ''

# ------------------------------------------------------------------------------- bad input

refuses 2 "--strategy: 'forkpol' is not known; did you mean 'forkpool'" trace --strategy fork,forkpol
refuses 2 '--strategy: ' trace --strategy ''
refuses 2 '--strategy: ' trace --strategy fork,,threads
refuses 2 "--temperature: 'hot' is not known" trace --temperature hot
refuses 2 "--transport: 'pip' is not known; did you mean 'pipe'" trace --transport pip
for value in '' x 1/ /1 1/2/3 -1 1e30; do
    refuses 2 '^breakeven: --payload: ' trace --payload "$value"
done
for value in '' 0 x -1; do
    refuses 2 '^breakeven: --takes: ' trace --takes "$value"
done
refuses 2 '--out: the path is empty' trace --out ''
refuses 2 '--force: means something with --out only' trace --force
refuses 2 '--all: takes no value' trace --all=yes
refuses 2 "'--alll: no such option|--alll: no such option; did you mean" trace --alll
refuses 2 '--work: ' trace --work nothing --out "$work/refused"
check 'what is refused makes no folder' not test -e "$work/refused"

# ------------------------------------------------------------------------------- when something dies

# On a busy machine jobs may be over, or not begun, when somebody is killed: then they are longer.
crash() {
    local nap
    for nap in 300M 1200M 4800M; do
        begin trace --strategy forkpool --work sleep --size $nap --jobs 4 --workers 2 --schedule dynamic --force --out "$work/crash"
        until_true 10 marked_are 4
        sleep 0.05
        kill -SEGV "$(pgrep -P "$(pgrep -P "$run")" | tail -n 1)" 2>/dev/null
        finish 60
        crashed=$(awk -F, '$13 == "crashed" { print ($11 != ""), ($12 == ""), $14 }' "$work/crash/trace.csv")
        [ -z "$crashed" ] || break
    done
}
lose_the_first() {
    local nap
    for nap in 300M 1200M 4800M; do
        begin trace --strategy serial,threads --work sleep --size $nap --jobs 2 --workers 2
        until_true 10 marked_are 2
        sleep 0.05
        kill -KILL "$(pgrep -P "$run")" 2>/dev/null
        finish 60
        ! grep -q 'process of serial' "$work/err" || break
    done
}
if ! sanitized; then
    crash
    check 'a crash: exit 1' is "$status" 1
    check 'a crashed job has a start and no end' is "$crashed" '1 1 11'
    lose_the_first
    check 'a strategy that dies: exit 1' is "$status" 1
    check 'it is told which and of what' holds "$work/err" '^breakeven: trace: the process of serial was killed by signal 9'
    check 'the next is traced all the same' is "$(grep -c '^2 jobs by 2 of 2 workers' "$work/out")" 1
fi
# A kernel, or a container, that has none: a process is waited for by looking at it.
if strace -qq -o /dev/null true 2>/dev/null && ! sanitized; then
    strace -f -qq -o /dev/null -e trace=pidfd_open -e inject=pidfd_open:error=ENOSYS \
        "$program" trace --strategy serial,forkpool --work empty --size 1 --jobs 4 >"$work/out" 2>"$work/err" </dev/null
    check 'without pidfd_open: exit 0' is "$?" 0
    check 'without pidfd_open both are traced' is "$(grep -c '^4 jobs by ' "$work/out")" 2
else
    echo '# skipped: no strace that works, or a sanitizer: a system without pidfd_open is not tested'
fi
# The process of the first strategy, and a worker of forkpool's.
for expected in forkpool:3 serial,forkpool:2; do
    strategies=${expected%:*}
    begin trace --strategy "$strategies" --work sleep --size 60G --jobs 4 --workers 2
    check "a trace of $strategies is under way" until_true 10 marked_are "${expected#*:}"
    kill -TERM "$run"
    finish 10
    check "a trace of $strategies that is ended leaves nobody" left_nobody
done

summary
