#!/usr/bin/env bash
# Two builds in the same rounds, by their times: breakeven compare --ab. contenders.sh has what goes wrong in one of them.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"
on_one_cpu

# ------------------------------------------------------------------------------- a build and itself

ab_alike "$program" "$program" same
check 'a build against itself: nothing got worse' no_worse
check 'a quiet comparison says nothing on its output' is "$(cat "$work/out")" ''
for file in samples.csv summary.csv comparison.csv host.json; do
    check "a comparison leaves $file" test -s "$work/same/$file"
done
check 'both builds are visited in every round' \
    is "$(awk -F, 'NR > 1 { print $1, $41 }' "$work/same/samples.csv" | sort -u | wc -l)" 24
check 'every cell is visited by both' \
    is "$(awk -F, 'NR > 1 { print $5 }' "$work/same/samples.csv" | sort | uniq -c | awk '{ print $1 % 2 }' | sort -u)" 0
# Serial's start is over in 5 us, but where others have the CPU; what hangs on it is a time and two speedups.
compared() { awk -F, -v short="$1" 'NR > 1 && ($9 == "cold" && ($4 == "serial" || $10 == "speedup")) == short { print $4, $9, $10 }' \
    "$work/same/comparison.csv" | sort -u | wc -l; }
check 'times of all cells and speedups of all but serial are compared' is "$(compared 0)" 7
check 'but for those of a start of cache misses, all of them' holds <(compared 1) '^[03]$'
check 'no row got worse' not grep -q ',\(regression\|crashed\),' "$work/same/comparison.csv"
check 'the order of the builds changes from round to round' \
    [ "$(awk -F, 'NR > 1 && $1 != last { print $41; last = $1 }' "$work/same/samples.csv" | sort -u | wc -l)" -eq 2 ]
check 'host.json tells what both builds are' \
    is "$(grep -cE '"(base|new)": "breakeven ' "$work/same/host.json")" 2
refuses 2 'holds a run' compare --ab "$program" "$program" --suite quick --rounds 1 --out "$work/same"

# ------------------------------------------------------------------------------- what got worse

# shellcheck disable=SC2016 # here and below: the script expands it
contender slow 'request=${request/threadpool/threads}'
ab_ends 1 "$program" "$work/bin/slow" slow
check 'a build whose threadpool starts threads for each batch: exit 1' is "$status" 1
check 'it is told in one line' one_error_line 'got worse'
check 'its times are regressions' grep -q ',time,.*,regression,' "$work/slow/comparison.csv"
check 'fresh rounds have confirmed it' test -s "$work/slow/confirm/samples.csv"
# told VERDICT DIR OPTIONS...: repeats a comparison, with more rounds, until it tells that.
told() {
    local rounds
    for rounds in 12 24 48; do
        ab "${@:3}" --force --rounds "$rounds"
        ! grep -q ",time,.*,$1," "$work/$2/comparison.csv" || return 0
    done
}
told regression slow "$program" "$work/bin/slow" slow --advisory
check '--advisory: exit 0' is "$status" 0
check '--advisory: the verdict is told all the same' grep -q ',regression,' "$work/slow/comparison.csv"
told improvement fast "$work/bin/slow" "$program" fast
check 'the other way round: exit 0' is "$status" 0
check 'its times are improvements' grep -q ',time,.*,improvement,' "$work/fast/comparison.csv"
# Where something is suspected by chance there are fresh rounds of it.
for _ in 1 2 3; do
    ab "$program" "$program" slow --force
    [ -e "$work/slow/confirm/samples.csv" ] || break
done
check 'a new comparison in its place: nothing got worse' no_worse
check 'nothing is left of the fresh rounds of the old one' not test -e "$work/slow/confirm/samples.csv"

# ------------------------------------------------------------------------------- twice

# once OTHER: a comparison with a slow build at first and with the other one from then on
once() {
    cat >"$work/once" <<END
#!/bin/sh
new='$1'
[ -e '$work/again' ] || new='$work/bin/slow'
touch '$work/again'
exec '$program' compare --ab '$program' "\$new" --suite quick --sizes 1000 --strategies threadpool --workers 2 \
    --rounds 12 --quiet --force --out '$work/twice'
END
    chmod +x "$work/once"
    rm -f "$work/again"
    .ci/twice.sh "$work/twice/comparison.csv" "$work/once" >"$work/out" 2>"$work/err"
    status=$?
}
# On a busy machine a comparison may miss what got worse; and one of twenty calls something by chance.
is_told() { grep -q '^work=squares .*quantity=time .*verdict=regression ' "$work/out"; }
for _ in 1 2 3; do
    once "$program"
    ! { [ "$status" -eq 0 ] && is_told; } || break
done
check 'what got worse in one comparison and not in the next was chance' is "$status" 0
check 'its row is told all the same' is_told
for _ in 1 2 3; do
    once "$work/bin/slow"
    [ "$status" -ne 1 ] || break
done
check 'what got worse in two comparisons is believed' is "$status" 1
check 'it is told what it was' holds "$work/err" '^squares,1000,.*threadpool,.*,time,$'
printf '#!/bin/sh\nexit 1\n' >"$work/once"
check 'a comparison that leaves no file fails' not .ci/twice.sh "$work/nothing.csv" "$work/once" 2>"$work/err"

summary
