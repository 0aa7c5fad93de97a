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
        call run quick --sizes 100,1000 --strategies fork,threads,openmp --workers 2 --rounds 12 --out "$work/copy" --resume
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

summary
