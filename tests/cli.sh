#!/usr/bin/env bash
# The command line from outside: exit codes, error lines, files.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# ------------------------------------------------------------------------------- help and lists

ends 'list' 0 list
for strategy in serial fork spawn forkserver forkpool forkteam threads threadpool openmp openmp-tasks \
    pthreadpool glib; do
    check "list names $strategy" holds "$work/out" "^$strategy "
done
ends 'list strategies' 0 list strategies
ends 'list work' 0 list work
for name in empty squares skewed stream deflate sleep malloc mmap lock; do
    check "list work names $name" holds "$work/out" "^$name "
done
ends 'list suites' 0 list suites
for suite in default quick article peers regress selftest scaling; do
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
for command in run trace floors report compare export list; do
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
check 'each line of --version is a fact' is "$(sed 1d "$work/out" | grep -cvE '^[A-Za-z ]+: .')" 0
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
    'round,work,size,jobs,strategy,workers,schedule,chunk,env,temperature,reading,maps,ns_per_map,open_ns,close_ns,user_ns,sys_ns,minflt,majflt,nvcsw,nivcsw,maxrss_kib,participation,roundtrip_ns,steal_ticks,status,detail,parent_mib,parent_pages,payload_in,payload_out,transport,runtime,visit_ns,disturbed,bind,spin_ns,idle_ns,neighbours,wake_ns,build'
check 'summary.csv has its header' is "$(head -n 1 "$work/base/summary.csv")" \
    'work,size,jobs,strategy,workers,schedule,chunk,env,temperature,rounds,readings,median_ns,low_ns,high_ns,cpu_ns,serial_ns,speedup,speedup_low,speedup_high,efficiency,overhead_ns_per_job,participation,roundtrip_ns,status,detail,parent_mib,parent_pages,payload_in,payload_out,transport,disturbed,env_speedup,env_speedup_low,env_speedup_high,bind,spin_ns,idle_ns,neighbours,wake_ns,p99_ns,build,parallelism,overhead_low_ns_per_job,overhead_high_ns_per_job,best_speedup,best_low,best_high,best_rounds,best_sizes,best_noise,p90_ns,mean_speedup,mean_speedup_low,mean_speedup_high,behind,behind_low,behind_high,behind_rounds'
check 'crossover.csv has its header' is "$(head -n 1 "$work/base/crossover.csv")" \
    'work,jobs,strategy,workers,schedule,chunk,env,temperature,verdict,size,size_low,size_high,job_ns,batch_ns,metg50_ns,metg95_ns,parent_mib,parent_pages,payload_in,payload_out,transport,bind,spin_ns,idle_ns,neighbours,build,metg50_low_ns,metg50_high_ns,metg95_low_ns,metg95_high_ns,task_bench50_ns,task_bench95_ns,mode_ns,mode_share,until,until_low,until_high,jobs_at,jobs_low,jobs_high,axis'
check 'every reading is ok' is "$(column "$work/base/samples.csv" status | sort -u)" ok
check 'every round was measured' is "$(column "$work/base/samples.csv" round | sort -un | xargs)" '1 2 3 4 5 6 7 8 9 10 11 12'
check 'both sizes were measured' is "$(column "$work/base/samples.csv" size | sort -un | xargs)" '100 1000'
check 'serial is measured beside what was asked for' \
    is "$(column "$work/base/samples.csv" strategy | sort -u | xargs)" 'fork openmp serial threads'
check 'what is not known is an empty field' \
    not grep -qiE '(^|,)-?(nan|inf)' "$work"/base/{samples,summary,crossover}.csv
check 'the number of fields is that of the header' \
    is "$(awk -F, '{ print NF }' "$work/base/samples.csv" | sort -u)" 41

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

# ------------------------------------------------------------------------------- what may spoil a run

# excused DIR: a run that is not quiet, of less than a second.
excused() { call run quick --formats svg --sizes 100 --rounds 1 --strategies threads --workers 2 --out "$1"; }

# warns WHAT PATTERN DIR: the tables of `excused DIR` and its host.json warn, each once.
unfolded() { sed -e ':a' -e 'N' -e '$!ba' -e 's/\n    / /g' "$1/tables.txt"; }
warns() {
    check "$1 is warned of" is "$(unfolded "$3" | grep -cE "^  warning: .*$2")" 1
    check "$1 is in host.json" is "$(grep -cE "^    \".*$2" "$3/host.json")" 1
}

# silent WHAT PATTERN DIR: neither does.
silent() {
    check "$1 is not warned of without need" not grep -E "$2" "$3/tables.txt"
    check "$1 is not in host.json without need" not grep -E "^    \".*$2" "$3/host.json"
}

