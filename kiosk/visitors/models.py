"""The table of visitors: who agreed to the Code on which day, never at which time."""

import uuid
from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import SchoolBase, ShortText
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


@stores(PUBLIC_TASK, "who used the network had agreed to the Code", until="12 months")
class Visitor(SchoolBase):
    """A visitor who agreed to the Code (promise F7)."""

    __tablename__ = "visitor"

    id: Mapped[uuid.UUID] = described("a digest of the form, which is one when sent twice", primary_key=True)
    name: Mapped[ShortText] = described("the name")
    organisation: Mapped[ShortText] = described("whom they come from")
    visiting: Mapped[ShortText] = described("whom they visit")
    code_version: Mapped[int]
    lang: Mapped[str] = described("the language in which it was read", String(20))
    day: Mapped[date] = mapped_column(index=True)
