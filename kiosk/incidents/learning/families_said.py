""" "You said, we did" of families: the school's words, agreed by two, shown for a year and then gone.

What families write or tell about a child in the form for worries never comes here: nothing of this asks for a report.
"""

import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
_A_CLASS = re.compile(r"\b(?:class|years?|form|key stage)\s+\w{0,2}\d\w?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """A line as it was typed."""

    lang: str
    said: str
    answer: Answer | None
    words: str
    by_when: str
    heard: Heard | None
    came_from: CameFrom | None


def read_draft(
    values: Mapping[str, str],
    languages: Sequence[str],
    classes: Collection[str] = (),
    older: FamiliesSaid | None = None,
) -> tuple[Draft, FormErrors]:
    """The line, and all mistakes in it by field; `classes`: the names of the school's classes.

    In the place of a “not yet” stands another answer to the same words: what families said does not go with it.
    """

    def typed(name: str) -> str:
        return " ".join(values.get(name, "").split())

    def chosen(name: str, of: Collection[str]) -> str:
        return values.get(name, "") if values.get(name, "") in of else ""

    lang = values.get("lang", "")
    answer, heard, came_from = (
        chosen(name, set(of)) for name, of in (("answer", Answer), ("heard", Heard), ("came_from", CameFrom))
    )
    draft = Draft(
        lang=lang if lang in languages else languages[0],
        said=older.said if older and older.answer is Answer.NOT_YET else typed("said"),
        answer=Answer(answer) if answer else None,
        words=typed("words"),
        by_when=typed("by_when"),
        heard=Heard(heard) if heard else None,
        came_from=CameFrom(came_from) if came_from else None,
    )
    errors = FormErrors()
    errors.add_all(_mistakes(draft, classes))
    return draft, errors


def _mistakes(draft: Draft, classes: Collection[str]) -> Iterator[tuple[str, Message]]:
    if draft.came_from is None:
        yield "came_from", Message(N_("Choose where you heard it."))
    if draft.heard is None:
        yield (
            "heard",
            Message(N_("Choose one: what fewer than five families said is shown only if they ask.")),
        )
    if draft.answer is None:
        yield "answer", Message(N_("Choose one: we did, or not yet."))
    for name, text, missing in (
        ("said", draft.said, N_("Write what families said, in the school’s words.")),
        ("words", draft.words, N_("Write what the school did, or why not yet.")),
    ):
        if not text:
            yield name, Message(missing)
        elif len(text) > LONGEST:
            yield name, Message(N_("Make it shorter: %(most)d letters at most."), {"most": LONGEST})
        elif named := _class_in(text, classes):
            yield (
                name,
                Message(
                    N_("Leave out the class (%(name)s): its families could be guessed."), {"name": named}
                ),
            )
    if draft.answer is Answer.NOT_YET and not draft.by_when:
        yield "by_when", Message(N_("Write when families hear more of it."))
    elif len(draft.by_when) > LONGEST_WHEN:
        yield "by_when", Message(N_("Make it shorter: %(most)d letters at most."), {"most": LONGEST_WHEN})


def _class_in(text: str, classes: Collection[str]) -> str:
    own = next((name for name in classes if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)), "")
    found = _A_CLASS.search(text)
    return own or (found[0] if found else "")


def warnings(draft: Draft) -> Iterator[Message]:
    """What to look at before a second person reads the line; the writer may send it on anyway."""
    if names := names_in(f"{draft.said}\n{draft.words}"):
        yield Message(
            N_("Leave out names (%(names)s), of families, staff and places."), {"names": ", ".join(names)}
        )


def class_names(session: Session) -> list[str]:
    """The names of the school's classes."""
    return list(session.scalars(select(ClassGroup.name)))


def write_line(
    session: Session, draft: Draft, staff: StaffMember, today: date, replaces: FamiliesSaid | None = None
) -> FamiliesSaid:
    """Keep a line until a second person agrees; families see nothing of it before."""
    assert draft.answer and draft.heard and draft.came_from
    line = FamiliesSaid(
        lang=draft.lang,
        said=draft.said,
        answer=draft.answer,
        words=draft.words,
        by_when=draft.by_when if draft.answer is Answer.NOT_YET else "",
        heard=draft.heard,
        came_from=draft.came_from,
        written_on=today,
        staff_id=staff.id,
        replaces_id=replaces.id if replaces else None,
    )
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
    return list(
        session.scalars(
            select(FamiliesSaid).where(*shown).order_by(FamiliesSaid.shown_on.desc(), FamiliesSaid.id)
        )
    )


def forget_said(session: Session, today: date) -> None:
    """Delete the lines whose year is over."""
    session.execute(delete(FamiliesSaid).where(FamiliesSaid.shown_on <= today - SHOWN_FOR))


def line_of(session: Session, id: uuid.UUID) -> FamiliesSaid | None:
    """One line by its id."""
    return session.get(FamiliesSaid, id)
