"""Recordings of lines: kept, taken back, sent back; and which of them two people have approved."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.site import Site
from kiosk.storage.upsert import Upsert
from kiosk.voices.files import checked_sound, files_in, holds, is_there, put_file, remove_file
from kiosk.voices.lines import Line, Script, is_out_of_date, script_of
from kiosk.voices.models import Reader, Recording
from kiosk.wording.messages import N_, Refused

LONGEST_TENTHS = 600
SHORTEST_TENTHS = 4
LONGEST_WHY = 200
_KEEP = Upsert(
    Recording,
    lambda new: {
        name: new[name]
        for name in ("reader", "file", "before", "before_id", "tenths", "why", "staff_id", "kept_on")
    },
)

Approved = Mapping[str, Mapping[str, str]]  # files by lesson with language, and by line


@dataclass(frozen=True)
class Sent:
    """What somebody sends: a recording, who reads, and how long it is, where that was measured."""

    data: bytes
    reader: Reader
    tenths: int = 0


def spoken_id(lesson_id: str, lang: str) -> str:
    """The id under which the recordings of a lesson in a language are approved."""
    return f"{lesson_id}.{lang}"


def keep(
    session: Session,
    config: Config,
    staff: StaffMember,
    script: Script,
    line: Line,
    sent: Sent,
    today: date,
    heard: str = "",
) -> set[str]:
    """Keep a recording of a line in the place of the one before; returns the files that nobody needs any more.

    `heard`: the file that children hear now, and go on hearing until this one is approved. Raises Refused for what is
    no recording, and for one that is too long or too short.
    """
    checked_sound(sent.data)
    if sent.tenths and not SHORTEST_TENTHS <= sent.tenths <= LONGEST_TENTHS:
        raise Refused(N_("A recording of a line lasts from half a second to a minute."))
    old = _find(session, script, line.digest)
    same = old is not None and old.file != "" and holds(config, old.file, sent.data)
    file = old.file if old and same else put_file(config, sent.data)
    row = {"lesson_id": script.lesson.id, "lang": script.lang, "line": line.digest, "reader": sent.reader}
    stays = old is not None and heard not in ("", file) and heard in (old.file, old.before)
    files: dict[str, object] = {"file": file, "before": heard if stays else "", "before_id": None}
    if stays and old:
        files["before_id"] = old.staff_id if heard == old.file else old.before_id
    more = {"tenths": sent.tenths, "why": "", "staff_id": staff.id, "kept_on": today}
    _KEEP(session, row | files | more)
    return ({old.file, old.before} if old else set()) - {file, files["before"], ""}


def take_back(session: Session, script: Script, line: str) -> set[str]:
    """Take a line back: from the next request on nobody hears it. Returns the files that nobody needs any more."""
    old = _find(session, script, line)
    session.execute(delete(Recording).where(*_key(script, line)))
    return {old.file, old.before} - {""} if old else set()


def take_back_all(session: Session, script: Script, staff: StaffMember) -> set[str]:
    """Take back all that this person has kept of a lesson in a language, also what another is to replace."""
    gone: set[str] = set()
    theirs = or_(Recording.staff_id == staff.id, Recording.before_id == staff.id)
    rows = select(Recording).where(*_of(script), theirs).with_for_update()
    for row in session.scalars(rows.execution_options(populate_existing=True)):
        gone.add(row.before)
        if row.staff_id == staff.id:
            gone.add(row.file)
            session.delete(row)
        else:
            row.before, row.before_id = "", None
    session.flush()
    return gone - {""}


def send_back(session: Session, script: Script, line: str, why: str) -> set[str]:
    """Send a line back to be read again, and say why; raises Refused without a reason.

    What was approved before is heard on. Returns the files that nobody needs any more.
    """
    if not why.strip():
        raise Refused(N_("Write what to do differently: somebody will read it again by your words."))
    old = _find(session, script, line)
    asked = {"file": "", "why": why.strip()[:LONGEST_WHY]}
    session.execute(update(Recording).where(*_key(script, line)).values(asked))
    return {old.file} - {""} if old else set()


def recordings_of(session: Session, script: Script) -> dict[str, Recording]:
    """The recordings of the lines as they are now, by line."""
    rows = select(Recording).where(*_of(script), Recording.line.in_([line.digest for line in script.lines]))
    return {row.line: row for row in session.scalars(rows.execution_options(populate_existing=True))}


def all_recordings(session: Session, lesson_id: str = "") -> dict[tuple[str, str], dict[str, Recording]]:
    """Everything that is recorded, or all of one lesson, by lesson and language and by line."""
    found: dict[tuple[str, str], dict[str, Recording]] = {}
    rows = select(Recording).order_by(Recording.lesson_id, Recording.lang)
    for row in session.scalars(rows.where(Recording.lesson_id == lesson_id) if lesson_id else rows):
        found.setdefault((row.lesson_id, row.lang), {})[row.line] = row
    return found


def standing(session: Session, config: Config) -> set[tuple[str, str, str]]:
    """What can be heard at all: lesson with language, line and file of each recording whose file is there."""
    columns = Recording.lesson_id, Recording.lang, Recording.line, Recording.file, Recording.before
    return {
        (spoken_id(id, lang), line, file)
        for id, lang, line, *files in session.execute(select(*columns))
        for file in files
        if file and is_there(config, file)
    }


def manifest(script: Script, recordings: Mapping[str, Recording]) -> bytes:
    """Which recording is of which line: what a second adult hears and approves; empty where nothing is recorded.

    Recordings of words that are no line any more are left out.
    """
    heard = {line: row.file for line, row in recordings.items() if row.file and script.line(line)}
    if not heard:
        return b""
    head = f"title: {json.dumps(script.lesson.title, ensure_ascii=False)}\nversion: {script.lesson.version}\nlines:\n"
    return (head + "".join(f"  {line}: {file}\n" for line, file in sorted(heard.items()))).encode()


def files_named(said: bytes) -> dict[str, str]:
    """The file of each line in what was approved."""
    lines = said.decode().partition("\nlines:\n")[2].splitlines()
    return {line: file for line, _, file in (each.strip().partition(": ") for each in lines)}


def keepers(recordings: Iterable[Recording]) -> frozenset[str]:
    """Ids of those who kept something of this, and so may not approve it."""
    return frozenset(str(row.staff_id) for row in recordings if row.file)


def forget_changed(session: Session, site: Site) -> None:
    """Forget recordings of words that no lesson has any more, and those in whose place another was approved.

    Words of a translation that is out of date are still its words: they are shown again once it has been looked at.
    """
    voices = site.as_now().voices  # what was approved since the worker last looked is heard too
    for (id, lang), recordings in all_recordings(session).items():
        scripts = [script_of(content, id, lang) for content in (site, site.in_use.brought)]
        waits = is_out_of_date(site.in_use.brought, id, lang)
        known = {line.digest for script in scripts if script for line in script.lines}
        heard = voices.get(spoken_id(id, lang), {})
        for line, row in recordings.items():
            if line not in known and not waits:
                session.delete(row)
            elif row.before and heard.get(line) != row.before:
                row.before, row.before_id = "", None


def remove_unnamed(session: Session, config: Config, gone: Iterable[str] | None = None) -> None:
    """Remove those of the files that no recording names; called after the commit.

    Without `gone` it looks at all but the young ones, which may be about to be named.
    """
    files = set(files_in(config, older_than=timedelta(hours=1)) if gone is None else gone)
    named = {file for row in session.execute(select(Recording.file, Recording.before)) for file in row}
    for file in files - named:
        remove_file(config, file)


def _find(session: Session, script: Script, line: str) -> Recording | None:
    """The recording of a line as it is now, apart from the session, so that it stays as it was."""
    found = session.scalar(select(Recording).where(*_key(script, line)).with_for_update())
    if found:
        session.expunge(found)
    return found


def _key(script: Script, line: str) -> tuple[ColumnElement[bool], ...]:
    return *_of(script), Recording.line == line


def _of(script: Script) -> tuple[ColumnElement[bool], ...]:
    return Recording.lesson_id == script.lesson.id, Recording.lang == script.lang
