"""One pupil's reading of the Code: its pages and what is ticked, carried in the address and not stored."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from kiosk.accounts.blueprints import band_page
from kiosk.accounts.sign_in.login import signed_in_pupil
from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.head import Check, Rule
from kiosk.conduct.models import SignOff
from kiosk.conduct.reading import YOUNG, CodePage, page_with, parts_of
from kiosk.conduct.seen import decided_and_seen, must_be_shown
from kiosk.conduct.signing import DecisionState, changed_rules, may_decide, state_of
from kiosk.conduct.views.blueprint import english_beside, read_in
from kiosk.site import current_site
from kiosk.web.i18n import adjustments_of_request, language
from kiosk.web.request_sessions import school

READ_LATER = "code_later"  # in the session: the version that this child has put off


@dataclass(frozen=True)
class Visit:
    """How far a pupil is in reading the Code, by the address and the last decision."""

    band: Band
    code: Code  # in fewer words where that is set
    whole: Code
    lang: str  # the language in which the Code is shown
    sign_off: SignOff | None
    seen: bool  # whether this child was shown the Code as it is now
    standing: DecisionState
    parts: list[CodePage]
    ticks: list[str]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule to read on this visit, in order."""
        return tuple(part.rule for part in self.parts if part.rule)

    @property
    def unticked(self) -> list[Rule]:
        """Rules that a young child has not been through yet: the youngest tick each, ks2 ticks by going on."""
        if self.band not in YOUNG:
            return []
        return [rule for rule in self.rules if rule.id not in self.ticks]

    @property
    def is_new(self) -> bool:
        """Whether this child must still see the current Code; then the back button of its first page is "Later"."""
        return must_be_shown(self.sign_off, self.seen, self.code)

    @property
    def open(self) -> bool:
        """Whether the decision can be made or changed here."""
        return may_decide(self.sign_off, self.code, current_site().today())

    def to(self, number: int, question: str | None = None) -> str:
        """The address of a page or of a question on it, with everything that was ticked."""
        return url_for("conduct.show_part", number=number, question=question, tick=self.ticks)

    def to_rule(self, rule: Rule) -> str:
        """The address of the page with this rule."""
        return self.to(page_with(self.parts, rule))

    def all_words(self, said: Rule | Check) -> Rule | Check | None:
        """A rule or a question in all its words; None where those are on the page already."""
        every = self.whole.rules if isinstance(said, Rule) else self.whole.checks
        return next((one for one in every if one.id == said.id and one != said), None)

    def carried(self, number: int) -> list[str]:
        """What a page's form carries along: the ticks of the other pages."""
        here = self.parts[number - 1].rule
        return [tick for tick in self.ticks if here is None or tick != here.id]


def visit() -> Visit:
    """The reading of the Code that this request's address describes."""
    pupil = signed_in_pupil()
    band = pupil.class_group.band
    whole: Code = current_site().codes.get(band.value, language())
    code = whole.simpler if whole.simpler and adjustments_of_request().simpler else whole
    sign_off, seen = decided_and_seen(school(), pupil, code)
    standing = state_of(sign_off, code)
    again = changed_rules(sign_off, code) if sign_off and standing is DecisionState.CHANGED else ()
    ticked = set(request.values.getlist("tick"))
    return Visit(
        band=band,
        code=code,
        whole=whole,
        lang=read_in(code, language()),
        sign_off=sign_off,
        seen=seen,
        standing=standing,
        parts=parts_of(code, again),
        ticks=[rule.id for rule in code.rules if rule.id in ticked],
    )


def pupil_page(found: Visit) -> dict[str, Any]:
    """What every page of a visit needs: the look for its band, and the links to tell somebody and to leave."""
    return band_page(found.band) | {
        "visit": found,
        "code": found.code,
        "english": english_beside(found.code),
        "teacher": signed_in_pupil().teacher,
        "untranslated": found.lang != language(),
        "stale": current_site().codes.stale(found.code.id, language()),
        "young": found.band in YOUNG,
        "State": DecisionState,
    }
