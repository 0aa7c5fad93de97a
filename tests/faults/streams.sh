#!/usr/bin/env bash
# Streams that are closed, full or that nobody reads.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

all=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool,openmp,openmp-tasks,pthreadpool,glib
small=(--sizes 100 --workers 2 --rounds 1 --formats svg)
plain=$work/plain
call run quick "${small[@]}" --strategies "$all" --out "$plain"
check 'a run as it should be' is "$status" 0
rows() { awk -F, '$10 == "cold" { print $5, $26 }' "$1/samples.csv" | sort; }

# ------------------------------------------------------------------------------- closed

# with NAMES COMMAND...: without these of the standard streams.
without() {
    local names=$1
    shift
    case $names in
    in) "$@" <&- ;;
    out) "$@" >&- ;;
    err) "$@" 2>&- ;;
    in,out) "$@" <&- >&- ;;
    out,err) "$@" >&- 2>&- ;;
    all) "$@" <&- >&- 2>&- ;;
    esac >"$work/out" 2>"$work/err"
}

# Nothing that is printed may stand in a file: they would be the same descriptor.
clean() {
    [ "$(head -c 6 "$1/samples.csv")" = round, ] && ! grep -qE 'breakeven|Look at|^$' "$1/samples.csv" &&
        [ "$(head -c 5 "$1/summary.csv")" = work, ] && ! grep -qE 'breakeven:|Look at|^$' "$1/summary.csv" &&
        [ "$(head -c 1 "$1/host.json")" = '{' ] && [ "$(tail -c 2 "$1/host.json" | tr -d '\n')" = '}' ]
}

# lacks NAMES: what is done without these of the standard streams.
lacks() {
    local streams=$1 out=$work/without-$1 strategy wrong comparable
    without "$streams" timeout 60 "$program" run quick "${small[@]}" --strategies "$all" --out "$out"
    check "run without $streams: exit 0" is "$?" 0
    check "run without $streams: its rows are those of any run" is "$(rows "$out")" "$(rows "$plain")"
    check "run without $streams: its files hold nothing else" clean "$out"
    without "$streams" timeout 30 "$program" report "$out" --formats svg
    check "report without $streams: exit 0" is "$?" 0
    check "report without $streams: the files hold nothing else" clean "$out"
    check "list without $streams" without "$streams" timeout 10 "$program" list
    check "floors without $streams" without "$streams" timeout 60 "$program" floors --rounds 1 --out "$work/floors-$streams"
    timeout 20 "$program" compare "$plain" "$out" >/dev/null 2>&1
    comparable=$?
    without "$streams" timeout 20 "$program" compare "$plain" "$out"
    check "compare without $streams: exit as with them" is "$?" "$comparable"
    without "$streams" timeout 20 "$program" export "$out" --format junit --out "$out.xml"
    check "export without $streams: exit 0" is "$?" 0
    check "export without $streams: the file holds nothing else" \
        is "$(head -c 5 "$out.xml") $(tail -n 1 "$out.xml")" '<?xml </testsuites>'
    wrong=''
    for strategy in ${all//,/ }; do
        without "$streams" timeout 20 "$program" trace --strategy "$strategy" --size 100 --jobs 8 --workers 2
        status=$?
        # 3: unavailable here
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || wrong="$wrong $strategy:$status"
    done
    check "trace without $streams: every strategy" is "$wrong" ''
    without "$streams" timeout 20 "$program" run quick --sizes nonsense --out "$work/refused"
    check "a refusal without $streams: exit 2" is "$?" 2
}
for streams in in out err; do aside lacks "$streams"; done
for streams in in,out out,err all; do lacks "$streams"; done

# The input file and pipes of the relay are descriptors, too.
head -c 100000 "$program" >"$work/input"
without all timeout 60 "$program" run quick --work deflate --input "$work/input" --sizes 1000 --rounds 1 \
    --workers 2 --strategies fork,spawn,forkserver,forkpool,forkteam --transport pipe --payload 1k \
    --out "$work/input-closed"
check 'an input file and pipes without all: exit 0' is "$?" 0
check 'their rows are ok' is "$(column "$work/input-closed/samples.csv" status | sort -u)" ok
check 'their files hold nothing else' clean "$work/input-closed"

# ------------------------------------------------------------------------------- full, or not read

# Descriptor 3 is a pipe whose reader has left.
open_unread() {
    [ -p "$work/unread" ] || mkfifo "$work/unread"
    exec 4<>"$work/unread"
    exec 3>"$work/unread" 4>&-
}

# complains CODE: one line says that the output cannot be written, and so does the exit code.
complains() {
    [ "$1" -eq 4 ] && [ "$(grep -c 'output cannot be written' "$work/err")" -eq 1 ] &&
        ! grep -v '^breakeven: ' "$work/err" | grep -qv '^ *[0-9]* %'
}
try() { # WHAT ARGUMENTS...
    local what=$1
    shift
    timeout 60 "$program" "$@" >/dev/full 2>"$work/err" </dev/null
    check "$what to a full device: exit 4 and one line" complains "$?"
    open_unread
    timeout 60 "$program" "$@" >&3 3>&- 2>"$work/err" </dev/null
    check "$what to a reader that left: exit 4 and one line" complains "$?"
    exec 3>&-
}
try list list
try report report "$plain"
try floors floors --rounds 1 --force --out "$work/floors"
try run run quick "${small[@]}" --strategies fork --force --out "$work/full"
check 'the rows of that run are ok' is "$(column "$work/full/samples.csv" status | sort -u)" ok
for strategy in serial fork spawn forkserver forkpool forkteam threads threadpool openmp openmp-tasks; do
    try "trace of $strategy" trace --strategy "$strategy" --size 1 --jobs 300 --all --workers 2
done
"$program" trace --strategy threads --size 1 --jobs 20000 --all 2>"$work/err" | head -n 1 >/dev/null
check 'a reader that left after a line: exit 4, not a signal' is "${PIPESTATUS[0]}" 4
"$program" run quick "${small[@]}" --strategies fork --out "$work/stderr-full" >"$work/out" 2>/dev/full
check 'messages that cannot be written spoil no run' is "$?" 0

# ------------------------------------------------------------------------------- errors that nobody takes

# refusing HOW COMMAND...: standard error is full, closed, cannot be written, or its reader has left.
refusing() {
    local how=$1
    shift
    case $how in
    full) "$@" 2>/dev/full ;;
    closed) "$@" 2>&- ;;
    read-only) "$@" 2</dev/null ;;
    left) open_unread && "$@" 2>&3 3>&- ;;
    esac >"$work/out" </dev/null
}
told() { is "$(grep -c '^breakeven: ' "$work/out")" 1 && holds "$work/out" "$1"; }
ln -s /nowhere "$work/plain-link"
cp -r "$plain" "$work/no-plots"
rm -rf "$work/no-plots/plots"
ln -s "$work" "$work/no-plots/plots"
for how in full closed read-only left; do
    refusing "$how" timeout 20 "$program" run quick --sizes nonsense --out "$work/refused"
    check "a usage error, standard error $how: exit 2" is "$?" 2
    check "a usage error, standard error $how: the output tells it" told '^breakeven: --sizes: '
    refusing "$how" timeout 20 "$program" report "$work/nowhere"
    check "a missing run, standard error $how: exit 2" is "$?" 2
    check "a missing run, standard error $how: the output tells it" told 'nowhere/host.json: cannot be read'
    refusing "$how" timeout 20 "$program" run quick "${small[@]}" --strategies fork --quiet --out "$work/plain-link"
    check "a refusal, standard error $how: exit 4" is "$?" 4
    check "a refusal, standard error $how: the output tells it" told 'plain-link'
    refusing "$how" timeout 20 "$program" report "$work/no-plots" --json
    check "JSON and an error, standard error $how: exit 4" is "$?" 4
    check "JSON and an error, standard error $how: the output is JSON alone" \
        is "$(head -c 1 "$work/out")$(tail -n 1 "$work/out")" '{}'
    refusing "$how" timeout 60 "$program" run quick "${small[@]}" --strategies fork --verbose --force --out "$work/refusing"
    check "a run, standard error $how: exit 0" is "$?" 0
    check "a run, standard error $how: its answer is printed" holds "$work/out" '^Look at|Look at .*report.html'
    refusing "$how" timeout 60 env PATH=/nowhere "$program" report "$plain" --json
    check "no gnuplot, standard error $how: exit 4" is "$?" 4
    check "no gnuplot, standard error $how: the output is JSON alone" \
        is "$(head -c 1 "$work/out")$(tail -n 1 "$work/out")" '{}'
