#!/usr/bin/env bash
# Works from shared libraries: those that are right are measured by every strategy; each thing that can be wrong with one is
# told in a line that names the library and the cause.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

cc=${CC:-cc}
source=tests/plugins

# build OUTPUT SOURCE FLAGS...: a library.
build() {
    local output=$1 from=$2
    shift 2
    "$cc" -std=c17 -Wall -Wextra -Iinclude -shared -fPIC -pthread "$@" -o "$work/$output" "$source/$from"
}

# measure WORK OPTIONS...: a run of one round.
measure() {
    local which=$1
    shift
    call run quick --work "$which" --jobs 3 --rounds 1 --workers 2 --strategies fork,threadpool --formats svg \
        --out "$work/run" --force --quiet "$@"
}

# ---------------------------------------------------------------------------- what is right

# alone COMPILER FLAGS...: the header compiles by itself.
alone() {
    command -v "$1" >/dev/null || return
    check "the header alone compiles: $*" "$@" -pedantic-errors -Wall -Wextra -Werror -fsyntax-only include/breakeven/work.h
}
alone "$cc" -std=c17 -x c
alone "${CXX:-c++}" -std=c++17 -x c++
check 'it includes nothing of ours' not grep -E '#include "' include/breakeven/work.h

check 'works build' build libwell.so well.c -Werror
libwell=$work/libwell.so
everyone=$("$program" complete run --strategies '' | cut -f 1 | grep -vxE 'all|serial|xargs|parallel|mpi|mpi-static|python|(py|joblib|mpi4py)-.*|:.*' | paste -sd ,)
measure "$libwell:plain,$libwell:reader,$libwell:opener,$libwell:rounded,$libwell:bare,squares" --strategies "$everyone" \
    --sizes 50
check 'every strategy runs every kind of work: exit 0' is "$status" 0
check 'nothing on stderr' is "$(cat "$work/err")" ''
# rows WORK FILE: how many rows of the file have the work.
rows() { awk -F, -v work="$1" 'NR > 1 { n += $2 == work } END { print n + 0 }' "$2"; }
each=$(rows squares "$work/run/samples.csv")
for name in plain reader opener rounded bare; do
    check "$name has as many rows as a work that is built in" [ "$(rows $name "$work/run/samples.csv")" -ge "$((each / 3))" ]
    check "each of them went well" is "$(awk -F, -v work=$name \
        'NR > 1 && $2 == work && !/,ok,/' "$work/run/samples.csv" | wc -l)" 0
done
check 'host.json tells where they come from' holds "$work/run/host.json" "\"path\": \"$libwell:plain\""
check 'and what they say of themselves' holds "$work/run/host.json" '"summary": "a sum of squares"'

measure "$libwell:plain"
check 'sizes are those that the work says: exit 0' is "$status" 0
check 'sizes are those that the work says' is "$(awk -F, 'NR > 1 { print $3 }' "$work/run/samples.csv" | sort -un | xargs)" '100 1000'
rm -f "$libwell.away" && mv "$libwell" "$libwell.away"
ends 'a report of it, without the library' 0 report "$work/run" --quiet
check 'it still knows the unit' holds "$work/run/report.html" 'rounds'
mv "$libwell.away" "$libwell"

ends 'list of a library' 0 list "$libwell"
check 'it has a line for each work' is "$(wc -l <"$work/out")" 5
check 'with what it says of itself' holds "$work/out" '^plain +a sum of squares \(size: rounds\)$'

check 'a library for the first header builds' build libfirst.so first.c
measure "$work/libfirst.so" --sizes 10
check 'it runs: exit 0' is "$status" 0

mkdir -p "$work/suites"
cp "$libwell" "$work/suites/libwell.so"
printf '[suite]\nstrategies = fork\nworkers = 2\njobs = 2\n[mine]\nwork = ./libwell.so:plain\nsizes = 10\n[squares]\nsizes = 10\n' \
    >"$work/suites/mine.ini"
ends 'a suite names a library beside it' 0 run "$work/suites/mine.ini" --rounds 1 --out "$work/run" --force --quiet
check 'beside a work that is built in' is "$(awk -F, 'NR > 1 { print $2 }' "$work/run/samples.csv" | sort -u | xargs)" 'plain squares'

# The library is replaced while the run goes on: what was measured before is not mixed with what comes.
cp "$libwell" "$work/libchanges.so"
call_aside() { "$program" "$@" >"$work/out" 2>"$work/err" </dev/null; }
call_aside run quick --work "$work/libchanges.so:plain" --sizes 1e3 --jobs 2 --rounds 100000 --timeout 10s --workers 2 \
    --strategies fork --out "$work/changes" --quiet &
