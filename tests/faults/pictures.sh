#!/usr/bin/env bash
# A gnuplot that is missing, fails, dies half-way, says that it drew, or hangs.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"
on_one_cpu

if ! command -v gnuplot >/dev/null; then
    echo '# skipped: there is no gnuplot'
    summary
    exit
fi

small=(run quick --sizes '100,1000' --rounds 2 --strategies threads --workers 2 --quiet)
call "${small[@]}" --out "$work/good"
check 'with gnuplot: exit 0' is "$status" 0
check 'with gnuplot nothing is on stderr' is "$(cat "$work/err")" ''
pictures() { find "$1/plots" -name '*.svg' -o -name '*.png' | wc -l; }
check 'with gnuplot there are pictures' test "$(pictures "$work/good")" -ge 6
beside() { find "$1/plots" -mindepth 1 ! -name '*.svg' ! -name '*.png' ! -name '*.gp' ! -name '*.dat'; }
check 'nothing else is in their folder' is "$(beside "$work/good")" ''
check 'a picture stands beside its script and data' \
    is "$(find "$work/good/plots" -name '*-overhead.*' | sed 's/.*\.//' | sort | xargs)" 'dat gp png svg'
redrawn() {
    (cd "$1" && rm -f -- *.svg *.png &&
        for script in *.gp; do gnuplot "$script" 2>/dev/null || return 1; done)
}
cp -r "$work/good" "$work/again"
check 'each script draws its picture again in its folder' redrawn "$work/again/plots"
check 'the same pictures' is "$(sums "$work/again/plots")" "$(sums "$work/good/plots")"

# tool NAME: makes a folder with a gnuplot that is the script on stdin; $path is PATH with it.
tool() {
    mkdir -p "$work/tools/$1"
    cat >"$work/tools/$1/gnuplot"
    chmod +x "$work/tools/$1/gnuplot"
    path=$work/tools/$1:$PATH
}

# A gnuplot that hangs takes its time: it runs beside all that follows, with a child of its own.
tool hanging <<END
#!/bin/sh
echo \$\$ >"$work/hanging.pid"
sleep 600 &
echo \$! >"$work/child.pid"
printf '<svg>' >half.svg
wait
END
cp -r "$work/good" "$work/hung"
(SECONDS=0
    PATH=$path "$program" report "$work/hung" >"$work/hung.out" 2>"$work/hung.err" </dev/null
    echo $? $SECONDS >"$work/hung.status") &
hanging=$!

# One picture of each kind that differs in its settings, as SVG alone, is enough for what follows.
cp -r "$work/good" "$work/few"
rm -rf "$work/few/plots"/*-cold.* "$work/few/plots"/*-time-* "$work/few/plots"/timeline.* "$work/few/plots"/*.png
sed -i "s/^formats = .*/formats = 'svg'/" "$work/few/plots"/*.gp

# again WHAT WORDS-OF-ENV...: each script draws the same picture there, and says nothing of its surroundings but that
# GNUTERM names a terminal that is missing.
again() {
    local what=$1
    shift
    rm -rf "$work/again/plots"
    cp -r "$work/few/plots" "$work/again"
    (cd "$work/again/plots" && rm -f -- *.svg &&
        for script in *.gp; do env -i PATH="$PATH" "$@" gnuplot "$script"; done) 2>"$work/err"
    check "redrawn $what: the same pictures" is "$(sums "$work/again/plots")" "$(sums "$work/few/plots")"
    check "redrawn $what: not a word about it" not grep -iE 'iconv|locale|encoding|decimal' "$work/err"
}
again 'without any locale'
again 'in the locale C' LC_ALL=C
again 'in UTF-8' LC_ALL=C.UTF-8
for locale in de_DE tr_TR; do
    if make_locale $locale; then
        again "in $locale" LOCPATH="$locales" LC_ALL=$locale.UTF-8
    else
        echo "# no $locale can be made (localedef, its sources): pictures are not redrawn there"
    fi
done
again 'where GNUTERM names a terminal that is missing' GNUTERM=nonsense