done
if strace -qq -o "$work/calls" true 2>/dev/null && ! sanitized; then
    : >"$work/errors"
    for why in EIO EPIPE ENOSPC EAGAIN; do
        # shellcheck disable=SC2094 # its path says which writes are refused
        strace -qq -o "$work/calls" -P "$work/errors" -e trace=write -e "inject=write:error=$why" "$program" \
            run quick --sizes nonsense --out "$work/refused" >"$work/out" 2>"$work/errors" </dev/null
        check "standard error refuses with $why: exit 2" is "$?" 2
        check "standard error refuses with $why: the output tells it" told '^breakeven: --sizes: '
    done
else
    echo '# skipped: no strace that works, or a sanitizer: errors of writing are not injected'
fi

# Both are lost: the exit status alone is left, and it is the right one.
"$program" run quick --sizes nonsense --out "$work/refused" >/dev/full 2>/dev/full
check 'a usage error that nobody takes: exit 2' is "$?" 2
"$program" list >/dev/full 2>/dev/full
check 'output and errors that nobody takes: exit 4' is "$?" 4
# What says more than that the output is lost stays.
tiny "$work/few" --rounds 1
"$program" compare "$work/few" "$work/few" >/dev/null 2>"$work/err"
code=$?
"$program" compare "$work/few" "$work/few" >/dev/full 2>"$work/err"
check 'a verdict whose tables are lost: the verdict is the exit code' is "$?" "$code"
check 'a verdict whose tables are lost: both are told' \
    is "$(grep -c 'warning: the output cannot be written' "$work/err") $(grep -c '^breakeven: compare: ' "$work/err")" '1 1'

# A fifo for a standard input that nobody writes to is not waited for.
mkfifo "$work/nobody"
exec 3<>"$work/nobody"
timeout 30 "$program" run quick "${small[@]}" --strategies fork,spawn --quiet --out "$work/fifo" <&3
check 'an input that nobody writes to is not waited for' is "$?" 0
exec 3>&-

summary
