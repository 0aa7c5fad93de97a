#!/usr/bin/env bash
# The command line from outside: exit codes, error lines, files.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# ------------------------------------------------------------------------------- help and lists

ends 'list' 0 list
for strategy in serial fork spawn forkserver forkpool forkteam threads threadpool openmp openmp-tasks \
    pthreadpool glib mpi mpi-static; do
    check "list names $strategy" holds "$work/out" "^$strategy "
done
ends 'list strategies' 0 list strategies
ends 'list work' 0 list work
for name in empty squares skewed stream deflate sleep malloc mmap lock; do
    check "list work names $name" holds "$work/out" "^$name "
done
ends 'list suites' 0 list suites
for suite in default quick article peers regress selftest scaling python auto; do
    check "list suites names $suite" holds "$work/out" "^$suite "
done

ends 'list --json' 0 list --json
check 'list --json tells the protocol of visits' holds "$work/out" '"protocol": [0-9]+'
check 'list --json names strategies' holds "$work/out" '"name": "forkpool"'
if command -v python3 >/dev/null; then
    check 'list --json is JSON' python3 -m json.tool "$work/out" /dev/null
fi

ends '--help' 0 --help
cp "$work/out" "$work/help"
for command in run trace floors report compare export check calibrate list; do
    check "--help names $command" holds "$work/help" "breakeven $command "
    ends "$command --help" 0 "$command" --help
    check "$command --help is about $command" holds "$work/out" "^breakeven $command"
done
check '--help keeps what starts itself to itself' not holds "$work/help" 'breakeven (visit|job|forkserver)' >/dev/null
ends '--version' 0 --version
check '--version begins with version and commit' \
    is "$(head -n 1 "$work/out" | grep -cE '^breakeven [0-9]+\.[0-9]+\.[0-9]+ \([0-9a-z.-]+\)$')" 1
for fact in 'compiler: (gcc|clang) ' 'flags: ' 'allocator: ' 'OpenMP runtime: ' 'pthreadpool: ' 'glib: ' \
    'program of spawn: linked (statically|dynamically)$' 'license: GPL-3.0-or-later$'; do
    check "--version tells '$fact' on a line of its own" is "$(grep -cE "^$fact" "$work/out")" 1
done
check 'each line of --version is a fact' is "$(sed 1d "$work/out" | grep -cvE '^[A-Za-z -]+: .')" 0
environment=(LD_LIBRARY_PATH="$work/lib")
mkdir "$work/lib" && : >"$work/lib/libglib-2.0.so.0"
call --version
environment=()
check '--version tells that an optional library is missing' holds "$work/out" '^glib: unavailable: '

# ------------------------------------------------------------------------------- a run and its files

tiny "$work/base"
check 'a tiny run: exit 0' is "$status" 0
check 'a quiet run says nothing' is "$(cat "$work/out" "$work/err")" ''
for file in samples.csv summary.csv crossover.csv host.json report.html; do
    check "a run leaves $file" test -s "$work/base/$file"
done
check 'samples.csv has its header' is "$(head -n 1 "$work/base/samples.csv")" \
    'round,work,size,jobs,strategy,workers,schedule,chunk,env,temperature,reading,maps,ns_per_map,open_ns,close_ns,user_ns,sys_ns,minflt,majflt,nvcsw,nivcsw,maxrss_kib,participation,roundtrip_ns,steal_ticks,status,detail,parent_mib,parent_pages,payload_in,payload_out,transport,runtime,visit_ns,disturbed,bind,spin_ns,idle_ns,neighbours,wake_ns,build,options,baseline,python,start_method,jobs_per_worker,results,in_flight,first_result_ns,hosts'
check 'summary.csv has its header' is "$(head -n 1 "$work/base/summary.csv")" \
    'work,size,jobs,strategy,workers,schedule,chunk,env,temperature,rounds,readings,median_ns,low_ns,high_ns,cpu_ns,serial_ns,speedup,speedup_low,speedup_high,efficiency,overhead_ns_per_job,participation,roundtrip_ns,status,detail,parent_mib,parent_pages,payload_in,payload_out,transport,disturbed,env_speedup,env_speedup_low,env_speedup_high,bind,spin_ns,idle_ns,neighbours,wake_ns,p99_ns,build,parallelism,overhead_low_ns_per_job,overhead_high_ns_per_job,best_speedup,best_low,best_high,best_rounds,best_sizes,best_noise,p90_ns,mean_speedup,mean_speedup_low,mean_speedup_high,behind,behind_low,behind_high,behind_rounds,options,baseline,python,start_method,jobs_per_worker,results,in_flight,first_result_ns,hosts'
