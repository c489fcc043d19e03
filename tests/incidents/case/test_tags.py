"""A reader says which of the four kinds of risk a case is about; it is counted in clear, and stands in the log."""

import pytest
from sqlalchemy import delete, select, update

from kiosk.incidents.models import Act, CaseTag, Incident, IncidentEntry, RiskTag
from tests.faults.log_tampering import rest_triggers
from tests.incidents.desk import Desk, part

pytestmark = pytest.mark.database("sqlite")  # what a page says does not hang on the kind of database


def in_clear(desk: Desk, number: int) -> set[RiskTag]:
    """What stands in the table that is counted."""
    with desk.school.databases.school.session(write=False) as session:
        return set(session.scalars(select(CaseTag.tag).join(Incident).where(Incident.number == number)))


def test_several_are_ticked_and_one_line_says_so(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    assert not [
        one for one in desk.page("coordinator", number, "/tags").inputs("tag") if "checked" in one.attrs
    ]
    assert desk.send("coordinator", number, "tags", tag=["contact", "conduct"]).status_code == 302
    assert in_clear(desk, number) == {RiskTag.CONTACT, RiskTag.CONDUCT}
    (line,) = desk.lines(number, Act.TAGGED)
    assert b"conduct" not in line.sealed_note
    page = desk.page("coordinator2", number)
    assert "Kind of risk: Contact, Conduct" in part(page, "belonging")
    assert "said what kind of risk it is" in page.text


def test_it_is_changed_later_by_a_new_line_and_what_stands_is_ticked(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    for tag in ("conduct", "conduct", "content"):
        assert desk.send("coordinator", number, "tags", tag=tag).status_code == 302
    assert len(desk.lines(number, Act.TAGGED)) == 2, "the same again adds nothing"
    assert in_clear(desk, number) == {RiskTag.CONTENT}
    ticked = [
        one.attrs["value"]
        for one in desk.page("coordinator", number, "/tags").inputs("tag")
        if "checked" in one.attrs
    ]
    assert ticked == ["content"]


@pytest.mark.parametrize("sent", [{}, {"tag": "nonsense"}, {"tag": ""}], ids=str)
def test_none_at_all_is_corrected_beside_the_ticks(desk: Desk, sent: dict[str, str]) -> None:
    number = desk.opened("coordinator", "bullying")
    answer = desk.send("coordinator", number, "tags", **sent)
    assert answer.status_code == 422 and "Tick at least one." in answer.text
    assert not desk.lines(number, Act.TAGGED) and not in_clear(desk, number)


@pytest.mark.parametrize(
    ("who", "concern", "given"),
    [
        ("principal", "adult", {"head": "no"}),
        ("chair", "adult", {"head": "yes"}),
    ],
    ids=["staff", "head"],
)
def test_a_case_about_staff_has_none(desk: Desk, who: str, concern: str, given: dict[str, str]) -> None:
    number = desk.opened(who, concern, **given)
    assert "Kind of risk:" not in desk.page(who, number).text
    assert "Say which kind of risk it is" not in desk.page(who, number).text
    page = desk.page(who, number, "/tags")
    assert "has no kind of risk here" in page.text and not page.inputs("tag")
    assert desk.send(who, number, "tags", tag="conduct").status_code == 409
    assert not in_clear(desk, number) and not desk.lines(number, Act.TAGGED)


def test_nothing_is_added_to_a_closed_case(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    assert desk.close("coordinator", number, outcome="resolved", note="Over.").status_code == 302
    assert desk.send("coordinator", number, "tags", tag="conduct").status_code == 409
    assert not in_clear(desk, number) and not desk.lines(number, Act.TAGGED)
    assert "This case is closed." in desk.page("coordinator", number, "/tags").text


def test_whoever_stepped_aside_says_nothing_more(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "aside")
    assert desk.send("coordinator", number, "tags", tag="conduct").status_code == 404
    assert not in_clear(desk, number)


def test_the_page_goes_by_the_log_whatever_somebody_writes_into_the_table(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "tags", tag="conduct")
    with desk.school.databases.school.write() as session:
        session.execute(update(CaseTag).values(tag=RiskTag.COMMERCE))
    assert "Kind of risk: Conduct" in part(desk.page("coordinator", number), "belonging")
    with desk.school.databases.school.write() as session:
        session.execute(delete(CaseTag))
    desk.send("coordinator", number, "tags", tag="conduct")
    assert in_clear(desk, number) == {RiskTag.CONDUCT}, "said once more, it is put back"


def test_a_line_that_somebody_changed_says_nothing_and_is_told(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "tags", tag="conduct")
    with desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        lines = update(IncidentEntry).where(IncidentEntry.act == Act.TAGGED)
        session.execute(lines.values(sealed_note=b"another"))
    page = desk.page("coordinator", number)
    assert "Nobody has said yet which kind of risk it is." in part(page, "belonging")
    assert "was changed in the database" in page.text
