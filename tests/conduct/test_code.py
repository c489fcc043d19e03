"""Codes of Conduct: read whole or refused; a translation never stands for another English."""

from pathlib import Path

import pytest

from kiosk.conduct.code import Codes
from kiosk.content.problem import ContentError
from kiosk.content.source import content_hash
from tests.content_folder import CODE, make_content, plant
from tests.readings import codes_in


def code_path(folder: Path, lang: str = "en") -> Path:
    return folder / "conduct" / "ks2" / f"code.{lang}.md"


def translate(folder: Path, *, reviewed_by: str = "") -> Path:
    """A translation of the Code as it stands now."""
    path = code_path(folder, "ur")
    head = f"source_version: 3\nsource_hash: {content_hash(code_path(folder))}\ntranslator: machine draft\n"
    text = CODE.replace("lang: en-GB", "lang: ur").replace("I ask first.", "میں پہلے پوچھتا ہوں۔")
    path.write_text(
        text.replace("title: Our Code\n", f'title: ہمارا ضابطہ\n{head}reviewed_by: "{reviewed_by}"\n'),
        "utf-8",
    )
    return path


def problems(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        codes_in(folder)
    return [(problem.path.name, problem.line, problem.message) for problem in caught.value.problems]


@pytest.fixture
def codes(tmp_path: Path) -> Codes:
    translate(make_content(tmp_path))
    return codes_in(tmp_path)


def test_a_code_has_rules_checks_sections_and_an_introduction(codes: Codes) -> None:
    code = codes["ks2", "en"]
    assert (code.title, code.version, code.lang, code.dir) == ("Our Code", 3, "en-GB", "ltr")
    assert code.intro_html == "<p>These are <strong>our</strong> rules.</p>\n"
    assert [rule.id for rule in code.rules if rule.group == "safe"] == ["r1"]
    assert code.rules[1].text == 'I can ring <bdi class="num">01632 960 123</bdi>.'
    assert [option.right for option in code.checks[0].options] == [True, False]
    assert code.sections[0].items == ("We talk about it.", "We look again.")
    assert not code.draft and not code.stale


def test_a_translation_is_a_draft_until_somebody_who_speaks_it_signs(tmp_path: Path, codes: Codes) -> None:
    urdu = codes.get("ks2", "ur")
    assert (urdu.lang, urdu.dir, urdu.draft) == ("ur", "rtl", True)
    assert urdu.hash != codes["ks2", "en"].hash
    translate(tmp_path, reviewed_by="A reader, 2026")
    assert not codes_in(tmp_path).get("ks2", "ur").draft


def test_a_language_that_we_do_not_have_is_shown_in_english(codes: Codes) -> None:
    assert codes.get("ks2", "pl") is codes["ks2", "en"]
    assert not codes.stale("ks2", "pl")
    assert codes.languages("ks2") == ["en", "ur"]
    with pytest.raises(KeyError):
        codes.get("ks9", "en")


def test_a_translation_of_an_older_english_is_not_shown(tmp_path: Path) -> None:
    translate(make_content(tmp_path))
    plant(code_path(tmp_path), "I ask first.", "I always ask first.")
    codes = codes_in(tmp_path)
    assert codes["ks2", "ur"].stale
    assert codes.get("ks2", "ur").lang == "en-GB"
    assert codes.stale("ks2", "ur")
    assert codes.languages("ks2") == ["en"]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("{id: r1, policy: R1,", "{id: r1, policy: R2,", "rules"),
        ("id: r14", "id: r15", "rules"),
        ("picture: key", "picture: ball", "rules"),
        ('"We talk about it.", ', "", "sections"),
        ("right: true, ", "", "checks"),
    ],
)
def test_an_up_to_date_translation_is_built_like_its_english(
    old: str, new: str, name: str, tmp_path: Path
) -> None:
    path = translate(make_content(tmp_path))
    plant(path, old, new)
    if name == "checks":
        plant(path, 'label: "Go on alone"', 'label: "Go on alone", right: true')
    assert any(f'"{name}" is not built like the English' in said for _, _, said in problems(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: ks2", "id: ks3", "the folder"),
        ("id: ks2", "id: dogs", "\"id\" is 'dogs'"),
        ("lang: en-GB", "lang: ur", "the file says"),
        ("lang: en-GB", "lang: klingonese", "the file says"),
        ("policy: R1,", "policy: R99,", 'rule r1, "policy"'),
        ("group: safe", "group: kind", 'there is no group "kind"'),
        ("picture: key", "picture: kee", 'there is no picture "kee"'),
        ("rule: r1", "rule: r7", 'there is no rule "r7"'),
        ("id: r14", "id: r1", 'the id "r1" is used twice'),
        ('text: "I ask first."', 'txt: "I ask first."', 'unknown key "txt"'),
        ("{help:friendly-line}", "{help:nobody}", "{help:nobody} is not in facts"),
        ("These are **our** rules.", "These are <b>our</b> rules.", "HTML is not used here"),
        ("These are **our** rules.", "Age {fact:none}.", "{fact:none} is not in facts"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    line = plant(code_path(make_content(tmp_path)), old, new)
    found = [(name, at) for name, at, said in problems(tmp_path) if message in said]
    assert set(found) == {("code.en.md", line)}


def test_a_check_question_has_one_right_option(tmp_path: Path) -> None:
    plant(code_path(make_content(tmp_path)), "right: true, ", "")
    assert any("exactly one option must be right" in said for _, _, said in problems(tmp_path))


def test_a_translation_must_say_what_it_was_made_from(tmp_path: Path) -> None:
    path = translate(make_content(tmp_path))
    plant(path, f"source_hash: {content_hash(code_path(tmp_path))}\n", "")
    assert any(
        "names the source_hash" in said for name, _, said in problems(tmp_path) if name == "code.ur.md"
    )


def test_a_code_in_fewer_words_is_the_same_version_and_a_translation_may_do_without(tmp_path: Path) -> None:
    make_content(tmp_path)
    assert codes_in(tmp_path)["ks2", "en"].simpler is None
    plant(code_path(tmp_path), 'text: "I ask first."', 'text: "I ask first.", simpler: "I ask."')
    translate(tmp_path)
    codes = codes_in(tmp_path)
    code, urdu = codes["ks2", "en"], codes.get("ks2", "ur")
    assert code.simpler and (code.simpler.rules[0].text, code.rules[0].text) == ("I ask.", "I ask first.")
    assert (code.simpler.version, code.simpler.hash) == (code.version, code.hash)
    assert urdu.lang == "ur" and urdu.simpler is None