check 'crossover.csv has its header' is "$(head -n 1 "$work/base/crossover.csv")" \
    'work,jobs,strategy,workers,schedule,chunk,env,temperature,verdict,size,size_low,size_high,job_ns,batch_ns,metg50_ns,metg95_ns,parent_mib,parent_pages,payload_in,payload_out,transport,bind,spin_ns,idle_ns,neighbours,build,metg50_low_ns,metg50_high_ns,metg95_low_ns,metg95_high_ns,task_bench50_ns,task_bench95_ns,mode_ns,mode_share,until,until_low,until_high,jobs_at,jobs_low,jobs_high,axis,options,baseline,python,start_method,jobs_per_worker,results,in_flight,hosts'
check 'every reading is ok' is "$(column "$work/base/samples.csv" status | sort -u)" ok
check 'every round was measured' is "$(column "$work/base/samples.csv" round | sort -un | xargs)" '1 2 3 4 5 6 7 8 9 10 11 12'
check 'both sizes were measured' is "$(column "$work/base/samples.csv" size | sort -un | xargs)" '100 1000'
check 'serial is measured beside what was asked for' \
    is "$(column "$work/base/samples.csv" strategy | sort -u | xargs)" 'fork openmp serial threads'
check 'what is not known is an empty field' \
    not grep -qiE '(^|,)-?(nan|inf)' "$work"/base/{samples,summary,crossover}.csv
check 'the number of fields is that of the header' \
    is "$(awk -F, '{ print NF }' "$work/base/samples.csv" | sort -u)" 50

ends 'options by = and after the suite' 0 run --sizes=100 --rounds=1 --strategies=threads quick \
    --formats=svg --out="$work/equals" --quiet
ends 'an environment variable as a dimension' 0 run quick --sizes 100 --rounds 1 --strategies openmp \
    --workers 2 --env OMP_WAIT_POLICY=active,passive --formats svg --out "$work/env" --quiet
check 'each value of the variable has its rows, serial included' \
    is "$(awk -F, 'NR > 1 { print $5, $9 }' "$work/env/samples.csv" | sort -u | xargs)" \
    'openmp OMP_WAIT_POLICY=active openmp OMP_WAIT_POLICY=passive serial OMP_WAIT_POLICY=active serial OMP_WAIT_POLICY=passive'

call run quick --formats svg --sizes 100 --rounds 1 --strategies threads --workers 2 --out "$work/loud"
check 'a run that is not quiet: exit 0' is "$status" 0
check 'its answer has 25 lines at most' [ "$(wc -l <"$work/out")" -le 25 ]
check 'its answer names the strategy' holds "$work/out" '^  threads '
check 'its full tables are in a file' holds "$work/loud/tables.txt" '^ +threads +2 '
call run quick --formats svg --sizes 100 --rounds 1 --strategies threads --workers 2 --out "$work/loud" --force --verbose
check '--verbose prints the tables, then the answer' \
    is "$(sed '/^What pays/,$d' "$work/out" | cmp - "$work/loud/tables.txt" && grep -c '^What pays' "$work/out")" 1
check 'its last line says where to look' is "$(tail -n 1 "$work/out" | grep -c "$work/loud")" 1

# ------------------------------------------------------------------------------- report and compare

rm "$work/base/summary.csv" "$work/base/crossover.csv"
ends 'report' 0 report "$work/base"
check 'report writes summary.csv again' test -s "$work/base/summary.csv"
check 'report writes crossover.csv again' test -s "$work/base/crossover.csv"
cp "$work/base/summary.csv" "$work/summary-before"
ends 'a second report' 0 report "$work/base" --formats svg
check 'the same samples give the same summary' cmp -s "$work/summary-before" "$work/base/summary.csv"

