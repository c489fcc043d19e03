"""Words that lessons explain: each has a meaning for its band, and no meaning lies about unused (promise L3)."""

from pathlib import Path

from tests.content_folder import lesson_path, make_content, plant
from tests.linter.samples import found


def glossary(folder: Path, text: str) -> Path:
    path = folder / "glossary.en.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_word_that_has_its_meaning_is_no_finding(tmp_path: Path) -> None:
    glossary(make_content(tmp_path), 'key:\n  ks1: "It opens a box."\n')
    assert found(tmp_path, "L3") == []


def test_a_word_without_a_meaning_for_its_band_is_an_error_on_its_line(tmp_path: Path) -> None:
    glossary(make_content(tmp_path), 'key:\n  ks1: "It opens a box."\nbox:\n  ks2: "It holds a thing."\n')
    path = lesson_path(tmp_path)
    line = plant(path, "vocabulary: [key]", "vocabulary:\n  - key\n  - box")
    (missing,) = [finding for finding in found(tmp_path, "L3") if finding.path == path]
    assert (missing.level, missing.line) == ("error", line + 2)
    assert missing.message == '"box" has no meaning for ks1 or younger in glossary.en.yml'


def test_a_meaning_for_younger_children_serves_an_older_band_and_is_used(tmp_path: Path) -> None:
    make_content(tmp_path)
    plant(lesson_path(tmp_path), "band: ks1", "band: ks2")
    older = (
        lesson_path(tmp_path).parent.rename(tmp_path / "lessons" / "ks2-privacy-box-of-mine") / "lesson.en.md"
    )
    text = older.read_text(encoding="utf-8").replace("ks1-privacy", "ks2-privacy")
    older.write_text(text, encoding="utf-8")
    glossary(tmp_path, 'key:\n  ks1: "It opens a box."\n  ks3: "It opens a lock."\n')
    (unused,) = found(tmp_path, "L3")
    assert (unused.level, unused.line) == ("warning", 3)
    assert unused.message == 'no lesson explains "key" with this meaning for ks3'


def test_a_glossary_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = glossary(make_content(tmp_path), 'key:\n  ks9: "It opens a box."\n')
    assert [finding.line for finding in found(tmp_path, "L1") if finding.path == path] == [2]
