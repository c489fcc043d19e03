"""Rules that hold on every page of the whole site, for everybody, errors included."""

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from http.cookies import SimpleCookie

import pytest

from kiosk.bands import Band
from kiosk.lessons.kinds.papers import Papers
from kiosk.quizzes.kinds.spot_clue import SpotClue
from kiosk.site import Content
from kiosk.voices.views.recording import WITH_MICROPHONE
from kiosk.web.security import CAMERA_HERE, HEADERS, PLAYING, PLAYS, UNSAID
from tests.every_page import ORIGIN, Site, Visit
from tests.factories import make_class_group, make_pupil, make_staff, make_window
from tests.page_costs import MORE_QUERIES, MOST_QUERIES
from tests.page_rules import (
    COMPETING,
    PLANTED,
    SHOUTING,
    around,
    badly_headed,
    foreign,
    inline,
    misnamed,
    racing,
    shaming,
    unlabelled,
    unsaid,
    wordless,
    words,
)
from tests.pages import Page
from tests.walkers import become
from tests.walks import TYPED, all_visits

# Lessons may speak of what ranks posts, and what we keep says that there are no scores: the linter reads those.
FAMILIES = {
    "/home/help",
    "/home/help/all",
    "/home/help/<id>",
    "/home/lessons/<id>",
    "/staff/approve/<what>/<id>/read",
}  # and who approves it
ABOUT_SCORES = ("/learn/lessons/", "/learn/quizzes/", "/home/lessons/", "/home/privacy/")
ALWAYS_SENDS_ON = {
    "/staff/lessons/<id>/set",
    "/staff/posters/print",
    "/learn/class",
    "/home/worry",
    "/look/keep",
    "/learn/quizzes/<id>",
    "/learn/quizzes/before/<id>",
}
NOT_FOLLOWED = {"/report/icon.svg", "/report/quiet.svg", "/.well-known/security.txt"}  # no pages
NOT_FOLLOWED |= {"/staff/evidence", "/staff/statistics"}  # no page leads to what was there once
RECORDINGS = {"/learn/voices/<id>/<lang>/<file>", "/staff/voices/<id>/<lang>/<file>"}  # the demo has none
ANSWERS = {200, 302, 303, 403, 404, 405, 413, 415, 422, 500, 503}
RULES = (unsaid, badly_headed, unlabelled, misnamed, inline, wordless)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[Site]:
    """The whole site over a demo school."""
    built = Site(tmp_path_factory.mktemp("walk") / "demo", content)
    yield built
    built.dispose()


@pytest.fixture(scope="module")
def visits(site: Site) -> Iterator[list[Visit]]:
    """Every answer of every walk; a million elements that stay are not worth looking through for garbage."""
    gc.disable()
    found = all_visits(site)
    gc.freeze()
    gc.enable()
    yield found
    gc.unfreeze()


@pytest.fixture(scope="module")
def pages(visits: list[Visit]) -> list[Visit]:
    """Every answer that is something to look at."""
    return [visit for visit in visits if visit.is_page]


@pytest.fixture(scope="module")
def pupil_pages(pages: list[Visit]) -> list[Visit]:
    """What children see."""
    return [visit for visit in pages if visit.is_for_pupils and not visit.address.startswith("/staff")]


def faults(visits: Iterable[Visit], rule: Callable[[Page], Iterable[str]]) -> list[str]:
    """Everything that a rule finds, with where."""
    return [f"{visit.where}: {fault}" for visit in visits for fault in rule(visit.page)]


@pytest.mark.parametrize(("rule", "planted"), PLANTED)
def test_a_planted_fault_is_found(rule: Callable[[Page], Iterable[str]], planted: str) -> None:
    assert list(rule(Page(planted)))


