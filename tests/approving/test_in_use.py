"""What two people approved stays in use, whatever an update brings, until they approve the next (promise L26)."""

import fcntl
import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kiosk.approving.in_use import look_first
from kiosk.approving.items import Item
from kiosk.config import Config
from kiosk.content.mark import note_change
from kiosk.site import Content, Hosts
from kiosk.start import open_site, read_content
from kiosk.storage.db import Databases
from tests.approving.school import PLAIN, SHUT, Approvers, changed

pytestmark = pytest.mark.database("sqlite")  # the queries have tests of their own on both


def approved_before(approvers: Approvers, id: str, before: str, now: str) -> Item:
    """An older version of a lesson, which two people have approved."""
    old = changed(approvers.lesson(id), before, now)
    approvers.both(old)
    return old


@pytest.mark.parametrize("id", [SHUT, PLAIN])
def test_an_update_leaves_the_approved_words_in_use(
    approvers: Approvers, config: Config, databases: Databases, content: Content, id: str
) -> None:
    approved_before(approvers, id, "title: ", "title: Older ")
    site = open_site(config, databases, content)
    assert site.lessons[id].title == f"Older {content.lessons[id].title}"
    assert site.in_use.has_lesson(id)
    assert id in site.open_lessons
    assert site.in_use.brought.lessons[id].title == content.lessons[id].title
    assert {one for one in site.lessons if site.in_use.has_lesson(one)} == {id}


def test_a_cleaner_of_temporary_files_leaves_the_words_in_use_alone(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approved_before(approvers, SHUT, "title: ", "title: Older ")
    site = open_site(config, databases, content)
    held = os.open(site.lessons[SHUT].folder.parents[1], os.O_RDONLY)
    with pytest.raises(BlockingIOError):  # as systemd-tmpfiles asks before it looks into a folder
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(held)


def test_its_drawings_and_questions_are_the_approved_ones_too(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    item = approvers.lesson(SHUT)
    drawing = next(path for path in item.files if path.endswith(".svg"))
    quiz = next(path for path in item.files if path.startswith("quizzes/"))
    stem = f"stem: {content.quizzes[SHUT].questions[0].stem}"
    other: Mapping[str, bytes] = {
        **item.files,
        drawing: item.files[drawing].replace(b"</svg>", b"<g/></svg>"),
        quiz: item.files[quiz] + b"# as it was\n",
    }
    assert stem
    approvers.both(replace(item, files=other))
    site = open_site(config, databases, content)
    folder = site.lessons[SHUT].folder
    assert (folder / "img" / Path(drawing).name).read_bytes() == other[drawing]
    assert (folder.parent.parent / quiz).read_bytes() == other[quiz]


def test_a_code_that_was_approved_stays_the_one_that_is_signed(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approvers.both(changed(approvers.items["code/ks3"], "title: ", "title: Older "))
    site = open_site(config, databases, content)
    assert site.codes["ks3", "en"].title != content.codes["ks3", "en"].title
    assert site.codes["ks2", "en"].title == content.codes["ks2", "en"].title


def test_an_approved_version_that_cannot_be_read_any_more_is_shut_and_the_others_stay(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approved_before(approvers, SHUT, "mode: ", "mode: of-another-time-")
    approved_before(approvers, PLAIN, "title: ", "title: Older ")
    site = open_site(config, databases, content)
    assert SHUT not in site.open_lessons
    assert site.lessons[PLAIN].title.startswith("Older ")


def test_a_process_that_runs_sees_what_another_one_approved(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    hosts = Hosts(open_site(config, databases, content))
    first = hosts.find("")
    assert hosts.find("") is first
    assert SHUT not in first.open_lessons
    approvers.both(approvers.lesson(SHUT))
    assert SHUT not in hosts.find("").open_lessons
    note_change(config)
    assert SHUT in hosts.find("").open_lessons
    assert hosts.find("") is hosts.find("")
    assert hosts.find("").page_cache is not first.page_cache


def test_content_is_read_again_only_where_other_versions_are_in_use(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    """A teacher who reads a lesson aloud makes every process look again line by line."""
    approved_before(approvers, PLAIN, "title: ", "title: Older ")
    read = []

    def counted(config: Config) -> Content:
        read.append(config)
        return read_content(config)

    served, in_use = look_first(content, counted, config, databases.school)
    hosts = Hosts(replace(open_site(config, databases, content), **vars(served), in_use=in_use))
    note_change(config)
    first = hosts.find("")
    assert (len(read), first.lessons[PLAIN]) == (1, served.lessons[PLAIN])
    assert hosts.find("") is first
    approved_before(approvers, PLAIN, "title: ", "title: Newer ")
    note_change(config)
    assert hosts.find("").lessons[PLAIN].title.startswith("Newer ")
    assert len(read) == 2


def test_with_the_database_away_nothing_opens_and_nothing_shuts(
    approvers: Approvers,
    config: Config,
    databases: Databases,
    content: Content,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approvers.both(approvers.lesson(SHUT))
    hosts = Hosts(open_site(config, databases, content))
    assert SHUT in hosts.find("").open_lessons

    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.approving.in_use.approved_sources", away)
        note_change(config)
        assert SHUT in hosts.find("").open_lessons
        served, in_use = look_first(content, read_content, config, databases.school)
        assert served is content
        assert in_use.approved == frozenset()
    started = Hosts(replace(hosts.find(""), in_use=in_use))
    assert SHUT in started.find("").open_lessons  # it looks again once the database answers


def test_a_stored_path_cannot_leave_its_folder(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    item = approvers.lesson(PLAIN)
    approvers.both(replace(item, files={**item.files, "../../outside.md": b"x"}))
    with pytest.raises(ValueError, match="outside"):
        open_site(config, databases, content)


def test_a_quiz_that_went_to_another_lesson_keeps_no_kiosk_from_starting(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    item = changed(approvers.lesson(PLAIN), "title: ", "title: Older ")
    approvers.both(replace(item, files={**item.files, f"quizzes/{SHUT}.yml": b"schema: quiz/1\n"}))
    site = open_site(config, databases, content)
    assert not site.in_use.has_lesson(PLAIN)
    assert site.quizzes[SHUT] == content.quizzes[SHUT]


def test_without_room_for_an_older_version_pages_are_served_and_what_is_guarded_shuts(
    approvers: Approvers,
    config: Config,
    databases: Databases,
    content: Content,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    approved_before(approvers, SHUT, "title: ", "title: Older ")
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
        hosts = Hosts(open_site(config, databases, content))
        assert SHUT not in hosts.find("").open_lessons
    assert SHUT in hosts.find("").open_lessons  # it has looked again
