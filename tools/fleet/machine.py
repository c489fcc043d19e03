"""A machine: processes with a network, process numbers and a disk of their own; its disk outlives it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.fleet.document import ROOT

DISK_MEGABYTES = 1536
NOBODY = "02:00:00:00:00:99"  # the address of no network card: what is sent there is lost without a word
GATEWAY = "10.0.0.1"
BOOT = """
set -e
mkdir -p "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs tmpfs "$1/root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$1/root/tmp"
mount -t tmpfs tmpfs "$1/root/run"
mkdir -p "$1/root$2"
mount --bind "$2" "$1/root$2"
ip link set lo up
mkdir -m 2775 "$1/root/run/postgresql"
chown postgres:postgres "$1/root/run/postgresql"
exec chroot "$1/root" bash -c 'echo up; while :; do sleep 3600; done'
"""
PROGRAMS = ("unshare", "nsenter", "setpriv", "ip", "mount", "chroot")


def run(*command: str) -> str:
    """Run a command that must succeed; what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def in_own_network() -> None:
    """Begin once more where this network and these mounts are of this process alone; they end with it."""
    if os.environ.get("FLEET_APART") != str(os.getpid()):
        os.environ["FLEET_APART"] = str(os.getpid())  # `unshare` and `exec` keep the number
        command = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable]
        os.execvp(command[0], [*command, *sys.orig_argv[1:]])
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "switch", "type", "bridge")
    run("ip", "address", "add", f"{GATEWAY}/24", "dev", "switch")
    run("ip", "link", "set", "switch", "up")


class Machine:
    """One of them; `start` it before it runs anything."""

    def __init__(self, name: str, address: str, folder: Path) -> None:
        self.name, self.address = name, address
        self._folder = folder / name
        self._folder.mkdir()
        run("mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(self._folder))
        self._outer: subprocess.Popen[bytes] | None = None
        self._pid = 0

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self._outer is not None and self._outer.poll() is None

    @property
    def root(self) -> Path:
        """Its disk, as it sees it itself."""
        return Path(f"/proc/{self._pid}/root")

    def start(self) -> None:
        """Power on."""
        apart = ("unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child")
        boot = ("bash", "-c", BOOT, "boot", str(self._folder), str(ROOT))
        self._outer = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *apart, *boot],  # it ends with whoever runs this
            stdout=subprocess.PIPE,
        )
        assert self._outer.stdout
        if self._outer.stdout.readline() != b"up\n":
            raise RuntimeError(f"machine {self.name} does not start")
        (self._pid,) = children_of(self._outer.pid)
        cable = f"to-{self.name}"
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(self._pid))
        run("ip", "link", "set", cable, "master", "switch", "up")
        self.run("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")

    def kill(self) -> None:
        """Power off: nobody hears a word more from it, not even that its connections end."""
        assert self._outer
        run("ip", "link", "delete", f"to-{self.name}")
        os.kill(self._pid, signal.SIGKILL)
        self._outer.wait()

    def command(self, *arguments: str, user: str = "root") -> list[str]:
        """A command as one that this machine runs."""
        into = [
            "nsenter",
            "--target",
            str(self._pid),
            "--net",
            "--mount",
            "--pid",
            "--ipc",
            "--root",
            "--wdns=/",
        ]
        who = [] if user == "root" else ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
        return [*into, "--", *who, *arguments]

    def run(self, *arguments: str, user: str = "root") -> str:
        """Run a command that must succeed here."""
        return run(*self.command(*arguments, user=user))

    def write(self, path: str, text: str, owner: str = "root") -> None:
        """A file of its disk that its owner alone may read."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(0o600)
        file.write_text(text, encoding="utf-8")
        shutil.chown(file, owner, owner)

    def cut(self, other: "Machine") -> None:
        """From now on nothing that this machine sends reaches the other."""
        self.run(
            "ip", "neighbour", "replace", other.address, "lladdr", NOBODY, "dev", "eth0", "nud", "permanent"
        )

    def reconnect(self, other: "Machine") -> None:
        """It reaches the other again."""
        self.run("ip", "neighbour", "delete", other.address, "dev", "eth0")

    def throw_away(self, folder: str) -> None:
        """A folder on the disk of a machine that is off is gone."""
        shutil.rmtree(self._folder / "upper" / folder)

    def leave(self) -> None:
        """Off, and its disk given back."""
        if self.is_up:
            self.kill()
        run("umount", str(self._folder))


def children_of(pid: int) -> Sequence[int]:
    """The processes that a process started and that live."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(one) for one in listed.split()]
