#!/usr/bin/env bash
# Disks that are full, turn read-only or go away while a run writes; limits of a file's size.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"
on_one_cpu

# Small file systems of its own, in a private mount namespace.
if [ -z "${BREAKEVEN_TEST_UNSHARED:-}" ]; then
    if unshare -m mount -t tmpfs none /mnt 2>/dev/null; then
        rm -rf "$work"
        BREAKEVEN_TEST_UNSHARED=yes BREAKEVEN=$program exec unshare -m "$BASH" tests/faults/disk.sh
    fi
    echo '# skipped: who is not root cannot mount small file systems: no disk that is full'
fi
mounting() { [ -n "${BREAKEVEN_TEST_UNSHARED:-}" ]; }
disk=$work/disk
mkdir "$disk"
# smaller OPTIONS: a file system at $disk in place of the one before.
smaller() {
    umount "$disk" 2>/dev/null
    mount -t tmpfs -o "$1" none "$disk"
}
drawing=false
command -v gnuplot >/dev/null && drawing=true

small=(--sizes 100 --rounds 1 --strategies threads --workers 2 --quiet)
call run quick "${small[@]}" --out "$work/good"
check 'a run: exit 0' is "$status" 0
files() { (cd "$1" && find . -type f | sort); }

# What is in a run's folder is whole: every line of a table, every picture, host.json.
whole() {
    local file bad=0
    while read -r file; do
        case $file in
            *.csv)
                is "$(tail -c 1 "$file" | wc -l)" 1 &&
                    is "$(awk -F, '{ gsub(/"[^"]*"/, ""); print NF }' "$file" | sort -u | wc -l)" 1 ;;
            *.json) is "$(tail -c 2 "$file" | tr -d '\n' | tail -c 1)" '}' ;;
            *.html) is "$(tail -n 1 "$file")" '</html>' ;;
            *.txt) is "$(tail -n 1 "$file")" '' && grep -q ' jobs\? of size ' "$file" ;;
            *.svg) is "$(grep -c '</svg>' "$file")" 1 ;;
            *.png) is "$(tail -c 8 "$file" | head -c 4)" IEND ;;
            *.gp) is "$(grep -c 'unset output' "$file")" 1 ;;
            *.dat) [ -s "$file" ] ;;
            *) false ;;
        esac || { echo "# $file"; bad=1; }
    done < <(find "$1" -type f)
    return "$bad"
}

# Where it ends badly, one line names a file below the folder and the reason.
ended_well() {
    [ "$status" -eq 0 ] && [ ! -s "$work/err" ] && return
    is "$status" 4 && one_error_line "$1.*: .*$2"
}

# ------------------------------------------------------------------------------- full disks

# The rows of a file but for those of its last visit, which is measured again.
all_but_the_last_visit() {
    awk -F, '{ row[NR] = $0; visit[NR] = $1 $2 $3 $4 $5 $6 $7 $8 $9 }
        END { last = visit[NR]; for (i = 1; i <= NR && visit[i] != last; i++) print row[i] }' "$1"
}

# survives WHAT: a run on the small disk, which then gets room.
survives() {
    local what=$1 first
    call run quick "${small[@]}" --out "$disk/run"
    first=$status
    check "$what: exit 0, or 4 and the file's name" ended_well "$disk/run" 'No space left'
    [ "$first" -eq 0 ] && full=false
    check "$what: what is there is whole" whole "$disk/run"
    mount -o remount,size=10M,nr_inodes=1000 "$disk"
    if [ -e "$disk/run/samples.csv" ]; then
        cp "$disk/run/samples.csv" "$work/before.csv"
        call run quick "${small[@]}" --out "$disk/run" --resume
        check "$what: --resume: exit 0 when there is room" is "$status" 0
        all_but_the_last_visit "$work/before.csv" >"$work/kept.csv"
        check "$what: --resume keeps what was measured, but for the last visit" \
            is "$(cut -d, -f 1-34 "$disk/run/samples.csv" | grep -cFf <(cut -d, -f 1-34 "$work/kept.csv"))" \
            "$(wc -l <"$work/kept.csv")"
    else
        call run quick "${small[@]}" --out "$disk/run"
        check "$what: it starts anew when there is room" is "$status" 0
    fi
    check "$what: then all files are there" is "$(files "$disk/run")" "$(files "$work/good")"
}

