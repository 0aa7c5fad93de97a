#!/usr/bin/env bash
# What breakeven report prints and draws: pictures in the formats asked for, the chart in the terminal, JSON.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

call run quick --sizes 100,1e5 --strategies fork,threadpool --workers 2 --rounds 6 --quiet --out "$work/run" --formats svg
check 'run --formats svg: exit 0' is "$status" 0
check 'a run leaves a timeline of four jobs of its largest size' \
    is "$(grep -c '^threadpool,squares,100000,cold,job,' "$work/run/trace.csv")" 4
check 'it is drawn in the formats asked for' test -s "$work/run/plots/timeline.svg" -a ! -e "$work/run/plots/timeline.png"
check 'the page shows it' grep -q 'id="timeline"' "$work/run/report.html"
formats() { find "$work/run/plots" -name "squares-crossover.*" | sed 's/.*\.//' | sort | xargs; }
check 'run --formats svg: no other picture' is "$(formats)" 'dat gp svg'
ends 'report --formats pdf,png' 0 report "$work/run" --formats pdf,png
check 'report --formats pdf,png: these, and no older one beside them' is "$(formats)" 'dat gp pdf png'
check 'the PDF is one' is "$(head -c 5 "$work/run/plots/squares-crossover.pdf")" '%PDF-'
refuses 2 "--formats: 'gif' is not known" report "$work/run" --formats gif
refuses 2 '--formats: ' run quick --formats ''

# ------------------------------------------------------------------------------- sizes of which nothing is known

# spoil AWK: a copy of the run as $work/spoilt, in which every round is calm, a large job pays by far, and AWK has changed rows.
spoil() {
    rm -rf "$work/spoilt"
    mkdir "$work/spoilt"
    cp "${host:-$work/run/host.json}" "$work/spoilt/host.json"
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
        { $at["roundtrip_ns"] = 100 }
        $at["size"] == 100000 && $at["strategy"] == "serial" { $at["ns_per_map"] *= 1000 }
        '"$1"' { print }' "$work/run/samples.csv" >"$work/spoilt/samples.csv"
    call report "$work/spoilt" --formats svg
}
verdicts() { awk -F, 'NR > 1 { print $3, $8, $9 }' "$work/spoilt/crossover.csv" | grep -v ' at$' | sort | xargs; }
noisy='fork cold noisy fork warm noisy threadpool cold noisy threadpool warm noisy'

# shellcheck disable=SC2016
spoil '$at["size"] == 100 && $at["round"] <= 2 { $at["roundtrip_ns"] = 99999 }'
check 'the smallest size lost its interval: nothing pays "always"' is "$(verdicts)" "$noisy"
check 'no sentence says so' not grep -qE 'always|throughout|at all sizes' "$work/out" "$work/spoilt/tables.txt"
environment=(LC_ALL=C COLUMNS=80)
call report "$work/spoilt" --terminal --formats svg
check 'no bar in the terminal says that serial is faster, or it' is "$(grep -cE '^  (fork|threadpool) +[?]+  cannot be told; cold cannot be told$' "$work/out")" 2
check 'a host in one mode: the chart tells of none' not holds "$work/out" 'modes, told by'
environment=()
# Too few visits have no modes: each is there twice.
samples=$(($(wc -l <"$work/run/samples.csv") - 1))
sed "s/\"samples\": $samples/\"samples\": $((2 * samples))/" "$work/run/host.json" >"$work/twice.json"
# shellcheck disable=SC2016
host=$work/twice.json spoil '{ $at["roundtrip_ns"] = $at["round"] % 3 == 0 ? 400 : 60; print; $at["round"] += 6 }'
check 'a host in two modes: the tables tell of both' holds "$work/spoilt/tables.txt" 'The host was in 2 modes'
check 'the answer says so, too' holds "$work/out" 'The host was in 2 modes'
call report "$work/spoilt" --terminal --formats svg
check 'the chart does, too' holds "$work/out" 'The host was in 2 modes'

