"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.incidents.blueprint import bp
from kiosk.incidents.views import (
    acting,
    answering,
    case,
    changes,
    closing,
    filing,
    general_words,
    linking,
    meeting,
    queue,
    recording,
    register,
    taking_back,
    together,
    told,
    we_did,
)

PAGES = (
    acting,
    answering,
    case,
    changes,
    closing,
    filing,
    general_words,
    linking,
    meeting,
    queue,
    recording,
    register,
    taking_back,
    together,
    told,
    we_did,
)
__all__ = ["PAGES", "bp"]
