"""Promise A1, the positive control: every leak that is planted is seen by the master test, and where it is."""

import pytest

from tests.report.anonymity.leaks import LEAKS
from tests.report.anonymity.world import World


def test_where_nothing_is_planted_nothing_is_reported(world: World) -> None:
    assert world.differences(*world.plain_pair()) == []
    assert world.mail.postbox.mails, "the control: somebody was alerted"


@pytest.mark.main(3)
@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_reported(world: World, name: str) -> None:
    plant, place = LEAKS[name]
    with plant(world):
        found = world.differences(*world.plain_pair())
    assert any(name.removeprefix("early ").startswith(place) for name in found), found
