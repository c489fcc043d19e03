"""The page of something to do: a tap is answered on its own card, by the address, and nothing of it is stored."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from kiosk.lessons.activity import Activity
from kiosk.lessons.progress import progress_of
from kiosk.lessons.step import Passage
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.lessons.doing import SCENE, read
from tests.lessons.kinds.test_kinds import CHAT, CHOOSE, FEED, METERS, PAGE, PAPERS, STRIP, TWO, VOTE
from tests.lessons.kinds.test_played import ACT, DEBATE, MAKE, SING
from tests.lessons.learner import Learner, browser_of, counted, heading, make_learner
from tests.pages import Element, Page
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

OFFLINE = """\
heading: "Put it down."
minutes: "5"
needs: "paint"
steps: [{picture: paint, label: "Paint"}, {scene: bus, label: "Print"}]
who: amina thinking
ask: "Get them all back?"
"""
KINDS = [("choose", CHOOSE), ("choose", METERS), ("strip", STRIP), ("chat", CHAT), ("page", PAGE),
         ("papers", PAPERS), ("feed", FEED), ("vote", VOTE), ("two", TWO), ("offline", OFFLINE),
         ("sing", SING), ("act", ACT), ("debate", DEBATE), ("make", MAKE)]  # fmt: skip
LAST_STEP = ("vote", "end", VOTE)


@pytest.fixture
def learner(app: Flask, session: Session, content: Content) -> Learner:
    """A pupil whose lesson has every kind of thing to do."""
    blocks = [(kind, f"k{number}", text) for number, (kind, text) in enumerate(KINDS)]
    steps, stage, problems = read(("scene", "bus", SCENE), *blocks, LAST_STEP)
    assert problems == []
    made = make_learner(session, content.lessons)
    lesson = replace(made.lesson, steps=tuple(steps), stage=stage)
    change_site(app, lessons={**content.lessons, lesson.id: lesson})
    return replace(made, lesson=lesson)


def place(learner: Learner, kind: str) -> int:
    return next(number for number, step in enumerate(learner.lesson.steps, 1) if step.kind == kind)


def view(child: FlaskClient, learner: Learner, kind: str, query: str = "") -> Page:
    return Page(child.get(f"/learn/lessons/{learner.lesson.id}/{place(learner, kind)}?{query}").text)


@pytest.mark.parametrize(
    ("kind", "before", "query", "title", "said"),
    [
        ("choose", "Choose one to go on", "move=write", "He writes back.", ["You chose", "He knows.", "See what"]),
        ("strip", "Tap one", "end=no", "How does it end?", ["You chose", "Fine.", "Pick again"]),
        ("chat", "Stop here", "stop=l2", "Very early.", ["You stopped here", "She can read it.", "She is in here."]),
        ("page", "Open one", "open=a&open=b", "What will you say?", ["2 of 2 opened", "Slow.", "People"]),
        ("papers", "Compare", "compare=advert&line=g&compare=chat", "Two lines.", ["Look at A.", "ring your bank."]),
        ("feed", "Open the machine", "opened=1&label=so", "Two signals.", ["A signal.", "None was"]),
        ("vote", "Choose one to go on", "shape=n", "Still a joke?", ["You chose", "Ask her.", "Say why."]),
        ("two", "Turn it to B", "turn=both", "Put it together.", ["Which town?"]),
        ("debate", "Choose one to go on", "side=n", "Who says?", ["It is for all.", "You may", "Would you cross?"]),
    ],
)  # fmt: skip
def test_the_way_on_comes_when_something_was_done_and_what_was_done_is_said(
    child: FlaskClient, learner: Learner, kind: str, before: str, query: str, title: str, said: list[str]
) -> None:
    first = view(child, learner, kind)
    assert before in first.text and not any(one.text == "Next" for one in first.all("button"))
    after = view(child, learner, kind, query)
    assert heading(after) == title
    assert after.button("Next").attrs["form"] == "next" and before not in after.text
    for words in said:
        assert words in after.text


@pytest.mark.parametrize("kind", ["offline", "make"])
def test_away_from_the_screen_nothing_has_to_be_tapped(
    child: FlaskClient, learner: Learner, kind: str
) -> None:
    assert view(child, learner, kind).button("We did it").attrs["form"] == "next"


def test_a_song_is_sung_line_by_line_and_a_scene_is_played_twice(
    child: FlaskClient, learner: Learner
) -> None:
    first = view(child, learner, "sing")
    assert first.button("Next line").attrs["form"] == "do" and "Off I go." not in first.text
    (onward,) = [one.attrs for one in first.all("input") if one.attrs.get("name") == "sung"]
    second = view(child, learner, "sing", f"sung={onward['value']}")
    assert "Off I go." in second.text and "Stand up." not in second.text
    last = view(child, learner, "sing", "sung=l3")
    assert "Now like a mouse." in last.text and last.button("We did it").attrs["form"] == "next"
    assert view(child, learner, "act").button("We have played it").attrs["form"] == "do"
    swapped = view(child, learner, "act", "turn=b")
    assert "Swap parts and play it again." in swapped.text
    assert swapped.button("We did it").attrs["form"] == "next"


def test_a_bit_more_stands_folded_at_its_step(app: Flask, content: Content, learner: Learner) -> None:
    more = Passage("stretch", "x1", Markup("<p>Try it with two chats.</p>"), learner.lesson.steps[0].id)
    lesson = replace(learner.lesson, beside=(more,))
    change_site(app, lessons={**content.lessons, lesson.id: lesson})
    page = view(browser_of(app, learner), learner, "choose")
    (folded,) = [one for one in page.all("details") if "A bit more" in one.text]
    assert "Try it with two chats." in folded.text


def test_who_can_be_rung_stands_above_before_and_after(
    app: Flask, content: Content, learner: Learner
) -> None:
    first = learner.lesson.steps[0]
    assert isinstance(first, Activity)
    steps = (first.model_copy(update={"help": ("police", "childline")}), *learner.lesson.steps[1:])
    lesson = replace(learner.lesson, steps=steps)
    change_site(app, lessons={**content.lessons, lesson.id: lesson})
    child = browser_of(app, learner)
    for query in ("", "move=write"):
        text = view(child, learner, "choose", query).text
        assert 0 < text.index("999") < text.index("0800 1111") < text.index("Write to Leo")


def test_a_meter_says_its_level_in_words(child: FlaskClient, learner: Learner) -> None:
    here = place(learner, "choose") + 1
    address = f"/learn/lessons/{learner.lesson.id}/{here}"
    assert "Minutes1 of 5" in Page(child.get(address).text).text.replace("Minutes 1", "Minutes1")
    assert "4 of 5" in Page(child.get(f"{address}?move=a").text).text


@pytest.mark.parametrize("query", ["move=nothing", "move=", "open=a", "move=write&x=1", "lang=xx"])
def test_an_address_that_says_nonsense_shows_the_page_before_anything_was_done(
    child: FlaskClient, learner: Learner, query: str
) -> None:
    page = view(child, learner, "choose", query)
    if "write" not in query:
        assert "Choose one to go on" in page.text and "You chose" not in page.text
    else:
        assert "You chose" in page.text


def test_what_a_child_did_is_stored_nowhere_and_costs_two_queries(
    child: FlaskClient, learner: Learner, databases: Databases, session: Session
) -> None:
    child.post(f"/learn/lessons/{learner.lesson.id}")
    session.rollback()
    before = progress_of(session, learner.pupil)[learner.lesson.id].furthest_screen
    for kind, query in (("choose", "move=write"), ("chat", "stop=l1"), ("page", "open=a&open=c")):
        with counted(databases.school.engine) as sent:
            view(child, learner, kind, query)
        assert not [one for one in sent if not one.startswith(("SELECT", "BEGIN"))]
        assert len([one for one in sent if one.startswith("SELECT")]) <= 2
    session.rollback()
    assert progress_of(session, learner.pupil)[learner.lesson.id].furthest_screen == before


def test_a_child_who_was_further_may_go_on_at_once(child: FlaskClient, learner: Learner) -> None:
    here = place(learner, "choose")
    child.post(f"/learn/lessons/{learner.lesson.id}/{here}")
    child.post(f"/learn/lessons/{learner.lesson.id}/{here + 1}")
    assert view(child, learner, "choose").link("Next").endswith(f"/{here + 1}")


@pytest.mark.parametrize(
    ("kind", "press"),
    [
        ("sing", "Next line"),
        ("act", "We have played it"),
        ("two", "Turn it to B"),
        ("chat", "Stop here"),
        ("papers", "Compare"),
        ("feed", "Open the machine"),
    ],
)
def test_whoever_was_further_still_does_what_is_sent_by_the_way_on(
    child: FlaskClient, learner: Learner, kind: str, press: str
) -> None:
    here = place(learner, kind)
    for step in (here, here + 1):
        child.post(f"/learn/lessons/{learner.lesson.id}/{step}")
    assert view(child, learner, kind).button(press).attrs["form"] == "do"


def test_at_home_every_thing_to_do_is_words_on_paper(client: FlaskClient, learner: Learner) -> None:
    page = Page(client.get(f"/home/lessons/{learner.lesson.id}").text)
    for words in (
        "The gate is shut.",
        "He knows.",
        "GlitterFox9",
        "Tell B.",
        "It is closed.",
        "Paint",
        "Museum",
        "Off I go.",
        "One more.",
        "You may build one.",
        "Hold it up",
    ):
        assert words in page.text
    assert not page.all("form")
    assert len(of_class(page, "figure", "outline")) == 1


def of_class(page: Page, tag: str, name: str) -> list[Element]:
    return [one for one in page.all(tag) if name in one.attrs.get("class", "").split()]


def boxes_of(page: Page) -> list[Element]:
    return [one for one in page.all("input") if one.attrs.get("type") == "checkbox"]


def test_a_desk_shows_one_paper_its_tabs_keep_what_was_underlined_and_the_next_one_is_named(
    child: FlaskClient, learner: Learner
) -> None:
    first = view(child, learner, "papers", "line=b")
    tabs = of_class(first, "button", "desk__tab")
    assert [(tab.text, tab.attrs["name"], tab.attrs["value"]) for tab in tabs] == [
        ("The advert", "paper", "advert"), ("The letter", "paper", "letter"), ("The chat", "paper", "chat"),
    ]  # fmt: skip
    assert [tab.text for tab in tabs if tab.attrs.get("aria-current")] == ["The advert"]
    assert [box.attrs["value"] for box in boxes_of(first) if "checked" in box.attrs] == ["b"]
    assert "£640.00" in first.text and "£51.20" in first.text and "Who is poorer?" in first.text
    letter = view(child, learner, "papers", "line=b&paper=letter")
    assert not boxes_of(letter)
    assert [one.attrs["value"] for one in letter.all("input") if one.attrs.get("name") == "line"] == ["b"]
    compared = view(child, learner, "papers", "line=b&compare=advert")
    assert compared.button("The chat").attrs["value"] == "chat" and "ring your bank." in compared.text


def test_each_label_has_a_sticker_in_the_same_order_so_that_style_alone_can_stick_it(
    child: FlaskClient, learner: Learner
) -> None:
    page = view(child, learner, "feed")
    assert [one.text for one in of_class(page, "span", "sticker")] == ["Hurry", "Comments", "Checked"]
    assert [one.attrs["value"] for one in boxes_of(page)] == ["hurry", "argue", "so"]
    opened = view(child, learner, "feed", "opened=1&label=argue")
    assert [one.text for one in of_class(opened, "span", "sticker--on")] == ["Comments"]
