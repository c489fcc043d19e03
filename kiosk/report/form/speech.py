"""The words of a report page in one language: lines by their key, clock times, lists of names, help lines."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Protocol

from babel.dates import format_date, format_time
from babel.lists import format_list
from markupsafe import Markup, escape

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.report.access.who_reads import DAYS_AHEAD_BY_NAME
from kiosk.report.form.groups import Adults, Group
from kiosk.report.form.wording import Wording, WordingLine
from kiosk.report.site import current_report_site
from kiosk.wording.facts import Facts, Helpline

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_MOMENTS = 256  # moments that are put into words: ends of slots, never the time of anybody's visit
FIRST_HELP = frozenset({"childline", "police", "shout"})
ADULT_HELP = frozenset({"police", "nspcc"})  # on every page for grown-ups
HURT_HELP = frozenset({"childline", "shout"})  # beside 999 where somebody is hurt, or might be
CRISIS_HELP = frozenset({"samaritans", "papyrus"})  # also under "Help now"
ANSWERS_BAND = Band.KS2  # the style of the reply pages, as six pictures do not reveal a child's age
DAY_ALONE = {"pl": "d MMMM (EEEE)"}  # where the name of a weekday would have to be declined
HALF_DAY_CLOCK = frozenset({"en", "ur"})  # these languages write 3:30 in the afternoon; others write 15:30


class Speech:
    """The wording of one band and language, ready for a page."""

    def __init__(self, wording: Wording, clock: Wording, facts: Facts, lang: str) -> None:
        self.lang = lang
        self.dir = wording.dir
        self.band = wording.band
        self.draft = wording.draft  # the English stands beside every line
        self._wording = wording
        self._clock = clock
        self._facts = facts

    def __call__(self, key: str, **values: Any) -> WordingLine:
        """A line by its key; `values` fill its places, escaped; KeyError for an unknown key."""
        return self._wording[key].format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._wording

    def when(self, moment: datetime, today: date) -> WordingLine:
        """A future time as a child reads it: 'today, by 3:30', 'on Monday, by 8:30'."""
        days = (moment.date() - today).days
        if days in {0, 1}:
            key = ("clock.today", "clock.tomorrow")[days]
        elif 0 < days <= DAYS_AHEAD_BY_NAME:
            key = f"clock.{WEEKDAYS[moment.weekday()]}"
        else:
            key = "clock.date"
        return self._clock[key].format(
            time=self._both(lambda locale: _time_of(moment.time(), locale)),
            date=self._both(lambda locale: _date_of(moment.date(), locale)),
        )

    def weekday(self, day: date) -> WordingLine:
        """A day of the next days by its name: 'Thursday'."""
        return self._both(lambda locale: format_date(day, DAY_ALONE.get(locale, "EEEE"), locale=locale))

    def names(self, names: Sequence[str]) -> WordingLine:
        """A list of names, joined as in each language; each name keeps its own direction."""
        parts = [Markup("<bdi>{}</bdi>").format(name) for name in names]
        marks = [f"\ufffc{number}\ufffc" for number in range(len(parts))]

        def joined(locale: str) -> Markup:
            text = escape(format_list(marks, locale=locale))
            for mark, part in zip(marks, parts, strict=True):
                text = text.replace(mark, part)
            return text

        return self._both(joined)

    def help_lines(self, band: Group, ids: frozenset[str] = FIRST_HELP) -> list[tuple[Helpline, WordingLine]]:
        """These helplines as far as a child of this band can reach them, at any hour, with what they do; a grown-up
        gets those for grown-ups."""
        known = self._facts.helplines
        lines = [line for line in known.for_band(band) if line.id in ids]
        if band is Adults.WORRY:
            lines = [line for line in known.for_audience("parent") if line.id in ADULT_HELP]
        return [(line, self._what(line)) for line in lines]

    def help_line(self, id: str) -> Helpline:
        """One help line by its id."""
        return self._facts.helplines[id]

    def _what(self, line: Helpline) -> WordingLine:
        said = line.said("what", self.lang)
        if said is None or said.lang == ENGLISH:
            return WordingLine(escape(line.what[ENGLISH]), None)
        return WordingLine(escape(line.what[ENGLISH]) if said.draft else None, escape(said.text))

    def _both(self, words: Any) -> WordingLine:
        """The same text in English and in the reader's language."""
        own = None if self.lang == ENGLISH else escape(words(self.lang.replace("-", "_")))
        return WordingLine(escape(words("en_GB")), own)


@lru_cache(MOST_MOMENTS)
def _time_of(moment: time, locale: str) -> str:
    clock = "h:mm" if locale.partition("_")[0] in HALF_DAY_CLOCK else "H:mm"
    return format_time(moment, clock, locale=locale)


@lru_cache(MOST_MOMENTS)
def _date_of(day: date, locale: str) -> str:
    return format_date(day, "d MMMM", locale=locale)


class HasWords(Protocol):
    """What is needed of a school to say something to a child."""

    @property
    def wordings(self) -> Mapping[tuple[str, str], Wording]: ...
    @property
    def facts(self) -> Facts: ...


def speech_for(band: str, lang: str) -> Speech | None:
    """The words of a band in a language, or None if there are none."""
    return speech_of(current_report_site(), band, lang)


def speech_of(site: HasWords, band: str, lang: str) -> Speech | None:
    """The words of a band in a language for a given school: staff see an answer as its child will."""
    wording, clock = site.wordings.get((band, lang)), site.wordings.get(("chooser", lang))
    if wording is None or clock is None:
        return None
    return Speech(wording, clock, site.facts, lang)


def languages() -> list[str]:
    """Languages in which every page of the report zone is written, in the order of the settings."""
    return current_report_site().telling_languages
