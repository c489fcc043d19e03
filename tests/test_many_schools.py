"""Many schools in one process: nothing of one school stands in what another one answers (promise M1)."""

import os
import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.config import Config
from kiosk.host.page_cache import CacheKey, PageCache
from kiosk.site import Hosts, Site
from kiosk.wsgi import ServedSchools
from tests.faults.figures import reached
from tests.fleet import FleetSchool, ask, make_fleet, schools_in
from tests.report.coming_back import pictures_of
from tests.report.telling import FORM
from tests.sets import repeats

# SCHOOLS=100 REQUESTS=100000, with a `--timeout` that lets them end, is the whole trial of a release.
SCHOOLS, THREADS = int(os.environ.get("SCHOOLS", "42")), 6
REQUESTS = int(os.environ.get("REQUESTS") or repeats(480, 9_000))
REQUESTS_OF_A_MISTAKE = repeats(480, 9_000)
PUBLIC = (
    "/",
    "/home/",
    "/home/help",
    "/home/policy",
    "/home/code/ks2",
    "/home/we-did",
    "/home/privacy/ks2",
    "/look",
)
TELLING = ("/report/", "/report/ks1/en", "/report/ks2/en", "/report/ks3/en", "/report/replies/en")
LEARNING = ("/learn/", "/learn/lessons/", "/learn/code", "/learn/known")
OF_STAFF = (
    *("/staff/", "/staff/classes/", "/staff/people/", "/staff/settings", "/staff/roles", "/staff/officers"),
    *("/staff/signatures", "/staff/completion/", "/staff/log", "/staff/keys", "/staff/account"),
)
OPENS = frozenset({200, 302, 303})


@dataclass(frozen=True)
class Fleet:
    """Many schools, served by one pair of apps."""

    app: Any
    schools: list[FleetSchool] = field(repr=False)
    sites: dict[str, Site] = field(repr=False)
    settings: dict[str, Config] = field(repr=False)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Fleet]:
    """The schools; that they are made takes longer than most of what is asked of them."""
    settings, schools = make_fleet(tmp_path_factory.mktemp("fleet"), migrated, SCHOOLS)
    served = ServedSchools(settings)
    yield Fleet(served.application, schools, served.sites, settings)
    for site in served.sites.values():
        site.databases.dispose()
        site.intake_store.dispose()


def visit(fleet: Fleet, chance: random.Random) -> tuple[str, dict[int, str]]:
    """One request to a school, with what opens something in this or in another one, and whose things the answer has."""
    here, there = chance.sample(fleet.schools, 2)
    cookies = [
        chance.choice((one.pupil_cookie, one.staff_cookie)) for one in chance.choice(((), (here,), (there,)))
    ]
    zipped = {"Accept-Encoding": "gzip"} if chance.random() < 0.5 else {}
    kind = chance.choice(("public", "telling", "learning", "staff", "staff", "code", "link", "class"))
    form = {"code": there.code} if kind == "code" else None
    paths = {
        "public": PUBLIC,
        "telling": TELLING,
        "learning": LEARNING,
        "staff": OF_STAFF,
        "code": ("/learn/",),
        "link": (there.link, here.link),
        "class": (there.class_page, here.class_page),
    }
    path = chance.choice(paths[kind])
    answer = ask(fleet.app, here.host, path, cookies, form, **zipped)
    others = {number: said for number, said in schools_in(answer).items() if number != here.number}
    return f"{kind} {answer.status_code}", others


