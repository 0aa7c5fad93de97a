#!/usr/bin/env bash
# README and docs promise what holds: their commands run, their links lead somewhere, the files that they name are there.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

pages=(README.md docs/*.md docs/design/*.md)

# ------------------------------------------------------------------------------- lengths, links and files

check 'README has 200 lines at most' test "$(wc -l <README.md)" -le 200
check 'CONTRIBUTING has 120 lines at most' test "$(wc -l <CONTRIBUTING.md)" -le 120

# prose PAGE: the page without its blocks.
prose() { awk '/^ *```/ { inside = !inside; next } !inside' "$1"; }
links() { prose "$1" | grep -oE '\]\([^)]+\)' | sed 's/^](//; s/)$//' | grep -vE '^https?:'; }
# As GitHub makes anchors of headings.
anchors() { prose "$1" | sed -nE 's/^#+ +//p' | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'; }

# nowhere PAGE...: the links that lead nowhere.
nowhere() {
    local page link target
    for page in "$@"; do
        while read -r link; do
            target=$(dirname "$page")/${link%%#*}
            [[ $link != \#* ]] || target=$page
            if [ ! -e "$target" ]; then
                echo "$page: $link"
            elif [[ $link == *\#* ]] && ! anchors "$target" | grep -qxF -- "${link#*#}"; then
                echo "$page: $link"
            fi
        done < <(links "$page")
    done
}
check 'every link leads somewhere' is "$(nowhere "${pages[@]}" CONTRIBUTING.md)" ''
printf '# One 95 %% heading\n[a](page.md#one-95--heading) [b](#one) [c](none.md) [d](https://none)\n' >"$work/page.md"
check 'a link that leads nowhere is noticed' is "$(nowhere "$work/page.md" | sed 's/.*: //' | xargs)" '#one none.md'

listed() { links docs/README.md | sed 's/#.*//' | sort -u; }
unlisted() { (cd docs && printf '%s\n' *.md design/*.md) | grep -vx README.md | sort | comm -23 - <(listed); }
check 'docs/README.md lists every page' is "$(unlisted)" ''

# named PAGE...: the files of the repository that the pages name; NAME stands for a name of the reader's.
# shellcheck disable=SC2016 # ` is what stands on the page
named() { cat "$@" | grep -oE '`(\.ci|\.github|bench|docs|strategies|tests|results/(baseline|examples))/[^` ]*`' | tr -d '`' | grep -v NAME | sort -u; }
missing() { named "${pages[@]}" CONTRIBUTING.md | while read -r file; do [ -e "$file" ] || echo "$file"; done; }
check 'the pages name files' test "$(named "${pages[@]}" | wc -l)" -ge 30
check 'the files that they name are there' is "$(missing | xargs)" ''

# The names in the source that the decisions tell of, such as `memory_left`.
# shellcheck disable=SC2016
identifiers() { cat docs/design/*.md CONTRIBUTING.md | grep -oE '`((struct|enum) )?[a-z]+(_[a-z]+)+`' | tr -d '`' | sed 's/.* //' | sort -u; }
unknown() { comm -23 <(identifiers) <(grep -rhoE '[a-z]+(_[a-z]+)+' bench strategies tests plots .ci | sort -u); }
check 'the decisions name identifiers' test "$(identifiers | wc -l)" -ge 20
check 'the identifiers that they name are in the source' is "$(unknown | xargs)" ''

# The layout is indented below bench/, as `  base/         errors, ...`; several small folders may share a line.
layout() { sed -nE '/^bench\//,/^strategies\//s/^  (([a-z]+\/ ?)+).*/\1/p' CONTRIBUTING.md | xargs -n 1 | sort; }
check 'CONTRIBUTING shows every folder of bench/, and no other' is "$(layout | xargs)" "$(cd bench && printf '%s\n' */ | sort | xargs)"

# ------------------------------------------------------------------------------- the commands

# A clone in which nothing is built or installed: build/breakeven is the program that is tested, by way of a script that makes
# measurements short, and .ci/deps.sh, which would ask the package manager, says that nothing is missing.
clone=$work/clone bin=$work/bin
mkdir -p "$clone/build" "$clone/tests" "$bin" "$work/home"
tar -c Makefile LICENSE README.md CONTRIBUTING.md .ci bench docs include plots strategies results/baseline results/examples | tar -x -C "$clone"
printf '#!/bin/sh\n' >"$clone/.ci/deps.sh"
printf '[suite]\njobs = 2\n[squares]\nsizes = 1e4\nstrategies = threadpool\nworkers = 1\n' >"$clone/small.ini"

# What the commands say of budgets, rounds and the like is left out. A run of half a second may have too few rounds for an answer
# (3), and a comparison of so few may say anything (1, 3).
cat >"$clone/build/breakeven" <<END
#!/usr/bin/env bash
program=${program@Q} suite=${clone@Q}/small.ini
END
cat >>"$clone/build/breakeven" <<'END'
replaced=nothing instead=() longer=() allowed=''
case ${1:-} in
run) replaced='budget|rounds|formats' instead=(--budget=500ms --rounds=0 --formats=svg) allowed=3 ;;
report) allowed=3 ;;
floors) replaced=rounds instead=(--rounds=1) ;;
calibrate) replaced=budget instead=(--budget=1s) longer=(--budget=20s) ;;
# A calibration would take as long as all other commands of a page.
advise) replaced=from instead=(--from=results/examples/two-cpus) ;;
trace) replaced=takes instead=(--takes=1) ;;
compare) allowed=13 ;;
check) replaced='budget|rounds' instead=(--rounds=1) allowed=13 ;;
*) exec "$program" "$@" ;;
esac
case " $* " in
*' --ab '*) replaced='suite|budget|rounds|metric|threshold' instead=("--suite=$suite" --rounds=6 --threshold=50%) ;;
# What is exported or explained next must be there, however busy the machine is.
*' --strategies openmp '*' --out build/openmp '* | *' --out build/recycling '*) instead=(--rounds=1 --budget=60s --formats=svg) ;;
*' --parent-mib'*) replaced+='|parent-mib' instead+=(--parent-mib=0,1,2) ;;
esac
arguments=()
while [ $# -gt 0 ]; do
    if [[ $1 =~ ^--($replaced)= ]]; then
        shift
    elif [[ $1 =~ ^--($replaced)$ ]]; then
        shift 2
    else
        arguments+=("$1")
        shift
    fi
done
set -- "${arguments[0]}" "${instead[@]}" "${arguments[@]:1}"
[ -n "$allowed${longer[*]}" ] || exec "$program" "$@"
"$program" "$@"
status=$?
# Where the machine is so busy that nothing was measured, there is more time.
[ "$status" -ne 3 ] || [ ${#longer[@]} -eq 0 ] || exec "$program" "${arguments[0]}" "${longer[@]}" "${arguments[@]:1}"
[[ $allowed != *$status* ]] || status=0
exit "$status"
END
# What make would build as the base of a comparison is the program that is tested, too.
cat >"$bin/built" <<END
#!/usr/bin/env bash
[ "\$1" != -C ] || { mkdir -p "\$2/build" && ln -sf ${program@Q} "\$2/build/breakeven"; }
END
cat >"$bin/make" <<END
#!/bin/sh
exec $(command -v make) -o build/breakeven "\$@" REGRESS_MAKE=$bin/built
END
chmod +x "$clone/.ci/deps.sh" "$clone/build/breakeven" "$bin/built" "$bin/make"
if command -v git >/dev/null; then
    git init -q "$clone" 2>/dev/null
    git -C "$clone" -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
    git -C "$clone" update-ref refs/remotes/origin/main HEAD
    git -C "$clone" tag v0.1
fi

# cut PAGE: its blocks of commands, a file each, named after page and line.
cut_blocks() {
    awk -v to="$work/blocks/${1//\//-}" '
        /^```/ { inside = /^```sh$/; if (inside) file = to "-" sprintf("%03d", NR); next }
        inside { print >file }' "$1"
}
mkdir "$work/blocks"
for page in "${pages[@]}"; do cut_blocks "$page"; done
check 'there are blocks of commands' test "$(find "$work/blocks" -type f | wc -l)" -ge 20
# What would keep a block from being run: another word behind ```, or none.
otherwise_marked() {
    awk '/^ *```/ { inside = !inside; first = inside; other = inside && !/^```(sh|yaml|c)?$/ }
        other || (first && /^(sudo |make |git |breakeven |build\/)/ && word == "```") { print FILENAME ": " $0; other = 0 }
        /^ *```/ { word = $0; next } { first = 0 }' "$@"
}
check 'every block of commands is one of those' is "$(otherwise_marked "${pages[@]}")" ''
# shellcheck disable=SC2016
printf '```sh\nmake a\n```\n```\nmake b\n```\n```bash\nmake c\n```\n' >"$work/marks.md"
check 'a block that is marked otherwise is noticed' is "$(otherwise_marked "$work/marks.md" | sed 's/.*: //' | xargs)" 'make b ```bash'

# left_out BLOCK: why it cannot run here.
left_out() {
    local tool
    for tool in 'python3:[.]py\>|python3' git:'regress .*BASE' pkill:pkill pgrep:pgrep gnuplot:'breakeven report|make report'; do
        grep -qE "${tool#*:}" "$1" && ! command -v "${tool%%:*}" >/dev/null && echo "${tool%%:*} is not installed" && return
    done
    grep -q LD_PRELOAD "$1" && sanitized && echo 'what a sanitizer brings along must be loaded first'
}
runs() {
    env -C "$clone" HOME="$work/home" PATH="$work/home/.local/bin:$bin:$PATH" timeout 120 \
        bash -e -o pipefail "$1" >"$work/log" 2>&1 </dev/null || {
        echo "# exit $?"
        sed 's/^/# /' "$1"
        tail -n 15 "$work/log" | sed 's/^/#   /'
        false
    }
}
echo 'build/breakeven run --nothing | cat' >"$work/wrong"
check 'a command that does not run is noticed' is "$(runs "$work/wrong" | head -n 1)" '# exit 2'
for block in "$work"/blocks/*; do
    name=${block##*/}
    if reason=$(left_out "$block"); then
        echo "# left out: $name: $reason"
    else
        check "the commands of $name run" runs "$block"
    fi
done

summary