# shellcheck disable=SC2016
spoil '$at["size"] == 100 && $at["round"] <= 2 { $at["roundtrip_ns"] = 99999 }'
ends 'explain where rounds are missing' 0 explain fork "$work/spoilt" --size 100
check 'it says that they are too few' holds "$work/out" 'too few rounds to be sure'
check 'no heat without an interval' is "$(grep -o '<td class="h[0-9]">' "$work/spoilt/report.html" | wc -l)" 4
# shellcheck disable=SC2016
spoil '$at["size"] == 100000 && $at["strategy"] == "fork" && $at["round"] == 1 {
    if ($at["temperature"] == "warm") next
    for (i in at) if (i ~ /^(ns_per_map|open_ns|close_ns|user_ns|sys_ns|participation)$/) $at[i] = ""
    $at["status"] = "timed_out" }'
sed -i 's/"samples": [0-9]*/"samples": null/' "$work/spoilt/host.json"
call report "$work/spoilt" --formats svg
check 'the heat map says so' is "$(grep -o '<td>went wrong</td>' "$work/spoilt/report.html" | wc -l)" 2
check 'the largest size went wrong: noisy, whatever the smaller ones say' is "$(verdicts)" 'fork cold noisy fork warm noisy'

# One size of three went wrong: the curve has a gap there.
call run quick --sizes 100,1000,1e4 --strategies fork --workers 2 --rounds 2 --quiet --out "$work/gap" --formats svg
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR > 1 && $at["size"] == 1000 && $at["strategy"] == "fork" {
        if ($at["temperature"] == "warm") next
        for (i in at) if (i ~ /^(ns_per_map|open_ns|close_ns|user_ns|sys_ns|participation)$/) $at[i] = ""
        $at["status"] = "timed_out" } { print }' "$work/gap/samples.csv" >"$work/gap/edited"
mv "$work/gap/edited" "$work/gap/samples.csv"
sed -i 's/"samples": [0-9]*/"samples": null/' "$work/gap/host.json"
ends 'report of a curve with a size that went wrong' 0 report "$work/gap" --quiet --formats svg
check 'no line is drawn across it' \
    is "$(sed -n '1,3p' "$work/gap/plots/squares-speedup-size-warm.dat" | cut -f 1 | xargs -d '\n')" '100  10000'

# ------------------------------------------------------------------------------- the example of README and docs

