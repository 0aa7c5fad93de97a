#!/usr/bin/env bash
# Strategies that are other programs (docs/runners.md): those of docs/examples/, how they are named and told of, and what ill ones
# come to. tests/runner/ has the ill ones.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo 'ok - # SKIP there is no Python of 3.9 or later'
    summary
    exit
fi

# What Python is started from is in TMPDIR: nobody may leave it behind.
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
left() { find "$TMPDIR" -mindepth 1 -maxdepth 1 | wc -l; }

# runners DIR OPTIONS...: a run of one round.
runners() {
    call run quick --work squares --sizes 100 --jobs 4 --workers 2 --rounds 1 --timeout 20s --out "$work/$1" --force --quiet \
        --formats svg "${@:2}"
}
# rows DIR STRATEGY COLUMN: its values, each once, read as CSV.
rows() {
    python3 - "$work/$1/samples.csv" "$2" "$3" <<'END'
import csv, sys
path, strategy, column = sys.argv[1:]
with open(path, newline="") as file:
    print("\n".join(sorted({row[column] for row in csv.DictReader(file) if row["strategy"] == strategy})))
END
}

# ------------------------------------------------------------------------------- the skeleton

cp docs/examples/runner/runner.py "$work/mine.py"
ends 'list --runner' 0 list --runner "$work/mine.py"
check 'it names the strategies of a runner' is "$(awk '!/^ / { print $1 }' "$work/out" | xargs)" 'my-serial my-threads'

runners own --runner "$work/mine.py" --strategies forkpool
check 'a runner is measured beside strategies of our own' is "$status" 0
check 'its strategies go by their names' \
    is "$(column "$work/own/samples.csv" strategy | sort -u | xargs)" 'forkpool my-serial my-threads serial'
check 'each row went well' is "$(rows own my-threads status)$(rows own my-serial status)" okok
check 'its rows name the baseline of its runtime' is "$(rows own my-threads baseline)" my-serial
check 'its runtime is told' is "$(rows own my-threads runtime)" 'my runtime 1.0'
check 'host.json tells what was started' holds "$work/own/host.json" '"program": ".*/mine.py"'
check 'which of its workers took part is told' test -n "$(rows own my-threads participation)"
check 'what it took is told' holds "$work/own/samples.csv" '^1,squares,100,4,my-threads,2,.*,cold,0,1,[0-9]+,[0-9]+,[0-9]+,'

runners named --runner "$work/mine.py" --strategies my-threads
check 'where its strategies are named no others are measured' \
    is "$(column "$work/named/samples.csv" strategy | sort -u | xargs)" 'my-serial my-threads serial'
runners works --runner "$work/mine.py" --strategies my-threads --work squares,sleep
check 'a work that a runner lacks is a row that says so' is "$(rows works my-serial detail | tail -n 1)" \
    'mine.py does not have the work sleep; it has empty, squares'

mkdir "$work/suite" && cp "$work/mine.py" "$work/suite"
printf '[suite]\nrounds = 1\nworkers = 2\nrunner = ./mine.py\n[squares]\nsizes = 100\nstrategies = my-threads\n' >"$work/suite/my.ini"
(cd "$work" && "$program" run suite/my.ini --out of-suite --quiet --formats svg >out 2>err)
check "a suite's paths of runners begin where the suite lies" is "$? $(cat "$work/err")" '0 '

echo '# another' >>"$work/mine.py"
call run quick --work squares --sizes 100 --jobs 4 --workers 2 --rounds 2 --quiet --formats svg --out "$work/own" --resume \
    --runner "$work/mine.py" --strategies forkpool
check 'a run does not go on with another runner' is "$status" 2
call run quick --work empty --sizes 1 --jobs 70000 --workers 2 --rounds 1 --quiet --formats svg --out "$work/many" \
    --strategies my-threads --runner docs/examples/runner/runner.py
check 'batches of many jobs are verified in parts' is "$(rows many my-serial status)" ok

refuses 2 '--runner: .*missing.py: cannot be opened: No such file' run quick --runner "$work/missing.py"
refuses 2 '--runner: .*: a folder, not a program' run quick --runner "$work"
printf 'text\n' >"$work/text.py"
refuses 2 '--runner: .*/text.py cannot be started: it is no program that may be executed' run quick --runner "$work/text.py"
refuses 3 'another program runs it, which does not tell of single jobs' trace --strategy py-serial

# ------------------------------------------------------------------------------- Python

