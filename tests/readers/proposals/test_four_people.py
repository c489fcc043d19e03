"""A school of four who read does all of it through the pages, and is nowhere stuck (promises G3, G4, G5).

Four is the fewest: principal and deputy read no report about the head, so chair and deputy are two other people. The
network manager reads nothing.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.test import Client, TestResponse

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.sign_in.totp import seal_phone
from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.access.keyring import read_keyring
from kiosk.report.models import ReportReader
from kiosk.roles import Role
from kiosk.sealing.reader_key import mark_of
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from kiosk.wsgi import create_wsgi
from tests.accounts.doors import PASSWORD, staff_browser
from tests.factories import PHONE_SECRET, SITE_KEY
from tests.incidents.school import School, sync
from tests.pages import Element, Page
from tests.readers.people import LATER, Adult, copy_root, row_of
from tests.readers.renewing import renew_by
from tests.readers.school import chain_of, keyed
from tests.readers.test_walk import PLACES as OF_FIVE
from tests.readers.test_walk import init, invite, open_first
from tests.tablets import SAME_ORIGIN

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

FORM = "/report/ks2/en"
PLACES = OF_FIVE | {"principal": "Elder"}
ROLES = {"coordinator": "e-Safety Coordinator", "principal": "Principal", "chair": "Chair of governors"}


class FourPeople:
    """Everybody of the school at their browsers, with what they do again and again."""

    def __init__(self, config: Config, databases: Databases, content: Content) -> None:
        self.databases = databases
        self.wsgi = create_wsgi(config, databases, content)
        self.people = {"Novak": Adult("Mr Novak", self.wsgi)}

    def __getitem__(self, name: str) -> Adult:
        return self.people[name]

    def invited(self, name: str) -> str:
        """The network manager invites somebody; the link."""
        self.people[name] = Adult(f"Ms {name}", self.wsgi)
        return invite(self["Novak"], self[name])

    def mailed(self, kind: MailKind) -> set[str]:
        """Whom a mail of this kind waits for."""
        with self.databases.reports.session(write=False) as reports:
            return set(reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == kind)))

    def codes_anew(self) -> None:
        """Half a minute is over: every phone shows a code that was not used."""
        with self.databases.school.write() as session:
            session.execute(update(StaffMember).values(totp_step=0))
        for one in self.people.values():
            one.used = now_utc() - LATER

    def sign_in(self, name: str) -> None:
        """Sign in from the start."""
        self.codes_anew()
        self[name].sign_in()

    def words_of(self, name: str) -> str:
        """The six words that somebody reads aloud from the page of their account."""
        page = self[name].get("/staff/password")
        (words,) = [one for one in page.all("ol") if one.attrs.get("class") == "six-words"]
        return " ".join(one.text for one in words.find_all("li"))

    def propose(self, by: str, role: str, gains: str, loses: str, deputy: bool) -> None:
        """Propose a change, from the table of roles."""
        address = link_labelled(self[by].get("/staff/roles"), f"Propose a change: {ROLES[role]}")
        form = self[by].get(address)
        ids = {one.text: one.attrs["value"] for one in form.all("option")}
        sent = {"gains": ids[self[gains].name], "loses": ids[self[loses].name], "why": "Somebody leaves."}
        answer = self[by].post(address, sent | ({"deputy": "yes"} if deputy else {}))
        assert answer.status_code == 303, Page(answer.text).text

    def confirm(self, by: str, about: str) -> bool:
        """Confirm the first change that waits for this person on the table of roles; whether there was one."""
        waiting = [
            one for one in self[by].get("/staff/roles").all("a") if one.text == "Look at it and decide"
        ]
        if waiting:
            address = waiting[0].attrs["href"]
            assert f"1. Speak to Ms {about}" in self[by].get(address).text
            self.agree(by, address, about)
        return bool(waiting)

    def confirm_key(self, by: str, of: str) -> None:
        """Confirm somebody's new key, from the row of the table of readers."""
        page = self[by].get("/staff/keys")
        row = next(one for one in page.all("tr") if one.text.startswith(self[of].name))
        (form,) = row.find_all("form")
        self.agree(by, self[by].post(form.attrs["action"]).headers["Location"], of)

    def agree(self, by: str, address: str, about: str) -> None:
        """Type six words, password and code."""
        self.codes_anew()
        shown = self[by].get(address).value("shown")
        sent = {"words": self.words_of(about), "password": self[by].password, "code": self[by].code()}
        answer = self[by].post(address, sent | {"shown": shown})
        assert answer.status_code == 303, Page(answer.text).text


