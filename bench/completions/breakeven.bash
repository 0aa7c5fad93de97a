# shellcheck shell=bash
# Completion of breakeven for bash. The program itself says what there is to offer (`breakeven complete`).

# Leaves the words up to the cursor in $words. bash cuts them at "=" and ":" too; parts that touch are one.
_breakeven_join_words() {
    local rest=$COMP_LINE part i
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if [[ -z $part && -n $rest ]] || [[ ${rest%%"$part"*} == *[[:space:]] ]] || [ "$i" -eq 0 ]; then
            words+=("$part")
        else
            words[-1]+=$part
        fi
        rest=${rest#*"$part"}
    done
}

# Offers folders and, where an ending is given ('' is any), files; what stands before the path stays.
_breakeven_offer_paths() {
    local before='' path
    [[ $current == --*=* ]] && before=${current%%=*}=
    while IFS= read -r path; do
        [[ ! -d $path && ( $# -eq 0 || $path != *"$1" ) ]] || offered+=("$before$path")
    done < <(compgen -f -- "${current#"$before"}")
    compopt -o filenames 2>/dev/null
}

_breakeven() {
    local words offered=() current part line program=${1/#\~\//$HOME/}
    _breakeven_join_words
    current=${words[-1]}
    while IFS= read -r line; do
        case $line in
        :list) compopt -o nospace 2>/dev/null ;;
        :folder) _breakeven_offer_paths ;;
        :file) _breakeven_offer_paths '' ;;
        :file\ *) _breakeven_offer_paths "${line#:file }" ;;
        *) offered+=("${line%%$'\t'*}") ;;
        esac
    done < <("$program" complete "${words[@]:1}" 2>/dev/null </dev/null)

    # Only the last part of the word is replaced.
    part=${COMP_WORDS[COMP_CWORD]}
    [[ $part != [=:] ]] || part=''
    COMPREPLY=()
    for line in "${offered[@]}"; do
        [[ $line != "$current"* ]] || COMPREPLY+=("${line:${#current} - ${#part}}")
    done
}

complete -F _breakeven breakeven
