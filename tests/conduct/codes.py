"""Codes for tests: a shipped one, and the same after its school changed a rule."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from kiosk.conduct.code import Code, Codes


def newer(code: Code, changed: Collection[str] = (), version: int | None = None) -> Code:
    """The next version of a Code, in which the rules `changed` mean something else."""
    number = version or code.version + 1
    rules = tuple(
        rule.model_copy(update={"changed_in": number}) if rule.id in changed else rule for rule in code.rules
    )
    return replace(code, version=number, hash=f"{number:016x}", rules=rules)


def with_code(codes: Codes, code: Code, lang: str = "en") -> Codes:
    """The Codes with one of them in the place of the shipped one."""
    every: dict[Any, Code] = dict(codes.all) | {(code.id, lang): code}
    return Codes(every)
