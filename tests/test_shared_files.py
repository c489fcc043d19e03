"""Both nodes of a school have the same files: what changed on one comes to the other, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from kiosk.calendar.file import FILE_NAME, load_calendar
from kiosk.config import Config, SettingError
from kiosk.duties.kind import FOLDER as DUTIES
from kiosk.filtering.spots import OWN_LIST
from kiosk.host.files import write_durably
from kiosk.sealing.site_key import SiteKey
from kiosk.shared_files import (
    FOLDERS,
    NOTES,
    SPOTS,
    Seen,
    SharedFile,
    check_shared,
    is_newer_elsewhere,
    meet,
    share,
)
from kiosk.storage.db import Databases
from kiosk.told.family_notice import FOLDER as NOTICES
from kiosk.training.topic import FOLDER as TRAINING
from kiosk.voices.files import FOLDER as VOICES
from kiosk.voices.files import put_file, remove_file
from tests.report.sealed import KEY

CALENDAR = b"opens = 08:15:00\ncloses = 15:45:00\n"
DUTY = "duties/bins.yml"


class Node:
    """One of two nodes, with a data folder of its own and what its worker remembers."""

    def __init__(self, config: Config, databases: Databases, key: SiteKey = KEY) -> None:
        self.config, self.databases, self.key, self.seen = config, databases, key, Seen()
        config.data_dir.mkdir(0o700)

    def round(self) -> None:
        """What its worker does four times a minute."""
        meet(self.config, self.key, self.databases.school, self.seen)

    def write(self, name: str, body: bytes) -> None:
        """Somebody writes a file on this node."""
        path = self.config.file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, body)

    def read(self, name: str) -> bytes | None:
        """What it has of a file."""
        path = self.config.file(name)
        return path.read_bytes() if path.exists() else None

    def doctor(self) -> str:
        """What `kiosk doctor` says."""
        return check_shared(self.config, self.key, self.databases.school)


@pytest.fixture
def nodes(tmp_path: Path, config: Config, databases: Databases) -> Iterator[tuple[Node, Node]]:
    """Both nodes, still empty."""
    keepers = ("127.0.0.1:9001,127.0.0.1:9002", "127.0.0.1:9002,127.0.0.1:9001")
    a, b = (
        Node(config.model_copy(update={"data_dir": tmp_path / name, "keepers": pair}), databases)
        for name, pair in zip("ab", keepers, strict=True)
    )
    yield a, b


def files_of(folder: Path) -> list[Path]:
    """Every file but those of databases."""
    return [path for path in sorted(folder.rglob("*")) if ".sqlite-" not in path.name]


def test_every_folder_in_which_a_school_has_files_of_its_own_is_shared() -> None:
    assert set(FOLDERS) == {DUTIES, TRAINING, VOICES, NOTICES.as_posix()}
    assert SPOTS == OWN_LIST


def test_the_calendar_a_duty_a_notice_and_a_recording_come_to_the_other_node(
    nodes: tuple[Node, Node],
) -> None:
    a, b = nodes
    recording = f"voices/{put_file(a.config, b'OggS and a voice')}"
    written = {
        FILE_NAME: CALENDAR,
        DUTY: b"bins",
        "families/notices/phones.en.md": b"# Phones",
        SPOTS: b"spots",
    }
    for name, body in written.items():
        a.write(name, body)
    a.round()
    b.round()
    assert {name: b.read(name) for name in written} == written
    assert b.read(recording) == a.read(recording) is not None
    assert load_calendar(b.config).opens.hour == 8
    assert b.doctor() == a.doctor() == "the same on both nodes, or on their way"


def test_what_changes_on_either_node_is_the_newer_one_and_what_is_removed_is_removed(
    nodes: tuple[Node, Node],
) -> None:
    a, b = nodes
    for writer, reader, body in ((a, b, b"first"), (b, a, b"second"), (a, b, b"third")):
        writer.write(DUTY, body)
        writer.round()
        reader.round()
        assert reader.read(DUTY) == body
    b.config.file(DUTY).unlink()
    b.round()
    a.round()
    assert a.read(DUTY) is None
    assert a.config.file(NOTES).read_text() == "{}"


def test_a_recording_taken_back_on_one_node_is_gone_on_both(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    file = put_file(a.config, b"OggS and a voice")
    for node in (a, b):
        node.round()
    remove_file(b.config, file)
    for node in (b, a):
        node.round()
    assert a.read(f"voices/{file}") is None
    with a.databases.school.session(write=False) as session:
        assert session.scalar(select(SharedFile.name)) is None


def test_a_node_with_an_empty_disk_gets_everything_and_removes_nothing(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    a.write(DUTY, b"bins")
    for node in (a, b):
        node.round()
    for path in (a.config.file(DUTY), a.config.file(NOTES)):
        path.unlink()
    a.round()
    b.round()
    assert a.read(DUTY) == b.read(DUTY) == b"bins"


def test_a_node_that_was_away_for_long_takes_what_is_newer(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    a.write(DUTY, b"old")
    for node in (a, b):
        node.round()
    for body in (b"new", b"newest"):
        a.write(DUTY, body)
        a.round()
    b.round()
    assert b.read(DUTY) == b"newest"


def test_what_changed_on_both_stays_on_both_until_somebody_removes_one(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    a.write(DUTY, b"of a")
    b.write(DUTY, b"of b")
    for node in (a, b, a, b):
        node.round()
    assert (a.read(DUTY), b.read(DUTY)) == (b"of a", b"of b")
    with pytest.raises(SettingError, match=r"duties/bins\.yml: changed on both nodes"):
        b.doctor()
    b.config.file(DUTY).unlink()
    b.round()
    assert b.read(DUTY) == b"of a"
    assert "the same" in b.doctor()


def test_a_page_is_told_that_the_other_node_has_a_newer_calendar(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    for node in (a, b):
        with node.databases.school.write() as session:
            assert not is_newer_elsewhere(session, node.config, node.key, FILE_NAME)
    a.write(FILE_NAME, CALENDAR)
    with a.databases.school.write() as session:
        share(session, a.config, a.key, FILE_NAME, CALENDAR)
    with b.databases.school.session(write=False) as session:
        assert is_newer_elsewhere(session, b.config, b.key, FILE_NAME)
        assert not is_newer_elsewhere(session, a.config, a.key, FILE_NAME)
    b.round()
    with b.databases.school.session(write=False) as session:
        assert not is_newer_elsewhere(session, b.config, b.key, FILE_NAME)


def test_whoever_can_write_the_table_alone_changes_no_file(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    a.write(FILE_NAME, CALENDAR)
    for node in (a, b):
        node.round()
    with a.databases.school.write() as session:
        session.execute(update(SharedFile).values(body=b"opens = 06:00:00", digest="0" * 64))
    for node in (a, b, a, b):
        node.round()
        assert node.read(FILE_NAME) == CALENDAR
        with pytest.raises(SettingError, match="not written by a node of this school"):
            node.doctor()


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "voices/../../escaped",
        "/tmp/escaped",
        "site.key",
        "duties/.hidden",
        "school.sqlite",
        "duties",
    ],
)
def test_no_other_file_is_ever_written(nodes: tuple[Node, Node], name: str, tmp_path: Path) -> None:
    a, _ = nodes
    before = files_of(tmp_path)
    with a.databases.school.write() as session:
        share(session, a.config, a.key, name, b"not this")
    a.round()
    assert files_of(tmp_path) == before
    with pytest.raises(SettingError, match="not written by a node of this school"):
        a.doctor()


def test_a_new_site_key_changes_nothing_about_files(nodes: tuple[Node, Node]) -> None:
    a, b = nodes
    a.write(DUTY, b"bins")
    for node in (a, b):
        node.round()
        node.key = SiteKey(b"n" * 32, KEY.lasting.raw, (KEY.raw,))
    a.write(DUTY, b"more bins")
    for node in (a, b):
        node.round()
    assert b.read(DUTY) == b"more bins"


def test_a_file_that_is_as_it_was_is_not_read_again(
    nodes: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, _ = nodes
    a.write(DUTY, b"bins")
    a.round()
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    a.round()


def test_a_school_with_one_node_has_its_files_in_its_folder_alone(
    config: Config, databases: Databases
) -> None:
    (config.data_dir / FILE_NAME).write_bytes(CALENDAR)
    meet(config, KEY, databases.school, {})
    with databases.school.write() as session:
        share(session, config, KEY, FILE_NAME, CALENDAR)
        assert session.scalar(select(SharedFile.name)) is None
    assert check_shared(config, KEY, databases.school) == "one node, as KIOSK_KEEPERS is not set"
    assert not config.file(NOTES).exists()
