#!/usr/bin/env bash
# Strategies from shared libraries: how they are named and told of, what they may not do, and the examples of docs/examples/.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

cc=${CC:-cc} cxx=${CXX:-c++}
library() { "$cc" -std=gnu17 -O1 -fPIC -shared -pthread -I. "$@"; }
for name in liar loops forked; do
    check "the library $name is built" library "tests/pools/$name.c" -o "$work/$name.so"
done
cp "$work/liar.so" "$work/gone.so"

# pools DIR STRATEGIES OPTIONS...: a run of one round.
pools() {
    call run quick --out "$work/$1" --force --quiet --formats svg --sizes 100 --workers 2 --rounds 1 --timeout 5s \
        --strategies "$2" "${@:3}"
}
# rows DIR STRATEGY COLUMN: its values in samples.csv, each once.
rows() {
    awk -v strategy="$2" -v name="$3" '
        function cut(row, to,    n, i, c, quoted) {
            to[n = 1] = ""
            for (i = 1; i <= length(row); i++) {
                c = substr(row, i, 1)
                if (c == "\"" && quoted && substr(row, i + 1, 1) == c) to[n] = to[n] substr(row, i++, 1)
                else if (c == "\"") quoted = !quoted
                else if (c == "," && !quoted) to[++n] = ""
                else to[n] = to[n] c
            }
            return n
        }
        NR == 1 { n = cut($0, names); for (i = 1; i <= n; i++) at[names[i]] = i; next }
        { cut($0, row) } row[at["strategy"]] == strategy { print row[at[name]] }' "$work/$1/samples.csv" | sort -u
}

# ------------------------------------------------------------------------------- a run

pools run "threadpool,$work/liar.so,$work/loops.so:spinning,$work/liar.so?a=b&c,$work/loops.so:at-once"
check 'strategies of libraries run beside those that are built in' is "$status" 0
check 'each goes by its own name' is "$(column "$work/run/samples.csv" strategy | sort -u | xargs)" 'at-once liar serial spinning threadpool'
check 'their options are a column' is "$(rows run liar options | xargs)" 'a=b&c'
check 'strategies without options have none' is "$(rows run threadpool options)" ''
check 'labels tell options apart' holds "$work/run/tables.txt" 'liar\?a=b&c'
check 'host.json has the path of each library' holds "$work/run/host.json" "$work/loops.so"
check 'host.json has what each library says of itself' holds "$work/run/host.json" 'threads that spin, an equal share each'
check 'a strategy of one worker has one' is "$(rows run at-once workers)" 1

pools forked "$work/forked.so,$work/forked.so?kill" --jobs 8
check 'workers may be processes' grep -q ',forked,.*,warm,.*,ok,' "$work/forked/samples.csv"
rows forked forked detail >"$work/detail"
check 'what they tell of a death is an outcome' holds "$work/detail" '1 job not done; job 3 crashed with signal 9'
call trace --strategy "$work/forked.so" --work squares --size 1e4 --jobs 8 --workers 2 --out "$work/forks"
check 'each process has its own number' test "$(awk -F, '$5 == "job" { print $8 }' "$work/forks/trace.csv" | sort -u | wc -l)" -eq 2

mkdir "$work/suite" && cp "$work/liar.so" "$work/suite/own.so"
printf '[suite]\nrounds = 1\nworkers = 2\n[squares]\nsizes = 100\nstrategies = ./own.so, threadpool\n' >"$work/suite/my.ini"
(cd "$work" && "$program" run suite/my.ini --out of-suite --quiet --formats svg >out 2>err)
check "a suite's paths begin where the suite lies" is "$? $(cat "$work/err")" '0 '
check 'a strategy of a suite is measured' is "$(rows of-suite liar status)" ok

# ------------------------------------------------------------------------------- from files alone

ends 'a run of libraries that are gone' 0 run quick --out "$work/gone" --quiet --formats svg --sizes 100 --workers 2 --rounds 2 \
    --strategies "$work/gone.so,forkpool"
rm "$work/gone.so"
call report "$work/gone" --formats svg
check 'is reported from its files' is "$status" 0
check 'its strategy has a colour of its own' holds "$work/gone/report.html" 'k-other1'
call explain liar "$work/gone"
check 'explain knows it' not holds "$work/err" 'is not a strategy'
refuses 2 "explain: 'nobody' is not a strategy" explain nobody "$work/gone"

# ------------------------------------------------------------------------------- telling of them

ends 'list of a library' 0 list "$work/loops.so"
check 'list tells what a library holds' is "$(awk '{ print $1 }' "$work/out" | xargs)" 'at-once singly spinning'
ends 'trace of a library' 0 trace --strategy "$work/loops.so:spinning,threadpool" --work squares --size 1e4 --jobs 8 --workers 2 --out "$work/trace"
check 'trace shows who ran its jobs' holds "$work/trace/trace.csv" '^spinning,'

