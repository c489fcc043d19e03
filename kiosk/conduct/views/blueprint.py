"""The blueprint that the pages of the Codes share, and what they need from the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from babel import Locale
from flask import Blueprint
from flask_babel import get_locale

from kiosk.conduct.code import Code, Codes
from kiosk.conduct.head import Rule
from kiosk.conduct.reading import CodePage
from kiosk.content.language import ENGLISH, same_language
from kiosk.site import current_site

if TYPE_CHECKING:  # for types only: lessons stand in a layer above this one
    from kiosk.lessons.scenes.rule_scenes import RuleScene

bp = Blueprint("conduct", __name__)


def codes() -> Codes:
    """Every Code of the school."""
    found: Codes = current_site().codes
    return found


def language_name(lang: str) -> str:
    """The name of a language in the page's language."""
    return Locale.parse(lang, sep="-").get_display_name(get_locale()) or lang


def read_in(code: Code, lang: str) -> str:
    """The language in which a Code is shown to somebody who asked for `lang`."""
    return lang if same_language(code.lang, lang) else ENGLISH


def english_beside(code: Code) -> Mapping[str, Rule]:
    """The English of each rule if the Code is a draft that nobody has checked; else empty."""
    if not code.draft or same_language(code.lang, ENGLISH):
        return {}
    return {rule.id: rule for rule in current_site().codes[code.id, ENGLISH].rules}


def scene_of(code: Code, part: CodePage) -> RuleScene | None:
    """The picture of a page's rule; none where the content has none."""
    return current_site().rule_scenes.get((code.id, part.rule.id)) if part.rule else None
