#!/usr/bin/env bash
# What is varied: payload, how workers wait and beside whom, the caller's memory, environments, other libraries.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- payload

call run quick --work empty --sizes 1 --payload 0,1Ki,100k/0 --transport shm,pipe \
    --strategies fork,forkpool,threads --workers 2 --rounds 2 --out "$work/payload"
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
call run quick --formats svg --work empty --sizes 1 --jobs 2 --strategies threads --workers 2 --idle 100ms --rounds 1 --verbose --out "$work/idle"
check 'a run of mostly idling says so' holds "$work/out" '^[0-9]+ % of the time went to timed maps, [5-9][0-9] % to the idling asked for'
refuses 2 "--bind: 'near' is not known; known are none, compact, spread" run quick --bind near --out "$work/refused"
refuses 2 "--spin: '5' is not a duration" run quick --spin 0,5 --out "$work/refused"
refuses 2 "--idle: '1h' is not a duration" run quick --idle 1h --out "$work/refused"
refuses 2 '--neighbours: 2000 is out of range' run quick --neighbours 2000 --out "$work/refused"

# ------------------------------------------------------------------------------- large callers

call run quick --formats svg --work empty --sizes 1 --jobs 8 --strategies fork,spawn --workers 1 --rounds 3 \
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
    'work,size,jobs,strategy,workers,schedule,chunk,env,temperature,parent_pages,payload_in,payload_out,transport,verdict,base_ns,base_error_ns,per_page_ns,per_page_error_ns,points,worst_residual,bind,spin_ns,idle_ns,neighbours,build,options,baseline,python,start_method,jobs_per_worker,results,in_flight,hosts'
check 'law.csv has a row a strategy' \
    is "$(column "$work/callers/law.csv" strategy | sort | xargs)" 'fork spawn'
check 'the tables have the section of laws' holds "$work/callers/tables.txt" "What the caller's memory costs:"
for strategy in fork spawn; do
    check "it tells of $strategy" is "$(whole_sentences "$work/callers" | grep -cE "^  $strategy, 1 worker: .* 4 KiB page")" 1
done
check 'the laws are drawn' test -s "$work/callers/plots/empty-parent.svg"
check 'a run of one caller has no laws' not test -e "$work/payload/law.csv"
call run quick --formats svg --work empty --sizes 1 --jobs 8 --strategies fork --workers 1 --rounds 1 \
    --out "$work/callers" --force --quiet
check '--force leaves no law of the run before' not test -e "$work/callers/law.csv"
check '--force leaves no picture of a law' not test -e "$work/callers/plots/empty-parent.svg"
refuses 4 '--parent-mib: 16000000 MiB of memory are needed' run quick --parent-mib 0,16000000 --out "$work/refused"
refuses 2 '--parent-mib: .* out of range' run quick --parent-mib 1e9 --out "$work/refused"
refuses 2 '--retries: 200 is out of range; allowed are 0 to 100' trace --retries 200 --out "$work/refused"
refuses 2 '--retries: 200 is out of range; allowed are 0 to 100' run quick --retries 200 --out "$work/refused"
check 'a caller that is too large makes no folder' not test -e "$work/refused"

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
call run peers --formats svg --jobs 2 --rounds 2 --env A=1 --out "$work/peers"
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
    is "$(column "$work/all/samples.csv" strategy | grep -cE '^(pthreadpool|glib|mpi|mpi-static)$')" 0

summary
