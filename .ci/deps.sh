#!/bin/sh
# Installs what breakeven needs and this machine lacks, by the system's own package manager, and says first how much that is.
# usage: deps.sh install GROUP... -- COMPILER...     GROUP: tests (with all that building needs), peers, lint
#        deps.sh missing build|tests|peers -- COMPILER...     in one line what is missing and what brings it; else nothing
set -eu

action=$1 groups=''
shift
while [ "$1" != -- ]; do
    groups="$groups $1"
    shift
done
shift
compiler="${*:-cc}"         # with its arguments, of which -fopenmp says that it must have OpenMP
compiler_name=${compiler%% *}

# What each group needs. Where something optional is missing, what needs it is left out and says so.
build='cc pkg-config bash hwloc gsl jansson inih zlib libcsv openmp'
tests="$build cmocka make gnuplot pgrep"
peers_optional='pthreadpool glib libomp mpi'
runtimes_optional='python3 joblib numpy mpi4py node' # for strategies in Python, and the runner in Node: a run without them says so itself
cluster_optional='tc'                             # for tests/cluster.sh
lint='clang clang-openmp clang-format cppcheck shellcheck valgrind'
lint_optional='libfuzzer xmllint cmark-gfm junitparser chromium node npm mandoc zsh fish slurm'

# Packages by package manager; + stands between two, - where the system has none.
packages() {
    cat <<'END'
#             apt                        dnf                   pacman       apk
cc            gcc+libc6-dev              gcc                   gcc          gcc+musl-dev
gcc           gcc+libc6-dev              gcc                   gcc          gcc+musl-dev
clang         clang                      clang                 clang        clang
openmp        libomp-dev                 libomp-devel          openmp       openmp-dev
clang-openmp  libomp-dev                 libomp-devel          openmp       openmp-dev
make          make                       make                  make         make
pkg-config    pkg-config                 pkgconf-pkg-config    pkgconf      pkgconf
bash          bash                       bash                  bash         bash
tc            iproute2                  iproute+iproute-tc    iproute2     iproute2
pgrep         procps                     procps-ng             procps-ng    procps
gnuplot       gnuplot-nox                gnuplot               gnuplot      gnuplot
hwloc         libhwloc-dev               hwloc-devel           hwloc        hwloc-dev
gsl           libgsl-dev                 gsl-devel             gsl          gsl-dev
jansson       libjansson-dev             jansson-devel         jansson      jansson-dev
libcsv        libcsv-dev                 libcsv-devel          libcsv       libcsv-dev
inih          libinih-dev                inih-devel            libinih      inih-dev
zlib          zlib1g-dev                 zlib-devel            zlib         zlib-dev
cmocka        libcmocka-dev              libcmocka-devel       cmocka       cmocka-dev
pthreadpool   libpthreadpool-dev         pthreadpool-devel     -            -
glib          libglib2.0-dev             glib2-devel           glib2        glib-dev
libomp        libomp5                    libomp                openmp       openmp
mpi           openmpi-bin+libopenmpi-dev openmpi+openmpi-devel openmpi      openmpi+openmpi-dev
python3       python3                    python3               python       python3
joblib        python3-joblib             python3-joblib        python-joblib py3-joblib
numpy         python3-numpy              python3-numpy         python-numpy py3-numpy
mpi4py        python3-mpi4py+openmpi-bin python3-mpi4py-openmpi python-mpi4py py3-mpi4py
clang-format  clang-format               clang-tools-extra     clang        clang-extra-tools
cppcheck      cppcheck                   cppcheck              cppcheck     cppcheck
shellcheck    shellcheck                 ShellCheck            shellcheck   shellcheck
valgrind      valgrind                   valgrind              valgrind     valgrind
libfuzzer     libclang-rt-dev            compiler-rt           compiler-rt  compiler-rt
xmllint       libxml2-utils              libxml2               libxml2      libxml2-utils
cmark-gfm     cmark-gfm                  -                     -            -
junitparser   python3-junitparser        -                     -            -
chromium      chromium+fonts-liberation  chromium              chromium     chromium
node          nodejs                     nodejs                nodejs       nodejs
npm           npm                        nodejs-npm            npm          npm
mandoc        mandoc                     mandoc                mandoc       mandoc
zsh           zsh                        zsh                   zsh          zsh
fish          fish                       fish                  fish         fish
slurm         slurm-wlm+munge            -                     -            -
END
}