def test_a_planted_link_to_another_host_is_found() -> None:
    for planted in (
        '<img src="https://a.example/x">',
        '<a href="//a.example">A</a>',
        '<form action="http://localhost.a.example">',
    ):
        assert list(foreign(Page(planted), ORIGIN))
    named = Page('<a href="https://help.example" rel="noreferrer">A</a>')
    assert list(foreign(named, ORIGIN))
    assert list(foreign(named, ORIGIN, ["https://help.example"])) == []


def test_the_walk_opens_every_page_there_is(site: Site, visits: list[Visit]) -> None:
    opened = {visit.rule for visit in visits if visit.answer.status_code == 200}
    sent_on = {visit.rule for visit in visits if visit.answer.status_code in {302, 303}}
    for zone, rules in site.rules.items():
        listed = {zone + one.rule for one in rules.map.iter_rules() if "GET" in (one.methods or ())}
        assert listed - opened - NOT_FOLLOWED - RECORDINGS <= ALWAYS_SENDS_ON & sent_on
    assert {visit.answer.status_code for visit in visits} >= ANSWERS


def test_no_link_leads_to_a_page_that_is_not_there_or_not_for_this_person(visits: list[Visit]) -> None:
    by_hand = ("nowhere", "/report/ks9/en", "/staff/welcome/no", *TYPED)
    followed = [visit for visit in visits if visit.method == "GET" and not visit.address.endswith(by_hand)]
    assert len(followed) > 300
    assert [visit.where for visit in followed if visit.answer.status_code in {403, 404, 405, 410}] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
def test_every_page_keeps_the_rules_of_markup(
    pages: list[Visit], rule: Callable[[Page], Iterable[str]]
) -> None:
    assert faults(pages, rule) == []


def test_no_page_names_another_host_but_families_pages_those_of_helplines(
    site: Site, pages: list[Visit]
) -> None:
    helplines = {line.url for line in site.content.facts.helplines.all.values() if line.url}
    for visit in pages:
        allowed = helplines if visit.rule in FAMILIES else ()
        assert list(foreign(visit.page, ORIGIN, allowed)) == [], visit.where


def test_help_is_one_tap_away_on_every_page_of_a_child(pupil_pages: list[Visit]) -> None:
    for visit in pupil_pages:
        links = [one.attrs.get("href", "") for one in visit.page.all("a")]
        if visit.address.startswith("/report"):
            # "#card": the page that the youngest show to a grown-up, which is their help
            assert {"#help-now", "#card"} & set(links) or re.search(r"Childline|\b999\b", visit.page.text), (
                visit.where
            )
        else:
            assert any(link.startswith("/report/") for link in links), visit.where


def test_a_help_link_leads_to_the_page_of_the_childs_own_band(pupil_pages: list[Visit]) -> None:
    for visit in pupil_pages:
        if (
            visit.who.startswith("pupil")
            and visit.rule.startswith("/learn")
            and visit.answer.status_code == 200
        ):
            assert f"/report/{visit.band}/en" in {one.attrs.get("href") for one in visit.page.all("a")}, (
                visit.where
            )


def test_every_answer_carries_the_security_headers(visits: list[Visit]) -> None:
    for visit in visits:
        allowed = PLAYS if visit.address.startswith(PLAYING) else {}
        # The page of reading aloud alone may ask for the microphone (promise HV3), that of cards for the camera.
        if visit.rule == "/staff/voices/<id>/<lang>" and visit.answer.status_code == 200:
            allowed = allowed | {"Permissions-Policy": WITH_MICROPHONE}
        if visit.rule == "/learn/card" and visit.is_page:
            allowed = allowed | {"Permissions-Policy": CAMERA_HERE}
        if visit.address.startswith("/home"):
            # What opens a slip is told to nobody, and its form comes back with our origin (promises F2 and F3).
            slip = {"Referrer-Policy": "strict-origin"}
            allowed = allowed | (slip if visit.rule == "/home/slip/<token>" and visit.is_page else UNSAID)
        headers = {name: visit.answer.headers.get(name) for name in HEADERS}
        assert headers == HEADERS | allowed, visit.where
        assert "Access-Control-Allow-Origin" not in visit.answer.headers, visit.where