# A threshold is known where the rounds suffice to tell one, which they may not beside others. Jobs that sleep pay four at a time
# whatever else runs here.
for rounds in 8 16 32 64; do
    rm -rf "$work"/{thresholds,checked}
    cp "$work/loops.so" "$work/moved.so"
    pools thresholds "$work/moved.so:spinning" --work sleep --sizes 3e6,6e6 --jobs 4 --workers 4 --rounds "$rounds"
    call export "$work/thresholds" --format json --out "$work/thresholds.json"
    rm "$work/moved.so"
    call check "$work/thresholds.json" --library "$work/loops.so" --out "$work/checked" --rounds 1 --quiet
    [ "$(rows checked spinning status)" != ok ] || break
done
refuses 3 'moved.so: cannot be opened' check "$work/thresholds.json" --out "$work/checked" --force --rounds 1
call check "$work/thresholds.json" --library "$work/loops.so" --out "$work/checked" --force --rounds 1 --quiet
check 'thresholds of a library are checked where it is named' is "$(rows checked spinning status)" ok

# ------------------------------------------------------------------------------- what is no strategy

# broken WORD NUMBER: a library with that fault.
broken() { library -DBROKEN="$2" tests/pools/broken.c -o "$work/$1.so"; }
for fault in abi=1 short=2 older=3 newer=4 no-map=5 no-name=6 bad-unit=7 empty=8 no-list=9 built-in=10 dies=11 leaves=12; do
    broken "${fault%=*}" "${fault#*=}"
done
"$cc" -std=gnu17 -I. -DBROKEN=0 -pie -fPIE tests/pools/broken.c -o "$work/program.so" 2>/dev/null
printf 'no library\n' >"$work/text.so"
: >"$work/nothing.so"
other_machine() { { head -c 18 "$1"; printf '\xb7\x00'; tail -c +21 "$1"; } >"$2"; }
other_machine "$work/liar.so" "$work/aarch64.so"

none() { refuses 2 "$2" run quick --strategies "threadpool,$work/$1" --out "$work/none"; }
none missing.so 'missing.so: cannot be opened: No such file'
none text.so 'text.so: no shared library'
none nothing.so 'nothing.so: no shared library: it is empty'
[ "$(uname -m)" != x86_64 ] || none aarch64.so 'aarch64.so: a library for aarch64, where this program is for x86-64'
none program.so 'program.so: a program, not a shared library; link it as'
none abi.so 'abi.so: its strategy is of ABI 2, this breakeven has 1'
none short.so 'short.so: its struct breakeven_strategy has 16 bytes'
none no-map.so "no-map.so: its strategy 'broken' lacks 'map'"
none no-name.so "no-name.so: its strategy's name is not"
none bad-unit.so "bad-unit.so: its strategy 'broken' has unit 7"
none empty.so "empty.so: its list 'breakeven_strategies' has no strategy"
none no-list.so "no-list.so: it has no symbol 'breakeven_strategies'"
none built-in.so "two strategies are called 'threadpool': the one that is built in and that of .*built-in.so"
# A sanitizer makes an exit of what would be a signal.
sanitized || none dies.so 'dies.so: .*signal 11'
none leaves.so 'leaves.so: calls exit while it is loaded'
none loops.so 'loops.so: it holds several strategies \(at-once, singly, spinning\)'
none loops.so:nobody "loops.so: it holds no strategy 'nobody'; it has at-once, singly, spinning"
none "liar.so?$(printf 'a\tb')" "behind '\\?' stand printable ASCII characters alone"
refuses 2 "'threadpol' is not known" run quick --strategies "threadpol,$work/liar.so" --out "$work/none"

# What the other side's version lacks is not read.
for version in older newer; do
    pools "$version" "$work/$version.so"
    check "a library of an $version header runs" is "$status $(rows "$version" broken status)" '0 ok'
done

# ------------------------------------------------------------------------------- what lies

