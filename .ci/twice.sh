#!/usr/bin/env bash
# Runs a comparison in which nothing can have got worse, and fails where it says so twice of one thing.
# usage: .ci/twice.sh COMPARISON.csv COMMAND...     the command writes the file
set -euo pipefail
file=$1
shift

# What got worse: each row with the names of its columns; or what it is that did, up to the quantity.
tell() {
    awk -F, 'NR == 1 { split($0, name); next }
        /,(regression|crashed),/ { for (i = 1; i <= NF; i++) printf "%s%s=%s", (i > 1 ? " " : ""), name[i], $i; print "" }' "$file"
}
keys() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "quantity") last = i; next }
        /,(regression|crashed),/ { for (i = 1; i <= last; i++) printf "%s,", $i; print "" }' "$file" | sort
}

compare() {
    rm -f -- "$file"
    "$@" || echo "(ended with $?)"
    [ -s "$file" ] || { echo "$file is missing" >&2; exit 1; }
    tell
}

# One comparison of twenty calls something by chance, by its own promise. What must not fail by chance asks again, and
# only what two comparisons say of the same quantity of the same cell is believed.
compare "$@"
first=$(keys)
[ -n "$first" ] || exit 0
echo "that may be chance: once more"
compare "$@"
again=$(comm -12 <(echo "$first") <(keys))
[ -z "$again" ] || {
    echo "it got worse in two comparisons, where nothing was changed:" >&2
    echo "$again" >&2
    exit 1
}
echo "not again: it was chance"