def link_labelled(page: Page, label: str) -> str:
    """Where the link with this name goes."""
    return next(one.attrs["href"] for one in page.all("a") if one.attrs.get("aria-label") == label)


def notice_text(page: Page) -> str:
    """The notices on a page about what was done before."""
    notices: list[Element] = [one for one in page.all("div") if "notice" in one.attrs.get("class", "")]
    return " ".join(one.text for one in notices)


def report_danger(tablet: Client) -> None:
    """A child tells, and somebody may be in danger: it is passed on at once."""
    sent = {"nonce": secrets.token_urlsafe(24), "concern": "bullying", "danger": "yes", "words": "help her"}
    assert tablet.post(FORM, data=sent, environ_base=SAME_ORIGIN).status_code == 200


@dataclass
class Timed(Adult):
    """Somebody whose every page, tap and word is counted, and what it takes of their day by the estimate below."""

    pages: int = 0
    taps: int = 0
    words: int = 0
    codes: int = 0
    calls: int = 0

    def get(self, address: str) -> Page:
        self.pages, self.taps = self.pages + 1, self.taps + 1
        return super().get(address)

    def _send(self, address: str, data: dict[str, Any]) -> TestResponse:
        self.taps += 1 + sum(name in {"gives", "takes"} for name in data)
        self.codes += "code" in data
        typed = {name: str(data[name]) for name in ("email", "password", "words", "day") if name in data}
        self.words += sum(len(one.split()) for one in typed.values())
        return super()._send(address, data)

    def is_signed_in(self, app: Flask, person: StaffMember) -> None:
        """They have signed in with the key of this school, which counts like any other sign-in."""
        self.browser = staff_browser(app, person)
        self.pages, self.taps, self.words, self.codes = 2, 4, len(f"{self.email} {PASSWORD}".split()), 1

    @property
    def seconds(self) -> int:
        """The estimate: a page is read in 20 seconds, a tap takes 2, a word 3, a code 15, a call with six words 90."""
        pages, taps, words = 20 * self.pages, 2 * self.taps, 3 * self.words
        return pages + taps + words + 15 * self.codes + SECONDS_OF_A_CALL * self.calls


SECONDS_OF_A_CALL = 90
MOST_MINUTES = 12
WEEKS = timedelta(days=28)


