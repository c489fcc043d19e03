"""Small lessons and quizzes to compare: only what a test is about has to be written."""

from collections.abc import Iterable
from pathlib import Path

from kiosk.linter.finding import Finding
from kiosk.linter.sameness.works import Work, read_works

HEAD = """\
---
schema: lesson/1
id: {id}
band: {band}
strand: privacy
lang: en-GB
version: 1
status: draft
title: A title
minutes: 10
mode: pair
objectives: [{{id: o1, text: "One."}}]
sensitivity: low
help: []
maps: {{}}
review_by: 2027-09-01
quiz: {id}
---
"""
HEAD_LINES = HEAD.count("\n")
QUIZ = "schema: quiz/1\nid: {id}\nlesson: {id}\nquestions:\n"
QUIZ_LINES = QUIZ.count("\n")


def screens(*texts: str) -> str:
    """A screen for each text: the first text stands on the second line."""
    return "".join(f"::: screen {{#s{number}}}\n{text}\n:::\n" for number, text in enumerate(texts, 1))


def lesson(folder: Path, name: str, body: str, band: str = "ks2") -> Path:
    """Write a lesson with a body of blocks; its path."""
    id = f"{band}-privacy-{name}"
    path = folder / "lessons" / id / "lesson.en.md"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD.format(id=id, band=band) + body, encoding="utf-8")
    return path


def quiz(folder: Path, name: str, questions: str, band: str = "ks2") -> Path:
    """Write a quiz; its path."""
    id = f"{band}-privacy-{name}"
    path = folder / "quizzes" / f"{id}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(QUIZ.format(id=id) + questions, encoding="utf-8")
    return path


def works(folder: Path) -> list[Work]:
    """What the checks read."""
    return read_works(folder)


def finding_tuples(findings: Iterable[Finding]) -> list[tuple[str, str, int, str]]:
    """Level, file, line and message of each finding."""
    return [_told(finding) for finding in findings]


def _told(finding: Finding) -> tuple[str, str, int, str]:
    assert finding.code == "L21"
    return finding.level, f"{finding.path.parent.name}/{finding.path.name}", finding.line, finding.message
