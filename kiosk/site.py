"""One school as the program knows it: settings, databases, key, calendar and content; found for each request."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from flask import Flask, current_app, g, request

from kiosk.bands import Band
from kiosk.calendar import terms
from kiosk.calendar.watcher import TermDates, refresh
from kiosk.host.page_cache import PageCache
from kiosk.storage.db import now_utc

if TYPE_CHECKING:  # imported for types only: all of these modules are in layers above this one
    from datetime import date, datetime

    from markupsafe import Markup

    from kiosk.accounts.sign_in.code_rate_limit import CodeRateLimit
    from kiosk.accounts.sign_in.hash_slots import HashSlots
    from kiosk.approving.in_use import InUse
    from kiosk.approving.items import Item
    from kiosk.calendar.school import SchoolCalendar
    from kiosk.conduct.code import Codes
    from kiosk.config import Config
    from kiosk.duties.kind import Kinds
    from kiosk.incidents.case.cards import Cards
    from kiosk.incidents.replies.ready import AllAnswers
    from kiosk.lessons.glossary import Glossary
    from kiosk.lessons.lesson import Lesson
    from kiosk.lessons.scenes.rule_scenes import RuleScenes
    from kiosk.lessons.year_plan import Plan
    from kiosk.public.articles import Articles
    from kiosk.quizzes.misconception import Misconception
    from kiosk.quizzes.quiz import Quiz
    from kiosk.report.form.wording import Wording
    from kiosk.report.intake.store import IntakeStore
    from kiosk.sealing.site_key import SiteKey
    from kiosk.storage.db import Databases
    from kiosk.told.family_notice import FamilyNotices
    from kiosk.told.notice import Notices
    from kiosk.told.situations import Situations
    from kiosk.training.topic import Topics
    from kiosk.voices.recordings import Approved
    from kiosk.web.pictures import Pictures
    from kiosk.wording.facts import Facts

T = TypeVar("T", bound="HasTermDates")
_HOST_HEADER = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.?(?::[0-9]*)?", re.ASCII)
HOSTS = "kiosk.hosts"  # the only reference to schools that an app holds
CARD_CHECK = "card check"  # the check by which a case asks when two people last checked its card


@dataclass(frozen=True)
class Content:
    """Everything that authors wrote, read once at start and never changed afterwards."""

    assets: Mapping[str, str]  # built files, each with its version
    pictures: Pictures
    facts: Facts
    lessons: Mapping[str, Lesson]
    year_plans: Mapping[str, Plan]  # kiosk's plan for each year group, as the school's classes name it
    glossary: Glossary
    quizzes: Mapping[str, Quiz]
    misconceptions: Mapping[str, Misconception]
    codes: Codes
    rule_scenes: RuleScenes  # the pictures of the Codes' rules
    tea_table: Markup  # the picture of the pages for families; empty where none is drawn
    wordings: Mapping[tuple[str, str], Wording]  # by band (or "chooser", "replies") and language
    articles: Articles
    notices: Notices
    situations: Situations  # what families do by what happened
    family_notices: FamilyNotices  # by id and language; families read what of them is published
    cards: Cards  # of the first five minutes
    answers: AllAnswers  # what is ready for a child; offered once approved
    duties: Kinds  # what the school says it does: kiosk's, and its own
    training: Topics  # what staff are trained in
    items: Mapping[str, Item]  # what of it two people approve, as this release brought it


class HasPages(Protocol):
    """What every page needs of its site: settings, built files, pictures."""

    @property
    def config(self) -> Config: ...
    @property
    def assets(self) -> Mapping[str, str]: ...
    @property
    def pictures(self) -> Pictures: ...


class HasTermDates(HasPages, Protocol):
    """What both sites of a school have in common: pages, and a calendar that may change while kiosk runs."""

    @property
    def wordings(self) -> Mapping[tuple[str, str], Wording]: ...
    @property
    def term_dates(self) -> TermDates: ...
    def as_now(self: T) -> T: ...


class SpeaksLanguages:
    """A site that knows in which languages a child can tell."""

    def as_now(self: T) -> T:
        """The same site: what the report zone serves waits for nobody's approval."""
        return self

    @cached_property
    def telling_languages(self: HasTermDates) -> list[str]:
        """The languages on offer in which every page of telling is written, in the order of the settings."""
        return [
            lang
            for lang in self.config.language_list
            if all((of, lang) in self.wordings for of in (*Band, "chooser", "replies"))
        ]


