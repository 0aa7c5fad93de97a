# What zsh offers at the end of a command line: tests/completion.sh runs it in a terminal of its own.
# usage: completion.zsh FOLDER-OF-COMPLETIONS LINE; prints "hit:WORD" for each match, then "line:" and the line as it became.
zmodload zsh/zpty
local out= line
zpty shell zsh -f -i
for line in 'PS1=; unsetopt prompt_sp beep zle_bracketed_paste; stty -echo columns 200 rows 200' \
    "fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -d ${(q)HOME}/.zcompdump" \
    'compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
        local -a hits
        builtin compadd -O hits "$@"
        print -rl -- hit:$^hits
        builtin compadd "$@"
    }' \
    'tell() { print -r -- "line:${BUFFER}:end"; exit }; zle -N tell; bindkey "^X" tell; bindkey "^I" complete-word' \
    "print rea''dy"; do
    zpty -w shell "$line"
done
zpty -r -m shell out '*ready*'
zpty -w -n shell "$2"$'\t\x18'
zpty -r -m shell out '*:end*'
print -r -- "${out//$'\r'/}"
zpty -d shell
