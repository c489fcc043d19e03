"""Two people do something about a case at the same moment: it is as if one had come after the other."""

from collections.abc import Callable
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.incidents.case import links
from kiosk.incidents.case.views import acting as acting_page
from kiosk.incidents.closing import close as closing
from kiosk.incidents.closing.views import close as closing_page
from kiosk.incidents.models import Act
from tests.at_once import Meanwhile
from tests.incidents.belonging import OVER, acts, close_into, led, row
from tests.incidents.case.test_complaints_sent import CAME
from tests.incidents.desk import CASES, Desk

pytestmark = pytest.mark.database("postgresql")


def sends(desk: Desk, who: str, case: int, step: str, **sent: str) -> Callable[[], TestResponse]:
    """Somebody with the form of a case before them."""
    desk.at(who)
    return lambda: desk.send(who, case, step, **sent)


def test_a_case_that_others_work_on_is_opened_once_more_at_the_same_moment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = desk.school.told("bullying")
    number = int(desk.at("coordinator").post(f"{CASES}open/{report_id}").location.rpartition("/")[2])
    deputy = desk.at("coordinator2")
    opens = Meanwhile(desk.school.databases, lambda: deputy.post(f"{CASES}open/{report_id}"))
    opens.comes_before(
        monkeypatch, acting_page, "end_own_drafts"
    )  # its line is in the log, its row is not sent yet
    answer = desk.send("coordinator", number, "plan", next_step="day", note="Ring her aunt.")
    assert [answer.status_code, opens.answer().status_code] == [302, 302]
    assert acts(desk, number) == [Act.OPENED, Act.PLANNED]


def test_no_case_closes_into_another_while_a_complaint_comes_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, leading = (desk.opened("coordinator", "bullying") for _ in range(2))
    belongs = Meanwhile(
        desk.school.databases, sends(desk, "coordinator2", case, "belongs", number=str(leading))
    )
    groups = links.group_of

    def grouped(*given: Any) -> links.CaseGroup:
        found = groups(*given)
        belongs.comes()  # it belongs to none when it is looked at first
        return found

    other_tab = desk.school.browser(desk.app, desk.school.coordinator2)
    complains = Meanwhile(
        desk.school.databases, lambda: other_tab.post(f"{CASES}{case}/record/complaint", data=CAME)
    )
    complains.comes_before(monkeypatch, closing, "end_drafts")
    monkeypatch.setattr(links, "group_of", grouped)
    monkeypatch.setattr(closing_page, "group_of", grouped)
    desk.send("coordinator", case, "close/into")
    assert belongs.answer().status_code == 302
    if complains.came:
        complains.answer()
    assert not (row(desk, case).closed_at and desk.lines(case, Act.COMPLAINT))


def test_a_child_whose_case_is_reopened_as_the_leading_one_closes_hears_that_somebody_looks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, leading = led(desk)
    close_into(desk, "coordinator", case)
    reopens = Meanwhile(desk.school.databases, sends(desk, "coordinator2", case, "reopen", note="Again."))
    reopens.comes_before(monkeypatch, closing, "show_state")
    states: list[str] = []

    def told(module: ModuleType) -> None:
        show = module.show_state

        def shown(reports: Session, body: Any, state: str, today: date) -> None:
            show(reports, body, state, today)
            states.append(state)

        monkeypatch.setattr(module, "show_state", shown)

    told(closing)
    told(acting_page)
    answers = [desk.close("coordinator", leading, **OVER), reopens.answer()]
    assert [one.status_code for one in answers] == [302, 302]
    assert row(desk, case).closed_at is None
    assert states == ["closed", "closed", "looking"]
