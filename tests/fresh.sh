#!/usr/bin/env bash
# The two commands of the README on minimal Debian systems that have never seen breakeven: made by debootstrap from the
# mirror that this machine's apt uses; without a locale, for a user who is not root but has sudo, in a folder whose name
# has a space and a letter beyond ASCII. Needs root.
# usage: [FAULTS=no] tests/fresh.sh [SUITE...]     default: stable oldstable. The first runs all tests, the others FAULTS=no.
# Large batches are left to `make test-long` on this machine, whose kernel is the same; the first also runs the commands of the
# documents. The systems are made side by side, with what breakeven needs and its build; they are tested one after the other, when
# all are made and FRESH_GO, if it names a file, is there: what is tested compares times.
# A line for each system, and its log in build/fresh-SUITE.log; exit 0, 1 where one failed, 3 where none can be made.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

suites=("$@")
[ $# -gt 0 ] || suites=(stable oldstable)
roots='' child='' makers=()

cannot() {
    echo "fresh: not run: $1"
    exit 3
}

# Nothing is left: what runs and what is mounted is in namespaces of the child's, and goes with it.
# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    # shellcheck disable=SC2086 # none or one
    kill -KILL $child "${makers[@]}" 2>/dev/null
    wait
    [ -z "$roots" ] || rm -rf --one-file-system "$roots"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# apart COMMAND...: in namespaces of its own, which end with it, and with this script even where that is killed.
apart() {
    setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child -- "$@" &
    child=$!
    wait "$child"
    local status=$?
    child=''
    return "$status"
}

# The first Debian archive of apt's that has the suite.
mirror_of() {
    local uri
    for uri in $(apt-get indextargets --format "\$(REPO_URI)" 2>/dev/null | grep -v security | sort -u); do
        if /usr/lib/apt/apt-helper download-file "${uri%/}/dists/$1/InRelease" "$roots/InRelease-$1" >/dev/null 2>&1 &&
            grep -q '^Origin: Debian$' "$roots/InRelease-$1"; then
            echo "${uri%/}"
            return
        fi
    done
    return 1
}

# make_root SUITE ROOT: a minimal system with make, sudo and a user who may use it; apt reaches the network as here.
make_root() {
    local mirror root=$2
    mirror=$(mirror_of "$1") || { echo "apt knows no archive of Debian's with $1"; return 1; }
    # What a power failure would do to these systems matters to nobody.
    mkdir -p "$root/etc/dpkg/dpkg.cfg.d" && echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fresh" || return
    apart debootstrap --variant=minbase --include=make,sudo,ca-certificates "$1" "$root" "$mirror" || return
    apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/99fresh"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null
    chroot "$root" useradd --create-home --shell /bin/bash somebody &&
        echo 'somebody ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/somebody" &&
        mkdir "$root/home/somebody/a clone ı" &&
        git -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
        tar --create --null --ignore-failed-read --files-from=- 2>/dev/null |
        tar --extract --directory="$root/home/somebody/a clone ı" &&
        chroot "$root" chown -R somebody: /home/somebody
}

# shellcheck disable=SC2016 # it is the shell within that expands these
within='set -e
mount -t proc proc "$1/proc"
mount --rbind /sys "$1/sys"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 shm "$1/dev/shm"
mount -t tmpfs -o mode=1777 tmp "$1/tmp"
cd "$1"
chroot --userspec=somebody "$1" env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/somebody USER=somebody \
    LOGNAME=somebody bash -ec "cd ~/a\ clone*; $2" </dev/null
exit "$?" # the first process stays root: who becomes another user outlives its parent'

# in_root SUITE COMMANDS: by the user, in the clone, until one fails.
in_root() { apart bash -c "$within" - "$roots/$1" "$2"; }

# prepare_root SUITE: makes it; one call of make installs what breakeven needs and builds it.
# shellcheck disable=SC2016 # it is the shell within that expands it
prepare_root() { make_root "$1" "$roots/$1" && in_root "$1" 'make -j2 deps all && echo "fresh: make deps all: $SECONDS s"'; }

# test_root SUITE MAKE-VARIABLES: how each command ended, in $told.
test_root() {
    local root=$roots/$1 log=build/fresh-$1.log code=0
    local also='tests/documents.sh tests/faults/neighbours.sh'
    [[ $2 != *FAULTS=no* ]] || also=''
    in_root "$1" "set -o pipefail
export TEST_ALSO='$also'
took() { echo \"fresh: \$1: \$SECONDS s\"; SECONDS=0; }
make -j2 deps test $2 2>&1 | tee test.log
took 'make deps test'
make deps bench BUDGET=5s OUT=measured
for file in samples.csv summary.csv crossover.csv host.json report.html; do
    [ -s measured/\$file ] || { echo \"bench: \$file is missing\"; exit 1; }
done
ls measured/plots/*.svg >/dev/null || { echo 'bench: no picture is drawn'; exit 1; }
took 'make deps bench'" >>"$log" 2>&1 || code=$?
    told=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$log" | head -n 1)
    told="make deps test: ${told:-it did not end}; make bench: $([ "$code" -eq 0 ] && echo 'its files are there' || echo "exit $code")"
    rm -rf --one-file-system "$root"
    return "$code"
}

[ "$(id -u)" -eq 0 ] || cannot 'only root can make another system'
for tool in debootstrap unshare setpriv chroot git apt-get; do
    command -v $tool >/dev/null || cannot "$tool is not installed"
done
unshare --mount --pid --fork --kill-child mount -t tmpfs none /mnt 2>/dev/null || cannot 'nothing can be mounted here'
mkdir -p build
roots=$(mktemp -d "${FRESH_FOLDER:-/var/tmp}/breakeven-fresh-XXXXXX") && chmod 755 "$roots" || exit 1
mirror_of "${suites[0]}" >/dev/null || cannot "apt knows no archive of Debian's with ${suites[0]}, or does not reach it"

failed=0 variables=${FAULTS:+FAULTS=$FAULTS}
for suite in "${suites[@]}"; do
    prepare_root "$suite" >"build/fresh-$suite.log" 2>&1 &
    makers+=("$!")
done
made=()
for maker in "${makers[@]}"; do
    wait "$maker"
    made+=("$?")
done
makers=()
while [ -n "${FRESH_GO:-}" ] && [ ! -e "$FRESH_GO" ]; do
    kill -0 "$PPID" 2>/dev/null || exit 1 # nobody is left who would make it
    sleep 1
done
for ((i = 0; i < ${#suites[@]}; i++)); do
    suite=${suites[i]} began=$SECONDS verdict=FAILED
    if [ "${made[i]}" -ne 0 ]; then
        told="the system could not be made; $(grep -v '^I: ' "build/fresh-$suite.log" | tail -n 1)"
    elif test_root "$suite" "$variables"; then
        verdict=passed
    fi
    [ "$verdict" = passed ] || failed=1
    echo "fresh: $suite: $verdict: $told ($((SECONDS - began)) s; build/fresh-$suite.log)"
    variables='FAULTS=no'
done
exit "$failed"