def test_a_planned_leaving_has_no_gap_and_takes_twelve_minutes_of_four_people(
    app: Flask, keyed: School
) -> None:
    """Principal, safeguarding lead, coordinator and chair, each of whom deputises for another; somebody new comes."""
    deputies = {
        Role.DSL: "coordinator",
        Role.COORDINATOR: "dsl",
        Role.PRINCIPAL: "coordinator",
        Role.CHAIR: "dsl",
    }
    ids = {name: keyed.people[name].id for name in ("dsl", "coordinator", "principal", "chair", "teacher")}
    with keyed.databases.school.write() as session:
        reading = RoleHolder.role.in_(deputies)
        session.execute(delete(RoleHolder).where(reading, RoleHolder.deputy))
        session.add_all(
            RoleHolder(role=role, deputy=True, staff_id=ids[name]) for role, name in deputies.items()
        )
    sync(keyed.databases)
    told = [keyed.told(concern) for concern in ("bullying", "stranger")] + [keyed.told("adult", head="yes")]
    people = {
        name: Timed(f"Ms {name}", app.wsgi_app, PASSWORD, PHONE_SECRET)
        for name in ("dsl", "teacher", "principal")
    }
    leaver, comes, head = people.values()

    # One visit of hers: she signs in, proposes it behind password and code, and is done.
    leaver.is_signed_in(app, keyed.dsl)
    address = next(one for one in leaver.get("/staff/roles").all("a") if one.text == "Hand over everything")
    leaver.get(address.attrs["href"])
    day = now_utc().date() + WEEKS
    codes_anew(keyed, *people.values())
    sent = {"gives": ids["dsl"].hex, "takes": ids["teacher"].hex, "day": day.isoformat()}
    done = leaver.post(address.attrs["href"], sent | {"password": PASSWORD, "code": leaver.code()})
    assert done.status_code == 303, Page(done.text).text
    leaver.get(done.headers["Location"])

    # One visit of whoever comes: the first page says it, one page shows it, one tap takes it on.
    with keyed.databases.school.write() as session:
        seal_phone(SITE_KEY, session.get_one(StaffMember, ids["teacher"]), PHONE_SECRET)
    comes.sign_in()
    mine = next(one for one in comes.get("/staff/").all("a") if "/staff/hand-over/" in one.attrs["href"])
    comes.get(mine.attrs["href"])
    assert comes.post(mine.attrs["href"]).status_code == 303
    shown = comes.get(mine.attrs["href"])
    (six,) = [one for one in shown.all("ol") if one.attrs.get("class") == "six-words"]

    # One visit of the principal, as she deputises for the chair: six words heard once, for all of it.
    comes.calls, head.calls = 1, 1
    head.is_signed_in(app, keyed.principal)
    waits = next(one for one in head.get("/staff/roles").all("a") if one.text == "Look at it and decide")
    page = head.get(waits.attrs["href"])
    codes_anew(keyed, *people.values())
    words = " ".join(one.text for one in six.find_all("li"))
    sent = {"words": words, "shown": page.value("shown"), "password": PASSWORD, "code": head.code()}
    assert head.post(waits.attrs["href"], sent).status_code == 303
    assert len(chain_of(keyed)) == 2

    spent = {name: one.seconds for name, one in people.items()}
    assert sum(spent.values()) <= MOST_MINUTES * 60, spent

    # Nobody does anything more. Keys are passed on as people sign in; on the day all three reports open for her.
    eve = day - timedelta(days=1)
    publish_readers(keyed.databases, keyed.config, eve)
    for name in ("dsl", "coordinator", "chair"):
        renew_by(keyed, name, eve)
    publish_readers(keyed.databases, keyed.config, day)
    with keyed.databases.reports.session(write=False) as reports:
        ring = {one.id: one for one in read_keyring(reports, keyed.config.readers_root, day).readers}
        wraps = {one.report_id: one for one in reports.query(ReportReader) if one.reader_id == ids["teacher"]}
        assert set(told) == set(wraps)
        assert {one.key_mark for one in wraps.values()} == {mark_of(ring[ids["teacher"]].public_key or b"")}
        assert not ring[ids["teacher"]].absent
        assert ids["dsl"] not in {one.id for one in ring.values() if one.able}


def codes_anew(school: School, *people: Adult) -> None:
    """Half a minute is over: every phone shows a code that was not used."""
    with school.databases.school.write() as session:
        session.execute(update(StaffMember).values(totp_step=0))
    for one in people:
        one.used = now_utc() - LATER