while ! grep -q '^2,' "$work/changes/samples.csv" 2>"$work/not-yet" && kill -0 $!; do sleep 0.02; done
cp "$libwell" "$work/libchanges.new" && mv "$work/libchanges.new" "$work/libchanges.so"
wait $!
check 'a library that is replaced during the run ends it: exit 1' is "$?" 1
check 'it is told' one_error_line "$work/libchanges.so: the library was replaced while the run goes on"

cp "$libwell" "$work/libchanges.new" && mv "$work/libchanges.new" "$work/libchanges.so"
refuses 2 'libraries' run quick --work "$work/libchanges.so:plain" --sizes 1e3 --jobs 2 --rounds 100000 --timeout 10s --workers 2 \
    --strategies fork --out "$work/changes" --quiet --resume
refuses 2 "a trace is of works that are built in" trace --work "$libwell:plain"

# ---------------------------------------------------------------------------- what is no such library

printf 'int main(void) { return 0; }\n' >"$work/main.c"
"$cc" -fPIE -pie -o "$work/program" "$work/main.c"
"$cc" -c -o "$work/object.o" "$work/main.c"
printf 'this is a text that is not short at all, but no library\n' >"$work/text.so"
mkdir "$work/folder.so"
head -c 3000 "$libwell" >"$work/cut.so"

# told CODE PATTERN WORK: a run that cannot begin, or in which nothing could be measured.
told() {
    local code=$1 pattern=$2
    measure "$3" --sizes 10
    check "$3: exit $code" is "$status" "$code"
    check "$3: one line names '$pattern'" one_error_line "$pattern"
}

told 2 "^breakeven: --work: $work/missing.so: cannot be opened: No such file" "$work/missing.so"
told 2 "^breakeven: --work: $work/text.so: no shared library; link it" "$work/text.so"
told 2 "$work/folder.so: a folder" "$work/folder.so"
told 2 "$work/program: a program, not a shared library; link it as a shared library" "$work/program"
told 2 "$work/object.o: an object file" "$work/object.o"
told 2 "$work/cut.so: no shared library: it is cut off" "$work/cut.so"
told 2 "'libwell.so': a library is named by a path: ./libwell.so" libwell.so
told 2 "$libwell: holds 5 works \\(plain, reader, opener, rounded, squares\\); name one as $libwell:NAME" "$libwell"
told 2 "$libwell: has neither a work nor a function 'plan'; it holds plain" "$libwell:plan"
told 2 "two works are called 'squares': the built-in one and $libwell:squares" "$libwell:squares"
told 2 "behind ':' stands a name" "$libwell:"
if [ "$(id -u)" -ne 0 ]; then
    cp "$libwell" "$work/unreadable.so" && chmod 0 "$work/unreadable.so"
    told 2 "$work/unreadable.so: cannot be opened: Permission denied" "$work/unreadable.so"
fi
printf 'int unrelated = 1;\n' >"$work/empty.c"
"$cc" -shared -fPIC -o "$work/libempty.so" "$work/empty.c"
told 2 "$work/libempty.so: has no symbol breakeven_work or breakeven_works; name a function" "$work/libempty.so"
printf 'extern int missing(void); int bare(void) { return missing(); }\n' >"$work/undefined.c"
"$cc" -shared -fPIC -o "$work/libundefined.so" "$work/undefined.c"
told 2 "$work/libundefined.so: undefined symbol: missing" "$work/libundefined.so:bare"

# ---------------------------------------------------------------------------- what is wrong with one

# ill HOW CODE PATTERN [OPTIONS...]
ill() {
    local how=$1 code=$2 pattern=$3
    shift 3
    build libill.so ill.c -DHOW="$how" || check "$how builds" false
    measure "$work/libill.so" "$@"
    check "$how: exit $code" is "$status" "$code"
    check "$how: one line names the library and '$pattern'" one_error_line "$work/libill.so.*$pattern"
}

