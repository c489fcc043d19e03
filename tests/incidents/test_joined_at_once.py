"""Two people join and close the same cases at once, or one of them twice: nothing is done by half (promise Q10)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest

from kiosk import stores
from kiosk.incidents.links import hold_both
from kiosk.incidents.models import Act
from kiosk.incidents.views import linking
from tests.incidents.desk import Desk
from tests.incidents.joining import OVER, WHY, acts, is_closed, join, joined, row, taken_out

sqlite_alone = pytest.mark.database("sqlite")
NONE_SUCH = "There is no incident with this number that you may read."


def test_two_people_who_join_the_same_two_in_opposite_directions_at_once_make_one_pair(desk: Desk) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))
    ready, answers = Barrier(2), list[int]()
    for who in ("coordinator", "coordinator2"):
        desk.at(who)  # signed in before

    def send(who: str, here: int, there: int) -> None:
        ready.wait()
        answers.append(desk.send(who, here, "join", number=str(there), note=WHY).status_code)

    pairs = (("coordinator", one, other), ("coordinator2", other, one))
    hands = [Thread(target=send, args=args) for args in pairs]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(answers) == [302, 422]
    assert acts(desk, one) == acts(desk, other) == [Act.OPENED, Act.MERGED]
    assert [row(desk, one).follows_id, row(desk, other).follows_id].count(None) == 1


def test_a_case_closed_and_one_joined_to_it_at_once_leave_neither_half_done(desk: Desk) -> None:
    leading, first, late = (desk.opened("coordinator", "bullying") for _ in range(3))
    join(desk, "coordinator", late, leading)
    ready, answers = Barrier(2), dict[str, int]()
    for who in ("coordinator", "coordinator2"):
        desk.at(who)

    def close() -> None:
        ready.wait()
        answers["close"] = desk.send("coordinator", leading, "close", **OVER).status_code

    def join_first() -> None:
        ready.wait()
        sent = {"number": str(leading), "note": WHY}
        answers["join"] = desk.send("coordinator2", first, "join", **sent).status_code

    hands = [Thread(target=close), Thread(target=join_first)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert answers["close"] == 302 and is_closed(desk, leading) and is_closed(desk, late)
    assert answers["join"] == (302 if is_closed(desk, first) else 422), "closed with it, or not joined at all"
    assert (Act.MERGED in acts(desk, first)) == is_closed(desk, first)


@sqlite_alone
def test_the_same_form_sent_twice_joins_once(desk: Desk) -> None:
    follower, leading = joined(desk)
    join(desk, "coordinator", follower, leading)
    join(desk, "coordinator2", follower, leading)
    assert acts(desk, follower) == acts(desk, leading) == [Act.OPENED, Act.MERGED]


@sqlite_alone
def test_who_is_kept_out_of_one_while_the_form_waits_joins_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))

    def wait_for_both(*both: object) -> None:
        monkeypatch.setattr(linking, "hold_both", hold_both)
        stores.school().rollback()
        stores.reports().rollback()
        taken_out(desk, "coordinator", other)

    monkeypatch.setattr(linking, "hold_both", wait_for_both)
    assert NONE_SUCH in join(desk, "coordinator", one, other, 422)
    assert acts(desk, one) == acts(desk, other) == [Act.OPENED]


@pytest.mark.database("postgresql")  # on SQLite nobody else writes while a form is looked at
def test_what_a_colleague_handed_over_while_the_form_waits_is_joined_with_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (desk.opened("dsl", "bullying", follow=["threat"]) for _ in range(2))
    desk.at("coordinator")

    def wait_for_both(*both: Any) -> None:
        monkeypatch.setattr(linking, "hold_both", hold_both)
        with ThreadPoolExecutor(1) as colleague:
            handed = colleague.submit(desk.send, "coordinator", other, "hand", note="He is hit at home.")
            assert handed.result().status_code == 302
        hold_both(*both)

    monkeypatch.setattr(linking, "hold_both", wait_for_both)
    assert "another kind of report" in join(desk, "dsl", one, other, 422)
    assert Act.MERGED not in [*acts(desk, one), *acts(desk, other)]
