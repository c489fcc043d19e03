"""The first five minutes: a card for each kind of worry that cannot wait (content/first_minutes.yml), by nation."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from markupsafe import Markup
from pydantic import Field

from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Identifier, Schema, Source, check, read_source
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.nations import EVERYWHERE, Nation
from kiosk.report.access.opening import OpenedRow
from kiosk.report.access.routes import is_at_once
from kiosk.wording.facts import Facts, Filling, Prose

FILE = "first_minutes.yml"
MOST_STEPS = 5
SOCIAL_CARE, LADO = "social-care", "lado"  # their numbers stand in the settings; all others are helplines
CardId = Literal["danger", "hurt", "money", "meet", "threat", "adult", "images", "injury"]


class Step(Schema):
    """One step of a card: what to do, and the button that writes a line in the log."""

    id: Identifier
    do: Prose
    more: Prose = Markup()
    ring: tuple[Identifier, ...] = ()  # whom: the first of these that the school's nation has
    # The ready answer that goes to the child, in the place of a button that writes a line.
    answer: Literal["", "danger", "hurt", "money", "meet"] = ""
    others: bool = False  # whether it names who else may read the case
    button: Prose = Markup()


class Card(Schema):
    """What to do at once about one kind of worry, and what never."""

    id: CardId
    nations: Annotated[tuple[Nation, ...], Field(min_length=1)] = EVERYWHERE
    title: Prose
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
    never: Prose

    def step(self, id: str) -> Step | None:
        """The step of this id whose button writes a line."""
        return next((one for one in self.steps if one.id == id and one.button), None)


@dataclass(frozen=True)
class Cards:
    """The cards, each in the form of the school's nation where it has one, and their file as it is."""

    all: Mapping[str, Card]
    nation: Nation | None
    source: bytes

    def of(self, report: OpenedRow) -> Card | None:
        """The card for what a report says; None for what can wait."""
        return self.all.get(_card_id(report.route.id, report.body))

    def is_for_here(self, card: Card) -> bool:
        """Whether a card is written for the school's nation."""
        return set(card.nations) >= ({self.nation} if self.nation else set(EVERYWHERE))


def read_cards(content_dir: Path, facts: Facts, nation: Nation | None = None) -> Cards:
    """The cards of a nation; raises ContentError with every problem."""
    cards, problems = scan_cards(content_dir, facts)
    raise_if_any(problems)
    found: dict[str, Card] = {}
    for card in cards:  # the form of this nation, else the first
        if card.id not in found or nation in card.nations:
            found[card.id] = card
    return Cards(found, nation, (content_dir / FILE).read_bytes())


def scan_cards(content_dir: Path, facts: Facts) -> tuple[list[Card], list[ContentProblem]]:
    """Every form of every card, and what is wrong with them."""
    try:
        source = read_source(content_dir / FILE)
        cards = check(source, list[Card], Filling(facts))
    except ContentError as error:
        return [], list(error.problems)
    return cards, list(_problems(source, cards, facts))


def _problems(source: Source, cards: Collection[Card], facts: Facts) -> Iterator[ContentProblem]:
    for index, card in enumerate(cards):
        ids = [step.id for step in card.steps]
        for number, step in enumerate(card.steps):
            place = (index, "steps", number)
            if ids.index(step.id) != number:
                yield source.problem(f'"{step.id}" stands twice on this card', *place, "id")
            if bool(step.button) == bool(step.answer):
                yield source.problem("a step has a button, or else a ready answer", *place)
            for one in step.ring:
                if one not in (SOCIAL_CARE, LADO) and not facts.helplines.knows(one):
                    yield source.problem(f'"{one}" is not in helplines.yml', *place, "ring")
    held = {card.id for card in cards}
    for id in CardId.__args__:  # type: ignore[attr-defined]
        if id not in held:
            yield source.problem(f'there is no card "{id}"')


def _card_id(route: str, body: Mapping[str, Any]) -> str:
    """Which card: by whom it is about, as whoever reads it must do nothing before the rest; then the worst first."""
    concern, follow = body.get("concern", ""), set(body.get("follow", ()))
    if route in ABOUT_STAFF:
        return "adult"
    if concern == "injury":  # a colleague saw it, so nothing of the other cards fits
        return "injury"
    if body.get("danger") == "yes":
        return "danger"
    if concern == "me" or is_at_once(concern, "", follow):
        return "hurt"
    if follow & {"asked-money", "asked-pictures"} or (concern == "images" and "threat" in follow):
        return "money"
    if "asked-meet" in follow:
        return "meet"
    if "threat" in follow:
        return "threat"
    return "images" if concern == "images" else ""
