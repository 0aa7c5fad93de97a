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

# With one size and several numbers of jobs, thresholds count jobs.
ends 'a run of several numbers of jobs' 0 run quick --sizes 1e5 --jobs 1,2,4,8 --strategies threadpool --workers 2 --rounds 6 \
    --formats svg --quiet --out "$work/jobs"
ends 'its thresholds' 0 export "$work/jobs" --format env
check 'they count jobs' is "$(grep -E '^BREAKEVEN.*_VERDICT=' "$work/out" | sed 's/=.*//' | xargs)" \
    'BREAKEVEN_SQUARES_THREADPOOL_W2_COLD_JOBS_VERDICT BREAKEVEN_SQUARES_THREADPOOL_W2_WARM_JOBS_VERDICT'

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

# ------------------------------------------------------------------------------- as docs/method.md has it

# recomputed DIR: its thresholds and what they cost, by either objective.
recomputed() {
    local objective
    for objective in crossover loss; do
        "$program" export "$1" --format json --objective "$objective" --out "$work/$objective.json" || return
    done
    python3 -B tests/thresholds.py "$1" "$work/crossover.json" "$work/loss.json" >"$work/said" ||
        { sed 's/^/# /' "$work/said"; false; }
}
if has python3; then
    for run in results/examples/two-cpus results/examples/sixteen-cpus "$work/run" "$work/jobs"; do
        check "every threshold of ${run##*/} is recomputed" recomputed "$run"
        check "there are some in ${run##*/}" test "$(sed -n '$s/ .*//p' "$work/said")" -ge 2
    done
    sed "s/\"threshold\": 2000/\"threshold\": 7/" "$work/thresholds.json" >"$work/changed.json"
    python3 -B tests/thresholds.py "$work/run" "$work/changed.json" >"$work/said"
    check 'one that is another is told' is "$?" 1
    check 'by its name' holds "$work/said" "^$name: threshold is 7, recomputed 2000\$"
fi

# ------------------------------------------------------------------------------- check

# A work of a library: where the file says that it lies, or where an option does.
a_library_s_work() {
    local nap=BREAKEVEN_NAP_THREADPOOL_W4_WARM
    cat >"$work/nap.c" <<'END'
#include <breakeven/work.h>
#include <unistd.h>
static int nap(const struct breakeven_job *job, void *result)
{
    *(uint64_t *)result = job->size;
    usleep(3000);
    return 0;
}
const struct breakeven_work breakeven_work = {BREAKEVEN_WORK_HEAD, .name = "nap", .result_bytes = 8, .run = nap};
END
    mkdir "$work/here" "$work/there"
    if "${CC:-cc}" -shared -fPIC -Iinclude -o "$work/here/libnap.so" "$work/nap.c" 2>"$work/log" && ! sanitized; then
        ends 'a run of a work of a library' 0 run quick --work "$work/here/libnap.so" --sizes 1,2 --jobs 4 --workers 4 --strategies threadpool \
            --rounds 12 --formats svg --quiet --out "$work/library"
        ends 'its thresholds are exported' 0 export "$work/library" --format c-header --out "$work/nap.h"
        ends 'they are checked where the library lies' 0 check "$work/nap.h" --only $nap --rounds 12 --sizes 1,2 --quiet --out "$work/nap.1"
        mv "$work/here/libnap.so" "$work/there"
        refuses 3 "nothing of .*nap.h can be measured: $nap: nap: .*libnap.so" check "$work/nap.h" --only $nap --out "$work/refused"
        ends 'they are checked where it lies now' 0 check "$work/nap.h" --only $nap --library "$work/there/libnap.so" --rounds 12 --sizes 1,2 \
            --quiet --out "$work/nap.2"
        check 'it held' is "$(column "$work/nap.2/check.csv" verdict)" held
    fi
}

# The same of a strategy of a library.
a_library_s_strategy() {
    local queue=BREAKEVEN_SLEEP_QUEUE_POOL_W4_WARM
    mkdir "$work/pool"
    if "${CC:-cc}" -shared -fPIC -pthread -Iinclude -o "$work/pool/libq.so" docs/examples/queue-pool/queue_pool.c 2>"$work/log" && ! sanitized; then
        ends 'a run of a strategy of a library' 0 run quick --work sleep --sizes 3e6,6e6 --jobs 4 --workers 4 --strategies "$work/pool/libq.so" \
            --rounds 12 --formats svg --quiet --out "$work/queue"
        ends 'its thresholds are exported, too' 0 export "$work/queue" --format env --out "$work/queue.env"
        ends 'and checked where the library lies' 0 check "$work/queue.env" --only $queue --rounds 12 --sizes 3e6,6e6 --quiet --out "$work/queue.1"
        rm "$work/pool/libq.so"
        refuses 3 "nothing of .*queue.env can be measured: $queue: queue-pool: .*libq.so" check "$work/queue.env" --only $queue \
            --out "$work/refused"
    fi
}

# Jobs that sleep for long are the same whatever else runs here: four at a time pay at any size. On one CPU no visit is disturbed.
on_one_cpu
aside a_library_s_work
aside a_library_s_strategy
ends 'a run of jobs that sleep' 0 run quick --work sleep --sizes 3e6,6e6 --jobs 4 --workers 4 --strategies threadpool --rounds 12 \
    --formats svg --quiet --out "$work/sleep"
