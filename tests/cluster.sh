#!/usr/bin/env bash
# A cluster on one machine, without root and without sshd: runs a command on the first of some hosts that are network namespaces
# joined by a bridge, each with a name (a, b, ...), an address, a /dev/shm and CPUs of its own. They share all other files.
# usage: tests/cluster.sh [--hosts N] [--latency TIME] [--rate RATE] -- COMMAND...
#   --hosts N        2 to 16, default 2
#   --latency TIME   what a packet takes from host to host, in us, ms or s: a round trip takes twice that. Default: none is added
#   --rate RATE      what a host receives at most, as tc reads it: 100mbit, 1gbit. Default: no limit
# The command has the environment of the caller, its folder, and:
#   CLUSTER_AGENT    a program: CLUSTER_AGENT HOST COMMAND... does what `ssh HOST COMMAND...` would; Open MPI's mpirun and MPICH's
#                    find it in their own variables, so that `mpirun --host a:1,b:1 hostname` works as it is
#   BREAKEVEN_HOSTS  the hosts and their CPUs: a:1,b:1
#   CLUSTER_DELAY    what makes the latency: netem, relay where the kernel has no netem (cluster/relay.c), none
# `$CLUSTER_AGENT b ip link set eth0 down` parts host b from the others, `... up` joins it again.
# The exit status is the command's; 125 where there can be no cluster, with the reason on stderr, and for bad options.
# All lies in namespaces of its own: no interface, mount, folder or process is left, even where this or its caller is killed.
set -u
script=$(realpath "${BASH_SOURCE[0]}")

cannot() {
    echo "cluster: $1" >&2
    exit 125
}

hosts=2 latency='' rate=''
# option NAME PATTERN VALUE ALLOWED
option() { [[ $3 =~ ^($2)$ ]] || cannot "$1: '$3' is not $4"; }
options() {
    local number='[0-9]+(\.[0-9]+)?'
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        [ $# -gt 1 ] || cannot "$1: what comes behind it is missing"
        case $1 in
        --hosts) option "$1" '[2-9]|1[0-6]' "$2" 'a number from 2 to 16' && hosts=$2 ;;
        --latency) option "$1" "${number}(us|ms|s)" "$2" 'a time like 50us, 5ms or 0.1s' && latency=$2 ;;
        --rate) option "$1" "${number}[kmg]?bit" "$2" 'a rate like 100mbit or 1gbit' && rate=$2 ;;
        *) cannot "$1: there is no such option; --hosts, --latency, --rate and -- COMMAND... are" ;;
        esac
        shift 2
    done
    [ $# -gt 1 ] || cannot 'a command is missing: tests/cluster.sh [--hosts N] [--latency TIME] [--rate RATE] -- COMMAND...'
    shift
    command=("$@")
}

# ------------------------------------------------------------------------------- outside

# Namespaces in which this user may make links and mounts, with all that is started. By `--user` that takes no root, and root has no
# power over this machine in them; where such are forbidden root makes the others.
shared=(--net --mount --ipc --pid --fork --kill-child)
spaces=(--user --map-current-user --keep-caps "${shared[@]}")

may_make_links() { PATH=$PATH:/usr/sbin:/sbin unshare "${spaces[@]}" -- ip link add name switch type bridge 2>&1; }

need_tools() {
    local tool
    for tool in unshare:util-linux nsenter:util-linux setpriv:util-linux taskset:util-linux ip:iproute2 tc:iproute2; do
        PATH=$PATH:/usr/sbin:/sbin command -v "${tool%:*}" >/dev/null || cannot "${tool%:*} is missing (package ${tool#*:})"
    done
}

# shellcheck disable=SC2317 # traps call it
kill_child() {
    exec 2>/dev/null # bash would tell of it
    [ -z "$child" ] || kill -KILL "$child" 2>/dev/null
    wait
}

outside() {
    local reason child='' status
    if ! reason=$(may_make_links); then
        [ "$(id -u)" -eq 0 ] || cannot "this user may not make network namespaces and bridges here: ${reason##*$'\n'}"
        spaces=("${shared[@]}")
        reason=$(may_make_links) || cannot "even root may not make network namespaces and bridges here: ${reason##*$'\n'}"
    fi
    # Killed by a signal of its own, or with its caller, this takes `unshare` along, that its first process within, and that all others.
    trap 'kill_child; exit 130' INT
    trap 'kill_child; exit 143' TERM HUP
    # Whose parent was killed before it asked to end with it has another one.
    # shellcheck disable=SC2016 # the shell within expands it
    setpriv --pdeathsig KILL sh -c '[ "$PPID" = "$0" ] && exec "$@"' $$ \
        unshare "${spaces[@]}" -- bash "$script" --inside "$@" <&0 &
    child=$!
    wait "$child"
    status=$?
    exit "$status"
}

# ------------------------------------------------------------------------------- inside