# lie WORD STATUS DETAIL: the row that it gets; both are patterns.
lie() {
    pools "lie-$1" "$libraries/liar.so?$1" "${@:4}"
    check "a strategy with the fault '$1' ends the run with a line" one_error_line 'given up'
    check "a strategy with the fault '$1' gets a row" holds <(echo "$status $(rows "lie-$1" liar status)") "^1 ($2)\$"
    rows "lie-$1" liar detail >"$work/detail"
    check "its row says why" holds "$work/detail" "$3"
}
libraries=$work
lies() {
    lie lost wrong 'liar ran [0-9]+ jobs of [0-9]+ in [0-9]+ map'
    lie twice wrong 'liar ran (jobs more than once|job 3 more than once in a map)'
    lie beyond wrong 'liar ran jobs from 4 to before 9, but the batch has 8'
    lie stranger wrong 'liar ran jobs as worker 2, but its workers are 0 to 1'
    lie same wrong 'liar ran jobs twice at once as worker 0' --sizes 1e7
    lie early 'wrong|failed' 'liar|lost' # what is seen first: its jobs, or its thread
    lie late wrong 'liar|lost' --sizes 1e7
    sanitized || lie crash crashed 'died of signal 11'
    lie exit failed 'the strategy calls exit'
    lie _exit crashed 'the strategy called _exit\(3\)'
    lie refuse refused 'liar: map: no jobs.x0atoday'
    lie no-open refused 'liar: open: it does not open'
    lie hang timed_out 'took longer than 500 ms' --timeout 500ms
    lie thread failed 'liar left 1 thread behind'
    lie process failed 'liar left 1 process behind'
    begin run quick --out "$work/daemon" --quiet --formats svg --sizes 100 --workers 2 --rounds 1 --timeout 60s \
        --strategies "$libraries/liar.so?daemon"
    finish 20
    check 'a process that holds all of its descriptors is not waited for' is "$status $(rows daemon liar status)" '1 failed'
    check 'and it is ended' left_nobody
}
aside lies # they mostly wait

# ------------------------------------------------------------------------------- replaced while it is measured

cp "$work/liar.so" "$work/changing.so"
begin run quick --out "$work/changing" --quiet --formats svg --sizes 100 --workers 2 --rounds 2000 --strategies "$work/changing.so"
has_row() { [ -s "$work/changing/samples.csv" ] && grep -q ',liar,' "$work/changing/samples.csv"; }
until_true 20 has_row
cp "$work/loops.so" "$work/changing.new" && mv "$work/changing.new" "$work/changing.so"
refused() { grep -q 'replaced while the run goes on' "$work/changing/samples.csv"; }
check 'a library that is replaced while the run goes on is refused' until_true 20 refused
kill -INT "$run" 2>/dev/null
finish 20

# ------------------------------------------------------------------------------- the examples

# Where the header is installed, and the compilers for both languages.
printf '#include <breakeven/strategy.h>\n' >"$work/header.c"
include=$work/include # by a path without a blank, wherever this tree lies
ln -s "$PWD/include" "$include"
cp "$work/header.c" "$work/header.cpp"
strict=(-Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only)
check 'the header is C17' "$cc" -std=c17 "${strict[@]}" "$work/header.c"
if command -v "$cxx" >/dev/null; then
    check 'the header is C++17' "$cxx" -std=c++17 "${strict[@]}" "$work/header.cpp"
fi

# example FOLDER STRATEGY: builds it as its page says, and runs it.
example() {
    cp -r "docs/examples/$1" "$work/$1"
    check "the example $1 is built" make -s -C "$work/$1" BREAKEVEN_CFLAGS="-I$include -Wall -Wextra -Wpedantic -Werror"
    pools "of-$1" "$(echo "$work/$1"/*.so)" --work squares,empty --jobs 1,8,100
    check "the example $1 runs" is "$status $(rows "of-$1" "$2" status)" '0 ok'
}
example queue-pool queue-pool
if printf '#include <oneapi/tbb/task_arena.h>\n' | "$cxx" -std=c++17 -fsyntax-only -x c++ - 2>/dev/null; then
    example tbb-pool tbb
    cp docs/examples/pools.ini "$work"
    cp docs/examples/rivals.ini "$work"
    ends 'the suite of rivals' 0 run "$work/rivals.ini" --strategies "auto,openmp,$work/tbb-pool/tbb_pool.so" --sizes 100 --rounds 1 \
        --formats svg --quiet --out "$work/of-rivals"
    check 'each of them is measured' is "$(column "$work/of-rivals/samples.csv" strategy | sort -u | xargs)" 'auto openmp serial tbb'
    ends 'the suite of the examples' 0 run "$work/pools.ini" --jobs 100 --rounds 1 --formats svg --quiet --out "$work/of-examples"
else
    echo 'skipped - oneTBB is not installed'
fi
mkdir "$work/mine"
for file in strategy.c:mine.c Makefile:Makefile; do
    sed 's/@NAME@/mine/g' "docs/examples/new-strategy/${file%:*}" >"$work/mine/${file#*:}"
done
check 'the source of a new strategy is built' make -s -C "$work/mine" BREAKEVEN_CFLAGS="-I$include -Wall -Wextra -Werror"
pools of-mine "$work/mine/mine.so"
check 'the source of a new strategy runs' is "$status $(rows of-mine mine status)" '0 ok'

summary
