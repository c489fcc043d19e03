"""The table of an evening for families: what the screen in the hall says that day, and nothing of anybody who came."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import SchoolBase, ShortText
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


@stores(PUBLIC_TASK, "families in the hall see whom they can go to", until="that night")
class HallEvening(SchoolBase):
    """What the screen in the hall says on one evening."""

    __tablename__ = "hall_evening"

    day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[ShortText] = described("which adults to go to, and where they are")
    interpreters: Mapped[ShortText] = described("which languages are spoken, and where")
