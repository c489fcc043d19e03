"""A school of these tests lasts as long as its file, and so does its list of readers."""

import pytest


@pytest.fixture(autouse=True)
def nothing_founded() -> None:
    """Nothing is forgotten between two tests: the root in the settings and the list in memory stay the school's."""