environment=(-u OMP_NUM_THREADS)
excused "$work/plain"
silent 'a variable that is not set' 'OMP_NUM_THREADS' "$work/plain"
environment=(OMP_NUM_THREADS=3)
excused "$work/variable"
warns 'OMP_NUM_THREADS' 'OMP_NUM_THREADS=3.* reach.* every visit; unset ' "$work/variable"
check 'host.json has its value' holds "$work/variable/host.json" '^ +"OMP_NUM_THREADS": "3"'
environment=()
ends 'report of it' 0 report "$work/variable" --formats svg
warns 'what the run was begun with' 'OMP_NUM_THREADS=3' "$work/variable"

allowed=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //')
if [[ $allowed == *[-,]* ]]; then
    if [ "$(env -u OMP_NUM_THREADS nproc)" = "$(getconf _NPROCESSORS_ONLN)" ]; then
        silent 'a full affinity mask' 'affinity mask\)' "$work/plain"
    fi
    (taskset -cp "${allowed%%[-,]*}" "$BASHPID" >/dev/null && excused "$work/masked")
    warns 'an affinity mask' \
        "1 of [0-9]+ online .*; start it with taskset -c $(cat /sys/devices/system/cpu/online)" "$work/masked"
fi
if setarch -R true 2>/dev/null; then
    silent 'a layout that is not fixed' 'setarch' "$work/plain"
    environment=(setarch -R)
    excused "$work/fixed"
    environment=()
    warns 'a fixed layout' 'setarch -R' "$work/fixed"
fi

# A cgroup (v1) of a tenth of a CPU, where one can be made: it gets more than that beside other load, and is throttled.
cgroup=/sys/fs/cgroup/cpu/breakeven-test.$$
if mkdir "$cgroup" 2>/dev/null; then
    trap 'rm -rf "$work"; rmdir "$cgroup" 2>/dev/null' EXIT
    if echo 10000 2>/dev/null >"$cgroup/cpu.cfs_quota_us"; then
        silent 'throttling' 'was throttled' "$work/plain"
        (echo "$BASHPID" >"$cgroup/cgroup.procs" &&
            call run quick --formats svg --sizes 1M --rounds 2 --strategies threads --workers 2 --out "$work/throttled")
        warns 'a quota' 'quota amounts to 0.1 CPUs.*; raise ' "$work/throttled"
        warns 'throttling' 'throttled [0-9]+ times? during the run, for [0-9.]+ m?s .*; raise ' "$work/throttled"
        check 'host.json has the quota' holds "$work/throttled/host.json" '"quota": 0.1,'
        check 'host.json counts the throttling' holds "$work/throttled/host.json" '"throttled_count": [1-9]'
        check 'host.json has its time' holds "$work/throttled/host.json" '"throttled_s": [0-9.]*[1-9]'
    fi
    check 'the cgroup can be removed' until_true 10 rmdir "$cgroup"
fi

# ------------------------------------------------------------------------------- payload

call run quick --work empty --sizes 1 --payload 0,1Ki,100k/0 --transport shm,pipe \
    --strategies fork,forkpool,threads --workers 2 --rounds 6 --out "$work/payload"
check 'a run with payload: exit 0' is "$status" 0
check 'its readings are ok' is "$(column "$work/payload/samples.csv" status | sort -u)" ok
check 'each payload has its rows' \
    is "$(awk -F, 'NR > 1 { print $30 "/" $31 }' "$work/payload/samples.csv" | sort -u | xargs)" '0/0 100000/0 1024/1024'
check 'only what travels has a transport' \
    is "$(awk -F, 'NR > 1 && $31 > 0 { print $5, $32 }' "$work/payload/samples.csv" | sort -u | xargs)" \
    'fork pipe fork shm forkpool pipe forkpool shm serial threads'
check 'the table says what payload costs' holds "$work/payload/tables.txt" 'What payload costs: overhead of one job'
check 'a strategy has a line for each payload' is "$(grep -cE '^  fork +(0/0|1Ki/1Ki|100k/0) +[0-9.]+ [unm]+s ' "$work/payload/tables.txt")" 3
for file in payload.svg payload.png overhead.png; do
    check "it draws $file" test -s "$work/payload/plots/empty-$file"
done
call run quick --formats svg --work empty --sizes 1 --jobs 4 --payload 0,1024Gi --rounds 1 --strategies fork --workers 1 \
    --out "$work/too-much" --quiet
check 'payload beyond all memory: exit 1' is "$status" 1
check 'it is refused by name' holds "$work/too-much/samples.csv" 'refused,.*--payload'
check 'the other payload is measured' holds "$work/too-much/samples.csv" ',ok,'
for value in '' x 1Ki/ /1 1,,2 -1 1e30; do
    refuses 2 '^breakeven: --payload: ' run quick --payload "$value" --out "$work/refused"
done
refuses 2 "--transport: 'pip' is not known; did you mean 'pipe'" run quick --transport pip --out "$work/refused"

# ------------------------------------------------------------------------------- how workers wait, and beside whom

call run quick --formats svg --work empty --sizes 1 --jobs 2 --strategies threads,forkpool --workers 2 --bind none,compact \
    --spin 0,20us --idle 0,1ms --neighbours 0,1 --rounds 1 --out "$work/conditions"
