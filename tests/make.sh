#!/usr/bin/env bash
# What make's targets do with their variables, with what is missing on a machine, and with each other, in a copy of the tree
# that is no git clone.
# shellcheck source=tests/shell.sh disable=SC2016,SC1003 # what is within ' means itself here
. "$(dirname "$0")/shell.sh"

# The program that is tested lies in built/, which is a path without blanks wherever it really is.
tree=$work/tree built=built/breakeven
mkdir "$tree"
ln -s "$(dirname "$program")" "$tree/built"
tar -c Makefile LICENSE README.md CONTRIBUTING.md docs .ci bench strategies plots tests results/baseline | tar -x -C "$tree"
chmod 755 "$work"
unset MAKEFLAGS MFLAGS BREAKEVEN

# in_tree ARGUMENTS...: make as a user calls it; leaves $status, $work/out and $work/err.
in_tree() {
    env ${environment[@]+"${environment[@]}"} make -C "$tree" --no-print-directory "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}

# with_built ARGUMENTS...: the same with the program that is tested, which is built no more.
with_built() { in_tree -o $built BUILD=built REGRESS_MAKE=true "$@"; }

one_line() { is "$(wc -l <"$work/err")" 1 && holds "$work/err" "$1"; }
nothing_is_built() { not grep '^  CC ' "$work/out" && is "$(find "$tree" -path "$tree/build/*")" ''; }
as_make_value() { printf '%s' "${1//\$/\$\$}"; }

# ------------------------------------------------------------------------------- values

small=(WORK=squares SIZE=100 JOBS=2 WORKERS=1 STRATEGY=serial)
for name in "bob's \"run\"" -rf "x'; touch pwned; '" 'x$(touch pwned)`touch pwned`' $'two\nlines' '*&|;#\'; do
    with_built trace "${small[@]}" OUT="$(as_make_value "$name")"
    check "make trace writes into the folder $(printf %q "$name")" test "$status" -eq 0 -a -s "$tree/$name/trace.csv"
    with_built report DIR="$(as_make_value "$name")"
    check "make report looks for a run there" holds "$work/err" 'samples\.csv'
done
with_built bench SUITE=quick SIZES=100 STRATEGIES=threads WORKERS=1 ROUNDS=1 OUT="bob's run's"
check 'make bench writes into a folder with an apostrophe' test -s "$tree/bob's run's/samples.csv"
check 'the command that make shows can be typed again' is "$(bash -c "set -- $(head -n 1 "$work/out")"'; echo "${@: -2:1}"')" \
    "--out=bob's run's"
with_built report DIR="bob's run's"
check 'make report reads it' is "$status" 0

# Every variable of every target, in each of these targets. V, OPENMP, PTHREADPOOL, GLIB and MPI are words of a compiler's call.
in_tree help
names=$(LC_ALL=C sed -nE '/^  all takes/d; s/^  [a-z]+ takes (.*)/\1/p; s/^    ([A-Z].*)/\1/p' "$work/out" | xargs)
check 'make help tells the variables' test "$(wc -w <<<"$names")" -gt 50
everything() {
    variables=(PREFIX="$1" DESTDIR="$1")
    for name in $names; do
        variables+=("$name=$1")
    done
}
everything 'MARK$$(touch pwned)`touch pwned`'"'; touch pwned; '"
for target in bench trace floors report regress torture install uninstall baseline pictures selftest; do
    with_built -n "$target" "${variables[@]}"
    check "make $target puts no value into the text of its commands" not grep -E '^[^:]*MARK' "$work/out"
done
for target in bench trace floors report regress install; do
    with_built "$target" "${variables[@]}"
    check "make $target refuses what means nothing" test "$status" -eq 2 -a -s "$work/err"
done
check 'nothing that a value says was run' is "$(find "$work" . -maxdepth 3 -name pwned)" ''
with_built trace FORCE=perhaps
check 'a variable that is yes or no is nothing else' holds "$work/err" "^breakeven: FORCE: 'perhaps' is neither yes nor no"
for folder in '' 'a b' "a'b" 'a$$(touch pwned)' -x; do
    in_tree BUILD="$folder" all
    check "make refuses BUILD='$folder'" one_line 'breakeven: BUILD: '
done

# One list for make, one for the program. SHELL is make's own.
takes() { LC_ALL=C sed -nE "/^  $1 takes/,/^  [a-z]/{s/^  $1 takes//; /^  [a-z]/d; p}" "$work/help" | xargs -n 1 | tr A-Z_ a-z- | LC_ALL=C sort; }
in_tree help
cp "$work/out" "$work/help"
for pair in bench:run trace:trace floors:floors report:report; do
    call "${pair#*:}" --help
    LC_ALL=C sed -nE 's/^  --([a-z-]+) .*/\1/p' "$work/out" | grep -vxE 'help|quiet|verbose|json|terminal|shell' | LC_ALL=C sort >"$work/options"
    check "make ${pair%:*} takes each option of ${pair#*:}" is "$(takes "${pair%:*}" | grep -vxE 'suite|dir|args' | xargs)" "$(xargs <"$work/options")"
done

# ------------------------------------------------------------------------------- the environment

environment=(TAKES=many ENV=production SCHEDULE=never BUILD=elsewhere OPENMP=no V=1 INSTALLED=x DIR=/x TEMPERATURE=cool)
with_built trace "${small[@]}" OUT="$work/mine"
check 'variables of the environment are no options of make trace' test "$status" -eq 0 -a -s "$work/mine/trace.csv"
environment=(WORK=/scratch/user ENV=production FORCE=x SUITE=none TIMEOUT=never OUT=/dev/null)
with_built bench SUITE=quick SIZES=100 STRATEGIES=threads WORKERS=1 ROUNDS=1
check 'nor of make bench' test -s "$tree/results/latest/samples.csv"
with_built -e bench SUITE=quick SIZES=100 STRATEGIES=threads WORKERS=1 ROUNDS=1 OUT="$work/e"
check 'nor with make -e' test -s "$work/e/samples.csv"
environment=(DIR=/nowhere)
with_built report
check 'nor of make report' is "$status" 0
environment=(BASE=/nowhere NEW=/nowhere THRESHOLD=x)
with_built regress BUDGET=1s OUT="$work/regress"
check 'make regress measures a fresh run' test -s "$work/regress/samples.csv"
check 'and compares it with results/baseline' not grep -E 'BASE|SUITE' "$work/err"
environment=()
WORK=squares .ci/options.sh sh -c 'echo "$0"; env' -- WORK >"$work/out"
check 'an option is handed over' holds "$work/out" '^--work=squares$'
check 'the environment of what is measured is free of it' not grep -x 'WORK=squares' "$work/out"
ARGS='--json  --seed 7' .ci/options.sh sh -c 'echo "$@"' sh -- ARGS >"$work/out"
check 'ARGS is handed over word by word' holds "$work/out" '^--json --seed 7$'

# ------------------------------------------------------------------------------- regress looks before it builds

# asks PATTERN VARIABLE...: refused in plain words, before anything is built.
asks() {
    local pattern=$1
    shift
    in_tree regress "$@"
    check "make regress $*: refused" holds "$work/err" "^breakeven: $pattern"
    check "make regress $*: before anything is built" nothing_is_built
}
asks 'METRIC: SUITE, BUDGET and ROUNDS' BASE=$built METRIC=instructions BUDGET=10s
asks 'METRIC: means something where BASE' METRIC=time
asks "METRIC: 'cycles'" BASE=$built METRIC=cycles
asks "THRESHOLD: '5 apples'" THRESHOLD='5 apples'
asks "THRESHOLD: '0%' is not above 0" THRESHOLD=0%
asks "BUDGET: 'long'" BUDGET=long
asks "BUDGET: '10'" BUDGET=10
asks "ROUNDS: '-1'" ROUNDS=-1
asks "SUITE: 'nothing' is neither .* default" SUITE=nothing
asks "ADVISORY: 'maybe'" ADVISORY=maybe
asks "BASE: the folder 'bench' holds no run" BASE=bench
asks "NEW: 'bench' is no folder of a run" NEW=bench
asks "NEW: 'bench' is no program" BASE=$built NEW=bench
asks 'NEW: two runs are compared as they are' NEW=results/baseline ROUNDS=8
asks "OUT: 'Makefile' is not a folder" OUT=Makefile
asks "BASE: 'v0.1' is no program and no folder of a run.* git" BASE=v0.1
asks "BASE: '--all' is no program" BASE=--all
not_git() { not grep -iE 'fatal|git:' "$work/err" "$work/out"; }
check 'git says nothing where there is no clone' not_git

# ------------------------------------------------------------------------------- without git

# link_tools PATTERN: $work/bin is a folder for PATH with all tools but those that match.
absent=()
link_tools() {
    [ -d "$work/bin" ] || { mkdir "$work/bin" && ln -s /usr/bin/* "$work/bin/"; }
    [ ${#absent[@]} -eq 0 ] || ln -s "${absent[@]}" "$work/bin/"
    mapfile -t absent < <(printf '%s\n' /usr/bin/* | grep -E "^/usr/bin/($1)\$")
    (cd "$work/bin" && rm -f -- "${absent[@]##*/}")
}
in_tree -n all
check 'make says nothing of git where there is none' not_git
in_tree build/build_facts.h
check 'the commit of an archive is unknown' holds "$tree/build/build_facts.h" '^#define BUILD_COMMIT "unknown"$'
git init -q "$work" 2>/dev/null && git -C "$work" -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
in_tree build/build_facts.h
check 'and that of a clone around it is not taken for its own' holds "$tree/build/build_facts.h" '^#define BUILD_COMMIT "unknown"$'
rm -rf "$work/.git"
link_tools git
environment=(PATH="$work/bin")
touch "$tree/.git"
in_tree build/build_facts.h
check 'nor is a missing git a matter of many words' not_git
with_built regress BASE=v0.1
check 'make regress says that git is missing' holds "$work/err" "BASE: 'v0.1' .*git, .* is not installed"
environment=()
if command -v git >/dev/null; then
    with_built regress BASE=v0.1
    check 'make regress says what git dislikes' holds "$work/err" "BASE: 'v0.1' .*git does not read this clone: "
else
    echo '# left out: git is not installed'
fi
rm "$tree/.git"
check 'the include rules are checked without a clone' env -C "$tree" tests/includes.sh
rm -rf "$tree/build"

# ------------------------------------------------------------------------------- what is missing

link_tools '.*pkg-?conf.*'
environment=(PATH="$work/bin")
for target in bench all test; do
    in_tree "$target"
    check "make $target without pkg-config: one line with the command" one_line 'missing: pkg-config; `make deps` installs'
    check "make $target without pkg-config: nothing is built" nothing_is_built
done
environment=(PKG_CONFIG_LIBDIR=/nowhere)
in_tree bench
check 'make bench without libraries: one line' one_line 'missing: hwloc, gsl, jansson, inih, zlib; `make deps` installs'
in_tree all -j2
check 'make -j2 too' one_line 'missing: hwloc, gsl, jansson, inih, zlib; `make deps` installs'
with_built -o built/flags built/tests/run/test_plan
check 'a test without cmocka: one line' one_line 'missing: .*cmocka; `make deps` installs'
environment=()
in_tree all CC=gcc-99
check 'make with a compiler that is not there: one line' one_line 'missing: gcc-99; `make deps CC=gcc-99` installs'
if command -v clang >/dev/null; then
    mkdir "$work/include"
    ln -s "$(clang -print-resource-dir)"/include/*.h "$work/include/"
    rm -f "$work/include/omp.h"
    clang="clang -nobuiltininc -isystem $work/include"
    in_tree all CC="$clang"
    check 'make with a clang without OpenMP: one line' one_line "missing: openmp; \`make deps CC='$clang'\` installs"
    in_tree -n all CC="$clang" OPENMP=
    check 'without OpenMP nothing is missing' is "$status" 0
else
    echo '# left out: clang is not installed'
fi
environment=(PKG_CONFIG_LIBDIR=/nowhere)
with_built bench SUITE=peers WORK=none
check 'SUITE=peers says what is missing and what brings it' holds "$work/err" '^breakeven: warning: SUITE=peers: missing: (.*, )?glib(, libomp)?(, mpi)?; `make deps-peers` installs'
environment=()

call run quick --formats svg --env LD_PRELOAD=/nowhere/libomp.so.5 --strategies openmp --sizes 100 --rounds 1 --quiet --out "$work/preloaded"
check 'a row says what brings LLVM'"'"'s OpenMP' holds "$work/preloaded/samples.csv" \
    'could not be loaded; `make deps-peers` installs it|this build.s compiler has no OpenMP'

# Only Debian calls it libomp.so.5. Where it is there, an empty file takes its place.
elsewhere() {
    local known
    known=$(ldconfig -p | sed -n 's/.*libomp\.so\.5 .*=> //p' | head -n 1)
    if [ -z "$known" ]; then
        LD_LIBRARY_PATH="$work/llvm" "$@"
    else
        # shellcheck disable=SC2016 # the inner shell's
        LD_LIBRARY_PATH="$work/llvm" unshare --mount sh -c 'mount --bind /dev/null "$0" && exec "$@"' "$known" "$@"
    fi
}
mkdir -p "$work/llvm"
echo 'int breakeven_test_stub;' >"$work/llvm/stub.c"
if ! sanitized && "${CC:-cc}" -shared -fPIC -o "$work/llvm/libomp.so" "$work/llvm/stub.c" 2>/dev/null && elsewhere true 2>/dev/null; then
    elsewhere "$program" run quick --env LD_PRELOAD=libomp.so.5 --strategies openmp --sizes 100 --rounds 1 --quiet \
        --out "$work/elsewhere" >"$work/out" 2>"$work/err"
    check 'libomp.so takes the place of libomp.so.5 where only that is there' \
        holds "$work/elsewhere/samples.csv" ',openmp,.*,cold,.*,ok,.*libomp.so is looked for in its place'
    check 'deps.sh misses neither' is "$(elsewhere .ci/deps.sh missing peers -- cc 2>&1 | grep -cw libomp)" 0
else
    echo '# left out: libomp.so without libomp.so.5: no compiler, a sanitizer, or no mount namespace'
fi

# apt, with nothing installed in its view and nothing that it may install or fetch.
: >"$work/installed"
mkdir "$work/no-parts"
# Its cache is kept from call to call, whatever this system's own settings say of caches.
printf '%s\n' "Dir::State::status \"$work/installed\";" "Dir::Etc::parts \"$work/no-parts\";" \
    "Dir::Cache::pkgcache \"$work/pkgcache.bin\";" "Dir::Cache::srcpkgcache \"$work/srcpkgcache.bin\";" \
    'APT::Get::Print-URIs "true";' 'Debug::NoLocking "true";' >"$work/apt.conf"
by_apt() { APT_CONFIG=$work/apt.conf "$@"; }

# names_packages FILE: each is one that apt knows.
names_packages() {
    LC_ALL=C sed -nE 's/.*--no-install-recommends (.*)`.*/\1/p' "$1" | xargs -n 1 | LC_ALL=C sort >"$work/names"
    is "$(by_apt apt-cache pkgnames | LC_ALL=C sort | LC_ALL=C comm -13 - "$work/names" | xargs)" ''
}
if [ "$(id -u)" -eq 0 ] && command -v apt-get setpriv >/dev/null; then
    link_tools sudo
    nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    environment=("${nobody[@]}" env PATH="$work/bin" PKG_CONFIG_LIBDIR=/nowhere)
    for target in all deps; do
        in_tree $target
        check "make $target, not root and no sudo: a line for the administrator" \
            holds "$work/err" 'missing: hwloc, .*administrator run `apt-get update && apt-get install .*libhwloc-dev libgsl-dev'
        check "make $target, not root and no sudo: nothing else" is "$(grep -vc '^make: \*\*\*' "$work/err")" 1
    done
    if [ -n "$(by_apt apt-cache show libhwloc-dev 2>/dev/null)" ]; then
        check 'its packages are those of this system' names_packages "$work/err"
    else
        echo '# left out: apt has no list of packages'
    fi
    check 'make deps asks for no GLib' not grep -q glib "$work/err"
    in_tree deps-peers
    check 'make deps-peers does' holds "$work/err" 'libglib2.0-dev'
    environment=()
else
    echo '# left out: a user without sudo, for who is not root or has no apt'
fi

in_tree -n deps-lint deps-peers deps
check 'one package manager runs at a time' is "$(LC_ALL=C sed -n 's/.*deps.sh install \(.*\) --.*/\1/p' "$work/out" | xargs -d '\n')" \
    'tests tests peers tests lint'

if [ "$(id -u)" -eq 0 ] && [ -n "$(by_apt apt-cache show libhwloc-dev 2>/dev/null)" ]; then
    environment=(APT_CONFIG="$work/apt.conf" PKG_CONFIG_LIBDIR=/nowhere)
    in_tree deps-peers
    check 'make deps-peers ends well' is "$status" 0
    LC_ALL=C sed -nE 's/^(deps: After this operation), [0-9.]+ .?B of .*/\1/p; /^deps: apt-get install/p' "$work/out" | head -n 2 >"$work/said"
    check 'it says how much there is to install, then installs what is missing and nothing else' is "$(cat "$work/said")" \
        'deps: After this operation
deps: apt-get install -y -q --no-install-recommends libhwloc-dev libgsl-dev libjansson-dev libinih-dev zlib1g-dev libcmocka-dev'
    check 'and then GLib' holds "$work/out" '^deps: apt-get install .*libglib2.0-dev'
    environment=()
else
    echo '# left out: what apt would install, for who is not root or has no lists of packages'
fi

# ------------------------------------------------------------------------------- two at once

# several COUNT TARGET...: makes at once that build the same; prints what they say of trouble.
several() {
    local i
    for ((i = 0; i < $1; i++)); do
        make -s -C "$tree" --no-print-directory "${@:2}" >/dev/null 2>"$work/several.$i" &
    done
    wait
    cat "$work"/several.*
}
rm -rf "$tree/build"
check 'twelve makes at once write the same file' is "$(several 12 build/build_facts.h)" ''
check 'it is whole' is "$(wc -l <"$tree/build/build_facts.h")" 3
check 'three makes at once compile the same' is "$(several 3 build/bench/base/error.o build/bench/base/clock.o)" ''
check 'nothing else is left' is "$(find "$tree/build" -type f -name '*.*[0-9]*')" ''

# A compiler that has begun to write and takes its time.
cat >"$work/slow" <<'END'
#!/bin/sh
before=''
for word; do
    if [ "$before" = -o ] && [ "$word" != /dev/null ]; then
        : >"$word"
        echo "$word" >"$(dirname "$0")/begun"
        until [ -e "$(dirname "$0")/go" ]; do sleep 0.02; done
    fi
    before=$word
done
exec cc "$@"
END
chmod +x "$work/slow"
make -s -C "$tree" --no-print-directory CC="$work/slow" build/bench/base/error.o >"$work/out" 2>&1 &
slow=$!
rm "$tree/build/bench/base/error.o"
check 'a compiler is at work' until_true 20 test -s "$work/begun"
check 'what it has half written is nowhere taken for whole' not test -e "$tree/build/bench/base/error.o"
touch "$work/go"
wait $slow
check 'it is there when it is done' test -s "$tree/build/bench/base/error.o"
check 'the flags may hold quotes' in_tree build/build_facts.h build/bench/base/clock.o CFLAGS='-O1 -DQUOTED='"'"'"a b"'"'"
check 'and are told by the build' holds "$tree/build/build_facts.h" 'BUILD_FLAGS "-O1 -DQUOTED='"'"'\\"a b\\"'"' -fopenmp\"\$"

# base: the path of the program of a base, whose make builds nothing.
base() { REGRESS_MAKE=true "$work/clone/.ci/base.sh" build "$commit" 2>>"$work/trouble"; }
if command -v git >/dev/null; then
    mkdir -p "$work/clone/.ci"
    cp .ci/base.sh "$work/clone/.ci/"
    git init -q "$work/clone" 2>/dev/null
    git -C "$work/clone" -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
    commit=$(git -C "$work/clone" rev-parse HEAD)
    check 'four comparisons at once check one base out' is \
        "$({ base & base & base & base & wait; } | LC_ALL=C sort | uniq -c | xargs)" "4 build/base/${commit:0:12}/build/breakeven"
    check 'none is in the way of another' not grep -v '^waiting for another make' "$work/trouble"
else
    echo '# left out: git is not installed'
fi

# ------------------------------------------------------------------------------- what a message tells a user of make

with_built trace "${small[@]}" OUT="$work/mine"
check 'make trace into the same folder names the variable' holds "$work/err" 'holds a trace already; .*FORCE=yes'
with_built trace "${small[@]}" OUT="$work/mine" FORCE=yes
check 'with which it overwrites it' is "$status" 0
again=(SUITE=quick SIZES=100 STRATEGIES=threads WORKERS=1 ROUNDS=1 OUT="$work/e")
with_built bench "${again[@]}"
check 'make bench does so' holds "$work/err" 'holds a run already; .*RESUME=yes or FORCE=yes'
with_built bench "${again[@]}" FORCE=yes
check 'and overwrites it' holds "$work/out" '--force'

summary
