"""A session that its owner left open changes nothing about who reads: each power asks for the password (promise G9)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.report.models import RecoveryKey
from tests.accounts.doors import staff_browser
from tests.incidents.school import School
from tests.readers.changes import WHY, give_key, proposed, six_words
from tests.readers.school import chain_of, keyed, new_reader, proposals_of, role_holders

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both
A_QUARTER_OF_AN_HOUR = timedelta(minutes=15)


def everything(school: School) -> tuple[object, ...]:
    """All that says who reads, or will."""
    with school.databases.school.session(write=False) as session:
        people = session.execute(
            select(StaffMember.id, StaffMember.frozen_on, StaffMember.away_from, StaffMember.left_on)
        )
        days = {tuple(row) for row in people}
    with school.databases.reports.session(write=False) as reports:
        sheets = set(reports.scalars(select(RecoveryKey.public_key)))
    voices = {(one.id, len(one.votes)) for one in proposals_of(school)}
    return role_holders(school), [version.hash for version in chain_of(school)], voices, days, sheets


def address(school: School, act: str, proposal: str) -> tuple[str, dict[str, Any]]:
    """Where a power is used, and what is sent for it."""
    lead, new = school.dsl.id, school.people["new"].id
    return {
        "propose": ("/staff/roles/coordinator", {"gains": school.teacher.id.hex, "why": WHY, "deputy": "yes"}),
        "confirm": (proposal, {"words": six_words(school, proposal)}),
        "refuse": (f"{proposal}/refuse", {}),
        "freeze": (f"/staff/keys/readers/{lead}/freeze", {}),
        "stop": (f"/staff/keys/readers/{new}/stop", {}),
        "away": (f"/staff/absences/{lead}", {"from": "2026-11-26", "until": "2026-12-24"}),
        "sheets": ("/staff/keys/sheets", {}),
        "recover": ("/staff/keys/recover", {"first": "a", "second": "b"}),
        "save every role": ("/staff/roles", {"dsl": school.teacher.id.hex}),
    }[act]  # fmt: skip


@pytest.mark.parametrize("by", ["principal", "chair"])
@pytest.mark.parametrize(
    "act",
    ["propose", "confirm", "refuse", "freeze", "stop", "away", "sheets", "recover", "save every role"],
)
def test_whoever_sits_down_at_an_open_session_changes_nobody_who_reads(
    app: Flask, keyed: School, act: str, by: str
) -> None:
    """T3: roles, links and phones asked for nothing but an open session."""
    new_reader(keyed, "new")
    one = proposed(app, keyed, "network", "coordinator", gains="teacher")
    give_key(keyed, "teacher")
    path, sent = address(keyed, act, f"/staff/proposals/{one.id}")
    before = everything(keyed)
    thief = staff_browser(app, keyed.people[by], A_QUARTER_OF_AN_HOUR)
    answer = thief.post(path, data=sent)
    assert answer.status_code in {401, 403, 422}, answer.status_code
    assert everything(keyed) == before


def test_the_control_the_same_form_proposes_where_the_password_was_just_typed(
    app: Flask, keyed: School
) -> None:
    path, sent = "/staff/roles/coordinator", {"gains": keyed.teacher.id.hex, "why": WHY, "deputy": "yes"}
    assert staff_browser(app, keyed.principal).post(path, data=sent).status_code == 303
    assert len(proposals_of(keyed)) == 1
