"""The anchor of the log stands on the page of evidence of those who may read every case, and of nobody else."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.audit.log import LogAct
from kiosk.audit.verify import anchor_of
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import at_the_machine, make_staff
from tests.pages import Page


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.CHAIR, True), (Role.DSL, True), (Role.PRINCIPAL, False), (Role.COORDINATOR, False)],
)
def test_only_chair_and_safeguarding_lead_are_shown_the_anchor(
    app: Flask, session: Session, role: Role, shown: bool
) -> None:
    staff = make_staff(session, role)
    at_the_machine().note(session, LogAct.EXPORTED, staff.id, what="roster", of="")
    session.commit()
    text = Page(staff_browser(app, staff).get("/staff/evidence").text).text
    assert (str(anchor_of(session)) in text) is shown
    assert ("Anchor of the log" in text) is shown
