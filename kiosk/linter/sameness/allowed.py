"""Phrases that may stand in every lesson and quiz: how to get help, and how a question is put (allowed.txt)."""

from functools import cache
from pathlib import Path

from kiosk.linter.sameness.wording import lowered

_FILE = Path(__file__).with_name("allowed.txt")


@cache
def allowed_phrases() -> tuple[tuple[str, ...], ...]:
    """Each phrase as its words, the longest first."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    phrases = {tuple(lowered(line)) for line in lines if not line.startswith("#")} - {()}
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


def without_allowed(said: list[str]) -> list[list[str]]:
    """The stretches of words that are left when allowed phrases are taken out."""
    left: list[list[str]] = [[]]
    at = 0
    while at < len(said):
        phrase = next((one for one in allowed_phrases() if tuple(said[at : at + len(one)]) == one), None)
        if phrase:
            left.append([])
            at += len(phrase)
        else:
            left[-1].append(said[at])
            at += 1
    return [stretch for stretch in left if stretch]
