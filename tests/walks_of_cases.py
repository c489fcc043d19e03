"""Walks through cases: an answer, a complaint that is late, the child protection file, and two that belong together."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from werkzeug.test import Client

from kiosk.accounts.models import StaffMember
from kiosk.calendar.file import load_calendar
from kiosk.filtering.desk import release_addresses
from kiosk.incidents.models import Incident
from kiosk.report.access.routes import ROUTES
from kiosk.storage.db import now_utc
from tests.every_page import Site, Visit
from tests.filtering.at_the_desk import DESK
from tests.walkers import EVERYBODY, FORM, become


def of_an_answer(site: Site) -> Iterator[Visit]:
    """The three pages on which a child is answered, also with advice and with something to correct."""
    _told(site, danger="yes")
    browser = site.browser()
    become(site, browser, "dsl")
    queue = site.visit(browser, "dsl", "", "/staff/incidents/").page
    cases = []
    for form in queue.all("form"):
        if "/open/" in form.attrs.get("action", ""):
            cases.append(
                site.visit(browser, "dsl", "", form.attrs["action"], "POST").answer.headers["Location"]
            )
    case = next(
        one
        for one in cases
        if f"{one}/answer" in site.visit(browser, "dsl", "", one).answer.get_data(as_text=True)
    )
    yield site.visit(browser, "dsl", "", case)
    yield (write := site.visit(browser, "dsl", "", f"{case}/answer"))
    typed = {"once": write.page.value("once"), "note": "We told Jonas about the incident. Who was there?"}
    yield site.visit(browser, "dsl", "", f"{case}/answer", "POST", data=typed | {"note": ""})
    yield (looked := site.visit(browser, "dsl", "", f"{case}/answer", "POST", data=typed))
    shown = {name: looked.page.value(name) for name in ("once", "ready", "note", "looked")}
    yield site.visit(browser, "dsl", "", f"{case}/answer", "POST", data=shown | {"change": "yes"})
    yield (sent := site.visit(browser, "dsl", "", f"{case}/answer/send", "POST", data=shown))
    yield site.visit(browser, "dsl", "", sent.answer.headers["Location"])
    yield from _of_a_complaint(site, browser, case)


def _of_a_complaint(site: Site, browser: Client, case: str) -> Iterator[Visit]:
    """A case with a complaint that is late, and the form for its answer."""
    came = {"about": "handling", "from": "parent", "day": "2026-01-05", "note": "Nobody rang back."}
    yield site.visit(browser, "dsl", "", f"{case}/record/complaint", "POST", data=came)
    for page in (case, f"{case}/complaint", f"{case}/close", "/staff/incidents/"):
        yield site.visit(browser, "dsl", "", page)
    yield site.visit(browser, "dsl", "", f"{case}/complaint", "POST", data={})


def of_taking_back(site: Site) -> Iterator[Visit]:
    """A note that is taken back: the page that offers it, the form with what was typed, and the log of both lines."""
    browser, who = site.browser(), "dsl"
    become(site, browser, who)
    with site.databases.school.session(write=False) as session:
        numbers = session.scalars(select(Incident.number).where(Incident.closed_at.is_(None)))
        cases = [f"/staff/incidents/{number}" for number in numbers]
    case = next(one for one in cases if site.visit(browser, who, "", one).answer.status_code == 200)
    typed = {"note": "Rang her aunt."}
    site.visit(browser, who, "", f"{case}/record/did", "POST", data=typed)
    yield (offers := site.visit(browser, who, "", case))
    (back,) = [
        one.attrs["formaction"]
        for one in offers.page.all("button")
        if "/back/" in one.attrs.get("formaction", "")
    ]
    yield site.visit(browser, who, "", back, "POST")
    yield site.visit(browser, who, "", case)


def of_what_colleagues_are_told(site: Site) -> Iterator[Visit]:
    """An address that goes over the filter desk, and general words: each seen to, and with something to correct."""
    asks, network, teacher = site.browser(), site.browser(), site.browser()
    for browser, who in ((asks, "coordinator"), (network, "network"), (teacher, "teacher")):
        become(site, browser, who)
    with site.databases.school.session(write=False) as session:
        (number,) = session.scalars(select(Incident.number).where(Incident.route == "site")).all()[:1]
    case = f"/staff/incidents/{number}"
    yield site.visit(asks, "coordinator", "", f"{case}/tags")
    yield site.visit(asks, "coordinator", "", f"{case}/word")
    yield site.visit(asks, "coordinator", "", f"{case}/address")
    yield site.visit(asks, "coordinator", "", f"{case}/address", "POST", data={})
    given = {"address": "skins.example"}
    yield site.visit(asks, "coordinator", "", f"{case}/address", "POST", data=given)
    yield (listed := site.visit(asks, "coordinator", "", DESK))
    address = next(one for one in _hrefs(listed) if one.startswith(DESK) and len(one) > len(DESK) + 30)
    yield site.visit(asks, "coordinator", "", address)
    yield site.visit(asks, "coordinator", "", f"{address}/decide", "POST", data={})
    decided = {"law": "no", "decision": "block", "whom": "older", "reason": "money", "because": "A trick."}
    yield site.visit(asks, "coordinator", "", f"{address}/decide", "POST", data=decided)
    with site.databases.school.session(write=False) as session:
        teachers = session.scalars(select(StaffMember).where(StaffMember.email.startswith("green@"))).one()
    told = {"colleague": teachers.id.hex, "note": "Please sit with them."}
    yield site.visit(asks, "coordinator", "", f"{case}/word", "POST", data=told)
    release_addresses(site.databases, load_calendar(site.config), now_utc() + timedelta(days=2))
    yield site.visit(network, "network", "", "/staff/")
    yield site.visit(network, "network", "", DESK)
    yield (ticket := site.visit(network, "network", "", address))
    yield site.visit(network, "network", "", f"{address}/done", "POST", data={})
    boxes = {one.attrs["name"] for one in ticket.page.all("input") if one.attrs.get("type") == "radio"}
    done = dict.fromkeys(boxes, "right") | {"rule": "List 4"}
    yield site.visit(network, "network", "", f"{address}/done", "POST", data=done)
    yield (home := site.visit(teacher, "teacher", "", "/staff/"))
    message = next(one for one in _hrefs(home) if "/staff/words/" in one)
    yield site.visit(teacher, "teacher", "", message)
    yield site.visit(teacher, "teacher", "", message, "POST", data={"answer": ""})
    yield site.visit(teacher, "teacher", "", message, "POST", data={"answer": "done", "note": "I did."})
    for path in ("/staff/incidents/", case):
        yield site.visit(asks, "coordinator", "", path)
    yield site.visit(teacher, "teacher", "", "/staff/told", "POST", data={"concern": "adult"})


def of_asking_the_desk(site: Site) -> Iterator[Visit]:
    """A colleague asks to allow an address, the network manager says what it opens; the grid and a cell of it."""
    teacher, network = site.browser(), site.browser()
    become(site, teacher, "teacher")
    become(site, network, "network")
    yield (form := site.visit(teacher, "teacher", "", f"{DESK}new"))
    yield site.visit(teacher, "teacher", "", f"{DESK}new", "POST", data={})
    asked = {
        "asks": "allow",
        "address": "film.example",
        "classes": "Year 5",
        "why": "A film.",
        "risks": "Adverts.",
    }
    asked["once"] = form.page.value("once")
    yield (sent := site.visit(teacher, "teacher", "", f"{DESK}new", "POST", data=asked))
    address = sent.answer.headers["Location"]
    yield site.visit(network, "network", "", address)
    yield site.visit(network, "network", "", f"{address}/opens", "POST", data={})
    yield site.visit(network, "network", "", f"{address}/opens", "POST", data={"opens": "Nothing else."})
    cell = f"{DESK}tried/laptop-school/older"
    for path in (f"{DESK}tried", cell):
        yield site.visit(network, "network", "", path)
    yield site.visit(network, "network", "", f"{DESK}register")
    yield site.visit(network, "network", "", f"{cell}/unused", "POST", data={"why": ""})
    yield site.visit(network, "network", "", f"{cell}/unused", "POST", data={"why": "We have none."})
    for path in (cell, f"{DESK}tried"):
        yield site.visit(network, "network", "", path)


def _hrefs(visit: Visit) -> list[str]:
    return [one.attrs.get("href", "") for one in visit.page.all("a")]


def of_a_file(site: Site) -> Iterator[Visit]:
    """A case that goes to the child protection file, with a form of it that is kept for later."""
    browser, who = site.browser(), "dsl"
    become(site, browser, who)
    protection = [route.id for route in ROUTES.values() if route.retention == "protection"]
    with site.databases.school.session(write=False) as session:
        numbers = session.scalars(select(Incident.number).where(Incident.route.in_(protection)))
        pages = [site.visit(browser, who, "", f"/staff/incidents/{number}/file") for number in numbers]
    first = next(page for page in pages if page.answer.status_code == 200)
    yield first
    case, form = first.address.removesuffix("/file"), {"purpose": "next-school", "to": "Hill School"}
    yield site.visit(browser, who, "", first.address, "POST", data=form | {"to": ""})
    yield (looked := site.visit(browser, who, "", first.address, "POST", data=form))
    sent = {name: looked.page.value(name) for name in ("purpose", "to", "once")}
    yield site.visit(browser, who, "", f"{first.address}/hand-over", "POST", data=sent)
    (password,) = [one["password"] for one in site.listed["staff"] if one["email"].startswith(EVERYBODY[who])]
    sent["unlock-password"] = password
    yield (handed := site.visit(browser, who, "", f"{first.address}/hand-over", "POST", data=sent))
    for end in ("", ".json"):
        yield site.visit(browser, who, "", handed.answer.headers["Location"] + end)
    typed = {"note": "I rang"}
    yield site.visit(browser, who, "", f"{case}/kept/did", "POST", data=typed)
    for end in ("", "/record/did"):
        yield site.visit(browser, who, "", case + end)


def of_two_that_belong_together(site: Site) -> Iterator[Visit]:
    """Two children tell the same: the form that says so, each page, closing one into the other, and undoing it."""
    browser, who = site.browser(), "dsl"
    for _ in range(2):
        _told(site, danger="yes")
    become(site, browser, who)
    queue = site.visit(browser, who, "", "/staff/incidents/").page
    opening = [form.attrs["action"] for form in queue.all("form") if "/open/" in form.attrs.get("action", "")]
    found = [site.visit(browser, who, "", one, "POST").answer.headers["Location"] for one in opening]
    with site.databases.school.session(write=False) as session:
        danger = set(session.scalars(select(Incident.number).where(Incident.route == "danger")))
    case, leading = [one for one in found if int(one.rpartition("/")[2]) in danger][:2]
    yield site.visit(browser, who, "", f"{case}/belongs")
    yield site.visit(browser, who, "", f"{case}/belongs", "POST", data={"number": "4711"})
    for undone in (True, False):
        sent = {"number": leading.rpartition("/")[2]}
        yield site.visit(browser, who, "", f"{case}/belongs", "POST", data=sent)
        if undone:
            yield site.visit(browser, who, "", f"{case}/belongs/undo", "POST")
    for one in (case, leading):
        for end in ("", "/close"):
            yield site.visit(browser, who, "", one + end)
    yield site.visit(browser, who, "", f"{leading}/close", "POST", data={"outcome": "resolved"})
    yield site.visit(browser, who, "", f"{case}/close/into", "POST")
    for one in (case, leading):
        yield site.visit(browser, who, "", one)


def _told(site: Site, **given: str) -> None:
    """A child tells of bullying, and asks for an answer."""
    child, address = site.browser(), "/report/ks2/en"
    told = {"concern": "bullying", "reply": "yes"} | given
    told["nonce"] = site.visit(child, "", "", address).page.value("nonce")
    site.visit(child, "", "", address, "POST", data=told, content_type=FORM)