ill CRASHES_WHILE_LOADED 2 ': the process that loads it died of signal 6 \(Aborted\)'
ill EXITS_WHILE_LOADED 2 ': calls exit while it is loaded'
ill HAS_BAD_SIZES 2 ":ill: its sizes: 'banana' is not a whole number"
ill LACKS_RUN 2 ': ill lacks the hook run'
ill LACKS_INPUT_BYTES 2 ': ill lacks the hook input_bytes'
ill HAS_NO_NAME 2 ": a work's name is 1 to 47 letters, digits, .* not 'no name/at all'"
ill HAS_NO_RESULT 2 ': ill: result_bytes is 0, where 1 to 1048576 are allowed'
ill IS_OF_A_LATER_VERSION 2 ': a work for version 2 of breakeven/work.h, where this breakeven knows version 1'
ill HAS_A_LATER_HOOK 2 ': the work has hooks that this breakeven does not know'
ill SAYS_NO_SIZE 2 ': struct_bytes is 0, where a work has at least'
ill WRITES_BEYOND 3 ':ill: job 0 writes 1 byte beyond its result, which has 8'
ill WRITES_BEFORE 3 ':ill: job 0 writes 1 byte before its result'
ill WRITES_TOO_LITTLE 3 ':ill: job 0 does not write byte 4 of its result, which has 8'
ill WRITES_OTHER_BYTES 3 ':ill: job 0 gave other bytes when it was run again'
ill LEAVES_A_THREAD 3 ':ill: leaves [0-9]+ threads running behind its jobs'
ill CALLS_EXIT 3 ':ill: the work calls exit; a job returns a code'
ill LEAVES_A_PROCESS 3 ':ill: leaves [0-9]+ processes behind its jobs' --timeout 20s
ill CALLS__EXIT 3 ':ill: .*ended without an answer: the work called _exit\(0\)'
check 'its rows say so' is "$(column "$work/run/samples.csv" status | sort -u)" crashed
ill CALLS__EXIT_WITH_4 3 ':ill: .*the work called _exit\(4\); a job returns a code in its place'
check 'they say the same whatever the code' is "$(column "$work/run/samples.csv" status | sort -u)" crashed
ill CRASHES 3 ':ill: .*died of signal 6'
ill FAILS 3 ':ill: .*job 0 failed with exit code 7'
ill FAILS_TO_OPEN 3 ':ill: open returned 3'
ill FAILS_TO_PREPARE 3 ':ill: prepare returned -2'
ill IS_NEVER_DONE 3 ':ill: .*the visit took longer than 500 ms' --timeout 500ms
# Sizes whose jobs go wrong: what is told is told of the others.
check 'a work that crashes where jobs are large builds' build libill.so ill.c -DHOW=CRASHES_WHERE_LARGE
call run --work "$work/libill.so" --sizes 10,10000 --jobs 3 --rounds 1 --workers 2 --strategies threadpool --formats svg \
    --out "$work/partly" --force
check 'cells that went wrong: exit 1' is "$status" 1
check 'the first sentence has the time of a size that was measured' holds "$work/out" '^ill: one job of 10 takes [0-9.]+ ns'
xargs <"$work/out" >"$work/said"
check 'it says that one was not' holds "$work/said" '1 of 2 sizes could not be measured\.'
check 'the heading of the table has a time, too' holds "$work/out" '^ill, 3 jobs of [0-9.]+ ns'
check 'nothing is said of all sizes' not grep -qE 'all sizes|throughout' "$work/out"
check 'the page is called by the work' holds "$work/partly/report.html" '<title>breakeven: ill on '

told 2 "libill.so: 'number' is no function" "$work/libill.so:number"

# ---------------------------------------------------------------------------- with nothing else said

# sole OPTIONS...: a run of one round, from where the library is.
sole() { (cd "$work" && "$program" run "$@" --rounds 1 --workers 2 --strategies fork,threadpool --formats svg --out "$work/run" \
    --force --quiet) \
    >"$work/out" 2>"$work/err" </dev/null; }
sizes_of() { awk -F, 'NR > 1 { print $3 }' "$work/run/samples.csv" | sort -un | xargs; }
jobs_of() { awk -F, 'NR > 1 { print $4 }' "$work/run/samples.csv" | sort -un | xargs; }

sole ./libwell.so:plain
check 'a library in place of a suite: exit 0' is "$?" 0
check 'its sizes are those that the work says' is "$(sizes_of)" '100 1000'
sole ./libwell.so:plain --no-such-option
check 'an option that is not known: exit 2' is "$?" 2
(cd "$work" && "$program" report run --formats svg) >"$work/out" 2>"$work/err"
check 'the answer begins with one job of it' holds <(head -n 1 "$work/out") '^plain: one job of '
check 'without spawn nothing is said of what starting a program takes' not grep -q 'linked dynamically' "$work/out"
(cd "$work" && "$program" run ./libwell.so:plain --rounds 1 --workers 2 --strategies spawn --out "$work/run" --force --quiet --formats svg &&
    "$program" report run --formats svg) >"$work/out" 2>"$work/err" </dev/null
check 'with spawn it is: what its dynamic image adds' \
    holds <(tr '\n' ' ' <"$work/out") 'spawn loads plain in a program that is linked dynamically: a bare posix_spawn of it takes [0-9.]+ .s, [0-9.]+ .s (more|less) than'
