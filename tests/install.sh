#!/usr/bin/env bash
# What make install brings: the program, its man page, the completions of three shells.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

left_out() { echo "# left out: $*"; }

# ------------------------------------------------------------------------------- the man page

man=bench/man/breakeven.1

# options_of_page SUBCOMMAND: those that the page's sections on it name; of run and compare those of suites too.
options_of_page() {
    awk -v name="$1" '
        /^\.S[sh] / { own = $0 ~ "^\\.Ss breakeven " name "( |$)" || (suites && $0 ~ /^\.Ss Options of a suite/) }
        own && /^\.It Fl -/ { sub(/^-/, "", $3); print $3 }' suites="$(case $1 in run | compare) echo 1 ;; *) echo 0 ;; esac)" "$man" | sort -u
}
options_of_program() { "$program" "$1" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p' | sort -u; }
for command in run trace report explain compare export floors list; do
    check "the man page has the options of $command, and no others" \
        is "$(options_of_page "$command" | xargs)" "$(options_of_program "$command" | xargs)"
    check "the man page's synopsis has $command" grep -q "^\.Nm breakeven $command" "$man"
done
check 'the program has no other subcommand' \
    is "$("$program" --help | grep -c '^  breakeven [a-z]')" 8
if command -v mandoc >/dev/null; then
    check 'mandoc finds nothing to say' is "$(mandoc -T lint -W warning "$man" 2>&1)" ''
    check 'the page can be shown' test "$(mandoc -T ascii "$man" | wc -l)" -gt 300
else
    left_out 'mandoc is not installed'
fi

# ------------------------------------------------------------------------------- installing

prefix=$work/there/usr
# make_there TARGET: what is built is not built again with other flags.
make_there() {
    make --no-print-directory -o "$program" BUILD="$(dirname "$program")" DESTDIR="$work/there" PREFIX=/usr "$1" >"$work/make" 2>&1
}
make_there install
check 'make install ends well' [ -x "$prefix/bin/breakeven" ]
for file in share/man/man1/breakeven.1 share/bash-completion/completions/breakeven share/zsh/site-functions/_breakeven \
    share/fish/vendor_completions.d/breakeven.fish share/doc/breakeven/README.md; do
    check "it brings $file" [ -s "$prefix/$file" ]
done
check 'the installed program runs' grep -q '^breakeven ' <("$prefix/bin/breakeven" --version)
PATH=$prefix/bin:$PATH

# ------------------------------------------------------------------------------- completion

# offers SHELL LINE WORD: the shell offers the word where the line ends.
by_bash() {
    # shellcheck disable=SC2016 # the inner shell expands it
    bash --norc -c '. "$1"
        read -ra COMP_WORDS <<<"$2"
        [ "${2% }" = "$2" ] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=${#2}
        _breakeven breakeven "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
        printf "%s\n" "${COMPREPLY[@]}"' bash "$prefix/share/bash-completion/completions/breakeven" "$1"
}
by_fish() {
    # shellcheck disable=SC2016
    fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$prefix/share/fish/vendor_completions.d/breakeven.fish" "$1" |
        cut -f 1
}
for shell in bash fish; do
    if ! command -v "$shell" >/dev/null; then
        left_out "$shell is not installed"
        continue
    fi
    offers() { "by_$shell" "$1" >"$work/offered" && grep -qE -- "^$2( |=)?\$" "$work/offered"; }
    check "$shell: a subcommand" offers 'breakeven tr' trace
    check "$shell: an option" offers 'breakeven run --strat' --strategies
    check "$shell: a strategy" offers 'breakeven run --strategies forkp' forkpool
    check "$shell: the second of a list" offers 'breakeven run --strategies fork,threadp' '(fork,)?threadpool'
    check "$shell: a work" offers 'breakeven run --work squ' squares
    check "$shell: a suite" offers 'breakeven run qui' quick
    check "$shell: what explain explains" offers 'breakeven explain forks' forkserver
    check "$shell: a format" offers 'breakeven export --format jun' junit
    check "$shell: nothing that is not known" not offers 'breakeven run --work nons' 'nons.*'
done
if command -v zsh >/dev/null; then
    # shellcheck disable=SC2016
    check 'zsh: its completion loads' zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D; (( $+_comps[breakeven] ))' \
        zsh "$prefix/share/zsh/site-functions"
else
    left_out 'zsh is not installed'
fi

# ------------------------------------------------------------------------------- and back

make_there uninstall
check 'make uninstall leaves no file' is "$(find "$work/there" -type f | wc -l)" 0

summary
