"""Words are explained once, where they first stand, in the words of the band, and only where there is room."""

from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.lessons.glossary import Explained, Glossary, mark_word, read_glossary
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.step import Screen
from kiosk.site import Content
from tests.lessons.learner import LESSONS

GLOSSARY = Glossary({"feed": {Band.KS2: "What you see next.", Band.KS4: "Posts an app has chosen."}})


@pytest.fixture
def lesson(content: Content) -> Lesson:
    found: Lesson = content.lessons[LESSONS[Band.KS3]]
    return replace(found, vocabulary=("feed",))


def screen(id: str, html: str) -> Screen:
    return Screen(id, Markup(html), "", "", "", "")


def test_a_band_without_its_own_words_hears_those_of_the_next_younger() -> None:
    assert GLOSSARY.meaning("feed", Band.KS3) == "What you see next."
    assert GLOSSARY.meaning("feed", Band.KS4) == "Posts an app has chosen."
    assert GLOSSARY.meaning("feed", Band.KS1) == GLOSSARY.meaning("nothing", Band.KS4) == ""


def test_a_word_is_explained_where_it_first_stands(lesson: Lesson) -> None:
    steps = (
        screen("s1", "<p>Feedback.</p>"),
        screen("s2", "<p>Two feeds.</p>"),
        screen("s3", "<p>A feed.</p>"),
    )
    assert GLOSSARY.explained(replace(lesson, steps=steps)) == {"s2": Explained("feed", "What you see next.")}


def test_a_full_screen_is_not_made_longer(lesson: Lesson) -> None:
    others = len(f"{lesson.title} A feed. Feed: {GLOSSARY.meaning('feed', Band.KS3)}".split())
    room = Band.KS3.limits.words_per_screen - others
    for words, explained in ((room, {"s1"}), (room + 1, set())):
        full = screen("s1", "<p>A feed" + " word" * words + "</p>")
        assert set(GLOSSARY.explained(replace(lesson, steps=(full,)))) == explained


def test_only_the_word_itself_is_marked_and_once() -> None:
    html = Markup('<p class="feed">Feedback. Feed, feed.</p>')
    assert mark_word(html, "feed") == '<p class="feed">Feedback. <dfn>Feed</dfn>, feed.</p>'


def test_a_lesson_says_before_it_begins_what_an_algorithm_is(content: Content) -> None:
    explained = content.glossary.words_of(content.lessons[LESSONS[Band.KS3]])
    assert {"algorithm", "feed"} <= {each.word for each in explained}


def test_an_unknown_band_is_refused(tmp_path: Path) -> None:
    (tmp_path / "glossary.en.yml").write_text('feed: {ks9: "Posts."}\n', encoding="utf-8")
    with pytest.raises(ContentError):
        read_glossary(tmp_path)
