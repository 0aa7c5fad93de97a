#!/usr/bin/env bash
# What surrounds breakeven changes no byte of its tables: locale, time zone, folders, environment.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

all=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,openmp-tasks,pthreadpool,glib

# Rounds enough for intervals, callers of several sizes for a law.
run=$work/run
call run quick --sizes 100,100000 --jobs 2 --strategies fork,threads --workers 2 --rounds 8 --parent-mib 0,8,16 \
    --seed 7 --formats svg --out "$run"
check 'a run to report on' is "$status" 0
tables=(summary crossover law scaling)
for table in "${tables[@]}"; do cp "$run/$table.csv" "$work/$table.csv"; done
cp "$run/tables.txt" "$work/tables.txt"
check 'there is a law to compare' [ "$(wc -l <"$work/law.csv")" -ge 2 ]
"$program" report "$run" --formats svg >"$work/reported" 2>/dev/null
cp -r "$run" "$work/other"
alone=$work/alone # of who reports while others report on the first
cp -r "$run" "$alone"
timeout 30 "$program" compare "$run" "$work/other" >"$work/compared" 2>/dev/null

# The progress bar at terminals of odd sizes and kinds.
terminals() {
    if script --version 2>/dev/null | grep -q util-linux; then
        # at_terminal NAME WORDS-OF-ENV...: what a run writes to a terminal.
        at_terminal() {
            local out=$work/at-$1
            shift
            env "$@" LC_ALL=C.UTF-8 script -qec "'$program' run quick --sizes 100 --strategies fork --workers 2 --rounds 12 \
                --formats svg --out '$out'" /dev/null 2>&1 </dev/null
        }
        at_terminal plain -u NO_COLOR TERM=xterm >"$work/out"
        check 'a terminal: a bar in colours' grep -q $'\r\033\\[36m' "$work/out"
        check 'a terminal: it is taken away' grep -q $'\r\033\\[K' "$work/out"
        at_terminal no-colour NO_COLOR=1 TERM=xterm >"$work/out"
        check 'NO_COLOR: a bar' grep -q ' gone, .* left ' "$work/out"
        check 'NO_COLOR: no escape sequence' not grep -q $'\033' "$work/out"
        check 'NO_COLOR: it is taken away' grep -qE $'\r {40,}\r' "$work/out"
        for term in TERM=dumb TERM= -uTERM; do # the last is an option of env
            at_terminal "dumb$term" -u NO_COLOR $term >"$work/out"
            check "$term: no escape sequence" not grep -q $'\033' "$work/out"
            check "$term: no line is written over" not grep -qE $'\r.*[^\r]' "$work/out"
            check "$term: the answer is there" holds "$work/out" '^What pays'
        done
        for columns in 0 1 2 20 65535; do
            TERM=xterm script -qec "stty cols $columns; '$program' run quick --sizes 100 --strategies fork --workers 2 --rounds 3 \
                --formats svg --out '$work/bar-$columns'" /dev/null >"$work/out" 2>&1 </dev/null
            check "a bar at a terminal of $columns columns: exit 0" is "$?" 0
            check "a bar at a terminal of $columns columns: the rows are ok" is \
                "$(column "$work/bar-$columns/samples.csv" status | sort -u)" ok
        done
    else
        echo '# no script (util-linux): terminals of odd sizes are not tested'
    fi
}
aside terminals

# ------------------------------------------------------------------------------- what is missing

