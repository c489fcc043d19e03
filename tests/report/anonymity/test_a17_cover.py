"""Promise A17: in a lesson everybody sends something; who has nothing to tell does the same and leaves nothing."""

from typing import Any

from werkzeug.test import Client, TestResponse

from tests.pages import Page
from tests.report.anonymity.dumps import differences
from tests.report.anonymity.steps import Step, Visitor, walk
from tests.report.anonymity.world import World

WORRY = (
    ("concern", "bullying"),
    ("danger", "no"),
    ("words", "they took my bag and said they would do it again"),
)
NOTHING = (("concern", "nothing"), ("danger", ""), ("words", ""))
BANDS = (("ks1", "en"), ("ks2", "en"), ("ks2", "ur"), ("ks3", "pl"), ("ks4", "en"))


def _after(world: World, *steps: Step) -> tuple[dict[str, bytes], list[TestResponse]]:
    with world.beginning(world.school_time) as (clock, heard):
        answers = walk(world.app, steps, Visitor({}, "", world.school_time), heard)
        clock.moment = world.release_moment(world.school_time)
        world.work(clock.moment)
        return world.look() | {"log": heard.getvalue().encode()}, answers


def _sent(address: str, form: Any) -> list[Step]:
    return [Step("GET", address), Step("POST", address, form)]


def test_nothing_to_tell_leaves_the_same_as_not_having_come(world: World) -> None:
    for band, lang in BANDS:
        address = f"/report/{band}/{lang}"
        without, _ = _after(world, Step("GET", address))
        withit, answers = _after(world, *_sent(address, NOTHING))
        assert answers[-1].status_code == 200
        assert differences(without, withit) == [], address
        told, _ = _after(world, *_sent(address, WORRY))
        assert differences(without, told) != [], "the control: a report leaves something"


def test_the_answer_to_nothing_and_to_a_worry_have_one_size_and_the_same_headers(world: World) -> None:
    for band, lang in BANDS:
        address = f"/report/{band}/{lang}"
        answers = [_after(world, *_sent(address, form))[1][-1] for form in (WORRY, NOTHING)]
        sizes = {len(answer.data) for answer in answers}
        assert len(sizes) == 1, f"{address}: {sizes}"
        assert answers[0].headers.to_wsgi_list() == answers[1].headers.to_wsgi_list()
        assert (
            "Content-Encoding" not in answers[0].headers
            or answers[0].headers["Content-Encoding"] == "identity"
        )


def test_nothing_to_tell_is_offered_in_every_band_beside_the_concerns(world: World) -> None:
    for band, lang in BANDS:
        form = Client(world.app).get(f"/report/{band}/{lang}")
        assert 'id="concern-nothing"' in form.text, band


def test_what_was_told_before_choosing_nothing_is_never_thanked_for_and_thrown_away(world: World) -> None:
    """The child is asked what it is about, with everything kept on the page; whoever means "nothing" takes it back."""
    to_choose = "You wrote something. Choose what it is about, or empty the box."
    in_danger = "You said that someone is in danger or might get hurt. Choose what it is about."
    told_by_child = (
        (("words", "they took my bag"), to_choose),
        (("name", "Ann from 4B"), to_choose),
        (("address", "bad.example"), to_choose),
        (("danger", "yes"), in_danger),
    )
    for band in ("ks2", "ks3", "ks4"):
        address = f"/report/{band}/en"
        without, _ = _after(world, Step("GET", address))
        for told, said in told_by_child:
            withit, answers = _after(world, *_sent(address, (("concern", "nothing"), told)))
            page = Page(answers[-1].text)
            assert answers[-1].status_code == 422
            assert said in page.text
            checked = {field.attrs["id"] for field in page.all("input") if "checked" in field.attrs}
            assert "concern-nothing" in checked
            assert "danger-yes" in checked if told[0] == "danger" else page.value(told[0]) == told[1]
            assert differences(without, withit) == [], "an answer that asks back leaves nothing either"


def test_what_was_told_counts_once_it_is_said_what_it_is_about(world: World) -> None:
    again = (("concern", "unsure"), ("words", "they took my bag"))
    without, _ = _after(world, Step("GET", "/report/ks3/en"))
    withit, answers = _after(
        world,
        *_sent("/report/ks3/en", (("concern", "nothing"), *again[1:])),
        Step("POST", "/report/ks3/en", again),
    )
    assert [answer.status_code for answer in answers[1:]] == [422, 200]
    assert differences(without, withit) != []
