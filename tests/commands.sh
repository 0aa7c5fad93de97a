#!/usr/bin/env bash
# Jobs that are programs: what a command may be, what becomes of it, and what is refused.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

folder=$work/folder
mkdir "$folder"
cd "$folder" || exit 1

# Pictures would take as long as all the rest: a gnuplot that fails draws none.
mkdir "$work/blind"
printf '#!/bin/sh\nexit 1\n' >"$work/blind/gnuplot"
chmod +x "$work/blind/gnuplot"
# command ARGUMENTS...: a run of a few jobs, into $work/run; without pictures, but where `environment` says otherwise.
command() {
    rm -rf "$work/run"
    [ "${#environment[@]}" -gt 0 ] || local environment=(PATH="$work/blind:$PATH")
    call run quick --rounds 1 --workers 2 --strategies spawn,forkserver,xargs --formats svg --out "$work/run" --quiet "$@"
}
# states: "strategy status" of each cell, each once.
states() { paste -d ' ' <(column "$work/run/samples.csv" strategy) <(column "$work/run/samples.csv" status) | sort -u | xargs; }
all_ok() { is "$(states)" 'forkserver ok serial ok spawn ok xargs ok'; }
# fine WHAT ARGUMENTS...: all strategies run it.
fine() {
    local what=$1
    shift
    command "$@"
    check "$what: exit 0" is "$status" 0
    check "$what: all strategies run it" all_ok
}
# wrong WHAT STATUS PATTERN ARGUMENTS...: the rows have the status, and a detail with the pattern.
wrong() {
    local what=$1 state=$2 pattern=$3
    shift 3
    command "$@"
    check "$what: exit 3, as nothing could be measured" is "$status" 3
    check "$what: the rows say '$state'" holds "$work/run/samples.csv" ",$state,"
    check "$what: and why" holds "$work/run/samples.csv" "$pattern"
}

# ------------------------------------------------------------------------------- what is refused

refuses 2 "command: no program 'no-such-program' is in PATH" run --command no-such-program
refuses 2 "command: '/etc/passwd' cannot be executed: Permission denied" run --command /etc/passwd
refuses 2 "command: './gone' cannot be executed: No such file" run --command ./gone
refuses 2 'command: is empty' run --command ' '
refuses 2 'did you mean \{input\}' run --command 'cat {inptu}' --inputs '*'
refuses 2 'did you mean \{output\}' run --command 'cat {out}'
refuses 2 "command: '\|' acts only in a shell; give --shell" run --command 'true | true'
refuses 2 'command: quotes are opened and not closed' run --command "true 'a"
refuses 2 "inputs: '\*.png' matches no file" run --command 'cat {input}' --inputs '*.png'
refuses 2 'inputs: give the files that \{input\} stands for' run --command 'cat {input}'
refuses 2 'inputs: the command has no \{input\}' run --command true --inputs '/etc/*'
refuses 2 'inputs: is of use only with --command' run --inputs '/etc/*'
refuses 2 'shell: is of use only with --command' run --shell
refuses 2 'sizes: the command has no \{size\}' run --command true --sizes 1,2
refuses 2 'sizes: give what \{size\} stands for' run --command 'sleep {size}'
refuses 2 "sizes: 'x' is not a number" run --command 'sleep {size}' --sizes 0.1,x
refuses 2 'at most 9 decimals' run --command 'sleep {size}' --sizes 0.0000000001
printf '[suite]\ntitle = t\nshell = maybe\ncommand = true\n' >"$work/maybe.ini"
printf '[suite]\ncommand = sleep {size}\n' >"$work/sizeless.ini"
printf '[suite]\ninputs = *\n' >"$work/without.ini"
refuses 2 "maybe.ini:3: shell: --shell: 'maybe' is neither yes nor no" run "$work/maybe.ini"
refuses 2 'sizeless.ini:2: command: --sizes: give what \{size\} stands for' run "$work/sizeless.ini"
refuses 2 'without.ini:2: inputs: --inputs: is of use only with --command' run "$work/without.ini"
refuses 2 'command: cannot be combined with --work' run --command true --work squares
refuses 2 'verify: .sha1. is neither exit nor sha256' run --command true --verify sha1
refuses 2 'output: .*no-such-folder/x cannot be written' run --command true --output no-such-folder/x
refuses 2 'payload: commands take no payload' run --command true --payload 1k
check 'a refusal leaves nothing behind' is "$(ls "$folder")" ''

