"""An archive opens with its card, and nothing that was cut off, changed or put together is taken for a whole one."""

import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.backup.archive import HEAD_BYTES, MANIFEST, PIECE, Archive, ArchiveBroken, write_archive
from kiosk.backup.card import RecoveryCard, new_card
from kiosk.sealing.site_key import SiteKey
from tests.factories import SITE_KEY
from tests.sets import repeats

CARD = new_card(SITE_KEY)
START = HEAD_BYTES + 24  # where the pieces begin
NOISE = random.Random(26).randbytes(3 * PIECE)
MEMBERS = [
    (MANIFEST, [b'{"kiosk": "0.2.0"}']),
    ("school.rows", [b"one\n", b"two\nthr", b"ee\n", b"", b"rest"]),
    ("empty", []),
    ("large", [NOISE[:1000], NOISE[1000:]]),
]
SMALL = MEMBERS[:3]


def made(path: Path, members: object = None, card: RecoveryCard = CARD, key: SiteKey = SITE_KEY) -> Archive:
    """An archive in a file."""
    out = io.BytesIO()
    write_archive(out, card.public_key, key, MEMBERS if members is None else members)  # type: ignore[arg-type]
    path.write_bytes(out.getvalue())
    return Archive(path, CARD)


class Odd(str):
    """A name that is no text."""

    def encode(self, *_: object) -> bytes:
        """Bytes of no letters."""
        return b"\xff\xfe"


def pieces_of(data: bytes) -> list[bytes]:
    """The sealed pieces of an archive."""
    return [data[place : place + PIECE] for place in range(START, len(data), PIECE)]


def test_every_member_comes_back_as_it_went_in(tmp_path: Path) -> None:
    archive = made(tmp_path / "a")
    assert archive.check() == {"kiosk": "0.2.0"}
    assert [name for name, _ in archive.members()] == [name for name, _ in MEMBERS]
    for name, content in MEMBERS:
        assert b"".join(archive.member(name)) == b"".join(content)
    assert list(archive.lines("school.rows")) == [b"one\n", b"two\n", b"three\n", b"rest"]
    assert b"".join(archive.member("none")) == b""


