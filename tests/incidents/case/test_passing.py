"""When reports are passed on, and what the demo does otherwise."""

from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import event, select

from kiosk.config import Config
from kiosk.report.intake.store import IntakeStore
from kiosk.report.models import Report, ReportState
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import now_utc
from tests.incidents.school import School
from tests.sites import make_app

LONDON = ZoneInfo("Europe/London")
MOST_QUERIES = (
    42  # among them: what is to do, does the morning's check wait, a key, a row to compare, what changed
)
IN_THE_DEMO = "In the demo, reports are passed on at once. In a school they wait until the slot ends."


def test_the_demo_shows_a_report_at_once_and_says_why(
    school: School, config: Config, key: SiteKey, content: Content
) -> None:
    demo = make_app(config.model_copy(update={"demo": True}), school.databases)
    school.tell("bullying", now_utc())
    text = school.browser(demo, school.coordinator).get("/staff/incidents/").text
    assert "Someone was mean" in text
    assert IN_THE_DEMO in text


def test_an_intake_that_is_busy_is_tidied_a_little_later_and_the_report_is_merged_all_the_same(
    school: School,
) -> None:
    school.tell("bullying")
    with patch.object(IntakeStore, "remove_traces", return_value=False):
        assert school.merge(now_utc())
    with school.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(Report.state)).all() == [ReportState.RELEASED]
    assert school.intake_store.slots() == []


def test_the_whole_page_of_the_queue_asks_few_questions_however_much_waits(
    school: School, config: Config, key: SiteKey, content: Content
) -> None:
    mailing = config.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    client = school.browser(make_app(mailing, school.databases), school.coordinator)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    counts = []
    for told in (1, 20):
        report_ids = [school.tell("bullying") for _ in range(told)]
        client.get("/staff/incidents/")
        client.post(f"/staff/incidents/open/{report_ids[0]}")
        asked.clear()
        for database in (school.databases.school, school.databases.reports):
            event.listen(database.engine, "before_cursor_execute", note)
        client.get("/staff/incidents/")
        for database in (school.databases.school, school.databases.reports):
            event.remove(database.engine, "before_cursor_execute", note)
        counts.append(len([statement for statement in asked if statement.startswith("SELECT")]))
    assert counts[0] == counts[1] <= MOST_QUERIES, asked
