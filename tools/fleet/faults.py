"""Everything that may break, each with the way back, while people are at work."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from tools.fleet.cluster import KIOSK_NODES, Cluster, wait_until

CUT_SECONDS = FULL_SECONDS = OFF_SECONDS = 30
FILL = "var/full"


@dataclass(frozen=True)
class Fault:
    """What breaks, in words, and what does it; it returns when everything has been given back."""

    name: str
    happen: Callable[[Cluster], None]


def every_fault(cluster: Cluster) -> Iterator[Fault]:
    """kill -9 of each program, each machine off, the network between any two, a full disk, a disk thrown away."""
    yield Fault("kill -9 postgres that leads", _kill_postgres)
    yield Fault("kill -9 patroni that leads", lambda one: one.services[_leader(one)].kill("patroni"))
    for program in ("etcd", "haproxy", "pgbouncer", "serve", "worker"):
        yield Fault(f"kill -9 {program} on a", partial(_kill, name="a", program=program))
    yield Fault("node that leads off", lambda one: _off(one, _leader(one)))
    for name in cluster.machines:
        yield Fault(f"node {name} off", partial(_off, name=name))
    for first, second in combinations(cluster.machines, 2):
        yield Fault(f"network {first} to {second} cut", partial(_cut, first=first, second=second))
    for name in KIOSK_NODES:
        yield Fault(f"disk of {name} full", partial(_fill_disk, name=name))
    yield Fault("kiosk's folder on b thrown away", _throw_away)


def _leader(cluster: Cluster) -> str:
    wait_until(cluster.leader, "nobody leads")
    return cluster.leader() or _leader(cluster)


def _kill_postgres(cluster: Cluster) -> None:
    cluster.services[_leader(cluster)].kill_postgres()


def _kill(cluster: Cluster, name: str, program: str) -> None:
    cluster.services[name].kill(program)


def _off(cluster: Cluster, name: str) -> None:
    cluster.kill(name)
    time.sleep(OFF_SECONDS)
    cluster.restart(name)


def _cut(cluster: Cluster, first: str, second: str) -> None:
    one, other = cluster.machines[first], cluster.machines[second]
    one.cut(other)
    other.cut(one)
    time.sleep(CUT_SECONDS)
    one.reconnect(other)
    other.reconnect(one)


def _fill_disk(cluster: Cluster, name: str) -> None:
    path = cluster.machines[name].root / FILL
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 20))
    time.sleep(FULL_SECONDS)
    os.truncate(path, 0)


def _throw_away(cluster: Cluster) -> None:
    """All that kiosk itself keeps on a machine is gone, what children sent among it."""
    cluster.kill("b")
    cluster.machines["b"].throw_away("var/lib/kiosk")
    time.sleep(OFF_SECONDS)
    cluster.restart("b")
