#!/usr/bin/env bash
# Names that mean something to a shell, to gnuplot, to XML or to a terminal are names and nothing else.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"
on_one_cpu

mkdir "$work/here" # nothing may appear there
cd "$work/here" || exit 1

# Each would make a file named pwned, act on a terminal or break a format. No commas, semicolons or
# line ends: they mean something in --env, and that is tried apart.
# shellcheck disable=SC2016,SC1003
harmful=(
    '$(touch pwned)' '`touch pwned`' '| touch pwned' '< touch pwned' '& touch pwned &'
    "'.system('touch pwned').'" "''.system('touch pwned').''" '".system("touch pwned")."'
    "' \" '' \"\"" '<script>alert(1)</script>' '&lt]]>&amp<!--' '@name @ARG1 {/Symbol a}_b^c %s %d %n'
    'back\slash\' '\\n\e' '# comment' '-e' '--help' '../../pwned' '/pwned' '~' '*' ' blank ' '='
    'héllo ☃ 😀' $'\e[31mred\e[2J' $'\e]0\atitle' $'tab\tbell\a' $'\xff\xfe' $'\xc2\x9b31m' 'a b' 'a_b'
)

no_harm() {
    local found
    found=$(find "$work" -name pwned)
    is "$found" '' && is "$(ls -A "$work/here")" ''
}

# What reaches a terminal: UTF-8 without control characters.
harmless() {
    local file
    for file in "$@"; do
        iconv -f UTF-8 -t UTF-8 "$file" >/dev/null 2>&1 || { echo "# $file is not UTF-8"; return 1; }
        is "$(LC_ALL=C tr -d '\n' <"$file" | LC_ALL=C grep -c '[[:cntrl:]]')" 0 || return 1
        not env LC_ALL=C grep -qa $'\xc2[\x80-\x9f]' "$file" || return 1
    done
}

# Takes a file apart by somebody else's reader; the program is on stdin.
python=$(command -v python3)
reads() { "$python" - "$@"; }

# ------------------------------------------------------------------------------- a run made elsewhere

call run quick --formats svg --sizes '100,1000' --rounds 6 --strategies threads --workers 2 --quiet --out "$work/made"
check 'a run: exit 0' is "$status" 0
quoted() { sed 's/"/""/g; 1s/^/"/; $s/$/"/' <<<"$1"; }
# renamed NAME SIZES: rows of that run with its work, its strategy and its environment named so.
renamed() {
    NAME=$(quoted "$1") LC_ALL=C awk -F, -v OFS=, -v sizes="$2" 'NR > 1 && $3 ~ sizes {
        $2 = $9 = ENVIRON["NAME"]
        if ($5 != "serial") $5 = ENVIRON["NAME"]
        $27 = "\"detail, \"\"x\"\"\""
        print
    }' "$work/made/samples.csv"
}
mkdir "$work/elsewhere"
{
    head -n 1 "$work/made/samples.csv"
    for name in "${harmful[@]}" $'two\nlines' 'one,two;three'; do
        case $name in
            *touch* | *script* | *@* | '&lt'* | $'\e'* | $'\xff'*) renamed "$name" . ;; # all pictures
            *) renamed "$name" '^100$' ;;                                           # one
        esac
    done
} >"$work/elsewhere/samples.csv"
# shellcheck disable=SC2016
sed -e 's/"started": "[^"]*"/"started": "<b>\\u001b[31m`touch pwned`'"'"'; system('"'touch pwned'"'); \\u009b]]>"/' \
    -e 's/"kernel": "[^"]*"/"kernel": "k\\u0007 \\"}"/' \
    -e 's/"warnings": \[/"warnings": ["\\u001b[31mred\\ntwo",/; s/,\]/]/' \
    -e 's/"samples": [0-9]*/"samples": null/' "$work/made/host.json" >"$work/elsewhere/host.json"
