"""Which reports wait for a renewal, and who is told where too few can read one (promises G5 and S9)."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import Keyholder
from kiosk.report.access.renewal import renew_due_keys
from kiosk.report.access.renewals_due import renewal_is_due, whom_to_alarm
from kiosk.report.access.routes import ROUTES
from kiosk.report.models import KeyDue
from tests.report.reading_school import (
    add_released_report,
    addresses,
    away,
    change,
    go_on,
    holders,
    id_of,
    note,
    opener,
    reader,
    session,
    staff,
)

__all__ = ["session"]

ABOUT_THE_HEAD = {"concern": "adult", "head": "yes"}


def alarmed(session: Session) -> set[str]:
    """Who was told since the last look."""
    found = addresses(session, MailKind.CHANGE) | addresses(session, MailKind.LATE)
    session.execute(delete(OutboxRow))
    return found


@pytest.mark.parametrize("told", [True, False])
def test_the_head_learns_from_no_alarm_whether_a_child_has_told_about_her(
    session: Session, told: bool
) -> None:
    """She marked the readers of that route away: a mail came to her if, and only if, there was such a report."""
    if told:
        sealed = add_released_report(session, **ABOUT_THE_HEAD)
        assert holders(session, sealed.id) == {"dsl1", "dsl2", "chair1", "recovery"}
    readers = ("dsl1", "dsl2", "chair1")
    for gone in (readers[:2], readers):
        change(session, staff(**away(*gone)))
        assert alarmed(session) == (set(readers) if told else set())
    change(session, staff(), principal1={"roles": ("principal", "chair")})
    assert alarmed(session) == set()


@pytest.mark.parametrize("role", ["dsl", "chair"])
def test_the_head_of_then_who_is_lead_or_chair_now_is_told_by_no_alarm_of_a_report_about_her(
    session: Session, role: str
) -> None:
    add_released_report(session, **ABOUT_THE_HEAD)
    moved = {"principal1": role, f"{role}1": "principal"}
    gone = ("dsl2", "dsl1" if role == "chair" else "chair1")
    for left_out in ((), gone):
        alarmed(session)
        go_on(session, staff(*left_out, **{name: reader(name, new) for name, new in moved.items()}))
    told = alarmed(session)
    assert told >= set(gone), "who had access is told"
    assert "principal1" not in told


def test_whom_the_child_ticked_gets_no_alarm_although_nobody_is_left_who_can_open_it(
    session: Session,
) -> None:
    add_released_report(session, ["dsl2"])
    change(session, staff(**away("dsl1", "principal1", "chair1")))
    assert alarmed(session) == {"dsl1", "chair1"}


def test_whom_the_child_ticked_gets_no_alarm_while_somebody_can_read_it(session: Session) -> None:
    add_released_report(session, ["dsl2", "chair1"], concern="adult", head="no")
    change(session, staff(**away("principal1")))
    assert alarmed(session) == {"dsl1", "principal1"}


def test_who_had_access_was_done_then_it_also_after_they_have_gone(session: Session) -> None:
    add_released_report(session)
    change(session, staff("dsl1", "principal1", "chair1"))
    assert alarmed(session) == {"dsl1", "dsl2"}


def test_where_nobody_is_left_who_can_open_it_all_are_told_whom_the_route_reads_then_and_now(
    session: Session,
) -> None:
    add_released_report(session, **ABOUT_THE_HEAD)
    new = [reader("dsl3", "dsl"), reader("principal2", "principal"), reader("coordinator2", "coordinator")]
    go_on(session, new)
    assert alarmed(session) == {"dsl1", "dsl2", "dsl3", "chair1"}


def test_who_holds_a_role_that_the_route_keeps_out_is_not_told_whatever_else_they_hold_or_held() -> None:
    def person(name: str, roles: str) -> Keyholder:
        return Keyholder(id_of(name), name, name, roles, None)

    people = [person("dsl1", "dsl"), person("dsl2", "dsl principal"), person("chair1", "principal")]
    people += [person("chair1", "chair"), person("", "dsl"), person("dsl3", "dsl")]
    everybody = {one.id for one in people}
    out = [id_of("dsl3").hex]
    for nobody in (True, False):
        assert whom_to_alarm(ROUTES["head"], people, everybody, nobody, out) == {"dsl1"}
    assert whom_to_alarm(ROUTES["head"], people, (), nobody=False) == set()


def test_a_report_that_can_never_have_two_readers_waits_for_nothing_once_it_was_looked_at(
    session: Session,
) -> None:
    """It stayed due for ever, and some hundreds of them left no place for others."""
    alone = [add_released_report(session, ["dsl2", "principal1", "chair1"], head="no") for _ in range(3)]
    assert holders(session, alone[0].id) == {"dsl1", "recovery"}
    for sealed in alone:
        note(session, sealed)
    assert renew_due_keys(session, opener("dsl1")) == 3
    assert not renewal_is_due(session)
    assert holders(session, alone[0].id) == {"dsl1", "recovery"}


@pytest.mark.parametrize("what", ["list", "absence", "role"])
def test_it_is_looked_at_again_when_the_list_the_roles_or_the_absences_change(
    session: Session, what: str
) -> None:
    sealed = add_released_report(session, ["dsl2", "principal1", "chair1"], head="no")
    note(session, sealed)
    renew_due_keys(session, opener("dsl1"))
    assert not renewal_is_due(session)
    helped = {
        "list": lambda: staff(dsl3=reader("dsl3", "dsl")),
        "role": lambda: staff("coordinator1", coordinator1=reader("coordinator1", "coordinator dsl")),
        "absence": lambda: staff(**away("coordinator2")),
    }[what]()
    change(session, helped)
    assert set(session.scalars(select(KeyDue.report_id))) == {sealed.id}
    renew_due_keys(session, opener("dsl1"))
    assert not renewal_is_due(session)
    joins = {"list": {"dsl3"}, "role": {"coordinator1"}, "absence": set()}[what]
    assert holders(session, sealed.id) == {"dsl1", "recovery"} | joins
