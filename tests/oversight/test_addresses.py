"""An address outside the school's domains: two of the leadership allow it, for a time, and few others see it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.oversight.models import Consent
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import rows, staff_browser
from tests.factories import make_staff, today
from tests.oversight.asking import NEW, Staff
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")
OUTSIDE = "pryce@governors.example"


@pytest.fixture
def network(app: Flask, session: Session, staff: Staff) -> StaffMember:
    """The network manager of a school whose addresses have one domain."""
    config = site_of(app).config
    change_site(app, config=config.model_copy(update={"staff_domains": "school.example"}))
    found = make_staff(session, Role.NETWORK, teaches=False)
    session.commit()
    return found


def asking(**changed: str) -> dict[str, str]:
    """The request for an address, filled in."""
    return {
        "kind": "address",
        "what": OUTSIDE,
        "why": "A governor, who has no address of the school.",
        "holds_until": (today() + timedelta(days=60)).isoformat(),
        "review_on": (today() + timedelta(days=30)).isoformat(),
        "once": "0" * 31 + "1",
    } | changed


def invite(app: Flask, staff: StaffMember, email: str = OUTSIDE) -> Any:
    """Somebody invites whoever has this address."""
    return staff_browser(app, staff).post("/staff/people/new", data={"name": "Mrs Pryce", "email": email})


def test_two_of_the_leadership_allow_an_address_and_then_it_is_invited(
    app: Flask, staff: Staff, network: StaffMember
) -> None:
    answer = invite(app, network)
    page = Page(answer.text)
    assert answer.status_code == 422 and "This is not a school address" in page.text
    browser = staff_browser(app, network)
    (link,) = [one for one in page.all("a") if one.text == "Ask the leadership team for this address"]
    form = Page(browser.get(link.attrs["href"]).text)
    assert form.value("what") == OUTSIDE and not form.inputs("risks")
    asked = browser.post(NEW, data=asking()).headers["Location"]
    for lead in (staff.head, staff.deputy):
        assert invite(app, network).status_code == 422
        assert staff_browser(app, lead).post(f"{asked}/agree").status_code == 302
    assert invite(app, network, OUTSIDE.upper()).status_code == 200
    assert invite(app, network, "other@governors.example").status_code == 422, "the address, not its domain"
    register = Page(staff_browser(app, network).get("/staff/access?who=staff").text).text
    assert "An address is not the school’s" not in register


def test_after_its_time_nobody_is_invited_and_the_account_is_named(
    app: Flask, databases: Databases, staff: Staff, network: StaffMember
) -> None:
    asked = staff_browser(app, network).post(NEW, data=asking()).headers["Location"]
    for lead in (staff.head, staff.deputy):
        staff_browser(app, lead).post(f"{asked}/agree")
    invite(app, network)
    staff_browser(app, staff.head).post(f"{asked}/end", data={"reason": "No longer a governor."})
    assert invite(app, network, "x@governors.example").status_code == 422
    page = Page(staff_browser(app, network).get("/staff/access?who=staff").text)
    assert "An address is not the school’s" in page.text and "Mrs Pryce" in page.text


def test_an_address_that_was_put_into_the_row_by_hand_is_not_allowed(
    app: Flask, databases: Databases, staff: Staff, network: StaffMember
) -> None:
    asked = staff_browser(app, network).post(NEW, data=asking()).headers["Location"]
    for lead in (staff.head, staff.deputy):
        staff_browser(app, lead).post(f"{asked}/agree")
    with databases.school.write() as writing:
        writing.execute(update(Consent).values(what="evil@evil.example"))
    assert invite(app, network, "evil@evil.example").status_code == 422


def test_colleagues_and_inspectors_see_no_address_of_an_adult(
    app: Flask, staff: Staff, network: StaffMember
) -> None:
    asked = staff_browser(app, network).post(NEW, data=asking()).headers["Location"]
    for lead in (staff.head, staff.deputy):
        staff_browser(app, lead).post(f"{asked}/agree")
    teacher = staff_browser(app, staff.teacher)
    for address in ("/staff/consents", "/staff/consents/print", "/staff/consents/new?kind=address"):
        assert OUTSIDE not in teacher.get(address).text
    assert "An address that is not" not in teacher.get("/staff/consents/new?kind=address").text
    assert teacher.get(asked).status_code == 404
    assert teacher.post(f"{asked}/agree").status_code == 404
    assert teacher.post(NEW, data=asking(once="0" * 31 + "2")).status_code == 403
    assert OUTSIDE in staff_browser(app, staff.head).get("/staff/consents").text


def test_what_is_no_address_stands_beside_its_field(app: Flask, staff: Staff, network: StaffMember) -> None:
    answer = staff_browser(app, network).post(NEW, data=asking(what="Mrs Pryce"))
    assert answer.status_code == 422 and "Write the address, such as" in Page(answer.text).text
    assert not rows(app, select(Consent))


def test_a_school_without_domains_invites_any_address(app: Flask, staff: Staff) -> None:
    assert invite(app, staff.head).status_code == 200
