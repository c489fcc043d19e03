"""kiosk does not start with other words than families were told (promise F5)."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.content.problem import ContentError
from kiosk.site import Content
from kiosk.start import check_frozen
from kiosk.storage.db import Databases, now_utc
from kiosk.told.family_notice import read_family_notices
from kiosk.told.models import FamilyNoticeDay
from tests.told.test_family_notices import FIRST, write


def test_a_changed_word_stops_the_start_and_names_file_and_line(
    tmp_path: Path, config: Config, databases: Databases, content: Content, session: Session
) -> None:
    write(tmp_path, FIRST)
    own = read_family_notices(config.content_path, tmp_path, content.facts)
    digest = own["trips", "en"].newest.digest
    day = now_utc().date()
    session.add(FamilyNoticeDay(notice="trips", lang="en", version=1, told_on=day, digest=digest))
    session.commit()
    mine = vars(content) | {"family_notices": own}
    check_frozen(Content(**mine), databases)
    write(tmp_path, FIRST.replace("in the room", "nearby"))
    changed = read_family_notices(config.content_path, tmp_path, content.facts)
    with pytest.raises(ContentError) as found:
        check_frozen(Content(**mine | {"family_notices": changed}), databases)
    (problem,) = found.value.problems
    assert (problem.path.name, problem.line) == ("trips.en.md", 8)
