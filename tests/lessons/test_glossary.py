"""Words are explained once, where they first stand, in the words of the band, and only where there is room."""

from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.lessons.glossary import Entry, Explained, Glossary, mark_word, picture_words, read_glossary
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.step import Screen
from kiosk.site import Content
from tests.lessons.learner import LESSONS

GLOSSARY = Glossary(
    {
        "feed": Entry(picture="scroll", ks2="What you see next.", ks4="Posts an app has chosen."),
        "app": Entry(ks3="A program."),
    }
)


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
    assert GLOSSARY.explained(replace(lesson, steps=steps)) == {
        "s2": Explained("feed", "What you see next.", "scroll")
    }


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
        read_glossary(tmp_path, ())


def test_a_picture_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "glossary.en.yml").write_text('feed:\n  ks2: "Posts."\n  picture: scrol\n', encoding="utf-8")
    with pytest.raises(ContentError, match=r'glossary\.en\.yml:3: there is no picture "scrol"'):
        read_glossary(tmp_path, {"scroll"})


def test_each_key_word_has_a_picture(content: Content) -> None:
    bare = [word for word, entry in content.glossary.entries.items() if not entry.picture]
    assert bare == []


def test_a_lesson_has_pictures_of_its_vocabulary_and_of_what_is_explained_for_its_very_band(
    lesson: Lesson,
) -> None:
    assert GLOSSARY.pictures_of(lesson) == {"feed": "scroll"}
    assert GLOSSARY.pictures_of(replace(lesson, vocabulary=())) == {}  # ks3 is told what ks2 is
    assert GLOSSARY.pictures_of(replace(lesson, vocabulary=(), band=Band.KS4)) == {"feed": "scroll"}
    assert GLOSSARY.pictures_of(replace(lesson, lang="ur")) == {}  # the glossary is English


def test_a_key_word_has_its_picture_once_and_never_inside_a_tag() -> None:
    drawn = {"phone number": Markup("<svg/>"), "phone": Markup("<i/>")}
    shown = picture_words(Markup('<p title="phone">A phone number, a phone, phones.</p>'), drawn)
    picture = '<span class="key-word__picture" aria-hidden="true">{}</span>'
    assert shown == (
        f'<p title="phone">A <span class="key-word">{picture.format("<svg/>")}phone number</span>, '
        f'a <span class="key-word">{picture.format("<i/>")}phone</span>, phones.</p>'
    )
    assert picture_words(Markup("<p>A phone.</p>"), {}) == "<p>A phone.</p>"
