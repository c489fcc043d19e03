"""The register of sign-offs: who decided what about which Code, in which language, how, with whom, when."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from babel import Locale
from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import CodeSeen, Mode, SignOff
from kiosk.conduct.signing import STAFF_CODE, DecisionState
from kiosk.oversight import decisions
from kiosk.wording.messages import N_

MODE_WORDS = {
    Mode.MARK: N_("Child's mark, beside an adult"),
    # above ks1 the register does not show who signed with an adult (promise E14)
    Mode.KEY: N_("Own key or mark"),
    Mode.PASSWORD: N_("Own password"),
}
NOT_DECIDED = N_("Not decided")  # the child was shown the Code and has not decided
HEAD = (
    N_("Class"),
    N_("Name"),
    N_("State"),
    N_("Shown"),
    N_("Version"),
    N_("Language"),
    N_("How"),
    N_("Witness"),
    N_("Date"),
)


@dataclass(frozen=True)
class RegisterLine:
    """One person in the register; everything after `state` is empty for somebody who was not asked yet."""

    name: str
    state: DecisionState
    version: int | None = None
    language: str = ""
    mode: Mode | None = None
    witness: str = ""
    decided_on: date | None = None
    last_year: bool = False  # what is shown was decided in a school year that has ended
    seen_on: date | None = None  # when it was shown; kept apart from what was decided

    @property
    def words(self) -> str:
        """The state in words, not yet translated."""
        if self.last_year:
            return N_("Not asked this year")
        undecided = self.seen_on and self.state is DecisionState.NONE
        return NOT_DECIDED if undecided else decisions.STATE_WORDS[self.state]

    @property
    def signed(self) -> bool:
        """Whether this person agrees to the current version of the Code."""
        return self.state is DecisionState.AGREED


@dataclass(frozen=True)
class RegisterPart:
    """A class, or the staff, with the version of the Code that is in force."""

    title: str
    year: str  # the year of the children in this part; "" for staff
    version: int | None
    lines: tuple[RegisterLine, ...]
    code_id: str = ""

    def with_lines(self, lines: tuple[RegisterLine, ...]) -> "RegisterPart":
        """The same part with these lines alone."""
        return replace(self, lines=lines)

    @property
    def agreed(self) -> int:
        """How many people agree to the current version of the Code."""
        return sum(line.signed for line in self.lines)


def class_register(
    session: Session, classes: Sequence[ClassGroup], codes: Codes, *where: ColumnElement[bool]
) -> list[RegisterPart]:
    """The register of some classes, children by first name, or of such children of them alone.

    `where` narrows a row of `with_decisions`; two queries, however many classes there are.
    """
    seen = and_(CodeSeen.pupil_id == Pupil.id, decisions.is_of_own_age(CodeSeen.code_id))
    children: dict[uuid.UUID, list[Row[uuid.UUID, str, SignOff, CodeSeen]]] = {}
    rows = session.execute(
        select(Pupil.class_group_id, Pupil.first_name, SignOff, CodeSeen)
        .select_from(decisions.with_decisions().outerjoin(CodeSeen, seen))
        .where(Pupil.class_group_id.in_([group.id for group in classes]), Pupil.left_on.is_(None), *where)
    ).all()
    for row in rows:
        children.setdefault(row.class_group_id, []).append(row)
    witnesses = {row.SignOff.witness_id for row in rows if row.SignOff}  # also people who have left
    named = select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(witnesses - {None}))
    names = {row.id: row.name for row in session.execute(named)}
    parts = []
    for group in classes:
        code = decisions.current_code(codes, group.band.value)
        by_name = sorted(children.get(group.id, []), key=lambda row: row.first_name.casefold())
        lines = [_register_line(row.first_name, row.SignOff, code, names, row.CodeSeen) for row in by_name]
        version = code.version if code else None
        parts.append(RegisterPart(group.name, group.year, version, tuple(lines), group.band.value))
    return parts


def staff_register(session: Session, codes: Codes, title: str) -> RegisterPart:
    """The staff's signatures for the staff policy, by name."""
    code = decisions.current_code(codes, STAFF_CODE)
    decided = decisions.staff_decisions(session, STAFF_CODE)
    people = present_staff(session)
    names = {person.id: person.name for person in people}
    lines = [_register_line(person.name, decided.get(person.id), code, names) for person in people]
    return RegisterPart(title, "", code.version if code else None, tuple(lines), STAFF_CODE)


def csv_rows(parts: Sequence[RegisterPart], say: Callable[[str], str]) -> list[list[str]]:
    """The register as on the screen, with ISO 8601 days that a spreadsheet can sort."""
    body = [
        [
            part.title,
            line.name,
            say(line.words),
            line.seen_on.isoformat() if line.seen_on else "",
            str(line.version or ""),
            line.language,
            say(MODE_WORDS[line.mode]) if line.mode else "",
            line.witness,
            line.decided_on.isoformat() if line.decided_on else "",
        ]
        for part in parts
        for line in part.lines
    ]
    return [[say(words) for words in HEAD], *body]


def _register_line(
    name: str,
    row: SignOff | None,
    code: Code | None,
    names: dict[uuid.UUID, str],
    seen: CodeSeen | None = None,
) -> RegisterLine:
    shown = seen.seen_on if seen and code and seen.code_version >= code.version else None
    if row is None:
        return RegisterLine(name, DecisionState.NONE, seen_on=shown)
    language = Locale.parse(row.lang, sep="-")
    return RegisterLine(
        name=name,
        state=decisions.decision_state(row, code),
        version=row.code_version,
        language=Locale(language.language).get_display_name("en") or row.lang,
        mode=Mode.KEY if row.mode is Mode.MARK and row.code_id != Band.KS1 else row.mode,
        witness=names.get(row.witness_id, "") if row.witness_id else "",
        decided_on=row.decided_on,
        last_year=row.lapsed_on is not None,
        seen_on=shown,
    )
