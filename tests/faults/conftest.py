"""A school of these tests lasts as long as its file, and so does its list of readers."""

import pytest

from tests.roots import forget_lists, no_root


@pytest.fixture(autouse=True)
def nothing_founded() -> None:
    """Nothing is forgotten between two tests: the root in the settings and the list in memory stay the school's."""


@pytest.fixture(scope="module", autouse=True)
def nothing_founded_by_another_file() -> None:
    """Each file begins as a process that has just started."""
    no_root()
    forget_lists()
