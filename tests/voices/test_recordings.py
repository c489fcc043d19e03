"""A recording is of its words, approved by a second adult (promise HV1), and gone once taken back (promise HV2)."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.approving.approval import approvals_of, may_speak_as
from kiosk.approving.in_use import look_first
from kiosk.config import Config
from kiosk.lessons.step import Screen
from kiosk.roles import Role
from kiosk.site import Content
from kiosk.start import open_site, read_content
from kiosk.storage.db import Databases
from kiosk.voices.files import (
    FOLDER,
    MOST_BYTES,
    Sound,
    checked_sound,
    files_in,
    path_of,
    put_file,
    read_all,
)
from kiosk.voices.lines import digest_of, script_for, script_of
from kiosk.voices.models import Reader, Recording
from kiosk.voices.recordings import (
    Sent,
    forget_changed,
    keep,
    recordings_of,
    remove_unnamed,
    send_back,
    spoken_id,
    take_back,
    take_back_all,
)
from kiosk.wording.messages import Refused
from tests.factories import make_staff, today
from tests.voices.school import LESSON, OGG, WEBM, Voices


@pytest.fixture
def heard(config: Config, databases: Databases, content: Content) -> "Heard":
    """What children hear."""
    return Heard(config, databases, content)


class Heard:
    """The lines of the lesson that may be heard, looked up anew each time."""

    def __init__(self, config: Config, databases: Databases, content: Content) -> None:
        self._config, self._databases, self._content = config, databases, content

    def __call__(self) -> set[str]:
        return set(self.files())

    def files(self) -> dict[str, str]:
        """Which recording is heard of each line."""
        _, in_use = look_first(self._content, read_content, self._config, self._databases.school)
        return dict(in_use.voices.get(spoken_id(LESSON, "en"), {}))


def test_nothing_is_heard_before_a_second_adult_approved_it(voices: Voices, heard: Heard) -> None:
    lines = voices.lines_of("s1")
    voices.read(*lines)
    assert heard() == set()
    assert voices.approve()
    assert heard() == {line.digest for line in lines}


def test_nobody_approves_what_they_kept_whatever_they_are(voices: Voices, session: Session) -> None:
    lead = make_staff(session, Role.DSL)
    voices.read(*voices.lines_of("s1"), by=lead)
    assert may_speak_as(lead, voices.item) == []
    with pytest.raises(Refused):
        voices.approve(by=lead)
    voices.read(voices.lines_of("s1")[0], by=voices.hearer)
    with pytest.raises(Refused):  # a single line of theirs among the others is enough
        voices.approve()


def test_a_line_read_again_is_heard_as_before_until_the_new_one_is_approved(
    voices: Voices, heard: Heard, config: Config, databases: Databases, content: Content
) -> None:
    first, *rest = voices.lines_of("s1")
    voices.read(first, *rest)
    voices.approve()
    everything = heard.files()
    session, script, sent = voices.session, voices.script, Sent(OGG, Reader.PARENT)
    old = everything[first.digest]
    for by in (voices.reader, voices.hearer):
        gone = keep(session, voices.config, by, script, first, sent, today(), old)
        assert old not in gone
    session.commit()
    assert heard.files() == everything
    other = make_staff(session)
    session.commit()
    with pytest.raises(Refused):
        voices.approve()  # the hearer kept the newest of it
    session.rollback()
    voices.approve(by=other)
    new = heard.files()
    assert new.keys() == everything.keys()
    assert new[first.digest] != old
    forget_changed(session, open_site(config, databases, content))
    session.commit()
    assert recordings_of(session, script)[first.digest].before == ""


def test_who_takes_all_back_takes_also_what_another_is_to_replace(voices: Voices, heard: Heard) -> None:
    first, *rest = voices.lines_of("s1")
    voices.read(first, *rest)
    voices.approve()
    session, script, old = voices.session, voices.script, heard.files()[first.digest]
    keep(session, voices.config, voices.hearer, script, first, Sent(OGG, Reader.OTHER), today(), old)
    assert len(take_back_all(session, script, voices.reader)) == len(rest) + 1
    session.commit()
    assert heard() == set()
    assert list(recordings_of(session, script)) == [first.digest]


def test_what_is_taken_back_or_sent_back_is_heard_no_more(voices: Voices, heard: Heard) -> None:
    first, second, *rest = voices.lines_of("s1")
    voices.read(first, second, *rest)
    voices.approve()
    take_back(voices.session, voices.script, first.digest)
    with pytest.raises(Refused):
        send_back(voices.session, voices.script, second.digest, "  ")
    send_back(voices.session, voices.script, second.digest, "One word is missing.")
    voices.session.commit()
    assert heard() == {line.digest for line in rest}
    known = recordings_of(voices.session, voices.script)
    assert first.digest not in known
    assert (known[second.digest].file, known[second.digest].why) == ("", "One word is missing.")
    take_back_all(voices.session, voices.script, voices.reader)
    voices.session.commit()
    assert heard() == set()


def test_a_yes_is_for_what_was_heard_then(voices: Voices, heard: Heard) -> None:
    first, second, *_ = voices.lines_of("s1")
    voices.read(first)
    before = voices.item
    voices.read(second)
    assert voices.approve(item=before)  # two pages raced: it holds for the line that was heard
    assert heard() == {first.digest}


def test_other_words_are_another_line(voices: Voices, session: Session, heard: Heard) -> None:
    voices.read(*voices.lines_of("s1"))
    voices.approve()
    lesson = voices.content.lessons[LESSON]
    steps = (
        replace(step, html=step.html + Markup("<p>One more.</p>")) if isinstance(step, Screen) else step
        for step in lesson.steps
    )
    changed = replace(lesson, steps=tuple(steps))
    script = script_for(changed, None, voices.content.glossary)
    assert digest_of("en", "One more.") in {line.digest for line in script.lines}
    assert digest_of("en", "One more.") not in heard()
    assert script.mark != voices.script.mark
    polish = script_of(voices.content, LESSON, "pl")
    assert polish
    assert not {line.digest for line in polish.lines} & heard()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        WEBM[:100],
        b"<!doctype html><script>alert(1)</script>" + bytes(400),
        b"%PDF-1.7" + bytes(400),
        b"RIFF\0\0\0\0AVI " + bytes(400),
        b"\x89PNG" + bytes(400),
        WEBM + bytes(MOST_BYTES),
    ],
)
def test_what_is_no_recording_is_refused_and_nothing_is_left_of_it(voices: Voices, data: bytes) -> None:
    line, session = voices.script.lines[0], voices.session
    with pytest.raises(Refused):
        keep(session, voices.config, voices.reader, voices.script, line, Sent(data, Reader.OTHER), today())
    assert list(files_in(voices.config)) == []
    assert session.scalars(select(Recording)).all() == []


def test_how_long_it_lasts_is_bounded(voices: Voices) -> None:
    line = voices.script.lines[0]
    for tenths in (1, 601):
        with pytest.raises(Refused):
            sent = Sent(WEBM, Reader.TEACHER, tenths)
            keep(voices.session, voices.config, voices.reader, voices.script, line, sent, today())


def test_every_kind_that_browsers_record_is_told_by_its_first_bytes() -> None:
    kinds = {
        WEBM: Sound.WEBM,
        OGG: Sound.OGG,
        bytes(4) + b"ftypM4A " + bytes(400): Sound.MP4,
        b"ID3\x04" + bytes(400): Sound.MP3,
        b"RIFF\0\0\0\0WAVEfmt " + bytes(400): Sound.WAV,
    }
    assert {checked_sound(data) for data in kinds} == set(Sound)
    assert all(checked_sound(data) is sound for data, sound in kinds.items())


@pytest.mark.parametrize("name", ["../site.key", "a" * 63, "g" * 64, "", "/etc/passwd", "A" * 64])
def test_no_other_name_than_a_digest_leads_to_a_file(config: Config, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        path_of(config, name)


def test_files_that_no_line_names_go_and_the_others_stay(voices: Voices) -> None:
    first, second = voices.script.lines[:2]
    voices.read(first, second)
    stray = put_file(voices.config, OGG)
    remove_unnamed(voices.session, voices.config)
    assert stray in set(files_in(voices.config))  # it may be about to be named
    path = path_of(voices.config, stray)
    old = path.stat().st_mtime - timedelta(hours=2).total_seconds()
    os.utime(path, (old, old))
    remove_unnamed(voices.session, voices.config)
    left = {one.file for one in recordings_of(voices.session, voices.script).values()}
    assert set(files_in(voices.config)) == left
    file = recordings_of(voices.session, voices.script)[first.digest].file
    take_back(voices.session, voices.script, first.digest)
    voices.session.commit()
    remove_unnamed(voices.session, voices.config, {file, *left})
    assert set(files_in(voices.config)) == left - {file}


def test_a_folder_that_cannot_be_looked_into_stops_nothing(
    voices: Voices, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    voices.read(*voices.lines_of("s1"))
    voices.approve()
    stat = Path.stat

    def shut(path: Path, **more: bool) -> os.stat_result:
        if path.parent.name == FOLDER:
            raise PermissionError
        return stat(path, **more)

    monkeypatch.setattr(Path, "stat", shut)
    assert heard() == set()


def test_a_copy_takes_what_is_there_though_one_is_taken_back_meanwhile(voices: Voices) -> None:
    files = [put_file(voices.config, data) for data in (OGG, WEBM)]
    reading = read_all(voices.config)
    first, _ = next(reading)
    path_of(voices.config, next(file for file in files if file != first)).unlink()
    assert list(reading) == []


def test_words_that_stand_nowhere_any_more_are_forgotten(
    voices: Voices, config: Config, databases: Databases, content: Content
) -> None:
    voices.read(*voices.script.lines[:2])
    this = Recording.line == voices.script.lines[0].digest
    voices.session.execute(update(Recording).where(this).values(line=digest_of("en", "Old words")))
    voices.session.commit()
    forget_changed(voices.session, open_site(config, databases, content))
    voices.session.commit()
    assert list(recordings_of(voices.session, voices.script)) == [voices.script.lines[1].digest]
    assert len(voices.session.scalars(select(Recording)).all()) == 1


def test_recordings_of_a_translation_wait_while_it_is_out_of_date(
    voices: Voices, config: Config, databases: Databases, content: Content, tmp_path: Path
) -> None:
    """Another comma in the English would else throw away what somebody has read aloud in Polish."""
    session, lesson = voices.session, content.lessons[LESSON]
    polish = script_of(content, LESSON, "pl")
    assert polish
    sent = Sent(WEBM, Reader.PARENT)
    keep(session, voices.config, voices.reader, polish, polish.lines[0], sent, today())
    session.commit()

    def left(content: Content) -> int:
        forget_changed(session, open_site(config, databases, content))
        session.commit()
        return len(recordings_of(session, polish))

    other = replace(lesson, translations={})
    quizzes = {**content.quizzes, lesson.quiz: replace(content.quizzes[lesson.quiz], translations={})}
    assert left(replace(content, lessons={**content.lessons, LESSON: other})) == 1
    assert left(replace(content, quizzes=quizzes)) == 1
    gone = replace(other, folder=tmp_path / "lessons" / LESSON)
    assert left(replace(content, lessons={**content.lessons, LESSON: gone})) == 0


def test_nobody_is_asked_to_read_english_questions_as_polish(content: Content) -> None:
    lesson = content.lessons[LESSON].translations["pl"]
    quiz = replace(content.quizzes[lesson.quiz], translations={})
    pages = script_for(lesson, quiz, content.glossary).pages
    assert not [page for page in pages if page.startswith("quiz/")]
    assert [
        page
        for page in script_for(lesson, content.quizzes[lesson.quiz], content.glossary).pages
        if "/" in page
    ]


def test_a_recording_whose_file_is_gone_is_not_offered(voices: Voices, heard: Heard) -> None:
    first, *rest = voices.lines_of("s1")
    voices.read(first, *rest)
    voices.approve()
    path_of(voices.config, recordings_of(voices.session, voices.script)[first.digest].file).unlink()
    assert heard() == {line.digest for line in rest}


def test_approval_needs_one_more_adult_and_is_said_once(voices: Voices) -> None:
    voices.read(*voices.lines_of("s1"))
    voices.approve()
    known = approvals_of(voices.session, {voices.item.key: voices.item})[voices.item.key]
    assert known.approved
    assert [one.staff_id for one in known.said] == [voices.hearer.id]
    assert (
        str(voices.reader.id) not in voices.item.source
    )  # no name and no number of theirs is stored with the voice
