#!/usr/bin/env bash
# Two builds compared by their instructions: breakeven compare --ab --metric instructions. Where valgrind counts them it takes
# half a minute of CPU time, so that `make test-long` has it. Counts are the same beside whatever else there is to do; that they
# are so by the threshold where none is given, too, tests/run/test_instructions.c holds.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if sanitized; then
    echo '# left out: programs with sanitizers do not run in valgrind'
    summary
    exit
fi
verdicts() { column "$work/counts/comparison.csv" verdict | sort | uniq -c | xargs; }

call compare --ab "$program" "$program" --suite quick --sizes 100 --strategies threads --rounds 1 --quiet --out "$work/counts"
check 'a comparison of times, in whose place counts come' test -s "$work/counts/samples.csv"
call compare --ab "$program" "$program" --metric instructions --quiet --out "$work/counts" --force --threshold 30%
if [ "$status" -eq 3 ]; then
    check 'instructions: where nothing counts them it is told why' one_error_line 'instructions'
    summary
    exit
fi
check 'instructions of a build and itself: exit 0' is "$status" 0
check 'instructions of a build and itself are the same' is "$(verdicts)" '9 same'
check 'instructions have their quantity' is "$(column "$work/counts/comparison.csv" quantity | sort -u)" instructions
check '--threshold counts for them too' is "$(column "$work/counts/comparison.csv" threshold | sort -u)" 0.3
check 'counts alone are told with their machine' test -s "$work/counts/host.json"
check 'nothing is left of the rounds of the old one' not test -e "$work/counts/samples.csv"

summary
