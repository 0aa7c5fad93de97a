#!/usr/bin/env bash
# Builds breakeven as it was at a commit, in a git worktree below build/base/.
# usage: .ci/base.sh find NAME        prints the commit that NAME is
#        .ci/base.sh build COMMIT     prints the path of the program; REGRESS_MAKE names the make; what was built before
#                                     is used again
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "breakeven: BASE: $2" >&2
    exit "$1"
}

find_commit() {
    local why no="'$1' is no program and no folder of a run"
    command -v git >/dev/null || fail 2 "$no, and git, which would know a commit, is not installed"
    [ -e .git ] || fail 2 "$no; commits are known in a git clone only, and this is none: give a program or a run"
    why=$(LC_ALL=C git rev-parse --git-dir 2>&1) || fail 2 "$no, and git does not read this clone: ${why%%$'\n'*}"
    git rev-parse --verify --quiet --end-of-options "$1^{commit}" && return
    [ "$(git rev-parse --is-shallow-repository 2>/dev/null)" != true ] || no+='; this clone is shallow: git fetch --unshallow'
    fail 2 "${no/is no program/is no commit, no program}"
}

# One builds there at a time; who waits says so. The lock goes with who holds it.
take_turns() {
    mkdir -p build/base
    command -v flock >/dev/null || return 0
    exec 9>build/base/lock
    flock --nonblock 9 && return
    echo "waiting for another make that builds a base" >&2
    flock --timeout 900 9 || fail 3 'another make has been building a base for 15 minutes; try again when it is done'
}

build() {
    local tree=build/base/${1:0:12}
    take_turns
    # What an interruption has left half checked out is checked out again.
    if [ ! -e "$tree.whole" ]; then
        rm -rf "$tree"
        git worktree prune
        git worktree add --quiet --force --detach "$tree" "$1" >&2
        touch "$tree.whole"
    fi
    if ! "${REGRESS_MAKE:-make}" -C "$tree" --no-print-directory BUILD=build build/breakeven >"$tree.log" 2>&1 9>&-; then
        tail -n 20 "$tree.log" >&2
        fail 3 "${1:0:12} cannot be built; see $tree.log"
    fi
    echo "$tree/build/breakeven"
}

case $1 in
find) find_commit "$2" ;;
build) build "$2" ;;
esac
