"""Which lessons fit which kind of case: kinds that are few stand together in a class, and each class has strands."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.lessons.head import Strand
from kiosk.lessons.lesson import Lesson


@dataclass(frozen=True)
class CaseClass:
    """Reading routes that belong together, and the strands whose lessons fit them."""

    id: str
    routes: tuple[str, ...]
    strands: tuple[Strand, ...]


# Never what may be about a grown-up at school, what was handed over, or practice: no lesson follows from these.
CLASSES = (
    CaseClass("unkind", ("bullying", "bullying-severe"), ("bullying",)),
    CaseClass("contact", ("stranger", "images"), ("relationships",)),
    CaseClass("screens", ("site", "scam"), ("information", "privacy")),
    CaseClass("worries", ("danger", "harm", "me", "friend"), ("wellbeing",)),
)
CLASS_OF = {route: one for one in CLASSES for route in one.routes}


def lessons_of(case_class: CaseClass, lessons: Mapping[str, Lesson]) -> list[Lesson]:
    """The lessons of a class's strands that are still taught, in the order of their bands."""
    return [one for one in lessons.values() if one.strand in case_class.strands and one.status != "retired"]


def lessons_for_route(route: str, lessons: Mapping[str, Lesson]) -> list[Lesson]:
    """The lessons that fit a case of this route; none where no lesson should follow from one."""
    found = CLASS_OF.get(route)
    return lessons_of(found, lessons) if found else []
