#!/usr/bin/env bash
# Runs test programs, then the command line's tests, and adds up what they say.
# usage: tests/run.sh [--valgrind | --programs | --no-faults] PROGRAM...     BREAKEVEN names the program under test.
# --programs leaves the command line out, --valgrind too; --no-faults leaves out tests/faults/. Where the last that is named
# is a script (NAME.sh), what is named is run and nothing else.
# TEST_LATER names scripts that are left out where nobody names them: what make test-long runs; TEST_ALSO those of them that are not.
# The last line is "N passed, N failed, N skipped". A script that fails is run again, for its reader to know whether it
# fails each time; it has failed in any case, and where it passed then the last line adds "(flaky: NAME.sh)".
# TEST_TIMES names a file that gets a line for each program and script, the longest first: seconds, seconds of CPU time, name.
set -u
# What a make that calls this hands on is no concern of those that tests call.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
# What is counted is the same in every locale: ranges like [a-z], order, messages.
unset LANG LANGUAGE
export LC_ALL=C
export BREAKEVEN=${BREAKEVEN:-build/breakeven} # test programs that start it have no other
times=${TEST_TIMES:-}
later=" ${TEST_LATER:-} " also=" ${TEST_ALSO:-} "
unset TEST_TIMES TEST_LATER TEST_ALSO # of those that tests call

wrapper=()
command_line=true
mapfile -t faults < <(printf '%s\n' tests/faults/*.sh)
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

for named in "$@" "${scripts[@]}"; do
    [ -e "$named" ] || { echo "run.sh: $named: there is no such program or script; options come first" >&2; exit 2; }
done

sanitized() { grep -qsE '__(a|t)san_init' "$BREAKEVEN"; }

MOST_S=900 # far more than any takes, with valgrind too
passed=0 failed=0 skipped=0
outputs=$(mktemp -d)
trap 'rm -rf "$outputs"' EXIT

# start COMMAND...: runs it in the background; what it prints, its status and its seconds are left in $outputs.
started=0
start() {
    local ran=$outputs/$((started++))
    {
        local began=$EPOCHREALTIME status
        # What & would have it ignore; what hangs is ended, and has failed.
        env --default-signal=INT,QUIT timeout --foreground --kill-after=10 "$MOST_S" "$@" >"$ran" 2>&1
        status=$?
        [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || echo "run.sh: ended after $MOST_S s, or killed" >>"$ran"
        times >"$ran.times"
        echo "$status $(seconds_since "$began")" >"$ran.status"
    } &
}
seconds_since() { # in tenths
    local tenths=$(((${EPOCHREALTIME/./} - ${1/./}) / 100000))
    echo "$((tenths / 10)).$((tenths % 10))"
}
# cpu_seconds NUMBER: what it and its children took; the last line of `times` is "0m1.234s 0m0.567s".
cpu_seconds() {
    sed -n '$s/[ms]/ /gp' "$outputs/$1.times" | awk '{ printf "%.1f", 60 * ($1 + $3) + $2 + $4 }'
}

# Both of these leave $good, $bad and $left, the numbers of what passed, failed and was skipped, and $seconds.

# judge_program NUMBER: counts cmocka's lines; a program that ended badly without a failed test is a failure of its own.
judge_program() {
    local ran=$outputs/$1 status
    read -r status seconds <"$ran.status"
    good=$(grep -c '^\[       OK \]' "$ran")
    bad=$(grep -E '^\[  FAILED  \] [a-z_0-9]+$' "$ran" | sort -u | wc -l)
    left=$(grep -E '^\[  SKIPPED \] [a-z_0-9]+$' "$ran" | sort -u | wc -l)
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    [ "$status" -eq 0 ] && [ "$good" -eq 0 ] && [ "$left" -eq 0 ] && bad=1
    [ "$bad" -eq 0 ] && return
    cat "$ran"
    echo "exit status $status"
    return 1
}

# judge_script NUMBER: counts its lines; $left is what its last line calls skipped, or 1 where it has none and says why in a
# comment. A script without any line is a failure.
judge_script() {
    local ran=$outputs/$1 status
    read -r status seconds <"$ran.status"
    good=$(grep -c '^ok - ' "$ran") bad=$(grep -c '^not ok - ' "$ran")
    left=$(sed -nE '$s/^[0-9]+ passed, [0-9]+ failed, ([0-9]+) skipped$/\1/p' "$ran")
    left=${left:-0}
    [ $((good + bad + status + left)) -eq 0 ] && grep -q '^# ' "$ran" && left=1
    [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ $((good + left)) -eq 0 ]; } && bad=1
    [ "$left" -eq 0 ] || grep '^# ' "$ran"
    [ "$bad" -eq 0 ] && return
    cat "$ran"
    return 1
}
judge() { if [[ $1 == *.sh ]]; then judge_script "$2"; else judge_program "$2"; fi; }

# report: what has ended of those that were started, in their order.
ran=() reported=0 failures=()
report() {
    local name good bad left seconds
    while [ -s "$outputs/$reported.status" ]; do
        name=${ran[reported]##*/tests/} name=${name#tests/}
        judge "$name" "$reported" || { [[ $name != *.sh ]] || failures+=("${ran[reported]}"); }
        passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
        echo "$name: $good passed, $bad failed$([ "$left" -eq 0 ] || echo ", $left skipped")$([ "${seconds%.*}" -lt 5 ] || echo " (${seconds%.*} s)")"
        echo "$seconds $(cpu_seconds "$reported") $name" >>"$outputs/times"
        reported=$((reported + 1))
    done
}

