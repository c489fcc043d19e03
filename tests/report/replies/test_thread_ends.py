"""When pictures end, and what a look-up leaves behind (promises C3, A9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Delete, delete, func, select
from werkzeug.test import Client, TestResponse

from kiosk.report.models import Reply, Thread
from kiosk.report.replies import threads
from kiosk.report.replies.threads import ENDS_AFTER, NoReplyThread, add_reply, end_old_threads
from kiosk.storage.db import Databases
from tests.at_once import Meanwhile
from tests.pages import Page
from tests.report.coming_back import (
    TODAY,
    answer,
    enter_pictures,
    move_on,
    only_report,
    report_with_pictures,
)
from tests.report.telling import send_report

SAID = "We talked to them, and it has stopped"
WRONG = ["apple", "banana", "carrot", "bread", "cheese", "grapes"]


def _rows(databases: Databases, table: type[Thread] | type[Reply]) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _seen(answer: TestResponse) -> tuple[int, int, dict[str, str]]:
    return answer.status_code, len(answer.data), dict(answer.headers)


# promise C4


def test_c3_pictures_end_thirty_days_after_the_last_answer_and_only_then(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    _tidy(databases, date(2100, 1, 1))
    assert _rows(databases, Thread) == 1, "without an answer there is nothing to end"
    answer(databases, SAID, today=TODAY)
    answer(databases, "One more", today=TODAY + timedelta(days=20))
    for days, found in ((31, True), (50, True), (51, False)):
        _tidy(databases, TODAY + timedelta(days=days))
        assert (SAID in enter_pictures(tablet, mine).text) is found, days
    assert timedelta(days=30) == ENDS_AFTER
    assert (_rows(databases, Thread), _rows(databases, Reply)) == (0, 0)
    with databases.reports.writing() as session:
        body = only_report(session).body
        with pytest.raises(NoReplyThread):
            add_reply(session, body, "too late", TODAY)


@pytest.mark.database("postgresql")
def test_c3_an_answer_as_pictures_end_is_refused_or_keeps_every_answer(
    tablet: Client, databases: Databases, readers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report_with_pictures(tablet)
    answer(databases, SAID, today=TODAY)
    late = TODAY + ENDS_AFTER + timedelta(days=1)

    def answers() -> bool:
        with databases.reports.writing() as session:
            try:
                add_reply(session, only_report(session).body, "One more", late)
                session.commit()
            except NoReplyThread:
                return False
        return True

    meanwhile, deleted = Meanwhile(databases, answers), list[object]()

    def deleting(table: Any) -> Delete:
        if deleted:  # the answers have gone, their thread is next
            meanwhile.comes()
        deleted.append(table)
        return delete(table)

    monkeypatch.setattr(threads, "delete", deleting)
    _tidy(databases, late)
    assert not meanwhile.answer()
    assert (_rows(databases, Thread), _rows(databases, Reply)) == (0, 0)


def _tidy(databases: Databases, today: date) -> None:
    with databases.reports.write() as session:
        end_old_threads(session, today)


def test_a_body_of_a_child_who_asked_for_no_answer_leads_nowhere(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    send_report(tablet, concern="site", reply="no")
    with pytest.raises(NoReplyThread):
        answer(databases, SAID)
    move_on(databases, "read")
    assert (_rows(databases, Thread), _rows(databases, Reply)) == (0, 0)


# When it can't be looked up just now


def test_pictures_that_come_from_another_site_are_not_looked_up_and_kept(
    tablet: Client, readers: dict[str, str], hashed: list[bytes]
) -> None:
    refused = tablet.post(
        "/report/replies/en", data={"picture": WRONG}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 403
    assert not hashed
    assert [one.attrs["value"] for one in Page(refused.text).inputs("picture") if one.tag == "input"] == WRONG


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_nothing_of_coming_back_is_kept_by_a_browser_or_a_cache(
    lang: str, tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet, lang=lang)
    for answered in (tablet.get(f"/report/replies/{lang}"), enter_pictures(tablet, mine, lang)):
        assert answered.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answered.headers
        page = Page(answered.text)
        assert all(one.attrs.get("autocomplete") == "off" for one in page.all("form") if "id" in one.attrs)
