"""What kiosk says of its own in the midst of a lesson is listed whole, so that a page can be read by one voice.

What is listed is compared with what the templates and the kinds of questions say now: a new word that is not read
aloud, and a listed one that no page says any more, are both found (promise HV4).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lessons.words import OWN_HEADINGS
from kiosk.site import Content
from kiosk.voices.lines import letters_of, script_of
from kiosk.voices.own_words import OWN_WORDS, own_words
from tests.tree import ROOT

TEMPLATES = ROOT / "kiosk" / "templates"
SAID = re.compile(r"""\b_\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
NAMED = re.compile(r"""\bN_\(\s*("(?:[^"\\]|\\.)*")""")
# Not read with the page: the name of a part that is no picture, what stands in the ground, what stands on paper.
UNREAD = re.compile(
    r'(?<!role="img" )aria-label="[^"]*"|\{%- macro (?:onward|paper)\(.*?\{%- endmacro -%\}|\{%-? include [^%]*%\}',
    re.DOTALL,
)
COUNTS = re.compile(r"%\(\w+\)d.*%\(\w+\)d")  # voices.js leaves them out
STEPS = ("choose", "strip", "chat", "page", "feed", "practice", "papers", "two", "vote", "offline",
         "sing", "act", "debate", "make")  # fmt: skip
IN_THE_GROUND = ("_go_on.html", "_back.html", "_bar.html", "question.html")
WHILE_AN_ADULT_SPEAKS = {"Sent. Look up."}
KICKERS = {"Do you remember?"}  # over the page, as its kicker


def said_in(path: Path) -> Iterator[str]:
    """The words of kiosk's own that a template reads aloud with its page."""
    for quoted in SAID.findall(UNREAD.sub("", path.read_text(encoding="utf-8"))):
        words = str(ast.literal_eval(quoted))
        if not COUNTS.search(words) and words not in KICKERS:
            yield words


def of_questions() -> set[str]:
    """All that is said of questions, by their templates and by what marks them."""
    found = {"Next"}  # which every page has from one place (`words`)
    for path in (TEMPLATES / "quizzes").rglob("*.html"):
        if path.name not in IN_THE_GROUND:
            found |= set(said_in(path))
    for path in (ROOT / "kiosk" / "quizzes").rglob("*.py"):
        found |= {str(ast.literal_eval(one)) for one in NAMED.findall(path.read_text(encoding="utf-8"))}
    return found - WHILE_AN_ADULT_SPEAKS


@pytest.mark.parametrize("kind", STEPS)
def test_a_step_says_what_is_listed_and_nothing_else(kind: str) -> None:
    path = TEMPLATES / "lessons" / "kinds" / f"{kind}.html"
    said = set(said_in(path))
    if re.search(r"parts/scene.html' import [^%]*\bchosen\b", path.read_text(encoding="utf-8")):
        said |= set(said_in(TEMPLATES / "parts" / "scene.html"))
    assert said == set(OWN_WORDS.get(kind, ()))


def test_every_kind_of_step_has_been_looked_at() -> None:
    assert set(STEPS) == {path.stem for path in (TEMPLATES / "lessons" / "kinds").glob("*.html")}


def test_screens_and_stories_say_what_is_listed() -> None:
    lessons = TEMPLATES / "lessons"
    assert "own_heading(step.kind)" in (lessons / "screen.html").read_text(encoding="utf-8")
    assert {kind: OWN_WORDS[kind] for kind in OWN_HEADINGS} == {
        kind: (said,) for kind, said in OWN_HEADINGS.items()
    }
    folded = {*said_in(lessons / "screen.html"), *said_in(lessons / "_folded.html")}
    assert folded == {*OWN_WORDS["stretch"]}
    assert set(said_in(lessons / "scenario.html")) == set(OWN_WORDS["scenario"])


def test_a_question_says_what_is_listed_and_nothing_else(content: Content) -> None:
    types = {question.type for quiz in content.quizzes.values() for question in quiz.questions}
    assert types <= set(OWN_WORDS)
    listed = {words for kind in ("question", *types) for words in OWN_WORDS[kind]}
    assert of_questions() == listed


def test_what_is_said_of_a_step_is_read_after_its_words(content: Content) -> None:
    assert {"number 2.", "taken back.", "Not yet. Look at place 3."} <= set(own_words("order", "en", 3))
    assert "number 4." not in own_words("order", "en", 3)
    for quiz in content.quizzes.values():
        script = script_of(content, quiz.lesson, "en")
        assert script
        words = {letters_of(line.words) for line in script.lines}
        for question in quiz.questions:
            assert {letters_of(one) for one in own_words(question.type, "en", len(question.rows()))} <= words


def test_a_word_that_nobody_listed_is_found(tmp_path: Path) -> None:
    page = tmp_path / "kind.html"
    page.write_text("<p aria-label=\"{{ _('A name') }}\">{{ _('Now look here.') }}</p>", encoding="utf-8")
    assert list(said_in(page)) == ["Now look here."]
