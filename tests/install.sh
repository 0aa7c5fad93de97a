#!/usr/bin/env bash
# make install and uninstall, below a DESTDIR: what is installed works, and nothing is left of it.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

root="$work/a root" prefix=/opt/parallel share="$work/a root/opt/parallel/share"
mkdir "$work/home"
export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home XDG_CACHE_HOME=$work/home

# The program that is tested is installed, and not built again whatever it was built with.
make_quietly() {
    local built=${BREAKEVEN:-build/breakeven}
    env -u MAKEFLAGS -u MFLAGS make -s -o "$built" BUILD="$(dirname "$built")" DESTDIR="$root" PREFIX=$prefix "$@" >"$work/make" 2>&1
}
pages() { printf './opt/parallel/share/doc/breakeven/%s\n' "$@"; }
files() { (cd "$root" && find . -type f | sort | xargs); }

# What pages show of runs, and links on the installed pages that lead nowhere.
shown() {
    grep -hoE '\]\((\.\./)*results/[^)#]+' README.md docs/*.md | sed -E 's/^\]\((\.\.\/)*//' | sort -u
}
dead_links() {
    local page link
    (cd "$share/doc/breakeven" && for page in README.md docs/*.md docs/design/*.md; do
        grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/[)#].*//' | grep -vE '^(https?:|$)' | while read -r link; do
            [ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
        done
    done)
}

check 'make install' make_quietly install
check 'every link on the installed pages leads somewhere' is "$(dead_links)" ''
check 'it says nothing' is "$(cat "$work/make")" ''
mapfile -t pictures < <(shown)
headers=$(cd include && printf './opt/parallel/include/%s ' breakeven/*.h)
check 'it installs what it should, where systems look for it' is "$(files)" \
    "./opt/parallel/bin/breakeven ${headers}./opt/parallel/share/bash-completion/completions/breakeven \
$(pages CONTRIBUTING.md LICENSE README.md docs/*.md docs/design/*.md docs/examples/*.ini docs/examples/*/* \
    "${pictures[@]}" | grep -v '\.so$' | sort | xargs) \
./opt/parallel/share/fish/vendor_completions.d/breakeven.fish ./opt/parallel/share/man/man1/breakeven.1 \
./opt/parallel/share/pkgconfig/breakeven.pc \
./opt/parallel/share/zsh/site-functions/_breakeven"
check 'none of it can be written by others' is "$(find "$root" -perm /022 ! -type l)" ''

built=$program program=$root/opt/parallel/bin/breakeven
check 'the program is that which was built' cmp "$built" "$program"
ends 'the installed program tells its version' 0 --version
check 'it is that of this tree' holds "$work/out" "^breakeven $(sed -n 's/^VERSION = //p' Makefile) "
(cd "$work/home" && "$program" trace --strategy spawn --work squares --size 100 --workers 1 >"$work/out" 2>&1)
check 'the installed program runs jobs, from any folder' is $? 0
check 'and says who ran them' holds "$work/out" '^4 jobs by 1 of 1 worker'

if command -v pkg-config >/dev/null; then
    package() { PKG_CONFIG_PATH=$share/pkgconfig pkg-config "$@" breakeven; }
    check 'pkg-config tells where the headers are' is "$(package --cflags | xargs)" "-I$prefix/include"
    check 'pkg-config tells the version' is "$(package --modversion)" "$(sed -n 's/^VERSION = //p' Makefile)"
fi

# ------------------------------------------------------------------------------- the manual page

if command -v mandoc >/dev/null; then
    mandoc -Tascii "$share/man/man1/breakeven.1" >"$work/page" 2>"$work/err"
    check 'mandoc renders the installed page' holds "$work/page" '^BREAKEVEN\(1\) .*BREAKEVEN\(1\)$'
else
    echo '# left out: mandoc is not installed'
fi
if command -v man >/dev/null && man -l "$share/man/man1/breakeven.1" >"$work/page" 2>/dev/null </dev/null; then
    check 'man shows it by its path' holds "$work/page" 'BREAKEVEN\(1\)'
    check 'man finds it by its name' is "$(man -M "$share/man" -w breakeven 2>/dev/null)" "$share/man/man1/breakeven.1"
else
    echo '# left out: man -l does not work here'
fi

# ------------------------------------------------------------------------------- completion

export PATH="$root/opt/parallel/bin:$PATH"
check 'bash completes with the installed file' is "$(bash --norc -c '. "$1/bash-completion/completions/breakeven"
    COMP_LINE="breakeven rep" COMP_WORDS=(breakeven rep) COMP_CWORD=1
    eval "$(complete -p breakeven | sed -E "s/.*-F ([^ ]+) .*/\1/") breakeven"
    echo "${COMPREPLY[@]}"' bash "$share" 2>&1)" report
loader=/usr/share/bash-completion/bash_completion
if [ -r $loader ]; then
    # shellcheck disable=SC2016 # expanded by that bash
    check 'bash-completion finds it' holds <(XDG_DATA_DIRS=$share bash --norc -c '. "$1"
        _completion_loader breakeven; complete -p breakeven' bash $loader 2>&1) '-F _breakeven breakeven$'
else
    echo '# left out: bash-completion is not installed'
fi
if command -v zsh >/dev/null; then
    # shellcheck disable=SC2016 # expanded by zsh
    check 'zsh finds it' is "$(zsh -f -c 'fpath=($1/zsh/site-functions $fpath); autoload -U compinit; compinit -u -D
        print $_comps[breakeven]; autoload +X _breakeven && print $functions_source[_breakeven]' zsh "$share" 2>&1 | xargs -d '\n')" \
        "_breakeven $share/zsh/site-functions/_breakeven"
else
    echo '# left out: zsh is not installed'
fi
if command -v fish >/dev/null; then
    check 'fish finds it' is "$(XDG_DATA_DIRS=$share fish -c 'complete -C "breakeven rep"' 2>"$work/err" </dev/null | cut -f 1)" report
else
    echo '# left out: fish is not installed'
fi

# ------------------------------------------------------------------------------- nothing is left

touch "$share/man/man1/other.1"
check 'make uninstall' make_quietly uninstall
check 'it says nothing' is "$(cat "$work/make")" ''
check 'what belongs to others stays' is "$(files)" ./opt/parallel/share/man/man1/other.1
rm "$share/man/man1/other.1"
check 'make install again' make_quietly install
check 'make uninstall again' make_quietly uninstall
check 'nothing is left, folders neither' is "$(find "$root" -mindepth 1)" ''
check 'make uninstall where nothing is' make_quietly uninstall

# ------------------------------------------------------------------------------- in a live system

# make_live PREFIX TARGET: without DESTDIR, aloud.
make_live() {
    local built=${BREAKEVEN:-build/breakeven}
    env -u MAKEFLAGS -u MFLAGS -u MANPATH make -o "$built" BUILD="$(dirname "$built")" PREFIX="${1//\$/\$\$}" "$2" >"$work/make" 2>&1
}
folders() { (cd "$1" && find . -mindepth 1 -type d | LC_ALL=C sort | xargs); }

live=$work/live/of\ "it's \$HOME"/.local
mkdir -p "$live/bin" "$live/share/man" "$live/lib"
check 'make install into a home' make_live "$live" install
check 'it tells what the shell needs' holds "$work/make" '^For breakeven to be found from anywhere: export PATH='
line=$(sed -n 's/^For breakeven to be found from anywhere: //p' "$work/make")
check 'with that line breakeven is found' is "$(PATH=/usr/bin:/bin bash -c "$line"'; command -v breakeven')" "$live/bin/breakeven"
if command -v man >/dev/null && man -M "$live/share/man" -w breakeven >/dev/null 2>&1; then
    line+=$(sed -n 's/^For man breakeven: /; /p' "$work/make")
    check 'and man breakeven too' is "$(PATH=/usr/bin:/bin bash -c "$line"'; man -w breakeven')" "$live/share/man/man1/breakeven.1"
else
    echo '# left out: man does not work here'
fi
# shellcheck disable=SC2016 # expanded by that bash
check 'where all is found nothing is told' env -u MAKEFLAGS -u MFLAGS PATH="$live/bin:$PATH" MANPATH="$live/share/man" bash -c \
    'make -s -o "$1" BUILD="${1%/*}" PREFIX="$2" install | grep -c "^For" | grep -qx 0' bash "${BREAKEVEN:-build/breakeven}" "${live//\$/\$\$}"
touch "$live/share/fish/mine"
check 'make uninstall there' make_live "$live" uninstall
check 'folders that were there before stay, and those that others use' is "$(folders "$live")" \
    './bin ./lib ./share ./share/fish ./share/man'
check 'the files of others stay' is "$(cd "$live" && find . -type f)" ./share/fish/mine

check 'make install into a folder that is not there' make_live "$work/fresh/prefix" install
check 'and again, over it' make_live "$work/fresh/prefix" install
check 'make uninstall from it' make_live "$work/fresh/prefix" uninstall
check 'none of the folders that install made is left' not test -e "$work/fresh"
check 'a prefix that is no absolute path is refused' not make_live local install
check 'with a line that says so' holds "$work/make" "^breakeven: PREFIX: 'local' is no absolute path"
mkdir "$work/tree"
ln -s "$(dirname "$built")" "$work/tree/built"
cp -r Makefile .ci README.md CONTRIBUTING.md LICENSE docs bench include results strategies tests "$work/tree/"
env -u MAKEFLAGS -u MFLAGS make -s -C "$work/tree" -o built/breakeven BUILD=built PREFIX=/usr DESTDIR=-rf install
check 'a DESTDIR may begin with -' test -x "$work/tree/-rf/usr/bin/breakeven"

summary
