""" "You said, we did": what the school did about reports, for everybody to read; no names, days later (promise C7)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.content.language import ENGLISH
from kiosk.content.readability import grade
from kiosk.incidents.case.text_advice import names_in, reading_age
from kiosk.incidents.models import YouSaid
from kiosk.web.forms import FormErrors
from kiosk.wording.messages import N_, Message

DELAY_SCHOOL_DAYS = 5
LONGEST = 400
# Words that could identify a child: figures, numbers in words, years and classes, "a boy", "yesterday".
IDENTIFYING_WORDS = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|year|class|boys?|girls?|yesterday"
    r"|(?:mon|tues|wednes|thurs|fri)day|last (?:week|month))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Draft:
    """An entry as it was typed."""

    bands: tuple[Band, ...]
    lang: str
    said: str
    did: str


def read_draft(
    values: Mapping[str, str], bands: Collection[str], languages: Sequence[str]
) -> tuple[Draft, FormErrors]:
    """The entry, and all mistakes in it by field."""
    lang = values.get("lang", "")
    draft = Draft(
        bands=tuple(band for band in Band if band.value in bands),
        lang=lang if lang in languages else languages[0],
        said=values.get("said", "").strip(),
        did=values.get("did", "").strip(),
    )
    errors = FormErrors()
    if not draft.bands:
        errors.add("bands", N_("Choose who it is for: one age group or more."))
    for name, text, missing in (
        ("said", draft.said, N_("Write what children told you about, in general words.")),
        ("did", draft.did, N_("Write what the school did.")),
    ):
        if not text:
            errors.add(name, missing)
        elif len(text) > LONGEST:
            errors.add(name, N_("Make it shorter: %(most)d letters at most."), most=LONGEST)
    return draft, errors


def warnings(draft: Draft) -> Iterator[Message]:
    """Warnings about an entry before everybody reads it; the writer may put it up anyway."""
    text = f"{draft.said}\n{draft.did}"
    limits = min(draft.bands).limits
    if draft.lang == ENGLISH and grade(text.splitlines()) > limits.report_fk_ceiling:
        yield Message(
            N_(
                "This is easy to read from age %(age)d; the youngest it is for are %(low)d. Use shorter sentences."
            ),
            {"age": reading_age(text), "low": limits.ages[0]},
        )
    if names := names_in(text):
        yield Message(
            N_("Leave out names (%(names)s), of children, staff and places."), {"names": ", ".join(names)}
        )
    if found := list(dict.fromkeys(word.casefold() for word in IDENTIFYING_WORDS.findall(text))):
        yield Message(
            N_(
                "Could somebody guess a child from this (%(words)s)? Say it without numbers, days, years or classes."
            ),
            {"words": ", ".join(found)},
        )


def day_to_show(calendar: SchoolCalendar, today: date) -> date:
    """The fifth school day after today, so that the board gives away no child who has just reported."""
    return calendar.add_school_days(today, DELAY_SCHOOL_DAYS)


def publish_entry(session: Session, draft: Draft, staff: StaffMember, shown_from: date) -> YouSaid:
    """Add an entry that everybody can read from `shown_from` on."""
    entry = YouSaid(
        bands=" ".join(draft.bands),
        lang=draft.lang,
        said=draft.said,
        did=draft.did,
        shown_from=shown_from,
        staff_id=staff.id,
    )
    session.add(entry)
    session.flush()
    return entry


def all_entries(session: Session) -> list[YouSaid]:
    """Every entry, the latest first."""
    return list(session.scalars(select(YouSaid).order_by(YouSaid.shown_from.desc(), YouSaid.id)))


def published_entries(session: Session, today: date, bands: Collection[Band]) -> list[YouSaid]:
    """The entries shown today for these bands, the newest first."""
    wanted = (
        select(YouSaid).where(YouSaid.shown_from <= today).order_by(YouSaid.shown_from.desc(), YouSaid.id)
    )
    return [entry for entry in session.scalars(wanted) if set(entry.bands.split()) & set(bands)]
