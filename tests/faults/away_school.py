"""A school on databases that will go away: its readers, a class that has come in, and staff who are signed in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.lessons.progress import set_lesson
from kiosk.readers.proposals.publish import publish_readers
from kiosk.start import closing_databases
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import upgrade
from tests.accounts.doors import staff_browser
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_window
from tests.incidents.school import School, fill_school
from tests.lessons.learner import DAY, LESSONS, Learner, browser_of
from tests.sites import make_app, make_site, shipped_content

AT_WORK = ("coordinator", "dsl", "teacher")


@dataclass(frozen=True)
class AwaySchool:
    """Its settings, and the cookies of those who are at work."""

    config: Config
    pupils: tuple[str, ...]
    staff: tuple[str, ...]

    @property
    def environment(self) -> dict[str, str]:
        """The same settings for a process."""
        named = ("data_dir", "public_url", "database_url", "reports_database_url", "sessions_url")
        return {f"KIOSK_{name.upper()}": str(getattr(self.config, name)) for name in named}


def make_away_school(folder: Path, children: int, settings: dict[str, Any]) -> AwaySchool:
    """Databases with somebody for every role, and a class of so many."""
    config = Config(data_dir=folder, public_url="http://localhost", **settings)
    folder.mkdir()
    config.key_path.write_text(SITE_KEY.raw.hex(), encoding="ascii")
    config.key_path.chmod(0o600)
    with closing_databases(config) as databases:
        upgrade(databases)
        site = make_site(config, databases)
        school = School(databases, site.calendar, SITE_KEY, config)
        fill_school(school)
        _know_who_reads(config, databases)
        app = make_app(config, databases)
        pupils = [_cookie(browser_of(app, one), "learn") for one in _class_of(children, databases, school)]
        staff = [_cookie(staff_browser(app, school.people[name]), "staff") for name in AT_WORK]
    return AwaySchool(config, tuple(pupils), tuple(staff))


def _know_who_reads(config: Config, databases: Databases) -> None:
    """What set-up leaves behind."""
    publish_readers(databases, config, now_utc().date())


def _class_of(children: int, databases: Databases, school: School) -> list[Learner]:
    with databases.school.write() as session:
        group = make_class_group(session, teacher=school.people["teacher"])
        window = make_window(session, group, school.people["teacher"])
        lesson = shipped_content().lessons[LESSONS[Band.KS2]]
        set_lesson(session, group, lesson, DAY)
        return [Learner(make_pupil(session, group), group, window, lesson) for _ in range(children)]


def _cookie(browser: FlaskClient, door: str) -> str:
    cookie = browser.get_cookie(f"kiosk-{door}", path=f"/{door}")
    assert cookie is not None
    return f"kiosk-{door}={cookie.value}"