sleeping=BREAKEVEN_SLEEP_THREADPOOL_W4_WARM
# doctored FOLDER FORMAT COLUMN=VALUE...: what the warm crossover of that run is exported as, with these columns changed, there and
# in the rows of its sizes.
change() {
    awk -F, -v OFS=, -v changes="$*" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
        $at["temperature"] == "warm" && $at["strategy"] == "threadpool" { n = split(changes, change, " ")
            for (i = 1; i <= n; i++) { split(change[i], pair, "="); if (pair[1] in at) $at[pair[1]] = pair[2] }
            print }'
}
doctored() {
    local crossover="${*:3}" rows
    rows=$(tr ' ' '\n' <<<"$crossover" | grep -v '^size' | xargs)
    cp -r "$work/sleep" "$work/$1"
    change "$crossover" <"$work/sleep/crossover.csv" >"$work/$1/crossover.csv"
    change "$rows" <"$work/sleep/summary.csv" >"$work/$1/summary.csv"
    "$program" export "$work/$1" --format "$2" --out "$work/$1.thresholds"
}
# again FILE FOLDER OPTIONS...: checks it, at two sizes; leaves $status, $work/out and $work/err.
again() { call check "$work/$1.thresholds" --rounds 12 --sizes 3e6,6e6 --out "$work/$2" "${@:3}"; }

doctored same json verdict=always
again same held
check 'check of what holds: exit 0' is "$status" 0
check 'it names the threshold' holds "$work/out" "^$sleeping: held: always -> always; its value loses"
check 'it counts' holds "$work/out" '^1 held, 0 drifted, 0 cannot be told\.$'
check 'costs are of as many sizes' is "$(column "$work/held/check.csv" places)" 2
ends 'its folder is that of a run' 0 report "$work/held" --formats svg --quiet
ends 'and can be exported again' 0 export "$work/held" --format c-header

doctored moved c-header verdict=at size=5e6 size_low=4.8e6 size_high=5.2e6
again moved drifted
check 'check of what drifted: exit 1' is "$status" 1
check 'the last line says so' holds "$work/err" '^breakeven: check: 1 threshold drifted; export it again$'
check 'what drifted is told' holds "$work/out" "^$sleeping: drifted: at 5M \[4.8M, 5.2M\] -> always;"
check 'its old value costs' is "$(column "$work/drifted/check.csv" mean_cost | awk '{ print ($1 > 0.5) }')" 1
refuses 2 'holds a run already' check "$work/moved.thresholds" --out "$work/drifted"
again moved drifted --quiet --force --only "$sleeping" --threshold 99%
check 'a quiet check says nothing but why it fails' is "$(cat "$work/out")" ''

doctored noisy env verdict=noisy size= size_low= size_high=
refuses 3 'nothing of .* can be measured: each threshold was too noisy' check "$work/noisy.thresholds" --out "$work/refused"
doctored unknown json work=knitting
refuses 3 "can be measured: BREAKEVEN_KNITTING_.*: this build has no such work" check "$work/unknown.thresholds" --out "$work/refused"
doctored strange cmake schedule=sideways
refuses 2 "schedule is 'sideways', which is not known" check "$work/strange.thresholds" --out "$work/refused"
doctored many json workers=1000000000
refuses 2 'workers is 1000000000; 1 to ' check "$work/many.thresholds" --out "$work/refused"

refuses 2 "--library: 'squares' is not the path of a library" check "$work/same.thresholds" --library squares --out "$work/refused"
refuses 2 "--library: .*none.so" check "$work/same.thresholds" --library ./none.so --out "$work/refused"

file=$work/same.thresholds
sed 's/"cpus": [0-9]*/"cpus": 77/' "$file" >"$work/cpus.json"
refuses 3 'was measured on 77 CPUs, of which there are [0-9]+ here' check "$work/cpus.json" --out "$work/refused"
sed 's/"architecture": "[^"]*"/"architecture": "pdp11"/' "$file" >"$work/pdp11.json"
refuses 3 "was measured on pdp11, this is $(uname -m)" check "$work/pdp11.json" --out "$work/refused"
sed 's/"version": 1/"version": 2/' "$file" >"$work/version.json"
refuses 2 'version 2 of thresholds; this build reads version 1' check "$work/version.json" --out "$work/refused"
sed 's/"threshold": 0/"threshold": 7/' "$file" >"$work/edited.json"
refuses 2 'edited.json:1: thresholds\[0\]: it was edited' check "$work/edited.json" --out "$work/refused"
sed "s/^\(#define $name\) .*/\1 5/" "$work/thresholds.h" >"$work/edited.h"
refuses 2 "$name is 5, and was exported as 2000: it was edited" check "$work/edited.h" --out "$work/refused"
refuses 2 'nowhere: cannot be read: No such file' check "$work/nowhere"
refuses 2 'README.md:1: it holds no thresholds' check README.md
refuses 2 'is not a regular file' check "$work"
refuses 2 'a file is needed' check
refuses 2 "--only: 'X' is not known" check "$file" --only X
refuses 2 '--threshold: ' check "$file" --threshold 0
refuses 2 '--sizes: ' check "$file" --sizes none --out "$work/refused"
check 'what is refused leaves no folder' not test -e "$work/refused"

begin check "$file" --sizes 3e6,4e6 --rounds 1000 --out "$work/interrupted"
until_true 20 test -s "$work/interrupted/samples.csv"
kill -INT "$run"
finish 20
check 'an interrupted check: exit 130' is "$status" 130
check 'an interrupted check judges what was measured' holds "$work/out" '^[0-9]+ held, [0-9]+ drifted, [0-9]+ cannot be told\.$'
check 'an interrupted check leaves no process' left_nobody

summary
