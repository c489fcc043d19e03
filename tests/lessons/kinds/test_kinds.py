"""What was done stands in the address: each kind of thing to do reads its own, and nothing else counts."""

import pytest

from kiosk.lessons.kinds.chat import Chat
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.kinds.feed import Feed
from kiosk.lessons.kinds.page import Page
from kiosk.lessons.kinds.papers import Desk, Papers
from kiosk.lessons.kinds.strip import Strip
from kiosk.lessons.kinds.two import Two
from kiosk.lessons.kinds.vote import Vote
from kiosk.lessons.known_kinds import KINDS
from tests.lessons.doing import asked, read, thing

CHOOSE = """\
heading: "The gate is shut."
ask: "What first?"
scene: bus
moves:
  - {id: write, label: "Write to Leo", faces: [leo thinking], then: "He knows.", after: {heading: "He writes back."}}
  - {id: post, label: "Post it to all", faces: [kofi glad, nia glad], then: "Now all see it."}
"""
METERS = """\
heading: "Keep him here."
meters: ["Minutes"]
levels: [1]
moves:
  - {id: a, label: "One", then: "He stays.", levels: [4]}
  - {id: b, label: "Two", then: "He goes.", levels: [0]}
"""
STRIP = """\
heading: "How does it end?"
panels: [bus]
endings:
  - {id: no, label: "Says no", scene: bus, who: amina glad, then: "Fine."}
  - {id: go, label: "Goes on", scene: bus, then: "Hm."}
"""
CHAT = """\
heading: "Where would you step in?"
ask: "Tap a line."
name: "Maths help"
members: "You and 4 others"
lines:
  - {id: l1, who: amina, says: "hi", stop: "Very early."}
  - {note: "Leo came"}
  - {id: l2, who: leo, says: "her face", clue: "She can read it."}
  - {id: l3, name: "GlitterFox9", says: "lol", stop: "Late, and still in time."}
could: "She is in here."
"""
PAGE = """\
heading: "Open two."
box: "sloth facts"
open: 2
after: "What will you say?"
results:
  - {id: a, title: "Shop", line: "shop.example", label: "Advert", claim: "Buy."}
  - {id: b, title: "Museum", line: "museum.example", claim: "Slow.", facts: [{about: "Who", is: "People"}]}
  - {id: c, title: "Ten facts", line: "wow.example", claim: "Wow."}
"""
PAPERS = """\
heading: "Which lines give it away?"
ask: "Underline."
after: "Two lines."
papers:
  - id: advert
    tab: "The advert"
    kind: "An advert"
    title: "Easy work"
    lines:
      - {id: a, says: "No interview."}
      - {id: b, says: "Keep some.", why: "A price."}
      - {id: c, says: "Yours.", why: "A name."}
  - id: letter
    tab: "The letter"
    kind: "A letter"
    title: "From a bank"
    lines: [{id: d, says: "Dear you,"}, {id: e, says: "It is closed."}]
  - id: chat
    tab: "The chat"
    kind: "A chat"
    title: "Marsh"
    lines: [{id: f, says: "You are in!"}, {id: g, says: "Tell no bank.", why: "Yours alone."}]
receipt:
  title: "Account"
  sums: [{at: "Fri", what: "In", pence: 64000}, {at: "Sun", what: "Out", pence: -58880}]
  stayed: "Stayed"
work_out: "Who is poorer?"
notes: ["Look at A."]
happened: "ring your bank."
"""
FEED = """\
heading: "Why this one?"
ask: "Stick on labels."
button: "Open the machine"
post: {by: "form9b", tag: "for you", scene: bus, says: "Share it!", line: "41 comments"}
below: [{by: "priya.k", says: "anyone got the chem sheet"}]
labels:
  - {id: hurry, label: "It makes you hurry", short: "Hurry", then: "A signal."}
  - {id: argue, label: "People argue", short: "Comments", then: "Another."}
  - {id: so, label: "Someone checked it", short: "Checked"}
after: "Two signals."
notes: ["None was: is it so?"]
"""
VOTE = """\
heading: "Still a joke?"
options: [{id: y, label: "Yes"}, {id: n, label: "No", then: "Ask her."}]
talk: "Say why."
"""
TWO = """\
a: {kind: "A review", says: "Cold chips.", tell: "Tell B."}
b: {kind: "A photo", says: "A pool.", tell: "Tell A."}
together: {heading: "Put it together.", words: "Which town?"}
"""


