#!/usr/bin/env bash
# Two builds in one sitting: breakeven compare --ab.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# contender NAME SCRIPT: a program that is this one but for what the script does to a visit's request, in $request.
contender() {
    mkdir -p "$work/bin"
    cat >"$work/bin/$1" <<END
#!/usr/bin/env bash
if [ "\$1" = visit ]; then
    request=\$(cat)
    $2
    exec '$program' "\$@" <<<"\$request"
fi
exec '$program' "\$@"
END
    chmod +x "$work/bin/$1"
}

# ab BASE NEW DIR OPTIONS...: a comparison of a second or two.
ab() {
    local base=$1 new=$2 dir=$3
    shift 3
    call compare --ab "$base" "$new" --suite quick --sizes 1000 --strategies threads,threadpool --workers 2 \
        --rounds 12 --quiet --out "$work/$dir" "$@"
}

verdicts() { column "$work/$1/comparison.csv" verdict | sort | uniq -c | xargs; }

on_one_cpu

# ------------------------------------------------------------------------------- a build and itself

# Where a machine is so busy that nothing can be told, that is told: exit 3.
no_worse() { [ "$status" -eq 0 ] || [ "$status" -eq 3 ]; }

ab "$program" "$program" same
check 'a build against itself: nothing got worse' no_worse
check 'a quiet comparison says nothing on its output' is "$(cat "$work/out")" ''
for file in samples.csv summary.csv comparison.csv host.json; do
    check "a comparison leaves $file" test -s "$work/same/$file"
done
check 'both builds are visited in every round' \
    is "$(awk -F, 'NR > 1 { print $1, $41 }' "$work/same/samples.csv" | sort -u | wc -l)" 24
check 'every cell is visited by both' \
    is "$(awk -F, 'NR > 1 { print $5 }' "$work/same/samples.csv" | sort | uniq -c | awk '{ print $1 % 2 }' | sort -u)" 0
check 'times of all cells and speedups of all but serial are compared, cold and warm' \
    is "$(awk -F, 'NR > 1 { print $4, $9, $10 }' "$work/same/comparison.csv" | sort -u | wc -l)" 10
check 'no row got worse' not grep -q ',\(regression\|crashed\),' "$work/same/comparison.csv"
check 'the order of the builds changes from round to round' \
    [ "$(awk -F, 'NR > 1 && $1 != last { print $41; last = $1 }' "$work/same/samples.csv" | sort -u | wc -l)" -eq 2 ]
check 'host.json tells what both builds are' \
    is "$(grep -cE '"(base|new)": "breakeven ' "$work/same/host.json")" 2
refuses 2 'holds a run' compare --ab "$program" "$program" --suite quick --rounds 1 --out "$work/same"

# ------------------------------------------------------------------------------- what got worse

# shellcheck disable=SC2016 # here and below: the script expands it
contender slow 'request=${request/threadpool/threads}'
ab "$program" "$work/bin/slow" slow
check 'a build whose threadpool starts threads for each batch: exit 1' is "$status" 1
check 'it is told in one line' one_error_line 'got worse'
check 'its times are regressions' grep -q ',time,.*,regression,' "$work/slow/comparison.csv"
check 'fresh rounds have confirmed it' test -s "$work/slow/confirm/samples.csv"
ab "$program" "$work/bin/slow" slow --force --advisory
check '--advisory: exit 0' is "$status" 0
check '--advisory: the verdict is told all the same' grep -q ',regression,' "$work/slow/comparison.csv"
ab "$work/bin/slow" "$program" fast
check 'the other way round: exit 0' is "$status" 0
check 'its times are improvements' grep -q ',time,.*,improvement,' "$work/fast/comparison.csv"
ab "$program" "$program" slow --force
check 'a new comparison in its place: nothing got worse' no_worse
check 'nothing is left of the fresh rounds of the old one' not test -e "$work/slow/confirm/samples.csv"

# shellcheck disable=SC2016
contender dying '[[ $request != *threadpool* ]] || kill -SEGV $$'
ab "$program" "$work/bin/dying" dying
check 'a strategy that dies in the new build: exit 1' is "$status" 1
check 'it is told as crashed, with the signal' grep -q ',crashed,.*signal 11' "$work/dying/comparison.csv"

# shellcheck disable=SC2016
contender lacking '[[ $request != *threadpool* ]] || { echo "breakeven: none here" >&2; exit 3; }'
ab "$work/bin/lacking" "$program" lacking
check 'a strategy that the base lacks: nothing got worse' no_worse
check 'it is new' grep -q '^squares,1000,[0-9]*,threadpool,.*,new,' "$work/lacking/comparison.csv"
ab "$program" "$work/bin/lacking" lacking --force
check 'it is missing the other way round' grep -q '^squares,1000,[0-9]*,threadpool,.*,missing,' "$work/lacking/comparison.csv"
contender empty 'exit 3'
ab "$work/bin/empty" "$program" empty
check 'no cell in common: exit 3' is "$status" 3

# ------------------------------------------------------------------------------- instructions

counts=(compare --ab "$program" "$program" --metric instructions --quiet)
if sanitized; then
    echo '# left out: programs with sanitizers do not run in valgrind'
else
    call "${counts[@]}" --out "$work/counts"
    if [ "$status" -eq 3 ]; then
        check 'instructions: where nothing counts them it is told why' one_error_line 'instructions'
    else
        check 'instructions of a build and itself: exit 0' is "$status" 0
        check 'instructions of a build and itself are the same' is "$(verdicts counts)" '9 same'
        check 'instructions have their quantity' is "$(column "$work/counts/comparison.csv" quantity | sort -u)" instructions
    fi
fi
refuses 2 "--metric: 'cycles' is not known" compare --ab "$program" "$program" --metric cycles
refuses 2 '--metric: means something with --ab only' compare --metric time a b

# ------------------------------------------------------------------------------- bad input

refuses 2 'cannot be run: No such file' compare --ab "$work/nothing" "$program"
refuses 2 'cannot be run' compare --ab "$program" "$work/same/host.json"
refuses 3 'cannot be asked what it has' compare --ab /bin/false "$program"
refuses 3 'is no breakeven' compare --ab /bin/true "$program"
# shellcheck disable=SC2016
printf '#!/bin/sh\n"%s" "$@" | sed "s/\\"protocol\\": [0-9]*/\\"protocol\\": 99/"\n' "$program" >"$work/bin/future"
chmod +x "$work/bin/future"
refuses 3 'protocol 99' compare --ab "$work/bin/future" "$program"
refuses 2 'two programs are needed' compare --ab "$program"
refuses 2 '--budget: means something with --ab only' compare --budget 5s a b
refuses 2 '--threshold: ' compare --ab "$program" "$program" --threshold none

# ------------------------------------------------------------------------------- the test of the check itself

refuses 2 'cannot be slowed down' compare --selftest "$program"
refuses 2 'takes one program' compare --selftest "$program" "$program"
mkdir "$work/elsewhere"
cp "$program" "$work/elsewhere/breakeven"
program=$work/elsewhere/breakeven
refuses 2 'elsewhere/handicap/breakeven is not there' compare --selftest

summary
