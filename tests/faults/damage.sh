#!/usr/bin/env bash
# Files that were damaged, as `report`, `compare`, `run SUITE.ini` and `run --resume` meet them: exit 2 and
# one line that names file and line, or nothing is lost. tests/data/test_damage.c has every byte and bit.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

small=(run quick --sizes "100,1000" --strategies "fork,threads" --workers 2 --rounds 2 --formats svg --quiet)
ends 'a run' 0 "${small[@]}" --out "$work/base"
rows=$(($(wc -l <"$work/base/samples.csv") - 1))

# damage NAME: a copy of the run, to be damaged.
damage() {
    rm -rf "${work:?}/$1"
    cp -r "$work/base" "$work/$1"
}
# edited NAME FILE SED: a copy in which sed has edited a file.
edited() {
    damage "$1"
    sed -i -E "$3" "$work/$1/$2"
}
mebibyte() { head -c 1048576 /dev/zero | tr '\0' "$1"; }
# byte FILE OFFSET: makes that byte NUL.
byte() { printf '\0' | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

# ------------------------------------------------------------------------------- report

edited joined samples.csv '3{N;s/\n/,/}'
refuses 2 'joined/samples.csv:3: 100 fields, where 50 are needed' report "$work/joined"
edited shifted samples.csv '4s/^(([^,]*,){12})[^,]*/\11,5/' # ns_per_map by somebody whose decimals have commas
refuses 2 'shifted/samples.csv:4: ' report "$work/shifted"
edited twice samples.csv '1{p}'
refuses 2 'twice/samples.csv:2: ' report "$work/twice"
edited column samples.csv '1s/$/,round/;1!s/$/,1/'
refuses 2 'column/samples.csv:1: column 51 is once more round' report "$work/column"
edited unnamed samples.csv '5s/,(cold|warm),/,lukewarm,/'
refuses 2 "unnamed/samples.csv:5: temperature is 'lukewarm'" report "$work/unnamed"
damage nul
byte "$work/nul/samples.csv" "$(($(head -n 5 "$work/base/samples.csv" | wc -c) + 10))"
refuses 2 'nul/samples.csv:6: a NUL character' report "$work/nul"
damage long
{ mebibyte 7 && echo; } >>"$work/long/samples.csv"
refuses 2 "long/samples.csv:$((rows + 2)): " report "$work/long"
damage terminal
printf '\033[2J\a,\n' >>"$work/terminal/samples.csv"
refuses 2 "terminal/samples.csv:$((rows + 2)): " report "$work/terminal"
check 'what is in a file does not reach the terminal' not grep -q "$(printf '\033')" "$work/err"
damage endless
rm "$work/endless/samples.csv" && mkfifo "$work/endless/samples.csv"
refuses 2 'endless/samples.csv: is not a regular file' report "$work/endless"
damage crlf
sed -i 's/$/\r/' "$work/crlf/samples.csv" "$work/crlf/host.json"
ends 'report of files with CRLF' 0 report "$work/crlf"
check 'CRLF says the same' cmp -s "$work/crlf/summary.csv" "$work/base/summary.csv"

edited host host.json 's/"seed": 1/"seed": "1"/'
refuses 2 'host/host.json:1: seed is not a whole number' report "$work/host"
damage host-nul
byte "$work/host-nul/host.json" "$(head -n 7 "$work/base/host.json" | wc -c)"
refuses 2 'host-nul/host.json:8: a NUL character' report "$work/host-nul"
damage host-cut
truncate -s -20 "$work/host-cut/host.json"
refuses 2 'host-cut/host.json:[0-9]+: ' report "$work/host-cut"

# with FILE COLUMN VALUE: a copy in which the third line of FILE has another value there.
with() {
    damage value
    awk -F, -v OFS=, -v name="$2" -v value="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
        NR == 3 { $at = value } { print }' "$work/base/$1" >"$work/value/$1"
}
for set in workers=0 maps=0 ns_per_map=0 ns_per_map=-1 ns_per_map=1e308 ns_per_map=nan ns_per_map=inf participation=1.5 \
    roundtrip_ns=-1 user_ns=1e19 jobs=-1 jobs=1e3 size= workers=18446744073709551616; do
    with samples.csv "${set%=*}" "${set#*=}"
    refuses 2 "value/samples.csv:3: ${set%=*} is " report "$work/value"
done
for set in workers=0 speedup=0 speedup=-1 speedup_low=1e308 speedup_high=inf median_ns=-1 participation=2; do
    with summary.csv "${set%=*}" "${set#*=}"
    refuses 2 "value/summary.csv:3: ${set%=*} is " compare "$work/value" "$work/base"
    refuses 2 "value/summary.csv:3: ${set%=*} is " export "$work/value" --format markdown
done
for set in workers=0 job_ns=-1 metg50_ns=1e308 size=nan; do
    with crossover.csv "${set%=*}" "${set#*=}"
    refuses 2 "value/crossover.csv:3: ${set%=*} is " compare "$work/value" "$work/base"
done
ends 'a run of empty batches' 0 run quick --sizes 100 --jobs 0 --strategies fork,threads --workers 2 --rounds 6 --quiet --out "$work/empty"
ends 'report of empty batches' 0 report "$work/empty"
cp "$work/out" "$work/told"
ends 'explain of empty batches' 0 explain fork "$work/empty"
check 'no number is infinite, or none' not grep -qwiE -- '-?(inf|nan)' "$work/out" "$work/told" <(sed '/<style/,/<\/style>/d; /<script/,/<\/script>/d' "$work/empty/report.html")

# Only the run knows that whole rows are missing at the end of its file: every reader asks it.
damage short
sed -i '$d' "$work/short/samples.csv"
lost="short/samples.csv:$rows: the last of $((rows - 1)) rows, where host.json tells of $rows"
all_refuse() {
    refuses 2 "$1" report "$work/short"
    refuses 2 "$1" explain fork "$work/short"
    refuses 2 "$1" export "$work/short" --format markdown
    refuses 2 "$1" export "$work/short" --format google-benchmark
    refuses 2 "$1" compare "$work/short" "$work/base"
    refuses 2 "$1" compare "$work/base" "$work/short"
}
all_refuse "$lost"
gzip "$work/short/samples.csv"
all_refuse "${lost/csv/csv(.gz)?}"
gunzip "$work/short/samples.csv.gz"
sed -i -E 's/"samples": [0-9]+/"samples": null/' "$work/short/host.json"
ends 'report of a run that did not end' 0 report "$work/short"

# ------------------------------------------------------------------------------- compare

for side in base new; do
    damage bad
    pair=("$work/bad" "$work/base")
    [ "$side" = base ] || pair=("$work/base" "$work/bad")
    truncate -s -1 "$work/bad/summary.csv"
    refuses 2 "bad/summary.csv:$(wc -l <"$work/base/summary.csv"): the last line is cut off" \
        compare "${pair[@]}"
    edited bad summary.csv '2{N;s/\n/,/}'
    refuses 2 'bad/summary.csv:2: [0-9]+ fields, where [0-9]+ are needed' compare "${pair[@]}"
    edited bad summary.csv '1s/$/,speedup/;1!s/$/,1/'
    refuses 2 'bad/summary.csv:1: column [0-9]+ is once more speedup' compare "${pair[@]}"
    edited bad host.json 's/"architecture": "[^"]*"/"architecture": 1/'
    refuses 2 'bad/host.json:1: architecture is not a text' compare "${pair[@]}"
    damage bad
    : >"$work/bad/summary.csv"
    refuses 2 'bad/summary.csv:1: the header line is missing' compare "${pair[@]}"
done
damage fewer
sed -i '/,fork,/d' "$work/fewer/summary.csv"
call compare "$work/fewer" "$work/base"
check 'compare tells of a curve that one side has lost' holds "$work/out" '^(new|crashed) .* of '

# ------------------------------------------------------------------------------- run SUITE.ini

# refuses_suite PATTERN TEXT: nothing is measured, no folder is made.
refuses_suite() {
    printf '%b' "$2" >"$work/my.ini"
    refuses 2 "$1" run "$work/my.ini" --out "$work/of-suite"
    check 'nothing was begun' not test -e "$work/of-suite"
}
refuses_suite 'my.ini:2: the last line is cut off' '[squares]\nsizes = 1e'
refuses_suite 'my.ini:1: a section is written \[name\]' '[squares]sizes = 100\n'
refuses_suite 'my.ini:3: sizes: it stands in this section already' '[squares]\nsizes = 1\nsizes = 2\n'
refuses_suite 'my.ini:3: there is a section \[squares\] already' '[squares]\nsizes = 1\n[squares]\nsizes = 2\n'
refuses_suite 'my.ini:2: a control character \(0x00\)' '[squares]\nsizes\0000 = 1\n'
refuses_suite 'my.ini:2: a control character \(0x0b\)' '[suite]\ntitle = a\0013seed = 1\n[squares]\n'
refuses_suite "my.ini:2: the line is longer than" "[squares]\n$(mebibyte 5 | head -c 100000)\n"
refuses_suite 'my.ini:2: here it is longer than 1 MiB' "[squares]\n$(mebibyte 5)\n"
refuses_suite "my.ini:2: sizes: '1.0000001' is not a whole number" '[squares]\nsizes = 1..1e18:x1.0000001\n'
refuses_suite 'my.ini:2: workers: 4294967295 is out of range' '[squares]\nworkers = 1..4294967295\n'
refuses_suite 'my.ini:2: jobs: the list names more than 1000 values' '[squares]\njobs = 1..1e12:+1\n'
refuses_suite 'more than 100000 cells' '[squares]\nsizes = 1..1000:+1\njobs = 1..1000:+1\n'
printf '\357\273\277[squares]\r\nsizes = 100\r\njobs = 2\r\nstrategies = fork\r\n' >"$work/my.ini"
ends 'a suite with a byte order mark and CRLF' 0 run "$work/my.ini" --rounds 1 --out "$work/of-windows" --quiet

# ------------------------------------------------------------------------------- run --resume

resume=("${small[@]}" --resume --out)
refuses_resume() {
    sums "$work/$2" >"$work/sums"
    refuses 2 "$1" "${resume[@]}" "$work/$2"
    check "'$2' stays as it is" is "$(sums "$work/$2")" "$(cat "$work/sums")"
}
refuses_resume 'nul/samples.csv:6: a NUL character' nul
refuses_resume 'joined/samples.csv:3: 100 fields' joined
refuses_resume 'host-cut/host.json:[0-9]+: ' host-cut
edited quote samples.csv '3s/squares/squ"res/'
refuses_resume 'quote/samples.csv:3: a quote' quote
edited quote samples.csv '3s/squares/"squares/'
refuses_resume 'quote/samples.csv:3: a quote hides the rows from here on' quote
sed -i -E 's/"samples": [0-9]+/"samples": null/' "$work/quote/host.json"
refuses_resume 'quote/samples.csv:3: a quote hides the rows from here on' quote
edited lost samples.csv '2d'
refuses_resume 'lost/samples.csv:2: this row does not follow' lost
damage repeated
sed -n '2,$p' "$work/base/samples.csv" >>"$work/repeated/samples.csv"
sed -i -E 's/"samples": [0-9]+/"samples": null/' "$work/repeated/host.json"
refuses_resume "repeated/samples.csv:$((rows + 2)): this visit stands in the file already" repeated
edited column-added samples.csv '1s/$/,mine/;1!s/$/,1/'
refuses_resume 'column-added/samples.csv:1: these are not the columns' column-added
# Readings of one visit may differ in number, so visits are compared.
visits() { tail -n +2 "$1/samples.csv" | cut -d, -f 1-10 | sort -u; }
for cut in 1 40 "$(tail -n 1 "$work/base/samples.csv" | wc -c)" "$(tail -n 3 "$work/base/samples.csv" | wc -c)"; do
    damage "mended-$cut"
    truncate -s "-$cut" "$work/mended-$cut/samples.csv"
    ends "--resume where the last $cut bytes are missing" 0 "${resume[@]}" "$work/mended-$cut"
    check 'every visit is there, warm and cold' is "$(visits "$work/mended-$cut")" "$(visits "$work/base")"
done

# Where a run was killed nobody knows how many rows its last visit has: it is measured again.
last_visit=$(tail -n 1 "$work/base/samples.csv" | cut -d, -f 1-9)
for cut in 0 1 2; do
    damage killed
    sed -i -E 's/"samples": [0-9]+/"samples": null/' "$work/killed/host.json"
    for ((i = 0; i < cut; i++)); do sed -i '$d' "$work/killed/samples.csv"; done
    grep -F "$last_visit" "$work/killed/samples.csv" | cut -d, -f 1-34 >"$work/last"
    ends "--resume of a killed run, cut by $cut rows" 0 "${resume[@]}" "$work/killed"
    check 'its last visit is measured again' not grep -qFf "$work/last" "$work/killed/samples.csv"
    check 'every visit is there, warm and cold' is "$(visits "$work/killed")" "$(visits "$work/base")"
done

summary
