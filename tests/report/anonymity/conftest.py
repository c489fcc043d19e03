"""The demo school as a world to tell in, on both kinds of database, with people who are signed in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.demo.school import read_demo
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from kiosk.storage.schema import METADATA, each_database
from kiosk.wsgi import create_wsgi
from tests.conftest import _postgres_config, empty_all
from tests.demo_school import copied_demo
from tests.incidents.school import School, fill_school
from tests.pages import Page
from tests.report.anonymity.steps import SAME_ORIGIN
from tests.report.anonymity.world import World


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.later)])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, content: Content
) -> Iterator[World]:
    """A school with a past, in which two children and their teacher are signed in and a lesson was had."""
    config = copied_demo(tmp_path_factory.mktemp("world") / "school")
    databases = open_databases(config)
    if request.param == "postgresql":
        stores: Databases = request.getfixturevalue("postgres_stores")
        request.addfinalizer(lambda: empty_all(stores))  # also where this breaks before the first test
        _copy_rows(databases, stores)
        databases.dispose()
        for path in config.data_dir.glob("*.sqlite*"):
            path.unlink()
        config = _on_postgresql(config, request.getfixturevalue("postgres"))
        databases = stores
    cookies = _sign_in_everybody(config, databases, content)
    made = World(config, databases, content)
    made.cookies = cookies
    yield made
    made.dispose()
    databases.dispose()


@pytest.fixture
def school(databases: Databases, config: Config, key: SiteKey) -> School:
    """A small school with everybody who reads, and no report."""
    made = School(databases, SchoolCalendar(config.zone), key, config)
    fill_school(made)
    return made


def _on_postgresql(config: Config, address: str) -> Config:
    there = _postgres_config(config.data_dir, address)
    names = ("database_url", "reports_database_url", "sessions_url")
    return config.model_copy(update={name: getattr(there, name) for name in names})


def _copy_rows(source: Databases, target: Databases) -> None:
    for (tree, here), (_, there) in zip(each_database(source), each_database(target), strict=True):
        with here.engine.connect() as reading, there.engine.begin() as writing:
            for table in METADATA[tree].sorted_tables:
                if rows := [dict(row._mapping) for row in reading.execute(select(table))]:
                    writing.execute(insert(table), rows)


def _sign_in_everybody(config: Config, databases: Databases, content: Content) -> dict[str, str]:
    """Cookies of two children of one class who both answered a question, and of a member of staff.

    All of it before the two runs begin, so that the school database is the same in both.
    """
    app = create_wsgi(config, databases, content)
    taps = {form.text: form.attrs["action"] for form in Page(Client(app).get("/demo").text).all("form")}
    listed = read_demo(config)
    (group,) = [one for one in listed["classes"] if one["band"] == Band.KS2][:1]
    cookies = {}
    for who, start in (
        ("one child", group["pupils"][0]["name"]),
        ("another child", group["pupils"][1]["name"]),
        ("a teacher", listed["staff"][0]["name"]),
    ):
        browser = Client(app)
        action = next(taps[words] for words in taps if words.startswith(start))
        assert browser.post(action, headers=SAME_ORIGIN).status_code in {302, 303}
        path = "/staff" if who == "a teacher" else "/learn"
        name = "kiosk-staff" if who == "a teacher" else "kiosk-learn"
        cookie = browser.get_cookie(name, path=path)
        assert cookie is not None
        cookies[who] = f"{name}={cookie.value}"
        browser.get(f"{path}/lessons/")
    return cookies