ends 'compare of a run with itself' 0 compare "$work/base" "$work/base" --threshold 100%
check 'it finds nothing worse' holds "$work/out" '^no regression in [0-9]+ quantities of [0-9]+ cells$'
check 'it ends with the verdict' is "$(tail -n 1 "$work/out" | grep -c regression)" 1

# doctored NAME AWK: a copy of the base whose summary.csv went through awk.
doctored() {
    mkdir "$work/$1"
    cp "$work/base/host.json" "$work/base/crossover.csv" "$work/$1"
    awk -F, -v OFS=, "$2"' { print }' "$work/base/summary.csv" >"$work/$1/summary.csv"
}

# shellcheck disable=SC2016 # what looks like variables are fields of awk
{
    # overhead_ns_per_job is left out, so that there are speedups alone
    known='NR > 1 && $4 != "serial" { $17 = 2; $18 = 1.9; $19 = 2.1; $21 = "" }'
    doctored known "$known"
    doctored worse "$known"' NR > 1 && $4 == "fork" && $9 == "warm" { $17 = 1; $18 = 0.95; $19 = 1.05 }'
    doctored slightly 'NR > 1 && $4 != "serial" { $17 = 1.7; $18 = 1.65; $19 = 1.75; $21 = "" }'
    doctored wide "$known"' NR > 1 && $4 != "serial" { $18 = 0.5; $19 = 8 }'
    doctored broken "$known"' NR > 1 && $4 == "fork" { for (i = 12; i <= 23; i++) $i = ""; $24 = "wrong" }'
    doctored alien 'NR > 1 { $1 = "cubes" }'
    # intervals as they are where nothing disturbs
    dear='NR > 1 && $4 != "serial" { $13 = 0.98 * $12; $14 = 1.02 * $12; $21 = $12 / $3; $43 = $13 / $3; $44 = $14 / $3 }'
    doctored dear "$dear"
    doctored dearer 'NR > 1 && $4 != "serial" { $12 *= 3 }'" $dear"
}
call compare "$work/known" "$work/worse"
check 'compare with a run that got worse: exit 1' is "$status" 1
check 'it names the quantities that got worse' is "$(grep -c '^regression  speedup of .* fork, .* warm$' "$work/out")" 2
check 'by how much' is "$(grep -cF '2 -> 1: -50.0 %' "$work/out")" 2
check 'it ends with how many' holds "$work/out" '^2 regressions in [0-9]+ quantities of [0-9]+ cells$'
check 'it says so in one line on stderr' is "$(grep -c '^breakeven: compare: 2 quantities got worse, 0 crashed$' "$work/err")" 1
ends 'compare --advisory with a run that got worse' 0 compare "$work/known" "$work/worse" --advisory
check 'its verdict is told all the same' holds "$work/out" '^2 regressions in '
ends 'compare with a threshold that is not reached' 0 compare --threshold 100% "$work/known" "$work/worse"
ends 'compare the other way round' 0 compare "$work/worse" "$work/known"
check 'it finds them better' is "$(grep -c '^improvement speedup ' "$work/out")" 2
ends 'compare with a run that is worse by less than the threshold' 0 compare "$work/known" "$work/slightly"
check 'nothing changed' not grep -qE '^(regression|improvement)' "$work/out"
call compare "$work/known" "$work/slightly" --threshold 10
check 'it is worse by more than 10 %: exit 1' is "$status" 1
ends 'compare with a run of wide intervals' 0 compare "$work/known" "$work/wide" --threshold=5%
check 'it is too noisy to tell' holds "$work/out" '^noisy +speedup of '
check 'it tells how many rounds it takes' holds "$work/out" '[0-9] more rounds? would tell$'
check 'it warns that this cannot be seen here' holds "$work/out" '^warning: .* cannot see a change of 5 % in'
call compare "$work/known" "$work/broken"
check 'compare with a run whose results are wrong: exit 1' is "$status" 1
check 'it tells of each cell' is "$(grep -c '^crashed  *speedup of .* fork, ' "$work/out")" 4
check 'and why' holds "$work/out" '^ +wrong'
if [ "$(column "$work/base/summary.csv" roundtrip_ns | sort -n | tail -n 1)" ]; then
    call compare "$work/dear" "$work/dearer"
    check 'compare with a run of three times the overhead: exit 1' is "$status" 1
    check 'overheads are told in round trips' holds "$work/out" '-> .* round trips: \+200.0 %'
