"""Rules for the report pages, ready answers and translations: keys, honest words (promises A16, C12, L2, L17)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kiosk.bands import Band
from kiosk.content.language import direction
from kiosk.content.source import Source, read_yaml
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import READ_AS, Passage
from kiosk.linter.reading import check_grade, check_sentences
from kiosk.report.form.groups import GROUPS
from kiosk.report.form.wording import VALUE
from kiosk.wording.facts import Facts

_SIDES = {"ur": re.compile(r"(?<!\w)(?:دائیں|بائیں)(?!\w)")}
_FILLED = re.compile(r"\{[^{}]*\}")  # a fact or a number has words of its own in each language
_KEYS = read_yaml(Path(__file__).with_name("report_keys.yml"), dict[str, dict[str, str]])
SAME_LETTERS = 12  # shorter lines may be the same, such as "OK" or "{n} / {total}"


# The values that a page inserts, and the lines in which each may be used.
VALUES = {
    "word",
    "number",
    "readers",
    "adult",
    "head",
    "heads",
    "when",
    "passed",
    "limit",
    "n",
    "total",
    "school",
    "time",
    "date",
    "wait",
}
# What we cannot promise, in every language of the report pages (promise A16).
PROMISES = {
    "en": r"anonym\w*|confidential\w*|secret\w*|(?:nobody|no one) (?:can|will|could) (?:ever )?(?:find out|know)|"
    r"we promise|100 ?%",
    "ur": r"گمنام\w*|بے نام|خفیہ|صیغۂ? ?راز|رازدار\w*|راز|وعدہ",
    "pl": r"anonimow\w*|poufn\w*|tajemnic\w*|sekret\w*|nikt się nie dowie|obiecuj\w*",
}
# What a ready answer must not do.
_WRONG = {
    re.compile(r"[?؟]"): "it asks something, and the child cannot answer there",
    re.compile(r"\bcome (?:to|and)\b", re.I): "it sends for the child, who then may be seen coming",
}
# In these lines the word is something that a stranger asked for, or that we say we cannot keep.
_MAY_NAME_SECRETS = {"follow.stranger.asked-secret", "intro.limit"}


def check_translation(passages: Iterable[Passage], english: Mapping[str, str]) -> Iterator[Finding]:
    """Compare each line of a translation with the English of its key."""
    for passage in passages:
        original = english.get(passage.key, "")
        if len(_FILLED.sub("", original)) >= SAME_LETTERS and passage.text.strip() == original.strip():
            yield warning(passage.path, passage.line, "L17", f'"{passage.key}" is still English')
        sides = _SIDES.get(passage.lang)
        if direction(passage.lang) == "rtl" and sides and (match := sides.search(passage.text)):
            yield warning(passage.path, passage.line, "L17", f'"{match[0]}": the page is mirrored')


def needed_keys(name: str) -> set[str]:
    """Every key of a band's wording, of that of grown-ups, the chooser or the replies; KeyError for another name."""
    groups = {
        "ks1": ("every-band", "ks1"),
        "ks2": ("every-band", "from-ks2"),
        "ks3": ("every-band", "from-ks2", "from-ks3"),
        "ks4": ("every-band", "from-ks2", "from-ks3", "ks4"),
        "worry": ("worry",),
        "chooser": ("chooser",),
        "replies": ("replies",),
    }[name]
    parts = [part for group in groups for part in _KEYS[group].items()]
    return {f"{part}.{key}" for part, keys in parts for key in keys.split()}


def optional_key(key: str, needed: set[str]) -> bool:
    """Whether a further key is a hint beneath a question that is asked."""
    return key.endswith(".hint") and key.removesuffix(".hint") + ".title" in needed


def required_wording_files() -> list[str]:
    """Names of the wording files of the report form, each of which a school needs in English at least."""
    return [*GROUPS, "chooser", "replies"]


def check_report(source: Source, passages: Sequence[Passage], facts: Facts) -> Iterator[Finding]:
    """Every finding about one wording file, apart from problems that stop it from being read."""
    yield from check_told(source, passages, facts)
    if passages and passages[0].lang == "en":
        name = source.path.name.partition(".")[0]
        yield from _check_keys(source, name, {passage.key for passage in passages})


def check_told(
    source: Source, passages: Sequence[Passage], facts: Facts, values: Collection[str] = VALUES
) -> Iterator[Finding]:
    """What promises too much, what no page fills, and what is too hard for the age group of a file of lines."""
    if not passages:
        return
    lang, name = passages[0].lang, source.path.name.partition(".")[0]
    yield from _check_promises(passages, lang)
    for passage in passages:
        for value in VALUE.findall(passage.text):
            if value not in values:
                yield error(source.path, passage.line, "L17", f'no page fills "{{{value}}}"')
    if lang != "en":
        return
    band = READ_AS.get(name) or (Band(name) if name in list(Band) else Band.KS2)
    yield from check_sentences(passages, band.limits.longest_sentence, facts)
    yield from check_grade(source.path, passages, band.limits.report_fk_ceiling, None, facts)


def check_ready(source: Source, passages: Sequence[Passage], facts: Facts) -> Iterator[Finding]:
    """Every finding about the ready answers of an age group, apart from problems that stop them from being read."""
    yield from check_told(source, passages, facts, values=())
    for passage in passages:
        for wrong, message in _WRONG.items():
            if wrong.search(passage.text):
                yield error(source.path, passage.line, "C12", message)


def _check_promises(passages: Sequence[Passage], lang: str) -> Iterator[Finding]:
    if lang not in PROMISES:
        message = (
            f'no list of words that promise too much in "{lang}" yet: write one in kiosk/linter/report.py'
        )
        yield error(passages[0].path, 1, "A16", message)
        return
    pattern = re.compile(rf"(?<!\w)(?:{PROMISES[lang]})(?!\w)", re.IGNORECASE)
    for passage in passages:
        if passage.key in _MAY_NAME_SECRETS:
            continue
        for match in pattern.finditer(passage.text):
            yield error(passage.path, passage.line, "A16", f'"{match[0]}" promises what nobody can keep')


def _check_keys(source: Source, name: str, keys: set[str]) -> Iterator[Finding]:
    needed = needed_keys(name)
    for key in sorted(needed - keys):
        yield error(source.path, source.line("text"), "L1", f'"{key}" is missing')
    for key in sorted(keys - needed):
        if not optional_key(key, needed):
            yield error(source.path, source.line("text", key), "L1", f'no page shows "{key}"')
