"""Tables of the reports database: no person who told, no time finer than a slot, no order of arrival."""

import enum
import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import RandomKey, ReportsBase, ShortText, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, SAFEGUARDING, described, stores


class ReportState(enum.StrEnum):
    """The state of a report (promise Q5)."""

    NEW = "new"  # only in a row that was tampered with: it waits like one that was released
    RELEASED = "released"
    OPENED = "opened"
    CLOSED = "closed"


@stores(SAFEGUARDING, "to help the child", until="90 days after closing")
class Report(ReportsBase):
    """What a child sent. Promise S1 lists everything that is stored unsealed."""

    __tablename__ = "report"
    # Without rowid: SQLite would otherwise number the rows in the order they came.
    __table_args__ = (
        CheckConstraint("slot between 0 and 1439", name="slot_in_day"),
        # What waits is counted for every page of a reader, and listed without reading an envelope.
        Index(None, "state", "day", "slot", "route", "urgent", "altered"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = described(
        "a random number of the form, so that two taps are one report", primary_key=True
    )
    day: Mapped[date]
    slot: Mapped[int] = described("the part of the day (`KIOSK_SLOT_MINUTES`)")
    route: Mapped[str] = described("the kind of worry, which decides who reads it", String(20))
    urgent: Mapped[bool] = described("whether it is to be decided within the hour")
    state: Mapped[ReportState] = described(
        'released, opened or closed; "new" only where somebody changed the row by hand',
        stored_enum(ReportState),
    )
    retention: Mapped[str] = described("which keeping time applies", String(20))
    altered: Mapped[bool] = described("whether somebody changed the row by hand", default=False)
    envelope_version: Mapped[int] = described("how the envelope is encrypted")
    envelope: Mapped[bytes] = described(
        "answers and words, and a name only if the child gave one, sealed", LargeBinary
    )


@stores(SAFEGUARDING, "nobody whom the child named can", until="with the report")
class ReportReader(ReportsBase):
    """Who can open a report (promises S1, S4)."""

    __tablename__ = "report_reader"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    reader_id: Mapped[uuid.UUID] = described("the adult, or zeros for the recovery key", primary_key=True)
    key_mark: Mapped[bytes] = described("a short digest of the adult's public key", LargeBinary(8))
    wrapped: Mapped[bytes] = described("the report's own key, sealed to this adult", LargeBinary(200))
    # A digest of the plaintext columns, under a key of this reader, once they have compared it with the sealed text.
    # Until then a random one: nobody else can tell the one from the other.
    checked: Mapped[uuid.UUID] = described(
        "random, or a digest under this adult's key, so that a change by hand is seen", default=uuid.uuid4
    )


@stores(
    SAFEGUARDING, "somebody who reads it has left or is to be added", until="a reader next opens the queue"
)
class KeyDue(ReportsBase):
    """A report whose key is to be renewed."""

    __tablename__ = "key_due"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )


@stores(
    SAFEGUARDING,
    "who can be sent a report, without the school's people",
    until="the role is given to somebody else",
)
class Reader(ReportsBase):
    """The adults who read reports."""

    __tablename__ = "reader"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = described("the adult", primary_key=True)
    name: Mapped[ShortText] = described("as children know the person, shown before they tell")
    email: Mapped[str] = described("school e-mail, for alerts", String(254))
    roles: Mapped[ShortText] = described("the roles")
    public_key: Mapped[bytes | None] = described(
        "the key to which reports are sealed until the page opens; then the signed list counts",
        LargeBinary(32),
    )
    absent: Mapped[bool] = described("whether the person is away or frozen", default=False)
    holds: Mapped[ShortText] = described(
        "the roles that are not only deputised; these people are named first", default=""
    )


@stores(SAFEGUARDING, "reports are sealed for nobody else", until="kiosk is used")
class ReaderList(ReportsBase):
    """The signed list of readers, by version (promise G3)."""

    __tablename__ = "reader_list"
    __table_args__ = ({"sqlite_with_rowid": False},)

    version: Mapped[int] = described("the number of the version", primary_key=True, autoincrement=False)
    statement: Mapped[bytes] = described(
        "who reads: name, roles, public keys, since when, what changed, who approved", LargeBinary
    )
    signatures: Mapped[str] = described("the signatures of readers", Text)


@stores(NOT_PERSONAL, "no report is lost with a person", until="a report is kept")
class RecoveryKey(ReportsBase):
    """The key for when every reader's key is lost (promise S6)."""

    __tablename__ = "recovery_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[RandomKey]
    public_key: Mapped[bytes] = described(
        "the key to which reports are sealed; its other half is on three sheets of paper", LargeBinary(32)
    )
    verify_key: Mapped[bytes] = described(
        "the key with which signatures by two sheets are checked", LargeBinary(32)
    )
    proof: Mapped[bytes] = described(
        "a sealed sentence of kiosk's own that two sheets open", LargeBinary(200)
    )
    made_on: Mapped[date] = described("the day on which it was made")
    proven_on: Mapped[date | None] = described("the day on which two sheets opened it; it is not used before")


@stores(NOT_PERSONAL, "to know its state", until="kiosk is used")
class Zone(ReportsBase):
    """How the report page is set up."""

    __tablename__ = "zone"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = described("always the same number", primary_key=True)
    published_on: Mapped[date | None] = described("the day on which the page opened to children")
    staff_promise: Mapped[bool] = described(
        "whether the school has ticked the promise of its staff", default=False
    )
    test_failed_on: Mapped[date | None] = described(
        "the day since which no test report has come through; none while they do"
    )
    alarmed_on: Mapped[date | None] = described(
        "the day on which readers were last told that a test report was not opened"
    )
    well_on: Mapped[date | None] = described("the day on which the mail that all is well was last queued")
    differed_on: Mapped[date | None] = described(
        "the day on which a reader's key was last refused because of another list"
    )
    noted_on: Mapped[date | None] = described(
        "the day on which reports were last compared with the list of readers"
    )
    noted_version: Mapped[int] = described("the version of that list", default=0)


@stores(SAFEGUARDING, "nobody is told twice", until="with the report")
class EscalationStep(ReportsBase):
    """Which late reports people were told of.

    Of a case that staff opened, a step is named by the day on which something was due: its next step or the answer to a
    complaint; below zero what somebody had to do.
    """

    __tablename__ = "climbed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    step: Mapped[int] = described(
        "how often people were told; of a case a number made of the day that was due",
        primary_key=True,
        autoincrement=False,
    )


