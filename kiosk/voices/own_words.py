"""What kiosk itself says in the midst of a lesson, so that somebody reads it aloud with the lesson's words.

A page is read by a person only where each of its words is recorded: a text that a child's page has in a lesson or a
question, and that is not listed here, leaves that page to the tablet's voice (tests/voices finds it).
"""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.support import NullTranslations, Translations

from kiosk.config import translations_path
from kiosk.content.language import ENGLISH
from kiosk.lessons.words import OWN_HEADINGS
from kiosk.wording.messages import N_

_UNANSWERED = (N_("Choose one. You can choose: I'm not sure."),)
# By the kind of the step, or of the question; "question" is said of each of them.
OWN_WORDS: Mapping[str, tuple[str, ...]] = {
    **{kind: (words,) for kind, words in OWN_HEADINGS.items()},
    "choose": (N_("You chose"), N_("See what happens")),
    "strip": (N_("An empty frame"), N_("You chose"), N_("Pick again")),
    "chat": (N_("Note"), N_("You stopped here"), N_("You could write:"), N_("Pick again")),
    "page": (N_("Open"), N_("Opened"), N_("Open one")),
    "feed": (N_("You chose"),),
    "practice": (N_("Open the real page"),),
    "papers": (
        N_("A solid line is yours. Dashes: look again."),
        N_("If it has happened already:"),
        N_("Work it out"),
    ),
    "act": (N_("It begins:"), N_("Swap parts and play it again.")),
    "debate": (N_("The other side answers:"), N_("You chose"), N_("Hear this side")),
    "two": (N_("Only %(letter)s looks now"), N_("%(letter)s looks away")),
    "vote": (
        N_("You chose"),
        N_("Circle"),
        N_("Square"),
        N_("Triangle"),
        N_("Diamond"),
        N_("Hands up for your shape, or tap it here."),
    ),
    "stretch": (N_("A bit more"),),
    "scenario": (
        N_("What happens next?"),
        N_("What happens next"),
        N_("How it ends"),
        N_("Choose one, then tap Next."),
    ),
    "question": (
        N_("I'm not sure"),
        N_("That fits."),
        N_("Not yet. Have another look."),
        N_("Not yet. Look."),
        N_("Not yet. Look at the picture."),
        N_("You tried this one"),
        N_("Let us look at it together."),
        N_("Would you like help? Show this page to your teacher."),
        N_("Go on for now"),
        N_("You have done this one. You can do it again, or go on."),
        N_("Next"),
    ),
    "single-choice": _UNANSWERED,
    "picture-choice": _UNANSWERED,
    "true-false": _UNANSWERED,
    "multi-choice": (N_("Tick what fits. You can tick: I'm not sure."),),
    "spot-clue": (N_("Tick what you spot. You can tick: I'm not sure."), N_("From")),
    "sort-two": (
        N_("Not yet. The card came back."),
        N_("Put a card in a box first, or tap: I'm not sure."),
    ),
    "order": (
        N_("Tap a card to put it in the next place. Tap it again to take it back."),
        N_("%(step)s: number %(place)s."),
        N_("%(step)s: taken back."),
        N_("Not yet. Look at place %(place)s."),
        N_("Give each step a place."),
        N_("Two steps have the same place. Give each step its own place."),
    ),
}


def own_words(kind: str, lang: str, places: int = 0) -> list[str]:
    """What kiosk says on a page of this kind, in a language; where two children share a page, to each of them.

    `places`: how many steps are put in order there. The words of a step are read before what is said of it.
    """
    said = [_catalogue(lang).gettext(one) for one in OWN_WORDS.get(kind, ())]
    return [(one % filled).lstrip(" :") for one in said for filled in _fillings(one, places)]


def _fillings(words: str, places: int) -> list[dict[str, object]]:
    if "%(letter)s" in words:
        return [{"letter": letter} for letter in "AB"]
    if "%(place)s" in words:
        return [{"step": "", "place": place} for place in range(1, places + 1)]
    return [{"step": ""}]


@cache
def _catalogue(lang: str) -> NullTranslations:
    if lang == ENGLISH:
        return NullTranslations()
    return Translations.load(str(translations_path()), [str(Locale.parse(lang, sep="-"))])
