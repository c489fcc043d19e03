"""Laws and helplines by nation: a school is shown what holds where it is, and nothing else (promise L12)."""

from pathlib import Path

import pytest

from kiosk.config import Config
from kiosk.content.problem import ContentError
from kiosk.nations import Nation
from kiosk.start import read_content
from kiosk.wording.facts import Facts, read_facts
from tests.content_folder import make_content, plant

FORMS = """\
- id: game_law
  nations: [england, wales]
  value: crime
  source: An Act
  checked_on: 2026-11-01
  review_by: 2027-05-01
  text: {en: Breaking a game is a crime.}
- id: game_law
  nations: [scotland]
  value: crime
  source: An Act of Scotland
  checked_on: 2026-11-01
  review_by: 2027-02-01
  text: {en: Breaking a game is a Scottish crime.}
"""
LINE = """\
- id: scots-line
  nations: [scotland]
  name: Scots Line
  number: 01632 960 999
  for_bands: [ks2, ks3]
  audience: [child]
  what: {en: They listen.}
  how: {en: Ring and talk.}
  needs_name: no
  source: A test
  checked_on: 2026-11-01
  review_by: 2027-05-01
"""
SAID = "It broke. {fact:game_law} What next?"


def facts_for(folder: Path, nation: Nation | None) -> Facts:
    """Facts with a law of two forms, and a helpline of one nation."""
    make_content(folder)
    for name, more in (("facts.yml", FORMS), ("helplines.yml", LINE)):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(more)
    return read_facts(folder, nation)


@pytest.mark.parametrize(
    ("nation", "said"),
    [
        (Nation.ENGLAND, "It broke. Breaking a game is a crime. What next?"),
        (Nation.WALES, "It broke. Breaking a game is a crime. What next?"),
        (Nation.SCOTLAND, "It broke. Breaking a game is a Scottish crime. What next?"),
        (Nation.NORTHERN_IRELAND, "It broke. What next?"),
        (None, "It broke. What next?"),
    ],
)
def test_a_school_reads_the_form_of_its_nation_and_without_one_the_sentence_is_left_out(
    tmp_path: Path, nation: Nation | None, said: str
) -> None:
    facts = facts_for(tmp_path, nation)
    assert facts.fill(SAID) == said
    assert facts.unknown(SAID) == []


def test_a_helpline_of_another_nation_is_in_no_list_and_still_known(tmp_path: Path) -> None:
    for nation, there in ((Nation.SCOTLAND, True), (Nation.ENGLAND, False), (None, False)):
        lines = facts_for(tmp_path, nation).helplines
        assert ("scots-line" in [line.id for line in lines.for_band("ks2")]) == there
        assert [line.id for line in lines.named(["friendly-line", "scots-line"])] == [
            "friendly-line",
            *(["scots-line"] if there else []),
        ]
        assert lines.knows("scots-line")
        assert not lines.knows("no-line")


def test_only_the_form_of_the_school_waits_for_a_look(tmp_path: Path) -> None:
    from_march = facts_for(tmp_path, None).helplines["friendly-line"].review_by.replace(month=3)
    for nation, due in ((Nation.SCOTLAND, ["game_law"]), (Nation.ENGLAND, [])):
        assert [entry.id for entry in facts_for(tmp_path, nation).overdue(from_march)] == due


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nations: [scotland]", "nations: [wales]"),
        ("nations: [scotland]", "nations: []"),
        ("nations: [scotland]", "nations: [britain]"),
    ],
)
def test_two_forms_for_one_nation_none_and_an_unknown_one_are_refused(
    tmp_path: Path, old: str, new: str
) -> None:
    facts_for(tmp_path, None)
    plant(tmp_path / "facts.yml", old, new)
    with pytest.raises(ContentError) as caught:
        read_facts(tmp_path)
    assert {problem.path.name for problem in caught.value.problems} == {"facts.yml"}


@pytest.mark.parametrize("nation", [*Nation, None])
def test_each_nation_has_somebody_to_ring_at_night_and_no_number_of_another(nation: Nation | None) -> None:
    """In the content of the product."""
    lines = read_facts(Path("content"), nation).helplines
    listed = {line.id for line in lines.for_band("ks4")}
    assert {"childline", "samaritans", "police"} <= listed
    own = {
        Nation.ENGLAND: {"nhs-111-option-2"},
        Nation.WALES: {"nhs-111-option-2"},
        Nation.SCOTLAND: {"nhs-24-111"},
        Nation.NORTHERN_IRELAND: {"lifeline"},
    }
    assert listed & {"nhs-111-option-2", "nhs-24-111", "lifeline"} == (own[nation] if nation else set())


@pytest.mark.parametrize("nation", [*Nation, None])
def test_all_content_can_be_read_in_each_nation_and_the_policy_names_its_own_guidance(
    nation: Nation | None,
) -> None:
    content = read_content(Config(nation=nation))
    policy = content.articles.get("policy", "en").html
    guidance = {
        "Keeping children safe in education": Nation.ENGLAND,
        "Keeping learners safe": Nation.WALES,
        "Safeguarding and Child Protection in Schools": Nation.NORTHERN_IRELAND,
        "in force since 1 September 2026": Nation.ENGLAND,
    }
    assert {words: words in policy for words in guidance} == {
        words: where is nation for words, where in guidance.items()
    }
    assert "{fact" not in policy
