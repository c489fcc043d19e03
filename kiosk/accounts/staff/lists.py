"""A list of staff to invite at once: read whole, shown first, and nobody is invited unless every line is right.

No line gives a role: who reads reports is decided on the page of roles, by more than one person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.spreadsheets.cells import CellFile, CellLine, UnreadableFile
from kiosk.accounts.spreadsheets.csv_file import read_csv
from kiosk.accounts.spreadsheets.xlsx_file import is_workbook, read_xlsx
from kiosk.accounts.staff.links import mailed_token
from kiosk.accounts.staff.people import Invitation, clean_email, clean_name, invitation_digest, invite_staff
from kiosk.audit.log import Acting
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_, Message, Refused

MOST_STAFF = 200
TEACHES = frozenset({"", "teaches", "teacher", "class teacher", "teaching", "yes"})
DOES_NOT = frozenset({"does not teach", "not teaching", "non-teaching", "support", "office", "no"})
SHAPE = N_("A line holds a name, an e-mail address and, if you like, “teaches” or “does not teach”.")
NO_ROLE = N_("A list gives no roles: write “teaches” or “does not teach”. Roles are given on their own page.")
AGAIN = N_("This address is on another line already.")


@dataclass(frozen=True)
class Invitee:
    """Somebody who would be invited."""

    name: str
    email: str
    teaches: bool


@dataclass(frozen=True)
class StaffList:
    """What a list would do: whom it invites, who is here already, and what has to be corrected on which line."""

    invitees: tuple[Invitee, ...] = ()
    here: tuple[str, ...] = ()
    problems: tuple[tuple[int, Message], ...] = ()


def read_staff_list(session: Session, data: bytes, domains: Collection[str]) -> StaffList:
    """The people of a CSV file, a workbook or of lines that were typed; every problem is in the result."""
    try:
        file = read_xlsx(data) if is_workbook(data) else read_csv(data, _addresses)
    except UnreadableFile as refused:
        return StaffList(problems=((0, refused.message),))
    lines = _below_heading(file)
    if not lines:
        return StaffList(problems=((0, Message(SHAPE)),))
    if len(lines) > MOST_STAFF:
        most = N_("The list has more than %(most)d lines. Invite them in parts.")
        return StaffList(problems=((0, Message(most, {"most": MOST_STAFF})),))
    found, problems = _read_lines(lines, domains)
    if file.broken_at:
        problems.append((file.broken_at, Message(N_("A quotation mark is out of place."))))
    if problems:
        return StaffList(problems=tuple(problems))
    present = {
        one.email: one.name
        for one in session.scalars(select(StaffMember).where(StaffMember.left_on.is_(None)))
    }
    return StaffList(
        tuple(one for one in found if one.email not in present),
        tuple(present[one.email] for one in found if one.email in present),
    )


def invite_all(
    session: Session, acting: Acting, found: StaffList, domains: Collection[str], mail_key: SiteKey | None
) -> list[Invitation]:
    """Invite everybody of a list; with `mail_key` by links that only the mail itself will hold. Raises Refused."""
    invitations = []
    for one in found.invitees:
        invitation = invite_staff(session, acting, one.name, one.email, one.teaches, domains)
        if mail_key is not None:
            invitation.staff.invitation_digest = invitation_digest(mailed_token(mail_key, invitation.staff))
        invitations.append(invitation)
    session.flush()
    return invitations


def _addresses(cells: Sequence[str]) -> int:
    """How many cells are an address and nothing else: one where the right sign separates them."""
    return sum("@" in cell and " " not in cell.strip() and "," not in cell for cell in cells)


def _below_heading(file: CellFile) -> Sequence[CellLine]:
    """The lines of people: below the line that names the column of addresses, if there is one."""
    for place, line in enumerate(file.lines):
        if any("@" in cell for cell in line.cells):
            break
        if any("mail" in cell.casefold() for cell in line.cells):
            return file.lines[place + 1 :]
    return file.lines


def _read_lines(
    lines: Sequence[CellLine], domains: Collection[str]
) -> tuple[list[Invitee], list[tuple[int, Message]]]:
    found: list[Invitee] = []
    problems: list[tuple[int, Message]] = []
    known: set[str] = set()
    for line in lines:
        try:
            one = _invitee(line, domains)
        except Refused as refused:
            problems.append((line.number, refused.message))
            continue
        if one.email in known:
            problems.append((line.number, Message(AGAIN)))
        known.add(one.email)
        found.append(one)
    return found, problems


def _invitee(line: CellLine, domains: Collection[str]) -> Invitee:
    """Name, address and, if there is one, whether the person teaches; also "Ms Okafor <a@school.example>"."""
    cells = [cell for cell in line.cells if cell]
    if cells and cells[0].endswith(">") and "<" in cells[0]:
        name, _, address = cells[0][:-1].rpartition("<")
        cells[:1] = [name.strip().strip('"'), address]
    if len(cells) >= 2 and "@" in cells[0] and "@" not in cells[1]:
        cells[:2] = cells[1::-1]
    if len(cells) not in {2, 3} or "@" not in cells[1] or "@" in cells[0]:
        raise Refused(SHAPE)
    word = " ".join(cells[2].casefold().split()) if len(cells) == 3 else ""
    if word not in TEACHES | DOES_NOT:
        raise Refused(NO_ROLE)
    return Invitee(clean_name(cells[0]), clean_email(cells[1], domains), word in TEACHES)
