"""New sheets are made at the moment at which somebody opens the report page: the list that opened it stays."""

import pytest
from sqlalchemy.orm import Session

from kiosk.readers.recovery import sheets
from kiosk.readers.recovery.setup import open_page
from kiosk.readers.recovery.sheets import make_sheets, prove_sheets
from kiosk.readers.signed_list.versions import Signer
from kiosk.report.setup import NotReady, is_published
from tests.at_once import Meanwhile
from tests.factories import close_zone, secret_of, today
from tests.incidents.school import School
from tests.readers.school import acting_as, keyed

__all__ = ["keyed"]


@pytest.mark.database("postgresql")
def test_sheets_made_as_the_page_is_opened_replace_no_list(
    keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, chair, day = keyed.dsl, keyed.chair, today()

    def make(school: Session, reports: Session) -> tuple[str, ...]:
        acting = acting_as(keyed, lead)
        return make_sheets(school, reports, acting, lead, secret_of(lead.id), day).recovery.sheets

    def opened() -> None:
        with keyed.databases.school.write() as school, keyed.databases.reports.write() as reports:
            by = Signer(chair, secret_of(chair.id))
            assert open_page(school, reports, acting_as(keyed, chair), by, False, day)

    with keyed.databases.school.write() as school, keyed.databases.reports.write() as reports:
        close_zone(reports)
        first = make(school, reports)
        prove_sheets(school, reports, acting_as(keyed, lead), secret_of(lead.id), first[:2], day)
    opens = Meanwhile(keyed.databases, opened)
    opens.comes_before(monkeypatch, sheets, "draft_first")
    with keyed.databases.school.write() as school, keyed.databases.reports.write() as reports:
        make(school, reports)
    with pytest.raises(NotReady):
        opens.answer()
    with keyed.databases.reports.session(write=False) as reports:
        assert not is_published(reports), "the newest sheets are to be typed first"