check 'a run under conditions: exit 0' is "$status" 0
check 'its readings are ok' is "$(column "$work/conditions/samples.csv" status | sort -u)" ok
check 'pools have every bind and spin, under every condition' \
    is "$(awk -F, '$5 == "forkpool" { print $36, $37, $38, $39 }' "$work/conditions/samples.csv" | sort -u | wc -l)" 16
check 'others have no bind and no spin' \
    is "$(awk -F, '$5 == "threads" { print $36 "/" $37 }' "$work/conditions/samples.csv" | sort -u)" /
check 'no wake is measured without idling' \
    is "$(awk -F, 'NR > 1 && $38 == 0 { print $40 }' "$work/conditions/samples.csv" | sort -u)" ''
check 'the wake is measured after idling' \
    [ "$(awk -F, 'NR > 1 && $38 > 0 && $40 > 0' "$work/conditions/samples.csv" | wc -l)" -gt 0 ]
call run quick --formats svg --work empty --sizes 1 --jobs 2 --strategies threads --workers 2 --idle 50ms --rounds 2 --verbose --out "$work/idle"
check 'a run of mostly idling says so' holds "$work/out" '^[0-9]+ % of the time went to timed maps, [5-9][0-9] % to the idling asked for'
refuses 2 "--bind: 'near' is not known; known are none, compact, spread" run quick --bind near --out "$work/refused"
refuses 2 "--spin: '5' is not a duration" run quick --spin 0,5 --out "$work/refused"
refuses 2 "--idle: '1h' is not a duration" run quick --idle 1h --out "$work/refused"
refuses 2 '--neighbours: 2000 is out of range' run quick --neighbours 2000 --out "$work/refused"

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
    doctored dear 'NR > 1 && $4 != "serial" { $21 = $12 / $3; $43 = $13 / $3; $44 = $14 / $3 }'
    doctored dearer 'NR > 1 && $4 != "serial" { $12 *= 3; $13 *= 3; $14 *= 3
        $21 = $12 / $3; $43 = $13 / $3; $44 = $14 / $3 }'
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
    'work,size,jobs,strategy,workers,schedule,chunk,env,temperature,quantity,base,base_low,base_high,new,new_low,new_high,change,change_low,change_high,p,rounds,fresh_change,fresh_low,fresh_high,fresh_p,fresh_rounds,threshold,verdict,more_rounds,detail,parent_mib,parent_pages,payload_in,payload_out,transport,bind,spin_ns,idle_ns,neighbours'
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
refuses 2 "--round: no such option; did you mean '(--)?rounds'" floors --round 1
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
refuses 2 'samples.csv:4: 39 fields' report "$work/short"
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

# ------------------------------------------------------------------------------- large callers

call run quick --formats svg --work empty --sizes 1 --jobs 8 --strategies fork,spawn --workers 1 --rounds 6 \
    --parent-mib 0,8,64 --out "$work/callers"
check 'callers of three sizes: exit 0' is "$status" 0
check 'parent_mib is filled' \
    is "$(column "$work/callers/samples.csv" parent_mib | sort -nu | xargs)" '0 8 64'
check 'a caller that holds nothing has no pages' \
    is "$(awk -F, '{ print $28 "," $29 }' "$work/callers/samples.csv" | sort -u | xargs)" \
    '0, 64,4k 8,4k parent_mib,parent_pages'
held() { awk -F, '$28 == 64 && $22 < 65536 { bad = 1 } END { exit bad }' "$work/callers/samples.csv"; }
check 'a caller of 64 MiB is that large' held
check 'law.csv has its header' is "$(head -n 1 "$work/callers/law.csv")" \
    'work,size,jobs,strategy,workers,schedule,chunk,env,temperature,parent_pages,payload_in,payload_out,transport,verdict,base_ns,base_error_ns,per_page_ns,per_page_error_ns,points,worst_residual,bind,spin_ns,idle_ns,neighbours,build'
check 'law.csv has a row a strategy' \
    is "$(column "$work/callers/law.csv" strategy | sort | xargs)" 'fork spawn'
check 'the tables have the section of laws' holds "$work/callers/tables.txt" "What the caller's memory costs:"
for strategy in fork spawn; do
    check "it tells of $strategy" is "$(unfolded "$work/callers" | grep -cE "^  $strategy, 1 worker: .* 4 KiB page")" 1
done
check 'the laws are drawn' test -s "$work/callers/plots/empty-parent.svg"
check 'a run of one caller has no laws' not test -e "$work/base/law.csv"
call run quick --formats svg --work empty --sizes 1 --jobs 8 --strategies fork --workers 1 --rounds 1 \
    --out "$work/callers" --force --quiet
