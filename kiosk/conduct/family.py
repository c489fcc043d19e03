"""A Code as families read it: in their language, with the English beside it if a draft could mislead."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.head import CodeId, Rule, Section
from kiosk.content.language import ENGLISH, same_language

FAMILIES: CodeId = "parents"
BESIDE_ENGLISH = frozenset({"concern"})  # a mistake there could leave a family without help


@dataclass(frozen=True)
class CodeSentence:
    """One sentence: in the reader's language (None: there is only English), and the English to show beside it."""

    own: Markup | None
    en: Markup


@dataclass(frozen=True)
class ReadRule:
    """A rule and its reason."""

    words: CodeSentence
    why: CodeSentence
    picture: str


@dataclass(frozen=True)
class ReadSection:
    """A section of a Code besides its rules, as families read it."""

    id: str
    title: CodeSentence
    items: tuple[CodeSentence, ...]


@dataclass(frozen=True)
class ReadCode:
    """A Code as the page for families shows it, to readers without an account."""

    title: CodeSentence
    intro_html: Markup
    rules: tuple[ReadRule, ...]
    sections: tuple[ReadSection, ...]
    code: Code  # the language of most of the words
    translated: bool
    stale: bool
    draft: bool  # some of it is a translation that nobody has checked


def code_alone(codes: Codes, code_id: CodeId, lang: str) -> ReadCode:
    """The Code of staff or visitors on its own."""
    code, english = codes.get(code_id, lang), codes[code_id, ENGLISH]
    return _reading(codes, code, lang, _read_rules(code, english, lang), _read_sections(code, english, lang))


def code_with_family_version(codes: Codes, band: Band, lang: str) -> ReadCode:
    """The rules that a child of a band signs, with what the school says to families about them.

    If the child's rules are not translated, each is shown in English beside the
    family's short version of the same rule of the policy.
    """
    child, child_english = codes.get(band.value, lang), codes[band.value, ENGLISH]
    home, home_english = codes.get(FAMILIES, lang), codes[FAMILIES, ENGLISH]
    sections = _read_sections(home, home_english, lang)
    if _is_in(child, lang) or not _is_in(home, lang):
        return _reading(codes, child, lang, _read_rules(child, child_english, lang), sections, home)
    short = {rule.policy: rule for rule in home.rules}
    rules = tuple(_with_short(rule, short.get(rule.policy)) for rule in child.rules)
    return _reading(codes, child, lang, rules, sections, home)


def _reading(
    codes: Codes,
    code: Code,
    lang: str,
    rules: tuple[ReadRule, ...],
    sections: tuple[ReadSection, ...],
    home: Code | None = None,
) -> ReadCode:
    said = home or code
    titled = said if home and not _is_in(code, lang) else code
    own = None if not _is_in(titled, lang) else titled.title
    return ReadCode(
        title=CodeSentence(own, code.title if own is None else Markup()),
        intro_html=said.intro_html,
        rules=rules,
        sections=sections,
        code=said,
        translated=_is_in(code, lang),
        stale=codes.stale(code.id, lang),
        draft=any(_is_in(one, lang) and one.draft and lang != ENGLISH for one in (code, said)),
    )


def _read_rules(code: Code, english: Code, lang: str) -> tuple[ReadRule, ...]:
    original = {rule.id: rule for rule in english.rules}
    beside = code.draft and lang != ENGLISH
    return tuple(
        ReadRule(
            _sentence(code, rule.text, original[rule.id].text, lang, beside),
            _sentence(code, rule.why, original[rule.id].why, lang),
            rule.picture,
        )
        for rule in code.rules
    )


def _with_short(rule: Rule, short: Rule | None) -> ReadRule:
    why = CodeSentence(short.why, Markup()) if short else CodeSentence(None, rule.why)
    return ReadRule(CodeSentence(short.text if short else None, rule.text), why, rule.picture)


def _read_sections(code: Code, english: Code, lang: str) -> tuple[ReadSection, ...]:
    return tuple(
        _section_to_read(code, own, original, lang)
        for own, original in zip(code.sections, english.sections, strict=True)
    )


def _section_to_read(code: Code, own: Section, original: Section, lang: str) -> ReadSection:
    beside = own.id in BESIDE_ENGLISH and code.draft and lang != ENGLISH
    pairs: Iterable[tuple[Markup, Markup]] = zip(own.items, original.items, strict=True)
    return ReadSection(
        own.id,
        _sentence(code, own.title, original.title, lang),
        tuple(_sentence(code, words, english, lang, beside) for words, english in pairs),
    )


def _sentence(code: Code, words: Markup, english: Markup, lang: str, beside: bool = False) -> CodeSentence:
    if not _is_in(code, lang):
        return CodeSentence(None, english)
    return CodeSentence(words, english if beside else Markup())


def _is_in(code: Code, lang: str) -> bool:
    return same_language(code.lang, lang)
