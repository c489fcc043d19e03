"""The site key and what is derived from it; envelopes whose size tells nothing."""

import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import SettingError
from kiosk.sealing.envelope import PADDED_SIZES, EnvelopeBroken, pack, unpack
from kiosk.sealing.site_key import SiteKey, make_site_key, read_site_key

KEY, OTHER = SiteKey(b"k" * 32), SiteKey(b"o" * 32)
ID = uuid.UUID("7b1e1c1c-6f5b-4a53-9f7e-0b7c8f0d2a11")
words = st.text(st.characters(codec="utf-8"), max_size=1500)


def test_a_new_key_is_random_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = make_site_key(tmp_path / "a/site.key"), make_site_key(tmp_path / "b/site.key")
    assert first != second
    assert len(first.raw) == 32
    assert (tmp_path / "a/site.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700


def test_a_key_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "site.key"
    assert make_site_key(path) == make_site_key(path) == read_site_key(path)


@pytest.mark.parametrize(
    "written", ["", "no key at all", "abcd", "ab" * 31, "ab" * 33, "zz" * 32, "\u00e9" * 32]
)
def test_what_is_no_key_is_refused_in_one_line_that_names_the_file_and_not_its_content(
    tmp_path: Path, written: str
) -> None:
    path = tmp_path / "site.key"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(SettingError) as refused:
        read_site_key(path)
    assert str(refused.value) == f"KIOSK_SECRET_KEY_FILE: {path} is not a site key"


def test_a_missing_key_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^KIOSK_SECRET_KEY_FILE: cannot read .*`kiosk init` makes it$"):
        read_site_key(tmp_path / "site.key")


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_what_is_derived_differs_by_site_purpose_and_message(one: bytes, other: bytes) -> None:
    assert KEY.derive("cookies", one) == KEY.derive("cookies", one)
    assert KEY.derive("cookies", one) != OTHER.derive("cookies", one)
    assert KEY.derive("cookies", one) != KEY.derive("report-id", one)
    assert (KEY.derive("cookies", one) == KEY.derive("cookies", other)) is (one == other)


def test_nothing_derived_holds_the_key_itself() -> None:
    assert KEY.raw.hex() not in KEY.cookie_secret()
    assert KEY.cookie_secret() != OTHER.cookie_secret()
    assert KEY.report_id("nonce") == KEY.report_id("nonce") != OTHER.report_id("nonce")


@given(words, st.sampled_from(["bullying", "adult"]))
def test_an_envelope_gives_back_what_was_put_in_and_has_one_of_three_sizes(said: str, route: str) -> None:
    body = {"words": said, "follow": ["repeat"]}
    envelope = pack(ID, route, body)
    assert unpack(ID, route, 0, envelope) == body
    assert len(envelope) in PADDED_SIZES


def test_short_reports_of_any_kind_look_alike() -> None:
    sizes = {
        len(pack(ID, route, {"words": "x" * length})) for route in ("site", "adult") for length in range(900)
    }
    assert sizes == {PADDED_SIZES[0]}


def test_nothing_longer_than_the_largest_envelope_is_packed() -> None:
    with pytest.raises(ValueError, match="largest"):
        pack(ID, "site", {"words": "x" * PADDED_SIZES[-1]})


@pytest.mark.parametrize(
    ("report_id", "route", "version", "envelope"),
    [
        (uuid.uuid4(), "site", 0, pack(ID, "site", {})),
        (ID, "adult", 0, pack(ID, "site", {})),
        (ID, "site", 1, pack(ID, "site", {})),
        (ID, "site", 0, b""),
        (ID, "site", 0, b"\xff\xfe"),
        (ID, "site", 0, pack(ID, "site", {})[:-1000]),
        (ID, "site", 0, b"[]"),
        (ID, "site", 0, b"null"),
        (ID, "site", 0, json.dumps({"id": ID.hex, "route": "site"}).encode()),
    ],
)
def test_an_envelope_of_another_row_or_a_broken_one_is_not_opened(
    report_id: uuid.UUID, route: str, version: int, envelope: bytes
) -> None:
    with pytest.raises(EnvelopeBroken):
        unpack(report_id, route, version, envelope)