sed -i -z 's/two",\n* *\([]"]\)/two"\1/; s/two""/two","/' "$work/elsewhere/host.json"
works=$((${#harmful[@]} + 2))

# A script draws SVG and PNG alike: it is the same text in which names stand.
call report "$work/elsewhere" --formats svg
drawing=false
command -v gnuplot >/dev/null && drawing=true
if $drawing; then
    check 'report: exit 0' is "$status" 0
    check 'report: nothing on stderr' is "$(cat "$work/err")" ''
    check 'report: each work has its picture' \
        is "$(find "$work/elsewhere/plots" -name '*-overhead.svg' | wc -l)" "$works"
    check 'report: pictures have names that nobody must quote' \
        is "$(find "$work/elsewhere/plots" -mindepth 1 -printf '%f\n' | grep -vcE '^[A-Za-z0-9_][A-Za-z0-9_-]*\.(gp|dat|svg|png)$')" 0
fi
check 'report: nothing in a name is done' no_harm
check 'report: nothing acts on the terminal' harmless "$work/out" "$work/elsewhere/tables.txt"
check 'report: each work has its table' is "$(grep -cE ': [0-9]+ jobs of size' "$work/elsewhere/tables.txt")" "$works"
check 'report: names can be read' grep -qF '<script>alert(1)</script>' "$work/elsewhere/tables.txt"
check 'report: what acts is made visible' grep -qF '\x1b[31mred' "$work/elsewhere/tables.txt"
call compare "$work/elsewhere" "$work/elsewhere" --threshold 100% --out "$work/compared"
check 'compare: exit 0' is "$status" 0
check 'compare: nothing acts on the terminal' harmless "$work/out" "$work/err"
cp -r "$work/elsewhere" "$work/slower"
LC_ALL=C sed -i 's/,ok,/,wrong,/' "$work/slower/summary.csv"
call compare "$work/elsewhere" "$work/slower"
check 'compare with a broken run: exit 1' is "$status" 1
check 'compare with a broken run: nothing acts on the terminal' harmless "$work/out" "$work/err"
check 'compare with a broken run: it tells of each cell' test "$(grep -c '^crashed ' "$work/out")" -ge $((2 * works))

if [ -n "$python" ]; then
    printf '%s\0' "${harmful[@]}" $'two\nlines' 'one,two;three' >"$work/names"
    check 'summary.csv holds the names as they were' reads "$work/elsewhere/summary.csv" "$work/names" <<'END'
import csv, sys
names = set(open(sys.argv[2], 'rb').read().split(b'\0')[:-1])
with open(sys.argv[1], newline='', encoding='latin-1') as file:
    rows = list(csv.reader(file, strict=True))
columns = {name: i for i, name in enumerate(rows[0])}
assert {len(row) for row in rows} == {len(rows[0])}
for column in 'work', 'env':
    assert {row[columns[column]].encode('latin-1') for row in rows[1:]} == names, column
strategies = {row[columns['strategy']].encode('latin-1') for row in rows[1:]}
assert strategies == names | {b'serial'}
END
    check 'report.html: no name is markup, and each can be read' reads "$work/elsewhere/report.html" <<'END'
import html.parser, sys
allowed = set("""html head meta link title style body a header h1 h2 h3 p nav ul li main section em form label select option
    button output div table caption thead tbody tr th td span b small code figure figcaption dl dt dd footer script svg desc g
    path rect circle polygon polyline text tspan use defs filter feflood fecomposite pattern mask clippath""".split())
class Page(html.parser.HTMLParser):
    texts, scripts = '', 0
    def handle_starttag(self, tag, attributes):
        assert tag in allowed, tag
        self.scripts += tag == 'script'
        for name, value in attributes:
            assert not name.startswith('on') and name not in ('style', 'src'), (tag, name)
            assert name != 'href' or value[0] == '#' or value == 'data:,' or ':' not in value, value
    handle_startendtag = handle_starttag
    def handle_data(self, data):
        self.texts += data
page = Page()
page.feed(open(sys.argv[1], encoding='utf-8').read())
assert page.scripts == 1
assert not any(ord(c) < 32 and c != '\n' or 127 <= ord(c) < 160 for c in page.texts)
for name in ('$(touch pwned)', '`touch pwned`', '<script>alert(1)</script>', '\\x1b[31mred', 'héllo ☃ 😀'):
    assert name in page.texts, name
END
    if $drawing; then
        check 'every SVG is XML, and no name is markup in it' reads "$work/elsewhere/plots" <<'END'
import os, sys, xml.etree.ElementTree as tree
seen = set()
for name in os.listdir(sys.argv[1]):
    if name.endswith('.svg'):
        root = tree.parse(os.path.join(sys.argv[1], name)).getroot()
        seen |= {element.tag.split('}')[1] for element in root.iter()}
        text = ''.join(root.itertext())
        assert not any(ord(c) < 32 and c not in '\n\t\r' or 127 <= ord(c) < 160 for c in text), name
allowed = {'svg', 'g', 'path', 'text', 'tspan', 'rect', 'circle', 'polygon', 'polyline', 'line', 'use', 'defs',
           'title', 'desc', 'linearGradient', 'stop', 'pattern', 'filter', 'feFlood', 'feComposite', 'mask',
           'feGaussianBlur', 'clipPath', 'ellipse'}
assert seen <= allowed, seen - allowed
END
        check 'a name is in its picture as it is' reads "$work/elsewhere/plots" <<'END'
import os, sys, xml.etree.ElementTree as tree
texts = ''
for name in os.listdir(sys.argv[1]):
    if name.endswith('-overhead.svg'):
        texts += ''.join(tree.parse(os.path.join(sys.argv[1], name)).getroot().itertext())
for name in ('$(touch pwned)', '`touch pwned`', "'.system('touch pwned').'", '".system("touch pwned")."',
             '<script>alert(1)</script>', '@name @ARG1 {/Symbol a}_b^c %s %d %n', 'back\\slash\\', '# comment',
             'héllo ☃ 😀', '\\x1b[31mred\\x1b[2J', '\\xff\\xfe', '&lt]]\\x3e&amp<!--'):
    assert name in texts, name
END
    fi
else
    echo '# skipped: no python3 to read CSV and XML with'
fi
if $drawing; then
    mkdir "$work/redrawn"
    cp "$work"/elsewhere/plots/*touch*-overhead.{gp,dat} "$work/redrawn"
    redraw() { (cd "$work/redrawn" && for script in *.gp; do gnuplot "$script" || return 1; done); }
    check 'scripts can be drawn again' redraw 2>/dev/null
    check 'nothing in a name is done then' no_harm
fi

# ------------------------------------------------------------------------------- a run of one's own

joined=$(printf ',%s' "${harmful[@]}")
short=(run quick --sizes 100 --rounds 1 --strategies threads --workers 2 --formats svg)
call "${short[@]}" --env "NAME=${joined:1}" --env "A[\$(touch pwned)]=x" --out "$work/env"
check '--env: exit 0' is "$status" 0
check '--env: each value has its rows' is "$(column "$work/env/samples.csv" round | grep -c 1)" \
    "$(wc -l < <(tail -n +2 "$work/env/samples.csv"))"
check '--env: nothing in a value is done' no_harm
check '--env: nothing acts on the terminal' harmless "$work/out" "$work/err"
for name in "${harmful[@]}"; do
    quoted=$name
    [[ $name == *\"* ]] && quoted=${name//\"/\"\"}
    LC_ALL=C grep -qaF "NAME=$quoted;A[\$(touch pwned)]=x" "$work/env/samples.csv" || echo "# $name"
done >"$work/missing"
check '--env: samples.csv holds each value as it is' is "$(cat "$work/missing")" ''
call "${short[@]}" --env $'A=1\nLD_PRELOAD=pwned' --out "$work/refused"
check '--env with a line end: exit 2' is "$status" 2
check '--env with a line end: one line' one_error_line '--env: .*line end'
check '--env with a line end: no folder is made' not test -e "$work/refused"

# shellcheck disable=SC2016
value='$(touch pwned) `touch pwned` "x" \ %s'
"$program" run quick --work sleep --sizes 2G --jobs 1 --rounds 1 --strategies threads --workers 1 \
    --env "NAME=$value" --out "$work/given" --quiet >"$work/out" 2>"$work/err" </dev/null &
run=$!
# given: a visit has the value in its environment.
given() {
    local pid
    for pid in $(pgrep -P "$run"); do
        tr '\0' '\n' <"/proc/$pid/environ" | grep -qxF "NAME=$value" && return
    done
    return 1
} 2>/dev/null
check '--env: a visit gets the value as it is' until_true 20 given
kill -TERM "$run"
wait "$run"

for name in "${harmful[@]}" $'two\nlines'; do
    case $name in
        */* | '~' | '|'* | '< '* | *system* | *title* | 'a b' | a_b | '#'* | '*' | '=' | '&lt'* | *'\\e') continue ;; # no name, or tried as others
    esac
    mkdir -p "$work/out-of"
    (cd "$work/out-of" && call "${short[@]}" --out "$name" && echo "$status" >"$work/status")
    shown=$(printf %q "$name")
    check "--out $shown: exit 0" is "$(cat "$work/status")" 0
    check "--out $shown: it is the folder's name" test -s "$work/out-of/$name/summary.csv"
    check "--out $shown: nothing acts on the terminal" harmless "$work/out" "$work/err"
    [ -z "$python" ] || check "--out $shown: host.json is JSON and holds the name" \
        reads "$work/out-of/$name/host.json" "$name" <<'END'
import json, os, sys
held = json.load(open(sys.argv[1], encoding='utf-8'))['run']['command_line'][-1]
name = os.fsencode(sys.argv[2])
assert held.encode() == name or held == ''.join(chr(c) if c < 128 else '?' for c in name), held
END
    rm -rf "$work/out-of"
done
check '--out: nothing in a name is done' no_harm
cp -r "$work/made" "$work/-dash"
(cd "$work" && call report -- -dash && echo "$status" >"$work/status")
check 'report of a folder named -dash: exit 0' is "$(cat "$work/status")" 0

for name in "${harmful[@]}" $'two\nlines'; do
    [[ $name == */* ]] && continue
    shown=$(printf %q "$name")
    call "${short[@]}" --work "$name" --out "$work/refused"
    check "--work $shown: exit 2" is "$status" 2
    check "--work $shown: one line" one_error_line '--work: '
    check "--work $shown: it does not act" harmless "$work/err"
    call report "$work/$name"
    check "report $shown: exit 2" is "$status" 2
    check "report $shown: one line" one_error_line 'host.json:'
    check "report $shown: it does not act" harmless "$work/err"
done >"$work/errors"
check 'names that are refused are told in one line that does not act' not grep '^not ok' "$work/errors"

mkdir "$work/inputs"
for name in "${harmful[@]}"; do
    [[ $name == */* ]] && continue
    head -c 20000 /dev/zero >"$work/inputs/$name"
done
for name in "${harmful[@]:0:9}" $'\e[31mred\e[2J'; do
    [[ $name == */* ]] && continue
    call trace --work deflate --size 10000 --jobs 2 --strategy fork --input "$work/inputs/$name"
    check "--input $(printf %q "$name") is read" is "$status" 0
done
call "${short[@]}" --work deflate --input $'no\e[31m\nsuch' --out "$work/refused"
check '--input that is not there: exit 2' is "$status" 2
check '--input that is not there: one line' one_error_line '--input: no\\x1b\[31m such'

# shellcheck disable=SC2016
name='$(touch pwned)'"'"'; system("touch pwned"); '"'"$'\e[31m'
mkdir -p "$work/suites" "$work/tmp-$name"
# shellcheck disable=SC2016
printf '[suite]\ntitle = <b>`touch pwned`\n[squares]\nsizes = 100\nstrategies = threads\n' >"$work/suites/$name.ini"
while [ "$(date +%H%M)" = 2359 ]; do sleep 1; done # the day must not change meanwhile
(cd "$work/suites" && environment=("TMPDIR=$work/tmp-$name") && call run "./$name.ini" --rounds 1 && echo "$status" >"$work/status")
check 'a suite so named: exit 0' is "$(cat "$work/status")" 0
check 'a suite so named: nothing acts on the terminal' harmless "$work/out" "$work/err"
check 'a suite so named: its folder is' test -s "$work/suites/results/$(date +%Y-%m-%d)-$name/summary.csv"
check 'a suite so named: results/latest leads there' test -s "$work/suites/results/latest/summary.csv"
check 'a suite so named: nothing is done' no_harm
printf '[squares]\n%s = 1\n' $'\e[31mkey' >"$work/suites/bad.ini"
# tells WHAT ARGUMENTS...: one line in which the escape can be seen.
tells() {
    call "${@:2}"
    check "$1: exit 2" is "$status" 2
    check "$1: one line shows it" one_error_line '(x1b\[31m|control character \(0x1b\))'
    check "$1: it does not act" harmless "$work/err"
}
tells 'a key so named' run "$work/suites/bad.ini" --out "$work/refused"
tells 'a command so named' $'\e[31m'
tells 'an option so named' run $'--\e[31m'
tells 'a strategy so named' run quick --strategies $'\e[31m'

cd / || exit 1
summary
