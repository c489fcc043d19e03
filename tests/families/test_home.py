"""The start for families and a lesson as they see it: the same for everybody, and never a hole (promise F1)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from kiosk.families.views.blueprint import leaves_to
from kiosk.lessons.at_home import AtHome, ChildAsks, IfItHappened, TryTogether
from kiosk.site import Content
from tests.factories import make_class_group
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")

LESSON, QUIET = "ks2-bullying-upstander", "ks3-relationships-pressure-and-pictures"
HOME = AtHome.model_construct(
    id="home",
    ask=Markup("Would you pass it on?"),
    listen_for=Markup("Who is left out."),
    learns=(Markup("Leo falls."), Markup("Nine laugh."), Markup("Nia helps.")),
    try_=TryTogether.model_construct(heading=Markup("Nine socks"), steps=(Markup("Find socks."), Markup("Count."))),
    asked=tuple(ChildAsks.model_construct(q=Markup(q), a=Markup("Ask him.")) for q in ("Is it a joke?", "Why me?")),
    happened=IfItHappened.model_construct(say=Markup("Thank you for telling me."), situation="mean"),
)  # fmt: skip
SENSITIVE = HOME.model_copy(
    update={
        "ask": None,
        "listen_for": None,
        "try_": None,
        "know": Markup("Many are asked. Few tell."),
        "sensitive_ask": Markup("Who would you go to?"),
    }
)
MISSING = "What was the best thing you saw online today?"
ADDRESSES = [
    "/home/",
    "/home/4",
    "/home/N",
    f"/home/lesson/{LESSON}",
    f"/home/lesson/{LESSON}?year=4",
    "/home/languages",
]


@contextmanager
def lessons_with(app: Flask, **changed: Any) -> Iterator[None]:
    """A school whose lessons of these ids differ in these ways."""
    lessons = site_of(app).lessons
    change_site(app, lessons={**lessons} | {id: replace(lessons[id], **one) for id, one in changed.items()})
    yield
    change_site(app, lessons=lessons)


@pytest.fixture(autouse=True)
def december(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second half of the autumn term, by usual terms: Year 4 has the lesson, Year 9 a sensitive one in spring."""
    on(monkeypatch, date(2026, 12, 1))


