"""Taking back is for whoever wrote the line, in time and with the key; no other way and no id gets around that."""

import random
import uuid
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, event

from kiosk.accounts.models import RoleHolder
from kiosk.incidents.case_log.entries import WITHIN, taking_back_id
from kiosk.incidents.models import Act
from kiosk.storage.db import now_utc
from kiosk.web.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.incidents.back import line_of, offer, own_task, struck, take_back, words_after
from tests.incidents.desk import Desk
from tests.incidents.school import sync
from tests.jumping_clock import computer_clock

SEED = 20261127


def stays(desk: Desk, number: int) -> bool:
    """Whether nobody has taken anything back."""
    return not desk.lines(number, Act.TAKEN_BACK) and not struck(desk.page("coordinator2", number))


@pytest.mark.parametrize("who", ["coordinator2", "dsl", "principal", "chair", "network", "teacher"])
def test_nobody_else_takes_it_back_whether_they_may_read_the_case_or_not(
    desk: Desk, number: int, who: str
) -> None:
    answer = take_back(desk, who, number, Act.DID)
    assert answer.status_code == (403 if who in {"network", "teacher"} else 404)
    assert stays(desk, number)
    if who == "coordinator2":
        assert not offer(desk.page(who, number))


def test_the_accused_finds_no_line_of_the_case_about_them(desk: Desk) -> None:
    number = desk.opened("chair", "adult", head="yes")
    desk.send("chair", number, "record/did", note="Rang the council.")
    assert take_back(desk, "principal", number, Act.DID).status_code == 404
    assert not desk.lines(number, Act.TAKEN_BACK)
    assert take_back(desk, "chair", number, Act.DID).status_code == 200, "the control"


def test_no_clock_that_is_put_back_makes_the_minute_longer(desk: Desk) -> None:
    with computer_clock(now_utc(), believed=True) as clock:
        number = desk.opened("coordinator", "bullying")
        desk.send("coordinator", number, "record/did", note="Rang her aunt.")
        clock.wait(WITHIN)
        assert "that has passed" in words_after(desk, "coordinator", number, Act.DID)
        clock.jump(-WITHIN - timedelta(seconds=1))
        assert "that has passed" in words_after(desk, "coordinator", number, Act.DID)
        clock.jump(timedelta(seconds=2))
        assert take_back(desk, "coordinator", number, Act.DID).status_code == 200, "the control"


def test_with_the_key_put_away_the_password_comes_first(desk: Desk, number: int) -> None:
    line, idle = line_of(desk, number, Act.DID), KEY_IDLE + timedelta(minutes=1)
    browser = staff_browser(desk.app, desk.school.coordinator, idle, idle=idle)
    browser.get("/staff/lessons/")
    answers = [browser.post(f"/staff/incidents/{number}/back/{one}") for one in (line, uuid.uuid4())]
    assert "Taken back" not in answers[0].text
    assert [one.status_code for one in answers] == [answers[1].status_code] * 2
    assert stays(desk, number)


def test_who_has_lost_the_role_since_takes_nothing_back(desk: Desk, number: int) -> None:
    desk.page("coordinator", number)
    with desk.school.databases.school.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == desk.school.coordinator.id))
    sync(desk.school.databases)
    assert take_back(desk, "coordinator", number, Act.DID).status_code == 403
    assert stays(desk, number)


def test_who_stepped_aside_since_takes_nothing_back(desk: Desk, number: int) -> None:
    desk.send("coordinator", number, "aside")
    assert take_back(desk, "coordinator", number, Act.DID).status_code == 404
    assert stays(desk, number)


def test_a_line_of_another_case_of_somebody_else_and_of_nobody_get_one_answer_at_one_price(
    desk: Desk, number: int
) -> None:
    other = desk.opened("coordinator", "bullying")
    desk.send("coordinator", other, "record/did", note="Another case.")
    desk.send("coordinator2", number, "record/did", note="Somebody else.")
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    for database in (desk.school.databases.school, desk.school.databases.reports):
        event.listen(database.engine, "before_cursor_execute", note)

    def answer(line: str) -> tuple[int, str, int]:
        asked.clear()
        got = desk.send("coordinator", number, f"back/{line}")
        return got.status_code, got.text, len(asked)

    answer(str(uuid.uuid4()))
    found = {
        answer(line)
        for line in (
            *(line_of(desk, other, Act.DID), line_of(desk, number, Act.DID)),
            *(str(uuid.uuid4()), str(taking_back_id(desk.school.key, uuid.uuid4()))),
        )
    }
    assert len(found) == 1 and found.pop()[0] == 404
    assert stays(desk, number) and stays(desk, other)


def test_ids_that_are_none_take_nothing_back(desk: Desk, number: int) -> None:
    line, chance = line_of(desk, number, Act.DID), random.Random(SEED)
    strange = [uuid.UUID(int=chance.getrandbits(128)) for _ in range(20)]
    strange += [uuid.UUID(int=uuid.UUID(line).int ^ (1 << bit)) for bit in range(0, 128, 9)]
    for one in (
        *strange,
        "x",
        line[:-1],
        f"{line}0",
        f"{line}/",
        "../1",
        "%00",
        "0" * 400,
        f"{{{line}}}",
        "",
    ):
        assert desk.send("coordinator", number, f"back/{one}").status_code in (404, 405), one
    for case in (0, number + 1, 2**31, 10**30):
        assert desk.send("coordinator", case, f"back/{line}").status_code == 404, case
    assert stays(desk, number)


