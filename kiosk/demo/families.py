"""What the demo school told families, with a mistake that it put right, and what came of what they said."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.config import Config
from kiosk.content.language import ENGLISH
from kiosk.demo.names import MAIL_DOMAIN, hollybank
from kiosk.host.files import write_durably
from kiosk.incidents.learning.families_said import agree, read_line, write_line
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.told.family_notice import FOLDER
from kiosk.told.family_notices import Telling, approval_key, publish

WRITER, SECOND = "okafor", "adeyemi"


def write_notices(config: Config) -> None:
    """The school's own notices, in its data folder, where it has none yet."""
    for one in hollybank().notices:
        path = config.data_dir / FOLDER / f"{one.id}.{ENGLISH}.md"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, one.file.encode())


def add_families(session: Session, key: SiteKey, content: Content, now: datetime, today: date) -> None:
    """Publish the notices on their days, and show what families said."""
    writer, second = (_named(session, name) for name in (WRITER, SECOND))
    for one in sorted(hollybank().told, key=lambda one: -one.days_ago):
        if notice := content.family_notices.get((one.notice, ENGLISH)):
            ago = timedelta(days=one.days_ago)
            digest = notice.versions[one.version].digest
            acting = Acting(key, writer.id, now)
            approved = {approval_key(notice)}
            publish(session, notice, Telling(acting, today - ago, digest, approved), one.version)
    for line in hollybank().families_said:
        day = today - timedelta(days=line.days_ago)
        said, errors = read_line(line.words, [ENGLISH])
        assert not errors
        agree(session, write_line(session, said, writer, day), second, day)


def _named(session: Session, name: str) -> StaffMember:
    return session.scalars(select(StaffMember).where(StaffMember.email == name + MAIL_DOMAIN)).one()
