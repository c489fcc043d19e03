"""With one connection for each database nobody waits for somebody who waits for them: a page that reads holds none."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from kiosk.config import Config
from kiosk.readers.proposals.publish import publish_readers
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.start import open_databases
from kiosk.storage import engines
from kiosk.storage.db import Databases
from tests.access_world import World, make_world
from tests.factories import EARLY
from tests.kept import KeptApps
from tests.serving import PATIENCE_SECONDS
from tests.sets import repeats
from tests.sites import make_site, make_wsgi
from tests.tablets import Tablet

pytestmark = pytest.mark.database("postgresql")
ROUNDS = repeats(2, 10)
REPORT = {"concern": "bullying", "words": "they took my bag"}
Visit = Callable[[], TestResponse]


@pytest.fixture
def narrow(config: Config, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Databases]:
    """The three stores, with one connection each. Whoever finds it taken waits long: on a busy machine others may come
    first many times, and only those who wait for each other wait for ever.
    """
    one = {"pool_size": 1, "max_overflow": 0, "pool_timeout": PATIENCE_SECONDS}
    monkeypatch.setattr(engines, "POOL", engines.POOL | one)
    stores = open_databases(config)
    yield stores
    stores.dispose()


@pytest.fixture
def app(config: Config, narrow: Databases, kept_apps: KeptApps) -> Flask:
    """The school app over them."""
    return kept_apps.school(make_site(config, narrow))


@pytest.fixture
def world(app: Flask, config: Config, databases: Databases, key: SiteKey, content: Content) -> World:
    """A school in which every address leads somewhere, filled over other connections."""
    made = make_world(app, config, databases, key, content.lessons)
    publish_readers(databases, config, EARLY)
    return made


def of_a_child(world: World) -> list[Visit]:
    lesson, browser = world.learner.lesson, world.browser("pu")
    question = world.values("/learn/quizzes/<id>/<question>")["question"]
    step = f"/learn/lessons/{lesson.id}/1"
    asked = ["/learn/lessons/", step, f"/learn/quizzes/{lesson.quiz}/{question}"]
    return [*(partial(browser.get, address) for address in asked), partial(browser.post, step, data={})]


def of_staff(world: World, person: str) -> list[Visit]:
    browser, case = world.browser(person), f"/staff/incidents/{world.number}"
    asked = ["/staff/", "/staff/incidents/", case, "/staff/keys", "/staff/log"]
    # With a mistake the form is shown again, in the transaction of its sending.
    return [
        *(partial(browser.get, address) for address in asked),
        partial(browser.post, f"{case}/record/did"),
    ]


def of_a_teller(tablet: Client) -> list[Visit]:
    replies = partial(tablet.post, "/report/replies/en", data={"picture": ["owl"] * 6})
    return [
        partial(tablet.get, "/report/ks2/en"),
        partial(tablet.post, "/report/ks2/en", data=REPORT),
        replies,
    ]


def test_children_staff_and_tellers_at_once_share_one_connection_to_each_database(
    world: World, config: Config, narrow: Databases, kept_apps: KeptApps
) -> None:
    tablet = Tablet(make_wsgi(config, narrow, kept_apps))
    walks = [of_a_child(world), of_a_child(world), of_a_teller(tablet)]
    walks += [of_staff(world, person) for person in ("co", "ds", "pr", "te")]
    at_once = Barrier(len(walks))

    def walk(visits: list[Visit]) -> list[int]:
        at_once.wait(PATIENCE_SECONDS)
        return [visit().status_code for _ in range(ROUNDS) for visit in visits]

    with ThreadPoolExecutor(len(walks)) as people:
        answers = list(people.map(walk, walks))
    assert {code for code in chain(*answers) if code >= 500} == set(), answers
