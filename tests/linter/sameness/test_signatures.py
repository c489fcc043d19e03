"""What no list of words can know is signed by a reader who did not write the lesson (promise L21)."""

from pathlib import Path

import pytest

from kiosk.linter.sameness.signatures import check_signatures
from tests.linter.sameness.works import finding_tuples, lesson, works


@pytest.mark.parametrize(
    ("status", "line", "found"),
    [
        ("draft", "Things and endings: not read yet", False),
        ("reviewed", "Things and endings: not read yet", True),
        ("reviewed", "Things and endings: read aloud in version 1, the owl is its own", False),
        ("reviewed", "Things and endings: read aloud in version 2, the owl is its own", True),
        ("draft", "It was fine.", True),
    ],
)
def test_a_review_says_whether_this_version_was_read_for_things_and_endings(
    status: str, line: str, found: bool, tmp_path: Path
) -> None:
    path = lesson(tmp_path, "a", "::: screen {#s1}\nOne.\n:::\n")
    path.write_text(path.read_text("utf-8").replace("status: draft", f"status: {status}"), encoding="utf-8")
    assert finding_tuples(check_signatures(works(tmp_path), tmp_path)) == []  # a school may keep no reviews
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "ks2-privacy-a.md").write_text(f"# A\n\n{line}\n", encoding="utf-8")
    told = finding_tuples(check_signatures(works(tmp_path), tmp_path))
    assert bool(told) is found
    assert all("nobody has signed version 1: read it aloud" in message for *_, message in told)
