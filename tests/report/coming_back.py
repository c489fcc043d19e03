"""Coming back as a child does: the own six pictures, taps or names, and what a grown-up wrote."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from kiosk.report.access.opening import OpenedReport, Opener, read_report
from kiosk.report.models import Report, ReportReader
from kiosk.report.replies.threads import add_reply, show_state
from kiosk.storage.db import Databases
from tests.factories import private_key_of
from tests.pages import Page
from tests.report.telling import FORM, send_report
from tests.sites import shipped_content

TODAY = date(2026, 11, 24)


def pictures_of(answer: TestResponse) -> list[str]:
    """The six pictures on a thank-you page; none where it shows none."""
    shown = [one.attrs.get("data-pictures", "") for one in Page(answer.text).all("ol")]
    return " ".join(shown).split()


def code_in(pictures: Sequence[str]) -> tuple[int, ...]:
    """These pictures as numbers."""
    return tuple(shipped_content().pictures.keys.index(one) for one in pictures)


def report_with_pictures(tablet: Client, band: str = "ks2", lang: str = "en", **answers: Any) -> list[str]:
    """Send a report that asks for an answer; returns the child's pictures."""
    return pictures_of(send_report(tablet, band, lang, **{"concern": "bullying", "reply": "yes"} | answers))


def enter_pictures(tablet: Client, pictures: Sequence[str], lang: str = "en", **form: Any) -> TestResponse:
    """Send these pictures, and whatever else stands in `form`."""
    address = f"/report/replies/{lang}"
    return tablet.post(address, data={"picture": list(pictures), **form}, content_type=FORM)


def throw_away(tablet: Client, pictures: Sequence[str]) -> TestResponse:
    """Read what these pictures open, then press the button that throws it away; with wrong ones as if there was one."""
    read = Page(enter_pictures(tablet, pictures).text)
    numbers = [one.attrs["value"] for one in read.all("button") if one.attrs.get("name") == "forget"]
    return enter_pictures(tablet, pictures, forget=numbers[0] if numbers else "000001")


def only_report(session: Session) -> OpenedReport:
    """The only report there is, in the hands of one of its readers."""
    report_id = session.scalars(select(Report.id)).one()
    readers = select(ReportReader.reader_id).where(
        ReportReader.report_id == report_id, ReportReader.reader_id != UUID(int=0)
    )
    reader_id = session.scalars(readers).first()
    assert reader_id
    opener = Opener(reader_id, ("dsl", "coordinator", "principal", "chair"), private_key_of(reader_id))
    return read_report(session, report_id, opener)


def answer(databases: Databases, *written: str, today: date = TODAY) -> None:
    """A grown-up writes these to the child of the only report there is."""
    with databases.reports.write() as session:
        body = only_report(session).body
        for words in written:
            add_reply(session, body, words, today)


def move_on(databases: Databases, *states: str) -> None:
    """The only report there is goes through these states."""
    with databases.reports.write() as session:
        body = only_report(session).body
        for state in states:
            show_state(session, body, state, TODAY)
