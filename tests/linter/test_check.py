"""The whole linter: mistakes of every file at once, and what cannot be read does not stop the rest."""

from pathlib import Path

from kiosk.linter.check import check_content
from kiosk.linter.finding import Finding
from tests.content_folder import lesson_path, make_content, plant, quiz_path
from tests.linter.samples import TODAY


def errors(folder: Path) -> list[Finding]:
    return [finding for finding in check_content(folder, TODAY) if finding.level == "error"]


def test_what_readers_refuse_is_reported_and_the_rest_is_still_checked(tmp_path: Path) -> None:
    make_content(tmp_path)
    broken = plant(lesson_path(tmp_path), "band: ks1", "band: ks9")
    shaming = plant(quiz_path(tmp_path), "We can share a ball.", "That is a silly ball.")
    found = errors(tmp_path)
    assert any(finding.path == lesson_path(tmp_path) and finding.line == broken for finding in found)
    assert any(
        (finding.path, finding.line, finding.code) == (quiz_path(tmp_path), shaming, "L6")
        for finding in found
    )


def test_without_facts_nothing_else_can_be_checked(tmp_path: Path) -> None:
    make_content(tmp_path)
    (tmp_path / "facts.yml").write_text("- id: a\n", encoding="utf-8")
    assert {finding.path.name for finding in errors(tmp_path)} == {"facts.yml"}


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert any("cannot be read" in finding.message for finding in errors(tmp_path / "none"))


def test_missing_wording_files_are_named(tmp_path: Path) -> None:
    messages = [finding.message for finding in errors(make_content(tmp_path))]
    assert "there is no ks1.en.yml" in messages and "there is no chooser.en.yml" in messages
    assert "there is no ks2.en.yml" not in messages
    assert "there is no monitoring.en.yml" in messages  # without a notice nothing starts


def test_findings_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    found = check_content(make_content(tmp_path), TODAY)
    assert found == sorted(found)


def test_a_privacy_page_for_the_young_is_short_and_easy(tmp_path: Path) -> None:
    folder = make_content(tmp_path)
    (folder / "privacy").mkdir()
    page = folder / "privacy" / "ks1.en.md"
    page.write_text("---\nschema: privacy/1\nid: ks1\n---\nWe keep your name.\n", encoding="utf-8")
    assert not any(finding.path == page for finding in errors(folder))
    plant(page, "We keep your name.", "We keep your name. " * 40)
    assert any(finding.path == page and "120 at most" in finding.message for finding in errors(folder))


def test_a_glossary_is_read_by_its_band(tmp_path: Path) -> None:
    folder = make_content(tmp_path)
    glossary = folder / "glossary.en.yml"
    glossary.write_text('key:\n  ks1: "It opens a box."\n  ks2: "It is silly."\n', encoding="utf-8")
    assert [(finding.path, finding.line) for finding in errors(folder) if finding.code == "L6"] == [
        (glossary, 3)
    ]
