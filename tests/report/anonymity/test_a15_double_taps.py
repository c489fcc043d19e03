"""Promise A15: however often, and in whatever order, a report is sent, it is kept once, with the same pictures."""

import random
import threading
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Report, ReportReader
from kiosk.storage.db import Databases
from tests.faults.figures import reached, trials
from tests.pages import Page
from tests.report.telling import send
from tests.sets import LONGEST_FAULT_SECONDS

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

POSTS = trials(200, 10_000)
TWICE = 4
HANDS = 4


def _pictures(page: str) -> str:
    """The pictures of the way back by their names, in order; nothing where none were wanted."""
    return " ".join(found.text for found in Page(page).all("details") if found.attrs.get("id") == "mine")


def _told(nonce: str) -> dict[str, str]:
    wants_pictures = nonce.endswith("0")  # making a code costs a moment on purpose
    return {"nonce": nonce, "concern": "site", "words": f"words {nonce}"} | (
        {"reply": "yes"} if wants_pictures else {}
    )


def _send_all(
    tablet: Client, form: str, nonces: list[str], seen: dict[str, set[str]], bad: list[int]
) -> None:
    for nonce in nonces:
        answer = send(tablet, form, **_told(nonce))
        if answer.status_code != 200:
            bad.append(answer.status_code)
        seen[nonce].add(_pictures(answer.text))


@pytest.mark.main(2)
@pytest.mark.parametrize("form", ["ks3", "worry"])
@pytest.mark.timeout(LONGEST_FAULT_SECONDS)
def test_many_posts_doubled_reordered_and_at_once_are_one_row_each(
    tablet: Client, databases: Databases, readers: dict[str, str], form: str
) -> None:
    with databases.reports.session(write=False) as session:
        before = session.scalar(select(func.count()).select_from(Report)) or 0
    nonces = [f"nonce-of-a-report-{number:06d}" for number in range(POSTS // TWICE)]
    posts = nonces * TWICE
    random.Random(15).shuffle(posts)
    seen: dict[str, set[str]] = defaultdict(set)
    bad: list[int] = []
    hands = [
        threading.Thread(target=_send_all, args=(tablet, form, posts[hand::HANDS], seen, bad))
        for hand in range(HANDS)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert bad == []
    with databases.reports.session(write=False) as session:
        reports = (session.scalar(select(func.count()).select_from(Report)) or 0) - before
        readers_of_each = set(
            session.scalars(select(func.count()).select_from(ReportReader).group_by(ReportReader.report_id))
        )
        alerts_of_each = set(
            session.scalars(select(func.count()).select_from(OutboxRow).group_by(OutboxRow.report_id))
        )
    assert reports == len(nonces)
    assert len(readers_of_each) == 1, "no wrap is missing or doubled"
    assert len(alerts_of_each) == 1, "no alert is missing or doubled"
    assert all(len(pictures) == 1 for pictures in seen.values()), "the same pictures for every tap"
    with_code = [nonce for nonce in nonces if nonce.endswith("0")]
    assert len({next(iter(seen[nonce])) for nonce in with_code}) == len(with_code), "each child its own"
    reached(
        "posts, doubled, reordered and at once (promise A15)",
        f"{len(posts)}, {reports} rows of {len(nonces)} reports",
    )


def test_the_nonce_is_nowhere_afterwards(
    tablet: Client, config: Config, databases: Databases, readers: dict[str, str]
) -> None:
    nonce = "nonce-that-must-not-stay-0"
    assert send(tablet, "ks3", **_told(nonce)).status_code == 200
    if config.reports_url.startswith("sqlite"):
        held = b"".join(path.read_bytes() for path in Path(config.data_dir).rglob("*") if path.is_file())
        assert nonce.encode() not in held


def test_another_nonce_is_another_report(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """The control: it is the nonce that makes two taps one, not the words."""
    for nonce in ("nonce-of-the-first-one-1", "nonce-of-the-second-one-1"):
        assert send(tablet, "ks3", nonce=nonce, concern="site", words="the same").status_code == 200
    with databases.reports.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 2
