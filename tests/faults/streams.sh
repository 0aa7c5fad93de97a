#!/usr/bin/env bash
# Streams that are closed, full or that nobody reads.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

closed() { "$program" "$@" >&- 2>"$work/err"; }
check 'list with stdout closed' closed list
check 'run with stdout closed' closed run quick --sizes 100 --rounds 1 --strategies fork,spawn \
    --workers 2 --out "$work/closed"
check 'its rows are ok' is "$(column "$work/closed/samples.csv" status | sort -u)" ok
all_closed() { "$program" "$@" <&- >&- 2>&-; }
check 'run with all streams closed' all_closed run quick --sizes 100 --rounds 1 \
    --strategies forkserver --workers 2 --out "$work/all-closed"
check 'its rows are ok too' is "$(column "$work/all-closed/samples.csv" status | sort -u)" ok
"$program" list >/dev/full 2>"$work/err"
check 'output that cannot be written: exit 4' is "$?" 4
: >"$work/out"
check 'output that cannot be written: one line says so' one_error_line 'output cannot be written'
"$program" trace --strategy threads --size 1 --jobs 20000 2>"$work/err" | head -n 1 >/dev/null
check 'a reader that left: exit 4, not a signal' is "${PIPESTATUS[0]}" 4
check 'a reader that left: one line says so' one_error_line 'output cannot be written'

summary