def test_a_move_is_chosen_by_its_id_and_nonsense_is_no_move() -> None:
    step = thing("choose", CHOOSE)
    assert isinstance(step, Choose)
    assert step.done(asked(("move", "write"))) == "write" and step.finished("write")
    for nonsense in (asked(), asked(("move", "nothing")), asked(("end", "write"))):
        assert step.done(nonsense) == "" and not step.finished("")
    chosen = step.chosen("write")
    assert chosen and chosen.after.heading == "He writes back." and step.chosen("") is None
    assert [len(view) for view in step.views()] == [4, 4, 4]


def test_a_meter_has_a_level_before_and_after_every_move() -> None:
    assert isinstance(thing("choose", METERS), Choose)
    _steps, _stage, problems = read(("choose", "c1", METERS.replace("levels: [1]\n", "")))
    assert problems == ["1: this: each meter needs a level: before, and for every move"]


def test_an_ending_fills_the_empty_frame() -> None:
    step = thing("strip", STRIP)
    assert isinstance(step, Strip)
    ending = step.chosen(step.done(asked(("end", "no"))))
    assert ending and ending.who == "amina glad"
    assert next(step.views()) == ["How does it end?", "Says no", "Goes on"]


def test_a_chat_may_be_stopped_at_any_line_and_says_so_by_the_nearest_heading_above() -> None:
    step = thing("chat", CHAT)
    assert isinstance(step, Chat)
    assert [step.stopped(line.id) for line in step.said] == [
        "Very early.",
        "Very early.",
        "Late, and still in time.",
    ]
    assert step.done(asked(("stop", "l2"))) == "l2" and step.done(asked(("stop", "l9"))) == ""
    assert [step.clue_number(line) for line in step.said] == [0, 1, 0]
    assert [line.speaker for line in step.speakers] == ["Amina", "Leo"]


def test_a_page_is_done_when_enough_was_opened_and_shows_the_last_one() -> None:
    step = thing("page", PAGE)
    assert isinstance(step, Page)
    one = step.done(asked(("open", "a"), ("open", "x")))
    assert one == ("a",) and not step.finished(one) and not step.finished(())
    back = step.done(asked(("open", "a"), ("open", "b"), ("open", "a")))
    assert back == ("b", "a") and step.finished(back)
    shown = step.shown(back)
    assert shown and shown.id == "a" and step.shown(()) is None


def test_a_desk_is_done_when_each_paper_with_something_to_find_was_compared() -> None:
    step = thing("papers", PAPERS)
    assert isinstance(step, Papers)
    first = step.done(asked(("line", "a"), ("line", "z"), ("paper", "x"), ("compare", "x")))
    assert first == Desk("advert", ("a",), ()) and not step.finished(first)
    one = step.done(asked(("line", "c"), ("line", "a"), ("compare", "advert")))
    assert one == Desk("advert", ("a", "c"), ("advert",)) and not step.finished(one)
    following = step.next_paper(one)
    assert following and following.id == "chat"  # the letter has nothing to find
    both = step.done(asked(("compare", "advert"), ("compare", "chat")))
    assert both.on_top == "chat" and step.finished(both) and step.next_paper(both) is None
    assert step.done(asked(("compare", "chat"), ("paper", "letter"))).on_top == "letter"
    assert [step.papers[0].letter(line) for line in step.papers[0].lines] == ["", "A", "B"]


def test_what_stayed_on_a_receipt_is_added_up_and_never_less_than_nothing() -> None:
    step = thing("papers", PAPERS)
    assert isinstance(step, Papers) and step.receipt
    assert step.receipt.left == 64000 - 58880


def test_labels_stick_on_a_post_and_none_of_them_is_needed() -> None:
    step = thing("feed", FEED)
    assert isinstance(step, Feed)
    assert step.done(asked(("label", "hurry"))) is None and not step.finished(None)
    assert step.done(asked(("opened", "1"))) == () and step.finished(())
    assert step.done(asked(("label", "so"), ("label", "hurry"), ("label", "z"), ("opened", "1"))) == (
        "hurry",
        "so",
    )


@pytest.mark.parametrize(
    ("kind", "text", "beside"),
    [
        ("choose", CHOOSE, [["The gate is shut.", "What first?"], ["He writes back."], ["The gate is shut."]]),
        ("papers", PAPERS, [["Which lines give it away?", "Underline."], ["Two lines.", "Look at A."]]),
        ("feed", FEED, [["Why this one?", "Stick on labels."], ["Two signals.", "None was: is it so?"]]),
        ("page", PAGE, [["Open two."], ["What will you say?"]]),
        ("vote", VOTE, [["Still a joke?"], ["Still a joke?", "Say why."]]),
        ("two", TWO, [["Tell B."], ["Tell A."], ["Put it together.", "Which town?"]]),
        ("chat", CHAT, [
            ["Where would you step in?", "Tap a line."], ["Very early.", "She is in here."], ["She is in here."],
            ["Late, and still in time.", "She is in here."],
        ]),
    ],
)  # fmt: skip
def test_what_stands_outside_the_thing_is_told_for_each_view(
    kind: str, text: str, beside: list[list[str]]
) -> None:
    assert list(thing(kind, text).beside()) == beside


