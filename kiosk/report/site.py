"""What the anonymous zone knows of a school: no people, no lessons, no Codes, and only the reports database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.watcher import TermDates
from kiosk.config import Config
from kiosk.host.page_cache import PageCache
from kiosk.host.rate_limit import nodes_of
from kiosk.report.form.wording import Wording
from kiosk.report.intake.store import IntakeStore
from kiosk.report.intake.urgent import UrgentAlert
from kiosk.report.replies.guess_limit import GuessLimit, limit_of_homes
from kiosk.sealing.site_key import SiteKey
from kiosk.site import SpeaksLanguages, site_of_request
from kiosk.storage.db import Database
from kiosk.web.pictures import Pictures
from kiosk.wording.facts import Facts

if TYPE_CHECKING:
    from kiosk.site import Site

MOST_CACHED_PAGES = 100  # a form is 56 kB, and 14 kB compressed; a new site begins with none


@dataclass(frozen=True, kw_only=True)
class ReportSite(SpeaksLanguages):
    """One school as its report pages know it, with what a process keeps for them between requests."""

    config: Config
    database: Database
    key: SiteKey
    term_dates: TermDates
    assets: Mapping[str, str]
    pictures: Pictures
    facts: Facts
    wordings: Mapping[tuple[str, str], Wording]
    intake_store: IntakeStore
    urgent_alert: UrgentAlert
    guesses: GuessLimit
    guesses_of_homes: GuessLimit
    page_cache: PageCache = field(default_factory=lambda: PageCache(MOST_CACHED_PAGES), init=False)

    @property
    def calendar(self) -> SchoolCalendar:
        """Slots, opening hours and clocks of the school."""
        return self.term_dates.calendar


def report_site_of(site: Site) -> ReportSite:
    """The part of a school that its report pages may know."""
    return ReportSite(
        config=site.config,
        database=site.databases.reports,
        key=site.key,
        term_dates=site.term_dates,
        assets=site.assets,
        pictures=site.pictures,
        facts=site.facts,
        wordings=site.wordings,
        intake_store=site.intake_store,
        urgent_alert=UrgentAlert(),
        guesses=GuessLimit(nodes=nodes_of(site.config)),
        guesses_of_homes=limit_of_homes(nodes_of(site.config)),
    )


def current_report_site() -> ReportSite:
    """The school that this request of the report app is for."""
    site: ReportSite = site_of_request()
    return site