check '--force leaves no law of the run before' not test -e "$work/callers/law.csv"
check '--force leaves no picture of a law' not test -e "$work/callers/plots/empty-parent.svg"
refuses 4 '--parent-mib: 16000000 MiB of memory are needed' run quick --parent-mib 0,16000000 --out "$work/refused"
refuses 2 '--parent-mib: .* out of range' run quick --parent-mib 1e9 --out "$work/refused"
refuses 2 '--retries: 200 is out of range; allowed are 0 to 100' trace --retries 200 --out "$work/refused"
refuses 2 '--retries: 200 is out of range; allowed are 0 to 100' run quick --retries 200 --out "$work/refused"
check 'a caller that is too large makes no folder' not test -e "$work/refused"

# ------------------------------------------------------------------------------- what cannot be measured

refuses 4 '--workers: 1000000 .* than the [0-9]+ that ' run quick --workers 1000000 --out "$work/refused"
refuses 4 '--workers: 1000000 .* than the [0-9]+ that ' trace --workers 1000000
refuses 4 '--workers: 1000000 .* than the [0-9]+ that ' floors --workers 1000000
check 'too many workers make no folder' not test -e "$work/refused"
: >"$work/file"
refuses 4 "--out: .*$work/file" run quick --rounds 1 --out "$work/file/below"
refuses 4 "--out: .*$work/file" run quick --rounds 1 --out "$work/file"
refuses 4 '--out: .*/proc/nope' run quick --rounds 1 --out /proc/nope
if [ "$(id -u)" -ne 0 ]; then
    mkdir -m 555 "$work/read-only"
    refuses 4 '--out: .*read-only' run quick --rounds 1 --out "$work/read-only"
fi
mkdir -p "$work/taken/summary.csv"
tiny "$work/taken"
check 'a summary.csv that cannot be written: exit 4' is "$status" 4
check 'a summary.csv that cannot be written: one line names it' one_error_line 'taken/summary.csv'

# One second each of preparing, then two for a visit that may take less than two.
call run quick --formats svg --work sleep --sizes 1,1G --jobs 1 --strategies threads --workers 1 --rounds 2 \
    --timeout 1700ms --out "$work/late" --quiet
check 'a run in which cells time out: exit 1' is "$status" 1
check 'it says so in one line' one_error_line 'given up'
check 'each late cell has one row' is "$(column "$work/late/samples.csv" status | grep -c timed_out)" 2
check 'a row that timed out has no time' \
    is "$(awk -F, '/timed_out/ { print $13 $14 $15 }' "$work/late/samples.csv" | sort -u)" ''
call run quick --formats svg --work sleep --sizes 1,1G --jobs 1 --strategies threads --workers 1 --rounds 2 \
    --timeout 1700ms --out "$work/late" --quiet --resume
check 'resuming a run in which cells timed out: exit 1 again' is "$status" 1
check 'the other size went on' \
    is "$(awk -F, '$3 == 1 && /,ok,/ { print $1 }' "$work/late/samples.csv" | sort -u | xargs)" '1 2'
check 'summary.csv has the status too' is "$(column "$work/late/summary.csv" status | grep -c timed_out)" 2
call run quick --formats svg --work sleep --sizes 5G --jobs 1 --strategies threads --rounds 1 --timeout 200ms \
    --out "$work/none" --quiet
check 'a run in which nothing is measured: exit 3' is "$status" 3
check 'it says so in one line' one_error_line 'nothing could be measured'

# ------------------------------------------------------------------------------- interrupted

visits_of() { pgrep -P "$1" -f "visit $2" >"$work/visits"; }
gone() { ! pgrep -g "$1" >/dev/null; }

ini '[squares]\nsizes = 100\n[sleep]\nsizes = 20G\n[suite]\njobs = 1\nstrategies = threads\nworkers = 1\n'
"$program" run "$work/my.ini" --rounds 2 --formats svg --out "$work/stopped" --quiet >"$work/out" 2>"$work/err" &
run=$!
check 'a long visit is under way' until_true 20 visits_of "$run" sleep
visit=$(head -n 1 "$work/visits")
kill -INT "$run"
wait "$run"
check 'SIGINT: exit 130' is "$?" 130
check 'SIGINT: one line says that the rows are kept' one_error_line 'interrupted.* kept'
check 'SIGINT: the rows are kept' is "$(column "$work/stopped/samples.csv" work | sort -u)" squares
check 'SIGINT: the summary is written' is "$(column "$work/stopped/summary.csv" work | sort -u)" squares
check 'SIGINT: no process is left over' gone "$visit"

"$program" run quick --work sleep --sizes 1500M --jobs 2 --strategies forkpool --workers 2 --rounds 9 \
    --out "$work/killed" --quiet >"$work/out" 2>"$work/err" &
run=$!
check 'a visit to a pool is under way' until_true 30 visits_of "$run" 'sleep/.*/forkpool/2'
visit=$(head -n 1 "$work/visits")
in_group() { [ "$(pgrep -g "$visit" | wc -l)" -eq 3 ]; }
check 'it has two workers' until_true 5 in_group
{ kill -KILL "$run" && wait "$run"; } 2>/dev/null
check 'nothing outlives a run that is killed' until_true 10 gone "$visit"