# Four run at a time, since much of what they do is to wait; three with a sanitizer or valgrind, whose work is done by the CPUs.
# Those that must be in time for what they stop, kill or measure come after these, three at a time, as they use little of a CPU;
# those that compare times or hold CPUs come last, one after the other. A sanitizer does not look at times.
lanes=4 hurried_lanes=3
hurried='jobs.sh clock.sh test_measure killed.sh signals.sh'
alone='compare.sh pools.sh questions.sh neighbours.sh test_canary'
if [ ${#wrapper[@]} -gt 0 ] || sanitized; then lanes=3 hurried_lanes=2 alone='test_canary'; fi
# The longest come first, so that none of them runs on while its neighbour has nothing left to do.
longest='mpi.sh mpi-kills.sh mpi-partition.sh slurm.sh test_instructions mpi4py.sh cluster-checks.sh python-own.sh instructions.sh pictures.sh documents.sh make.sh test_strategies test_leaks contenders.sh
disk.sh names.sh runners.sh python.sh surroundings.sh calibrate.sh plugins.sh commands.sh completion.sh thresholds.sh test_crashes page.sh dimensions.sh failures.sh recompute.sh runtimes.sh streams.sh test_steering
interrupted.sh locked.sh test_payload report.sh cpus.sh stopped.sh inputs.sh damage.sh cli.sh steered.sh resume.sh memory.sh
limits.sh advise.sh how-many-jobs.sh'
# in_order NAME...: a line for each, in the order in which they are to run.
in_order() {
    local name named=''
    [ $# -gt 0 ] || return
    for name in $longest $hurried $alone; do named+="|$name"; done
    for name in $longest; do printf '%s\n' "$@" | grep -E "(^|/)$name\$"; done
    printf '%s\n' "$@" | grep -vE "(^|/)(${named:1})\$"
    for name in $hurried $alone; do printf '%s\n' "$@" | grep -E "(^|/)$name\$"; done
}
is_alone() { [[ " $alone " == *" ${1##*/} "* ]]; }
is_hurried() { [[ " $hurried " == *" ${1##*/} "* ]]; }
at_most() {
    while [ "$(jobs -rp | wc -l)" -gt "$1" ]; do wait -n; done
    report
}
run() { # NAME COMMAND...
    ran+=("$1")
    if is_alone "$1"; then
        at_most 0
    elif is_hurried "$1"; then
        at_most $((hurried_lanes - 1))
    else
        at_most $((lanes - 1))
    fi
    start "${@:2}"
    if is_alone "$1"; then at_most 0; fi
}

# All scripts but those that others source or call, what measures accuracy, and what runs a command of its caller's.
$command_line &&
    mapfile -t scripts < <(printf '%s\n' tests/*.sh tests/cli/*.sh ${faults[@]+"${faults[@]}"} |
        grep -vxE 'tests/(run|shell|includes|fresh|accuracy|cluster|latency)\.sh')
if $command_line; then
    for i in "${!scripts[@]}"; do
        [[ $later != *" ${scripts[i]} "* || $also == *" ${scripts[i]} "* ]] || unset "scripts[i]"
    done
fi
# What these do with the program others do too; what they test is make, shells, pages and other readers, of which a sanitizer sees
# nothing.
if $command_line && sanitized; then
    for i in "${!scripts[@]}"; do
        [[ ${scripts[i]} != tests/@(make|install|runner|documents|man|page|readers|recompute).sh ]] || unset "scripts[i]"
    done
    echo "make.sh, install.sh, runner.sh, documents.sh, man.sh, page.sh, readers.sh, recompute.sh: left out, as they run no code of their own that a sanitizer has an eye on"
fi
mapfile -t tests < <(in_order "$@" ${scripts[@]+"${scripts[@]}"})
for test in "${tests[@]}"; do
    if [[ $test == *.sh ]]; then
        run "$test" "$test"
    else
        run "$test" ${wrapper[@]+"${wrapper[@]}"} "$test"
    fi
done
at_most 0
[ -z "$times" ] || sort -rn "$outputs/times" >"$times"

# What a script does that has failed, without counting it.
flaky=''
for script in ${failures[@]+"${failures[@]}"}; do
    echo "AGAIN: ${script#tests/}"
    start "$script"
    wait
    if judge "$script" $((started - 1)) >/dev/null; then
        flaky="$flaky ${script#tests/}"
        echo "FLAKY: ${script#tests/} failed, and passed when it was run again"
    else
        echo "FAILED: ${script#tests/} failed again: $bad of $((good + bad))"
    fi
done

echo "$passed passed, $failed failed, $skipped skipped${flaky:+ (flaky:$flaky)}"
[ "$failed" -eq 0 ]
