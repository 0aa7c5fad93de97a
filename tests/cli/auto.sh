#!/usr/bin/env bash
# What strategies that choose say of what they chose.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

ends 'a run with auto' 0 run --work sleep --sizes 10,2e6 --jobs 6 --workers 3 --rounds 2 --strategies auto,auto-processes \
    --out "$work/run"
for strategy in auto auto-processes; do
    ends "explain $strategy" 0 explain "$strategy" "$work/run"
    check "explain $strategy tells what it chose" holds "$work/out" '^What it chose on an open strategy:$'
    check "$strategy hands long jobs to its workers" holds "$work/out" '^  jobs of .*: together with its workers$'
    check "$strategy is not told that too few workers ran a job" not grep -q 'of the workers ran a job' "$work/out"
    ends "a trace of $strategy" 0 trace --strategy "$strategy" --work sleep --size 2e6 --jobs 12 --workers 3
    check "it tells where $strategy switched" \
        holds "$work/out" "^$strategy: [0-9]+ jobs? ran in the caller first, .* each; the other [0-9]+ were handed to [23] workers: "
    ends "a trace of one job under $strategy" 0 trace --strategy "$strategy" --jobs 1 --size 10 --workers 3
    check "it tells that $strategy had nothing to decide" holds "$work/out" "^$strategy: .* there is nothing to share out$"
done
ends 'explain of what does not choose' 0 run --work squares --sizes 100,1e4 --jobs 6 --workers 2 --rounds 2 --strategies threadpool \
    --out "$work/fixed"
ends 'explain threadpool' 0 explain threadpool "$work/fixed"
check 'nothing is told of choices' not grep -q 'What it chose' "$work/out"
ends 'list' 0 list
check 'list says that they are measured by name' \
    is "$(grep -c 'it chooses among others: measured where it is named' "$work/out")" 2
ends 'a run of all' 0 run --work empty --sizes 1 --jobs 2 --rounds 1 --strategies all --out "$work/all"
check 'all is all but those that choose' is "$(column "$work/all/samples.csv" strategy | grep -c '^auto')" 0

summary