"$program" floors --rounds 9999 --out "$work/floors-interrupted" >"$work/out" 2>"$work/err" &
run=$!
check 'a visit of floors is under way' until_true 20 visits_of "$run" empty
visit=$(head -n 1 "$work/visits")
kill -INT "$run"
wait "$run"
check 'SIGINT to floors: exit 130' is "$?" 130
check 'SIGINT to floors: it says so' holds "$work/err" '^breakeven: interrupted'
check 'SIGINT to floors: no process is left over' until_true 10 gone "$visit"
# Before the first round is whole there is nothing to tell.
"$program" floors --rounds 9999 --out "$work/floors-early" >"$work/out" 2>"$work/err" &
run=$!
check 'a folder of floors is there' until_true 20 test -e "$work/floors-early/host.json"
kill -INT "$run"
wait "$run"
check 'SIGINT to floors before a whole round: exit 130' is "$?" 130
alone() { [ -e "$1/host.json" ] && [ ! -e "$1/floors.csv" ]; }
check 'no host.json is left alone' not alone "$work/floors-early"

# ------------------------------------------------------------------------------- floors

# Disturbed rounds may leave too few for intervals.
ends 'floors' 0 floors --rounds 6 --workers 2 --out "$work/floors"
for floor in 'cache-line round trip' 'futex wake round trip' 'fork, _exit, wait' 'vfork, _exit, wait' \
    'posix_spawn, wait' 'pthread_create, join'; do
    check "floors measures $floor" holds "$work/out" "^  $floor +[0-9.]+ [num]?s(  \\[.+, .+\\])?$"
done
for strategy in fork spawn forkserver forkpool forkteam threads threadpool openmp openmp-tasks; do
    check "floors tells of $strategy" holds "$work/out" \
        "^  $strategy +[12] +[0-9.]+ [num]?s a (job|region) .* [0-9.]+( \\[[0-9.]+, [0-9.]+\\])? +[01]\\.[0-9]+$"
done
check 'floors.csv has a row for each floor and each strategy' is "$(column "$work/floors/floors.csv" strategy | grep -c .) $(grep -c '^[a-z]*,,' "$work/floors/floors.csv")" \
    "$(grep -cE '^  [a-z-]+ +[12] ' "$work/out") 6"
check 'host.json stands beside it' holds "$work/floors/host.json" '"suite": "floors"'
cp "$work/out" "$work/printed"
ends 'report of floors' 0 report "$work/floors"
check 'it prints the same' cmp "$work/printed" "$work/out"
ends 'report of floors as JSON' 0 report "$work/floors" --json
check 'the JSON has the rows of the file' is "$(grep -c '"floor":' "$work/out")" "$(($(wc -l <"$work/floors/floors.csv") - 1))"
cp "$work/floors/floors.csv" "$work/floors.csv"
refuses 2 'holds floors already; overwrite them by --force' floors --rounds 1 --out "$work/floors"
refuses 2 'holds floors already' run quick --rounds 1 --out "$work/floors"
check 'what is refused changes nothing' cmp "$work/floors.csv" "$work/floors/floors.csv"
refuses 2 'holds a run already' floors --rounds 1 --out "$work/base"
ends 'floors of one round' 0 floors --rounds 1 --workers 1 --out "$work/floors" --force
check 'one round has no intervals' not grep -F '[' "$work/out"
check '--force overwrites them' not cmp -s "$work/floors.csv" "$work/floors/floors.csv"
sed -i 's/,ok,/,sideways,/; 2s/^[a-z]*,/ladder,/' "$work/floors/floors.csv"
refuses 2 "floors.csv:2: .*floor" report "$work/floors"

# ------------------------------------------------------------------------------- environments

tiny "$work/preload" --strategies openmp --sizes 100 --rounds 1 --env LD_PRELOAD=,libnix-there-is-none.so
check 'a library that cannot be preloaded: exit 0' is "$status" 0
check 'what it would have measured is unavailable' \
    is "$(grep -c 'LD_PRELOAD=libnix.*,unavailable,.*libnix-there-is-none.so' "$work/preload/samples.csv")" 2
check 'the rest is measured' \
    is "$(grep 'LD_PRELOAD=,' "$work/preload/summary.csv" | grep -c ',ok,')" 4
check 'rows name the library that ran OpenMP' \
    is "$(awk -F, '$5 == "openmp" && $9 == "LD_PRELOAD=" { print $33 }' "$work/preload/samples.csv" |
        sort -u | sed 's/\.so.*//')" libgomp