# ------------------------------------------------------------------------------- what is here

is_command() { command -v "$1" >/dev/null 2>&1; }

# can_include HEADER COMPILER...
can_include() {
    header=$1
    shift
    printf '#include <%s>\n' "$header" | "$@" -E -x c - >/dev/null 2>&1
}

# Looked up by hand where there is no compiler yet.
has_header() {
    if is_command "$compiler_name"; then
        # shellcheck disable=SC2086 # words, as in a recipe of make
        can_include "$1" $compiler
    else
        [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ]
    fi
}

# has_library NAME HEADER: pkg-config knows, where it is there.
has_library() {
    if is_command pkg-config; then pkg-config --exists "$1" 2>/dev/null; else has_header "$2"; fi
}

# The loader complains of what it cannot preload.
can_be_loaded() { [ -z "$(env LD_PRELOAD="$1" sh -c : 2>&1)" ]; }

has_module() { python3 -c "import $1" 2>/dev/null || /usr/bin/python3 -c "import $1" 2>/dev/null; }

has() {
    case $1 in
    cc) is_command "$compiler_name" ;;
    openmp) case "$compiler" in *' -fopenmp'*) ! is_command "$compiler_name" || has_header omp.h ;; esac ;;
    clang-openmp) can_include omp.h clang -fopenmp ;;
    hwloc) has_library hwloc hwloc.h ;;
    gsl) has_library gsl gsl/gsl_math.h ;;
    jansson) has_library jansson jansson.h ;;
    inih) has_library inih ini.h ;;
    zlib) has_library zlib zlib.h ;;
    cmocka) has_library cmocka cmocka.h ;;
    glib) has_library glib-2.0 glib-2.0/glib.h ;;
    libcsv) has_header csv.h ;;
    pthreadpool) has_header pthreadpool.h ;;
    mpi) is_command mpirun && is_command mpicc ;;
    libomp) can_be_loaded libomp.so.5 || can_be_loaded libomp.so ;; # the first is Debian's name
    slurm) is_command srun && { is_command munged || [ -x /usr/sbin/munged ]; } ;;
    tc) is_command tc || [ -x /usr/sbin/tc ] ;;
    joblib | numpy | mpi4py | junitparser) has_module "$1" ;;
    chromium) is_command chromium || is_command chromium-browser || is_command google-chrome ;;
    libfuzzer)
        printf 'int LLVMFuzzerTestOneInput(void) { return 0; }\n' |
            clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null
        ;;
    *) is_command "$1" ;;
    esac
}

# lacking THING...: those that are not here, each behind a blank; the compiler by its name.
lacking() {
    for thing in "$@"; do
        if ! has "$thing"; then
            [ "$thing" != cc ] || thing=$compiler_name
            printf ' %s' "$thing"
        fi
    done
}

# ------------------------------------------------------------------------------- the package manager

manager=''
for name in apt-get dnf pacman apk; do
    if [ -z "$manager" ] && is_command $name; then manager=$name; fi
done
case $manager in
apt-get) install='apt-get install -y -q --no-install-recommends' column=2 ;;
dnf) install='dnf install -y' column=3 ;;
pacman) install='pacman -S --needed --noconfirm' column=4 ;;
apk) install='apk add' column=5 ;;
esac

as_root=''
if [ "$(id -u)" -ne 0 ]; then
    as_root=none
    is_command sudo && as_root=sudo
fi

# packages_of THING...: their names here, each behind a blank. What is not in the table, gcc-12, is named as its package.
packages_of() {
    for thing in "$@"; do
        row=$(packages | grep "^$thing ") || row="$thing $thing $thing $thing $thing"
        # shellcheck disable=SC2086 # its columns
        set -- $row
        shift $((column - 1))
        [ "$1" = - ] || printf ' %s' "$1" | tr + ' '
    done
}

