#!/usr/bin/env bash
# Results one by one, jobs in flight, and workers that are replaced: from the options to every report.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# cells FOLDER COLUMN...: the different values that the rows of samples.csv have there, beside their strategy.
cells() {
    awk -F, -v names="strategy ${*:2}" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(names, name, " "); next }
        { line = $at[name[1]]; for (i = 2; i <= n; i++) line = line "/" $at[name[i]]; print line }' "$1/samples.csv" | sort -u | xargs
}

# ------------------------------------------------------------------------------- results

call run quick --work squares --sizes 10,1000 --jobs 16 --strategies forkpool,threadpool,fork --workers 2 \
    --results batch,ordered,unordered --in-flight 0,3 --rounds 2 --out "$work/results"
check 'a run with results one by one: exit 0' is "$status" 0
check 'its readings are ok' is "$(column "$work/results/samples.csv" status | sort -u)" ok
check 'only what can take results one by one, or so many at once, does' is "$(cells "$work/results" results in_flight)" \
    'fork//0 forkpool//0 forkpool//3 forkpool/ordered/0 forkpool/ordered/3 forkpool/unordered/0 forkpool/unordered/3 serial//0 threadpool//0 threadpool//3 threadpool/ordered/0 threadpool/ordered/3 threadpool/unordered/0 threadpool/unordered/3'
# known TABLE: of the rows with results one by one, those that tell of the first; then the same of the others.
known() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["status"] == "ok" { told = $at["first_result_ns"] > 0; if ($at["results"] != "") { many++; some += told } else others += told }
        END { print (many > 0 && some == many), others + 0 }' "$1"
}
for table in samples summary; do
    check "in $table.csv results one by one have a first one, and no others" is "$(known "$work/results/$table.csv")" '1 0'
done
late() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["maps"] == 1 && $at["temperature"] == "warm" && $at["first_result_ns"] > $at["ns_per_map"] { late++ }
        END { print late + 0 }' "$work/results/samples.csv"
}
check 'the first result is there before all are' is "$(late)" 0
check 'the tables say when the first result is there' holds "$work/results/tables.txt" 'When the caller has the first result and when all: 16 jobs of size 1k'
check 'each way of taking them has a line' \
    is "$(sed -n '/When the caller has the first/,/^$/!d; p' "$work/results/tables.txt" | grep -c 'the first')" 1
check 'it is in the JSON' test "$("$program" report "$work/results" --json | grep -c '"first_result_ns"')" -ge 1
check 'and on the page' grep -q 'When the caller has the first result' "$work/results/report.html"

# ------------------------------------------------------------------------------- replacing

call run quick --formats svg --work empty --sizes 1 --jobs 20 --strategies forkpool,threadpool --workers 2 \
    --jobs-per-worker 0,1,10 --rounds 6 --out "$work/recycling"
check 'a run that replaces workers: exit 0' is "$status" 0
check 'its readings are ok' is "$(column "$work/recycling/samples.csv" status | sort -u)" ok
check 'only pools of processes replace workers' is "$(cells "$work/recycling" jobs_per_worker)" \
    'forkpool/0 forkpool/1 forkpool/10 serial/0 threadpool/0'
check 'a picture says what that costs' test -s "$work/recycling/plots/empty-recycling.svg"
check 'it has a point for each, and no line of those that replace none' \
    is "$(cut -f 1 "$work/recycling/plots/empty-recycling.dat" | grep -v '^$' | sort -n | xargs)" '1 10 40'
check 'the page shows it' grep -q 'href="plots/empty-recycling.svg"' "$work/recycling/report.html"
call explain forkpool "$work/recycling"
check 'explain says what replacing takes' grep -q 'replacing each worker after 1 job' <(tr -s ' \n' ' ' <"$work/out")
call run quick --formats svg --work empty --sizes 1 --jobs 20 --strategies forkpool --workers 2 --jobs-per-worker 10 --rounds 1 --out "$work/one" --quiet
check 'of one value there is no picture' not test -e "$work/one/plots/empty-recycling.svg"

# ------------------------------------------------------------------------------- what is no value

for value in '' x 1,,2 -1 1e30; do
    refuses 2 '^breakeven: --jobs-per-worker: ' run quick --jobs-per-worker "$value" --out "$work/refused"
    refuses 2 '^breakeven: --in-flight: ' run quick --in-flight "$value" --out "$work/refused"
done
refuses 2 "--results: 'orderd' is not known; did you mean 'ordered'" run quick --results orderd --out "$work/refused"

summary
