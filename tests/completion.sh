#!/usr/bin/env bash
# Completion: what the program offers, and what bash, zsh and fish make of it, each where it is installed.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

completions=$PWD/bench/completions zsh_driver=$PWD/tests/completion.zsh
mkdir -p "$work/bin" "$work/here/runs/first" "$work/home" "$work/lib"
ln -s "$program" "$work/bin/breakeven"
touch "$work/here/mine.ini" "$work/here/rubbish.txt" "$work/here/task.py"
here=$work/here
export PATH=$work/bin:$PATH HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home XDG_CACHE_HOME=$work/home

# ------------------------------------------------------------------------------- what the program offers

commands() { "$program" --help | sed -nE 's/^  breakeven ([a-z]+) .*/\1/p' | sort; }
offered() { "$program" complete "$@" | cut -f 1; }
options() {
    "$program" "$1" --help | sed -nE 's/^  (--[a-z-]+).*/\1/p'
}

check 'every command is offered, and nothing hidden' is "$(offered '' | grep -v ^- | sort | xargs)" "$(commands | xargs)"
for command in $(commands); do
    check "every option of $command is offered" is "$(offered "$command" - | sort | xargs)" "$(options "$command" | sort | xargs)"
done

# Options whose values the help names or calls by a name of their own must offer them; the others are numbers and times.
for command in $(commands); do
    while read -r option value; do
        case $value in
        N | LIST | TIME* | PERCENT | K=V,.. | COMMAND) [ "$option" = --schedule ] || continue ;;
        FILE | PATTERN | HOSTS) check "$command $option offers files" is "$(offered "$command" "$option" '')" :file && continue ;;
        PATH,..) check "$command $option offers files" is "$(offered "$command" "$option" '' | xargs)" ':list :file' && continue ;;
        DIR) check "$command $option offers folders" is "$(offered "$command" "$option" '')" :folder && continue ;;
        esac
        check "$command $option offers values" test "$(offered "$command" "$option" '' | grep -vc '^:')" -ge 2
    done < <("$program" "$command" --help | sed -nE 's/^  (--[a-z-]+) ([^ ]+).*/\1 \2/p' | grep -E ' ([A-Z][A-Z=,.]*|[^ ]*[,|][^ ]*)$')
done

words() { offered "$@" | grep -v '^:' | sort | xargs; }
# Those in Python are offered without asking whether this Python has them.
"$program" list >"$work/listed"
all_strategies=$(sed -nE '/^(py|joblib|mpi4py)-/d; s/^([a-z-]+) +.*/\1/p' "$work/listed")
check 'strategies are those of the list, and all' is "$(words run --strategies '' | sed -E 's/ (py|joblib|mpi4py)-[a-z]*//g')" \
    "$(for name in all python $all_strategies; do
        sed -n "/^$name /,/^[a-z]/p" "$work/listed" | sed 1d | grep -q '^ .*unavailable:' || echo "$name"
    done | sort | xargs)"
: >"$work/lib/libglib-2.0.so.0"
check 'a strategy whose library is missing is not offered' \
    not grep -q glib <(LD_LIBRARY_PATH=$work/lib "$program" complete run --strategies '')
check 'suites are those of the list' is "$(words run '')" "$("$program" list suites | sed 's/ .*//' | sort | xargs)"
check 'works are those of the list' is "$(words trace --work '')" "$("$program" list work | sed 's/ .*//' | sort | xargs)"
check 'an item that is in a list is not offered again' is "$(words run --transport shm,)" 'shm,pipe'
check 'jobs for each worker are offered' is "$(words run --jobs '')" 4w
check 'an option that was given is not offered again' not grep -qxe --seed <(offered run --seed 1 -)
check 'but --env is' grep -qxe --env <(offered run --env A=b -)
check 'behind -- nothing is an option' is "$(offered list -- -)" "$(offered list -- '')"
check 'folders of runs are compared' is "$(offered compare '')" :folder
check 'with --ab programs are' is "$(offered compare --ab old '')" :file
check 'a third one is not' not grep -q '^:' <(offered compare --ab old new '')
check 'an unknown command has nothing to offer' is "$("$program" complete nonsense '')" ''
check 'what starts breakeven itself has nothing to offer' is "$("$program" complete visit '')" ''
check 'a line end in a word: nothing is offered' is "$("$program" complete run --work $'a\nb,')" ''

