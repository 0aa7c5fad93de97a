#!/usr/bin/env bash
# The corpus of a parser is one file, tests/fuzz/corpus/NAME.inputs, with an input a line: a name, a tab, and the bytes, of
# which \n, \t, \r, \\ and \xHH stand for those that a line cannot hold.
# usage: tests/fuzz/corpus.sh unpack NAME FOLDER     each input becomes a file there
#        tests/fuzz/corpus.sh add NAME FILE...       each file becomes an input, named by its checksum
set -euo pipefail
unset LANG LANGUAGE
export LC_ALL=C
inputs=$(dirname "$0")/corpus/$2.inputs

# escaped FILE: its bytes as they stand in a line.
escaped() {
    od -An -v -tu1 -w1 "$1" | awk '
        $1 == 10 { printf "\\n"; next } $1 == 9 { printf "\\t"; next } $1 == 13 { printf "\\r"; next }
        $1 == 92 { printf "\\\\"; next } $1 < 32 || $1 > 126 { printf "\\x%02x", $1; next } { printf "%c", $1 }'
}

case $1 in
unpack)
    mkdir -p "$3"
    while IFS=$'\t' read -r name bytes; do
        printf '%b' "$bytes" >"$3/$name"
    done <"$inputs"
    ;;
add)
    for file in "${@:3}"; do
        printf '%s\t%s\n' "$(sha1sum <"$file" | cut -c 1-12)" "$(escaped "$file")" >>"$inputs"
    done
    ;;
*)
    sed -n 's/^# usage: /usage: /p; s/^#  *\(tests.*add\)/       \1/p' "$0" >&2
    exit 2
    ;;
esac
