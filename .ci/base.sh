#!/usr/bin/env bash
# Builds breakeven as it was at a commit, in a git worktree below build/base/, and prints the path of the program.
# usage: .ci/base.sh COMMIT     MAKE names the make; what was built before is used again.
set -euo pipefail
cd "$(dirname "$0")/.."

commit=$(git rev-parse --verify --quiet --end-of-options "$1^{commit}") || {
    echo "breakeven: BASE: '$1' is no commit, no program and no folder of a run$(
        [ "$(git rev-parse --is-shallow-repository 2>/dev/null)" != true ] ||
            echo '; this clone is shallow: git fetch --unshallow'
    )" >&2
    exit 2
}
tree=build/base/${commit:0:12}
# What an interruption has left half checked out is checked out again.
if [ ! -e "$tree.whole" ]; then
    rm -rf "$tree"
    git worktree prune
    mkdir -p build/base
    git worktree add --quiet --force --detach "$tree" "$commit" >&2
    touch "$tree.whole"
fi
if ! "${MAKE:-make}" -C "$tree" --no-print-directory BUILD=build build/breakeven >"$tree.log" 2>&1; then
    tail -n 20 "$tree.log" >&2
    echo "breakeven: BASE: $1 cannot be built; see $tree.log" >&2
    exit 3
fi
echo "$tree/build/breakeven"