@dataclass(frozen=True, kw_only=True)
class Site(Content, SpeaksLanguages):
    """One school. A changed calendar makes a new one, and what two people approved; nothing else of it ever changes."""

    config: Config
    databases: Databases
    intake_store: IntakeStore
    key: SiteKey
    term_dates: TermDates
    hash_slots: HashSlots
    code_rate_limit: CodeRateLimit
    in_use: InUse
    page_cache: PageCache = field(default_factory=PageCache, init=False)  # a new Site begins with none

    @cached_property
    def open_lessons(self) -> Mapping[str, Lesson]:
        """The lessons that children may open: a guarded one once two people approved it (promise L26)."""
        return {
            id: lesson
            for id, lesson in self.lessons.items()
            if not lesson.guarded or self.in_use.has_lesson(id)
        }

    def first_line(self, name: str, lang: str) -> str:
        """What stands in this language where a page is not in it yet; empty until two people approved it."""
        lines = self.notices.all.get(("first-lines", lang)) if self.in_use.has_first_lines(lang) else None
        return lines[name] if lines else ""

    @property
    def voices(self) -> Approved:
        """The recordings that children may hear."""
        return self.in_use.voices

    def as_now(self) -> Site:
        """This school with the versions of its content that are in use now."""
        return self.in_use.as_now(self)

    @property
    def calendar(self) -> SchoolCalendar:
        """Slots, opening hours and clocks of the school."""
        return self.term_dates.calendar

    def today(self) -> date:
        """The school's day."""
        return self.local(now_utc()).date()

    def term_began(self) -> date:
        """The first day of the term that runs, or in a holiday of the one before."""
        return terms.term_began(self.calendar, self.today())

    def local(self, instant: datetime) -> datetime:
        """An instant by the school's clock."""
        return instant.astimezone(self.calendar.zone)


class SyncFlask(Flask):
    """A Flask app all of whose functions are plain ones, so that none has to be looked at for being a coroutine.

    `checks`: what a part of kiosk has looked up for it by one above it, of which it cannot know, by a name of its own.
    """

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.checks: dict[str, Any] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the view unchanged: no view of kiosk is a coroutine."""
        return func


def check_of_app(name: str) -> Any:
    """The check of this name that the app of this request was made with."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy, as Flask declares it
    assert isinstance(app, SyncFlask)
    return app.checks[name]


class FindsSite(Protocol):
    """What an app asks for the site of a request."""

    def find(self, host: str) -> HasPages: ...


class Hosts(Generic[T]):
    """Which school a request is for: every host name leads to the one school that this process serves."""

    def __init__(self, site: T) -> None:
        self._site = site

    def find(self, host: str) -> T:
        """The school behind a host name, with calendar and approved content as they are now."""
        term_dates = refresh(self._site.config, self._site.term_dates)
        if term_dates is not self._site.term_dates:
            self._site = replace(self._site, term_dates=term_dates)  # type: ignore[type-var]  # both are dataclasses
        self._site = self._site.as_now()
        return self._site


class UnknownHost(Exception):
    """A host name at which this process serves no school."""


class HostsByName(Hosts[T]):
    """Which of many schools a request is for: the one whose name it asked for, and otherwise none (promise M1)."""

    def __init__(self, schools: Mapping[str, T]) -> None:
        self.serve(schools)

    def serve(self, schools: Mapping[str, T]) -> None:
        """From now on serve these alone, by their names."""
        found: dict[int, Hosts[T]] = {id(site): Hosts(site) for site in schools.values()}
        self._schools = {name: found[id(site)] for name, site in schools.items()}

    @property
    def names(self) -> Container[str]:
        """The names at which a school is served."""
        return self._schools.keys()

    def find(self, host: str) -> T:
        """The school behind a host name; raises UnknownHost."""
        found = self._schools.get(name_of_host(host))
        if found is None:
            raise UnknownHost
        return found.find(host)


def name_of_host(host: str) -> str:
    """The name in a Host header, without its port; empty where the header is no single name."""
    found = _HOST_HEADER.fullmatch(host.lower())
    return found.group(1) if found else ""


def serve_hosts(app: Flask, hosts: FindsSite) -> None:
    """Let an app find the school of each request in `hosts`, and nowhere else."""
    app.extensions[HOSTS] = hosts


def site_of_request() -> Any:
    """The school of this request, looked up once; `current_site` and the report zone's give it its type."""
    try:
        return g.site
    except AttributeError:
        found = g.site = current_app.extensions[HOSTS].find(request.host if request else "")
        return found


def current_site() -> Site:
    """The school that this request of the school app is for."""
    site: Site = site_of_request()
    return site
