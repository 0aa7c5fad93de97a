#!/usr/bin/env bash
# Runs test programs, then the command line's tests, and adds up what they say.
# usage: tests/run.sh [--valgrind | --programs | --no-faults] PROGRAM...     BREAKEVEN names the program under test.
# --programs leaves the command line out, --valgrind too; --no-faults leaves out tests/faults/. Where all that is named
# are scripts (NAME.sh), these are run and nothing else.
# The last line is "N passed, N failed, N skipped". A script that fails is run again, for its reader to know whether it
# fails each time; it has failed in any case, and where it passed then the last line adds "(flaky: NAME.sh)".
set -u
# What a make that calls this hands on is no concern of those that tests call.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
# What is counted is the same in every locale: ranges like [a-z], order, messages.
unset LANG LANGUAGE
export LC_ALL=C

wrapper=()
command_line=true
faults=(tests/faults/*.sh)
if [ "${1:-}" = --valgrind ]; then
    shift
    wrapper=(valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite
        --suppressions=tests/valgrind.supp --error-exitcode=99 --child-silent-after-fork=yes --trace-children=no)
    command_line=false
elif [ "${1:-}" = --programs ]; then
    shift
    command_line=false
elif [ "${1:-}" = --no-faults ]; then
    shift
    faults=()
fi
[ $# -eq 1 ] && command_line=false # one program, asked for by name
scripts=()
case "$*" in *.sh)
    command_line=false
    scripts=("$@")
    set --
    ;;
esac

passed=0 failed=0 skipped=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# How long what began at $began has taken, where that is worth a word.
took() { [ $((SECONDS - began)) -lt 5 ] || echo " ($((SECONDS - began)) s)"; }

# Counts cmocka's lines; a program that ended badly without a failed test is a failure of its own.
count() {
    local name=$1 status=$2 good bad left
    good=$(grep -c '^\[       OK \]' "$output")
    bad=$(grep -cE '^\[  FAILED  \] [a-z_0-9]+$' "$output")
    left=$(grep -cE '^\[  SKIPPED \] [a-z_0-9]+$' "$output")
    [ "$bad" -gt 0 ] && bad=$(grep -cE '^\[  FAILED  \] [a-z_0-9]+$' <(sort -u "$output"))
    [ "$left" -gt 0 ] && left=$(grep -cE '^\[  SKIPPED \] [a-z_0-9]+$' <(sort -u "$output"))
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    [ "$status" -eq 0 ] && [ "$good" -eq 0 ] && [ "$left" -eq 0 ] && bad=1
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
    if [ "$bad" -gt 0 ]; then
        cat "$output"
        echo "FAILED: $name (exit status $status)"
    else
        echo "$name: $good passed$([ "$left" -gt 0 ] && echo ", $left skipped")$(took)"
    fi
}

for program in "$@"; do
    began=$SECONDS
    ${wrapper[@]+"${wrapper[@]}"} "$program" >"$output" 2>&1
    count "${program##*/tests/}" $?
done

# run_script SCRIPT: leaves $good and $bad, the numbers of its lines, and $left: 1 where it has none and says why in a
# comment. A script without any line is a failure.
run_script() {
    local status
    "$1" >"$output" 2>&1
    status=$?
    good=$(grep -c '^ok - ' "$output") bad=$(grep -c '^not ok - ' "$output")
    left=0
    [ $((good + bad + status)) -eq 0 ] && grep -q '^# ' "$output" && left=1
    [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ $((good + left)) -eq 0 ]; } && bad=1
    [ "$left" -eq 0 ] || grep '^# ' "$output"
    [ "$bad" -eq 0 ] && return
    cat "$output"
    return 1
}

# again SCRIPT: what a script does that has failed, without counting it.
flaky=''
again() {
    local good bad left
    echo "AGAIN: ${1#tests/}"
    if run_script "$1" >/dev/null; then
        flaky="$flaky ${1#tests/}"
        echo "FLAKY: ${1#tests/} failed, and passed when it was run again"
    else
        echo "FAILED: ${1#tests/} failed again: $bad of $((good + bad))"
    fi
}

$command_line &&
    scripts=(tests/{cli,man,completion,make,install,compare,report,page,readers,trace,runner}.sh
        ${faults[@]+"${faults[@]}"})
for script in ${scripts[@]+"${scripts[@]}"}; do
    began=$SECONDS
    run_script "$script" || again "$script"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
    echo "${script#tests/}: $good passed, $bad failed$([ "$left" -eq 0 ] || echo ', skipped')$(took)"
done

echo "$passed passed, $failed failed, $skipped skipped${flaky:+ (flaky:$flaky)}"
[ "$failed" -eq 0 ]