runners python --strategies py-serial --python "python3,$(command -v python3)"
check 'the serial loop of two interpreters is measured' is "$(rows python py-serial python | wc -l) $(rows python py-serial status)" '2 ok'
check 'host.json tells of both' is "$(grep -c '"runtime": "CPython' "$work/python/host.json")" 2
runners no-python --strategies py-serial --python /bin/true,/nonexistent/python
check 'what is no Python is told so' holds <(rows no-python py-serial detail) '^/bin/true is no Python: it does not tell its version'
check 'what is not there is told so' holds <(rows no-python py-serial detail) '^/nonexistent/python cannot be started: it, or the'
check 'its rows are unavailable' is "$(rows no-python py-serial status)" unavailable
cat >"$work/python3.6" <<'END'
#!/bin/sh
case $2 in *version_info*) printf 3.6 ;; *) exit 1 ;; esac
END
chmod +x "$work/python3.6"
runners old --strategies py-serial --python "$work/python3.6"
check 'a Python that is too old is told so' holds <(rows old py-serial detail) 'python3.6 is Python 3.6; it must be 3.9 or later'
PYTHONHASHSEED=7 runners variables --strategies py-serial
check 'host.json tells variables that change what Python does' holds "$work/variables/host.json" '"PYTHONHASHSEED": "7"'
environment=(PATH="$work/nowhere")
call list
environment=()
check 'list tells where there is no Python' is "$(grep -c 'unavailable: python3 is not there: no program of PATH is called so' "$work/out")" 10

# A Python that never comes to say hello, in visits alone: what a visit that is killed then has left.
cat >"$work/slow-python" <<END
#!/bin/sh
! tr '\\0' ' ' <"/proc/\$PPID/cmdline" | grep -q '^breakeven visit ' || exec sleep 60
exec python3 "\$@"
END
chmod +x "$work/slow-python"
waits() { [ "$(left)" -eq 1 ] && [ -n "$(visiting)" ]; }
visiting() { pgrep -P "$run" -f '^breakeven visit .*/py-serial/' | head -n 1; }
begin_slow() {
    begin run quick --work squares --sizes 100 --jobs 4 --workers 2 --rounds 1 --quiet --formats svg --out "$work/$1" \
        --strategies py-serial --python "$work/slow-python"
    check "$1: a visit waits for its runner" until_true 20 waits
}
begin_slow interrupted
kill -INT "$run"
finish 20
check 'a run that is interrupted ends' is "$status" 130
check 'and leaves nobody' left_nobody
check 'nor what the runner was started from' is "$(left)" 0
begin_slow visit-killed
kill -KILL "$(visiting)"
finish 20
check 'a visit that is killed is a row' is "$(rows visit-killed py-serial status)" crashed
check 'and leaves nobody behind' left_nobody
check 'nor what its runner was started from' is "$(left)" 0
begin_slow harness-killed
kill -KILL "$run"
finish 20
check 'what a run that was killed leaves is no process' left_nobody
emptied() { [ "$(left)" -eq 0 ]; }
check 'nor what its runner was started from' until_true 10 emptied

# A pool whose workers hold their own pipes open: they do not notice the end of who has started them.
pooling() { [ "$(pgrep -c -f "python.* -u $TMPDIR/breakeven-runner-")" -ge 3 ]; }
begin run quick --work squares --sizes 1e5 --jobs 64 --workers 2 --rounds 500 --quiet --formats svg --out "$work/pool" --strategies py-executor
check 'a pool of Python is at work' until_true 20 pooling
kill -KILL "$run"
finish 20
check 'its workers do not outlive a harness that is killed' left_nobody
check 'nor does what they were started from' until_true 10 emptied

# ------------------------------------------------------------------------------- another runtime

if command -v node >/dev/null; then
    runners node --runner docs/examples/node-runner/runner.mjs --strategies node-workers,node-processes --work squares,sleep,empty
    check 'a runner of Node is measured' is "$status" 0
    for strategy in node-serial node-workers node-processes; do
        check "each row of $strategy went well" is "$(rows node "$strategy" status)" ok
    done
fi

# ------------------------------------------------------------------------------- ill ones

# make_ill HOW: a runner with that fault, which is told the path of its own file.
make_ill() {
    echo "#!/bin/sh
ILL=$1 exec python3 '$PWD/tests/runner/ill.py' '$work/$1'" >"$work/$1"
    chmod +x "$work/$1"
}
# run_ill HOW...: one run with runners of these faults, which leaves nothing behind. Where another one than `hangs` is late, the
# machine is busy, and there is more time.
is_late() { grep ',timed_out,' "$work/ill/samples.csv" | grep -qv ',hangs,'; }
run_ill() {
    local how paths='' timeout
    for how in "$@"; do
        make_ill "$how"
        paths=$paths,$work/$how
    done
    for timeout in 3s 12s 48s; do
        begin run quick --work squares --sizes 100 --jobs 4 --workers 2 --rounds 1 --timeout $timeout --runner "${paths#,}" \
            --strategies "$(echo "$@" | tr ' ' ,)" --out "$work/ill" --force --quiet --formats svg
        finish 240
        is_late || break
    done
    check "a run with $1 and others ends" test "$status" -le 3
    check "a run with $1 and others leaves nobody" left_nobody
}
# comes_to HOW STATUS PATTERN: the row of such a runner.
comes_to() {
    rows ill "$1" detail >"$work/detail"
    check "$1: its status" is "$(rows ill "$1" status)" "$2"
    check "$1: its reason" holds "$work/detail" "$3"
}
# unknown HOW PATTERN: one that comes to nothing when it is asked for its name.
unknown() {
    make_ill "$1"
    begin run quick --runner "$work/$1" --out "$work/none" --quiet
    finish 60
    check "$1: exit 2" is "$status" 2
    check "$1: one line names '$2'" one_error_line "$2"
    check "$1: nothing is left" left_nobody
}