def walk(fleet: Fleet, requests: int, seed: int = 34) -> tuple[Counter[str], list[str]]:
    """Many requests by several threads at once, until something of another school stood in an answer.

    How many of each kind were answered, and in which kinds something of another school was.
    """
    done: Counter[str] = Counter()
    crossed: list[str] = []
    lock = threading.Lock()

    def go(number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        for _ in range(requests // THREADS):
            if crossed:
                return
            kind, others = visit(fleet, chance)
            with lock:
                done[kind] += 1
                crossed.extend(f"{kind}: {said}" for said in others.values())

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(go, range(THREADS)))
    return done, crossed


def test_no_answer_has_anything_of_another_school(fleet: Fleet) -> None:
    began = time.monotonic(), time.process_time()
    done, crossed = walk(fleet, REQUESTS)
    passed, used = time.monotonic() - began[0], time.process_time() - began[1]
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    reached(
        "answers with something of another school (promise M1)",
        f"{len(crossed)} of {done.total()} over {SCHOOLS} schools; {passed:.0f} s passed, {used:.0f} s of processor, "
        f"at most {held} MB; {dict(sorted(done.items()))}",
    )
    assert crossed == []
    for kind in (
        "public 200",
        "telling 200",
        "learning 200",
        "staff 200",
        "staff 302",
        "link 200",
        "class 200",
    ):
        assert done[kind], f"{kind}: {done}"
    assert not [kind for kind in done if kind.endswith(" 500")]


def test_each_school_shows_its_own(fleet: Fleet) -> None:
    for school in fleet.schools[:5]:
        own = {
            ("/", ()): "school",
            ("/report/ks2/en", ()): "reader",
            ("/learn/lessons/", (school.pupil_cookie,)): "pupil",
            ("/staff/classes/", (school.staff_cookie,)): "class",
            ("/staff/people/", (school.staff_cookie,)): "head",
            ("/staff/settings", (school.staff_cookie,)): "holiday",
            (school.link, ()): "new",
        }
        for (path, cookies), what in own.items():
            answer = ask(fleet.app, school.host, path, cookies)
            assert school.mark(what) in answer.text, f"{path} {answer.status}"


def test_what_opens_something_in_one_school_opens_nothing_in_another(fleet: Fleet) -> None:
    for here, there in zip(fleet.schools[:5], fleet.schools[1:6], strict=True):
        assert ask(fleet.app, here.host, "/staff/", (here.staff_cookie,)).status_code == 200
        assert ask(fleet.app, here.host, "/staff/", (there.staff_cookie,)).status_code == 302
        assert ask(fleet.app, here.host, here.class_page, (here.staff_cookie,)).status_code == 200
        assert ask(fleet.app, here.host, there.class_page, (here.staff_cookie,)).status_code == 404
        assert ask(fleet.app, here.host, here.link).status_code == 200
        assert here.mark("new") not in ask(fleet.app, here.host, there.link).text
        assert ask(fleet.app, here.host, "/learn/", form={"code": here.code}).status_code == 303
        assert ask(fleet.app, here.host, "/learn/", form={"code": there.code}).status_code == 422


def test_pictures_of_one_school_find_no_answer_in_another(fleet: Fleet) -> None:
    here, there = fleet.schools[:2]
    form = ask(fleet.app, here.host, "/report/ks2/en").text
    nonce = form.partition('name="nonce" value="')[2].partition('"')[0]
    sent = ask(
        fleet.app,
        here.host,
        "/report/ks2/en",
        form={"concern": "bullying", "reply": "yes", "nonce": nonce},
        **{"Content-Type": FORM},
    )
    pictures = pictures_of(sent)
    assert len(pictures) == 6, sent.status
    looked = {
        school.host: ask(
            fleet.app,
            school.host,
            "/report/replies/en",
            form={"picture": pictures},  # type: ignore[dict-item]  # one field of each picture
            **{"Content-Type": FORM},
        )
        for school in (here, there)
    }
    found = {host: heading_of(answer.text) for host, answer in looked.items()}
    assert found[here.host] != found[there.host]


def heading_of(page: str) -> str:
    """The words of a page's main heading."""
    return page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0].strip()


@contextmanager
def calendar_in_the_app() -> Iterator[None]:
    """A planted mistake: the calendar that was found first is kept for every request."""
    kept: list[Any] = []
    find = Hosts.find

    def mistaken(self: Hosts[Any], host: str) -> Any:
        site = find(self, host)
        kept.append(site.term_dates)
        return replace(site, term_dates=kept[0])

    with patch.object(Hosts, "find", mistaken):
        yield


@contextmanager
def cache_without_the_school() -> Iterator[None]:
    """A planted mistake: pages kept ready are those of all schools."""
    kept: dict[CacheKey, Any] = {}

    def mistaken(self: PageCache, key: CacheKey, make: Callable[[], Any]) -> Any:
        if key not in kept:
            kept[key] = make()
        return kept[key]

    with patch.object(PageCache, "get", mistaken):
        yield


@contextmanager
def one_school_of_a_process() -> Iterator[None]:
    """A planted mistake: what a process looked up once, it does not look up again."""
    kept: list[Any] = []
    find = Hosts.find

    def mistaken(self: Hosts[Any], host: str) -> Any:
        site = find(self, host)
        if isinstance(site, Site):
            kept.append(site.databases)
            return replace(site, databases=kept[0])
        return site

    with patch.object(Hosts, "find", mistaken):
        yield


@pytest.mark.parametrize(
    "mistake",
    [calendar_in_the_app, cache_without_the_school, one_school_of_a_process],
    ids=lambda one: one.__name__,
)
def test_a_planted_mistake_is_found(fleet: Fleet, mistake: Callable[[], Any]) -> None:
    with mistake():
        _, crossed = walk(fleet, REQUESTS_OF_A_MISTAKE, seed=7)
    assert crossed


@pytest.mark.parametrize(
    "host",
    [
        *("other.example", "example", "x.s000.example", "s000.example.", "s000.example:8443", "S000.EXAMPLE"),
        *(
            "s000.example@s001.example",
            "s000.example, s001.example",
            "s000.example:80:90",
            "s000.example/",
            "",
            "*",
        ),
        *("s000", "127.0.0.1", "[::1]", "s000.example\x00", "s000.example s001.example"),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/staff/", "/report/", "/healthz", "/static/built/kiosk.css", "/nothing"]
)
def test_a_host_of_no_school_is_told_so_and_no_school_is_named(fleet: Fleet, host: str, path: str) -> None:
    answer = ask(fleet.app, "s001.example", path, Host=host)
    if host.lower().partition(":")[0].rstrip(".") == "s000.example" and ":80:" not in host:
        assert answer.status_code != 421
        assert schools_in(answer).keys() <= {0}
        return
    assert answer.status_code == 421
    assert schools_in(answer) == {}
    assert "There is no school at this address" in answer.text
    assert "0800 1111" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_two_schools_hold_what_is_the_same_in_them_once(fleet: Fleet) -> None:
    first, *others = fleet.sites.values()
    for site in others:
        assert site.lessons is first.lessons
        assert site.items is first.items
