"""Scenarios: the way travels in the address, and an address that makes no sense begins again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.scenario import Choice, Node, Scenario
from kiosk.lessons.walk import walk_along
from kiosk.lessons.words import page_words
from kiosk.site import Content
from tests.lessons.learner import LESSONS


def node(id: str, *targets: str, following: str = "", end: bool = False) -> Node:
    choices = tuple(Choice("ab"[number], Markup("Go"), to) for number, to in enumerate(targets))
    return Node(id, Markup("Text"), choices, following, end, 1)


STORY = Scenario(
    "c1",
    "n1",
    {
        "n1": node("n1", "n2", "n3"),
        "n2": node("n2", following="n3"),
        "n3": node("n3", end=True),
    },
)


def test_a_walk_begins_at_the_start_and_knows_its_way_back() -> None:
    start = walk_along(STORY, "")
    assert (start.node.id, start.way, start.way_back) == ("n1", "n1", "")
    chosen = start.way_by("a")
    assert chosen == "n1.n2"
    on = walk_along(STORY, chosen)
    assert (on.node.id, on.way_back, on.way_to(on.node.next)) == ("n2", "n1", "n1.n2.n3")


def test_a_choice_that_is_not_on_offer_leads_nowhere() -> None:
    assert walk_along(STORY, "n1").way_by("z") is None
    assert walk_along(STORY, "n1.n3").way_by("a") is None


@pytest.mark.parametrize("way", ["n3", "n1.n1", "n1.n2.n1", "..", "n1..n2", "nowhere", "n1.n2.n3.n3"])
def test_a_way_that_the_story_does_not_have_begins_again(way: str) -> None:
    assert walk_along(STORY, way).way == "n1"


@given(st.text(max_size=40))
def test_no_address_breaks_a_story(way: str) -> None:
    assert walk_along(STORY, way).node.id in STORY.nodes


def test_every_way_through_the_shipped_stories_comes_to_an_end(content: Content) -> None:
    for id in LESSONS.values():
        scenario = content.lessons[id].scenario
        if scenario is None:
            continue
        open_ways = [walk_along(scenario, "").way]
        for _step in range(scenario.longest_way):
            walks = [walk_along(scenario, way) for way in open_ways]
            open_ways = [walk.way_to(target) for walk in walks for target in walk.node.targets]
        assert open_ways == []


def test_a_steps_own_heading_becomes_the_pages() -> None:
    heading, words = page_words(Markup("<h2>A <strong>feed</strong></h2>\n<p>One.<br />\nTwo.</p>"), Band.KS3)
    assert (heading, words) == ("A <strong>feed</strong>", "<p>One.<br />\nTwo.</p>")
    assert page_words(Markup("<p>One.</p>\n<h2>Later</h2>"), Band.KS3)[0] == ""


def test_the_youngest_read_a_line_at_a_time() -> None:
    _heading, words = page_words(Markup("<p>One.<br />\nTwo.</p>"), Band.KS1)
    assert words == "<p>One.</p>\n<p>Two.</p>"
    under_heading = page_words(Markup("<h2>Three</h2><p>One.<br />\nTwo.</p>"), Band.KS1)
    assert under_heading == ("Three", "<p>One.</p>\n<p>Two.</p>")