@pytest.fixture
def told(app: Flask) -> Iterator[None]:
    """Both lessons have words for families."""
    with lessons_with(app, **{LESSON: {"at_home": HOME}, QUIET: {"at_home": SENSITIVE}}):
        yield


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    monkeypatch.setattr("kiosk.site.now_utc", lambda: noon)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_the_same_bytes_for_everybody_and_may_be_kept(app: Flask, address: str) -> None:
    first, second = app.test_client(), app.test_client()
    for name in ("kiosk-learn", "kiosk-staff", "session"):
        second.set_cookie(name, "anything", path="/")
    plain = first.get(address)
    other = second.get(
        address, headers={"User-Agent": "another", "Accept-Language": "pl", "Referer": "https://x.example"}
    )
    assert plain.status_code == 200 and plain.data == other.data
    for answer in (plain, other):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=600"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Vary"] == "Accept-Encoding"
    again = first.get(address, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_counted_and_no_database_is_written(app: Flask, address: str) -> None:
    assert app.test_client().get(address).data == app.test_client().get(address).data
    assert not re.search(
        r"<form|name=\"|<img|data-beacon", app.test_client().get(address).text.partition("</head>")[2]
    )


def test_the_question_comes_from_the_lesson_of_the_half_term(client: FlaskClient, told: None) -> None:
    page = Page(client.get("/home/4").text)
    assert page.heading.split() == ["Ask", "at", "tea“Would", "you", "pass", "it", "on?”"]
    assert "Year 4, this half-term" in page.text and "Listen for: Who is left out." in page.text
    assert page.link("The lesson") == f"/home/lesson/{LESSON}?year=4"
    assert page.link("Another year") == "/home/"
    assert "tel:999" in [one.attrs["href"] for one in page.all("a")]


def test_in_holidays_it_is_the_last_one_and_says_so(
    client: FlaskClient, told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, date(2027, 1, 20))
    text = Page(client.get("/home/4").text).text
    assert "Year 4, the last lesson" in text and "Would you pass it on?" in text


def test_a_sensitive_lesson_asks_whom_a_child_would_go_to_and_shows_no_scene_of_its_own(
    app: Flask, client: FlaskClient, told: None, monkeypatch: pytest.MonkeyPatch, content: Content
) -> None:
    on(monkeypatch, date(2027, 1, 20))
    start = Page(client.get("/home/9").text)
    assert "Who would you go to?" in start.heading and "Many are asked. Few tell." in start.text
    answer = client.get(f"/home/lesson/{QUIET}?year=9")
    page, lesson = Page(answer.text), content.lessons[QUIET]
    headings = [one.text for one in page.all("h2")]
    assert headings[0] == "If it has happened" and "Try it together" not in headings
    for scene in lesson.stage.scenes.values():
        assert scene.widened.silent not in answer.text
    assert "The whole lesson to read" not in page.text, "it is read at school alone"


def test_where_nothing_is_planned_or_written_there_is_a_question_all_the_same(
    app: Flask, client: FlaskClient, told: None
) -> None:
    for year in ("N", "2"):
        with lessons_with(app, **{"ks1-bullying-kind-words": {"at_home": None}}):
            page = Page(client.get(f"/home/{year}").text)
        assert MISSING in page.heading
    assert "The lesson" not in Page(client.get("/home/N").text).text


def test_a_lesson_shows_every_part_and_the_year(client: FlaskClient, told: None, content: Content) -> None:
    page = Page(client.get(f"/home/lesson/{LESSON}?year=4").text)
    assert page.heading == content.lessons[LESSON].title
    assert [one.text for one in page.all("h2")] == [
        "Try it together",
        "Children ask",
        "If it has happened",
        "This year in Year 4",
    ]
    folds = page.all("details")
    assert ["open" in one.attrs for one in folds] == [True, False]
    assert page.link("The whole lesson to read") == f"/home/lessons/{LESSON}"
    assert page.link("Year 4") == "/home/4"
    assert "Now" in page.text
    alone = Page(client.get(f"/home/lesson/{LESSON}").text)
    assert "This year in" not in alone.text and alone.link("For families") == "/home/"


def test_a_lesson_that_two_have_not_approved_opens_to_no_family(app: Flask, client: FlaskClient) -> None:
    in_use = site_of(app).in_use
    change_site(app, in_use=replace(in_use, approved=frozenset()))
    assert client.get(f"/home/lesson/{QUIET}").status_code == 404
    assert client.get(f"/home/lesson/{LESSON}").status_code == 200, (
        "which is neither sensitive nor for the youngest"
    )
    change_site(app, in_use=in_use)


def test_what_nobody_has_checked_stands_beside_its_english(
    app: Flask, client: FlaskClient, told: None
) -> None:
    lesson = site_of(app).lessons[LESSON]
    words = HOME.model_copy(update={"ask": Markup("آگے بھیجو گے؟"), "lang": "ur"})
    urdu = replace(lesson.translations["ur"], at_home=words, checked=False)
    with lessons_with(
        app, **{LESSON: {"at_home": HOME, "translations": {**lesson.translations, "ur": urdu}}}
    ):
        answer = client.get("/home/4?lang=ur")
    page = Page(answer.text)
    assert page.all("html")[0].attrs["dir"] == "rtl"
    assert "آگے بھیجو گے؟" in page.heading and "Would you pass it on?" in page.text
    assert "Draft. Nobody who reads this language has read it yet." in page.text
    assert all(
        "lang=ur" in one.attrs["href"] for one in page.all("a") if one.attrs["href"].startswith("/home")
    )


def test_a_stale_translation_shows_the_english_as_english(
    app: Flask, client: FlaskClient, told: None
) -> None:
    urdu = replace(site_of(app).lessons[LESSON].translations["ur"], at_home=HOME)
    with lessons_with(app, **{LESSON: {"translations": {"ur": urdu}}}):
        answer = client.get("/home/4?lang=ur")
    assert (
        '<span lang="en" dir="ltr">“Would you pass it on?”</span>' in answer.text
        or 'lang="en"' in answer.text
    )


def test_only_years_of_the_school_are_asked_for_with_the_age_beside(
    app: Flask, client: FlaskClient, session: Any
) -> None:
    make_class_group(session, year="3/4", name="Owls")
    session.commit()
    page = Page(client.get("/home/").text)
    links = [one.attrs["href"] for one in page.all("a") if re.fullmatch(r"/home/\w{1,2}", one.attrs["href"])]
    assert links == ["/home/3", "/home/4"]
    assert "7 to 8" in page.text and "8 to 9" in page.text


@pytest.mark.parametrize("address", ["/home/14", "/home/0", "/home/xx"])
def test_an_unknown_year_shows_the_years(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert Page(answer.text).heading == "Which year is your child in?"


@pytest.mark.parametrize("address", ["/home/nowhere", "/home/lesson/nothing", "/home/lessons/nothing"])
def test_an_unknown_page_has_moved_and_shows_the_way_and_the_numbers(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    page = Page(answer.text)
    assert answer.status_code == 404
    assert page.heading == "That page has moved. Here is the start for families."
    assert page.link("Start for families") == "/home/"
    assert "tel:999" in answer.text and "tel:08088005000" in answer.text
    assert page.link("Are you a child? Tell someone") == "/report/"


def test_an_unknown_language_is_the_schools_own(client: FlaskClient) -> None:
    assert Page(client.get("/home/4?lang=xx").text).all("html")[0].attrs["lang"] == "en-GB"


def test_a_broken_page_still_has_the_numbers_as_they_are(own_app: Flask, content: Content) -> None:
    def breaks() -> str:
        raise ZeroDivisionError

    own_app.view_functions["families.home"] = breaks
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = own_app.test_client().get("/home/")
    assert answer.status_code == 500
    assert "tel:999" in answer.text and content.facts.helplines["nspcc"].number in answer.text


def test_leave_goes_to_the_schools_own_site_where_the_settings_name_it(app: Flask) -> None:
    config = site_of(app).config
    with app.test_request_context("/home/"):
        assert leaves_to() == "/"
    change_site(app, config=config.model_copy(update={"school_site": "https://www.hollybank.example"}))
    with app.test_request_context("/home/"):
        assert leaves_to() == "https://www.hollybank.example"
    change_site(app, config=config)


@pytest.mark.parametrize("address", [*ADDRESSES, "/home/all", "/home/nowhere"])
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_the_way_for_a_child_stands_in_every_foot(client: FlaskClient, address: str, lang: str) -> None:
    page = Page(client.get(f"{address}{'&' if '?' in address else '?'}lang={lang}").text)
    (foot,) = page.all("footer")
    assert foot.find_all("a")[-1].attrs["href"] == "/report/"
    assert page.heading


def test_with_the_database_away_the_pages_stand(
    client: FlaskClient, told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr("kiosk.families.views.home.school", away)
    assert "Would you pass it on?" in client.get("/home/4").text
    assert "/home/13" in client.get("/home/").text
