"""Two people change who may read: one proposes, the other types six words, a password and a code."""

import json
from datetime import timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.accounts.models import Proposal, ProposalKind, ReaderKey, StaffMember
from kiosk.accounts.sign_in.totp import seal_phone
from kiosk.readers.signed_list.holders import words_of
from kiosk.sealing.reader_key import six_words as words_of_keys
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD, staff_browser
from tests.factories import PHONE_SECRET, SITE_KEY, make_reader_key
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import browser, proposals_of

WHY = "Somebody should be there on Thursdays."
NOBODY = ""


def code_of(school: School, person: StaffMember) -> str:
    """A code of somebody's phone that was not used before: the phone may be half a minute ahead."""
    with school.databases.school.session(write=False) as session:
        used = session.get_one(StaffMember, person.id).totp_step or 0
    now = int(now_utc().timestamp()) // 30
    return pyotp.TOTP(PHONE_SECRET).at(max(now, used + 1) * 30)


def propose(
    app: Flask, school: School, by: str, role: str, gains: str = "", loses: str = "", **typed: str
) -> TestResponse:
    """Send the form that proposes a change of a role."""
    sent = {
        "gains": school.people[gains].id.hex if gains else NOBODY,
        "loses": school.people[loses].id.hex if loses else NOBODY,
        "why": WHY,
    }
    return browser(app, school, by).post(f"/staff/roles/{role}", data=sent | typed)


def proposed(
    app: Flask, school: School, by: str, role: str, gains: str = "", loses: str = "", deputy: bool = True
) -> Proposal:
    """A change that waits now."""
    before = {one.id for one in proposals_of(school)}
    answer = propose(app, school, by, role, gains, loses, deputy="yes" if deputy else "")
    assert answer.status_code == 303, answer.text
    (new,) = [one for one in proposals_of(school) if one.id not in before]
    return new


def key_asked(app: Flask, school: School, by: str, whom: str) -> str:
    """Begin to confirm somebody's new keys; the address of the page that asks for the six words."""
    answer = browser(app, school, by).post(f"/staff/keys/readers/{school.people[whom].id}/ask")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def confirm(app: Flask, school: School, by: str, address: object, **typed: str) -> TestResponse:
    """Send the form that confirms a change, with everything right unless it is `typed` otherwise."""
    page = address if isinstance(address, str) else f"/staff/proposals/{getattr(address, 'id', address)}"
    person = school.people[by]
    sent = {"words": six_words(school, page), "password": PASSWORD, "code": code_of(school, person)}
    client = staff_browser(app, person)
    return client.post(page, data=sent | {"shown": shown_on(client, page)} | typed)


def shown_on(client: FlaskClient, page: str) -> str:
    """The mark of the change that somebody sees on this page; empty where they see no form."""
    fields = Page(client.get(page).text).inputs("shown")
    return fields[0].attrs["value"] if fields else ""


def six_words(school: School, page: str) -> str:
    """The six words that somebody says who gains by the change at this address, or who keeps a new sheet."""
    id = page.rsplit("/", 1)[-1].replace("-", "")
    proposal = next((one for one in proposals_of(school) if one.id.hex == id), None)
    if proposal is not None and proposal.kind is ProposalKind.SHEETS:
        recovery = json.loads(proposal.change)["recovery"]
        return " ".join(words_of_keys(bytes.fromhex(recovery["public"]), bytes.fromhex(recovery["verify"])))
    gains = proposal.gains_id if proposal else None
    with school.databases.school.session(write=False) as session:
        row = session.get(ReaderKey, gains) if gains else None
        return " ".join(words_of(row)) if row else ""


def give_key(school: School, name: str) -> None:
    """Somebody who is proposed adds a phone and signs in, which makes keys."""
    with school.databases.school.write() as session:
        person = session.get_one(StaffMember, school.people[name].id)
        seal_phone(SITE_KEY, person, PHONE_SECRET)
        make_reader_key(session, person)


def grown_old(school: School, days: int) -> None:
    """So many days have gone by since every change was proposed."""
    with school.databases.school.write() as session:
        for one in session.query(Proposal):
            one.asked_on -= timedelta(days=days)
            one.until -= timedelta(days=days)
