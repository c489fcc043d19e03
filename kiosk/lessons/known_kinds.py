"""The kinds of thing to do there are, by the names of their blocks."""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.content.kinds import kinds_in
from kiosk.lessons import kinds
from kiosk.lessons.activity import Activity

# mypy allows no abstract class as a type to look for, though that is all it is here.
KINDS: Mapping[str, type[Activity]] = MappingProxyType(
    {kind.kind: kind for kind in kinds_in(kinds, Activity)}  # type: ignore[type-abstract]
)
