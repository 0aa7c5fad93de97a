#!/usr/bin/env bash
# What a run writes: by the user's umask, never through a link, never under a name that can be foreseen.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"
on_one_cpu

small=(run quick --sizes 100 --rounds 1 --strategies threads --workers 2)
drawing=false
command -v gnuplot >/dev/null && drawing=true

for mask in 022 077 002; do
    (umask "$mask" && call "${small[@]}" --quiet --out "$work/a/mask-$mask"; echo "$status" >"$work/status")
    check "umask $mask: exit 0" is "$(cat "$work/status")" 0
    check "umask $mask: files" is "$(find "$work/a/mask-$mask" -type f -printf '%m\n' | sort -u)" \
        "$(printf '%o' $((0666 & ~mask)))"
    check "umask $mask: folders" is "$(find "$work/a/mask-$mask" -type d -printf '%m\n' | sort -u)" \
        "$(printf '%o' $((0777 & ~mask)))"
    (umask "$mask" && call report "$work/a/mask-$mask")
    check "umask $mask: files after a report" is "$(find "$work/a/mask-$mask" -type f -printf '%m\n' | sort -u)" \
        "$(printf '%o' $((0666 & ~mask)))"
done
usual=$work/a/mask-022

# ------------------------------------------------------------------------------- links in --out

# What stands in a folder before the run: each of its names, and those that it might use on its way.
names=(host.json summary.csv crossover.csv law.csv scaling.csv modes.csv tables.txt report.html host.json.partial summary.csv.partial samples.csv.partial
    crossover.csv.partial .breakeven-probe probe plots/gnuplot.log)
while read -r name; do
    names+=("plots/$name")