def test_no_page_may_be_kept_by_anybody_but_what_is_the_same_for_all_families(
    site: Site, visits: list[Visit]
) -> None:
    same = {one.rule for one in site.rules[""].map.iter_rules() if one.endpoint.startswith("families.")}
    for visit in visits:
        if visit.rule in same and visit.answer.status_code == 200:
            assert visit.answer.headers["Cache-Control"] == "public, max-age=600", visit.where
            assert "Set-Cookie" not in visit.answer.headers, visit.where
            continue
        drawing = visit.rule == "/home/lessons/<id>/drawings/<name>"
        assert drawing or visit.answer.headers["Cache-Control"] == "no-store", visit.where


def test_cookies_are_set_under_their_own_door_alone(visits: list[Visit]) -> None:
    seen = set()
    for visit in visits:
        for header in visit.answer.headers.getlist("Set-Cookie"):
            ((name, cookie),) = SimpleCookie(header).items()
            door = "/" + visit.address.split("/")[1]
            if name == "kiosk-visitors" and visit.rule == "/staff/visitors/tablet":
                assert (cookie["path"], cookie["samesite"]) == ("/visitors", "Strict"), "the office opens it"
                continue
            if name == "kiosk-staff" and visit.rule == "/learn/set-up/<token>":
                assert (cookie["path"], cookie.value) == ("/staff", ""), "whoever set the tablet up leaves it"
                continue
            assert door in {"/learn", "/staff", "/visitors"}, visit.where
            # What this device has seen, who came in with it, and whose it is (promises G3, G10, E20, E25 and F7).
            others = {
                "/staff": ("list", "known"),
                "/learn": ("joined", "class", "tablet"),
                "/visitors": ("typed", "turn"),
            }[door]
            allowed = {(door, f"kiosk-{one}") for one in (door[1:], *others)}
            assert (cookie["path"], name) in allowed, visit.where
            if cookie.value:
                assert cookie["httponly"], visit.where
                assert cookie["samesite"] == {"/learn": "Lax"}.get(door, "Strict")
            assert not cookie["domain"]
            seen.add(door)
    assert seen == {"/learn", "/staff", "/visitors"}


def test_a_public_page_does_not_depend_on_a_cookie(visits: list[Visit]) -> None:
    for visit in visits:
        if not visit.address.startswith(("/learn", "/staff")):
            assert "Cookie" not in visit.answer.headers.get("Vary", ""), visit.where


def test_every_built_file_that_a_page_asks_for_is_there_with_its_headers(
    site: Site, pages: list[Visit]
) -> None:
    elements = [one for visit in pages for one in visit.page.all("link", "script", "img", "a")]
    wanted = {one.attrs.get("href") or one.attrs.get("src") or "" for one in elements}
    built = sorted(one for one in wanted if one.startswith("/static/"))
    assert {one.split("?")[0].rsplit(".", 1)[1] for one in built} >= {"css", "js", "svg"}
    for address in [*built, "/static/built/nowhere.js", "/static/", "/static/built/../../kiosk/app.py"]:
        visit = site.visit(site.browser(), "nobody", "", address)
        assert visit.answer.status_code == (200 if address in built else 404), visit.where
        assert {name: visit.answer.headers.get(name) for name in HEADERS} == HEADERS, visit.where
        assert "Set-Cookie" not in visit.answer.headers
        assert "Access-Control-Allow-Origin" not in visit.answer.headers, visit.where


def test_nothing_ranks_counts_or_races_children(pupil_pages: list[Visit]) -> None:
    assert faults(pupil_pages, racing) == []
    ours = [visit for visit in pupil_pages if not visit.rule.startswith(ABOUT_SCORES)]
    assert faults(ours, lambda page: around(words(page), COMPETING)) == []