llvm=$(ldconfig -p | grep -o 'libomp\.so\.5' | head -n 1)
if [ -n "$llvm" ] && "$program" --version | grep -q gcc && ! "$program" --version | grep -q sanitize; then
    tiny "$work/llvm" --strategies openmp --sizes 100 --rounds 2 --env "LD_PRELOAD=,$llvm"
    check "LLVM's runtime by --env: exit 0" is "$status" 0
    check "rows name LLVM's runtime" \
        is "$(awk -F, '$5 == "openmp" && $9 ~ /omp/ { print $33 }' "$work/llvm/samples.csv" | sort -u)" "$llvm"
    check "host.json names both" is "$(grep -cE '"lib(g?)omp\.so' "$work/llvm/host.json")" 2
fi
tiny "$work/same" --strategies serial --sizes 100 --env X=1,2
check 'environments are compared with the first' \
    is "$(awk -F, '$8 == "X=2" && $32 > 0 { n++ } END { print n }' "$work/same/summary.csv")" 2

# ------------------------------------------------------------------------------- other libraries

# Another library as the environment of a section is told of above; a sanitizer would not take it.
call run peers --formats svg --jobs 2 --rounds 4 --env A=1 --out "$work/peers"
check 'the suite peers: exit 0' is "$status" 0
check 'what handing over costs is drawn' test -s "$work/peers/plots/empty-handover.svg"
ends 'list strategies again' 0 list strategies
cp "$work/out" "$work/list"
for strategy in pthreadpool glib; do
    reason=$(sed -n "/^$strategy /,/^[a-z]/p" "$work/list" | sed '1d; /^[a-z]/d' | sed -n 's/^ *unavailable: //p')
    if [ -z "$reason" ]; then
        check "$strategy is measured, and its library named" \
            holds "$work/peers/samples.csv" ",$strategy,2,.*,ok,.*lib${strategy}[-.0-9]*so"
    else
        check "$strategy is unavailable, with a reason" \
            holds "$work/peers/samples.csv" ",$strategy,2,.*,unavailable,\"?${reason//[()]/.}"
    fi
done
call run quick --formats svg --sizes 100 --rounds 1 --strategies all --workers 2 --out "$work/all" --quiet
check 'all means every strategy but peers' \
    is "$(column "$work/all/samples.csv" strategy | grep -cE '^(pthreadpool|glib)$')" 0

# ------------------------------------------------------------------------------- steering

# On a busy machine the rounds take longer: it gets more time until there is enough of it.
lacking() {
    awk -F, '$5 == "threadpool" && $10 == "cold" { n[$3]++ }
        END { for (s = 100; s <= 1000000; s *= 10) if (n[s] < 6) print s }' "$work/steered/samples.csv"
}
steered_sizes() { column "$work/steered/samples.csv" size | sort -u | wc -l; }
for budget in 4s 20s 60s; do
    call run quick --formats svg --sizes 1e2..1e6 --strategies threadpool --workers 2 --budget $budget --force --out "$work/steered"
    [ "$status" -eq 0 ] && [ -z "$(lacking)" ] && [ "$(steered_sizes)" -gt 6 ] && break
done
check 'a steered run: exit 0' is "$status" 0
check 'every planned size has its six rounds' is "$(lacking)" ''
check 'sizes are added where it crosses' test "$(steered_sizes)" -gt 6 # five planned, and the name of the column
check 'every visit has its time' is "$(column "$work/steered/samples.csv" visit_ns | grep -c '^$')" 0

# ------------------------------------------------------------------------------- going on

tiny "$work/going" --rounds 6
# A longer run may mark other visits as disturbed.
without_marks() {
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "disturbed") at = i }
        { $at = "" } 1' "$1"
}
without_marks "$work/going/samples.csv" >"$work/samples-before"
cp "$work/going/host.json" "$work/host-before.json"
tiny "$work/going" --rounds 8 --resume
check '--resume: exit 0' is "$status" 0
# stages DIR: the times of stages, a line each: "map 1.25". Each is there, and none is below 0.
stages() { sed -n '/"stages_s": {/,/}/s/^ *"\([a-z_]*\)": \([0-9.e-]*\),*$/\1 \2/p' "$1"; }
wall() { sed -n 's/^ *"wall_s": \([0-9.e-]*\),$/\1/p' "$1"; }
sum_up() { stages "$1" | awk -v wall="$(wall "$1")" '{ sum += $2 } END { exit !(sum > 0.99 * wall && sum < 1.01 * wall) }'; }
no_less() { command join <(stages "$1" | sort) <(stages "$2" | sort) | awk '$3 < $2 - 1e-6 { bad = 1 } END { exit (bad || NR == 0) }'; }
check 'all stages have their time' is "$(stages "$work/going/host.json" | cut -d ' ' -f 1 | xargs)" \
    'plan prepare start canary ready open warm_up calibrate map verify close idle end untold steer report'
check 'the stages of a run sum up to its time' sum_up "$work/host-before.json"
check 'they do over --resume' sum_up "$work/going/host.json"
check 'no stage is forgotten by --resume' no_less "$work/host-before.json" "$work/going/host.json"
call run quick --formats svg --sizes 1 --strategies serial --rounds 40 --out "$work/lone" --quiet
check 'serial is not warmed up for longer than it is read' \
    is "$(stages "$work/lone/host.json" | awk '{ ns[$1] = $2 } END { print (ns["warm_up"] < ns["map"]) }')" 1
