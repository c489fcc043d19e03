"""The first list that a test founds stands in its school's settings, as a network manager writes it there.

A test founds its list when the settings are made already, and often anew, so the settings look it up here.
"""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.report import list_in_memory
from kiosk.report.models import ReaderList

_founded: list[bytes] = []


def note_root(root: bytes) -> None:
    """From now on the settings of this test's school name this list."""
    _founded[:] = [root]


def note_stored_root(session: Session) -> None:
    """The same for whatever list is stored."""
    statement = session.scalar(select(ReaderList.statement).where(ReaderList.version == 1))
    if statement is not None:
        note_root(sha256(statement).digest())


def forget_lists() -> None:
    """No list is served from memory, as in a process that has just started."""
    list_in_memory._served.clear()
    list_in_memory._told_on.clear()


def no_root() -> None:
    """No list stands in the settings."""
    _founded.clear()


def root_for_processes() -> dict[str, str]:
    """The same for kiosk as a process of its own."""
    return {"KIOSK_READERS_ROOT_HASH": _founded[0].hex()} if _founded else {}


def _of_settings(config: Config) -> bytes | None:
    return bytes.fromhex(config.readers_root_hash) or (_founded[0] if _founded else None)


def look_up_roots() -> None:
    """Have every settings of this process look it up."""
    Config.readers_root = property(_of_settings)  # type: ignore[assignment,method-assign]
