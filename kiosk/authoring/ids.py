"""The ids that the head of a lesson may name in `maps`, by framework."""

from collections.abc import Iterator

from kiosk.bands import Band
from kiosk.linter.maps import CURRICULUM, POLICY, RISKS, RSHE, Family, efacw_ids

_MARGIN = "  "


def lines_of_ids() -> Iterator[str]:
    """Every framework with its ids, one family a line."""
    yield "efacw: Education for a Connected World, for the ages of each band"
    yield from (f"{_MARGIN}{band}: {', '.join(efacw_ids(band))}" for band in Band)
    yield "rshe: statutory guidance on relationships and health education, July 2025 (P primary, S secondary)"
    yield from _id_lines(RSHE)
    yield "nc: national curriculum, computing; a lesson names its own key stage"
    yield from _id_lines(CURRICULUM)
    yield "kcsie: the four risks"
    yield f"{_MARGIN}{', '.join(RISKS)}"
    yield "policy: sections of the school's e-safety policy; a section alone will do"
    yield from _id_lines(POLICY)


def _id_lines(families: tuple[Family, ...]) -> Iterator[str]:
    for family in families:
        if family.counted:
            first, last = family.ids[0], family.ids[-1]
            yield _MARGIN + (f"{first} to {last}" if first != last else first)
    if uncounted := [family for family in families if not family.counted]:
        named = ", ".join(family.prefix for family in uncounted)
        yield f"{_MARGIN}with a number from 1 on (not counted yet, none above {uncounted[0].last} is taken): {named}"
