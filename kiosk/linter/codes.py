"""Rules for one Code of Conduct: required clauses, check questions, reading level (promises L2, L6, L9, L15)."""

from collections.abc import Iterator, Sequence

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.head import CodeHead
from kiosk.content.page import ParsedPage
from kiosk.content.readability import words
from kiosk.lessons.scenes.rule_scenes import FILE, RuleScenes
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage
from kiosk.linter.reading import check_feedback, check_grade, check_sentences, check_simpler
from kiosk.wording.facts import Facts

_ALL = {f"R{number}" for number in range(1, 15)}
CLAUSES = {
    "ks1": {"R1", "R2", "R5", "R9", "R14"},
    "ks2": {"R1", "R2", "R3", "R4", "R5", "R7", "R9", "R14"},
    "ks3": {"R11", "R13", "R14"},
    "ks4": _ALL,
    "parents": _ALL,
    "staff": {"R13"},
    "visitor": {"R13"},
}
RULE_COUNTS = {"ks1": (5, 5), "ks2": (8, 9), "ks3": (12, 14), "ks4": (14, 14)}
CHECK_COUNTS = {"ks2": 3, "ks3": 4, "ks4": 4}
KS1_RULE_WORDS = 10
ADULT_GRADES = {"parents": 6.0, "staff": 10.0, "visitor": 10.0}


def check_code(
    code: Code, scan: ParsedPage[CodeHead], passages: Sequence[Passage], facts: Facts
) -> Iterator[Finding]:
    """Every finding about one English Code, apart from problems that stop it from being read."""
    path, source = scan.path, scan.source
    if absent := CLAUSES[code.id] - {rule.policy for rule in code.rules}:
        yield error(path, source.line("rules"), "L15", f"no rule for {', '.join(sorted(absent))}")
    fewest, most = RULE_COUNTS.get(code.id, (1, 99))
    if not fewest <= len(code.rules) <= most:
        yield error(path, source.line("rules"), "L2", f"{len(code.rules)} rules; {fewest} to {most} here")
    if len(code.checks) != CHECK_COUNTS.get(code.id, 0):
        message = f"{len(code.checks)} check questions; there are {CHECK_COUNTS.get(code.id, 0)} here"
        yield error(path, source.line("checks"), "L2", message)
    for index, rule in enumerate(code.rules):
        line = source.line("rules", index)
        if code.id in {"ks1", "ks2"} and not rule.picture:
            yield error(path, line, "L9", f'rule "{rule.id}" has no picture')
        if code.id == "ks1" and (count := len(words(rule.text.striptags()))) > KS1_RULE_WORDS:
            yield error(path, line, "L2", f"{count} words in a rule, {KS1_RULE_WORDS} at most")
        if code.groups and not rule.group:
            yield warning(path, line, "L1", f'rule "{rule.id}" is in no group')
        if code.id not in ADULT_GRADES and not rule.simpler:
            message = f'rule "{rule.id}" is not said in fewer words: add simpler: "..." beside its text'
            yield warning(path, line, "E14", message)
    yield from _check_reading(code, scan, passages, facts)


def check_rule_scenes(code: Code, scan: ParsedPage[CodeHead], scenes: RuleScenes) -> Iterator[Finding]:
    """Find rules without a picture in a Code that has pictures, and pictures of rules that it does not have."""
    drawn = [rule for of, rule in scenes if of == code.id]
    rules = [rule.id for rule in code.rules]
    for index, id in enumerate(rules if drawn else ()):
        if id not in drawn:
            yield error(scan.path, scan.source.line("rules", index), "L9", f'{FILE} has no scene for "{id}"')
    for id in drawn:
        if id not in rules:
            yield warning(scan.path.with_name(FILE), 1, "L9", f'there is no rule "{id}" for this scene')


def _check_reading(
    code: Code, scan: ParsedPage[CodeHead], passages: Sequence[Passage], facts: Facts
) -> Iterator[Finding]:
    read = [passage for passage in passages if passage.use in {"rule", "stem", "label", "feedback"}]
    if code.id in ADULT_GRADES:
        yield from check_grade(scan.path, read, ADULT_GRADES[code.id], None, facts)
        return
    limits = Band(code.id).limits
    yield from check_sentences(read, limits.longest_sentence, facts)
    yield from check_grade(scan.path, read, limits.fk_ceiling, None, facts)
    yield from check_feedback(passages, facts)
    yield from check_simpler(passages, facts)
