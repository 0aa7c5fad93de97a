# shellcheck shell=bash
# What the tests of the command line share; they source it. BREAKEVEN names the program (default
# build/breakeven). A line for each check; `summary` prints the last, "N passed, N failed".
# shellcheck disable=SC2034 # the variables are for who sources it
set -u
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES # of a make that runs this
# Ranges like [a-z], decimal points, order and messages are the same wherever the tests run; tests of
# what the program makes of a locale give it one.
unset LANG LANGUAGE
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

program=$(realpath "${BREAKEVEN:-build/breakeven}")
work=$(mktemp -d)
passed=0 failed=0
trap 'rm -rf "$work"' EXIT

# check WHAT COMMAND...: one line for a command that must succeed.
check() {
    local what=$1
    shift
    if "$@"; then
        echo "ok - $what"
        passed=$((passed + 1))
    else
        echo "not ok - $what"
        failed=$((failed + 1))
    fi
}

not() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "# '$1' is not '$2'"; false; }; }
holds() { grep -qE -- "$2" "$1" || { echo "# no '$2' in:"; sed 's/^/#   /' "$1" | head -n 5; false; }; }

# recomputed DIR...: the tables of these runs say what their samples do; the first fields that differ are shown.
recomputed() { python3 -B tests/recompute.py "$@" >"$work/said" 2>&1 || { head -n 20 "$work/said" | sed 's/^/# /'; false; }; }
# unfolded FILE: its text as one line.
unfolded() { tr -s ' \n' ' ' <"$1"; }

# call ARGUMENTS...: runs the program; leaves $status, $work/out and $work/err.
environment=()
call() {
    env ${environment[@]+"${environment[@]}"} "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}

# What is on stderr, but for the lines that tell how far something is: where it takes ten seconds there are some.
complaints() { grep -vE '^ *[0-9]+ %  .* gone, about .* left; ' "$work/err"; }

# ends WHAT CODE ARGUMENTS...: the exit code, and nothing on stderr where it is 0.
ends() {
    local what=$1 code=$2
    shift 2
    call "$@"
    check "$what: exit $code" is "$status" "$code"
    [ "$code" -ne 0 ] || check "$what: nothing on stderr" is "$(complaints)" ''
}

# One line on stderr that starts as it must and holds the pattern; nothing on stdout.
one_error_line() {
    is "$(complaints | wc -l)" 1 && holds "$work/err" '^breakeven: ' && holds "$work/err" "$1" &&
        is "$(cat "$work/out")" ''
}

# refuses CODE PATTERN ARGUMENTS...: ends with the code and one error line that holds the pattern.
refuses() {
    local code=$1 pattern=$2
    shift 2
    call "$@"
    check "'$*': exit $code" is "$status" "$code"
    check "'$*': one line names '$pattern'" one_error_line "$pattern"
}

# tiny DIR OPTIONS...: a run of a second or so; twelve rounds, as disturbed visits do not count. PNGs would take as long as
# all the rest: they are drawn where somebody looks at them.
tiny() {
    local dir=$1
    shift
    call run quick --sizes 100,1000 --strategies fork,threads,openmp --workers 2 --rounds 12 \
        --formats svg --out "$dir" --quiet "$@"
}

# From here on everything is on one CPU: without another there is no canary, so no visit counts as
# disturbed, and runs of the same cells have the same tables and pictures.
on_one_cpu() {
    local allowed
    allowed=$(taskset -cp $$ | sed 's/.*: //')
    taskset -cp "${allowed%%[-,]*}" $$ >/dev/null
}

sums() { (cd "$1" && find . -type f -exec cksum {} + | sort); }

# whole_sentences FOLDER: the tables of its run, with a line for each sentence.
whole_sentences() { sed -e ':a' -e 'N' -e '$!ba' -e 's/\n    / /g' "$1/tables.txt"; }

# make_locale NAME: leaves $locales, a folder for LOCPATH that holds NAME.UTF-8; false where it cannot be made (localedef, its
# sources). It takes a second, so that it is made once, beside the program, for all scripts.
locales=$(dirname "$program")/tests/locales
make_locale() {
    local new
    mkdir -p "$locales" 2>/dev/null
    [ -w "$locales" ] || locales=$work/locales
    mkdir -p "$locales"
    [ ! -d "$locales/$1.UTF-8" ] || return 0
    new=$locales/new-$1-$BASHPID
    localedef -i "$1" -f UTF-8 "$new" >/dev/null 2>&1 || { rm -rf "$new"; return 1; }
    mv -T "$new" "$locales/$1.UTF-8" 2>/dev/null || rm -rf "$new" # another script was faster
}

# column FILE NAME: the values of a column whose file has no quoted fields.
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }' "$1"
}

# until_true SECONDS COMMAND...: waits for the command to succeed.
until_true() {
    local tries=$((50 * $1))
    shift
    while ! "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.02
    done
}

# What a sanitizer brings along must be loaded first, and takes more than there is of address space.
sanitized() { grep -qE '__(a|t)san_init' "$program"; }

