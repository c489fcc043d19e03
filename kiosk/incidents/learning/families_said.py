""" "You said, we did" of families: the school's words, agreed by two, shown for a year and then gone.

What families write or tell about a child in the form for worries never comes here: nothing of this asks for a report.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.incidents.case.text_advice import names_in
from kiosk.incidents.models import Answer, CameFrom, FamiliesSaid, Heard
from kiosk.web.forms import FormErrors
from kiosk.wording.messages import N_, Message, Refused

LONGEST = 400
LONGEST_WHEN = 120
SHOWN_FOR = timedelta(days=365)
CHOICES: dict[str, type[StrEnum]] = {"answer": Answer, "heard": Heard, "came_from": CameFrom}
_A_CLASS = re.compile(r"\b(?:class|years?|form|key stage)\s+\w{0,2}\d\w?\b", re.IGNORECASE)


def read_line(
    values: Mapping[str, str],
    languages: Sequence[str],
    classes: Collection[str] = (),
    older: FamiliesSaid | None = None,
) -> tuple[FamiliesSaid, FormErrors]:
    """The line, which nobody keeps yet, and all mistakes in it by field; `classes`: the names of the school's classes.

    In the place of a “not yet” stands another answer to the same words: what families said does not go with it.
    """
    typed = {name: " ".join(values.get(name, "").split()) for name in ("said", "words", "by_when")}
    chosen = {name: _chosen(values.get(name, ""), of) for name, of in CHOICES.items()}
    lang = values.get("lang", "")
    if older and older.answer is Answer.NOT_YET:
        typed["said"] = older.said
    if chosen["answer"] is Answer.DID:
        typed["by_when"] = ""
    line = FamiliesSaid(lang=lang if lang in languages else languages[0], **typed, **chosen)
    line.replaces_id = older.id if older else None
    errors = FormErrors()
    errors.add_all(_mistakes(line, classes))
    return line, errors


def _chosen(value: str, of: type[StrEnum]) -> StrEnum | None:
    return of(value) if value in set(of) else None


def _mistakes(line: FamiliesSaid, classes: Collection[str]) -> Iterator[tuple[str, Message]]:
    for name, missing in (
        ("came_from", N_("Choose where you heard it.")),
        ("heard", N_("Choose one: what fewer than five families said is shown only if they ask.")),
        ("answer", N_("Choose one: we did, or not yet.")),
        ("said", N_("Write what families said, in the school’s words.")),
        ("words", N_("Write what the school did, or why not yet.")),
    ):
        if not getattr(line, name):
            yield name, Message(missing)
    if line.answer is Answer.NOT_YET and not line.by_when:
        yield "by_when", Message(N_("Write when families hear more of it."))
    for name, most in (("said", LONGEST), ("words", LONGEST), ("by_when", LONGEST_WHEN)):
        text = getattr(line, name)
        if len(text) > most:
            yield name, Message(N_("Make it shorter: %(most)d letters at most."), {"most": most})
        elif named := _class_in(text, classes):
            message = N_("Leave out the class (%(name)s): its families could be guessed.")
            yield name, Message(message, {"name": named})


def _class_in(text: str, classes: Collection[str]) -> str:
    own = next((name for name in classes if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)), "")
    found = _A_CLASS.search(text)
    return own or (found[0] if found else "")


def warnings(line: FamiliesSaid) -> Iterator[Message]:
    """What to look at before a second person reads the line; the writer may send it on anyway."""
    if names := names_in(f"{line.said}\n{line.words}"):
        yield Message(
            N_("Leave out names (%(names)s), of families, staff and places."), {"names": ", ".join(names)}
        )


def class_names(session: Session) -> list[str]:
    """The names of the school's classes."""
    return list(session.scalars(select(ClassGroup.name)))


def write_line(session: Session, line: FamiliesSaid, staff: StaffMember, today: date) -> FamiliesSaid:
    """Keep a line until a second person agrees; families see nothing of it before."""
    line.written_on, line.staff_id = today, staff.id
    session.add(line)
    session.flush()
    return line


def agree(session: Session, line: FamiliesSaid, staff: StaffMember, today: date) -> None:
    """Say, as the second person, that families may read it from today on; what it replaces goes. Twice is once."""
    if line.staff_id == staff.id:
        raise Refused(N_("A second person agrees to what you wrote."))
    if line.shown_on:
        return
    free = FamiliesSaid.id == line.id, FamiliesSaid.shown_on.is_(None)
    session.execute(update(FamiliesSaid).where(*free).values(shown_on=today, agreed_id=staff.id))
    if line.replaces_id:
        session.execute(delete(FamiliesSaid).where(FamiliesSaid.id == line.replaces_id))


def withdraw(session: Session, line: FamiliesSaid) -> None:
    """Drop a line that nobody has agreed to. One that families have read stays its year: “not yet” cannot be hidden."""
    if line.shown_on:
        raise Refused(
            N_("Families have read it. It stays for a year; write other words to put in its place.")
        )
    session.delete(line)


def all_lines(session: Session, today: date) -> list[FamiliesSaid]:
    """Every line of staff's list: those that wait first, then those that families read, the newest first."""
    found = session.scalars(select(FamiliesSaid).order_by(FamiliesSaid.written_on.desc(), FamiliesSaid.id))
    lines = [one for one in found if one.shown_on is None or one.shown_on > today - SHOWN_FOR]
    return sorted(lines, key=lambda one: one.shown_on is not None)


def shown_lines(session: Session, today: date) -> list[FamiliesSaid]:
    """What families read today, the newest first; after a year a line is gone."""
    shown = FamiliesSaid.shown_on <= today, FamiliesSaid.shown_on > today - SHOWN_FOR
    wanted = select(FamiliesSaid).where(*shown).order_by(FamiliesSaid.shown_on.desc(), FamiliesSaid.id)
    return list(session.scalars(wanted))


def forget_said(session: Session, today: date) -> None:
    """Delete the lines whose year is over."""
    session.execute(delete(FamiliesSaid).where(FamiliesSaid.shown_on <= today - SHOWN_FOR))
