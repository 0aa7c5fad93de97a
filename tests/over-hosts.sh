#!/usr/bin/env bash
# A run over several hosts (tests/over_hosts.py): reports say from which jobs on so many hosts pay, and never mix numbers of hosts.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/shell.sh"

if ! command -v python3 >/dev/null || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))'; then
    echo '# left out: python3 (3.8 or later) is not installed'
    summary
    exit
fi

# make NAME KIND...: a made-up run as $work/NAME, and its report.
make() {
    python3 -B tests/over_hosts.py "$work/$1" "${@:2}"
    ends "report of $1" 0 report "$work/$1" --formats svg
    run=$work/$1
}
page() { sed 's/<[^>]*>//g' "$run/report.html" | tr -s ' \n' ' '; }
# blocks PICTURE: the numbers of points of its lines.
blocks() { awk 'NF == 0 { if (points) print points; points = 0; next } { points++ } END { if (points) print points }' "$run/plots/$1.dat" | xargs; }

# ------------------------------------------------------------------------------- along sizes

make sizes
sanitized || check 'every field of its tables is recomputed' recomputed "$run"
sentence='Kept open, over three hosts from jobs of [0-9.]+ us \(mpi, 6 workers\), over two from [0-9.]+ us \(mpi, 4 workers\), over one from '
sentence+='[0-9.]+ us \(mpi, 2 workers\), on this one alone from [0-9.]+ ns \(forkpool, 2 workers\)\. Two hosts are surely ahead of fewer from jobs '
sentence+='of (6[0-9]\.[0-9]|1[89][0-9]) us on\. Three hosts are surely ahead of fewer from jobs of (6[0-9]\.[0-9]|1[89][0-9]) us on\.'
check 'the answer says from which jobs on so many hosts pay' holds <(unfolded "$work/out") "$sentence"
check 'it still has at most 25 lines' [ "$(wc -l <"$work/out")" -le 25 ]
check 'so do the tables' holds <(unfolded "$run/tables.txt") "$sentence"
check 'and the page' holds <(page) "$sentence"
check 'so many hosts are ahead with all their workers, which nobody doubts' not holds "$work/out" '[0-9]\?$|noise'
check 'a line has all slots of its hosts in the picture of crossovers' is "$(grep -c 'cannot be told' "$run/plots/squares-crossover.dat")" 0
check 'the picture of hosts has four sizes over three numbers of hosts, the best on this one alone, and the ideal' \
    is "$(blocks squares-speedup-hosts)" '3 3 3 3 2 3'
check 'the ideal is the number of workers' is "$(tail -n 5 "$run/plots/squares-speedup-hosts.dat" | xargs)" '1 2 2 4 3 6'
check 'it stands in the page' grep -q 'id="p-squares-speedup-hosts' "$run/report.html"
check 'where each line has one number of workers there is no picture of workers' not test -e "$run/plots/squares-speedup-workers.svg"
ends 'explain over several hosts' 0 explain mpi "$run"
check 'it tells of each number of hosts, with its workers' is "$(grep -oE '^mpi over [123] hosts?, .*, [0-9] workers$' "$work/out" | sed 's/, .*,/,/' | xargs)" \
    'mpi over 1 host, 2 workers mpi over 2 hosts, 4 workers mpi over 3 hosts, 6 workers'
check 'no host has too many workers for this one' not grep -qi 'more workers than' "$work/out"

# ------------------------------------------------------------------------------- along jobs, and batches that grow

make jobs jobs
check 'along jobs it is told by their number, started cold' holds <(unfolded "$work/out") \
    'Started cold, over three hosts (from [0-9]+ jobs|it never pays|it cannot be told) .*, on this one alone from [0-9]+ jobs \(forkpool, 2 workers\)\.'
make weak weak
sanitized || check 'every field of tables of batches that grow is recomputed' recomputed "$run"
weak() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $at["mode"] == "weak" { print $at["strategy"], $at["hosts"], $at["workers"], $at["place"] }' "$run/scaling.csv"; }
check 'batches that grow have a curve for each number of hosts' is "$(weak | sort | xargs)" \
    'forkpool 0 1 cores forkpool 0 2 cores mpi 1 1 slots mpi 1 2 slots mpi 2 2 slots mpi 2 4 slots mpi 3 3 slots mpi 3 6 slots'
check 'batches that differ are not compared over hosts' not grep -q 'ahead of fewer' "$run/tables.txt"
check 'nor drawn' is "$(find "$run/plots" -name '*speedup-hosts*')" ''
for jobs in 8 16 24; do
    check "the largest batch over its hosts, $jobs jobs, has the picture" test -s "$run/plots/squares-$jobs-jobs-scaled-speedup.svg"
done
check 'the page tells of each curve' is "$(page | grep -oE '(forkpool|mpi over [123] hosts?), with 4 jobs for each worker: with [0-9] workers' | sort -u | wc -l)" 4
ends 'explain of batches that grow over hosts' 0 explain mpi "$run"
check 'explain tells of each number of hosts' is "$(unfolded "$work/out" | grep -oE 'mpi over [123] hosts?, with 4 jobs for each worker' | sort | uniq -c | xargs)" \
    '1 mpi over 1 host, with 4 jobs for each worker 1 mpi over 2 hosts, with 4 jobs for each worker 1 mpi over 3 hosts, with 4 jobs for each worker'

summary