# told WHAT CODE PATTERN COMMAND...: it ends so, and one line says what is missing and what helps.
told() {
    local what=$1 code=$2 pattern=$3
    shift 3
    "$@" >"$work/out" 2>"$work/err" </dev/null
    check "$what: exit $code" is "$?" "$code"
    check "$what: one line says it" one_error_line "$pattern"
}
quietly() { "$@" >/dev/null; }
# without FOLDER COMMAND...: that folder is empty for it.
# shellcheck disable=SC2016 # a shell within expands it
without() { timeout -s KILL 60 unshare --mount bash -c 'mount -t tmpfs -o mode=755 none "$1" && shift && exec "$@"' - "$@"; }
what_is_missing() {
    local small=("$program" run quick --sizes 100 --strategies 'fork,spawn' --workers 2 --rounds 1 --formats svg --quiet --out)
    told 'a stack of 64 KiB' 4 'stack is limited to 64 KiB \(RLIMIT_STACK\).*ulimit -s' prlimit --stack=65536 "${small[@]}" "$work/stack"
    told 'a stack of 64 KiB, list' 4 'RLIMIT_STACK' prlimit --stack=65536 "$program" list
    check 'a stack of 256 KiB is enough' prlimit --stack=262144 "${small[@]}" "$work/stack"
    told 'no CPU time' 4 'RLIMIT_CPU\).*ulimit -t' prlimit --cpu=1 "${small[@]}" "$work/cpu"
    # It runs out in the process that runs the strategy, which says so; then the trace tells what it lost.
    prlimit --cpu=2 "$program" trace --strategy serial --size 1e12 --jobs 1 >"$work/out" 2>"$work/err" </dev/null
    check 'CPU time that runs out: exit 4' is "$?" 4
    check 'CPU time that runs out: a line says it' holds "$work/err" '^breakeven: CPU time is used up: RLIMIT_CPU is 2 s'
    check 'CPU time that runs out: the job is lost' holds "$work/out" ' lost$'
    if unshare --mount true 2>/dev/null; then
        told 'no /dev' 4 '/dev/null is missing .*mknod' without /dev "${small[@]}" "$work/dev"
        told 'no /dev, report' 4 'gnuplot cannot be started: /dev/null: No such file' without /dev "$program" report "$alone" --quiet
        told 'no /dev, floors' 4 '/dev/null is missing .*mknod' without /dev "$program" floors --rounds 1 --out "$work/floors"
        # shellcheck disable=SC2016 # a shell within expands it
        told 'a file for /dev/null' 4 '/dev/null is not the null device' \
            without /dev bash -c ': >/dev/null; exec "$@"' - "${small[@]}" "$work/dev"
        told 'no /proc' 4 '/proc does not show this process .*mount -t proc' without /proc "${small[@]}" "$work/proc"
        told 'no /proc, trace of spawn' 4 '/proc must be mounted' without /proc "$program" trace --strategy spawn --size 100
        check 'no /proc, trace of fork' quietly without /proc "$program" trace --strategy fork --size 100
        without /sys "${small[@]}" "$work/sys" >"$work/out" 2>"$work/err"
        check 'no /sys: run' is "$?:$(cat "$work/err")" 0:
        check 'no /sys: it is a warning' holds "$work/sys/host.json" '/sys does not tell of CPUs'
        # shellcheck disable=SC2016 # a shell within expands it
        check 'no /dev and a closed stdin: list' quietly without /dev bash -c 'exec "$@" <&-' - "$program" list
    else
        echo '# folders that are missing: not tested, no mount namespace can be made here'
    fi
    if unshare --pid true 2>/dev/null; then
        for words in "run quick" trace "floors --out $work/floors" "report $alone"; do
            read -ra arguments <<<"$words"
            told "unshare without --fork, ${arguments[0]}" 4 'another PID namespace.*unshare --pid --fork' \
                unshare --pid "$program" "${arguments[@]}"
        done
    else
        echo '# unshare without --fork: not tested, no PID namespace can be made here'
    fi
}
aside what_is_missing

# ------------------------------------------------------------------------------- what surrounds it

# A number with a comma would be two fields, and none of these.
numbers_are_plain() {
    awk -F, '$10 == "cold" || $10 == "warm" { print $13; print $24 }' "$1" | grep -qvE '^([0-9.e+-]+|)$' && return 1
    awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' "$1"
}

