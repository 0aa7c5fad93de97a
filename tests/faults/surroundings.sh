#!/usr/bin/env bash
# What surrounds breakeven changes no byte of its tables: locale, time zone, folders, environment.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

all=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,openmp-tasks,pthreadpool,glib

# Rounds enough for intervals, callers of several sizes for a law.
run=$work/run
call run quick --sizes 100,100000 --strategies fork,threads --workers 2 --rounds 8 --parent-mib 0,8,16 \
    --seed 7 --out "$run"
check 'a run to report on' is "$status" 0
tables=(summary crossover law)
for table in "${tables[@]}"; do cp "$run/$table.csv" "$work/$table.csv"; done
cp "$work/out" "$work/tables"
check 'there is a law to compare' [ "$(wc -l <"$work/law.csv")" -ge 2 ]
"$program" report "$run" >"$work/reported" 2>/dev/null
cp -r "$run" "$work/other"
timeout 30 "$program" compare "$run" "$work/other" >"$work/compared" 2>/dev/null

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
    rm -f "$run"/{summary,crossover,law}.csv
    timeout 60 env "$@" "$program" report "$run" >"$work/out" 2>"$work/err"
    check "$what: report" is "$?:$(cat "$work/err")" 0:
    for table in "${tables[@]}"; do
        check "$what: $table.csv is the same, byte for byte" cmp "$work/$table.csv" "$run/$table.csv"
    done
    check "$what: the tables are the same" cmp "$work/reported" "$work/out"
    timeout 30 env "$@" "$program" compare "$run" "$work/other" >"$work/out" 2>"$work/err"
    check "$what: the comparison is the same" cmp "$work/compared" "$work/out"
    timeout 60 env "$@" "$program" run quick --sizes 100 --workers 2 --strategies "$strategies" --rounds 1 \
        --out "$out" >"$work/out" 2>"$work/err"
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

mkdir "$work/tmp with spaces" "$work/closed" "$work/locales"
chmod 0 "$work/closed"
if localedef -i de_DE -f UTF-8 "$work/locales/de_DE.UTF-8" >/dev/null 2>&1; then
    german=(LOCPATH="$work/locales" LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8)
    check 'the locale has decimal commas' is "$(env "${german[@]}" locale decimal_point)" ,
    strategies=$all within 'decimal commas' "${german[@]}"
else
    echo '# no locale can be made (localedef, its sources): decimal commas are not tested'
fi
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

# The progress bar at terminals of odd sizes.
if script --version 2>/dev/null | grep -q util-linux; then
    for columns in 0 1 2 20 65535; do
        script -qec "stty cols $columns; '$program' run quick --sizes 100 --strategies fork --workers 2 --rounds 3 \
            --out '$work/bar-$columns'" /dev/null >"$work/out" 2>&1 </dev/null
        check "a bar at a terminal of $columns columns: exit 0" is "$?" 0
        check "a bar at a terminal of $columns columns: the rows are ok" is \
            "$(column "$work/bar-$columns/samples.csv" status | sort -u)" ok
    done
else
    echo '# no script (util-linux): terminals of odd sizes are not tested'
fi

chmod 700 "$work/closed"
summary
