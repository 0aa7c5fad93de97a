#!/usr/bin/env bash
# Runs a command with the options that make's variables stand for: WORK=squares is --work=squares, JOB_TIMEOUT=2s is
# --job-timeout=2s, FORCE=yes is --force. ARGS is arguments as they are. SUITE and DIR are no options and stand last. The values come by the environment,
# so that neither make nor a shell takes a part of them for its own.
# usage: .ci/options.sh COMMAND... -- NAME...     NAME: a variable that counts, where it is set and not empty
set -euo pipefail

command=() words=()
while [ "$1" != -- ]; do
    command+=("$1")
    shift
done
shift

# In Turkish the small I has no dot.
option_name() {
    local LC_ALL=C name=${1,,}
    echo "--${name//_/-}"
}

for name in "$@"; do
    value=${!name:-}
    unset "$name"
    [ -n "$value" ] || continue
    case $name in
    SUITE | DIR) words+=("$value") ;;
    ARGS) read -ra given <<<"$value" && command+=("${given[@]}") ;;
    ADVISORY | ALL | FORCE | IGNORE_FAILURE | RESUME)
        case $value in
        yes | 1) command+=("$(option_name "$name")") ;;
        no | 0) ;;
        *)
            echo "breakeven: $name: '$value' is neither yes nor no" >&2
            exit 2
            ;;
        esac
        ;;
    *) command+=("$(option_name "$name")=$value") ;;
    esac
done
[[ ${words[*]} != -* ]] || command+=(--)
command+=(${words[@]+"${words[@]}"})

# As make itself shows what it runs, but for `make -s`.
flags=${MAKEFLAGS:-}
if [[ ${flags%% *} != *s* ]]; then
    line=''
    for word in "${command[@]}"; do
        [[ $word == *[^A-Za-z0-9_./,:=%+@-]* || -z $word ]] && printf -v word %q "$word"
        line+=" $word"
    done
    echo "${line# }"
fi
exec "${command[@]}"
