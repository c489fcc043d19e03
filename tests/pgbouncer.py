"""PgBouncer in front of the tests' PostgreSQL, with the settings that docs/deploy/postgresql.md gives."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.serving import wait_until
from tests.tree import read

PAGE = "docs/deploy/postgresql.md"
BLOCK = re.compile(r"```ini\n(\[databases\].*?)```", re.DOTALL)


@contextmanager
def pgbouncer(address: str, **changes: str) -> Iterator[str]:
    """The same address through PgBouncer; whoever comes to it is trusted, as it listens in a folder alone."""
    with tempfile.TemporaryDirectory(prefix="kiosk-pgbouncer-") as name:
        folder = Path(name)
        settings = ConfigParser(interpolation=None)
        settings.read_dict(_settings(address, folder))
        settings["pgbouncer"].update(changes)
        with (folder / "pgbouncer.ini").open("w") as file:
            settings.write(file)
        server = None
        if os.geteuid() == 0:  # it does not run as root, and the server's socket is its own user's
            server = "pgserver"
            for path in (folder, folder / "pgbouncer.ini"):
                shutil.chown(path, server)
        with subprocess.Popen(["pgbouncer", "-q", folder / "pgbouncer.ini"], user=server) as process:
            try:
                wait_until(
                    lambda: (folder / ".s.PGSQL.6432").exists() or process.poll() is not None,
                    lambda: "PgBouncer does not listen",
                )
                assert process.poll() is None, (folder / "log").read_text()
                yield re.sub(r"host=[^&]+", f"host={folder}&port=6432", address)
            finally:
                process.terminate()


def _settings(address: str, folder: Path) -> Mapping[str, Mapping[str, str]]:
    """What the page says, with the databases, the socket and the trust of these tests."""
    found = BLOCK.search(read(PAGE))
    assert found, f"{PAGE} has no settings of PgBouncer"
    said = ConfigParser(interpolation=None)
    said.read_string(found[1])
    server = make_url(address.format(name="postgres"))
    ours = {"unix_socket_dir": str(folder), "listen_addr": "", "auth_type": "any", "logfile": f"{folder}/log"}
    left = {name: value for name, value in said["pgbouncer"].items() if name not in {"auth_file", "pidfile"}}
    return {
        "databases": {"*": f"host={server.query['host']} user={server.username}"},
        "pgbouncer": left | ours,
    }
