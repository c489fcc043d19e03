"""What a class sings, acts, debates and makes: where it is stands in the address, and nothing else counts."""

import pytest

from kiosk.lessons.activity import Activity
from kiosk.lessons.kinds.act import Act
from kiosk.lessons.kinds.debate import Debate
from kiosk.lessons.kinds.make import Make
from kiosk.lessons.kinds.sing import Sing
from tests.lessons.doing import SCENE, asked, read, thing

SING = """\
heading: "No thank you"
words: "Stand up."
lines:
  - {id: l1, says: "Stop, says my hand.", do: "Hand up", picture: key}
  - {id: l2, says: "Off I go.", do: "Walk", picture: paint}
  - {id: l3, says: "I tell.", do: "Clap", picture: key}
ask: "Now like a mouse."
"""
ACT = """\
heading: "One more go"
words: "Two play."
parts:
  - {id: a, who: "amina worried", name: "Amina", wants: "To stop."}
  - {id: k, who: "kofi glad", name: "Kofi", wants: "One more."}
first: "“Again.”"
swap: true
ask: "What did Kofi do?"
"""
DEBATE = """\
heading: "Who says?"
words: "Go to one end."
scene: bus
claim: "Whoever made it may shut it."
sides:
  - {id: y, label: "Yes", because: "It took three weeks.", then: "All of us play there."}
  - {id: n, label: "Not so", because: "It is for all.", then: "You may build one."}
ask: "Which end?"
after: "Would you cross?"
"""
MAKE = """\
heading: "Make a stop hand"
words: "On paper."
minutes: "5"
needs: "crayons"
steps: [{picture: paint, label: "Draw"}, {scene: bus, label: "Cut"}, {picture: key, label: "Hold it up"}]
sheet: bus
ask: "Who sees it?"
"""
KINDS = [("sing", SING), ("act", ACT), ("debate", DEBATE), ("make", MAKE)]


def test_a_song_goes_on_line_by_line_and_ends_with_the_last() -> None:
    step = thing("sing", SING)
    assert isinstance(step, Sing)
    reached = [step.done(asked(("sung", line))) for line in ("", "l1", "l2", "l3", "l9")]
    assert reached == ["", "", "l2", "l3", ""]
    assert [step.place(line) for line in reached] == [0, 0, 1, 2, 0]
    assert [step.finished(line) for line in reached] == [False, False, False, True, False]
    first, _second, last = step.views()
    assert first == ["No thank you", "Stand up.", "Stop, says my hand.", "Hand up"]
    assert last == ["No thank you", "I tell.", "Clap", "Now like a mouse."]


def test_a_scene_is_played_twice_where_parts_are_swapped_and_once_where_not() -> None:
    step = thing("act", ACT)
    assert isinstance(step, Act)
    turns = [step.done(asked(("turn", turn))) for turn in ("", "b", "x")]
    assert turns == ["", "b", ""] and [step.finished(turn) for turn in turns] == [False, True, False]
    assert [len(view) for view in step.views()] == [7, 7]
    once = thing("act", ACT.replace("swap: true\n", ""))
    assert once.done(asked(("turn", "b"))) == "" and once.finished("")
    assert [view[2] for view in once.views()] == ["What did Kofi do?"]


def test_a_side_is_taken_by_its_id_and_brings_its_argument_and_the_answer_to_that() -> None:
    step = thing("debate", DEBATE)
    assert isinstance(step, Debate)
    assert step.done(asked(("side", "n"))) == "n" and step.done(asked(("side", "z"))) == ""
    _before, _yes, no = step.views()
    assert {"Would you cross?", "It is for all.", "You may build one."} <= set(no)


def test_what_is_made_needs_no_tap_and_its_sheet_is_a_scene() -> None:
    step = thing("make", MAKE)
    assert isinstance(step, Make) and step.finished(step.done(asked()))
    assert list(step.views()) == [
        ["Make a stop hand", "On paper.", "Draw", "Cut", "Hold it up", "Who sees it?"]
    ]
    assert read(("make", "c1", MAKE))[2] == [
        f'{line}: there is no scene "bus" in this lesson, or it cannot be drawn' for line in (6, 7)
    ]


@pytest.mark.parametrize(
    ("kind", "text", "beside"),
    [
        ("sing", SING, [["No thank you", "Stand up."], ["No thank you", "Now like a mouse."]]),
        ("act", ACT, [["One more go", "Two play."], ["One more go", "What did Kofi do?"]]),
        ("debate", DEBATE, [["Who says?", "Go to one end.", "Which end?"], ["Would you cross?"]]),
        ("make", MAKE, [["Make a stop hand", "On paper.", "Who sees it?"]]),
    ],
)
def test_what_stands_outside_the_thing_is_told_for_each_view(
    kind: str, text: str, beside: list[list[str]]
) -> None:
    assert list(thing(kind, text).beside()) == beside


@pytest.mark.parametrize(
    ("kind", "text", "old", "new", "message"),
    [
        ("sing", SING, "id: l2", "id: l1", 'the id "l1" is used twice'),
        ("act", ACT, "id: k", "id: a", 'the id "a" is used twice'),
        ("act", ACT, "kofi glad", "kofy glad", 'nobody is called "kofy" in ks2'),
        ("debate", DEBATE, "id: n", "id: y", 'the id "y" is used twice'),
        ("debate", DEBATE, "scene: bus", "scene: train", 'there is no scene "train"'),
        ("make", MAKE, "sheet: bus", "sheet: train", 'there is no scene "train"'),
    ],
)
def test_a_mistake_is_named(kind: str, text: str, old: str, new: str, message: str) -> None:
    assert old in text
    _steps, _stage, problems = read(("scene", "bus", SCENE), (kind, "c1", text.replace(old, new, 1)))
    assert [problem for problem in problems if message in problem], problems


@pytest.mark.parametrize(
    ("kind", "text", "without"),
    [
        ("sing", SING, ", picture: key"),
        ("act", ACT, 'who: "kofi glad", '),
        ("debate", DEBATE, "scene: bus\n"),
        ("make", MAKE, "picture: paint, "),
    ],
)
def test_a_child_who_cannot_read_has_pictures_to_go_by(kind: str, text: str, without: str) -> None:
    def pictured(words: str) -> bool:
        step = thing(kind, words)
        assert isinstance(step, Activity)
        return step.pictured

    assert without in text
    assert pictured(text) and not pictured(text.replace(without, "", 1))
