#!/usr/bin/env bash
# breakeven calibrate: what is kept, what is not trusted, two at once, and what goes wrong.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

cache=$work/cache
environment=(XDG_CACHE_HOME="$cache")
quick=(calibrate --budget 1s --quiet)
kept() { find "$cache/breakeven" -mindepth 1; }
json() { python3 -c "import json, sys; root = json.load(open(sys.argv[1])); $2" "$1"; }

# ------------------------------------------------------------------------------- bad input

refuses 2 "^breakeven: --budget: '100ms' is not from 1s to 10m" calibrate --budget 100ms
refuses 2 "^breakeven: --budget: '11m' is not from 1s to 10m" calibrate --budget 11m
refuses 2 "^breakeven: --budget: 'soon' is not a duration" calibrate --budget soon
refuses 2 "^breakeven: --seed: '-1'" calibrate --seed -1
refuses 2 "'more': one argument too many" calibrate more
refuses 3 'no calibration holds: .*: there is none' calibrate --show
check 'nothing was made of that' not test -e "$cache"

# ------------------------------------------------------------------------------- one calibration

ends 'a calibration' 0 calibrate --budget 1s
cp "$work/out" "$work/told"
for strategy in fork spawn forkserver forkpool forkteam threads threadpool; do
    check "it tells of $strategy" holds "$work/told" "^  $strategy +[0-9]+ +[0-9.]+ [mun]s"
done
check 'it tells when it was measured' holds "$work/told" '^Measured now, in [0-9.]+ s, by [0-9]+ visits\.$'
file=$(kept)
check 'it leaves one file, and nothing else' is "$(wc -l <<<"$file")" 1
check 'it tells where that is' holds "$work/told" "^It is kept in $file\.$"
ends 'what is kept can be shown' 0 calibrate --show
check 'which tells the same costs' is "$(sed -n '1,/^$/p' "$work/out")" "$(sed -n '1,/^$/p' "$work/told")"
check 'and how old they are' holds "$work/out" '^Measured [0-9]+ (second|minute)s? ago, '
ends '--json' 0 calibrate --show --json
check '--json prints the file' cmp -s "$work/out" "$file"
if command -v python3 >/dev/null; then
    check 'the file holds what parallelism costs with all workers and with one' json "$file" '
lines = {(line["strategy"], line["workers"]): line["parameters"] for line in root["lines"]}
most = root["cpus"]
assert most < 2 or {("forkteam", most), ("forkteam", 1), ("fork", most)} <= set(lines), lines.keys()
assert all(lines["fork", most][name]["median"] > 0 for name in ("open_ns", "single_ns"))'
    check 'it tells of no host by its name' not grep -qw "$(uname -n)" "$file"
fi
check 'it lets nobody else read the folder' is "$(stat -c %a "$cache/breakeven")" 700
call "${quick[@]}" --if-needed
check 'what holds is not measured again' is "$status $(stat -c %i "$file")" "0 $(stat -c %i "$(kept)")"
before=$(stat -c %i "$file")
call "${quick[@]}"
check 'without --if-needed it is measured' is "$status$(cat "$work/out" "$work/err")" 0
check 'and the file replaced' not is "$(stat -c %i "$file")" "$before" >/dev/null

if "$program" list strategies | grep -A 3 '^py-pool' | grep -q unavailable; then
    echo '# left out: there is no python3'
else
    refuses 3 'there is none' calibrate --python python3 --show
    call calibrate --python python3 --budget 1s
    check "Python's own have a calibration of their own" is "$status $(kept | wc -l)" '0 2'
    check 'which tells of them, and of no other' is "$(awk '$2 == 2 || $2 == 1 { print $1 }' "$work/out" | grep -c '^py-') \
$(grep -c '^  forkpool ' "$work/out")" "4 0"
    find "$cache" -newer "$file" -name '*.json' -delete
fi
refuses 2 'is no Python' calibrate --python /bin/false

# ------------------------------------------------------------------------------- what is not trusted

