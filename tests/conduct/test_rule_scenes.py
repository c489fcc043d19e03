"""The pictures of rules: one for each, nobody in those of ks4, and no part of what people approve and sign."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from kiosk.approving.items import read_items
from kiosk.bands import Band
from kiosk.conduct.code import read_codes
from kiosk.conduct.models import Decision
from kiosk.content.pictures import read_pictures
from kiosk.lessons.scenes.cast import read_cast
from kiosk.lessons.scenes.rule_scenes import read_rule_scenes, scan_rule_scenes
from kiosk.linter.check import check_content
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.conduct.looking import kept, page_of
from tests.lessons.learner import Learner, browser_of
from tests.sites import change_site, site_of
from tests.tree import ROOT

pytestmark = pytest.mark.database("sqlite")
CONTENT = ROOT / "content"
EVERY_BAND = pytest.mark.parametrize("band", list(Band))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Codes, pictures and cast that a test may change."""
    for name in ("conduct", "cast"):
        shutil.copytree(CONTENT / name, tmp_path / name)
    for name in ("pictures.yml", "facts.yml", "helplines.yml"):
        shutil.copy(CONTENT / name, tmp_path / name)
    return tmp_path


def written(folder: Path, band: str, words: str) -> Path:
    path = folder / "conduct" / band / "scenes.yml"
    path.write_text(words, encoding="utf-8")
    return path


@EVERY_BAND
def test_every_rule_of_children_has_a_picture_and_answers_change_it(content: Content, band: Band) -> None:
    code = content.codes[band.value, "en"]
    drawn = {rule: one for (of, rule), one in content.rule_scenes.items() if of == band}
    assert list(drawn) == [rule.id for rule in code.rules]
    for one in drawn.values():
        assert not one.scene.said
        assert "<text" not in one.scene.silent
        assert bool(one.asks) == bool(one.says)
    for check in code.checks:
        scene = drawn[check.rule].scene
        pictures = {scene.silent, scene.after("right").silent, scene.after("again").silent}
        assert len(pictures) == 3, check.id
    assert len({one.scene.silent for one in drawn.values()}) == len(drawn)


def test_nobody_is_in_the_pictures_of_ks4(content: Content) -> None:
    assert not [rule for (of, rule), one in content.rule_scenes.items() if of == Band.KS4 and one.asks]


def test_a_picture_is_no_part_of_what_is_approved_or_signed(folder: Path, content: Content) -> None:
    facts = content.facts

    def words() -> tuple[object, ...]:
        codes = read_codes(folder, facts, read_pictures(folder))
        return {(code.id, code.lang): (code.version, code.hash, code.stale) for code in codes}, {
            key: item.digest for key, item in read_items(folder, folder / "own").items() if "code" in key
        }

    before = words()
    assert before[0] == {
        (code.id, code.lang): (code.version, code.hash, code.stale) for code in content.codes
    }
    for band in Band:
        written(folder, band, 'r2: {place: wood, prop: boat, alt: "Another picture."}\n')
    read_rule_scenes(folder, facts, read_cast(folder))
    assert words() == before
    for band in Band:
        (folder / "conduct" / band / "scenes.yml").unlink()
    assert read_rule_scenes(folder, facts, read_cast(folder)) == {}
    assert words() == before


@pytest.mark.parametrize("band", [Band.KS2])
def test_what_was_signed_before_there_was_a_picture_counts_as_before(
    app: Flask, learner: Learner, databases: Databases, ticks: list[str]
) -> None:
    drawn = site_of(app).rule_scenes
    change_site(app, rule_scenes={})
    child = browser_of(app, learner)
    assert "scene--four" not in child.get("/learn/code/2").text
    child.post("/learn/code", data={"tick": ticks, "decision": "agree"})
    change_site(app, rule_scenes=drawn)
    assert "You agreed" in child.get("/learn/code/done").text
    assert "I agree" in page_of(child, "/learn/code").text  # it is not to be read again
    (row,) = kept(databases)
    assert row.decision is Decision.AGREE
    assert (row.code_version, row.code_hash) == (1, site_of(app).codes["ks2", "en"].hash)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('r1: {place: mars, alt: "a"}', 'there is no place "mars"'),
        ('r1: {place: wood, figures: [{who: leo}], alt: "a"}', 'nobody is called "leo"'),
        ('r1: {place: wood, figures: [{who: pip, says: "Stop."}], alt: "a"}', "nobody speaks in the picture"),
        (
            'r1: {place: wood, figures: [{who: pip}], alt: "a", right: {figures: [{who: pip, says: "Hm."}], alt: "a"}}',
            "nobody speaks in the picture",
        ),
        ("r1: {place: wood}", '"alt" is missing'),
    ],
)
def test_a_mistake_is_found_with_its_file(folder: Path, content: Content, words: str, said: str) -> None:
    path = written(folder, "ks1", words + "\n")
    found, problems = scan_rule_scenes(folder, content.facts, read_cast(folder))
    assert [(one.path, said in one.message) for one in problems] == [(path, True)]
    assert not [key for key in found if key[0] == "ks1"]


def test_codes_of_adults_have_no_pictures(folder: Path, content: Content) -> None:
    path = written(folder, "staff", 'r1: {place: wood, alt: "a"}\n')
    (problem,) = scan_rule_scenes(folder, content.facts, read_cast(folder))[1]
    assert problem.path == path


def test_the_check_of_the_content_asks_for_a_missing_picture_and_names_one_too_many(
    tmp_path: Path, app: Flask
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    scenes = folder / "conduct" / "ks1" / "scenes.yml"
    text = scenes.read_text(encoding="utf-8")
    scenes.write_text(re.sub("^r14:", "r99:", text, flags=re.MULTILINE), encoding="utf-8")
    found = [one for one in check_content(folder, site_of(app).today()) if "conduct/ks1" in str(one.path)]
    assert sorted((one.path.name, one.message) for one in found) == [
        ("code.en.md", 'scenes.yml has no scene for "r14"'),
        ("scenes.yml", 'there is no rule "r99" for this scene'),
    ]
