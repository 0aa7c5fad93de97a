#!/bin/sh
# Installs what breakeven needs and this machine lacks, by the system's own package manager.
# usage: deps.sh [lint]    lint: also what `make lint`, the sanitizers and valgrind need
set -eu

want_lint=false
[ "${1:-}" = lint ] && want_lint=true

has_library() { pkg-config --exists "$1" 2>/dev/null; }
has_module() { python3 -c "import $1" 2>/dev/null || /usr/bin/python3 -c "import $1" 2>/dev/null; }
has_header() { printf '#include <%s>\n' "$1" | cc -E - >/dev/null 2>&1; }

missing='' missing_optional=''
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
    printf 'int LLVMFuzzerTestOneInput(void) { return 0; }\n' | clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null ||
        missing_optional=" libfuzzer"
    if ! command -v xmllint >/dev/null 2>&1 || ! command -v cmark-gfm >/dev/null 2>&1 || ! has_module junitparser; then
        missing_optional="$missing_optional readers"
    fi
    if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1 ||
        ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1; then
        missing_optional="$missing_optional browser"
    fi
    for tool in mandoc zsh fish; do
        command -v "$tool" >/dev/null 2>&1 || missing_optional="$missing_optional $tool"
    done
    printf '#include <omp.h>\n' | clang -fopenmp -E - >/dev/null 2>&1 || note_missing clang-openmp
fi

# What only one strategy needs: without it that strategy says that it is unavailable.
has_header pthreadpool.h || missing_optional="$missing_optional pthreadpool"
has_library glib-2.0 || missing_optional="$missing_optional glib"

if [ -z "$missing$missing_optional" ]; then
    echo "deps: everything is there"
    exit 0
fi
[ -z "$missing" ] || echo "deps: missing:$missing"

# For each package manager: how it installs, what is needed, and its names of what is optional.
refresh=
if command -v apt-get >/dev/null 2>&1; then
    refresh="apt-get update -q"
    install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends"
    packages="gcc libc6-dev make pkg-config bash procps gnuplot-nox libhwloc-dev libgsl-dev libjansson-dev
        libcsv-dev libinih-dev zlib1g-dev libcmocka-dev"
    lint_packages="clang libomp-dev clang-format cppcheck shellcheck valgrind"
    pthreadpool=libpthreadpool-dev glib=libglib2.0-dev libfuzzer=libclang-rt-dev
    readers="libxml2-utils cmark-gfm python3-junitparser" browser="chromium fonts-liberation nodejs npm"
elif command -v dnf >/dev/null 2>&1; then
    install="dnf install -y"
    packages="gcc make bash procps-ng pkgconf-pkg-config gnuplot hwloc-devel gsl-devel jansson-devel libcsv-devel
        inih-devel zlib-devel libcmocka-devel"
    lint_packages="clang libomp-devel clang-tools-extra cppcheck ShellCheck valgrind"
    pthreadpool=pthreadpool-devel glib=glib2-devel libfuzzer=compiler-rt readers=libxml2
    browser="chromium nodejs-npm"
elif command -v pacman >/dev/null 2>&1; then
    install="pacman -S --needed --noconfirm"
    packages="gcc make bash procps-ng pkgconf gnuplot hwloc gsl jansson libcsv libinih zlib cmocka"
    lint_packages="clang openmp cppcheck shellcheck valgrind"
    pthreadpool='' glib=glib2 libfuzzer=compiler-rt readers=libxml2 browser="chromium nodejs npm"
elif command -v apk >/dev/null 2>&1; then
    install="apk add"
    packages="bash procps gcc musl-dev make pkgconf gnuplot hwloc-dev gsl-dev jansson-dev libcsv-dev inih-dev
        zlib-dev cmocka-dev"
    lint_packages="clang openmp-dev clang-extra-tools cppcheck shellcheck valgrind"
    pthreadpool='' glib=glib-dev libfuzzer=compiler-rt readers=libxml2-utils
    browser="chromium nodejs npm"
elif [ -n "$missing" ]; then
    echo "deps: no apt-get, dnf, pacman or apk here; install by hand:$missing" >&2
    exit 4
else
    echo "deps: all that is needed is there; optional:$missing_optional"
    exit 0
fi
$want_lint && packages="$packages $lint_packages"

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    command -v sudo >/dev/null 2>&1 || as_root=none
fi
if [ -n "$missing" ] && [ "$as_root" = none ]; then
    echo "deps: installing needs root, and there is no sudo; install the above by hand" >&2
    exit 4
fi
run() {
    echo "deps: $as_root $*"
    $as_root "$@"
}

# install_optional WHAT PACKAGES: never fails.
install_optional() {
    # shellcheck disable=SC2086
    if [ -z "$2" ] || [ "$as_root" = none ] || ! run $install $2; then
        echo "deps: skipped what $1 needs"
    fi
}

if [ -n "$refresh" ] && [ "$as_root" != none ]; then
    run $refresh || [ -z "$missing" ]
fi
# shellcheck disable=SC2086
[ -z "$missing" ] || run $install $packages
case " $missing_optional " in *" pthreadpool "*) install_optional 'the optional strategy pthreadpool' "$pthreadpool" ;; esac
case " $missing_optional " in *" libfuzzer "*) install_optional 'make fuzz' "$libfuzzer" ;; esac
case " $missing_optional " in *" readers "*) install_optional 'tests/readers.sh' "$readers" ;; esac
case " $missing_optional " in *" browser "*) install_optional 'tests/page.sh' "$browser" ;; esac
for tool in mandoc zsh fish; do # every system names the package as the tool
    case " $missing_optional " in *" $tool "*) install_optional "tests/man.sh or tests/completion.sh ($tool)" "$tool" ;; esac
done
case " $missing_optional " in *" glib "*) install_optional 'the optional strategy glib' "$glib" ;; esac
echo "deps: done"