unknown hello-dies '--runner: .*/hello-dies ended with exit code 7 during hello'
unknown hello-killed '--runner: .*/hello-killed died of signal 9 \(Killed\) during hello'
unknown hello-rubbish '--runner: .*/hello-rubbish answers hello with what is no JSON object: rubbish'
unknown hello-version '--runner: .*/hello-version speaks version 2 of the protocol; this breakeven speaks 1'
unknown hello-no-strategies '--runner: .*/hello-no-strategies tells of no strategies'
unknown hello-two-baselines '--runner: .*/hello-two-baselines tells of no strategy that is the baseline, or of several'
unknown hello-two-of-a-name '--runner: .*/hello-two-of-a-name tells of two strategies of one name'
unknown hello-closes '--runner: .*/hello-closes has closed its pipe of answers before it answered hello'
unknown hello-bad-name "--runner: .*/hello-bad-name tells of a strategy whose name is not 1 to 32"
run_ill fine dies killed hangs rubbish wrong-id no-id no-time negative text-time half-time twice-time less-time
comes_to fine ok '^$'
comes_to dies failed 'dies ended with exit code 7 during map'
comes_to killed crashed 'killed died of signal 9 \(Killed\) during map'
comes_to hangs timed_out 'hangs has not answered map within [0-9.]+ s'
comes_to rubbish failed 'rubbish answers map with what is no JSON object: \{"id": 4, half'
comes_to wrong-id failed 'wrong-id answers map with the id 99, where the request has 4'
comes_to no-id failed "no-id answers map without the request's id"
comes_to no-time failed 'no-time answers map without ns'
comes_to negative failed 'negative answers map with numbers that none has'
comes_to text-time failed 'text-time answers map with numbers that none has'
comes_to half-time failed 'half-time says that map took [0-9.]+ .?s, where [0-9.]+ .?s passed between request and answer; 5 % and 1 ms'
comes_to twice-time failed 'twice-time says that map took [0-9.]+ .?s, where [0-9.]+ .?s passed'
comes_to less-time failed 'less-time says that map took [0-9.]+ .?s, where [0-9.]+ .?s passed'
run_ill huge-line closes-pipe held-pipe wrong-result few-results raises unavailable prints daemon no-end changes
comes_to huge-line failed 'huge-line answers map with a line of more than 16 MiB'
comes_to closes-pipe failed 'closes-pipe has closed its pipe of answers before it answered map'
comes_to held-pipe failed 'held-pipe ended with exit code 7 during map'
comes_to wrong-result wrong "the result of job 2 differs from serial's: it is 7, not 328350"
comes_to few-results wrong 'few-results gave 3 results for 4 jobs'
comes_to raises failed '^job 3: ValueError: bad'
comes_to unavailable unavailable '^it needs a moon'
comes_to prints ok 'jobs printed [0-9]+ bytes, untold: hello from a job'
comes_to daemon ok '^$'
comes_to no-end ok '^$'
comes_to changes refused 'the runner was replaced while the run goes on'
# ------------------------------------------------------------------------------- killed at any instant

# A pool of processes whose runner is killed at a random instant of each visit: within the first 0.45 s, of which it takes a half or
# more. Of 400 visits 200 do not come to their end.
# Who kills it holds its pipes for longer than it lives.
kills=${BREAKEVEN_TEST_KILLS:-12}
cat >"$work/pool-killed" <<END
#!/bin/sh
if tr '\\0' ' ' <"/proc/\$PPID/cmdline" | grep -q '^breakeven visit '; then
    (sleep "0.\$(shuf -i 0-449 -n 1 | xargs printf '%03d')" && kill -KILL \$\$ 2>/dev/null; sleep 1) &
fi
ILL=pool-killed exec python3 '$PWD/tests/runner/ill.py'
END
chmod +x "$work/pool-killed"
began=$SECONDS
begin run quick --work squares --sizes "$(seq -s, 1000 $((999 + kills)))" --jobs 4 --workers 2 --rounds 1 --timeout 10s \
    --runner "$work/pool-killed" --out "$work/of-kills" --quiet --formats svg --strategies pool-killed
finish $((60 + 4 * kills))
check "$kills runners that are killed: the run ends by itself" test "$status" -le 3
check 'nobody is left of them' left_nobody
rows of-kills pool-killed size >"$work/sizes"
check 'no visit is lost' is "$(wc -l <"$work/sizes")" "$kills"
check 'a row is well or tells of the kill' not grep -qvxE 'crashed|ok' <(rows of-kills pool-killed status)
check 'what is told is the kill' not grep -vE '^$|^pool-killed died of signal 9 \(Killed\) during [a-z]+' <(rows of-kills pool-killed detail)
crashed=$(grep -c ',crashed,' "$work/of-kills/samples.csv")
[ "$kills" -lt 400 ] || check 'two hundred were killed' test "$crashed" -ge 200
echo "# $crashed of $kills were killed, $((SECONDS - began)) s"

check 'no folder is left' is "$(left)" 0
summary
