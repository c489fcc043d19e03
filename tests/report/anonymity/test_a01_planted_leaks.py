"""A1, the positive control: every leak that is planted is seen by the master test, and where it is."""

import pytest

from tests.report.anonymity.leaks import LEAKS
from tests.report.anonymity.world import World


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_reported(world: World, name: str) -> None:
    plant, place = LEAKS[name]
    if place.startswith(("file", "time")) and not world.on_files:
        pytest.skip("the folder is looked through on SQLite")
    steps, one, other = world.plain_pair()
    assert world.differences(steps, one, other) == [], "nothing is planted yet"
    with plant(world):
        found = world.differences(steps, one, other)
    assert any(name.removeprefix("early ").startswith(place) for name in found), found
    assert world.differences(steps, one, other) == [], "nothing is planted any more"