# within WHAT WORDS-OF-ENV...: report and compare give the same bytes, run writes the same kinds.
turns=0 strategies=fork,spawn
within() {
    local what=$1
    shift
    local out=$work/within-$((++turns)) table
    rm -f "$run"/{summary,crossover,law,scaling}.csv "$run/tables.txt"
    timeout 60 env "$@" "$program" report "$run" --formats svg >"$work/out" 2>"$work/err"
    check "$what: report" is "$?:$(cat "$work/err")" 0:
    for table in "${tables[@]}"; do
        check "$what: $table.csv is the same, byte for byte" cmp "$work/$table.csv" "$run/$table.csv"
    done
    check "$what: the tables are the same" cmp "$work/tables.txt" "$run/tables.txt"
    check "$what: the answer is the same" cmp "$work/reported" "$work/out"
    timeout 30 env "$@" "$program" compare "$run" "$work/other" >"$work/out" 2>"$work/err"
    check "$what: the comparison is the same" cmp "$work/compared" "$work/out"
    timeout 60 env "$@" "$program" run quick --sizes 100 --workers 2 --strategies "$strategies" --rounds 1 \
        --formats svg --out "$out" >"$work/out" 2>"$work/err"
    check "$what: run" is "$?:$(cat "$work/err")" 0:
    check "$what: its rows are ok" is \
        "$(column "$out/samples.csv" status | sort -u | grep -v unavailable)" ok
    check "$what: its numbers have points" numbers_are_plain "$out/samples.csv"
    check "$what: host.json has numbers with points" holds "$out/host.json" '"elapsed_s": [0-9]+\.[0-9]+'
    check "$what: host.json tells a time in UTC" holds "$out/host.json" \
        '"started": "20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9] UTC"'
    timeout 20 env "$@" "$program" trace --size 100 >"$work/out" 2>"$work/err"
    check "$what: trace" is "$?:$(cat "$work/err")" 0:
    check "$what: times of the trace have points" not grep -qE '[0-9],[0-9]' "$work/out"
}

mkdir "$work/tmp with spaces" "$work/closed"
chmod 0 "$work/closed"
# foreign LOCALE WHAT STRATEGIES: within a locale that need not be installed.
foreign() {
    if ! make_locale "$1"; then
        echo "# $1 cannot be made (localedef, its sources): $2 are not tested"
        return
    fi
    local words=(LOCPATH="$locales" LC_ALL="$1.UTF-8" LANG="$1.UTF-8")
    check "$1 has decimal commas" is "$(env "${words[@]}" locale decimal_point)" ,
    strategies=$3 within "$2" "${words[@]}"
}
foreign de_DE 'decimal commas' "$all"
foreign tr_TR 'decimal commas and a dotless i' fork,spawn
within 'no locale at all' -u LC_ALL -u LANG
within 'the locale C.UTF-8' LC_ALL=C.UTF-8
within 'a locale that is not there' LC_ALL=xx_XX.nonsense LANG=C.UTF-8 LC_NUMERIC=/etc LANGUAGE=tlh
within 'a far time zone, no columns' TZ=Pacific/Kiritimati COLUMNS=0 LINES=0
within 'a time zone that is none, one column' TZ=:/dev/null/x COLUMNS=1
within 'a temporary folder that is missing, huge columns' TMPDIR="$work/missing" COLUMNS=99999999999999999999
within 'a temporary folder that is closed, columns that are a word' TMPDIR="$work/closed" COLUMNS=wide TERM=nonsense
within 'a temporary folder with spaces' TMPDIR="$work/tmp with spaces"
within 'no home' -u HOME -u USER -u LOGNAME -u PATH
within 'a home that is missing' HOME="$work/missing" XDG_CONFIG_HOME="$work/missing"
strategies=$all within 'an empty environment' -i
within 'a strange environment' -i 'novalue=' '=x' A=1 A=2 "LONG=$(head -c 100000 /dev/zero | tr '\0' x)"
if command -v gnuplot >/dev/null; then
    mkdir "$work/home"
    echo 'set logscale y; set yrange [5:1]' >"$work/home/.gnuplot"
    rm -rf "$run/plots"
    environment=(HOME="$work/home")
    ends 'report at the home of somebody with settings for gnuplot' 0 report "$run"
    check 'they change no picture' is "$(find "$run/plots" -name '*.svg' | wc -l)" \
        "$(find "$work/other/plots" -name '*.svg' ! -name timeline.svg | wc -l)"
    environment=()
fi
check 'nothing is left in the temporary folder' is "$(ls -A "$work/tmp with spaces")" ''

# Where a library reads the day, it is the day of the run's own zone, and no other part.
(cd "$work" && TZ=Pacific/Kiritimati "$program" run quick --sizes 100 --strategies fork --workers 2 --rounds 1 --quiet)
check 'a folder that is made up has a date' [ -s "$(echo "$work"/results/20[0-9][0-9]-[01][0-9]-[0-3][0-9]-quick/samples.csv)" ]

chmod 700 "$work/closed"
summary