# spoil WHAT PATTERN COMMAND...: a file that the command, a filter, has changed is named and measured again.
cp "$file" "$work/good"
spoil() {
    local what=$1 pattern=$2
    shift 2
    "$@" <"$work/good" >"$file"
    refuses 3 "no calibration holds: .*$pattern" calibrate --show
    [ "${measured_again:-no}" = yes ] || return 0
    call "${quick[@]}" --if-needed
    check "$what: it is measured again" is "$status" 0
    check "$what: one line says so" is "$(grep -cE "^breakeven: warning: the calibration .*$pattern.*; it is measured again$" "$work/err")" 1
    call "${quick[@]}" --if-needed
    check "$what: once" is "$status$(cat "$work/err")" 0
}
measured_again=yes spoil 'a damaged file' "$file:[0-9]+: damaged" head -c 2000
spoil 'another kernel' 'the kernel is another one' sed 's/"kernel": "Linux/&x/'
spoil 'a later format' "$file:1: it has the format 2; this breakeven reads 1" sed 's/"format": 1/"format": 2/'
spoil 'another machine' "$file:1: it is of another machine" sed 's/"online": /&1/'
spoil 'another build' 'this breakeven is another build' sed 's/"flags": "/&x/'
spoil 'another library' 'a library that runs strategies is another one' sed -E 's/ bytes, [0-9]+"/ bytes, 1"/'
spoil 'an empty file' "$file:[0-9]+: damaged" true
rm "$file" && mkdir "$file"
refuses 3 "no calibration holds: $file:1: it cannot be read" calibrate --show
rmdir "$file"
cp "$work/good" "$file"
environment+=(OMP_WAIT_POLICY=passive)
refuses 3 'there is none' calibrate --show
unset 'environment[-1]'
if [ "$(nproc)" -gt 1 ]; then
    check 'one CPU alone is another machine' not taskset -c "$(taskset -cp $$ | sed -E 's/.*: ([0-9]+).*/\1/')" \
        env "${environment[@]}" "$program" calibrate --show >/dev/null 2>&1
fi

# ------------------------------------------------------------------------------- a cache that cannot be written

: >"$work/no-folder"
environment=(XDG_CACHE_HOME="$work/no-folder")
call "${quick[@]}"
check 'a cache that is no folder: it goes on' is "$status" 0
check 'and says so once' is "$(grep -c '^breakeven: warning: the calibration cannot be kept: ' "$work/err") $(wc -l <"$work/err")" '1 1'
environment=(-u XDG_CACHE_HOME -u HOME)
call calibrate --budget 1s
check 'neither HOME nor XDG_CACHE_HOME: it goes on' is "$status" 0
check 'and says why nothing is kept' holds "$work/err" 'cannot be kept: neither XDG_CACHE_HOME nor HOME'
check 'its table is there all the same' holds "$work/out" '^  forkteam '

# ------------------------------------------------------------------------------- two at once, and an interrupt

rm -r "$cache"
environment=(XDG_CACHE_HOME="$cache")
begin calibrate --budget 2s --quiet
check 'a calibration begins' until_true 10 test -s "$cache/breakeven/measuring/samples.csv"
env "${environment[@]}" "$program" calibrate --budget 2s >"$work/second" 2>&1
check 'another one waits and reads what the first has written' holds "$work/second" '^Measured [0-9]+ seconds? ago, '
finish 20
check 'the first ends well' is "$status" 0
check 'one file is left' is "$(kept | wc -l)" 1

rm -r "$cache"
begin calibrate --budget 60s --quiet
check 'a calibration begins' until_true 10 test -s "$cache/breakeven/measuring/samples.csv"
kill -INT "$run"
finish 20
check 'interrupted: exit 130' is "$status" 130
check 'it leaves nothing behind' is "$(kept)" ''
check 'nor anybody' left_nobody
begin calibrate --budget 60s --quiet
check 'a calibration begins' until_true 10 test -s "$cache/breakeven/measuring/samples.csv"
kill -KILL "$run"
finish 20
left_nobody >/dev/null
call "${quick[@]}"
check 'what a killed one has left is taken away by the next' is "$status $(kept | wc -l)" '0 1'

summary
