"""A sentence that says what kiosk does names its claim, and the claim is written down (promise L23)."""

from pathlib import Path

from tests.content_folder import lesson_path, make_content, plant, quiz_path
from tests.linter.samples import found

CLAIMS = """\
- id: who-reads
  says: The form names its readers.
  bands: [ks1]
- id: old-only
  says: The form has a box for words.
  bands: [ks3]
"""
SAID = "kiosk keeps it."


def content_with(folder: Path, sentence: str, claims: str = CLAIMS) -> Path:
    make_content(folder)
    plant(lesson_path(folder), "The key stays in the box.", f"The key stays in the box. {sentence}")
    (folder / "claims.yml").write_text(claims, encoding="utf-8")
    return folder


def said(folder: Path) -> list[str]:
    return [f"{one.path.name}:{one.line}: {one.message}" for one in found(folder, "L23")]


def test_a_sentence_that_says_what_kiosk_does_names_its_claim(tmp_path: Path) -> None:
    one_claim = CLAIMS.partition("- id: old-only")[0]
    (finding,) = [
        one for one in said(content_with(tmp_path / "bare", SAID, one_claim)) if "take it out" not in one
    ]
    assert finding.startswith("lesson.en.md:") and "name the claim after its full stop" in finding
    assert said(content_with(tmp_path / "marked", f"{SAID} {{claim:who-reads}}", one_claim)) == []
    assert said(content_with(tmp_path / "later", f"{SAID} Yes.{{claim:who-reads}}", one_claim)) == []
    asked = content_with(tmp_path / "asked", "Does kiosk keep it? {claim:who-reads}", one_claim)
    plant(quiz_path(asked), "My key", "kiosk keeps my key")  # an answer may be wrong on purpose
    assert said(asked) == []


def test_a_claim_is_known_is_of_the_age_group_and_is_made_somewhere(tmp_path: Path) -> None:
    unknown, unused, also_unused = said(content_with(tmp_path / "unknown", f"{SAID} {{claim:no-such}}"))[::-1]
    assert 'there is no claim "no-such"' in unknown
    assert '"old-only" any more' in unused and '"who-reads" any more' in also_unused
    older = [
        one for one in said(content_with(tmp_path / "older", f"{SAID} {{claim:old-only}}")) if "lesson" in one
    ]
    assert [one.partition(": ")[2] for one in older] == [
        '"old-only" does not hold for ks1: The form has a box for words.'
    ]


def test_a_folder_without_a_list_of_claims_makes_none(tmp_path: Path) -> None:
    folder = content_with(tmp_path, SAID)
    (folder / "claims.yml").unlink()
    assert said(folder) == []
