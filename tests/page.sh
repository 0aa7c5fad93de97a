#!/usr/bin/env bash
# report.html as a reader has it: in headless Chromium, by tests/page/check.mjs. Left out where chromium or node is not
# installed; what axe-core finds, where npm cannot fetch it (into build/page, once). make deps-lint installs these.
# SHOTS=FOLDER keeps screenshots.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

page=$work/run/report.html
tools=build/page
axe=$tools/node_modules/axe-core/axe.min.js

left_out() { echo "# left out: $*"; }

# find_browser: leaves $browser.
find_browser() {
    local name
    for name in chromium chromium-browser google-chrome; do
        browser=$(command -v "$name") && return
    done
    left_out 'chromium is not installed'
    false
}

# Fetched again where the version that is asked for is another.
has_axe() {
    [ -s "$axe" ] && cmp -s tests/page/package-lock.json "$tools/package-lock.json" && return
    mkdir -p "$tools"
    cp tests/page/package.json tests/page/package-lock.json "$tools"
    (cd "$tools" && timeout 60 npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm" 2>&1 && [ -s "$axe" ]
}

# look PAGE AXE [SHOTS]: the page's checks, counted here as if they were this script's.
look() {
    timeout 240 node tests/page/check.mjs "$browser" "$@" >"$work/looked" 2>"$work/node"
    status=$?
}
count_looks() {
    cat "$work/looked"
    passed=$((passed + $(grep -c '^ok - ' "$work/looked")))
    failed=$((failed + $(grep -c '^not ok - ' "$work/looked")))
}
# Its calculator says the same of jobs as the program does, whose answers are in $work/answers.
answers=${program%/*}/tests/page/answers
calculates() {
    if [ ! -s "$work/answers" ]; then
        left_out "no $answers (make $answers)"
        return
    fi
    timeout 240 node tests/page/calculator.mjs "$browser" "$page" "$work/answers" >"$work/looked" 2>"$work/node"
    status=$?
    count_looks
    check 'the calculator was looked at to its end' calculated_through
}
calculated_through() {
    [ "$status" -le 1 ] && holds "$work/looked" '^(not )?ok - and no calculator' && return
    sed 's/^/# /' "$work/node"
    false
}
looked_through() {
    [ "$status" -le 1 ] && holds "$work/looked" '^(not )?ok - the console is empty' && return
    sed 's/^/# /' "$work/node"
    false
}

# ------------------------------------------------------------------------------- the files

tiny "$work/run" --formats svg,png
check 'a run: exit 0' is "$status" 0
check 'it has a page' test -s "$page"
check 'the page is under 2 MiB' test "$(wc -c <"$page")" -lt $((2 << 20))
cp "$page" "$work/first.html"
ends 'a report again' 0 report "$work/run"
check 'it says where the page is' holds "$work/out" '^Look at .*/run/report.html'
check 'the same page' cmp "$page" "$work/first.html"
[ ! -x "$answers" ] || "$answers" "$work/run" >"$work/answers"
check 'the script of its calculator is under 8 KiB' test "$(sed -n '/^const breakevenModel/,/^<.script>/p' "$page" | wc -c)" -lt $((8 << 10))
check 'no address of another machine is in it' not grep -qE '(src|href)="?(https?:)?//' "$page"

mkdir "$work/bare"
cp "$work/run/host.json" "$work/run/samples.csv" "$work/bare"
environment=(PATH=/nowhere)
call report "$work/bare"
environment=()
check 'without gnuplot: exit 4' is "$status" 4
check 'without gnuplot: the page says so' holds "$work/bare/report.html" 'Not all pictures are here: .*gnuplot'
check 'without gnuplot: its tables are there' holds "$work/bare/report.html" 'id="crossover-table"'

tiny "$work/run" --force --rounds 1
check 'a run over another does not keep its page' not cmp -s "$page" "$work/first.html"
cp "$work/first.html" "$page"

# ------------------------------------------------------------------------------- in a browser

# Damages a copy of the page, so that each of these checks is seen to fail.
damage() {
    sed -e 's/<meta http-equiv[^>]*>//' \
        -e 's|</main>|<img alt="" src="http://breakeven.invalid/a.png"><div style="width: 3000px">wide</div></main>|' \
        -e 's|^        var way = .*|        var way = 1; console.warn("sorting");|' \
        -e 's/shown += !row.hidden/shown += 1/' \
        -e 's/--c0072b2: #[0-9a-f]*/--c0072b2: #808080/; s/--cd55e00: #[0-9a-f]*/--cd55e00: var(--panel)/' "$1"
}

if sanitized; then
    left_out 'a browser sees nothing of the program that a sanitizer could be asked about'
elif ! command -v node >/dev/null 2>&1; then
    left_out 'node is not installed'
elif find_browser; then
    has_axe || { left_out 'axe-core: npm cannot fetch it'; axe=-; }
    look "$page" "$axe" ${SHOTS:+"$SHOTS"}
    count_looks
    check 'the page was looked at to its end' looked_through
    calculates
    look "$work/bare/report.html" "$axe"
    count_looks
    check 'a page without pictures was looked at to its end' looked_through
    if command -v python3 >/dev/null; then
        python3 -B tests/runtimes.py "$work/two" && call report "$work/two" --formats svg
        look "$work/two/report.html" -
        count_looks
        check 'a page of two runtimes was looked at to its end' looked_through
    fi
    damage "$page" >"$work/damaged.html"
    look "$work/damaged.html" -
    for what in 'Enter on it sorts downwards' 'and says how many these are' 'lines, marks and texts of pictures are seen' \
        'nothing is wider than the page at 360 px' 'nothing was asked of anybody else' 'the console is empty'; do
        check "a damaged page: '$what' fails" holds "$work/looked" "^not ok - .*$what"
    done
fi

summary
