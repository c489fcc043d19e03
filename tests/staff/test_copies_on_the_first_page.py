"""The network manager's first page is red until copies are made each night."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from kiosk.config import Config
from kiosk.host.copies import CopyNotes, write_notes
from tests.incidents.school import School
from tests.sites import site_of
from tests.staff.test_all_well import home, school, words_in

__all__ = ["school"]
NONE, OLD = "There is no copy", "more than two days old"


def copies_words(app: Flask, school: School, name: str = "network") -> str:
    """What somebody's first page says of copies."""
    return words_in(home(app, school, name), "copies")


def test_it_says_what_is_missing_until_nothing_is(app: Flask, school: School, config: Config) -> None:
    today = site_of(app).today()
    assert NONE in copies_words(app, school)
    notes = CopyNotes("ab" * 32, today, today - timedelta(days=3), "a copy")
    write_notes(config, notes)
    assert OLD in copies_words(app, school)
    write_notes(config, replace(notes, copied_on=today, trouble="there is no folder", trouble_on=today))
    assert OLD in copies_words(app, school)
    write_notes(config, replace(notes, copied_on=today + timedelta(days=1)))  # of a clock that was wrong
    assert OLD in copies_words(app, school)
    write_notes(config, replace(notes, copied_on=today))
    assert copies_words(app, school) == ""
    config.file("backup.toml").write_text("= cannot be read")
    assert NONE in copies_words(app, school)


@pytest.mark.parametrize("name", ["dsl", "principal", "chair", "teacher"])
def test_nobody_else_is_told(app: Flask, school: School, name: str) -> None:
    assert copies_words(app, school, name) == ""
