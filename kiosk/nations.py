"""The four nations of the United Kingdom: laws and helplines differ, and a school is in one of them."""

from enum import StrEnum


class Nation(StrEnum):
    """The nation that a school is in; the settings and the files of facts write it like this."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


EVERYWHERE = tuple(Nation)