# ------------------------------------------------------------------------------- bash

# As readline cuts words; then what would be inserted, with what stands before it in the word.
bash_offers() {
    (cd "$here" && bash --norc -c '
        . "$1/breakeven.bash"
        COMP_LINE=$2 COMP_POINT=${#2}
        read -ra COMP_WORDS < <(sed "s/[=:]/ & /g" <<<"$2")
        [[ $2 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _breakeven breakeven
        [ "${#COMPREPLY[@]}" -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' bash "$completions" "$1" 2>"$work/err")
}

# ------------------------------------------------------------------------------- zsh

zsh_offers() {
    (cd "$here" && timeout 20 zsh -f "$zsh_driver" "$completions" "$1" </dev/null >"$work/zsh" 2>&1)
    sed -nE 's/.*hit:(.*)/\1/p' "$work/zsh"
}

# ------------------------------------------------------------------------------- fish

fish_offers() {
    # shellcheck disable=SC2016 # expanded by fish
    (cd "$here" && fish --no-config -c 'source $argv[1]/breakeven.fish; complete -C "$argv[2]"' \
        "$completions" "$1" 2>"$work/err" </dev/null) | cut -f 1
}

# ------------------------------------------------------------------------------- all three

# What is offered, without "--name=" before it and "/" behind folders, in order.
plain() { sed -E 's/^--[a-z-]+=//; s/\/$//' | sort -u | xargs; }
offers() { check "$shell: '$1' offers '$2'" is "$("${shell}_offers" "$1" | plain)" "$2"; }

# in_shell SHELL
in_shell() {
    local shell=$1 line wanted
    while IFS='|' read -r line wanted; do
        offers "$line" "$wanted"
    done <<'EOF'
breakeven r|report run
breakeven run --strategies fork,threadp|fork,threadpool
breakeven run --strategies=fork,threadp|fork,threadpool
breakeven run --work=squ|squares
breakeven run --env A=b --sch|--schedule
breakeven run --bind |compact none spread
breakeven run --transport |pipe shm
breakeven run --parent-pages |4k thp
breakeven run --budget |
breakeven run mi|mine.ini
breakeven run ta|task.py
breakeven run --work ta|task.py
breakeven run q|quick
breakeven run ru|runs
breakeven run --input rub|rubbish.txt
breakeven run --out=r|runs
breakeven report r|runs
breakeven report x|
breakeven trace --schedule |auto dynamic guided static
breakeven trace --work squa|squares
breakeven compare --metric |instructions time
breakeven compare --suite reg|regress
breakeven compare --ab rub|rubbish.txt
breakeven export x --format b|bencher benchstat
breakeven export x --side |base new
breakeven export x --objective |crossover loss
breakeven check rub|rubbish.txt
breakeven list |strategies suites work
breakeven floors --w|--workers
EOF
    "${shell}_offers" "breakeven run --work \$(touch $work/hit)," >/dev/null
    "${shell}_offers" "breakeven report \`touch $work/hit\`/" >/dev/null
    check "$shell: nothing that is typed is run" not test -e "$work/hit"
    [ "$shell" = zsh ] || return 0
    zsh_offers 'breakeven run --strategies fork,threadp' >/dev/null
    check 'zsh: a comma may follow in a list' holds "$work/zsh" 'line:breakeven run --strategies fork,threadpool,:end'
    zsh_offers 'breakeven trace --work squa' >/dev/null
    check 'zsh: else a blank follows' holds "$work/zsh" 'line:breakeven trace --work squares :end'
}
# zsh waits for its terminal most of the time: they run beside each other.
for shell in bash zsh fish; do
    if command -v $shell >/dev/null; then
        aside in_shell $shell
    else
        echo "# left out: $shell is not installed"
    fi
done

summary
