"""Who walks where: everybody of the demo school, tablets on the way in, and whatever goes amiss."""

from collections.abc import Iterator
from io import BytesIO
from unittest.mock import patch

import pyotp
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff import invite
from kiosk.bands import Band
from kiosk.db import now_utc
from kiosk.incidents.models import Incident
from kiosk.report.reading_routes import ROUTES
from tests.every_page import MOST_OF_A_KIND, ORIGIN, Site, Visit
from tests.factories import at_the_machine
from tests.pages import Page

FORM = "application/x-www-form-urlencoded"
STAFF = {
    "dsl": "adeyemi",
    "coordinator": "okafor",
    "principal": "hartley",
    "chair": "rahman",
    "network": "novak",
    "teacher": "green",
    "teacher of a class that has not begun": "silva",
}
FROZEN = "reader whose key is frozen"
EVERYBODY = STAFF | {FROZEN: "lewis"}
# by hand, whether there is a link or not
TYPED = (
    "/staff/people/",
    "/staff/roles",
    "/staff/sign-in",
    "/staff/unlock",
    "/staff/unlock?next=/staff/",
    "/staff/confirm",
    "/staff/people/links",
    "/staff/incidents/news",
    "/staff/incidents/not-serious",
)
PUBLIC = (
    *(
        "/",
        "/home/",
        "/report/",
        "/learn/",
        "/staff/sign-in",
        "/demo",
        "/healthz",
        "/?fresh=1",
        "/staff/welcome/no",
        "/look/keep?page=dark",
        "/home/lessons/ks2-bullying-upstander/drawings/gate-opens.svg",
    ),
    *(f"/?band={band}&lang={lang}" for band in Band for lang in ("en", "ur")),
    *(f"/report/{band}/{lang}" for band in Band for lang in ("en", "ur", "pl")),
)


def all_visits(site: Site) -> list[Visit]:
    """The walks of everybody, and every page that no link leads to."""
    return [
        *_of_nobody(site),
        *_of_pupils(site),
        *_of_staff(site),
        *_of_keys_in_trouble(site),
        *_of_an_answer(site),
        *_of_a_file(site),
        *_on_the_way_in(site),
        *errors(site),
    ]


def _of_nobody(site: Site) -> Iterator[Visit]:
    yield from site.walk(site.browser(), "nobody", "", PUBLIC)


def _of_pupils(site: Site) -> Iterator[Visit]:
    forms = _taps(site)
    for listed in site.listed["classes"]:
        name, who, browser = listed["pupils"][0]["name"], f"pupil of {listed['name']}", site.browser()
        yield site.visit(browser, who, name, forms[name], "POST")
        starts = ["/learn/", "/learn/leave", "/learn/nowhere", "/learn/code/done"]
        for lesson in site.content.lessons.values():
            if lesson.band == listed["band"]:
                starts += [f"/learn/lessons/{lesson.id}{page}" for page in ("", "/done", "/help")]
                starts += [
                    f"/learn/lessons/{lesson.id}/{number}" for number in range(1, len(lesson.steps) + 1)
                ]
                starts += [f"/learn/quizzes/{lesson.quiz}", f"/learn/quizzes/before/{lesson.id}"]
                questions = site.content.quizzes[lesson.quiz].questions
                starts += [f"/learn/quizzes/{lesson.quiz}/{question.id}" for question in questions]
        for visit in site.walk(browser, who, name, starts):
            yield visit
            if visit.rule == "/learn/quizzes/<id>/<question>" and visit.is_page:
                yield site.visit(browser, who, name, visit.address, "POST", data=filled_in(visit.page))


def filled_in(page: Page) -> dict[str, str]:
    """The form of a question with the first of every choice taken."""
    form = next(one for main in page.all("main") for one in main.find_all("form"))
    sent: dict[str, str] = {}
    for control in form.find_all("input", "select", "button"):
        options = control.find_all("option")
        value = options[0].attrs["value"] if options else control.attrs.get("value", "")
        sent.setdefault(control.attrs.get("name", ""), value)
    return sent


def _taps(site: Site) -> dict[str, str]:
    """Where each button of /demo leads, by the words on it."""
    page = Page(site.browser().get("/demo", base_url=ORIGIN).text)
    return {form.text: form.attrs["action"] for form in page.all("form")}


def become(site: Site, browser: Client, who: str) -> Visit:
    """Sign a browser in as one of EVERYBODY."""
    (name,) = [one["name"] for one in site.listed["staff"] if one["email"].startswith(f"{EVERYBODY[who]}@")]
    forms = _taps(site)
    return site.visit(browser, who, "", next(forms[text] for text in forms if text.startswith(name)), "POST")


def _of_staff(site: Site) -> Iterator[Visit]:
    for who in STAFF:
        browser = site.browser()
        yield become(site, browser, who)
        site.visit(
            browser, who, "", "/staff/incidents/"
        )  # the first look does what only a reader's key can do
        most = MOST_OF_A_KIND if who in {"dsl", "principal"} else 1  # the others see fewer of the same pages
        yield from site.walk(browser, who, "", ["/staff/", "/staff/phone", "/staff/nowhere", *TYPED], most)


def _of_keys_in_trouble(site: Site) -> Iterator[Visit]:
    """Pages of a key that is frozen, of whoever lifts it, and of whoever stops somebody."""
    with site.databases.school.write() as session:
        frozen = session.scalars(
            select(StaffMember).where(StaffMember.email.startswith(f"{EVERYBODY[FROZEN]}@"))
        ).one()
        frozen.frozen_on = now_utc().date()
        about = f"/staff/keys/readers/{frozen.id}"
    browser = site.browser()
    yield become(site, browser, FROZEN)
    yield site.visit(browser, FROZEN, "", "/staff/keys/shut")
    yield site.visit(browser, FROZEN, "", "/staff/")
    browser = site.browser()
    yield become(site, browser, "dsl")
    for act in ("thaw", "stop", "freeze"):
        yield site.visit(browser, "dsl", "", f"{about}/{act}")
    with site.databases.school.write() as session:
        session.get_one(StaffMember, frozen.id).frozen_on = None


