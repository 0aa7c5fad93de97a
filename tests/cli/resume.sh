#!/usr/bin/env bash
# A run goes on: by --resume, which refuses what is another run, or anew by --force.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# ------------------------------------------------------------------------------- going on

tiny "$work/going" --rounds 6
# A longer run may mark other visits as disturbed.
without_marks() {
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "disturbed") at = i }
        { $at = "" } 1' "$1"
}
without_marks "$work/going/samples.csv" >"$work/samples-before"
cp "$work/going/host.json" "$work/host-before.json"
tiny "$work/going" --rounds 8 --resume
check '--resume: exit 0' is "$status" 0
# stages DIR: the times of stages, a line each: "map 1.25". Each is there, and none is below 0.
stages() { sed -n '/"stages_s": {/,/}/s/^ *"\([a-z_]*\)": \([0-9.e-]*\),*$/\1 \2/p' "$1"; }
wall() { sed -n 's/^ *"wall_s": \([0-9.e-]*\),$/\1/p' "$1"; }
sum_up() { stages "$1" | awk -v wall="$(wall "$1")" '{ sum += $2 } END { exit !(sum > 0.99 * wall && sum < 1.01 * wall) }'; }
no_less() { command join <(stages "$1" | sort) <(stages "$2" | sort) | awk '$3 < $2 - 1e-6 { bad = 1 } END { exit (bad || NR == 0) }'; }
check 'all stages have their time' is "$(stages "$work/going/host.json" | cut -d ' ' -f 1 | xargs)" \
    'plan prepare start canary ready open warm_up calibrate map verify close idle end untold steer report'
check 'the stages of a run sum up to its time' sum_up "$work/host-before.json"
check 'they do over --resume' sum_up "$work/going/host.json"
check 'no stage is forgotten by --resume' no_less "$work/host-before.json" "$work/going/host.json"
# What holds the machine up for a moment may hit either: one run of a few is free of that.
is_read_for_longer() { stages "$work/lone/host.json" | awk '{ ns[$1] = $2 } END { exit !(ns["warm_up"] < ns["map"]) }'; }
for _ in 1 2 3 4 5; do
    call run quick --formats svg --sizes 1 --strategies serial --rounds 40 --out "$work/lone" --quiet --force
    is_read_for_longer && break
done
check 'serial is not warmed up for longer than it is read' is_read_for_longer
check 'the time grows' awk -v a="$(wall "$work/host-before.json")" -v b="$(wall "$work/going/host.json")" 'BEGIN { exit !(b > a) }'
without_marks "$work/going/samples.csv" | head -n "$(wc -l <"$work/samples-before")" >"$work/samples-prefix"
check '--resume keeps the rows that were there' cmp -s "$work/samples-before" "$work/samples-prefix"
check '--resume adds the rounds that were missing' \
    is "$(column "$work/going/samples.csv" round | uniq | sort -n | uniq | xargs)" '1 2 3 4 5 6 7 8'
check '--resume measures nothing twice' \
    is "$(cut -d, -f 1-11 "$work/going/samples.csv" | sort | uniq -d)" ''
check '--resume summarises all rounds' is \
    "$(awk -F, 'NR > 1 { print $10 + $31 }' "$work/going/summary.csv" | sort -u)" 8
tiny "$work/going" --rounds 8 --resume
check '--resume of a complete run: exit 0' is "$status" 0
sums "$work/going" >"$work/sums"
tiny "$work/going" --rounds 9 --seed 99 --resume
check '--resume with another seed: exit 2' is "$status" 2
check '--resume with another seed: one line says so' one_error_line 'begun with seed 1, not 99;'
check '--resume with another seed changes nothing' is "$(sums "$work/going")" "$(cat "$work/sums")"
# cannot_go_on WHAT PATTERN OPTIONS...: another machine, build or plan is refused, and named.
cannot_go_on() {
    local what=$1 pattern=$2
    shift 2
    sums "$work/going" >"$work/sums"
    tiny "$work/going" --rounds 9 --resume "$@"
    check "--resume with $what: exit 2" is "$status" 2
    check "--resume with $what: one line says so" one_error_line "going was begun with $pattern"
    check "--resume with $what changes nothing" is "$(sums "$work/going")" "$(cat "$work/sums")"
}
cannot_go_on 'another size' "size '100,1000', not '100';" --sizes 100
cannot_go_on 'a size more' "size '100,1000', not '100,1000,10000';" --sizes 100,1000,10000
cannot_go_on 'a strategy less' "strategy 'serial,fork,threads,openmp', not 'serial,fork';" --strategies fork
cannot_go_on 'another work' "work 'squares', not 'empty';" --work empty
cannot_go_on 'other workers' "workers '1,2', not '1';" --workers 1
cannot_go_on 'retries' "retries '0', not '2';" --retries 2
environment=(OMP_DYNAMIC=true)
cannot_go_on 'another environment' "environment variable OMP_DYNAMIC none, not 'true';"
environment=()
cp "$work/going/host.json" "$work/host.json"
# begun_by KEY NEW WORDS: as if another machine or build had begun it.
begun_by() {
    sed -i -E "s/^( *\"$1\": ).*[^,](,?)\$/\1$2\2/" "$work/going/host.json"
    cannot_go_on "another $1" "$3"
    cp "$work/host.json" "$work/going/host.json"
}
begun_by suite '"default"' "suite 'default', not 'quick';"
begun_by model '"Zilog Z80"' "CPU model 'Zilog Z80', not "
begun_by architecture '"z80"' "architecture 'z80', not "
begun_by kernel '"Linux 0.01"' "kernel 'Linux 0.01', not "
begun_by commit '"0123456"' "commit '0123456', not "
begun_by flags '"-O0"' "compiler flags '-O0', not "
begun_by usable '99' "usable CPUs 99, not "
begun_by cells '"6 (0123456789abcdef)"' "cells '6 .0123456789abcdef.', not '"
sed -i '/"settings": {/,/}/d; /"stages_s": {/,/}/d; /"wall_s": /d' "$work/going/host.json"
sed -i -z 's/,\(\n *}\)/\1/g' "$work/going/host.json" # what is last has no comma
tiny "$work/going" --rounds 9 --resume
check '--resume without the settings that this build tells: exit 2' is "$status" 2
check '--resume without the settings that this build tells: it says so' \
    one_error_line 'going/host.json: damaged: run.settings is missing'
# An older build told less of what it did; how long and how often is measured may change.
sed -i '/"commit": /d' "$work/going/host.json"
tiny "$work/going" --rounds 9 --timeout 20s --precision 5% --resume
check '--resume of a run by an older build, with more rounds: exit 0' is "$status" 0
truncate -s -20 "$work/going/samples.csv"
tiny "$work/going" --rounds 9 --resume
check '--resume behind a line that was cut off: exit 0' is "$status" 0
ends 'report of it' 0 report "$work/going" --formats svg
touch "$work/going/plots/of-another-run.svg"
tiny "$work/going" --force --rounds 1
check '--force: exit 0' is "$status" 0
check '--force leaves no picture of the run before' not test -e "$work/going/plots/of-another-run.svg"
call compare "$work/going" "$work/going"
check 'compare of runs without intervals: exit 3' is "$status" 3
check '--force writes the run anew' is "$(column "$work/going/samples.csv" round | sort -u)" 1

summary
