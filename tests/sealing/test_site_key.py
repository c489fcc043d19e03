"""The site key and what is derived from it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import SettingError
from kiosk.sealing.site_key import SiteKey, make_site_key, read_site_key

KEY, OTHER = SiteKey(b"k" * 32), SiteKey(b"o" * 32)


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
    with pytest.raises(
        SettingError,
        match=r"cannot read .*`kiosk key restore` puts it back, `kiosk init` makes a school$",
    ):
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
    assert (
        KEY.report_id("nonce", b"said")
        == KEY.report_id("nonce", b"said")
        != OTHER.report_id("nonce", b"said")
    )
    assert KEY.report_id("nonce", b"said") != KEY.report_id("nonce", b"more")