@pytest.mark.later
def test_four_people_set_up_change_a_role_forget_a_password_and_one_leaves(
    config: Config, databases: Databases, content: Content
) -> None:
    school = FourPeople(config, databases, content)
    school["Novak"].come_in(re.search(r"http\S+/staff/welcome/\S+", init(config)).group())  # type: ignore[union-attr]
    links = {name: school.invited(name) for name in ("Ames", "Birch", "Doyle", "Elder")}
    form = school["Novak"].get("/staff/roles")
    ids = {one.text: one.attrs["value"] for one in form.all("option")}
    roles = {place: ids[school[name].name] for place, name in PLACES.items()}
    assert school["Novak"].post("/staff/roles", roles).status_code == 302

    # Founding: two readers, sheets, and the other one opens the page. The two others are there too late for it.
    for name in ("Ames", "Birch"):
        school[name].come_in(links[name])
    sheets = school["Ames"].make_sheets()
    assert school["Ames"].prove(sheets[0], sheets[1]).status_code == 303
    copy_root(school["Novak"])
    assert school["Birch"].post("/staff/keys/open").status_code == 303
    tablet = Client(school.wsgi)
    report_danger(tablet)

    # The principal and the deputy sign in, and the two readers there are let them in.
    for name in ("Doyle", "Elder"):
        school[name].come_in(links[name])
        assert "Waits for other readers" in row_of(school["Ames"].get("/staff/keys"), school[name].name)
        for by in ("Ames", "Birch"):
            school.confirm_key(by, name)
        row = row_of(school["Ames"].get("/staff/keys"), school[name].name)
        assert "Ms Ames" in row
        assert "Ms Birch" in row

    # A role changes hands.
    school.sign_in("Doyle")
    school.propose("Ames", "coordinator", gains="Doyle", loses="Ames", deputy=True)
    assert school.confirm("Birch", "Doyle")
    assert "Confirmed. The change has taken effect." in notice_text(school["Birch"].get("/staff/roles"))

    # Somebody forgets a password: two people for the link, two for the key.
    asked = school["Novak"].get("/staff/people/")
    address = asked.link("Ms Birch")
    assert school["Novak"].post(f"{address}/link").status_code == 303
    school.codes_anew()
    (form_,) = [
        one
        for one in school["Doyle"].get("/staff/people/links").all("form")
        if "/confirm" in one.attrs["action"]
    ]
    answer = school["Doyle"].post(form_.attrs["action"], {"asked": "yes"})
    school["Birch"].password = "another four words today"
    school["Birch"].new_browser()
    path = Page(answer.text).value("link").split("localhost", 1)[-1]
    sent = {"password": school["Birch"].password, "again": school["Birch"].password}
    assert school["Birch"].post(path, sent).status_code == 303
    school.sign_in("Birch")
    assert school.mailed(MailKind.CHANGE) >= {school[name].email for name in ("Ames", "Doyle", "Elder")}
    assert "You can't open reports yet" in school["Birch"].get("/staff/").text
    assert "Waits for other readers" in row_of(school["Ames"].get("/staff/keys"), "Ms Birch")
    for by in ("Ames", "Doyle"):
        school.confirm_key(by, "Birch")
    school["Ames"].get("/staff/incidents/")  # her key gives the new one what is open
    school.sign_in("Birch")
    number = open_first(school["Birch"], school["Birch"].get("/staff/incidents/"))
    assert "help her" in school["Birch"].get(f"/staff/incidents/{number}").text

    # Ms Doyle leaves: not before somebody else has her roles, and with four readers that is somebody new.
    person = school["Novak"].get("/staff/people/").link("Ms Doyle")
    held = school["Novak"].post(f"{person}/leave", {"sure": "yes"})
    assert held.status_code == 409
    assert "cannot leave before somebody else takes over" in held.text
    link = school.invited("Crane")
    school.propose("Novak", "principal", gains="Crane", loses="Doyle", deputy=True)
    school.propose("Birch", "coordinator", gains="Crane", loses="Doyle", deputy=True)
    school["Crane"].come_in(link)
    school.sign_in("Crane")
    # A word is about the list as it stood: after the first change the two say it again of the second.
    while school.confirm("Ames", "Crane") or school.confirm("Birch", "Crane"):
        pass
    network = school["Novak"].get("/staff/roles/network")
    ids = {one.text: one.attrs["value"] for one in network.all("option")}
    sent = {
        "network": ids["Mr Novak"],
        "network-deputy": ids["Ms Crane"],
        "password": school["Novak"].password,
    }
    assert school["Novak"].post("/staff/roles/network", sent).status_code == 303
    assert school["Novak"].post(f"{person}/leave", {"sure": "yes"}).status_code == 303
    keys = school["Ames"].get("/staff/keys")
    assert [one.text for one in keys.all("tr") if one.text.startswith("Ms Doyle")] == []
    assert row_of(keys, "Ms Crane")

    # Nothing went blind on the way.
    report_danger(tablet)
    for name in ("Ames", "Birch"):
        school.sign_in(name)
        assert "wait for a reader to sign in" not in school[name].get("/staff/").text
        assert "is not read yet" in school[name].get("/staff/").text
