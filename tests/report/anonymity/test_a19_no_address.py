"""Promise A19: in a flood nobody is refused, and everybody beyond it waits alike: no device and no address is known."""

import pytest

from kiosk.report.intake.flood_brake import REPORTS_AN_HOUR, STEP_SECONDS, FloodBrake
from tests.report.anonymity.steps import Step, Visitor, walk
from tests.report.anonymity.world import World

FLOOD = 20  # an hour, for this test; the product's own figure stands below
MORE = 5


def _waits(world: World, addresses: list[str]) -> list[float]:
    """How long each sender of a flood waited, one from each address in turn; the flood's clock stands still."""
    waited: list[float] = []
    crowd = FloodBrake(FLOOD, clock=lambda: 0.0, sleep=waited.append)
    world.rebuild(crowd)
    with world.beginning(world.school_time) as (_, heard):
        for number in range(FLOOD + MORE):
            visitor = Visitor({"REMOTE_ADDR": addresses[number % len(addresses)]}, "", world.school_time)
            form = (("concern", "site"), ("nonce", f"nonce-{number:020d}"))
            step = Step("POST", "/report/ks2/en", form, nonce=False)
            (answer,) = walk(world.app, [step], visitor, heard)
            assert answer.status_code == 200, "nobody is refused"
    world.rebuild()
    return waited


def test_only_beyond_the_flood_somebody_waits_and_wherever_they_sit_they_wait_alike(world: World) -> None:
    if not world.on_files:
        pytest.skip("who waits does not hang on the database")
    one_tablet = _waits(world, ["192.0.2.1"])
    many_tablets = _waits(world, [f"2001:db8::{number:x}" for number in range(FLOOD + MORE)])
    assert one_tablet == many_tablets == [STEP_SECONDS] * MORE


def test_the_flood_of_the_product_is_three_hundred_an_hour() -> None:
    waited: list[float] = []
    crowd = FloodBrake(clock=lambda: 0.0, sleep=waited.append)
    for _ in range(REPORTS_AN_HOUR):
        crowd.wait_if_flooded()
    assert (REPORTS_AN_HOUR, waited) == (300, [])
    crowd.wait_if_flooded()
    assert waited == [STEP_SECONDS] == [3.0]
