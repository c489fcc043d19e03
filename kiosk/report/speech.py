"""The words of a report page: one line of content at a time, with its numbers and names filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time
from babel.lists import format_list
from flask import Flask, current_app
from markupsafe import Markup, escape

from kiosk.bands import Band
from kiosk.content.language import direction
from kiosk.facts import Facts, Helpline, Said
from kiosk.report.wording import Wording

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_AHEAD_BY_NAME = 6


@dataclass(frozen=True)
class Spoken:
    """A line as a page shows it: in the reader's language, with English beside it where that is a draft."""

    own: Markup | None
    en: Markup | None

    @property
    def first(self) -> Markup:
        """The one line for places that hold no more, such as a title."""
        return self.own or self.en or Markup("")

    def __html__(self) -> str:
        return str(self.first)


class Speech:
    """The wording of one band and language, ready to be put on a page."""

    def __init__(self, wording: Wording, clock: Wording, facts: Facts, lang: str) -> None:
        self.lang = lang
        self.dir = direction(lang)
        self._wording = wording
        self._clock = clock
        self._facts = facts

    def __call__(self, key: str, **values: Any) -> Spoken:
        """A line by its key; `values` fill its places, escaped; KeyError for an unknown key."""
        return self._spoken(self._wording, key, values)

    def __contains__(self, key: str) -> bool:
        return key in self._wording.lines

    def when(self, moment: datetime, now: datetime) -> Spoken:
        """A coming instant as a child reads it: 'today, by 3:30', 'on Monday, by 8:30'."""
        days = (moment.date() - now.astimezone(moment.tzinfo).date()).days
        if days in {0, 1}:
            key = ("clock.today", "clock.tomorrow")[days]
        elif 0 < days <= DAYS_AHEAD_BY_NAME:
            key = f"clock.{WEEKDAYS[moment.weekday()]}"
        else:
            key = "clock.date"
        return Spoken(
            *(
                self._line(self._clock, key, which, self._moment(moment, lang))
                for which, lang in (("own", self.lang), ("en", "en"))
            )
        )

    def names(self, names: Sequence[str]) -> Spoken:
        """A list of names joined as each language does."""
        return Spoken(
            Markup(escape(format_list(list(names), locale=self.lang.replace("-", "_")))),
            Markup(escape(format_list(list(names), locale="en_GB"))),
        )

    def helplines(self, band: Band) -> list[tuple[Helpline, Spoken]]:
        """Those with a number that fit a band, each with what it does."""
        lines = self._facts.helplines.for_band(band)
        return [(line, self._said(line.said("what", self.lang), line)) for line in lines if line.any_number]

    def helpline(self, id: str) -> Helpline:
        """One line by its id."""
        return self._facts.helplines[id]

    def _said(self, said: Said | None, line: Helpline) -> Spoken:
        if said is None:
            return Spoken(None, Markup(""))
        if said.lang == "en":
            return Spoken(None, escape(said.text))
        return Spoken(escape(said.text), escape(line.what["en"]) if said.draft else None)

    def _spoken(self, wording: Wording, key: str, values: dict[str, Any]) -> Spoken:
        return Spoken(*(self._line(wording, key, which, values) for which in ("own", "en")))

    def _line(self, wording: Wording, key: str, which: str, values: dict[str, Any]) -> Markup | None:
        text: str | None = getattr(wording[key], which)
        if text is None:
            return None
        lang = self.lang if which == "own" else "en"
        filled = self._facts.fill(text, lang)
        parts = {name: getattr(value, which) or value.first if isinstance(value, Spoken) else value for name, value in values.items()}
        return filled.format(**parts)

    @staticmethod
    def _moment(moment: datetime, lang: str) -> dict[str, str]:
        locale = "en_GB" if lang == "en" else lang.replace("-", "_")
        return {
            "time": format_time(moment, "h:mm", locale=locale),
            "date": format_date(moment.date(), "d MMMM", locale=locale),
        }


def speech_for(band: str, lang: str) -> Speech | None:
    """The words of a band in a language, or None where we do not have them."""
    wordings = current_app.extensions["kiosk.wordings"]
    wording, clock = wordings.get((band, lang)), wordings.get(("chooser", lang))
    if wording is None or clock is None:
        return None
    return Speech(wording, clock, current_app.extensions["kiosk.facts"], lang)


def languages() -> list[str]:
    """Languages that the whole report zone speaks, in the order of the settings."""
    wordings = current_app.extensions["kiosk.wordings"]
    offered = current_app.config["KIOSK"].language_list
    return [lang for lang in offered if all((band, lang) in wordings for band in (*Band, "chooser"))]


def give_words(app: Flask) -> None:
    """Nothing global: every page gets its own Speech as `say`."""
    app.jinja_env.globals["monitoring_notice"] = app.config["KIOSK"].monitoring_notice
