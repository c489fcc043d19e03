"""Ids of the frameworks that lessons are mapped to; kiosk has the ids, not the statements (promise L15)."""

import re
from collections.abc import Iterator

from kiosk.bands import Band
from kiosk.lessons.head import Maps

# Statutory guidance on relationships and health education, July 2025: the four online strands.
ONLINE_STRANDS = {"P-OSA": 6, "P-WO": 11, "S-OSA": 15, "S-WO": 7}
_OTHER_RSHE = re.compile(r"[PS]-(?:BS|RKR|GW|FP|CF|RR|MW|RS|BSF|HE|HP|PH|DAT)-[1-9]\d?")
# Education for a Connected World (UKCIS 2020): eight strands.
_EFACW = (
    "self-image-identity", "online-relationships", "online-reputation", "online-bullying",
    "managing-online-information", "health-wellbeing-lifestyle", "privacy-security", "copyright-ownership",
)  # fmt: skip
_CURRICULUM = re.compile(r"KS([1-4])-[1-9]\d?")
_POLICY = re.compile(
    r"(?:EVAL|BEN|SEC|MAIL|IMG|SOC|FILT|EMERG|DATA|AUTH|INC|CYB|LP|MOB|INTRO|STAFF)(?:-[1-9]\d?)?"
)


def online_ids() -> list[str]:
    """All 39 ids of the online strands."""
    return [f"{strand}-{number}" for strand, last in ONLINE_STRANDS.items() for number in range(1, last + 1)]


def unknown_ids(maps: Maps, band: Band) -> Iterator[tuple[str, str]]:
    """Framework and id of everything in a lesson's map that does not exist."""
    efacw = {f"{strand}/{band.limits.efacw}" for strand in _EFACW}
    online = set(online_ids())
    yield from (("efacw", id) for id in maps.efacw if id not in efacw)
    yield from (("rshe", id) for id in maps.rshe if id not in online and not _OTHER_RSHE.fullmatch(id))
    yield from (("nc", id) for id in maps.nc if not _curriculum_of(id, band))
    yield from (("policy", id) for id in maps.policy if not _POLICY.fullmatch(id))


def _curriculum_of(id: str, band: Band) -> bool:
    match = _CURRICULUM.fullmatch(id)
    return bool(match and f"ks{match[1]}" == band)