fi
sed -i 's/^squares,/cubes,/' "$work/alien/crossover.csv"
cp -r "$work/known" "$work/pays"
cp -r "$work/known" "$work/lost"
sed -i -E '2,$s/,(at|always|never|noisy|even|between),[^,]*,[^,]*,[^,]*,/,at,100,90,110,/' "$work/pays/crossover.csv"
sed -i -E '2,$s/,(at|always|never|noisy|even|between),[^,]*,[^,]*,[^,]*,/,never,,,,/' "$work/lost/crossover.csv"
call compare "$work/pays" "$work/lost"
check 'compare with a run in which nothing pays any more: exit 1' is "$status" 1
check 'it tells what became of the crossovers' holds "$work/out" "^ +was 'at', is 'never' now\$"
call compare "$work/base" "$work/alien" --advisory
check 'compare with nothing in common: exit 3' is "$status" 3
check 'it says why' holds "$work/err" '^breakeven: compare: .*in common'

call compare "$work/known" "$work/worse" --out "$work/compared/here"
check 'compare --out: exit 1 as without' is "$status" 1
check 'comparison.csv has its header' is "$(head -n 1 "$work/compared/here/comparison.csv")" \
    'work,size,jobs,strategy,workers,schedule,chunk,env,temperature,quantity,base,base_low,base_high,new,new_low,new_high,change,change_low,change_high,p,rounds,fresh_change,fresh_low,fresh_high,fresh_p,fresh_rounds,threshold,verdict,more_rounds,detail,parent_mib,parent_pages,payload_in,payload_out,transport,bind,spin_ns,idle_ns,neighbours,options,baseline,python,start_method,jobs_per_worker,results,in_flight,hosts'
check 'its rows are what was printed' \
    is "$(column "$work/compared/here/comparison.csv" verdict | grep -c regression)" 2
check 'nothing else is in the folder' is "$(ls -A "$work/compared/here")" comparison.csv
ends 'compare --out again' 0 compare "$work/known" "$work/known" --out "$work/compared/here"
check 'the file is replaced' not grep -q regression "$work/compared/here/comparison.csv"
: >"$work/file"
refuses 4 '--out: .*file' compare "$work/known" "$work/worse" --out "$work/file/here"
refuses 2 '--out: the path is empty' compare "$work/known" "$work/worse" --out ''
for value in 0 -1 101 x '' 5%%; do
    refuses 2 '--threshold: .* is not a percentage' compare "$work/known" "$work/worse" --threshold "$value"
done

doctored cpus ''
sed -i -E 's/"usable": [0-9]+/"usable": 77/' "$work/cpus/host.json"
refuses 3 'the base ran on [0-9]+ CPUs, the new run on 77' compare "$work/base" "$work/cpus" --out "$work/compared/none"
check 'where hosts differ nothing is written' not test -e "$work/compared/none"
doctored machine ''
sed -i -E 's/"architecture": "[^"]*"/"architecture": "pdp11"/' "$work/machine/host.json"
refuses 3 "the base ran on $(uname -m), the new run on pdp11" compare "$work/base" "$work/machine" --advisory
ends 'the baseline can be read' 0 compare results/baseline results/baseline

# ------------------------------------------------------------------------------- export

formats='markdown junit google-benchmark benchstat github-action-benchmark bencher'
mkdir "$work/handmade" "$work/rows" "$work/no-rows" "$work/empty"
cp tests/golden/export.comparison.csv "$work/handmade/comparison.csv"
cp "$work/base/summary.csv" "$work/base/host.json" "$work/rows"
cp "$work/base/host.json" "$work/no-rows"
head -n 1 "$work/base/summary.csv" >"$work/no-rows/summary.csv"
call export --help
cp "$work/out" "$work/help"
for format in $formats; do
    check "export --help names $format" holds "$work/help" "^  $format "
    ends "export of a run as $format" 0 export "$work/base" --format "$format"
    check "export of a run as $format is not empty" test -s "$work/out"
    cp "$work/out" "$work/expected"
    ends "export of a run as $format to a file" 0 export --format="$format" --out="$work/exported" "$work/base"
    check "export as $format: the file holds the same" cmp -s "$work/expected" "$work/exported"
    ends "export of a run without samples as $format" 0 export "$work/rows" --format "$format"
    refuses 3 "nothing to export as $format" export "$work/no-rows" --format "$format"
    refuses 3 "nothing to export as $format" export "$work/no-rows" --format "$format" --out "$work/none"
