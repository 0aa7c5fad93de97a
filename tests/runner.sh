#!/usr/bin/env bash
# What tests/run.sh makes of scripts: none passes by being run twice, and the last line can be read by others. What the
# scripts and make read of others is the same in every locale.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# script NAME COMMANDS: a script to be run.
script() {
    printf '#!/bin/sh\n%s\n' "$2" >"$work/$1.sh"
    chmod +x "$work/$1.sh"
}
# runs NAME...: leaves $status and $work/out.
runs() {
    tests/run.sh "${@/%/.sh}" >"$work/out" 2>&1
    status=$?
}
last() { tail -n 1 "$work/out"; }

script good 'echo "ok - one"; echo "ok - two"'
script bad 'echo "ok - one"; echo "not ok - two"; exit 1'
script silent 'true'
script skipping 'echo "# not tested: there is no such thing here"; echo "0 passed, 0 failed"'
script dying 'echo "ok - one"; kill -9 $$'
script flaky "echo 'ok - one'; [ -e '$work/ran' ] || { touch '$work/ran'; echo 'not ok - two'; exit 1; }; echo 'ok - two'"

runs "$work/good"
check 'a script that passes: exit 0' is "$status" 0
check 'a script that passes: the last line' is "$(last)" '2 passed, 0 failed, 0 skipped'
for name in bad silent dying; do
    runs "$work/good" "$work/$name"
    check "a $name script: exit 1" is "$status" 1
    check "a $name script: the last line" holds <(last) '^[23] passed, 1 failed, 0 skipped$'
    check "a $name script: what follows is run all the same" holds "$work/out" 'good.sh: 2 passed, 0 failed'
done
runs "$work/skipping" "$work/good"
check 'a script that tests nothing here and says so is skipped' is "$status:$(last)" '0:2 passed, 0 failed, 1 skipped'
check 'its reason is shown' holds "$work/out" 'not tested: there is no such thing here'
runs "$work/flaky" "$work/good"
check 'a script that passes when it is run again has failed' is "$status" 1
check 'its first run counts, and the last line tells' is "$(last)" "3 passed, 1 failed, 0 skipped (flaky: $work/flaky.sh)"
check 'what failed is shown' holds "$work/out" '^not ok - two'
runs "$work/flaky"
check 'where it passes at once nothing is flaky' is "$status:$(last)" '0:2 passed, 0 failed, 0 skipped'

runs "$work/good" "$work/nothing"
check 'what is not there is refused, and nothing is run' is "$status:$(grep -c ' passed' "$work/out")" 2:0

# ------------------------------------------------------------------------------- locales

# In German decimals have commas, in Turkish [a-z] has no i.
# shellcheck disable=SC2016 # another shell expands it
numbers_and_letters='. tests/shell.sh; echo "$(seq 0.5 1) $(echo install-IT | grep -cE "^[a-z]+-[A-Z]+\$") $(awk "BEGIN { print 1.5 }")"'
make help >"$work/help"
for locale in de_DE tr_TR; do
    if ! make_locale $locale; then
        echo "# $locale cannot be made (localedef, its sources): not tested"
        continue
    fi
    foreign=(env LOCPATH="$locales" LC_ALL="$locale.UTF-8" LANG="$locale.UTF-8")
    check "$locale: scripts read numbers and letters as anywhere" is \
        "$("${foreign[@]}" bash -c "$numbers_and_letters")" '0.5 1 1.5'
    "${foreign[@]}" tests/run.sh "$work/good.sh" >"$work/out" 2>&1
    check "$locale: tests are counted as anywhere" is "$(last)" '2 passed, 0 failed, 0 skipped'
    check "$locale: make help lists all targets" cmp "$work/help" <("${foreign[@]}" make help)
done

summary