sole ./libwell.so:plain --sizes 7
check 'sizes that are given count more' is "$(sizes_of)" 7
sole --work ./libwell.so:bare
check 'the only work, and no suite: exit 0' is "$?" 0
check 'its sizes are found: two at least' [ "$(sizes_of | wc -w)" -ge 2 ]
check 'and no more than six' [ "$(sizes_of | wc -w)" -le 6 ]
sole ./libfirst.so
check 'a work whose time does not depend on its size: exit 0' is "$?" 0
check 'it has one size' is "$(sizes_of | wc -w)" 1
check 'and many numbers of jobs' [ "$(jobs_of | wc -w)" -ge 5 ]
built=$(realpath --relative-to . "$program") # which make does not build again, whatever it was built with
make -s -o "$built" BUILD="$(dirname "$built")" bench WORK="$libwell:plain" STRATEGIES=fork WORKERS=1 ROUNDS=1 \
    OUT="$work/made" >"$work/out" 2>"$work/err" </dev/null
check 'make bench WORK=LIBRARY: exit 0' is "$?" 0
check 'it measures the work alone' is "$(awk -F, 'NR > 1 { print $2 }' "$work/made/samples.csv" | sort -u | xargs)" plain
build libill.so ill.c -DHOW=HAS_BAD_SIZES
sole ./libill.so
check 'sizes of a work that are none: exit 2' is "$?" 2
check 'the library is told' one_error_line "libill.so:ill: its sizes: 'banana' is not a whole number"
sole ./text.so
check 'a text in place of a suite, by its name a library: exit 2' is "$?" 2
check 'it is told' one_error_line 'run: .*text.so: no shared library'
sole ./program
check 'a program in place of a suite: exit 2' is "$?" 2
check 'how to link it is told' one_error_line 'run: .*program: a program, not a shared library; link it'
sole ./libwell.so:plain --work squares
check 'a library in place of a suite, and --work: exit 2' is "$?" 2

# ---------------------------------------------------------------------------- a folder to begin with

(
    cd "$work" || exit
    "$program" new work my-own >"$work/out" 2>"$work/err"
)
check 'new work: exit 0' is "$?" 0
check 'it says what to do' holds "$work/out" '^my-own/ has a work, .*: .make -C my-own. gives the answer'
check 'it makes three files' is "$(cd "$work/my-own" && find . -type f | sort | xargs)" './Makefile ./breakeven/work.h ./my-own.c'
check 'the Makefile has three lines' is "$(wc -l <"$work/my-own/Makefile")" 3
check 'it builds without a warning' make -s -C "$work/my-own" CFLAGS=-Werror CC="$cc" libmy-own.so
measure "$work/my-own/libmy-own.so" --sizes 10,100
check 'it runs: exit 0' is "$status" 0
check 'by its name' is "$(awk -F, 'NR > 1 { print $2 }' "$work/run/samples.csv" | sort -u | xargs)" my-own
(cd "$work" && "$program" new strategy ours >"$work/out" 2>"$work/err")
check 'new strategy: exit 0' is "$?" 0
check 'it builds without a warning' make -s -C "$work/ours" CFLAGS="-Wall -Wextra -Werror" CC="$cc"
call run quick --sizes 100 --jobs 4 --strategies "$work/ours/ours.so" --rounds 1 --workers 2 --out "$work/run" --force --quiet
check 'it runs: exit 0' is "$status" 0
refuses 2 "^breakeven: $work/..: |NAME: '$work/..' is not a letter" new work "$work/.."
refuses 2 "NAME: '' is not a letter" new work ''
refuses 2 "KIND: 'wrok' is not known; did you mean 'work'?" new wrok mine
refuses 2 'a KIND and a NAME are needed' new work
refuses 2 "NAME: a work that is built in is called 'squares'; choose another" new work squares
refuses 2 "NAME: a strategy that is built in is called 'fork'; choose another" new strategy fork
cd "$work" && refuses 2 '^breakeven: my-own is there already' new work my-own
cd - >/dev/null || exit

# example SOURCE WORK COMPILER...: builds a library of docs/examples/works and runs a work of it.
example() {
    local source=$1 which=$2
    shift 2
    command -v "$1" >/dev/null || {
        echo "# left out: $1 is not installed"
        return
    }
    check "$source builds without a warning" "$@" "docs/examples/works/$source" -o "$work/libexample.so"
    measure "$work/libexample.so$which" --sizes 100
    check "$source$which runs: exit 0" is "$status" 0
}
example checksum.c '' "$cc" -std=c17 -Wall -Wextra -Werror -Iinclude -O2 -fPIC -shared
example median.cpp :median "${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror -Iinclude -O2 -fPIC -shared
example median.cpp :mean "${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror -Iinclude -O2 -fPIC -shared
example collatz.rs '' rustc -D warnings -O --crate-type cdylib

summary
