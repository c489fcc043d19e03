"""How a page of families stands in a language: approved, with a line that is old, a draft, or not there yet."""

from dataclasses import dataclass
from datetime import date

from kiosk.approving.items import CODE, HELP, LESSON, WORDS
from kiosk.approving.items import FAMILIES as PAGES
from kiosk.bands import Band
from kiosk.conduct.family import FAMILIES, code_state
from kiosk.content.language import ENGLISH, same_language
from kiosk.content.translation import InLanguage
from kiosk.public.articles import POLICY
from kiosk.site import Site
from kiosk.told.situations import Situation


@dataclass(frozen=True)
class PageState:
    """The state of one page in one language; since when two people approve it, and the numbers of its old lines."""

    state: InLanguage
    day: date | None = None
    old: tuple[int, ...] = ()


def situation_in(site: Site, id: str, lang: str) -> tuple[Situation, InLanguage]:
    """A situation in a language once two people approved that very translation, else in English (promise F6).

    KeyError for an unknown id.
    """
    english, own = site.situations[id, ENGLISH], site.situations.get((id, lang))
    if same_language(lang, ENGLISH):
        return english, InLanguage.FIRST
    if own and site.in_use.has_help(id, lang):
        return own, InLanguage.APPROVED
    return english, InLanguage.NOT_YET


def page_state(site: Site, path: str, lang: str) -> PageState:
    """The state of the page at a path below /home; of what is none of these, that of the words of pages."""
    if same_language(lang, ENGLISH):
        return PageState(InLanguage.FIRST)
    _empty, _home, part, *rest = f"{path}//".split("/")
    id = rest[0]
    if part == "code" and (id or FAMILIES, ENGLISH) in site.codes.all:
        return _of_code(site, id or FAMILIES, lang)
    if part == "help" and (id, ENGLISH) in site.situations:
        state = situation_in(site, id, lang)[1]
        return PageState(state, site.in_use.day_of(HELP, id, lang) if state is InLanguage.APPROVED else None)
    if part in {"lesson", "lessons"} and id in site.lessons:
        return _of_lesson(site, id, lang)
    if part in {"privacy", POLICY}:
        article = site.articles.get(id or POLICY, lang) if (id or POLICY) in site.articles else None
        if article is None or not same_language(article.lang, lang):
            return PageState(InLanguage.NOT_YET)
        return PageState(InLanguage.DRAFT if article.draft else InLanguage.APPROVED)
    if site.in_use.has_family_words(lang):
        return PageState(InLanguage.APPROVED, site.in_use.day_of(WORDS, PAGES, lang))
    return PageState(InLanguage.DRAFT)


def _of_code(site: Site, id: str, lang: str) -> PageState:
    """Where a child's rules are not in the language, what the school says to families is."""
    state, old = code_state(site.codes, id, lang, site.in_use.has_code)
    if state is InLanguage.NOT_YET and id in set(Band):
        home, _old = code_state(site.codes, FAMILIES, lang, site.in_use.has_code)
        return PageState(home if home is InLanguage.NOT_YET else InLanguage.DRAFT)
    approved = state in (InLanguage.APPROVED, InLanguage.OLD)
    return PageState(state, site.in_use.day_of(CODE, id, lang) if approved else None, old)


def _of_lesson(site: Site, id: str, lang: str) -> PageState:
    if lang not in site.lessons[id].translations:
        return PageState(InLanguage.NOT_YET)
    if site.in_use.has_translation(id, lang):
        return PageState(InLanguage.APPROVED, site.in_use.day_of(LESSON, id, lang))
    return PageState(InLanguage.NOT_YET if site.lessons[id].guarded else InLanguage.DRAFT)
