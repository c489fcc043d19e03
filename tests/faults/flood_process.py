"""A flood taken by one process as a server's process takes it, so that its memory can be measured: prints JSON.

`python -m tests.faults.flood_process FORGED GENUINE`, on the school of the KIOSK_* settings.
"""

import json
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import select
from werkzeug.test import Client

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, load_config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Report
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.start import closing_databases, read_content
from kiosk.storage.db import Databases
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import TICK_SECONDS
from kiosk.wsgi import create_wsgi
from tests.faults.flood_seen import look_at_queue, seen_in_every_state
from tests.faults.hurry import nobody_waits
from tests.incidents.school import School
from tests.report.sent_ids import id_of_sent
from tests.sites import make_app, run_worker_round

MOMENT = datetime(2026, 11, 23, 9, 41, tzinfo=ZoneInfo("Europe/London"))
ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
TICKS_TO_AN_ALERT = 2
URGENT_ONE_IN = 4
FORGED_URGENT = 0.002


@dataclass
class Figures:
    """What is printed."""

    taken: int = 0
    refused: int = 0
    urgent: int = 0
    due_at_once: int = 0
    alerted_in_time: int = 0
    seen: int = 0
    seconds_taking: float = 0
    seconds_merging: float = 0
    megabytes_taking: float = 0
    megabytes_after: float = 0
    queue: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Take, merge, look, and print the figures."""
    forged, genuine = int(sys.argv[1]), int(sys.argv[2])
    config, figures = load_config(), Figures()
    key, calendar = read_site_key(config.key_path), SchoolCalendar(ZoneInfo("Europe/London"))
    with closing_databases(config) as databases:
        content = read_content(config)
        site = Client(create_wsgi(config, databases, content))
        with patch("kiosk.report.form.views.now_utc", lambda: MOMENT), nobody_waits():
            ids = _take(site, config, databases, key, forged, genuine, figures)
        figures.megabytes_taking = peak_megabytes()
        started = time.monotonic()
        run_worker_round(config, databases, MOMENT + timedelta(hours=1), WorkerMemory())
        figures.seconds_merging = time.monotonic() - started
        figures.seen = seen_in_every_state(databases, ids)
        school = School(databases, calendar, key, config)
        with databases.school.session(write=False) as session:
            school.people = {person.email: person for person in session.scalars(select(StaffMember))}
        app = make_app(config, databases)
        for email, person in school.people.items():
            figures.queue[email] = look_at_queue(school.browser(app, person))
        figures.megabytes_after = peak_megabytes()
    print(json.dumps(asdict(figures)))  # noqa: T201 - what the trial reads


def peak_megabytes() -> float:
    """The most memory that this process ever held."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _take(
    site: Client,
    config: Config,
    databases: Databases,
    key: SiteKey,
    forged: int,
    genuine: int,
    figures: Figures,
) -> list[uuid.UUID]:
    chance = Random(20)
    places = set(chance.sample(range(forged + genuine), genuine))
    ids: list[uuid.UUID] = []
    memory, started = WorkerMemory(), time.monotonic()
    for number in range(forged + genuine):
        real = number in places
        nonce = f"{'genuine' if real else 'forged'}-flood-{number:08}"
        urgent = real and len(ids) % URGENT_ONE_IN == 0
        form = {
            "nonce": nonce,
            "concern": chance.choice(("bullying", "friend", "other", "stranger")),
            "danger": "yes" if urgent or chance.random() < FORGED_URGENT else "no",
            "words": "words " * chance.randrange(200),
        }
        answer = site.post("/report/ks3/en", data=form, environ_overrides=dict(ORIGIN))
        figures.taken += answer.status_code == 200 and b'id="what-next"' in answer.data
        figures.refused += answer.status_code != 200
        if real:
            ids.append(id_of_sent(key, "ks3", "en", form))
        if urgent:
            figures.urgent += 1
            _watch_alert(config, databases, ids[-1], memory, figures)
    figures.seconds_taking = time.monotonic() - started
    return ids


def _watch_alert(
    config: Config, databases: Databases, report_id: uuid.UUID, memory: WorkerMemory, figures: Figures
) -> None:
    """An urgent one is with staff and has alerts at once; after two rounds of the worker they have left."""
    figures.due_at_once += _is_with_staff(databases, report_id) and bool(_alerts(databases, report_id))
    for turn in range(TICKS_TO_AN_ALERT):
        run_worker_round(config, databases, MOMENT + timedelta(seconds=TICK_SECONDS * turn), memory)
    figures.alerted_in_time += _is_with_staff(databases, report_id) and not _alerts(databases, report_id)


def _is_with_staff(databases: Databases, report_id: uuid.UUID) -> bool:
    with databases.reports.session(write=False) as session:
        return session.get(Report, report_id) is not None


def _alerts(databases: Databases, report_id: uuid.UUID) -> list[str]:
    with databases.reports.session(write=False) as session:
        return list(session.scalars(select(OutboxRow.address).where(OutboxRow.report_id == report_id)))


if __name__ == "__main__":
    main()