done
check 'where there is nothing to export there is no file' not test -e "$work/none"
check 'a file to export to stands alone' is "$(find "$work" -name 'exported*' | wc -l)" 1
for format in markdown junit github-action-benchmark bencher; do
    ends "export of a comparison without host.json as $format" 0 export "$work/handmade" --format "$format"
done
refuses 3 'holds no rounds for benchstat' export "$work/handmade" --format benchstat
call export "$work/base" --format benchstat
cp "$work/out" "$work/expected"
cp "$work/base/samples.csv" "$work/handmade"
ends 'export of a comparison with one build' 0 export "$work/handmade" --format benchstat --side new
check 'what has no build is the new one' is "$(grep ^Benchmark "$work/out")" "$(grep ^Benchmark "$work/expected")"
refuses 3 'nothing to export as benchstat' export "$work/handmade" --format benchstat --side base
refuses 2 "'old' is not base or new" export "$work/handmade" --format benchstat --side old
refuses 2 '--side: junit tells of both builds' export "$work/handmade" --format junit --side base
refuses 2 '--side: .* holds one run, not a comparison' export "$work/base" --format benchstat --side base
refuses 2 "--format: 'junt' .*did you mean 'junit'.* known are markdown, .*, bencher" export "$work/base" --format junt
refuses 2 '--format is needed' export "$work/base"
refuses 2 'the folder of a comparison or of a run is needed' export --format junit
refuses 2 '--out: the path is empty' export "$work/base" --format junit --out ''
refuses 2 "'more': one argument too many" export "$work/base" more --format junit
refuses 2 'holds neither comparison.csv nor summary.csv' export "$work/empty" --format junit
refuses 2 'holds neither comparison.csv nor summary.csv' export "$work/nothing-there" --format junit
rm "$work/rows/host.json"
refuses 2 'host.json: cannot be read' export "$work/rows" --format junit
sed -i '3s/,regression,/,worse,/;3s/,same,/,equal,/' "$work/handmade/comparison.csv"
refuses 2 "comparison.csv:3: verdict is 'equal', which is not known" export "$work/handmade" --format junit
refuses 4 "$work/nowhere/file: cannot be written" export "$work/base" --format junit --out "$work/nowhere/file"
call export "$work/base" --format junit
"$program" export "$work/base" --format junit --out "$work/exported" 2>"$work/err" >&-
check 'export to a file with the output closed: exit 0' is "$?" 0
check 'export to a file with the output closed: the file holds all' cmp -s "$work/out" "$work/exported"
if [ -e /dev/full ]; then
    "$program" export "$work/base" --format junit 2>"$work/err" >/dev/full
    check 'export to a full device: exit 4' is "$?" 4
    check 'export to a full device: one line says so' holds "$work/err" '^breakeven: the output cannot be written'
fi

# ------------------------------------------------------------------------------- usage: exit 2

