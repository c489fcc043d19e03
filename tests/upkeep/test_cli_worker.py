"""`kiosk worker` as a process of its own: it goes on until it is told to stop."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from kiosk.config import CHECKOUT_CONTENT_DIR
from kiosk.sealing.site_key import make_site_key
from tests.serving import PATIENCE_SECONDS, wait_until


def test_the_worker_stops_when_it_is_told_to(migrated: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "school"
    shutil.copytree(migrated, data_dir)
    make_site_key(data_dir / "site.key")
    asked = [sys.executable, "-X", "faulthandler", "-m", "kiosk", "worker"]
    heart = data_dir / "reports.sqlite-wal"
    heart.unlink(missing_ok=True)
    settings = {"KIOSK_DATA_DIR": str(data_dir), "PYTHONPATH": str(CHECKOUT_CONTENT_DIR.parent)}
    with subprocess.Popen(asked, cwd=tmp_path, env=os.environ | settings, stderr=subprocess.PIPE) as worker:
        wait_until(lambda: heart.exists() or worker.poll() is not None, lambda: "it does not begin")
        assert worker.poll() is None, "it goes on until told"
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0, said
    assert b"Traceback" not in said