folder=/dev/shm/cluster # on a file system of the cluster's own, of which nothing outlives it
names=(a b c d e f g h i j k l m n o p)
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
address() { echo "10.77.0.$(($1 + 1))"; }
mac() { printf '02:00:00:00:00:%02x\n' "$1"; }
enter() { nsenter --target "${holders[$1]}" --net --uts --mount --ipc "${@:2}"; }

# must WHAT COMMAND...: what fails is told by its own last line.
must() {
    local said
    said=$("${@:2}" 2>&1) || cannot "$1: ${said##*$'\n'}"
}

# share_out: leaves ${shares[@]}, the CPUs of each host. Where there are fewer CPUs than hosts, all have all. A set of CPUs and not a
# cgroup, as that would outlive its processes.
share_out() {
    local allowed range cpus=() i first
    allowed=$(taskset -cp $$ | sed 's/.*: //')
    for range in ${allowed//,/ }; do
        for ((i = ${range%-*}; i <= ${range#*-}; i++)); do cpus+=("$i"); done
    done
    shares=()
    for ((i = 0; i < hosts; i++)); do
        shares[i]=$allowed slots[i]=${#cpus[@]}
        [ "${#cpus[@]}" -ge "$hosts" ] || continue
        first=$((i * ${#cpus[@]} / hosts))
        slots[i]=$(((i + 1) * ${#cpus[@]} / hosts - first))
        shares[i]=$(IFS=,; echo "${cpus[*]:first:slots[i]}")
    done
}

# begin_hosts: leaves ${holders[@]}, a process of each host, which keeps its namespaces.
begin_hosts() {
    local i
    holders=()
    for ((i = 0; i < hosts; i++)); do
        unshare --net --uts --mount --ipc -- bash -c 'echo; exec sleep infinity' >"$folder/begun-$i" </dev/null &
        holders[i]=$!
    done
    for ((i = 0; i < hosts; i++)); do
        until [ -s "$folder/begun-$i" ]; do
            kill -0 "${holders[i]}" 2>/dev/null || cannot "host ${names[i]} cannot be made"
            sleep 0.01
        done
        rm "$folder/begun-$i"
    done
}

# make_host I: its name, its /dev/shm, in which the cluster's folder is seen as everywhere, and its address.
make_host() {
    must "host ${names[$1]}: its name" enter "$1" hostname "${names[$1]}"
    # shellcheck disable=SC2016 # the shell within expands it
    must "host ${names[$1]}: its /dev/shm" enter "$1" bash -c 'exec 3<"$1" && mount -t tmpfs -o mode=1777 tmpfs /dev/shm &&
        mkdir "$1" && mount -c --bind /proc/self/fd/3 "$1"' bash "$folder"
    must "host ${names[$1]}: its address" enter "$1" ip address add "$(address "$1")/24" dev eth0
    must "host ${names[$1]}: its links" enter "$1" sh -c 'ip link set lo up && ip link set eth0 up'
}

# join_by_bridge: each host has a link to a bridge, and what leaves the bridge for it is delayed.
join_by_bridge() {
    local i shape=()
    [ -z "$latency" ] || shape+=(delay "$latency")
    must 'a bridge' ip link add name switch type bridge forward_delay 0
    must 'a bridge' ip link set switch up
    for ((i = 0; i < hosts; i++)); do
        must "host ${names[i]}: a link" ip link add name "port$i" type veth \
            peer name eth0 address "$(mac "$i")" netns "${holders[i]}"
        must "host ${names[i]}: a link" ip link set "port$i" master switch addrgenmode none up
        if [ -n "$latency" ]; then
            must '--latency' tc qdisc add dev "port$i" root netem limit 100000 delay "$latency" ${rate:+rate "$rate"}
        elif [ -n "$rate" ]; then
            limit_rate "port$i"
        fi
    done
}
limit_rate() { must '--rate' "${@:2}" tc qdisc add dev "$1" root tbf rate "$rate" burst 128kb latency 400ms; }

# join_by_relay: where the kernel has no netem, a program of ours is the bridge and delays.
join_by_relay() {
    local i ns ports=()
    ns=$(awk -v time="$latency" 'BEGIN { printf "%.0f", time * (time ~ /us$/ ? 1e3 : time ~ /ms$/ ? 1e6 : 1e9) }')
    if ! [ -r /dev/net/tun ] || ! [ -w /dev/net/tun ]; then
        cannot '--latency: this kernel has no netem, and what stands in for it needs /dev/net/tun, which this user may not open'
    fi
    must '--latency: this kernel has no netem, and what stands in for it cannot be compiled' \
        "${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -O2 -o "$folder/relay" "${script%.sh}/relay.c"
    for ((i = 0; i < hosts; i++)); do ports+=("port$i"); done
    nice -n -10 "$folder/relay" "$ns" "${ports[@]}" >"$folder/relay.log" 2>&1 </dev/null &
    until grep -qs ready "$folder/relay.log"; do
        kill -0 $! 2>/dev/null || cannot "--latency: $(cat "$folder/relay.log")"
        sleep 0.01
    done
    for ((i = 0; i < hosts; i++)); do
        must "host ${names[i]}: a link" ip link set "port$i" address "$(mac "$i")" netns "${holders[i]}" name eth0
        [ -z "$rate" ] || limit_rate eth0 enter "$i"
    done
}

# As with ssh, words are joined and read by a shell again, in the home folder, with little environment.
write_agent() {
    local i
    {
        cat <<'END'
#!/bin/sh
# usage: agent [OPTION...] HOST COMMAND...
while :; do
    case $1 in -*) shift ;; *) break ;; esac
done
case $1 in
END
        for ((i = 0; i < hosts; i++)); do
            echo "${names[i]} | $(address "$i")) holder=${holders[i]} cpus=${shares[i]} ;;"
        done
        cat <<'END'
*) echo "agent: could not resolve hostname $1: no such host in this cluster" >&2; exit 255 ;;
esac
shift
exec nsenter --target "$holder" --net --uts --mount --ipc taskset -c "$cpus" env -i \
END
        echo "    PATH=$path HOME=\"\$HOME\" LOGNAME=\"\$LOGNAME\" USER=\"\$USER\" SHELL=/bin/sh \\"
        # shellcheck disable=SC2016 # the agent expands it
        echo '    sh -c '\''cd "$HOME" 2>/dev/null || cd /; eval "$1"'\'' sh "$*"'
    } >"$folder/agent"
    chmod 755 "$folder/agent"
}

write_names() {
    local i
    echo '127.0.0.1 localhost'
    for ((i = 0; i < hosts; i++)); do echo "$(address "$i") ${names[i]}"; done
}

# tell_launchers: what mpirun of Open MPI 4 and 5 and of MPICH are told by. Without a cgroup a host's CPUs are known by what its
# processes may use alone, which they would be bound away from.
tell_launchers() {
    local i list=''
    for ((i = 0; i < hosts; i++)); do list+=",${names[i]}:${slots[i]}"; done
    export BREAKEVEN_HOSTS=${list:1} CLUSTER_AGENT=$folder/agent
    export OMPI_MCA_plm_rsh_agent=$CLUSTER_AGENT PRTE_MCA_plm_ssh_agent=$CLUSTER_AGENT
    export OMPI_MCA_btl_tcp_if_include=eth0 OMPI_MCA_oob_tcp_if_include=eth0 PRTE_MCA_prte_if_include=eth0
    export OMPI_MCA_hwloc_base_binding_policy=none PRTE_MCA_hwloc_default_binding_policy=none
    export HYDRA_LAUNCHER=ssh HYDRA_LAUNCHER_EXEC=$CLUSTER_AGENT HYDRA_IFACE=eth0
    # The user of the namespaces is root where the caller is; there is nothing here that mpirun could spoil.
    [ "$(id -u)" -ne 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
}

inside() {
    local i here=$PWD slots=()
    PATH=$PATH:/usr/sbin:/sbin
    must 'a /proc of its own' mount -t proc proc /proc
    must 'a /dev/shm of its own' mount -t tmpfs -o mode=1777 tmpfs /dev/shm
    mkdir "$folder"
    write_names >"$folder/hosts"
    must 'names of its own' mount --bind "$folder/hosts" /etc/hosts
    share_out
    begin_hosts
    export CLUSTER_DELAY=none
    [ -z "$latency" ] || CLUSTER_DELAY=netem
    if [ -n "$latency" ] && ! tc qdisc add dev lo root netem delay 1ms 2>/dev/null; then
        CLUSTER_DELAY=relay
        join_by_relay
    else
        join_by_bridge
    fi
    for ((i = 0; i < hosts; i++)); do make_host "$i"; done
    write_agent
    tell_launchers
    # In the background a command would ignore ^C.
    # shellcheck disable=SC2016 # the shell within expands it
    enter 0 taskset -c "${shares[0]}" env --default-signal=INT,QUIT \
        bash -c 'cd "$1" && shift && exec "$@"' bash "$here" "${command[@]}"
    exit $?
}

if [ "${1:-}" = --inside ]; then
    options "${@:2}"
    inside
fi
options "$@"
need_tools
CLUSTER_OUTSIDE=${CLUSTER_OUTSIDE:-}
# It ends with its caller.
[ "${CLUSTER_OUTSIDE%:*}" = $$ ] || CLUSTER_OUTSIDE=$$:$PPID exec setpriv --pdeathsig TERM bash "$script" "$@"
[ "${CLUSTER_OUTSIDE#*:}" = "$PPID" ] || cannot 'who called this has ended'
unset CLUSTER_OUTSIDE
outside "$@"
