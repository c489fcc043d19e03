"""`kiosk demo`: fill the school if needed, then serve it with its worker until stopped."""

import contextlib
import os
import signal
import subprocess
import sys

from kiosk.config import Config
from kiosk.demo.families import write_notices
from kiosk.demo.school import (
    clear_old_demo,
    demo_file,
    fill_demo,
    is_filled,
    keep_windows_open,
    key_things,
    read_demo,
    refuse_real_school,
    with_root,
)
from kiosk.host.files import make_private_folder
from kiosk.host.log_lines import EVERY_HOST
from kiosk.sealing.site_key import make_site_key
from kiosk.server.serving import serve
from kiosk.start import closing_databases, read_content
from kiosk.storage.schema import upgrade
from kiosk.upkeep.running import running

HOST = "127.0.0.1"
STOP_SECONDS = 10


def prepare_demo(config: Config) -> None:
    """Make sure that the data folder has a filled demo school, and open its class windows again."""
    make_private_folder(config.data_dir)
    key = make_site_key(config.key_path)
    clear_old_demo(config)
    with closing_databases(config) as databases:
        upgrade(databases)
        refuse_real_school(databases)
        if is_filled(config):
            keep_windows_open(config, databases, key_things(config))
        else:
            write_notices(config)
            fill_demo(config, databases, key, read_content(config))


def run_demo(config: Config, port: int) -> None:
    """Serve the demo until Ctrl-C or SIGTERM; the worker stops with it."""
    prepare_demo(config)
    config = with_root(config)
    print(how_to_get_in(config), flush=True)  # noqa: T201 - a command speaks to its person
    worker = subprocess.Popen(
        [sys.executable, "-m", "kiosk.demo.keeper"],
        env=os.environ | {"KIOSK_READERS_ROOT_HASH": config.readers_root_hash},
    )
    try:
        with running(config):
            serve({EVERY_HOST: config}, HOST, port)
    finally:
        worker.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(STOP_SECONDS)


def how_to_get_in(config: Config) -> str:
    """The lines that a new visitor needs to read first."""
    listed = read_demo(config)
    classes = "\n".join(
        f"    {one['name']:<10} {one['band']}   class code {one['code']}" for one in listed["classes"]
    )
    return f"""
Hollybank School is open: {config.public_url}

    {config.public_url}/demo    become anybody with one tap
    {config.public_url}/        a tablet's start page
    {config.public_url}/staff/  staff; addresses and passwords are in {demo_file(config)}

{classes}

Everybody in it is invented. Stop with Ctrl-C.
"""
