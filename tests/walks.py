"""Who walks where: everybody of the demo school, tablets on the way in, and whatever goes wrong."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import pyotp
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kiosk.accounts.classes.access import present_names
from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.accounts.staff.people import invite_staff
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.classroom.beside import sit_beside
from kiosk.demo.names import hollybank
from kiosk.lessons.lesson import lessons_for
from kiosk.readers.proposals.proposals import propose_handover
from kiosk.readers.signed_list.versions import SchoolDay
from kiosk.storage.db import now_utc
from tests.every_page import MOST_OF_A_KIND, Site, Visit
from tests.factories import at_the_machine
from tests.pages import Page
from tests.walkers import EVERYBODY, FORM, FROZEN, STAFF, become, taps
from tests.walks_of_a_class import of_a_led_class, of_set_up_tablets
from tests.walks_of_cases import (
    of_a_file,
    of_an_answer,
    of_asking_the_desk,
    of_taking_back,
    of_two_that_belong_together,
    of_what_colleagues_are_told,
)
from tests.walks_of_families import of_reception, of_slips, of_the_hall

# by hand, whether there is a link or not
TYPED = (
    "/staff/people/",
    "/staff/officers",
    "/staff/posters",
    "/staff/posters/print?sort=cards&audience=all&lang=en",
    "/staff/posters/poster/all/en",
    "/staff/notices",
    "/staff/notices/families",
    "/staff/we-did/families",
    "/staff/we-did/families/new",
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
        *_of_lists(site),
        *_of_keys_in_trouble(site),
        *_of_a_hand_over(site),
        *of_a_led_class(site),
        *of_set_up_tablets(site),
        *of_an_answer(site),
        *of_what_colleagues_are_told(site),
        *of_asking_the_desk(site),
        *of_a_file(site),
        *of_taking_back(site),
        *of_two_that_belong_together(site),
        *of_slips(site),
        *of_reception(site),
        *of_the_hall(site),
        *_on_the_way_in(site),
        *errors(site),
    ]


def _of_nobody(site: Site) -> Iterator[Visit]:
    yield from site.walk(site.browser(), "nobody", "", PUBLIC)


def _of_pupils(site: Site) -> Iterator[Visit]:
    forms = taps(site)
    for listed in site.listed["classes"]:
        name, who, browser = listed["pupils"][0]["name"], f"pupil of {listed['name']}", site.browser()
        yield site.visit(browser, who, name, forms[name], "POST")
        _sit_beside(site, listed["name"], name)
        starts = ["/learn/", "/learn/leave", "/learn/nowhere", "/learn/code/done"]
        group = next(one for one in hollybank().classes if one.name == listed["name"])
        for lesson in lessons_for(group, site.content.lessons.values()):
            starts += [f"/learn/lessons/{lesson.id}{page}" for page in ("", "/done", "/help", "/last-time")]
            starts += [f"/learn/lessons/{lesson.id}/{number}" for number in range(1, len(lesson.steps) + 1)]
            starts += [f"/learn/quizzes/before/{lesson.id}"]
            if lesson.quiz:
                starts += [f"/learn/quizzes/{lesson.quiz}"]
                questions = site.content.quizzes[lesson.quiz].questions
                starts += [f"/learn/quizzes/{lesson.quiz}/{question.id}" for question in questions]
        for visit in site.walk(browser, who, name, starts):
            yield visit
            asks = visit.rule == "/learn/quizzes/<id>/<question>" and visit.is_page
            if asks and any(main.find_all("form") for main in visit.page.all("main")):
                yield site.visit(browser, who, name, visit.address, "POST", data=filled_in(visit.page))


def _sit_beside(site: Site, class_name: str, name: str) -> None:
    """An adult sits beside a child for one lesson that the class does together, where it has one."""
    with site.databases.school.session(write=False) as session:
        group = session.scalars(select(ClassGroup).where(ClassGroup.name == class_name)).one()
        child = next(one for one in present_names(session, group) if one.first_name == name)
        window = window_of(session, group, now_utc())
    assert window, f"the class {class_name} is open"
    lessons = lessons_for(group, site.content.lessons.values())
    for lesson in [one for one in lessons if one.together][:1]:
        with site.databases.sessions.rows(write=True) as rows:
            sit_beside(rows, window.id, child.id, lesson, now_utc())


def filled_in(page: Page) -> dict[str, str]:
    """The form of a question with the first of every choice taken."""
    form = next(one for main in page.all("main") for one in main.find_all("form"))
    sent: dict[str, str] = {}
    for control in form.find_all("input", "select", "button"):
        options = control.find_all("option")
        value = options[0].attrs["value"] if options else control.attrs.get("value", "")
        sent.setdefault(control.attrs.get("name", ""), value)
    return sent


def _of_staff(site: Site) -> Iterator[Visit]:
    for who in STAFF:
        browser = site.browser()
        yield become(site, browser, who)
        site.visit(
            browser, who, "", "/staff/incidents/"
        )  # the first look does what only a reader's key can do
        most = MOST_OF_A_KIND if who in {"dsl", "principal"} else 1  # the others see fewer of the same pages
        yield from site.walk(browser, who, "", ["/staff/", "/staff/phone", "/staff/nowhere", *TYPED], most)


def _of_lists(site: Site) -> Iterator[Visit]:
    """A roster and a list of staff, up to where something would be saved; and slips of two people."""
    browser = site.browser()
    yield become(site, browser, "network")
    for text in ("They go by;Family;Bubble;Stage\nAmira;Khan;5B;5\n", "Forename,Surname,Class,Year\nAmira,Khan,5B,77\n",
                 "Forename,Surname,Class,Year\nAmira,Khan,5B,5\n"):  # fmt: skip
        sent = {"file": (BytesIO(text.encode()), "list.csv")}
        yield site.visit(browser, "network", "", "/staff/people/import", "POST", data=sent)
    yield site.visit(browser, "network", "", "/staff/people/list", "POST", data={"people": "Ms Next"})
    people = {"people": "Ms Two, two@hollybank.example\nMr Three, three@hollybank.example, no"}
    shown = site.visit(browser, "network", "", "/staff/people/list", "POST", data=people)
    yield shown
    sure = {name: shown.page.value(name) for name in ("data", "mark")}
    yield site.visit(browser, "network", "", "/staff/people/list/confirm", "POST", data=sure)


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


def _of_a_hand_over(site: Site) -> Iterator[Visit]:
    """What whoever hands over sees of it, and the other one before and after they took it on."""
    with site.databases.school.write() as session:
        gives, takes = (
            session.scalars(
                select(StaffMember).where(StaffMember.email.startswith(f"{EVERYBODY[who]}@"))
            ).one()
            for who in ("coordinator", "teacher of a class that has not begun")
        )
        day = now_utc().date() + timedelta(days=28)
        when = SchoolDay(SchoolCalendar(site.config.zone), now_utc().date())
        id = propose_handover(session, (), gives, gives, takes, day, when).id
    for who, address in (
        ("coordinator", f"/staff/proposals/{id}"),
        ("teacher of a class that has not begun", f"/staff/hand-over/{id}"),
    ):
        browser = site.browser()
        yield become(site, browser, who)
        yield site.visit(browser, who, "", address)
        if who != "coordinator":
            yield site.visit(browser, who, "", "/staff/")
            yield site.visit(browser, who, "", address, "POST")
            yield site.visit(browser, who, "", address)


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
        token = invite_staff(session, at_the_machine(), "Ms Next", "next@hollybank.example").token
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
        ("kiosk.accounts.classes.views.join_state.join_progress", "/learn/names"),
        ("kiosk.accounts.sign_in.views.sign_in.pending_staff", "/staff/sign-in/code"),
        ("kiosk.report.form.views._current_recipients", "/report/ks2/en"),
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
