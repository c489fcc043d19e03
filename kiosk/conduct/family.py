"""A Code as families read it: in their language alone once approved, as a draft with the English of each line."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.head import CodeId, Rule, Section
from kiosk.content.language import ENGLISH, same_language
from kiosk.content.translation import InLanguage

FAMILIES: CodeId = "parents"
HasCode = Callable[
    [str, str], bool
]  # whether two people approved a Code's translation: by its id and language


@dataclass(frozen=True)
class CodeSentence:
    """One sentence: in the reader's language (None: there is only English), and the English to show with it."""

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
    intro: CodeSentence
    rules: tuple[ReadRule, ...]
    sections: tuple[ReadSection, ...]
    code: Code  # of what the school says to families; its lang is that of most of the words
    state: InLanguage  # of that
    rules_state: InLanguage
    old: tuple[int, ...]  # numbers of the rules that stand in English, as theirs has changed

    @property
    def translated(self) -> bool:
        """Whether the rules stand in the reader's language."""
        return self.rules_state is not InLanguage.NOT_YET

    @property
    def draft(self) -> bool:
        """Whether some of it is a translation that nobody has approved."""
        return InLanguage.DRAFT in (self.state, self.rules_state)


def code_state(
    codes: Codes, code_id: str, lang: str, approved: HasCode
) -> tuple[InLanguage, tuple[int, ...]]:
    """How a Code stands in a language, and the numbers of its rules whose English has changed since."""
    if same_language(lang, ENGLISH):
        return InLanguage.FIRST, ()
    own, english = codes.all.get((code_id, lang)), codes[code_id, ENGLISH]
    if own is None or (own.stale and not _has_the_lines_of(own, english)):
        return InLanguage.NOT_YET, ()
    old = tuple(n for n, rule in enumerate(english.rules, 1) if own.stale and rule.changed_in > own.made_from)
    if own.draft and not approved(code_id, lang):
        return InLanguage.DRAFT, old
    return (InLanguage.OLD if own.stale else InLanguage.APPROVED), old


def code_alone(codes: Codes, code_id: CodeId, lang: str, approved: HasCode) -> ReadCode:
    """The Code of families, staff or visitors on its own."""
    said = _Pair.of(codes, code_id, lang, approved)
    return _reading(said, said, said.rules())


def code_with_family_version(codes: Codes, band: Band, lang: str, approved: HasCode) -> ReadCode:
    """The rules that a child of a band signs, with what the school says to families about them.

    If the child's rules are not translated, each is shown in English beside the
    family's short version of the same rule of the policy.
    """
    child, home = (_Pair.of(codes, id, lang, approved) for id in (band.value, FAMILIES))
    if child.own is not None or home.own is None:
        return _reading(child, home, child.rules())
    short = {rule.policy: rule for rule in home.own.rules}
    return _reading(
        child, home, tuple(_with_short(rule, short.get(rule.policy)) for rule in child.english.rules)
    )


@dataclass(frozen=True)
class _Pair:
    """A Code in the reader's language (None: there is only English) and in English."""

    own: Code | None
    english: Code
    state: InLanguage
    old: tuple[int, ...]

    @classmethod
    def of(cls, codes: Codes, code_id: str, lang: str, approved: HasCode) -> "_Pair":
        state, old = code_state(codes, code_id, lang, approved)
        found = None if state is InLanguage.NOT_YET else codes.all.get((code_id, lang))
        return cls(found, codes[code_id, ENGLISH], state, old)

    def say(self, words: Markup | None, english: Markup, beside: bool = False) -> CodeSentence:
        """A sentence of both, or in English alone; with its English in a draft, and where nobody can say whether that
        has changed."""
        shows = words is None or beside or self.state is InLanguage.DRAFT
        return CodeSentence(words, english if shows else Markup())

    def rules(self) -> tuple[ReadRule, ...]:
        own = {rule.id: rule for rule in self.own.rules} if self.own else {}
        return tuple(
            self._rule(None if number in self.old else own.get(rule.id), rule)
            for number, rule in enumerate(self.english.rules, 1)
        )

    def _rule(self, own: Rule | None, english: Rule) -> ReadRule:
        words, why = (own.text, own.why) if own else (None, None)
        return ReadRule(self.say(words, english.text), self.say(why, english.why), english.picture)

    def sections(self) -> tuple[ReadSection, ...]:
        own = self.own.sections if self.own else (None,) * len(self.english.sections)
        return tuple(map(self._section, own, self.english.sections))

    def _section(self, own: Section | None, english: Section) -> ReadSection:
        title, items = (own.title, own.items) if own else (None, (None,) * len(english.items))
        said = zip(items, english.items, strict=True)
        beside = self.state is InLanguage.OLD
        return ReadSection(
            english.id, self.say(title, english.title), tuple(self.say(*each, beside) for each in said)
        )


def _reading(child: _Pair, home: _Pair, rules: tuple[ReadRule, ...]) -> ReadCode:
    titled = home if child.own is None and home.own is not None else child
    said = home.own or home.english
    return ReadCode(
        title=titled.say(titled.own.title if titled.own else None, titled.english.title),
        intro=home.say(home.own.intro_html if home.own else None, home.english.intro_html),
        rules=rules,
        sections=home.sections(),
        code=said,
        state=home.state,
        rules_state=child.state,
        old=child.old,
    )


def _with_short(rule: Rule, short: Rule | None) -> ReadRule:
    why = CodeSentence(short.why, rule.why) if short else CodeSentence(None, rule.why)
    return ReadRule(CodeSentence(short.text if short else None, rule.text), why, rule.picture)


def _has_the_lines_of(own: Code, english: Code) -> bool:
    """Whether each line of a translation has its line of the English, though that may have changed."""
    return [rule.id for rule in own.rules] == [rule.id for rule in english.rules] and [
        (section.id, len(section.items)) for section in own.sections
    ] == [(section.id, len(section.items)) for section in english.sections]
