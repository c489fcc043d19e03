"""What children tell in a life of keys, and whom that keeps out, worked out in another way than kiosk does it."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.report.access.keyring import Keyholder
from kiosk.report.form.answers import ReportAnswers, read

CONCERNS = ("bullying", "site", "stranger", "friend", "adult", "adult", "other")


@dataclass(frozen=True)
class Told:
    """One form: perhaps with one or two readers ticked, perhaps saying whether it is the head."""

    ticked: frozenset[uuid.UUID]
    concern: str
    head: str
    danger: str

    def answers(self) -> ReportAnswers:
        """What the form says."""
        given = {"concern": self.concern, "head": self.head, "danger": self.danger}
        form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24)} | given)
        form.setlist("exclude", sorted(one.hex for one in self.ticked))
        return read(form, Band.KS3, "en")[0]

    def must_not_read(self, principals: set[uuid.UUID]) -> set[uuid.UUID]:
        """Whom it keeps out: everybody ticked; and where it may be about the head, head and deputies."""
        ticked = set(self.ticked)
        about_somebody = bool(ticked) or self.concern == "adult"
        about_head = ticked & principals or self.head == "yes" or (about_somebody and self.head != "no")
        return ticked | principals if about_head else ticked


def tell(chance: Random, readers: Sequence[Keyholder]) -> Told:
    """Any of the forms that a child may send."""
    ticked = chance.sample(readers, k=min(len(readers), chance.choice((0, 0, 0, 1, 2))))
    concern, head = chance.choice(CONCERNS), chance.choice(("", "yes", "no", "unsure"))
    return Told(frozenset(one.id for one in ticked), concern, head, chance.choice(("yes", "no", "no")))
