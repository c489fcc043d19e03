"""Topics are files: what ships can be read, a school adds its own, and a staff lesson is written for tired adults."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.config import Config
from kiosk.content.pictures import read_pictures
from kiosk.content.problem import ContentError
from kiosk.content.readability import grade
from kiosk.lessons.activity import Activity
from kiosk.lessons.scenes.cast import read_cast
from kiosk.training.topic import Topics, lessons_of, read_topics
from kiosk.wording.facts import read_facts
from tests.sites import shipped_content

CONTENT = Config().content_path
STAFF_GRADE, LONGEST_VIEW = 10.0, 160
OWN = """schema: training/1
title: The minibus
line: Who drives, and with whom.
whom: [network]
every: once
"""


def read(data: Path) -> Topics:
    facts = read_facts(CONTENT, Config().nation)
    return read_topics(CONTENT, data, facts, read_pictures(CONTENT), read_cast(CONTENT))


def views(step: Any) -> list[str]:
    """The words of each view of a step, as text."""
    if isinstance(step, Activity):
        return [". ".join(part.striptags() for part in view) for view in step.views()]
    return [step.html.striptags()]


def test_seven_topics_are_the_first_days_and_two_have_a_lesson() -> None:
    topics = shipped_content().training
    assert sum(one.induction for one in topics.values()) == 7
    assert [one.id for one in topics.values() if one.lesson] == ["child-tells", "own-accounts"]
    assert all(one.talk_over for one in topics.values()), "each says what to talk over"


def test_a_school_adds_a_topic_of_its_own_and_takes_none_of_ours(tmp_path: Path) -> None:
    folder = tmp_path / "training"
    folder.mkdir()
    (folder / "minibus.yml").write_text(OWN, encoding="utf-8")
    topics = read(tmp_path)
    assert topics["minibus"].whom == {"network"} and not topics["minibus"].again
    (folder / "safeguarding.yml").write_text(OWN, encoding="utf-8")
    with pytest.raises(ContentError, match="is taken"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("trips.yml", OWN.replace("once", "never"), "once"),
        ("trips.yml", OWN.replace("network", "cook"), "whom"),
        ("trips.en.md", "---\nschema: staff-lesson/1\n---\n", "title"),
        ("trips.en.md", "loose words", "---"),
    ],
)
def test_a_file_that_is_not_as_it_has_to_be_is_said(
    tmp_path: Path, name: str, words: str, message: str
) -> None:
    folder = tmp_path / "training"
    folder.mkdir()
    (folder / "trips.yml").write_text(OWN, encoding="utf-8")
    (folder / name).write_text(words, encoding="utf-8")
    with pytest.raises(ContentError, match=message):
        read(tmp_path)


def test_a_staff_lesson_is_short_plain_and_said_to_be_a_draft() -> None:
    for lesson in lessons_of(shipped_content().training.values()):
        said = [view for step in lesson.steps for view in views(step)]
        assert grade(said) <= STAFF_GRADE, lesson.id
        assert max(len(view.split()) for view in said) <= LONGEST_VIEW, lesson.id
        assert lesson.minutes <= 12 and lesson.status == "draft" and not lesson.quiz
        for no in ("!", "{", "just tell", "stupid", "should have known"):
            assert not any(no in view for view in said), (lesson.id, no)