def test_no_page_of_the_youngest_says_wrong_or_fail(pupil_pages: list[Visit]) -> None:
    assert faults((visit for visit in pupil_pages if visit.band in {Band.KS1, Band.KS2}), shaming) == []


def test_no_page_of_a_child_shouts_or_has_emoji(site: Site, pupil_pages: list[Visit]) -> None:
    questions = [one for quiz in site.content.quizzes.values() for one in quiz.questions]
    steps = [one for lesson in site.content.lessons.values() for one in lesson.steps]
    posts = [part.text for one in questions if isinstance(one, SpotClue) for part in one.message.parts] + [
        line.says for one in steps if isinstance(one, Papers) for paper in one.papers for line in paper.lines
    ]

    def ours(page: Page) -> str:
        """Our own words: what pupils look through for the trick may shout, for that is the trick."""
        return reduce(lambda text, post: text.replace(post.unescape(), ""), posts, words(page))

    assert posts
    assert faults(pupil_pages, lambda page: around(ours(page), SHOUTING)) == []


def test_no_page_shows_a_child_or_a_stranger_another_childs_name(site: Site, pages: list[Visit]) -> None:
    everybody = {pupil["name"] for one in site.listed["classes"] for pupil in one["pupils"]}
    written = "".join(path.read_text(encoding="utf-8") for path in site.config.content_path.rglob("*.[my]*"))
    told = set(re.findall(r"\w+", written))  # some are called like somebody in a lesson
    assert len(everybody - told) > 60
    for visit in pages:
        tiles = visit.address.startswith(("/learn/names", "/learn/class/with")) or visit.rule == "/demo"
        if visit.who.startswith(("pupil", "on the way", "nobody")) and not tiles:
            shown = set(re.findall(r"\w+", words(visit.page)))
            assert shown & (everybody - told - {visit.name}) == set(), visit.where


def test_a_broken_page_says_nothing_of_what_broke(visits: list[Visit]) -> None:
    broken = [visit for visit in visits if visit.answer.status_code >= 500]
    assert len(broken) >= 6
    for visit in broken:
        for word in ("Traceback", "planted", "Error", "locked"):
            assert word not in visit.answer.text, visit.where


def test_no_page_asks_its_databases_more_than_a_few_times(pages: list[Visit]) -> None:
    worst = sorted(pages, key=lambda visit: -len(visit.queries))[:3]
    print(*(f"{len(one.queries)} queries: {one.where}" for one in worst), sep="\n")  # noqa: T201
    allowed = {visit.rule: MORE_QUERIES.get(visit.rule, MOST_QUERIES) for visit in pages}
    assert [
        f"{len(visit.queries)} {visit.where}" for visit in pages if len(visit.queries) > allowed[visit.rule]
    ] == []


def test_a_larger_school_asks_the_databases_no_more(site: Site, visits: list[Visit]) -> None:
    browser = site.browser()
    become(site, browser, "coordinator")
    fixed = [rule for rule in MORE_QUERIES if "<" not in rule and rule != "/staff/incidents/register"]
    addresses = [*fixed, "/staff/classes/", "/staff/people/", "/staff/lessons/"]
    site.visit(browser, "", "", "/staff/incidents/")  # the first look renews the keys that are due
    for address in addresses:  # what a connection reads once, it has read
        site.visit(browser, "", "", address)
    before = [len(site.visit(browser, "", "", address).queries) for address in addresses]
    with site.databases.school.write() as session:
        for number in range(12):
            teacher = make_staff(session)
            group = make_class_group(session, teacher=teacher, name=f"Larger {number}")
            make_window(session, group, teacher)
            for _ in range(3):
                make_pupil(session, group)
    after = [len(site.visit(browser, "", "", address).queries) for address in addresses]
    assert dict(zip(addresses, after, strict=True)) == dict(zip(addresses, before, strict=True))