# surrounded WORDS-OF-ENV...: what gnuplot would read of breakeven's environment changes no picture.
surrounded() {
    rm -rf "$work/again/plots"
    env "$@" "$program" report "$work/again" --quiet --formats svg >"$work/out" 2>"$work/err" </dev/null
    check "report with $*" is "$?:$(cat "$work/err")" 0:
    check "report with $*: the same pictures" is "$(cd "$work/few/plots" && sums "$work/again/plots" | grep -F "$(ls)")" \
        "$(sums "$work/few/plots")"
}
for terminal in x11 qt nonsense; do surrounded GNUTERM=$terminal; done
mkdir "$work/settings"
echo 'set logscale y; set yrange [5:1]' | tee "$work/settings/.gnuplot" >"$work/settings/gnuplotrc"
surrounded HOME="$work/settings" XDG_CONFIG_HOME="$work/settings" GNUPLOT_LIB="$work/settings" GNUPLOT_FONTPATH=/nowhere \
    GNUPLOT_DEFAULT_GDFONT=nothing GDFONTPATH=/nowhere GNUHELP=/nowhere FIT_LOG="$work/fit.log" FIT_SCRIPT=false \
    PAGER=false DISPLAY=:99 PANGO_LANGUAGE=tr G_DEBUG=fatal-warnings
surrounded LANG= LC_CTYPE=C LANGUAGE=tlh

complete() {
    for file in samples.csv summary.csv crossover.csv host.json; do
        [ -s "$1/$file" ] || { echo "# $file is missing"; return 1; }
    done
    is "$(tail -c 1 "$1/samples.csv" | wc -l)" 1
}

# warns WHAT PATTERN: by this gnuplot a run warns and a report fails; neither leaves a half picture.
warns() {
    local what=$1 pattern=$2 folder
    folder=$work/$(tr -c 'a-z\n' - <<<"$what")
    environment=("PATH=$path")
    call "${small[@]}" --out "$folder"
    check "$what: run: exit 0" is "$status" 0
    check "$what: run: one warning" is "$(wc -l <"$work/err")" 1
    check "$what: run: the warning tells" holds "$work/err" "^breakeven: warning: no pictures: .*$pattern"
    check "$what: run: its CSVs are complete" complete "$folder"
    check "$what: run: no picture" is "$(pictures "$folder")" 0
    check "$what: run: nothing half made" is "$(beside "$folder")" ''
    call report "$folder"
    check "$what: report: exit 4" is "$status" 4
    check "$what: report: one line tells" holds "$work/err" "^breakeven: .*$pattern"
    check "$what: report: the answer is printed" holds "$work/out" '^  threads '
    check "$what: report: no picture" is "$(pictures "$folder")" 0
    rm -rf "$work/kept"
    cp -r "$work/good" "$work/kept"
    call report "$work/kept"
    check "$what: report: exit 4 where there are pictures" is "$status" 4
    check "$what: report: pictures that were there stay" is "$(sums "$work/kept/plots")" "$(sums "$work/good/plots")"
    environment=()
}

mkdir -p "$work/tools/none"
for needed in env dirname cat; do
    ln -s "$(command -v "$needed")" "$work/tools/none/$needed"
done
path=$work/tools/none
warns 'gnuplot is missing' 'gnuplot cannot be started .*make deps'
check 'gnuplot is missing: all scripts and data are left' \
    is "$(find "$work/gnuplot-is-missing/plots" -name '*.gp' | wc -l)" "$(find "$work/good/plots" -name '*.gp' | wc -l)"
check 'and can be drawn elsewhere' redrawn "$work/gnuplot-is-missing/plots"

tool failing <<'END'
#!/bin/sh
printf '<svg>half' >"${1%.gp}.svg"
printf 'line 7: no such thing\033[31m\n\n' >&2
exit 1
END
warns 'gnuplot fails' 'gnuplot ended with exit code 1: line 7: no such thing\\x1b\[31m$'

tool garbage <<'END'
#!/bin/sh
head -c 20000 /dev/urandom >"${1%.gp}.svg"
head -c 20000 /dev/urandom >"${1%.gp}.png"
head -c 200000 /dev/urandom
head -c 200000 /dev/urandom >&2
END
warns 'gnuplot draws garbage' 'the picture is not whole'

