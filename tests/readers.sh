#!/usr/bin/env bash
# Exports as the programs read them that they are for: each check is left out where its reader is not installed.
# On Debian: libxml2-utils, cmark-gfm, python3-junitparser (make deps-lint installs these), libbenchmark-tools with python3-scipy,
# golang-golang-x-tools (benchcmp); benchstat is `go install golang.org/x/perf/cmd/benchstat@latest`.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

# What there is to read: a run, a comparison of two builds (the run's rows, once more for a build that is half as fast), and
# one made by hand, with hostile texts and every verdict.
tiny "$work/run"
check 'a run to export: exit 0' is "$status" 0
mkdir "$work/builds" "$work/made"
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
    { $at["build"] = "base"; print; $at["build"] = "new"; $at["ns_per_map"] *= 2; print }' \
    "$work/run/samples.csv" >"$work/builds/samples.csv"
cp tests/golden/export.comparison.csv "$work/builds/comparison.csv"
cp tests/golden/export.comparison.csv "$work/made/comparison.csv"
sed 's/"samples": [0-9]*/"samples": null/' "$work/run/host.json" | tee "$work/builds/host.json" >"$work/made/host.json"

# exported FOLDER FORMAT OPTIONS...: leaves $work/FOLDER.FORMAT.
exported() {
    local folder=$1 format=$2
    shift 2
    ends "$folder as $format${2:+ of $2}" 0 export "$work/$folder" --format "$format" "$@"
    cp "$work/out" "$work/$folder.$format${2:+.$2}"
}
for folder in run made; do
    for format in markdown junit github-action-benchmark bencher; do
        exported "$folder" "$format"
    done
done
for format in google-benchmark benchstat; do
    exported run "$format"
    exported builds "$format" --side base
    exported builds "$format" --side new
done

# The cells that hold a time, and their rounds: disturbed ones do not count.
counts() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["median_ns"] != "" { cells++; rounds += $at["rounds"] } END { print cells, rounds }' "$work/run/summary.csv"
}
read -r cells rounds < <(counts)

left_out() { echo "# left out: $1 is not installed"; }
has() { command -v "$1" >/dev/null 2>&1 || { left_out "$1"; false; }; }

# python_with MODULE: leaves $python.
python_with() {
    for python in python3 /usr/bin/python3; do
        "$python" -c "import $1" 2>/dev/null && return
    done
    left_out "python3 with $1"
    false
}

# ------------------------------------------------------------------------------- JUnit

if has xmllint; then
    for folder in run made; do
        check "xmllint: the JUnit XML of $folder is well-formed" xmllint --noout "$work/$folder.junit"
    done
    cases() { xmllint --xpath "count(//testcase$1)" "$work/made.junit"; }
    verdicts() { "$program" export "$work/made" --format junit | grep -c "type=\"$1\""; }
    check 'xmllint: each row is a case' is "$(cases '')" 14
    check 'xmllint: regressions have failed' is "$(cases '[failure]')" "$(verdicts regression)"
    check 'xmllint: crashes are errors' is "$(cases '[error]')" "$(verdicts crashed)"
    check 'xmllint: texts come back as they were shown' \
        is "$(xmllint --xpath 'count(//error[contains(., "<script>alert") and contains(., "]]>")])' "$work/made.junit")" 1
fi
if python_with junitparser; then
    check 'junitparser: cases, failures, errors and skipped' is "$("$python" -c '
import junitparser, sys
suite = next(iter(junitparser.JUnitXml.fromfile(sys.argv[1])))
said = suite.tests, suite.failures, suite.errors, suite.skipped
suite.update_statistics()
print(*said, said == (suite.tests, suite.failures, suite.errors, suite.skipped))' "$work/made.junit")" '14 5 1 3 True'
fi

# ------------------------------------------------------------------------------- Markdown

if has cmark-gfm; then
    # html FOLDER: its summary as a page, also with what is markup in it.
    html() { cmark-gfm --extension table --extension autolink --unsafe "$work/$1.markdown"; }
    check 'cmark-gfm: each row of a comparison is one of a table' is "$(html made | grep -c '^<td><code>')" 14
    check 'cmark-gfm: each row has its fields and no more' is "$(html made | grep -c '^<td')" $((14 * 6))
    check 'cmark-gfm: no text acts' is "$(html made | grep -ciE '<(script|a|em|img)[ >]')" 0
    check 'cmark-gfm: a text comes back as it was' \
        is "$(html made | grep -cF "&lt;script&gt;alert('1')&lt;/script&gt;]]&gt;&amp;amp;\`b\` *c* [d](http://e)")" 1
    check 'cmark-gfm: each cell of a run is a row' \
        is "$(html run | grep -c '^<td><code>')" $(($(wc -l <"$work/run/summary.csv") - 1))
fi

# ------------------------------------------------------------------------------- benchmark tools

compare=/usr/share/benchmark/compare.py
if [ ! -e "$compare" ]; then
    left_out "Google Benchmark's compare.py"
elif python_with scipy; then
    # Leaves $work/out: a line for each round, each U test and each median.
    compared() { "$python" "$compare" --no-color benchmarks "$work/$1" "$work/$2" >"$work/out" 2>"$work/err"; }
    check 'compare.py: a run with itself' compared run.google-benchmark run.google-benchmark
    check 'compare.py: each median is there' is "$(grep -c '_median ' "$work/out")" "$cells"
    check 'compare.py: each round is there' is "$(grep -cE '^squares/[^ ]*temperature=(cold|warm) ' "$work/out")" "$rounds"
    check 'compare.py: nothing changed' is "$(grep '_median ' "$work/out" | grep -cv '+0.0000')" 0
    check 'compare.py: the two builds of a comparison' compared builds.google-benchmark.base builds.google-benchmark.new
    check 'compare.py: half as fast is +100 %' is "$(grep -c '_median  *+1\.0000' "$work/out")" "$cells"
fi
for tool in benchcmp benchstat; do
    if has "$tool"; then
        check "$tool: the two builds of a comparison" \
            eval "$tool '$work/builds.benchstat.base' '$work/builds.benchstat.new' >'$work/out' 2>'$work/err'"
        check "$tool: each is twice as slow" test "$(grep -c '+100\.00%' "$work/out")" -ge "$cells"
    fi
done

summary
