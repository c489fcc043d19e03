"""What comes while the page of the queue is made, and much that others do: nothing is missed, nothing made in vain."""

import uuid

import pytest
from sqlalchemy import func, insert, select

from kiosk.incidents.models import CaseChange
from kiosk.incidents.views import queue
from tests.incidents.looks import FEW, Looks
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")


def test_a_report_that_comes_while_the_page_is_made_is_on_it(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a mail server it is asked first whether mail waits: nothing may be read as it was then."""
    config = site_of(looks.desk.app).config.model_copy(update={"smtp_url": "smtp://mail.example:25"})
    change_site(looks.desk.app, config=config)
    came, ask = list[uuid.UUID](), queue._mail_words

    def ask_while_a_child_tells() -> str:
        words = ask()
        if not came:
            came.append(looks.desk.school.told("bullying"))
        return words

    monkeypatch.setattr(queue, "_mail_words", ask_while_a_child_tells)
    pages = [looks.at("coordinator")[0] for _ in range(2)]
    assert [f"open/{came[0]}" in page for page in pages] == [True, True]
    assert looks.at("coordinator")[1] <= FEW + 1, "the control: it was remembered"


def test_however_many_cases_of_others_changed_no_page_is_made_anew(looks: Looks) -> None:
    before = looks.at("coordinator")
    with looks.desk.school.databases.school.write() as session:
        first = (session.scalar(select(func.max(CaseChange.place))) or 0) + 1
        rows = [{"report_id": uuid.uuid4(), "place": place} for place in range(first, first + 1000)]
        session.execute(insert(CaseChange), rows)
    assert looks.at("coordinator") == before
