"""What a child answered, in words for staff, and what a child typed, with hidden letters made visible."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from kiosk.bands import Band
from kiosk.content.language import english_name
from kiosk.incidents.case.forms import is_day
from kiosk.incidents.case.staff_reports import ABOUT, BY, CONCERNS, OF_COLLEAGUES, YES_NO
from kiosk.report.form.answers import defang_address
from kiosk.report.form.groups import is_from_adult
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

QUESTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "danger": (N_("Someone in danger now"), YES_NO),
    "concern": (ABOUT, CONCERNS),
    "feeling": (
        N_("How the child feels"),
        {
            "sad": N_("Sad"),
            "scared": N_("Scared"),
            "cross": N_("Cross"),
            "muddled": N_("Muddled"),
            "ok": N_("All right"),
            "unsure": N_("Not sure"),
        },
    ),
    "about": (
        N_("Who it happened to"),
        {
            "me": N_("The child who wrote"),
            "friend": N_("A friend"),
            "someone": N_("Someone else"),
            "unsaid": N_("Would rather not say"),
        },
    ),
    "again": (N_("Still going on"), YES_NO),
    "when": (
        N_("When it happened"),
        {
            "today": N_("The day of the report"),
            "week": N_("That week"),
            "before": N_("Before that"),
            "unsure": N_("Not sure"),
        },
    ),
    "where": (
        N_("Where it happened"),
        {
            "game": N_("In a game"),
            "chat": N_("In a chat or messages"),
            "social": N_("On a social app"),
            "school": N_("On a school site or school e-mail"),
            "elsewhere": N_("Somewhere else"),
            "unsure": N_("Not sure"),
        },
    ),
    "wish": (
        N_("What the child would like"),
        {
            "talk": N_("Someone to talk to"),
            "stop": N_("That it stops"),
            "advice": N_("Advice"),
            "know": N_("Only that the school knows"),
            "unsure": N_("Not sure"),
        },
    ),
    "helper": (
        N_("Who the child can tell"),
        {
            "teacher": N_("The teacher"),
            "school": N_("Someone else at school"),
            "home": N_("Someone at home"),
            "box": N_("The worry box"),
        },
    ),
    "head": (N_("About the head"), YES_NO),
}
# What a grown-up is asked: a worry is kept as one of two concerns, by whether it is about somebody who works here.
OF_ADULTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "concern": (
        N_("About somebody who works at the school"),
        {"friend": N_("No"), "adult": N_("Yes, or not sure")},
    ),
    "whose": (
        N_("Who it is about"),
        {
            "mine": N_("Their own child"),
            "other": N_("Another child, or more than one"),
            "unsaid": N_("Would rather not say"),
        },
    ),
}
FOLLOW = {
    "repeat": N_("It has happened more than once"),
    "threat": N_("There were threats"),
    "images.threat": N_("Threats, or money was asked for"),
    "hate": N_("It was about race, faith, disability, sex, being gay or being trans"),
    "sexual": N_("It was sexual"),
    "school-device": N_("It was on a school device"),
    "asked-meet": N_("Asked to meet"),
    "asked-pictures": N_("Asked for pictures or video"),
    "asked-money": N_("Asked for money or gift cards"),
    "asked-secret": N_("Asked to keep it from others"),
    "no-clothes": N_("A child with few or no clothes on"),
    "safe": N_("Nobody may be hurt, as far as the child knows"),
    "hurt": N_("The friend may be hurt"),
    "me.hurt": N_("The child is hurt, or may be hurt today"),
    "money": N_("Money was lost or asked for"),
    "account": N_("Someone got into an account"),
    "unsure": N_("Not sure"),
}
BANDS = {
    "ks1": N_("Reception to Year 2"),
    "ks2": N_("Years 3 to 6"),
    "ks3": N_("Years 7 to 9"),
    "ks4": N_("Years 10 to 13"),
    "worry": N_("A parent or somebody else"),
}
VISIBLE_CONTROLS = "\n\t"
HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Zl", "Zp"})
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u3164\uffa0")  # letters that are invisible


@dataclass(frozen=True)
class TextPiece:
    """A piece of a child's text; a hidden letter is its own piece, shown by its name."""

    text: str
    hidden: bool = False


def visible_pieces(text: str) -> list[TextPiece]:
    """The typed text, with letters that turn or hide other text shown by name, without effect (promise A18)."""
    found: list[TextPiece] = []
    run = ""
    for letter in text:
        if not _is_invisible(letter):
            run += letter
            continue
        found += [TextPiece(run)] if run else []
        found.append(TextPiece(f"U+{ord(letter):04X}", hidden=True))
        run = ""
    return [*found, TextPiece(run)] if run else found


def _was_asked(body: Mapping[str, Any], name: str) -> bool:
    """Whether a question stood on the form; the one about the head stands with what is about a grown-up."""
    if name != "head":
        return name in body
    if BY in body:
        return True
    asks_it = body["band"] != Band.KS1
    return asks_it and bool(body["head"] or body["concern"] == "adult" or body["exclude"])


def all_answers(body: Mapping[str, Any], about_staff: list[str]) -> Iterator[tuple[str, str]]:
    """Every question of the report form with the child's answer, and those that were not asked (promise Q11)."""
    not_asked = []
    more = OF_COLLEAGUES if BY in body else OF_ADULTS if is_from_adult(body) else {}
    for name, (question, values) in {**QUESTIONS, **more}.items():
        if _was_asked(body, name):
            said = body[name]
            typed = "" if values else day_and_year(date.fromisoformat(said)) if is_day(said) else said
            yield _(question), typed or _(values.get(said, N_("Not answered")))
        elif not is_from_adult(body):
            not_asked.append(_(question))
    for value in body.get("follow", []):
        yield _("Also ticked"), _(FOLLOW.get(f"{body['concern']}.{value}", FOLLOW[value]))
    if about_staff:
        yield _("May be about"), ", ".join(about_staff)
    if BY not in body:
        yield _("Written on the page for"), _(BANDS[body["band"]])
        yield _("Language of that page"), english_name(body["lang"])
    if not_asked:
        yield _("Not asked"), "; ".join(not_asked)


def shown_defanged(address: str) -> list[TextPiece]:
    """A web address changed so that nobody can open it by accident."""
    return visible_pieces(defang_address(address))


def _is_invisible(letter: str) -> bool:
    if letter in VISIBLE_CONTROLS:
        return False
    return unicodedata.category(letter) in HIDDEN_CATEGORIES or letter in BLANK_LETTERS
