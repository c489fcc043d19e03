"""The filter desk as somebody attacks it who wants to open a site alone, or to know what is kept from them."""

import pytest
from sqlalchemy import update

from kiosk.incidents.case.models import FilterAddress
from tests.filtering.at_the_desk import FilterDesk
from tests.filtering.test_looks import GRID

OPENS = {"decision": "allow", "whom": ["staff", "guests"]}


@pytest.mark.database("sqlite")
def test_nobody_asks_to_block_a_site_and_opens_it_alone(desk: FilterDesk) -> None:
    desk.ask("coordinator")
    assert desk.decide("coordinator", **OPENS) == 422
    assert desk.rows()[0].decision is None
    assert desk.decide("coordinator") == 302, "shutting it is theirs"


@pytest.mark.database("sqlite")
def test_no_red_cell_tells_of_a_ticket_that_was_kept_from_somebody(desk: FilterDesk) -> None:
    desk.ask()
    desk.decide()
    other = desk.school.people["network2"]
    with desk.school.databases.school.write() as session:
        session.execute(update(FilterAddress).values(to_id=other.id))
    desk.leave()
    before = desk.at("network").get(GRID).text
    assert desk.done("network2", laptop_home="wrong") == 302
    assert desk.at("network").get(GRID).text == before


@pytest.mark.database("sqlite")
def test_what_was_decided_for_whom_no_device_is_listed_has_a_page_and_an_answer(desk: FilterDesk) -> None:
    desk.ask()
    desk.decide(whom=["guests"])
    desk.leave()
    own = desk.school.config.data_dir / "filter-spots.yml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(
        "schema: filter-spots/1\n"
        "people: {older: Pupils, guests: Guests}\n"
        "spots:\n"
        "  - {id: laptop-school, device: Laptop, place: at school, used_by: [older]}\n",
        encoding="utf-8",
    )
    try:
        assert desk.done() == 302
    finally:
        own.unlink()
    assert desk.rows()[0].done_on