refuses 2 "'runn' is not a command; did you mean 'run'" runn
refuses 2 "'job' is not a command" job
refuses 2 'a command is needed'
refuses 2 "--sizs: no such option; did you mean '(--)?sizes'" run --sizs 1
refuses 2 "--strateg: no such option; did you mean '(--)?strategy'" trace --strateg fork
refuses 2 '-q: no such option' run -q
refuses 2 "'forkpol' is not known; did you mean 'forkpool'" run --strategies forkpol
refuses 2 "'threds' is not known; did you mean 'threads'" run --strategies fork,threds
refuses 2 "'square' is not known; did you mean 'squares'" run --work square
refuses 2 "'quik' is not known; did you mean 'quick'" run quik
refuses 2 "'dynamc' is not known; did you mean 'dynamic'" run --schedule dynamc
refuses 2 "'wok' .*did you mean 'work'" list wok
refuses 2 "'forkpol' is not known; did you mean 'forkpool'" trace --strategy forkpol
refuses 2 "'sqares' is not known; did you mean 'squares'" trace --work sqares
refuses 2 "'atuo' is not known; did you mean 'auto'" trace --schedule atuo
refuses 2 '--sizes: a value is missing' run --sizes
refuses 2 '--quiet: takes no value' run --quiet=yes
refuses 2 "'more': one argument too many" run quick more
refuses 2 "'more': one argument too many" trace more
refuses 2 "'more': one argument too many" floors more
refuses 2 'the folder of a run is needed' report
refuses 2 'two folders' compare "$work/base"
refuses 2 '--resume: cannot be combined with --force' run --resume --force --out "$work/base"
refuses 2 '--resume: needs --out' run --resume
refuses 2 '--resume: needs --out' run --resume --out "$work/never-run"
refuses 2 '--out: the path is empty' run quick --out ''
check 'what is refused leaves no folder behind' not test -e "$work/never-run"

for option in --sizes --jobs --workers --chunk; do
    for value in '' x '1,' ',1' '1,,2' 1x 0.5 1e30 18446744073709551616 99999999999999999999 1..x 9..1 1..9:y2 1..9:x1; do
        refuses 2 "^breakeven: $option: " run quick "$option" "$value" --out "$work/refused"
    done
done
for option in --sizes --jobs --chunk; do
    refuses 2 "^breakeven: $option: '-1'" run quick "$option" -1 --out "$work/refused"
done
refuses 2 '--workers: .* out of range; allowed are 1 to' run quick --workers 1e9
call run quick --formats svg --jobs 2w --workers 1,2 --sizes 1e4 --strategies threadpool --rounds 6 --out "$work/growing"
check 'batches that grow with the workers are weak scaling' \
    is "$(awk -F, '/,weak,/ { print $3, $5 }' "$work/growing/scaling.csv" | xargs)" '2 1 4 2'
check 'their scaled speedup is drawn' test -s "$work/growing/plots/squares-4-jobs-scaled-speedup.svg"
check 'the page tells of it' grep -q 'with 2 jobs for each worker: ' "$work/growing/report.html"
ends 'explain of batches that grow' 0 explain threadpool "$work/growing"
check 'explain tells of it, once' is "$(tr -s ' \n' ' ' <"$work/out" | grep -o 'threadpool, with 2 jobs for each worker: with 2 workers' | wc -l)" 1
for jobs in 4w,8 w4 1w..4w 8,4w; do
    refuses 2 '^breakeven: --jobs: ' run quick --jobs "$jobs" --out "$work/refused"
done
refuses 2 '--jobs: .* out of range; allowed are 1 to' run quick --jobs 0w --out "$work/refused"
refuses 2 '--jobs: .* out of range; allowed are 0 to' run quick --jobs 1e15
refuses 2 '--sizes: the list names more than' run quick --sizes 1..9e9:+1
for value in '' x -1 1.5 1e30; do
    refuses 2 '^breakeven: --rounds: ' run quick --rounds "$value" --out "$work/refused"
    refuses 2 '^breakeven: --seed: ' run quick --seed "$value" --out "$work/refused"
done
for value in '' 5 0s -1s 1h x 1e30s; do
    refuses 2 '^breakeven: --budget: ' run quick --budget "$value" --out "$work/refused"
    refuses 2 '^breakeven: --timeout: ' run quick --timeout "$value" --out "$work/refused"
done
for option in --work --strategies --schedule; do
    refuses 2 "^breakeven: $option: " run quick "$option" '' --out "$work/refused"
done
refuses 2 '--env: ' run quick --env OMP_NUM_THREADS --out "$work/refused"
for option in --size --jobs --workers --chunk --seed; do
    refuses 2 "^breakeven: $option: " trace "$option" x
    refuses 2 "^breakeven: $option: " trace "$option" ''
done
for option in --rounds --workers; do
    for value in '' x 0.5 1e30 1..2; do
        refuses 2 "^breakeven: $option: " floors "$option" "$value"
    done
