"""A scene is drawn from parts: who, with which face, where; in the colours of the band, and skin is never greyed."""

import re
import shutil
from pathlib import Path

import pytest

from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.lessons.scenes.cast import EMPTY_CAST, read_cast
from kiosk.lessons.scenes.figure import Look, bust, crowd, draw_figure
from kiosk.lessons.scenes.paint import INK, SKINS, fill_colours, quieten_colours
from kiosk.lessons.scenes.place import draw_place
from tests.lessons.doing import CONTENT, SCENE, read

CAST = read_cast(CONTENT)
EVERYBODY = [(band, name) for band in Band for name in CAST.groups[band]]
MOST_BYTES = 12_000


def drawn(text: str, band: Band = Band.KS2) -> str:
    _steps, stage, problems = read(("scene", "s", text), ("vote", "v", VOTE), band=band)
    assert problems == []
    return str(stage.scenes["s"].drawing)


VOTE = 'heading: "A?"\noptions: [{id: a, label: "Yes"}, {id: b, label: "No"}]\ntalk: "Say why."\n'


def test_a_scene_is_one_plain_drawing_that_says_what_it_shows() -> None:
    drawing = drawn(SCENE)
    assert (
        drawing.count("<svg") == 1
        and 'role="img" aria-label="Amina looks at her phone. Kofi laughs."' in drawing
    )
    assert not re.search(r"\bid=|<style|<script|style=|href|var\(", drawing)
    assert len(drawing) < MOST_BYTES


def test_what_is_said_stands_beside_the_drawing_as_words_with_who_said_it() -> None:
    _steps, stage, _problems = read(("scene", "s", SCENE), ("vote", "v", VOTE))
    (said,) = stage.scenes["s"].said
    assert (said.who, said.words, said.tenth) == ("Kofi", "It is only a joke.", 7)
    assert "joke" not in stage.scenes["s"].drawing


def test_words_of_an_author_cannot_become_part_of_the_drawing() -> None:
    drawing = drawn(SCENE.replace("Kofi laughs.", '\\"><script>x</script>'))
    assert "<script" not in drawing and "&lt;script&gt;" in drawing


@pytest.mark.parametrize(("band", "name"), EVERYBODY)
def test_everybody_can_be_drawn_with_every_face_and_keeps_their_skin(band: Band, name: str) -> None:
    person = CAST.find(name, band)
    assert person
    looks = [Look(person, face, pose, "book") for face in CAST.faces for pose in CAST.poses]
    drawings = {draw_figure(CAST, look) for look in looks}
    assert len(drawings) == len(looks), "each face and each pose is another drawing"
    for drawing in drawings:
        assert "var(" not in drawing and 'fill="none"' in drawing
        assert person.kind != "person" or SKINS[person.skin][0] in drawing
    assert len({bust(CAST, Look(person, face), band) for face in CAST.faces}) == len(CAST.faces)


def test_there_are_eleven_faces_fifteen_poses_and_the_places_of_the_specification() -> None:
    assert len(CAST.faces) == 11 and len(CAST.poses) == 15
    assert {"burrow", "wood", "brook", "workshop", "hill-night", "park", "classroom", "library"} < set(
        CAST.places
    )
    assert {"playground", "kitchen", "bedroom-night", "bus-stop", "bus", "corridor"} < set(CAST.places)


def test_who_turns_to_the_start_is_the_same_figure_turned_round() -> None:
    leo = CAST.groups["ks2"]["leo"]
    end, start = (draw_figure(CAST, Look(leo, pose="reach", turn=turn)) for turn in ("end", "start"))
    assert start == f'<g transform="scale(-1 1)">{end}</g>'
    nia = CAST.groups["ks2"]["nia"]
    aid = f'<g transform="scale(-1 1)">{CAST.part("has-hearing-aid")}</g>'
    assert aid in draw_figure(CAST, Look(nia, turn="start")), "a hearing aid stays on its ear"
    assert aid not in draw_figure(CAST, Look(nia, turn="end"))


@pytest.mark.parametrize("name", CAST.places)
def test_a_place_is_drawn_at_any_width_and_nothing_in_it_cannot_be_mirrored(name: str) -> None:
    drawings = ["".join(draw_place(CAST, name, width)) for width in (480, 672, 960)]
    assert len(set(drawings)) == len(drawings)
    for drawing in drawings:
        assert "var(" not in drawing and "<text" not in drawing and 'fill="none"' in drawing


def test_where_somebody_speaks_no_head_is_in_the_sky() -> None:
    for band, name in EVERYBODY:
        person = CAST.find(name, band)
        assert person
        scene = f'place: wood\nfigures:\n  - {{who: {name}, says: "Hello."}}\nalt: "Somebody."\n'
        _steps, stage, problems = read(("scene", "s", scene), ("vote", "v", VOTE), band=band)
        found = re.search(r"translate\(240 ([\d.]+)\) scale\(([\d.]+)\)", stage.scenes["s"].drawing)
        assert problems == [] and found
        size = float(found[2])
        assert 318 - person.height * size / person.size >= 120, name
        assert float(found[1]) + 143 * size == pytest.approx(318, abs=1), "feet stand on the floor"


