"""`python -m tools.bench.many_schools [COUNT]`: what it costs to serve many schools in one process.

The schools are empty, as what they store is no matter of the process; each has settings, key and databases of its own.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.school_files import load_schools
from kiosk.sealing.site_key import make_site_key
from kiosk.start import closing_databases
from kiosk.storage.db import now_utc
from kiosk.storage.schema import upgrade
from kiosk.wsgi import ServedSchools

SCHOOLS = 100
PAGES = (
    "/",
    "/home/",
    "/home/help",
    "/learn/",
    "/staff/sign-in",
    "/report/",
    "/report/ks2/en",
    "/report/replies/en",
)
KILOBYTES_A_PAGE = os.sysconf("SC_PAGE_SIZE") // 1024


def bench_many(count: int) -> Iterator[str]:
    """One line for each thing measured: start, memory and files, before and after the first pages of each school."""
    with tempfile.TemporaryDirectory(prefix="kiosk-schools-") as folder:
        settings = make_schools(Path(folder), count)
        first = dict(list(settings.items())[:1])
        began, bare = time.process_time(), held_kilobytes()
        ServedSchools(first)
        one_second, one = time.process_time() - began, held_kilobytes()
        yield f"one school: {one_second:.1f} s of processor to start, {(one - bare) / 1024:.0f} MB for code and content"
        others = {host: config for host, config in settings.items() if host not in first}
        began, wall = time.process_time(), time.monotonic()
        served = ServedSchools(others)
        app = served.application
        used, passed = time.process_time() - began, time.monotonic() - wall
        for site in served.sites.values():
            site.databases.dispose()  # as before a server forks
        loaded = held_kilobytes()
        yield f"{len(others)} schools: {used:.1f} s of processor to start ({passed:.1f} s passed)"
        yield f"each of them: {(loaded - one) / len(others):.0f} kB loaded"
        look(app, others)
        visited = held_kilobytes()
        yield f"each of them: {(visited - loaded) / len(others):.0f} kB more after {len(PAGES)} first pages"
        yield f"all: {visited / 1024:.0f} MB, {len([*Path('/proc/self/fd').iterdir()])} open files"
        began = time.process_time()
        look(app, others)
        visits = len(PAGES) * len(others)
        yield f"a page once it was seen: {(time.process_time() - began) / visits * 1000:.2f} ms of processor"


def make_schools(folder: Path, count: int) -> Mapping[str, Config]:
    """The settings of so many schools."""
    empty, sites = Config(data_dir=folder / "empty"), folder / "sites"
    sites.mkdir()
    with closing_databases(empty) as databases:
        upgrade(databases)
    for number in range(count):
        host, data = f"s{number}.example", folder / f"data-{number}"
        shutil.copytree(empty.data_dir, data)
        make_site_key(data / "site.key")
        write_heartbeat(Config(data_dir=data), now_utc(), None)
        said = {"data_dir": data, "public_url": f"https://{host}", "school_name": f"School {number}"}
        lines = [f'{name} = "{value}"\n' for name, value in said.items()]
        (sites / f"{host}.toml").write_text("".join(lines), encoding="utf-8")
    return load_schools(sites_dir=sites)


def look(app: Any, schools: Mapping[str, Config]) -> None:
    """Look at the first pages of each school."""
    for config in schools.values():
        browser = Client(app, use_cookies=False)
        for path in PAGES:
            browser.get(path, base_url=config.public_url).close()


def held_kilobytes() -> int:
    """How much memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * KILOBYTES_A_PAGE


if __name__ == "__main__":
    for line in bench_many(int(sys.argv[1]) if sys.argv[1:] else SCHOOLS):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
