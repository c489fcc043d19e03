"""Notices are files in versions; one that is out of date or built differently is not shown."""

import shutil
from pathlib import Path

from kiosk.site import Content
from kiosk.told.notice import scan_notices
from kiosk.wording.facts import read_facts
from tests.tree import ROOT


def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    return tmp_path / "content"


def test_a_translation_of_older_english_gives_way_to_the_english(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    english = folder / "told" / "monitoring.en.yml"
    english.write_text(english.read_text("utf-8").replace("Who can see", "Who may see"), "utf-8")
    notices, problems = scan_notices(folder, read_facts(folder))
    assert problems == []
    assert notices.get("monitoring", "ur").lang == "en-GB"
    assert notices.get("poster", "ur").lang == "ur"


def test_other_versions_and_missing_lines_are_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    urdu = folder / "told" / "monitoring.ur.yml"
    urdu.write_text(
        urdu.read_text("utf-8").replace("version: 1", "version: 2").replace("  title:", "  titel:"), "utf-8"
    )
    _, problems = scan_notices(folder, read_facts(folder))
    assert {problem.message for problem in problems} == {
        "version and since are not those of the English",
        '"title" is missing',
        '"titel" is not in the English',
    }


def test_a_translation_keeps_what_the_page_fills_in(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    polish = folder / "told" / "poster.pl.yml"
    polish.write_text(polish.read_text("utf-8").replace("{help:police}", "112"), "utf-8")
    _, problems = scan_notices(folder, read_facts(folder))
    assert {problem.message for problem in problems} == {
        f'"{key}" must hold the placeholders {{help:police}}'
        for key in ("danger", "danger.ks3", "danger.ks4")
    }


def test_a_new_version_in_english_alone_starts_and_gives_way_in_other_languages(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    english = folder / "told" / "monitoring.en.yml"
    english.write_text(
        english.read_text("utf-8").replace("version: 1", "version: 2") + "  more: New.\n", "utf-8"
    )
    notices, problems = scan_notices(folder, read_facts(folder))
    assert problems == []
    assert (notices.get("monitoring", "ur").lang, notices.get("monitoring").version) == ("en-GB", 2)


def test_every_code_says_since_when_it_holds(content: Content) -> None:
    assert all(code.since for code in content.codes)
