"""Promise A4: neither the spool's folder nor the journal says to the second when the last report came."""

import time

import pytest
from werkzeug.test import Client

from kiosk.config import Config
from tests.report.telling import tell


@pytest.mark.database("sqlite")
def test_no_file_was_written_at_the_second_of_a_report(
    tablet: Client, config: Config, readers: dict[str, str]
) -> None:
    began = time.time() - 1
    assert tell(tablet, concern="site").status_code == 200
    late = [path.name for path in config.data_dir.rglob("reports.sqlite*") if path.stat().st_mtime > began]
    assert late == []
