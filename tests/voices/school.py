"""Who reads aloud and who listens, recordings as short as can be, and what children hear of them."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.approving.approval import HEARD, NOT_READ, READS, Speaking, approve
from kiosk.approving.items import Item
from kiosk.approving.models import Part
from kiosk.approving.yearly import voices_item
from kiosk.audit.log import Acting
from kiosk.config import Config
from kiosk.content.mark import note_change
from kiosk.site import Content
from kiosk.storage.db import now_utc
from kiosk.voices.lines import Line, Script, script_of
from kiosk.voices.models import Reader, Recording
from kiosk.voices.recordings import Sent, keep, recordings_of
from tests.factories import SITE_KEY, make_staff, today

LESSON = "ks2-bullying-upstander"
WEBM = b"\x1aE\xdf\xa3" + bytes(400)
OGG = b"OggS" + bytes(400)


def recording(number: int) -> bytes:
    """A recording that is like no other."""
    return WEBM + number.to_bytes(4)


@dataclass
class Voices:
    """A teacher who reads, another adult who listens, and a lesson."""

    session: Session
    config: Config
    content: Content
    reader: StaffMember = field(init=False)
    hearer: StaffMember = field(init=False)

    def __post_init__(self) -> None:
        self.reader, self.hearer = make_staff(self.session), make_staff(self.session)
        self.session.commit()

    @property
    def script(self) -> Script:
        """The lines of the lesson in English."""
        found = script_of(self.content, LESSON, "en")
        assert found
        return found

    def lines_of(self, page: str) -> list[Line]:
        """The lines of one of its pages."""
        return [line for line in self.script.lines if line.digest in self.script.pages[page]]

    def read(self, *lines: Line, by: StaffMember | None = None) -> None:
        """Keep a recording of each of these lines."""
        for line in lines:
            sent = Sent(recording(line.number), Reader.TEACHER, 20)
            keep(self.session, self.config, by or self.reader, self.script, line, sent, today())
        self.session.commit()

    @property
    def kept(self) -> dict[str, Recording]:
        """What is recorded, by line."""
        found = recordings_of(self.session, self.script)
        self.session.expunge_all()
        self.session.commit()
        return found

    @property
    def item(self) -> Item:
        """What is recorded, to be approved."""
        found = voices_item(self.script, recordings_of(self.session, self.script))
        self.session.commit()
        assert found
        return found

    def approve(self, by: StaffMember | None = None, item: Item | None = None) -> bool:
        """Say of everything that is recorded that it may be heard."""
        staff, item = by or self.hearer, item or self.item
        ticks = (NOT_READ, READS, HEARD)
        acting = Acting(SITE_KEY, staff.id, now_utc())
        one = Speaking(acting, staff, today(), item.digest, Part.READ, "", ticks)
        done = approve(self.session, item, one)
        self.session.commit()
        note_change(self.config)
        return done
