"""The disk of the power-cut trials forgets what it may, and never what it has promised to hold."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.powercut_check import Promise, found_wrong
from tests.faults.powercut_disk import SECTOR, Disk, Image, crashes
from tests.faults.powercut_record import INTAKE, REPORTS, STORES, Thanked, children_tell, record
from tests.faults.powercut_replay import Story, replay
from tests.faults.vfs import Made, Removed, Resized, Synced, Wrote

START = bytes(range(256)) * 8
changes = st.lists(
    st.one_of(
        st.builds(Wrote, st.just("a"), st.integers(0, 3000), st.binary(min_size=1, max_size=1500)),
        st.just(Synced("a")),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    return replay(record(folder / "data", lambda school: children_tell(school, 2)), folder / "replay")


@given(changes, st.integers())
def test_a_synced_write_is_never_dropped(made: list[Wrote | Synced], seed: int) -> None:
    disk = Disk.holding({"a": START})
    content, certain = bytearray(START), bytearray(b"\1" * len(START))
    for change in made:
        disk.apply(change)
        if isinstance(change, Synced):
            certain = bytearray(b"\1" * len(content))
            continue
        end = change.offset + len(change.content)
        for held in (content, certain):
            held.extend(bytes(max(0, end - len(held))))
        content[change.offset : end] = change.content
        certain[change.offset : end] = bytes(len(change.content))
    for kind, image in crashes(disk, Random(seed), 3):
        found = image["a"].ljust(len(content), b"\0")
        assert all(found[at] == content[at] for at in range(len(content)) if certain[at]), kind


def test_an_unsynced_write_is_dropped_kept_and_torn() -> None:
    disk = Disk.holding({"a": bytes(2048)})
    disk.apply(Wrote("a", 100, b"\1" * 1900))
    images = {image["a"] for _, image in crashes(disk, Random(3), 40)}
    assert {bytes(2048), disk.kept()["a"]} <= images
    torn = {disk.torn(Random(seed))["a"] for seed in range(50)}
    assert {image.count(1) for image in torn} == {0, SECTOR - 100, 2 * SECTOR - 100, 3 * SECTOR - 100}


def test_a_grown_file_may_hold_junk() -> None:
    disk = Disk.holding({"a": b"held"})
    disk.apply(Wrote("a", 4, b"new" * 100))
    grown = {disk.extended(Random(seed))["a"] for seed in range(20)}
    assert all(len(image) == 304 and image.startswith(b"held") for image in grown)
    assert b"held" + bytes(300) in grown
    assert not any(b"new" * 100 in image for image in grown)


def test_a_journal_is_in_its_folder_from_its_first_sync_and_gone_from_the_folders_sync() -> None:
    disk = Disk.holding({"a": b"held"})
    for change in (Made("a-wal"), Wrote("a-wal", 0, b"1")):
        disk.apply(change)
    assert {len(image) for _, image in crashes(disk, Random(1), 20)} == {1, 2}
    disk.apply(Synced("a-wal"))
    assert all(image["a-wal"] == b"1" for _, image in crashes(disk, Random(1), 20))
    disk.apply(Removed("a-wal", folder_too=False))
    assert {len(image) for _, image in crashes(disk, Random(1), 20)} == {1, 2}
    disk.apply(Made("a-wal"))
    disk.apply(Removed("a-wal", folder_too=True))
    assert all(set(image) == {"a"} for _, image in crashes(disk, Random(1), 20))


def test_a_new_database_may_be_missing_until_its_first_journal_is_synced() -> None:
    disk = Disk.holding({})
    for change in (Made("a"), Wrote("a", 0, b"1"), Synced("a"), Made("a-wal")):
        disk.apply(change)
    assert {len(image) for _, image in crashes(disk, Random(1), 20)} == {0, 1, 2}
    disk.apply(Synced("a-wal"))
    assert all(set(image) == {"a", "a-wal"} for _, image in crashes(disk, Random(1), 20))


def test_a_cut_file_may_be_as_long_as_before() -> None:
    disk = Disk.holding({"a": b"held"})
    disk.apply(Resized("a", 1))
    assert {image["a"] for _, image in crashes(disk, Random(1), 20)} == {b"h", b"held"}


def test_every_change_of_every_file_was_recorded(story: Story) -> None:
    disk = Disk.holding(story.before)
    for one in story.events:
        if isinstance(one, Made | Wrote | Resized | Synced | Removed):
            disk.apply(one)
    assert disk.kept() == story.after


def test_a_broken_page_a_missing_report_and_an_unknown_state_are_seen(story: Story, tmp_path: Path) -> None:
    def wrong(image: Image, promise: Promise) -> list[str]:
        return found_wrong(image, promise, tmp_path / "state", story.site_key)

    assert "strange" in wrong(
        story.after, Promise(frozenset(), {store: [story.rows[store]] for store in STORES})
    )
    assert "lost" in wrong(story.after, Promise(frozenset({"0" * 32})))
    for store in (INTAKE, REPORTS):
        whole = story.after[store]
        for page in range(4096, len(whole), 4096):
            broken = whole[:page] + Random(page).randbytes(4096) + whole[page + 4096 :]
            assert wrong(story.after | {store: broken}, Promise()) != [], (store, page)


def test_what_waits_in_the_intake_is_lost_with_its_file_and_found_in_no_other(
    story: Story, tmp_path: Path
) -> None:
    thanked = frozenset[str]().union(*(one.ids for one in story.events if isinstance(one, Thanked)))
    assert len(thanked) == 2
    merged_alone = {name: content for name, content in story.after.items() if not name.startswith(INTAKE)}
    for image, faults in ((story.after, set[str]()), (merged_alone, {"lost"})):
        wrong = found_wrong(image, Promise(thanked), tmp_path / "state", story.site_key)
        assert {*wrong} & {"lost", "halves", "doubled", "corrupt"} == faults
