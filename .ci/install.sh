#!/usr/bin/env bash
# What `make install` and `make uninstall` do below $INSTALL_ROOT$INSTALL_PREFIX.
# usage: .ci/install.sh install PROGRAM | uninstall
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=$INSTALL_PREFIX root=${INSTALL_ROOT:-}
while [[ $prefix == */ ]]; do prefix=${prefix%/}; done

fail() {
    echo "breakeven: $1" >&2
    exit 2
}
[[ $prefix == /* || -z $prefix ]] || fail "PREFIX: '$prefix' is no absolute path"

# Mode, place below the prefix and source. Shells and man look for them there; the names are theirs.
files=(
    "755 bin/breakeven ${2:-}"
    '644 share/man/man1/breakeven.1 bench/man/breakeven.1'
    '644 share/bash-completion/completions/breakeven bench/completions/breakeven.bash'
    '644 share/zsh/site-functions/_breakeven bench/completions/_breakeven'
    '644 share/fish/vendor_completions.d/breakeven.fish bench/completions/breakeven.fish'
    '644 share/doc/breakeven/README.md README.md'
    '644 share/doc/breakeven/CONTRIBUTING.md CONTRIBUTING.md'
    '644 share/doc/breakeven/LICENSE LICENSE'
)
for page in docs/*.md docs/design/*.md; do
    files+=("644 share/doc/breakeven/$page $page")
done
for example in docs/examples/*.ini docs/examples/*/*; do
    case $example in *.so | *.o) continue ;; esac
    files+=("644 share/doc/breakeven/$example $example")
done
# What the pages show of runs: paths of ](results/... and ](../results/...
shown() { grep -hoE '\]\((\.\./)*results/[^)#]+' README.md docs/*.md docs/design/*.md | sed -E 's/^\]\((\.\.\/)*//' | LC_ALL=C sort -u; }
while IFS= read -r picture; do
    files+=("644 share/doc/breakeven/$picture $picture")
done < <(shown)
for header in include/breakeven/*.h; do
    files+=("644 $header $header")
done
# What tells compilers where the headers are; "-" stands for what is written here.
package=share/pkgconfig/breakeven.pc
files+=("644 $package -")
write_package() {
    # shellcheck disable=SC2016 # expanded by pkg-config
    printf 'prefix=%s\nincludedir=${prefix}/include\n\nName: breakeven\nDescription: %s\nVersion: %s\nCflags: -I${includedir}\n' \
        "$prefix" 'works and thread pools of your own for breakeven' "$(sed -n 's/^VERSION = //p' Makefile)"
}
# In a live system the folders that install made are noted, since an empty one may be somebody's. What is staged
# below a root for a package is all its own.
note=$root$prefix/share/doc/breakeven/folders

# The folders that hold them, the prefix and those above it: the outermost first.
folders() {
    local file path=$prefix
    while [ -n "$path" ]; do
        printf '%s\0' "$path"
        path=${path%/*}
    done
    for file in "${files[@]}"; do
        read -r _ path _ <<<"$file"
        while [[ $path == */* ]]; do
            path=${path%/*}
            printf '%s\0' "$prefix/$path"
        done
    done
}
sorted() { LC_ALL=C sort -zu "$@"; }

say() {
    local flags=${MAKEFLAGS:-}
    [[ ${flags%% *} == *s* ]] || printf '  %s\n' "$*"
}

install_files() {
    local new=() folder file mode path source
    while IFS= read -r -d '' folder; do
        [ -d "$root$folder" ] || new+=("$folder")
    done < <(folders | sorted)
    for file in "${files[@]}"; do
        read -r mode path source <<<"$file"
        say "INSTALL $root$prefix/$path"
        if [ "$source" = - ]; then
            install -D -m "$mode" -- <(write_package) "$root$prefix/$path"
        else
            install -D -m "$mode" -- "$source" "$root$prefix/$path"
        fi
    done
    if [ -z "$root" ] && [ ${#new[@]} -gt 0 ]; then
        printf '%s\0' "${new[@]}" >>"$note"
        chmod 644 "$note"
    fi
}

# What a shell and man still have to be told.
# shellcheck disable=SC2016 # expanded by that shell
tell_paths() {
    [[ :$PATH: == *:$prefix/bin:* ]] ||
        printf 'For breakeven to be found from anywhere: export PATH=%q:"$PATH"\n' "$prefix/bin"
    command -v man >/dev/null || return 0
    PATH=$prefix/bin:$PATH man -w breakeven >/dev/null 2>&1 ||
        printf 'For man breakeven: export MANPATH=%q:"$MANPATH"\n' "$prefix/share/man"
}

uninstall_files() {
    local file path folder
    local -A made=(["$prefix/share/doc/breakeven"]=yes)
    while IFS= read -r -d '' folder; do
        made[$folder]=yes
    done < <([ ! -f "$note" ] || cat -- "$note")
    for file in "${files[@]}"; do
        read -r _ path _ <<<"$file"
        rm -f -- "$root$prefix/$path"
    done
    rm -f -- "$note"
    while IFS= read -r -d '' folder; do
        if [ -n "$root" ] || [ -n "${made[$folder]:-}" ]; then
            rmdir -- "$root$folder" 2>/dev/null || true
        fi
    done < <(folders | sorted -r)
}

case $1 in
install)
    install_files
    [ -n "$root" ] || tell_paths
    ;;
uninstall) uninstall_files ;;
esac
