#!/usr/bin/env bash
# The manual page says what the program does: the same commands, options, defaults, names and columns.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

page=bench/man/breakeven.1

# section PAGE KIND TITLE: the lines of a section (.Sh or .Ss) whose title begins so.
section() {
    awk -v kind="$2" -v title="$3" '
        $1 == ".Sh" || $1 == kind { inside = $1 == kind && index($0 " ", kind " " title " ") == 1; next } inside' "$1"
}
page_options() { sed -nE 's/^\.It Fl -([a-z-]+).*/\1/p' | sort; }
help_options() { "$program" "$1" --help | sed -nE 's/^  --([a-z-]+).*/\1/p' | sort; }
commands() { "$program" --help | sed -nE 's/^  breakeven ([a-z]+) .*/\1/p' | sort; }

# What a command takes by the page; run and compare take the options of suites too.
options_by_page() {
    {
        section "$1" .Ss "breakeven $2"
        case $2 in run | compare) section "$1" .Ss 'Options of a suite' ;; esac
    } | page_options
}

agrees() { is "$(options_by_page "$1" "$2" | xargs)" "$(help_options "$2" | xargs)"; }

# ------------------------------------------------------------------------------- commands and options

check 'there are commands' test "$(commands | wc -l)" -ge 7
check 'the page has a section for each command, and no other' \
    is "$(sed -nE 's/^\.Ss breakeven ([a-z]+).*/\1/p' $page | sort | xargs)" "$(commands | xargs)"
check 'the synopsis names each command, and no other' \
    is "$(section $page .Sh SYNOPSIS | sed -nE 's/^\.Nm breakeven ([a-z]+)$/\1/p' | sort -u | xargs)" "$(commands | xargs)"
for command in $(commands); do
    check "the page has the options of $command, and no other" agrees $page "$command"
done
sed '/^\.It Fl -retries/d' $page >"$work/less.1"
sed 's/^\.It Fl -out Ar dir/.It Fl -ouch\n&/' $page >"$work/more.1"
check 'an option that the page lacks is noticed' not agrees "$work/less.1" trace >"$work/noticed"
check 'an option that the program lacks is noticed' not agrees "$work/more.1" run >"$work/noticed"

# ------------------------------------------------------------------------------- defaults

# defaults: "option value" for each item of a list of options; the first default where there are several.
defaults() {
    awk '$1 == ".It" { option = ""; if ($2 == "Fl") option = substr($3, 2) }
        told { print option, $2; option = ""; told = 0 }
        option != "" && /The default is$/ { told = 1 }' | sort
}
# The table of keys, as a compiler reads it.
built_in() {
    printf '#include "bench/run/suite.h"\n#define KEY(symbol, dimension, name, value, help, text, read) @ name text\nSUITE_KEYS\n' |
        ${CC:-cc} -E -P -D_GNU_SOURCE -I. -x c - | tr @ '\n' | sed -nE 's/^ *"([a-z-]+)" "(.*)" *$/\1 \2/p' | sort
}
check 'there are defaults of suites' test "$(built_in | wc -l)" -ge 20
check 'the page has the defaults of suites' is "$(section $page .Ss 'Options of a suite' | defaults)" "$(built_in)"

# By the help: "... default forkpool", "... default 0: never".
told() { "$program" "$1" --help | sed -nE 's/^  --([a-z-]+) .*default ([A-Za-z0-9]+).*/\1 \2/p' | grep -v ' to$' | sort; }
for command in trace floors calibrate; do
    check "$command's help has defaults" test "$(told "$command" | wc -l)" -ge 2
    check "the page has the defaults of $command" is "$(section $page .Ss "breakeven $command" | defaults)" "$(told "$command")"
done

# ------------------------------------------------------------------------------- names and columns

items() { sed -nE 's/^\.It Cm ([a-z-]+)$/\1/p' | sort; }
listed() { "$program" list "$1" | sed -nE 's/^([a-z-]+) +.*/\1/p'; }
check 'the page has the strategies and works, and no other' \
    is "$(section $page .Sh 'STRATEGIES AND WORKS' | items)" "$({ listed strategies; listed work; } | sort)"
for suite in $(listed suites); do
    check "the page names the suite $suite" \
        test "$(section $page .Sh 'STRATEGIES AND WORKS' | grep -cE "^\.Cm (.* )?$suite( |$)")" -ge 1
done
check 'the page has the formats of export, and no other' is "$(section $page .Ss 'breakeven export' | items | xargs)" \
    "$("$program" export --help | sed -nE 's/^  ([a-z][a-z-]*)  +.*/\1/p' | sort | xargs)"

columns() { section $page .Ss "Columns of $1" | sed -n 's/^\.It Va //p' | tr -d ',' | xargs -n 1; }
for table in samples summary crossover law scaling floors comparison check; do
    head -n 1 "tests/golden/$table.csv" | tr , '\n' | sort -u >"$work/columns"
    { columns 'all tables'; columns "$table.csv"; } | sort -u >"$work/told"
    check "the page has each column of $table.csv" is "$(comm -23 "$work/columns" "$work/told" | xargs)" ''
    check "the page has no other column of $table.csv" \
        is "$(columns "$table.csv" | sort | comm -13 "$work/columns" - | xargs)" ''
done

awk '/^\.Bd -literal/ { inside = 1; next } /^\.Ed/ { inside = 0 } inside' \
    <(section $page .Sh 'SUITE FILES') >"$work/example.ini"
ends 'the suite of the page can be measured' 0 run "$work/example.ini" --sizes 100 --rounds 1 --workers 1 --quiet --out "$work/run"

check 'the examples follow the description' \
    is "$(sed -n 's/^\.Sh //p' $page | sed -n 3,5p | xargs)" 'DESCRIPTION EXAMPLES COMMANDS'

# ------------------------------------------------------------------------------- as readers see it

if command -v mandoc >/dev/null; then
    # The examples stand near the top on purpose.
    mandoc -Tlint -Wwarning $page 2>&1 | grep -v 'sections out of conventional order: Sh ENVIRONMENT$' >"$work/lint"
    check 'mandoc has nothing to say of it' is "$(cat "$work/lint")" ''
    mandoc -Tascii -O width=80 $page 2>/dev/null | col -bx >"$work/text"
    check 'it fits 80 columns' is "$(awk 'length($0) > 80' "$work/text")" ''
    for title in NAME SYNOPSIS DESCRIPTION COMMANDS ENVIRONMENT FILES 'EXIT STATUS' EXAMPLES WORDS 'SEE ALSO'; do
        check "it has the section $title" holds "$work/text" "^$title\$"
    done
else
    echo '# left out: mandoc is not installed'
fi
if command -v man >/dev/null && man -l $page >"$work/text" 2>/dev/null </dev/null; then
    col -bx <"$work/text" >"$work/shown"
    check 'man shows it' holds "$work/shown" '^ +breakeven run '
else
    echo '# left out: man -l does not work here'
fi

summary
