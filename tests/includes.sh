#!/usr/bin/env bash
# Checks who includes whom: a file includes what lies in its own folder, and what an arrow below leads to. Checks how many files lie
# in a folder, and that nothing lies at the top that does not belong there. Prints what breaks a rule.
set -u

# Each folder, and what it may include. Every arrow points to where the data comes from; there is no way back.
arrows() {
    cat <<'END'
bench/base
bench/stats             bench/base
bench/process           bench/base
bench/machine           bench/base
bench/assets            bench/base
bench/job               bench/base bench/process
bench/command           bench/base
bench/work              bench/base bench/job bench/command
bench/data              bench/base bench/machine bench/stats
bench/plugin            bench/base bench/process bench/job
bench/runner            bench/base bench/process
strategies              include bench/base bench/process bench/machine bench/assets bench/job bench/command bench/plugin bench/runner
bench/visit             bench/base bench/process bench/machine bench/stats bench/job bench/command bench/plugin bench/runner bench/data strategies
bench/analyse           bench/base bench/stats bench/data
bench/run               bench/base bench/process bench/machine bench/assets bench/stats bench/job bench/command bench/plugin bench/data bench/visit bench/analyse strategies
bench/findings          bench/base bench/data bench/analyse
bench/report/panel      bench/base bench/job bench/data bench/analyse bench/findings strategies
bench/report/words      bench/base bench/analyse bench/report/panel
bench/report/table      bench/base bench/analyse bench/findings bench/report/panel bench/report/words
bench/report/picture    bench/base bench/process bench/assets bench/data bench/analyse bench/report/panel bench/report/words strategies
bench/report/html       bench/base bench/assets bench/analyse bench/report/panel bench/report/words bench/report/table bench/report/picture
bench/report/export     bench/base bench/data bench/analyse bench/findings strategies
bench/report/timeline   bench/base bench/data bench/report/picture
bench/report            bench/base bench/data bench/analyse bench/findings bench/report/panel bench/report/words bench/report/table bench/report/picture bench/report/html
bench/session           bench/base bench/process bench/machine bench/assets bench/stats bench/job bench/command bench/plugin bench/data bench/visit bench/run bench/analyse bench/findings bench/report strategies
bench/cli               bench/base bench/process bench/machine bench/assets bench/stats bench/job bench/plugin bench/data bench/visit bench/run bench/analyse bench/findings bench/report bench/session strategies
bench                   bench/base bench/machine bench/session bench/cli strategies
END
}

# A folder below one of the list belongs to it, but where it is in the list itself: strategies/common to strategies.
check() {
    awk '
        function room(file) {
            sub(/\/[^\/]*$/, "", file)
            while (file != "" && !(file in listed) && sub(/\/[^\/]*$/, "", file)) { }
            return file
        }
        function leads(from, to) {
            if (from == to)
                return 1
            for (at = to; at != ""; at = sub(/\/[^\/]*$/, "", at) ? at : "")
                if ((from, at) in arrow)
                    return 1
            return 0
        }
        NR == FNR { listed[$1] = 1; for (i = 2; i <= NF; i++) arrow[$1, $i] = 1; next }
        {
            split($0, part, /:[0-9]+:#include "|"/)
            if (part[2] ~ /\// && !leads(room(part[1]), room(part[2]))) {
                print; bad = 1
            }
        }
        END { exit bad }
    ' <(arrows) <(find bench strategies -name '*.[ch]' | sort | xargs grep -nE '^#include "' /dev/null)
}

bad=0
check || { echo '    -- no arrow of tests/includes.sh leads there'; bad=1; }

# What lies on one level can be seen at once.
crowded=$(find bench strategies -name '*.[ch]' | sed 's/\.[ch]$//' | sort -u | sed 's|/[^/]*$||' | sort | uniq -c | awk '$1 > 16 { print $2 ": " $1 }')
if [ -n "$crowded" ]; then
    printf '%s\n    -- more than 16 pairs of files in one folder\n' "$crowded"
    bad=1
fi

# What a command has left behind is easily committed with the rest.
stray=$(git ls-files 2>/dev/null | grep -v / | grep -vxE '\.clang-format|\.gitignore|CONTRIBUTING\.md|LICENSE|Makefile|README\.md')
if [ -n "$stray" ]; then
    printf '%s\n    -- a file at the top that is none of those that belong there\n' "$stray"
    bad=1
fi

# Only main.c ends the program; _exit is for children.
found=$(find bench strategies -name '*.c' | sort | grep -v '^bench/main.c$' |
    xargs grep -nE '(^|[^_a-z])(exit|abort|perror)\(' /dev/null)
if [ -n "$found" ]; then
    printf '%s\n    -- only main.c exits\n' "$found"
    bad=1
fi

exit $bad
