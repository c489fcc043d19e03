"""A school is one object, found for each request; the report zone knows only a part of it."""

from collections import Counter
from dataclasses import FrozenInstanceError, fields
from datetime import time
from pathlib import Path

import pytest

from kiosk.calendar.file import write_calendar
from kiosk.calendar.written import CalendarFile
from kiosk.config import Config
from kiosk.content.source import read_text
from kiosk.report.site import ReportSite, report_site_of
from kiosk.sealing.site_key import make_site_key
from kiosk.site import Hosts
from kiosk.start import read_content
from kiosk.storage.db import Databases
from tests.pages import Page
from tests.sites import make_app, make_site

pytestmark = pytest.mark.database("sqlite")  # which school a request is for does not depend on the database


def test_a_school_does_not_change_but_a_changed_calendar_makes_a_new_one(
    config: Config, databases: Databases
) -> None:
    site = make_site(config, databases)
    hosts = Hosts(site)
    assert hosts.find("any.example") is site
    write_calendar(config, CalendarFile(closes=time(18)))
    later = hosts.find("any.example")
    assert (site.calendar.closes, later.calendar.closes) == (time(15, 30), time(18))
    assert later.lessons is site.lessons
    with pytest.raises(FrozenInstanceError):
        later.key = site.key  # type: ignore[misc]


def test_the_report_zone_knows_no_people_no_lessons_and_no_codes(
    config: Config, databases: Databases
) -> None:
    site = make_site(config, databases)
    known = report_site_of(site)
    assert {field.name for field in fields(ReportSite)} == {
        "config", "database", "key", "term_dates", "assets", "pictures", "facts", "wordings",
        "intake_store", "urgent_alert", "guesses", "guesses_of_homes", "page_cache",
    }  # fmt: skip
    assert known.database is site.databases.reports


def test_a_cookie_of_one_school_means_nothing_at_another(
    config: Config, databases: Databases, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = make_site_key(tmp_path / "other" / "site.key")
    here, there = make_app(config, databases), make_app(config, databases, key=other)
    signed = here.session_interface
    with here.test_request_context("/learn/") as request:
        request.session["lang"] = "ur"
        response = here.response_class()
        signed.save_session(here, request.session, response)
    headers = {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}
    with here.test_request_context("/learn/", headers=headers) as request:
        assert dict(request.session) == {"lang": "ur"}
    with there.test_request_context("/learn/", headers=headers) as request:
        assert dict(request.session) == {}


def test_no_file_of_content_is_parsed_twice_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Counter[Path] = Counter()

    def counting(path: Path) -> str:
        read[path] += 1
        return read_text(path)

    for module in ("source", "page"):
        monkeypatch.setattr(f"kiosk.content.{module}.read_text", counting)
    read_content(Config())
    assert len(read) > 20, "the search meets what is read"
    assert {path.name: times for path, times in read.items() if times > 1} == {}


def test_a_language_without_the_words_of_telling_leads_to_a_page_that_is_there(
    config: Config, databases: Databases
) -> None:
    welsh = config.model_copy(update={"languages": "en,cy"})
    page = Page(make_app(welsh, databases).test_client().get("/?lang=cy").text)
    links = [link.attrs.get("href") or "" for link in page.all("a")]
    told = [link for link in links if link.startswith("/report/")]
    assert told, "the start page leads to telling"
    assert not [link for link in told if link.endswith("/cy")]
