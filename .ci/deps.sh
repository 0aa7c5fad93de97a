#!/bin/sh
# Installs what breakeven needs and this machine lacks, by the system's own package manager.
# usage: deps.sh [lint]    lint: also what `make lint`, the sanitizers and valgrind need
set -eu

want_lint=false
[ "${1:-}" = lint ] && want_lint=true

has_library() { pkg-config --exists "$1" 2>/dev/null; }
has_header() { printf '#include <%s>\n' "$1" | cc -E - >/dev/null 2>&1; }

missing=
note_missing() { missing="$missing $1"; }

for tool in cc make pkg-config gnuplot bash pgrep; do
    command -v "$tool" >/dev/null 2>&1 || note_missing "$tool"
done
for library in hwloc gsl jansson inih zlib cmocka; do
    has_library "$library" || note_missing "$library"
done
has_header csv.h || note_missing libcsv
if $want_lint; then
    for tool in clang clang-format cppcheck shellcheck valgrind; do
        command -v "$tool" >/dev/null 2>&1 || note_missing "$tool"
    done
    printf '#include <omp.h>\n' | clang -fopenmp -E - >/dev/null 2>&1 || note_missing clang-openmp
fi

if [ -z "$missing" ]; then
    echo "deps: everything is there"
    exit 0
fi
echo "deps: missing:$missing"

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "deps: installing needs root, and there is no sudo; install the above by hand" >&2
        exit 4
    }
    as_root=sudo
fi
run() {
    echo "deps: $as_root $*"
    $as_root "$@"
}

if command -v apt-get >/dev/null 2>&1; then
    packages="gcc libc6-dev make pkg-config bash procps gnuplot-nox libhwloc-dev libgsl-dev libjansson-dev
        libcsv-dev libinih-dev zlib1g-dev libcmocka-dev"
    $want_lint && packages="$packages clang libomp-dev clang-format cppcheck shellcheck valgrind"
    run apt-get update -q
    # shellcheck disable=SC2086
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
elif command -v dnf >/dev/null 2>&1; then
    packages="gcc make bash procps-ng pkgconf-pkg-config gnuplot hwloc-devel gsl-devel jansson-devel libcsv-devel
        inih-devel zlib-devel libcmocka-devel"
    $want_lint && packages="$packages clang libomp-devel clang-tools-extra cppcheck ShellCheck valgrind"
    # shellcheck disable=SC2086
    run dnf install -y $packages
elif command -v pacman >/dev/null 2>&1; then
    packages="gcc make bash procps-ng pkgconf gnuplot hwloc gsl jansson libcsv libinih zlib cmocka"
    $want_lint && packages="$packages clang openmp cppcheck shellcheck valgrind"
    # shellcheck disable=SC2086
    run pacman -S --needed --noconfirm $packages
elif command -v apk >/dev/null 2>&1; then
    packages="bash procps gcc musl-dev make pkgconf gnuplot hwloc-dev gsl-dev jansson-dev libcsv-dev inih-dev
        zlib-dev cmocka-dev"
    $want_lint && packages="$packages clang openmp-dev clang-extra-tools cppcheck shellcheck valgrind"
    # shellcheck disable=SC2086
    run apk add $packages
else
    echo "deps: no apt-get, dnf, pacman or apk here; install by hand:$missing" >&2
    exit 4
fi
echo "deps: done"
