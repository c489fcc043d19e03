"""Cleans request input of the school app: no NUL in any field, and no number of absurd length."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items
from werkzeug.routing import IntegerConverter

NUL = "\0"


class CleanFields(ImmutableMultiDict[str, Any]):
    """The fields of a form or a query without the letter NUL: nobody can type it, and PostgreSQL cannot store it.

    A form's files, which are held in the same way, stay as they were sent.
    """

    def __init__(self, mapping: Any = None) -> None:
        pairs: Iterable[tuple[str, str | FileStorage]] = () if mapping is None else iter_multi_items(mapping)
        super().__init__([(name.replace(NUL, ""), _clean_value(value)) for name, value in pairs])

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """The first value of a field, as always; without raising and catching an exception when the field is
        missing."""
        return super().get(key, default, type) if key in self else default


def _clean_value(value: str | FileStorage) -> str | FileStorage:
    return value.replace(NUL, "") if isinstance(value, str) else value


def _in_memory(*_: object, **__: object) -> BytesIO:
    """A file that is sent never lies on the disk, not even for a moment: it may have the last names of a school."""
    return BytesIO()


class BoundedNumber(IntegerConverter):
    """A number in an address, of at most a hundred digits; a longer one is never an address of kiosk."""

    regex = r"\d{1,100}"


def take_clean_fields(app: Flask) -> None:
    """Let every request of an app have clean fields and bounded numbers; before its addresses are added."""
    kind = app.request_class
    more = {"parameter_storage_class": CleanFields, "_get_file_stream": _in_memory}
    app.request_class = type(kind.__name__, (kind,), more)
    app.url_map.converters["int"] = BoundedNumber
