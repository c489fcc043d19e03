"""In which language a family is written to: its own once somebody who reads it has approved it, else English."""

from contextlib import AbstractContextManager
from typing import NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk.conduct.family import FAMILIES
from kiosk.content.language import ENGLISH
from kiosk.site import Site


class Said(NamedTuple):
    """A sentence in English, and in the family's language where that is another one; else empty."""

    en: str
    own: str


def is_read(site: Site, lang: str) -> bool:
    """Whether two people who read a language approved what families read first in it: the Code, and words of pages."""
    return lang == ENGLISH or (site.in_use.has_code(FAMILIES, lang) and site.in_use.has_family_words(lang))


def written_in(site: Site, lang: str) -> str:
    """The language in which a family of this language is written to."""
    return lang if lang in site.config.language_list and is_read(site, lang) else ENGLISH


def speaking(lang: str) -> AbstractContextManager[None]:
    """Texts inside are in this language, whatever the page's own is."""
    found: AbstractContextManager[None] = force_locale(lang.replace("-", "_"))
    return found


def said(text: str, lang: str, **values: object) -> Said:
    """A sentence that is marked for translation, in English and in one more language, as a letter has it."""
    with speaking(ENGLISH):
        english = str(_(text, **values))
    if lang == ENGLISH:
        return Said(english, "")
    with speaking(lang):
        own = str(_(text, **values))
    return Said(english, "" if own == english else own)
