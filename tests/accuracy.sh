#!/usr/bin/env bash
# How far predictions are from measurements: SITTINGS (5) times a calibration of its own, then a run of BUDGET (300s) over seven works
# with every strategy, then what `breakeven advise` predicts of each of its cells. docs/accuracy.md tells what the figures mean.
# usage: tests/accuracy.sh [FOLDER]     default build/accuracy; sittings that it holds are not measured again. SUITE names
# another suite.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
program=$(realpath "${BREAKEVEN:-build/breakeven}")
out=${1:-build/accuracy} sittings=${SITTINGS:-5} budget=${BUDGET:-300s} suite=${SUITE:-tests/accuracy.ini}
command -v python3 >/dev/null || { echo 'accuracy: python3 is not installed' >&2; exit 4; }
[[ $sittings =~ ^[1-9][0-9]*$ ]] || { echo "accuracy: SITTINGS: '$sittings' is not a number from 1 on" >&2; exit 2; }
mkdir -p "$out"
out=$(realpath "$out") # XDG_CACHE_HOME counts only where it is absolute

# What deflate compresses: 8 MiB that do compress.
input=$out/input
[ -s "$input" ] || seq 1 1200000 >"$input"
folders=()
for ((i = 1; i <= sittings; i++)); do
    sitting=$out/sitting-$i
    folders+=("$sitting")
    [ ! -s "$sitting/run/summary.csv" ] || continue
    echo "accuracy: sitting $i of $sittings" >&2
    rm -rf "$sitting"
    mkdir "$sitting"
    XDG_CACHE_HOME=$sitting/cache "$program" calibrate >"$sitting/calibrate.txt"
    # Cells that could not be measured are rows that say so: 1 is no failure here.
    "$program" run "$suite" --input "$input" --budget "$budget" --formats svg --quiet \
        --out "$sitting/new" >"$sitting/run.txt" || [ $? -eq 1 ]
    mv "$sitting/new" "$sitting/run" # whole: a sitting that was interrupted is measured again
done

# In the first sitting, batches at random, too: CHOICES (100) of them, each cold and warm.
choices=${CHOICES:-100} first=${folders[0]}
[[ $choices =~ ^[0-9]+$ ]] || { echo "accuracy: CHOICES: '$choices' is not a number" >&2; exit 2; }
if [ "$choices" -gt 0 ] && [ ! -s "$first/choices/summary.csv" ]; then
    echo "accuracy: $choices batches at random" >&2
    rm -rf "$first/choices" "$first/new"
    python3 -B tests/accuracy.py --choices "$choices" 1 >"$first/choices.ini"
    "$program" run "$first/choices.ini" --budget "$budget" --formats svg --quiet --out "$first/new" >"$first/choices.txt" || [ $? -eq 1 ]
    mv "$first/new" "$first/choices"
fi
exec python3 -B tests/accuracy.py "$program" "${folders[@]}"
