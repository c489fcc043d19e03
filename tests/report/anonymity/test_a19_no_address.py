"""Promise A19: in a flood nobody is refused or kept waiting by the app, and no device and no address is known."""

import time

import pytest

from tests.report.anonymity.steps import Step, Visitor, walk
from tests.report.anonymity.world import World

FLOOD = 320  # more than an hour once took before everybody else had to wait


@pytest.mark.main(1)
@pytest.mark.parametrize("addresses", [1, FLOOD])
def test_in_a_flood_everybody_is_taken_at_once_wherever_they_sit(
    world: World, addresses: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not world.on_files:
        pytest.skip("who waits does not hang on the database")

    def nobody_sleeps(seconds: float) -> None:
        raise AssertionError("the app waits; waiting is for the server's line, which knows no address")

    with world.beginning(world.school_time) as (_, heard):
        monkeypatch.setattr(time, "sleep", nobody_sleeps)
        for number in range(FLOOD):
            visitor = Visitor({"REMOTE_ADDR": f"2001:db8::{number % addresses:x}"}, "", world.school_time)
            form = (("concern", "site"), ("nonce", f"nonce-{number:020d}"))
            (answer,) = walk(world.app, [Step("POST", "/report/ks2/en", form, nonce=False)], visitor, heard)
            assert answer.status_code == 200
