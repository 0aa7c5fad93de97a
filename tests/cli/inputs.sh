#!/usr/bin/env bash
# Files for --input, and traces of the works.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

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

if make_locale de_DE; then
    tiny "$work/base" --rounds 2
    cp -r "$work/base" "$work/german"
    environment=(LOCPATH="$locales" LC_ALL=de_DE.UTF-8)
    call report "$work/german" --formats svg
    check 'decimal commas: report: exit 0' is "$status" 0
    check 'decimal commas change nothing' cmp -s "$work/base/summary.csv" "$work/german/summary.csv"
    tiny "$work/german" --force --rounds 1
    check 'decimal commas: a run: exit 0' is "$status" 0
    check 'decimal commas: the fields stay apart' is "$(awk -F, '{ print NF }' "$work/german/samples.csv" | sort -u)" 50
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

summary
