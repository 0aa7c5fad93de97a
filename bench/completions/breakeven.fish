# Completion of breakeven for fish. The program itself says what there is to offer (`breakeven complete`).

# Paths that begin like $argv[1], as the shell completes them for a command that it knows nothing of.
function __breakeven_paths
    complete -C "breakeven-paths $argv[1]"
end

function __breakeven_candidates
    set -l words (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    command -q -- $program; or return
    set -e words[1]
    set -l current (commandline -ct)
    set -l typed (string replace -r '^--[^=]*=' '' -- $current)
    set -l before (string sub -l (math (string length -- $current) - (string length -- $typed)) -- $current)
    for line in ($program complete $words "$current" 2>/dev/null </dev/null)
        switch $line
            case ':list'
            case ':folder'
                printf '%s\n' "$before"(__breakeven_paths $typed | string match -r '.*/$')
            case ':file'
                printf '%s\n' "$before"(__breakeven_paths $typed)
            case ':file *'
                set -l ending (string escape --style=regex -- (string sub -s 7 -- $line))
                printf '%s\n' "$before"(__breakeven_paths $typed | string match -r ".*(?:/|$ending)\$")
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c breakeven -f -k -a '(__breakeven_candidates)'
