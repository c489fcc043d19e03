"""Browsers without cookies, as the tablet of a classroom on which children tell."""

from collections.abc import Callable
from typing import Any

from werkzeug.test import Client

SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


class Tablet(Client):
    """Werkzeug's client whose posts come from our own page unless a test says otherwise."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask for a page."""
        kwargs["environ_base"] = SAME_ORIGIN | kwargs.get("environ_base", {})
        return super().open(*args, **kwargs)


class LateTablet(Tablet):
    """A tablet in a school in which a slot ends after each thing that a child sends."""

    def __init__(self, application: Any, end_slot: Callable[[], None]) -> None:
        super().__init__(application)
        self._end_slot = end_slot

    def post(self, *args: Any, **kwargs: Any) -> Any:
        """Send something; it has been merged when this returns."""
        answer = super().post(*args, **kwargs)
        self._end_slot()
        return answer
