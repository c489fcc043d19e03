"""A bare Debian 13 that boots with systemd in a container without a network, and packages of later versions."""

import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.package.registry import skip_without_registry
from tests.serving import wait_until
from tests.tree import ROOT

# All that a machine needs beside our package, so that it is installed without asking anybody.
INCLUDED = "systemd,systemd-sysv,dbus,python3.13,nginx,openssl,curl,logrotate,ca-certificates,openssh-client"
NEEDED = ("debootstrap", "systemd-nspawn", "nsenter", "dpkg-deb", "ssh-keygen")
BOOT_SECONDS = 120
BARE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}


def bare_debian(folder: Path) -> Path:
    """The files of a bare Debian 13, made once or taken from DEBIAN_BASE; skips where that cannot be."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        pytest.skip(f"a container needs root and {', '.join(missing or NEEDED)}")
    if given := os.environ.get("DEBIAN_BASE"):
        return Path(given)
    base = folder / "base"
    asked = ["debootstrap", "--variant=minbase", f"--include={INCLUDED}", "trixie", str(base)]
    made = subprocess.run(asked, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"debootstrap could not make a Debian here: {made.stdout[-300:]}")
    return base


@dataclass
class Machine:
    """A container with its own disk above the bare one's; off until it is booted."""

    base: Path
    folder: Path
    root: Path = field(init=False)
    name: str = field(default_factory=lambda: f"kiosk-{secrets.token_hex(4)}")
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Lay an empty disk above the bare one."""
        self.root = self.folder / "root"
        for name in ("root", "upper", "work"):
            (self.folder / name).mkdir(parents=True)
        layers = f"lowerdir={self.base},upperdir={self.folder}/upper,workdir={self.folder}/work"
        asked = ["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)]
        if subprocess.run(asked, check=False, capture_output=True).returncode:
            pytest.skip("no overlay can be mounted here")

    def boot(self) -> None:
        """Start systemd as the first process of the container and wait for all that starts with it."""
        asked = ["systemd-nspawn", "--register=no", "--keep-unit", "--private-network", "--console=pipe"]
        asked.append(f"--machine={self.name}")
        with (self.folder / "console").open("ab") as console:
            self._process = subprocess.Popen(
                [*asked, "--boot", "-D", str(self.root)],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        process, said = self._process, self.folder / "console"
        wait_until(lambda: process.poll() is not None or self._is_up(), said.read_text)
        if process.poll() is not None:
            pytest.skip(f"no container boots here: {said.read_text()[-300:]}")

    def _is_up(self) -> bool:
        return self.ask("systemctl", "is-system-running").stdout.strip() in ("running", "degraded")

    def off(self) -> None:
        """Shut down as a machine does."""
        self.ask("systemctl", "poweroff")
        if self._process:
            self._process.wait(BOOT_SECONDS)

    def cut(self) -> None:
        """Pull the plug, and take away what the container leaves behind then."""
        if self._process and self._process.poll() is None:
            if first := self._first():
                os.kill(first, signal.SIGKILL)  # all others in the container end with it
            self._process.kill()
            self._process.wait(BOOT_SECONDS)
        for kind in ("unix-export", "propagate"):
            left = Path("/run/systemd/nspawn") / kind / self.name
            subprocess.run(["umount", "--quiet", str(left)], check=False, capture_output=True)
            if left.is_dir():
                left.rmdir()

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it as root."""
        first = self._first()
        if not first:
            return subprocess.CompletedProcess(command, 1, "", "it does not run yet")
        entered = ["nsenter", "--target", str(first), "-m", "-u", "-i", "-n", "-p", "-C", *command]
        return subprocess.run(entered, capture_output=True, text=True, env=BARE, check=False)

    def _first(self) -> int:
        """The container's first process; 0 before there is one."""
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        found = children.read_text().split() if children.exists() else []
        return int(found[0]) if found else 0

    def do(self, *command: str) -> str:
        """Run a command that has to work; what it said."""
        ran = self.ask(*command)
        assert ran.returncode == 0, f"{command}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}"
        return ran.stdout

    def page(self, address: str, *more: str) -> tuple[int, str]:
        """Status and body of a page as curl in the container gets it; 0 while nobody answers."""
        ran = self.ask("curl", "-sk", "-m", "20", "-w", "\n%{http_code}", *more, address)
        body, _, status = ran.stdout.rpartition("\n")
        return int(status or 0), body

    def until(self, address: str, wanted: int) -> str:
        """The page as soon as it has this status."""
        found = [self.page(address)]

        def comes() -> bool:
            found.append(self.page(address))
            return found[-1][0] == wanted

        wait_until(comes, lambda: f"{address} answers {found[-1]}")
        return found[-1][1]

    def put(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def machine(base: Path, folder: Path) -> Iterator[Machine]:
    """A booted machine; nothing of it is left afterwards."""
    # An earlier test may have left a stricter one, and users of the machine read its files.
    before = os.umask(0o022)
    try:
        made = Machine(base, folder)
        try:
            made.boot()
            yield made
        finally:
            made.cut()
            subprocess.run(["umount", str(made.root)], check=False)
    finally:
        os.umask(before)


def built_package(folder: Path) -> Path:
    """The package of this commit, made by scripts/release.sh; skips where dpkg-deb or a registry is away."""
    if given := os.environ.get("KIOSK_PACKAGE"):
        return Path(given)
    if not shutil.which("dpkg-deb"):
        pytest.skip("dpkg-deb is not on this machine")
    made = subprocess.run(
        ["sh", "scripts/release.sh", str(folder)],
        cwd=ROOT,
        env=os.environ | {"ARCHITECTURES": "amd64", "COMPRESSION": "gzip"},
        capture_output=True,
        text=True,
        check=False,
    )
    skip_without_registry(made)
    assert made.returncode == 0, made.stderr
    (package,) = folder.glob("*.deb")
    return package


def as_version(package: Path, version: str, folder: Path, *changes: tuple[str, str, str]) -> Path:
    """The same package as a later version; a change: a file of kiosk, new or not, words in it, words in their place."""
    root = folder / version
    subprocess.run(["dpkg-deb", "-R", str(package), str(root)], check=True)
    (libraries,) = root.glob("opt/kiosk/package/lib/python3*/site-packages")
    (metadata,) = libraries.glob("kiosk-*.dist-info/METADATA")
    for path, pattern in ((metadata, "(?m)^Version: .*"), (root / "DEBIAN/control", "(?m)^Version: .*")):
        path.write_text(re.sub(pattern, f"Version: {version}", path.read_text(), count=1))
    postinst = root / "DEBIAN/postinst"
    postinst.write_text(re.sub("(?m)^version=.*", f"version={version}", postinst.read_text()))
    for name, before, after in changes:
        changed = libraries / name
        text = changed.read_text() if before else ""
        assert before in text
        changed.write_text(text.replace(before, after) if before else after)
    made = folder / f"kiosk_{version}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", str(root), str(made)], check=True
    )
    shutil.rmtree(root)
    return made
