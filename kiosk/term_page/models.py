"""The table of term pages: what was issued stands as it was, in words."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import SchoolBase, StaffId
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


@stores(PUBLIC_TASK, "governors see what was done and what was not", until="the school removes it")
class TermPage(SchoolBase):
    """The page of one term. Once the principal has signed it nothing of it changes but that the chair has read it."""

    __tablename__ = "term_page"

    began: Mapped[date] = described("the first day of its term", primary_key=True)
    number: Mapped[int] = described("how many pages there were, with this one")
    since: Mapped[date] = described("the first day that it tells of")
    drafted_on: Mapped[date] = described("the day on which it was drafted, up to which it tells")
    log_line: Mapped[int] = described("the last line of the log that it tells of; no page shows it")
    content: Mapped[str] = described("what stands on it for anybody: figures that name no child", Text)
    cases: Mapped[str] = described("what governors read beside it: bands that were fixed before", Text)
    drafted_by_id: Mapped[StaffId] = described("who drafted it")
    issued_on: Mapped[date | None] = described("the day on which the principal signed it")
    issued_by_id: Mapped[uuid.UUID | None] = described("who signed it", ForeignKey("staff_member.id"))
    digest: Mapped[str] = described("a keyed digest of it, which the log has as well", String(64), default="")
    read_on: Mapped[date | None] = described("the day on which the chair said that governors have read it")
    read_by_id: Mapped[uuid.UUID | None] = described("who said so", ForeignKey("staff_member.id"))

    drafted_by: Mapped[StaffMember] = relationship(foreign_keys=[drafted_by_id])
    issued_by: Mapped[StaffMember | None] = relationship(foreign_keys=[issued_by_id])
    read_by: Mapped[StaffMember | None] = relationship(foreign_keys=[read_by_id])