if mounting; then
    full=true
    for pages in 1 2 3 4 5 6 8; do
        $full || break
        smaller "nr_blocks=$pages"
        survives "a disk of $pages pages"
    done
    full=true
    for inodes in 2 3 4 5 6 7 8; do # the root is one
        $full || break
        smaller "size=1M,nr_inodes=$inodes"
        survives "a disk of $inodes files"
    done

    # It fills in the middle of a row.
    many=(run quick --sizes "100,1000" --rounds 16 --strategies threads --workers 2 --quiet)
    for pages in 3 5; do
        smaller "nr_blocks=$pages"
        call "${many[@]}" --out "$disk/run"
        check "rows on $pages pages: exit 4 and the file's name" \
            ended_well "$disk/run/samples.csv" 'No space left'
        check "rows on $pages pages: some were written" test "$(wc -l <"$disk/run/samples.csv")" -gt 5
        check "rows on $pages pages: all that are there are whole" whole "$disk/run"
        mount -o remount,size=10M "$disk"
        call "${many[@]}" --out "$disk/run" --resume
        check "rows on $pages pages: --resume: exit 0" is "$status" 0
        check "rows on $pages pages: --resume measures what was left" \
            is "$(column "$disk/run/samples.csv" round | sort -un | tail -n 1)" 16
        check "rows on $pages pages: nothing is there twice" \
            is "$(cut -d, -f 1-11 "$disk/run/samples.csv" | sort | uniq -d)" ''
    done

    # A report alone, on what is left.
    failed_on=''
    for pages in 3 4 5 6 8 10 14 18 24 30 46 80; do
        smaller "nr_blocks=$pages"
        mkdir "$disk/run"
        cp "$work/good/samples.csv" "$work/good/host.json" "$disk/run"
        call report "$disk/run"
        cp "$work/err" "$work/report.err"
        named=$(sed -n 's/^breakeven: .*\/\([a-z.-]*\): cannot be written: No space.*/\1/p' "$work/err")
        failed_on="$failed_on ${named##*.}"
        : >"$work/out"
        check "a report on $pages pages: exit 0, or 4 and the file's name" ended_well "$disk/run" 'No space left'
        check "a report on $pages pages: what is there is whole" whole "$disk/run"
    done
    check 'the largest disk was large enough' is "$status" 0
    check 'tables did not fit' grep -q csv <<<"$failed_on"
    if $drawing; then
        check 'pictures did not fit' grep -q svg <<<"$failed_on"
        check 'a report with room makes all files but those of the trace' \
            is "$(files "$disk/run")" "$(files "$work/good" | grep -v -e trace -e timeline)"
    fi

    # What stands there stays when its successor does not fit.
    smaller size=1M
    cp -r "$work/good" "$disk/run"
    sums "$disk/run" >"$work/sums"
    dd if=/dev/zero of="$disk/filler" bs=4096 2>/dev/null
    call report "$disk/run"
    : >"$work/out"
    check 'a report again on a full disk: exit 4' is "$status" 4
    check 'a report again on a full disk: one line' one_error_line 'summary.csv: cannot be written: No space left'
    check 'a report again on a full disk changes nothing' is "$(sums "$disk/run")" "$(cat "$work/sums")"
    call run quick "${small[@]}" --rounds 2 --out "$disk/run" --resume
    check '--resume on a full disk: exit 4' is "$status" 4
    check '--resume on a full disk: nothing is lost' is "$(sums "$disk/run")" "$(cat "$work/sums")"
    for command in "report $work/good" "floors --rounds 1 --force --out $work/floors" 'list' '--help'; do
        # shellcheck disable=SC2086
        "$program" $command >"$disk/output" 2>"$work/err"
        status=$?
        : >"$work/out"
        check "$command on a full disk: exit 4" is "$status" 4
        check "$command on a full disk: one line says so" one_error_line 'output cannot be written: No space left'
    done

    # A calibration is used, if it cannot be kept: the room ends while it is measured there, or has ended before.
    for pages in 1 2; do
        smaller "nr_blocks=$pages"
        [ "$pages" -gt 1 ] || dd if=/dev/zero of="$disk/filler" bs=4096 2>/dev/null
        environment=(XDG_CACHE_HOME="$disk")
        call calibrate --budget 1s
        environment=()
        check "a calibration on a disk of $pages pages: exit 0" is "$status" 0
        check "a calibration on a disk of $pages pages: one line says that it cannot be kept" \
            is "$(grep -c '^breakeven: warning: the calibration cannot be kept: .*: No space left' "$work/err")" 1
        check "a calibration on a disk of $pages pages: its table is there" holds "$work/out" '^  forkteam '
        check "a calibration on a disk of $pages pages: nothing is left there" is "$(find "$disk/breakeven" -mindepth 1)" ''
    done