def _of_an_answer(site: Site) -> Iterator[Visit]:
    """The three pages on which a child is answered, also with advice and with something to correct."""
    child, address = site.browser(), "/report/ks2/en"
    told = {"concern": "bullying", "danger": "yes", "reply": "yes"}
    told["nonce"] = site.visit(child, "", "", address).page.value("nonce")
    site.visit(child, "", "", address, "POST", data=told, content_type=FORM)
    browser = site.browser()
    become(site, browser, "dsl")
    queue = site.visit(browser, "dsl", "", "/staff/incidents/").page
    cases = []
    for form in queue.all("form"):
        if "/open/" in form.attrs.get("action", ""):
            cases.append(
                site.visit(browser, "dsl", "", form.attrs["action"], "POST").answer.headers["Location"]
            )
    (case,) = [
        one
        for one in cases
        if f"{one}/answer" in site.visit(browser, "dsl", "", one).answer.get_data(as_text=True)
    ]
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


def _of_a_file(site: Site) -> Iterator[Visit]:
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


def _on_the_way_in(site: Site) -> Iterator[Visit]:
    """Pages between the first step of coming in and the last."""
    for listed in site.listed["classes"]:
        browser, who = site.browser(), f"on the way into {listed['name']}"
        yield site.visit(browser, who, "", "/learn/", "POST", data={"code": "no such code"})
        site.visit(browser, who, "", "/learn/", "POST", data={"code": listed["code"]})
        yield from (
            names := [
                site.visit(browser, who, "", "/learn/names"),
                site.visit(browser, who, "", "/learn/no-name"),
            ]
        )
        if listed["band"] != Band.KS1:
            tile = names[0].page.inputs("pupil")[0]
            site.visit(browser, who, "", "/learn/names", "POST", data={"pupil": tile.attrs["value"]})
            yield site.visit(browser, who, tile.text, "/learn/key")
    with site.databases.school.write() as session:
        token = invite(session, at_the_machine(), "Ms Next", "next@hollybank.example").token
    yield site.visit(site.browser(), "invited", "", f"/staff/welcome/{token}")
    (dsl,) = [one for one in site.listed["staff"] if one["email"].startswith("bright@")]
    browser = site.browser()
    yield site.visit(
        browser, "staff", "", "/staff/sign-in", "POST", data={"email": dsl["email"], "password": "x"}
    )
    site.visit(
        browser,
        "staff",
        "",
        "/staff/sign-in",
        "POST",
        data={name: dsl[name] for name in ("email", "password")},
    )
    yield site.visit(browser, "half signed in", "", "/staff/sign-in/code")
    yield site.visit(browser, "half signed in", "", "/staff/sign-in/code", "POST", data={"code": "1"})
    code = pyotp.TOTP(dsl["totp_secret"]).now()
    site.visit(browser, "half signed in", "", "/staff/sign-in/code", "POST", data={"code": code})
    site.visit(
        browser, "deputy", "", "/staff/incidents/"
    )  # the first look does what only a reader's key can do
    yield site.visit(browser, "deputy", "", "/staff/")


def errors(site: Site) -> Iterator[Visit]:
    """What is answered when something is not there, not taken, or broken."""
    for address in (
        "/nowhere",
        "/home/nowhere",
        "/learn/nowhere",
        "/staff/nowhere",
        "/report/nowhere",
        "/report/ks9/en",
    ):
        yield site.visit(site.browser(), "nobody", "", address)
    strange = {"Sec-Fetch-Site": "cross-site"}
    for address in ("/", "/learn/", "/staff/sign-in", "/report/ks2/en"):
        yield site.visit(site.browser(), "nobody", "", address, "PUT")
        yield site.visit(site.browser(), "nobody", "", address, "POST", data={"x": "x" * 3_000_000})
        yield site.visit(site.browser(), "nobody", "", address, "POST", data={"x": "x"}, headers=strange)
    yield from _answers_of_the_report(site)
    for target, address in (
        ("kiosk.public.views.start.language_links", "/"),
        ("kiosk.accounts.views.join.joining", "/learn/names"),
        ("kiosk.accounts.views.sign_in.pending_staff", "/staff/sign-in/code"),
        ("kiosk.report.views.pages._keyring", "/report/ks2/en"),
    ):
        for error in (RuntimeError("planted"), OperationalError("planted", {}, Exception("locked"))):
            with patch("flask.app.Flask.logger"), patch(target, side_effect=error):
                yield site.visit(site.browser(), "nobody", "", address)


def _answers_of_the_report(site: Site) -> Iterator[Visit]:
    for band in Band:
        for lang in ("en", "ur"):
            browser, address = site.browser(), f"/report/{band}/{lang}"
            nonce = site.visit(browser, "", "", address).page.value("nonce")
            data = {"nonce": nonce, "words": "x"}
            yield site.visit(browser, "nobody", "", address, "POST", data=data, content_type=FORM)
            told = data | {"concern": "bullying"}
            yield site.visit(browser, "nobody", "", address, "POST", data=told, content_type=FORM)
    upload = {"concern": "bullying", "file": (BytesIO(b"picture"), "picture.png")}
    yield site.visit(site.browser(), "nobody", "", "/report/ks2/en", "POST", data=upload)
