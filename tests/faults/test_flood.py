"""Thousands of forged reports in an hour: genuine ones are kept, seen and alerted, in bounded memory (promise A19)."""

import json
import os
import subprocess
import sys
from pathlib import Path

from kiosk.config import CHECKOUT_CONTENT_DIR
from tests.faults.figures import reached, trials
from tests.faults.kill_school import make_staffed_school
from tests.mail_server import MailServer
from tests.roots import root_for_processes

FORGED = trials(500, 50_000)
GENUINE = trials(5, 20)
MOST_MEGABYTES = 300


def test_a_flood_hides_no_genuine_report_and_delays_no_alert(tmp_path: Path) -> None:
    config, mail_server = make_staffed_school(tmp_path / "data"), MailServer()
    settings = {
        **root_for_processes(),
        "KIOSK_DATA_DIR": str(config.data_dir),
        "KIOSK_PUBLIC_URL": config.public_url,
        "KIOSK_SMTP_URL": mail_server.url,
        "PYTHONPATH": str(CHECKOUT_CONTENT_DIR.parent),
    }
    asked = [sys.executable, "-m", "tests.faults.flood_process", str(FORGED), str(GENUINE)]
    try:
        ran = subprocess.run(asked, env=os.environ | settings, capture_output=True, text=True, check=False)
    finally:
        mail_server.stop()
    assert ran.returncode == 0, ran.stderr[-2000:]
    figures = json.loads(ran.stdout.splitlines()[-1])
    reached("flood", str(figures))
    assert (figures["taken"], figures["refused"]) == (FORGED + GENUINE, 0)
    assert figures["seen"] == GENUINE
    assert figures["urgent"] > 0
    assert figures["due_at_once"] == figures["alerted_in_time"] == figures["urgent"]
    assert max(figures["megabytes_taking"], figures["megabytes_after"]) < MOST_MEGABYTES
    assert mail_server.postbox.mails