fi

for command in "report $work/good" "floors --rounds 1 --force --out $work/floors"; do
    # shellcheck disable=SC2086
    "$program" $command >/dev/full 2>"$work/err"
    status=$?
    : >"$work/out"
    check "${command%% *} to a full device: exit 4" is "$status" 4
    check "${command%% *} to a full device: one line says so" one_error_line 'output cannot be written: No space left'
done
tiny "$work/rounds" --rounds 6
"$program" compare "$work/rounds" "$work/rounds" --threshold 100% >/dev/full 2>"$work/err"
status=$?
: >"$work/out"
check 'compare to a full device: exit 4' is "$status" 4
check 'compare to a full device: one line says so' one_error_line 'output cannot be written: No space left'
"$program" run quick "${small[@]:0:8}" --out "$work/loud" >/dev/full 2>"$work/err"
check 'run to a full device: exit 4' is "$?" 4
check 'run to a full device: its files are complete' is "$(files "$work/loud")" "$(files "$work/good")"

# ------------------------------------------------------------------------------- limits of a file's size

for kib in 1 2 8 24; do
    (ulimit -f "$kib" && call run quick "${small[@]}" --out "$work/limit-$kib"; echo "$status" >"$work/status")
    status=$(cat "$work/status")
    check "ulimit -f $kib: exit 0 or 4" is "$((status & ~4))" 0
    check "ulimit -f $kib: what is there is whole" whole "$work/limit-$kib"
    [ "$status" -eq 0 ] || check "ulimit -f $kib: one line names a file" one_error_line "$work/limit-$kib/"
done
cp -r "$work/good" "$work/limited"
rm -rf "$work/limited/plots"
(ulimit -f 8 && call report "$work/limited"; echo "$status" >"$work/status")
: >"$work/out"
if $drawing; then
    check 'a picture beyond ulimit -f: exit 4' is "$(cat "$work/status")" 4
    check 'a picture beyond ulimit -f: one line names it' one_error_line 'svg: cannot be written: File too large'
    check 'a picture beyond ulimit -f: what is there is whole' whole "$work/limited"
fi

# ------------------------------------------------------------------------------- calls that are refused

# whole_visits FOLDER: each begins with a cold row, and every row is of the visit before it.
whole_visits() {
    awk -F, 'NR == 1 { columns = NF; next }
        NF != columns { print "# a row of " NF " fields"; exit 1 }
        $10 == "cold" { visit = $1 $5; next }
        visit != $1 $5 { print "# row " NR " is of no visit"; exit 1 }' "$1/samples.csv" &&
        is "$(tail -c 1 "$1/samples.csv" | wc -l)" 1
}
# refused WHAT INJECTION...: a run some of whose system calls are refused; what it leaves goes on.
refused() {
    local what=$1
    shift
    rm -rf "$work/refused"
    strace -qq -o "$work/calls" "$@" "$program" run quick --sizes 100 --rounds 4 --strategies threads,fork \
        --workers 2 --quiet --out "$work/refused" >"$work/out" 2>"$work/err"
    status=$?
    check "$what: exit 0, or 4 and a line" ended_well '' ''
    [ ! -e "$work/refused/samples.csv" ] || check "$what: samples.csv holds whole visits" whole_visits "$work/refused"
    call run quick --sizes 100 --rounds 4 --strategies threads,fork --workers 2 --quiet --out "$work/refused" \
        "$([ -e "$work/refused/samples.csv" ] && echo --resume || echo --quiet)"
    check "$what: it goes on, but for cells that were refused" is "$((status & ~1))" 0
    check "$what: no visit is there twice" is "$(cut -d, -f 1-11 "$work/refused/samples.csv" | sort | uniq -d)" ''
}
if strace -qq -o "$work/calls" -P /nothing true 2>/dev/null && ! sanitized; then
    for when in 2 5 9; do
        refused "write $when to samples.csv once" -P "$work/refused/samples.csv" -e trace=write \
            -e "inject=write:error=EIO:when=$when"
        refused "writes to samples.csv from $when on" -P "$work/refused/samples.csv" -e trace=write \
            -e "inject=write:error=ENOSPC:when=$when+"
    done
    for when in 5 27 31 40; do
        refused "descriptors from $when on" -e trace=fcntl -e "inject=fcntl:error=EMFILE:when=$when+"
    done
    strace -qq -o "$work/calls" -e inject=getrandom:error=ENOSYS "$program" run quick --sizes 100 --rounds 1 \
        --out "$work/chance" >"$work/out" 2>"$work/err" </dev/null
    check 'no chance: exit 4' is "$?" 4
    check 'no chance: one line says why' one_error_line '--out: the folder .*chance cannot be written: Function not implemented$'
    for when in 100 400 700; do
        refused "files from $when on" -e trace=openat -e "inject=openat:error=EMFILE:when=$when+"
    done