# What a person types as root.
by_hand() {
    case $manager in
    apt-get) echo "apt-get update && apt-get install -y --no-install-recommends$1" ;;
    *) echo "$install$1" ;;
    esac
}

# missing_line TARGET THING...: what is missing, and the command that brings it.
missing_line() {
    target=$1
    shift
    own=${compiler% -fopenmp*}
    case $own in
    cc) ;;
    *' '*) target="$target CC='$own'" ;;
    *) target="$target CC=$own" ;;
    esac
    printf 'missing: %s; ' "$(echo "$*" | sed 's/ /, /g')"
    if [ -z "$manager" ]; then
        echo 'this system has none of apt, dnf, pacman and apk: install by hand what is missing'
    elif [ "$as_root" = none ]; then
        echo "installing takes root and there is no sudo: let an administrator run \`$(by_hand "$(packages_of "$@")")\`"
    else
        echo "\`make $target\` installs what is missing"
    fi
}

# ------------------------------------------------------------------------------- missing

if [ "$action" = missing ]; then
    case $groups in
    ' build') wanted=$build target=deps ;;
    ' tests') wanted="$build cmocka" target=deps ;;
    ' peers') wanted=$peers_optional target=deps-peers ;;
    esac
    # shellcheck disable=SC2046,SC2086
    set -- $(lacking $wanted)
    [ $# -eq 0 ] || missing_line "$target" "$@"
    exit 0
fi

# ------------------------------------------------------------------------------- install

needed='' optional=''
for group in $groups; do
    case $group in
    tests) needed="$needed $tests" ;;
    peers) optional="$optional $peers_optional $runtimes_optional $cluster_optional" ;;
    lint) needed="$needed $lint" optional="$optional $lint_optional" ;;
    esac
done
# shellcheck disable=SC2086
missing=$(lacking $needed)
# shellcheck disable=SC2086
missing_optional=$(lacking $optional)

if [ -z "$missing$missing_optional" ]; then
    echo 'deps: everything is there'
    exit 0
fi
if [ -z "$manager" ] || [ "$as_root" = none ]; then
    # shellcheck disable=SC2086
    echo "breakeven: $(missing_line deps $missing $missing_optional)" >&2
    [ -z "$missing" ] || exit 4
    exit 0
fi
echo "deps: missing:$missing$missing_optional"

run() {
    echo "deps: ${as_root:+$as_root }$*"
    $as_root env DEBIAN_FRONTEND=noninteractive "$@"
}

# pacman and apk tell by themselves before they begin.
say_size() {
    case $manager in
    apt-get) apt-get -o Debug::NoLocking=1 install --assume-no --no-install-recommends "$@" ;;
    dnf) dnf install --assumeno "$@" ;;
    esac 2>/dev/null </dev/null | grep -iE '^(need to get|after this operation|total .*size|install.* size)' |
        sed 's/^/deps: /'
}

# install_things THING...: fails where one of them cannot be installed.
install_things() {
    # shellcheck disable=SC2046
    set -- $(packages_of "$@")
    [ $# -gt 0 ] || return 1
    LC_ALL=C say_size "$@" || true
    # shellcheck disable=SC2086
    run $install "$@"
}

if [ "$manager" = apt-get ]; then
    run apt-get update -q || echo 'deps: the lists of packages could not be brought up to date'
fi
# shellcheck disable=SC2086
if [ -n "$missing" ] && ! install_things $missing; then
    echo "breakeven: not installed:$missing; as root: \`$(by_hand "$(packages_of $missing)")\`" >&2
    exit 4
fi
# What one system does not have keeps nothing else from being installed.
# shellcheck disable=SC2086
if [ -n "$missing_optional" ] && ! install_things $missing_optional; then
    for thing in $missing_optional; do
        install_things "$thing" || echo "deps: left out, since it cannot be installed here: $thing"
    done
fi
echo 'deps: done'