done < <(cd "$usual/plots" && ls)
# trap_folder FOLDER: links to a victim each; every other one to a file that is not there yet.
trap_folder() {
    local name number=0
    mkdir -p "$1/plots" "$work/victims"
    rm -f "$work"/victims/*
    for name in "${names[@]}"; do
        number=$((number + 1))
        [ $((number % 2)) -eq 0 ] || echo precious >"$work/victims/$number"
        ln -sf "$work/victims/$number" "$1/$name"
    done
    sums "$work/victims" >"$work/victims.sums"
}
spared() { is "$(sums "$work/victims")" "$(cat "$work/victims.sums")"; }
# No file that the run is known to write is a link now.
own_files() {
    local name files=(samples.csv host.json summary.csv crossover.csv tables.txt report.html)
    for name in "${files[@]}"; do
        if [ ! -f "$1/$name" ] || [ -L "$1/$name" ]; then
            echo "# $name"
            return 1
        fi
    done
    ! $drawing || is "$(cd "$1/plots" && find . -type f ! -name "${2:-}" | sort)" \
        "$(cd "$usual/plots" && find . -type f ! -name "${2:-}" | sort)"
}

trap_folder "$work/trapped"
call "${small[@]}" --quiet --out "$work/trapped"
check 'links in --out: exit 0' is "$status" 0
check 'links in --out: their targets are left alone' spared
check 'links in --out: the files stand in their place' own_files "$work/trapped"

cp -r "$usual" "$work/trapped-again"
trap_folder "$work/trapped-again"
cp --remove-destination "$usual/host.json" "$work/trapped-again/host.json"
call report "$work/trapped-again"
check 'links before a report: exit 0' is "$status" 0
check 'links before a report: their targets are left alone' spared
check 'links before a report: the files stand in their place' own_files "$work/trapped-again" 'timeline.*'

trap_folder "$work/trapped-again"
cp --remove-destination "$usual/host.json" "$work/trapped-again/host.json"
call "${small[@]}" --rounds 2 --quiet --out "$work/trapped-again" --resume
check 'links before --resume: exit 0' is "$status" 0
check 'links before --resume: their targets are left alone' spared
check 'links before --resume: the files stand in their place' own_files "$work/trapped-again"

for kind in there missing; do
    rm -rf "$work/mine" "$work/victim"
    mkdir "$work/mine"
    cp "$usual/host.json" "$work/mine"
    [ "$kind" = missing ] || cp "$usual/samples.csv" "$work/victim"
    cp "$work/victim" "$work/victim.was" 2>/dev/null || rm -f "$work/victim.was"
    untouched() { is "$(sed '' "$work/victim" 2>&1)" "$(sed '' "$work/victim.was" 2>&1 | sed 's/victim.was/victim/')"; }
    ln -s "$work/victim" "$work/mine/samples.csv"
    call "${small[@]}" --quiet --out "$work/mine"
    check "samples.csv is a link ($kind): a new run: exit 2" is "$status" 2
    check "samples.csv is a link ($kind): a new run leaves its target alone" untouched
    call "${small[@]}" --quiet --out "$work/mine" --resume
    check "samples.csv is a link ($kind): --resume: exit 4" is "$status" 4
    check "samples.csv is a link ($kind): --resume: one line" one_error_line 'samples.csv: is a link'
    check "samples.csv is a link ($kind): --resume leaves its target alone" untouched
    call "${small[@]}" --quiet --out "$work/mine" --force
    check "samples.csv is a link ($kind): --force: exit 0" is "$status" 0
    check "samples.csv is a link ($kind): --force leaves its target alone" untouched
    check "samples.csv is a link ($kind): --force makes it a file" own_files "$work/mine"
done

rm -rf "$work/mine"
mkdir "$work/mine"
mkfifo "$work/mine/samples.csv"
cp "$usual/host.json" "$work/mine"
timeout 20 "$program" "${small[@]}" --quiet --out "$work/mine" --resume >"$work/out" 2>"$work/err"
check 'samples.csv is a pipe: --resume: exit 4, no wait' is "$?" 4
check 'samples.csv is a pipe: one line' one_error_line 'samples.csv: is not a regular file'

# A plots folder that leads elsewhere.
for how in '' --force; do
    rm -rf "$work/mine" "$work/gallery"
    mkdir "$work/mine" "$work/gallery"
    echo precious | tee "$work/gallery/mine.svg" >"$work/gallery/squares-overhead.svg"
    [ -z "$how" ] || cp "$usual"/*.* "$work/mine"
    sums "$work/gallery" >"$work/gallery.sums"
    ln -s "$work/gallery" "$work/mine/plots"
    sums "$work/mine" >"$work/mine.sums"
    call "${small[@]}" --quiet --out "$work/mine" $how
    check "plots is a link: run $how: exit 4" is "$status" 4
    check "plots is a link: run $how: one line" one_error_line 'mine/plots: is a link'
    check "plots is a link: run $how: its target is left alone" is "$(sums "$work/gallery")" "$(cat "$work/gallery.sums")"
    check "plots is a link: run $how: it is refused before anything is measured" \
        is "$(sums "$work/mine")" "$(cat "$work/mine.sums")"
done
call report "$work/mine"
check 'plots is a link: report: exit 4' is "$status" 4
check 'plots is a link: report: the answer is printed' holds "$work/out" '^  threads '
check 'plots is a link: report: its target is left alone' is "$(sums "$work/gallery")" "$(cat "$work/gallery.sums")"

# The folder of fresh rounds in that of a comparison, and the pictures in that of a trace.
builds=(compare --ab "$program" "$program" --suite quick --sizes 100 --strategies threads --workers 2 --rounds 1 --quiet)
cp -r "$usual" "$work/elsewhere-run"
sums "$work/elsewhere-run" >"$work/elsewhere-run.sums"
left_alone() { is "$(sums "$work/elsewhere-run")" "$(cat "$work/elsewhere-run.sums")"; }
for how in '' --force; do
    rm -rf "$work/builds"
    mkdir "$work/builds"
    [ -z "$how" ] || cp "$usual"/*.* "$work/builds"
    ln -s "$work/elsewhere-run" "$work/builds/confirm"
    sums "$work/builds" >"$work/builds.sums"
    refuses 4 'builds/confirm: is a link or no folder; nothing is written through it' "${builds[@]}" --out "$work/builds" $how
    check "confirm is a link: compare --ab $how: its target is left alone" left_alone
    check "confirm is a link: compare --ab $how: nothing is changed" is "$(sums "$work/builds")" "$(cat "$work/builds.sums")"
    refuses 4 'builds/./confirm: is a link or no folder' "${builds[@]}" --out "$work/builds/." $how
done
ends 'confirm is a link: run --force' 0 "${small[@]}" --quiet --out "$work/builds" --force
check 'confirm is a link: run --force: its target is left alone' left_alone
rm -rf "$work/builds"
mkdir -p "$work/builds/confirm"
echo precious >"$work/builds/confirm/mine"
call "${builds[@]}" --out "$work/builds" --force
check 'confirm holds something else: compare --ab compares' is "$((status & ~3))" 0
check 'confirm holds something else: there is a comparison' test -s "$work/builds/comparison.csv"
check 'confirm holds something else: that stays' is "$(cat "$work/builds/confirm/mine")" precious
for how in '' --force; do
    rm -rf "$work/traced"
    mkdir "$work/traced"
    [ -z "$how" ] || cp "$usual/trace.csv" "$work/traced"
    ln -s "$work/elsewhere-run/plots" "$work/traced/plots"
    ln -s "$work/elsewhere-run/samples.csv" "$work/traced/trace.json"
    ln -s "$work/elsewhere-run/samples.csv" "$work/traced/host.json"
    call trace --strategy threads --work empty --size 1 --out "$work/traced" $how
    check "plots is a link: trace $how: exit 4" is "$status" 4
    check "plots is a link: trace $how: one line" is "$(cat "$work/err")" \
        "breakeven: $work/traced/plots: is a link or no folder; nothing is written through it"
    check "links before a trace $how: their targets are left alone" left_alone
done

# A folder that is reached by a link is what its user named.
mkdir "$work/real"
ln -s real "$work/linked"
call "${small[@]}" --quiet --out "$work/linked"
check '--out is a link to a folder: exit 0' is "$status" 0
check '--out is a link to a folder: it is used' own_files "$work/real"

# ------------------------------------------------------------------------------- results/

mkdir -p "$work/home/results" "$work/elsewhere"
cd "$work/home" || exit 1
while [ "$(date +%H%M)" = 2359 ]; do sleep 1; done # the day must not change meanwhile
day=$(date +%Y-%m-%d)
ln -s "$work/elsewhere" "results/$day-quick"
ln -s "$work/elsewhere" results/latest
ln -s "$work/victim" results/.latest
rm -f "$work/victim"
call "${small[@]}" --quiet
check 'a made-up folder: exit 0' is "$status" 0
check 'a made-up folder: a link of its name is passed by' test -s "results/$day-quick-2/summary.csv"
check 'a made-up folder: nothing is written where links lead' is "$(ls -A "$work/elsewhere")" ''
check 'results/latest is replaced' is "$(readlink results/latest)" "$day-quick-2"
check 'what stood beside it is left alone' is "$(readlink results/.latest)" "$work/victim"
check 'nothing half made is left beside it' is "$(find results -maxdepth 1 -name '*.partial')" ''
rm results/latest
mkdir results/latest
echo precious >results/latest/file
call "${small[@]}" --quiet
check 'results/latest is a folder: exit 4' is "$status" 4
check 'results/latest is a folder: one line' one_error_line 'results/latest: cannot be linked'
check 'results/latest is a folder: it is left alone' is "$(ls -A results/latest)" file
check 'results/latest is a folder: nothing half made is left' is "$(find results -name '*.partial')" ''
check 'results/latest is a folder: the run is complete' own_files "results/$day-quick-3"
cd "$OLDPWD" || exit 1

# ------------------------------------------------------------------------------- what a killed run leaves

cp -r "$usual" "$work/killed"
left=(summary.csv.0123456789abcdef.partial plots/.drawing.0123456789abcdef.partial)
kept=(mine.partial summary.csv.0123.partial plots/notes.txt)
touch "$work/killed/${left[0]}" "${kept[@]/#/$work/killed/}"
mkdir "$work/killed/${left[1]}"
touch "$work/killed/${left[1]}/a.svg"
ln -s "$work/victim.was" "$work/killed/plots/a.0123456789abcdef.partial"
echo precious >"$work/victim.was"
call "${small[@]}" --quiet --out "$work/killed" --resume
check 'what a killed run left: --resume: exit 0' is "$status" 0
check 'what a killed run left is removed' is "$(find "$work/killed" -name '*.0123456789abcdef.partial')" ''
there() { (cd "$work/killed" && ls -d "$@" >/dev/null); }
check 'what is not its own stays' there "${kept[@]}"
check 'what a link among it leads to stays' is "$(cat "$work/victim.was")" precious

# ------------------------------------------------------------------------------- nothing elsewhere

# No file in the folders that all share: none can be made there. One that holds the program or this test stays.
shared=()
for folder in /dev/shm /var/tmp; do
    case "$program:$work:$PWD" in
    *"$folder"/*) echo "# $folder is left out: this test works in it" ;;
    *) shared+=("$folder") ;;
    esac
done
sharing() {
    local folder
    mkdir -p "$work/none"
    # shellcheck disable=SC2154 # who calls it names them
    for folder in $folders "$work/none"; do
        mount -t tmpfs -o nr_inodes=1 none "$folder" && ! touch "$folder/file" 2>/dev/null || return
    done
    TMPDIR=$work/none "$program" run quick --sizes 100 --rounds 1 \
        --strategies all --workers 2 --work squares,stream --payload 0,1Ki --transport shm,pipe --quiet --out "$work/shared"
}
export -f sharing
export work program
if unshare -m true 2>/dev/null; then
    folders="${shared[*]}" unshare -m "$BASH" -c sharing >"$work/out" 2>"$work/err"
    check 'without a place in /dev/shm, /var/tmp and TMPDIR: exit 0' is "$?" 0
    check 'without it every strategy works' is "$(column "$work/shared/samples.csv" status | sort -u)" ok
else
    echo '# skipped: no mount namespace, so the folders that all share are as they are'
fi

summary
