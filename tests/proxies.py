"""The real nginx and Caddy in front of kiosk, set up by the very files of docs/deploy/files."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, stop, wait_until
from tests.tree import read

KINDS = ("nginx", "caddy")
NAME, FAMILIES = "localhost", "families.localhost"
AWAY = b"<!doctype html><title>The page for while kiosk is away</title>"


@dataclass(frozen=True)
class Proxy:
    """A proxy that answers: its ports, what a browser needs to trust it, and the folder of all that it writes."""

    https: int
    http: int
    homes: int
    tls: ssl.SSLContext
    folder: Path

    def written(self) -> bytes:
        """Everything in its logs."""
        return b"".join(log.read_bytes() for log in self.folder.glob("*.log"))

    def copies(self) -> list[Path]:
        """Files in the folders in which it may put forms and pages."""
        return [found for found in self.folder.glob("temporary/**/*") if found.is_file()]


def block(language: str) -> str:
    """The block of docs/deploy/proxy.md in one language of proxies."""
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```", read("docs/deploy/proxy.md"), re.MULTILINE | re.DOTALL
    )
    return str(found)


@contextmanager
def proxied(kind: str, kiosk: int, folder: Path) -> Iterator[Proxy]:
    """The proxy for the block, from the moment at which it takes connections; skipped where it is not installed."""
    for program in (kind, "openssl"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed on this machine (Debian: apt install {program})")
    folder.mkdir()
    certificate, key = _certificate(folder)
    with ExitStack() as stack:
        https, http, homes = (stack.enter_context(reserved_port()) for _ in range(3))
        arguments = {"nginx": _nginx, "caddy": _caddy}[kind](folder, kiosk, https, http, homes)
        said = stack.enter_context((folder / "said.log").open("wb"))
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        process = subprocess.Popen(
            arguments, stdout=said, stderr=said, env=home | {"PATH": "/usr/sbin:/usr/bin"}
        )
        stack.callback(stop, process)
        trust = ssl.create_default_context(cafile=str(certificate))
        proxy = Proxy(https, http, homes, trust, folder)
        wait_until(
            lambda: process.poll() is not None or all(map(_listens, (https, http, homes))),
            lambda: proxy.written().decode(),
        )
        assert process.poll() is None, proxy.written().decode()
        assert key.exists()
        yield proxy


def _substituted(name: str, folder: Path, kiosk: int) -> str:
    """A file of the docs with this test's names, certificate, page for while kiosk is away and port of kiosk."""
    changes = {
        "families.school.example": FAMILIES,
        "kiosk.school.example": NAME,
        "/etc/ssl/kiosk.pem": str(folder / "kiosk.pem"),
        "/etc/ssl/kiosk.key": str(folder / "kiosk.key"),
        "/var/lib/kiosk-away": str(folder / "away"),
        "127.0.0.1:8000": f"127.0.0.1:{kiosk}",
    }
    found = read(f"docs/deploy/files/{name}")
    for written, wanted in changes.items():
        assert written in found, f"{name} has no {written}"
        found = found.replace(written, wanted)
    (folder / "away").mkdir()
    (folder / "away/away.html").write_bytes(AWAY)
    return found


def _nginx(folder: Path, kiosk: int, https: int, http: int, homes: int) -> list[str]:
    main, site = block("nginx"), _substituted("nginx.conf", folder, kiosk)
    for port, wanted in (
        (" 443 ssl;", f" {https} ssl;"),
        (" 80;", f" {http};"),
        (" 8443 ssl;", f" {homes} ssl;"),
    ):
        assert site.count(f"listen{port}") == 1
        site = site.replace(f"listen{port}", f"listen{wanted}")
    site = site.replace("https://$host$", f"https://$host:{https}$")
    temporary = folder / "temporary"
    temporary.mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {temporary / kind};\n" for kind in kinds)
    # As Debian has them: logs for whatever has none of its own.
    logs = f"access_log {folder}/access.log;\nerror_log {folder}/error.log;\n"
    whole = (
        f"user root;\npid {folder}/pid;\nworker_processes 2;\nerror_log {folder}/error.log;\n"
        f"{main}\nhttp {{\n{logs}{paths}{site}}}\n"
    )
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def _caddy(folder: Path, kiosk: int, https: int, http: int, homes: int) -> list[str]:
    head, begins, rest = _substituted("Caddyfile", folder, kiosk).partition("\n{\n")
    ports = f"\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n"
    assert rest.count(f"{FAMILIES}:8443 {{") == 1
    rest = rest.replace(f"{FAMILIES}:8443 {{", f"{FAMILIES}:{homes} {{")
    (folder / "Caddyfile").write_text(head + begins + ports + rest, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "kiosk.pem", folder / "kiosk.key"
    wanted = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    named = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},DNS:{FAMILIES}")
    asked = ["openssl", "req", "-x509", *wanted, *named, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(asked, check=True, capture_output=True)
    return certificate, key


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True
