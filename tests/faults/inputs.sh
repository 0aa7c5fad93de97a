#!/usr/bin/env bash
# Files that are none, or no good: pipes that nobody writes to, devices, folders, lines without end, packed files with more behind
# them. None is waited for, and none takes the memory.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

environment=(timeout 20)
tiny "$work/run"
check 'a run to work with: exit 0' is "$status" 0

# ------------------------------------------------------------------------------- what is no file

# instead FILE KIND: a copy of the run as $work/copy, in which FILE is a pipe, a device or a folder.
instead() {
    rm -rf "$work/copy"
    cp -r "$work/run" "$work/copy"
    rm -f "$work/copy/$1"
    case $2 in
    pipe) mkfifo "$work/copy/$1" ;;
    device) ln -s /dev/zero "$work/copy/$1" ;;
    folder) mkdir "$work/copy/$1" ;;
    esac
}

mkfifo "$work/pipe.ini"
for suite in "$work/pipe.ini" /dev/zero "$work/run/"; do
    refuses 2 'is not a regular file' run "$suite" --out "$work/refused"
done
for kind in pipe device folder; do
    for file in samples.csv host.json; do
        instead "$file" "$kind"
        refuses 2 "$file: is not a regular file" report "$work/copy"
        refuses 2 "$file: is not a regular file" explain fork "$work/copy"
        refuses 2 "$file: is not a regular file" export "$work/copy" --format google-benchmark
        call run quick --formats svg --sizes 100,1000 --strategies fork,threads,openmp --workers 2 --rounds 12 --out "$work/copy" --resume
        check "--resume where $file is a $kind: refused" is "$(wc -l <"$work/err")-$((status == 2 || status == 4))" 1-1
    done
    for file in summary.csv crossover.csv host.json; do
        instead "$file" "$kind"
        refuses 2 "$file: is not a regular file" compare "$work/copy" "$work/run"
    done
    instead comparison.csv "$kind"
    refuses 2 'comparison.csv: is not a regular file' export "$work/copy" --format junit
    instead samples.csv.gz "$kind"
    rm "$work/copy/samples.csv"
    refuses 2 'samples.csv.gz: is not a regular file' report "$work/copy"
done
refuses 2 'cannot be run' compare --ab "$work/pipe.ini" "$program" --out "$work/refused"

# ------------------------------------------------------------------------------- lines without end

# bounded: what would not fit into memory is not read. A sanitizer needs more address space than that.
sanitized || environment=(timeout 60 prlimit --as=134217728)
many() { head -c 150000000 /dev/zero | tr '\0' x; }
other() {
    rm -rf "$work/copy"
    cp -r "$work/run" "$work/copy"
}
rows=$(($(wc -l <"$work/run/samples.csv") - 1))

other
many >>"$work/copy/samples.csv"
refuses 2 "samples.csv:$((rows + 2)): here the row is longer than 2 MiB, the most" report "$work/copy"
refuses 2 "samples.csv:$((rows + 2)): here the row is longer than 2 MiB, the most" explain fork "$work/copy"
other
{ printf '"' && yes | head -c 4194304; } >>"$work/copy/samples.csv"
refuses 2 'samples.csv:[0-9]+: here the row is longer than 2 MiB, the most' report "$work/copy"
other
many | cat "$work/run/samples.csv" - | gzip -1 >"$work/copy/samples.csv.gz"
rm "$work/copy/samples.csv"
refuses 2 "samples.csv.gz:$((rows + 2)): here the row is longer than 2 MiB, the most" report "$work/copy"
other
many >"$work/copy/summary.csv"
refuses 2 'summary.csv:1: here the row is longer than 2 MiB, the most' compare "$work/copy" "$work/run"
other
{ printf '{"a": "' && many; } >"$work/copy/host.json"
refuses 2 'host.json:1: here it is longer than 1 MiB, the most' report "$work/copy"
{ printf '[squares]\nsizes = ' && many; } >"$work/endless.ini"
refuses 2 'endless.ini:2: here it is longer than 1 MiB, the most' run "$work/endless.ini" --out "$work/refused"
environment=(timeout 20)

# ------------------------------------------------------------------------------- packed files and pictures

other
gzip "$work/copy/samples.csv"
ends 'report of packed samples' 0 report "$work/copy" --quiet --formats svg
printf 'more' >>"$work/copy/samples.csv.gz"
refuses 2 'samples.csv.gz:[0-9]+: what gzip packed is damaged or cut off, or more stands behind it' report "$work/copy"
other
timeline=$work/copy/plots/timeline.svg
{
    printf '<svg viewBox="0 0 9 9"><defs><path id="b0" d="M0,0 h9"/>'
    for i in {1..9}; do
        printf '<g id="b%d">' "$i"
        for _ in {1..10}; do printf '<use href="#b%d"/>' $((i - 1)); done
        printf '</g>'
    done
    printf '</defs><use href="#b9"/></svg>'
} >"$timeline"
ends 'report beside a picture that grows without end' 0 report "$work/copy" --quiet --formats svg
check 'it is no part of the page' not grep -q 'b9"' "$work/copy/report.html"

summary
