"""Ids of the frameworks that lessons are mapped to; kiosk has the ids, not the statements (promise L15)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from kiosk.bands import Band
from kiosk.lessons.head import Maps

# Statutory guidance on relationships and health education, July 2025: the four online strands, counted.
ONLINE_STRANDS = {"P-OSA": 6, "P-WO": 11, "S-OSA": 15, "S-WO": 7}
# That guidance has more lists for primary (P) and secondary (S) schools. Nobody has counted their statements here
# yet. None of the lists that were counted has more than 15, so a number above 20 is taken for invented, and none
# below it.
UNCOUNTED_LAST = 20
_UNCOUNTED = ("BS", "RKR", "GW", "FP", "CF", "RR", "MW", "RS", "BSF", "HE", "HP", "PH", "DAT")
# Education for a Connected World (UKCIS 2020): eight strands, each with an age range.
_EFACW = (
    "self-image-identity", "online-relationships", "online-reputation", "online-bullying",
    "managing-online-information", "health-wellbeing-lifestyle", "privacy-security", "copyright-ownership",
)  # fmt: skip
# Programmes of study for computing (England, 2013): the points of each key stage's subject content.
_CURRICULUM = {"KS1": 6, "KS2": 7, "KS3": 9, "KS4": 3}
# The school's e-safety policy of 2017, by section: as many as the section has points.
_POLICY = {
    "BEN": 16,  # nine benefits, the sentence that access enhances education, and six ways in which it does
    "EVAL": 4, "SEC": 8, "MAIL": 3, "IMG": 6, "SOC": 7, "FILT": 5, "EMERG": 2, "DATA": 1, "AUTH": 7, "INC": 6,
    "CYB": 6, "LP": 3, "MOB": 5, "INTRO": 3, "STAFF": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Family:
    """Ids that differ only in their number, from 1 to `last`; `counted` is false if the last number is not known."""

    prefix: str
    last: int
    counted: bool = True

    @property
    def ids(self) -> list[str]:
        """Every id of the family."""
        return [f"{self.prefix}-{number}" for number in range(1, self.last + 1)]


RSHE = (
    *(Family(strand, last) for strand, last in ONLINE_STRANDS.items()),
    *(Family(f"{phase}-{name}", UNCOUNTED_LAST, counted=False) for phase in "PS" for name in _UNCOUNTED),
)
CURRICULUM = tuple(Family(stage, last) for stage, last in _CURRICULUM.items())
POLICY = tuple(Family(section, last) for section, last in _POLICY.items())
RISKS: tuple[str, ...] = get_args(get_args(Maps.model_fields["kcsie"].annotation)[0])


def efacw_ids(band: Band) -> list[str]:
    """The eight strands, for the ages of a band."""
    return [f"{strand}/{band.limits.efacw}" for strand in _EFACW]


def unknown_ids(maps: Maps, band: Band) -> Iterator[tuple[str, str]]:
    """Framework and id of everything in a lesson's map that does not exist."""
    known: Mapping[str, set[str]] = {
        "efacw": set(efacw_ids(band)),
        "rshe": {id for family in RSHE for id in family.ids},
        "nc": {id for family in CURRICULUM if family.prefix.lower() == band for id in family.ids},
        # A lesson may name a whole section of the policy.
        "policy": {id for family in POLICY for id in (family.prefix, *family.ids)},
    }
    for framework, ids in known.items():
        yield from ((framework, id) for id in getattr(maps, framework) if id not in ids)
