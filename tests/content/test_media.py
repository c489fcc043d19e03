"""Pictures and recordings: those that are named exist, and have words."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.content.media import Media, media_faults


def faults(tmp_path: Path, given: dict[str, Any], *, alt_needed: bool = True) -> list[str]:
    folder = tmp_path / "lesson"
    (folder / "img").mkdir(parents=True, exist_ok=True)
    (folder / "img" / "box.svg").write_text("<svg/>", encoding="utf-8")
    return media_faults(Media(**given), folder, {"key"}, alt_needed=alt_needed)


@pytest.mark.parametrize(
    "given",
    [
        {"picture": "key", "alt": "A key"},
        {"image": "box.svg", "alt": "A box"},
        {"image": "box.svg", "alt": "", "decorative": True},
        {"image": "box.svg", "decorative": True},
        {},
    ],
)
def test_what_is_there_and_described_is_fine(given: dict[str, Any], tmp_path: Path) -> None:
    assert faults(tmp_path, given) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"picture": "none", "alt": "A"}, 'there is no picture "none"'),
        ({"image": "none.svg", "alt": "A"}, "there is no drawing lesson/img/none.svg"),
        ({"image": "../../secret.svg", "alt": "A"}, "must be the name of"),
        ({"image": "https://example.org/a.svg", "alt": "A"}, "must be the name of"),
        ({"image": "clip.gif", "alt": "A"}, "must be the name of"),
        ({"picture": "key", "image": "box.svg", "alt": "A"}, "not both"),
        ({"picture": "key"}, '"alt" is missing'),
        ({"picture": "key", "alt": ""}, "an empty alt needs"),
        ({"picture": "key", "alt": "A key", "decorative": True}, "has no alt text"),
        ({"alt": "A key"}, "alt text without a picture"),
        ({"audio": "s1"}, "there is no recording audio/en/s1.opus"),
    ],
)
def test_what_is_missing_or_unclear_is_said(given: dict[str, Any], message: str, tmp_path: Path) -> None:
    assert any(message in fault for fault in faults(tmp_path, given))


def test_a_picture_with_a_label_beside_it_needs_no_alt(tmp_path: Path) -> None:
    assert faults(tmp_path, {"picture": "key"}, alt_needed=False) == []
