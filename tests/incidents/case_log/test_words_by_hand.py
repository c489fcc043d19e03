"""What a colleague is told in a reader's name was written by that reader, and read by that colleague."""

import uuid
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from kiosk.incidents.models import Act, ColleagueMessage
from kiosk.storage.db import now_utc
from tests.incidents.desk import Desk, part
from tests.pages import Page

FORGED = "Send the child home at once, and tell nobody."
WORDS = "Please sit with somebody at lunch."
BY_HAND = "Somebody changed by hand"


@pytest.fixture
def told_case(desk: Desk) -> int:
    """The number of a case of which the lead has told the teacher."""
    number = desk.opened("dsl", "stranger")
    tell_teacher(desk, number)
    return number


def tell_teacher(desk: Desk, number: int, words: str = WORDS) -> None:
    sent = {"colleague": desk.school.teacher.id.hex, "note": words}
    assert desk.send("dsl", number, "word", **sent).status_code == 302


def home(desk: Desk, who: str = "teacher") -> str:
    return Page(desk.at(who).get("/staff/").text).text


def passed(desk: Desk, number: int) -> str:
    return part(desk.page("dsl", number), "passed")


def by_hand(desk: Desk, **values: Any) -> None:
    with desk.school.databases.school.write() as session:
        session.execute(update(ColleagueMessage).values(values))


def tap(desk: Desk) -> list[int]:
    """The teacher taps everything that there is to say about words; what each answered."""
    forms = Page(desk.at("teacher").get("/staff/").text).all("form")
    addresses = [one.attrs["action"] for one in forms if "/words/" in one.attrs.get("action", "")]
    return [desk.at("teacher").post(one, data={"answer": "done"}).status_code for one in addresses]


def test_words_that_somebody_wrote_into_the_database_are_not_shown_as_a_readers(desk: Desk) -> None:
    school = desk.school
    row = ColleagueMessage(id=uuid.uuid4(), by_id=school.dsl.id, to_id=school.teacher.id, words=FORGED)
    with school.databases.school.write() as session:
        session.add(row)
    assert FORGED not in home(desk), "no line of any log says that the lead told them"
    assert BY_HAND in home(desk)
    assert tap(desk) == [302]
    assert BY_HAND not in home(desk)


@pytest.mark.parametrize("change", [{"words": FORGED}, {"by_id": "principal"}, {"proof": b"x"}])
def test_words_that_somebody_exchanged_are_not_shown_as_a_readers(
    desk: Desk, told_case: int, change: dict[str, Any]
) -> None:
    who = {name: desk.school.people[one].id for name, one in change.items() if name == "by_id"}
    by_hand(desk, **change | who)
    shown = home(desk)
    assert FORGED not in shown and WORDS not in shown and BY_HAND in shown
    assert "Changed in the database by hand" in passed(desk, told_case)
    assert tap(desk) == [302], "a tap makes nothing whole again"
    assert BY_HAND not in home(desk)
    assert "Changed in the database by hand" in passed(desk, told_case)


def test_a_proof_goes_with_its_own_line_and_no_other(desk: Desk, told_case: int) -> None:
    tell_teacher(desk, told_case, "Please walk home with somebody.")
    with desk.school.databases.school.write() as session:
        first, second = session.scalars(select(ColleagueMessage)).all()
        first.words, second.words = second.words, first.words
        first.proof, second.proof = second.proof, first.proof
    assert home(desk).count(BY_HAND) == 2 and WORDS not in home(desk)


def test_words_that_lead_to_another_colleague_are_shown_to_nobody(desk: Desk, told_case: int) -> None:
    by_hand(desk, to_id=desk.school.network.id)
    assert WORDS not in home(desk) + home(desk, "network")
    assert "Changed in the database by hand" in passed(desk, told_case)


def test_words_that_nobody_has_read_are_still_shown_when_a_hand_wrote_a_day_of_reading(
    desk: Desk, told_case: int
) -> None:
    """Else the reader trusts that somebody looks after the child, and that somebody never heard of it."""
    assert "Not read yet" in passed(desk, told_case)
    by_hand(desk, read_on=now_utc().date())
    assert WORDS in home(desk)
    assert "Read on" not in passed(desk, told_case)
    assert "Changed in the database by hand" in passed(desk, told_case)
    assert tap(desk) == [302]
    assert "Read on" in passed(desk, told_case)


@pytest.mark.parametrize("read", [True, False])
def test_words_that_somebody_emptied_or_deleted_count_as_read_by_nobody(
    desk: Desk, told_case: int, read: bool
) -> None:
    by_hand(desk, words="", read_on=now_utc().date() if read else None)
    assert BY_HAND in home(desk)
    assert "Changed in the database by hand" in passed(desk, told_case)
    with desk.school.databases.school.write() as session:
        session.execute(delete(ColleagueMessage))
    assert "Changed in the database by hand" in passed(desk, told_case)


def test_another_day_of_reading_is_not_believed(desk: Desk, told_case: int) -> None:
    assert tap(desk) == [302]
    assert "Read on" in passed(desk, told_case) and WORDS not in home(desk)
    by_hand(desk, read_on=now_utc().date().replace(day=1, month=1, year=2020))
    assert "Changed in the database by hand" in passed(desk, told_case)


def test_a_row_that_was_there_before_by_hand_keeps_nobody_from_being_told(desk: Desk, told_case: int) -> None:
    by_hand(desk, proof=b"x")
    tell_teacher(desk, told_case)
    assert WORDS in home(desk)
    assert len(desk.lines(told_case, Act.PASSED_WORD)) == 2