done
refuses 2 '--rounds: .*allowed are 1 to' floors --rounds 0
refuses 2 "^breakeven: --rounds: '-1'" floors --rounds -1
refuses 2 "--strategies: 'forkpol' is not known; did you mean 'forkpool'" floors --strategies all,forkpol
refuses 2 "--round: no such option; did you mean '(--)?rounds'" floors --round 1
refuses 2 "--nonsense: no such option" compare --nonsense # which has the most
check 'none of these made a folder' not test -e "$work/refused"

# ini TEXT: a suite with that text.
ini() { printf '%b' "$1" >"$work/my.ini"; }
ini '[suite]\nbudget = 1s\n[squares]\nsizs = 100\n'
refuses 2 "my.ini:4: .*'sizs' is not known; did you mean 'sizes'" run "$work/my.ini"
ini '[squares]\nsizes = 100,x\n'
refuses 2 'my.ini:2: ' run "$work/my.ini"
ini '[suite]\n[sqares]\n'
refuses 2 "my.ini:2.*'sqares' is not known; did you mean 'squares'" run "$work/my.ini"
ini '[suite]\n[squares]\nwhat is this\n'
refuses 2 'my.ini:3: ' run "$work/my.ini"
ini 'sizes = 1\n'
refuses 2 'my.ini:1: .*before the first' run "$work/my.ini"
ini '[suite]\nbudget = 1s\n'
refuses 2 'my.ini:2: .*no \[section\]' run "$work/my.ini"
refuses 2 'nowhere.ini: ' run "$work/nowhere.ini"
ini '[squares]\nsizes = 100\njobs = 2\nstrategies = threads\nworkers = 2\n'
ends 'a suite of its own' 0 run "$work/my.ini" --rounds 1 --formats svg --out "$work/own" --quiet

sums "$work/base" >"$work/sums"
refuses 2 'holds a run already.*--resume.*--force' run quick --rounds 1 --out "$work/base"
check 'a run that is there already stays as it is' is "$(sums "$work/base")" "$(cat "$work/sums")"

# damaged NAME FILE SED: a copy of the base in which sed has edited a file.
damaged() {
    cp -r "$work/base" "$work/$1"
    sed -i -E "$3" "$work/$1/$2"
}

cp -r "$work/base" "$work/no-samples" && rm "$work/no-samples/samples.csv"
refuses 2 'no-samples/samples.csv: ' report "$work/no-samples"
cp -r "$work/base" "$work/no-summary" && rm "$work/no-summary/summary.csv"
refuses 2 'no-summary/summary.csv: ' compare "$work/no-summary" "$work/base"
refuses 2 'no-summary/summary.csv: ' compare "$work/base" "$work/no-summary"
cp -r "$work/base" "$work/no-host" && rm "$work/no-host/host.json"
refuses 2 'no-host/host.json' report "$work/no-host"
refuses 2 'no-host/host.json' compare "$work/no-host" "$work/base"
damaged word samples.csv '3s/squares,100+,/squares,many,/'
refuses 2 "samples.csv:3: size is 'many'" report "$work/word"
damaged short samples.csv '4s/,[^,]*,[^,]*$//'
refuses 2 'samples.csv:4: 48 fields' report "$work/short"
damaged header samples.csv '1s/^round/rownd/'
refuses 2 'samples.csv:1: ' report "$work/header"
damaged quote samples.csv '5s/squares/"squares/'
refuses 2 'samples.csv:' report "$work/quote"
cp -r "$work/base" "$work/cut" && truncate -s -3 "$work/cut/samples.csv"
refuses 2 "samples.csv:$(wc -l <"$work/base/samples.csv"): " report "$work/cut"
cp -r "$work/base" "$work/nothing" && : >"$work/nothing/samples.csv"
refuses 2 'samples.csv:1: ' report "$work/nothing"
damaged summary summary.csv '2s/,100,/,-100,/'
refuses 2 "summary.csv:2: size is '-100'" compare "$work/base" "$work/summary"
damaged json host.json '3s/:/;/'
refuses 2 'host.json:3' report "$work/json"
damaged usable host.json 's/"usable": [0-9]+/"usable": -1/'
refuses 2 'host.json:.*usable' report "$work/usable"

# ------------------------------------------------------------------------------- one source, one program

check 'the program does not depend on the folder that it was built in' not grep -qF "$PWD/" "$program"

summary
