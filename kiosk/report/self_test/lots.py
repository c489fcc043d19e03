"""The lots of self-tests: when one goes, to whom and with which answers; nothing is stored before a lot falls, so
nobody can know it (promise S8).

Each moment has its own lot, whatever fell before: about one a week, by chance none or several. Exactly one a week would
tell: whoever counts mails would see the week that has one more, and in it the child's (ADR 36). In
holidays and at night the lots go on, less often, as children tell then too; else a mail at such an hour would be a
child's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random, SystemRandom

from kiosk.report.form.self_test_mark import FOR

# Six lots of ten fall in the 35 hours of a week in which a school is open, four in the other 133.
IN_SCHOOL, OUTSIDE = timedelta(hours=58), timedelta(hours=332)  # on average between two lots
# After LONG without a self-test, lots fall OFTENER times as often, so that one comes within days.
LONG, OFTENER = timedelta(days=35), 7
URGENT_ONE_IN = 10  # about once a term
LOTS = SystemRandom()

# What a child would answer of whom these people read first.
_ANSWERS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "head": ({"concern": "adult", "head": "yes"},),
    "adult": ({"concern": "adult", "head": "no"},),
    "friend": tuple({"concern": concern} for concern in ("friend", "me", "stranger", "images")),
    "other": tuple({"concern": concern} for concern in ("bullying", "site", "other", "unsure")),
}
_NEVER_URGENT = "other"  # with danger the safeguarding lead would read it


@dataclass(frozen=True)
class SelfTest:
    """For whose readers a self-test is, and what it answers."""

    readers: str
    answers: Mapping[str, str]

    @property
    def urgent(self) -> bool:
        """Whether its mail leaves at once, at any hour, as that of a child in danger does."""
        return self.answers.get("danger") == "yes"


def lot_falls(passed: timedelta, in_school: bool, waited_long: bool, lots: Random = LOTS) -> bool:
    """Whether a self-test goes now, after so much time since lots were drawn; `waited_long`: `LONG` without one."""
    return lots.random() < passed / (IN_SCHOOL if in_school else OUTSIDE) * (OFTENER if waited_long else 1)


def draw_person_and_answers(lots: Random = LOTS) -> SelfTest:
    """Draw by lot for whose readers a self-test is, and what it answers."""
    readers = lots.choice(FOR)
    urgent = readers != _NEVER_URGENT and lots.randrange(URGENT_ONE_IN) == 0
    danger = {"danger": "yes"} if urgent else {}
    return SelfTest(readers, {**lots.choice(_ANSWERS[readers]), **danger})
