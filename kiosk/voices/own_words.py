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
from kiosk.wording.messages import N_

# By the kind of the step or question.
OWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "recall": (N_("Think back"),),
    "reflect": (N_("Think about it"),),
    "note": (N_("Before you start"),),
    "choose": (N_("You chose"), N_("See what happens")),
    "simpler": (N_("In fewer words"),),
    "stretch": (N_("A bit more"),),
    "scenario": (N_("What happens next?"), N_("What happens next"), N_("How it ends")),
    "question": (
        N_("I'm not sure"),
        N_("Yes, that's it."),
        N_("Not quite. Have another look."),
        N_("You tried this one"),
        N_("Let us look at it together."),
        N_("Would you like help? Show this page to your teacher."),
        N_("Go on for now"),
        N_("Choose one. You can choose: I'm not sure."),
        N_("Put a card in a box first, or tap: I'm not sure."),
        N_("Give each step a place."),
        N_("Two steps have the same place. Give each step its own place."),
        N_("You have done this one. You can do it again, or go on."),
        N_("Next"),
    ),
}


def own_words(kind: str, lang: str) -> list[str]:
    """What kiosk says on a page of this kind, in a language."""
    spoken = _catalogue(lang)
    return [spoken.gettext(one) for one in OWN_WORDS.get(kind, ())]


@cache
def _catalogue(lang: str) -> NullTranslations:
    if lang == ENGLISH:
        return NullTranslations()
    return Translations.load(str(translations_path()), [str(Locale.parse(lang, sep="-"))])
