"""Who a form of telling is for: a child of an age group, or a grown-up outside school with a worry."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from kiosk.bands import Band, BandLimits


class Adults(StrEnum):
    """Parents and anybody else: one more group of the same form, in the look and with the limits of the oldest."""

    WORRY = "worry"

    @property
    def limits(self) -> BandLimits:
        """The limits of what they write: those of the oldest, so that both fit the same envelopes."""
        return Band.KS4.limits


Group = Band | Adults
GROUPS: dict[str, Group] = {one.value: one for one in (*Band, Adults.WORRY)}
# In addresses that a browser asks for, grown-ups have a name as long as that of any band, so that no request is longer
# than a child's (promise F8); the plain one is for people who read addresses.
OF_ADULTS = "kin"
BY_ADDRESS: dict[str, Group] = {**GROUPS, OF_ADULTS: Adults.WORRY}
LOOKS = {**{band.value: band for band in Band}, Adults.WORRY.value: Band.KS4}  # by the names of groups


def look_of(name: str) -> str:
    """The band in whose look the pages of a group, of the chooser and of the replies are."""
    return LOOKS.get(name, Band.KS2).value


def is_from_adult(body: Mapping[str, Any]) -> bool:
    """Whether a parent or somebody else wrote a report: that stands in its sealed text alone (promise A13)."""
    return body.get("band") == Adults.WORRY
