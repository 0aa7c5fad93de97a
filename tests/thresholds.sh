#!/usr/bin/env bash
# Thresholds as code: what `breakeven export` writes of a run, as compilers, CMake and shells read it.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

left_out() { echo "# left out: $1"; }
has() { command -v "$1" >/dev/null 2>&1 || { left_out "$1 is not installed"; false; }; }

# ------------------------------------------------------------------------------- export

# A run with a row of each verdict, so that nothing depends on what this machine comes to.
run=$work/run
mkdir "$run"
sed -n 1p results/examples/two-cpus/crossover.csv >"$run/crossover.csv"
cp results/examples/two-cpus/summary.csv "$run"
sed 's/"samples": [0-9]*/"samples": null/' results/examples/two-cpus/host.json >"$run/host.json"
while read -r strategy verdict; do
    awk -F, -v OFS=, -v strategy="$strategy" -v verdict="$verdict" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == "squares" && $at["strategy"] == strategy && $at["workers"] == 2 && $at["temperature"] == "warm" {
            $at["verdict"] = verdict
            if (verdict == "at" || verdict == "between") {
                $at["size"] = 1999.5; $at["size_low"] = 1800; $at["size_high"] = 2100
            }
            if (verdict == "between") { $at["until"] = 90000; $at["until_low"] = 80000; $at["until_high"] = 100000 }
            print; exit }' results/examples/two-cpus/crossover.csv >>"$run/crossover.csv"
done <<'END'
openmp at
forkpool between
fork never
spawn noisy
threadpool always
threads even
END
check 'the run has a curve of each verdict' is "$(tail -n +2 "$run/crossover.csv" | wc -l)" 6

for format in c-header cmake env json; do
    ends "export as $format" 0 export "$run" --format "$format" --out "$work/thresholds.$format"
    ends "export as $format by loss" 0 export "$run" --format "$format" --objective loss --out "$work/loss.$format"
    check "$format tells its objective" holds "$work/loss.$format" 'objective"?: ?"loss"'
done
name=BREAKEVEN_SQUARES_OPENMP_W2_WARM noisy=BREAKEVEN_SQUARES_SPAWN_W2_WARM
check 'a crossover is rounded up' holds "$work/thresholds.c-header" "^#define $name 2000\$"
check 'its interval is there' holds "$work/thresholds.c-header" "^#define ${name}_HIGH 2100\$"
check 'what always pays is 0' holds "$work/thresholds.env" '^BREAKEVEN_SQUARES_THREADPOOL_W2_WARM=0$'
check 'what never pays is SIZE_MAX' holds "$work/thresholds.c-header" '^#define BREAKEVEN_SQUARES_FORK_W2_WARM SIZE_MAX$'
check 'what is noisy has no value for shells' not grep -q "^$noisy=" "$work/thresholds.env"
check 'a range has both ends' holds "$work/thresholds.c-header" '^#define BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_UNTIL 90000$'
check 'the header says what either objective loses' holds "$work/thresholds.c-header" 'objective loses? .* on average'

ends 'a run of this program has thresholds, too' 0 run quick --sizes 100,1000 --strategies threadpool --workers 1 --rounds 6 \
    --formats svg --quiet --out "$work/own"
ends 'they are exported' 0 export "$work/own" --format json
rm "$work/own/crossover.csv"
ends 'without crossover.csv, from the summaries' 0 export "$work/own" --format json

mkdir "$work/compared" && cp tests/golden/export.comparison.csv "$work/compared/comparison.csv"
refuses 2 'holds a comparison; c-header is made of a run' export "$work/compared" --format c-header
refuses 2 "--objective: 'lost' is not crossover or loss" export "$run" --format env --objective lost
refuses 2 '--objective: markdown tells of no thresholds' export "$run" --format markdown --objective loss
head -n 1 "$run/crossover.csv" >"$work/none.csv" && cp -r "$run" "$work/none" && cp "$work/none.csv" "$work/none/crossover.csv"
refuses 3 'nothing to export as c-header' export "$work/none" --format c-header

