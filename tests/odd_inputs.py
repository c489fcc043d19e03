"""Requests that nobody should send, made from the list of addresses: what a form, a query or a path may hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

# Each as it stands in an address or a form, percent-encoded.
ODD = {
    "NUL": "a%00b",
    "NUL alone": "%00",
    "lone surrogate": "%ED%A0%80",
    "no UTF-8": "%FF%FE%C0%80",
    "rubbish": "%zz%%%u0000",
    "huge": "9" * 30,
    "beyond 64 bits": str(2**63),
    "beyond 32 bits": str(2**31),
    "endless": "9" * 5000,
    "negative": "-1",
    "fraction": "1e309",
    "other digits": "%D9%A1%C2%B2",
    "direction": "%E2%80%AE",
}
EVERY_DATABASE = ("NUL", "huge", "beyond 64 bits", "lone surrogate")


def addresses(rule: Rule, filled: dict[str, Any], odd: str) -> Iterator[str]:
    """The address with what is odd in each of its holes in turn, or as it is where it has none."""
    yield path_of(rule, filled)
    for name in sorted(rule.arguments):
        yield path_of(rule, filled | {name: odd})


def path_of(rule: Rule, filled: dict[str, Any]) -> str:
    """A path by hand: a map of addresses would refuse to build an odd one."""
    parts = []
    for dynamic, part in rule._trace:
        parts.append(str(filled[part]) if dynamic else part.lstrip("|"))
    return "".join(parts)


@contextmanager
def noting(asked: set[str]) -> Iterator[None]:
    """Gather which fields of forms and queries anybody looks at meanwhile."""
    methods = ("get", "__getitem__", "getlist", "__contains__")

    def noted(name: str) -> Any:
        original = getattr(MultiDict, name)

        def note(self: Any, key: Any, *rest: Any, **options: Any) -> Any:
            if isinstance(key, str):
                asked.add(key)
            return original(self, key, *rest, **options)

        return note

    patches = [patch.object(MultiDict, name, noted(name)) for name in methods]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
