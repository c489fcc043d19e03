"""Report wording: English alone, a draft beside its English, a signed translation alone; nothing in between."""

from pathlib import Path

import pytest
from markupsafe import Markup

from kiosk.content.problem import ContentError
from kiosk.content.source import content_hash
from kiosk.report.form.wording import Wording, WordingLine
from tests.content_folder import make_content, plant
from tests.readings import wordings_in

URDU = """\
schema: report/1
band: ks2
lang: ur
version: 1
status: {status}
source_version: 1
source_hash: "{hash}"
translator: machine draft
reviewed_by: "{reviewed_by}"
text:
  page.next: "آگے"
  intro.who_body: "{{when}} تک {{readers}} پڑھیں گے۔"
  stop.childline_body: "کال کریں {{help:friendly-line}}۔"
"""


def translate(folder: Path, *, status: str = "draft", reviewed_by: str = "") -> Path:
    path = folder / "report" / "ks2.ur.yml"
    original = content_hash(folder / "report" / "ks2.en.yml")
    path.write_text(URDU.format(hash=original, status=status, reviewed_by=reviewed_by), "utf-8")
    return path


def wording(folder: Path, lang: str) -> Wording:
    return wordings_in(folder)["ks2", lang]


def problems(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        wordings_in(folder)
    return [(problem.path.name, problem.line, problem.message) for problem in caught.value.problems]


def test_english_stands_alone(tmp_path: Path) -> None:
    english = wording(make_content(tmp_path), "en")
    assert (english.lang, english.dir, english.draft) == ("en-GB", "ltr", False)
    line = english["page.next"]
    assert (line.en, line.own, line.first, line.beside) == ("Next", None, "Next", None)
    assert "page.next" in english and "page.none" not in english
    assert english.get("page.none") is None


def test_a_draft_stands_beside_its_english(tmp_path: Path) -> None:
    translate(make_content(tmp_path))
    urdu = wording(tmp_path, "ur")
    assert (urdu.dir, urdu.draft) == ("rtl", True)
    line = urdu["page.next"]
    assert (line.first, line.beside) == ("آگے", "Next")


@pytest.mark.parametrize(
    ("status", "reviewed_by", "draft"), [("reviewed", "", True), ("draft", "Somebody", True)]
)
def test_only_a_signed_translation_is_no_draft(
    status: str, reviewed_by: str, draft: bool, tmp_path: Path
) -> None:
    translate(make_content(tmp_path), status=status, reviewed_by=reviewed_by)
    assert wording(tmp_path, "ur").draft is draft


def test_a_signed_translation_stands_alone(tmp_path: Path) -> None:
    translate(make_content(tmp_path), status="reviewed", reviewed_by="Somebody who speaks it")
    line = wording(tmp_path, "ur")["page.next"]
    assert (line.en, line.own, line.beside) == (None, "آگے", None)


def test_values_are_filled_in_and_escaped(tmp_path: Path) -> None:
    line = wording(make_content(tmp_path), "en")["intro.who_body"]
    assert (
        line.format(readers="<Mx A>", when=Markup("<b>3:30</b>")).en == "&lt;Mx A&gt; read it by <b>3:30</b>."
    )
    with pytest.raises(KeyError):
        line.format(readers="Mx A")


def test_numbers_keep_their_direction_and_quotes_are_safe(tmp_path: Path) -> None:
    line = wording(make_content(tmp_path), "en")["stop.childline_body"]
    assert line.en == 'Ring <bdi class="num">01632 960 123</bdi>. You can&#39;t break anything.'


def test_a_value_that_is_a_line_is_said_in_each_language(tmp_path: Path) -> None:
    translate(make_content(tmp_path))
    when = WordingLine(en=Markup("Monday"), own=Markup("پیر"))
    line = wording(tmp_path, "ur")["intro.who_body"].format(readers="A", when=when)
    assert line.en == "A read it by Monday."
    assert line.own == "پیر تک A پڑھیں گے۔"
    english_only = WordingLine(en=Markup("Monday"), own=None)
    assert "Monday" in wording(tmp_path, "ur")["intro.who_body"].format(readers="A", when=english_only).first


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('  page.next: "آگے"\n', "", '"page.next" is missing'),
        ("  page.next:", "  page.nxt:", '"page.nxt" is not in the English'),
        ("{readers}", "{reader}", '"intro.who_body" must hold the placeholders {readers} {when}'),
        ("{help:friendly-line}", "", "must hold the placeholders {help:friendly-line}"),
        ('source_hash: "', 'source_hash: "0', "was not made from this ks2.en.yml"),
        ("lang: ur", "lang: pl", "the file says"),
        ("band: ks2", "band: ks3", "the file says"),
        ('"آگے"', '""', "there are no words"),
        ("  page.next:", "  Next:", "use small letters"),
    ],
)
def test_a_translation_that_does_not_match_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    path = translate(make_content(tmp_path))
    plant(path, old, new)
    found = problems(tmp_path)
    assert any(message in said for _, _, said in found), found
    assert {name for name, _, _ in found} == {"ks2.ur.yml"}


def test_a_translation_of_changed_english_is_refused(tmp_path: Path) -> None:
    translate(make_content(tmp_path))
    plant(tmp_path / "report" / "ks2.en.yml", '"Next"', '"Go on"')
    assert any("was not made from this" in said for _, _, said in problems(tmp_path))


def test_a_translation_without_english_is_refused(tmp_path: Path) -> None:
    translate(make_content(tmp_path))
    (tmp_path / "report" / "ks2.en.yml").unlink()
    assert problems(tmp_path) == [("ks2.ur.yml", 1, "there is no ks2.en.yml that can be read")]