# ------------------------------------------------------------------------------- what is run

fine 'a program' --command true --jobs 3
check 'the work has the name of the program' is "$(column "$work/run/samples.csv" work | sort -u)" true
check 'its size is 1' is "$(column "$work/run/samples.csv" size | sort -u)" 1
check 'who ran a command under xargs is not known' \
    is "$(awk -F, '/,xargs,/ { print $0 }' "$work/run/samples.csv" | head -n 1 >"$work/row"; column <(head -n 1 "$work/run/samples.csv"; cat "$work/row") participation)" ''
check 'under spawn it is' is "$(paste -d ' ' <(column "$work/run/samples.csv" strategy) <(column "$work/run/samples.csv" participation) | sort -u | grep spawn)" 'spawn 1'

# shellcheck disable=SC2016 # the name is not expanded on purpose
touch ./-rf 'a b' "quo'te\"s" $'new\nline' '$HOME' '{input}'
mkdir "$work/seen"
cat >"$work/see" <<END
#!/bin/sh
[ "\$#" -eq 2 ] && [ -f "\$1" ] && [ ! -t 0 ] && ! read -r line && : >"$work/seen/\$2-\$(printf %s "\$1" | cksum | tr -d ' ')"
END
chmod +x "$work/see"
names() { find . -type f -printf '%f\0' | sort -z | while IFS= read -r -d '' name; do
    [ "$name" != -rf ] || name=./-rf
    printf %s "$name" | cksum | tr -d ' '
done | sort; }
for strategies in spawn forkserver xargs parallel; do
    [ "$strategies" != parallel ] || type -P parallel >/dev/null || { echo '# left out: parallel'; continue; }
    rm -f "$work/seen"/*
    command --command "$work/see {input} {index}" --inputs '*' --jobs 6 --strategies "$strategies"
    check "$strategies: files named -rf, with quotes, blanks and line ends: exit 0" is "$status" 0
    check "$strategies: each was seen as it is, at an empty stdin" \
        is "$(find "$work/seen" -type f -printf '%f\n' | cut -d - -f 2 | sort | xargs)" "$(names | xargs)"
done
fine 'quotes in a shell' --shell --command 'cat {input} "{input}" >/dev/null && test -f {input}' --inputs '*' --jobs 6
fine 'more jobs than inputs' --command 'test -f {input}' --inputs '*' --jobs 20
command --command 'test -f {input}' --inputs '*'
check 'without --jobs batches go up to the number of inputs' is "$(column "$work/run/samples.csv" jobs | sort -nu | xargs)" '1 4 6'

environment=(PATH="$PATH") # with pictures
fine 'decimal sizes' --command 'sleep {size}' --sizes 0.001,0.01 --jobs 2
environment=()
check 'decimal sizes: they count in billionths' is "$(column "$work/run/samples.csv" size | sort -nu | xargs)" '1000000 10000000'
check 'decimal sizes: the work is not confused with the one of that name' \
    is "$(column "$work/run/samples.csv" work | sort -u)" sleep-command
check 'decimal sizes: the unit is told' holds "$work/run/host.json" '1e-9'

check 'decimal sizes: people read them as they were given' \
    holds "$work/run/tables.txt" '^sleep-command: 2 jobs of size 0\.001 to 0\.01 \(\{size\}\), '
if type -P gnuplot >/dev/null; then
    check 'decimal sizes: pictures, too' holds "$work/run/plots/sleep-command-time-size-warm.gp" "'0\.001' 1000000[,)]"
    check 'decimal sizes: without billionths' not grep -q '1e-9' "$work/run/plots/sleep-command-time-size-warm.gp"
fi
check 'the suite is called by the command' holds "$work/run/host.json" '"suite": "sleep-command"'
check 'its title is the command' holds "$work/run/host.json" '"title": "sleep-command: sleep \{size\}"'
check 'the page is called by it' holds "$work/run/report.html" '<title>breakeven: sleep-command on '
check 'the page does not speak of a suite' not grep -q ', suite ' "$work/run/report.html"
check 'the page has them so, too' holds "$work/run/report.html" '<th scope="row">0\.001</th>'
environment=(PATH=/nonexistent) # without pictures
call report "$work/run"
environment=()
xargs -0 <"$work/out" | tr '\n' ' ' >"$work/said"
check 'what one command takes is told of a size' holds "$work/said" 'One sleep-command of size 0\.001 takes '

call run quick --command true --jobs 1 --rounds 1 --workers 1 --strategies spawn --formats svg --out "$work/one"
check 'a command without {size} is told without one' holds "$work/one/tables.txt" '^true: 1 job, [0-9]+ CPU'
check 'nor has its best speedup one' not grep -qE 'at 1|size 1|command\)' "$work/one/tables.txt"
if type -P gnuplot >/dev/null; then
    # Of a run without a named suite there may be a timeline beside them.
    pictures=$(find "$work/one/plots" -name '*.svg' | wc -l)
    # Noise may leave nothing to draw, of which nothing is told.
    if [ "$pictures" -eq 0 ]; then
        check 'of no pictures nothing is told' not grep -qE '[0-9] pictures? (is|are) in ' "$work/out"
    else
        check 'as many pictures are told of as there are' holds "$work/out" "$pictures picture(s are| is) in "
    fi
fi
call run quick --command false --jobs 1 --rounds 1 --workers 1 --strategies spawn --formats svg --out "$work/none"
check 'where nothing was measured, no question is answered' not grep -q 'What pays' "$work/out"
check 'nor is there a place to look at' not grep -q 'Look at' "$work/out"
check 'one job is one job' holds "$work/err" ' 1 job not done'

fine 'output' --command 'cp {input} {output}.x' --inputs '/etc/passwd' --jobs 3 --verify sha256
check 'output: the scratch folder is gone' not test -e "$work/run/scratch"
fine 'a file for what commands write' --command 'echo {index}' --jobs 2 --output "$work/written"
check 'what commands write is there' is "$(sort -u "$work/written" | xargs)" '0 1'
command --command 'echo said' --jobs 1 --output inherit --strategies spawn
check 'or on stderr' holds "$work/err" '^said$'

printf '#!/bin/sh\ndate +%%s%%N\n' >"$work/changing" && chmod +x "$work/changing"
wrong 'other output each time' wrong 'the result of job 0 differs from serial' \
    --command "$work/changing" --jobs 1 --verify sha256 --strategies spawn
fine 'other output, which nobody looks at' --command "$work/changing" --jobs 1

rm -f "$work/around"
fine 'prepare and cleanup' --command true --jobs 2 --prepare "echo before >>$work/around" --cleanup "echo after >>$work/around"
check 'they go around each batch, in turn' \
    is "$(uniq -c "$work/around" | awk '{ print $1, $2 }' | sort | uniq -c | awk '{ print $2, $3 }' | xargs)" '1 after 1 before'
wrong 'a prepare that fails' failed 'prepare: ended with exit code 7' --command true --jobs 1 --prepare 'exit 7' --strategies spawn

limited() { (ulimit -Sn 200; fine "$@"; [ "$failed" -eq 0 ]); }
check 'a command may open as many files as where breakeven was started' \
    limited 'a limit' --shell --command "test \"\$(ulimit -n)\" = 200" --jobs 2 >"$work/limited"

# ------------------------------------------------------------------------------- what fails

wrong 'a command that fails' failed 'failed with exit code 1' --command false --jobs 2
wrong 'what it said is told' failed 'No such file' --command 'cat /no/such/file' --jobs 1
check 'its own failure comes first' holds "$work/run/samples.csv" 'serial reference: 1 job not done; job 0 failed'
wrong 'lines that it said are told' failed 'one / two' --shell --command 'printf "one\n\ntwo\n" >&2; exit 3' --jobs 1
wrong 'a signal' failed 'crashed with signal 15' --shell --command 'kill -TERM $$' --jobs 1
fine 'failures that are ignored' --command false --jobs 2 --ignore-failure
printf '#!/bin/sh\n[ -e %s/once ] && exit 3\ntouch %s/once\n' "$work" "$work" >"$work/later" && chmod +x "$work/later"
rm -f "$work/once"
command --command "$work/later" --jobs 1 --strategies spawn,xargs
check 'a command that fails later: its rows have failed' is "$(states)" 'serial failed spawn failed xargs failed'
rm -f "$work/once"
command --command "$work/later" --jobs 1 --strategies spawn --ignore-failure
check 'ignored, but not as under serial: wrong' is "$(states)" 'serial wrong spawn wrong'

# ------------------------------------------------------------------------------- what does not end

for strategy in spawn forkserver; do
    wrong "$strategy: a command that never ends" failed 'timed out' \
        --command 'sleep 1000' --jobs 1 --job-timeout 100ms --strategies "$strategy" --timeout 20s 2>/dev/null
done
command --command 'sleep 1000' --jobs 1 --timeout 1s --strategies xargs
check 'without a timeout for jobs the one for visits ends it' holds "$work/run/samples.csv" 'took longer than 1'
begin run quick --rounds 1 --workers 2 --shell --command 'setsid sleep 1000 & true' --jobs 2 --strategies spawn,forkserver,xargs \
    --out "$work/daemons" --quiet
finish 60
check 'commands that leave daemons: exit 0' is "$status" 0
check 'the daemons have ended with their visits' left_nobody
begin run quick --rounds 1 --workers 2 --command 'sleep 1000' --jobs 4 --strategies spawn --out "$work/killed" --quiet
until_true 20 marked_are 3
kill -TERM "$run"
finish 20
check 'an interrupted run leaves no command behind' left_nobody
check 'and no scratch folder' not test -e "$work/killed/scratch"
# shellcheck disable=SC2016 # expanded by the job's shell
fine 'nobody reads what it prints, not even for the reference' --shell \
    --command 'test "$(readlink /proc/$$/fd/1)" = /dev/null' --jobs 1
fine 'a gigabyte on stdout' --command 'head -c 1G /dev/zero' --jobs 1 --strategies spawn,forkserver,xargs

# ------------------------------------------------------------------------------- who runs commands

command --command true --jobs 1 --strategies threadpool,fork,spawn
check 'what runs no commands is unavailable' \
    is "$(states)" 'fork unavailable serial ok spawn ok threadpool unavailable'
check 'and its row says why' holds "$work/run/samples.csv" 'runs functions in its workers'
refuses 2 'strategies: none of these runs commands; serial, spawn, forkserver' run --command true --strategies threadpool,fork
call run quick --work squares --sizes 100 --rounds 1 --strategies xargs --out "$work/functions" --quiet
check 'xargs runs no functions' holds "$work/functions/samples.csv" 'runs commands only'
call list
check 'list says who runs commands' is "$(grep -c 'runs commands' "$work/out")" 5
mkdir "$work/bin"
ln -s "$(type -P true)" "$work/bin"
environment=(PATH="$work/bin")
command --command true --jobs 1 --strategies spawn,xargs,parallel
check 'peers that are not installed are unavailable' is "$(states)" 'parallel unavailable serial ok spawn ok xargs unavailable'
check 'and tell what has them' holds "$work/run/samples.csv" 'findutils'
environment=()
mkdir many && (cd many && seq 10000 | xargs touch)
fine 'ten thousand inputs' --command 'true {input}' --inputs 'many/*' --jobs 2

command --command true --jobs 2 --strategies spawn
call run quick --rounds 2 --workers 2 --formats svg --out "$work/run" --quiet --command true --jobs 2 --strategies spawn --resume
check '--resume goes on with a command: exit 0' is "$status" 0
check 'and measures the rounds that were missing' is "$(column "$work/run/samples.csv" round | sort -u | xargs)" '1 2'
refuses 2 'command.*true.*sync' run quick --rounds 3 --workers 2 --out "$work/run" --quiet --command sync --jobs 2 --strategies spawn --resume
call run quick --command true --jobs 2,4 --rounds 2 --strategies spawn --workers 2 --formats svg --out "$work/answer"
check 'the answer says what one command takes beyond a bare posix_spawn' \
    holds <(tr '\n' ' ' <"$work/out") 'One true takes [^;]* (more|less) than a bare posix_spawn; with 2 at once .*\(spawn\)'
printf '[suite]\ncommand = true\njobs = 2\nstrategies = spawn\nworkers = 2\nignore-failure = yes\n\n[squares]\n' >"$work/own.ini"
call run "$work/own.ini" --rounds 1 --out "$work/suite" --quiet
check 'a suite can name a command' is "$(column "$work/suite/samples.csv" work | sort -u)" true
call report "$work/suite"
check 'a report of its files alone: exit 0' is "$status" 0

summary
