"""The cards of the first five minutes and every number: two people check them each September, and when one changes.

What they check is the file of the cards, the numbers of settings and helplines, and the school year, as one item to
approve: whoever changes a number finds that nobody has checked it. The cards are shown all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.approving.approval import approvals_of
from kiosk.approving.items import CARDS, VOICES, Item
from kiosk.approving.models import ContentWord
from kiosk.config import Config
from kiosk.content.language import ENGLISH
from kiosk.site import Content, Site
from kiosk.voices.lines import Script, script_of
from kiosk.voices.models import Recording
from kiosk.voices.recordings import all_recordings, keepers, manifest, spoken_id

SEPTEMBER = 9
FIRST_MINUTES = "first-minutes"


@dataclass(frozen=True)
class CardCheck:
    """When two people last checked cards and numbers, who they were, and whether it is due."""

    day: date | None
    by: tuple[str, ...]
    due: bool


def check_item(config: Config, content: Content | Site, today: date) -> Item:
    """What is to be checked in the school year of this day."""
    year = today.year - (today.month < SEPTEMBER)
    numbers = {
        "social care": config.social_care,
        "social care out of hours": config.social_care_evening,
        "LADO": config.lado,
        **{line.name: line.any_number or line.url for line in content.facts.helplines.all.values()},
    }
    lines = [f"{name}: {number}" for name, number in numbers.items() if number]
    head = f"title: Numbers and first five minutes, {year} to {year + 1}\nversion: {year}\n"
    files = {
        "numbers.yml": (head + "\n".join(lines) + "\n").encode(),
        "first_minutes.yml": content.cards.source,
    }
    return Item(CARDS, FIRST_MINUTES, ENGLISH, files)


def items_now(site: Site, today: date, session: Session) -> Mapping[str, Item]:
    """Everything that waits for two people, with what they check each September, and what was read aloud."""
    found = [check_item(site.config, site, today)]
    for (lesson, lang), recordings in all_recordings(session).items():
        script = script_of(site, lesson, lang)
        if script and (item := voices_item(script, recordings)):
            found.append(item)
    return {**site.items, **{item.key: item for item in found}}


def voices_item(script: Script, recordings: Mapping[str, Recording]) -> Item | None:
    """The recordings of a lesson as they are now; None where there are none."""
    said, id = manifest(script, recordings), spoken_id(script.lesson.id, script.lang)
    kept_by = keepers(recordings.values())
    return Item(VOICES, id, script.lang, {"lines.yml": said}, kept_by) if said else None


def last_check(session: Session, item: Item) -> CardCheck:
    """Who last checked the cards and numbers, and whether they hold as they are now."""
    one = approvals_of(session, {item.key: item})[item.key]
    said = select(StaffMember.name).join(ContentWord, ContentWord.staff_id == StaffMember.id)
    this = ContentWord.kind == item.kind, ContentWord.item == item.id, ContentWord.digest == one.used
    names = session.scalars(said.where(*this, ContentWord.agrees).order_by(StaffMember.name))
    return CardCheck(one.used_since, tuple(names), due=not one.approved)
