"""Brings in a folder of recordings: each file is named by the number of its line on the printed script."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.voices.files import MOST_BYTES, checked_sound
from kiosk.voices.lines import Line, Script
from kiosk.voices.models import Reader
from kiosk.voices.recordings import Sent, keep
from kiosk.wording.messages import Refused

_NUMBERED = re.compile(
    r"0*([1-9][0-9]{0,3})(?![0-9])[^.]*\.(webm|ogg|oga|opus|m4a|mp4|mp3|wav)", re.IGNORECASE
)
# What a computer leaves in a folder by itself.
_LEFT_BY_MACHINES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class FolderRead:
    """The recordings of a folder by their lines, and what is wrong with it, a sentence for each file."""

    recordings: dict[Line, bytes]
    problems: list[str]


def read_folder(folder: Path, script: Script) -> FolderRead:
    """Read every file of a folder and name each that cannot be taken; nothing is kept here."""
    by_number = {line.number: line for line in script.lines}
    found: dict[Line, bytes] = {}
    problems = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.casefold() in _LEFT_BY_MACHINES:
            continue
        named = _NUMBERED.fullmatch(path.name)
        line = by_number.get(int(named[1])) if named else None
        wrong = _wrong(path, named is not None, line, found, len(by_number))
        if line and not wrong:
            data = _read(path)
            try:
                checked_sound(data)
            except Refused as refused:
                wrong = str(refused)
            found[line] = data
        if wrong:
            problems.append(f"{_shown(path.name)}: {wrong}")
    return FolderRead(found, problems)


def keep_all(
    session: Session,
    config: Config,
    staff: StaffMember,
    script: Script,
    read: FolderRead,
    reader: Reader,
    today: date,
    heard: Mapping[str, str],
) -> None:
    """Keep the recordings of a folder without problems; a second adult has to approve them as any other.

    `heard`: the file of each line that children hear, and go on hearing until then.
    """
    for line, data in read.recordings.items():
        keep(session, config, staff, script, line, Sent(data, reader), today, heard.get(line.digest, ""))


def _wrong(path: Path, named: bool, line: Line | None, found: dict[Line, bytes], count: int) -> str:
    if path.is_symlink() or not path.is_file():
        return "is no file of its own"
    if not named:
        return "name it by the number of its line, such as 3.m4a; webm, ogg, m4a, mp3 and wav are taken"
    if line is None:
        return f"the script has lines 1 to {count}"
    return f"there is another file of line {line.number}" if line in found else ""


def _read(path: Path) -> bytes:
    """What is in a file, and no more of it than says that it is too large."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _shown(name: str) -> str:
    """A file's name as it can be printed: it is somebody else's, and may hold what steers a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