@stores(
    SAFEGUARDING, "only the child's six pictures find and open them", until="30 days after the last answer"
)
class Thread(ReportsBase):
    """The reply thread through which one child reads the answers to a report."""

    __tablename__ = "thread"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = described(
        "made from the six pictures, which are not stored", LargeBinary(16), primary_key=True
    )
    public_key: Mapped[bytes] = described("the key to which answers are sealed", LargeBinary(32))
    ends_on: Mapped[date | None] = described("until when answers wait")
    head: Mapped[bytes] = described(
        "which answers there are and to which reports, sealed for child and readers, so that tampering is seen",
        LargeBinary,
        default=b"",
    )
    # What the child said was thrown away since the head was sealed: statements of one length, one after another.
    thrown: Mapped[bytes] = described(
        "what the child says was discarded, sealed for child and readers",
        LargeBinary,
        default=b"",
        until="the next answer, or with the thread",
    )


@stores(
    SAFEGUARDING,
    "the child reads it, nobody else",
    until="with the thread, or the end of the slot in which the child discards it",
)
class Reply(ReportsBase):
    """An answer for a child (promise C5)."""

    __tablename__ = "reply"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[RandomKey] = described("a number that says nothing without the secret of the thread")
    thread_id: Mapped[bytes] = described(
        "the thread", ForeignKey("thread.id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes] = described("the adult's words, sealed to the child's pictures", LargeBinary)


@stores(SAFEGUARDING, "it never comes twice, and nothing deleted comes back", until="60 days")
class ImportedId(ReportsBase):
    """What has come from the intake (promise A15)."""

    __tablename__ = "brought_in"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = described(
        "the number of a report, or of a statement that answers were discarded", primary_key=True
    )
    day: Mapped[date]


@stores(NOT_PERSONAL, "a drill proves that what was sealed in a copy opens", until="another card is made")
class DrillItem(ReportsBase):
    """A sentence of kiosk's own, sealed as a report is, to a key that the recovery card gives. One row."""

    __tablename__ = "drill_item"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = described("always the same number", primary_key=True)
    wrapped: Mapped[bytes] = described("its key, sealed to the card", LargeBinary(200))
    envelope: Mapped[bytes] = described("the sealed sentence", LargeBinary)
