"""Cleans request input of the school app: no NUL in any field, and no number of absurd length."""

from collections.abc import Iterable
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


class BoundedNumber(IntegerConverter):
    """A number in an address, of at most a hundred digits; a longer one is never an address of kiosk."""

    regex = r"\d{1,100}"


def take_clean_fields(app: Flask) -> None:
    """Let every request of an app have clean fields and bounded numbers; before its addresses are added."""
    kind = app.request_class
    app.request_class = type(kind.__name__, (kind,), {"parameter_storage_class": CleanFields})
    app.url_map.converters["int"] = BoundedNumber