check 'the time grows' awk -v a="$(wall "$work/host-before.json")" -v b="$(wall "$work/going/host.json")" 'BEGIN { exit !(b > a) }'
without_marks "$work/going/samples.csv" | head -n "$(wc -l <"$work/samples-before")" >"$work/samples-prefix"
check '--resume keeps the rows that were there' cmp -s "$work/samples-before" "$work/samples-prefix"
check '--resume adds the rounds that were missing' \
    is "$(column "$work/going/samples.csv" round | uniq | sort -n | uniq | xargs)" '1 2 3 4 5 6 7 8'
check '--resume measures nothing twice' \
    is "$(cut -d, -f 1-11 "$work/going/samples.csv" | sort | uniq -d)" ''
check '--resume summarises all rounds' is \
    "$(awk -F, 'NR > 1 { print $10 + $31 }' "$work/going/summary.csv" | sort -u)" 8
tiny "$work/going" --rounds 8 --resume
check '--resume of a complete run: exit 0' is "$status" 0
sums "$work/going" >"$work/sums"
tiny "$work/going" --rounds 9 --seed 99 --resume
check '--resume with another seed: exit 2' is "$status" 2
check '--resume with another seed: one line says so' one_error_line 'begun with seed 1, not 99;'
check '--resume with another seed changes nothing' is "$(sums "$work/going")" "$(cat "$work/sums")"
# cannot_go_on WHAT PATTERN OPTIONS...: another machine, build or plan is refused, and named.
cannot_go_on() {
    local what=$1 pattern=$2
    shift 2
    sums "$work/going" >"$work/sums"
    tiny "$work/going" --rounds 9 --resume "$@"
    check "--resume with $what: exit 2" is "$status" 2
    check "--resume with $what: one line says so" one_error_line "going was begun with $pattern"
    check "--resume with $what changes nothing" is "$(sums "$work/going")" "$(cat "$work/sums")"
}
cannot_go_on 'another size' "size '100,1000', not '100';" --sizes 100
cannot_go_on 'a size more' "size '100,1000', not '100,1000,10000';" --sizes 100,1000,10000
cannot_go_on 'a strategy less' "strategy 'serial,fork,threads,openmp', not 'serial,fork';" --strategies fork
cannot_go_on 'another work' "work 'squares', not 'empty';" --work empty
cannot_go_on 'other workers' "workers '1,2', not '1';" --workers 1
cannot_go_on 'retries' "retries '0', not '2';" --retries 2
environment=(OMP_DYNAMIC=true)
cannot_go_on 'another environment' "environment variable OMP_DYNAMIC none, not 'true';"
environment=()
cp "$work/going/host.json" "$work/host.json"
# begun_by KEY NEW WORDS: as if another machine or build had begun it.
begun_by() {
    sed -i -E "s/^( *\"$1\": ).*[^,](,?)\$/\1$2\2/" "$work/going/host.json"
    cannot_go_on "another $1" "$3"
    cp "$work/host.json" "$work/going/host.json"
}
begun_by suite '"default"' "suite 'default', not 'quick';"
begun_by model '"Zilog Z80"' "CPU model 'Zilog Z80', not "
begun_by architecture '"z80"' "architecture 'z80', not "
begun_by kernel '"Linux 0.01"' "kernel 'Linux 0.01', not "
begun_by commit '"0123456"' "commit '0123456', not "
begun_by flags '"-O0"' "compiler flags '-O0', not "
begun_by usable '99' "usable CPUs 99, not "
begun_by cells '"6 (0123456789abcdef)"' "cells '6 .0123456789abcdef.', not '"
sed -i '/"settings": {/,/}/d; /"stages_s": {/,/}/d; /"wall_s": /d; s/"elapsed_s": \(.*\),$/"elapsed_s": \1/' "$work/going/host.json"
tiny "$work/going" --rounds 9 --resume
check '--resume without the settings that this build tells: exit 2' is "$status" 2
check '--resume without the settings that this build tells: it says so' \
    one_error_line 'going/host.json: damaged: run.settings is missing'
# An older build told less of what it did; how long and how often is measured may change.
sed -i '/"commit": /d' "$work/going/host.json"
tiny "$work/going" --rounds 9 --timeout 20s --precision 5% --resume
check '--resume of a run by an older build, with more rounds: exit 0' is "$status" 0
truncate -s -20 "$work/going/samples.csv"
tiny "$work/going" --rounds 9 --resume
check '--resume behind a line that was cut off: exit 0' is "$status" 0
ends 'report of it' 0 report "$work/going" --formats svg
touch "$work/going/plots/of-another-run.svg"
tiny "$work/going" --force --rounds 1
check '--force: exit 0' is "$status" 0
check '--force leaves no picture of the run before' not test -e "$work/going/plots/of-another-run.svg"
call compare "$work/going" "$work/going"
check 'compare of runs without intervals: exit 3' is "$status" 3
check '--force writes the run anew' is "$(column "$work/going/samples.csv" round | sort -u)" 1

