"""Claims: a sentence that says what kiosk does names a claim that a test holds (promise L23)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.content.readability import sentences
from kiosk.content.source import CLAIM, Identifier, Schema, Text, check, read_marked_text, read_source
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage
from kiosk.linter.sameness.wording import lower_words

FILE = "claims.yml"
_PLACES = ("lessons/*/lesson.{}.md", "quizzes/*.yml", "conduct/*/code.{}.md", "told/*.{}.yml")
# Words with which content says what kiosk does, asks, keeps or passes on.
_SAYS = re.compile(
    r"\bkiosk\b|“Tell someone”|\b(?:is|are|gets?) passed on\b|"
    r"\b[Ss]ix pictures\b|(?<!slow )\b[Rr]eaders\b|\ba reader (?:opens|decides|may|can|has|will|gets)\b|"
    r"\b(?:is|are) read(?! out| aloud)\b|\b[Nn]othing is (?:kept|stored)\b|"
    r"\b[Tt]he (?:real |live |report )?(?:form|page) (?:asks|keeps|never|does not (?:ask|keep)|has no)\b|"
    r"\b(?:asks?|keeps?|stores?) (?:for )?(?:no|your|which) (?:names?|device|tablet)\b"
)
_SENTENCE_END = re.compile(r"[.?!][”’\"')*]*\s+")
# a question claims nothing; a claim may stand after the next sentence
_AFTER = re.compile(r"[^\w{?]*\?|.*\{claim:")
# What may be untrue on purpose, as a wrong answer is, or only names a thing.
_CLAIMS_NOTHING = frozenset({"label", "stem", "title", "objective", "alt", "belief"})


class Claim(Schema):
    """One thing that kiosk does, in a sentence, and the age groups for which it does so."""

    id: Identifier
    says: Text
    bands: tuple[Band, ...] = ()  # none where it is about staff


@dataclass(frozen=True)
class Marked:
    """A sentence of the content that names a claim."""

    path: Path
    line: int
    band: Band | None  # None where every age group reads it, or adults do
    sentence: str
    claim: str


def read_claims(content_dir: Path) -> dict[str, Claim]:
    """Every claim by its id; none where the folder has no list of them. Raises ContentError."""
    path = content_dir / FILE
    return {one.id: one for one in check(read_source(path), list[Claim])} if path.is_file() else {}


def marked_sentences(content_dir: Path) -> Iterator[Marked]:
    """Every sentence that names a claim, once for each that it names."""
    for place in _PLACES:
        for path in sorted(content_dir.glob(place.format(ENGLISH))):
            text = read_marked_text(path)
            for match in CLAIM.finditer(text):
                begun = text.rfind("\n", 0, match.start()) + 1
                said = CLAIM.sub("", text[begun : match.start()])
                line = text.count("\n", 0, match.start()) + 1
                yield Marked(path, line, _band_of(path), _SENTENCE_END.split(said)[-1].strip(), match[1])


def _band_of(path: Path) -> Band | None:
    name = path.stem if path.parent.name in {"quizzes", "told"} else path.parent.name
    return next((band for band in Band if name.partition("-")[0] == band), None)


def check_claims(content_dir: Path, passages: Iterable[Passage]) -> Iterator[Finding]:
    """Find claims that nobody wrote down, for another age group or made nowhere, and what claims without naming one."""
    claims = read_claims(content_dir)
    if not claims:
        return
    used = set()
    for one in marked_sentences(content_dir):
        used.add(one.claim)
        if one.claim not in claims:
            yield error(
                one.path, one.line, "L23", f'there is no claim "{one.claim}" in {FILE}: add it with its test'
            )
        elif one.band and one.band not in claims[one.claim].bands:
            message = f'"{one.claim}" does not hold for {one.band}: {claims[one.claim].says}'
            yield error(one.path, one.line, "L23", message)
    source = read_source(content_dir / FILE)
    for number, id in enumerate(claims):
        if id not in used:
            yield warning(
                source.path, source.line(number), "L23", f'nothing says "{id}" any more: take it out'
            )
    yield from _unmarked(passages)


def _unmarked(passages: Iterable[Passage]) -> Iterator[Finding]:
    texts: dict[Path, str] = {}
    for passage in passages:
        said = [one for paragraph in passage.paragraphs for one in sentences(paragraph) if _SAYS.search(one)]
        if not said or not passage.english or passage.use in _CLAIMS_NOTHING:
            continue
        text = texts.setdefault(passage.path, read_marked_text(passage.path).replace("’", "'"))
        below = sum(map(len, text.splitlines(keepends=True)[: passage.line - 1]))
        for sentence in said:
            words = r"[^A-Za-z0-9{]+".join(map(re.escape, lower_words(sentence)))
            match = re.compile(words, re.IGNORECASE).search(text, below)
            if match is None or not _AFTER.match(text, match.end()):
                line = text.count("\n", 0, match.start()) + 1 if match else passage.line
                message = (
                    f'"{sentence[:60]}" says what kiosk does: name the claim after its full stop, '
                    "such as “You need not give a name. {claim:name-is-optional}”"
                )
                yield warning(passage.path, line, "L23", message)