tool idle <<'END'
#!/bin/sh
exit 0
END
warns 'gnuplot does nothing' 'the picture is not whole'

tool killed <<END
#!/bin/sh
PATH=$PATH gnuplot "\$@"
truncate -s 1000 "\${2%.gp}.svg"
rm "\${2%.gp}.png"
kill -KILL \$\$
END
warns 'gnuplot is killed half-way' 'gnuplot died of signal 9'

tool linking <<END
#!/bin/sh
ln -s "$work/elsewhere.svg" "\${2%.gp}.svg"
PATH=$PATH gnuplot "\$@"
END
rm -rf "$work/linked"
cp -r "$work/good" "$work/linked"
(PATH=$path "$program" report "$work/linked" >/dev/null 2>&1)
check 'a gnuplot that leaves links: no picture is one' is "$(find "$work/linked/plots" -type l)" ''

# Killed by somebody while it draws: a later picture than the first.
tool second <<END
#!/bin/sh
case \$2 in *overhead*) kill -SEGV \$\$ ;; esac
PATH=$PATH exec gnuplot "\$@"
END
environment=("PATH=$path")
call "${small[@]}" --out "$work/second"
environment=()
check 'gnuplot dies of one picture: run: exit 0' is "$status" 0
check 'gnuplot dies of one picture: the warning names it' \
    holds "$work/err" 'warning: not all pictures were drawn: .*squares-overhead.gp: gnuplot died of signal 11'
check 'gnuplot dies of one picture: those before are there' test -s "$work/second/plots/squares-speedup-size-warm.png"
check 'gnuplot dies of one picture: it is not there' not test -e "$work/second/plots/squares-overhead.svg"

# ------------------------------------------------------------------------------- interrupted while it draws

tool slow <<END
#!/bin/sh
echo \$\$ >"$work/slow.pid"
exec sleep 600
END
for signal in INT TERM; do
    rm -rf "$work/slow" "$work/slow.pid"
    cp -r "$work/good" "$work/slow"
    # Behind `&` an interruption would be ignored; env does not.
    PATH=$path env --default-signal=INT "$program" report "$work/slow" >"$work/out" 2>"$work/err" </dev/null &
    reporting=$!
    until_true 10 test -s "$work/slow.pid"
    kill -s "$signal" "$reporting"
    wait "$reporting"
    status=$?
    check "SIG$signal while gnuplot draws: exit 128 + the signal" is "$status" "$((128 + $(kill -l "$signal")))"
    check "SIG$signal while gnuplot draws: gnuplot is gone" not kill -0 "$(cat "$work/slow.pid")" 2>/dev/null
    check "SIG$signal while gnuplot draws: nothing is changed" is "$(sums "$work/slow/plots")" "$(sums "$work/good/plots")"
done
rm -f "$work/slow.pid"
PATH=$path "$program" report "$work/slow" >/dev/null 2>&1 </dev/null &
reporting=$!
until_true 10 test -s "$work/slow.pid"
kill -KILL "$reporting"
wait "$reporting" 2>/dev/null
gone() { ! kill -0 "$1" 2>/dev/null; }
check 'gnuplot does not outlive a report that was killed' until_true 10 gone "$(cat "$work/slow.pid")"
call "${small[@]}" --out "$work/slow" --resume
check 'what it left half made goes with --resume' is "$(beside "$work/slow")" ''

wait "$hanging"
read -r status seconds <"$work/hung.status"
check 'gnuplot hangs: it ends within a minute' test "$seconds" -lt 60
check 'gnuplot hangs: report: exit 4' is "$status" 4
check 'gnuplot hangs: one line tells' holds "$work/hung.err" '^breakeven: .*gnuplot took longer than .* and was killed'
check 'gnuplot hangs: it is gone' gone "$(cat "$work/hanging.pid")"
check 'gnuplot hangs: its child is gone too' until_true 5 gone "$(cat "$work/child.pid")"
check 'gnuplot hangs: the pictures stay' is "$(sums "$work/hung/plots")" "$(sums "$work/good/plots")"

summary
