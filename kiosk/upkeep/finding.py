"""What a check of `kiosk doctor` found, and how any check becomes one line."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kiosk.config import SettingError
from kiosk.content.problem import ContentError
from kiosk.outages import DatabaseNotSafe
from kiosk.schema import SchemaNotCurrent

BROKEN = (SettingError, ContentError, SchemaNotCurrent, DatabaseNotSafe, SQLAlchemyError, OSError)


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    good: bool
    text: str


def checked(name: str, look: Callable[[], object]) -> Finding:
    """Whether a check went well, with what it says; whatever it raises is what has to be looked at."""
    try:
        said = look()
    except BROKEN as error:
        return Finding(False, f"{name}: {in_one_line(error)}")
    return Finding(True, f"{name}: {said or 'in order'}")


def in_one_line(error: Exception) -> str:
    """What is wrong, without the statement and the values that a database's error carries along."""
    plain = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return " ".join(str(plain).split()) or type(plain).__name__
