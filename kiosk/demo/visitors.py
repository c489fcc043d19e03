"""The demo school's visitors: a handful over some weeks, two of them today, and nobody older than a year."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from kiosk.conduct.code import Codes
from kiosk.content.language import ENGLISH
from kiosk.visitors.book import Signing, sign

# Whom they come from, whom they visit, and how many days ago.
CAME = (
    ("Jo Marsh", "Northgate Lifts", "Mr Novak", 0),
    ("Priya Nand", "The library van", "Ms Green", 0),
    ("Tomasz Wilk", "Riverside Theatre", "Ms Green", 3),
    ("Helen Ross", "The school nurses", "Mrs Adeyemi", 8),
    ("Jo Marsh", "Northgate Lifts", "Mr Novak", 15),
    ("Ade Balogun", "Governors’ visit", "Mrs Hartley", 22),
    ("Karen Flint", "Speech and language", "Mr Okafor", 36),
)


def add_visitors(session: Session, codes: Codes, today: date) -> None:
    """Their lines, on weekdays alone."""
    version = codes["visitor", ENGLISH].version
    for number, (name, organisation, visiting, days) in enumerate(CAME):
        day = today - timedelta(days=days)
        day -= timedelta(days=max(0, day.weekday() - 4))
        sign(session, Signing(name, organisation, visiting, version, ENGLISH), f"demo {number}", day)