else
    echo '# skipped: no strace that works, or a sanitizer: system calls that are refused are not tested'
fi

# ------------------------------------------------------------------------------- folders that go away

# A run of some seconds, and its rows so far.
long=(run quick --work sleep --sizes 1M --jobs 2 --strategies threads --workers 2 --rounds 40 --quiet)
rows() { [ "$(wc -l 2>/dev/null <"$1/samples.csv" || echo 0)" -gt "$2" ]; }
begin() {
    "$program" "${long[@]}" --out "$1" >"$work/out" 2>"$work/err" </dev/null &
    run=$!
    until_true 20 rows "$1" 8
}
end() {
    wait "$run"
    status=$?
}

begin "$work/removed"
rm -rf "$work/removed"
started=$SECONDS
end
check 'the folder is removed: exit 4' is "$status" 4
check 'the folder is removed: one line names the file' one_error_line "$work/removed/samples.csv: was moved or removed"
check 'the folder is removed: the run does not go on for nothing' test $((SECONDS - started)) -lt 20
check 'the folder is removed: it is not made again' not test -e "$work/removed"

begin "$work/moved"
mv "$work/moved" "$work/moved-to"
end
check 'the folder is moved: exit 4' is "$status" 4
check 'the folder is moved: one line names the file' one_error_line "$work/moved/samples.csv: was moved or removed"
check 'the folder is moved: what was measured is whole' whole "$work/moved-to"
call "${long[@]}" --out "$work/moved-to" --resume
check 'the folder is moved: --resume goes on there' is "$status" 0
check 'the folder is moved: all rounds are there' \
    is "$(column "$work/moved-to/samples.csv" round | sort -un | tail -n 1)" 40

begin "$work/replaced"
echo precious >"$work/victim"
ln -sf "$work/victim" "$work/replaced/samples.csv"
end
check 'samples.csv is replaced by a link: exit 4' is "$status" 4
check 'samples.csv is replaced by a link: its target is left alone' is "$(cat "$work/victim")" precious

if mounting; then
    begin "$work/read-only"
    mount --bind "$work/read-only" "$work/read-only"
    mount -o remount,bind,ro "$work/read-only"
    end
    check 'the folder turns read-only: exit 4' is "$status" 4
    check 'the folder turns read-only: one line names the file' \
        one_error_line "$work/read-only/samples.csv: cannot be written: Read-only"
    check 'the folder turns read-only: what was measured is whole' whole "$work/read-only"
    call report "$work/read-only"
    check 'a report on a read-only disk: exit 4' is "$status" 4
    umount "$work/read-only"
    call "${long[@]}" --out "$work/read-only" --resume
    check 'the folder turns read-only: --resume goes on' is "$status" 0
fi

if mounting && $drawing; then
    mkdir "$work/tools"
    cat >"$work/tools/gnuplot" <<END
#!/bin/sh
touch "$work/is-drawing"
while [ -e "$work/wait" ]; do sleep 0.05; done
PATH=$PATH exec gnuplot "\$1"
END
    chmod +x "$work/tools/gnuplot"
    smaller size=10M
    cp -r "$work/good" "$disk/run"
    sums "$disk/run" >"$work/sums"
    touch "$work/wait"
    PATH=$work/tools:$PATH "$program" report "$disk/run" >/dev/null 2>"$work/err" </dev/null &
    run=$!
    until_true 20 test -e "$work/is-drawing"
    check 'the disk can turn read-only while gnuplot draws' mount -o remount,ro "$disk"
    rm "$work/wait"
    end
    : >"$work/out"
    check 'read-only while gnuplot draws: exit 4' is "$status" 4
    check 'read-only while gnuplot draws: one line names the file' one_error_line 'svg: cannot be written: Read-only'
    mount -o remount,rw "$disk"
    call run quick "${small[@]}" --out "$disk/run" --resume
    check 'read-only while gnuplot draws: --resume mends it' is "$status" 0
    check 'read-only while gnuplot draws: nothing half made is left' is "$(files "$disk/run")" "$(files "$work/good")"
fi

mounting && umount "$disk" 2>/dev/null
summary
