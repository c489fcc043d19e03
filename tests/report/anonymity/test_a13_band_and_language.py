"""Promise A13: how old a child is and which language it reads stand inside the sealed body alone."""

from typing import Any

import pytest
from sqlalchemy import select

from kiosk.report.models import Report
from tests.report.anonymity.dumps import differences
from tests.report.anonymity.steps import Step, Visitor, walk
from tests.report.anonymity.world import World

ABOUT_A_FRIEND = (("concern", "friend"), ("words", "they took my bag"))
ABOUT_A_GROWN_UP = (("concern", "adult"), ("words", "they took my bag"))
ANSWERS = (("concern", "bullying"), ("words", "they took my bag"))


def _in_clear(
    world: World, band: str, lang: str, planted: Any = None, told: Any = ANSWERS
) -> dict[str, bytes]:
    """Everything that is left of one report, with sealed bytes known by their number alone, and without its id.

    The id is a digest of the form's secret number and of every answer, under the school's key: chance to others.
    """
    address = f"/report/{band}/{lang}"
    steps = [Step("GET", address), Step("POST", address, told)]
    with world.beginning(world.school_time) as (clock, heard):
        (answer,) = walk(world.app, steps, Visitor({}, "", world.school_time), heard)[-1:]
        assert answer.status_code == 200
        clock.moment = world.release_moment(world.school_time)
        world.work(clock.moment)
        left = world.look()
        with world.databases.reports.engine.connect() as connection:
            reports = connection.scalars(select(Report.id)).all()
            ids: set[object] = {*reports, *(one.hex for one in reports)}  # SQLite has them as text
            for table in world.tables["reports"]:
                rows = [[_shown(value, ids) for value in row] for row in connection.execute(select(table))]
                left[f"table reports.{table.name}"] = repr(sorted(rows, key=repr)).encode()
        left["log"] = heard.getvalue().encode()
    if planted:
        left["table reports.report"] += planted(band, lang)
    return left


def _shown(value: object, ids: set[object]) -> object:
    if value in ids:
        return "the report"
    return (
        len(value) if isinstance(value, bytes) and len(value) >= 16 else value
    )  # keys, and the id of a thread


@pytest.mark.parametrize(("band", "lang"), [("ks2", "ur"), ("ks3", "en"), ("ks4", "pl")])
def test_two_reports_that_differ_in_band_and_language_look_the_same_from_outside(
    world: World, band: str, lang: str
) -> None:
    assert differences(_in_clear(world, "ks2", "en"), _in_clear(world, band, lang)) == []


@pytest.mark.parametrize("told", [ABOUT_A_FRIEND, ABOUT_A_GROWN_UP], ids=["about a child", "about staff"])
@pytest.mark.parametrize("reply", [(), (("reply", "yes"),)], ids=["", "wants an answer"])
def test_a_worry_and_a_childs_report_look_the_same_from_outside(
    world: World, told: tuple[tuple[str, str], ...], reply: tuple[tuple[str, str], ...]
) -> None:
    """Of a grown-up the same routes, lengths, rows, mails and files are left as of a child (promise F8)."""
    both = [_in_clear(world, band, "en", told=told + reply) for band in ("ks4", "worry")]
    assert differences(*both) == []


def test_a_language_that_stood_in_clear_would_be_seen(world: World) -> None:
    def planted(band: str, lang: str) -> bytes:
        return lang.encode()

    both = [_in_clear(world, "ks2", lang, planted) for lang in ("en", "ur")]
    assert differences(*both) == ["table reports.report"]
