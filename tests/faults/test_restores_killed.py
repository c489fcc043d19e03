"""A restore that is killed -9 again and again, at any instant: old or new, never neither (FAULTS=full: a thousand)."""

import os

import pytest

from tests.backup.conftest import SchoolWithCopies, small_school
from tests.backup.test_killed import kill_restores

__all__ = ["small_school"]
TIMES = 1000 if os.environ.get("FAULTS") == "full" else 40


@pytest.mark.database("sqlite")
def test_whatever_is_killed_in_a_restore_leaves_old_or_new(small_school: SchoolWithCopies) -> None:
    kill_restores(small_school, TIMES)
