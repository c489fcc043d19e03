"""Rules for the report pages: keys, honest words (promise A16), reading level one band easier (promises L2, L17)."""

import re
from collections.abc import Iterator, Sequence

from kiosk.bands import Band
from kiosk.content.source import Source
from kiosk.facts import Facts
from kiosk.linter.finding import Finding, error
from kiosk.linter.passages import Passage
from kiosk.linter.reading import check_grade, check_sentences
from kiosk.linter.report_keys import VALUES, needed_keys, optional_key
from kiosk.report.wording import VALUE

# What we cannot promise, in every language of the report pages (promises A16, KC3).
PROMISES = {
    "en": r"anonym\w*|confidential\w*|secret\w*|(?:nobody|no one) (?:can|will|could) (?:ever )?(?:find out|know)|"
    r"we promise|100 ?%",
    "ur": r"گمنام\w*|بے نام|خفیہ|صیغۂ? ?راز|رازدار\w*|راز|وعدہ",
    "pl": r"anonimow\w*|poufn\w*|tajemnic\w*|sekret\w*|nikt się nie dowie|obiecuj\w*",
}
# In these lines the word is something that a stranger asked for, or that we say we cannot keep.
_MAY_NAME_SECRETS = {"follow.stranger.asked-secret", "intro.limit"}


def check_report(source: Source, passages: Sequence[Passage], facts: Facts) -> Iterator[Finding]:
    """Every finding about one wording file, apart from problems that stop it from being read."""
    passages = list(passages)
    if not passages:
        return
    lang, name = passages[0].lang, source.path.name.partition(".")[0]
    yield from _promises(passages, lang)
    for passage in passages:
        for value in VALUE.findall(passage.text):
            if value not in VALUES:
                yield error(source.path, passage.line, "L17", f'no page fills "{{{value}}}"')
    if lang != "en":
        return
    yield from _keys(source, name, {passage.key for passage in passages})
    band = Band(name) if name in list(Band) else Band.KS2
    yield from check_sentences(passages, band.limits.longest_sentence, facts)
    yield from check_grade(source.path, passages, band.limits.report_fk_ceiling, None, facts)


def _promises(passages: Sequence[Passage], lang: str) -> Iterator[Finding]:
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


def _keys(source: Source, name: str, keys: set[str]) -> Iterator[Finding]:
    needed = needed_keys(name)
    for key in sorted(needed - keys):
        yield error(source.path, source.line("text"), "L1", f'"{key}" is missing')
    for key in sorted(keys - needed):
        if not optional_key(key, needed):
            yield error(source.path, source.line("text", key), "L1", f'no page shows "{key}"')