# ------------------------------------------------------------------------------- as compilers read it

cp "$work/thresholds.c-header" "$work/thresholds.h"
cat >"$work/good.c" <<END
#include "thresholds.h"
#include "thresholds.h"
int pays(unsigned long n);
int pays(unsigned long n)
{
#if $name > 1999 && $name < BREAKEVEN_SQUARES_FORK_W2_WARM && defined ${noisy}_NOISY
    return n >= $name;
#endif
}
END
printf '#include "thresholds.h"\nint pays(long n); int pays(long n) { return n >= %s; }\n' "$noisy" >"$work/noisy.c"
printf '#include "thresholds.h"\nint a;\n#if %s > 5\nint b;\n#endif\n' "$noisy" >"$work/noisy-if.c"
for compiler in "${CC:-cc} -std=c99" 'clang -std=c17' 'g++ -std=c++17 -x c++'; do
    has "${compiler%% *}" || continue
    read -ra command <<<"$compiler"
    compiles() { "${command[@]}" -Wall -Wextra -pedantic -Werror -c "$work/$1.c" -o "$work/$1.o" >"$work/log" 2>&1; }
    check "$compiler takes the header, twice" compiles good
    check "$compiler: a value that was given before stays" \
        "${command[@]}" -D"$name=5" -c -x "${command[3]:-c}" - -o "$work/own.o" -I"$work" \
        <<<"#include \"thresholds.h\""$'\n'"int a[$name == 5 ? 1 : -1];"
    check "$compiler: to use what is noisy is an error" not compiles noisy
    check "$compiler says why" holds "$work/log" 'this threshold is noisy'
    check "$compiler: in #if, too" not compiles noisy-if
done

# The program of docs/thresholds.md, as it stands there.
awk '/^```/ { inside = /^```c$/; next } inside' docs/thresholds.md >"$work/page.c"
check 'the page has a program' test -s "$work/page.c"
if echo 'int main(void) { return 0; }' | "${CC:-cc}" -fopenmp -x c - -o "$work/a.out" 2>/dev/null; then
    check 'the program of docs/thresholds.md compiles' \
        "${CC:-cc}" -Wall -Wextra -Werror -fopenmp -I"$work" "$work/page.c" -o "$work/page"
    check 'it runs, serially and in parallel' is "$("$work/page" | tail -n 1)" '1000000 333332833333500000'
else
    left_out 'the program of docs/thresholds.md: the compiler has no OpenMP'
fi

if has cmake; then
    in_cmake() {
        printf '%s\n' "$@" >"$work/test.cmake"
        cmake -P "$work/test.cmake" >"$work/log" 2>&1
    }
    include="include($work/thresholds.cmake)"
    check 'CMake includes it' in_cmake "$include" "message(\"is \${$name}\")"
    check 'CMake has the value' holds "$work/log" '^is 2000$'
    check 'CMake: to use what is noisy is an error' not in_cmake "$include" "message(\"is \${$noisy}\")"
    check 'CMake says why' holds "$work/log" 'is noisy: measure again'
    check 'CMake: a value that was given before stays' in_cmake "set($name 5)" "set($noisy 6)" "$include" \
        "message(\"are \${$name} \${$noisy}\")"
    check 'CMake: they are those' holds "$work/log" '^are 5 6$'
fi
# shellcheck disable=SC2016 # the inner shell has them
check 'a shell reads the variables' is "$(sh -eu -c '. "$1"; eval "echo \$$2"' sh "$work/thresholds.env" "$name")" 2000
# shellcheck disable=SC2016
check 'a shell that minds has none for what is noisy' \
    not sh -eu -c '. "$1"; eval "echo \$$2"' sh "$work/thresholds.env" "$noisy" 2>/dev/null
if has python3; then
    check 'JSON is JSON' python3 -m json.tool "$work/thresholds.json" /dev/null
fi

summary
