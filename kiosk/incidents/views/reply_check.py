"""Checks an answer to a child before it is sent: fills in ready answers and shows warnings once."""

from dataclasses import replace

from flask_babel import gettext as _

from kiosk.incidents.forms import Filled, errors_of
from kiosk.incidents.replies import READY, advice, names_the_child
from kiosk.incidents.views.steps import OWN, SEND
from kiosk.messages import N_, Message
from kiosk.report.opening import OpenedReport


def checked_reply(report: OpenedReport, filled: Filled) -> Filled:
    """The answer with its text, or with what to correct or to consider."""
    if filled.errors:
        return filled
    ready = filled.values["ready"]
    text = filled.values["note"] if ready == OWN else str(_(READY[ready]))
    values = {**filled.values, "note": text, "ready": OWN}
    errors = errors_of(filled.step)
    problem = _problem(report, text, sure=filled.values["sure"] == SEND)
    if problem:
        errors.add_all([("note", problem)])
    return replace(filled, values=values, errors=errors)


def _problem(report: OpenedReport, text: str, sure: bool) -> Message | None:
    if not text:
        return Message(N_("Write to the child, or choose a ready answer."))
    if names_the_child(text, report.body):
        return Message(N_("Leave out the child's name: other people may see the screen."))
    warnings = list(advice(text, report.body))
    if sure or not warnings:
        return None
    return Message(" ".join(_(one.text, **one.values) for one in warnings))