def test_nothing_of_it_can_be_read_without_the_card(tmp_path: Path) -> None:
    data = made(tmp_path / "a").path.read_bytes()
    for word in (b"kiosk.", b"school.rows", b"three", b"manifest", NOISE[:8], SITE_KEY.raw, CARD.private_key):
        assert word not in data


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives of a few hundred bytes, so that each byte can be tried."""
    monkeypatch.setattr("kiosk.backup.archive.PIECE", 64)
    monkeypatch.setattr("kiosk.backup.archive.PIECES", 3)


@pytest.mark.usefixtures("small_pieces")
def test_a_changed_bit_anywhere_is_refused(tmp_path: Path) -> None:
    archive = made(tmp_path / "a", SMALL)
    data = archive.path.read_bytes()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        archive.path.write_bytes(changed)
        with pytest.raises(ArchiveBroken):
            archive.check()
    archive.path.write_bytes(data)
    archive.check()


def test_the_size_of_a_file_says_how_many_megabytes_it_holds_and_nothing_else(tmp_path: Path) -> None:
    archives = [
        made(tmp_path / f"{size}", [*SMALL, ("rows", [NOISE[:size]]), ("more", [NOISE[: 9000 - size]])])
        for size in (0, 1, PIECE, 9000)
    ]
    assert {one.path.stat().st_size for one in archives} == {START + 1024 * 1024}
    for one in archives:
        one.check()
    large = made(tmp_path / "large", [*SMALL, ("rows", [random.Random(1).randbytes(1024 * 1024)])])
    assert large.path.stat().st_size == START + 2 * 1024 * 1024
    large.check()


def test_as_many_members_as_a_school_likes_come_back(tmp_path: Path) -> None:
    many = [(f"content/lessons/{number:05}-a-page-with-a-long-name.md", [b"words"]) for number in range(3000)]
    archive = made(tmp_path / "a", [*SMALL, *many])
    archive.check()
    assert b"".join(archive.member(many[-1][0])) == b"words"


@pytest.mark.usefixtures("small_pieces")
def test_a_file_that_was_cut_off_at_any_length_or_goes_on_is_refused(tmp_path: Path) -> None:
    archive = made(tmp_path / "a", SMALL)
    data = archive.path.read_bytes()
    for length in range(len(data)):
        archive.path.write_bytes(data[:length])
        with pytest.raises(ArchiveBroken):
            archive.check()
    for more in (b"\0", data[START:], data):
        archive.path.write_bytes(data + more)
        with pytest.raises(ArchiveBroken):
            archive.check()


@pytest.mark.parametrize("attempt", range(repeats(10, 1000)))
def test_pieces_in_another_order_twice_or_missing_are_refused(tmp_path: Path, attempt: int) -> None:
    archive = made(tmp_path / "a")
    data, lot = archive.path.read_bytes(), random.Random(attempt)
    pieces = pieces_of(data)
    change: Callable[[], list[bytes]] = lot.choice(
        [
            lambda: lot.sample(pieces, len(pieces)),
            lambda: lot.sample(pieces, len(pieces) - 1),
            lambda: [*pieces[:3], lot.choice(pieces), *pieces[3:]],
            lambda: pieces[: lot.randrange(len(pieces))] + pieces[-1:],
        ]
    )
    moved = change()
    if moved == pieces:
        return
    archive.path.write_bytes(data[:START] + b"".join(moved))
    with pytest.raises(ArchiveBroken):
        archive.check()


def test_pieces_of_another_copy_of_the_same_school_are_refused(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a"), made(tmp_path / "b")
    mine, theirs = one.path.read_bytes(), other.path.read_bytes()
    for head, pieces in ((mine, pieces_of(theirs)), (mine, [*pieces_of(mine)[:-1], pieces_of(theirs)[-1]])):
        one.path.write_bytes(head[:START] + b"".join(pieces))
        with pytest.raises(ArchiveBroken):
            one.check()


def test_another_card_is_named_as_that(tmp_path: Path) -> None:
    other = new_card(SITE_KEY)
    with pytest.raises(ArchiveBroken, match="opens with another card: its key of copies has the fingerprint"):
        made(tmp_path / "a", card=other).check()


def test_who_has_the_public_half_of_the_card_alone_forges_no_copy(tmp_path: Path) -> None:
    forged = made(tmp_path / "a", key=SiteKey(bytes(32)))
    with pytest.raises(ArchiveBroken, match="was not made by the school of this card"):
        forged.check()
    odd = made(tmp_path / "b", [*SMALL, (Odd("odd"), [b"content"])], key=SiteKey(bytes(32)))
    with pytest.raises(ArchiveBroken, match="was not made by the school of this card"):
        odd.check()


@pytest.mark.parametrize(
    "members",
    [
        [],
        MEMBERS[1:],
        [MEMBERS[1], MEMBERS[0]],
        [*MEMBERS, MEMBERS[1]],
        [(MANIFEST, [b"[]"])],
        [(MANIFEST, [b"{"])],
        [(MANIFEST, [b"[" * 100_000])],
    ],
)
def test_members_that_are_none_of_a_copy_are_refused(tmp_path: Path, members: object) -> None:
    with pytest.raises(ArchiveBroken):
        made(tmp_path / "a", members).check()


def test_a_member_that_unpacks_to_very_much_never_fills_the_memory(tmp_path: Path) -> None:
    archive = made(tmp_path / "a", [SMALL[0], ("bomb", (bytes(1024 * 1024) for _ in range(16)))])
    assert archive.path.stat().st_size < 2 * 1024 * 1024
    assert max(len(some) for some in archive.member("bomb")) <= 1024 * 1024
    archive.check()


def test_what_is_no_copy_and_what_a_newer_kiosk_made_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for other in (b"", b"PK\x03\x04" * 100, json.dumps({}).encode()):
        path.write_bytes(other)
        with pytest.raises(ArchiveBroken, match="is no copy that kiosk made"):
            Archive(path, CARD).check()
    made(path)
    data = bytearray(path.read_bytes())
    data[len(b"kiosk copy\n")] += 1
    path.write_bytes(data)
    with pytest.raises(ArchiveBroken, match="made by a newer version of kiosk"):
        Archive(path, CARD).check()
    with pytest.raises(ArchiveBroken, match="cannot be read"):
        Archive(tmp_path / "missing", CARD).check()
