# shellcheck shell=bash disable=SC2034
# What the scripts in this folder share: the places and the table of hosts. Sourced, not run.

# A root shell by plain su lacks these.
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(cd "$here/../.." && pwd -P)
cache=${TESTBED_CACHE:-/var/cache/mitogen4j-testbed}
run=$(realpath -m "${TESTBED_RUN:-$here/run}")
# One test bed per machine: what is up is recorded here, so that any checkout can end it.
state=/run/mitogen4j-testbed
# A change of `prepare` makes a new file system; one that is in use is never altered.
base=$cache/$(sha256sum <"$here/prepare" | cut -c1-16)
cgroup=mitogen4j-testbed

# name, address, JDK. An address in 10.232 is on the network behind the bastion. A name has at most
# 11 characters: "mtg-NAME" is the name of a network interface too.
hosts='
java8       10.231.0.8   8
java11      10.231.0.11  11
java17      10.231.0.17  17
java21      10.231.0.21  21
java25      10.231.0.25  25
java-newest 10.231.0.99  newest
nojava      10.231.0.30  none
shells      10.231.0.31  21
readonly    10.231.0.32  25
nowrite     10.231.0.33  25
nowrite17   10.231.0.34  17
fulldisk    10.231.0.35  21
fullall     10.231.0.36  21
noexec      10.231.0.37  21
noshell     10.231.0.38  21
bastion     10.231.0.40  21
docker-a    10.232.0.41  17
inner1      10.232.0.42  11
inner2      10.232.0.43  21
'
bastion_inside=10.232.0.40

say() { printf '%s\n' "testbed: $*" >&2; }
die() { say "$*"; exit 1; }

each_host() { awk 'NF { print $1 }' <<<"$hosts"; }
address_of() { awk -v n="$1" '$1 == n { print $2 }' <<<"$hosts"; }
is_inner() { [[ $(address_of "$1") == 10.232.* ]]; }

# The JDK of a host as a number, 0 for none.
java_of() {
    local java
    java=$(awk -v n="$1" '$1 == n { print $3 }' <<<"$hosts")
    case $java in
        newest) cat "$base/newest" ;;
        none) echo 0 ;;
        *) echo "$java" ;;
    esac
}

# A pid alone could be another process by now: it counts together with its start time.
start_time() {
    local line fields
    line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -ra fields <<<"${line##*) }"
    echo "${fields[19]}"
}

# The pid of a host's first process, as the machine sees it; fails if the host is not up.
pid_of() {
    local pid started
    read -r pid started 2>/dev/null <"$state/pids/$1" || return 1
    [[ $(start_time "$pid") == "$started" ]] || return 1
    echo "$pid"
}

# Ends whatever is up, from whichever checkout: a host's processes and mounts go with its first process.
end_all() {
    local host pid
    for host in $(each_host); do
        pid=$(pid_of "$host") || continue
        kill -KILL "$pid"
        # Held until the last process of the host is gone.
        while [[ -e /proc/$pid ]]; do sleep 0.01; done
    done
    ip netns list | awk '/^mtg-/ { print "netns del " $1 }' | ip -batch -
    ip -o link show | awk -F'[ :@]+' '$2 ~ /^mtg/ { print "link del " $2 }' | ip -force -batch - 2>/dev/null || true
    ip route del unreachable 10.232.0.0/24 2>/dev/null || true
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} \; 2>/dev/null || true
    if [[ -e $state/owner ]]; then
        local old
        old=$(head -1 "$state/owner")
        rm -rf "$old/host_keys"
        # The checkout that it belonged to may have been deleted meanwhile.
        [[ ! -d $old ]] || (cd "$old" && rm -f id_ed25519{,.pub} wrong_key{,.pub} known_hosts{,_empty,_wrong} ssh_config{,_wrong_key} hosts.properties)
    fi
    rm -rf "$state"
}

need_root() { [[ $EUID -eq 0 ]] || die "needs root"; }