THREE = """\
place: wood
figures:
  - {who: moss, pose: side-hold, face: talk, at: 0.3, holds: drawing, says: "Look."}
  - {who: hazel, face: thinking, turn: start}
alt: "Moss shows Hazel a drawing."
right:
  figures: [{who: hazel, pose: reach, face: talk, says: "It is my tooth."}]
  alt: "Hazel points at her tooth."
again:
  figures: [{who: moss, pose: cheer, face: laugh, holds: ""}]
  prop: drawing
  alt: "Moss laughs aloud."
"""


def test_an_answer_changes_the_picture_in_its_place_and_nobody_moves() -> None:
    _steps, stage, problems = read(("scene", "s", THREE), ("vote", "v", VOTE), band=Band.KS1)
    assert problems == []
    scene = stage.scenes["s"]
    right, again = scene.after("right"), scene.after("again")
    assert len({scene.drawing, right.drawing, again.drawing}) == 3
    assert [one.who for one in (*scene.said, *right.said, *again.said)] == ["Moss", "Hazel"]
    assert (right.alt, again.alt) == ("Hazel points at her tooth.", "Moss laughs aloud.")
    stands = [
        re.findall(r"translate\((?:144|326) [\d.]+\) scale", one.silent) for one in (scene, right, again)
    ]
    assert stands[0] == stands[1] == stands[2] and len(stands[0]) == 2
    held = CAST.part("holds-drawing")
    assert held in scene.drawing and held in again.drawing, "it lies on the ground now"
    assert stage.scenes["s"].after("right").after("again") == right, "a state has no further states"


def test_a_scene_without_changes_stays_as_it_is() -> None:
    _steps, stage, _problems = read(("scene", "s", SCENE), ("vote", "v", VOTE))
    assert stage.scenes["s"].after("again") is stage.scenes["s"]


def test_older_bands_see_quieter_colours_but_the_same_ink_and_skin() -> None:
    drawing = f'<path fill="#ef8368" stroke="{INK}"/><path fill="{SKINS[4][0]}"/><path fill="#fff"/>'
    assert quieten_colours(drawing, Band.KS1) == drawing
    quiet = quieten_colours(drawing, Band.KS4)
    assert "#ef8368" not in quiet and "#fff" not in quiet
    assert INK in quiet and SKINS[4][0] in quiet


def test_an_outline_to_colour_in_has_ink_and_white_and_nothing_else() -> None:
    _steps, stage, _problems = read(("scene", "s", SCENE), ("vote", "v", VOTE))
    outline = stage.scenes["s"].outline
    assert set(re.findall(r"#[0-9a-f]{3,6}\b|rgb\(", outline)) == {INK, "#fff"}
    assert 'aria-label="Amina looks at her phone.' in outline


def test_a_colour_without_a_name_is_none_and_a_default_holds() -> None:
    assert fill_colours("var(--skin) var(--wall, #fff) var(--none)", skin="#123456") == "#123456 #fff none"


def test_three_heads_stand_in_one_picture() -> None:
    looks = [Look(person) for person in list(CAST.groups["ks2"].values())[:3]]
    assert crowd(CAST, looks, Band.KS2).count('<g transform="translate') >= 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("place: bus", "place: moon", 'there is no place "moon"'),
        ("who: kofi", "who: fern", 'nobody is called "fern" in ks2'),
        ("face: worried", "face: sleepy", 'there is no face "sleepy"; there are glad, smile'),
        ("face: worried", "pose: fly", 'there is no pose "fly"; there are stand, wave'),
        ("face: worried", "at: 1.2", '"at" must be 1.0 or less'),
        ("holds: phone", "holds: sword", 'there is no thing to hold "sword"'),
        (
            'alt: "',
            'right: {figures: [{who: nia}], alt: "They look up."}\nalt: "',
            '"nia" is not in the scene',
        ),
        ("place: bus", "place: bus\nprop: rocket", 'there is no prop "rocket"'),
        ('alt: "Amina looks at her phone. Kofi laughs."\n', "", '"alt" is missing'),
        ("holds: phone", 'says: "A"}\n  - {who: leo, says: "B"', "at most 2 speak"),
    ],
)
def test_what_cannot_be_drawn_is_named(old: str, new: str, message: str) -> None:
    assert old in SCENE
    _steps, _stage, problems = read(("scene", "s", SCENE.replace(old, new)), ("vote", "v", VOTE))
    assert any(message in problem for problem in problems), problems


def test_a_folder_without_a_cast_has_nobody(tmp_path: Path) -> None:
    assert read_cast(tmp_path) == EMPTY_CAST


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("people.yml", "hair: crop,", "hair: beehive,", 'no part "hair-beehive-front" in the drawings'),
        ("people.yml", "colour: orange", "colour: tartan", 'no colour "tartan"'),
        ("people.yml", "hue: plum", "hue: pink", 'no colour of hair "pink"'),
        ("figures.yml", "  mole: ", "  vole: ", 'no kind "mole"'),
        ("figures.yml", "mouth: askew", "mouth: beak", 'no part "mouth-beak"'),
        ("places.yml", "part: jars", "part: jam", 'no part "jam"'),
        ("places.yml", "table: stump", "table: desk", 'no part "desk"'),
        ("places.yml", 'colour: "#d5eaf5"', 'colour: "red\\"/>"', "colour"),
        ("things.svg", "<symbol", "<sym", "holds no <symbol>"),
    ],
)
def test_a_cast_that_cannot_be_drawn_is_refused_as_it_is_read(
    file: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    shutil.copytree(CONTENT / "cast", tmp_path / "cast")
    path = tmp_path / "cast" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=re.escape(message)):
        read_cast(tmp_path)