# build_refused: makes $work/refused, of which $filtered tells whether it works here.
filtered=false
build_refused() {
    "${CC:-cc}" -o "$work/refused" "$(dirname "${BASH_SOURCE[0]}")/faults/refused.c" 2>/dev/null &&
        "$work/refused" sched_getaffinity 1 /bin/true && filtered=true
}
# refusing CALL ERRNO ARGUMENTS...: as call, where the kernel refuses the system call with that error number.
refusing() {
    timeout 60 env ${environment[@]+"${environment[@]}"} "$work/refused" "$1" "$2" "$program" "${@:3}" \
        >"$work/out" 2>"$work/err" </dev/null
    status=$?
}

# contender NAME SCRIPT: makes $work/bin/NAME, a program that is this one but for what the script does to a visit's request, in
# $request.
contender() {
    mkdir -p "$work/bin"
    cat >"$work/bin/$1" <<END
#!/usr/bin/env bash
if [ "\$1" = visit ]; then
    request=\$(cat)
    $2
    exec '$program' "\$@" <<<"\$request"
fi
exec '$program' "\$@"
END
    chmod +x "$work/bin/$1"
}

# ab BASE NEW DIR OPTIONS...: a comparison of two builds that takes a second or two.
ab() {
    local base=$1 new=$2 dir=$3
    shift 3
    call compare --ab "$base" "$new" --suite quick --sizes 1000 --strategies threads,threadpool --workers 2 \
        --rounds 12 --quiet --out "$work/$dir" "$@"
}
# Where a machine is so busy that nothing can be told, that is told: exit 3.
no_worse() { [ "$status" -eq 0 ] || [ "$status" -eq 3 ]; }
# ab_alike BASE NEW DIR OPTIONS...: of two builds of which none is slower. One comparison of twenty calls something by chance, by
# its own promise: what is said twice is believed.
ab_alike() {
    ab "$@"
    no_worse || ab "$@" --force
}
# ab_ends CODE BASE NEW DIR OPTIONS...: of two builds that differ by so much that it is told with this code; on a busy machine it
# takes more rounds.
ab_ends() {
    local rounds
    for rounds in 12 24 48; do
        ab "${@:2}" --force --rounds "$rounds"
        [ "$status" -ne "$1" ] || return 0
    done
}

# stopping_gnuplot: leaves $stopping, a PATH whose gnuplot stops itself before it draws the first picture.
# is_drawing: it has been started, and is $plotter.
stopping_gnuplot() {
    mkdir -p "$work/stopping"
    cat >"$work/stopping/gnuplot" <<END
#!/bin/sh
[ -e "$work/plotter" ] || { echo \$\$ >"$work/plotter" && kill -STOP \$\$; }
exec "$(command -v gnuplot)" "\$@"
END
    chmod +x "$work/stopping/gnuplot"
    rm -f "$work/plotter"
    plotter='' stopping=$work/stopping:$PATH
}
is_drawing() { [ -s "$work/plotter" ] && plotter=$(cat "$work/plotter") && grep -q '^State:.T' "/proc/$plotter/status"; }

# begin ARGUMENTS...: the program in the background, its processes marked by a word in their
# environment: they are told even when they have lost their parent. Leaves $run.
marks=0 mark=''
begin() {
    marks=$((marks + 1)) mark=breakeven-test-$BASHPID-$marks
    env --default-signal ${environment[@]+"${environment[@]}"} MARK="$mark" "$program" "$@" \
        >"$work/out" 2>"$work/err" </dev/null &
    run=$!
}

# The processes that bear the mark; one that has ended and is not yet reaped has no environment.
marked() { grep -lsxzF "MARK=$mark" /proc/[0-9]*/environ | cut -d / -f 3; }
marked_are() { [ "$(marked | wc -l)" -ge "$1" ]; }
nobody() { [ -z "$(marked)" ]; }

# What is left over is told, and ended for what comes next.
left_nobody() {
    until_true 5 nobody && return
    echo "# left over:"
    marked | xargs -r ps -o pid=,ppid=,args= -p | sed 's/^/#   /'
    marked | xargs -r kill -KILL
    false
}

# finish SECONDS: the $status of what was begun, which is killed where it has not ended by then.
ended() { ! kill -0 "$run" 2>/dev/null || grep -qs '^State:.Z' "/proc/$run/status"; }
finish() {
    until_true "$1" ended || marked | xargs -r kill -KILL
    { wait "$run"; } 2>/dev/null
    status=$?
}

# aside COMMAND...: checks that mostly wait, beside what follows, in a subshell whose $work is a folder of
# its own. What it prints comes with join, which counts it.
asides=()
aside() {
    local folder=$work/aside-${#asides[@]}
    mkdir "$folder" && chmod 755 "$folder"
    checks_in "$folder" "$@" >"$folder.log" 2>&1 &
    asides+=("$!")
}
checks_in() {
    local work=$1 passed=0 failed=0 asides=()
    trap 'exit 130' INT # which & would have it ignore
    "${@:2}"
    join
    echo "$passed $failed" >"$work.counts"
}

# join: waits for all that runs aside. One that did not come to its end has failed.
join() {
    local i good bad
    for i in "${!asides[@]}"; do
        wait "${asides[i]}"
        cat "$work/aside-$i.log"
        read -r good bad 2>/dev/null <"$work/aside-$i.counts" || { check 'what runs aside comes to its end' false; continue; }
        passed=$((passed + good)) failed=$((failed + bad))
        rm -rf "$work/aside-$i" "$work/aside-$i".*
    done
    asides=()
}

# The last line of a script.
summary() {
    join
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
