"""The descendants of this process, and the processor time that it and all of them took."""
import os
import resource
import time

TICK_NS = 10 ** 9 // os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat behind the name: of the process, and of its children that have ended and were waited for.
OWN_USER, OWN_SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM = 11, 12, 13, 14


def total_ns():
    """(user, system) in ns, this process's ended children included; None where the kernel does not list children."""
    try:
        living = [time_of(pid) for pid in descendants("self")]
    except OSError:
        return None
    mine = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return (
        sum(used.ru_utime for used in mine) * 1e9 + sum(user for user, _ in living),
        sum(used.ru_stime for used in mine) * 1e9 + sum(system for _, system in living),
    )


def descendants(pid):
    """The processes below a process, as texts. One that ends meanwhile is left out. OSError where the kernel does not list them."""
    found = []
    for task in os.listdir("/proc/%s/task" % pid):
        for child in children_of("/proc/%s/task/%s" % (pid, task)):
            found.append(child)
            try:
                found += descendants(child)
            except OSError:
                pass
    return found


def children_of(task):
    """The processes that a thread has started, by its folder; none where it ends meanwhile."""
    try:
        with open(task + "/children") as file:
            return file.read().split()
    except OSError:
        if os.path.exists(task):
            raise
        return []


def command_of(pid):
    """The words by which a process was started; none of one that is gone, or that has ended and is not yet waited for."""
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as file:
            return file.read().split(b"\0")[:-1]
    except OSError:
        return []


def is_mpi_daemon(words):
    """True for the words by which Open MPI's daemon was started."""
    return words != [] and os.path.basename(words[0]) == b"orted"


def time_of(pid):
    """(user, system) in ns of a process that lives, its ended children included.

    /proc tells it in ticks, so the whole comes from the process's own clock and is divided as the ticks are.
    """
    try:
        with open("/proc/%s/stat" % pid) as file:
            fields = file.read().rpartition(")")[2].split()
        whole = time.clock_gettime_ns(~int(pid) << 3 | 2)  # what clock_getcpuclockid makes of a pid
    except OSError:
        return 0, 0
    user, system, children_user, children_system = (
        int(fields[at]) * TICK_NS for at in (OWN_USER, OWN_SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM)
    )
    share = user / (user + system) if user + system > 0 else 0.5
    return whole * share + children_user, whole * (1 - share) + children_system