# block PAGE FIRST: the block of the page that begins with such a line, without empty lines.
results=docs/reading-results.md
block() { sed -n "/$2/,/^\`\`\`/p" "$1" | grep -v '^\(```.*\)\{0,1\}$'; }
cp -r results/examples/two-cpus "$work/example"
environment=(LC_ALL=C.UTF-8)
ends 'report of the example' 0 report "$work/example" --formats svg
tables=$work/example/tables.txt
check 'what was measured most stands first' is "$(grep -oEm1 '^[a-z]+: [0-9]+ jobs' "$tables")" 'squares: 8 jobs'
check "the page's table, sentences and warnings, too" not grep -qvxFf "$tables" <(block $results '^squares: 8 jobs')
longest() { awk '{ if (length($0) > most) most = length($0) } END { print most }' "$work/out"; }
# brief WHAT: the answer in $work/out is one that a person reads.
brief() {
    check "$1: at most 25 lines" [ "$(wc -l <"$work/out")" -le 25 ]
    check "$1: it fits 80 columns" [ "$(grep -v "$work" "$work/out" | awk 'length($0) > 80' | wc -l)" -eq 0 ]
    check "$1: it names each work" \
        is "$(grep -oE '^[a-z]+, [0-9]+ job' "$work/out" | sort)" "$(tail -n +2 "$2/crossover.csv" | cut -d , -f 1,2 | sort -u | sed 's/,/, /; s/$/ job/' | sort)"
    check "$1: it says where the tables and the page are" is "$(tail -n 2 "$work/out" | grep -cE "$2/(tables.txt|report.html)")" 2
}
brief 'the answer of five works' "$work/example"
cp "$work/out" "$work/answer"
ends 'report --verbose of the example' 0 report "$work/example" --formats svg --verbose
check '--verbose prints the tables before the answer' cmp "$work/out" <(cat "$tables" "$work/answer")
refuses 2 '--verbose: cannot be combined with --quiet' report "$work/example" --verbose --quiet
check "the page's answer is its own" not grep -qvxFf "$work/answer" <(block $results '^What pays')
# The README shows what the same run says of squares alone.
mkdir "$work/squares"
sed 's/"samples": [0-9]*/"samples": null/' "$work/example/host.json" >"$work/squares/host.json"
gzip -dc "$work/example/samples.csv.gz" |
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR == 1 || $at["work"] == "squares"' >"$work/squares/samples.csv"
ends 'report of one work of the example' 0 report "$work/squares" --formats svg
check "the README's answer is its own" not grep -qvxFf "$work/out" <(block README.md '^What pays')
# The examples were measured before tables.txt: folders from before are read by all who read runs.
call compare results/examples/two-cpus results/examples/two-cpus
check 'compare reads a folder without tables.txt' is "$status$(cat "$work/err")" 0
ends 'export of a folder without tables.txt' 0 export results/examples/two-cpus --format benchstat
cp -r results/examples/two-cpus-peers "$work/peers"
ends 'report of works with several numbers of jobs' 0 report "$work/peers" --formats svg
brief 'the answer of several batches' "$work/peers"
check "the page's wide interval is its own" grep -qF "$(grep -o 'somewhere between [0-9a-z. ]*' $results)" <(unfolded "$tables")
# times: a size and its job time, wherever a table or a sentence of one work names both; at most one for each, but for what
# rounding a size to three digits leaves open.
times() {
    awk '/^[a-z]+: [0-9]+ jobs/ { work = $1 }
        { while (match($0, /[0-9.]+[kMG]? (\+-[0-9]+%|x\/[0-9.]+) \([0-9.]+ [mun]?s\)/)) {
              split(substr($0, RSTART, RLENGTH), part, " "); told(work " " part[1], substr(part[3], 2) part[4])
              $0 = substr($0, RSTART + RLENGTH) } }
        function told(size, time, ns) {
            ns = time * (time ~ /us/ ? 1e3 : time ~ /ms/ ? 1e6 : time ~ /ns/ ? 1 : 1e9)
            if (size in known && (ns > 1.015 * known[size] || ns < known[size] / 1.015)) print size
            known[size] = ns }' "$tables"
}
check 'a size has one job time, warm and cold, whoever is told of it' is "$(times)" ''
top_axes() { grep -h '^set x2tics (' "$work"/example/plots/squares-speedup-size-{warm,cold}.gp | sort -u | wc -l; }
check 'the top axes of both pictures are the same' is "$(top_axes)" 1
# off_axis: the bars that begin outside their picture.
off_axis() {
    local plot
    for plot in "$work"/example/plots/*-crossover.gp; do
        plot=${plot%.gp}
        awk -v FS='\t' 'FNR == NR { if (split($0, set, " = ") == 2) axis[set[1]] = set[2] + 0; next }
            ($2 != "NaN" && ($2 < axis["least"] || $2 > axis["most"])) ||
            ($5 != "NaN" && ($5 < axis["least"] || $5 > axis["most"])) { print FILENAME ": " $0 }' "$plot.gp" "$plot.dat"
    done
}
check 'every bar begins within its picture' is "$(off_axis)" ''
ends 'explain of the example' 0 explain forkpool "$work/example" --work squares
check "the page's explanation is its own" not grep -qvxFf "$work/out" <(block $results '^forkpool, squares')
environment=()

# ------------------------------------------------------------------------------- packed samples

cp "$work/run/summary.csv" "$work/summary.csv"
gzip "$work/run/samples.csv"
ends 'report of samples that gzip packed' 0 report "$work/run" --quiet --formats svg
check 'it finds the same' cmp "$work/summary.csv" "$work/run/summary.csv"
check 'the page links to them' grep -q 'href="samples.csv.gz"' "$work/run/report.html"
refuses 2 'samples.csv.gz is packed; unpack it by gunzip' run quick --resume --out "$work/run"
refuses 2 'holds a run already' run quick --out "$work/run"
gunzip "$work/run/samples.csv.gz"

# ------------------------------------------------------------------------------- the chart

environment=(LC_ALL=C COLUMNS=80)
ends 'report --terminal' 0 report "$work/run" --terminal --formats svg
check 'a row for each strategy, with what it says' is "$(grep -cE '^  (fork|threadpool) .*; cold ' "$work/out")" 2
check 'it fits 80 columns' [ "$(longest)" -le 80 ]
check 'no escape sequence goes into a pipe' not grep -q $'\033' "$work/out"
check 'no byte beyond ASCII in the C locale' not grep -qP '[^\x00-\x7f]' "$work/out"
environment=(LC_ALL=C.UTF-8 COLUMNS=130)
ends 'report --terminal in a UTF-8 locale' 0 report "$work/run" --terminal --formats svg
check 'it has blocks there' grep -q '[·░▒█]' "$work/out"
environment=(LC_ALL=C.UTF-8 COLUMNS=1)
ends 'report --terminal in no width at all' 0 report "$work/run" --terminal --formats svg
environment=()
if command -v script >/dev/null; then
    # coloured NAME VALUE: does the chart have colours on a terminal with this variable?
    coloured() { env TERM=xterm "$1=$2" script -qec "'$program' report '$work/run' --terminal --formats svg" /dev/null </dev/null | grep -q $'\033\\['; }
    check 'colours on a terminal' coloured TERM xterm
    check 'NO_COLOR: none' not coloured NO_COLOR 1
    check 'TERM=dumb: none' not coloured TERM dumb
else
    echo '# left out: script is not installed'
fi

# ------------------------------------------------------------------------------- JSON

ends 'report --json' 0 report "$work/run" --json --formats svg
if command -v python3 >/dev/null; then
    check 'the JSON has the rows of the files' python3 - "$work/out" "$work/run" <<'END'
import csv, json, sys
found = json.load(open(sys.argv[1]))
def rows(name):
    return list(csv.DictReader(open(f'{sys.argv[2]}/{name}.csv')))
assert len(found['cells']) == len(rows('summary')) > 0
assert len(found['crossovers']) == len(rows('crossover')) > 0
assert len(found['scaling']) == len(rows('scaling')) > 0
for got, row in zip(found['cells'], rows('summary')):
    for name, text in row.items():
        if name in got and isinstance(got[name], (int, float)):
            assert abs(got[name] - float(text)) <= 1e-6 * abs(float(text)), (name, got[name], text)
        elif name in got:
            assert got[name] == text, (name, got[name], text)
        else:
            assert text == '', (name, text)
END
else
    echo '# left out: python3 is not installed'
fi
call run quick --formats svg --sizes 100 --strategies threadpool --workers 2 --rounds 1 --json --quiet --out "$work/json"
check 'run --json prints JSON and nothing else' is "$(head -c 1 "$work/out")$(tail -n 1 "$work/out")" '{}'
ends 'report --quiet' 0 report "$work/run" --quiet --formats svg
check 'report --quiet prints nothing' is "$(cat "$work/out")" ''

# ------------------------------------------------------------------------------- explain

ends 'explain' 0 explain threadpool "$work/run"
check 'it says how it goes with more workers' holds "$work/out" '^How it goes with more workers:'
check 'it says where the time goes and what would help' is "$(grep -cE '^(Where the time|What would make)' "$work/out")" 2
# shellcheck disable=SC2016
check 'the parts of the time add up' \
    awk '/^ +-?[0-9]+ %  / { sum += $1; parts++ } END { exit !(parts >= 5 && sum > 96 && sum < 104) }' "$work/out"
check 'it fits 80 columns' [ "$(longest)" -le 80 ]
ends 'explain of one size' 0 explain fork "$work/run" --size 100 --work squares --workers 2
check 'it is of that size' holds "$work/out" '^fork, squares: .* jobs of size 100 '
refuses 2 "'frok' is not a strategy; did you mean 'fork'" explain frok "$work/run"
refuses 2 'a strategy is needed' explain
refuses 2 "--work: 'square' is not known" explain fork "$work/run" --work square
refuses 3 'no batch of spawn' explain spawn "$work/run"
refuses 3 'with that work, size and workers' explain fork "$work/run" --size 7
refuses 2 'host.json' explain fork "$work/nothing"

summary