def test_a_vote_has_a_shape_for_each_answer() -> None:
    step = thing("vote", VOTE)
    assert isinstance(step, Vote)
    assert [step.shape(option) for option in step.options] == ["circle", "square"]
    assert step.done(asked(("shape", "n"))) == "n"


def test_two_look_one_after_the_other_and_go_on_together() -> None:
    step = thing("two", TWO)
    assert isinstance(step, Two)
    turns = [step.done(asked(("turn", turn))) for turn in ("", "b", "both", "c")]
    assert turns == ["", "b", "both", ""]
    assert [step.finished(turn) for turn in turns] == [False, False, True, False]


@pytest.mark.parametrize(
    ("kind", "text", "old", "new", "message"),
    [
        ("choose", CHOOSE, "id: post", "id: write", 'the id "write" is used twice'),
        ("choose", CHOOSE, "faces: [leo thinking], ", "", "either every move has faces or a picture"),
        ("choose", CHOOSE, "scene: bus", "scene: train", 'there is no scene "train"'),
        ("choose", CHOOSE, "leo thinking", "lea thinking", 'nobody is called "lea" in ks2'),
        ("choose", CHOOSE, "leo thinking", "leo sleepy", "after the name comes a face, one of glad"),
        ("choose", CHOOSE, "ask:", "asks:", 'unknown key "asks"'),
        ("choose", CHOOSE, '"What first?"', '"{fact:nothing}"', "is not in facts.yml"),
        ("strip", STRIP, "panels: [bus]", "panels: [train]", 'there is no scene "train"'),
        ("chat", CHAT, ', stop: "Very early."', "", "the first line has a stop"),
        ("chat", CHAT, 'note: "Leo came"', 'note: "Leo came", says: "hi"', "a note has no id and says nothing"),
        ("chat", CHAT, 'name: "GlitterFox9"', 'who: leo, name: "GlitterFox9"', "a line has an id, who"),
        ("page", PAGE, "open: 2", "open: 4", "4 cannot be opened of 3"),
        ("papers", PAPERS, "id: f", "id: a", 'the id "a" is used twice'),
        ("papers", PAPERS, "id: chat", "id: advert", 'the id "advert" is used twice'),
        ("papers", PAPERS, 'tab: "The chat"\n    ', "", "with more than one paper, each has a tab"),
        ("papers", PAPERS, "pence: 64000", "pence: 50000", "more went out than came in"),
        ("feed", FEED, "id: so", "id: hurry", 'the id "hurry" is used twice'),
        ("feed", FEED, "scene: bus", "scene: train", 'there is no scene "train"'),
        ("vote", VOTE, "id: n", "id: y", 'the id "y" is used twice'),
        ("vote", VOTE, "talk:", "help: [nobody]\ntalk:", 'there is no "nobody" in helplines.yml'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_thing_to_do_is_named_with_its_line(
    kind: str, text: str, old: str, new: str, message: str
) -> None:
    scene = 'place: bus\nalt: "A bus."\n'
    assert old in text
    _steps, _stage, problems = read(("scene", "bus", scene), (kind, "c1", text.replace(old, new, 1)))
    found = [problem for problem in problems if message in problem]
    assert found, problems
    assert all(int(problem.partition(":")[0]) >= 5 for problem in found), problems


def test_a_block_that_is_no_yaml_or_no_map_is_refused_with_its_line() -> None:
    assert read(("choose", "c1", "- a\n- b"))[2] == ["2: write key: value, a line each"]
    assert read(("choose", "", 'heading: "A"'))[2][0] == "1: the block has no id; write {#c1}"
    assert any("quote" in problem for problem in read(("choose", "c1", 'heading: "A'))[2])


def test_every_kind_is_found_by_its_folder() -> None:
    assert set(KINDS) == {
        "act",
        "chat",
        "choose",
        "debate",
        "feed",
        "make",
        "offline",
        "page",
        "papers",
        "practice",
        "question",
        "sing",
        "strip",
        "two",
        "vote",
    }
