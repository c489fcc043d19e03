"""Joining two cases tells nobody of a case that they may not read, and takes none from those who may (promise Q10)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.incidents import joining as joining_verbs
from kiosk.incidents.joining import MOST_FOLLOWERS
from kiosk.incidents.models import Act
from kiosk.report.models import ReportReader
from kiosk.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.incidents.desk import Desk, part, rows_of
from tests.incidents.joining import (
    CHANGED,
    OVER,
    WHY,
    acts,
    followers,
    goes_on,
    is_closed,
    join,
    joined,
    register,
    row,
    statements,
    taken_out,
)
from tests.pages import Page

sqlite_alone = pytest.mark.database("sqlite")
NONE_SUCH = "There is no incident with this number that you may read."


@sqlite_alone
def test_a_number_of_others_is_answered_as_one_that_does_not_exist_at_the_same_price(desk: Desk) -> None:
    number, hidden = desk.opened("coordinator", "bullying"), desk.opened("dsl", "friend")
    head = desk.opened("chair", "adult", head="yes")
    with statements(desk) as asked:

        def answer(typed: int) -> tuple[int, str, int]:
            asked.clear()
            got = desk.send("coordinator", number, "join", number=str(typed), note=WHY)
            return got.status_code, got.text.replace(f'value="{typed}"', ""), len(asked)

        answer(hidden)
        nobodys = answer(4711)
        assert nobodys[0] == 422 and NONE_SUCH in nobodys[1]
        assert answer(hidden) == answer(head) == nobodys
    assert acts(desk, number) == acts(desk, hidden) == acts(desk, head) == [Act.OPENED]


@sqlite_alone
@pytest.mark.parametrize("typed", ["0", "four", "9" * 30, "-1", "１", "1; DROP TABLE incident"])
def test_what_is_no_number_is_corrected(desk: Desk, typed: str) -> None:
    number = desk.opened("coordinator", "bullying")
    answer = desk.send("coordinator", number, "join", number=typed, note=WHY)
    assert answer.status_code == 422 and NONE_SUCH in answer.text
    for path in ("join", "part"):
        for odd in ("0", "4711", "9" * 30):
            sent = desk.at("coordinator").post(
                f"/staff/incidents/{odd}/{path}", data={"number": "1", "note": WHY}
            )
            assert sent.status_code == 404
    assert acts(desk, number) == [Act.OPENED]


@sqlite_alone
def test_who_may_read_but_one_of_them_sees_a_case_by_itself_and_can_end_it(desk: Desk) -> None:
    """A deputy steps aside from the leading one: of the other she sees all, and nothing of what it goes on in."""
    follower, leading = joined(desk)
    assert goes_on(desk, "coordinator2", follower) and followers(desk, "coordinator2", leading)
    taken_out(desk, "coordinator2", leading)
    page = desk.page("coordinator2", follower)
    assert f"{leading:04}" not in page.text and "oined" not in page.text and CHANGED not in page.text
    assert f"{leading:04}" not in desk.queue("coordinator2").text
    assert goes_on(desk, "coordinator", follower), "the other still reads both"
    assert desk.send("coordinator2", follower, "part", note=WHY).status_code == 302
    assert Act.PARTED not in acts(desk, follower) + acts(desk, leading), (
        "there is nothing that she could part"
    )
    assert desk.send("coordinator2", follower, "close", **OVER).status_code == 302
    assert is_closed(desk, follower) and not is_closed(desk, leading)


@sqlite_alone
def test_who_may_read_but_the_leading_one_closes_that_alone_and_the_other_stays_with_its_readers(
    desk: Desk,
) -> None:
    follower, leading = joined(desk)
    taken_out(desk, "coordinator2", follower)
    page = desk.page("coordinator2", leading)
    assert f"{follower:04}" not in page.text and "oined" not in page.text
    assert f"{follower:04}" not in desk.page("coordinator2", leading, "/close").text
    assert desk.send("coordinator2", leading, "close", **OVER).status_code == 302
    assert is_closed(desk, leading) and not is_closed(desk, follower)
    assert not goes_on(desk, "coordinator", follower)
    assert desk.send("coordinator2", leading, "reopen", note="Again.").status_code == 302
    page = desk.page("coordinator", follower)
    assert not part(page, "goes-on") and CHANGED not in page.text, "by itself, also where that is open again"
    assert f"Incident {follower:04}" in " ".join(rows_of(desk.queue("coordinator")))
    assert desk.send("coordinator", follower, "close", **OVER).status_code == 302


@sqlite_alone
def test_a_page_of_one_of_them_costs_the_same_whether_there_is_another_one_that_others_read(
    desk: Desk,
) -> None:
    alone, follower, leading = (desk.opened("coordinator", "bullying") for _ in range(3))
    join(desk, "coordinator", follower, leading)
    taken_out(desk, "coordinator2", leading)
    for number in (alone, follower):
        desk.page("coordinator2", number)  # the reading is a line of its own
    with statements(desk) as asked:

        def price(below: str, number: int) -> int:
            asked.clear()
            desk.page("coordinator2", number, below)
            return len(asked)

        for below in ("", "/close", "/join"):
            assert price(below, alone) == price(below, follower), below
        asked.clear()
        desk.send("coordinator2", alone, "plan", next_step="day", note="Ask.")
        one = len(asked)
        asked.clear()
        desk.send("coordinator2", follower, "plan", next_step="day", note="Ask.")
        assert len(asked) == one


@sqlite_alone
def test_cases_about_staff_are_joined_only_where_exactly_the_same_people_may_read_both(desk: Desk) -> None:
    ticked = [desk.school.principal.id.hex]
    ordinary, head = desk.opened("dsl", "friend"), desk.opened("dsl", "adult", head="yes")
    hidden = desk.opened("dsl", "adult", head="no", exclude=ticked)
    seen, also = (desk.opened("dsl", "adult", head="no") for _ in range(2))
    for here, there in ((seen, ordinary), (ordinary, seen), (seen, head), (seen, hidden), (hidden, seen)):
        assert "Link the two" in join(desk, "dsl", here, there, 422)
    assert [acts(desk, one) for one in (ordinary, head, hidden, seen)] == [[Act.OPENED]] * 4
    listed = register(desk)
    assert f"{hidden:04}" not in listed, "the control"
    join(desk, "dsl", seen, also)
    assert goes_on(desk, "principal", seen)
    other = desk.opened("dsl", "adult", head="no", exclude=ticked)
    listed, queue = register(desk), desk.queue("principal").text
    join(desk, "dsl", hidden, other)
    assert register(desk) == listed, "the accused sees nothing"
    assert desk.queue("principal").text == queue
    assert desk.at("principal").post(f"/staff/incidents/{hidden}/part", data={"note": WHY}).status_code == 404


@sqlite_alone
def test_with_the_key_put_away_every_number_leads_to_the_password(desk: Desk) -> None:
    follower, leading = joined(desk)
    away = staff_browser(desk.app, desk.school.coordinator, idle=KEY_IDLE + timedelta(minutes=1))
    said = set()
    for number in (follower, leading, 4711):
        for answer in (
            away.get(f"/staff/incidents/{number}/join"),
            away.post(f"/staff/incidents/{number}/join", data={"number": str(leading), "note": ""}),
            away.post(f"/staff/incidents/{number}/part", data={"note": ""}),
        ):
            sent_on = answer.headers.get("Location", "").partition("?")[0]
            said.add((answer.status_code, sent_on or Page(answer.text).text))
    assert len(said) == 2, "one for what is looked at, and one for what is sent"
    assert (302, "/staff/unlock") in said
    assert acts(desk, follower) == acts(desk, leading) == [Act.OPENED, Act.MERGED]


@sqlite_alone
def test_two_of_one_kind_with_other_readers_are_not_joined(desk: Desk) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))
    taken_out(desk, "coordinator2", other)
    for here, there in ((one, other), (other, one)):
        assert "Not exactly the same people may read" in join(desk, "coordinator", here, there, 422)
    assert acts(desk, one) == acts(desk, other) == [Act.OPENED]


@sqlite_alone
def test_whose_new_key_does_not_open_one_that_follows_closes_nothing_and_reads_why(desk: Desk) -> None:
    follower, leading = joined(desk)
    mine = ReportReader.reader_id == desk.school.coordinator2.id
    here = ReportReader.report_id == row(desk, follower).report_id
    with desk.school.databases.reports.write() as reports:
        reports.execute(update(ReportReader).where(mine, here).values(wrapped=b"for a key of before"))
    page = desk.page("coordinator2", leading, "/close")
    said = f"Incident {follower:04}: your key is not approved there yet"
    assert page.link(said) == f"/staff/incidents/{follower}"
    assert desk.send("coordinator2", leading, "close", **OVER).status_code == 409
    assert not is_closed(desk, leading) and not is_closed(desk, follower)
    page = desk.page("coordinator2", leading)
    assert f"Incident {follower:04}" in part(page, "followers")
    assert desk.send("coordinator2", leading, "plan", next_step="day", note="Ask.").status_code == 302
    assert (
        f"Not where your key is not approved yet: {follower:04}." in desk.page("coordinator2", leading).text
    )


@sqlite_alone
def test_whose_new_key_does_not_open_the_leading_one_parts_nothing_and_loses_no_word(desk: Desk) -> None:
    follower, leading = joined(desk)
    mine = ReportReader.reader_id == desk.school.coordinator2.id
    here = ReportReader.report_id == row(desk, leading).report_id
    with desk.school.databases.reports.write() as reports:
        reports.execute(update(ReportReader).where(mine, here).values(wrapped=b"for a key of before"))
    assert f"No. {leading:04}" in goes_on(desk, "coordinator2", follower)
    answer = desk.send("coordinator2", follower, "part", note="Another bus.")
    assert answer.status_code == 409 and "Another bus." in answer.text and "not approved" in answer.text
    assert Act.PARTED not in acts(desk, follower)


@sqlite_alone
def test_twenty_go_on_in_one_and_no_more_which_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_FOLLOWERS == 20
    monkeypatch.setattr(joining_verbs, "MOST_FOLLOWERS", 2)
    leading, *others = (desk.opened("coordinator", "bullying") for _ in range(5))
    for number in others[:2]:
        join(desk, "coordinator", number, leading)
    for number in others[2:]:
        assert "Twenty incidents go on in that one" in join(desk, "coordinator", number, leading, 422)
    assert acts(desk, others[2]) == [Act.OPENED]