# ------------------------------------------------------------------------------- inputs

yes 'the quick brown fox jumps over the lazy dog' | head -c 100000 >"$work/input"
refuses 2 '--input: ' run quick --work deflate --sizes 10000 --rounds 1 --out "$work/refused"
refuses 2 '--input: .*nothing-there' run quick --work deflate --sizes 10000 --rounds 1 \
    --input "$work/nothing-there" --out "$work/refused"
refuses 2 '--input: .*not a regular file' run quick --work deflate --sizes 10000 --rounds 1 \
    --input "$work" --out "$work/refused"
refuses 2 '--input: ' trace --work deflate
: >"$work/void"
mkfifo "$work/fifo"
# unfit PATH PATTERN: no file for --input, in a run as in a trace; a pipe is not waited for.
unfit() {
    refuses 2 "--input: .*$2" run quick --work deflate --sizes 10 --rounds 1 --input "$1" --out "$work/refused"
    refuses 2 "--input: .*$2" trace --work deflate --size 10 --jobs 1 --input "$1"
}
unfit "$work/void" 'holds nothing'
unfit /proc/cpuinfo 'holds nothing'
[ ! -f /sys/kernel/mm/transparent_hugepage/enabled ] ||
    unfit /sys/kernel/mm/transparent_hugepage/enabled 'ends before the [0-9]* bytes that its size tells'
unfit "$work/fifo" 'not a regular file'
unfit /dev/zero 'not a regular file'
unfit "$work" 'not a regular file'
refuses 2 '--sizes: a slice of 1000000 bytes is more than the 100000 bytes of the input' \
    run quick --work deflate --sizes 1e4,1e6 --rounds 1 --input "$work/input" --out "$work/refused"
refuses 2 '--size: a slice of 10000000 bytes is more' trace --work deflate --input "$work/input"
refuses 2 '--jobs: 4 jobs of 50000 bytes are more' trace --work deflate --input "$work/input" --size 50000
check 'an input that is refused makes no folder' not test -e "$work/refused"
ends 'deflate with --input' 0 run quick --work deflate --sizes 30000 --rounds 1 --input "$work/input" \
    --strategies fork,spawn,forkserver,threads --workers 2 --formats svg --out "$work/deflate" --quiet
check 'deflate has as many jobs as the file has slices' is "$(column "$work/deflate/samples.csv" jobs | sort -u)" 4
check 'every strategy compressed the same' is "$(column "$work/deflate/samples.csv" status | sort -u)" ok

if localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >/dev/null 2>&1; then
    cp -r "$work/base" "$work/german"
    environment=(LOCPATH="$work" LC_ALL=de_DE.UTF-8)
    call report "$work/german" --formats svg
    check 'decimal commas: report: exit 0' is "$status" 0
    check 'decimal commas change nothing' cmp -s "$work/base/summary.csv" "$work/german/summary.csv"
    tiny "$work/german" --force --budget 0.5s
    check 'decimal commas: a run: exit 0' is "$status" 0
    check 'decimal commas: the fields stay apart' is "$(awk -F, '{ print NF }' "$work/german/samples.csv" | sort -u)" 41
    environment=()
fi

# ------------------------------------------------------------------------------- traces of the article

# pids: how many processes ran the jobs of the trace in $work/out.
pids() { awk '$1 ~ /^[0-9]+$/ && NF == 8 { print $3 }' "$work/out" | sort -u | wc -l; }
results() { awk '$1 ~ /^[0-9]+$/ && NF == 8 { print $8 }' "$work/out"; }
article=333333283333335000000

ends 'trace of four processes' 0 trace --strategy fork --workers 4
check 'fork runs four jobs in four processes' is "$(pids)" 4
check 'each gives the article'"'"'s result' is "$(results | xargs)" "$article $article $article $article"
ends 'trace of a pool of two' 0 trace --strategy forkpool --workers 2
check 'a pool of two runs four jobs in two processes' is "$(pids)" 2
check 'each gives the same result' is "$(results | xargs)" "$article $article $article $article"
ends 'trace of threads' 0 trace --strategy threads --workers 4
check 'threads run four jobs in one process' is "$(pids)" 1
for strategy in serial spawn forkserver forkteam threadpool openmp openmp-tasks; do
    ends "trace of $strategy" 0 trace --strategy "$strategy" --workers 2 --size 1000 --jobs 5
    check "$strategy gives five times the same" is "$(results | uniq -c | xargs)" '5 332833500'
done
ends 'trace of no jobs' 0 trace --jobs 0
check 'a trace of no jobs has no results' is "$(results)" ''

# ------------------------------------------------------------------------------- one source, one program

check 'the program does not depend on the folder that it was built in' not grep -qF "$PWD/" "$program"

summary
