"""Promise A13: how old a child is and which language it reads stand inside the sealed body alone."""

from typing import Any

import pytest
from sqlalchemy import select

from kiosk.report.models import Report
from tests.report.anonymity.dumps import differences
from tests.report.anonymity.steps import Step, Visitor, walk
from tests.report.anonymity.world import World

ANSWERS = (("concern", "bullying"), ("words", "they took my bag"))


def _in_clear(world: World, band: str, lang: str, planted: Any = None) -> dict[str, bytes]:
    """Everything that is left of one report, with sealed bytes known by their number alone, and without its id.

    The id is a digest of the form's secret number and of every answer, under the school's key: chance to others.
    """
    address = f"/report/{band}/{lang}"
    steps = [Step("GET", address), Step("POST", address, ANSWERS)]
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
    return len(value) if isinstance(value, bytes) and len(value) > 16 else value


@pytest.mark.parametrize(("band", "lang"), [("ks2", "ur"), ("ks3", "en"), ("ks4", "pl")])
def test_two_reports_that_differ_in_band_and_language_look_the_same_from_outside(
    world: World, band: str, lang: str
) -> None:
    assert differences(_in_clear(world, "ks2", "en"), _in_clear(world, band, lang)) == []


def test_a_language_that_stood_in_clear_would_be_seen(world: World) -> None:
    def planted(band: str, lang: str) -> bytes:
        return lang.encode()

    both = [_in_clear(world, "ks2", lang, planted) for lang in ("en", "ur")]
    assert differences(*both) == ["table reports.report"]