def test_sent_twice_it_is_one_line_and_one_answer(desk: Desk, number: int) -> None:
    first, second = (take_back(desk, "coordinator", number, Act.DID) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert "Rang her aunt." in first.text and "Rang her aunt." in second.text
    (line,) = desk.lines(number, Act.TAKEN_BACK)
    taken = desk.lines(number, Act.DID)[0].id
    assert line.id == taking_back_id(desk.school.key, taken) and taken.hex.encode() not in line.sealed_note


@pytest.mark.parametrize("act", [Act.DID, Act.LINKED])
def test_two_browsers_at_once_add_one_line(desk: Desk, number: int, act: Act) -> None:
    if act is Act.LINKED:
        desk.send("coordinator", number, "link", number=str(desk.opened("coordinator", "bullying")))
    ready, answers = Barrier(2), list[int]()
    line = line_of(desk, number, act)
    browsers = [desk.school.browser(desk.app, desk.school.coordinator) for _ in range(2)]

    def send(browser: Any) -> None:
        ready.wait()
        answers.append(browser.post(f"/staff/incidents/{number}/back/{line}").status_code)

    hands = [Thread(target=send, args=(one,)) for one in browsers]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert answers == [200, 200]
    assert len(desk.lines(number, Act.TAKEN_BACK)) == 1


def test_two_who_take_back_and_go_on_at_once_never_do_both(desk: Desk) -> None:
    """A colleague does the task at the moment in which its writer takes it back."""
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "tasks", **own_task(desk, "coordinator"))
    line, ready = line_of(desk, number, Act.TASK_SET), Barrier(2)
    for who in ("coordinator", "coordinator2"):
        desk.at(who)

    def send(who: str, way: str) -> None:
        ready.wait()
        desk.send(who, number, f"{way}/{line}")

    hands = [Thread(target=send, args=args) for args in (("coordinator", "back"), ("coordinator2", "tasks"))]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(desk.lines(number, Act.TAKEN_BACK)) + len(desk.lines(number, Act.TASK_DONE)) == 1


def test_what_was_closed_meanwhile_stays(desk: Desk, number: int) -> None:
    over = {"outcome": "resolved", "note": "Over."}
    assert desk.close("coordinator2", number, **over).status_code == 302
    assert "somebody closed this in the meantime" in words_after(desk, "coordinator", number, Act.DID)
    assert stays(desk, number)


@pytest.mark.parametrize("step", ["record/did", "plan", "tags", "close"])
def test_what_a_colleague_has_gone_on_with_stays(desk: Desk, number: int, step: str) -> None:
    line = line_of(desk, number, Act.DID)
    sent = {"note": "And I rang the nurse.", "next_step": "day", "tag": "conduct", "outcome": "not_serious"}
    assert desk.send("coordinator2", number, step, **sent).status_code == 302
    assert not offer(desk.page("coordinator", number))
    assert desk.send("coordinator", number, f"back/{line}").status_code == 302
    assert "a colleague has gone on with this since" in desk.page("coordinator", number).text
    assert stays(desk, number)


def test_a_task_that_a_colleague_did_stays(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "tasks", **own_task(desk, "coordinator"))
    desk.send("coordinator2", number, f"tasks/{line_of(desk, number, Act.TASK_SET)}")
    assert "a colleague has gone on" in words_after(desk, "coordinator", number, Act.TASK_SET)
    assert stays(desk, number)


def test_a_reading_by_a_colleague_is_nothing_that_was_built_on_it(desk: Desk, number: int) -> None:
    desk.page("coordinator2", number)
    assert take_back(desk, "coordinator", number, Act.DID).status_code == 200


def test_the_newest_own_line_alone_is_taken_back(desk: Desk, number: int) -> None:
    first = line_of(desk, number, Act.DID)
    desk.send("coordinator", number, "tags", tag="conduct")
    desk.send("coordinator", number, f"back/{first}")
    assert "you have written something else here since" in desk.page("coordinator", number).text
    assert take_back(desk, "coordinator", number, Act.TAGGED).status_code == 200
    desk.send("coordinator", number, f"back/{first}")
    assert len(desk.lines(number, Act.TAKEN_BACK)) == 1, "one after the other is no way back either"


def test_what_nobody_may_know_of_gives_itself_away_by_no_refusal(desk: Desk) -> None:
    """The lead links the case to one that the coordinator may not read, just after the coordinator has written."""
    number = desk.opened("coordinator", "bullying", follow="threat")
    desk.send("coordinator", number, "record/did", note="Rang her aunt.")
    assert desk.send("dsl", number, "link", number=str(desk.opened("dsl", "friend"))).status_code == 302
    assert offer(desk.page("coordinator", number))
    assert take_back(desk, "coordinator", number, Act.DID).status_code == 200


def test_a_link_whose_other_case_its_writer_can_no_longer_read_stays(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    desk.send("dsl", one, "link", number=str(other))
    desk.send("dsl", other, "aside")
    assert not offer(desk.page("dsl", one))
    assert take_back(desk, "dsl", one, Act.LINKED).status_code == 404
    assert not desk.lines(one, Act.TAKEN_BACK) and not desk.lines(other, Act.TAKEN_BACK)
