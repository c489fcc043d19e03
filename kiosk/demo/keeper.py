"""The demo's worker: does what `kiosk worker` does and keeps class windows open; stops with the demo."""

import os
import signal
import threading
from typing import Any

from kiosk.config import load_config
from kiosk.demo.school import keep_windows_open, key_things
from kiosk.site import Hosts
from kiosk.start import open_databases, open_site
from kiosk.storage.db import now_utc
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.only_one import WORKER, single_process
from kiosk.upkeep.worker import run_round

ROUND_SECONDS = 2
WINDOWS_EVERY_ROUNDS = 300


def main() -> None:
    """Run until told to stop, or until the demo's own process has ended."""
    stop = threading.Event()

    def end(number: int, frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    config = load_config()
    databases = open_databases(config)
    hosts, memory = Hosts(open_site(config, databases)), WorkerMemory()
    parent = os.getppid()
    rounds = 0
    with single_process(WORKER, config, memory.claims.worker.hex()) as ended:
        memory.claims.follow(ended)
        while not stop.wait(ROUND_SECONDS) and os.getppid() == parent:
            run_round(hosts, now_utc(), memory)
            rounds += 1
            if rounds % WINDOWS_EVERY_ROUNDS == 0:
                keep_windows_open(config, databases, key_things(config))


if __name__ == "__main__":
    main()
